"""JSON web tokens: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each
from tests.core.masking.pieces import JWT

CASES: list[Case] = [
    ("three parts", f"token {JWT}. Next", "token [JWT]. Next"),
    ("in a header", f"Authorization: Bearer {JWT}", "Authorization: Bearer [JWT]"),
    ("five parts", "eyJhbGciOiJSU0Eifq.UGhIOguC7Iu.48V1_ALb6.5eym8TW_.XFBoMYUZ", "[JWT]"),
    ("longer than is held", "eyJ" + "A" * 5000 + "." + "B" * 9000 + " ok", "[JWT] ok"),
    ("one part", "eyJhbGciOiJIUzI1NiJ9 alone", None),
    ("a word's rest", "keyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
