"""Webhooks, to a real receiver on this machine: what it gets, and what it cannot bring about."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.outbox import MOST, Outbox
from extproc.adapters.webhooks import IN_FLIGHT, Webhooks, read_receivers
from extproc.config import ConfigError, parse
from extproc.service.announcements import Receiver
from extproc.service.approvals import Case, Choice, Vote
from tests.receiving import SECRET, SetClock, checked, held
from tests.stack import free_port
from tests.upstream import RESET, WAIT, Script, Seen, Upstream, whole

OK = whole(b"ok", "text/plain")
DAY = 24 * 3600


@pytest.fixture(scope="module")
def _other() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture
def other(_other: Upstream) -> Upstream:
    """Somebody who is told."""
    _other.clear()
    _other.answer = OK
    return _other


class Sender:
    """The control process's part, with a store and a clock to move."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = SetClock()
        self.store = ApprovalStore(directory / "approvals.db")
        self.outcomes: list[str] = []
        self.running: list[Webhooks] = []

    def start(self, *receivers: Receiver, seconds: float = 10, most: int = MOST) -> Webhooks:
        """One more process on the same files."""
        made = Webhooks(
            receivers,
            Outbox(self.directory / "webhooks.db", most),
            self.store,
            self.clock,
            sent=self.outcomes.append,
            seconds=seconds,
        )
        self.running.append(made)
        return made

    def ask(self, number: int = 1, **changes: Any) -> Case:
        case = self.store.ask(
            held(number, **changes), f"apr_{number}", self.clock.now(), 600_000_000, 99
        )
        assert isinstance(case, Case)
        return case

    def decide(self, case: Case, approves: bool = True) -> Case:
        verdict = "approve" if approves else "deny"
        vote = Vote(voter="bob", issuer="local", groups=(), verdict=verdict, reason="because")
        now = self.clock.now()
        return self.store.vote(case.id, vote, Choice(approves=approves), now + 1, now)

    async def round(self, webhooks: Webhooks, count: int = 1) -> None:
        """Send what is due, and what becomes due by that."""
        for _ in range(count):
            await webhooks.look()
            await webhooks.settle()

    async def close(self) -> None:
        for each in self.running:
            await each.close()
        self.store.close()


@pytest.fixture
async def sender(tmp_path: Path) -> AsyncIterator[Sender]:
    made = Sender(tmp_path)
    yield made
    await made.close()


def to(url: str, id: str = "r1", **changes: Any) -> Receiver:
    return Receiver(id=id, host="127.0.0.1", url=f"{url}/T0K3N", key=SECRET, **changes)


def types(other: Upstream, path: str = "/T0K3N") -> list[tuple[str, str]]:
    said = [checked(seen) for seen in other.seen if seen.path == path]
    return [(each["type"], each["data"]["id"]) for each in said]


async def test_a_receiver_is_told_of_a_question_and_of_its_answer(
    sender: Sender, other: Upstream
) -> None:
    webhooks = sender.start(to(other.url))
    case = sender.ask()
    webhooks.told(case)
    await sender.round(webhooks)
    webhooks.told(sender.decide(case))
    await sender.round(webhooks)
    asked, decided = (checked(seen) for seen in other.seen)
    assert (asked["type"], asked["data"]["state"]) == ("approval.asked", "pending")
    assert asked["data"]["prompt"] == case.held.body.decode()
    assert (decided["type"], decided["data"]["state"]) == ("approval.decided", "approved")
    assert decided["data"]["votes"][0]["reason"] == "because"
    ids = [seen.headers["webhook-id"] for seen in other.seen]
    assert len(set(ids)) == 2
    assert other.seen[0].headers["webhook-timestamp"] == str(sender.clock.now() // 1_000_000)
    assert sender.outcomes == ["sent", "sent"]
    # Told once more of the same: nothing is sent once more.
    webhooks.told(case)
    await sender.round(webhooks, 2)
    assert len(other.seen) == 2


async def test_a_receiver_that_is_down_is_told_when_it_is_up(sender: Sender) -> None:
    port = free_port()
    webhooks = sender.start(to(f"http://127.0.0.1:{port}"))
    webhooks.told(sender.ask())
    await sender.round(webhooks, 3)
    assert sender.outcomes == ["failed"], "not again before its time"
    came: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        sender.clock.move(1)
        await sender.round(webhooks)
    assert sender.outcomes == ["failed", "sent"]
    assert came[0].startswith(b"POST /T0K3N HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(whole(b"", status="500 Internal Server Error"), id="500"),
        pytest.param(whole(b"", status="429 Too Many Requests"), id="429"),
        pytest.param([RESET], id="a connection that breaks"),
        pytest.param([b"garbage\r\n\r\n"], id="no HTTP"),
    ],
)
async def test_tries_come_at_growing_pauses_for_a_day(
    sender: Sender, other: Upstream, answer: Script
) -> None:
    other.answer = answer
    webhooks = sender.start(to(other.url))
    webhooks.told(sender.ask())
    await sender.round(webhooks)
    for pause in (1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300):
        tries = len(sender.outcomes)
        sender.clock.move(pause - 0.001)
        await sender.round(webhooks)
        assert len(sender.outcomes) == tries, f"{pause} s is the pause"
        sender.clock.move(0.001)
        await sender.round(webhooks)
        assert len(sender.outcomes) == tries + 1
    assert set(sender.outcomes) == {"failed"}
    ids = {seen.headers["webhook-id"] for seen in other.seen}
    assert len(ids) == 1, "of all tries"
    times = [int(seen.headers["webhook-timestamp"]) for seen in other.seen]
    assert times == sorted(set(times)), "each try says when it was"
    sender.clock.move(DAY)
    await sender.round(webhooks)
    assert sender.outcomes[-1] == "given_up"
    sender.clock.move(DAY)
    await sender.round(webhooks)
    assert sender.outcomes.count("given_up") == 1


