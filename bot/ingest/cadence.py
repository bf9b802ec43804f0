"""When to poll a source next. In: its interval, failures in a row and what the server asked. Out: a time."""

from datetime import datetime, timedelta

LONGEST_BACK_OFF = 3600.0
# A server that asks for more is mistaken: a day later it is asked again.
LONGEST_RETRY_AFTER = 86400.0
# Sources that failed together should not come back together.
_JITTER_SHARE = 0.2
# 2**16 times the shortest interval is far beyond the longest back-off.
_MOST_DOUBLINGS = 16


def next_poll(
    now: datetime, *, interval: float, failures: int = 0, retry_after: float | None = None, jitter: float = 0.0
) -> datetime:
    """`failures` counts this poll too, 0 after a success; `jitter` from 0 to 1 spreads what failed together."""
    wait = interval
    if failures:
        doubled = interval * 2 ** min(failures - 1, _MOST_DOUBLINGS)
        wait = max(interval, min(doubled, LONGEST_BACK_OFF) * (1 + _JITTER_SHARE * (jitter - 0.5)))
    return now + timedelta(seconds=max(wait, min(retry_after or 0.0, LONGEST_RETRY_AFTER)))
