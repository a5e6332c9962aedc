"""The OPA engine gives what OPA answers, or it is unavailable, within its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from extproc.adapters.rego import PolicyError
from extproc.adapters.rego.opa import ANSWER_BYTES, OpaEngine
from extproc.core.decision import Phase, Unavailable
from tests.engines import Given
from tests.opa import serving

ENTRYPOINTS = dict.fromkeys(Phase, "t/decision")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def engine(url: str, timeout: float = 5.0) -> AsyncIterator[OpaEngine]:
    opa = OpaEngine(url, ENTRYPOINTS, timeout)
    try:
        yield opa
    finally:
        await opa.close()


@asynccontextmanager
async def stand_in(answer: Answer) -> AsyncIterator[str]:
    """A server that answers what OPA never would, or not at all."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def answering(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return answer


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    (tmp_path / "t.rego").write_text(
        "package t\n\n"
        "decision := input.value\n\n"
        "decision := 1 / input.divisor\n\n"
        'decision := "x" if input.conflict\n\n'
        'decision := "y" if input.conflict\n'
    )
    return tmp_path


@pytest.mark.parametrize(
    ("document", "value"),
    [
        pytest.param({"value": {"allowed": True}}, {"allowed": True}, id="a value"),
        pytest.param({"value": None}, None, id="null"),
        pytest.param({"value": False}, False, id="false"),
        pytest.param({}, Unavailable, id="undefined"),
        pytest.param({"divisor": 0}, Unavailable, id="an error in a builtin function"),
        pytest.param({"conflict": True}, Unavailable, id="a conflict"),
    ],
)
async def test_a_real_opa_answers(opa: Path, policy: Path, document: Any, value: Any) -> None:
    with serving(opa, str(policy)) as url:
        async with engine(url) as decide:
            if value is Unavailable:
                with pytest.raises(Unavailable, match="policy"):
                    await decide.decide(Phase.REQUEST, Given(document))
            else:
                assert await decide.decide(Phase.REQUEST, Given(document)) == value


async def test_a_document_that_is_no_json_is_unavailable(opa: Path, policy: Path) -> None:
    with serving(opa, str(policy)) as url:
        async with engine(url) as decide:
            for document in (b"", b"{", b"{}}", b"\xff"):
                with pytest.raises(Unavailable):
                    await decide.decide(Phase.REQUEST, Given(document))
            assert await decide.decide(Phase.REQUEST, Given(b'{"value": 1}')) == 1


async def test_the_revision_names_the_policies(opa: Path, policy: Path) -> None:
    seen = []
    for text in ("package t\n", "package t\n", "package t\n\nx := 1\n"):
        (policy / "t.rego").write_text(text)
        with serving(opa, str(policy)) as url:
            async with engine(url) as decide:
                assert decide.revision == "opa"
                await decide.open()
                seen.append(decide.revision)
    assert seen[0] == seen[1] != seen[2]
    assert all(len(revision) == 12 for revision in seen)


async def test_the_revision_of_a_bundle_is_its_own(opa: Path, policy: Path) -> None:
    (policy / ".manifest").write_text('{"revision": "r7", "roots": ["t"]}')
    with serving(opa, "--bundle", str(policy)) as url:
        async with engine(url) as decide:
            assert await decide.decide(Phase.REQUEST, Given(b'{"value": 1}')) == 1
            assert decide.revision.endswith("@r7")


async def test_an_opa_that_comes_later_is_found(opa: Path, policy: Path) -> None:
    with serving(opa, str(policy)) as url:
        pass
    async with engine(url) as decide:
        await decide.open()
        with pytest.raises(Unavailable):
            await decide.decide(Phase.REQUEST, Given(b"{}"))
        with serving(opa, "--addr", url.removeprefix("http://"), str(policy)):
            assert await decide.decide(Phase.REQUEST, Given(b'{"value": 1}')) == 1


