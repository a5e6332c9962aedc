"""JSON is read strictly: what two parsers could read differently is refused."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.decision import Code, Refused
from extproc.core.llm import parse_json, write_json

SECRET = b"hunter2"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"", "malformed at character 0", id="nothing"),
        pytest.param(b'{"a": hunter2}', "malformed at character 6", id="malformed"),
        pytest.param(b'{"a": "hunter2', "malformed at character 6", id="cut off"),
        pytest.param(b"{'a': 1}", "malformed at character 1", id="wrong quotes"),
        pytest.param(b'{"a": 1,}', "malformed", id="a comma too much"),
        pytest.param(b'{"a": "\n"}', "malformed", id="a control character in a string"),
        pytest.param(b'{"a": 01}', "malformed", id="a leading zero"),
        pytest.param(b'{"a": 1} {"a": 2}', "malformed at character 9", id="trailing data"),
        pytest.param(b'{"a": 1}\0', "malformed at character 8", id="a trailing NUL"),
        pytest.param(b"\xef\xbb\xbf{}", "byte order mark", id="a byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), "not UTF-8 at byte 0", id="UTF-16"),
        pytest.param(b'{"a": "hunter2\xff"}', "not UTF-8 at byte 14", id="invalid UTF-8"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', "not UTF-8 at byte 7", id="an encoded surrogate"),
        pytest.param(b'{"a": 1, "a": 2}', "twice at character 9", id="the same key twice"),
        pytest.param(
            b'[{"hunter2": [{"b": "a"}], "hunter2": 1}]',
            "twice at character 27",
            id="the same key twice, further in",
        ),
        pytest.param(b'{"a": 1, "\\u0061": 2}', "twice at character 9", id="the same key, escaped"),
        pytest.param(b'{"a": "\\ud800"}', "half a surrogate pair in $.*", id="half a surrogate"),
        pytest.param(b'["\\udc00\\ud800"]', "half a surrogate pair in $[0]", id="swapped halves"),
        pytest.param(b'{"\\ud83d": 1}', "half a surrogate pair in $.*", id="half in a key"),
        pytest.param(b"[NaN]", "NaN or Infinity", id="NaN"),
        pytest.param(b"[-Infinity]", "NaN or Infinity", id="Infinity"),
        pytest.param(b"[" * 101 + b"]" * 101, "deeper than 100", id="101 deep"),
        pytest.param(b'{"a":' * 101 + b"1" + b"}" * 101, "deeper than 100", id="101 objects deep"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, "deeper than 100", id="10,000 deep"),
        pytest.param(b'{"a":' * 10_000 + b"}" * 10_000, "", id="10,000 deep and malformed"),
        pytest.param(b"[" * 1_000_000, "", id="a million brackets"),
        pytest.param(b"[" + b"1" * 4301 + b"]", "more than 4300 digits", id="4301 digits"),
    ],
)
def test_it_is_refused_with_what_and_where(body: bytes, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_json(body)
    assert refused.value.refusal.code is Code.INVALID_REQUEST
    assert expected in refused.value.refusal.message
    assert SECRET.decode() not in refused.value.refusal.message


def test_a_lifted_recursion_limit_changes_nothing() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5_000)
    try:
        with pytest.raises(Refused, match="deeper than 100"):
            parse_json(b"[" * 4_000 + b"]" * 4_000)
    finally:
        sys.setrecursionlimit(limit)


def test_what_is_just_allowed() -> None:
    assert parse_json(b"[" * 100 + b"]" * 100)
    assert parse_json(b"1" * 4300) == int("1" * 4300)
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert parse_json(b' {"a": [1, true, null]}\n') == {"a": [1, True, None]}


def test_fractions_keep_their_digits() -> None:
    body = (
        b'{"a":1.10,"b":0.1000000000000000055511151231257827,"c":-2.50,"d":12345678901234567890123}'
    )
    assert parse_json(body)["a"] == Decimal("1.10")
    assert write_json(parse_json(body)) == body


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(json_values)
@settings(deadline=None)
def test_what_is_written_reads_the_same(value: object) -> None:
    assert parse_json(write_json(value)) == value


@given(st.binary(max_size=40) | st.text('{}[]",:\\u019dDaf eE+-.n', max_size=20).map(str.encode))
@settings(deadline=None)
def test_it_reads_like_the_standard_library_or_refuses(body: bytes) -> None:
    try:
        value = parse_json(body)
    except Refused:
        return
    assert json.loads(write_json(value)) == json.loads(body)
