"""The demo model's HTTP side. Bodies and headers are never logged."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from extproc.demo import chat, messages
from extproc.demo.answer import Directives, Prompt, answer, read_directives
from extproc.demo.dialect import BadRequest
from extproc.demo.memory import Memory

MODELS = ("demo", "demo-mini", "demo-large")
"""What `/v1/models` lists. Any other name is answered too."""


class Dropped(Exception):
    """Raised in the middle of an answer; the server closes the connection and says no more."""


def build(*, remember: bool) -> ASGIApp:
    """The application. With `remember`, GET /last tells what the last request was.

    Only for tests on one machine: what /last tells is another caller's prompt.
    """
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", _chat, methods=["POST"]),
            Route("/v1/messages", _messages, methods=["POST"]),
            Route("/v1/messages/count_tokens", _count_tokens, methods=["POST"]),
            Route("/v1/models", _models),
            Route("/v1/models/{name}", _model),
            Route("/healthz", _healthz),
        ],
        exception_handlers={
            BadRequest: _bad_request,
            404: _not_found,
            405: _not_allowed,
        },
    )
    if not remember:
        return app
    memory = Memory(app)

    async def last(_: Request) -> Response:
        return _json(memory.recall())

    app.router.routes.append(Route("/last", last))
    return memory


async def _chat(request: Request) -> Response:
    prompt = chat.read_prompt(await _body(request))
    asked = read_directives(prompt.text)
    if asked.status is not None:
        return _json(chat.error(asked.status, _as_asked(asked.status)), asked.status)
    ident = _ident(prompt)
    answers = [answer(prompt, asked, choice) for choice in range(prompt.choices)]
    return _reply(
        prompt,
        asked,
        "x-request-id",
        lambda: chat.completion(ident, prompt, answers),
        lambda: chat.chunks(ident, prompt, answers, asked),
    )


async def _messages(request: Request) -> Response:
    prompt = messages.read_prompt(await _body(request))
    asked = read_directives(prompt.text)
    if asked.status is not None:
        return _json(messages.error(asked.status, _as_asked(asked.status)), asked.status)
    ident = _ident(prompt)
    said = answer(prompt, asked)
    return _reply(
        prompt,
        asked,
        "request-id",
        lambda: messages.message(ident, prompt, said),
        lambda: messages.events(ident, prompt, said, asked),
    )


async def _count_tokens(request: Request) -> Response:
    return _json(messages.count(await _body(request)))


async def _models(request: Request) -> Response:
    # The two dialects share this path; only Anthropic's clients send their version.
    if "anthropic-version" in request.headers:
        page = {"has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]}
        listed = [_anthropic_model(name) for name in MODELS]
        return _json(msgspec.json.encode({"data": listed} | page))
    listed = [_openai_model(name) for name in MODELS]
    return _json(msgspec.json.encode({"object": "list", "data": listed}))


async def _model(request: Request) -> Response:
    name = request.path_params["name"]
    if "anthropic-version" in request.headers:
        return _json(msgspec.json.encode(_anthropic_model(name)))
    return _json(msgspec.json.encode(_openai_model(name)))


async def _healthz(_: Request) -> Response:
    return _json(b'{"status":"ok"}')


async def _bad_request(request: Request, error: Exception) -> Response:
    return _refuse(request, 400, str(error))


async def _not_found(request: Request, _: Exception) -> Response:
    return _refuse(request, 404, f"the demo model has no {request.url.path}")


async def _not_allowed(request: Request, _: Exception) -> Response:
    return _refuse(request, 405, f"{request.method} is not for {request.url.path}")


def _refuse(request: Request, status: int, message: str) -> Response:
    dialect = messages if request.url.path.startswith("/v1/messages") else chat
    return _json(dialect.error(status, message), status)


def _openai_model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": chat.CREATED, "owned_by": "extproc"}


def _anthropic_model(name: str) -> dict[str, object]:
    return {
        "id": name,
        "type": "model",
        "display_name": name,
        "created_at": "2023-11-14T22:13:20Z",
    }


def _as_asked(status: int) -> str:
    return f"the demo model was asked to fail with {status}"


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json")


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise BadRequest("the body was cut off") from None


def _ident(prompt: Prompt) -> str:
    """Names an answer after its prompt: the same each time, streamed or not."""
    asked = msgspec.structs.replace(prompt, is_stream=False, include_usage=False)
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:24]


def _reply(
    prompt: Prompt,
    asked: Directives,
    request_id_header: str,
    whole: Callable[[], bytes],
    stream: Callable[[], Iterable[bytes]],
) -> Response:
    headers = {request_id_header: "req_demo"}
    if asked.gzip:
        headers["content-encoding"] = "gzip"
    if prompt.is_stream:
        headers["cache-control"] = "no-cache"
        sent = _compressed(stream()) if asked.gzip else stream()
        return StreamingResponse(
            _paced(sent, asked, wait_first=False), headers=headers, media_type="text/event-stream"
        )
    body = b"".join(_compressed([whole()])) if asked.gzip else whole()
    # An announced length makes a dropped answer visible as cut off, not as a short one.
    headers["content-length"] = str(len(body))
    halves = [body[: len(body) // 2], body[len(body) // 2 :]]
    return StreamingResponse(
        _paced(halves if asked.reset else [body], asked, wait_first=True),
        headers=headers,
        media_type="application/json",
    )


async def _paced(
    parts: Iterable[bytes], asked: Directives, *, wait_first: bool
) -> AsyncIterator[bytes]:
    if asked.reset:
        kept = list(parts)
        parts = kept[: len(kept) // 2]
    for index, part in enumerate(parts):
        if asked.delay and (index or wait_first):
            await asyncio.sleep(asked.delay / 1000)
        yield part
    if asked.reset:
        raise Dropped


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """gzip, flushed after each part, so that a reader can decode an event when it comes."""
    gzip = zlib.compressobj(wbits=31)
    for part in parts:
        yield gzip.compress(part) + gzip.flush(zlib.Z_SYNC_FLUSH)
    yield gzip.flush()
