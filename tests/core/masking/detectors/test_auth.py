"""Credentials of HTTP and of commands: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

# Put together, so that no scanner takes it for a leaked one.
_RANDOM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
CASES: list[Case] = [
    ("a bearer token", "Authorization: Bearer " + _RANDOM, "Authorization: Bearer [SECRET]"),
    (
        "a name and a password",
        "Authorization: Basic " + "am86aHVudGVy",
        "Authorization: Basic [SECRET]",
    ),
    (
        "a longer one",
        'authorization: "Basic ' + "YWxhZGRpbjpvcGVuc2VzYW1lYWxhZGRpbg" + '"',
        'authorization: "Basic [SECRET]"',
    ),
    ("of curl", "curl -u jo:Tr0ub4dor https://x.co", "curl -u jo:[PASSWORD] https://x.co"),
    ("of curl, quoted", "curl --user 'jo:open sesame' x", "curl --user 'jo:[PASSWORD] sesame' x"),
    ("of another command", "psexec -u jo -p Tr0ub4dor cmd", "psexec -u jo -p [PASSWORD] cmd"),
    ("joined to its flag", "mysql -u root -pTr0ub4dor db", "mysql -u root -p[PASSWORD] db"),
    ("a word", "Basic understanding, basic auth, the bearer of news", None),
    ("base64 of something else", "Basic " + "aGVsbG8gd29ybGQ=", None),
    ("a user and a group", "docker run -u 1000:1000 -p 8080:80 x", None),
    ("a placeholder", "curl -u user:password x; curl -u jo:$PASSWORD x", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
