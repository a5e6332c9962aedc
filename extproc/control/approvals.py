"""/api/v1/approvals: held calls, and people's decisions about them.

People decide: by a session of the console, or with the credential that the local authority gave to
who may write to its directory. A credential that an identity was exchanged for is a program's, and
decides nothing, whoever it works for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from extproc.core.approval import ApprovalState, Conditions
from extproc.service.approvals import Case, Choice, Desk, Voter, document

_BODY_MAX = 16 << 10
_LIST_MAX = 500


class _Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str = ""
    conditions: Conditions = Conditions()
    uses: int = 1
    seconds: int | None = None
    """How long the grant is good."""
    break_glass: bool = False


class ApprovalEndpoints:
    def __init__(self, desk: Desk, voter: Callable[[Request], Awaitable[Voter]]) -> None:
        """`voter`: who asks, as they are in this moment; raises Refused when that is nobody who
        may decide."""
        self._desk = desk
        self._voter = voter

    async def list(self, request: Request) -> Response:
        await self._voter(request)
        asked = request.query_params.get("state")
        if asked is not None and asked not in list(ApprovalState):
            raise ValueError(f"state is one of {', '.join(ApprovalState)}")
        state = None if asked is None else ApprovalState(asked)
        cases = await self._desk.list(state, _LIST_MAX)
        return _json([document(case) for case in cases])

    async def show(self, request: Request) -> Response:
        await self._voter(request)
        return _case(await self._desk.get(request.path_params["id"]))

    async def approve(self, request: Request) -> Response:
        return await self._decide(request, approves=True)

    async def deny(self, request: Request) -> Response:
        return await self._decide(request, approves=False)

    async def review(self, request: Request) -> Response:
        voter = await self._voter(request)
        if not await self._desk.review(request.path_params["id"], voter):
            return _not_found("no broken glass waits for a review under this id")
        return _case(await self._desk.get(request.path_params["id"]))

    async def _decide(self, request: Request, *, approves: bool) -> Response:
        voter = await self._voter(request)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _BODY_MAX:
                raise ValueError("the body is too large")
        try:
            said = msgspec.json.decode(bytes(body) or b"{}", type=_Decision)
        except msgspec.MsgspecError as error:
            raise ValueError(f"the body is not a decision: {error}") from None
        choice = Choice(
            approves=approves,
            reason=said.reason,
            conditions=said.conditions,
            uses=said.uses,
            grant_seconds=said.seconds,
            breaks_glass=said.break_glass,
        )
        return _case(await self._desk.decide(request.path_params["id"], voter, choice))


def _case(case: Case | None) -> Response:
    return _not_found("there is no such approval") if case is None else _json(document(case))


def _not_found(message: str) -> Response:
    return JSONResponse({"error": {"code": "not_found", "message": message}}, status_code=404)


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
