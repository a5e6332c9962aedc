"""The conversation of one HTTP exchange, as Envoy tells it through ext_proc.

Rule 1: every transition is in TRANSITIONS. If a case does not fit the table, change the
table's shape, not the callers.
Rule 2: nothing here waits. What needs the world (a policy, the store) leaves as a question in
the steps that `receive` returns; the caller brings the answer back through `resume`, or the
failure through `fail`. A question is always the last step.
Rule 3: the request's headers are answered only after the whole body was judged and the record
is durable. In full duplex Envoy does not even connect to the upstream before that answer.
Rule 4: an answer that is one document is held, judged and masked as a whole, headers too, so
that a refusal still has a status line. A stream is released piece by piece behind the masker.
Rule 5: an exchange ends with an AnswerRecord, whatever ends it.

    OPENING ──headers──▶ COLLECTING ──end──▶ JUDGING ──yes──▶ RECORDING ─────▶ AWAITING
       │                                        │no                            │ answer
       │ an earlier filter answered             ▼                              ├──▶ HOLDING
       ▼                                      ENDING ◀── refusals ─────────────┤      │ end
    PASSING                                     │ last record                  │      ▼
       │                                        ▼                              │   WEIGHING
       └─────────────────────────────────────▶ ENDED ◀── ENDING ◀── STREAMING ◀┴─ OPENING_STREAM

Between JUDGING and RECORDING may stand ASKING (a person, where the policy wants one; of what they
change in it the policy is asked anew) and CHARGING (the budgets, where there are any).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from extproc.core.approval import Grant, Held, digest_of, shown
from extproc.core.call import Call, read_call
from extproc.core.decision import Code, Decision, MaskRule, Phase, Refusal, Refused, Unavailable
from extproc.core.events import (
    Closed,
    Event,
    RequestBody,
    RequestHeaders,
    RequestTrailers,
    ResponseBody,
    ResponseHeaders,
    ResponseTrailers,
)
from extproc.core.field_names import (
    DECISION_HEADER,
    EXCHANGE_HEADER,
    UPSTREAM_HEADER,
    UPSTREAM_MARK,
)
from extproc.core.fields import FieldMasker, Form, form_of, media_type, policy_headers
from extproc.core.identity import Identity
from extproc.core.inflate import Inflate
from extproc.core.ledger import Ledger, tokens_in
from extproc.core.llm import (
    AnswerStream,
    LlmRequest,
    MaskResult,
    Message,
    Route,
    framing_of,
    last_event,
    mask_document,
    mask_text_body,
    parse_json,
    read_answer,
    read_request,
    read_route,
    refusal_body,
    refusal_headers,
    unsearched,
)
from extproc.core.llm.framing import Framing
from extproc.core.masking import Masker
from extproc.core.narrowing import narrowed
from extproc.core.policy_input import HttpRequest, exchange_input
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome
from extproc.core.replies import (
    AskPerson,
    BodyReply,
    Direction,
    Evaluate,
    HeadersReply,
    ImmediateReply,
    Persist,
    Spend,
    Step,
    TrailersReply,
)
from extproc.core.rules import Rules, matches

_NOTHING = MaskResult(changed=False, document=None, findings={}, places=())


class State(enum.Enum):
    # Members are the same object everywhere; Enum's own hash is a call in Python.
    __hash__ = object.__hash__

    OPENING = "opening"
    COLLECTING = "collecting"
    """The request's body is coming in."""
    JUDGING = "judging"
    """The policy was asked about the request."""
    ASKING = "asking"
    """A person was asked, or whoever asked them before."""
    CHARGING = "charging"
    """The budgets were asked; only where there are any."""
    RECORDING = "recording"
    """The request is being written down before the upstream may see it."""
    AWAITING = "awaiting"
    """The upstream has the request."""
    HOLDING = "holding"
    """The answer is one document and is coming in."""
    WEIGHING = "weighing"
    """The policy was asked about the whole answer."""
    OPENING_STREAM = "opening stream"
    """The policy was asked about a stream that begins."""
    STREAMING = "streaming"
    ENDING = "ending"
    """The last record is being written; the last bytes wait for it."""
    PASSING = "passing"
    """An earlier filter answered by itself; nothing of it came from an upstream."""
    ENDED = "ended"


_QUESTIONS = frozenset(
    {State.JUDGING, State.ASKING, State.CHARGING, State.RECORDING, State.WEIGHING,
     State.OPENING_STREAM}
)  # fmt: skip
"""A question is out whose answer would let something pass."""


class ExchangeError(Exception):
    """Envoy sent what cannot come in this state; the stream must end with an error status."""


