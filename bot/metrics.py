"""What the bot counts of itself. In: every stage counts here. Out: Prometheus text at /metrics."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector

# From seen to sent: a few seconds when all is well, minutes behind a long queue or a wait that Telegram imposed.
_DELAYS = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """One object a process, with a registry of its own: two bots in one test do not mix."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        # A series of creation times beside every counter would double the page.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.articles_accepted = self._counter("articles_accepted", "Articles that are new to us.", "source")
        self.polls = self._counter("polls", "Polls of a source by what came of them.", "source", "result")
        self.deliveries = self._counter("deliveries", "Deliveries by what became of them.", "action", "result")
        self.deliveries_queued = Gauge(
            "rubrika_deliveries_queued", "Deliveries that wait to be sent.", registry=self._registry
        )
        self.let_go = self._counter("let_go", "Rows that were older than RETENTION_DAYS.", "kind")
        self.deliveries_let_go = Gauge(
            "rubrika_deliveries_let_go",
            "Deliveries of former times that are kept as counts only, all processes and starts together.",
            ["destination", "action", "state"],
            registry=self._registry,
        )
        self.roles = Gauge(
            "rubrika_role",
            "1 for what this process does at the moment as the only one of all.",
            ("role",),
            registry=self._registry,
        )
        self.api_calls = self._counter("api_calls", "Calls of the Bot API by their answer.", "method", "result")
        self.retry_after_seconds = self._counter("retry_after_seconds", "Seconds that Telegram told us to wait.")
        self.updates = self._counter("updates", "Updates received from Telegram.", "kind")
        self.publishing_requests = self._counter(
            "publishing_requests", "Calls of the publishing API by what came of them.", "method", "result"
        )
        self.websub_pings = self._counter("websub_pings", "What WebSub hubs brought, by what came of it.", "result")
        self.delivery_delay = Histogram(
            "rubrika_delivery_delay_seconds",
            "From an article being seen to its message being sent.",
            buckets=_DELAYS,
            registry=self._registry,
        )

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"rubrika_{name}", meaning, labels, registry=self._registry)
