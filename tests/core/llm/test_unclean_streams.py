"""Unknown is not clean: what is not described is masked, what is broken ends the stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extproc.core.decision import Unavailable
from extproc.core.llm import AnswerStream, Route
from extproc.core.llm.answer import CHANNELS_MAX
from extproc.core.llm.event_queue import QUEUE_MAX
from tests.core.llm.streams import (
    CARD,
    CHAT,
    EMAIL,
    MESSAGES,
    OTHER,
    RESPONSES,
    SECRETS,
    block_delta,
    chunk,
    compact,
    data,
    ending,
    event,
    events_of,
    hear,
    pass_through,
    the_masker,
)


def sse(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in (*lines, "")).encode()


FULL = {"choices": [{"index": 0, "delta": {"content": "ok"}, "finish_reason": None}]}

PLACES = [
    pytest.param(CHAT, data({**FULL, "provider": EMAIL}), id="an unknown field of a chunk"),
    pytest.param(CHAT, data({**FULL, "x": {"y": [CARD, {"z": EMAIL}]}}), id="a nested field"),
    pytest.param(CHAT, data({**FULL, EMAIL: 1}), id="an unknown key"),
    pytest.param(CHAT, data({**FULL, "x": {CARD: {EMAIL: 1}}}), id="nested keys"),
    pytest.param(CHAT, data({**FULL, "id": f"call {CARD}"}), id="an id that is no id"),
    pytest.param(CHAT, data({**FULL, "model": EMAIL}), id="a model name that is none"),
    pytest.param(CHAT, data({**FULL, "card": 4111111111111111}), id="digits of a number"),
    pytest.param(CHAT, chunk({"role": EMAIL}), id="the role"),
    pytest.param(CHAT, chunk({"content": [{"type": "text", "text": CARD}]}), id="a list of parts"),
    pytest.param(CHAT, chunk({"tool_calls": [{"index": 0, "id": EMAIL}]}), id="a tool call's id"),
    pytest.param(CHAT, chunk({}, finish=EMAIL), id="the finish reason"),
    pytest.param(CHAT, chunk({}, content_filter_results={"a": {"b": CARD}}), id="a choice's field"),
    pytest.param(CHAT, chunk({}, message={"content": CARD}), id="a whole message in a chunk"),
    pytest.param(CHAT, data({"error": {"message": f"no {EMAIL}"}}), id="an error"),
    pytest.param(CHAT, data({"message": CARD}), id="data of another form"),
    pytest.param(CHAT, data([EMAIL, [CARD]]), id="an array"),
    pytest.param(CHAT, data(EMAIL), id="a bare string"),
    pytest.param(CHAT, data(4111111111111111), id="a bare number"),
    pytest.param(CHAT, sse(f": {EMAIL}"), id="a comment"),
    pytest.param(CHAT, sse(f"id: {CARD}", "data: {}"), id="the id of an event"),
    pytest.param(CHAT, sse(f"event: {EMAIL}", "data: {}"), id="the name of an event"),
    pytest.param(CHAT, sse(f"note: {EMAIL}", "data: {}"), id="a line of an unknown field"),
    pytest.param(CHAT, sse("event: note", f"data: to {EMAIL}"), id="text in an unknown event"),
    pytest.param(
        CHAT,
        b'data: {"choices":[{"delta":{"content":"alice\\u0040ex\\u0061mple.com"}}]}\n\n',
        id="escapes",
    ),
    pytest.param(MESSAGES, event("whisper", text=EMAIL, deep=[{"a": CARD}]), id="an unknown event"),
    pytest.param(MESSAGES, data({"type": "whisper", "text": EMAIL}), id="an unknown type"),
    pytest.param(MESSAGES, event("error", error={"message": CARD}), id="an error, Anthropic"),
    pytest.param(MESSAGES, event("ping", note=EMAIL), id="a ping that says something"),
    pytest.param(
        MESSAGES,
        event("message_start", message={"content": [{"type": "text", "text": EMAIL}]}),
        id="text in message_start",
    ),
    pytest.param(
        MESSAGES,
        event("message_delta", delta={"stop_sequence": EMAIL}, usage={}),
        id="the stop sequence",
    ),
    pytest.param(
        MESSAGES,
        block_delta({"type": "citations_delta", "citation": {"cited_text": CARD, "title": EMAIL}}),
        id="a citation",
    ),
    pytest.param(
        MESSAGES,
        event(
            "content_block_start",
            index=0,
            content_block={"type": "tool_use", "input": {"to": EMAIL, "n": 4111111111111111}},
        ),
        id="the input of a whole tool call",
    ),
    pytest.param(
        MESSAGES,
        event(
            "content_block_start",
            index=0,
            content_block={
                "type": "web_search_tool_result",
                "content": [{"type": "web_search_result", "title": EMAIL, "url": CARD}],
            },
        ),
        id="a search result",
    ),
    pytest.param(
        MESSAGES, block_delta({"type": "text_delta", "note": EMAIL}), id="a field too many"
    ),
    pytest.param(OTHER, data({"type": "response.output_text.delta", "delta": EMAIL}), id="other"),
    pytest.param(
        OTHER, data({"id": EMAIL, "n": 4111111111111111, CARD: 1}), id="other, all places"
    ),
    pytest.param(OTHER, sse(f"data: to {EMAIL} and {CARD}"), id="other, plain text"),
]


@pytest.mark.parametrize(("route", "stream"), PLACES)
def test_every_place_is_masked(route: Route, stream: bytes) -> None:
    masked = AnswerStream(route, the_masker())
    output = masked.feed(stream) + masked.finish()
    # Escapes undone, so that no spelling of a secret is overlooked.
    decoded = output.decode() + repr(_data_of(output))
    for secret in (*SECRETS, "4111111111111111"):
        assert secret not in decoded
    assert masked.findings


@pytest.mark.parametrize("route", [RESPONSES, MESSAGES, CHAT, OTHER])
@pytest.mark.parametrize("kind", [[], {}, [{}], 1, None, ""])
def test_a_type_that_is_no_name_hides_nothing(route: Route, kind: object) -> None:
    stream = AnswerStream(route, the_masker())
    output = stream.feed(data({"type": kind, "x": EMAIL})) + stream.finish()
    assert EMAIL not in output.decode()
    assert stream.findings


def test_an_unknown_text_beside_a_delta_is_a_text_of_its_own() -> None:
    """Joined with the delta's pieces, each would hide a part of the other's value."""
    stream = b"".join(
        event("response.output_text.delta", output_index=0, delta=one, shadow=other)
        for one, other in zip(("alice@ex", "ample.com "), ("4111 1111 1", "111 1111 "), strict=True)
    )
    answer = AnswerStream(RESPONSES, the_masker())
    said = _data_of(answer.feed(stream) + answer.finish())
    heard = {
        key: "".join(document.get(key, "") for document in said) for key in ("delta", "shadow")
    }
    assert heard == {"delta": "[EMAIL] ", "shadow": "[CREDIT_CARD] "}


@pytest.mark.parametrize("size", range(1, 12))
def test_text_of_an_unknown_stream_is_masked_over_its_events(size: int) -> None:
    text = f'to {EMAIL} or {CARD}, "thanks" [and] {{so}}'
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    for stream in (
        b"".join(data({"type": "x.delta", "id": "msg_1", "delta": piece}) for piece in pieces),
        b"".join(sse(f"data: {piece}") for piece in pieces),
        b"".join(event("x.delta", delta=piece) for piece in pieces),
    ):
        output = pass_through(OTHER, [stream])
        heard = "".join(d if isinstance(d, str) else d["delta"] for d in _data_of(output))
        assert not any(secret in heard for secret in SECRETS), heard


def test_an_unknown_stream_flows() -> None:
    stream = AnswerStream(OTHER, the_masker())
    piece = event("x.delta", item_id="msg_1", note="always", delta="so ")
    for count in range(200):
        stream.feed(piece)
        assert stream.held <= min(count + 1, 33) * len(piece)
    assert stream.finish()


def _data_of(output: bytes) -> list[Any]:
    """The data of each event: JSON where it is JSON, else text."""
    lines = [line[6:] for line in output.decode().split("\n") if line.startswith("data: ")]
    return [json.loads(line) if line[:2] in ('{"', '["') else line for line in lines]


BROKEN = [
    pytest.param(CHAT, b'data: {"choices": [\n\n', id="malformed JSON"),
    pytest.param(CHAT, b"data: to alice\n\n", id="no JSON at all"),
    pytest.param(CHAT, b'data: {"a": 1}\ndata: {"a": 2}\n\n', id="two documents in one event"),
    pytest.param(CHAT, b'data: {"choices": [], "choices": []}\n\n', id="a key twice"),
    pytest.param(CHAT, b'event: note\ndata: {"a": alice}\n\n', id="nearly JSON, unknown event"),
    pytest.param(CHAT, b'data: {"a": "\\ud800"}\n\n', id="half a surrogate pair"),
    pytest.param(CHAT, b"data: " + b"[" * 10_000 + b"\n\n", id="10,000 deep"),
    pytest.param(CHAT, b'data: {"a": "\xff"}\n\n', id="invalid UTF-8"),
    pytest.param(CHAT, b": \xff\n\n", id="invalid UTF-8 in a comment"),
    pytest.param(CHAT, b'data: {"a": NaN}\n\n', id="NaN"),
    pytest.param(
        CHAT, data({"choices": [{"index": "0", "delta": {}}]}), id="an index that is a string"
    ),
    pytest.param(CHAT, b"data: [DONE] alice\n\n", id="something behind DONE"),
    pytest.param(CHAT, b"data: " + b"x" * (1 << 20) + b"\n\n", id="an event of a megabyte"),
    pytest.param(
        CHAT,
        chunk({"content": "to alice"}, finish="stop") + chunk({"content": "@example.com"}),
        id="a text that goes on behind its end",
    ),
    pytest.param(
        MESSAGES,
        event("content_block_stop", index=0).replace(b"_stop\n", b"_delta\n"),
        id="an event whose name and type differ",
    ),
    pytest.param(
        MESSAGES, event("content_block_delta", delta={"type": "text_delta"}), id="no index"
    ),
    pytest.param(MESSAGES, b"event: ping\ndata: pong\n\n", id="a known event without JSON"),
    pytest.param(OTHER, b'data: {"a": alice}\n\n', id="nearly JSON, unknown dialect"),
]


@pytest.mark.parametrize(("route", "stream"), BROKEN)
def test_it_ends_the_stream(route: Route, stream: bytes) -> None:
    clean = chunk({"content": "ok. "}) if route is CHAT else event("ping")
    for pieces in ([clean + stream], [clean, stream], [bytes([b]) for b in clean + stream[:2000]]):
        masked = AnswerStream(route, the_masker())
        output = b""
        if len(stream) > 2000 and len(pieces) > 2:
            continue
        with pytest.raises(Unavailable) as unavailable:  # noqa: PT012 - any piece may
            for piece in pieces:
                output += masked.feed(piece)
        assert unavailable.value.component == "masker"
        assert "alice" not in str(unavailable.value)
        output += masked.drain()
        # What came before has gone out, or may go out now, wherever the bytes were cut.
        assert output.startswith(clean)
        assert b"alice@" not in output


def test_text_that_is_not_json_is_reported_as_partly_looked_at() -> None:
    stream = AnswerStream(OTHER, the_masker())
    assert stream.status == "ok"
    assert stream.feed(sse("data: well, ")) == sse("data: well, ")
    assert stream.status == "partial"
    stream = AnswerStream(CHAT, the_masker())
    stream.feed(chunk({"content": "ok"}))
    assert stream.status == "ok"


@pytest.mark.parametrize("route", [CHAT, MESSAGES, OTHER], ids=lambda r: r.api)
@pytest.mark.parametrize(
    "rest",
    [
        b"data",
        b"data: ",
        b'data: {"choices": [{"delta": {"content": "alice@exam',
        b"\xc3",
        b": x\n",
    ],
)
def test_a_stream_that_breaks_off_is_said_as_far_as_it_was(route: Route, rest: bytes) -> None:
    said = chunk({"content": f"to {EMAIL} al"}) if route is CHAT else event("ping")
    stream = AnswerStream(route, the_masker())
    output = stream.feed(said + rest) + stream.finish()
    assert b"alice@" not in output
    assert output.startswith(said.replace(EMAIL.encode(), b"[EMAIL]"))
    assert (stream.finish(), stream.held >= 0) == (b"", True)


def test_a_last_event_without_its_empty_line_is_masked_too() -> None:
    stream = chunk({"content": "to alice"}) + chunk({"content": "@example.com"}).rstrip(b"\n")
    output = pass_through(CHAT, [stream])
    assert output == chunk({"content": "to [EMAIL]"}) + chunk({"content": ""}).rstrip(b"\n")
    assert pass_through(CHAT, [ending(CHAT, [0]).rstrip(b"\n")]) == ending(CHAT, [0]).rstrip(b"\n")


def test_ids_and_blobs_keep_their_bytes_and_numbers_of_the_protocol_too() -> None:
    blob = "4111111111111111" * 8
    stream = (
        data({**FULL, "id": "chatcmpl-4111111111111111", "created": 4111111111111111})
        + chunk({"tool_calls": [{"index": 0, "id": "call_4111111111111111"}]})
        + chunk({"audio": {"data": blob}})
    )
    assert pass_through(CHAT, [stream]) == stream
    stream = block_delta({"type": "signature_delta", "signature": blob}) + event(
        "content_block_start", index=0, content_block={"type": "redacted_thinking", "data": blob}
    )
    assert pass_through(MESSAGES, [stream]) == stream


def test_padding_differs_in_every_event_and_is_still_looked_at() -> None:
    chunks = [
        data({**FULL, "obfuscation": padding}) for padding in ["aB", "xyz", EMAIL, "q", f"c {CARD}"]
    ]
    output = pass_through(CHAT, [b"".join(chunks)])
    assert output == b"".join(chunks).replace(EMAIL.encode(), b"[EMAIL]").replace(
        CARD.encode(), b"[CREDIT_CARD]"
    )


def token(text: str, **more: Any) -> dict[str, Any]:
    return {
        "token": text,
        "logprob": -0.5,
        "bytes": list(text.encode()),
        "top_logprobs": [],
        **more,
    }


def with_logprobs(text: str, tokens: list[dict[str, Any]] | None) -> bytes:
    return chunk({"content": text}, logprobs=tokens and {"content": tokens, "refusal": None})


@pytest.mark.parametrize(
    ("text", "tokens", "is_kept"),
    [
        pytest.param("Hi, ", [token("Hi"), token(", ")], True, id="the same text"),
        pytest.param("Hi, ", [token("Hi, ", bytes=None)], True, id="without bytes"),
        pytest.param("Hi, ", [token("Hi, ", top_logprobs=[token("Ho")])], True, id="alternatives"),
        pytest.param(
            "Hi, ", [token("Hi, ", top_logprobs=[token(EMAIL)])], False, id="a secret one"
        ),
        pytest.param("Hi, ", [token(EMAIL)], False, id="another text"),
        pytest.param("Hi, ", [token("Hi, ", bytes=list(EMAIL.encode()))], False, id="other bytes"),
        pytest.param("Hi, ", [token("Hi, ", note="x")], False, id="an unknown key"),
        pytest.param("Hi, ", [token("Hi, ", logprob=EMAIL)], False, id="a logprob that is text"),
        pytest.param(f"{EMAIL} ", [token(f"{EMAIL} ")], False, id="a masked text"),
    ],
)
def test_log_probabilities_are_kept_only_where_they_say_no_more_than_the_text(
    text: str, tokens: list[dict[str, Any]], is_kept: bool
) -> None:
    stream = with_logprobs(text, tokens)
    output = pass_through(CHAT, [stream])
    assert (output == stream) is is_kept
    assert EMAIL.encode() not in output
    [(_, document)] = events_of(CHAT, output)
    assert (document["choices"][0]["logprobs"] is not None) is is_kept


def test_log_probabilities_of_a_secret_over_many_events_go() -> None:
    pieces = ["to ", "ali", "ce@", "example", ".com", " ok "]
    output = pass_through(CHAT, [b"".join(with_logprobs(p, [token(p)]) for p in pieces)])
    assert hear(CHAT, output)[0, "content"] == "to [EMAIL] ok "
    kept = [d["choices"][0]["logprobs"] is not None for _, d in events_of(CHAT, output)]
    assert kept == [True, False, False, False, False, True]


def test_a_template_is_not_fooled() -> None:
    good = chunk({"content": "ok, "})
    head, _, tail = good.partition(b"ok, ")
    for inside in (b'a","content":"b', b"a\\", b"a\nb", b"\xff", b"\\ud800", b"\\x", b"\x01"):
        with pytest.raises(Unavailable):
            pass_through(CHAT, [good * 3 + head + inside + tail])
    for inside in (
        b'a","refusal":"alice@example.com',
        b'a"},"x":{"y":"alice@example.com',
        b"alice\\u0040example.com",
    ):
        assert b"alice" not in pass_through(CHAT, [good * 3 + head + inside + tail + good])


def test_memory_is_bounded() -> None:
    stream = AnswerStream(CHAT, the_masker())
    with pytest.raises(Unavailable):  # noqa: PT012 - one of them must
        for index in range(CHANNELS_MAX + 1):
            stream.feed(chunk({"content": "a, "}, index))
    stream = AnswerStream(CHAT, the_masker())
    stream.feed(chunk({"content": "alice"}))
    padding = "x, " * 100_000
    with pytest.raises(Unavailable):  # noqa: PT012 - one of them must
        for _ in range(40):
            stream.feed(chunk({"refusal": "a, "}, padding=padding))
    assert stream.held <= QUEUE_MAX + (1 << 20)


def test_an_endless_word_does_not_hold_the_stream_up_for_ever() -> None:
    stream = AnswerStream(CHAT, the_masker())
    for _ in range(3_000):
        stream.feed(chunk({"content": "a" * 40}))
    assert stream.held < 1 << 20
    stream.finish()
    assert compact({}) == b"{}"
