"""Who is enough to let a call pass, and what makes a request the one that was approved."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.approval import BODY_MAX, digest_of, is_met, may_count, requirements, shown
from extproc.core.decision import Approval, Approvers

SECURITY, LEGAL = ("security",), ("legal",)
BOTH = ("security", "legal")


@pytest.mark.parametrize(
    ("rule", "voters", "expected"),
    [
        pytest.param({}, [()], True, id="anybody who may approve"),
        pytest.param({}, [], False, id="nobody"),
        pytest.param({"count": 2}, [()], False, id="one of two"),
        pytest.param({"groups": SECURITY}, [LEGAL], False, id="somebody of another group"),
        pytest.param({"groups": BOTH, "count": 2}, [BOTH], False, id="one person in two groups"),
        pytest.param({"groups": BOTH}, [BOTH, BOTH], True, id="more than enough is enough"),
        pytest.param({"groups": BOTH, "count": 2}, [SECURITY, LEGAL], True, id="two people"),
        pytest.param(
            {"all_of": [Approvers(SECURITY), Approvers(LEGAL)]}, [BOTH], False,
            id="one person for both teams",
        ),
        pytest.param(
            {"all_of": [Approvers(SECURITY), Approvers(LEGAL)]}, [BOTH, SECURITY], True,
            id="who could fill either place fills the one that is left",
        ),
        pytest.param(
            {"all_of": [Approvers(SECURITY), Approvers(LEGAL)]}, [SECURITY, SECURITY], False,
            id="two of one team",
        ),
        pytest.param(
            {"groups": ("board",), "all_of": [Approvers(SECURITY, 2)]},
            [SECURITY, ("security", "board"), SECURITY], True,
            id="a rule beside others",
        ),
    ],
)  # fmt: skip
def test_who_is_enough(rule: dict[str, Any], voters: list[Any], expected: bool) -> None:
    made = Approval(
        required=True, **{k: tuple(v) if isinstance(v, list) else v for k, v in rule.items()}
    )
    for order in itertools.permutations(voters):
        assert is_met(made, order) is expected


_GROUPS = st.sets(st.sampled_from("abc"), max_size=3).map(tuple)
_RULES = st.builds(
    Approval,
    groups=_GROUPS,
    count=st.integers(1, 3),
    all_of=st.lists(st.builds(Approvers, groups=_GROUPS, count=st.integers(1, 2)), max_size=2).map(
        tuple
    ),
)


@given(_RULES, st.lists(_GROUPS, max_size=5))
def test_it_is_met_where_some_way_of_placing_people_meets_it(
    rule: Approval, voters: list[tuple[str, ...]]
) -> None:
    places = [each for each in requirements(rule) for _ in range(each.count)]
    by_trying = any(
        all(
            not place.groups or set(place.groups) & set(person)
            for place, person in zip(places, people, strict=True)
        )
        for people in itertools.permutations(voters, len(places))
    )
    assert is_met(rule, voters) is by_trying
    if not any(may_count(rule, person) for person in voters):
        assert not is_met(rule, voters)


def digest(body: str, *parts: str) -> bytes:
    return digest_of(json.loads(body), body.encode(), *parts)


def test_order_and_space_do_not_make_another_request() -> None:
    assert digest('{"a": 1, "b": [1, 2]}', "x") == digest('{ "b":[1,2],"a":1 }', "x")


@pytest.mark.parametrize(
    "other",
    [
        '{"a": 2}',
        '{"a": 1, "b": null}',
        '{"A": 1}',
        '{"a": "1"}',
        '{"a": 1.5}',
        "[]",
        '{"a": true}',
    ],
)
def test_anything_else_does(other: str) -> None:
    assert digest('{"a": 1}', "x") != digest(other, "x")


def test_no_two_lists_of_parts_read_the_same() -> None:
    made = [digest("{}", *parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ())]
    assert len(set(made)) == len(made)
    assert digest_of(None, b"ab", "c") != digest_of(None, b"b", "ca")


def test_what_an_approver_does_not_see_is_said_in_what_they_see() -> None:
    whole = b"a" * BODY_MAX
    assert shown(whole) == whole
    assert shown(whole + b"wire") == whole + b"\n[cut: 4 more bytes are not shown]"
