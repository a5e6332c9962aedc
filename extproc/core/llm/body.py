"""Masks whole JSON bodies, questions and answers alike."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from extproc.core.llm import logprobs
from extproc.core.llm.places import Walk, plain_texts
from extproc.core.llm.registry import dialect_of
from extproc.core.llm.routes import Route
from extproc.core.masking import Masker

Direction = Literal["request", "response"]


class MaskResult(msgspec.Struct, frozen=True):
    """A masked document. When it is not changed, pass the original bytes on."""

    changed: bool
    document: Any
    findings: dict[str, int]
    """Finding type to count."""
    places: tuple[tuple[str, int, str], ...]
    """(type, count, where), at most 256 places; `where` is a path such as
    `$.messages[0].content`, in which keys that are content show as `*`."""


def mask_document(
    route: Route,
    document: Any,
    masker: Masker,
    direction: Direction,
    restoring: Masker | None = None,
) -> MaskResult:
    """Mask every string of a body; see `places` for the rule and its exemptions. With `restoring`,
    pseudonyms in the prose of an answer are restored.

    The document itself is changed: read what policy needs from it before. It must come from
    `parse_json`, which bounds its depth.
    """
    dialect = dialect_of(route)
    walk = Walk(masker, restoring=restoring)
    # A text that is clean may hold a pseudonym all the same.
    if restoring is None and _is_clean(document, masker, walk):
        return MaskResult(False, document, {}, ())
    spec = dialect.request if direction == "request" else dialect.answer
    masked = walk.read(document, spec)[0]
    is_changed = walk.is_changed
    for choice in walk.logprobs:
        is_changed |= logprobs.settle(choice, walk.mask_text)
    places = tuple((kind, count, where) for (kind, where), count in walk.places.items())
    return MaskResult(is_changed, masked, walk.findings, places)


def _is_clean(document: Any, masker: Masker, walk: Walk) -> bool:
    """Whether there is nothing anywhere, whatever the kinds of places. Else the walk learns which
    texts are clean."""
    texts, numbers, is_plain = plain_texts(document)
    # A number's digits without a finding are no finding as a number.
    texts += map(str, numbers)
    clean = masker.clean(texts)
    if is_plain and len(clean) == len(texts):
        return True
    walk.trust(clean)
    return False
