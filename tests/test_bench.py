"""The benchmark's own parts. No time is asserted here, only that what is counted is right."""

from __future__ import annotations

import asyncio
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as command
from bench import chart, report, upstream, wrk
from bench.floor import Passing, check, has_transport, processing, transport_class
from bench.load import Answer, Job, Stream, chunks, quantile, stream_result
from bench.processes import Process, family, two_cores
from bench.scenarios import ANSWER, DELTAS, QUICK, SCENARIOS, SECRET, STREAMED
from bench.systems import (
    AUTHZ,
    ROUTER,
    Extproc,
    Peer,
    PlainEnvoy,
    keep,
    offer,
    policy_socket,
    read_peers,
    wrk_headers,
)
from extproc import config
from extproc.wire.bootstrap import bootstrap
from extproc.wire.messages import (
    CheckRequest,
    CheckResponse,
    ProcessingRequest,
    ProcessingResponse,
)

ROOT = Path(__file__).parent.parent
CHAT = SCENARIOS["chat"]


# -- arguments ---------------------------------------------------------------------------------


def test_everything_is_measured_unless_told_otherwise() -> None:
    options = command.arguments([])
    assert (options.scenarios, options.rounds) == (list(SCENARIOS), 5)
    assert options.upstream_port == 0


def test_quick_has_fewer_scenarios_and_rounds() -> None:
    options = command.arguments(["--quick"])
    assert (options.scenarios, options.rounds) == (list(QUICK), 3)


def test_scenarios_and_transports_can_be_chosen() -> None:
    options = command.arguments(
        ["--only", "chat", "--only", "stream", "--transport", "grpcio", "--rounds", "2"]
    )
    assert (options.scenarios, options.transport, options.rounds) == (
        ["chat", "stream"], ["grpcio"], 2,
    )  # fmt: skip


def test_peers_find_the_upstream_where_they_look_for_it() -> None:
    assert command.arguments(["--peers", "peers.json"]).upstream_port == command.PEER_PORT


@pytest.mark.parametrize(
    "wrong", [["--only", "nothing"], ["--transport", "smoke"], ["--rounds", "0"], ["--fast"]]
)
def test_a_wrong_use_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        command.arguments(wrong)
    assert refused.value.code == 2
    assert wrong[0] in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["--quick"], ["--quick", "--only", "chat"]])
@pytest.mark.parametrize("systems", [3, 5])
def test_the_rounds_keep_the_time_that_a_run_has(argv: list[str], systems: int) -> None:
    options = command.arguments(argv)
    turns = systems * len(options.scenarios) * options.rounds
    whole = command.QUICK_SECONDS if options.quick else command.FULL_SECONDS
    assert command.turn_seconds(options, systems) * turns <= whole + 1e-6


# -- what is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size"), [("chat", 700), ("chat-10k", 10_000), ("big-prompt", 200_000)]
)
def test_a_body_has_the_size_that_its_scenario_names(name: str, size: int) -> None:
    body = SCENARIOS[name].body()
    assert abs(len(body) - size) < size * 0.05
    assert SECRET in json.loads(body)["messages"][1]["content"]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_request_is_one_well_formed_message(scenario: Any) -> None:
    head, _, body = scenario.request({"authorization": "Bearer x"}).partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == f"{scenario.method} {scenario.path} HTTP/1.1"
    lengths = [each for each in headers if each.startswith("content-length")]
    assert lengths == ([f"content-length: {len(body)}"] if body else [])
    assert "authorization: Bearer x" in headers


def test_the_stream_holds_a_secret_in_the_middle_of_its_deltas() -> None:
    assert len(upstream.PIECES) == DELTAS
    assert 0 < STREAMED.index(SECRET) < len(STREAMED) - len(SECRET)


# -- the load generator ------------------------------------------------------------------------


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


