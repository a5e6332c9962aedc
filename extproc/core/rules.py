"""What is the same for every exchange of one configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from extproc.core.ports import Clock

if TYPE_CHECKING:
    # Not at run time: who only matches names needs no detectors.
    from extproc.core.masking import Masker


class Destination(msgspec.Struct, frozen=True):
    """An upstream's name and the globs of the models that it serves."""

    name: str
    models: tuple[str, ...]


class Rules(msgspec.Struct, frozen=True):
    """What is the same for every exchange of one configuration."""

    destinations: tuple[Destination, ...]
    maskers: Callable[[str | None], Masker]
    """By profile name; None is the configured one. Raises Unavailable for an unknown name."""
    clock: Clock
    request_limit: int
    """Bytes."""
    response_limit: int
    """Bytes of an answer that is not streamed."""
    keep_bodies: bool = True
    """Whether masked bodies go into the records."""
    has_budgets: bool = False
    """Whether what a call spends is counted."""
    known_clean: set[tuple[Masker, str]] = msgspec.field(default_factory=set)
    """Header values that were looked at and hold no finding. Shared by all exchanges, bounded."""

    def destination_of(self, model: str) -> Destination | None:
        """The first upstream that serves a model. A call that names no model (a list of models,
        say) goes to the first of all."""
        for destination in self.destinations:
            if not model or matches(model, destination.models):
                return destination
        return None


def matches(model: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(model, glob) for glob in globs)
