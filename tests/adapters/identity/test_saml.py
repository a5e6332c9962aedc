"""Assertions that are taken, and every forgery that must not be."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from extproc.adapters.identity import saml_pysaml2
from extproc.adapters.identity.saml import SamlSources
from extproc.config import ConfigError, Saml
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Subject

from .saml_forgeries import (
    MORE,
    SIGNATURES,
    WRAPPED,
    Forge,
    attribute,
    find,
    said,
    signed,
    text,
    with_child,
    without,
)
from .saml_idp import (
    AUDIENCE,
    ENTITY,
    PERSON,
    RECIPIENT,
    SAML,
    Idp,
    Key,
    assertion_of,
    sign,
    token,
    written,
)
from .saml_refusals import DOCUMENTS, SAID

with warnings.catch_warnings():
    # It leans on a module of defusedxml that is no longer kept; here it is only a witness.
    warnings.simplefilter("ignore", DeprecationWarning)
    from minisignxml.verify import extract_verified_element

SECOND = 1_000_000
ALL = SIGNATURES | WRAPPED | DOCUMENTS | SAID


class MemoryReplays:
    """Remembers what it was asked; `hold` makes it a store that does not answer yet."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.fails = False
        self.entered = threading.Event()
        self.hold = threading.Event()
        self.hold.set()

    def first(self, kind: str, id: str, until: int) -> bool:
        self.entered.set()
        self.hold.wait(30)
        if self.fails:
            raise Unavailable("store", "the disk is full")
        seen = any((kind, id) == (each[0], each[1]) for each in self.asked)
        self.asked.append((kind, id, until))
        return not seen


def now() -> int:
    return int(time.time() * SECOND)


def written_at(moment: int) -> str:
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def source(idp: Idp, **more: Any) -> Saml:
    return msgspec.structs.replace(
        Saml(name="corp", metadata=f"file:{idp.metadata}", audience=AUDIENCE), **more
    )


@pytest.fixture(scope="module")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Idp:
    return Idp(tmp_path_factory.mktemp("idp"))


@pytest.fixture
def replays() -> MemoryReplays:
    return MemoryReplays()


@pytest.fixture
def sources(idp: Idp, replays: MemoryReplays) -> Iterator[SamlSources]:
    sources = SamlSources((source(idp),), replays)
    yield sources
    sources.close()


async def refusal_of(sources: SamlSources, xml: bytes, moment: int | None = None) -> str:
    with pytest.raises(Refused) as caught:
        await sources.verify(token(xml), moment or now())
    assert caught.value.refusal.code is Code.INVALID_TOKEN
    return caught.value.refusal.message


async def test_an_assertion_names_its_subject(
    idp: Idp, sources: SamlSources, replays: MemoryReplays
) -> None:
    xml = idp.assertion()
    root = etree.fromstring(xml)
    subject = await sources.verify(token(xml), now())
    assert subject == Subject(
        subject="alice",
        issuer=ENTITY,
        source="saml",
        groups=("engineering", "on call"),
        session=find(root, "//s:AuthnStatement").get("SessionIndex"),
        claims={
            "groups": PERSON["groups"],
            "urn:mace:dir:attribute-def:mail": PERSON["mail"],
        },
    )
    ((kind, name, until),) = replays.asked
    assert (kind, name) == ("saml", f"{ENTITY} {root.get('ID')}")
    assert 290 * SECOND < until - now() <= 300 * SECOND


async def test_it_is_good_once(idp: Idp, sources: SamlSources) -> None:
    xml = idp.assertion()
    await sources.verify(token(xml), now())
    assert "used before" in await refusal_of(sources, xml)
    assert "used before" in await refusal_of(sources, b"<?xml version='1.0'?>\n" + xml)


async def test_what_is_refused_is_not_used_up(
    idp: Idp, sources: SamlSources, replays: MemoryReplays
) -> None:
    xml = idp.assertion()
    await refusal_of(sources, xml.replace(b">alice<", b">mallory<"))
    await refusal_of(sources, xml, now() + 3600 * SECOND)
    assert replays.asked == []
    assert (await sources.verify(token(xml), now())).subject == "alice"


def _unprefixed(response: bytes) -> bytes:
    """Its assertion, with the default namespace where there was a prefix."""
    xml = assertion_of(response)
    prefix = re.match(rb"<(\w+):Assertion", xml)
    assert prefix
    return xml.replace(prefix[1] + b":", b"").replace(b"xmlns:" + prefix[1] + b"=", b"xmlns=")


