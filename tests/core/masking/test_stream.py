"""Whatever the cut, the stream ends with the text that masking the whole text gives."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extproc.core.masking import Masker
from tests.core.masking.pieces import (
    ENTITIES,
    custom_masker,
    cut,
    documents,
    fed,
    long_texts,
    texts,
)

MASKERS = {"default": Masker(), "custom": custom_masker()}
maskers = st.sampled_from(sorted(MASKERS))
modest = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Sample = tuple[str, list[str]]

broken_documents = st.one_of(
    texts, st.builds(str.__add__, st.sampled_from(['{"', "[1", '"', "[", '{"a": ']), texts)
)


@modest
@given(maskers, cut(texts))
def test_any_cut_of_a_text_gives_the_same_masked_text(name: str, sample: Sample) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    assert fed(masker.stream(), pieces)[0] == masker.mask(text)[0]


@settings(modest, max_examples=60)
@given(maskers, cut(long_texts))
def test_any_cut_of_a_text_that_is_forgotten_on_the_way_gives_the_same(
    name: str, sample: Sample
) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    assert fed(masker.stream(), pieces)[0] == masker.mask(text)[0]


@modest
@given(maskers, cut(documents(texts)))
def test_any_cut_of_json_gives_the_same_masked_json(name: str, sample: Sample) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    masked = masker.mask_json_text(text)[0]
    assert fed(masker.json_stream(), pieces)[0] == masked
    json.loads(masked)


@modest
@given(maskers, cut(broken_documents))
def test_any_cut_of_broken_json_gives_the_same_masked_text(name: str, sample: Sample) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    assert fed(masker.json_stream(), pieces)[0] == masker.mask_json_text(text)[0]


def all_cuts(text: str) -> list[list[str]]:
    """Every way into up to three pieces."""
    inner = range(1, len(text))
    ends = [(), *combinations(inner, 1), *combinations(inner, 2)]
    return [
        [text[low:high] for low, high in zip((0, *at), (*at, len(text)), strict=True)]
        for at in ends
    ]


@pytest.mark.parametrize("entity", [entity[:36] for entity in ENTITIES])
def test_every_cut_of_a_short_text_into_three(entity: str) -> None:
    masker = MASKERS["custom"]
    text = f"to {entity}, ok"
    masked = masker.mask(text)[0]
    for pieces in all_cuts(text):
        assert fed(masker.stream(), pieces)[0] == masked


@pytest.mark.parametrize(
    "document",
    [
        '{"a":"jo@example.com\\n"}',
        '["\\u006ao@\\ud83d\\ude00x.co a\\\\b@c.de"]',
        '{"n":4111111111111111,"m":-1.5e3}',
        '{"phone":5551234567}',
        '"1 (\\"jo@x.co\\""',
        "call jo@x.co or 415-555-2671",
        '{"jo@x.co":"AKIA' + 'IOSFODNN7EXAMPLE"}',
    ],
)
def test_every_cut_of_a_short_document_into_three(document: str) -> None:
    masker = MASKERS["custom"]
    masked = masker.mask_json_text(document)[0]
    for pieces in all_cuts(document):
        assert fed(masker.json_stream(), pieces)[0] == masked


@pytest.mark.parametrize(
    ("is_json", "pieces"),
    [
        pytest.param(
            True,
            ['{"a', "@b.com\\ud80b", "\\udf90", '": 1}'],
            id="half a surrogate pair at the end of an address",
        ),
        pytest.param(
            False,
            ["-----BEGIN PRIVATE KEY-----\n", " 41", "11 1111 1111 1111"],
            id="a run that a stronger match joins later",
        ),
        pytest.param(
            True,
            ["[1-----BEGIN PRIVATE KE", "Y-----\nMIIE", "\nx9+", "= "],
            id="a key that begins and ends inside scalars of a broken document",
        ),
        pytest.param(
            True,
            ["1-----BEGIN APRIVATE KEY-----", "FODN The ", "Y-"],
            id="a run that stops inside a scalar",
        ),
        pytest.param(
            True,
            ['"""-----BEGIN PRIVATE KEY-----\n(' + "A" * 70, "all", " m"],
            id="a run that stops inside a scalar that is too long",
        ),
        pytest.param(
            False,
            ["4 0044 0532 0130 00 7", "+1 ", "(415) 555-2671"],
            id="a number behind the window that looks for its beginning",
        ),
        pytest.param(
            True,
            [
                "7 DE89 3704 0044 0532 0130 00" + "a" * 40 + "sk-ant-" + "a1B2c3D4" * 2,
                "e5F6g7",
                "H8",
            ],
            id="a match that begins where a long scalar is not settled",
        ),
        pytest.param(
            False,
            ["A Prescriber P. McEnroe", ". ", "Bob"],
            id="a surname without an anchor of its own, and a known name behind it",
        ),
        pytest.param(
            False,
            ["I met P. Baker", " today.", " Bob"],
            id="initials before a word that is no anchor, and a known name behind them",
        ),
        pytest.param(
            False,
            ["Berry D'AngeloDeneen Chancellor-Veena A. B.. ", "Jakobsen Light) "],
            id="the end of a name, and another one behind its initials",
        ),
        pytest.param(
            False,
            ["Qwert P. Baker Bobby, ", "said", " Bob"],
            id="a word that begins like a known one of another place",
        ),
    ],
)
def test_cuts_that_once_made_a_difference(is_json: bool, pieces: list[str]) -> None:
    for masker in MASKERS.values():
        stream = masker.json_stream() if is_json else masker.stream()
        mask = masker.mask_json_text if is_json else masker.mask
        assert fed(stream, pieces)[0] == mask("".join(pieces))[0]