class Exchange:
    """One exchange. Feed events to `receive`, answers to `resume`, errors to `fail`."""

    def __init__(self, rules: Rules) -> None:
        self.state = State.OPENING
        self._rules = rules
        self._fields = FieldMasker(rules.known_clean)
        self._ledger = Ledger(rules)
        self._call: Call | None = None
        self._route = Route(api="other", operation="unknown")
        self._http = HttpRequest("", "", "", "", "", {})
        self._llm = LlmRequest(api="other", operation="unknown")
        self._facts: dict[str, Any] = {}
        self._pieces: list[bytes] = []
        self._size = 0
        self._trailers: Mapping[str, str] | None = None
        self._document: Any = None
        self._form = Form.JSON
        self._masked: MaskResult | None = None
        self._labels: Masker | None = None
        """Of the profile that holds: puts labels, as header values and names need."""
        self._masker: Masker | None = None
        """The same for bodies: puts what the strategies say."""
        self._restoring: Masker | None = None
        """The same for the assistant's prose, when the policy wants values restored."""
        self._kept: bytes | None = None
        """What is recorded of a whole answer, where it differs from what goes out."""
        self._decision: Decision | None = None
        self._earlier: Decision | None = None
        """By which a person was asked, where what they let pass was judged again."""
        self._grant: Grant | None = None
        self._forward: bytes | None = None
        self._request_recorded = False
        self._prompt_tokens = 0
        # The answer.
        self._received = 0
        """Bytes of a whole answer that is text."""
        self._headers: Mapping[str, str] = {}
        self._is_bodyless = False
        self._inflate: Inflate | None = None
        self._stream: AnswerStream | None = None
        self._framing: Framing | None = None
        self._has_begun = False
        """Envoy has shown a piece of the stream; before that it takes none of ours."""
        self._pending: tuple[Step, ...] = ()
        self._after: State = State.ENDED
        self._interruption: Refusal | None = None
        """Came while a question was out; its answer gives way to this."""

    @property
    def call(self) -> Call | None:
        return self._call

    @property
    def model(self) -> str:
        """That is asked for; empty for none, and before it is known."""
        return self._llm.model

    @property
    def is_granted(self) -> bool:
        """Whether a person has let it pass."""
        return self._grant is not None

    @property
    def is_over(self) -> bool:
        """Nothing is left to be said or recorded."""
        return self.state is State.ENDED

    @property
    def held_size(self) -> int:
        """Bytes of a body that waits for its end: what the next event may set to work."""
        return self._size if self.state in (State.COLLECTING, State.HOLDING) else 0

    @property
    def held_back(self) -> int:
        """Characters of a stream that came in and may not go out yet."""
        return self._stream.held if self._stream else 0

    @property
    def estimate(self) -> tuple[int, int]:
        """Tokens of the prompt and of the answer so far, by the bytes of their text: for budgets,
        where nobody reports. The prompt's is known once Spend was asked."""
        received = self._stream.received if self._stream else self._received
        return self._prompt_tokens, tokens_in(received)

    # -- what comes in ---------------------------------------------------------------------

    def receive(self, event: Event) -> Sequence[Step]:
        """Take one event; returns what to send, and at most one question, last."""
        handler = TRANSITIONS.get((self.state, type(event)))
        if handler is None:
            raise ExchangeError(f"{type(event).__name__} while {self.state.value}")
        return handler(self, event)

    def resume(self, answer: Decision | Grant | None) -> Sequence[Step]:
        """Take the answer to the last question."""
        if self._interruption is not None and self.state is not State.ENDING:
            return self._give_way(answer, self._interruption)
        match self.state:
            case State.JUDGING:
                assert isinstance(answer, Decision)
                return self._request_decided(answer)
            case State.ASKING:
                assert isinstance(answer, Grant)
                return self._granted(answer)
            case State.CHARGING:
                return self._record_request()
            case State.RECORDING:
                return self._forward_request()
            case State.WEIGHING:
                assert isinstance(answer, Decision)
                return self._answer_decided(answer)
            case State.OPENING_STREAM:
                assert isinstance(answer, Decision)
                return self._stream_decided(answer)
            case State.ENDING:
                self.state = self._after
                steps, self._pending = self._pending, ()
                return steps
            case _:
                raise ExchangeError(f"an answer while {self.state.value}")

    def fail(self, error: BaseException) -> Sequence[Step]:
        """Turn an error into the end of this exchange. Nothing unjudged or unmasked goes out."""
        refusal = Refusal.of_error(error)
        if self.state is State.STREAMING:
            return self._cut_stream(refusal)
        if self.state in (State.ENDED, State.PASSING):
            return ()
        if self.state is State.ENDING:
            # The last record cannot be written: the last bytes do not go out without it.
            pending, self._pending = self._pending, ()
            self.state = State.ENDED
            if any(isinstance(step, HeadersReply | ImmediateReply) for step in pending):
                return (self._immediate(refusal),)
            if self._stream is None:
                return ()  # Envoy has left already
            return (BodyReply(Direction.RESPONSE, self._last_event(refusal), True),)
        if self.state is State.RECORDING:
            # The store itself failed; asking it again for the refusal would only wait longer.
            self.state = State.ENDED
            return (self._immediate(refusal),)
        return self._refuse(refusal)

    def interrupt(self, refusal: Refusal) -> Sequence[Step]:
        """End the exchange from outside (its agent was ended), in whatever state it is.

        May be called at any time but inside `receive`. While a question is out there is nothing
        to say yet: the answer to it is recorded, and then it ends. What is ENDING ends as it was
        about to: its last record says so already.
        """
        if self.state in _QUESTIONS:
            self._interruption = self._interruption or refusal
            return ()
        if self.state is State.ENDING:
            return ()
        return self.fail(Refused(refusal.code, refusal.message))

    def _give_way(self, answer: Decision | Grant | None, refusal: Refusal) -> Sequence[Step]:
        """The policy or a person has answered, or the request is written down; nothing opens
        anything now."""
        decision = answer if isinstance(answer, Decision) else None
        if self.state is State.JUDGING:
            self._decision = decision
        return self._refuse(refusal, decision=decision)

    # -- the request -----------------------------------------------------------------------

    def _on_request_headers(self, event: RequestHeaders) -> Sequence[Step]:
        headers = event.headers
        method = headers.get(":method", "")
        path = headers.get(":path", "")
        self._route = read_route(method, path)
        try:
            self._call = call = read_call(event.call)
        except msgspec.MsgspecError:
            # Without ext_authz nobody knows whose call this is.
            raise Unavailable("identity", "ext_authz handed nothing on") from None
        self._http = HttpRequest(
            method=method,
            path=path,
            host=headers.get(":authority", ""),
            scheme=headers.get(":scheme", ""),
            protocol=call.protocol,
            headers=headers,
            id=call.request_id,
        )
        self.state = State.COLLECTING
        query = path.partition("?")[2]
        if query and self._rules.maskers(None).find(unquote_plus(query)):
            return self._refuse(
                Refusal(Code.INVALID_REQUEST, "the query of the URL holds sensitive data")
            )
        if event.end_of_stream:
            return self._judge()
        if headers.get("content-encoding", "identity") != "identity":
            return self._refuse(
                Refusal(Code.UNSUPPORTED_MEDIA_TYPE, "a compressed request cannot be looked at")
            )
        self._form = form_of(media_type(headers))
        if self._form is not Form.JSON and self._route.operation != "unknown":
            # A lax server reads JSON whatever it is called, and policy would not have seen it.
            return self._refuse(
                Refusal(
                    Code.UNSUPPORTED_MEDIA_TYPE,
                    "this operation takes application/json; set the content-type header",
                )
            )
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._rules.request_limit:
            return self._refuse(self._too_large())
        return ()

    def _on_request_body(self, event: RequestBody) -> Sequence[Step]:
        self._size += len(event.body)
        if self._size > self._rules.request_limit:
            return self._refuse(self._too_large())
        self._pieces.append(event.body)
        return self._judge() if event.end_of_stream else ()

    def _on_request_trailers(self, event: RequestTrailers) -> Sequence[Step]:
        self._trailers = event.trailers
        return self._judge()

    def _too_large(self) -> Refusal:
        return Refusal(
            Code.BODY_TOO_LARGE,
            f"the body is larger than {self._rules.request_limit} bytes",
        )

    def _judge(self) -> Sequence[Step]:
        body = b"".join(self._pieces)
        self._pieces = [body]
        started = self._rules.clock.elapsed()
        if body and self._form is Form.JSON:
            self._document = parse_json(body)
        elif not body and self._http.method not in ("GET", "HEAD", "DELETE", "OPTIONS"):
            raise Refused(Code.INVALID_REQUEST, "the body is empty")
        self._llm = self._read(body)
        parsed = self._rules.clock.elapsed()
        self._ledger.timings["parse"] = parsed - started
        self._mask_request(MaskRule())
        assert self._masked is not None
        self._ledger.timings["mask"] = self._rules.clock.elapsed() - parsed
        if blocked := self._blocked("request", self._masked.findings):
            return self._refuse(blocked)
        return self._ask_policy()

    def _ask_policy(self) -> Sequence[Step]:
        assert self._masked is not None
        self._facts = {
            "api": self._route.api,
            "operation": self._route.operation,
            "model": self._llm.model or None,
            "stream": self._llm.stream,
            "messages": self._llm.messages,
            "tools": self._llm.tools,
            "max_tokens": self._llm.max_tokens,
            "usage": None,
        }
        self.state = State.JUDGING
        status = "partial" if self._llm.has_tokens else "ok"
        if self._pieces[0] and self._form is Form.OTHER:
            status = "unavailable"
        return (self._evaluate(Phase.REQUEST, status, self._masked),)

    def _read(self, body: bytes) -> LlmRequest:
        """The facts of the request. A body that is no JSON says nothing but its text."""
        if not body or self._form is Form.JSON:
            return read_request(self._route, self._document)
        route = self._route
        messages: tuple[Message, ...] = ()
        if self._form is Form.TEXT:
            try:
                messages = (Message("", body.decode("utf-8")),)
            except UnicodeDecodeError as error:
                raise Refused(
                    Code.INVALID_REQUEST, f"the text is not UTF-8 at byte {error.start}"
                ) from None
        return LlmRequest(
            route.api, route.operation, route.model, route.is_stream, messages=messages
        )

    def _mask_request(self, rule: MaskRule) -> None:
        self._labels = self._rules.maskers(rule.profile)
        self._masker = masker = self._labels.for_exchange(self._scope, restores=rule.restore)
        body = self._pieces[0]
        if not body:
            self._masked = _NOTHING
        elif self._form is Form.TEXT:
            self._masked = mask_text_body(body, masker)
        elif self._form is Form.OTHER:
            self._masked = unsearched()
        else:
            if self._masked is not None:
                # Masking changes the document itself; another profile starts from what came.
                self._document = parse_json(body)
            self._masked = mask_document(self._route, self._document, masker, "request")

    def _blocked(self, what: str, findings: Mapping[str, int]) -> Refusal | None:
        """The refusal of a body in which a type was found that may not even be sent masked."""
        kinds = ", ".join(sorted(self._answer_masker.blocked.intersection(findings)))
        if not kinds:
            return None
        return Refusal(Code.POLICY_DENIED, f"the {what} holds {kinds}, which may not pass")

    def _request_decided(self, decision: Decision) -> Sequence[Step]:
        self._decision = decision
        if not decision.allowed and not decision.needs_a_person:
            refusal = decision.refusal
            if self._is_unsearched and refusal.code is Code.POLICY_DENIED:
                refusal = Refusal(
                    Code.UNSUPPORTED_MEDIA_TYPE,
                    "only JSON and text can be looked at; set the content-type header. "
                    f"{refusal.message}",
                )
            return self._refuse(refusal)
        if astray := self._misses_its_way():
            return self._refuse(astray)
        if decision.result.mask != MaskRule():
            self._mask_request(decision.result.mask)
        assert self._masked is not None
        if blocked := self._blocked("request", self._masked.findings):
            return self._refuse(blocked)
        if self._grant is not None:
            return self._pass_on_as(self._grant.conditions.profile)
        if decision.needs_a_person:
            self.state = State.ASKING
            return (AskPerson(self._held(decision)),)
        return self._pass_on()

    def _misses_its_way(self) -> Refusal | None:
        """Why the model that is asked for cannot be asked by this caller."""
        model = self._llm.model
        if self._identity.models and model and not matches(model, self._identity.models):
            return Refusal(Code.POLICY_DENIED, "this credential may not call that model")
        destination = self._rules.destination_of(model)
        if destination is None:
            return Refusal(Code.MODEL_NOT_FOUND, "no upstream serves that model")
        self._ledger.upstream = destination.name
        return None

    def _held(self, decision: Decision) -> Held:
        assert self._call is not None
        assert self._masked is not None
        identity, body = self._identity, self._pieces[0]
        is_json = bool(body) and self._form is Form.JSON
        return Held(
            digest=digest_of(
                # What came, not what masking made of it.
                parse_json(body) if is_json else None,
                body,
                identity.subject,
                identity.issuer,
                identity.agent_id,
                self._http.method,
                self._http.path,
                decision.revision,
            ),
            exchange_id=self._call.exchange_id,
            subject=identity.subject,
            issuer=identity.issuer,
            agent_id=identity.agent_id,
            agent_name=identity.agent_name,
            api=self._route.api,
            operation=self._route.operation,
            model=self._llm.model,
            rule=decision.result.approval,
            revision=decision.revision,
            body=shown(self._masked.body(body)),
            findings=self._masked.findings,
            profile=self._label_masker.profile,
        )

    def _granted(self, grant: Grant) -> Sequence[Step]:
        """Somebody let it pass. With another model or length it is another request, of which the
        policy is asked anew; only that a person is needed is settled."""
        assert self._decision is not None
        self._grant = grant
        changes = grant.conditions
        if changes.model is None and changes.max_tokens is None:
            return self._pass_on_as(changes.profile)
        try:
            document = narrowed(
                self._route.api,
                self._route.operation,
                parse_json(self._pieces[0]),
                changes.model,
                changes.max_tokens,
            )
        except (TypeError, ValueError):
            raise Unavailable("approvals", "this call cannot be changed") from None
        self._earlier = self._decision
        self._pieces = [msgspec.json.encode(document)]
        self._document = parse_json(self._pieces[0])
        self._llm = self._read(self._pieces[0])
        self._masked = None
        self._mask_request(MaskRule())
        return self._ask_policy()

    def _pass_on_as(self, profile: str | None) -> Sequence[Step]:
        """Masked by the profile that an approver chose, if they did."""
        assert self._decision is not None
        if profile is not None:
            rule = self._decision.result.mask
            self._mask_request(msgspec.structs.replace(rule, profile=profile))
        assert self._masked is not None
        if blocked := self._blocked("request", self._masked.findings):
            return self._refuse(blocked)
        return self._pass_on()

    def _pass_on(self) -> Sequence[Step]:
        assert self._masked is not None
        assert self._masker is not None
        self._restoring = self._masker.restoring()
        self._masker = self._masker.answering()
        self._forward = self._masked.body(self._pieces[0])
        if not self._rules.has_budgets:
            return self._record_request()
        # The last question but the record: what anything else refuses costs nothing.
        said = sum(len(message.content.encode()) for message in self._llm.messages)
        self._prompt_tokens = tokens_in(said or len(self._pieces[0]))
        self.state = State.CHARGING
        return (Spend(self._identity, self._prompt_tokens),)

    def _record_request(self) -> Sequence[Step]:
        assert self._call is not None
        assert self._decision is not None
        self.state = State.RECORDING
        self._request_recorded = True
        return (
            Persist(
                (
                    *self._decisions(self._call, self._decision),
                    self._exchange_record(self._masked_body(), None, allowed=True),
                )
            ),
        )

    def _decisions(self, call: Call, last: Decision) -> list[DecisionRecord]:
        made = [last] if self._earlier is None else [self._earlier, last]
        return [self._ledger.decision(call, each) for each in made]

    def _forward_request(self) -> Sequence[Step]:
        assert self._forward is not None
        self.state = State.AWAITING
        assert self._decision is not None
        set_headers = self._masked_fields(self._http.headers)
        set_headers.update(policy_headers(self._decision))
        set_headers[UPSTREAM_HEADER] = self._ledger.upstream
        body, self._forward = self._forward, None
        self._pieces = []
        self._document = self._masked = None
        if not body and self._trailers is None:
            return (HeadersReply(Direction.REQUEST, set=set_headers),)
        set_headers["content-length"] = str(len(body))
        trailers, self._trailers = self._trailers, None
        if trailers is None:
            return (
                HeadersReply(Direction.REQUEST, set=set_headers),
                BodyReply(Direction.REQUEST, body, True),
            )
        return (
            HeadersReply(Direction.REQUEST, set=set_headers),
            BodyReply(Direction.REQUEST, body, False),
            TrailersReply(Direction.REQUEST, set=self._masked_fields(trailers)),
        )

    # -- the answer ------------------------------------------------------------------------

    def _on_response_headers(self, event: ResponseHeaders) -> Sequence[Step]:
        headers = event.headers
        status = headers.get(":status", "0")
        self._ledger.status = int(status) if status.isdecimal() else 0
        self._headers = headers
        if UPSTREAM_MARK not in headers:
            return self._refuse(
                Refusal(Code.UNAVAILABLE, "the model's server gave no answer", retry_after=1),
                outcome=Outcome.UPSTREAM_ERROR,
            )
        self._is_bodyless = event.end_of_stream
        if self._is_bodyless:
            return self._weigh(b"", None)
        encoding = headers.get("content-encoding", "identity").lower()
        if encoding != "identity":
            self._inflate = Inflate(encoding, self._rules.response_limit)
        self._framing = framing_of(self._route, media_type(headers))
        if self._framing is not None:
            self.state = State.OPENING_STREAM
            return (self._evaluate(Phase.RESPONSE, "partial", _NOTHING),)
        self._form = form_of(media_type(headers))
        self._size = 0
        self.state = State.HOLDING
        return ()

    def _on_held_body(self, event: ResponseBody) -> Sequence[Step]:
        self._hold(self._decoded(event.body))
        return self._answer_complete() if event.end_of_stream else ()

    def _on_held_trailers(self, event: ResponseTrailers) -> Sequence[Step]:
        self._trailers = event.trailers
        return self._answer_complete()

    def _hold(self, data: bytes) -> None:
        self._size += len(data)
        if self._form is not Form.OTHER:
            self._received += len(data)
        if self._size > self._rules.response_limit:
            raise Unavailable("masker", "the answer is larger than limits.response_body")
        self._pieces.append(data)

    def _answer_complete(self) -> Sequence[Step]:
        self._hold(self._decoded_end())
        body = b"".join(self._pieces)
        self._pieces = []
        if not body:
            return self._weigh(b"", None)
        started = self._rules.clock.elapsed()
        masker = self._answer_masker
        given: bytes | None = None
        if self._form is Form.TEXT:
            result = mask_text_body(body, masker)
        elif self._form is Form.OTHER:
            result = unsearched()
        else:
            try:
                document = parse_json(body)
            except Refused as error:
                raise Unavailable("masker", f"the answer: {error.refusal.message}") from None
            result = mask_document(self._route, document, masker, "response")
            given = self._restored(body)
            facts = read_answer(self._route, document)
            self._ledger.answer_model, self._ledger.finish_reason = facts.model, facts.finish_reason
            self._ledger.tokens = (facts.input_tokens, facts.output_tokens)
        masked = result.body(body)
        self._ledger.timings["mask_answer"] = self._rules.clock.elapsed() - started
        self._ledger.answer_findings = result.findings
        if blocked := self._blocked("answer", result.findings):
            return self._refuse(blocked)
        if given is not None:
            self._kept = masked
        return self._weigh(masked if given is None else given, result)

    def _restored(self, body: bytes) -> bytes | None:
        """A whole answer as the client gets it; None when nothing is restored in this exchange.

        The body is read and masked a second time, so that what the policy and the records see
        never knew the values.
        """
        if self._restoring is None:
            return None
        document = parse_json(body)
        result = mask_document(
            self._route, document, self._answer_masker, "response", self._restoring
        )
        return result.body(body)

    def _weigh(self, body: bytes, result: MaskResult | None) -> Sequence[Step]:
        self._pieces = [body]
        self.state = State.WEIGHING
        status = "unavailable" if body and self._form is Form.OTHER else "ok"
        return (self._evaluate(Phase.RESPONSE, status, result or _NOTHING),)

    def _answer_decided(self, decision: Decision) -> Sequence[Step]:
        if not decision.allowed:
            return self._refuse(decision.refusal, decision=decision)
        body = self._pieces[0]
        self._pieces = []
        headers = self._answer_headers(decision)
        remove = self._answer_removals
        steps: tuple[Step, ...]
        if body or self._trailers is not None:
            headers["content-length"] = str(len(body))
        if self._trailers is not None:
            # A body with trailers is chunked; a length beside it would be a lie to some parsers.
            del headers["content-length"]
            remove = (*remove, "content-length")
            steps = (
                HeadersReply(Direction.RESPONSE, set=headers, remove=remove),
                BodyReply(Direction.RESPONSE, body, False),
                TrailersReply(Direction.RESPONSE, set=self._masked_fields(self._trailers)),
            )
        elif body:
            steps = (
                HeadersReply(Direction.RESPONSE, set=headers, remove=remove),
                BodyReply(Direction.RESPONSE, body, True),
            )
        else:
            steps = (HeadersReply(Direction.RESPONSE, set=headers, remove=remove),)
            if not self._is_bodyless:
                steps = (*steps, BodyReply(Direction.RESPONSE, b"", True))
        # What nobody looked at is not kept.
        self._ledger.sent(b"" if self._form is Form.OTHER else body, self._kept)
        return self._end(steps, Outcome.COMPLETED, decision=decision)

    def _stream_decided(self, decision: Decision) -> Sequence[Step]:
        if not decision.allowed:
            return self._refuse(decision.refusal, decision=decision)
        self._decision = decision
        assert self._framing is not None
        self._stream = AnswerStream(
            self._route, self._answer_masker, self._framing, restoring=self._restoring
        )
        self.state = State.STREAMING
        headers = self._answer_headers(decision)
        removals = (*self._answer_removals, "content-length")
        return (HeadersReply(Direction.RESPONSE, set=headers, remove=removals),)

    def _on_stream_body(self, event: ResponseBody) -> Sequence[Step]:
        assert self._stream is not None
        self._has_begun = True
        out = self._stream.feed(self._decoded(event.body))
        if event.end_of_stream:
            return self._stream_ended(out, None)
        if not out:
            return ()
        self._ledger.sent(out, self._stream.drain_kept())
        return (BodyReply(Direction.RESPONSE, out, False),)

    def _on_stream_trailers(self, event: ResponseTrailers) -> Sequence[Step]:
        return self._stream_ended(b"", event.trailers)

    def _stream_ended(self, out: bytes, trailers: Mapping[str, str] | None) -> Sequence[Step]:
        assert self._stream is not None
        rest = self._decoded_end()
        if rest:
            out += self._stream.feed(rest)
        out += self._stream.finish()
        self._read_stream_facts()
        self._ledger.sent(out, self._stream.drain_kept())
        steps: tuple[Step, ...] = (BodyReply(Direction.RESPONSE, out, trailers is None),)
        if trailers is not None:
            steps = (
                *steps,
                TrailersReply(Direction.RESPONSE, set=self._masked_fields(trailers)),
            )
        return self._end(steps, Outcome.COMPLETED, decision=self._decision)

    def _cut_stream(self, refusal: Refusal) -> Sequence[Step]:
        """End a stream early: one well-formed error event, then the end; Envoy resets upstream."""
        assert self._stream is not None
        if not self._has_begun:
            # The head is out, so Envoy can only break the connection.
            steps: tuple[Step, ...] = (self._immediate(refusal),)
            return self._end(steps, Outcome.REFUSED, refusal=refusal, decision=self._decision)
        # What was final before the error goes out first, however the bytes were cut.
        ready, kept = self._stream.drain(), self._stream.drain_kept()
        event = self._last_event(refusal)
        self._read_stream_facts()
        self._ledger.sent(ready + event, None if kept is None else kept + event)
        steps = (BodyReply(Direction.RESPONSE, ready + event, True),)
        return self._end(steps, Outcome.REFUSED, refusal=refusal, decision=self._decision)

    # -- other ends ------------------------------------------------------------------------

    def _on_foreign_answer(self, event: ResponseHeaders) -> Sequence[Step]:
        """An earlier filter answered: ext_authz refused, or Envoy did not take the request."""
        self.state = State.ENDED if event.end_of_stream else State.PASSING
        return (HeadersReply(Direction.RESPONSE),)

    def _on_passing_body(self, event: ResponseBody) -> Sequence[Step]:
        if event.end_of_stream:
            self.state = State.ENDED
        return (BodyReply(Direction.RESPONSE, event.body, event.end_of_stream),)

    def _on_passing_trailers(self, _: ResponseTrailers) -> Sequence[Step]:
        self.state = State.ENDED
        return (TrailersReply(Direction.RESPONSE),)

    def _on_closed_early(self, _: Closed) -> Sequence[Step]:
        """Envoy left before the end. What was asked and what went out is still recorded."""
        if self._stream is not None:
            self._read_stream_facts()
        return self._end((), Outcome.CUT, decision=self._decision if self._stream else None)

    def _on_closed(self, _: Closed) -> Sequence[Step]:
        self.state = State.ENDED
        return ()

    def _on_late(self, _: Event) -> Sequence[Step]:
        """What was on its way when we ended the exchange; nobody waits for an answer to it."""
        return ()

    # -- endings and records ---------------------------------------------------------------

    def _refuse(
        self,
        refusal: Refusal,
        *,
        outcome: Outcome = Outcome.REFUSED,
        decision: Decision | None = None,
    ) -> Sequence[Step]:
        reply = self._immediate(refusal, decision)
        self._ledger.status = refusal.status
        self._ledger.sent(reply.body)
        return self._end((reply,), outcome, refusal=refusal, decision=decision)

    def _immediate(self, refusal: Refusal, decision: Decision | None = None) -> ImmediateReply:
        headers = {**refusal.headers, **refusal_headers(refusal)}
        headers.update(self._ids(decision or self._decision))
        return ImmediateReply(
            status=refusal.status,
            headers=headers,
            body=refusal_body(self._route.api, refusal, self._llm.call_id),
            details=f"extproc_{refusal.code}",
        )

    def _end(
        self,
        steps: Sequence[Step],
        outcome: Outcome,
        *,
        refusal: Refusal | None = None,
        decision: Decision | None = None,
    ) -> Sequence[Step]:
        """Write the last records; `steps` go out once they are durable."""
        if self._call is None:
            self.state = State.ENDED
            return steps
        records: list[DecisionRecord | ExchangeRecord | AnswerRecord] = []
        if not self._request_recorded:
            self._request_recorded = True
            if self._decision is not None:
                records.extend(self._decisions(self._call, self._decision))
            records.append(self._exchange_record(self._masked_body(), refusal, allowed=False))
        elif decision is not None:
            records.append(self._ledger.decision(self._call, decision))
        records.append(self._ledger.answer(self._call, outcome, refusal))
        self._pending = tuple(steps)
        self.state = State.ENDING
        return (Persist(tuple(records)),)

    def _masked_body(self) -> bytes:
        """The request as far as it was looked at; what was not masked is not recorded."""
        if self._masked is None or self._form is Form.OTHER or self._llm.has_tokens:
            return b""
        return self._masked.body(self._pieces[0])

    def _last_event(self, refusal: Refusal) -> bytes:
        assert self._stream is not None
        name, data = last_event(self._route, refusal, self._llm.call_id)
        return self._stream.last(data, name)

    @property
    def _is_unsearched(self) -> bool:
        return self._masked is not None and self._form is Form.OTHER and bool(self._pieces[0])

    @property
    def _identity(self) -> Identity:
        assert self._call is not None
        return self._call.identity

    @property
    def _scope(self) -> str:
        """Whose pseudonyms these are: the subject's, so that they last through a conversation."""
        return f"{self._identity.issuer}\n{self._identity.subject}"

    @property
    def _answer_masker(self) -> Masker:
        """The request's own profile holds for the answer too."""
        return self._masker or self._rules.maskers(None)

    @property
    def _label_masker(self) -> Masker:
        return self._labels or self._rules.maskers(None)

    def _evaluate(self, phase: Phase, status: str, result: MaskResult) -> Evaluate:
        assert self._call is not None
        facts = self._facts
        if phase is Phase.RESPONSE:
            used_in, used_out = self._ledger.tokens
            facts = {**facts, "usage": {"input_tokens": used_in, "output_tokens": used_out}}
        document = exchange_input(self._http, self._call, facts, status, result.places)
        return Evaluate(phase, document)

    def _exchange_record(
        self, body: bytes, refusal: Refusal | None, *, allowed: bool
    ) -> ExchangeRecord:
        assert self._call is not None
        return self._ledger.exchange(
            self._call,
            self._route,
            self._llm,
            refusal,
            allowed=allowed,
            method=self._http.method,
            path=self._shown(self._http.path),
            model=self._shown(self._llm.model),
            findings=self._masked.findings if self._masked else {},
            size=self._size,
            body=body,
            approval_id=self._grant.approval_id if self._grant else _approval_of(refusal),
        )

    def _shown(self, text: str) -> str:
        """A caller's own words, fit to be recorded."""
        return self._fields.value(self._label_masker, text) or text

    def _read_stream_facts(self) -> None:
        stream = self._stream
        if stream is not None:
            self._ledger.answer_model, self._ledger.finish_reason = (
                stream.model,
                stream.finish_reason,
            )
            self._ledger.tokens = (stream.usage.input_tokens, stream.usage.output_tokens)
            self._ledger.answer_findings = dict(stream.findings)

    # -- headers ---------------------------------------------------------------------------

    def _ids(self, decision: Decision | None) -> dict[str, str]:
        if self._call is None:
            return {}
        decision_id = decision.id if decision else self._call.decision_id
        return {EXCHANGE_HEADER: self._call.exchange_id, DECISION_HEADER: decision_id}

    def _answer_headers(self, decision: Decision) -> dict[str, str]:
        return {
            **self._masked_fields(self._headers),
            **policy_headers(decision),
            **self._ids(decision),
        }

    def _masked_fields(self, fields: Mapping[str, str]) -> dict[str, str]:
        return self._fields.masked(self._label_masker, fields)

    @property
    def _answer_removals(self) -> tuple[str, ...]:
        removals = (UPSTREAM_MARK,)
        return (*removals, "content-encoding") if self._inflate else removals

    # -- compressed answers ----------------------------------------------------------------

    def _decoded(self, data: bytes) -> bytes:
        return self._inflate.feed(data) if self._inflate else data

    def _decoded_end(self) -> bytes:
        return self._inflate.finish() if self._inflate else b""


