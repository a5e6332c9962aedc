"""Texts for the masker, and ways to feed it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from hypothesis import strategies as st

from extproc.core.masking import Cut, Edit, Masker, StreamMasker

# Keys are put together here so that no scanner of this repository takes them for real.
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "MIIEpAIBAAKCAQEA7bq0\nx9+/Zz1kq0==\n"
    + "-----END RSA PRIVATE KEY-----"
)
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N"

ENTITIES = (
    "jo.doe@example.com",
    "o'brien+x@mail.co.uk",
    "user%40example.org",
    "ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    "jo\u200b@exa\u00admple.com",
    "josé@exämple.fr",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "378282246310005",
    "123-45-6789",
    "SSN: 123 45 6789",
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "+1 (415) 555-2671",
    "+4915112345678",
    "415-555-2671 x123",
    "phone: 5551234567",
    "030/1234567",
    "jo [at] example [dot] com",
    "jo at example dot com",
    "jo @ example . com",
    "4111 - 1111 - 1111 - 1111",
    "CVV: 123",
    "SSN: one two three four five six seven eight nine",
    "9885 1152 office",
    "12345678Z",
    "RSSMRA85T10A562S",
    "811228-9874",
    "national id: AB-1234567",
    "BSN 111.222.333",
    "Steuer-ID: 86 095 742 719",
    "passport no. C01X00T47",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "driver's license number A123-456-78-901-0",
    "born in Paris on 12th of May 1990",
    "my date of birth. It's 3/23/1940",
    "BIC: DEUTDEFF500",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "00:1A:2B:3C:4D:5E",
    "postgres://bob:s3cr3tpw@db.example.com/x",
    "https://a.b/f?sig=aB3dE5fG7h",
    "my website is http://www.example.hu/a",
    "https://www.linkedin.com/in/jo-doe-123",
    "192.168.10.7",
    "2001:db8::8a2e:370:7334",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "sk-" + "proj-abcdEFGH1234ijklMNOP",
    "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8",
    "xoxb-" + "123456789012-abcdefghijkl",
    'password = "hunter22"',
    "api_key: a1B2c3D4e5F6g7H8i9",
    "Bearer abcdef1234567890ghijkl",
    "Basic " + "am86cGFzc3dvcmQ=",
    "datadog_key: 0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f6",
    "token 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "name: API_TOKEN\n  value: Zx81Kq2Lm9Pw7Rt4Vy6B",
    "<key>ApiKey</key><string>Zx81Kq2Lm9Pw7Rt4Vy6B</string>",
    "postgres://jo:Zx81Kq2L@db/app",
    "curl -u jo:Zx81Kq2L http://x",
    "--password Zx81Kq2L!",
    "$2b$12$" + "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
    "hooks.slack.com/services/" + "T0A1B2C3D/B0A1B2C3D/a1B2c3D4e5F6",
    "123456789:AA" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q",
    "a1B2c3D4e5F6g7" + ".atlasv1." + "a1B2c3D4e5F6g7H8i9J0" * 3,
    JWT,
    PEM,
    PEM[:60],
    "Maria T. van der Berg-Lopez Jr.",
    "Qwerto Brzozenko",
    "Prescriber P. McEnroe. Bob",
    "R. O'Dwyer",
    "LOPEZ, MARIA",
    "Weber, Ana",
    "my name is omar fernandez",
    "Mrs. O'Brien",
    "12 N. Elm Street, Apt 5C, Salem, OR 97303",
    "14, rue de la Paix",
    "Hauptstraße 15, 10115 Berlin",
    "address: Tacuarembo 66, Melo",
    "Zanzibar Project",
    "EMP-004217",
    "Ωmega",
    "東京タワー",
)

FRAGMENTS = (
    *(" ", " ", ". ", ", ", "\n", "@", "-", "1 (", "+", "..", ":", "/", '"', "\\", "\\n", "'"),
    *("Maria", "Bobby ", "Baker", "P. ", "O'", "Mc"),
    *("Call me", "the price is 12.50", "x = y + 1", "2024-01-15 10:30:00", "std::vec", "key = "),
    *(
        "sk-",
        "eyJ",
        "api key ",
        "token: ",
        "://a:",
        " -u ",
        "Basic ",
        "value: ",
        "glpat-",
        "live_",
        "-----BEGIN ",
        "password is ",
        "phone ",
        "AK",
        "DE89",
        "::",
        "4111",
        "%4",
    ),
    *("é", "東京", "🙂", "\u200b", "\u0301", "\ud83d", "\ude00", "１２", "…", "Привет"),
)

TERMS = ("Zanzibar Project", "Ωmega", "東京タワー", "aa")
PATTERNS = (("EMPLOYEE", r"\bEMP-[0-9]{6}\b"), ("CODE", r"(?i)zx[a-c]{2,5}y?"), ("PAIR", "[01]{4}"))

fragments = st.one_of(
    st.sampled_from(ENTITIES),
    st.sampled_from(FRAGMENTS),
    st.sampled_from(ENTITIES).flatmap(
        lambda whole: st.integers(1, len(whole)).map(lambda size: whole[:size])
    ),
    st.text(max_size=6),
    st.text("ab1.@ -0zxcy", max_size=12),
)
texts = st.lists(fragments, max_size=12).map("".join)


# Longer than what a stream keeps, with something at the end that its beginning must not hide.
long_texts = st.builds(
    lambda parts, filler, count: "".join(part + filler * count for part in parts),
    st.lists(texts, min_size=1, max_size=4),
    st.sampled_from(["the next word ", "1 ", "a", "eyJ", "\u200b", "x.", "東", '"', "A1b2-"]),
    st.sampled_from([0, 70, 700, 1500]),
)


def documents(source: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """JSON texts of strings from a source, with and without ASCII escapes."""
    numbers = st.one_of(
        st.sampled_from([4111111111111111, 5555555555554444, 4155552671, -12, 0, 10**70]),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
    )
    leaves = st.one_of(source, numbers, st.booleans(), st.none())
    keys = st.one_of(st.sampled_from(["phone", "password", "a", "card"]), source)
    values = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=8,
    )
    return st.builds(
        lambda value, ascii_only, indent: json.dumps(value, ensure_ascii=ascii_only, indent=indent),
        st.one_of(values, st.dictionaries(keys, values, max_size=4)),
        st.booleans(),
        st.sampled_from([None, 1]),
    )


@st.composite
def cut(draw: st.DrawFn, source: st.SearchStrategy[str]) -> tuple[str, list[str]]:
    """A text and its pieces: characters, tokens or larger."""
    text = draw(source)
    size = draw(st.sampled_from([1, 1, 3, 7, 40]))
    pieces = []
    at = 0
    while at < len(text):
        step = 1 if size == 1 else draw(st.integers(1, size))
        pieces.append(text[at : at + step])
        at += step
    return text, pieces


def fed(stream: StreamMasker, pieces: Iterable[str]) -> tuple[str, list[Edit]]:
    """The masked text that the pieces give, put together as it is released.

    Asserts on the way what every cut promises.
    """
    raw = ""
    at = 0
    out = []
    edits: list[Edit] = []
    for piece, final in _answers(stream, pieces):
        raw += piece
        assert at <= final.upto <= len(raw)
        for edit in final.edits:
            assert at <= edit.start < edit.end <= final.upto
            out += raw[at : edit.start], edit.text
            at = edit.end
        out.append(raw[at : final.upto])
        at = final.upto
        edits += final.edits
        assert stream.held == len(raw) - at
    assert at == len(raw)
    assert stream.finish().edits == ()
    assert stream.finish().upto == len(raw)
    return "".join(out), edits


def _answers(stream: StreamMasker, pieces: Iterable[str]) -> Iterator[tuple[str, Cut]]:
    for piece in pieces:
        yield piece, stream.feed(piece)
    yield "", stream.finish()


def custom_masker() -> Masker:
    return Masker("strict", terms=TERMS, patterns=PATTERNS)
