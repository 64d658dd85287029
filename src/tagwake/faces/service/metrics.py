"""``/metrics`` for Prometheus: requests as they are answered, and the state of the work when it is asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tagwake.faces.service.asgi import Answer
from tagwake.wiring.service import Service
from tagwake.wiring.tally import Tally

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))


class Metrics:
    """What one process has counted, and what the store says of all of them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "tagwake_requests",
            "Requests that were answered.",
            ("area", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tagwake_request_seconds",
            "How long answers took.",
            ("area",),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._hooks = Counter(
            "tagwake_hooks",
            "Hooks that were answered.",
            ("kind", "source", "status"),
            registry=self._registry,
        )
        self._hooked: dict[tuple[str, str, int], Counter] = {}
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._registry.register(_Tallied(service.tally))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._registry.register(_Work(service))

    def answered(self, area: str, method: str, status: int, seconds: float) -> None:
        """Count a request; ``area`` is one of a few words."""
        counted = self._counted.get((area, method, status))
        if counted is None:
            known = method if method in _METHODS else "other"
            counted = self._requests.labels(area, known, str(status)), self._seconds.labels(area)
            if known == method:
                self._counted[area, method, status] = counted
        counter, histogram = counted
        counter.inc()
        histogram.observe(seconds)

    def hooked(self, kind: str, source: str, status: int) -> None:
        """Count a hook; both are empty where there is no such source."""
        counted = self._hooked.get((kind, source, status))
        if counted is None:
            counted = self._hooked[kind, source, status] = self._hooks.labels(kind, source, str(status))
        counted.inc()

    async def answer(self) -> Answer:
        """All of it, in the text format."""
        body = await self._service.call(generate_latest, self._registry)
        return Answer(200, body, CONTENT_TYPE_PLAIN_0_0_4)


class _Tallied(Collector):
    """What this process has done beside answering."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand, as :class:`_Work`."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Counters, as they are now."""
        looks = CounterMetricFamily(
            "tagwake_looks", "Looks of this process at tags.", labels=("host", "outcome")
        )
        for labels, count in self._tally.looks.copy().items():
            looks.add_metric(labels, count)
        yield looks
        attempts = CounterMetricFamily(
            "tagwake_delivery_attempts", "Attempts of this process to deliver an event.", labels=("outcome",)
        )
        for outcome, count in self._tally.attempts.copy().items():
            attempts.add_metric((outcome,), count)
        yield attempts


class _Work(Collector):
    """What the store says, asked for when Prometheus asks."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering asks no store."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Gauges and counters, as they are now."""
        now = self._service.timing.now()
        yield GaugeMetricFamily(
            "tagwake_feed_cursor", "The cursor of the newest event.", value=self._service.feed.newest()
        )
        yield from self._looks(now)
        yield from self._sources()
        yield from self._subscriptions()

    def _looks(self, now: datetime) -> Iterator[Metric]:
        due = GaugeMetricFamily("tagwake_looks_due", "Tags that are due.", labels=("host",))
        leased = GaugeMetricFamily("tagwake_looks_leased", "Tags that are being looked at.", labels=("host",))
        late = GaugeMetricFamily(
            "tagwake_looks_late_seconds", "How long the first of them has been due.", labels=("host",)
        )
        paused = GaugeMetricFamily(
            "tagwake_host_paused_seconds", "How long the host is still left alone.", labels=("host",)
        )
        for each in self._service.looks.backlog(now=now):
            due.add_metric((each.host,), each.due)
            leased.add_metric((each.host,), each.leased)
            late.add_metric((each.host,), _seconds(each.oldest, now))
            paused.add_metric((each.host,), _seconds(now, each.paused_until))
        yield from (due, leased, late, paused)

    def _sources(self) -> Iterator[Metric]:
        told = CounterMetricFamily(
            "tagwake_source_deliveries",
            "Deliveries of hooks; those that are parked were accepted too.",
            labels=("kind", "source", "outcome"),
        )
        for each in self._service.sources.health():
            for outcome in ("accepted", "refused", "parked"):
                told.add_metric((each.kind, each.name, outcome), getattr(each, outcome))
        yield told

    def _subscriptions(self) -> Iterator[Metric]:
        families = {
            name: GaugeMetricFamily(f"tagwake_subscription_{name}", text, labels=("subscription",))
            for name, text in (
                ("behind", "Tags that it is to be told of and has not been."),
                ("failing", "Those of them that failed at least once."),
                ("dead", "Events that were given up."),
                ("stopped", "1 where nothing is sent."),
            )
        }
        for each in self._service.subscriptions.health():
            families["behind"].add_metric((each.name,), each.behind)
            families["failing"].add_metric((each.name,), each.failing)
            families["dead"].add_metric((each.name,), each.dead)
            families["stopped"].add_metric((each.name,), each.stopped_at is not None)
        yield from families.values()


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return 0.0 if start is None or end is None else max(0.0, (end - start).total_seconds())