async def test_a_receiver_that_hangs_holds_up_nobody(sender: Sender, other: Upstream) -> None:
    other.answer = lambda seen: [WAIT] if seen.path == "/T0K3N" else OK
    quick = Receiver(id="r2", host="x", url=f"{other.url}/quick", key=SECRET)
    webhooks = sender.start(to(other.url), quick)
    running = asyncio.create_task(webhooks.run())
    for number in range(20):
        webhooks.told(sender.ask(number))
    await asyncio.to_thread(other.wait_for, lambda: len(types(other, "/quick")) == 20)
    assert len(types(other)) <= IN_FLIGHT
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_try_ends_in_time(sender: Sender, other: Upstream) -> None:
    other.answer = [b"HTTP/1.1 200 OK\r\n", WAIT]
    webhooks = sender.start(to(other.url), seconds=0.2)
    webhooks.told(sender.ask())
    with capture_logs() as logs:
        await sender.round(webhooks)
    assert sender.outcomes == ["failed"]
    assert logs[0]["error"] == "timeout"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_no_redirect_is_followed(sender: Sender, other: Upstream, status: str) -> None:
    other.answer = whole(b"", status=status, location=f"{other.url}/elsewhere")
    webhooks = sender.start(to(other.url))
    webhooks.told(sender.ask())
    with capture_logs() as logs:
        await sender.round(webhooks)
    assert [seen.path for seen in other.seen] == ["/T0K3N"]
    assert sender.outcomes == ["failed"]
    (line,) = logs
    assert (line["error"], line["receiver"]) == (status[:3], "127.0.0.1")
    for secret in ("T0K3N", SECRET.decode(), "[EMAIL]", "v1,"):
        assert secret not in str(logs)


async def test_who_does_not_want_it_ever_is_not_asked_again(
    sender: Sender, other: Upstream
) -> None:
    other.answer = whole(b"", status="410 Gone")
    webhooks = sender.start(to(other.url))
    webhooks.told(sender.ask())
    await sender.round(webhooks)
    sender.clock.move(DAY / 2)
    await sender.round(webhooks)
    assert sender.outcomes == ["given_up"]
    assert len(other.seen) == 1


async def test_a_process_that_dies_in_the_middle_sends_it_again(
    sender: Sender, other: Upstream
) -> None:
    other.answer = lambda _: [WAIT]
    first = sender.start(to(other.url))
    first.told(sender.ask())
    await first.look()
    await asyncio.to_thread(other.wait_for, lambda: len(other.seen) == 1)
    await first.close()  # nothing is noted of what is under way
    other.answer = OK
    second = sender.start(to(other.url))
    await sender.round(second, 2)
    one, two = other.seen
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.body == two.body
    assert sender.outcomes == ["sent"]
    await sender.round(sender.start(to(other.url)), 2)
    assert len(other.seen) == 2, "and not once more"


async def test_what_a_dead_process_did_not_note_is_found(sender: Sender, other: Upstream) -> None:
    """Asked and announced, and it died before this was noted here."""
    sender.ask()
    sender.store.announce()
    await sender.round(sender.start(to(other.url)))
    assert types(other) == [("approval.asked", "apr_1")]


async def test_what_another_process_decides_is_told(sender: Sender, other: Upstream) -> None:
    """The command line at the data directory."""
    webhooks = sender.start(to(other.url))
    case = sender.ask()
    webhooks.told(case)
    await sender.round(webhooks)
    sender.decide(case, approves=False)
    await sender.round(webhooks)
    assert types(other) == [("approval.asked", "apr_1"), ("approval.decided", "apr_1")]


async def test_no_answer_comes_before_its_question(sender: Sender, other: Upstream) -> None:
    def first_fails(seen: Seen) -> Script:
        is_first = not sender.outcomes and b"apr_1" in seen.body
        return whole(b"", status="503 Unavailable") if is_first else OK

    other.answer = first_fails
    webhooks = sender.start(to(other.url))
    case = sender.ask()
    webhooks.told(case)
    await sender.round(webhooks)
    webhooks.told(sender.decide(case))
    webhooks.told(sender.ask(2))
    await sender.round(webhooks, 3)
    assert types(other) == [("approval.asked", "apr_1"), ("approval.asked", "apr_2")], (
        "other cases go on"
    )
    sender.clock.move(1)
    await sender.round(webhooks, 2)
    assert types(other)[2:] == [("approval.asked", "apr_1"), ("approval.decided", "apr_1")]