STREAM = upstream.OPENING + b"".join(upstream.PIECES) + upstream.CLOSING


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 1 << 20])
@pytest.mark.parametrize("data", [upstream.CHAT, STREAM], ids=["whole", "chunked"])
def test_an_answer_ends_where_it_ends_however_it_is_cut(data: bytes, size: int) -> None:
    answer = Answer()
    ends = [answer.feed(piece) for piece in pieces(data, size)]
    assert ends == [False] * (len(ends) - 1) + [True]
    assert answer.status == 200
    expected = data.partition(b"\r\n\r\n")[2]
    if data is STREAM:
        expected = b"".join(chunk for _, chunk in chunks(expected))
    assert answer.body == expected


@pytest.mark.parametrize("size", [1, 11, 1 << 20])
def test_every_delta_is_found_with_the_time_at_which_it_was_whole(size: int) -> None:
    raw = STREAM.partition(b"\r\n\r\n")[2]
    stream = Stream(0.0)
    stream.pieces = list(enumerate(pieces(raw, size)))
    deltas = stream.deltas()
    assert b"".join(text for _, text in deltas).decode() == STREAMED
    assert len(deltas) == DELTAS
    times = [when for when, _ in deltas]
    assert times == sorted(times)
    # The first delta is in the second event; its time is that of the piece that ended it.
    second_event = chunks(raw)[1][0] - 2
    assert times[0] == (second_event - 1) // size


async def ask(request: bytes, **limits: Any) -> dict[str, Any]:
    server = await upstream.serve(0)
    try:
        return await Job(server.sockets[0].getsockname()[1], request, **limits).run()
    finally:
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)


async def test_good_answers_are_counted() -> None:
    result = await ask(CHAT.request({}), connections=4, count=40)
    assert (result["good"], result["bad"]) == (40, {})
    assert ANSWER in result["last"]
    assert 0 < result["p50_ms"] <= result["p99_ms"]


def test_no_two_prompts_are_the_same() -> None:
    job = Job(1, CHAT.request({}), 1, count=3, first=14)
    asked = [job.next_request() for _ in range(3)]
    assert len(set(asked)) == 3
    assert {len(each) for each in asked} == {len(CHAT.request({}))}
    assert b"Case aaaaaaap. " in asked[0]


def test_a_request_without_a_prompt_has_no_number() -> None:
    request = SCENARIOS["models"].request({})
    assert Job(1, request, 1, count=1).next_request() == request


async def test_answers_that_are_not_200_are_counted_apart() -> None:
    result = await ask(CHAT.request({}, path="/elsewhere"), connections=2, count=6)
    assert (result["good"], result["bad"]) == (0, {"404": 6})


async def test_a_system_that_is_not_there_is_a_failure() -> None:
    server = await upstream.serve(0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    result = await Job(port, CHAT.request({}), 3, count=3).run()
    assert (result["good"], result["bad"]) == (0, {"connect": 3})


async def test_streams_are_followed_to_their_end() -> None:
    scenario = SCENARIOS["stream"]
    result = await ask(scenario.request({}), connections=2, count=4, is_stream=True, spread=0.01)
    assert (result["good"], result["bad"]) == (4, {})
    assert result["text"] == STREAMED
    assert len(result["ttft_ms"]) == len(result["event_ms"]) == 4


def test_a_delta_is_late_against_the_luckiest_stream() -> None:
    """The second stream's request came at 10 s; its second delta is the late one."""
    streams = [Stream(0.0), Stream(10.0)]
    frame = b'%x\r\ndata: {"content":"%b"}\r\n'
    for stream, times in zip(streams, ((1.0, 2.0), (11.0, 12.5)), strict=True):
        pieces = [frame % (len(frame % (0, b"ab")) - 5, b"ab")] * 2
        stream.pieces = list(zip(times, pieces, strict=True))
        assert len(stream.deltas()) == 2
    result = stream_result(streams)
    assert (result["late_max_ms"], result["late_p99_ms"]) == (500.0, 500.0)
    assert result["event_ms"] == [1000.0, 1000.0]


async def test_the_upstream_reads_a_body_that_comes_in_chunks() -> None:
    body = CHAT.body()
    request = b"POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
    request += b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert (await ask(request, connections=1, count=2))["good"] == 2


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [((), 0.5, 0.0), ((1.0,), 0.99, 1.0), ((1.0, 2.0, 3.0), 0.5, 2.0), ((1.0, 2.0), 0.99, 2.0)],
)
def test_a_quantile_is_one_of_the_values(
    values: tuple[float, ...], share: float, expected: float
) -> None:
    assert quantile(values, share) == expected


