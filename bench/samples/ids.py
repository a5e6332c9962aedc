"""Numbers that states, banks and networks give: national ids, tax numbers, passports, licences,
birth dates, accounts, MAC addresses and wallets, with the words that stand before them there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from bench.samples import checks
from bench.samples.draft import Draft, Maker, Row, lines, written
from bench.samples.records import nhs
from bench.samples.values import MAKERS, birth, birth_numeric

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def _until(shape: str, accept: Callable[[str], str | None]) -> Maker:
    """Write bodies until one has check digits; they go behind it."""

    def make(random: Random) -> str:
        while True:
            body = written(shape, random)
            check = accept(body)
            if check is not None:
                return body + check

    return make


def steuer_id(random: Random) -> str:
    """Of the first ten digits exactly one stands twice."""
    digits = random.sample("0123456789", 9)
    digits.insert(random.randint(0, 9), random.choice(digits))
    if digits[0] == "0":
        return steuer_id(random)
    body = "".join(digits)
    number = body + checks.mod_11_10(body)
    return random.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"))


def ausweis(random: Random) -> str:
    body = written("[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}", random)
    return body + checks.seven_three_one(body)


def sozialversicherung(random: Random) -> str:
    """Area, birth date, letter, two digits, check digit."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(40, 99)
    area, letter = random.randint(10, 29), random.choice("ABEFGHKLMPRSW")
    body = f"{area}{day:02}{month:02}{year}{letter}{random.randint(0, 99):02}"
    digits = body[:8] + f"{ord(letter) - 64:02}" + body[9:]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(
        sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, weights, strict=True)
    )
    number = f"{body}{total % 10}"
    return random.choice((number, f"{number[:2]} {number[2:8]} {letter} {number[9:]}"))


def dni(random: Random) -> str:
    number = written("[0-9]{8}", random)
    return number + random.choice(("", "", "-")) + _DNI[int(number) % 23]


def nie(random: Random) -> str:
    first, number = random.randint(0, 2), written("[0-9]{7}", random)
    separator = random.choice(("", "-"))
    return f"{'XYZ'[first]}{separator}{number}{separator}{_DNI[int(f'{first}{number}') % 23]}"


def nir(random: Random) -> str:
    body = written("[12][4-9][0-9](0[1-9]|1[0-2])(0[1-9]|[1-8][0-9])[0-4][0-9]{2}[0-9]{3}", random)
    key = f"{97 - int(body) % 97:02}"
    if random.random() < 0.5:
        return body + key
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}"


def nino(random: Random) -> str:
    prefix = random.choice(("AB", "CE", "HK", "JR", "LM", "NW", "PX", "SR", "TY", "WA"))
    number, suffix = written("[0-9]{6}", random), random.choice("ABCD")
    if random.random() < 0.5:
        return f"{prefix}{number}{suffix}"
    return f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {suffix}"


