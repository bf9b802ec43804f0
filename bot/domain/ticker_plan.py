"""How a channel's ticker comes: in batches, each a message of its own, or live, in one pinned message a day."""

from dataclasses import dataclass
from typing import assert_never

# Minutes between two batches that a channel's menu offers, and those that may be typed.
TICKER_INTERVALS = (1, 5, 10, 15, 30, 60)
SHORTEST_INTERVAL, LONGEST_INTERVAL = 1, 1440

# A live ticker's row in the database says no more than this.
LIVE = "live"
_EVERY, _CRON = "every ", "cron "


@dataclass(frozen=True, kw_only=True, slots=True)
class Every:
    """A batch every so many minutes of the newsroom's clock face, when there is something."""

    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AtTimes:
    """A batch at the times of a cron expression (plan/cron.py), when there is something."""

    cron: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """One pinned message a day that is edited as news come."""


TickerPlan = Every | AtTimes | Live


def written(plan: TickerPlan) -> str:
    """As it stands in the database."""
    match plan:
        case Every(minutes=minutes):
            return f"{_EVERY}{minutes}"
        case AtTimes(cron=cron):
            return f"{_CRON}{cron}"
        case Live():
            return LIVE
        case _:
            assert_never(plan)


def read(text: str) -> TickerPlan:
    """The inverse of `written`."""
    if text == LIVE:
        return Live()
    if text.startswith(_EVERY):
        return Every(minutes=int(text.removeprefix(_EVERY)))
    if text.startswith(_CRON):
        return AtTimes(cron=text.removeprefix(_CRON))
    raise ValueError(f"No ticker plan is written {text!r}.")