def test_the_script_for_wrk_asks_the_same() -> None:
    path, script = wrk.lua(CHAT.request({"authorization": "Bearer x"}))
    assert path == CHAT.path
    assert '["authorization"] = "Bearer x"' in script
    assert json.dumps(CHAT.body().decode()) in script
    assert "content-length" not in script


def test_what_wrk_says_is_read() -> None:
    said = "Running …\nRESULT " + json.dumps(
        {"n": 100, "us": 2_000_000, "p50": 1500.0, "p99": 9000.0, "other": 1, "cut": 0, "late": 2}
    )
    result = wrk.result(said, "text")
    assert (result["good"], result["rps"], result["p50_ms"]) == (99, 49.5, 1.5)
    assert result["bad"] == {"not 200": 1, "late": 2}


# -- the floor ---------------------------------------------------------------------------------


def request_headers(*, is_last: bool = False) -> bytes:
    message = ProcessingRequest()
    message.request_headers.end_of_stream = is_last
    message.protocol_config.request_body_mode = 4
    return bytes(message.SerializeToString())


def part(kind: str, body: bytes = b"", *, is_last: bool = False) -> bytes:
    message = ProcessingRequest()
    getattr(message, kind).body = body
    getattr(message, kind).end_of_stream = is_last
    return bytes(message.SerializeToString())


def response_headers(content_type: bytes) -> bytes:
    message = ProcessingRequest()
    header = message.response_headers.headers.headers.add()
    header.key, header.raw_value = "content-type", content_type
    return bytes(message.SerializeToString())


def trailers(kind: str) -> bytes:
    message = ProcessingRequest()
    getattr(message, kind).SetInParent()
    return bytes(message.SerializeToString())


def kinds(replies: list[bytes]) -> list[str]:
    return [ProcessingResponse.FromString(reply).WhichOneof("response") for reply in replies]


def streamed(reply: bytes) -> tuple[bytes, bool]:
    message = ProcessingResponse.FromString(reply)
    body = getattr(message, message.WhichOneof("response")).response.body_mutation
    return body.streamed_response.body, body.streamed_response.end_of_stream


def test_the_floor_holds_a_request_and_passes_it_whole() -> None:
    floor = Passing(b"bench")
    assert floor.receive(request_headers()) == []
    assert floor.receive(part("request_body", b"one ")) == []
    replies = floor.receive(part("request_body", b"two", is_last=True))
    assert kinds(replies) == ["request_headers", "request_body"]
    assert streamed(replies[1]) == (b"one two", True)
    headers = ProcessingResponse.FromString(replies[0]).request_headers.response.header_mutation
    assert {each.header.key: each.header.raw_value for each in headers.set_headers} == {
        "x-extproc-upstream": b"bench",
        "content-length": b"7",
    }


def test_the_floor_answers_a_request_without_a_body_at_once() -> None:
    assert kinds(Passing(b"bench").receive(request_headers(is_last=True))) == ["request_headers"]


def test_the_floor_passes_a_stream_piece_by_piece() -> None:
    floor = Passing(b"bench")
    floor.receive(request_headers(is_last=True))
    assert kinds(floor.receive(response_headers(b"text/event-stream"))) == ["response_headers"]
    assert streamed(floor.receive(part("response_body", b"a"))[0]) == (b"a", False)
    assert streamed(floor.receive(part("response_body", b"b", is_last=True))[0]) == (b"b", True)


