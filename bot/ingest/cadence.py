"""When to poll a source next. In: its interval, failures in a row and what the site asked. Out: a time.

Sources of one interval are spread over its minute, each at its own phase, and stay there: a poll that ran late, or took
long, moves the next one by nothing.
"""

import math
from datetime import datetime, timedelta

LONGEST_BACK_OFF = 3600.0
# A server that asks for more is mistaken: a day later it is asked again.
LONGEST_RETRY_AFTER = 86400.0
# What ttl, max-age and Expires may make of a shorter interval. They are defaults of a CMS or a CDN more often than a wish
# (an hour, a day, a year), and an asking with validators costs the site next to nothing: news may not wait for them.
LONGEST_COURTESY = 900.0
# Sources that failed together should not come back together.
_JITTER_SHARE = 0.2
# 2**16 times the shortest interval is far beyond the longest back-off.
_MOST_DOUBLINGS = 16
# The longest span that sources are spread over, so that an hourly source is early or late by half a minute at most.
_SPREAD = 60.0
# Multiples of it fall apart more evenly than those of any other number, however many there are.
_GOLDEN = (math.sqrt(5) - 1) / 2


def next_poll(
    now: datetime,
    *,
    interval: float,
    failures: int = 0,
    asked: float = 0.0,
    retry_after: float | None = None,
    jitter: float = 0.0,
    phase: float | None = None,
) -> datetime:
    """`failures` counts this poll too, 0 after a success; `jitter` from 0 to 1 spreads what failed together.

    `asked` is the most that the document (ttl) and the server (freshness) asked for, in seconds, and is granted up to
    LONGEST_COURTESY; `retry_after` is granted in full. `phase` from 0 to 1 is the source's own place among those of its
    interval (`phase_of`): the next poll is at the nearest one, never before half the interval. None: not spread.
    """
    if failures:
        doubled = interval * 2 ** min(failures - 1, _MOST_DOUBLINGS)
        wait = max(interval, min(doubled, LONGEST_BACK_OFF) * (1 + _JITTER_SHARE * (jitter - 0.5)))
    else:
        wait = max(interval, min(asked, LONGEST_COURTESY))
        wait += 0.0 if phase is None else _to_slot(now.timestamp() + wait, interval, phase)
    return now + timedelta(seconds=max(wait, min(retry_after or 0.0, LONGEST_RETRY_AFTER)))


def phase_of(source_id: int) -> float:
    """The same for ever, and far from those of the neighbours."""
    return source_id * _GOLDEN % 1


def _to_slot(moment: float, interval: float, phase: float) -> float:
    """How far the nearest slot is. An interval is a whole number of spans, so that it leads from slot to slot."""
    span = interval / max(1, math.ceil(interval / _SPREAD))
    return (phase * span - moment + span / 2) % span - span / 2
