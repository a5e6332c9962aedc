"""Metrics: what a record counts as, and labels that stay bounded."""

from __future__ import annotations

import pytest

from extproc.adapters.metrics import Metrics
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


def test_processes_are_added_up() -> None:
    together = Metrics()
    for _ in range(2):
        worker = Metrics(["gpt-*"])
        for number in range(3):
            exchange(worker, "gpt-5", number)
            together.add(worker.take())
        assert worker.take() == b"", "what was handed on is not handed on again"
    labels = {"api": "openai", "model": "gpt-*", "outcome": "completed"}
    assert value(together, "extproc_exchanges_total", **labels) == 6
    assert value(together, "extproc_stage_seconds_count", stage="mask") == 6
    assert value(together, "extproc_stage_seconds_sum", stage="mask") == pytest.approx(0.009)
    assert value(together, "extproc_stage_seconds_bucket", stage="mask", le="0.001") == 0
    assert value(together, "extproc_stage_seconds_bucket", stage="mask", le="0.0025") == 6
    assert value(together, "extproc_stage_seconds_bucket", stage="mask", le="+Inf") == 6


def test_a_value_on_a_bound_is_within_it() -> None:
    metrics = Metrics()
    for held in (0, 8, 9):
        metrics.held(held)
    buckets = [
        value(metrics, "extproc_stream_held_bytes_bucket", le=le) for le in ("0.0", "8.0", "16.0")
    ]
    assert buckets == [1, 2, 3]


def test_what_never_happened_is_shown_as_zero_where_it_can_be() -> None:
    metrics = Metrics()
    assert value(metrics, "extproc_agent_limit_denials_total") == 0
    assert value(metrics, "extproc_approvals_pending") == 0
    assert value(metrics, "extproc_approval_wait_seconds_count") == 0