def test_the_floor_holds_an_answer_until_its_trailers() -> None:
    floor = Passing(b"bench")
    floor.receive(request_headers(is_last=True))
    assert floor.receive(response_headers(b"application/json")) == []
    assert floor.receive(part("response_body", b"{}")) == []
    replies = floor.receive(trailers("response_trailers"))
    assert kinds(replies) == ["response_headers", "response_body", "response_trailers"]
    assert streamed(replies[1]) == (b"{}", False)


async def test_the_floor_lets_every_caller_in() -> None:
    answer = CheckResponse.FromString(await check(CheckRequest().SerializeToString()))
    assert answer.status.code == 0
    assert "authorization" in answer.ok_response.headers_to_remove


async def test_the_floor_stays_until_envoy_has_gone() -> None:
    class Script:
        def __init__(self) -> None:
            self.left: list[bytes | None] = [request_headers(is_last=True), None]
            self.sent: list[bytes] = []

        async def receive(self) -> bytes | None:
            return self.left.pop(0)

        async def send(self, message: bytes) -> None:
            self.sent.append(message)

    script = Script()
    await processing("bench")(script)
    assert (script.left, kinds(script.sent)) == ([], ["request_headers"])


def test_a_transport_is_found_by_its_name() -> None:
    assert transport_class("grpcio").__name__ == "GrpcioTransport"
    assert not has_transport("carrier_pigeon")


# -- the systems -------------------------------------------------------------------------------


@pytest.fixture
def document() -> dict[str, Any]:
    settings = config.parse(
        {"upstreams": [{"name": "bench", "url": "http://127.0.0.1:9", "models": ["*"]}]}
    )
    return bootstrap(settings, ["run/one.sock"])


def manager(document: dict[str, Any], number: int = 0) -> dict[str, Any]:
    listener = document["static_resources"]["listeners"][number]
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


def filters(document: dict[str, Any], number: int = 0) -> list[str]:
    return [each["name"] for each in manager(document, number)["http_filters"]]


def routes(document: dict[str, Any], number: int = 0) -> list[dict[str, Any]]:
    return manager(document, number)["route_config"]["virtual_hosts"][0]["routes"]


def test_the_servers_own_listener_is_left_as_it_is(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    keep(document, Extproc.filters)
    assert json.dumps(document) == before


def test_plain_envoy_is_the_same_without_the_filters(document: dict[str, Any]) -> None:
    keep(document, PlainEnvoy.filters)
    assert filters(document) == [ROUTER]
    (route,) = routes(document)
    assert (route["match"], route["route"]["cluster"]) == ({"prefix": "/"}, "upstream_bench")


def test_the_listener_for_ext_authz_is_a_second_one(document: dict[str, Any]) -> None:
    offer(document, 4711, [AUTHZ])
    assert filters(document, 1) == [AUTHZ, ROUTER]
    assert [route["match"] for route in routes(document, 1)] == [{"prefix": "/"}]
    assert len(filters(document)) == 3
    address = document["static_resources"]["listeners"][1]["address"]["socket_address"]
    assert address["port_value"] == 4711


def test_the_policy_servers_socket_is_read_from_the_bootstrap(document: dict[str, Any]) -> None:
    assert policy_socket(document) == "run/one.sock"


@pytest.mark.parametrize(
    ("masks", "heard", "said", "objection"),
    [
        (True, "[EMAIL]", "[EMAIL]", ""),
        (True, SECRET, "[EMAIL]", "the request was not masked"),
        (True, "[EMAIL]", SECRET, "the answer was not masked"),
        (False, SECRET, SECRET, ""),
        (False, "", SECRET, "the request was changed"),
        (True, "[EMAIL]", "", "there was no good answer"),
    ],
)
def test_a_system_must_do_what_its_row_says(
    masks: bool, heard: str, said: str, objection: str, tmp_path: Path
) -> None:
    system = Extproc("grpcio", tmp_path, 1, ())
    system.masks = masks
    assert system.objection(CHAT, heard, said) == objection


def test_peers_are_read_from_entries_of_the_known_shape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "s3")
    file = tmp_path / "peers.json"
    file.write_text(
        json.dumps(
            {
                "one": {
                    "start": ["true"],
                    "ready": "true",
                    "url": "http://127.0.0.1:4000/v1/chat/completions",
                    "wrk_env": {"WRK_AUTH": "$SOME_KEY", "WRK_MODEL": "small"},
                    "stream_headers": {"authorization": "Bearer $SOME_KEY"},
                },
                "two": {"url": "http://127.0.0.1:4001/x", "ready": "true"},
            }
        )
    )
    one, two = read_peers(file, tmp_path, ())
    assert isinstance(one, Peer)
    assert one.ports == {"data": 4000}
    request = one.request(CHAT)
    assert b"authorization: Bearer s3\r\n" in request
    assert b'"model":"small"' in request
    assert one.headers(SCENARIOS["stream"]) == {"authorization": "Bearer s3"}
    assert (one.can(SCENARIOS["stream"]), two.can(SCENARIOS["stream"])) == (True, False)
    assert not one.can(SCENARIOS["authz"])


