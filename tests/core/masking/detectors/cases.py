"""Tables of cases for one family of detectors each, and the tests that read them.

A case is what it shows, a text, and what masking makes of it; None when nothing is found. Each is
tried whole and one character at a time.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pytest

from extproc.core.masking import Masker
from tests.core.masking.pieces import fed

Case = tuple[str, str, str | None]


@functools.cache
def the_masker(profile: str = "default") -> Masker:
    return Masker(profile)


def each(*tables: Sequence[Case]) -> pytest.MarkDecorator:
    """Parametrizes a test with `text` and `masked`."""
    return pytest.mark.parametrize(
        ("text", "masked"),
        [
            pytest.param(text, text if masked is None else masked, id=shows)
            for table in tables
            for shows, text, masked in table
        ],
    )


def check(text: str, masked: str, profile: str = "default") -> None:
    """The value is masked and nothing else, in the whole text and character by character."""
    masker = the_masker(profile)
    assert masker.mask(text)[0] == masked
    assert fed(masker.stream(), text)[0] == masked
