"""What may stand in the place of a finding: the strategies, and which types may have which.

- label: `[EMAIL]`.
- partial: `•••• 1111`, the last four letters or digits. Only for numbers of which it is customary
  to show the end, and never of a value with fewer than PARTIAL_LEAST letters and digits: at least
  half of it stays hidden.
- pseudonym: `[EMAIL_3f9a1c]`, the same for the same value in the same scope (`pseudonym.py`).
- block: the exchange is refused.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping

from extproc.core.masking.view import fold

PARTIAL_LEAST = 8
_SHOWN = 4

PARTIAL_TYPES = frozenset(
    {"BANK_ACCOUNT", "CREDIT_CARD", "CRYPTO", "IBAN", "PHONE", "SSN", "TAX_ID"}
)
SECRET_TYPES = frozenset({"API_KEY", "JWT", "PASSWORD", "PRIVATE_KEY", "SECRET"})
"""Nothing of these is ever shown, and none is ever restored."""

_NOT_SHOWN = re.compile(rb"[^0-9A-Za-z]+")


class Strategy(enum.StrEnum):
    LABEL = "label"
    PARTIAL = "partial"
    PSEUDONYM = "pseudonym"
    BLOCK = "block"


Strategies = Mapping[str, Strategy]
"""By type; a type that is not named has LABEL."""


def mistakes(strategies: Strategies) -> dict[str, str]:
    """By type, why its strategy is refused."""
    found = {}
    for kind, strategy in strategies.items():
        if strategy is Strategy.PARTIAL and kind not in PARTIAL_TYPES:
            why = (
                "nothing of a secret is shown" if kind in SECRET_TYPES else "its end tells too much"
            )
            found[kind] = f"partial is refused for {kind}: {why}; it is for " + ", ".join(
                sorted(PARTIAL_TYPES)
            )
    return found


def partial(kind: str, value: str) -> str:
    """`•••• 1111`; the label for a value that is too short."""
    shown = _NOT_SHOWN.sub(b"", fold(value)).decode("ascii")
    return f"•••• {shown[-_SHOWN:]}" if len(shown) >= PARTIAL_LEAST else f"[{kind}]"
