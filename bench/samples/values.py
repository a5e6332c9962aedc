"""Values of the structured types, valid by their own rules, in the ways people write them."""

from __future__ import annotations

import base64
import json
import string
from random import Random

from bench.samples import people
from bench.samples.checks import (
    BECH32,
    base58,
    base58_check,
    bech32,
    luhn,
    mod_97,
)
from bench.samples.draft import Maker, Makers, written

_DOMAINS = (
    "example.com",
    "example.org",
    "mail.example.net",
    "gmail.com",
    "outlook.com",
    "yahoo.co.uk",
    "web.de",
    "orange.fr",
    "proton.me",
    "acme.io",
    "stud.uni-koeln.de",
    "corp.internal.example",
    "hotmail.es",
    "libero.it",
    "uol.com.br",
    "hospital.nhs.uk",
    "state.or.us",
    "startup.ai",
)
HEX = "0123456789abcdef"
LETTERS = string.ascii_letters + string.digits


def digits(random: Random, count: int) -> str:
    return "".join(random.choices(string.digits, k=count))


def grouped(text: str, sizes: tuple[int, ...], separator: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return separator.join([*parts, text[at:]] if at < len(text) else parts)


def email(random: Random) -> str:
    first, last = people.plain(people.first_name(random)), people.plain(people.last_name(random))
    local = random.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}",
            f"{first}_{last}",
            f"{first}{random.randint(1, 99)}",
            f"{first}.{last}+{random.choice(('news', 'shop', 'x1'))}",
            f"{last}-{first[0]}",
            first,
            f"{first}.{last[0]}{random.randint(1950, 2009)}",
        )
    )
    address = f"{local}@{random.choice(_DOMAINS)}"
    return address if random.random() < 0.15 else address.lower()


_PHONES = (
    (8, r"\([2-9]1[02-9]\) [2-9][0-9]2-[0-9]{4}"),
    (5, r"[2-9]1[02-9]-[2-9][0-9]4-[0-9]{4}"),
    (3, r"[2-9]0[2-9]\.[2-9][0-9]6\.[0-9]{4}"),
    (4, r"\+1 [2-9]0[2-9] [2-9][0-9]3 [0-9]{4}"),
    (3, r"\+1-[2-9]1[02-9]-[2-9][0-9]5-[0-9]{4}"),
    (2, r"1-8(00|88|77)-[2-9][0-9]7-[0-9]{4}"),
    (2, r"\+1[2-9]0[2-9][2-9][0-9]2[0-9]{4}"),
    (1, r"\([2-9]12\) [2-9][0-9]8-[0-9]{4} ext\. [1-9][0-9]{2}"),
    (1, r"[2-9]1[02-9] [2-9][0-9]4 [0-9]{4}"),
    (2, r"020 7[0-9]{3} [0-9]{4}"),
    (2, r"\+44 20 7[0-9]{3} [0-9]{4}"),
    (2, r"07[4-9][0-9]{2} [0-9]{6}"),
    (1, r"\+44 \(0\)161 [0-9]{3} [0-9]{4}"),
    (1, r"\+447[4-9][0-9]{8}"),
    (2, r"030 [1-9][0-9]{6}"),
    (2, r"\+49 (30|40|89) [1-9][0-9]{5,7}"),
    (1, r"01[567][0-9] [1-9][0-9]{6}"),
    (1, r"\+49 151[0-9]{8}"),
    (1, r"0221/[1-9][0-9]{5}"),
    (1, r"\+49 711 [1-9][0-9]{4}-[0-9]{2}"),
    (2, r"0[1-79]( [0-9]{2}){4}"),
    (1, r"\+33 [1-79]( [0-9]{2}){4}"),
    (1, r"0[67](\.[0-9]{2}){4}"),
    (1, r"\+34 6[0-9]{2} [0-9]{3} [0-9]{3}"),
    (1, r"\+34 91 [1-9][0-9]{2} [0-9]{2} [0-9]{2}"),
    (1, r"\+39 06 [1-9][0-9]{3} [0-9]{4}"),
    (1, r"\+39 3[2-9][0-9] [0-9]{7}"),
    (1, r"06-[1-9][0-9]{7}"),
    (1, r"\+31 6 [1-9][0-9]{7}"),
    (1, r"\+31 \(0\)20 [1-9][0-9]{2} [0-9]{4}"),
    (1, r"\+91 [6-9][0-9]{4} [0-9]{5}"),
    (1, r"\+91-[6-9][0-9]{9}"),
    (1, r"\+55 11 9[0-9]{4}-[0-9]{4}"),
    (1, r"\((11|21|41)\) 9[0-9]{4}-[0-9]{4}"),
    (1, r"0[39]0-[1-9][0-9]{3}-[0-9]{4}"),
    (1, r"\+81 3-[1-9][0-9]{3}-[0-9]{4}"),
    (1, r"04[0-9]{2} [0-9]{3} [0-9]{3}"),
    (1, r"\+61 4[0-9]{2} [0-9]{3} [0-9]{3}"),
    (1, r"\+48 [5-8][0-9]{2} [0-9]{3} [0-9]{3}"),
    (1, r"\+46 70 [0-9]{3} [0-9]{2} [0-9]{2}"),
    (1, r"\+41 44 [0-9]{3} [0-9]{2} [0-9]{2}"),
    (1, r"\+234 80[0-9] [0-9]{3} [0-9]{4}"),
    (1, r"\+86 13[0-9] [0-9]{4} [0-9]{4}"),
    (1, r"010-[2-9][0-9]{3}-[0-9]{4}"),
    (1, r"\+7 \(9[0-9]{2}\) [0-9]{3}-[0-9]{2}-[0-9]{2}"),
    (1, r"\+52 55 [1-9][0-9]{3} [0-9]{4}"),
    (1, r"\+971 50 [0-9]{3} [0-9]{4}"),
    (1, r"\+65 [89][0-9]{3} [0-9]{4}"),
    (1, r"\+27 82 [0-9]{3} [0-9]{4}"),
    (1, r"00[34]9 [1-9][0-9]{2} [0-9]{6}"),
)
_PHONE_WEIGHTS = [weight for weight, _ in _PHONES]


