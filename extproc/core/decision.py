"""Decisions as values: what a policy answered, and the closed list of codes a refusal carries.

A deny is a value, an error is an exception; `Refusal.of_error` is the one place where an
exception becomes an answer, and it always refuses.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from extproc.core.identity import Identity


class Phase(enum.StrEnum):
    """Which of the three decisions is asked for; also the entrypoint's key in the config."""

    AUTHZ = "authz"
    REQUEST = "request"
    RESPONSE = "response"


class Code(enum.StrEnum):
    """Every code that a refusal can carry, in the answer, the record and the metrics."""

    MISSING_CREDENTIAL = "missing_credential"
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - an error code, not a secret
    REVOKED = "revoked"
    POLICY_DENIED = "policy_denied"
    APPROVAL_DENIED = "approval_denied"
    INVALID_REQUEST = "invalid_request"
    MODEL_NOT_FOUND = "model_not_found"
    APPROVAL_REQUIRED = "approval_required"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    AGENT_LIMIT = "agent_limit"
    RATE_LIMITED = "rate_limited"
    BUDGET_EXHAUSTED = "budget_exhausted"
    UNAVAILABLE = "unavailable"


STATUS: Mapping[Code, int] = {
    Code.MISSING_CREDENTIAL: 401,
    Code.INVALID_TOKEN: 401,
    Code.REVOKED: 401,
    Code.POLICY_DENIED: 403,
    Code.APPROVAL_DENIED: 403,
    Code.INVALID_REQUEST: 400,
    Code.MODEL_NOT_FOUND: 404,
    Code.APPROVAL_REQUIRED: 409,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.AGENT_LIMIT: 429,
    Code.RATE_LIMITED: 429,
    Code.BUDGET_EXHAUSTED: 429,
    Code.UNAVAILABLE: 503,
}

RETRY_AFTER_MAX = 120
"""Seconds. Stock clients obey Retry-After only up to two minutes."""

_CURED_BY_WAITING = frozenset(
    {Code.APPROVAL_REQUIRED, Code.AGENT_LIMIT, Code.RATE_LIMITED, Code.BUDGET_EXHAUSTED,
     Code.UNAVAILABLE}
)  # fmt: skip


class Refusal(msgspec.Struct, frozen=True):
    """Why a call may not go on, in words that may be shown to the caller."""

    code: Code
    message: str
    retry_after: int | None = None
    """Seconds."""
    http_status: int | None = None
    """A policy's own choice; `status` falls back to the code's."""
    approval_id: str | None = None
    headers: Mapping[str, str] = {}
    """Response headers that a policy added to its deny."""
    challenge: str = ""
    """The start of `WWW-Authenticate` where it is not Bearer's."""

    @property
    def status(self) -> int:
        return self.http_status or STATUS[self.code]

    @property
    def is_cured_by_waiting(self) -> bool:
        return self.code in _CURED_BY_WAITING

    @classmethod
    def of_error(cls, error: BaseException) -> Refusal:
        """The one function that turns an error into an answer. It always refuses."""
        if isinstance(error, Refused):
            return error.refusal
        if isinstance(error, Unavailable):
            return cls(Code.UNAVAILABLE, f"{error.component} is not available", retry_after=1)
        return cls(Code.UNAVAILABLE, "the policy server could not answer", retry_after=1)


class Refused(Exception):
    """Raised where a refusal must leave a deep call; carries the value."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        retry_after: int | None = None,
        challenge: str = "",
        approval_id: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.refusal = Refusal(
            code, message, retry_after, challenge=challenge, approval_id=approval_id
        )
        self.identity: Identity | None = None
        """Who was refused, where that is known."""


class Unavailable(Exception):
    """A component (`policy`, `store`, `masker`, …) cannot answer; nothing passes.

    `component` is a bounded metric label. `detail` is for logs and never shown to a caller.
    """

    def __init__(self, component: str, detail: str = "") -> None:
        super().__init__(f"{component}: {detail}" if detail else component)
        self.component = component
        self.detail = detail


_People = Annotated[int, msgspec.Meta(ge=1, le=20)]


class Approvers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[str, ...]
    count: _People = 1


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has to let a call pass: so many distinct people of any of the groups, and all of the
    further requirements too."""

    required: bool = False
    reason: str = ""
    groups: tuple[str, ...] = ()
    count: _People = 1
    all_of: Annotated[tuple[Approvers, ...], msgspec.Meta(max_length=10)] = ()
    reason_required: bool = False
    """Whether who approves has to say why."""


BY_STRICTNESS = ("secrets", "structured", "default", "strict")
"""The profiles of masking. Each finds all that the one before it finds."""


class MaskRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    profile: str | None = None
    restore: bool = False
    """Pseudonyms for the model, and the values again for the client. Of the request phase."""


class PolicyResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy's result document, exactly as the contract allows it; all else is refused."""

    allowed: bool
    reason: str = ""
    http_status: int | None = None
    headers: dict[str, str] = {}
    approval: Approval = Approval()
    mask: MaskRule = MaskRule()
    limits: dict[str, int] = {}


class Decision(msgspec.Struct, frozen=True):
    """One evaluation of a policy, with the id it is recorded under."""

    id: str
    phase: Phase
    result: PolicyResult
    revision: str = ""
    """Of the policy that decided."""
    duration: int = 0
    """Microseconds that it took."""

    @property
    def allowed(self) -> bool:
        return self.result.allowed and not self.result.approval.required

    @property
    def needs_a_person(self) -> bool:
        """Whether it allows, if somebody approves."""
        return self.result.allowed and self.result.approval.required

    @property
    def refusal(self) -> Refusal:
        """What to answer when it does not allow."""
        if self.needs_a_person:
            return Refusal(
                Code.APPROVAL_REQUIRED,
                self.result.approval.reason or "this call waits for a person's approval",
                retry_after=30,
            )
        return Refusal(
            Code.POLICY_DENIED,
            self.result.reason or "the policy does not allow this call",
            http_status=self.result.http_status,
            headers=self.result.headers,
        )


# Statuses that a deny may choose: an answer, an error of the caller or of the server.
_DENY_STATUS = range(400, 600)


def read_policy_result(value: Any) -> PolicyResult:
    """Check a policy's raw result (a JSON value) against the contract.

    Only `allowed: true`, exactly, with every other key well typed, allows. A bare boolean is
    taken as the opa-envoy-plugin's short form. Raises Unavailable("policy") for anything else:
    undefined, null, a wrong type, an unknown key.
    """
    if value is True:
        return PolicyResult(allowed=True)
    if value is False:
        return PolicyResult(allowed=False)
    try:
        result = msgspec.convert(value, PolicyResult, strict=True)
    except msgspec.ValidationError as error:
        raise Unavailable("policy", f"the result is not well formed: {error}") from None
    if result.http_status is not None and result.http_status not in _DENY_STATUS:
        raise Unavailable("policy", f"http_status {result.http_status} is not an error status")
    # What this version cannot do must not look as if it had been done.
    if result.limits:
        raise Unavailable("policy", "limits is not available in this version")
    return result
