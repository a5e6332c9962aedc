"""JSON read strictly (RFC 8259, RFC 7493 where it is stricter) and written exactly.

Two readers of one body must not see different documents, or one is judged and the other is
obeyed. So whatever parsers are known to disagree about is refused: duplicate keys, bytes that
are not UTF-8, lone surrogates, a byte order mark, NaN and Infinity, data behind the end, deep
nesting and giant integers. Fractions become `Decimal`, so that writing them again keeps every
digit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from extproc.core.decision import Code, Refused

DEPTH_MAX = 100
"""Objects and arrays inside each other. RFC 8259 section 9 lets a reader set one."""

_INTEGER_DIGITS_MAX = 4300

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile(f"[{chr(0xD800)}-{chr(0xDFFF)}]")

_encoder = msgspec.json.Encoder(decimal_format="number")


class _Duplicate(Exception):
    pass


class _Constant(Exception):
    pass


class _HugeInteger(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Duplicate
    return members


def _integer(digits: str) -> int:
    # Python's own limit, checked here so that a process that lifts it changes nothing.
    if len(digits) > _INTEGER_DIGITS_MAX:
        raise _HugeInteger
    return int(digits)


def _constant(_: str) -> NoReturn:
    raise _Constant


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=Decimal,
    parse_int=_integer,
    parse_constant=_constant,
)


def parse_json(body: bytes) -> Any:
    """The value of a JSON document.

    Raises Refused(INVALID_REQUEST); its message says what is wrong and where (an offset in
    characters, or a path), and never quotes the body.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"it is not UTF-8 at byte {error.start}")
    if text.startswith("\ufeff"):
        _refuse("it begins with a byte order mark")
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        _refuse(f"it is malformed at character {error.pos}")
    except _Duplicate:
        _refuse(f"an object has the same key twice at character {_find_duplicate(text)}")
    except _Constant:
        _refuse("it has NaN or Infinity, which JSON does not know")
    except _HugeInteger:
        _refuse(f"it has an integer of more than {_INTEGER_DIGITS_MAX} digits")
    except RecursionError:
        _refuse(f"it is nested deeper than {DEPTH_MAX}")
    if not _is_shallow(value, DEPTH_MAX):
        _refuse(f"it is nested deeper than {DEPTH_MAX}")
    if _SURROGATE.search(text):
        for path, string in _strings(value, "$"):
            if _LONE_SURROGATE.search(string):
                _refuse(f"it has half a surrogate pair in {path}")
    return value


def write_json(value: Any) -> bytes:
    """Compact JSON. A Decimal is written as a number with the digits that it was read with."""
    return _encoder.encode(value)


def _refuse(message: str) -> NoReturn:
    raise Refused(Code.INVALID_REQUEST, f"the body is not acceptable JSON: {message}") from None


def _is_shallow(value: Any, room: int) -> bool:
    if type(value) is dict:
        if room == 0:
            return False
        room -= 1
        for item in value.values():
            if type(item) in _CONTAINERS and not _is_shallow(item, room):
                return False
    elif type(value) is list:
        if room == 0:
            return False
        room -= 1
        for item in value:
            if type(item) in _CONTAINERS and not _is_shallow(item, room):
                return False
    return True


_CONTAINERS = frozenset({dict, list})


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every string with its path. Keys are content too, so a path shows `*` for each."""
    if type(value) is str:
        yield path, value
    elif type(value) is dict:
        for key, item in value.items():
            yield f"{path}.*", key
            yield from _strings(item, f"{path}.*")
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}[{index}]")


def _find_duplicate(text: str) -> int:
    """Where the first repeated key of otherwise well-formed JSON stands. Error path only."""
    keys: list[set[str] | None] = []
    is_key = False
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        if first in "{[":
            keys.append(set() if first == "{" else None)
            is_key = first == "{"
        elif first in "}]":
            keys.pop()
            is_key = False
        elif first == ",":
            is_key = bool(keys) and keys[-1] is not None
        elif first == ":":
            is_key = False
        elif is_key:
            seen = keys[-1]
            key = json.loads(token[0])
            if seen is not None:
                if key in seen:
                    return token.start()
                seen.add(key)
    return 0
