"""Chat, mails, tickets and support: what people type into a model. A few values a text."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.samples.draft import Draft, Row, prose
from bench.samples.values import MAKERS, token

_WITH = prose("""\
Hi, I'm «person» and I can't get into my account. The mail on file should be «email», and if that
doesn't work please try «email».

can you call me back on «phone»? my shift ends at six

Please update the contact for «company»: «person», «email», phone «phone». The old one left in
«year».

You can reach me at «phone» or «email» until Friday.

My new number is «phone», the old one no longer works.

Write a polite reply to «person» telling her that order «order» ships on «day». Her address is
«address».

I was charged twice on my card «card», once for «money» and once for «money». Order «order».

Use the corporate card «card» exp 09/28 for the booking and send the receipt to «email».

card number: «card»

Please wire the deposit to «iban» by «day» and mention invoice «big».

IBAN: «iban», account holder «name».

The refund of «money» EUR should go to «iban» and not to the old account.

For the background check my social is «ssn», date of birth «birth».

SSN «ssn_loose», as it says on the W-2.

Employee «name», social security number «ssn_loose», starts on «day».

The box at «ip» stopped answering pings at «time», can you look at the switch?

Block «ipv4» at the firewall, it tried «big» logins in an hour.

My laptop's MAC address is «mac» and it needs access to the guest network.

the printer («mac») got the address «ipv4» from DHCP but it's still not in the list

The form is at «url» and I filled it in on «day».

see «url», third paragraph, that is where the numbers come from

Send 0.25 BTC to «bitcoin» and the rest later.

My wallet «crypto» never received the transfer of «small» tokens.

Donations to «crypto» are welcome.

here's the key you asked for: «openai» please don't share it

I get a 401 with Authorization: Bearer «secret», is it expired?

set GITHUB_TOKEN=«github» and run it again, it worked for me

the wifi password is «password», guests only

My login is «login» and the password: «password» but it says locked out.

Summarize this thread: «person» asked whether «company» would extend the contract; «person»
agreed, and «first» will send the draft to «email» by «day».

Dear «titled», thank you for your patience. We have moved your appointment to «day» at «n»
«address». Should you need anything, call «phone».

Ticket «order»: customer «name» («email», «phone») reports that the app crashes after the update
to «version».

I live at «address», do you deliver there on Sundays?

Ship it to «name», «us_address», and text «phone» when it's at the door.

translate into German: «first» was born on «birth» and has lived in «place» ever since

Date of birth: «birth». Please check whether «first» is old enough for the plan.

From: «name» <«email»>
To: «email»
Subject: «phrase» «year»

Best regards, «name», «company», Tel. «phone», «url»

WhatsApp: «phone»

Hola, soy «name», mi teléfono es «phone» y mi correo es «email».

Hallo, hier ist «name». Bitte rufen Sie mich unter «phone» zurück, meine Mail ist «email».

Bonjour, je m'appelle «name». Vous pouvez me joindre au «phone» ou à «email».

I forwarded the statement (account «iban») to «email» and to «titled».

ping me: «email» / «phone»

Fax «phone», attention «name».

Who owns «email»? It shows up in the audit of «day» from «ip».
""")
WITHOUT = prose("""\
The committee met on «day» and moved item «small» to the next week.

I would rather keep it short: three paragraphs, no bullet points, a friendly tone.

We need about «n» copies, and the budget is «money» in total, tax included.

Our «product» setup takes «n» minutes to build, which is «small» times what it was in «year».

Explain the difference between a mortgage and a lease as if I were twelve.

The meeting in «place» starts at 14:30 and room 402 is booked until 16:00.

Version «version» broke the import; version «version» was fine.

Order «order» was delivered to the wrong depot and came back after «n» days.

Please make the «phrase» section longer and cite at least «small» sources.

It rained for «n» days, the pitch was under water and the match against the neighbours was off.

Page 212 of the handbook says that staff in grade «small» get «n» days of leave.

The invoice total is 12,450.00 and the reference is «order».

How many litres are «n» gallons, and how much is that in cups?

The build id is «commit», the request id «uuid».

Thanks, that worked. One more thing: can the table have a column for the share of «year»?

ISBN 978-3-16-148410-0 is out of print, but the second edition is not.

She said the results were mixed; the sample of «big» people was too small for a claim.
""")


def _openai(random: Random) -> str:
    return f"sk-proj-{token(random, 64)}"


def _github(random: Random) -> str:
    return f"ghp_{token(random, 36)}"


PLACES = {**MAKERS, "openai": ("API_KEY", _openai), "github": ("API_KEY", _github)}


def rows(count: int = 900) -> Iterator[Row]:
    random = Random("prose")
    for number in range(count):
        draft = Draft()
        # A prompt is one to four things said; half of them hold nothing.
        picks = [random.choice(_WITH)]
        picks += random.choices(_WITH + WITHOUT * 4, k=random.randint(0, 3))
        random.shuffle(picks)
        for index, template in enumerate(picks):
            if index:
                draft.add(random.choice((" ", " ", "\n", "\n\n")))
            draft.fill(template, PLACES, random)
        yield draft.row(f"prose-{number:04}")
