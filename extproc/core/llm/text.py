"""Masks an answer of plain text while it streams."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Literal

from extproc.core.decision import Unavailable
from extproc.core.llm.channel import Channel, Part
from extproc.core.llm.dialect import AnswerFacts
from extproc.core.masking import Edit, Masker


class TextStream:
    """A body that is plain text, in any pieces, with the interface of AnswerStream."""

    def __init__(self, masker: Masker) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._channel = Channel(masker)
        self._pending = ""
        """The text that did not go out, from `_sent` on."""
        self._sent = 0
        self._is_finished = False
        self.findings: dict[str, int] = {}
        self.status: Literal["ok", "partial"] = "ok"
        self.usage = AnswerFacts()
        self.model = ""
        self.finish_reason = ""

    @property
    def held(self) -> int:
        """Characters that came and did not go out yet."""
        return len(self._pending)

    def feed(self, data: bytes) -> bytes:
        """Raises Unavailable("masker") when the text is not UTF-8."""
        text = self._decode(data, is_last=False)
        self._pending += text
        return self._advance(self._channel.feed(text)) if text else b""

    def finish(self) -> bytes:
        """The rest. May be called again."""
        if self._is_finished:
            return b""
        self._is_finished = True
        # Gives no text, but raises when the stream broke off inside a character.
        self._decode(b"", is_last=True)
        return self._advance(self._channel.finish())

    def drain(self) -> bytes:
        return b""

    def drain_kept(self) -> bytes | None:
        return None

    def _decode(self, data: bytes, *, is_last: bool) -> str:
        try:
            return self._decoder.decode(data, is_last)
        except UnicodeDecodeError:
            raise Unavailable("masker", "the text is not UTF-8") from None

    def _advance(self, edits: Sequence[Edit]) -> bytes:
        for edit in edits:
            if edit.text:
                self.findings[edit.type] = self.findings.get(edit.type, 0) + 1
        end = self._channel.final
        size = end - self._sent
        part = Part(self._channel, self._sent, end, self._pending[:size])
        self._pending = self._pending[size:]
        self._sent = end
        return self._channel.render(part).encode("utf-8")
