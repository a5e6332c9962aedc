"""Each family of detectors: what it finds, what it leaves, and what comes near.

Every case is text and what masking makes of it, whole and one character at a time. A case whose
two texts are equal is a negative one.
"""

from __future__ import annotations

import pytest

from extproc.core.masking import Masker
from tests.core.masking.pieces import JWT, PEM, fed

MASKER = Masker()
STRICT = Masker("strict")

# (what it shows, text, masked; None when nothing is found)
Case = tuple[str, str, str | None]

EMAIL: list[Case] = [
    ("a plain address", "mail jo.doe@example.com now", "mail [EMAIL] now"),
    ("at the end of a sentence", "Ask jo@example.com.", "Ask [EMAIL]."),
    ("a tag and an apostrophe", "o'brien+news@mail.example.co.uk", "[EMAIL]"),
    ("in quotes and brackets", "<'jo@example.com'>", "<'[EMAIL]'>"),
    ("an encoded at sign", "?to=jo%40example.com&x=1", "?to=[EMAIL]&x=1"),
    ("a full-width spelling", "ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[EMAIL]"),
    ("zero-width characters inside", "jo\u200b@exam\u2060ple.com ok", "[EMAIL] ok"),
    ("an accented domain", "jo@exämple.fr", "[EMAIL]"),
    ("between words that are written together", "请写信jo@example.com谢谢", "请写信[EMAIL]谢谢"),
    ("two that touch a comma", "a@example.com,b@example.com", "[EMAIL],[EMAIL]"),
    ("a local part of 70 masks its last 64", "x" * 70 + "@example.com", "x" * 6 + "[EMAIL]"),
    ("a handle", "thanks @jo and @example.", None),
    ("no top-level domain", "root@localhost", None),
    ("a matrix product", "a@b.T", None),
    ("the login of a Git server", "git@github.com:org/repo.git", None),
    ("a picture of two sizes", "icon@2x.png", None),
    ("a decorator", "@app.route('/x')", None),
    ("a version", "left-pad@1.3.0", None),
]

CREDIT_CARD: list[Case] = [
    ("groups of four", "card 4111 1111 1111 1111.", "card [CREDIT_CARD]."),
    ("one piece", "4111111111111111", "[CREDIT_CARD]"),
    ("hyphens", "5555-5555-5555-4444", "[CREDIT_CARD]"),
    ("American Express", "3782 822463 10005", "[CREDIT_CARD]"),
    ("Diners Club", "30569309025904", "[CREDIT_CARD]"),
    ("JCB", "3530111333300000", "[CREDIT_CARD]"),
    ("thirteen digits of Visa", "4222222222222", "[CREDIT_CARD]"),
    ("Maestro", "6304 0000 0000 0000", "[CREDIT_CARD]"),
    ("an expiry date behind it", "4111 1111 1111 1111 12/27", "[CREDIT_CARD] 12/27"),
    ("its check value behind it", "4111 1111 1111 1111 123", "[CREDIT_CARD] 123"),
    ("a number before it", "12 4111 1111 1111 1111", "12 [CREDIT_CARD]"),
    ("a row of a table", "Jo,42,4111111111111111,9", "Jo,42,[CREDIT_CARD],9"),
    ("no-break spaces", "4111\u00a01111\u00a01111\u00a01111", "[CREDIT_CARD]"),
    ("full-width digits", "４１１１１１１１１１１１１１１１", "[CREDIT_CARD]"),
    ("a wrong check digit", "4111 1111 1111 1112", None),
    ("no network's number", "1234567812345670", None),
    ("a right check digit and a wrong length", "41111111111111", None),
    ("milliseconds", "1609459200000", None),
    ("a decimal", "0.4111111111111111", None),
    ("part of a longer number", "41111111111111110000000", None),
    ("part of a word", "id_4111111111111111", None),
    ("zeros", "0000 0000 0000 0000", None),
]

SSN: list[Case] = [
    ("hyphens", "it is 123-45-6789.", "it is [SSN]."),
    ("spaces behind a cue", "my SSN is 123 45 6789", "my SSN is [SSN]"),
    (
        "one piece behind a cue",
        "social security number: 123456789",
        "social security number: [SSN]",
    ),
    ("an area never issued", "666-45-6789 and 900-45-6789 and 000-45-6789", None),
    ("a group never issued", "123-00-6789", None),
    ("spaces and no cue", "values 123 45 6789", None),
    ("part of a longer number", "123-45-67890 1-123-45-6789", None),
]

IBAN: list[Case] = [
    ("groups", "to DE89 3704 0044 0532 0130 00 please", "to [IBAN] please"),
    ("one piece", "GB82WEST12345698765432.", "[IBAN]."),
    ("small letters", "fr14 2004 1010 0505 0001 3m02 606", "[IBAN]"),
    ("words behind it", "NO93 8601 1117 947 and more", "[IBAN] and more"),
    ("a wrong check digit", "DE88 3704 0044 0532 0130 00", None),
    ("no country", "ZZ89 3704 0044 0532 0130 00", None),
    ("too short", "DE89 3704 0044 0532 0130", None),
    ("a word's rest", "XDE89370400440532013000", None),
]

