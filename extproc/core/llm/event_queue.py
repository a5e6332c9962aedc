"""Events in their order, each of which waits for its text to be final.

An event that nothing touched goes out as the bytes that it came as. One that is held up by a
text which rests, while other texts go on, is let go with what is final of it; see `answer`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from extproc.core.decision import Unavailable
from extproc.core.llm import logprobs
from extproc.core.llm.channel import Channel, Parked, Part
from extproc.core.llm.dialect import Dialect
from extproc.core.llm.framing import Framing
from extproc.core.llm.json_body import write_json
from extproc.core.llm.places import Walk
from extproc.core.llm.spec import Kind, Slot
from extproc.core.llm.template import Template
from extproc.core.masking import Edit

BEHIND_MAX = 32
"""Events of other texts that may wait behind one whose text is not final."""

QUEUE_MAX = 4 << 20
"""Bytes of the events that wait."""


class Rewriter:
    """Writes an event that was read the long way."""

    __slots__ = ("choices", "framing", "is_json", "lines", "root", "slots", "walk")

    def __init__(
        self,
        framing: Framing,
        lines: Sequence[tuple[str, str]],
        root: list[Any],
        is_json: bool,
        slots: Sequence[Slot],
        choices: Sequence[dict[str, Any]],
        walk: Walk,
    ) -> None:
        """`root`: the data in a list of one, so that it has a container too. `choices`: those with
        log probabilities, which may have to go when the text changes."""
        self.framing = framing
        self.lines = lines
        self.root = root
        self.is_json = is_json
        self.slots = slots
        self.choices = choices
        self.walk = walk

    def write(self, texts: Sequence[str]) -> bytes:
        for slot, text in zip(self.slots, texts, strict=True):
            slot.container[slot.key] = text
        for choice in self.choices:
            logprobs.settle(choice, self.walk.mask_text)
        data = write_json(self.root[0]).decode("utf-8") if self.is_json else self.root[0]
        return self.framing.write(self.lines, data)


class Event:
    """One event that waits."""

    __slots__ = ("document", "is_touched", "parts", "raw", "slots", "tail", "writer")

    def __init__(
        self,
        raw: bytes,
        parts: list[Part],
        writer: Rewriter | Template,
        document: Any,
        slots: Sequence[Slot],
        is_touched: bool,
    ) -> None:
        """`slots`: one for each part."""
        self.raw = raw
        self.parts = parts
        self.writer = writer
        self.document = document
        self.slots = slots
        self.is_touched = is_touched
        self.tail = b""
        """Empty lines that came behind it."""


class EventQueue:
    def __init__(
        self, dialect: Dialect, count: Callable[[Sequence[Edit]], None], *, restores: bool = False
    ) -> None:
        """With `restores`, what goes out and what is recorded may differ."""
        self._dialect = dialect
        self._kept: list[bytes] | None = [] if restores else None
        self._count = count
        self._queue: deque[Event] = deque()
        self._out: list[bytes] = []
        self.size = 0
        """Bytes that wait."""

    def push(self, event: Event) -> None:
        """Raises Unavailable("masker") when too much waits."""
        self._queue.append(event)
        for part in event.parts:
            part.channel.waiting += 1
        self.size += len(event.raw)
        if self.size > QUEUE_MAX:
            raise Unavailable("masker", "too much of a stream waits for its text to be final")

    def push_blank(self, raw: bytes) -> None:
        """An empty line between events stays behind the event that it came behind."""
        if self._queue:
            self._queue[-1].tail += raw
        else:
            self._put(raw, raw)

    def _put(self, out: bytes, kept: bytes) -> None:
        self._out.append(out)
        if self._kept is not None:
            self._kept.append(kept)

    def drain_kept(self) -> bytes | None:
        """The same as `drain`, without the values that were restored. None: it is the same."""
        if self._kept is None:
            return None
        kept = b"".join(self._kept)
        self._kept.clear()
        return kept

    def drain(self) -> bytes:
        """What was released since the last call."""
        out = b"".join(self._out)
        self._out.clear()
        return out

    def release(self) -> None:
        """Let go what is final."""
        queue = self._queue
        while queue:
            event = queue[0]
            for part in event.parts:
                channel = part.channel
                if channel.final < part.end:
                    # Events of the same text gain nothing by its going ahead of itself. But
                    # what nobody knows may be no text at all, and never end.
                    same = 0 if channel.is_loose else channel.waiting
                    if len(queue) - same <= BEHIND_MAX:
                        return
                    self._send_ahead(event)
                    break
            queue.popleft()
            for part in event.parts:
                part.channel.waiting -= 1
            self.size -= len(event.raw)
            # What is recorded first: rendering uses the edits up.
            kept = b"" if self._kept is None else _keep(event)
            self._put(_render(event), kept)
            if event.tail:
                self._put(event.tail, event.tail)

    def _send_ahead(self, event: Event) -> None:
        """Let the event go with what is final of it, and keep the rest of its texts."""
        for part, slot in zip(event.parts, event.slots, strict=True):
            channel = part.channel
            if part.is_final:
                continue
            if channel.is_loose:
                # Each part was masked by itself; more is not owed where nothing is known.
                self._count(channel.finish())
                continue
            event.is_touched = True
            kept = channel.final - part.start
            rest = part.text[kept:]
            part.text = part.text[:kept]
            part.end = channel.final
            heir = self._next_part(event, part)
            if heir is None:
                carrier = self._dialect.carrier(event.document, slot)
                channel.parked = Parked(channel.final, rest, carrier)
            else:
                heir.start = channel.final
                heir.text = rest + heir.text

    def _next_part(self, event: Event, part: Part) -> Part | None:
        """The part that goes on with this one's text, its event marked as touched."""
        is_behind = False
        for other in self._queue:
            for candidate in other.parts:
                if is_behind and candidate.channel is part.channel:
                    other.is_touched = True
                    return candidate
                is_behind |= candidate is part
        return None


def carried(framing: Framing, channel: Channel, parked: Parked, walk: Walk) -> Event:
    """An event of our own for the end of a text."""
    carrier = parked.carrier
    slot = Slot(carrier.container, carrier.key, parked.text, Kind.STREAM, ())
    writer = Rewriter(
        framing, framing.new(carrier.event), [carrier.document], True, [slot], [], walk
    )
    part = Part(channel, parked.start, parked.start + len(parked.text), parked.text)
    return Event(b"", [part], writer, carrier.document, [slot], True)


def _keep(event: Event) -> bytes:
    texts = [part.channel.kept(part) for part in event.parts]
    is_touched = event.is_touched or any(
        text != part.text for text, part in zip(texts, event.parts, strict=True)
    )
    return event.writer.write(texts) if is_touched else event.raw


def _render(event: Event) -> bytes:
    is_touched = event.is_touched
    texts = []
    for part in event.parts:
        text = part.channel.render(part)
        if text is not part.text:
            is_touched = True
        texts.append(text)
    return event.writer.write(texts) if is_touched else event.raw
