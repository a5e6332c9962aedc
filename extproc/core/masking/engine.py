"""The engine: every match of every detector in a stretch of a view.

One Hyperscan pass over short anchors says where to look; each detector's own pattern, tried at
that place only, and its validator decide. A match depends on nothing but the text between
CONTEXT characters before it and a few after it, and never on another match, so that a stretch
of a stream has the matches that the whole text has there. Custom patterns are the exception:
they continue behind their last match, and their stream remembers where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import hyperscan

from extproc.core.decision import Unavailable
from extproc.core.masking import detectors, placeholder
from extproc.core.masking.custom import CustomPattern, Term, TermTail, read_patterns, read_terms
from extproc.core.masking.database import database_of
from extproc.core.masking.detectors.detector import (
    CONTEXT,
    NAMES,
    SECRETS,
    Detector,
    Match,
    Reach,
    Run,
)
from extproc.core.masking.detectors.number import is_cued
from extproc.core.masking.live import (
    EXACT,
    WINDOW,
    LiveTail,
    lead_width,
    longest,
    parsed,
    widths,
)
from extproc.core.masking.view import View
from extproc.core.ports import Cache

_GROUP_BYTES = b"0123456789 .()/+-"
_GROUP_RUN = re.compile(rb"[0-9 .()/+-]*")
_DIGITS = re.compile(rb"[0-9]+")
_FIGURES = b"0123456789"
_BRACKET = 0x28
_FEWEST_DIGITS = 7
"""Of a number that is looked for in groups; the anchor asks for as many."""
_ANCHOR_SPAN = 32
"""More than the anchor of groups of digits can be long."""

_LETTERS = bytes(
    byte for byte in range(256) if re.match(rb"[A-Za-z0-9\x80-\xbf.'-]", bytes([byte]))
)
_WORD_MOST = 32
"""Of a word that is walked back over."""
_WORDS_BACK = 6
_SPACE = 0x20
_BEGINNINGS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_CAPITALISED = re.compile(rb"[A-Z][A-Za-z]+")
_FEW_WORDS = 8
_SHORT = 4096
"""So few words in so short a text are quicker looked for one by one."""


class Engine:
    """Detectors, terms and patterns of one configuration, compiled. Immutable, shared."""

    def __init__(
        self,
        chosen: Sequence[Detector],
        terms: Sequence[str] = (),
        patterns: Sequence[tuple[str, str]] = (),
        cache: Cache | None = None,
    ) -> None:
        """Raises ValueError for a term or a pattern that cannot be looked for in a stream, and
        Unavailable("masker") when the detectors do not compile.
        """
        self.terms: Sequence[Term] = read_terms(terms)
        self.patterns: Sequence[CustomPattern] = read_patterns(patterns)
        self.ranks = {name: rank for rank, name in enumerate(detectors.STRENGTH, start=1)}
        self.ranks[placeholder.DETECTOR.type] = placeholder.RANK

        # Detectors that share an anchor share its place in the database.
        by_anchor: dict[str | frozenset[bytes], list[Detector]] = {}
        for detector in chosen:
            by_anchor.setdefault(detector.words or detector.anchor, []).append(detector)
        self.anchored = list(by_anchor.values())

        self.words: dict[bytes, tuple[int, ...]] = {}
        """Capitalised words that are anchors, with their numbers in `anchored`."""
        for number, sharing in enumerate(self.anchored):
            for word in sharing[0].words:
                self.words[word] = (*self.words.get(word, ()), number)
        self.groups = {
            number: _Groups(sharing)
            for number, sharing in enumerate(self.anchored)
            if sharing[0].reach is Reach.GROUPS
        }

        # What leads to a value is looked up backwards, and need not be held in a stream.
        leads = {one.pattern: lead_width(one.pattern) for one in chosen if not one.holds_lead}
        self.leads = max(leads.values(), default=0)
        """Bytes before its value in which a match may begin."""
        self.context = self.leads + CONTEXT
        self.led = frozenset(
            number
            for number, sharing in enumerate(self.anchored)
            if any(leads.get(one.pattern) for one in sharing)
        )
        """Numbers in `anchored` that may have been found before the value."""
        # Personal data first, of which most words could be the beginning; one automaton for all
        # would have a state for whatever two of them may be in the midst of at once.
        live = []
        for profiles in (None, SECRETS, NAMES):
            some = [
                one
                for one in chosen
                if one.profiles == profiles
                or (profiles is None and one.profiles not in (SECRETS, NAMES))
            ]
            whole = list(dict.fromkeys(one.pattern for one in some if not leads.get(one.pattern)))
            values = list(dict.fromkeys(one.pattern for one in some if leads.get(one.pattern)))
            if profiles is None:
                whole += [pattern.shape for pattern in self.patterns]
            if whole or values:
                live.append((whole, values))
        lengths = [widths(shape)[1] for group in live for shapes in group for shape in shapes]
        wide = [
            [shape for group in live for shape in group[kind] if widths(shape)[1] > WINDOW]
            for kind in (0, 1)
        ]
        lengths += [term.length for term in self.terms]
        self.hold_most = max(lengths, default=0) + 2
        """No match and no beginning of one is longer."""
        try:
            self.database = self._database(cache)
            self._live = [LiveTail(whole, values) for whole, values in live]
            self._live_wide = LiveTail(wide[0], wide[1], loose=EXACT)
            self._live_terms = TermTail(self.terms)
            self._warm_up()
            parsed.cache_clear()
        except Exception as error:
            raise Unavailable("masker", f"detectors do not compile: {error}") from error

    def _database(self, cache: Cache | None) -> hyperscan.Database:
        listed: list[tuple[int, bytes, int]] = []
        for number, sharing in enumerate(self.anchored):
            if sharing[0].words:
                continue
            # Of a number in groups the end is enough, and where an anchor begins costs time to
            # know.
            flag = 0 if number in self.groups else hyperscan.HS_FLAG_SOM_LEFTMOST
            listed.append((number, sharing[0].anchor.encode("ascii"), flag))
        count = len(self.anchored)
        self.without_start = {*self.groups, *range(count, count + len(self.terms))}
        for number, term in enumerate(self.terms, count):
            listed.append((number, term.expression, hyperscan.HS_FLAG_CASELESS))
        return database_of(listed, cache)

    def _warm_up(self) -> None:
        """Build the automaton's common states here, not in the first exchange."""
        text = b"Call (415) 555-0100 or mail jo.do@example.com, key = sk-Ab12 at 10.0.0.1:80. " * 2
        for size in range(1, len(text)):
            self.live_length(text[:size])

    def live_length(self, tail: bytes) -> int:
        """How many bytes at the end of a text could be the beginning of a match."""
        if len(tail) > self.hold_most:
            tail = tail[-self.hold_most :]
        length = longest(self._live, tail)
        if len(tail) > WINDOW:
            length = max(length, self._live_wide.length(tail))
        if self.terms:
            return max(length, self._live_terms.length(tail))
        return length


