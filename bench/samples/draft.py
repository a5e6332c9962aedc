"""Templates with places in them, and the labelled rows that they become.

A place is `«name»`. Its maker writes a value; its type, if it has one, becomes the label of the
value's span. The type `-` marks what is neither right nor wrong to find, such as the title before
a name. A template that is given as a block may be wrapped: see `prose` and `lines`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

NEUTRAL = "-"

Maker = Callable[[Random], str]
Makers = Mapping[str, tuple[str | None, Maker]]
Span = tuple[int, int, str]

# Not public, but the only parser of expressions that is always there.
_parser: Any = vars(re)["_parser"]

_PLACE = re.compile("«([a-z0-9_]+)»")


@dataclass(frozen=True)
class Row:
    """One labelled text. Offsets are in characters; `kind` groups rows inside a set."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    lang: str = "en"
    kind: str = ""


class Draft:
    """A text in the making, and the labels of what was put into it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.spans: list[Span] = []

    def add(self, text: str, type_: str | None = None) -> None:
        if type_ is not None and text:
            self.spans.append((self._length, self._length + len(text), type_))
        self._parts.append(text)
        self._length += len(text)

    def fill(self, template: str, makers: Makers, random: Random) -> None:
        """Raises KeyError for a place that nobody makes."""
        at = 0
        for place in _PLACE.finditer(template):
            self.add(template[at : place.start()])
            type_, maker = makers[place[1]]
            self._value(maker(random), type_)
            at = place.end()
        self.add(template[at:])

    def _value(self, value: str, type_: str | None) -> None:
        """A maker may mark a neutral beginning of its value: `Dr. \\0Ng`."""
        before, mark, rest = value.partition("\0")
        if mark:
            self.add(before, NEUTRAL)
            value = rest
        self.add(value, type_)

    def row(self, id_: str, lang: str = "en", kind: str = "") -> Row:
        return Row(id_, "".join(self._parts), tuple(self.spans), lang, kind)


def fixed(value: str) -> Maker:
    """Makes this and nothing else."""
    return lambda _: value


def prose(block: str) -> list[str]:
    """Templates with an empty line between them; the line ends inside one are spaces."""
    return [" ".join(each.split("\n")) for each in _blocks(block)]


def lines(block: str) -> list[str]:
    """Templates with an empty line between them; `+` at the start of a line joins it on."""
    return [each.replace("\n+", "") for each in _blocks(block)]


def _blocks(block: str) -> list[str]:
    return [each.strip("\n") for each in re.split(r"\n[ ]*\n", block) if each.strip()]


def written(regex: str, random: Random) -> str:
    """A text that a simple expression matches: literals, classes, bounded repeats, branches."""
    return _written(_parser.parse(regex), random)


def _written(nodes: Sequence[Any], random: Random) -> str:
    parts = []
    for name, value in nodes:
        match str(name), value:
            case "LITERAL", int(code):
                parts.append(chr(code))
            case "IN", list(choices):
                parts.append(random.choice(_class(choices)))
            case "MAX_REPEAT", (int(least), int(most), inner):
                parts += [_written(inner, random) for _ in range(random.randint(least, most))]
            case "BRANCH", (_, list(branches)):
                parts.append(_written(random.choice(branches), random))
            case "SUBPATTERN", (_, _, _, inner):
                parts.append(_written(inner, random))
            case unknown, _:
                raise ValueError(f"cannot write {unknown} of {nodes}")
    return "".join(parts)


def _class(choices: Sequence[Any]) -> str:
    found = ""
    for name, value in choices:
        match str(name), value:
            case "LITERAL", int(code):
                found += chr(code)
            case "RANGE", (int(first), int(last)):
                found += "".join(map(chr, range(first, last + 1)))
            case unknown, _:
                raise ValueError(f"cannot write {unknown} in a class")
    return found