PREFIXES = (
    '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/>'
)
DATA = "//s:SubjectConfirmationData"
GOOD: dict[str, Forge] = {
    "signed by pysaml2": lambda idp: idp.assertion(),
    "with RSA and SHA-384": signed(method=MORE + "rsa-sha384", digest=MORE + "sha384"),
    "with RSA and SHA-512": signed(
        method=MORE + "rsa-sha512", digest="http://www.w3.org/2001/04/xmlenc#sha512"
    ),
    "with a list of prefixes": signed(prefixes=PREFIXES),
    "without KeyInfo": signed(info=""),
    "with a declaration": lambda idp: (
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + idp.assertion() + b"\n"
    ),
    "for several audiences": said(
        with_child("//s:AudienceRestriction", "<s:Audience>urn:other</s:Audience>", 0)
    ),
    "for one use": said(with_child("//s:Conditions", "<s:OneTimeUse/>")),
    "with the client's address": said(attribute(DATA, "Address", "192.0.2.1")),
    "without an end of its conditions": said(attribute("//s:Conditions", "NotOnOrAfter", None)),
    "from a clock that is ahead": said(attribute("//s:Conditions", "NotBefore", 4)),
    "without attributes of groups": said(without("//s:Attribute[1]")),
    "with an empty group": said(text("//s:AttributeValue", "")),
    "with an attribute that is no text": said(
        with_child(
            "//s:AttributeStatement",
            '<s:Attribute Name="a"><s:AttributeValue><s:NameID>x</s:NameID></s:AttributeValue>'
            "</s:Attribute>",
        )
    ),
    "with SAML as the default namespace": lambda idp: written(
        sign(etree.fromstring(_unprefixed(idp.response(signed=False))), idp.key)
    ),
    "with lines between its elements": said(etree.indent),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
async def test_taken(make: Forge, idp: Idp, sources: SamlSources) -> None:
    assert (await sources.verify(token(make(idp)), now())).subject == "alice"


@pytest.mark.parametrize(("forge", "reason"), ALL.values(), ids=ALL.keys())
async def test_refused(
    forge: Forge, reason: str, idp: Idp, sources: SamlSources, replays: MemoryReplays
) -> None:
    message = await refusal_of(sources, forge(idp))
    assert any(words in message for words in reason.split("|")), message
    assert len(message) < 200
    assert replays.asked == []


@pytest.mark.parametrize(
    "forge", [forge for forge, _ in SIGNATURES.values()], ids=SIGNATURES.keys()
)
def test_pysaml2_alone_refuses_it_too(forge: Forge, idp: Idp) -> None:
    """So that a mistake in our own reading is not enough."""
    with pytest.raises(Refused):
        _second_reading(forge(idp), idp)


@pytest.mark.parametrize("forge", [forge for forge, _ in WRAPPED.values()], ids=WRAPPED.keys())
def test_pysaml2_alone_never_reads_what_was_wrapped_around(forge: Forge, idp: Idp) -> None:
    xml = forge(idp)
    if b":Response" in xml[:200]:
        xml = assertion_of(xml)
    try:
        assert _second_reading(xml, idp).name_id == "alice"
    except Refused:
        return


def test_pysaml2_alone_knows_keys_of_one_issuer(idp: Idp) -> None:
    with pytest.raises(Refused):
        _second_reading(idp.assertion(text("//s:Issuer", "https://evil.example")), idp)


def _number_with_zeros(root: Any) -> None:
    value = find(root, "//s:AttributeValue")
    value.set("{http://www.w3.org/2001/XMLSchema-instance}type", "xs:integer")
    value.text = "007"


async def test_readings_that_differ_are_refused(idp: Idp, sources: SamlSources) -> None:
    """pysaml2 reads a typed number as its value, we as its text."""
    assert "two readings" in await refusal_of(sources, idp.assertion(_number_with_zeros))


def _second_reading(xml: bytes, idp: Idp) -> Any:
    return saml_pysaml2.read(
        xml, ENTITY, [idp.key.certificate], audience=AUDIENCE, recipient=RECIPIENT
    )


def test_a_third_library_finds_the_same_words_signed(idp: Idp) -> None:
    xml = idp.assertion()
    element = extract_verified_element(xml=xml, certificate=idp.key.certificate)
    reading = _second_reading(xml, idp)
    assert element.get("ID") == reading.id
    assert element.findtext(f"{{{SAML}}}Subject/{{{SAML}}}NameID") == reading.name_id == "alice"


async def test_ends_are_exact(idp: Idp, sources: SamlSources) -> None:
    end = (now() // SECOND + 60) * SECOND
    xml = idp.assertion(attribute(DATA, "NotOnOrAfter", written_at(end)))
    assert "expired" in await refusal_of(sources, xml, end)
    assert (await sources.verify(token(xml), end - 1)).subject == "alice"


async def test_an_elliptic_key_signs_too(tmp_path: Path, replays: MemoryReplays) -> None:
    idp = Idp(tmp_path, Key("ec"))
    sources = SamlSources((source(idp),), replays)
    xml = idp.assertion()
    assert (await sources.verify(token(xml), now())).subject == "alice"
    changed = xml.replace(b">alice<", b">mallory<")
    assert "changed after" in await refusal_of(sources, changed)
    sources.close()


@pytest.mark.parametrize(
    ("how", "subject", "groups"),
    [
        ({"prefix": "corp:"}, "corp:alice", ("corp:engineering", "corp:on call")),
        ({"groups": ("staff", "engineering")}, "alice", ("engineering", "on call", "staff")),
        ({"groups_attribute": "teams"}, "alice", ()),
        (
            {"subject_attribute": "urn:mace:dir:attribute-def:mail"},
            "alice@example.com",
            ("engineering", "on call"),
        ),
    ],
    ids=["a prefix", "groups of the source", "another attribute", "a name by attribute"],
)
async def test_a_source_says_how_to_read(
    how: dict[str, Any], subject: str, groups: tuple[str, ...], idp: Idp, replays: MemoryReplays
) -> None:
    sources = SamlSources((source(idp, models=("gpt-*",), **how),), replays)
    found = await sources.verify(token(idp.assertion()), now())
    assert (found.subject, found.groups, found.models) == (subject, groups, ("gpt-*",))
    sources.close()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"audience": "https://other.example.com", "recipient": RECIPIENT}, "audience"),
        ({"recipient": "https://other.example.com/token"}, "recipient"),
        ({"subject_attribute": "groups"}, "exactly one"),
        ({"subject_attribute": "none"}, "exactly one"),
        ({"prefix": "p" * 255}, "256"),
    ],
    ids=[
        "another audience", "another recipient", "two names", "no name", "a prefix too long",
    ],
)  # fmt: skip
async def test_a_good_assertion_that_a_source_does_not_take(
    how: dict[str, Any], reason: str, idp: Idp, replays: MemoryReplays
) -> None:
    sources = SamlSources((source(idp, **how),), replays)
    assert reason in await refusal_of(sources, idp.assertion())
    sources.close()


