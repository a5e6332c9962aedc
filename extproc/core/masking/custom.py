"""What a configuration adds to the detectors: literal terms and patterns of its own."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable, Sequence

import re2

from extproc.core.masking.live import reversed_prefixes, widths
from extproc.core.masking.view import WORD, Fold

PATTERN_MOST = 1024
"""Characters. A longer match could not be held back in a stream."""

_WORD_BYTES = frozenset(
    byte for byte in range(256) if re.fullmatch(rb"[" + WORD + rb"]", bytes([byte]))
)
_TYPE = re.compile(r"[A-Z][A-Z0-9_]{0,31}")


# --- terms


class Term:
    """A literal, found caseless and as a whole word. Accents are not told apart."""

    type = "TERM"

    def __init__(self, text: str) -> None:
        folded, kept, _ = Fold().add(text.strip())
        if not folded:
            raise ValueError(f"the term {text!r} is empty")
        self.data = folded.lower()
        self.length = len(self.data)
        self.expression = b"".join(b"\\x%02x" % byte for byte in self.data)
        # The view has 127 bytes for all other letters, so those are compared themselves.
        self._exact = None if self.data.isascii() else _caseless(kept)
        self._is_word_at_start = self.data[0] in _WORD_BYTES
        self._is_word_at_end = self.data[-1] in _WORD_BYTES

    def is_at(self, data: bytes, chars: str, begin: int) -> bool:
        """Whether it stands at a place where its bytes were found."""
        end = begin + self.length
        if self._is_word_at_start and begin and data[begin - 1] in _WORD_BYTES:
            return False
        if self._is_word_at_end and end < len(data) and data[end] in _WORD_BYTES:
            return False
        return self._exact is None or _caseless(chars[begin:end]) == self._exact


def _caseless(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def read_terms(terms: Iterable[str]) -> list[Term]:
    """Raises ValueError for an empty term, or one longer than PATTERN_MOST."""
    found: dict[tuple[bytes, str | None], Term] = {}
    for text in terms:
        term = Term(text)
        if term.length > PATTERN_MOST:
            raise ValueError(f"the term {text[:20]!r}… is longer than {PATTERN_MOST} characters")
        found[term.data, term._exact] = term
    return list(found.values())


class TermTail:
    """The longest tail of a text that begins a term."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._most = max((term.length for term in terms), default=0)
        self._beginnings = frozenset(
            term.data[:size] for term in terms for size in range(1, term.length + 1)
        )

    def length(self, tail: bytes) -> int:
        tail = tail[-self._most :].lower() if self._most else b""
        for start in range(len(tail)):
            if tail[start:] in self._beginnings:
                return len(tail) - start
        return 0


# --- patterns


class CustomPattern:
    """A type and an RE2 expression, matched on the view: accents and case variants of width
    are folded there, so an expression is written in ASCII.
    """

    def __init__(self, type_name: str, expression: str) -> None:
        self.type = type_name
        self.shape = _shape(type_name, expression)
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_capture = True
        options.log_errors = False
        try:
            compiled = re2._Regexp(expression.encode("ascii"), options)
        except re2.error as error:
            raise ValueError(f"pattern {type_name}: {_text_of(error)}") from None
        self._match = compiled._regexp.Match
        self._anywhere = re2._Anchor.UNANCHORED

    def search(self, data: bytes, start: int) -> tuple[int, int] | None:
        """The first match from a position on."""
        found: tuple[int, int] = self._match(self._anywhere, data, start, len(data))[0]
        return None if found[0] < 0 else found


def _text_of(error: BaseException) -> str:
    reason = error.args[0] if error.args else "not RE2 syntax"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


# Written alike but meant otherwise by RE2 and by the parser that the hold-back reads with.
_MEANT_OTHERWISE = (
    (re.compile(r"\[\[:"), "POSIX classes such as [[:alpha:]]"),
    (re.compile(r"\{,"), "a repeat without a least count, {,n}"),
)


def _shape(type_name: str, expression: str) -> re.Pattern[bytes]:
    """The expression for the hold-back. Raises ValueError for what cannot be streamed exactly."""
    if not _TYPE.fullmatch(type_name):
        raise ValueError(f"{type_name!r} is no type: capitals, digits and _, at most 32")

    def refused(reason: str) -> ValueError:
        return ValueError(f"pattern {type_name} cannot be masked in a stream: {reason}")

    if not expression.isascii():
        raise refused("letters outside ASCII are folded; write é as e, or use a term")
    for written, name in _MEANT_OTHERWISE:
        if written.search(expression):
            raise refused(f"{name} are not supported")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            shape = re.compile(expression.encode("ascii"))
    except (re.error, FutureWarning, DeprecationWarning, OverflowError) as error:
        raise refused(str(error)) from None
    try:
        reversed_prefixes(shape)
    except ValueError as error:
        raise refused(str(error)) from None
    least, most = widths(shape)
    if not least:
        raise refused("it matches the empty text")
    if most > PATTERN_MOST:
        raise refused(f"a match may be longer than {PATTERN_MOST} characters; bound its repeats")
    return shape


def read_patterns(patterns: Iterable[tuple[str, str]]) -> list[CustomPattern]:
    """Raises ValueError, with the reason, for what cannot be streamed exactly."""
    return [CustomPattern(type_name, expression) for type_name, expression in patterns]