def test_a_word_behind_a_name_does_not_make_it_one() -> None:
    masker = MASKERS["default"]
    for name in ("Prescriber P. McEnroe", "P. Baker", "von Qwert Xachuk Allowing"):
        alone = masker.mask(name)[0]
        assert masker.mask(f"{name}. Bob")[0] == f"{alone}. [PERSON]"


def test_prose_is_held_for_a_word_and_what_could_continue_a_name() -> None:
    stream = MASKERS["default"].stream()
    held = []
    for character in "The weather in Lisbon is mild, and 3 trains leave each hour. " * 20:
        stream.feed(character)
        held.append(stream.held)
    assert max(held) <= len("Lisbon is")


def test_a_finding_is_told_when_what_follows_it_is_known() -> None:
    stream = MASKERS["default"].stream()
    assert stream.feed("mail jo@example.com").edits == ()
    assert stream.held == len("jo@example.com")
    assert [edit.text for edit in stream.feed(" now").edits] == ["[EMAIL]"]


def test_a_finding_that_goes_on_is_one_label_and_edits_without_text() -> None:
    stream = MASKERS["default"].stream()
    pieces = ("ghp_" + "a1B2" * 200, "c3" * 150, "d4" * 150, " ok")
    edits = [edit for piece in pieces for edit in stream.feed(piece).edits]
    assert [edit.text for edit in edits] == ["[API_KEY]", "", ""]
    assert [edit.start for edit in edits] == [0, *(edit.end for edit in edits[:-1])]
    assert edits[-1].end == sum(map(len, pieces[:-1]))


def test_a_finished_stream_takes_no_more() -> None:
    stream = MASKERS["default"].stream()
    stream.feed("jo@example.com")
    first = stream.finish()
    assert (first.upto, len(first.edits)) == (14, 1)
    assert (stream.finish().upto, stream.finish().edits) == (14, ())
    with pytest.raises(ValueError, match="finished"):
        stream.feed("more")


def test_a_finding_is_named_by_its_strongest_part() -> None:
    masker = Masker(patterns=[("LETTERS", "xjo[a-z@.]{3,30}")])
    assert masker.mask("xjo@example.com")[0] == "[LETTERS]"
    # Overlapping, the weaker first: one finding, all of it masked.
    text = "call +49 4111 1111 1111 1111"
    masked, findings = Masker().mask(text)
    assert masked == "call [CREDIT_CARD]"
    assert [finding.type for finding in findings] == ["CREDIT_CARD"]


@given(texts)
@settings(max_examples=100, deadline=None)
def test_findings_are_in_order_and_their_labels_make_the_masked_text(text: str) -> None:
    masked, findings = MASKERS["custom"].mask(text)
    assert findings == MASKERS["custom"].find(text)
    at = 0
    out = []
    for finding in findings:
        assert at <= finding.start < finding.end <= len(text)
        out += text[at : finding.start], f"[{finding.type}]"
        at = finding.end
    assert "".join(out) + text[at:] == masked
