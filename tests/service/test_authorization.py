"""The first question of a call: every way to be let in, and every way not to be."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from extproc.core.call import read_call
from extproc.core.confirmation import Presented, base64url
from extproc.core.decision import Code, Phase, PolicyResult, Refused, Unavailable
from extproc.core.events import Arrival
from extproc.core.identity import Identity
from extproc.core.ports import Headers
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord
from extproc.core.replies import Admission, Rejection
from extproc.service.authorization import Authorization
from tests.core.test_exchange import IDENTITY
from tests.fakes import CountingIds, CountingMeter, MemoryRecorder, ScriptedJudge
from tests.playbook import FixedClock


class Callers:
    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked: list[Headers] = []
        self.presented: list[Presented | None] = []

    def identify(self, headers: Headers, presented: Presented | None = None) -> Identity:
        self.asked.append(headers)
        self.presented.append(presented)
        if self.error:
            raise self.error
        return IDENTITY


class Setting:
    def __init__(self) -> None:
        self.callers = Callers()
        self.judge = ScriptedJudge()
        self.recorder = MemoryRecorder()
        self.meter = CountingMeter()
        self.authorization = Authorization(
            self.callers,
            self.judge,
            self.recorder,
            CountingIds(),
            FixedClock(),
            self.meter,
            lambda text: text.replace("jo@example.com", "[EMAIL]"),
        )

    def of(self, kind: type) -> list[Any]:
        return [record for record in self.recorder.records if isinstance(record, kind)]


@pytest.fixture
def setting() -> Setting:
    return Setting()


def arrival(*headers: tuple[str, str], path: str = "/v1/messages", method: str = "POST") -> Arrival:
    return Arrival(method, path, "h", "http", "HTTP/1.1", headers, "10.0.0.1", 4711, "r")


async def test_an_admission_carries_the_call_on(setting: Setting) -> None:
    answer = await setting.authorization.check(
        arrival(("authorization", "Bearer x"), ("x-extproc-upstream", "evil"))
    )
    assert isinstance(answer, Admission)
    call = read_call(answer.call)
    assert (call.identity, call.source, call.decision_id) == (IDENTITY, "10.0.0.1", "dec_authz")
    assert {
        "authorization", "x-api-key", "accept-encoding", "dpop", "x-forwarded-client-cert",
        "x-extproc-upstream",
    } <= set(answer.remove)  # fmt: skip
    (decision,) = setting.of(DecisionRecord)
    assert (decision.allowed, decision.exchange_id) == (True, call.exchange_id)


async def test_what_a_call_shows_beside_its_credential(setting: Setting) -> None:
    body = base64.b64encode(b"der").decode()
    pem = quote(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    plain = arrival(path="/v1/messages?beta=true")
    await setting.authorization.check(msgspec.structs.replace(plain, certificate=pem))
    setting.authorization._url = "https://gateway.example.com"
    await setting.authorization.check(plain)
    assert setting.callers.presented == [
        Presented(
            method="POST",
            url="http://h/v1/messages?beta=true",
            certificate=base64url(hashlib.sha256(b"der").digest()),
        ),
        Presented(method="POST", url="https://gateway.example.com/v1/messages?beta=true"),
    ]


async def test_a_certificate_that_cannot_be_read_lets_nobody_in(setting: Setting) -> None:
    rejection = await setting.authorization.check(
        msgspec.structs.replace(arrival(), certificate="not a certificate")
    )
    assert isinstance(rejection, Rejection)
    assert (rejection.status, setting.callers.asked) == (401, [])


async def test_a_challenge_of_its_own(setting: Setting) -> None:
    setting.callers.error = Refused(Code.INVALID_TOKEN, "no proof", challenge="DPoP x=y")
    rejection = await setting.authorization.check(arrival())
    assert isinstance(rejection, Rejection)
    assert rejection.headers["www-authenticate"] == 'DPoP x=y, error_description="no proof"'


async def test_the_credential_is_not_in_the_policys_input(setting: Setting) -> None:
    await setting.authorization.check(
        arrival(
            ("authorization", "Bearer the-secret"),
            ("x-api-key", "the-secret"),
            ("dpop", "the-secret"),
            ("x-forwarded-client-cert", "the-secret"),
        )
    )
    ((phase, document),) = setting.judge.documents
    assert phase is Phase.AUTHZ
    assert b"the-secret" not in document.encode()
    seen = json.loads(document.encode())
    assert seen["llm"] == {"api": "anthropic", "operation": "messages"}
    assert seen["attributes"]["source"]["address"]["socketAddress"]["address"] == "10.0.0.1"


async def test_repeated_headers_are_joined_so_that_two_credentials_are_none(
    setting: Setting,
) -> None:
    await setting.authorization.check(
        arrival(("authorization", "Bearer a"), ("authorization", "Bearer b"))
    )
    assert setting.callers.asked[0]["authorization"] == "Bearer a, Bearer b"


async def test_what_the_policy_adds_goes_to_the_upstream(setting: Setting) -> None:
    setting.judge.answers[Phase.AUTHZ] = PolicyResult(
        allowed=True, headers={"x-team": "blue", "x-extproc-upstream": "evil", "host": "evil"}
    )
    answer = await setting.authorization.check(arrival())
    assert isinstance(answer, Admission)
    assert answer.set == {"x-team": "blue"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused(Code.MISSING_CREDENTIAL, "no credential"), 401, "missing_credential"),
        (Refused(Code.INVALID_TOKEN, "wrong"), 401, "invalid_token"),
        (Refused(Code.REVOKED, "ended"), 401, "revoked"),
        (Unavailable("store", "the disk is gone"), 503, "unavailable"),
        (KeyError("a bug"), 503, "unavailable"),
    ],
)
async def test_a_caller_who_is_not_known(
    setting: Setting, error: Exception, status: int, code: str
) -> None:
    setting.callers.error = error
    answer = await setting.authorization.check(arrival())
    assert isinstance(answer, Rejection)
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)
    assert b"disk" not in answer.body
    (asked,), (answered,), (decided,) = (
        setting.of(ExchangeRecord), setting.of(AnswerRecord), setting.of(DecisionRecord),
    )  # fmt: skip
    assert (asked.allowed, asked.code, asked.subject) == (False, code, "")
    assert (answered.status, answered.body) == (status, answer.body)
    assert answer.headers["x-extproc-decision-id"] == decided.decision_id
    assert answer.headers["x-extproc-exchange-id"] == asked.exchange_id


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (PolicyResult(allowed=False, reason="no"), 403, "policy_denied"),
        (PolicyResult(allowed=False, http_status=451), 451, "policy_denied"),
        (Unavailable("policy"), 503, "unavailable"),
    ],
)
async def test_a_policy_that_does_not_let_in(
    setting: Setting, answer: Any, status: int, code: str
) -> None:
    setting.judge.answers[Phase.AUTHZ] = answer
    rejection = await setting.authorization.check(arrival())
    assert isinstance(rejection, Rejection)
    assert (rejection.status, json.loads(rejection.body)["code"]) == (status, code)
    assert setting.of(ExchangeRecord)[0].subject == "alice"


@pytest.mark.parametrize("method", ["CONNECT", "GET"])
async def test_an_upgrade(setting: Setting, method: str) -> None:
    rejection = await setting.authorization.check(
        arrival(("upgrade", "websocket"), path="/v1/chat/completions", method=method)
    )
    assert isinstance(rejection, Rejection)
    assert (rejection.status, json.loads(rejection.body)["error"]["code"]) == (
        400, "invalid_request",
    )  # fmt: skip
    assert setting.callers.asked == []


async def test_a_path_is_recorded_masked(setting: Setting) -> None:
    setting.callers.error = Refused(Code.INVALID_TOKEN, "wrong")
    await setting.authorization.check(arrival(path="/v1/messages?who=jo@example.com"))
    assert setting.of(ExchangeRecord)[0].path == "/v1/messages?who=[EMAIL]"


async def test_a_store_that_is_full_lets_nobody_in_but_still_refuses(setting: Setting) -> None:
    setting.recorder.fails = True
    answer = await setting.authorization.check(arrival())
    assert isinstance(answer, Rejection)
    assert (answer.status, setting.meter.failures[0]) == (503, "store")


async def test_a_credential_that_is_in_use_elsewhere_is_refused_and_recorded() -> None:
    def refuse(caller: Identity, source: str) -> None:
        assert (caller, source) == (IDENTITY, "10.0.0.1")
        raise Refused(Code.INVALID_TOKEN, "this credential is in use from another address")

    setting = Setting()
    watched = Authorization(
        setting.callers, setting.judge, setting.recorder, CountingIds(), FixedClock(),
        setting.meter, str, arrive=refuse,
    )  # fmt: skip
    answer = await watched.check(arrival())
    assert isinstance(answer, Rejection)
    assert answer.status == 401
    assert "another address" in answer.headers["www-authenticate"]
    (asked,) = setting.of(ExchangeRecord)
    assert (asked.agent_id, asked.code, asked.source) == ("agt_1", "invalid_token", "10.0.0.1")
    assert setting.judge.documents == []