@lru_cache(maxsize=16)
def engine_for(
    profile: str,
    terms: tuple[str, ...],
    patterns: tuple[tuple[str, str], ...],
    cache: Cache | None = None,
    *,
    has_placeholders: bool = False,
) -> Engine:
    """With `has_placeholders`, one that finds pseudonyms too."""
    chosen = detectors.of_profile(profile)
    if has_placeholders:
        chosen = [*chosen, placeholder.DETECTOR]
    return Engine(chosen, terms, patterns, cache)


class Scanner:
    """An engine with the scratch memory that scans need; also for several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # Memory for one scan each. The database's own one is shared by all its users; here a
        # second thread that scans meanwhile gets a further one.
        self._spare = [hyperscan.Scratch(engine.database)]

    def _scan(self, data: bytes, note: Callable[[int, int, int, int, object], None]) -> None:
        try:
            scratch = self._spare.pop()
        except IndexError:
            scratch = hyperscan.Scratch(self.engine.database)
        try:
            self.engine.database.scan(data, note, scratch=scratch)
        finally:
            self._spare.append(scratch)

    def matches(self, view: View, low: int, limit: int, progress: list[int]) -> list[Match]:
        """All matches whose value begins in [low, limit), in no order.

        `progress` has one position for each custom pattern: where it goes on; it is updated.
        Raises Unavailable("masker") when a detector or the scan fails.
        """
        try:
            return self._matches(view, low, limit, progress)
        except Exception as error:
            # Never the text of the error: it may quote what was scanned.
            raise Unavailable("masker", f"detection failed: {type(error).__name__}") from error

    def live_length(self, tail: bytes) -> int:
        """How many bytes at the end of a text could be the beginning of a match.

        Raises Unavailable("masker").
        """
        try:
            return self.engine.live_length(tail)
        except Exception as error:
            raise Unavailable("masker", f"hold-back failed: {type(error).__name__}") from error

    def anchors(self, data: bytes) -> list[tuple[int, int]]:
        """Where an anchor was found, as (start, end) in bytes; there is no match without one.

        An anchor whose start is not known, and that is within one word or number, is given by
        its end alone. Raises Unavailable("masker").
        """
        without_start = self.engine.without_start
        try:
            hits = [
                (end - 1 if number in without_start else start, end)
                for number, start, end in self._hits(data)
            ]
        except Exception as error:
            raise Unavailable("masker", f"detection failed: {type(error).__name__}") from error
        return hits

    def _hits(self, data: bytes, first: int = 0) -> list[tuple[int, int, int]]:
        """Where anchors were found: (number, start, end); words from `first` on."""
        hits: list[tuple[int, int, int]] = []
        note = hits.append
        self._scan(data, lambda number, start, end, _flags, _context: note((number, start, end)))
        words = self.engine.words
        if words:
            # Most texts have no known word, and one look at a list of all tells so.
            known = words.keys() & _CAPITALISED.findall(data, first)
            if len(known) > _FEW_WORDS or (known and len(data) > _SHORT):
                hits += [
                    (number, *match.span())
                    for match in _CAPITALISED.finditer(data, first)
                    for number in words.get(match[0], ())
                ]
                return hits
            for word in known:
                size = len(word)
                at = data.find(word, first)
                while at >= 0:
                    end = at + size
                    # As in the list: what goes on is another word.
                    if not data[end : end + 1].isalpha():
                        hits += [(number, at, end) for number in words[word]]
                    at = data.find(word, end)
        return hits

    def _matches(self, view: View, low: int, limit: int, progress: list[int]) -> list[Match]:
        engine = self.engine
        data, base = view.data, view.base
        # One character more, so that an anchor can tell whether it begins inside a word.
        origin = max(0, low - base - engine.leads - 1)
        hits = self._hits(data[origin:], max(0, low - base - 1) - origin)
        found: list[Match] = []
        if hits:
            self._confirm(hits, origin, view, low, limit, found)
        for index, pattern in enumerate(engine.patterns):
            at = max(low, progress[index])
            while span := pattern.search(data, at - base):
                start, end = span[0] + base, span[1] + base
                if start >= limit:
                    break
                found.append(Match(start, end, index - len(engine.patterns), pattern.type))
                at = end
            progress[index] = at
        return found

    def _confirm(
        self,
        hits: list[tuple[int, int, int]],
        origin: int,
        view: View,
        low: int,
        limit: int,
        found: list[Match],
    ) -> None:
        """Keep, of the places where an anchor was found, those where a detector matches.

        Anchors are counted from `origin`.
        """
        engine = self.engine
        data, base = view.data, view.base
        first, limit = low - base, limit - base
        literal = len(engine.anchored)  # from this number on, an anchor is a term
        grouped = 0  # up to where groups of digits have been looked at
        tried: set[tuple[int, int]] = set()  # where names have been looked for
        runs: dict[Run, tuple[int, int]] = {}
        for number, start, end in hits:
            if number >= literal:
                term = engine.terms[number - literal]
                begin = origin + end - term.length
                if first <= begin < limit and term.is_at(data, view.chars, begin):
                    at = base + begin
                    found.append(Match(at, at + term.length, 0, term.type))
                continue
            if origin + end <= first and number not in engine.led:
                continue
            groups = engine.groups.get(number)
            if groups is not None:
                if origin + end <= grouped:
                    continue
                places, grouped = _group_starts(data, origin + end, grouped)
                for at, digits in places:
                    if first <= at < limit:
                        for detector in groups.possible(data, at, digits):
                            self._note(detector, view, at, first, limit, runs, found)
                continue
            for detector in engine.anchored[number]:
                at = origin + start
                if detector.then and not data.startswith(detector.then, origin + end):
                    continue
                if detector.reach is Reach.BEHIND:
                    at = _walk_back(data, at, detector)
                elif detector.reach is Reach.WORDS:
                    for place in _word_starts(data, at, detector.links):
                        if (
                            first <= place < limit
                            and (number, place) not in tried
                            and self._note(detector, view, place, first, limit, runs, found, at)
                        ):
                            tried.add((number, place))
                    continue
                if at < limit:
                    self._note(detector, view, at, first, limit, runs, found)

    def _note(
        self,
        detector: Detector,
        view: View,
        at: int,
        first: int,
        limit: int,
        runs: dict[Run, tuple[int, int]],
        found: list[Match],
        anchor: int = -1,
    ) -> bool:
        """Add what a detector finds at a place, if its value begins in [first, limit).

        False when its pattern ends before the anchor, which then is none of it: whether that
        word has come must not make a difference. A nearer anchor may find it.
        """
        data, base = view.data, view.base
        match = detector.pattern.match(data, at)
        if match is None:
            return True
        if match.end() <= anchor:
            return False
        start, end = match.span(1 if detector.pattern.groups else 0)
        if not first <= start < limit:
            return True
        end = detector.validate(data, start, end)
        if not end:
            return True
        if detector.run is not None:
            end = _run_end(runs, detector.run, data, end)
        rank = self.engine.ranks[detector.type]
        found.append(Match(start + base, end + base, rank, detector.type, detector.run))
        return True


class _Groups:
    """Detectors of numbers in groups, of which most have nothing to do at most numbers."""

    def __init__(self, sharing: Sequence[Detector]) -> None:
        self._plain = [one for one in sharing if not one.cues]
        self._cued = [one for one in sharing if one.cues]
        self._cues = frozenset[bytes]().union(*(one.cues for one in self._cued))
        # One look that says whether any of the patterns matches.
        self._any = re.compile(b"|".join(_scoped(one.pattern) for one in self._plain) or b"(?!)")

    def possible(self, data: bytes, at: int, digits: int) -> list[Detector]:
        """Those that may find something at a place with so many digits behind it."""
        found: list[Detector] = []
        if self._any.match(data, at):
            found = [one for one in self._plain if digits >= one.digits]
        if self._cued and is_cued(self._cues, data, at):
            found += [
                one for one in self._cued if digits >= one.digits and is_cued(one.cues, data, at)
            ]
        return found


def _scoped(pattern: re.Pattern[bytes]) -> bytes:
    """The expression with its flags inside, as a part of another one."""
    text = pattern.pattern
    if not pattern.flags & re.IGNORECASE:
        return b"(?:%b)" % text
    return b"(?i:%b)" % text.removeprefix(b"(?i)")


def _walk_back(data: bytes, at: int, detector: Detector) -> int:
    before = data[max(0, at - detector.back_most) : at]
    return at - len(before) + len(before.rstrip(detector.back))


def _word_starts(data: bytes, at: int, links: frozenset[bytes]) -> list[int]:
    """Where a name may begin that a word at `at` is part of: there, and at capitalised words
    before it, with `links` between.
    """
    starts = [at]
    for _ in range(_WORDS_BACK):
        if not at or data[at - 1] != _SPACE:
            break
        before = data[max(0, at - _WORD_MOST) : at - 1]
        size = len(before) - len(before.rstrip(_LETTERS))
        at -= size + 1
        if data[at] in _BEGINNINGS:
            starts.append(at)
        elif before[-size:] not in links:
            break
    return starts


def _group_starts(data: bytes, end: int, done: int) -> tuple[list[tuple[int, int]], int]:
    """Where a number written in groups may begin, in the run of digits around an anchor's end,
    each with the digits from there on; and where that run ends. What lies before `done` has
    been looked at.

    A bracket before a group is a beginning too.
    """
    before = data[max(0, end - _ANCHOR_SPAN) : end]
    low = max(done, end - len(before) + len(before.rstrip(_GROUP_BYTES)))
    run = _GROUP_RUN.match(data, end)
    high = run.end() if run else end
    if low and data[low - 1] in _FIGURES and (rest := _DIGITS.match(data, low, high)):
        low = rest.end()  # the window cut a group in two
    text = data[low:high]
    left = len(text) - len(text.translate(None, _FIGURES))
    starts = []
    for group in _DIGITS.finditer(data, low, high):
        if left < _FEWEST_DIGITS:
            break
        start, stop = group.span()
        if start and data[start - 1] == _BRACKET:
            starts.append((start - 1, left))
        starts.append((start, left))
        left -= stop - start
    return starts, high


def _run_end(runs: dict[Run, tuple[int, int]], run: Run, data: bytes, start: int) -> int:
    """Where a run from `start` ends. A run that was measured before is not measured again:
    many matches in one run would make that quadratic.
    """
    since, until = runs.get(run, (0, -1))
    if not since <= start <= until:
        until = end_of_run(run, data, start)
        runs[run] = (start, until)
    return until


def end_of_run(run: Run, data: bytes, start: int) -> int:
    match = run.pattern.match(data, start)
    return match.end() if match else start