def phone(random: Random) -> str:
    return written(random.choices(_PHONES, _PHONE_WEIGHTS)[0][1], random)


_CARDS = (
    (8, "4[0-9]{14}", (4, 4, 4, 4)),
    (5, "5[1-5][0-9]{13}", (4, 4, 4, 4)),
    (1, "2(22[1-9]|[3-6][0-9]{2})[0-9]{11}", (4, 4, 4, 4)),
    (3, "3[47][0-9]{12}", (4, 6, 5)),
    (2, "(6011|65[0-9]{2})[0-9]{11}", (4, 4, 4, 4)),
    (1, "35(2[89]|[3-8][0-9])[0-9]{11}", (4, 4, 4, 4)),
    (1, "3(0[0-5]|[68][0-9])[0-9]{10}", (4, 6, 4)),
    (1, "62[0-9]{13}", (4, 4, 4, 4)),
)


def card(random: Random) -> str:
    _, shape, sizes = random.choices(_CARDS, [each[0] for each in _CARDS])[0]
    body = written(shape, random)
    return grouped(body + luhn(body), sizes, random.choice(("", " ", " ", "-")))


IBANS = {
    "DE": "[0-9]{18}",
    "FR": "[0-9]{10}[0-9A-Z]{11}[0-9]{2}",
    "GB": "[A-Z]{4}[0-9]{14}",
    "ES": "[0-9]{20}",
    "IT": "[A-Z][0-9]{10}[0-9A-Z]{12}",
    "NL": "[A-Z]{4}[0-9]{10}",
    "CH": "[0-9]{5}[0-9A-Z]{12}",
    "AT": "[0-9]{16}",
    "PL": "[0-9]{24}",
    "SE": "[0-9]{20}",
    "DK": "[0-9]{14}",
    "NO": "[0-9]{11}",
    "PT": "[0-9]{21}",
    "IE": "[A-Z]{4}[0-9]{14}",
    "TR": "[0-9]{5}0[0-9A-Z]{16}",
    "AE": "[0-9]{19}",
    "LU": "[0-9]{3}[0-9A-Z]{13}",
    "BE": "[0-9]{12}",
    "FI": "[0-9]{14}",
    "BR": "[0-9]{23}[A-Z][0-9A-Z]",
    "MT": "[A-Z]{4}[0-9]{5}[0-9A-Z]{18}",
}


def iban(random: Random) -> str:
    country = random.choice(tuple(IBANS))
    rest = written(IBANS[country], random)
    code = f"{country}{mod_97(country, rest)}{rest}"
    return (
        code
        if random.random() < 0.45
        else " ".join(code[at : at + 4] for at in range(0, len(code), 4))
    )


def ssn_parts(random: Random) -> tuple[str, str, str]:
    area = random.choice([each for each in range(1, 900) if each != 666])
    return f"{area:03}", f"{random.randint(1, 99):02}", f"{random.randint(1, 9999):04}"


def ssn(random: Random) -> str:
    return "-".join(ssn_parts(random))


def ssn_loose(random: Random) -> str:
    """Only right behind words that say what it is."""
    return random.choice(("-", "-", " ", "")).join(ssn_parts(random))