def test_headers_for_peers_may_hold_colons() -> None:
    assert wrk_headers({"WRK_HDRS": 'x-a: {"b": "c: d"}|x-e: f'}) == {
        "x-a": '{"b": "c: d"}',
        "x-e": "f",
    }


def test_a_process_and_its_children_are_measured_and_ended(tmp_path: Path) -> None:
    process = Process(
        "cat", ("sh", "-c", "cat; true"), tmp_path / "log", two_cores()[1], pipes=True
    )
    assert process.popen.stdin is not None
    assert process.popen.stdout is not None
    process.popen.stdin.write(b"here\n")
    process.popen.stdin.flush()
    assert process.popen.stdout.readline() == b"here\n"
    assert len(family(process.pid)) == 2
    cost = process.cost()
    assert cost.cpu > 0
    assert (cost - cost).switches == 0
    assert process.memory() > 0
    process.stop()
    assert process.popen.poll() is not None


# -- the report --------------------------------------------------------------------------------


def sample(cpu: dict[str, float], **more: Any) -> dict[str, Any]:
    return {
        "requests": 100, "bad": {}, "rps": 900.0, "per_core": 1000 / sum(cpu.values()),
        "busy": 0.99, "others": 0.0, "cpu_ms": cpu, "switches": dict.fromkeys(cpu, 2.0),
        "p50_ms": 1.0, "p99_ms": 2.0, "alone_p50_ms": 0.5, "is_calm": True, **more,
    }  # fmt: skip


def system(name: str, transport: str = "", parts: tuple[str, ...] = ("envoy",)) -> dict[str, Any]:
    return {
        "name": name, "title": name, "transport": transport, "is_peer": False,
        "start_s": 0.5, "ready_s": None,
        "idle_mib": dict.fromkeys(parts, 60.0), "after_mib": dict.fromkeys(parts, 61.0),
    }  # fmt: skip


BOTH = ("server", "envoy")


