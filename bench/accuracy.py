"""`python -m bench.accuracy`: how well masking finds, on texts that nobody tuned it to.

Sets of our own come from `bench.samples`; `--data FILE` adds others, one JSON object a line:
`{"id", "text", "lang", "spans": [[start, end, TYPE], …]}`, offsets in characters. A type that is
not one of ours is neither right nor wrong to find, and so is a finding of a type that the file
never labels. A file without any label has nothing to find.

Ends with status 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bench.report import insert, table
from bench.samples import CREDENTIALS, SETS, STRUCTURED, TYPES, Set, trees
from bench.samples.draft import Row, Span
from bench.score import Score, Tally, is_alike, score
from extproc.core.masking import Masker

PAGE = Path(__file__).parent.parent / "docs" / "masking.md"
MARKER = "accuracy"
PROFILES = ("default", "structured", "secrets", "strict")
BY_RECALL = ("logs", "legal", "clinical", "adversarial")
"""Sets that are judged by what is left in them; `strict` is for whom nothing may be left."""

Find = Callable[[str], Sequence[Span]]

_GROUPS = {
    "structured": STRUCTURED,
    "credentials": CREDENTIALS,
    "PERSON": frozenset({"PERSON"}),
    "ADDRESS": frozenset({"ADDRESS"}),
    "all types": TYPES,
}


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="SET", choices=SETS,
        help=f"one of {', '.join(SETS)}; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--data", action="append", type=Path, metavar="FILE", default=[],
        help="a set of others, and no set of ours unless --only names it; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--tree", action="append", type=Path, metavar="DIR", default=[],
        help="source code, in which nothing is to be found; may be repeated",
    )  # fmt: skip
    parser.add_argument("--profile", choices=PROFILES, default="default")
    parser.add_argument("--types", action="store_true", help="a table of the types of each set")
    parser.add_argument("--kinds", action="store_true", help="a table of the kinds of each set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts here too")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the tables into docs/masking.md"
    )
    options = parser.parse_args(argv)
    options.sets = options.only or ([] if options.data or options.tree else list(SETS))
    if options.write_docs and options.sets != list(SETS):
        parser.error("--write-docs: the page shows all sets of our own, and no others")
    return options


def read(file: Path) -> Iterator[Row]:
    """Raises ValueError, with the line, for what is no such set."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                found = json.loads(line)
                spans = tuple(
                    (int(start), int(end), str(type_)) for start, end, type_ in found["spans"]
                )
                row = Row(
                    str(found.get("id", number)), found["text"], spans, found.get("lang", "en")
                )
                if any(not 0 <= start < end <= len(row.text) for start, end, _ in spans):
                    raise ValueError("a span is not in the text")
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{file.name}, line {number}: {error}") from None
            yield row


def measure(
    find: Find, sets: Sequence[Set], files: Sequence[Path] = (), roots: Sequence[Path] = ()
) -> dict[str, Score]:
    """One score a set, by its name; of a file or a tree, the name of that."""
    results = {}
    for each in sets:
        results[each.name] = score(
            _found(find, each.rows()), _GROUPS, is_real_text=each.name == "code"
        )
    for file in files:
        rows = list(read(file))
        labels = {type_ for row in rows for _, _, type_ in row.spans} & TYPES
        labelled = {type_ for type_ in TYPES if any(is_alike(type_, label) for label in labels)}
        results[file.stem] = score(_found(find, rows), _GROUPS, only=labelled or None)
    for root in roots:
        results[str(root)] = score(_found(find, trees.rows(root)), _GROUPS, is_real_text=True)
    return results


def _found(find: Find, rows: Iterable[Row]) -> Iterator[tuple[Row, Sequence[Span]]]:
    return ((row, find(row.text)) for row in rows)


def finder(profile: str) -> Find:
    masker = Masker(profile)
    return lambda text: [(each.start, each.end, each.type) for each in masker.find(text)]


# -- tables ----------------------------------------------------------------------------------------


def targets(results: dict[str, Score]) -> list[tuple[list[str], bool]]:
    """A row of cells for each target of a set that was measured, and whether it is met."""
    rows = []
    for name, result in results.items():
        for target in SETS[name].targets if name in SETS else ():
            if target.measure == "alarms":
                figure, shape = result.alarm_rate(target.types), "{:.4f}"
            else:
                figure, shape = getattr(result.totals[target.what], target.measure), "{:.3f}"
            measure_ = {"f1": "F1", "alarms": "false alarms in 1,000 characters"}.get(
                target.measure, target.measure
            )
            wanted = f"{'≥' if target.is_met_above else '≤'} {target.value:.2f}"
            met = target.is_met(figure)
            cells = [name, f"{measure_}, {target.what}", wanted, shape.format(figure)]
            rows.append(([*cells, "yes" if met else "**no**"], met))
    return rows


