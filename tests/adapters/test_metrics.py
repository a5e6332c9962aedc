"""Metrics: what a record counts as, and labels that stay bounded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from extproc.adapters.metrics import MULTIPROCESS, Metrics
from extproc.core.decision import Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def exchange(metrics: Metrics, model: str, number: int = 1) -> None:
    exchange_id = f"exc_{number}"
    metrics.recorded(DecisionRecord("dec_1", exchange_id, Phase.REQUEST, 0, allowed=True))
    metrics.recorded(
        ExchangeRecord(
            exchange_id=exchange_id, at=0, api="openai", model=model, findings={"EMAIL": 2},
            timings={"mask": 1500},
        )
    )  # fmt: skip
    metrics.recorded(
        AnswerRecord(
            exchange_id=exchange_id, at=0, outcome=Outcome.COMPLETED, findings={"SSN": 1},
            input_tokens=3, output_tokens=5,
        )
    )  # fmt: skip


def test_an_exchange_is_counted_once_everywhere() -> None:
    metrics = Metrics(["gpt-*"])
    exchange(metrics, "gpt-5")
    labels = {"api": "openai", "model": "gpt-*", "outcome": "completed"}
    assert value(metrics, "extproc_exchanges_total", **labels) == 1
    assert value(metrics, "extproc_decisions_total", phase="request", code="allowed") == 1
    assert value(metrics, "extproc_findings_total", direction="request", type="EMAIL") == 2
    assert value(metrics, "extproc_findings_total", direction="response", type="SSN") == 1
    assert value(metrics, "extproc_tokens_total", direction="input", model="gpt-*") == 3
    assert value(metrics, "extproc_tokens_total", direction="output", model="gpt-*") == 5
    assert value(metrics, "extproc_stage_seconds_count", stage="mask") == 1


def test_no_caller_can_make_a_new_label() -> None:
    metrics = Metrics(["gpt-*"])
    for number in range(500):
        exchange(metrics, f"made-up-{number}", number)
        exchange(metrics, f"gpt-{number}", 1000 + number)
    text = metrics.text().decode()
    assert "made-up" not in text
    assert "gpt-7" not in text
    assert text.count("extproc_exchanges_total{") == 2


def test_processes_are_added_up(tmp_path: Path) -> None:
    program = (
        "from extproc.adapters.metrics import Metrics\n"
        "metrics = Metrics(); metrics.failed('store'); metrics.audit_queue.set(4)\n"
        "metrics.active_agents.set(7)\n"
    )
    environment = {**os.environ, MULTIPROCESS: str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    program = "from extproc.adapters.metrics import Metrics; print(Metrics().text().decode())"
    shown = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert 'extproc_failures_total{component="store"} 2.0' in shown
    assert "extproc_active_agents 7.0" in shown
    assert "extproc_audit_queue_depth 8.0" in shown
