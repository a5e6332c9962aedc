"""Values that their name calls secret: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

# Put together, so that no scanner takes them for leaked ones.
_RANDOM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
CASES: list[Case] = [
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


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