def page(results: dict[str, Score], profile: str, strict: dict[str, Score] | None = None) -> str:
    """The tables of a run: what was wanted, then the sets, then the types over all sets.

    `strict`: some sets once more, in that profile.
    """
    parts = []
    head = ["set", "measure", "wanted", "is", "met"]
    wanted = [cells for cells, _ in targets(results)]
    if wanted:
        parts.append(table(head, wanted))
    if strict:
        parts.append("Some of them in the profile `strict`, which masks every URL and every date:")
        parts.append(table(head, [cells for cells, _ in targets(strict)]))
    labelled = {name: each for name, each in results.items() if each.labelled}
    if labelled:
        parts.append(_sets(labelled))
    if bare := {name: each for name, each in results.items() if not each.labelled}:
        parts.append(_bare(bare))
    if labelled:
        total: dict[str, Tally] = {}
        for result in labelled.values():
            for type_, tally in result.types.items():
                total.setdefault(type_, Tally()).add(tally.labels, tally.findings, tally.right)
        parts.append(_tallies("type", total))
    return f"Profile `{profile}`.\n\n" + "\n\n".join(parts) + "\n"


def _sets(results: dict[str, Score]) -> str:
    head = [
        "set", "texts", "characters", "labels", "structured P / R / F1", "PERSON P / R / F1",
        "ADDRESS P / R / F1", "labelled characters masked",
    ]  # fmt: skip
    return table(head, [
        [
            name,
            f"{each.rows:,}",
            f"{each.characters:,}",
            f"{each.totals['all types'].labels:,}",
            *(_triple(each.totals[group]) for group in ("structured", "PERSON", "ADDRESS")),
            f"{each.masked / each.labelled:.3f}",
        ]
        for name, each in results.items()
    ])  # fmt: skip


def _triple(tally: Tally) -> str:
    if not tally.labels:
        return f"{tally.findings} wrong" if tally.findings else ""
    return f"{tally.precision:.3f} / {tally.recall:.3f} / {tally.f1:.3f}"


def _bare(results: dict[str, Score]) -> str:
    head = [
        "nothing to find",
        "texts",
        "characters",
        "false in 1,000",
        "of which structured",
        "by type",
    ]
    return table(head, [
        [
            name,
            f"{each.rows:,}",
            f"{each.characters:,}",
            f"{each.alarm_rate(TYPES):.4f}",
            f"{each.alarm_rate(STRUCTURED):.4f}",
            ", ".join(f"{type_} {count}" for type_, count in each.alarms.most_common()) or "none",
        ]
        for name, each in results.items()
    ])  # fmt: skip


def _tallies(what: str, tallies: dict[str, Tally]) -> str:
    return table([what, "labels", "findings", "precision", "recall", "F1"], [
        [
            name or "(none)",
            f"{tally.labels:,}",
            f"{tally.findings:,}",
            f"{tally.precision:.3f}",
            f"{tally.recall:.3f}" if tally.labels else "",
            f"{tally.f1:.3f}" if tally.labels else "",
        ]
        for name, tally in sorted(tallies.items(), key=lambda each: (-each[1].labels, each[0]))
    ])  # fmt: skip


def as_json(results: dict[str, Score], profile: str) -> dict[str, Any]:
    # asdict would make a Counter of the pairs of a Counter.
    sets = {
        name: {
            field.name: dict(value) if isinstance(value, Counter) else value
            for field in fields(each)
            for value in [getattr(each, field.name)]
        }
        for name, each in results.items()
    }
    return {"profile": profile, "sets": sets}


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    try:
        results = measure(
            finder(options.profile),
            [SETS[name] for name in options.sets],
            options.data,
            options.tree,
        )
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    again = [name for name in options.sets if name in BY_RECALL]
    strict = measure(finder("strict"), [SETS[name] for name in again])
    text = page(results, options.profile, strict if options.profile == "default" else None)
    print(text)
    for name, result in results.items():
        if options.types and result.types:
            print(f"{name}\n\n{_tallies('type', result.types)}\n")
        if options.kinds and len(result.kinds) > 1 and result.labelled:
            print(f"{name}\n\n{_tallies('kind', result.kinds)}\n")
    if options.json:
        options.json.write_text(
            json.dumps(as_json(results, options.profile), indent=1, default=asdict) + "\n"
        )
    if options.write_docs:
        PAGE.write_text(insert(PAGE.read_text(), text, MARKER))
    return 0 if all(met for _, met in targets(results)) else 1


if __name__ == "__main__":
    sys.exit(main())
