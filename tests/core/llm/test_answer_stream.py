"""What a client puts together from a masked stream is the masked whole text, for every cut."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extproc.core.llm import AnswerStream, Route, framing_of
from extproc.core.llm.sse import SSE
from tests.core.llm.streams import (
    ANTHROPIC_CHANNELS,
    CARD,
    CHANNELS,
    CHAT,
    EMAIL,
    GROUPS,
    MESSAGES,
    OPENAI_CHANNELS,
    RESPONSE_CHANNELS,
    SECRETS,
    Channel,
    chunk,
    cut,
    ending,
    findings,
    hear,
    masked,
    media_of,
    pass_through,
    the_masker,
)

SHORT = "to bob@x.org, 536-22-8726 ok"
SHORT_JSON = '{"a\\n":"\\u0062ob@x.org","n":1}'

by_name = pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: f"{c.route.api}: {c.name}")


def said(channel: Channel, pieces: list[str]) -> bytes:
    return b"".join(map(channel.say, pieces)) + ending(channel.route)


@by_name
def test_every_cut_of_a_text_into_three_events(channel: Channel) -> None:
    text = SHORT_JSON if channel.is_json else SHORT
    expected = masked(text, is_json=channel.is_json)
    assert expected != text
    for places in itertools.combinations_with_replacement(range(len(text) + 1), 2):
        output = pass_through(channel.route, [said(channel, cut(text, *places))])
        heard = hear(channel.route, output)[channel.key]
        assert heard == expected or channel.is_loose, places
        assert "bob@x.org" not in heard, places
        assert b"536-22-8726" not in output, places


@by_name
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_every_cut_of_the_bytes_in_two(channel: Channel, end: bytes) -> None:
    text = SHORT_JSON if channel.is_json else SHORT + " é🙂"
    if channel.route.api == "ollama" and end == b"\r":
        end = b"\r\n"  # a line of JSON ends with a line feed
    stream = said(channel, cut(text, 4, 9)).replace(b"\n", end)
    whole = pass_through(channel.route, [stream])
    assert hear(channel.route, whole)[channel.key] == masked(text, is_json=channel.is_json)
    assert pass_through(channel.route, [stream[i : i + 1] for i in range(len(stream))]) == whole
    for place in range(len(stream)):
        assert pass_through(channel.route, cut(stream, place)) == whole, place


@pytest.mark.parametrize(
    ("route", "stream", "key", "text"),
    [
        pytest.param(
            CHAT,
            'data:{"choices":[{"index":0,"delta":{"content":"é b@x"}}]}\n\n'
            'data:{"choices":[{"index":0,"delta":{"content":".org"}}]}\r\n\r\n',
            (0, "content"),
            "é [EMAIL]",
            id="openai: content",
        ),
        pytest.param(
            MESSAGES,
            'event:content_block_delta\rdata:{"type":"content_block_delta","index":0,"delta":'
            '{"type":"input_json_delta","partial_json":"[\\"\\\\u0062@x.org\\"]"}}\r\r',
            (0, "partial_json"),
            '["[EMAIL]"]',
            id="anthropic: a tool's input",
        ),
    ],
)
def test_every_cut_of_the_bytes_in_three(
    route: Route, stream: str, key: tuple[int, str], text: str
) -> None:
    data = stream.encode()
    whole = pass_through(route, [data])
    assert hear(route, whole)[key] == text
    for places in itertools.combinations(range(1, len(data)), 2):
        assert pass_through(route, cut(data, *places)) == whole, places


# Words that meet, end and begin in the middle of others; everything that JSON escapes.
words = st.sampled_from(
    [
        *SECRETS,
        "Hello",
        " ",
        ".",
        ", ",
        "\n",
        "alice",
        "@",
        "example.com",
        "4111",
        "1111",
        "-",
        "22",
    ]
) | st.sampled_from(
    ['"', "\\", "é", "日本", "🙂", "\u2028", "\x7f", "</", "data: ", "\t", "536-22", "key: "]
)
texts = st.lists(words, max_size=14).map("".join)
arguments = st.recursive(
    texts | st.integers(0, 10**16) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    return json.dumps(draw(arguments), ensure_ascii=draw(st.booleans()))


def pieces_of(draw: st.DrawFn, text: str) -> list[str]:
    if draw(st.booleans()):
        return [*text, ""]
    return cut(text, *draw(st.lists(st.integers(0, len(text)), max_size=8)))


@st.composite
def conversations(
    draw: st.DrawFn, channels: tuple[Channel, ...]
) -> tuple[dict[Channel, list[str]], list[bytes]]:
    """Some texts, each in its own pieces, shuffled into one another."""
    chosen = draw(st.lists(st.sampled_from(channels), min_size=1, max_size=4, unique=True))
    whole = {channel: draw(documents() if channel.is_json else texts) for channel in chosen}
    pieces = {channel: pieces_of(draw, text) for channel, text in whole.items()}
    queues = {channel: list(each) for channel, each in pieces.items()}
    events = []
    while queues:
        channel = draw(st.sampled_from(list(queues)))
        events.append(channel.say(queues[channel].pop(0)))
        if not queues[channel]:
            del queues[channel]
    return pieces, events


@given(st.data())
@settings(max_examples=250, deadline=None)
@pytest.mark.parametrize("channels", GROUPS.values(), ids=GROUPS)
def test_any_texts_in_any_order_in_any_pieces(
    channels: tuple[Channel, ...], data: st.DataObject
) -> None:
    pieces, events = data.draw(conversations(channels))
    whole = {channel: "".join(each) for channel, each in pieces.items()}
    route = channels[0].route
    stream = b"".join([*events, ending(route)])
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    answer = AnswerStream(route, the_masker(), framing_of(route, media_of(route)) or SSE)
    output = b"".join([*map(answer.feed, cut(stream, *places)), answer.finish()])
    assert output == pass_through(route, [stream])
    if not any(channel.is_loose for channel in whole):
        assert answer.findings == Counter(
            finding.type
            for channel, text in whole.items()
            for finding in findings(text, is_json=channel.is_json)
        )
    heard = hear(route, output)
    for channel, text in whole.items():
        said_whole = heard.get(channel.key, "")
        assert said_whole == masked(text, is_json=channel.is_json) or channel.is_loose
        if channel.is_json:
            json.loads(said_whole)
    # Of what nobody knows, the pieces come first: "536-22-8726a" is no number, and what would have
    # made it an address is gone by then.
    expected = [
        masked("".join(map(masked, pieces[channel])) if channel.is_loose else text,
               is_json=channel.is_json)
        for channel, text in whole.items()
    ]  # fmt: skip
    for secret in SECRETS:
        # Two secrets side by side may be none: sixteen digits behind sixteen others.
        if not any(secret in text for text in expected):
            assert secret.encode() not in output


clean_texts = st.lists(
    st.sampled_from(["Hello", " ", ".", "\n", '"', "\\", "é", "🙂", " bob", "12", "(a)"]),
    max_size=30,
)


@given(st.lists(st.tuples(st.sampled_from(CHANNELS), clean_texts), max_size=1))
@settings(max_examples=150, deadline=None)
def test_a_clean_stream_goes_through_byte_for_byte(said_texts: list) -> None:
    for channel, pieces in said_texts:
        is_json = channel.is_json
        stream = said(channel, cut(json.dumps("".join(pieces)), 2, 7) if is_json else pieces)
        assert pass_through(channel.route, [stream]) == stream


def test_a_clean_stream_of_another_server_keeps_its_spelling() -> None:
    stream = (
        b"\xef\xbb\xbf: OPENROUTER PROCESSING\r\n\r\n"
        b'id:7\r\ndata:{ "choices" : [ {"index":0,\t"delta":{"content":"caf\\u00e9 \\/ "}} ] ,'
        b'"created":1.70e9,"x":1.10}\r\n\r\n'
        b'data: {"choices":[{"index":0,"delta":\r\ndata: {"content":"ok"}}]}\r\n\r\n'
        b"retry: 100\n\n\n\ndata: [DONE]\n\n"
    )
    assert pass_through(CHAT, [stream]) == stream
    assert pass_through(CHAT, [stream[i : i + 1] for i in range(len(stream))]) == stream


def test_a_touched_event_keeps_everything_but_its_text() -> None:
    stream = b'id: 1\ndata: {"choices": [{"delta": {"content": "to a@b.org"}}], "n": 1.10}\n\n'
    assert pass_through(CHAT, [stream]) == (
        b'id: 1\ndata: {"choices":[{"delta":{"content":"to [EMAIL]"}}],"n":1.10}\n\n'
    )


def test_the_replacement_goes_into_the_first_touched_event() -> None:
    stream = b"".join(
        chunk({"content": piece}) for piece in ["to al", "ice@examp", "le.com", " ok"]
    )
    output = pass_through(CHAT, [stream + ending(CHAT, [0])])
    assert output == b"".join(
        [chunk({"content": piece}) for piece in ["to [EMAIL]", "", "", " ok"]] + [ending(CHAT, [0])]
    )


def test_an_event_goes_out_as_soon_as_its_text_is_final() -> None:
    stream = AnswerStream(CHAT, the_masker())
    first, second = chunk({"content": "so, "}), chunk({"content": "alice"})
    assert stream.feed(first) == first
    assert stream.feed(second) == b""
    assert stream.held == len(second)
    third = chunk({"content": "! "})
    assert stream.feed(third) == second + third
    assert stream.held == 0


def test_a_long_word_waits_in_its_own_events() -> None:
    word = "see https://example.org/" + "ab/cd?e=" * 60
    stream = b"".join(chunk({"content": letter}) for letter in word) + ending(CHAT, [0])
    assert pass_through(CHAT, [stream]) == stream


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("route", [CHAT, MESSAGES], ids=lambda r: r.api)
def test_json_in_the_place_of_prose_is_masked_as_json(route: Route, size: int) -> None:
    """Answers of a required form: what stands behind an escape is found, labels fit."""
    text = json.dumps([{"note": f"line\n{CARD}\t{EMAIL}", "card": 4111111111111111}], indent=1)
    channel = (OPENAI_CHANNELS if route is CHAT else ANTHROPIC_CHANNELS)[0]
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    heard = hear(route, pass_through(route, [said(channel, pieces)]))[channel.key]
    assert json.loads(heard) == [{"note": "line\n[CREDIT_CARD]\t[EMAIL]", "card": "[CREDIT_CARD]"}]
    assert heard == masked(text, is_json=True)


@pytest.mark.parametrize("text", ["[", "[ {", "{", "{x", " [note] hi", "{\n", "", "[["])
def test_what_only_begins_like_json_is_prose(text: str) -> None:
    for pieces in ([text], [*text, f" {EMAIL} "]):
        heard = hear(CHAT, pass_through(CHAT, [said(OPENAI_CHANNELS[0], pieces)]))
        assert heard.get((0, "content"), "") == "".join(pieces).replace(EMAIL, "[EMAIL]")


def test_reasoning_that_rests_on_a_word_does_not_hold_the_answer_up() -> None:
    stream = AnswerStream(CHAT, the_masker())
    stream.feed(chunk({"reasoning_content": "Ask alice"}))
    late = 0
    for _ in range(200):
        stream.feed(chunk({"content": "so, "}))
        late = max(late, stream.held)
    assert late < 40 * len(chunk({"content": "so, "}))
    output = stream.feed(chunk({"reasoning_content": "@example.com now. "}))
    assert hear(CHAT, output)[0, "reasoning_content"] == "[EMAIL] now. "


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *itertools.permutations(OPENAI_CHANNELS[:8], 2),
        *itertools.permutations(RESPONSE_CHANNELS[::2], 2),
        *(
            pair
            for name, group in GROUPS.items()
            if name not in ("openai chat", "openai responses")
            for pair in itertools.permutations(group, 2)
        ),
    ],
    ids=lambda c: c.name,
)
def test_a_text_that_rests_is_said_in_full_before_it_ends(first: Channel, second: Channel) -> None:
    resting = '{"to":"alice' if first.is_json else "to alice"
    other = [second.say(piece) for piece in ["[", *["1, "] * 60, "2]"]]
    stream = b"".join([first.say(resting), *other, ending(first.route)])
    output = pass_through(first.route, [stream])
    assert hear(first.route, output) == hear(first.route, stream)
    # And when the text goes on, what it rested on is still known.
    rest = "@example.com" + ('"}' if first.is_json else "")
    stream = b"".join([first.say(resting), *other, first.say(rest), ending(first.route)])
    output = pass_through(first.route, [stream])
    heard = hear(first.route, output)[first.key]
    if not first.is_loose:
        assert heard == masked(resting + rest, is_json=first.is_json)


def test_a_text_of_which_nothing_was_held_may_go_on_behind_its_end() -> None:
    stream = b"".join(
        [
            chunk({"content": "Done.\n"}, finish="stop"),
            chunk({"content": "to alice@exam"}),
            chunk({"content": "ple.com"}),
            ending(CHAT, [0]),
        ]
    )
    assert hear(CHAT, pass_through(CHAT, [stream]))[0, "content"] == "Done.\nto [EMAIL]"


def test_facts_of_an_openai_stream() -> None:
    stream = AnswerStream(CHAT, the_masker())
    usage = {"prompt_tokens": 3, "completion_tokens": 5}
    stream.feed(chunk({"role": "assistant", "content": f"to {EMAIL} "}))
    stream.feed(ending(CHAT, [0]).replace(b"data: [DONE]\n\n", b""))
    stream.feed(b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n")
    stream.finish()
    assert (stream.model, stream.finish_reason, stream.findings) == ("m", "stop", {"EMAIL": 1})
    assert (stream.usage.input_tokens, stream.usage.output_tokens) == (3, 5)
    assert (stream.held, stream.status) == (0, "ok")
