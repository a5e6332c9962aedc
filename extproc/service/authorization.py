"""The first question of a call: who is this, and may they?

Phases: 1 identify, 2 lease, 3 decide, 4 record. The answer is an Admission, which carries the
call on to ext_proc, or a Rejection in the caller's own dialect. Nothing is raised but for
faults of this server itself, and even those become a Rejection where one can be written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from extproc.core.call import Call, write_call
from extproc.core.confirmation import Presented, certificate_thumbprint
from extproc.core.decision import Code, Decision, Phase, Refusal, Refused, Unavailable
from extproc.core.events import Arrival
from extproc.core.field_names import DECISION_HEADER, EXCHANGE_HEADER
from extproc.core.fields import policy_headers
from extproc.core.identity import Identity
from extproc.core.ledger import decision_record
from extproc.core.llm import Route, read_route, refusal_body, refusal_headers
from extproc.core.policy_input import HttpRequest, PolicyInput, authz_input
from extproc.core.ports import Clock, Headers, Ids
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome, Record
from extproc.core.replies import Admission, Rejection
from extproc.service.meter import Meter
from extproc.service.recorder import Recorder

_log = structlog.get_logger("extproc.authz")

OWN_HEADERS = "x-extproc-"
"""Headers of ours; from clients they are dropped."""

# The agent's credential stays here, and the proof that it is the agent's; a compressed answer
# could not be masked; cookies are not the model's business.
_TAKEN_OFF = (
    "authorization", "x-api-key", "x-goog-api-key", "proxy-authorization", "cookie",
    "accept-encoding", "dpop", "x-forwarded-client-cert",
)  # fmt: skip

_NOBODY = Identity(
    subject="", issuer="", groups=(), agent_id="", agent_name="", credential_id="", expires_at=0
)


class Callers(Protocol):
    """Who calls; extproc.service.agents.Agents."""

    def identify(self, headers: Headers, presented: Presented | None = None) -> Identity: ...


class Decider(Protocol):
    async def decide(self, phase: Phase, document: PolicyInput) -> Decision: ...


class Authorization:
    def __init__(
        self,
        callers: Callers,
        judge: Decider,
        recorder: Recorder,
        ids: Ids,
        clock: Clock,
        meter: Meter,
        mask: Callable[[str], str],
        url: str | None = None,
        arrive: Callable[[Identity, str], None] | None = None,
    ) -> None:
        """`mask` makes a path with a query fit to be recorded. `url`: the data port's, as callers
        know it; None: what each asked for. `arrive` is told who calls from which address, and may
        refuse: extproc.service.sharing.
        """
        self._callers = callers
        self._judge = judge
        self._recorder = recorder
        self._ids = ids
        self._clock = clock
        self._meter = meter
        self._mask = mask
        self._url = url
        self._arrive = arrive

    async def check(self, arrival: Arrival) -> Admission | Rejection:
        exchange_id = self._ids.new("exc")
        at = self._clock.now()
        started = self._clock.elapsed()
        route = read_route(arrival.method, arrival.path)
        identity = _NOBODY
        decision: Decision | None = None
        try:
            headers = joined(arrival.headers)
            _refuse_upgrade(arrival.method, headers)
            identity = self._callers.identify(headers, self._presented(arrival))
            if self._arrive is not None:
                self._arrive(identity, arrival.source)
            self._meter.stage("identify", self._clock.elapsed() - started)
            decision = await self._judge.decide(
                Phase.AUTHZ,
                authz_input(
                    HttpRequest(
                        arrival.method,
                        arrival.path,
                        arrival.host,
                        arrival.scheme,
                        arrival.protocol,
                        headers,
                        arrival.id,
                    ),
                    arrival.source,
                    arrival.source_port,
                    identity,
                    route.api,
                    route.operation,
                ),
            )
            if decision.allowed:
                self._note(decision, exchange_id, at)
                return self._admit(arrival, exchange_id, at, identity, decision)
            refusal = decision.refusal
        except (Refused, Unavailable) as error:
            refusal = Refusal.of_error(error)
            if isinstance(error, Refused) and error.identity is not None:
                identity = error.identity
            if isinstance(error, Unavailable):
                self._meter.failed(error.component)
                _log.error("refused", exchange_id=exchange_id, detail=str(error))
        except Exception as error:
            self._meter.failed("authz")
            _log.exception("refused", exchange_id=exchange_id)
            refusal = Refusal.of_error(error)
        return await self._reject(arrival, route, exchange_id, at, identity, decision, refusal)

    def _admit(
        self, arrival: Arrival, exchange_id: str, at: int, identity: Identity, decision: Decision
    ) -> Admission:
        ours = tuple(name for name, _ in arrival.headers if name.startswith(OWN_HEADERS))
        call = Call(
            exchange_id=exchange_id,
            decision_id=decision.id,
            at=at,
            source=arrival.source,
            source_port=arrival.source_port,
            protocol=arrival.protocol,
            request_id=arrival.id,
            identity=identity,
        )
        return Admission(
            remove=(*_TAKEN_OFF, *ours), call=write_call(call), set=policy_headers(decision)
        )

    def _presented(self, arrival: Arrival) -> Presented:
        """Raises Refused for a certificate that cannot be read."""
        base = self._url or f"{arrival.scheme}://{arrival.host}"
        return Presented(
            method=arrival.method,
            url=base + arrival.path,
            certificate=certificate_thumbprint(arrival.certificate),
        )

    def _note(self, decision: Decision, exchange_id: str, at: int) -> None:
        record = decision_record(decision, exchange_id, at)
        self._recorder.enqueue(record)
        self._meter.recorded(record)

    async def _reject(
        self,
        arrival: Arrival,
        route: Route,
        exchange_id: str,
        at: int,
        identity: Identity,
        decision: Decision | None,
        refusal: Refusal,
    ) -> Rejection:
        decision_id = decision.id if decision else self._ids.new("dec")
        path = self._mask(arrival.path)
        records: list[Record] = [
            decision_record(decision, exchange_id, at)
            if decision
            else DecisionRecord(
                decision_id, exchange_id, Phase.AUTHZ, at, False, refusal.code, refusal.message
            ),
            ExchangeRecord(
                exchange_id=exchange_id,
                at=at,
                subject=identity.subject,
                issuer=identity.issuer,
                agent_id=identity.agent_id,
                agent_name=identity.agent_name,
                client_id=identity.client_id,
                source=arrival.source,
                method=arrival.method,
                path=path,
                api=route.api,
                operation=route.operation,
                allowed=False,
                code=refusal.code,
                reason=refusal.message,
            ),
        ]
        body = refusal_body(route.api, refusal)
        records.append(
            AnswerRecord(
                exchange_id=exchange_id,
                at=self._clock.now(),
                status=refusal.status,
                outcome=Outcome.REFUSED,
                code=refusal.code,
                reason=refusal.message,
                body=body,
                duration=self._clock.now() - at,
            )
        )
        try:
            await self._recorder.write(*records)
            for record in records:
                self._meter.recorded(record)
        except Unavailable as error:
            # A refusal passes nothing, so it stands although it could not be written down.
            self._meter.failed(error.component)
            _log.error("refusal not recorded", exchange_id=exchange_id, detail=str(error))
        return Rejection(
            status=refusal.status,
            headers={
                **refusal.headers,
                **refusal_headers(refusal),
                EXCHANGE_HEADER: exchange_id,
                DECISION_HEADER: decision_id,
            },
            body=body,
        )


Check = Callable[[Arrival], Awaitable[Admission | Rejection]]


def joined(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """One value a name; repeated headers joined with a comma, as HTTP allows."""
    found: dict[str, str] = {}
    for name, value in headers:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _refuse_upgrade(method: str, headers: Headers) -> None:
    if method == "CONNECT" or "upgrade" in headers:
        raise Refused(
            Code.INVALID_REQUEST, "upgrades are refused: what they carry could not be looked at"
        )