async def test_a_server_that_is_down_is_unavailable() -> None:
    async with stand_in(answering()) as url:
        pass
    async with engine(url) as decide:
        with pytest.raises(Unavailable):
            await decide.decide(Phase.REQUEST, Given(b"{}"))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answering(500, b'{"code": "internal_error"}'), id="500"),
        pytest.param(answering(503), id="503"),
        pytest.param(answering(400, b"no JSON"), id="400"),
        pytest.param(answering(404), id="404"),
        pytest.param(answering(204), id="204"),
        pytest.param(answering(302, location="/v1/data/t/decision"), id="a redirect"),
        pytest.param(answering(200, b""), id="no body"),
        pytest.param(answering(200, b"<html>"), id="no JSON"),
        pytest.param(answering(200, b"true"), id="no object"),
        pytest.param(answering(200, b"[]"), id="a list"),
        pytest.param(answering(200, b"{}"), id="undefined"),
        pytest.param(answering(200, b'{"results": true}'), id="another key"),
        pytest.param(answering(200, b'{"result": tru'), id="half an answer"),
        pytest.param(answering(200, b'{"result": "\xff"}'), id="an answer that is no UTF-8"),
        pytest.param(answering(200, b"[" * 100_000), id="100,000 deep"),
        pytest.param(
            answering(200, b'{"result": "' + b"a" * ANSWER_BYTES + b'"}'), id="an endless answer"
        ),
        pytest.param(
            answering(200, b'{"result": true}', **{"content-encoding": "gzip"}),
            id="a broken coding",
        ),
    ],
)
async def test_an_answer_that_is_none_is_unavailable(answer: Answer) -> None:
    async with stand_in(answer) as url, engine(url) as decide:
        with pytest.raises(Unavailable) as raised:
            await decide.decide(Phase.REQUEST, Given(b"{}"))
        assert raised.value.component == "policy"


async def test_a_failed_question_is_asked_once() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        return web.Response(status=500)

    async with stand_in(answer) as url, engine(url) as decide:
        with pytest.raises(Unavailable):
            await decide.decide(Phase.REQUEST, Given(b"{}"))
    assert asked == ["/v1/data/t/decision?strict-builtin-errors=true&provenance=true"]


async def test_the_document_is_sent_as_it_is() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(status=401)
        return web.json_response({"result": (await request.read()).decode()})

    async with stand_in(answer) as url, engine(url) as decide:
        assert await decide.decide(Phase.REQUEST, Given(b'{"a":  1}')) == '{"input":{"a":  1}}'
        assert decide.revision == "opa"


@pytest.mark.parametrize("after_headers", [False, True], ids=["at once", "after the headers"])
async def test_a_server_that_hangs_is_unavailable_in_time(after_headers: bool) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if after_headers:
            await response.prepare(request)
        await asyncio.Event().wait()
        return response

    async with stand_in(hang) as url, engine(url, timeout=0.1) as decide:
        start = time.monotonic()
        with pytest.raises(Unavailable, match="TimeoutError"):
            await decide.decide(Phase.REQUEST, Given(b"{}"))
        assert time.monotonic() - start < 2


async def test_a_server_that_hangs_up_is_unavailable() -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with stand_in(hang_up) as url, engine(url) as decide:
        with pytest.raises(Unavailable):
            await decide.decide(Phase.REQUEST, Given(b"{}"))


async def test_many_decisions_at_once_keep_apart() -> None:
    async def echo(request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(status=401)
        return web.json_response({"result": (await request.json())["input"]})

    async with stand_in(echo) as url, engine(url) as decide:
        answers = await asyncio.gather(
            *(decide.decide(Phase.REQUEST, Given(number)) for number in range(100))
        )
    assert answers == list(range(100))


async def test_a_cancelled_decision_is_cancelled() -> None:
    reached = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        return web.Response()

    async with stand_in(hang) as url, engine(url) as decide:
        task = asyncio.create_task(decide.decide(Phase.REQUEST, Given(b"{}")))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    "url",
    [
        "",
        "opa:8181",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/prefix",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1?a=b",
    ],
)
def test_a_wrong_url_is_told_at_once(url: str) -> None:
    with pytest.raises(PolicyError) as raised:
        OpaEngine(url, ENTRYPOINTS, 1.0)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("entrypoint", ["", "t", "t/decision?pretty", "t/../../policies", "t/{id}"])
def test_a_wrong_entrypoint_is_told_at_once(entrypoint: str) -> None:
    with pytest.raises(PolicyError):
        OpaEngine("http://127.0.0.1:8181", {Phase.AUTHZ: entrypoint}, 1.0)


async def test_a_phase_without_an_entrypoint_is_unavailable() -> None:
    opa = OpaEngine("http://127.0.0.1:8181", {}, 1.0)
    with pytest.raises(Unavailable, match="no entrypoint"):
        await opa.decide(Phase.AUTHZ, Given(b"{}"))
    await opa.close()
