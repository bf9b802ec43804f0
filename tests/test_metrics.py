"""What /metrics prints."""

from bot.metrics import Metrics


def test_every_figure_is_printed_under_its_name() -> None:
    metrics = Metrics()
    metrics.articles_accepted.labels(source="Report").inc()
    metrics.polls.labels(source="Report", result="changed").inc()
    metrics.deliveries.labels(action="post", result="sent").inc(2)
    metrics.deliveries_queued.set(3)
    metrics.api_calls.labels(method="sendMessage", result="ok").inc()
    metrics.retry_after_seconds.inc(1.5)
    metrics.updates.labels(kind="message").inc()
    metrics.delivery_delay.observe(4)
    assert {
        'rubrika_articles_accepted_total{source="Report"} 1.0',
        'rubrika_polls_total{result="changed",source="Report"} 1.0',
        'rubrika_deliveries_total{action="post",result="sent"} 2.0',
        "rubrika_deliveries_queued 3.0",
        'rubrika_api_calls_total{method="sendMessage",result="ok"} 1.0',
        "rubrika_retry_after_seconds_total 1.5",
        'rubrika_updates_total{kind="message"} 1.0',
        'rubrika_delivery_delay_seconds_bucket{le="5.0"} 1.0',
        "rubrika_delivery_delay_seconds_count 1.0",
    } <= set(metrics.text().decode().splitlines())


def test_two_bots_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.retry_after_seconds.inc()
    assert b"rubrika_retry_after_seconds_total 0.0" in second.text()


def test_the_memory_of_the_process_is_printed() -> None:
    assert b"process_resident_memory_bytes" in Metrics().text()