@pytest.mark.parametrize(
    "words",
    ["", "=", "a", "é", "a+b/", "a b", "a\n", "A" * 400_000, "\x00"],
    ids=["nothing", "a pad", "one letter", "not ASCII", "plain base64", "a blank", "a line",
         "megabytes", "a zero"],
)  # fmt: skip
async def test_what_is_not_base64url_is_refused_unread(words: str, sources: SamlSources) -> None:
    with pytest.raises(Refused, match=r"base64url|not XML|UTF-8"):
        await sources.verify(words, now())


async def test_without_sources_nothing_is_taken(idp: Idp, replays: MemoryReplays) -> None:
    sources = SamlSources((), replays)
    assert "no SAML identity provider" in await refusal_of(sources, idp.assertion())
    sources.close()


async def test_a_store_that_fails_refuses(
    idp: Idp, sources: SamlSources, replays: MemoryReplays
) -> None:
    replays.fails = True
    with pytest.raises(Unavailable, match="store"):
        await sources.verify(token(idp.assertion()), now())


async def test_nobody_waits_for_ever(idp: Idp, replays: MemoryReplays) -> None:
    sources = SamlSources((source(idp),), replays, patience=0.05)
    replays.hold.clear()
    with pytest.raises(Unavailable, match="too long"):
        await sources.verify(token(idp.assertion()), now())
    replays.hold.set()
    sources.close()


async def test_few_wait_at_once(idp: Idp, replays: MemoryReplays) -> None:
    sources = SamlSources((source(idp),), replays, max_waiting=1)
    replays.hold.clear()
    first = asyncio.create_task(sources.verify(token(idp.assertion()), now()))
    await asyncio.to_thread(replays.entered.wait, 30)
    with pytest.raises(Unavailable, match="too many"):
        await sources.verify(token(idp.assertion()), now())
    replays.hold.set()
    assert (await first).subject == "alice"
    assert (await sources.verify(token(idp.assertion()), now())).subject == "alice"
    sources.close()


async def test_after_closing_nothing_is_taken(idp: Idp, sources: SamlSources) -> None:
    sources.close()
    with pytest.raises(Unavailable, match="closed"):
        await sources.verify(token(idp.assertion()), now())


async def test_names_and_documents_are_not_logged(
    idp: Idp, sources: SamlSources, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await sources.verify(token(idp.assertion()), now())
    with pytest.raises(Refused):
        _second_reading(idp.assertion(text("//s:Audience", "https://other.example.com")), idp)
    assert [each.name for each in caplog.records if "alice" in each.getMessage()] == []
    assert "saml2" not in {each.name.split(".")[0] for each in caplog.records}


def test_without_the_extra_a_configured_source_is_an_error() -> None:
    program = (
        "import sys; sys.modules['saml2'] = None\n"
        "from extproc.adapters.identity.saml import SamlSources\n"
        "from extproc.config import ConfigError, Saml\n"
        "SamlSources((), None)\n"
        "try: SamlSources((Saml(name='a', metadata='file:a', audience='b'),), None)\n"
        "except ConfigError as error: print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "$.identity.saml: saml2 is missing: pip install 'extproc[saml]'" in run.stdout


def test_one_identity_provider_stands_in_one_source(idp: Idp, replays: MemoryReplays) -> None:
    with pytest.raises(ConfigError, match=r"saml\[1\].metadata: another source"):
        SamlSources((source(idp), source(idp, name="other")), replays)
