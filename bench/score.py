"""Right, wrong and missed: findings against labels.

A finding is right when its type is that of a label and the two overlap by at least half of both
together (intersection over union). Each finding and each label counts once. What a title before a
name, or another neutral span, has of a finding is not counted either way.

In totals, types that are two words for one thing are the same: whether a key is an API_KEY or a
SECRET, and whether a number is a NATIONAL_ID or a TAX_ID, differs from guide to guide. Rows of
single types are strict.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from bench.samples import CREDENTIALS, TYPES
from bench.samples.draft import Row, Span

OVERLAP = 0.5
_SAME = {**dict.fromkeys(CREDENTIALS, "credential"), "NATIONAL_ID": "id", "TAX_ID": "id"}


@dataclass
class Tally:
    """Counts of labels, of findings, and of those that belong together."""

    labels: int = 0
    findings: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """1 where nothing was found: nothing of it was wrong."""
        return self.right / self.findings if self.findings else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labels if self.labels else 1.0

    @property
    def f1(self) -> float:
        both = self.labels + self.findings
        return 2 * self.right / both if both else 1.0

    def add(self, labels: int, findings: int, right: int) -> None:
        self.labels += labels
        self.findings += findings
        self.right += right


@dataclass
class Score:
    """Of one set. `totals` has one tally for each group of types that was asked for."""

    rows: int = 0
    characters: int = 0
    labelled: int = 0
    """Characters with a label, white space not counted; neutral ones are not labelled."""
    masked: int = 0
    """Those of them that some finding covers, of whatever type."""
    types: dict[str, Tally] = field(default_factory=dict)
    totals: dict[str, Tally] = field(default_factory=dict)
    kinds: dict[str, Tally] = field(default_factory=dict)
    """By kind of row, all types together."""
    alarms: Counter[str] = field(default_factory=Counter)
    """Findings that are not right, by type."""
    real: Counter[str] = field(default_factory=Counter)
    """In texts without labels: what is what it was found as, whoever it belongs to."""
    unlabelled: Counter[str] = field(default_factory=Counter)
    """Findings of types that a set of others never labels: neither right nor wrong."""

    def alarm_rate(self, types: Collection[str]) -> float:
        """In 1,000 characters."""
        count = sum(number for type_, number in self.alarms.items() if type_ in types)
        return 1000 * count / self.characters if self.characters else 0.0


def overlap(one: Span, other: Span, neutral: Collection[int] = frozenset()) -> float:
    """Intersection over union, in characters that are not neutral."""
    first = set(range(one[0], one[1])) - set(neutral)
    second = set(range(other[0], other[1])) - set(neutral)
    return len(first & second) / len(first | second) if first | second else 0.0


def pairs(
    labels: Sequence[Span],
    findings: Sequence[Span],
    is_same: Callable[[str, str], bool],
    neutral: Collection[int] = frozenset(),
) -> list[tuple[int, int]]:
    """(label, finding) as positions, the closest pairs first."""
    close = sorted(
        (
            (-overlap(label, finding, neutral), at, index)
            for at, label in enumerate(labels)
            for index, finding in enumerate(findings)
            if label[0] < finding[1] and finding[0] < label[1] and is_same(label[2], finding[2])
        ),
    )
    taken: list[tuple[int, int]] = []
    for negative, at, index in close:
        if -negative < OVERLAP:
            break
        if all(at != label and index != finding for label, finding in taken):
            taken.append((at, index))
    return taken


def score(
    found: Iterable[tuple[Row, Sequence[Span]]],
    groups: dict[str, frozenset[str]],
    *,
    is_real_text: bool = False,
    only: Collection[str] | None = None,
) -> Score:
    """`found`: rows with their findings. `only`: the types that the set labels, if not all."""
    result = Score(totals={name: Tally() for name in groups})
    for row, findings in found:
        result.rows += 1
        result.characters += len(row.text)
        if only is not None:
            result.unlabelled.update(each[2] for each in findings if each[2] not in only)
        _row(result, row, findings, groups, is_real_text, only)
    return result


def _row(
    result: Score,
    row: Row,
    all_findings: Sequence[Span],
    groups: dict[str, frozenset[str]],
    is_real_text: bool,
    only: Collection[str] | None,
) -> None:
    labels = [each for each in row.spans if each[2] in TYPES]
    said = {at for start, end, _ in labels for at in range(start, end)}
    neutral = {
        at for start, end, type_ in row.spans if type_ not in TYPES for at in range(start, end)
    } - said
    covered = {at for start, end, _ in all_findings for at in range(start, end)}
    result.labelled += sum(not row.text[at].isspace() for at in said)
    result.masked += sum(not row.text[at].isspace() for at in said & covered)

    findings = []
    for each in all_findings:
        if only is not None and each[2] not in only:
            continue
        if neutral.issuperset(range(each[0], each[1])):
            continue
        if is_real_text and is_real(each[2], row.text[each[0] : each[1]]):
            result.real[each[2]] += 1
            continue
        findings.append(each)

    right = pairs(labels, findings, str.__eq__, neutral)
    for type_ in {each[2] for each in (*labels, *findings)}:
        result.types.setdefault(type_, Tally()).add(
            sum(each[2] == type_ for each in labels),
            sum(each[2] == type_ for each in findings),
            sum(labels[at][2] == type_ for at, _ in right),
        )
    loose = pairs(labels, findings, is_alike, neutral)
    matched = {index for _, index in loose}
    result.alarms.update(
        each[2] for index, each in enumerate(findings) if index not in matched
    )  # fmt: skip
    result.kinds.setdefault(row.kind, Tally()).add(len(labels), len(findings), len(loose))
    for name, types in groups.items():
        result.totals[name].add(
            sum(each[2] in types for each in labels),
            sum(each[2] in types for each in findings),
            sum(labels[at][2] in types and findings[index][2] in types for at, index in loose),
        )


def is_alike(one: str, other: str) -> bool:
    return _SAME.get(one, one) == _SAME.get(other, other)


def is_real(type_: str, text: str) -> bool:
    """Whether a text without labels has there what was found, by a second and simpler look.

    Only for what can be judged without knowing whose it is.
    """
    match type_:
        case "EMAIL":
            return re.fullmatch(r"[\w.+-]+(@|%40)[\w-]+(\.[\w-]+)+", text) is not None
        case "URL":
            return re.match(r"[a-z][a-z0-9+.-]*://[\w\[]|www\.", text, re.IGNORECASE) is not None
        case "IP_ADDRESS":
            try:
                ipaddress.ip_address(text)
            except ValueError:
                return False
            return True
    return False
