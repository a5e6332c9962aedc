"""The metrics of the contract, on prometheus-client. Every label is bounded.

With several processes each counts into files of its own (prometheus-client's multiprocess mode,
which the environment chooses before the import), and a scrape adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Record

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
OTHER = "other"
"""The label of every model that no upstream lists."""

_STAGE_SECONDS = (
    0.00001, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1.0,
)  # fmt: skip
_WAIT_SECONDS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_HELD_BYTES = (0, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384, 65536)
_OPEN_EXCHANGES = 100_000


class Metrics:
    """Fulfils service.meter.Meter. One per process."""

    def __init__(self, models: Sequence[str] = ()) -> None:
        """`models`: the globs that the upstreams list; a model's label is the glob it matches."""
        self.registry = registry = CollectorRegistry()
        self._models = tuple(models)
        # api and model of an exchange whose answer has not been recorded yet.
        self._open: dict[str, tuple[str, str]] = {}
        self._children: dict[tuple[Any, tuple[str, ...]], Any] = {}
        self.exchanges = Counter(
            "extproc_exchanges",
            "Exchanges that ended, by how.",
            ("api", "model", "outcome"),
            registry=registry,
        )
        self.decisions = Counter(
            "extproc_decisions",
            "Policy decisions and refusals, by phase and code (allowed, or the refusal's code).",
            ("phase", "code"),
            registry=registry,
        )
        self.findings = Counter(
            "extproc_findings",
            "Sensitive values that were found, by direction and type.",
            ("direction", "type"),
            registry=registry,
        )
        self.active_agents = Gauge(
            "extproc_active_agents",
            "Agents that hold a lease.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self.agent_limit_denials = Counter(
            "extproc_agent_limit_denials",
            "Agents that were not started because a limit was reached.",
            registry=registry,
        )
        self.credentials_issued = Counter(
            "extproc_credentials_issued",
            "Credentials issued, by the kind of identity that asked.",
            ("source",),
            registry=registry,
        )
        self.approvals_pending = Gauge(
            "extproc_approvals_pending",
            "Exchanges that wait for a person.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self.approvals = Counter(
            "extproc_approvals", "Approvals, by state.", ("state",), registry=registry
        )
        self.approval_wait = Histogram(
            "extproc_approval_wait_seconds",
            "From the request for an approval to its decision.",
            buckets=_WAIT_SECONDS,
            registry=registry,
        )
        self.stages = Histogram(
            "extproc_stage_seconds",
            "Time spent in one stage of a call.",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=registry,
        )
        self.stream_held = Histogram(
            "extproc_stream_held_bytes",
            "Bytes held back after a piece of a stream.",
            buckets=_HELD_BYTES,
            registry=registry,
        )
        self.tokens = Counter(
            "extproc_tokens",
            "Tokens that upstreams reported.",
            ("direction", "model"),
            registry=registry,
        )
        self.audit_queue = Gauge(
            "extproc_audit_queue_depth",
            "Records that wait to be written.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self.failures = Counter(
            "extproc_failures",
            "Times a component could not answer, so that a call was refused.",
            ("component",),
            registry=registry,
        )

    def text(self) -> bytes:
        """The exposition format of Prometheus, of all processes together."""
        if MULTIPROCESS not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    # -- service.meter.Meter ---------------------------------------------------------------

    def recorded(self, record: Record) -> None:
        match record:
            case DecisionRecord():
                self._of(self.decisions, record.phase, record.code or "allowed").inc()
            case ExchangeRecord():
                label = self.model_label(record.model)
                if len(self._open) < _OPEN_EXCHANGES:
                    self._open[record.exchange_id] = (record.api, label)
                self._find("request", record.findings)
                for stage in ("parse", "mask"):
                    if stage in record.timings:
                        self.stage(stage, record.timings[stage])
            case AnswerRecord():
                api, model = self._open.pop(record.exchange_id, (OTHER, OTHER))
                self._of(self.exchanges, api, model, record.outcome).inc()
                self._find("response", record.findings)
                if record.input_tokens:
                    self._of(self.tokens, "input", model).inc(record.input_tokens)
                if record.output_tokens:
                    self._of(self.tokens, "output", model).inc(record.output_tokens)

    def failed(self, component: str) -> None:
        self._of(self.failures, component).inc()

    def stage(self, stage: str, microseconds: int) -> None:
        self._of(self.stages, stage).observe(microseconds / 1e6)

    def held(self, size: int) -> None:
        self.stream_held.observe(size)

    def model_label(self, model: str) -> str:
        for glob in self._models:
            if glob in (model, "*") or fnmatchcase(model, glob):
                return glob
        return OTHER

    def _find(self, direction: str, findings: dict[str, int]) -> None:
        for kind, count in findings.items():
            self._of(self.findings, direction, kind).inc(count)

    def _of(self, metric: Any, *labels: str) -> Any:
        """The metric's child for these labels, looked up once: `labels` checks them each time."""
        key = (metric, labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child


def forget_process(pid: int) -> None:
    """A process has ended: what it counted stays, what it was at the moment goes."""
    if MULTIPROCESS in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
