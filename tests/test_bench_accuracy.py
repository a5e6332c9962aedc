"""The judge of masking: what it counts, and that its sets are what they say they are.

Detectors are not looked at here. Where something has to be found, the test says what.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from bench import accuracy
from bench.samples import SETS, STRUCTURED, TYPES, Target, checks, ids, trees, values, vendors
from bench.samples.draft import Draft, Row, Span, fixed, lines, prose, written
from bench.samples.people import ADDRESSES, full_name, plain
from bench.score import Score, Tally, is_real, overlap, pairs, score

MADE = [each for each in SETS.values() if each.name != "code"]
ALL = {"all": frozenset(TYPES)}


# -- scoring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ((0, 10), (0, 10), 1.0),
        ((0, 10), (5, 15), 1 / 3),
        ((0, 10), (0, 5), 0.5),
        ((0, 10), (10, 20), 0.0),
        ((2, 4), (0, 10), 0.2),
    ],
)
def test_overlap_is_what_both_have_of_what_either_has(
    one: tuple[int, int], other: tuple[int, int], share: float
) -> None:
    assert overlap((*one, "A"), (*other, "A")) == pytest.approx(share)


def test_what_is_neutral_counts_for_neither() -> None:
    # "Mr. Li" against "Li".
    assert overlap((4, 6, "PERSON"), (0, 6, "PERSON")) == pytest.approx(1 / 3)
    assert overlap((4, 6, "PERSON"), (0, 6, "PERSON"), {0, 1, 2, 3}) == 1.0


def test_a_label_and_a_finding_pair_once_and_the_closest_first() -> None:
    labels: list[Span] = [(0, 10, "EMAIL"), (20, 30, "EMAIL")]
    findings: list[Span] = [(0, 7, "EMAIL"), (0, 9, "EMAIL"), (20, 30, "PHONE")]
    assert pairs(labels, findings, str.__eq__) == [(0, 1)]


def judged(
    text: str, labels: Sequence[Span], findings: Sequence[Span], only: set[str] | None = None
) -> Score:
    return score([(Row("1", text, tuple(labels)), findings)], ALL, only=only)


@pytest.mark.parametrize(
    ("labels", "findings", "counts"),
    [
        pytest.param([(0, 4, "EMAIL")], [(0, 4, "EMAIL")], (1, 1, 1), id="right"),
        pytest.param([(0, 4, "EMAIL")], [], (1, 0, 0), id="missed"),
        pytest.param([], [(0, 4, "EMAIL")], (0, 1, 0), id="false"),
        pytest.param([(0, 4, "EMAIL")], [(0, 4, "PHONE")], (1, 1, 0), id="another type"),
        pytest.param([(0, 4, "EMAIL")], [(0, 1, "EMAIL")], (1, 1, 0), id="too little of it"),
        pytest.param([(0, 4, "SECRET")], [(0, 4, "API_KEY")], (1, 1, 1), id="two words for it"),
        pytest.param([(0, 4, "TAX_ID")], [(0, 4, "NATIONAL_ID")], (1, 1, 1), id="one number"),
        pytest.param([(0, 4, "SSN")], [(0, 4, "NATIONAL_ID")], (1, 1, 0), id="not one number"),
        pytest.param([(0, 4, "-")], [(0, 3, "PHONE")], (0, 0, 0), id="neutral"),
        pytest.param([(0, 4, "US_BANK")], [(0, 4, "PHONE")], (0, 0, 0), id="a type of others"),
        pytest.param([(0, 4, "-")], [(0, 6, "PHONE")], (0, 1, 0), id="more than neutral"),
    ],
)
def test_totals_count(
    labels: list[Span], findings: list[Span], counts: tuple[int, int, int]
) -> None:
    total = judged("abcd efgh", labels, findings).totals["all"]
    assert (total.labels, total.findings, total.right) == counts


def test_rows_of_types_are_strict() -> None:
    result = judged("abcd", [(0, 4, "SECRET")], [(0, 4, "API_KEY")])
    assert result.types == {"SECRET": Tally(1, 0, 0), "API_KEY": Tally(0, 1, 0)}
    assert not result.alarms


def test_what_is_masked_counts_whatever_its_type_and_without_white_space() -> None:
    result = judged("ab cd efgh", [(0, 5, "PERSON"), (6, 10, "EMAIL")], [(0, 5, "PHONE")])
    assert (result.labelled, result.masked) == (8, 4)


def test_types_that_a_file_never_labels_are_neither_right_nor_wrong() -> None:
    result = judged("abcd efgh", [(0, 4, "EMAIL")], [(5, 9, "URL")], {"EMAIL"})
    assert (result.totals["all"].findings, result.unlabelled) == (0, {"URL": 1})


def test_alarms_are_counted_in_a_thousand_characters() -> None:
    result = judged("x" * 2000, [], [(0, 4, "PHONE"), (5, 9, "PERSON")])
    assert result.alarm_rate(TYPES) == 1.0
    assert result.alarm_rate(STRUCTURED) == 0.5


def test_real_addresses_in_real_code_are_no_alarm() -> None:
    row = Row("a.py", "# ann@example.com, 12-34")
    found: list[Span] = [(2, 17, "EMAIL"), (19, 24, "PHONE")]
    result = score([(row, found)], ALL, is_real_text=True)
    assert (result.alarms, result.real) == ({"PHONE": 1}, {"EMAIL": 1})


@pytest.mark.parametrize(
    ("type_", "text", "real"),
    [
        ("EMAIL", "ann@example.com", True),
        ("EMAIL", "matmul@", False),
        ("URL", "https://example.com/a", True),
        ("URL", "os.path", False),
        ("IP_ADDRESS", "::ffff:192.0.2.1", True),
        ("IP_ADDRESS", "1.2.3", False),
        ("PERSON", "Ann Lee", False),
    ],
)
def test_a_second_look_knows_what_needs_no_owner(type_: str, text: str, real: bool) -> None:
    assert is_real(type_, text) is real


def test_shares_of_nothing() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1) == (1.0, 1.0, 1.0)
    assert Tally(labels=1).f1 == 0.0
    assert Tally(4, 2, 1).f1 == pytest.approx(1 / 3)


# -- templates -------------------------------------------------------------------------------------


def test_a_place_becomes_a_labelled_span() -> None:
    draft = Draft()
    draft.fill(
        "I am «who», «n»",
        {"who": ("PERSON", fixed("Dr. \0Ng")), "n": (None, fixed("7"))},
        Random(1),
    )
    assert draft.row("1") == Row("1", "I am Dr. Ng, 7", ((5, 9, "-"), (9, 11, "PERSON")))


def test_blocks_are_wrapped_for_the_reader_only() -> None:
    assert prose("one\ntwo\n\nthree\n") == ["one two", "three"]
    assert lines("a: 1\nb: 2\n\nlong\n+ line\n") == ["a: 1\nb: 2", "long line"]


@pytest.mark.parametrize("regex", [r"a[b-d]{2,3}(x|y\.z)", r"\+1 [2-9]{3}", "[A-Z-]{4}"])
def test_what_is_written_matches(regex: str) -> None:
    random = Random(regex)
    assert all(re.fullmatch(regex, written(regex, random)) for _ in range(50))


def test_no_expression_is_written_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="cannot write"):
        written("^a", Random(1))


# -- values ----------------------------------------------------------------------------------------


def luhn_holds(text: str) -> bool:
    digits = [int(each) for each in reversed(text) if each.isdigit()]
    return (
        sum(
            each if index % 2 == 0 else sum(divmod(2 * each, 10))
            for index, each in enumerate(digits)
        )
        % 10
        == 0
    )


def iban_holds(text: str) -> bool:
    code = text.replace(" ", "")
    return int("".join(str(int(each, 36)) for each in code[4:] + code[:4])) % 97 == 1


def ssn_holds(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def base58_holds(text: str) -> bool:
    number = 0
    for each in text:
        number = number * 58 + checks.BASE58.index(each)
    return checks.base58_check(number.to_bytes(25, "big")[:-4]) == text


def wallet_holds(text: str) -> bool:
    if text.startswith("0x"):
        return len(text) == 42 and int(text, 16) >= 0
    if text.startswith("bc1"):
        words = [checks.BECH32.index(each) for each in text[3:-6]]
        return checks.bech32("bc", words, 1 if words[0] == 0 else 0x2BC830A3) == text
    return base58_holds(text)


def ip_holds(text: str) -> bool:
    return not ipaddress.ip_address(text).is_loopback


@pytest.mark.parametrize(
    ("make", "holds"),
    [
        (values.card, luhn_holds),
        (values.iban, iban_holds),
        (values.ssn, ssn_holds),
        (values.crypto, wallet_holds),
        (values.ip, ip_holds),
        (values.email, lambda text: is_real("EMAIL", text)),
        (values.url, lambda text: is_real("URL", text)),
        (values.mac, lambda text: len(re.sub("[-:.]", "", text)) == 12),
        (values.phone, lambda text: 8 <= sum(map(str.isdigit, text)) <= 15),
        (ids.dni, lambda text: "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:8]) % 23] == text[-1]),
        (ids.routing, lambda text: checks.weighted(text, (3, 7, 1) * 3) % 10 == 0),
        (ids.nir, lambda text: (int(text.replace(" ", "")[:13]) + int(text[-2:])) % 97 == 0),
    ],
)
def test_values_are_valid(make: Callable[[Random], str], holds: Callable[[str], bool]) -> None:
    random = Random(7)
    assert [text for text in (make(random) for _ in range(300)) if not holds(text)] == []


@pytest.mark.parametrize(
    ("made", "known"),
    [
        # Examples that the rules' own publications give.
        (checks.luhn("7992739871"), "3"),
        (checks.verhoeff("236"), "3"),
        (checks.mod_97("GB", "WEST12345698765432"), "82"),
        (checks.mod_11_10("8609574271"), "9"),
        (checks.seven_three_one("D23145890"), "7"),
        (checks.cpf("111444777"), "35"),
        (checks.cnpj("112223330001"), "81"),
        (checks.base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U"),
    ],
)
def test_check_digits_are_those_of_the_rules(made: str, known: str) -> None:
    assert made == known


def test_a_password_and_a_token_have_a_digit() -> None:
    random = Random(3)
    assert all(re.search("[0-9]", values.token(random, 8)) for _ in range(100))


def test_there_are_a_hundred_vendors_and_their_keys_can_be_written() -> None:
    keys = (*vendors.MARKED, *vendors.NAMED)
    assert len({vendor for vendor, _, _ in keys}) == len(keys) >= 100
    for vendor, name, shape in keys:
        assert len(written(shape, Random(1))) >= 14, vendor
        assert re.fullmatch("[A-Z0-9_]+", name)


def test_a_login_has_letters_of_ascii_only() -> None:
    random = Random(5)
    names = [full_name(random) for _ in range(500)]
    assert [name for name in names if not re.fullmatch("[A-Za-z]{4,}", plain(name))] == []


@pytest.mark.parametrize("land", ADDRESSES)
def test_an_address_has_a_number_and_a_place(land: str) -> None:
    assert re.search(r"\d.*, .*\w", ADDRESSES[land](Random(2)))


# -- sets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("each", MADE, ids=lambda each: each.name)
def test_a_set_is_the_same_each_time_and_its_spans_fit(each: accuracy.Set) -> None:
    rows = list(each.rows())
    assert rows == list(each.rows())
    assert len({row.id for row in rows}) == len(rows) >= 300
    for row in rows:
        assert not re.search(r"«[\w~]+»", row.text) or row.kind == "glued"
        assert "\0" not in row.text
        at = 0
        for start, end, type_ in row.spans:
            assert at <= start < end <= len(row.text)
            assert type_ in TYPES | {"-"}
            assert row.text[start:end].strip() or type_ == "-"
            at = end


def test_every_type_has_labels_enough_to_be_judged() -> None:
    count = dict.fromkeys(TYPES, 0)
    for each in MADE:
        for row in each.rows():
            for _, _, type_ in row.spans:
                if type_ in count:
                    count[type_] += 1
    assert [type_ for type_, number in count.items() if number < 10] == []


def test_there_is_nothing_to_find_in_sums() -> None:
    assert not any(row.spans for row in SETS["arithmetic"].rows())


def test_negative_rows_of_secrets_have_no_label() -> None:
    rows = [row for row in SETS["secrets"].rows() if row.kind == "negative"]
    assert len(rows) >= 300
    assert {type_ for row in rows for _, _, type_ in row.spans} <= {"-"}


def test_a_tree_is_read_without_its_tests(tmp_path: Path) -> None:
    for name in ("a.py", "test_b.py", "tests/c.py", "d.txt", "sub/e.go", "sub/e_test.go"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x = 1\n")
    (tmp_path / "latin.py").write_bytes(b"\xe9")
    assert [row.id for row in trees.rows(tmp_path)] == ["a.py", "sub/e.go"]


# -- the command -----------------------------------------------------------------------------------


def test_all_sets_are_judged_unless_told_otherwise() -> None:
    assert accuracy.arguments([]).sets == list(SETS)
    assert accuracy.arguments(["--only", "prose"]).sets == ["prose"]
    assert accuracy.arguments(["--data", "x.jsonl"]).sets == []


@pytest.mark.parametrize(
    "wrong", [["--only", "nothing"], ["--profile", "x"], ["--write-docs", "--only", "prose"]]
)
def test_a_wrong_use_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        accuracy.arguments(wrong)
    assert refused.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_file_is_judged_by_the_types_it_labels(tmp_path: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(json.dumps({"id": 1, "text": "abcd efgh", "spans": [[0, 4, "EMAIL"]]}) + "\n")
    found = accuracy.measure(lambda _: [(0, 4, "EMAIL"), (5, 9, "PHONE")], [], [file])
    assert found["theirs"].types == {"EMAIL": Tally(1, 1, 1)}
    assert found["theirs"].unlabelled == {"PHONE": 1}


def test_a_file_that_says_secret_labels_all_credentials(tmp_path: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(json.dumps({"text": "abcd efgh", "spans": [[0, 4, "SECRET"]]}) + "\n")
    found = accuracy.measure(lambda _: [(0, 4, "API_KEY"), (5, 9, "JWT")], [], [file])
    assert found["theirs"].totals["credentials"] == Tally(1, 2, 1)
    assert not found["theirs"].unlabelled


def test_in_a_file_without_labels_there_is_nothing_to_find(tmp_path: Path) -> None:
    file = tmp_path / "clean.jsonl"
    file.write_text('{"text": "abcd", "spans": []}\n')
    found = accuracy.measure(lambda _: [(0, 4, "EMAIL")], [], [file])
    assert found["clean"].alarms == {"EMAIL": 1}
    assert "EMAIL 1" in accuracy.page(found, "default")


@pytest.mark.parametrize(
    "line",
    ["{", '{"spans": []}', '{"text": "a", "spans": [[0, 9, "A"]]}', '{"text": "a", "spans": [1]}'],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(f'{{"text": "a", "spans": []}}\n{line}\n')
    with pytest.raises(ValueError, match=r"broken\.jsonl, line 2: "):
        list(accuracy.read(file))


def test_a_target_is_met_or_it_is_not() -> None:
    assert Target("f1", 0.75).is_met(0.75)
    assert not Target("f1", 0.75).is_met(0.7499)
    assert Target("alarms", 0.01).is_met(0.01)
    assert not Target("alarms", 0.01).is_met(0.02)


def test_the_tables_say_what_was_wanted_and_what_is() -> None:
    labels = {row.text: row.spans for row in SETS["legal"].rows()}
    perfect = accuracy.measure(lambda text: labels[text], [SETS["legal"]])
    assert accuracy.targets(perfect) == [
        (["legal", "recall, structured", "≥ 0.98", "1.000", "yes"], True)
    ]
    blind = accuracy.measure(lambda text: [], [SETS["legal"]])
    assert "**no**" in accuracy.page(blind, "default")
    assert (
        json.loads(json.dumps(accuracy.as_json(blind, "default"), default=vars))["profile"]
        == "default"
    )


def test_the_page_has_a_place_for_the_tables() -> None:
    accuracy.insert(accuracy.PAGE.read_text(), "tables", accuracy.MARKER)
