"""The same values, spelled so that a simple pattern does not see them, but people and models do.

The kind of a row is the spelling. The label covers the value as it is spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import quote

from bench.samples.draft import Draft, Row, fixed, prose
from bench.samples.values import MAKERS, ssn_parts

Spelling = Callable[[str, Random], str]

_TYPES = ("email", "card", "iban", "ssn", "phone", "ipv4", "mac")
_ALL = prose("""\
Please note «value» in the file.

contact: «value» (verified on «date»)

He wrote «value», and nothing else came after that.

The record says «value». Is that right?

«value»
""")
_CUED = {
    "email": ("my email is «value»", "write to «value» today"),
    "card": ("my credit card is «value»", "card number «value», expires next May"),
    "iban": ("the IBAN is «value»", "transfer it to IBAN «value» please"),
    "ssn": ("my SSN is «value»", "social security number: «value»."),
    "phone": ("call me at «value»", "my phone number is «value», any time"),
    "ipv4": ("the server's IP is «value»", "ssh root@«value» does not answer"),
    "mac": ("MAC address «value»", "the card has the MAC «value» on its label"),
    "birth": ("date of birth: «value»", "DOB «value», patient is stable"),
}


def _sprinkled(mark: str) -> Spelling:
    def spell(value: str, random: Random) -> str:
        places = sorted(random.sample(range(1, len(value)), k=min(3, len(value) - 1)))
        parts = [value[a:b] for a, b in zip([0, *places], [*places, None], strict=True)]
        return mark.join(parts)

    return spell


def _shifted(zero: int) -> Spelling:
    table = {ord("0") + digit: zero + digit for digit in range(10)}
    return lambda value, random: value.translate(table)


def _full_width(value: str, random: Random) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in value)


_CYRILLIC = str.maketrans("aceopxyiACEHKMOPTX", "асеорхуіАСЕНКМОРТХ")
_GREEK = str.maketrans("oAEHIKMNOTXZ", "οΑΕΗΙΚΜΝΟΤΧΖ")


def _lookalike(value: str, random: Random) -> str:
    """A few letters of another script; what has none keeps its digits, in bold."""
    other = value.translate(random.choice((_CYRILLIC, _GREEK)))
    return other if other != value else _shifted(0x1D7CE)(value, random)


def _separated(*marks: str) -> Spelling:
    def spell(value: str, random: Random) -> str:
        mark = random.choice(marks)
        digits = value.replace("-", " ").replace(".", " ").replace(":", " ").split(" ")
        if len(digits) > 1:
            return mark.join(digits)
        return mark.join(value[at : at + 4] for at in range(0, len(value), 4))

    return spell


def _html(value: str, random: Random) -> str:
    at = random.choice(("&#64;", "&#x40;", "&commat;"))
    dot = random.choice((".", ".", "&#46;", "&period;"))
    return value.replace("@", at).replace(".", dot)


def _url(value: str, random: Random) -> str:
    return quote(value, safe="")


def _obfuscated(value: str, random: Random) -> str:
    at, dot = random.choice(
        (
            ("[at]", "[dot]"),
            (" [at] ", " [dot] "),
            ("(at)", "."),
            (" (at) ", " (dot) "),
            (" at ", " dot "),
            ("{at}", "{dot}"),
            (" AT ", " DOT "),
            ("[@]", "."),
        )
    )
    return value.replace("@", at).replace(".", dot)


_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def _spelled(value: str, random: Random) -> str:
    words = list(_DIGITS)
    if random.random() < 0.3:
        words[0] = "oh"
    joint = random.choice((" ", " ", ", ", "-"))
    said = joint.join(words[int(each)] for each in value if each.isdigit())
    return said.title() if random.random() < 0.2 else said


def _upper(value: str, random: Random) -> str:
    return value.upper()


def _spaced(value: str, random: Random) -> str:
    return f"{value[:1]}" + "".join(f" {each}" for each in value[1:] if each not in " -")


_SPELLINGS: tuple[tuple[str, tuple[str, ...], Spelling], ...] = (
    ("zero-width", _TYPES, _sprinkled("\u200b")),
    ("joiner", _TYPES, _sprinkled("\u200d")),
    ("soft hyphen", _TYPES, _sprinkled("\u00ad")),
    ("direction mark", _TYPES, _sprinkled("\u200e")),
    ("full width", _TYPES, _full_width),
    ("arabic digits", ("card", "ssn", "phone", "ipv4"), _shifted(0x660)),
    ("devanagari digits", ("card", "ssn", "phone", "ipv4"), _shifted(0x966)),
    ("styled digits", ("card", "ssn", "phone", "ipv4"), _shifted(0x1D7EC)),
    ("homoglyph", ("email", "iban", "ssn"), _lookalike),
    (
        "separator",
        ("card", "ssn", "iban"),
        _separated("\u2011", "\u2013", "\u00a0", "\u202f", "\u2009"),
    ),
    ("odd separator", ("card", "ssn"), _separated(".", "_", "/", " - ", "  ")),
    ("url encoded", ("email", "phone", "iban", "mac"), _url),
    ("html encoded", ("email",), _html),
    ("obfuscated", ("email",), _obfuscated),
    ("upper case", ("email", "mac"), _upper),
    ("digits in words", ("ssn", "phone", "card"), _spelled),
    ("digits apart", ("ssn", "card"), _spaced),
)
_CUED_ONLY = {"digits in words", "digits apart", "odd separator"}
_GLUES = (
    "({})",
    "<{}>",
    '"{}"',
    "'{}'",
    "[{}]",
    "{}.",
    "{};",
    ">>{}<<",
    "**{}**",
    "`{}`",
    "={}",
    ":{}",
    "/{}/",
    "|{}|",
    "«{}»",
    "“{}”",
    "{}…",
    "{}!",
    "_{}_",
    "#{}",
    "{},",
    "\n{}\n",
    "\r\n\t{}\r\n",
    "*{}*",
)


def rows(count: int = 1000) -> Iterator[Row]:
    random = Random("adversarial")
    shapes = [(kind, type_, spelling) for kind, types, spelling in _SPELLINGS for type_ in types]
    for number in range(count):
        draft = Draft()
        if number % 5 == 4:
            kind = _glued(draft, random)
        else:
            kind, name, spelling = shapes[number % len(shapes)]
            label, maker = MAKERS[name]
            value = spelling(maker(random), random)
            cued = kind in _CUED_ONLY or name == "phone" or (kind, name) == ("separator", "ssn")
            cued = cued or random.random() < 0.4
            template = random.choice(_CUED[name] if cued else _ALL)
            draft.fill(template, {**MAKERS, "value": (label, fixed(value))}, random)
        yield draft.row(f"adversarial-{number:04}", kind=kind)


def _glued(draft: Draft, random: Random) -> str:
    """Right between punctuation, or broken over a line at a place where people break."""
    name = random.choice(_TYPES)
    label, maker = MAKERS[name]
    if name == "ssn" and random.random() < 0.3:
        draft.add("my SSN:\n")
        draft.add("-\n".join(ssn_parts(random)) if random.random() < 0.2 else maker(random), label)
        return "line break"
    before, after = random.choice(_GLUES).split("{}")
    cue = random.choice(_CUED[name]).split("«value»")
    draft.add(f"{cue[0]}{before}")
    draft.add(maker(random), label)
    draft.add(after + cue[1])
    return "glued"