def ipv4(random: Random) -> str:
    first = random.choice((10, 172, 192, *random.choices(range(11, 223), k=6)))
    if first == 127:
        first = 126
    second = {192: 168, 172: random.randint(16, 31)}.get(first, random.randint(0, 255))
    return f"{first}.{second}.{random.randint(0, 255)}.{random.randint(1, 254)}"


def ipv6(random: Random) -> str:
    prefix = random.choice(("2001:db8", "2a02:2f0b", "fd12:3456", "2606:4700", "2600:1f18"))
    if random.random() < 0.4:
        return prefix + "".join(f":{random.randint(1, 0xFFFF):x}" for _ in range(6))
    if random.random() < 0.2:
        return f"fe80::{random.randint(1, 0xFFFF):x}:{random.randint(1, 0xFFFF):x}"
    return f"{prefix}::{random.randint(1, 0xFFFF):x}" + (
        f":{random.randint(1, 0xFFFF):x}" if random.random() < 0.5 else ""
    )


def ip(random: Random) -> str:
    return ipv6(random) if random.random() < 0.25 else ipv4(random)


def mac(random: Random) -> str:
    octets = [f"{random.randint(0, 255):02x}" for _ in range(6)]
    draw = random.random()
    if draw < 0.15:
        return ".".join("".join(octets[at : at + 2]) for at in (0, 2, 4))
    text = ("-" if draw < 0.4 else ":").join(octets)
    return text.upper() if random.random() < 0.4 else text


_HOSTS = (
    "www.example.com",
    "app.example.org",
    "portal.acme.io",
    "docs.example.net",
    "status.example.io:8443",
    "wiki.corp.internal.example",
    "shop.example.co.uk",
    "meet.example.com",
    "localhost.example:3000",
)


def url(random: Random) -> str:
    scheme = "http" if random.random() < 0.15 else "https"
    path = written(
        r"(|/|/[a-z]{3,9}|/[a-z]{3,8}/[a-z]{3,8}(\.html|)|/u/[0-9]{3,6}/[a-z]{4,9})"
        r"(|\?[a-z]{2,5}=[a-z0-9]{1,8}(&[a-z]{1,4}=[0-9]{1,3}|)|#[a-z]{3,8})",
        random,
    )
    return f"{scheme}://{random.choice(_HOSTS)}{path}"


def bitcoin(random: Random) -> str:
    draw = random.random()
    if draw < 0.3:
        return base58_check(b"\0" + random.randbytes(20))
    if draw < 0.5:
        return base58_check(b"\5" + random.randbytes(20))
    if draw < 0.75:
        return bech32("bc", [0, *_words(random.randbytes(20))], 1)
    return bech32("bc", [1, *_words(random.randbytes(32))], 0x2BC830A3)


def _words(data: bytes) -> list[int]:
    bits = "".join(f"{each:08b}" for each in data)
    return [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]


def crypto(random: Random) -> str:
    draw = random.random()
    if draw < 0.5:
        return bitcoin(random)
    if draw < 0.85:
        return "0x" + "".join(random.choices(HEX, k=40))
    if draw < 0.92:
        return base58_check(b"\x30" + random.randbytes(20))
    return base58_check(b"\x41" + random.randbytes(20))


def solana(random: Random) -> str:
    return base58(b"\x9a" + random.randbytes(31))


_BIRTHS = (
    "{d:02}/{m:02}/{y}",
    "{m:02}/{e:02}/{y}",
    "{y}-{m:02}-{d:02}",
    "{d:02}.{m:02}.{y}",
    "{d} {month} {y}",
    "{month} {d}, {y}",
    "{short} {d}, {y}",
    "{d:02}-{short}-{y}",
    "{m}/{e}/{yy}",
    "{d}. {month} {y}",
)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def birth(random: Random) -> str:
    year, month = random.randint(1931, 2008), random.randint(1, 12)
    values = {"y": year, "m": month, "d": random.randint(1, 28), "e": random.randint(13, 28)}
    shape = random.choice(_BIRTHS)
    return shape.format(
        **values, yy=f"{year % 100:02}", month=_MONTHS[month - 1], short=_MONTHS[month - 1][:3]
    )


def birth_numeric(random: Random) -> str:
    """As it is written in most of Europe."""
    separator = random.choice((".", "/", "-"))
    day, month = random.randint(1, 28), random.randint(1, 12)
    return f"{day:02}{separator}{month:02}{separator}{random.randint(1931, 2008)}"


# -- credentials that are the same everywhere ----------------------------------------------------


def token(random: Random, size: int = 32, alphabet: str = LETTERS) -> str:
    """Random, and with a digit and both cases where the alphabet has them."""
    while True:
        text = "".join(random.choices(alphabet, k=size))
        if any(each.isdigit() for each in text) and any(each.isalpha() for each in text):
            return text