PHONE: list[Case] = [
    ("international", "call +1 (415) 555-2671!", "call [PHONE]!"),
    ("international in one piece", "+4915112345678", "[PHONE]"),
    ("international with 00", "0049 30 1234567", "[PHONE]"),
    ("brackets", "(415) 555-2671", "[PHONE]"),
    ("hyphens", "415-555-2671", "[PHONE]"),
    ("dots", "415.555.2671", "[PHONE]"),
    ("an extension", "415-555-2671 x123 today", "[PHONE] today"),
    ("a bracketed area code", "(88) 684-3342", "[PHONE]"),
    ("in brackets of the sentence", "(415-555-2671, or 030/1234567)", "([PHONE], or [PHONE])"),
    ("more numbers behind it", "call 415 555 2671 1234567 89", "call [PHONE] 1234567 89"),
    ("a trunk prefix", "030/1234567 or 020 7946 0958", "[PHONE] or [PHONE]"),
    ("pairs", "01 23 45 67 89", "[PHONE]"),
    ("one piece behind a cue", "phone: 5551234567", "phone: [PHONE]"),
    ("a key as the cue", '{"phone_number": "5551234567"}', '{"phone_number": "[PHONE]"}'),
    ("a short one behind a cue", "you can reach me at 785 8949", "you can reach me at [PHONE]"),
    ("a date", "on 2024-01-15 and 15.01.2024", None),
    ("a date behind a cue", "I will call on 2024-01-15", None),
    ("a time stamp", "2024-01-15 10:30:00.123", None),
    ("an order number", "order 5551234567", None),
    ("arithmetic", "12 + 34 = 46 and 200 300 4000", None),
    ("thousands", "1,234,567,890 people", None),
    ("a signed decimal", "+35236450.6", None),
    ("a version", "2.10.13-1.22.333", None),
    ("part of a longer number", "415-555-2671-9999", None),
    ("a cue for another number", "call me 3 times: 5551234", None),
    ("hexadecimal", "0x4155552671ab", None),
]

IP_ADDRESS: list[Case] = [
    ("version 4", "from 203.0.113.77:8080", "from [IP_ADDRESS]:8080"),
    ("a network", "10.20.0.0/16", "[IP_ADDRESS]/16"),
    ("at the end of a sentence", "It is 192.168.10.7.", "It is [IP_ADDRESS]."),
    ("version 6", "[2001:db8::8a2e:370:7334]:443", "[[IP_ADDRESS]]:443"),
    ("version 6 in full", "d80:e4b5:79da:6cf6:71f3:51f7:9161:c319", "[IP_ADDRESS]"),
    ("link-local", "fe80::1 is up", "[IP_ADDRESS] is up"),
    ("loopback and any", "127.0.0.1 ::1 0.0.0.0 255.255.255.0", None),
    ("a version", "v1.2.3.4 and version 1.2.3.4", None),
    ("five parts", "1.2.3.4.5", None),
    ("an octet too large", "300.1.2.3", None),
    ("names in code", "std::vector f64::abs e2e::add a::b", None),
    ("a time", "12:30:45", None),
    ("a hardware address", "00:1b:44:11:3a:b7", None),
]

# Put together, so that no scanner takes them for leaked ones.
_RANDOM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
API_KEY: list[Case] = [
    ("Amazon", "AKIA" + "IOSFODNN7EXAMPLE", "[API_KEY]"),
    ("OpenAI", "use sk-" + "proj-" + _RANDOM + " now", "use [API_KEY] now"),
    ("an old one of OpenAI", "sk-" + _RANDOM, "[API_KEY]"),
    ("Anthropic", "sk-" + "ant-api03-" + _RANDOM + "_x-AA", "[API_KEY]"),
    ("GitHub", "ghp_" + _RANDOM[:36], "[API_KEY]"),
    ("GitHub, fine-grained", "github_pat_" + _RANDOM, "[API_KEY]"),
    ("GitLab", "glpat-" + _RANDOM[:20], "[API_KEY]"),
    ("Slack", "xoxb-" + "123456789012-" + _RANDOM[:24], "[API_KEY]"),
    ("Google", "AIza" + _RANDOM[:35], "[API_KEY]"),
    ("Stripe", "sk_" + "live_" + _RANDOM[:24], "[API_KEY]"),
    ("Hugging Face", "hf_" + "abcdefghijKLMNOPQRSTuvwxyzABCDEFGH", "[API_KEY]"),
    ("SendGrid", "SG." + _RANDOM[:22] + "." + _RANDOM, "[API_KEY]"),
    ("in an assignment", "KEY=AKIA" + "IOSFODNN7EXAMPLE;", "KEY=[API_KEY];"),
    ("longer than its format", "ghp_" + _RANDOM * 50 + " ok", "[API_KEY] ok"),
    ("a word's rest", "TAKIA" + "IOSFODNN7EXAMPLE", None),
    ("too short", "AKIA1234 ghp_abc glpat-x", None),
    ("a class in a style sheet", "sk-fading-circle-with-dots-animation", None),
    ("words with hyphens", "task-sk-learn-something-very-long", None),
]

