"""Values that their name calls secret: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

# Put together, so that no scanner takes them for leaked ones.
_RANDOM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
_TOKEN = "Zx81Kq2Lm9Pw7" + "Rt4Vy6Bn3Hc5"
_HEX = "0d1e2f3a4b5c6d7e" + "8f90a1b2c3d4e5f6"
_UUID = "3f2504e0-4f89-" + "11d3-9a0c-0305e82c3301"
CASES: list[Case] = [
    ("a key by its name", "api_key: a1B2c3D4e5F6g7H8i9", "api_key: [SECRET]"),
    (
        "the secret of an Amazon key",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_secret_access_key=[SECRET]",
    ),
    ("longer than is looked at", "token=" + _RANDOM * 100 + " ok", "token=[SECRET] ok"),
    ("in a shell", f"export ACME_TOKEN='{_TOKEN}'", "export ACME_TOKEN='[SECRET]'"),
    ("in JSON", f'{{"acmeApiKey": "{_TOKEN}"}}', '{"acmeApiKey": "[SECRET]"}'),
    ("in JSON in JSON", f'{{\\"apiKey\\":\\"{_TOKEN}\\"}}', '{\\"apiKey\\":\\"[SECRET]\\"}'),
    ("in a header", f"X-Api-Key: {_HEX}", "X-Api-Key: [SECRET]"),
    ("of another scheme", f"Authorization: Token {_HEX}", "Authorization: Token [SECRET]"),
    ("in a query", f"/v1?api_key={_HEX}&limit=10", "/v1?api_key=[SECRET]&limit=10"),
    ("on a command line", f"acme --api-key {_HEX} up", "acme --api-key [SECRET] up"),
    ("in a call", f"login(token('{_TOKEN}'))", "login(token('[SECRET]'))"),
    (
        "as the second of a pair",
        f"define('AUTH_KEY', '{_TOKEN}');",
        "define('AUTH_KEY', '[SECRET]');",
    ),
    ("an element", f"<apiKey>{_TOKEN}</apiKey>", "<apiKey>[SECRET]</apiKey>"),
    (
        "a property list",
        f"<key>ApiKey</key>\n<string>{_TOKEN}</string>",
        "<key>ApiKey</key>\n<string>[SECRET]</string>",
    ),
    (
        "an attribute",
        f'<add key="ApiKey" value="{_TOKEN}" />',
        '<add key="ApiKey" value="[SECRET]" />',
    ),
    (
        "a variable of a container",
        f"- name: API_TOKEN\n  value: {_TOKEN}",
        "- name: API_TOKEN\n  value: [SECRET]",
    ),
    ("with a type", f'let key: &str = "{_TOKEN}";', 'let key: &str = "[SECRET]";'),
    ("in a sentence", f"my api key is {_TOKEN}", "my api key is [SECRET]"),
    ("on the next line", f"Here is my API key:\n\n{_TOKEN}", "Here is my API key:\n\n[SECRET]"),
    ("behind a space", f"the token {_UUID} works", "the token [SECRET] works"),
    ("by the vendor's name alone", f"DATADOG={_HEX}", "DATADOG=[SECRET]"),
    ("letters only", "token = zXcVbNmLkJhGfDsAqWeRtYuI", "token = [SECRET]"),
    ("a cookie", f"Cookie: session={_HEX}; a=b", "Cookie: session=[SECRET]; a=b"),
    ("a storage account", f"AccountKey={_RANDOM}/x9+A==;Suffix=x", "AccountKey=[SECRET];Suffix=x"),
    ("a call", "auth_token = base64.b64encode(value)", None),
    ("from the environment", 'token = os.environ["TOKEN_OF_SERVICE_1"]', None),
    ("a sentence about it", "The token is required. The key was 12 characters long.", None),
    ("a type", "token: Optional[str]", None),
    ("a word of low entropy", "token=aaaaaaaaaaaaaaaaaaaa1", None),
    (
        "placeholders",
        "token=your-api-key-1234567890 key: <a1B2c3D4e5F6g7H8> key=${A1B2C3D4E5}",
        None,
    ),
    ("twelve characters behind a sure name", 'secret = "x81Kq2Lm9Pw7"', 'secret = "[SECRET]"'),
    ("twelve behind another", 'key = "x81Kq2Lm9Pw7"', None),
    ("a digest of sixteen", '"KMS::Key": "2b447c471bc70388"', None),
    ("an image", "grafana: x/grafana:5.3.4@sha256:" + _HEX * 2, None),
    (
        "with signs of all kinds",
        "SECRET_KEY = 'django-" + "insecure-4&x(k=81)q2lm^9pw7#rt4vy6b@n3hc5*zu8e'",
        "SECRET_KEY = '[SECRET]'",
    ),
    ("a public key", f"public_key: {_HEX}", None),
    (
        "a public key in armour",
        "-----BEGIN PUBLIC KEY-----\nJp3vo9jeUhxwN4IMwmEGVesUut+Oek9E/rKIl+60F6",
        None,
    ),
    ("an id", f"client_id: {_UUID}, key_id = {_HEX}", None),
    ("a digest", f"cache_key_sha256: {_HEX}{_HEX}", None),
    ("no name", f"commit {_HEX}, {_UUID}, sha512-{_RANDOM}==", None),
    ("an identifier", 'private_key = "testEd25519Key", key: windows.RegOpenKeyEx2A', None),
    ("a module and its version", "example.com/oauth2 v0.0.0-20180821212333-d2e6202438be", None),
    (
        "an address and a path",
        f"token_uri: https://x.co/{_HEX}, key: /etc/ssl/a1b2c3d4e5f6a7b8",
        None,
    ),
    ("a number of a program", "key = 0xd5e6d4c9d7e2e340", None),
    ("a word with a name inside", "The monkey: 0d1e2f, keyboard = qwerty1234567890", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
