"""How many posts a channel wants at most, and how far apart; and what becomes of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
# Of posts an hour, and of minutes between two, an administrator may choose these.
HOURLY_LIMITS = (1, 2, 3, 5, 10, 20)
GAPS = (5, 10, 15, 20, 30, 60)


class Overflow(StrEnum):
    """What the posts do for which there is no place: each `wait`s for its turn, or becomes a line.

    `batch`: of one message, in the next place that is free; a single one that waits has it for itself. `ticker`: of the
    channel's ticker, at once, which then carries nothing that is a post.
    """

    WAIT = "wait"
    BATCH = "batch"
    TICKER = "ticker"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelPace:
    """At most `hourly` posts within any hour, at least `gap` minutes from one to the next; None: no such limit."""

    hourly: int | None = None
    gap: int | None = None
    overflow: Overflow = Overflow.WAIT

    @property
    def is_limited(self) -> bool:
        return self.hourly is not None or self.gap is not None

    def free_at(self, recent: Sequence[datetime], now: datetime) -> datetime:
        """When the next post may go out after the `recent` ones, which come oldest first; `now`, if that is now."""
        free = now
        if self.gap is not None and recent:
            free = max(free, recent[-1] + timedelta(minutes=self.gap))
        if self.hourly is not None and len(recent) >= self.hourly:
            free = max(free, recent[-self.hourly] + HOUR)
        return free


def with_post(recent: Sequence[datetime], at: datetime) -> tuple[datetime, ...]:
    """What is to be remembered after a post: those of the last hour."""
    return (*(each for each in recent if each > at - HOUR), at)
