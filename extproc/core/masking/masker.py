"""The front door: one masker for one profile."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from extproc.core.masking.engine import Scanner, engine_for
from extproc.core.masking.finding import Edit, Finding
from extproc.core.masking.json_view import JsonView
from extproc.core.masking.pseudonym import Pseudonyms
from extproc.core.masking.strategy import Strategies, Strategy, mistakes
from extproc.core.masking.stream import StreamMasker
from extproc.core.masking.substitute import Substitutes
from extproc.core.masking.view import PlainView
from extproc.core.ports import Cache

_KNOWN_LENGTH = 64
_KNOWN_MOST = 4096
_LOOKED_AT_TOGETHER = 16 << 10
"""Characters of a document of which all are looked at in one go before they are masked."""
_SHORT_TEXT = 256


class Masker:
    """Finds and masks what a profile, custom terms and custom patterns name.

    One masker serves all exchanges of a process, from any of its threads.
    Maskers of the same configuration share all that is compiled.
    """

    def __init__(
        self,
        profile: str = "default",
        terms: Sequence[str] = (),
        patterns: Sequence[tuple[str, str]] = (),
        strategies: Strategies | None = None,
        key: bytes = b"",
        cache: Cache | None = None,
    ) -> None:
        """`profile` is default, structured, secrets or strict. `terms` are literals, found
        caseless and as whole words. `patterns` are (TYPE, RE2 expression). `key` is the secret
        of pseudonyms. `cache` keeps what is compiled.

        This masker puts labels. What `strategies` say is done by that of `for_exchange`.

        Raises ValueError for an unknown profile, for a strategy that a type may not have, and
        for a term or a pattern that cannot be looked for in a stream, saying why. Raises
        Unavailable("masker") when the detectors do not compile.
        """
        self._strategies = strategies or {}
        if wrong := mistakes(self._strategies):
            raise ValueError("; ".join(wrong.values()))
        self._key = key
        self._substitutes: Substitutes | None = None
        self.blocked = frozenset(
            kind for kind, strategy in self._strategies.items() if strategy is Strategy.BLOCK
        )
        """Types that an exchange is refused for."""
        self._configuration = profile, tuple(terms), tuple(patterns), cache
        self._scanner = Scanner(engine_for(*self._configuration))
        self._restoring: list[Scanner] = []
        """The scanner that finds pseudonyms too, made when it is first needed."""
        self._known: set[str] = set()
        """Short texts without a finding, although an anchor is in them."""

    @property
    def profile(self) -> str:
        return self._configuration[0]

    def for_exchange(self, scope: str, *, restores: bool = False) -> Masker:
        """The masker of one exchange's bodies. `scope` names whose it is.

        With `restores`, it puts pseudonyms for all that may be restored, and `answering` and
        `restoring` are for the answer.
        """
        if not (self._strategies or restores):
            return self
        pseudonyms = Pseudonyms(self._key, scope)
        return self._with(Substitutes(self._strategies, pseudonyms, is_prompt=restores))

    def answering(self) -> Masker:
        """For the answer to what this one masked: what the strategies say."""
        substitutes = self._substitutes
        if substitutes is None or not substitutes.is_prompt:
            return self
        return self._with(
            Substitutes(self._strategies, substitutes.pseudonyms) if self._strategies else None
        )

    def restoring(self) -> Masker | None:
        """As `answering`, and it restores what this one masked. None when that is nothing."""
        substitutes = self._substitutes
        if substitutes is None or not (
            substitutes.is_prompt and substitutes.pseudonyms.can_restore
        ):
            return None
        other = self._with(Substitutes(self._strategies, substitutes.pseudonyms, restores=True))
        if not self._restoring:
            engine = engine_for(*self._configuration, has_placeholders=True)
            self._restoring.append(Scanner(engine))
        other._scanner = self._restoring[0]
        return other

    def _with(self, substitutes: Substitutes | None) -> Masker:
        other = copy.copy(self)
        other._substitutes = substitutes
        return other

    def find(self, text: str) -> list[Finding]:
        """All findings of a text, in order, none overlapping.

        Raises Unavailable("masker") when detection fails.
        """
        return findings(_whole(self.stream(), text))

    def mask(self, text: str) -> tuple[str, list[Finding]]:
        """The text with a label such as `[EMAIL]` for each finding, and the findings with the
        offsets of the text as it was.
        """
        edits = _whole(self.stream(), text)
        return apply(text, edits), findings(edits)

    def mask_json_text(self, text: str) -> tuple[str, list[Finding]]:
        """Mask JSON that is a text, such as a tool's arguments. Valid JSON stays valid.

        Values are looked at unescaped. A number that is masked becomes a string. Text that does
        not begin like JSON is masked as plain text.
        """
        edits = _whole(self.json_stream(), text)
        return apply(text, edits), findings(edits)

    def clean(self, texts: Sequence[str]) -> list[str]:
        """Those of `texts` that certainly hold no finding, seen in one look at all of them.

        Plain ASCII texts without an anchor, that is: without the few characters that every match
        needs; and short ones that were masked before and came out as they were, such as the keys
        of a dialect. The others may be clean too; `mask` tells. Raises Unavailable("masker").
        """
        if self._scanner.engine.patterns:
            return []
        known = self._known
        clean = [text for text in texts if text in known]
        plain = [text for text in texts if text not in known and text.isascii()]
        if sum(map(len, plain)) > _LOOKED_AT_TOGETHER:
            # A long text is seldom without an anchor; `mask` would look for them all once more.
            plain = [text for text in plain if len(text) <= _SHORT_TEXT]
        anchors = self._scanner.anchors("\0".join(plain).encode("ascii"))
        if not anchors:
            return clean + plain
        # A zero byte ends words and numbers as the end of a text does, and is in no anchor that
        # is told by its end alone; an anchor that spans one spoils the texts on both sides.
        ends = list(accumulate([len(text) + 1 for text in plain]))
        suspects: set[int] = set()
        for start, end in anchors:
            first = bisect_right(ends, start)
            last = bisect_right(ends, end - 1)
            suspects.update(range(first, min(last, len(plain) - 1) + 1))
        for index, text in enumerate(plain):
            if index not in suspects or (len(text) <= _KNOWN_LENGTH and self._is_clean(text)):
                clean.append(text)
        return clean

    def _is_clean(self, text: str) -> bool:
        if self.mask(text)[1]:
            return False
        if len(self._known) >= _KNOWN_MOST:
            self._known.clear()
        self._known.add(text)
        return True

    def stream(self) -> StreamMasker:
        """For a plain text that arrives in pieces: the same result as `mask`."""
        return StreamMasker(self._scanner, PlainView(), self._substitutes)

    def json_stream(self) -> StreamMasker:
        """For JSON that arrives in pieces: the same result as `mask_json_text`."""
        return StreamMasker(self._scanner, JsonView(), self._substitutes)


def _whole(stream: StreamMasker, text: str) -> tuple[Edit, ...]:
    return stream.whole(text).edits


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made."""
    parts = []
    at = 0
    for edit in edits:
        parts.append(text[at : edit.start])
        parts.append(edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def findings(edits: Iterable[Edit]) -> list[Finding]:
    """One for each label."""
    found: list[Finding] = []
    for edit in edits:
        if not edit.type:
            continue
        if edit.text or not found:
            found.append(Finding(edit.type, edit.start, edit.end))
        else:
            last = found[-1]
            found[-1] = Finding(last.type, last.start, edit.end)
    return found
