"""A made-up customer: one value of each kind that masking finds, none of them anybody's.

The values pass the validators of their kind (Luhn, IBAN's mod 97), because a value that does
not is no finding. The key and the token are put together at import, so that a scanner for
secrets finds none in this file.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode


def _segment(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


EMAIL = "zoe.miller@example.com"
CARD = "4111 1111 1111 1111"
SSN = "536-90-4399"
IBAN = "DE89 3704 0044 0532 0130 00"
PHONE = "+1 202-555-0143"
IP = "203.0.113.42"
AWS_KEY = "AKIA" + "7QX4TPLM2KDJ6VRA"
JWT = ".".join(
    _segment(part)
    for part in (
        b'{"alg":"HS256","typ":"JWT"}',
        b'{"sub":"zoe.miller","iss":"demo","iat":1700000000}',
        b"a made-up signature, 32 bytes...",
    )
)

CUSTOMER = {
    "name": "Zoë Miller",
    "email": EMAIL,
    "phone": PHONE,
    "card": CARD,
    "ssn": SSN,
    "iban": IBAN,
    "ip": IP,
    "aws_key": AWS_KEY,
    "session": JWT,
}
"""What a tool call carries as its arguments."""

LETTER = f"""\
Here is a made-up customer record.

Name: Zoë Miller
E-mail: {EMAIL}
Phone: {PHONE}
Card: {CARD}
SSN: {SSN}
IBAN: {IBAN}
Last seen from IP {IP}
AWS key: {AWS_KEY}
Session token: {JWT}

Nobody lives behind these values."""
"""What an answer in prose says."""