def utr(random: Random) -> str:
    body = written("[1-9][0-9]{8}", random)
    total = checks.weighted(body, (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11
    return "21987654321"[total] + body


def aadhaar(random: Random) -> str:
    body = written("[2-9][0-9]{10}", random)
    number = body + checks.verhoeff(body)
    return random.choice((number, f"{number[:4]} {number[4:8]} {number[8:]}"))


def cpf(random: Random) -> str:
    body = written("[0-9]{9}", random)
    check = checks.cpf(body)
    return random.choice((body + check, f"{body[:3]}.{body[3:6]}.{body[6:]}-{check}"))


def cnpj(random: Random) -> str:
    body = written("[0-9]{8}", random) + "0001"
    check = checks.cnpj(body)
    return f"{body[:2]}.{body[2:5]}.{body[5:8]}/{body[8:]}-{check}"


def codice_fiscale(random: Random) -> str:
    body = written(
        "[BCDFGLMNPRSTV]{6}[4-9][0-9][ABCDEHLMPRST](0[1-9]|[1256][0-9])[A-L][0-9]{3}", random
    )
    return body + checks.codice_fiscale(body)


def bsn(random: Random) -> str:
    """Nine digits; weights 9 to 2 and -1, divisible by eleven."""
    while True:
        number = written("[1-9][0-9]{8}", random)
        if checks.weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0:
            return random.choice((number, f"{number[:4]}.{number[4:6]}.{number[6:]}"))


def routing(random: Random) -> str:
    """ABA: weights 3, 7, 1."""
    body = written("(0[1-9]|1[0-2]|2[1-9]|3[0-2])[0-9]{6}", random)
    return body + str(-checks.weighted(body, (3, 7, 1, 3, 7, 1, 3, 7)) % 10)


def _passport_de(random: Random) -> str:
    body = written("[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8}", random)
    return body + random.choice(("", checks.seven_three_one(body)))


def _licence_gb(random: Random) -> str:
    return written(
        "[A-Z]{5}[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9][A-Z]{2}[0-9][A-Z]{2}", random
    )


def _simple(shape: str) -> Maker:
    return lambda random: written(shape, random)


_MADE: dict[str, tuple[str, Maker]] = {
    "steuer_id": ("TAX_ID", steuer_id),
    "ausweis": ("NATIONAL_ID", ausweis),
    "sv": ("NATIONAL_ID", sozialversicherung),
    "dni": ("NATIONAL_ID", dni),
    "nie": ("NATIONAL_ID", nie),
    "nir": ("NATIONAL_ID", nir),
    "nino": ("NATIONAL_ID", nino),
    "nhs": ("NATIONAL_ID", nhs),
    "utr": ("TAX_ID", utr),
    "aadhaar": ("NATIONAL_ID", aadhaar),
    "pan": ("TAX_ID", _simple("[A-Z]{3}P[A-Z][0-9]{4}[A-Z]")),
    "cpf": ("TAX_ID", cpf),
    "cnpj": ("TAX_ID", cnpj),
    "fiscale": ("TAX_ID", codice_fiscale),
    "partita": ("TAX_ID", _until("[0-9]{10}", checks.luhn)),
    "bsn": ("NATIONAL_ID", bsn),
    "btw": ("TAX_ID", _simple("NL[1-9][0-9]{8}B0[1-9]")),
    "ein": ("TAX_ID", _simple("[2-8][0-9]-[0-9]{7}")),
    "itin": ("TAX_ID", _simple("9[0-9]{2}-(7[0-9]|8[0-8])-[0-9]{4}")),
    "ust": ("TAX_ID", _until("DE[1-9][0-9]{7}", lambda body: checks.mod_11_10(body[2:]))),
    "pass_us": ("PASSPORT", _simple("[A-Z][0-9]{8}|[1-9][0-9]{8}")),
    "pass_gb": ("PASSPORT", _simple("[1-9][0-9]{8}")),
    "pass_de": ("PASSPORT", _passport_de),
    "pass_fr": ("PASSPORT", _simple("[0-9]{2}[A-Z]{2}[0-9]{5}")),
    "pass_in": ("PASSPORT", _simple("[A-PR-WY][1-9][0-9]{6}")),
    "pass_es": ("PASSPORT", _simple("[A-Z]{3}[0-9]{6}")),
    "pass_it": ("PASSPORT", _simple("[A-Z]{2}[0-9]{7}")),
    "pass_nl": ("PASSPORT", _simple("[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]")),
    "pass_br": ("PASSPORT", _simple("[A-Z]{2}[0-9]{6}")),
    "dl_ca": ("DRIVER_LICENSE", _simple("[A-Z][0-9]{7}")),
    "dl_ny": ("DRIVER_LICENSE", _simple("[0-9]{3} [0-9]{3} [0-9]{3}|[0-9]{9}")),
    "dl_fl": ("DRIVER_LICENSE", _simple("[A-Z][0-9]{3}-[0-9]{3}-[0-9]{2}-[0-9]{3}-[0-9]")),
    "dl_tx": ("DRIVER_LICENSE", _simple("[0-9]{8}")),
    "dl_il": ("DRIVER_LICENSE", _simple("[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}")),
    "dl_gb": ("DRIVER_LICENSE", _licence_gb),
    "dl_de": ("DRIVER_LICENSE", _simple("[A-N][0-9]{3}[0-9A-Z]{5}[0-9][0-9A-Z]")),
    "dl_in": ("DRIVER_LICENSE", _simple("(DL|MH|KA)-?[0-9]{2} ?20[0-2][0-9][0-9]{7}")),
    "acct": ("BANK_ACCOUNT", _simple("[0-9]{8,12}")),
    "acct_gb": ("BANK_ACCOUNT", _simple("[0-9]{8}")),
    "konto": ("BANK_ACCOUNT", _simple("[1-9][0-9]{6,9}")),
    "conta": ("BANK_ACCOUNT", _simple("[0-9]{5}-[0-9]")),
    "routing": ("-", routing),
    "sort": ("-", _simple("[0-9]{2}-[0-9]{2}-[0-9]{2}")),
    "ifsc": ("-", _simple("[A-Z]{4}0[0-9A-Z]{6}")),
    "bic": ("-", _simple("[A-Z]{4}DE[A-Z0-9]{2}")),
    "blz": ("-", _simple("[1-8][0-9]{7}")),
    "agencia": ("-", _simple("[0-9]{4}")),
    "birth_eu": ("DATE_OF_BIRTH", birth_numeric),
    "birth_en": ("DATE_OF_BIRTH", birth),
}

_TEMPLATES = {
    "de": lines("""\
Meine Steuer-ID lautet «steuer_id», bitte tragen Sie sie ein.

Steuerliche Identifikationsnummer: «steuer_id»

Personalausweisnummer «ausweis», gültig bis 2031.

Sozialversicherungsnummer: «sv»

Umsatzsteuer-ID «ust» der Firma

Reisepass Nr. «pass_de»

Führerscheinnummer: «dl_de»

Geburtsdatum: «birth_eu», Geburtsort: Kassel

geboren am «birth_eu» in Bremen

Kontonummer «konto», BLZ «blz»
"""),
    "es": lines("""\
Mi DNI es «dni» y caduca en «year».

con NIE «nie», residente en Madrid

DNI: «dni»

Número de pasaporte: «pass_es»

Fecha de nacimiento: «birth_eu»
"""),
    "fr": lines("""\
Mon numéro de sécurité sociale est le «nir».

NIR : «nir»

Passeport n° «pass_fr»

Né le «birth_eu» à Lille

date de naissance : «birth_eu»
"""),
    "it": lines("""\
Il mio codice fiscale è «fiscale».

C.F. «fiscale», P. IVA «partita»

Partita IVA: «partita»

numero di passaporto «pass_it»

nata il «birth_eu» a Siena
"""),
    "nl": lines("""\
Mijn BSN is «bsn».

Burgerservicenummer: «bsn»

btw-nummer «btw»

paspoortnummer «pass_nl»

geboortedatum «birth_eu»
"""),
    "pt": lines("""\
Meu CPF é «cpf», pode conferir?

CPF: «cpf»

CNPJ «cnpj» da empresa

Passaporte «pass_br»

Data de nascimento: «birth_eu»

Agência «agencia», conta corrente «conta»
"""),
    "en": lines("""\
My National Insurance number is «nino».

NINO: «nino»

NHS number «nhs» on the letter

UTR «utr» for self assessment

Aadhaar number «aadhaar», linked to the mobile

my aadhaar is «aadhaar»

PAN: «pan»

PAN card «pan» was rejected

EIN «ein» belongs to «company»

ITIN: «itin»

passport number «pass_us», issued in «year»

Passport No: «pass_gb»

Indian passport «pass_in» expires in «year»

California driver's license «dl_ca»

Driver License Number: «dl_ny»

Florida DL# «dl_fl» was renewed

driver's license no. «dl_tx», class C

Illinois driver license «dl_il»

driving licence number «dl_gb»

driving licence «dl_in» valid till 2034

DOB: «birth_en»

She was born on «birth_en» and moved here in «year».

date of birth «birth_en», please verify

{"date_of_birth": "«birth_en»", "tier": «small»}

Routing number «routing», account number «acct»

bank account no. «acct» at «company»

Sort code «sort», account number «acct_gb»

A/C No. «acct», IFSC «ifsc»

checking account: «acct»

the laptop's MAC is «mac» according to the router

send it to my BTC address «bitcoin» today

wallet address: «crypto»

SOL wallet «solana» has been drained

ETH «crypto» holds the funds
"""),
}
_TRAPS = lines("""\
order number «order» of «date», «n» items

The part number is 4711-«big», torque «n» Nm.

batch «big»«big» expires on «date»

tracking id «hex8»«hex8», parcel «small» of «small»

The meeting of «day» in room «n» starts at «time».

version «version», build «big», commit «commit»
""")


def rows(count: int = 1000) -> Iterator[Row]:
    random = Random("ids")
    places = {**MAKERS, **_MADE}
    weighted = [(lang, each) for lang, found in _TEMPLATES.items() for each in found]
    for number in range(count):
        draft = Draft()
        lang, template = weighted[number % len(weighted)]
        draft.fill(template, places, random)
        if random.random() < 0.4:
            draft.add("\n")
            draft.fill(random.choice(_TRAPS), places, random)
        yield draft.row(f"ids-{number:04}", lang=lang)
