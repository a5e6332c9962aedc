"""Whatever the cut, the stream ends with the text that masking the whole text gives."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extproc.core.masking import Masker
from tests.core.masking.pieces import custom_masker, cut, documents, fed, texts

MASKERS = {"default": Masker(), "custom": custom_masker()}
modest = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
maskers = st.sampled_from(sorted(MASKERS))


@modest
@given(maskers, cut(texts))
def test_any_cut_of_a_text_gives_the_same_masked_text(
    name: str, sample: tuple[str, list[str]]
) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    assert fed(masker.stream(), pieces)[0] == masker.mask(text)[0]


@modest
@given(maskers, cut(documents()))
def test_any_cut_of_json_gives_the_same_masked_json(
    name: str, sample: tuple[str, list[str]]
) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    masked = masker.mask_json_text(text)[0]
    assert fed(masker.json_stream(), pieces)[0] == masked
    json.loads(masked)


@modest
@given(
    maskers,
    cut(st.one_of(texts, st.builds(str.__add__, st.sampled_from(['{"', "[1", '"']), texts))),
)
def test_any_cut_of_broken_json_gives_the_same_masked_text(
    name: str, sample: tuple[str, list[str]]
) -> None:
    text, pieces = sample
    masker = MASKERS[name]
    assert fed(masker.json_stream(), pieces)[0] == masker.mask_json_text(text)[0]
