"""New articles of a source → whether editors are asked before they go out. Pure. Next: intake.py asks, the store holds.

A source that comes back after a break brings a backlog, and one that suddenly offers far more than its habit brings what
nobody published just now. Neither may flood the readers.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from statistics import median_high

from bot.domain.article import NewArticle
from bot.domain.source import Source

# What is younger is news, whatever became of its source.
FRESH = timedelta(hours=1)
# A source that was not read for so long, in time or in its own intervals, is back after a break.
BREAK, BREAK_INTERVALS = timedelta(hours=6), 20
_MOST_AFTER_A_BREAK = 3
# New articles in one poll: this many are never too many, of a source without a habit yet twice as many, and of one
# that has a habit five times that.
LEAST_FLOOD, YOUNG_FLOOD, HABITS = 15, 30, 5
# Habits are looked for in so many days, and found in no fewer than these.
HABIT_DAYS, _LEAST_DAYS = 7, 3
_SPAN = timedelta(minutes=10)


def is_fresh(article: NewArticle, now: datetime) -> bool:
    return article.published_at > now - FRESH


def must_hold(source: Source, new: Collection[NewArticle], *, now: datetime, habit: int | None) -> bool:
    """Whether editors are asked before this goes out: a backlog after a break, or far more than the source's habit."""
    if len(new) > (YOUNG_FLOOD if habit is None else max(LEAST_FLOOD, HABITS * habit)):
        return True
    pause = max(BREAK, timedelta(seconds=BREAK_INTERVALS * source.spec.interval))
    is_back = source.last_success_at is not None and source.last_success_at < now - pause
    return is_back and sum(not is_fresh(article, now) for article in new) > _MOST_AFTER_A_BREAK


def habit(seen_at: Collection[datetime]) -> int | None:
    """The most articles that the source brought in ten minutes, on a usual day; None while too few days tell.

    The middle of the days' figures, so that one flood does not become the habit.
    """
    spans = Counter((moment.date(), int(moment.timestamp() // _SPAN.total_seconds())) for moment in seen_at)
    most: dict[date, int] = {}
    for (day, _), count in spans.items():
        most[day] = max(most.get(day, 0), count)
    return median_high(most.values()) if len(most) >= _LEAST_DAYS else None