def _approval_of(refusal: Refusal | None) -> str:
    return (refusal.approval_id or "") if refusal else ""


_Handler = Callable[[Exchange, Any], Sequence[Step]]

TRANSITIONS: Mapping[tuple[State, type], _Handler] = {
    (State.OPENING, RequestHeaders): Exchange._on_request_headers,
    (State.OPENING, ResponseHeaders): Exchange._on_foreign_answer,
    (State.OPENING, Closed): Exchange._on_closed,
    (State.COLLECTING, RequestBody): Exchange._on_request_body,
    (State.COLLECTING, RequestTrailers): Exchange._on_request_trailers,
    (State.COLLECTING, Closed): Exchange._on_closed_early,
    (State.JUDGING, Closed): Exchange._on_closed_early,
    (State.ASKING, Closed): Exchange._on_closed_early,
    (State.CHARGING, Closed): Exchange._on_closed_early,
    (State.RECORDING, Closed): Exchange._on_closed_early,
    (State.AWAITING, ResponseHeaders): Exchange._on_response_headers,
    (State.AWAITING, Closed): Exchange._on_closed_early,
    (State.HOLDING, ResponseBody): Exchange._on_held_body,
    (State.HOLDING, ResponseTrailers): Exchange._on_held_trailers,
    (State.HOLDING, Closed): Exchange._on_closed_early,
    (State.WEIGHING, Closed): Exchange._on_closed_early,
    (State.OPENING_STREAM, Closed): Exchange._on_closed_early,
    (State.STREAMING, ResponseBody): Exchange._on_stream_body,
    (State.STREAMING, ResponseTrailers): Exchange._on_stream_trailers,
    (State.STREAMING, Closed): Exchange._on_closed_early,
    (State.ENDING, Closed): Exchange._on_closed,
    (State.PASSING, ResponseBody): Exchange._on_passing_body,
    (State.PASSING, ResponseTrailers): Exchange._on_passing_trailers,
    (State.PASSING, Closed): Exchange._on_closed,
    # A piece of the body, or the answer's head, may cross our refusal on its way.
    (State.ENDED, RequestBody): Exchange._on_late,
    (State.ENDED, RequestTrailers): Exchange._on_late,
    (State.ENDED, ResponseHeaders): Exchange._on_late,
    (State.ENDED, ResponseBody): Exchange._on_late,
    (State.ENDED, ResponseTrailers): Exchange._on_late,
    (State.ENDED, Closed): Exchange._on_closed,
}
