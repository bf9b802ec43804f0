"""How a channel's ticker is told in a sentence, and a change of it in the history."""

from typing import assert_never

from bot.domain.ticker_plan import AtTimes, Every, Live, TickerPlan, read
from bot.i18n import Texts
from bot.render.html import escape


def ticker_sentence(plan: TickerPlan | None, texts: Texts) -> str:
    match plan:
        case None:
            return texts("channels.ticker-off")
        case Every(minutes=minutes):
            return texts("channels.ticker-on", minutes=minutes)
        case AtTimes(cron=cron):
            return texts("schedule.at-times", cron=escape(cron))
        case Live():
            return texts("schedule.live")
        case _:
            assert_never(plan)


def ticker_change(kept: str) -> dict[str, str | int]:
    """What the history keeps of a change → the arguments of history.ticker."""
    if kept == "off":
        return {"value": kept}
    match read(kept):
        case Every(minutes=minutes):
            return {"value": "every", "minutes": minutes}
        case AtTimes(cron=cron):
            return {"value": "times", "cron": escape(cron)}
        case Live():
            return {"value": "live"}
