"""For all tests: where CI runs, the same examples each time; elsewhere, new ones."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_left_to_collect() -> Iterator[None]:
    """What one module leaves behind goes here, and not in some thread of the next one: an engine of
    the policies has to end in the thread that made it. What stays is not looked through again:
    late in the suite a collection would take most of a second, and some tests ask for one.
    """
    yield
    gc.collect()
    gc.freeze()