async def test_many_are_sent_in_their_order(sender: Sender, other: Upstream) -> None:
    webhooks = sender.start(to(other.url))
    cases = [sender.ask(number) for number in range(30)]
    for case in cases:
        webhooks.told(case)
        await webhooks.look()
    await sender.round(webhooks, 10)
    assert sorted(types(other)) == sorted(("approval.asked", case.id) for case in cases)
    assert sender.outcomes == ["sent"] * 30


async def test_what_waits_is_bounded(sender: Sender, other: Upstream) -> None:
    other.answer = whole(b"", status="500 No")
    webhooks = sender.start(to(other.url), most=3)
    for number in range(5):
        webhooks.told(sender.ask(number))
    await sender.round(webhooks)
    assert sorted(sender.outcomes) == ["failed"] * 3 + ["given_up"] * 2


async def test_who_is_no_receiver_any_more_is_told_nothing(sender: Sender, other: Upstream) -> None:
    other.answer = whole(b"", status="500 No")
    first = sender.start(to(other.url))
    first.told(sender.ask())
    await sender.round(first)
    other.clear()
    other.answer = OK
    second = sender.start(Receiver(id="r2", host="x", url=f"{other.url}/new", key=SECRET))
    sender.clock.move(60)
    await sender.round(second, 2)
    assert [seen.path for seen in other.seen] == []
    assert sender.outcomes == ["failed", "given_up"]


async def test_it_runs_by_itself_and_wakes_when_told(sender: Sender, other: Upstream) -> None:
    webhooks = sender.start(to(other.url))
    running = asyncio.create_task(webhooks.run())
    webhooks.told(sender.ask())
    await asyncio.to_thread(other.wait_for, lambda: len(other.seen) == 1)
    webhooks.told(sender.ask(2))
    await asyncio.to_thread(other.wait_for, lambda: len(other.seen) == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [id for _, id in types(other)] == ["apr_1", "apr_2"]


# -- the configuration -------------------------------------------------------------------------


def webhooks_of(monkeypatch: pytest.MonkeyPatch, *webhooks: dict[str, Any]) -> Any:
    monkeypatch.setenv("GOOD", SECRET.decode())
    monkeypatch.setenv("SHORT", "fifteen-bytes-a")
    monkeypatch.setenv("ADDRESS", "https://hooks.example/T0K3N\n")
    monkeypatch.setenv("PLAIN", "http://hooks.example/T0K3N")
    return parse({"approvals": {"webhooks": list(webhooks)}})


def test_receivers_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"whsec_" + base64.b64encode(b"\1" * 24) + b"\n")
    config = webhooks_of(
        monkeypatch,
        {"url": "https://a.example/x", "secret": f"file:{file}", "events": ["glass"]},
        {
            "url": "env:ADDRESS", "secret": "env:GOOD", "format": "slack",
            "callback": {"groups": ["admin"], "subject_prefix": "slack:"},
        },
    )  # fmt: skip
    one, two = read_receivers(config)
    assert (one.key, one.events, one.decides) == (b"\1" * 24, ("glass",), False)
    assert (two.url, two.host, two.key) == ("https://hooks.example/T0K3N", "hooks.example", SECRET)
    assert (two.groups, two.prefix, two.decides) == (("admin",), "slack:", True)


URL = "https://a.example/x"


@pytest.mark.parametrize(
    ("webhooks", "where"),
    [
        ([{"url": URL, "secret": "env:SHORT"}], "[0].secret"),
        ([{"url": URL, "secret": "env:NONE"}], "[0].secret"),
        ([{"url": URL, "secret": "file:/none/at/all"}], "[0].secret"),
        ([{"url": "env:PLAIN", "secret": "env:GOOD"}], "[0].url"),
        ([{"url": "env:NONE", "secret": "env:GOOD"}], "[0].url"),
        (
            [{"url": URL, "secret": "env:GOOD"}, {"url": URL + "y", "secret": "env:GOOD"}],
            "[1].secret",
        ),
    ],
    ids=[
        "a secret that is too short",
        "a secret that is not there",
        "a file that is not there",
        "an address without TLS, by reference",
        "an address that is not there",
        "one secret for two receivers",
    ],
)
def test_what_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, webhooks: list[dict[str, Any]], where: str
) -> None:
    with pytest.raises(ConfigError) as wrong:
        read_receivers(webhooks_of(monkeypatch, *webhooks))
    (error,) = wrong.value.errors
    assert error.startswith(f"$.approvals.webhooks{where}: ")
    assert "T0K3N" not in error
    assert "fifteen" not in error
