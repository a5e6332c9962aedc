"""Frames are the same wherever the bytes were cut, and joined they are the input."""

from __future__ import annotations

import pytest
from anthropic._streaming import SSEDecoder as AnthropicDecoder
from hypothesis import given, settings
from hypothesis import strategies as st
from openai._streaming import SSEDecoder as OpenAiDecoder

from extproc.core.decision import Unavailable
from extproc.core.llm.framing import FRAME_MAX
from extproc.core.llm.sse import Framer, read_frame, write_frame
from tests.core.llm.streams import CHAT, cut, pass_through

lines = st.sampled_from(
    ["data: a", "data:b", "data", "data:", "data:  two", "event: x", "event:", "", "", ": note"]
) | st.sampled_from(["id: 1", "retry: 5", "é🙂", "unknown: field"])
ends = st.sampled_from(["\n", "\r\n", "\r"])
streams = st.lists(st.tuples(lines, ends), max_size=12).map(
    lambda pairs: "".join(line + end for line, end in pairs).encode()
)


def frames_of(pieces: list[bytes]) -> tuple[list[bytes], bytes]:
    framer = Framer()
    return [frame for piece in pieces for frame in framer.feed(piece)], framer.rest


@given(streams, st.data())
@settings(deadline=None)
def test_cuts_lose_nothing(stream: bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=5))
    frames, rest = frames_of(cut(stream, *places))
    assert b"".join(frames) + rest == stream


@given(streams, st.data())
@settings(deadline=None)
def test_events_are_those_of_the_stock_decoder(stream: bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=5))
    # A CR at the very end may be half of a line end; the standard's decoder waits too.
    stream += b"\n\n"
    events = [
        (frame.event, frame.data)
        for raw in frames_of(cut(stream, *places))[0]
        if (frame := read_frame(raw)).data is not None
    ]
    decoded = [(e.event, e.data) for e in OpenAiDecoder().iter_bytes(iter([stream])) if e.data]
    assert [event for event in events if event[1]] == decoded
    decoded = [(e.event, e.data) for e in AnthropicDecoder().iter_bytes(iter([stream])) if e.data]
    assert [event for event in events if event[1]] == decoded


@given(streams)
@settings(deadline=None)
def test_a_frame_is_written_as_it_was_read(stream: bytes) -> None:
    for raw in frames_of([stream])[0]:
        frame = read_frame(raw)
        assert write_frame(frame.lines, None) == raw
        again = read_frame(write_frame(frame.lines, frame.data))
        assert (again.event, again.data) == (frame.event, frame.data)


def test_a_byte_order_mark_is_not_part_of_the_first_line() -> None:
    assert read_frame(b"\xef\xbb\xbfdata: x\n\n", is_first=True).data == "x"
    assert read_frame(b"\xef\xbb\xbfdata: x\n\n").data is None


@pytest.mark.parametrize("size", [1, 7, 1 << 16, 1 << 21], ids=lambda n: f"in pieces of {n}")
@pytest.mark.parametrize("end", [b"", b"\n\n", b"\r\r"], ids=["open", "LF", "CR"])
def test_a_frame_has_a_largest_size(size: int, end: bytes) -> None:
    if size == 1:
        # One byte at a time costs time in proportion, so a shorter stream shows as much.
        frames_of([b"x"] * 100_000)
    else:
        stream = b"data: " + b"x" * FRAME_MAX + end
        with pytest.raises(Unavailable):
            pass_through(CHAT, [stream[i : i + size] for i in range(0, len(stream), size)])
    just_fits = b"data: {}" + b" " * (FRAME_MAX - 10) + b"\n\n"
    assert len(just_fits) == FRAME_MAX
    assert pass_through(CHAT, [just_fits]) == just_fits


def test_what_is_not_utf8_is_not_passed() -> None:
    with pytest.raises(Unavailable):
        read_frame(b"data: \xff\n\n")
