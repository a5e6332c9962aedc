"""What one exchange will be remembered by, gathered while it runs, and the records made of it."""

from __future__ import annotations

from extproc.core.call import Call
from extproc.core.decision import Decision, Refusal
from extproc.core.llm import LlmRequest, Route
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.core.rules import Rules

BYTES_PER_TOKEN = 4
"""Of English text, and close enough for others: what no upstream reported is counted by this."""


def tokens_in(size: int) -> int:
    """Tokens in so many bytes of text, estimated; never none in any text."""
    return -(-size // BYTES_PER_TOKEN)


def decision_record(decision: Decision, exchange_id: str, at: int) -> DecisionRecord:
    return DecisionRecord(
        decision_id=decision.id,
        exchange_id=exchange_id,
        phase=decision.phase,
        at=at,
        allowed=decision.allowed,
        code="" if decision.allowed else decision.refusal.code,
        reason=decision.result.reason,
        revision=decision.revision,
        duration=decision.duration,
    )


class Ledger:
    """All that is noted here is masked already. Times are microseconds."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._opened = rules.clock.elapsed()
        self.timings: dict[str, int] = {}
        """Stage to microseconds."""
        self.upstream = ""
        self.status = 0
        self.answer_findings: dict[str, int] = {}
        self.answer_model = ""
        self.finish_reason = ""
        self.tokens = (0, 0)
        """In and out."""
        self._sent: list[bytes] = []
        self._sent_size = 0
        self._chunks: list[tuple[int, int]] = []
        self._first_byte = 0

    def sent(self, data: bytes, kept: bytes | None = None) -> None:
        """Remember what the client gets, up to the limit of a whole answer.

        `kept` is the same without the values that were restored; None: it is the same.
        """
        if not data:
            return
        if kept is not None:
            data = kept
        since = self._rules.clock.elapsed() - self._opened
        if not self._first_byte:
            self._first_byte = since
        self._sent_size += len(data)
        if self._sent_size <= self._rules.response_limit:
            self._sent.append(data)
            self._chunks.append((since - self._first_byte, len(data)))

    def decision(self, call: Call, decision: Decision) -> DecisionRecord:
        return decision_record(decision, call.exchange_id, self._rules.clock.now())

    def exchange(
        self,
        call: Call,
        route: Route,
        llm: LlmRequest,
        refusal: Refusal | None,
        *,
        allowed: bool,
        method: str,
        path: str,
        model: str,
        findings: dict[str, int],
        size: int,
        body: bytes,
        approval_id: str = "",
    ) -> ExchangeRecord:
        identity = call.identity
        return ExchangeRecord(
            exchange_id=call.exchange_id,
            at=call.at,
            subject=identity.subject,
            issuer=identity.issuer,
            agent_id=identity.agent_id,
            agent_name=identity.agent_name,
            client_id=identity.client_id,
            source=call.source,
            method=method,
            path=path,
            api=route.api,
            operation=route.operation,
            model=model,
            stream=llm.stream,
            upstream=self.upstream,
            allowed=allowed,
            code=refusal.code if refusal else "",
            reason=refusal.message if refusal else "",
            findings=findings,
            size=size,
            body=body if self._rules.keep_bodies else b"",
            timings=dict(self.timings),
            approval_id=approval_id,
        )

    def answer(self, call: Call, outcome: Outcome, refusal: Refusal | None) -> AnswerRecord:
        clock = self._rules.clock
        return AnswerRecord(
            exchange_id=call.exchange_id,
            at=clock.now(),
            status=self.status,
            outcome=outcome,
            code=refusal.code if refusal else "",
            reason=refusal.message if refusal else "",
            findings=self.answer_findings,
            body=b"".join(self._sent) if self._rules.keep_bodies else b"",
            chunks=tuple(self._chunks),
            model=self.answer_model,
            finish_reason=self.finish_reason,
            input_tokens=self.tokens[0],
            output_tokens=self.tokens[1],
            first_byte=self._first_byte,
            duration=clock.elapsed() - self._opened,
            timings=dict(self.timings),
        )
