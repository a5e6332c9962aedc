"""Medians and tables. A result, as bench.run makes it, in; Markdown out."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.load import quantile

_SATURATED = 0.9
"""Of a core. Below it, the load and not the system was what could do no more."""
_DISTURBED = 0.1


@dataclass
class Row:
    """One system in one scenario: the medians of its rounds."""

    name: str
    title: str
    rps: float = 0.0
    per_core: float = 0.0
    """Requests for one second of processor time of the server and its Envoy."""
    cpu_ms: dict[str, float] = field(default_factory=dict)
    switches: dict[str, float] = field(default_factory=dict)
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    alone_p50_ms: float = 0.0
    busy: float = 0.0
    others: float = 0.0
    bad: dict[str, int] = field(default_factory=dict)
    """Calls that failed, by why."""
    requests: int = 0
    is_calm: bool = True
    ttft_p50: float = 0.0
    ttft_p99: float = 0.0
    event_p50: float = 0.0
    event_p99: float = 0.0
    gap_p99: float = 0.0
    late_p99: float = 0.0
    late_max: float = 0.0
    delta_cpu_ms: float = 0.0
    of_plain: float | None = None
    of_floor: float | None = None
    added_event: float | None = None
    added_ttft: float | None = None

    @property
    def cpu(self) -> float:
        return sum(self.cpu_ms.values())


def rows(result: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[Row]:
    """The rows of one scenario, in the order in which the systems were given."""
    found = []
    systems = [system for system in result["systems"] if system["name"] in scenario["rows"]]
    by_name: dict[str, Row] = {}
    for system in systems:
        row = _row(system, scenario["rows"][system["name"]])
        by_name[row.name] = row
        found.append(row)
    plain = by_name.get("envoy")
    for system, row in zip(systems, found, strict=True):
        floor = by_name.get(f"floor-{system['transport']}")
        if plain is not None and plain is not row:
            row.of_plain = _ratio(row.per_core, plain.per_core)
            row.added_event = row.event_p50 - plain.event_p50
            row.added_ttft = row.ttft_p50 - plain.ttft_p50
        if floor is not None and floor is not row:
            row.of_floor = _ratio(row.per_core, floor.per_core)
    return found


def _row(system: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> Row:
    def middle(key: str) -> float:
        return statistics.median(sample[key] for sample in samples)

    def middles(key: str) -> dict[str, float]:
        parts = samples[0][key]
        return {part: statistics.median(sample[key][part] for sample in samples) for part in parts}

    row = Row(
        name=system["name"],
        title=system["title"],
        rps=middle("rps"),
        per_core=middle("per_core"),
        cpu_ms=middles("cpu_ms"),
        switches=middles("switches"),
        p50_ms=middle("p50_ms"),
        p99_ms=middle("p99_ms"),
        busy=middle("busy"),
        others=middle("others"),
        bad=_added(sample["bad"] for sample in samples),
        requests=sum(sample["requests"] for sample in samples),
        is_calm=all(sample["is_calm"] for sample in samples),
    )
    if "ttft_ms" in samples[0]:
        # A round has few streams, too few for a p99 of its own.
        first = sorted(each for sample in samples for each in sample["ttft_ms"])
        gaps = sorted(each for sample in samples for each in sample["gaps_ms"])
        row.ttft_p50, row.ttft_p99 = quantile(first, 0.5), quantile(first, 0.99)
        row.gap_p99 = quantile(gaps, 0.99)
        events = sorted(each for sample in samples for each in sample["event_ms"])
        row.event_p50, row.event_p99 = quantile(events, 0.5), quantile(events, 0.99)
        row.late_p99 = middle("late_p99_ms")
        row.late_max = max(sample["late_max_ms"] for sample in samples)
        row.delta_cpu_ms = middle("delta_cpu_ms")
    else:
        row.alone_p50_ms = middle("alone_p50_ms")
    return row


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for why, number in each.items():
            total[why] = total.get(why, 0) + number
    return total


def _ratio(value: float, base: float) -> float | None:
    """None where one of them is not known: a peer without processes of its own has no cost."""
    return value / base if value and base else None


# -- tables --------------------------------------------------------------------------------


def page(result: Mapping[str, Any]) -> str:
    """Everything: what it ran on, a table a scenario, starts and memory, and what to mind."""
    parts = [facts_table(result)]
    for scenario in result["scenarios"]:
        parts += [f"### {scenario['name']}", _sentence(scenario["title"])]
        parts.append(scenario_table(result, scenario))
    parts += ["### Start and memory", systems_table(result)]
    notes = list(remarks(result))
    if notes:
        parts += ["### To mind in this run", "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def facts_table(result: Mapping[str, Any]) -> str:
    calibration = result["calibration_ms"]
    found = {
        **result.get("machine", {}),
        "rounds": f"{result['rounds']}, of {result['seconds']:.1f} s each",
        "load from": result.get("load", "bench.load"),
        "calibration": f"{statistics.median(calibration):.1f} ms "
        f"({min(calibration):.1f} to {max(calibration):.1f})"
        if calibration
        else "none",
    }
    return table(["run", ""], [[name, value] for name, value in found.items()])


def scenario_table(result: Mapping[str, Any], scenario: Mapping[str, Any]) -> str:
    if scenario["is_stream"]:
        return _stream_table(result, scenario)
    head = [
        "system", "req/s a core", "of plain", "of floor", "CPU ms [server, Envoy]",
        "req/s seen", f"p50 / p99 ms at {scenario['connections']}", "p50 ms at 1",
        "switches [server, Envoy]",
    ]  # fmt: skip
    lines = [
        [
            row.title,
            f"{row.per_core:,.0f}" if row.per_core else "",
            _share(row.of_plain),
            _share(row.of_floor),
            _pair(row.cpu_ms, row.cpu, "{:.3f}"),
            f"{row.rps:,.0f}",
            f"{row.p50_ms:.2f} / {row.p99_ms:.2f}",
            f"{row.alone_p50_ms:.2f}",
            _pair(row.switches, None, "{:.1f}"),
        ]
        for row in rows(result, scenario)
    ]
    return table(head, lines)


def _stream_table(result: Mapping[str, Any], scenario: Mapping[str, Any]) -> str:
    head = [
        "system", "first event p50 / p99 ms", "added ms", "first token p50 / p99 ms", "added ms",
        "gap p99 ms", "late p99 / most ms", "CPU ms a delta", "CPU ms a stream [server, Envoy]",
        "of plain", "of floor", "switches [server, Envoy]",
    ]  # fmt: skip
    lines = [
        [
            row.title,
            f"{row.event_p50:.2f} / {row.event_p99:.2f}",
            "" if row.added_event is None else f"{row.added_event:+.2f}",
            f"{row.ttft_p50:.2f} / {row.ttft_p99:.2f}",
            "" if row.added_ttft is None else f"{row.added_ttft:+.2f}",
            f"{row.gap_p99:.2f}",
            f"{row.late_p99:.1f} / {row.late_max:.1f}",
            f"{row.delta_cpu_ms:.3f}",
            _pair(row.cpu_ms, row.cpu, "{:.2f}"),
            _share(row.of_plain),
            _share(row.of_floor),
            _pair(row.switches, None, "{:.0f}"),
        ]
        for row in rows(result, scenario)
    ]
    return table(head, lines)


def systems_table(result: Mapping[str, Any]) -> str:
    lines = [
        [
            system["title"],
            "" if system["ready_s"] is None else f"{system['ready_s']:.2f}",
            f"{system['start_s']:.2f}",
            _pair(system["idle_mib"], sum(system["idle_mib"].values()), "{:.0f}"),
            _whole(system.get("worker_mib")),
            _pair(system["after_mib"], sum(system["after_mib"].values()), "{:.0f}"),
        ]
        for system in result["systems"]
    ]
    head = [
        "system", "server ready s", "first answer s", "idle MiB [server, Envoy]",
        "idle MiB of one worker", "after MiB [server, Envoy]",
    ]  # fmt: skip
    return table(head, lines)


def remarks(result: Mapping[str, Any]) -> Iterable[str]:
    """What the reader of the tables has to know about this run."""
    yield from result["mistakes"]
    if "all of it on one" in result.get("machine", {}).get("cores", ""):
        yield "there was only one core: the load's own cost is in the latencies"
    disturbed: dict[str, float] = {}
    idle: dict[str, float] = {}
    for scenario in result["scenarios"]:
        for row in rows(result, scenario):
            where = f"{scenario['name']}, {row.title}"
            if row.bad:
                failed = sum(row.bad.values())
                why = ", ".join(f"{why}: {number}" for why, number in row.bad.items())
                yield f"{where}: {failed} of {row.requests + failed} calls failed ({why})"
            if not row.requests:
                continue
            if not row.is_calm:
                yield f"{where}: it still worked 5 s after the last answer; that is not counted"
            if row.others > _DISTURBED:
                disturbed[where] = row.others
            elif not scenario["is_stream"] and row.cpu and row.busy < _SATURATED:
                idle[where] = row.busy
    if disturbed:
        yield (
            "other programs took part of the core, so req/s seen and latencies are worse than "
            f"they need be: {_places(disturbed)}"
        )
    if idle:
        yield (
            "the core was not busy all the time, so more than req/s seen is possible: "
            f"{_places(idle)}"
        )


def _places(shares: Mapping[str, float]) -> str:
    if len(shares) > 6:
        return f"{min(shares.values()):.0%} to {max(shares.values()):.0%} in {len(shares)} rows"
    return "; ".join(f"{where} ({share:.0%})" for where, share in shares.items())


def has_failed(result: Mapping[str, Any]) -> bool:
    """Whether a system did not do what its row says, or refused calls."""
    return bool(result["mistakes"]) or any(
        row.bad for scenario in result["scenarios"] for row in rows(result, scenario)
    )


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:.0f}"


def _share(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _pair(parts: Mapping[str, float], whole: float | None, shape: str) -> str:
    """`total [server, Envoy]`; parts of other names, a peer's, are added up."""
    if not parts:
        return ""
    if whole is None:
        whole = sum(parts.values())
    if set(parts) != {"server", "envoy"}:
        return shape.format(whole)
    both = ", ".join(shape.format(parts[part]) for part in ("server", "envoy"))
    return f"{shape.format(whole)} [{both}]"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well in a terminal; figures stand to the right."""
    widths = [max(len(row[column]) for row in (head, *lines)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = cells
        shown = [first.ljust(widths[0])]
        shown += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        return "| " + " | ".join(shown) + " |"

    rule = ["-" * max(3, widths[0]), *("-" * (max(3, width) - 1) + ":" for width in widths[1:])]
    if len(head) == 2:
        # Facts, not figures.
        rule[1] = "-" * widths[1]
        lines = [[name, value.ljust(widths[1])] for name, value in lines]
    return "\n".join([line(head), "| " + " | ".join(rule) + " |", *map(line, lines)])


def insert(document: str, text: str, name: str = "bench") -> str:
    """Put a text between the markers of that name. Raises ValueError when they are not there."""
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = document.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"the page needs a line {first} and, behind it, a line {last}")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"
