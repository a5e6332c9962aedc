"""Passwords in addresses, and hashes of them: what is found, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

# Put together, so that no scanner takes them for leaked ones.
_BCRYPT = "$2b$12$" + "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
_CRYPT = "$6$" + "saltsalt$" + "A1b2C3d4E5f6G7h8I9j0K1" * 3
CASES: list[Case] = [
    ("a database", "postgres://jo:Tr0ub4dor@db:5432/app", "postgres://jo:[PASSWORD]@db:5432/app"),
    ("several hosts", "mongodb+srv://jo:Tr0ub4dor@a,b/x", "mongodb+srv://jo:[PASSWORD]@a,b/x"),
    (
        "what looks like an address of mail",
        "ftp://jo:Tr0ub4dor@x.example.com/a",
        "ftp://jo:[PASSWORD]@x.example.com/a",
    ),
    ("no user", "redis://:Tr0ub4dor@cache:6379/0", "redis://:[PASSWORD]@cache:6379/0"),
    ("escaped", "amqp://jo:Tr0ub%2F4dor@mq", "amqp://jo:[PASSWORD]@mq"),
    ("a plain one", "https://jo:hunter@host/x", "https://jo:[PASSWORD]@host/x"),
    ("bcrypt", "hash: " + _BCRYPT + " ok", "hash: [SECRET] ok"),
    ("crypt", "root:" + _CRYPT + ":19000:", "root:[SECRET]:19000:"),
    ("a port", "http://host:8080/a@b", None),
    ("a word", "redis://user:password@host, amqp://:pass@host", None),
    ("a variable", "postgres://jo:${PW}@db mysql://jo:<pw>@db", None),
    ("prices", "from $5 to $6 and $1.50", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