SECRET: list[Case] = [
    ("a password in quotes", 'password = "hunter22"', 'password = "[PASSWORD]"'),
    ("a password in prose", "my password is hunter22!", "my password is [PASSWORD]"),
    ("a password in JSON", '{"password": "s3cr3t-value"}', '{"password": "[PASSWORD]"}'),
    ("a password in a shell", "export DB_PASSWORD=Tr0ub4dor", "export DB_PASSWORD=[PASSWORD]"),
    ("a key by its name", "api_key: a1B2c3D4e5F6g7H8i9", "api_key: [SECRET]"),
    (
        "the secret of an Amazon key",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_secret_access_key=[SECRET]",
    ),
    ("a bearer token", "Authorization: Bearer " + _RANDOM, "Authorization: Bearer [SECRET]"),
    ("longer than is looked at", "token=" + _RANDOM * 100 + " ok", "token=[SECRET] ok"),
    ("a computed value", "password = get_password()", None),
    ("a variable", "password=password, token=request.token", None),
    ("a call", "auth_token = base64.b64encode(value)", None),
    ("from the environment", 'token = os.environ["TOKEN_OF_SERVICE_1"]', None),
    ("a placeholder", "password: <your password>, password: ********", None),
    ("a template", 'password = "${DB_PASSWORD_1}"', None),
    ("a sentence", "The password is incorrect. The token is required.", None),
    ("a type", "password: str, token: Optional[str]", None),
    ("a word of low entropy", "token=aaaaaaaaaaaaaaaaaaaa1", None),
]

JWT_CASES: list[Case] = [
    ("three parts", f"token {JWT}. Next", "token [JWT]. Next"),
    ("in a header", f"Authorization: Bearer {JWT}", "Authorization: Bearer [JWT]"),
    ("five parts", "eyJhbGciOiJSU0Eifq.UGhIOguC7Iu.48V1_ALb6.5eym8TW_.XFBoMYUZ", "[JWT]"),
    ("longer than is held", "eyJ" + "A" * 5000 + "." + "B" * 9000 + " ok", "[JWT] ok"),
    ("one part", "eyJhbGciOiJIUzI1NiJ9 alone", None),
    ("a word's rest", "keyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", None),
]

_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 300
PRIVATE_KEY: list[Case] = [
    ("a key", f"key:\n{PEM}\nThanks", "key:\n[PRIVATE_KEY]\nThanks"),
    ("of ten thousand characters", PEM[:32] + _BODY + PEM[-29:] + " ok", "[PRIVATE_KEY] ok"),
    ("cut off", PEM[:60], "[PRIVATE_KEY]"),
    ("cut off in its first line", PEM[:36], "[PRIVATE_KEY]"),
    ("with headers", PEM[:32] + "Proc-Type: 4,ENCRYPTED\n\nMII=\n" + PEM[-29:], "[PRIVATE_KEY]"),
    ("on one line", PEM.replace("\n", " "), "[PRIVATE_KEY]"),
    ("escaped", PEM.replace("\n", "\\n") + '"', '[PRIVATE_KEY]"'),
    ("a public key", "-----BEGIN PUBLIC KEY-----\nMIIBIj\n-----END PUBLIC KEY-----", None),
    ("a sentence about keys", "It begins with -----BEGIN PRIVATE KEY----- as ever.", None),
]  # fmt: skip

TABLES = {
    "EMAIL": EMAIL,
    "CREDIT_CARD": CREDIT_CARD,
    "SSN": SSN,
    "IBAN": IBAN,
    "PHONE": PHONE,
    "IP_ADDRESS": IP_ADDRESS,
    "API_KEY": API_KEY,
    "SECRET": SECRET,
    "JWT": JWT_CASES,
    "PRIVATE_KEY": PRIVATE_KEY,
}
CASES = [
    pytest.param(text, text if masked is None else masked, id=f"{family}: {shows}")
    for family, table in TABLES.items()
    for shows, text, masked in table
]


@pytest.mark.parametrize(("text", "masked"), CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    assert MASKER.mask(text)[0] == masked


@pytest.mark.parametrize(("text", "masked"), CASES)
def test_masks_the_same_one_character_at_a_time(text: str, masked: str) -> None:
    assert fed(MASKER.stream(), text)[0] == masked


def test_the_strict_profile_takes_a_spaced_number_for_a_phone() -> None:
    assert STRICT.mask("values 415 555 2671")[0] == "values [PHONE]"
    assert MASKER.mask("values 415 555 2671")[0] == "values 415 555 2671"
