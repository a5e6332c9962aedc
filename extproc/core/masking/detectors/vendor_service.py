"""Formats of keys of services: payment, mail, messages, shops, maps, work.

Read by `provider.py`, which says what a format is.
"""

from __future__ import annotations

from extproc.core.masking.detectors.format import (
    ALNUM,
    BASE64,
    DOTTED,
    HEX,
    MIXED_HEX,
    PATH,
    SMALL,
    UUID,
    WORD,
    Format,
)

FORMATS = (
    # Payment. Clerk, Paystack and others share the form of Stripe.
    Format(
        "Stripe",
        "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ pk_live_ pk_test_",
        ALNUM,
        16,
    ),
    Format("Stripe webhooks", "whsec_", BASE64, 24),
    Format("Checkout.com", "sk_sbox_ pk_sbox_", SMALL, 26),
    Format("Square", "sq0atp- sq0csp- sq0idp- sq0idb-", WORD, 22),
    Format("Square access", "EAAAE EAAAL EAAAF", WORD, 50),
    Format("Braintree", "access_token$production$ access_token$sandbox$", r"[a-z0-9$]", 49),
    Format("Razorpay", "rzp_live_ rzp_test_", ALNUM, 14),
    Format("Flutterwave", "FLWSECK- FLWSECK_TEST- FLWPUBK- FLWPUBK_TEST-", WORD, 12),
    Format("Plaid", "access-sandbox- access-development- access-production-", UUID, 36),
    Format(
        "GoCardless, Mollie, Lob, Chargebee", "live_ test_ sandbox_ live_pub_ test_pub_", WORD, 30
    ),
    Format("Paddle", "pdl_live_apikey_ pdl_sdbx_apikey_ pdl_ntfset_ pdl_live_ pdl_sdbx_", WORD, 26),
    Format("Polar", "polar_oat_ polar_pat_ polar_whs_", ALNUM, 30),
    Format("Xendit", "xnd_development_ xnd_production_", ALNUM, 40),
    Format("Midtrans", "SB-Mid-server- Mid-server-", WORD, 20),
    Format("Mercado Pago", "APP_USR- TEST-", r"[a-f0-9-]", 55),
    Format("Omise", "skey_test_ skey_live_", SMALL, 16),
    # Mail, SMS and calls.
    Format("Mailgun", "key- pubkey-", HEX, 32),
    Format("Brevo", "xkeysib- xsmtpsib-", HEX, 64),
    Format("MailerSend", "mlsn.", HEX, 64),
    Format("Mandrill", "md-", WORD, 22),
    Format("Twilio", "SK AC", HEX, 32),
    Format("Telnyx", "KEY01", r"[A-F0-9]", 30),
    Format("OneSignal", "os_v2_app_ os_v2_org_", SMALL, 60),
    Format("Intercom", "dG9rO", BASE64, 54),
    # Messages and teams.
    Format(
        "Slack",
        "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxc- xoxd- xoxe.xoxb- xoxe.xoxp-",
        "[A-Za-z0-9%-]",
        10,
    ),
    Format("Slack apps", "xapp-", r"[A-Za-z0-9-]", 22),
    Format("Matrix", "syt_ mct_", WORD, 24),
    Format("DingTalk", "SEC", HEX, 64),
    Format("PubNub", "sub-c- pub-c- sec-c-", r"[A-Za-z0-9-]", 36),
    Format("Facebook", "EAAC EAAM EAAB EAAD EAAG EAAJ EAAI", ALNUM, 80),
    Format("Instagram", "IGQV IGAA", WORD, 80),
    # Shops and shipping.
    Format("Shopify", "shpat_ shpca_ shppa_ shpss_ shpltn_ shptka_", MIXED_HEX, 32),
    Format("WooCommerce", "ck_ cs_", HEX, 40),
    Format("EasyPost", "EZAK EZTK", ALNUM, 54),
    Format("Shippo", "shippo_live_ shippo_test_", HEX, 40),
    Format("Duffel", "duffel_live_ duffel_test_", WORD, 40),
    # Work, content and customers.
    Format("Notion", "ntn_ secret_", ALNUM, 40),
    Format("Linear", "lin_api_ lin_oauth_ lin_wh_", ALNUM, 32),
    Format("Airtable", "pat", r"[A-Za-z0-9.]", 79),
    Format("Figma", "figd_ figo_ figu_ figdr_ figor_ figur_", WORD, 32),
    Format("Trello", "ATTA", MIXED_HEX, 64),
    Format("ClickUp", "pk_", r"[A-Z0-9_]", 38),
    Format("Typeform", "tfp_", DOTTED, 40),
    Format("HubSpot", "pat-na1- pat-na2- pat-eu1- pat-ap1-", UUID, 36),
    Format("Klaviyo", "pk_", HEX, 34),
    Format("Contentful", "CFPAT-", WORD, 43),
    Format("Contentstack", "blt", HEX, 20),
    Format("Canva", "cnvca", WORD, 40),
    Format("Frame.io", "fio-u-", WORD, 60),
    Format("Adobe", "p8e- p8e_", ALNUM, 32),
    Format("Dropbox", "sl.", WORD, 100),
    Format("Intra 42", "s-s4t2ud- s-s4t2af-", HEX, 64),
    Format("Alchemy", "alcht_", ALNUM, 30),
    # Addresses that are secrets by themselves: who knows them may write there.
    Format(
        "Slack webhooks",
        "hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/",
        PATH,
        24,
    ),
    Format("Discord webhooks", "discord.com/api/webhooks/ discordapp.com/api/webhooks/", PATH, 60),
    Format(
        "Teams webhooks",
        "webhook.office.com/webhookb2/ outlook.office.com/webhook/",
        "[A-Za-z0-9/@-]",
        80,
    ),
    Format(
        "Zapier, IFTTT webhooks",
        "hooks.zapier.com/hooks/catch/ maker.ifttt.com/trigger/ maker.ifttt.com/use/",
        PATH,
        12,
    ),
    Format("Feishu webhooks", "open-apis/bot/v2/hook/", UUID, 36),
    Format("DingTalk webhooks", "oapi.dingtalk.com/robot/send?access_token=", HEX, 64),
    Format("WeCom webhooks", "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", UUID, 36),
    Format("Make webhooks", "make.com/", SMALL, 32),
    Format("PagerDuty events", "events.pagerduty.com/integration/", SMALL, 32),
    Format("Infura, Alchemy", "infura.io/v3/ alchemy.com/v2/ alchemyapi.io/v2/", WORD, 32),
    Format("Mattermost, Rocket.Chat webhooks", "/hooks/", "[A-Za-z0-9/]", 26),
)
