"""The stream masker: what comes out, put together, is the masked whole text, for every cut.

Theory of operation
===================

*Matches.* Whether a stretch of text is a match depends on that stretch, on at most CONTEXT
characters before it and on a look-ahead of a few after it; never on other matches. So there is
one set of matches of a whole text, and the question of a stream is only when each is known.

*Live tail.* After every piece, one look at the end of the text tells how much of it could still
be the beginning of a match (`live.py`). Everything before that tail is settled: all matches
that begin there are complete, and no later character changes them. What a detector can look at
is bounded, so the live tail is bounded too (`Engine.hold_most`, some 4,000 characters, and some
4 in prose). Whatever grows beyond that is either no match any more or has become one: patterns
of long secrets decide within their bound, and a *run* masks what goes on behind them without
being held, a key of a megabyte as well as one of a line.

*Findings.* Matches that overlap, and matches of one type that touch, are one finding: every
character of every match is masked. It is named by the strongest type among the matches that
begin in its first LABEL_WINDOW characters. So its label can be told when the text is settled
that far, or up to its end, and what follows in the same finding is masked under that label:
one edit with the label, then edits with no text as more of it comes.

*Values.* A substitute that is made of the value (`substitute.py`) needs all of the finding, so
that one waits for its end, and for whatever may touch it. One longer than WHOLE_MOST, or with a
run in it, gets its label instead: what waits is bounded.

*Release.* Text is final up to the first of: the live tail, a finding without a label yet, a run
that may go on. Text inside a finding that has its label is final, settled or not, because it is
gone whatever comes.

*Work.* Letters that go on with a word are held without a look, and a long live tail is not looked
at for every character that it grows by, only when it has grown by an eighth. Holding text longer
is always right, so that this changes no result, and a stream of single characters costs time in
proportion to its length, hostile or not.

The whole text is the stream of one piece: `mask` runs this very code.
"""

from __future__ import annotations

from operator import itemgetter

from extproc.core.masking.detectors.detector import Match, Run
from extproc.core.masking.engine import Scanner, end_of_run
from extproc.core.masking.finding import Cut, Edit
from extproc.core.masking.substitute import PLACEHOLDER, Substitutes
from extproc.core.masking.view import View, seen

LABEL_WINDOW = 64
"""Characters of a finding in which the matches that name it begin."""

WHOLE_MOST = 256
"""Characters of a finding in whose place something made of its value can stand."""

_PATIENCE = 32
"""Up to this many held characters, each piece is looked at as it comes."""

_SLACK = 1024
"""Characters of settled text that may pile up before they are dropped."""

_NAMELESS = 1000
"""The rank of a match that only continues another."""

_BY_START_AND_RANK = itemgetter(Match._fields.index("start"), Match._fields.index("rank"))


