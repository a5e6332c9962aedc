"""One text that arrives in many events, and its parts that wait to be final.

Offsets count the raw characters of the text since it began. A part may go out once the text is
final up to the part's end; then the edits that touch it are known too. A replacement goes into
the part where the edit begins, and the other parts lose what the edit covers.
"""

from __future__ import annotations

from collections import deque

from extproc.core.llm.dialect import Carrier
from extproc.core.llm.places import begins_like_json, may_become_json
from extproc.core.masking import Cut, Edit, Masker, StreamMasker


class Parked:
    """The end of a text whose event went out before it was final."""

    __slots__ = ("carrier", "start", "text")

    def __init__(self, start: int, text: str, carrier: Carrier) -> None:
        self.start = start
        self.text = text
        self.carrier = carrier


class Channel:
    """A text in parts, fed in order and rendered in the same order."""

    __slots__ = (
        "_beginning",
        "_masker",
        "_stream",
        "edits",
        "fed",
        "final",
        "is_ended",
        "is_loose",
        "parked",
        "waiting",
    )

    def __init__(self, masker: Masker, *, is_json: bool = False, is_loose: bool = False) -> None:
        self._masker = masker
        self._stream: StreamMasker | None = masker.json_stream() if is_json else None
        self._beginning = ""
        """Text whose form is not decided yet."""
        self.is_loose = is_loose
        self.fed = 0
        self.final = 0
        self.edits: deque[Edit] = deque()
        self.is_ended = False
        self.parked: Parked | None = None
        self.waiting = 0
        """Parts of it in the queue."""

    def feed(self, text: str) -> tuple[Edit, ...]:
        """Add text; returns the edits that became final."""
        self.fed += len(text)
        stream = self._stream
        if stream is None:
            self._beginning += text
            if may_become_json(self._beginning):
                return ()
            stream = self._begin()
            text = self._beginning
        return self._take(stream.feed(text))

    def _begin(self) -> StreamMasker:
        masker = self._masker
        is_json = begins_like_json(self._beginning)
        self._stream = stream = masker.json_stream() if is_json else masker.stream()
        return stream

    def finish(self) -> tuple[Edit, ...]:
        """Make everything final.

        A text of which nothing was held is not ended by this: some servers go on behind their
        `finish_reason`, and the masker still has all that it needs to be exact.
        """
        if self.is_ended or self.final == self.fed:
            if self._stream is not None:
                self._stream.pause()
            return ()
        self.is_ended = True
        stream = self._stream
        if stream is None:
            stream = self._begin()
            edits = self._take(stream.feed(self._beginning))
            return edits + self._take(stream.finish())
        return self._take(stream.finish())

    def _take(self, cut: Cut) -> tuple[Edit, ...]:
        self.final = cut.upto
        if cut.edits:
            self.edits.extend(cut.edits)
        return cut.edits

    def kept(self, part: Part) -> str:
        """The part as it is recorded: without the values that `render` restores. Call it first."""
        out: list[str] = []
        position = part.start
        for edit in self.edits:
            if edit.start >= part.end:
                break
            if edit.end > position:
                out.append(part.text[position - part.start : max(edit.start - part.start, 0)])
                if edit.start >= part.start:
                    out.append(edit.kept or edit.text)
                position = min(edit.end, part.end)
        return "".join((*out, part.text[position - part.start :]))

    def render(self, part: Part) -> str:
        """The part as it goes out; the same object when nothing touches it."""
        edits = self.edits
        if not edits or edits[0].start >= part.end:
            return part.text
        out: list[str] = []
        position = part.start
        while edits and (edit := edits[0]).start < part.end:
            if edit.end > position:
                out.append(part.text[position - part.start : max(edit.start - part.start, 0)])
                if edit.start >= part.start:
                    out.append(edit.text)
                position = min(edit.end, part.end)
            if edit.end > part.end:
                break
            edits.popleft()
        if position == part.start and not out:
            return part.text
        out.append(part.text[position - part.start :])
        return "".join(out)


class Part:
    """The stretch of a text that stands in one place of one event."""

    __slots__ = ("channel", "end", "start", "text")

    def __init__(self, channel: Channel, start: int, end: int, text: str) -> None:
        self.channel = channel
        self.start = start
        self.end = end
        self.text = text

    @property
    def is_final(self) -> bool:
        return self.channel.final >= self.end
