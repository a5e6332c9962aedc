"""What stands in the place of a finding, and that no cut of a stream changes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.masking import Masker, Strategy
from extproc.core.masking.pseudonym import PSEUDONYMS_MOST, Pseudonyms, normal_form
from extproc.core.masking.strategy import PARTIAL_TYPES, SECRET_TYPES, partial
from tests.core.masking.pieces import PATTERNS, TERMS, cut, documents, fed, long_texts, texts
from tests.core.masking.test_stream import all_cuts, modest

KEY = b"0123456789abcdef0123456789abcdef"
ALL = {
    **dict.fromkeys(["EMAIL", "PHONE", "API_KEY", "SECRET", "TERM", "PAIR", "IP_ADDRESS"],
                    Strategy.PSEUDONYM),
    **dict.fromkeys(["CREDIT_CARD", "IBAN", "SSN"], Strategy.PARTIAL),
}  # fmt: skip
MASKERS = {
    "default": Masker(strategies=ALL, key=KEY),
    "custom": Masker("strict", TERMS, PATTERNS, ALL, KEY),
}
maskers = st.sampled_from(sorted(MASKERS))


def masker(name: str = "default", scope: str = "ada") -> Masker:
    return MASKERS[name].for_exchange(scope)


def pseudonym(kind: str, value: str, scope: str = "ada") -> str:
    return Pseudonyms(KEY, scope).of(kind, value, is_restorable=False)


@modest
@given(maskers, cut(st.one_of(texts, long_texts)))
def test_any_cut_of_a_text_gives_the_same(name: str, sample: tuple[str, list[str]]) -> None:
    text, pieces = sample
    assert fed(masker(name).stream(), pieces)[0] == masker(name).mask(text)[0]


@modest
@given(maskers, cut(documents(texts)))
def test_any_cut_of_json_gives_the_same_json(name: str, sample: tuple[str, list[str]]) -> None:
    text, pieces = sample
    masked = masker(name).mask_json_text(text)[0]
    assert fed(masker(name).json_stream(), pieces)[0] == masked
    json.loads(masked)


@modest
@given(maskers, texts)
def test_what_is_found_is_the_same_with_every_strategy(name: str, text: str) -> None:
    assert masker(name).find(text) == MASKERS[name].find(text)


@pytest.mark.parametrize(
    "text",
    ["to jo.doe@x.org, 4111 1111 1111 1111.", "a@b.co" * 3, "415-555-2671 x12", "+1 415 555 2671"],
)
def test_every_cut_of_a_short_text_into_three(text: str) -> None:
    masked = masker().mask(text)[0]
    assert masked != MASKERS["default"].mask(text)[0]
    for pieces in all_cuts(text):
        assert fed(masker().stream(), pieces)[0] == masked


def test_a_strategy_for_each_type() -> None:
    assert masker().mask("mail jo@x.org, card 4111-1111-1111-1111, 10.1.2.3")[0] == (
        f"mail {pseudonym('EMAIL', 'jo@x.org')}, card •••• 1111, "
        f"{pseudonym('IP_ADDRESS', '10.1.2.3')}"
    )


def test_json_stays_json() -> None:
    masked = masker().mask_json_text('{"card":4111111111111111,"b":"\\u006ao@x.org"}')[0]
    assert json.loads(masked) == {"card": "•••• 1111", "b": pseudonym("EMAIL", "jo@x.org")}


def test_a_finding_over_two_strings_gets_labels() -> None:
    strict = Masker(
        patterns=[("PAIR", 'a","b')], strategies={"PAIR": Strategy.PSEUDONYM}, key=KEY
    ).for_exchange("ada")
    assert strict.mask_json_text('{"x":["a","b"]}')[0] == '{"x":["[PAIR]","[PAIR]"]}'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("api_key: " + "a1B2c3D4e5F6g7H8i9" * 20, id="a run"),
        pytest.param("0101" * 70, id="findings that touch"),
    ],
)
def test_what_is_long_gets_its_label_and_is_not_held(text: str) -> None:
    pseudonyms = dict.fromkeys(["SECRET", "PAIR"], Strategy.PSEUDONYM)
    default = Masker(patterns=PATTERNS[-1:], strategies=pseudonyms, key=KEY)
    masked = default.for_exchange("ada").mask(text)[0]
    assert masked == default.mask(text)[0]
    assert fed(default.for_exchange("ada").stream(), text)[0] == masked


# -- partial -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4111 1111 1111 1234", "•••• 1234"),
        ("DE89 3704 0044 0532 0130 00", "•••• 3000"),
        ("４１１１ １１１１ １１１１ １２３４", "•••• 1234"),
        ("415-2671", "[PHONE]"),
        ("4152-6718", "•••• 6718"),
    ],
)
def test_partial_shows_the_last_four_of_eight_or_more(value: str, shown: str) -> None:
    assert partial("PHONE", value) == shown


@pytest.mark.parametrize("kind", [*sorted(SECRET_TYPES), "PERSON", "EMAIL", "STAFF_ID"])
def test_partial_is_refused_where_the_end_tells_something(kind: str) -> None:
    with pytest.raises(ValueError, match=f"partial is refused for {kind}"):
        Masker(strategies={kind: Strategy.PARTIAL})
    assert not PARTIAL_TYPES & SECRET_TYPES


# -- pseudonyms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("EMAIL", "Jo@X.org", "jo@x.org", True),
        ("EMAIL", "jo%40x.org", "jo@x.org", True),
        ("EMAIL", "ｊｏ@x.org", "jo@x.org", True),
        ("EMAIL", "jo@x.org", "jo@y.org", False),
        ("EMAIL", "josé@x.org", "jose@x.org", False),
        ("PHONE", "+1 415 555 2671", "+14155552671", True),
        ("PHONE", "+14155552671", "14155552671", False),
        ("PHONE", "٠٣٠ ١٢٣٤٥٦٧", "030 1234567", True),
        ("PHONE", "٠٣٠ ١٢٣٤٥٦٧", "٠٣٠ ١٢٣٤٥٦٨", False),
        ("IBAN", "de89 3704 0044", "DE8937040044", True),
        ("PERSON", "Jo  Doe", "jo\ndoe", True),
        ("API_KEY", "sk-abc", "SK-ABC", False),
        ("STAFF_ID", "a-1", "A-1", False),
    ],
)
def test_the_normal_form_of_a_value(kind: str, one: str, other: str, same: bool) -> None:
    assert (normal_form(kind, one) == normal_form(kind, other)) is same
    assert (pseudonym(kind, one) == pseudonym(kind, other)) is same


def test_a_pseudonym_is_of_its_scope_type_and_key() -> None:
    here = pseudonym("EMAIL", "jo@x.org")
    assert here == pseudonym("EMAIL", "jo@x.org")
    assert here.startswith("[EMAIL_")
    assert here != pseudonym("EMAIL", "jo@x.org", scope="bob")
    assert here[-7:] != pseudonym("TERM", "jo@x.org")[-7:]
    assert here != Pseudonyms(KEY[::-1], "ada").of("EMAIL", "jo@x.org", is_restorable=False)


def test_two_values_with_the_same_digits_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    class Digest:
        def __init__(self, _: bytes, message: bytes, __: object) -> None:
            self.message = message

        def hexdigest(self) -> str:
            return "abcdef" + ("11" if self.message.endswith(b'"a@x.org"]') else "22") * 13

    monkeypatch.setattr("extproc.core.masking.pseudonym.hmac.new", Digest)
    names = Pseudonyms(KEY, "ada")
    given = [
        names.of("EMAIL", value, is_restorable=True) for value in ("a@x.org", "b@x.org", "a@x.org")
    ]
    assert given == ["[EMAIL_abcdef]", "[EMAIL_abcdef22]", "[EMAIL_abcdef]"]
    found = [names.original(one) for one in given[:2]]
    assert [one.value for one in found if one] == ["a@x.org", "b@x.org"]


def test_so_many_pseudonyms_and_no_more() -> None:
    names = Pseudonyms(KEY, "ada")
    given = {names.of("TERM", str(n), is_restorable=True) for n in range(PSEUDONYMS_MOST + 5)}
    assert len(given) == PSEUDONYMS_MOST + 1
    assert "[TERM]" in given
    assert names.of("TERM", "0", is_restorable=True) != "[TERM]"


def test_what_cannot_be_written_gets_a_label() -> None:
    assert pseudonym("STAFF_ID", "a\ud800") == "[STAFF_ID]"
