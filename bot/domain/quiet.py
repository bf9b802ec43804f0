"""The hours in which a channel is quiet: what comes then waits for their end, or comes without a sound."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class QuietMode(StrEnum):
    """`hold`: posts wait, but not pushes, corrections and recalls; `silent`: they come without a notification."""

    HOLD = "hold"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """From one full hour of the newsroom's day to another, over midnight if `end` is the smaller one; never the same."""

    start: int
    end: int
    mode: QuietMode

    @property
    def period(self) -> str:
        return f"{self.start:02}:00–{self.end:02}:00"

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet in which `now` falls ends; None: it is not quiet."""
        local = now.astimezone(zone)
        is_quiet = (local.hour - self.start) % 24 < (self.end - self.start) % 24
        if not is_quiet:
            return None
        day = local.date() if local.hour < self.end else local.date() + timedelta(days=1)
        end = datetime.combine(day, time(self.end), zone).astimezone(UTC)
        # In the night of a change of the clocks the hour may come twice.
        return end if end > now else end + timedelta(hours=1)


USUAL = QuietHours(start=23, end=7, mode=QuietMode.HOLD)
