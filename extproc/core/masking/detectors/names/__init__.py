"""The gazetteer: what is known of a capitalised word, as the view writes it (`Tamara`).

Words are compared without accents. The lists are data of their own: this room reads no files.
Sources: the names of the 1990 census of the United States (public domain), and lists of common
names in other languages that were written for this project.
"""

from __future__ import annotations

from extproc.core.masking.detectors.names.ambiguous import (
    AMBIGUOUS_FIRST_NAMES,
    AMBIGUOUS_SURNAMES,
)
from extproc.core.masking.detectors.names.census_surnames import CENSUS_SURNAMES
from extproc.core.masking.detectors.names.common_words import COMMON_WORDS
from extproc.core.masking.detectors.names.first_names_a_k import FIRST_NAMES_A_K
from extproc.core.masking.detectors.names.first_names_l_z import FIRST_NAMES_L_Z
from extproc.core.masking.detectors.names.surnames import SURNAMES
from extproc.core.masking.view import fold


def _capitalised(*lists: str) -> frozenset[bytes]:
    return frozenset(word for words in lists for word in fold(words.title()).split())


FIRST = _capitalised(FIRST_NAMES_A_K, FIRST_NAMES_L_Z)
"""First names that are hardly anything else."""
FIRST_OR_WORD = _capitalised(AMBIGUOUS_FIRST_NAMES)
"""First names that are words or places too: `May`, `Jordan`."""
LAST = _capitalised(SURNAMES, CENSUS_SURNAMES)
"""Surnames that are hardly anything else."""
LAST_OR_WORD = _capitalised(AMBIGUOUS_SURNAMES)
"""Surnames that are words too: `Young`, `Bishop`."""
COMMON = _capitalised(COMMON_WORDS)
"""Capitalised words that are no name where nothing says so."""
