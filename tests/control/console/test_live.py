"""The live part of the first page: one small event a change, and an end with the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from extproc.control.console import now, pulse
from extproc.control.console.pulse import Counts, Pulse
from extproc.service.people import Role
from tests.control.console.site import Site


class Stream:
    """One request for events, spoken to the application directly: a client would buffer it."""

    def __init__(self, site: Site, cookie: str) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "GET",
            "path": "/console/events", "raw_path": b"/console/events", "query_string": b"",
            "scheme": "http", "http_version": "1.1", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "headers": [(b"host", b"127.0.0.1"), (b"cookie", f"extproc={cookie}".encode())],
        }  # fmt: skip
        self.task = asyncio.create_task(
            site.application(scope, self._receive, self.sent.put)  # type: ignore[arg-type]
        )

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    def leave(self) -> None:
        self._gone.set()

    async def next(self) -> Any:
        """The status, then one piece at a time; None at the end."""
        async with asyncio.timeout(10):
            message = await self.sent.get()
        if message["type"] == "http.response.start":
            return message["status"]
        return message["body"] if message.get("more_body") else None


@asynccontextmanager
async def streaming(site: Site, cookie: str) -> AsyncIterator[Stream]:
    stream = Stream(site, cookie)
    yield stream
    stream.leave()
    await stream.task


CHANGED = b"event: changed\ndata: \n\n"


async def test_a_change_is_one_event_and_the_page_shows_it(site: Site) -> None:
    async with streaming(site, site.sign_in(Role.VIEWER)) as stream:
        assert await stream.next() == 200
        assert await stream.next() == b": watching\n\n"
        beat = site.console.pulse
        beat.take(Counts(0, 0, 0), 0, 0)
        beat.take(Counts(7, 2, 3), 0, 1)
        beat.take(Counts(7, 2, 3), 0, 1)
        assert await stream.next() == CHANGED
        assert stream.sent.empty()
        async with site.browser(Role.VIEWER) as browser:
            part = (await browser.get("/console/now")).text
        assert "<dd>7</dd>" in part
        assert "<dd>2</dd>" in part
        assert "1 waiting for approval" in part
        beat.take(Counts(7, 2, 3), 1, 1)
        assert await stream.next() == CHANGED
        beat.close()
        assert await stream.next() is None


async def test_the_stream_ends_with_the_session(site: Site) -> None:
    cookie = site.sign_in(Role.VIEWER)
    async with streaming(site, cookie) as stream:
        await stream.next()
        await stream.next()
        site.sign_out(cookie)
        site.console.pulse.take(Counts(1, 0, 0), 0, 0)
        assert await stream.next() == b"event: over\ndata: \n\n"
        assert await stream.next() is None


async def test_a_quiet_stream_is_kept_open_by_comments_and_ends_with_the_session_too(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(now, "HEARTBEAT_SECONDS", 0.01)
    cookie = site.sign_in(Role.VIEWER)
    async with streaming(site, cookie) as stream:
        await stream.next()
        await stream.next()
        assert await stream.next() == b": nothing new\n\n"
        site.sign_out(cookie)
        while (piece := await stream.next()) == b": nothing new\n\n":
            pass
        assert piece == b"event: over\ndata: \n\n"


async def test_streams_are_counted_and_give_their_place_free(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "MOST_STREAMS_EACH", 1)
    cookie = site.sign_in(Role.VIEWER)
    async with streaming(site, cookie) as first:
        assert await first.next() == 200
        async with streaming(site, cookie) as second:
            assert await second.next() == 503
        async with streaming(site, site.sign_in(Role.ADMIN)) as other:
            assert await other.next() == 200
    async with streaming(site, cookie) as again:
        assert await again.next() == 200


def test_the_window_moves_on() -> None:
    beat = Pulse()
    for second in range(1, pulse.WINDOW + 11):
        beat.take(Counts(second, 0, 0), 0, 0)
    assert beat.recent == Counts(pulse.WINDOW, 0, 0)
    number = beat.number
    beat.take(Counts(pulse.WINDOW + 11, 0, 0), 0, 0)
    # As many as before: nothing that a page would show.
    assert beat.number == number


async def test_the_pulse_is_bounded_over_all_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST_STREAMS", 2)
    beat = Pulse()
    watches = [beat.enter("a"), beat.enter("b")]
    with pytest.raises(pulse.TooMany):
        beat.enter("c")
    watches[0].close()
    watches[0].close()
    beat.enter("c")