@pytest.fixture
def result() -> dict[str, Any]:
    late = {"late_p99_ms": 1.0, "late_max_ms": 2.0}
    first = {"event_ms": [0.5], "ttft_ms": [1.0, 2.0, 9.0], "gaps_ms": [5.0],
             "delta_cpu_ms": 0.01, **late}  # fmt: skip
    later = {"event_ms": [1.5], "ttft_ms": [4.0, 5.0, 6.0], "gaps_ms": [6.0],
             "delta_cpu_ms": 0.02, **late}  # fmt: skip
    return {
        "rounds": 3,
        "seconds": 1.0,
        "calibration_ms": [10.0, 11.0, 12.0],
        "mistakes": [],
        "machine": {"processor": "abacus", "cores": "2"},
        "load": "bench.load",
        "systems": [
            system("envoy"),
            system("floor-grpcio", "grpcio", BOTH),
            system("extproc-grpcio", "grpcio", BOTH),
        ],
        "scenarios": [
            {
                "name": "chat", "title": "a chat", "is_stream": False, "connections": 16,
                "bytes": 700,
                "rows": {
                    "envoy": [sample({"envoy": 0.1})],
                    "floor-grpcio": [sample({"server": 0.3, "envoy": 0.2})],
                    "extproc-grpcio": [
                        sample({"server": server, "envoy": 0.2}) for server in (0.8, 9.0, 0.7)
                    ],
                },
            },
            {
                "name": "stream", "title": "a stream", "is_stream": True, "connections": 8,
                "bytes": 700,
                "rows": {
                    "envoy": [sample({"envoy": 1.0}, **first)],
                    "extproc-grpcio": [sample({"server": 1.0, "envoy": 1.0}, **later)],
                },
            },
        ],
    }  # fmt: skip


def test_a_figure_is_the_median_of_its_rounds(result: dict[str, Any]) -> None:
    plain, floor, ours = report.rows(result, result["scenarios"][0])
    assert ours.cpu_ms == {"server": 0.8, "envoy": 0.2}
    assert ours.per_core == pytest.approx(1000)
    assert ours.of_plain == pytest.approx(0.1)
    assert ours.of_floor == pytest.approx(0.5)
    assert (plain.of_plain, plain.of_floor, floor.of_floor) == (None, None, None)


def test_the_first_token_is_compared_with_plain_envoy(result: dict[str, Any]) -> None:
    _, ours = report.rows(result, result["scenarios"][1])
    assert (ours.ttft_p50, ours.ttft_p99, ours.added_ttft) == (5.0, 6.0, 3.0)


def test_the_page_has_a_table_for_each_scenario(result: dict[str, Any]) -> None:
    page = report.page(result)
    assert "| extproc-grpcio | " in page
    assert "1.000 [0.800, 0.200]" in page
    assert "| abacus" in page
    assert "11.0 ms (10.0 to 12.0)" in page
    assert "To mind in this run" not in page
    assert not report.has_failed(result)
    for table in page.split("\n\n"):
        if table.startswith("|"):
            assert len({len(line) for line in table.splitlines()}) == 1


def test_what_was_not_as_it_should_be_is_said(result: dict[str, Any]) -> None:
    result["mistakes"] = ["extproc-grpcio, chat: the answer was not masked"]
    ours = result["scenarios"][0]["rows"]["extproc-grpcio"]
    ours[0]["bad"] = {"503": 3}
    for each in ours:
        each["others"] = 0.4
    page = report.page(result)
    assert "the answer was not masked" in page
    assert "chat, extproc-grpcio: 3 of 303 calls failed (503: 3)" in page
    assert report.has_failed(result)
    assert "chat, extproc-grpcio (40%)" in page


def test_the_table_goes_between_the_markers() -> None:
    begin, end = "<!-- bench: begin -->", "<!-- bench: end -->"
    page = f"before\n{begin}\nold\n{end}\nafter\n"
    assert report.insert(page, "new\n") == (f"before\n{begin}\n\nnew\n\n{end}\nafter\n")
    with pytest.raises(ValueError, match="the page needs a line"):
        report.insert("no place for it", "new")


def test_the_picture_shows_every_row(result: dict[str, Any]) -> None:
    drawing = ET.fromstring(chart.picture(result))
    words = [node.text or "" for node in drawing.iter() if node.tag.endswith("text")]
    assert sum("a core)" in each for each in words) == 5
    bars = [node for node in drawing.iter() if node.tag.endswith("rect")]
    assert all(float(bar.get("width", "0")) >= 0 for bar in bars)


def test_the_documentation_has_a_place_for_the_figures() -> None:
    assert command.PAGE == ROOT / "docs" / "performance.md"
    report.insert(command.PAGE.read_text(), "figures")
