"""Masks an answer while it streams.

What the client can put together from the output is what masking the whole text gives, for
every way in which the bytes, and the texts in them, were cut. How:

1. Frames are cut out of the bytes and read; each string in an event is complete by itself and
   masked at once, or a part of a longer text, its channel.
2. Events wait in a queue in their order. One goes out when all its parts are final: byte for
   byte as it came when nothing touched it, else rewritten.
3. What ends a text (`finish_reason`, `content_block_stop`, `[DONE]`, the end) makes it final
   before that event goes out. A text that goes on behind its end is refused: what was released
   at the end cannot be taken back.
4. A text may rest on a word that is not final while another text streams on: reasoning, and
   then the answer. So when 32 events of other texts wait behind it, the event goes out with
   what is final, and the word follows with the next event of its text, or in an event of its
   own before the text ends.

Unknown is not clean. JSON of an unknown shape is masked string by string, each by itself and
then, over some 32 events, as a text in parts. Data that should be JSON and is not, or that
readers disagree about (duplicate keys, lone surrogates), raises; so does all that would need
more memory than is allowed. An event of an unknown name whose data is not JSON is masked as
text, and `status` says `partial`. An event that the stream broke off in is not passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.llm import logprobs
from extproc.core.llm.channel import Channel, Part
from extproc.core.llm.dialect import EVERYTHING, AnswerFacts, Everything, Group
from extproc.core.llm.event_queue import Event, EventQueue, Rewriter, carried
from extproc.core.llm.framing import FRAME_MAX, Frame, Framing, is_data
from extproc.core.llm.json_body import parse_json
from extproc.core.llm.places import Walk, looks_like_padding
from extproc.core.llm.registry import dialect_of
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import LOOSE, Kind, Path, Slot
from extproc.core.llm.sse import SSE
from extproc.core.llm.template import Template, make_template
from extproc.core.masking import Edit, Masker

CHANNELS_MAX = 1024
"""Texts of one stream. No model speaks so many; a broken one must not fill the memory."""

_TEMPLATES_MAX = 4
# A server whose events all differ must not pay for templates that nothing matches.
_USELESS_TEMPLATES_MAX = 32
_LOOKS_LIKE_JSON = re.compile(r"""\s*[\[{]\s*["'\[{]""")
_BLANK = frozenset({b"\n", b"\r\n", b"\r"})


class AnswerStream:
    """One event stream of one answer. After an exception only `drain` may be called."""

    def __init__(
        self,
        route: Route,
        masker: Masker,
        framing: Framing = SSE,
        *,
        restoring: Masker | None = None,
    ) -> None:
        """`restoring` masks the assistant's prose: what was put for its pseudonyms differs then
        between what goes out and what is recorded, `drain_kept`."""
        self._dialect = dialect_of(route)
        self._masker = masker
        self._restoring = restoring
        self._framing = framing
        self._cutter = framing.cutter()
        self._walk = Walk(masker, is_event=True)
        self._groups: dict[Group, dict[Path, Channel]] = {}
        self._channel_count = 0
        self._queue = EventQueue(self._dialect, self._count, restores=restoring is not None)
        self._settled = Channel(masker)
        """Stands behind parts that wait for nothing."""
        self._templates: list[Template] = []
        self._useless_templates = 0
        self._is_first = True
        self._sent = b""
        """The last byte that went out, white space aside."""
        self._is_finished = False
        self._facts = AnswerFacts()
        self.received = 0
        """Bytes of text that came in, without what stands around it."""
        self.status: Literal["ok", "partial"] = "ok"
        """`partial` when something could only be looked at as plain text."""

    @property
    def findings(self) -> dict[str, int]:
        """Finding type to count, so far."""
        return self._walk.findings

    @property
    def usage(self) -> AnswerFacts:
        """With `input_tokens` and `output_tokens`."""
        return self._facts

    @property
    def model(self) -> str:
        return self._facts.model

    @property
    def finish_reason(self) -> str:
        return self._facts.finish_reason

    @property
    def held(self) -> int:
        """Bytes that came and did not go out yet."""
        return self._queue.size + self._cutter.size

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the upstream's body; returns what may go to the client now.

        Raises Unavailable("masker"), or Refused(POLICY_DENIED) for a finding of a blocked type;
        then the stream must end with `last`.
        """
        for raw in self._cutter.feed(data):
            _check_size(len(raw))
            self._take(raw)
        _check_size(self._cutter.size)
        return self.drain()

    def finish(self) -> bytes:
        """The upstream's body is complete; returns the rest. May be called again."""
        if not self._is_finished:
            self._is_finished = True
            rest = self._cutter.rest
            if not rest or not self._take_rest(rest):
                self._end(EVERYTHING)
            self._release()
        return self.drain()

    def drain(self) -> bytes:
        """What was ready when `feed` raised: it may go out before the stream is ended."""
        out = self._queue.drain()
        self._sent = out.rstrip()[-1:] or self._sent
        return out

    def last(self, error: bytes, name: str | None) -> bytes:
        """The event that ends the stream early, behind what `drain` gave."""
        return self._framing.last(error, name, self._sent)

    def drain_kept(self) -> bytes | None:
        """What was given since the last call, as it is recorded. None: as it was given."""
        return self._queue.drain_kept()

    def _take(self, raw: bytes) -> None:
        for template in self._templates:
            texts = template.match(raw)
            if texts is not None and self._take_known(raw, template, texts):
                break
        else:
            if raw in _BLANK:
                self._is_first = False
                self._queue.push_blank(raw)
                return
            frame = self._framing.read(raw, is_first=self._is_first)
            self._is_first = False
            self._take_new(raw, frame, is_last=False)
        self._release()

    def _release(self) -> None:
        """Let go what is final, unless something was found that may not pass even masked."""
        blocked = self._masker.blocked
        if blocked and (kinds := ", ".join(sorted(blocked.intersection(self._walk.findings)))):
            raise Refused(Code.POLICY_DENIED, f"the answer holds {kinds}, which may not pass")
        self._queue.release()

    def _take_rest(self, raw: bytes) -> bool:
        """Queue what stands behind the last empty line, if it is a whole event.

        Some servers end without that line. A client that follows the standard drops it, and so
        do we when it is a piece of an event.
        """
        try:
            frame = self._framing.read(raw, is_first=self._is_first)
            if frame.data and not self._is_end(frame):
                parse_json(frame.data.encode("utf-8"))
        except (Refused, Unavailable):
            return False
        self._take_new(raw, frame, is_last=True)
        return True

    def _take_known(self, raw: bytes, template: Template, texts: list[str]) -> bool:
        """Queue an event that fits a template; False when it must go the long way."""
        has_counts = False
        for slot, key, text in zip(template.slots, template.channels, texts, strict=True):
            if key is not None:
                continue
            if slot.kind is Kind.COUNT:
                slot.container[slot.key] = int(text)
                has_counts = True
            elif not looks_like_padding(text) and self._masker.find(text):
                return False
        if has_counts:
            self._dialect.read_event(template.document, self._facts)
        self._useless_templates = 0
        event = Event(raw, [], template, template.document, template.slots, False)
        for slot, key, text in zip(template.slots, template.channels, texts, strict=True):
            self._add_part(event, slot, key, text)
        self._queue.push(event)
        return True

    def _take_new(self, raw: bytes, frame: Frame, *, is_last: bool) -> None:
        """Read an event the long way and queue it."""
        walk = self._walk
        dialect = self._dialect
        lines = self._mask_lines(frame)
        is_touched = lines is not frame.lines
        root: list[Any] = [None]
        is_json = False
        began: Group | None = None
        ends: Iterable[Group] | Everything = ()
        keys: list[tuple[Group, Path]] = []
        walk.begin()
        if self._is_end(frame):
            ends = EVERYTHING
            root = [frame.data]
        elif frame.data:
            document, is_json = self._read_data(frame)
            if is_json:
                spec = dialect.event_spec(frame.event, document)
                began = dialect.begins(document)
                if began is not None:
                    self._end([began])
                    self._forget(began)
                ends = dialect.ends(document)
                dialect.read_event(document, self._facts)
                root = walk.read(document, spec)
                keys = [dialect.channel(frame.event, document, slot.path) for slot in walk.slots]
            else:
                root = walk.read(document, LOOSE)
                keys = [("", ("text",))]
            is_touched |= walk.is_changed
        slots = walk.slots
        writer = Rewriter(self._framing, lines, root, is_json, slots, walk.logprobs, walk)
        event = Event(raw, [], writer, root[0], slots, is_touched)
        for slot, key in zip(slots, keys, strict=True):
            self._add_part(event, slot, key, slot.text)
        # Proven or dropped against the text as it came; again when the text is rewritten.
        for choice in walk.logprobs:
            event.is_touched |= logprobs.settle(choice, walk.mask_text)
        self._end(EVERYTHING if is_last else ends)
        self._queue.push(event)
        # An event that steers something must be read each time.
        is_steering = began is not None or ends or is_last
        if is_json and not (is_steering or event.is_touched or walk.logprobs):
            self._learn(raw, frame, root[0], keys)

    def _mask_lines(self, frame: Frame) -> tuple[tuple[str, str], ...]:
        """The lines beside the data: comments, ids, names. The same object when clean."""
        lines = []
        is_changed = False
        for line, end in frame.lines:
            masked = line
            name, _, value = line.partition(":")
            is_known = name == "event" and value.strip() in self._dialect.events
            if not (is_data(line) or is_known):
                masked = self._walk.mask_text(line)
                is_changed |= masked is not line
            lines.append((masked, end))
        return tuple(lines) if is_changed else frame.lines

    def _is_end(self, frame: Frame) -> bool:
        return frame.data is not None and frame.data.strip() == self._dialect.end

    def _read_data(self, frame: Frame) -> tuple[Any, bool]:
        """The data as JSON, or as text where nobody says that it must be JSON."""
        data = frame.data or ""
        try:
            document = parse_json(data.encode("utf-8"))
            if type(document) in (dict, list, str):
                return document, True
            # A bare number is as well a piece of a text: "4111", then "1111".
        except Refused as error:
            is_known = (
                frame.event in self._dialect.events
                if frame.event is not None
                else bool(self._dialect.events)
            )
            # Text that begins like JSON may be read as JSON by a laxer reader, in which
            # escapes hide what masking it as text would find.
            if is_known or _LOOKS_LIKE_JSON.match(data):
                raise Unavailable("masker", f"an event: {error.refusal.message}") from None
        self.status = "partial"
        return data, False

    def _add_part(
        self, event: Event, slot: Slot, key: tuple[Group, Path] | None, text: str
    ) -> None:
        """Feed a text to its channel; the event waits for it."""
        if key is None or not text:
            event.parts.append(Part(self._settled, 0, 0, text))
            return
        group, path = key
        channels = self._groups.get(group)
        if channels is None:
            channels = self._groups[group] = {}
        channel = channels.get(path)
        if channel is None:
            channel = self._open(channels, path, slot)
        elif channel.is_ended:
            if not channel.is_loose:
                raise Unavailable("masker", "a text went on behind its end")
            channel = self._open(channels, path, slot)
        start = channel.fed
        self.received += len(text) if text.isascii() else len(text.encode())
        edits = channel.feed(text)
        if edits:
            self._count(edits)
        parked = channel.parked
        if parked is not None:
            start = parked.start
            text = parked.text + text
            channel.parked = None
            event.is_touched = True
        event.parts.append(Part(channel, start, channel.fed, text))

    def _open(self, channels: dict[Path, Channel], path: Path, slot: Slot) -> Channel:
        if path not in channels:
            self._channel_count += 1
            if self._channel_count > CHANNELS_MAX:
                raise Unavailable("masker", "a stream has too many texts")
        channel = channels[path] = Channel(
            (self._restoring if slot.is_prose else None) or self._masker,
            is_json=slot.kind is Kind.STREAM_JSON,
            is_loose=slot.kind is Kind.LOOSE,
        )
        return channel

    def _end(self, groups: Iterable[Group] | Everything) -> None:
        """Make the texts of these groups final; what was parked goes out before the event."""
        if isinstance(groups, Everything):
            groups = list(self._groups)
        for group in groups:
            for channel in self._groups.get(group, {}).values():
                self._count(channel.finish())
                parked = channel.parked
                if parked is not None:
                    channel.parked = None
                    self._queue.push(carried(self._framing, channel, parked, self._walk))

    def _forget(self, group: Group) -> None:
        self._channel_count -= len(self._groups.pop(group, {}))

    def _count(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            # An edit without text goes on with the one before it.
            # And a value that is restored has no type.
            if edit.text and edit.type:
                self._walk.count(edit.type)

    def _learn(
        self, raw: bytes, frame: Frame, document: Any, keys: Sequence[tuple[Group, Path]]
    ) -> None:
        walk = self._walk
        if self._useless_templates >= _USELESS_TEMPLATES_MAX or type(document) is not dict:
            return
        if not walk.slots or any(slot.kind is Kind.LOOSE for slot in walk.slots):
            return
        slots = [*walk.slots, *walk.varying]
        start = self._framing.data_at(raw, frame)
        if start is None or frame.data is None:
            return
        places = [*keys, *([None] * len(walk.varying))]
        template = make_template(raw, start, frame.data, document, slots, places)
        if template is not None:
            self._useless_templates += 1
            self._templates = [template, *self._templates[: _TEMPLATES_MAX - 1]]


def _check_size(size: int) -> None:
    if size > FRAME_MAX:
        raise Unavailable("masker", "an event of the stream is too large")
