"""The tables as a picture: processor time a request, each scenario on its own scale. SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bench.report import Row, rows

_WIDTH = 760
_LEFT = 190
_BAR = 330
_LINE = 22
_COLOURS = {"envoy": "#9aa5b1", "server": "#2f6f9f", "other": "#b4713d"}
_NAMES = {"envoy": "Envoy", "server": "policy server"}


def picture(result: Mapping[str, Any]) -> str:
    y = 34
    parts = [_legend()]
    for scenario in result["scenarios"]:
        unit = "stream" if scenario["is_stream"] else "request"
        found = rows(result, scenario)
        longest = max((row.cpu for row in found), default=0.0)
        parts.append(_text(16, y + 16, f"{scenario['name']}: ms a {unit}", "bold"))
        y += _LINE + 4
        for row in found:
            parts.append(_bar(row, y, _BAR / longest if longest else 0.0, unit))
            y += _LINE
        y += 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 8}" '
        f'width="{_WIDTH}" height="{y + 8}" font-family="system-ui, sans-serif" font-size="12" '
        'role="img" aria-label="Processor time a request, by scenario and system">\n'
        f'<rect width="{_WIDTH}" height="{y + 8}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _legend() -> str:
    shown = []
    x = _LEFT
    for part, name in _NAMES.items():
        shown.append(f'<rect x="{x}" y="12" width="12" height="12" fill="{_COLOURS[part]}"/>')
        shown.append(_text(x + 18, 22, name))
        x += 40 + 8 * len(name)
    return "\n".join(shown)


def _bar(row: Row, y: int, scale: float, unit: str) -> str:
    shown = [_text(_LEFT - 8, y + 13, row.title, anchor="end")]
    x = float(_LEFT)
    # Envoy first, so that what stands behind it begins where plain Envoy ends.
    for part in sorted(row.cpu_ms, key=lambda name: name != "envoy"):
        width = row.cpu_ms[part] * scale
        colour = _COLOURS.get(part, _COLOURS["other"])
        shown.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_LINE - 6}" fill="{colour}"/>'
        )
        x += width
    words = f"{row.cpu:.3f}" if unit == "request" else f"{row.cpu:.2f}"
    words += f"  ({row.per_core:,.0f} {unit}s/s a core)"
    shown.append(_text(int(x) + 6, y + 13, words))
    return "\n".join(shown)


def _text(x: int, y: int, words: str, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" fill="#1b2733" font-weight="{weight}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )
