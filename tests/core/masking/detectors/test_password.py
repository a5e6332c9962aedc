"""Passwords by their name: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a page for passwords", 'passwordResetUrl = "/account/reset-password"', None),
    ("in quotes", 'password = "hunter22"', 'password = "[PASSWORD]"'),
    ("in prose", "my password is hunter22!", "my password is [PASSWORD]"),
    ("in JSON", '{"password": "s3cr3t-value"}', '{"password": "[PASSWORD]"}'),
    ("in a shell", "export DB_PASSWORD=Tr0ub4dor", "export DB_PASSWORD=[PASSWORD]"),
    ("an element", "<password>Tr0ub4dor</password>", "<password>[PASSWORD]</password>"),
    (
        "an attribute",
        '<add key="ClearTextPassword" value="Tr0ub4dor" />',
        '<add key="ClearTextPassword" value="[PASSWORD]" />',
    ),
    ("a connection string", "Server=x;Password=Tr0ub4dor;", "Server=x;Password=[PASSWORD];"),
    ("on a command line", "psql --password Tr0ub4dor", "psql --password [PASSWORD]"),
    (
        "in a netrc",
        "machine x.co login jo password Tr0ub4dor",
        "machine x.co login jo password [PASSWORD]",
    ),
    (
        "in SQL",
        "CREATE USER jo IDENTIFIED BY 'Tr0ub4dor'",
        "CREATE USER jo IDENTIFIED BY '[PASSWORD]'",
    ),
    ("in Gradle", "credentials { password 'Tr0ub4dor' }", "credentials { password '[PASSWORD]' }"),
    ("its short name", "pass: Tr0ub4dor", "pass: [PASSWORD]"),
    ("in another tongue", "Kennwort: Tr0ub4dor", "Kennwort: [PASSWORD]"),
    ("a computed value", "password = get_password()", None),
    ("a variable", "password=password, passwd=self.password1", None),
    ("a placeholder", "password: <your password>, password: ********", None),
    ("a template", 'password = "${DB_PASSWORD_1}"', None),
    ("a sentence", "The password is incorrect. Your password reset42now works.", None),
    ("a type", "password: str", None),
    ("short and without digits", "pass: yes, pass: returned, bypass=Tr0ub4dor", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
