"""The metrics of the contract. Every label is bounded.

Counting is on the path of every call, so it is a dictionary and an addition. A worker counts for
itself and hands on, a few times a second, what it counted since (`take`); the control process
adds it up (`add`) and shows it through prometheus-client.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Record

OTHER = "other"
"""The label of every model that no upstream lists."""

_STAGE_SECONDS = (
    0.00001, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1.0,
)  # fmt: skip
_WAIT_SECONDS = (1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
_HELD_BYTES = (0.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0, 16384.0, 65536.0)
_OPEN_EXCHANGES = 100_000

Labels = tuple[str, ...]


class Counter:
    kind = "counter"

    def __init__(self, name: str, text: str, labels: Labels = ()) -> None:
        self.name = name
        self.text = text
        self.labels = labels
        self.values: dict[Labels, float] = {}

    def inc(self, *labels: str, by: float = 1) -> None:
        self.values[labels] = self.values.get(labels, 0) + by

    def family(self) -> Metric:
        family = CounterMetricFamily(self.name, self.text, labels=self.labels)
        values = self.values if self.labels else {(): 0, **self.values}
        for labels, value in values.items():
            family.add_metric(labels, value)
        return family


class Gauge:
    kind = "gauge"

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.labels: Labels = ()
        self.value = 0.0

    def set(self, value: float) -> None:
        self.value = value

    def family(self) -> Metric:
        return GaugeMetricFamily(self.name, self.text, value=self.value)


class Histogram:
    kind = "histogram"

    def __init__(self, name: str, text: str, bounds: Sequence[float], labels: Labels = ()) -> None:
        self.name = name
        self.text = text
        self.labels = labels
        self.bounds = bounds
        self.values: dict[Labels, list[float]] = {}
        """For each bucket how many fell into it alone, one more for those beyond; then the sum."""

    def observe(self, value: float, *labels: str) -> None:
        row = self.values.get(labels)
        if row is None:
            row = self.values[labels] = [0.0] * (len(self.bounds) + 2)
        row[bisect_left(self.bounds, value)] += 1
        row[-1] += value

    def family(self) -> Metric:
        family = HistogramMetricFamily(self.name, self.text, labels=self.labels)
        empty = [0.0] * (len(self.bounds) + 2)
        values = self.values if self.labels else {(): empty, **self.values}
        names = [*(repr(bound) for bound in self.bounds), "+Inf"]
        for labels, row in values.items():
            count = 0.0
            buckets: list[tuple[str, float]] = []
            for name, number in zip(names, row, strict=False):
                count += number
                buckets.append((name, count))
            family.add_metric(labels, buckets, row[-1])
        return family


class _Counted(msgspec.Struct, array_like=True):
    counters: list[tuple[str, Labels, float]]
    histograms: list[tuple[str, Labels, list[float]]]


class Metrics:
    """Fulfils service.meter.Meter. One per process."""

    def __init__(self, models: Sequence[str] = ()) -> None:
        """`models`: the globs that the upstreams list; a model's label is the glob it matches."""
        self._models = tuple(models)
        # api and model of an exchange whose answer has not been recorded yet.
        self._open: dict[str, tuple[str, str]] = {}
        self.exchanges = Counter(
            "extproc_exchanges",
            "Exchanges that ended, by how.",
            ("api", "model", "outcome"),
        )
        self.decisions = Counter(
            "extproc_decisions",
            "Policy decisions and refusals, by phase and code (allowed, or the refusal's code).",
            ("phase", "code"),
        )
        self.findings = Counter(
            "extproc_findings",
            "Sensitive values that were found, by direction and type.",
            ("direction", "type"),
        )
        self.active_agents = Gauge("extproc_active_agents", "Agents that hold a lease.")
        self.agent_limit_denials = Counter(
            "extproc_agent_limit_denials",
            "Agents that were not started because a limit was reached.",
        )
        self.budget_denials = Counter(
            "extproc_budget_denials",
            "Calls that were refused because a budget was spent, by whose.",
            ("scope",),
        )
        self.shared_credentials = Counter(
            "extproc_shared_credentials",
            "Credentials that several addresses were seen to use at once.",
        )
        self.credentials_issued = Counter(
            "extproc_credentials_issued",
            "Credentials issued, by the kind of identity that asked.",
            ("source",),
        )
        self.approvals_pending = Gauge(
            "extproc_approvals_pending", "Exchanges that wait for a person."
        )
        self.approvals = Counter("extproc_approvals", "Approvals, by state.", ("state",))
        self.approval_wait = Histogram(
            "extproc_approval_wait_seconds",
            "From the request for an approval to its decision.",
            _WAIT_SECONDS,
        )
        self.webhooks = Counter(
            "extproc_webhooks",
            "Messages about approvals: sent, failed (a try), given_up.",
            ("outcome",),
        )
        self.stages = Histogram(
            "extproc_stage_seconds",
            "Time spent in one stage of a call.",
            _STAGE_SECONDS,
            ("stage",),
        )
        self.stream_held = Histogram(
            "extproc_stream_held_bytes",
            "Bytes held back after a piece of a stream.",
            _HELD_BYTES,
        )
        self.tokens = Counter(
            "extproc_tokens",
            "Tokens that upstreams reported.",
            ("direction", "model"),
        )
        self.audit_queue = Gauge("extproc_audit_queue_depth", "Records that wait to be written.")
        self.failures = Counter(
            "extproc_failures",
            "Times a component could not answer, so that a call was refused.",
            ("component",),
        )
        self.all: dict[str, Counter | Gauge | Histogram] = {
            metric.name: metric
            for metric in vars(self).values()
            if isinstance(metric, Counter | Gauge | Histogram)
        }
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """For prometheus-client's registry."""
        for metric in self.all.values():
            yield metric.family()

    def text(self) -> bytes:
        """The exposition format of Prometheus."""
        return generate_latest(self.registry)

    def take(self) -> bytes:
        """What was counted since the last time, for `add` elsewhere; empty when nothing was."""
        counted = _Counted([], [])
        for metric in self.all.values():
            if isinstance(metric, Counter) and metric.values:
                counted.counters += [(metric.name, *item) for item in metric.values.items()]
                metric.values = {}
            elif isinstance(metric, Histogram) and metric.values:
                counted.histograms += [(metric.name, *item) for item in metric.values.items()]
                metric.values = {}
        if not counted.counters and not counted.histograms:
            return b""
        return msgspec.msgpack.encode(counted)

    def add(self, data: bytes) -> None:
        """Add what another process counted. Raises msgspec.MsgspecError, KeyError."""
        counted = msgspec.msgpack.decode(data, type=_Counted)
        for name, labels, value in counted.counters:
            counter = self.all[name]
            assert isinstance(counter, Counter)
            counter.inc(*labels, by=value)
        for name, labels, row in counted.histograms:
            histogram = self.all[name]
            assert isinstance(histogram, Histogram)
            known = histogram.values.setdefault(labels, [0.0] * len(row))
            known[:] = [one + other for one, other in zip(known, row, strict=True)]

    # -- service.meter.Meter ---------------------------------------------------------------

    def recorded(self, record: Record) -> None:
        match record:
            case DecisionRecord():
                self.decisions.inc(record.phase, record.code or "allowed")
            case ExchangeRecord():
                label = self.model_label(record.model)
                if len(self._open) < _OPEN_EXCHANGES:
                    self._open[record.exchange_id] = (record.api, label)
                for kind, count in record.findings.items():
                    self.findings.inc("request", kind, by=count)
                for stage in ("parse", "mask"):
                    if stage in record.timings:
                        self.stage(stage, record.timings[stage])
            case AnswerRecord():
                api, model = self._open.pop(record.exchange_id, (OTHER, OTHER))
                self.exchanges.inc(api, model, record.outcome)
                for kind, count in record.findings.items():
                    self.findings.inc("response", kind, by=count)
                if record.input_tokens:
                    self.tokens.inc("input", model, by=record.input_tokens)
                if record.output_tokens:
                    self.tokens.inc("output", model, by=record.output_tokens)

    def failed(self, component: str) -> None:
        self.failures.inc(component)

    def stage(self, stage: str, microseconds: int) -> None:
        self.stages.observe(microseconds / 1e6, stage)

    def held(self, size: int) -> None:
        self.stream_held.observe(size)

    def model_label(self, model: str) -> str:
        for glob in self._models:
            if glob in (model, "*") or fnmatchcase(model, glob):
                return glob
        return OTHER
