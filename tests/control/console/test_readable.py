"""Text of strangers: nothing hidden, nothing markup, and what was masked stands out."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.control.console import readable
from extproc.control.console.readable import Span, laid_out, masked, timed, visible
from extproc.control.console.transcript import pieces, said

ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
WILD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "<>&\"'\u202e\u2066\u200b\u2028\x00\x1b\r\ufeff\U000e0041[EMAIL]_3f9a1c\n\t"
        ),
    ),
    max_size=60,
)


def plain(markup: str) -> str:
    """What a reader sees."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def spelled(text: str) -> str:
    return "".join(
        f"U+{ord(one):04X}" if one not in "\n\t" and unicodedata.category(one) in ODD else one
        for one in text
    )


@given(WILD)
def test_every_character_can_be_seen_and_none_is_markup(text: str) -> None:
    shown = str(visible(text))
    assert plain(shown) == spelled(text)
    tags = set(re.findall(r"<[^>]*>", shown))
    assert tags <= {'<span class="odd">', "</span>"}


@given(WILD)
def test_marking_changes_no_character(text: str) -> None:
    assert plain(str(masked(text))) == spelled(text)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("mail [EMAIL] now", ["[EMAIL]"]),
        ("[PERSON_3f9a1c] and [CREDIT_CARD]", ["[PERSON_3f9a1c]", "[CREDIT_CARD]"]),
        ("a list[0] or [x] or [Email]", []),
        ("[EMAIL][EMAIL]", ["[EMAIL]", "[EMAIL]"]),
    ],
)
def test_what_was_masked_is_marked(text: str, marked: list[str]) -> None:
    assert re.findall(r"<mark>(.*?)</mark>", str(masked(text))) == marked


def test_a_very_long_text_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readable, "MOST", 10)
    assert str(masked("x" * 12)).startswith("x" * 10 + "\n<em")
    assert "2 more characters" in masked("x" * 12)


@given(WILD, st.lists(st.integers(0, 60), max_size=6))
def test_pieces_are_the_whole_text_wherever_it_was_cut(text: str, cuts: list[int]) -> None:
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    spans = [Span(a, b, 1000 * n) for n, (a, b) in enumerate(pairwise(edges))]
    assert plain(str(timed(text, spans))) == spelled(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_a_layout_adds_white_space_and_nothing_else(value: object, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, separators=(",", ":"))
    shown = laid_out(text)
    assert json.loads(shown) == value
    blank = re.compile(r"[ \n]")
    assert blank.sub("", shown) == blank.sub("", text)


def test_what_is_nested_very_deep_stays_as_it_is() -> None:
    deep = "[" * 900 + '"],[",' + "1," * 50_000 + "1" + "]" * 900
    assert laid_out(deep) == deep
    assert "\n" in laid_out("[" * 30 + '"[[[[["' + "]" * 30)


@pytest.mark.parametrize(
    "text", ["{not json", '{"' + '\\"' * 120_000, "[" * 100_000, "", "words", '{"a": 1} and more']
)
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert laid_out(text) == text


def test_a_mask_in_two_pieces_is_marked_in_both() -> None:
    shown = str(timed("to [EMAIL].", [Span(0, 6, 0), Span(6, 11, 7000)]))
    assert shown == (
        '<span data-at="0">to <mark>[EM</mark></span><span data-at="7"><mark>AIL]</mark>.</span>'
    )


# -- streams -----------------------------------------------------------------------------------

CHAT = (
    'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Grüße"}}]}\n\n'
    'data: {"choices":[{"index":0,"delta":{"content":" an [EMAIL]"}}]}\n\n'
    "data: [DONE]\n\n"
)
STREAMS = [
    pytest.param(CHAT, "Grüße an [EMAIL]", id="chat completions"),
    pytest.param(
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
        '"delta":{"type":"text_delta","text":"Hello"}}\n\n'
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end"}}\n\n',
        "Hello",
        id="messages",
    ),
    pytest.param(
        'data: {"type":"response.output_text.delta","delta":"Hel"}\n\n'
        'data: {"type":"response.output_text.delta","delta":"lo"}\n\n'
        'data: {"type":"response.output_text.done","text":"Hello"}\n\n',
        "Hello",
        id="responses, whose end says it all again",
    ),
    pytest.param(
        'data: {"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"}}]}\n\n',
        "Hello",
        id="contents and their parts",
    ),
    pytest.param(
        '{"message":{"role":"assistant","content":"Hel"}}\n{"message":{"content":"lo"}}\n',
        "Hello",
        id="lines of JSON",
    ),
    pytest.param("data: nothing that is known\n\n", "", id="what says nothing"),
    pytest.param("data: " + "[" * 3000 + "\n\n", "", id="nested without end"),
]


@pytest.mark.parametrize(("body", "words"), STREAMS)
def test_what_a_stream_said(body: str, words: str) -> None:
    data = body.encode()
    spans = pieces(body, [(5000, len(data) // 2), (9000, len(data) - len(data) // 2)])
    assert [body[span.start : span.end] for span in spans] == [
        data[: len(data) // 2].decode("utf-8", "ignore"),
        body[spans[0].end :],
    ]
    text, found = said(body, spans)
    assert text == words
    assert "".join(text[span.start : span.end] for span in found) == words


@given(st.lists(st.integers(0, len(CHAT.encode())), max_size=8))
def test_a_stream_says_the_same_wherever_it_was_cut(cuts: list[int]) -> None:
    edges = sorted({0, len(CHAT.encode()), *cuts})
    chunks = [(1000 * n, b - a) for n, (a, b) in enumerate(pairwise(edges))]
    spans = pieces(CHAT, chunks)
    assert "".join(CHAT[span.start : span.end] for span in spans) == CHAT
    text, found = said(CHAT, spans)
    assert text == "Grüße an [EMAIL]"
    assert [span.at for span in found] == sorted(span.at for span in found)
    assert {span.at for span in found} <= {at for at, _ in chunks}
