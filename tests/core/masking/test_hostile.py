"""Hostile text: the work grows with the text and not faster, whatever the pieces.

Work is counted, not timed: the bytes that the scan and the hold-back were given.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extproc.core import is_compiled
from extproc.core.masking import Masker
from extproc.core.masking.detectors.detector import Match
from extproc.core.masking.engine import Scanner
from extproc.core.masking.json_view import JsonView
from extproc.core.masking.stream import StreamMasker
from extproc.core.masking.view import PlainView, View

SIZE = 16_000
HOSTILE = {
    "one letter": "a" * SIZE,
    "one digit": "1" * SIZE,
    "digits in pairs": "1 " * (SIZE // 2),
    "a token without an end": "eyJ" + "A" * SIZE,
    "beginnings of tokens": "eyJ" * (SIZE // 3),
    "tokens as long as are held": (" eyJ" + "A" * 3950) * (SIZE // 3954),
    "a key without an end": "-----BEGIN PRIVATE KEY-----\n" + "QUJD\n" * (SIZE // 5),
    "beginnings of keys": "-----BEGIN " * (SIZE // 11),
    "keys with headers only": "-----BEGIN RSA PRIVATE KEY-----\nA: b\n" * (SIZE // 40),
    "keys one in another": ("sk-" + "A1b2" * 6) * (SIZE // 27),
    "at signs": "a@" * (SIZE // 2),
    "a domain without an end": "a@" + "a." * (SIZE // 2),
    "octets": "1." * (SIZE // 2),
    "colons": "a:" * (SIZE // 2),
    "brackets": "(" * SIZE,
    "account numbers": "DE89 " * (SIZE // 5),
    "names of secrets": "password: " * (SIZE // 10),
    "names of vendors' keys": "github_key=" * (SIZE // 11),
    "names and spaces": "token key " * (SIZE // 10),
    "a name without an end": "key" * (SIZE // 3),
    "prefixes of keys": "glpat-" * (SIZE // 6),
    "addresses with users": "://a:" * (SIZE // 5),
    "findings": "jo@x.co " * (SIZE // 8),
    "nothing to see": "\u200b" * SIZE,
    "no spaces": "東" * SIZE,
    "quotes": '"' * SIZE,
    "backslashes": "\\" * SIZE,
}
cases = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
MASKER = Masker()
counted = pytest.mark.skipif(is_compiled(), reason="a compiled class has no heirs")


class CountingScanner(Scanner):
    """Counts the bytes it is asked to look at."""

    work = 0

    def matches(self, view: View, low: int, limit: int, progress: list[int]) -> list[Match]:
        self.work += view.base + len(view.data) - low
        return super().matches(view, low, limit, progress)

    def live_length(self, tail: bytes) -> int:
        self.work += min(len(tail), self.engine.hold_most)
        return super().live_length(tail)


@counted
@cases
@pytest.mark.parametrize("view_of", [PlainView, JsonView])
def test_a_stream_of_single_characters_is_bounded(text: str, view_of: Callable[[], View]) -> None:
    scanner = CountingScanner(MASKER._scanner.engine)
    view = view_of()
    stream = StreamMasker(scanner, view)
    most = kept = 0
    for character in text:
        stream.feed(character)
        most = max(most, stream.held)
        kept = max(kept, len(view.data))
    stream.finish()
    # Looked at: some 64 characters of live tail for each character, a long tail for each eighth.
    assert scanner.work <= 100 * len(text)
    assert most <= 1.2 * scanner.engine.hold_most
    assert kept <= most + 4096


@counted
@cases
def test_a_large_piece_is_looked_at_once(text: str) -> None:
    scanner = CountingScanner(MASKER._scanner.engine)
    StreamMasker(scanner, PlainView()).whole(text)
    assert scanner.work <= len(text)


@cases
def test_the_hostile_text_is_masked_alike_in_pieces(text: str) -> None:
    stream = MASKER.stream()
    pieces = [text[at : at + 997] for at in range(0, len(text), 997)]
    out: list[str] = []
    at = 0
    for final in (*map(stream.feed, pieces), stream.finish()):
        for edit in final.edits:
            out += text[at : edit.start], edit.text
            at = edit.end
        out.append(text[at : final.upto])
        at = final.upto
    assert "".join(out) == MASKER.mask(text)[0]


def test_a_secret_of_a_megabyte_is_one_finding() -> None:
    size = 1_000_000
    for secret in ("ghp_" + "a" * size, "eyJ" + "A" * size, "password='x1" + "y" * size):
        assert len(MASKER.find(secret + " end")) == 1


def test_a_hundred_thousand_findings_in_one_text() -> None:
    assert len(MASKER.find("jo@x.co " * 100_000)) == 100_000
