"""Ticker: whose line it is, when the next tick comes, and which message takes the waiting lines."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.article import Article
from bot.domain.destination import Audience, Mode, readers
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerLine


def audience(article: Article, rubric: Slug, *, published: Collection[Language], default: Language) -> Audience:
    """The channels whose ticker carries `rubric`. One rubric a call: a line shows the first that the channel chose."""
    return Audience(
        rubrics=(rubric,),
        languages=readers(article.language, published=published, default=default),
        modes=(Mode.TICKER,),
    )


def next_tick(now: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """The first multiple of `minutes` on the newsroom's clock face after `now`, in UTC."""
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=minutes)
    # Counted in local wall time, then brought back through UTC so that a change of the clocks cannot repeat a tick.
    passed = local.replace(tzinfo=None) - midnight.replace(tzinfo=None)
    coming = midnight.replace(tzinfo=None) + (passed // step + 1) * step
    moment = coming.replace(tzinfo=zone).astimezone(UTC)
    while moment <= now:
        moment += step
    return moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrangement:
    """Lines that the standing ticker takes on, and the lines of each new ticker after it."""

    extend: tuple[TickerLine, ...]
    open: tuple[tuple[TickerLine, ...], ...]


def arrange(
    standing: Sequence[TickerLine] | None,
    waiting: Sequence[TickerLine],
    fits: Callable[[Sequence[TickerLine]], bool],
) -> Arrangement:
    """Fill the standing ticker, if there is one, then as many new ones as it takes; `fits` knows Telegram's limits."""
    rest = list(waiting)
    extend: list[TickerLine] = []
    if standing is not None:
        while rest and fits([*standing, *extend, rest[0]]):
            extend.append(rest.pop(0))
    opened: list[tuple[TickerLine, ...]] = []
    while rest:
        # A line that fits nowhere would loop for ever; alone in its message it is cut when rendered.
        taken = [rest.pop(0)]
        while rest and fits([*taken, rest[0]]):
            taken.append(rest.pop(0))
        opened.append(tuple(taken))
    return Arrangement(extend=tuple(extend), open=tuple(opened))
