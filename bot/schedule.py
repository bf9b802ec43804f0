"""The only APScheduler file: which tick runs when.

A tick only wakes a stage, which asks the store what is due; nothing is pickled, and a restart needs no repair.
Ticks come a little sooner or later than the last ones did: of two processes that tick in step, the one a moment ahead would
take all that is due each time, and the other would poll nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

# Of the time between two ticks: the most by which it is shorter or longer.
_SWAY = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """`every`: on average."""

    name: str
    every: timedelta
    wake: Callable[[], None]


class Schedule:
    def __init__(self, ticks: Sequence[Tick], zone: ZoneInfo) -> None:
        # A tick that could not run in time still runs, once: the default drops it after one second.
        self._scheduler = AsyncIOScheduler(
            timezone=zone, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for tick in ticks:
            every = tick.every.total_seconds()
            # Its jitter only adds: from none to all of it.
            trigger = IntervalTrigger(seconds=every * (1 - _SWAY), jitter=every * 2 * _SWAY)
            self._scheduler.add_job(_run, trigger, [tick], id=tick.name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


async def _run(tick: Tick) -> None:
    # A coroutine, so that it runs in the event loop and not in a thread, where waking an asyncio task is not allowed.
    tick.wake()
