"""What a format of keys is: a vendor's prefixes, and what follows them."""

from __future__ import annotations

import re
from typing import NamedTuple

ALNUM = "[A-Za-z0-9]"
SMALL = "[a-z0-9]"
CAPITALS = "[A-Z0-9]"
LETTERS = "[A-Za-z]"
HEX = "[a-f0-9]"
MIXED_HEX = "[A-Fa-f0-9]"
UUID = "[A-Fa-f0-9-]"
WORD = "[A-Za-z0-9_-]"
DOTTED = "[A-Za-z0-9_.=-]"
PATH = "[A-Za-z0-9/_-]"
BASE64 = "[A-Za-z0-9+/=_-]"


class Format(NamedTuple):
    vendor: str
    prefixes: str
    """Literals with spaces between them."""
    alphabet: str
    """A class of characters, as an expression."""
    least: int
    """Of that class behind a prefix. A key may have more."""

    @property
    def is_word(self) -> bool:
        """Whether its keys are of letters, digits, `_` and `-` alone."""
        return not re.search(self.alphabet, "/.%$:?+=@&~")

    @property
    def is_wordy(self) -> bool:
        """Whether words behind the prefix would do."""
        return re.search(self.alphabet, "_-") is not None
