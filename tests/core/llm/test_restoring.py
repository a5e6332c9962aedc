"""Values are restored in the assistant's prose only, in whole answers and in streams."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.llm import AnswerStream, Route, TextStream, mask_document
from extproc.core.masking import Masker
from tests.core.llm.streams import (
    ANTHROPIC_CHANNELS,
    CARD,
    CHAT,
    EMAIL,
    MESSAGES,
    OPENAI_CHANNELS,
    OTHER,
    Channel,
    block_delta,
    chunk,
    compact,
    cut,
    data,
    ending,
    event,
    hear,
)

PROMPT = Masker(key=b"0123456789abcdef").for_exchange("ada", restores=True)
E, C = PROMPT.mask(f"{EMAIL}\n{CARD}")[0].split("\n")
TEXT = f"to {E}, {C} or bob@x.org"
RESTORED = f"to {EMAIL}, {CARD} or [EMAIL]"
RECORDED = f"to {E}, {C} or [EMAIL]"
PROSE = {
    "content", "content of the second choice", "refusal", "reasoning_content", "reasoning",
    "details of reasoning", "text", "text of the second block", "thinking",
}  # fmt: skip
"""Of the channels of these two dialects."""
CHANNELS = OPENAI_CHANNELS + ANTHROPIC_CHANNELS

by_name = pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: f"{c.route.api}: {c.name}")


def restore(route: Route, pieces: list[bytes]) -> tuple[bytes, bytes]:
    """What goes out, and what is recorded; `drain_kept` after each piece gives as much."""
    stream = AnswerStream(route, PROMPT.answering(), restoring=PROMPT.restoring())
    out = kept = b""
    for piece in pieces:
        out += stream.feed(piece)
        kept += stream.drain_kept() or b""
    out += stream.finish()
    return out, kept + (stream.drain_kept() or b"")


def said(channel: Channel, pieces: list[str]) -> bytes:
    return b"".join(map(channel.say, pieces)) + ending(channel.route)


def test_the_names_of_prose_are_those_of_channels() -> None:
    assert {channel.name for channel in CHANNELS} >= PROSE


@by_name
def test_every_cut_of_a_text_into_three_events(channel: Channel) -> None:
    text = json.dumps({"a": TEXT}) if channel.is_json else TEXT
    restored, recorded = (RESTORED, RECORDED) if channel.name in PROSE else (RECORDED, RECORDED)
    if channel.is_json:
        recorded = restored = json.dumps({"a": RECORDED})
    for places in itertools.combinations(range(0, len(text) + 1, 3), 2):
        out, kept = restore(channel.route, [said(channel, cut(text, *places))])
        if channel.is_loose:
            assert EMAIL.encode() not in out + kept
            continue
        assert hear(channel.route, out)[channel.key] == restored, places
        assert hear(channel.route, kept)[channel.key] == recorded, places


@by_name
def test_every_cut_of_the_bytes_in_two(channel: Channel) -> None:
    stream = said(channel, cut(TEXT, 5, 20))
    whole = restore(channel.route, [stream])
    assert restore(channel.route, [stream[i : i + 1] for i in range(len(stream))]) == whole
    for place in range(0, len(stream), 3):
        assert restore(channel.route, cut(stream, place)) == whole, place


def test_what_holds_no_pseudonym_is_the_same_bytes_twice() -> None:
    stream = said(ANTHROPIC_CHANNELS[0], ["Hello", " there, [x] ok"])
    assert restore(MESSAGES, [stream]) == (stream, stream)


words = st.sampled_from(
    [E, C, "Hello", " ", ". ", "\n", "bob@x.org", "https://e.vil/", "](", ")", '"', "\\", "[", "]",
     "é", "🙂", "{", E[:9], E[9:], "word " * 30]
)  # fmt: skip
texts = st.lists(words, max_size=10).map("".join)


@settings(max_examples=100, deadline=None)
@given(texts, texts, st.data())
def test_two_texts_that_come_in_turns(one: str, other: str, choose: st.DataObject) -> None:
    def pieces(text: str) -> list[str]:
        size = choose.draw(st.sampled_from([1, 4, 15, 200]))
        return [text[at : at + size] for at in range(0, len(text), size)]

    said = b"".join(
        (chunk({"content": left}) if left else b"")
        + (chunk({"reasoning": right}) if right else b"")
        for left, right in itertools.zip_longest(pieces(one), pieces(other), fillvalue="")
    )
    out, kept = restore(CHAT, [said + ending(CHAT)])
    for field, text in (("content", one), ("reasoning", other)):
        expected = whole(CHAT, {"choices": [{"index": 0, "message": {"content": text}}]})
        heard = hear(CHAT, out).get((0, field), "")
        assert heard == expected["choices"][0]["message"]["content"]
        assert EMAIL not in hear(CHAT, kept).get((0, field), "")


def test_log_probabilities_of_a_restored_text_go_and_the_record_keeps_them() -> None:
    entry = {"token": E, "logprob": -0.5, "bytes": list(E.encode()), "top_logprobs": []}
    stream = chunk({"content": E}, logprobs={"content": [entry]}) + ending(CHAT)
    out, kept = restore(CHAT, [stream])
    assert json.loads(out.split(b"\n")[0][6:])["choices"][0]["logprobs"] is None
    assert kept == stream


def test_an_event_that_is_let_go_ahead_is_restored_later() -> None:
    others = b"".join(chunk({"reasoning": f"{n}. "}) for n in range(40))
    stream = chunk({"content": f"I am {E[:8]}"}) + others + chunk({"content": f"{E[8:]}!"})
    out, kept = restore(CHAT, [stream + ending(CHAT)])
    assert hear(CHAT, out)[0, "content"] == f"I am {EMAIL}!"
    assert hear(CHAT, kept)[0, "content"] == f"I am {E}!"


def test_an_address_goes_on_in_the_next_block() -> None:
    start = {"type": "text", "text": ""}
    blocks = [
        event("content_block_start", index=index, content_block=start)
        + block_delta({"type": "text_delta", "text": text}, index)
        + event("content_block_stop", index=index)
        for index, text in enumerate(("![x](https://e.vil/?q=", f"{E})", f" {E}"))
    ]
    out, _ = restore(MESSAGES, [b"".join(blocks) + event("message_stop")])
    heard = hear(MESSAGES, out)
    assert [heard[index, "text"] for index in (1, 2)] == [f"{E})", f" {EMAIL}"]


def test_an_unknown_dialect_restores_nothing() -> None:
    stream = data({"text": TEXT}) + data({"content": TEXT})
    out, kept = restore(OTHER, [stream])
    assert EMAIL.encode() not in out
    assert out == kept
    assert EMAIL not in json.dumps(whole(OTHER, {"content": TEXT, "text": TEXT}))


def test_plain_text_restores_nothing() -> None:
    stream = TextStream(PROMPT.answering())
    assert stream.feed(TEXT.encode()) + stream.finish() == RECORDED.encode()
    assert stream.drain_kept() is None


def whole(route: Route, document: Any) -> Any:
    result = mask_document(route, document, PROMPT.answering(), "response", PROMPT.restoring())
    return result.document


def test_a_whole_answer_of_openai() -> None:
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": E, "arguments": compact({"a": TEXT}).decode()},
    }
    message = {
        "role": "assistant", "content": TEXT, "refusal": TEXT, "reasoning_content": TEXT,
        "reasoning_details": [{"type": "t", "text": TEXT, "data": TEXT}], "tool_calls": [call],
        "name": TEXT, "annotations": [{"url_citation": {"url": TEXT, "title": TEXT}}], "else": TEXT,
    }  # fmt: skip
    document = {"id": "x", "model": "m", "choices": [{"index": 0, "message": message}]}
    masked = whole(CHAT, document)["choices"][0]["message"]
    assert [masked[name] for name in ("content", "refusal", "reasoning_content")] == [RESTORED] * 3
    assert masked["reasoning_details"][0] == {"type": "t", "text": RESTORED, "data": RECORDED}
    function = masked["tool_calls"][0]["function"]
    assert function == {"name": E, "arguments": compact({"a": RECORDED}).decode()}
    assert masked["annotations"] == [{"url_citation": {"url": RECORDED, "title": RECORDED}}]
    assert (masked["name"], masked["else"]) == (RECORDED, RECORDED)


def test_a_whole_answer_of_anthropic() -> None:
    blocks = [
        {"type": "text", "text": TEXT, "citations": [{"cited_text": TEXT}]},
        {"type": "thinking", "thinking": TEXT, "signature": "s" * 64},
        {"type": "tool_use", "id": "t", "name": "n", "input": {"to": TEXT}},
        {"type": "else", "text": TEXT},
    ]
    masked = whole(MESSAGES, {"content": blocks, "model": "m"})["content"]
    assert masked[0] == {"type": "text", "text": RESTORED, "citations": [{"cited_text": RECORDED}]}
    assert masked[1]["thinking"] == RESTORED
    assert masked[2]["input"] == {"to": RECORDED}
    assert masked[3]["text"] == RECORDED


def test_text_that_is_json_stays_json() -> None:
    document = json.dumps({"to": E})
    message = {"role": "assistant", "content": document}
    masked = whole(CHAT, {"choices": [{"index": 0, "message": message}]})
    assert json.loads(masked["choices"][0]["message"]["content"]) == {"to": EMAIL}