_WORDS = [
    "river",
    "copper",
    "falcon",
    "winter",
    "garden",
    "rocket",
    "violet",
    "thunder",
    "marble",
    "pepper",
    "castle",
    "orange",
    "monkey",
    "shadow",
    "harvest",
    "lantern",
    "dragon",
    "puzzle",
    "biscuit",
    "tango",
]


def password(random: Random) -> str:
    """As people choose them: a word and a mark, or noise."""
    word = random.choice(_WORDS)
    draw = random.random()
    if draw < 0.35:
        return f"{word.title()}{random.randint(10, 9999)}{random.choice('!#$@?')}"
    if draw < 0.55:
        return f"{word}-{random.choice(_WORDS)}-{random.randint(10, 99)}"
    if draw < 0.75:
        return word.replace("o", "0").replace("e", "3").title() + random.choice(
            ("!23", "_x9", "$$7")
        )
    return token(random, random.randint(10, 20), LETTERS + "!#%*+-_")


def jwt(random: Random) -> str:
    def part(value: object) -> str:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = {"alg": random.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    claims = {"sub": digits(random, 10), "iat": 1_600_000_000 + random.randrange(10**8)}
    return ".".join((part(head), part(claims), part(random.randbytes(32))))


def private_key(random: Random) -> str:
    kind = random.choice(
        ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY")
    )
    data = base64.b64encode(random.randbytes(random.choice((118, 300, 610)))).decode()
    rows = [data[at : at + 64] for at in range(0, len(data), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *rows, f"-----END {kind}-----"])


def _between(least: int, most: int) -> Maker:
    return lambda random: str(random.randint(least, most))


def _choice(*values: str) -> Maker:
    return lambda random: random.choice(values)


def _shape(regex: str) -> Maker:
    return lambda random: written(regex, random)


MAKERS: Makers = {
    "email": ("EMAIL", email),
    "phone": ("PHONE", phone),
    "card": ("CREDIT_CARD", card),
    "iban": ("IBAN", iban),
    "ssn": ("SSN", ssn),
    "ssn_loose": ("SSN", ssn_loose),
    "ip": ("IP_ADDRESS", ip),
    "ipv4": ("IP_ADDRESS", ipv4),
    "ipv6": ("IP_ADDRESS", ipv6),
    "mac": ("MAC_ADDRESS", mac),
    "url": ("URL", url),
    "bitcoin": ("CRYPTO", bitcoin),
    "crypto": ("CRYPTO", crypto),
    "solana": ("CRYPTO", solana),
    "birth": ("DATE_OF_BIRTH", birth),
    "person": ("PERSON", people.person),
    "name": ("PERSON", people.full_name),
    "first": ("PERSON", people.first_name),
    "last": ("PERSON", people.last_name),
    "titled": ("PERSON", people.titled),
    "last_first": ("PERSON", people.last_first),
    "initials": ("PERSON", people.initials),
    "upper": ("PERSON", people.upper_name),
    "address": ("ADDRESS", people.address),
    "us_address": ("ADDRESS", people.us_address),
    "password": ("PASSWORD", password),
    "jwt": ("JWT", jwt),
    "private_key": ("PRIVATE_KEY", private_key),
    "secret": ("SECRET", lambda random: token(random, random.choice((24, 32, 40)))),
    # What has no label.
    "company": (None, people.company),
    "place": (None, _choice(*people.PLACES)),
    "product": (None, _choice(*people.PRODUCTS)),
    "phrase": (None, _choice(*people.PHRASES)),
    "login": ("-", people.login),
    "n": (None, _between(2, 99)),
    "small": (None, _between(2, 9)),
    "big": (None, _between(1000, 99999)),
    "money": (None, _shape(r"[1-9][0-9]{0,3}\.[0-9]{2}")),
    "order": (None, _shape(r"[A-Z]{2,3}-[0-9]{5,7}")),
    "year": (None, _between(1995, 2031)),
    "date": (None, _shape(r"202[0-6]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])")),
    "day": (None, _shape(r"(March|April|June|October) ([1-9]|1[0-9]|2[0-8])")),
    "time": (None, _shape(r"(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")),
    "ms": (None, _shape(r"[0-9]{3}")),
    "version": (None, _shape(r"[0-9]\.[0-9]{1,2}\.[0-9]{1,2}")),
    "hex8": (None, _shape("[0-9a-f]{8}")),
    "commit": (None, _shape("[0-9a-f]{40}")),
    "sha256": (None, _shape("[0-9a-f]{64}")),
    "uuid": (None, _shape("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")),
    "record": ("-", _shape("[0-9]{6,8}")),
    "docket": (None, _shape("2[0-4]-cv-0[0-9]{4}")),
}
assert set(BECH32).isdisjoint("1bio")
