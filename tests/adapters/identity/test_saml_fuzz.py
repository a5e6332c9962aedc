"""Hostile assertions by the thousand: whatever is accepted says what was signed, and whatever is
not is refused as an invalid token and by nothing else."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from extproc.adapters.identity.saml_verifier import Verifier
from extproc.config import Saml
from extproc.core.decision import Code, Refused
from extproc.core.identity import Subject

from .saml_idp import AUDIENCE, SAML, Idp, written


class Target:
    """A good assertion, and one of somebody else that is signed as well."""

    def __init__(self, idp: Idp) -> None:
        source = Saml(name="corp", metadata=f"file:{idp.metadata}", audience=AUDIENCE)
        self._verifier = Verifier((source,))
        self.xml = idp.assertion()
        self.root = etree.fromstring(self.xml)
        self.good = self._accepted(self.xml)
        self.other = etree.fromstring(idp.assertion(name="bob"))
        self.evil = copy.deepcopy(self.root)
        self.evil.find(f".//{{{SAML}}}NameID").text = "mallory"
        assert self.good is not None
        assert self.good.subject == "alice"

    def _accepted(self, xml: bytes) -> Subject | None:
        try:
            return self._verifier.verify(xml, int(time.time() * 1e6)).subject
        except Refused as error:
            if error.refusal.code is not Code.INVALID_TOKEN:
                raise
            return None

    def check(self, xml: bytes) -> None:
        subject = self._accepted(xml)
        if subject is not None and subject.subject != "bob":
            assert subject == self.good
        elif subject is not None:
            # Nobody's but bob's own assertion, whole: nothing of it may have become alice's.
            assert subject.session == self.other.find(f".//{{{SAML}}}AuthnStatement").get(
                "SessionIndex"
            )


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return Target(Idp(tmp_path_factory.mktemp("idp")))


EDIT = st.tuples(
    st.integers(0, 10_000),
    st.integers(0, 12),
    st.one_of(
        st.text(max_size=6).map(str.encode),
        st.binary(max_size=3),
        st.sampled_from(
            [b"<", b">", b"/", b'"', b"&", b"&#65;", b"&amp;", b"<!---->", b"<?x?>", b"\xc3\xa9",
             b"xmlns:a='urn:a'", b"<![CDATA[x]]>", b"mallory", b" ID='x'", b"\n", b"\r\n", b"\0"]
        ),
    ),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(EDIT, min_size=1, max_size=4))
def test_bytes_that_are_changed_never_change_the_subject(
    target: Target, edits: list[tuple[int, int, bytes]]
) -> None:
    xml = target.xml
    for place, length, new in edits:
        at = place % (len(xml) + 1)
        xml = xml[:at] + new + xml[at + length :]
    target.check(xml)


def _move(root: Any, a: Any, b: Any) -> None:
    b.append(a)


def _duplicate(root: Any, a: Any, b: Any) -> None:
    b.append(copy.deepcopy(a))


def _duplicate_before(root: Any, a: Any, b: Any) -> None:
    if b.getparent() is not None:
        b.addprevious(copy.deepcopy(a))


def _replace(root: Any, a: Any, b: Any) -> None:
    if b.getparent() is not None:
        b.getparent().replace(b, copy.deepcopy(a))


def _wrap(root: Any, a: Any, b: Any) -> None:
    """A stands in a copy of b's element, with no more of b than its attributes."""
    parent = a.getparent()
    if parent is not None:
        outer = etree.Element(b.tag, dict(b.attrib))
        parent.replace(a, outer)
        outer.append(a)


def _remove(root: Any, a: Any, b: Any) -> None:
    if a.getparent() is not None:
        a.getparent().remove(a)


def _swap_text(root: Any, a: Any, b: Any) -> None:
    a.text, b.text = b.text, a.text


def _swap_attributes(root: Any, a: Any, b: Any) -> None:
    first, second = dict(a.attrib), dict(b.attrib)
    for element, attributes in ((a, second), (b, first)):
        element.attrib.clear()
        element.attrib.update(attributes)


def _rename(root: Any, a: Any, b: Any) -> None:
    a.tag = b.tag


OPERATIONS = [
    _move, _duplicate, _duplicate_before, _replace, _wrap, _remove, _swap_text, _swap_attributes,
    _rename,
]  # fmt: skip
PLACE = st.tuples(st.sampled_from(["it", "evil", "other"]), st.integers(0, 60))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OPERATIONS), PLACE, PLACE), min_size=1, max_size=4),
    st.sampled_from(["it", "evil", "other"]),
)
def test_elements_that_are_moved_never_change_the_subject(
    target: Target, steps: list[tuple[Any, tuple[str, int], tuple[str, int]]], outermost: str
) -> None:
    """Of the signed assertion, of a changed copy and of another signed one: any subtree is moved,
    doubled, wrapped or replaced."""
    trees = {
        "it": copy.deepcopy(target.root),
        "evil": copy.deepcopy(target.evil),
        "other": copy.deepcopy(target.other),
    }

    def at(place: tuple[str, int]) -> Any:
        elements = list(trees[place[0]].iter())
        return elements[place[1] % len(elements)]

    for operation, first, second in steps:
        a, b = at(first), at(second)
        if a is b or a in b.iterancestors() or a is trees[first[0]]:
            a = copy.deepcopy(a)
        operation(trees[outermost], a, b)
    target.check(written(trees[outermost]))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_what_is_no_assertion_is_refused(target: Target, xml: bytes) -> None:
    target.check(xml)
