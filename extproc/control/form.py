"""Forms as OAuth sends them (application/x-www-form-urlencoded), and OAuth's errors."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse

from extproc.core.decision import Code, Refusal

FORM_MAX = 512 << 10
"""Bytes; a SAML assertion with many groups takes some 100 KiB."""
FIELDS_MAX = 32


class BadForm(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


async def read_form(request: Request, repeatable: frozenset[str] = frozenset()) -> dict[str, str]:
    """The fields of a form; of one that may come several times, the values with spaces between.

    Raises BadForm.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_MAX:
            raise BadForm(f"the form is larger than {FORM_MAX >> 10} KiB", 413)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            strict_parsing=True,
            max_num_fields=FIELDS_MAX,
            errors="strict",
        )
    except ValueError:
        raise BadForm("the body is not a form") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields and name not in repeatable:
            # RFC 6749, section 3.2: a parameter may come once.
            raise BadForm(f"the parameter {name[:64]!a} comes twice")
        fields[name] = f"{fields[name]} {value}" if name in fields else value
    return fields


def oauth_error(
    error: str, description: str, status: int = 400, *, code: str | None = None
) -> JSONResponse:
    """RFC 6749, section 5.2, with our own code beside it, which says more."""
    content = {"error": error, "error_description": description} | ({"code": code} if code else {})
    return JSONResponse(
        content, status_code=status, headers={"cache-control": "no-store", "pragma": "no-cache"}
    )


def oauth_refusal(refusal: Refusal, invalid: str) -> JSONResponse:
    """A refusal in OAuth's words; `invalid` is the error of a token or request that will not do."""
    status, error = 400, invalid
    if refusal.code is Code.AGENT_LIMIT:
        status, error = 429, "agent_limit"
    elif refusal.code is Code.UNAVAILABLE:
        status, error = 503, "temporarily_unavailable"
    elif refusal.code is Code.INVALID_REQUEST:
        error = "invalid_request"
    elif invalid == "invalid_client":
        status = 401
    answer = oauth_error(error, refusal.message, status, code=refusal.code)
    if refusal.is_cured_by_waiting:
        answer.headers["retry-after"] = str(refusal.retry_after or 10)
    return answer
