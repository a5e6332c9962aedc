"""Who counts as one person, where nobody may decide twice or for themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.approval import person_of

PREFIXES = ("slack:", "", "Teams:")


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("alice", "alice"),
        ("Alice", "alice"),
        ("slack:Alice", "alice"),
        ("TEAMS:slack: alice ", "alice"),
        ("\uff41lice", "alice"),
        ("slack", "slack"),
        ("corp:alice", "corp:alice"),
        ("slack:", ""),
        ("", ""),
    ],
    ids=[
        "a name", "in capitals", "behind a prefix", "behind two, with spaces", "in wide letters",
        "a prefix without its end is a name", "another prefix is part of the name",
        "nobody behind a prefix", "nobody",
    ],
)  # fmt: skip
def test_the_person_behind_a_name(name: str, person: str) -> None:
    assert person_of(name, PREFIXES) == person


@given(st.text(max_size=30), st.lists(st.sampled_from(PREFIXES), max_size=5))
def test_no_prefix_makes_another_person(name: str, before: list[str]) -> None:
    assert person_of("".join(before) + name, PREFIXES) == person_of(name, PREFIXES)
