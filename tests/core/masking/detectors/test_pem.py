"""Private keys in armour: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each
from tests.core.masking.pieces import PEM

_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 300
CASES: list[Case] = [
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


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