class StreamMasker:
    """Masks one text that arrives in pieces. Made by `Masker.stream` or `Masker.json_stream`."""

    def __init__(
        self, scanner: Scanner, view: View, substitutes: Substitutes | None = None
    ) -> None:
        """Without `substitutes`, findings get labels."""
        self._scanner = scanner
        self._view = view
        self._substitutes = substitutes
        self._prose = substitutes.begin() if substitutes is not None else None
        self._read = 0
        """How far it has read."""
        self._progress = [0] * len(scanner.engine.patterns)
        """For each custom pattern: where it goes on looking."""
        self._settled = 0
        """Matches that begin before this position are known."""
        self._waiting: list[Match] = []
        """Settled matches whose finding has no label yet."""
        self._runs: dict[Run, int] = {}
        """Runs that reached the end of the text, and where they go on."""
        self._masked = 0
        """The end of the last finding that has a label, as far as it is known."""
        self._type = ""
        self._released = 0
        """Raw characters that are final."""
        self._wake = 0
        """So many unsettled characters are worth another look."""
        self._is_finished = False

    def feed(self, piece: str) -> Cut:
        """Take the next characters.

        Raises Unavailable("masker") when detection fails; the stream must not go on then.
        """
        if self._is_finished:
            raise ValueError("the stream is finished")
        view = self._view
        view.add(piece)
        unsettled = self._size - self._settled
        # A word that goes on is not settled: it may be the beginning of an address.
        is_word = unsettled <= _PATIENCE and view.data[self._settled - view.base :].isalpha()
        if is_word or unsettled < self._wake:
            return Cut(self._released, ())
        return self._advance(is_end=False)

    def finish(self) -> Cut:
        """The text is complete. The rest is final; a second call answers the same, no edits."""
        if self._is_finished:
            return Cut(self._released, ())
        self._view.end()
        cut = self._advance(is_end=True)
        self._is_finished = True
        return cut

    def whole(self, text: str) -> Cut:
        """`feed` and `finish` in one, for a text that is all there."""
        self._view.add(text)
        return self.finish()

    def pause(self) -> None:
        """All that came is final, and this may be the end."""
        if self._prose is not None and self._substitutes is not None:
            self._read_to(self._size)
            self._substitutes.end(self._prose)

    @property
    def held(self) -> int:
        """Raw characters that came in and are not final."""
        return self._view.total - self._released

    @property
    def _size(self) -> int:
        return self._view.base + len(self._view.data)

    def _advance(self, *, is_end: bool) -> Cut:
        size = self._size
        limit = size if is_end else self._limit(size)
        found, limit = self._matches(limit)
        found += self._view.forced(limit)
        runs = _open_runs(found, size)
        found = self._view.widened(found)
        if self._runs:
            found += self._continued_runs(runs)
        self._runs = {} if is_end else runs
        if self._waiting:
            found += self._waiting
        edits: list[Edit] = []
        if found:
            found.sort(key=_BY_START_AND_RANK)
            self._name(found, limit, edits, is_end=is_end)
        self._settled = limit
        self._release(limit, is_end=is_end)
        unsettled = size - limit
        self._wake = unsettled + (unsettled >> 3) if unsettled > _PATIENCE else 0
        return Cut(self._released, tuple(edits))

    def _limit(self, size: int) -> int:
        """Up to where the text is settled."""
        view = self._view
        live = self._scanner.live_length(view.data[self._settled - view.base :])
        return max(self._settled, view.steady(size - live))

    def _matches(self, limit: int) -> tuple[list[Match], int]:
        """The matches that become settled, and up to where they are. That is before `limit`
        when the view cannot place one of them yet.
        """
        view = self._view
        found: list[Match] = []
        while limit > self._settled:
            progress = self._progress.copy()
            found = self._scanner.matches(view, self._settled, limit, progress)
            lower = view.placed(found, limit)
            if lower >= limit:
                self._progress = progress
                break
            limit = max(self._settled, view.steady(lower))
            found = []
        return found, limit

    def _continued_runs(self, runs: dict[Run, int]) -> list[Match]:
        """What came in behind the open runs; those that are still open are added to `runs`.

        Each overlaps the match that it continues by one character, so that it joins that
        finding; it never names one.
        """
        view = self._view
        found = []
        for run, position in self._runs.items():
            end = view.base + end_of_run(run, view.data, position - view.base)
            reach = view.reached(end)
            found.append(Match(position - 1, reach, _NAMELESS, "", run))
            if reach < end or self._size - end < run.unit:
                runs[run] = reach
        return found

    def _name(self, found: list[Match], limit: int, edits: list[Edit], *, is_end: bool) -> None:
        """Join matches, in order, to findings, and mask each that can be named."""
        view = self._view
        substitutes = self._substitutes
        index = 0
        while index < len(found):
            first = found[index]
            if first.start < self._masked or (
                first.start == self._masked and first.type == self._type
            ):
                if first.end > self._masked:
                    edits += view.edits(self._masked, first.end, self._type, is_new=False)
                    self._masked = first.end
                index += 1
                continue
            strongest = first
            end = first.end
            is_open = self._is_open(first)
            window = first.start + LABEL_WINDOW
            behind = index + 1
            while behind < len(found) and found[behind].start < end:
                match = found[behind]
                if match.rank < strongest.rank and match.start < window:
                    strongest = match
                end = max(end, match.end)
                is_open = is_open or self._is_open(match)
                behind += 1
            if limit < window and (is_open or limit < end):
                break
            text = None
            if substitutes is not None and substitutes.needs_value(strongest.type):
                if strongest.type != PLACEHOLDER:
                    behind, end = _extent(found, behind, end, strongest.type)
                has_run = any(match.run is not None for match in found[index:behind])
                if not has_run and end - first.start <= WHOLE_MOST:
                    if limit <= end and not is_end:
                        break
                    if strongest.type == PLACEHOLDER:
                        edits += self._restored(first.start, end)
                        self._masked = end
                        self._type = ""
                        index = behind
                        continue
                    text = substitutes.text(strongest.type, view.value(first.start, end))
            edits += view.edits(first.start, end, strongest.type, is_new=True, text=text)
            self._masked = end
            self._type = strongest.type
            index = behind
        self._waiting = found[index:]

    def _restored(self, start: int, end: int) -> list[Edit]:
        """A pseudonym's value in its place; nothing where it must stay as it is."""
        view, prose, substitutes = self._view, self._prose, self._substitutes
        assert prose is not None
        assert substitutes is not None
        self._read_to(start)
        original = substitutes.pseudonyms.original(view.value(start, end))
        if original is None or not prose.is_here or not view.is_whole(start, end):
            return []
        (edit,) = view.edits(start, end, "", is_new=True, text=original.value)
        # What follows stands behind the value. It may be an address itself.
        prose.read(seen(original.value))
        self._read = end
        return [Edit(edit.start, edit.end, edit.text, "", original.pseudonym)]

    def _read_to(self, position: int) -> None:
        if self._prose is not None and position > self._read:
            self._prose.read(self._view.read(self._read, position))
            self._read = position

    def _is_open(self, match: Match) -> bool:
        """Whether it may go on behind the end of the text that is here."""
        return match.run is not None and self._runs.get(match.run) == match.end

    def _release(self, limit: int, *, is_end: bool) -> None:
        view = self._view
        if is_end:
            self._released = view.total
            self.pause()
            return
        final = min([limit, *self._runs.values()])
        if self._waiting:
            final = min(final, self._waiting[0].start)
        if final > self._masked or not final:
            self._released = view.raw(final)
        else:
            # Not to where the next character begins: a vanished one between them is part of
            # the finding when it goes on.
            self._released = max(self._released, view.raw_end(self._masked))
        if final - self._scanner.engine.context - view.base > _SLACK:
            self._read_to(final - self._scanner.engine.context)
            view.drop(final - self._scanner.engine.context)


def _extent(found: list[Match], behind: int, end: int, type_name: str) -> tuple[int, int]:
    """How far a finding of this type goes on: behind which match, and to which end."""
    while behind < len(found):
        match = found[behind]
        if match.start > end or (match.start == end and match.type != type_name):
            break
        end = max(end, match.end)
        behind += 1
    return behind, end


def _open_runs(found: list[Match], size: int) -> dict[Run, int]:
    """The runs that reach the end of the text, or so close that a turn of them may follow."""
    return {
        match.run: match.end
        for match in found
        if match.run is not None and size - match.end < match.run.unit
    }
