"""A policy's raw result becomes a decision, or nothing passes."""

from __future__ import annotations

from typing import Any

import pytest

from extproc.core.decision import (
    RETRY_AFTER_MAX,
    STATUS,
    Code,
    Decision,
    Phase,
    PolicyResult,
    Refusal,
    Refused,
    Unavailable,
    read_policy_result,
)


@pytest.mark.parametrize(
    "value",
    [
        None, 1, 0, "true", "", [], [True], {}, {"allowed": "true"}, {"allowed": 1},
        {"allowed": None}, {"allow": True}, {"allowed": True, "allow": True},
        {"allowed": True, "reason": 7}, {"allowed": True, "headers": {"a": 1}},
        {"allowed": True, "headers": ["a"]}, {"allowed": True, "mask": {"profil": "x"}},
        {"allowed": True, "mask": "default"}, {"allowed": True, "http_status": "403"},
        {"allowed": False, "http_status": 200}, {"allowed": False, "http_status": 99},
        {"allowed": True, "mask": {"restore": 1}}, {"allowed": True, "limits": {"calls": 1}},
        {"allowed": True, "approval": {"required": "no"}}, {"allowed": True, "limits": {"a": "b"}},
    ],
)  # fmt: skip
def test_what_is_not_well_formed_refuses(value: Any) -> None:
    with pytest.raises(Unavailable) as refused:
        read_policy_result(value)
    assert refused.value.component == "policy"


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (True, True),
        (False, False),
        ({"allowed": True}, True),
        ({"allowed": False, "reason": "no", "http_status": 429}, False),
        ({"allowed": True, "mask": {"profile": "strict"}, "limits": {}}, True),
        ({"allowed": True, "mask": {"restore": True}}, True),
        ({"allowed": True, "approval": {"required": True, "groups": ["a"], "count": 2}}, False),
    ],
)
def test_what_is_well_formed(value: Any, allowed: bool) -> None:
    decision = Decision("dec_1", Phase.REQUEST, read_policy_result(value))
    assert decision.allowed is allowed


def test_an_approval_that_is_needed_is_no_plain_deny() -> None:
    result = read_policy_result({"allowed": True, "approval": {"required": True, "reason": "big"}})
    refusal = Decision("dec_1", Phase.REQUEST, result).refusal
    assert (refusal.code, refusal.message) == (Code.APPROVAL_REQUIRED, "big")


def test_an_approval_does_not_outweigh_a_deny() -> None:
    result = PolicyResult(allowed=False, approval=read_policy_result(
        {"allowed": True, "approval": {"required": True}}).approval)  # fmt: skip
    assert Decision("dec_1", Phase.REQUEST, result).refusal.code is Code.POLICY_DENIED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused(Code.REVOKED, "x"), Code.REVOKED),
        (Unavailable("store", "secret detail"), Code.UNAVAILABLE),
        (ValueError("secret detail"), Code.UNAVAILABLE),
        (MemoryError(), Code.UNAVAILABLE),
    ],
)
def test_every_error_becomes_a_refusal_that_names_no_detail(
    error: BaseException, code: Code
) -> None:
    refusal = Refusal.of_error(error)
    assert refusal.code is code
    assert "secret" not in refusal.message


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(Code)
    assert RETRY_AFTER_MAX == 120
