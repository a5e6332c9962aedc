"""The builtin functions of a policy in process: which there are, and those that we replace.

A replacement gives what OPA gives, where regorus would differ silently (a regular expression's
`\\d` that is Unicode, an IPv4 address written as IPv6) or would panic. What is neither here nor
in regorus is refused at load, by name: regorus would notice only when it comes to the call.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

import re2

NATIVE: Mapping[str, int] = {
    name: arity
    for arity, names in enumerate(
        (
            "time.now_ns",
            "abs array.reverse base64.decode base64.encode base64.is_valid base64url.decode "
            "base64url.encode base64url.encode_no_pad bits.negate ceil count floor glob.quote_meta "
            "hex.decode hex.encode intersection is_array is_boolean is_null is_number is_object "
            "is_set is_string json.is_valid json.marshal json.unmarshal lower max "
            "min net.cidr_expand net.cidr_is_valid object.keys object.union_n product round "
            "semver.is_valid sort strings.reverse sum time.clock time.date time.format "
            "time.parse_duration_ns time.parse_rfc3339_ns time.weekday to_number trace trim_space "
            "type_name union units.parse units.parse_bytes upper urlquery.decode_object "
            "urlquery.encode urlquery.encode_object uuid.parse yaml.is_valid yaml.marshal "
            "yaml.unmarshal",
            "array.concat bits.and bits.lsh bits.or bits.rsh bits.xor concat contains endswith "
            "format_int graph.reachable graph.reachable_paths indexof indexof_n "
            "json.marshal_with_options json.patch json.remove numbers.range "
            "object.filter object.remove object.subset object.union semver.compare split sprintf "
            "startswith strings.any_prefix_match strings.any_suffix_match strings.replace_n "
            "time.diff time.parse_ns trim trim_left trim_prefix trim_right trim_suffix walk",
            "array.slice glob.match numbers.range_step object.get replace substring",
            "time.add_date",
        )
    )
    for name in names.split()
}
"""Name and number of operands of what regorus brings, as far as it agrees with OPA. `walk` has
one operand in OPA's count, and is called with two here (lint.py says why)."""

FORBIDDEN: Mapping[str, str] = {
    "http.send": "a decision may not wait for the network",
    "net.lookup_ip_addr": "a decision may not wait for the network",
    "opa.runtime": "it shows the environment, and secrets with it",
    "rand.intn": "the decision could not be replayed",
    "uuid.rfc4122": "the decision could not be replayed",
}


@functools.lru_cache(maxsize=512)
def _pattern(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False  # else every mistake is written to stderr
    return re2.compile(pattern, options)


def _text(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"expected a string, got {type(value).__name__}")


def _matches(pattern: str, text: str, limit: int = -1) -> Iterator[Any]:
    """As Go's FindAll: an empty match right behind another match is none."""
    end = -1
    for match in _pattern(pattern).finditer(text):
        if limit == 0:
            return
        if match.start() == match.end() == end:
            continue
        end = match.end()
        limit -= 1
        yield match


def _regex_match(pattern: str, text: str) -> bool:
    _text(pattern, text)
    return _pattern(pattern).search(text) is not None


def _regex_is_valid(pattern: object) -> bool:
    try:
        _pattern(pattern if isinstance(pattern, str) else "(")
    except re2.error:
        return False
    return True


def _regex_find_n(pattern: str, text: str, limit: int) -> list[str]:
    _text(pattern, text)
    return [match.group() for match in _matches(pattern, text, int(limit))]


def _regex_submatch_n(pattern: str, text: str, limit: int) -> list[list[str]]:
    _text(pattern, text)
    return [
        [match.group(), *(group or "" for group in match.groups())]
        for match in _matches(pattern, text, int(limit))
    ]


def _regex_split(pattern: str, text: str) -> list[str]:
    """As Go's Regexp.Split: no empty piece before an empty match at the start."""
    _text(pattern, text)
    if pattern and not text:
        return [""]
    pieces, begin, end = [], 0, 0
    for match in _matches(pattern, text):
        end = match.start()
        if match.end() != 0:
            pieces.append(text[begin:end])
        begin = match.end()
    if end != len(text):
        pieces.append(text[begin:])
    return pieces


_GROUP = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


def _regex_replace(text: str, pattern: str, value: str) -> str:
    """As Go's ReplaceAllString: `$1` and `${name}` stand for groups, `$$` for a dollar sign, and
    a group that is not there for nothing."""
    _text(text, pattern, value)
    index = _pattern(pattern).groupindex
    pieces, end = [], 0
    for match in _matches(pattern, text):

        def group(name: re.Match[str], match: Any = match) -> str:
            key = name[1] or name[2]
            if key is None:
                return "$"
            number = int(key) if key.isdecimal() else index.get(key, -1)
            return match.group(number) or "" if 0 <= number <= len(match.groups()) else ""

        pieces += [text[end : match.start()], _GROUP.sub(group, value)]
        end = match.end()
    return "".join((*pieces, text[end:]))


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> Address:
    if "%" in text:
        raise ValueError(f"{text!r} has a zone")
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


@functools.lru_cache(maxsize=4096)
def _network(text: str) -> Network:
    address, slash, bits = text.partition("/")
    if not slash or not (bits.isascii() and bits.isdigit()):
        raise ValueError(f"{text!r} is not a CIDR range")
    # An IPv4 address that is written as IPv6 is the IPv4 address, for Go and for us.
    mapped = getattr(ipaddress.ip_address(address), "ipv4_mapped", None)
    if mapped is not None and int(bits) >= 96:
        address, bits = str(mapped), str(int(bits) - 96)
    _address(address)
    return ipaddress.ip_network(f"{address}/{bits}", strict=False)


def _cidr_contains(cidr: str, other: str) -> bool:
    _text(cidr, other)
    network = _network(cidr)
    if "/" not in other:
        return _address(other) in network
    inner = _network(other)
    return inner[0] in network and inner[-1] in network


def _urlquery_decode(text: str) -> str:
    _text(text)
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError("a percent sign without two hexadecimal digits")
    return unquote_plus(text, errors="strict")


def _strings_count(text: str, part: str) -> int:
    _text(text, part)
    return text.count(part)


def _forbidden(name: str) -> Callable[..., Any]:
    def refuse(*_: object) -> Any:
        raise PermissionError(f"{name}: {FORBIDDEN[name]}")

    return refuse


REPLACED: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "regex.match": (2, _regex_match),
    "regex.is_valid": (1, _regex_is_valid),
    "regex.find_n": (3, _regex_find_n),
    "regex.find_all_string_submatch_n": (3, _regex_submatch_n),
    "regex.split": (2, _regex_split),
    "regex.replace": (3, _regex_replace),
    "net.cidr_contains": (2, _cidr_contains),
    "urlquery.decode": (1, _urlquery_decode),
    "strings.count": (2, _strings_count),
}
"""Name, number of operands, function. What a function raises ends the evaluation as an error."""

ARITY: Mapping[str, int] = {**NATIVE, **{name: arity for name, (arity, _) in REPLACED.items()}}
"""Every function that a policy in process may call."""


def install(engine: Any) -> None:
    """Put the replacements into a fresh regorus Engine. The forbidden ones raise: the lint
    refuses them by name first, and this holds should it ever miss one."""
    for name, (arity, function) in REPLACED.items():
        engine.add_extension(name, arity, function)
    for name, arity in {
        "http.send": 1,
        "opa.runtime": 0,
        "rand.intn": 2,
        "uuid.rfc4122": 1,
    }.items():
        engine.add_extension(name, arity, _forbidden(name))
