"""What secrets are called, and whose they are."""

from __future__ import annotations

SURE = (
    "secret|token|api[_ -]?key|access[_-]?key|auth[_-]?key|account[_-]?key"
    "|private[_-]?key|encryption[_-]?key|signing[_-]?key|client[_-]?key|credentials?"
)
"""Nothing but a secret is called so."""

_WORDS = (
    "auth bearer cookie credential creds crumb hmac key licence license pass passcode pwd salt "
    "secret session sessid sig token webhook"
)
WORDS = tuple(_WORDS.split())
"""What is called so is a secret when it looks random."""

_VENDORS = (
    "abstractapi abuseipdb activecampaign adafruit adyen ahrefs airbrake airtable akamai "
    "alchemy algolia alibaba aliyun amplitude anthropic apify appdynamics appsflyer appveyor "
    "artifactory asana assemblyai atlassian auth0 autodesk avalara aviationstack azure "
    "baremetrics beamer bigcommerce binance bitbucket bitfinex bitly bitmex bitrise bittrex "
    "blynk braintree browserstack bugsnag buildkite calendarific calendly capsulecrm cashfree "
    "censys chargebee circleci clarifai clearbit clickhouse clicksend clickup cloudflare "
    "cloudinary cloudsmith codeclimate codecov cohere coinapi coinbase coinmarketcap "
    "commercetools confluence confluent contentful convertkit coveralls currencylayer "
    "customerio databricks datadog datagov deepgram deepl deepseek digitalocean "
    "discord disqus docusign dropbox droneci dynatrace easypost elevenlabs etherscan etsy "
    "eventbrite exchangerate facebook fastly filestack finicity finnhub firebase flickr "
    "flightapi flutterwave foursquare freshbooks freshdesk fullstory geoapify geocod gettyimages "
    "gitea github gitlab gitter gocardless godaddy gravitee greynoise groq grafana gumroad "
    "hackerone heroku hetzner honeybadger honeycomb hubspot huggingface hunterio "
    "imagekit infura instagram intercom ipdata ipgeolocation ipinfo ipstack iterable jenkins "
    "jfrog jira jotform jumpcloud kaleyra keycloak klaviyo kraken kucoin launchdarkly lastfm "
    "linkedin linode livekit lokalise loggly logzio mailchimp mailgun mailjet mandrill mapbox "
    "mapquest mattermost maxmind mediastack meraki messagebird mistral mixpanel mongodb "
    "monkeylearn netlify newrelic newsapi nexmo nytimes okta onelogin onfleet openai "
    "opencage openweather opsgenie optimizely pagerduty pandadoc paypal paystack pendo pinata "
    "pipedrive plaid planetscale plivo posthog postmark prestashop pubnub pusher "
    "quickbase rapidapi razorpay recaptcha recurly rollbar salesforce sauce scaleway "
    "scrapingbee securitytrails sendbird sendgrid sendinblue sentry shippo shodan shopify "
    "shortcut signalfx signalwire slack smartsheet snowflake snyk sonar sonarcloud sonarqube "
    "sourcegraph sparkpost splunk spotify squarespace storyblok strava stripe stytch "
    "sumologic supabase surveymonkey telegram telnyx tencent terraform thousandeyes tiktok "
    "tinybird tomtom todoist travisci trello truenas twilio twitch twitter typeform unsplash "
    "uploadcare uptimerobot urlscan vercel vimeo virustotal vonage vultr wakatime weatherstack "
    "webex webflow wepay wistia workos xero yandex yelp youtube zapier zendesk zenserp "
    "zerobounce zoho"
)
VENDORS = tuple(_VENDORS.split())
"""What bears a vendor's name alone is a secret when it looks random. Names that are words of
English too are left out: such keys are called keys.
"""

OPEN = (
    "public|pubkey|publishable|keyword|keyboard|keyframe|monkey|turkey|hockey|author(?!i)|tokeniz"
    "|compass|bypass|(?:key|token|auth|secret)[_.-]?"
    "(?:id|name|path|file|type|size|len|code|map|space|version|count|class|store|ref|arn|alias)"
    "|(?:client|app|account|user|project|tenant|team|org)[_.-]?id|hash|digest|sha[0-9]|md5"
    "|checksum|integrity|fingerprint|thumbprint|etag|nonce|cache|idempot|primary|foreign"
    r"|partition|commit|revision|ur[il]\b|host|endpoint|version|expir|accessib|accessor|pass(?:ed|ing)"
)
"""What is in the names of things that no one hides."""
