"""Masks whole JSON bodies, questions and answers alike."""

from __future__ import annotations

from collections import deque
from typing import Any, Literal

import msgspec

from extproc.core.llm import logprobs
from extproc.core.llm.channel import Channel, Part
from extproc.core.llm.dialect import Dialect, Group
from extproc.core.llm.json_body import write_json
from extproc.core.llm.places import Walk, plain_texts
from extproc.core.llm.registry import dialect_of
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import Kind, Path, Slot
from extproc.core.llm.text import TextStream
from extproc.core.masking import Edit, Masker

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
    text: bytes | None = None
    """The masked body, where it is no JSON."""

    def body(self, original: bytes) -> bytes:
        """What may go out in the place of the original."""
        if not self.changed:
            return original
        return write_json(self.document) if self.text is None else self.text


UNSEARCHED = "UNSEARCHED"
"""The type of the finding that nobody could look at a body; it is not clean, but unknown."""


def mask_text_body(body: bytes, masker: Masker) -> MaskResult:
    """Mask a body of a text type that is not JSON. Raises Unavailable("masker") when it is not
    UTF-8.
    """
    stream = TextStream(masker)
    masked = stream.feed(body) + stream.finish()
    places = tuple((kind, count, "$") for kind, count in stream.findings.items())
    return MaskResult(masked != body, None, dict(stream.findings), places, masked)


def unsearched() -> MaskResult:
    """What there is to say of a body that is not text: it goes as it is, if at all."""
    return MaskResult(False, None, {UNSEARCHED: 1}, ((UNSEARCHED, 1, "$"),))


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
    spec = dialect.request if direction == "request" else dialect.answer
    walk = Walk(masker, restoring=restoring)
    # A text that is clean may hold a pseudonym all the same.
    if not spec.is_joined and restoring is None and _is_clean(document, masker, walk):
        return MaskResult(False, document, {}, ())
    masked = walk.read(document, spec)[0]
    is_changed = walk.is_changed | _mask_joined(dialect, document, walk, masker, restoring)
    for choice in walk.logprobs:
        is_changed |= logprobs.settle(choice, walk.mask_text)
    places = tuple((kind, count, where) for (kind, where), count in walk.places.items())
    return MaskResult(is_changed, masked, walk.findings, places)


def _mask_joined(
    dialect: Dialect, document: Any, walk: Walk, masker: Masker, restoring: Masker | None
) -> bool:
    """Mask the strings that readers join to one text as that text; True when one changed."""
    texts: dict[tuple[Group, Path], Channel] = {}
    parts: list[tuple[Slot, Part]] = []
    begun: dict[Channel, deque[Edit]] = {}
    for slot in walk.slots:
        key = dialect.channel(None, document, slot.path)
        channel = texts.get(key)
        if channel is None:
            chosen = (restoring if slot.is_prose else None) or masker
            channel = texts[key] = Channel(chosen, is_json=slot.kind is Kind.STREAM_JSON)
            begun[channel] = deque()
        start = channel.fed
        begun[channel] += channel.feed(slot.text)
        parts.append((slot, Part(channel, start, channel.fed, slot.text)))
    for channel in texts.values():
        begun[channel] += channel.finish()
    is_changed = False
    for slot, part in parts:
        edits = begun[part.channel]
        while edits and edits[0].start < part.end:
            walk.note_edits((edits.popleft(),), slot.path)
        text = part.channel.render(part)
        if text is not slot.text:
            slot.container[slot.key] = text
            is_changed = True
    return is_changed


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
