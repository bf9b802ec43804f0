"""Live tickers in the database: one open message a channel, for one day, taking the lines that wait.

Each step serves many channels with one statement, since channels with the same rubrics have the same news at the same moment.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Action, SubjectKind
from bot.domain.destination import DestinationId, DestinationState
from bot.domain.quiet import QuietHours
from bot.domain.ticker import TickerId, TickerLayout
from bot.domain.ticker_plan import LIVE
from bot.store.audience import holds_during
from bot.store.destinations import HAS_TICKER
from bot.store.dialect import insert
from bot.store.tables import articles, deliveries, destinations, posts, ticker_lines, tickers

# Spelled out, so that a database sees that the partial index is meant.
_IS_OPEN = text("tickers.is_open")
_IS_WAITING = text("ticker_lines.ticker_id IS NULL")


class LiveTickers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(
        self, *, now: datetime, day: date, limit: int, quiet: Collection[QuietHours] = ()
    ) -> list[DestinationId]:
        """Channels with lines to take, or whose open message is of an earlier day; held until the transaction ends.

        `quiet`: the quiet hours in which `now` falls; where they hold posts, lines wait for their end.
        """
        has_lines = exists().where(
            _IS_WAITING,
            ticker_lines.c.destination_id == destinations.c.id,
            ticker_lines.c.article_id == articles.c.id,
            ~articles.c.recalled,
        )
        is_of_the_past = exists().where(_IS_OPEN, tickers.c.destination_id == destinations.c.id, tickers.c.day < day)
        found = await self._connection.scalars(
            select(destinations.c.id)
            .where(
                HAS_TICKER,
                destinations.c.ticker_plan == LIVE,
                destinations.c.state == DestinationState.ACTIVE.value,
                *(~holds_during(each) for each in quiet),
                or_((destinations.c.ticker_next_at <= now) & has_lines, is_of_the_past),
            )
            .order_by(destinations.c.id)
            .limit(limit)
            .with_for_update(of=destinations)
        )
        return [DestinationId(found_id) for found_id in found]

    async def close_past(self, channels: Collection[DestinationId], day: date) -> list[TickerId]:
        """Those of an earlier day that hold lines, and those whose message never came to stand, take no more of them."""
        is_over = or_(~_is_posted(), and_(tickers.c.day < day, _has_lines()))
        return await self._close(tickers.c.destination_id.in_(list(channels)) & is_over)

    async def close(self, channel_id: DestinationId) -> list[TickerId]:
        """The channel has no live ticker any more."""
        return await self._close(tickers.c.destination_id == channel_id)

    async def date_anew(self, channels: Collection[DestinationId], day: date) -> list[TickerId]:
        """An earlier day's message without a line serves the next day."""
        found = await self._connection.scalars(
            update(tickers)
            .where(_IS_OPEN, tickers.c.destination_id.in_(list(channels)), tickers.c.day < day)
            .values(day=day, revision=tickers.c.revision + 1)
            .returning(tickers.c.id)
        )
        return [TickerId(found_id) for found_id in found]

    async def open(self, channels: Collection[DestinationId], day: date) -> list[TickerId]:
        """A message for each that has none; a unique index keeps it one."""
        lacking = select(destinations.c.id, literal(day), literal(0), literal(TickerLayout.LIVE.value), true()).where(
            destinations.c.id.in_(list(channels)),
            ~exists().where(_IS_OPEN, tickers.c.destination_id == destinations.c.id),
        )
        columns = ["destination_id", "day", "revision", "layout", "is_open"]
        found = await self._connection.scalars(
            insert(self._connection, tickers).from_select(columns, lacking).returning(tickers.c.id)
        )
        return [TickerId(found_id) for found_id in found]

    async def take(self, channels: Collection[DestinationId], *, opened: Collection[TickerId]) -> list[TickerId]:
        """Waiting lines go into the open messages. Those not just `opened` show them with their next revision."""
        its_ticker = (
            select(tickers.c.id)
            .where(_IS_OPEN, tickers.c.destination_id == ticker_lines.c.destination_id)
            .scalar_subquery()
        )
        taken = await self._connection.scalars(
            update(ticker_lines)
            .where(_IS_WAITING, ticker_lines.c.destination_id.in_(list(channels)))
            .values(ticker_id=its_ticker)
            .returning(ticker_lines.c.ticker_id)
        )
        grown = sorted({TickerId(found_id) for found_id in taken} - set(opened))
        await self._connection.execute(
            update(tickers).where(tickers.c.id.in_(grown)).values(revision=tickers.c.revision + 1)
        )
        return grown

    async def rest(self, channels: Collection[DestinationId], *, until: datetime) -> None:
        await self._connection.execute(
            update(destinations).where(destinations.c.id.in_(list(channels))).values(ticker_next_at=until)
        )

    async def lose(self, found: Collection[TickerId]) -> None:
        """Somebody deleted these messages: the lines of an open one wait for a fresh one."""
        await self._free_lines(await self._close(tickers.c.id.in_(list(found))))

    async def move(self, channel_id: DestinationId) -> list[TickerId]:
        """The open message gives its lines to a fresh one, which comes elsewhere."""
        found = await self._close(tickers.c.destination_id == channel_id)
        await self._free_lines(found)
        return found

    async def _free_lines(self, closed: Collection[TickerId]) -> None:
        await self._connection.execute(
            update(ticker_lines).where(ticker_lines.c.ticker_id.in_(list(closed))).values(ticker_id=None)
        )

    async def _close(self, condition: ColumnElement[bool]) -> list[TickerId]:
        found = await self._connection.scalars(
            update(tickers).where(_IS_OPEN, condition).values(is_open=false()).returning(tickers.c.id)
        )
        return [TickerId(found_id) for found_id in found]


def _is_posted() -> ColumnElement[bool]:
    """It stands in its chat, or is on its way there."""
    return or_(
        exists().where(
            posts.c.destination_id == tickers.c.destination_id,
            posts.c.subject_kind == SubjectKind.TICKER.value,
            posts.c.subject_id == tickers.c.id,
        ),
        exists().where(
            text("deliveries.state IN ('queued', 'sending')"),
            deliveries.c.destination_id == tickers.c.destination_id,
            deliveries.c.subject_kind == SubjectKind.TICKER.value,
            deliveries.c.subject_id == tickers.c.id,
            deliveries.c.action == Action.POST.value,
        ),
    )


def _has_lines() -> ColumnElement[bool]:
    return exists().where(
        ticker_lines.c.ticker_id == tickers.c.id, ticker_lines.c.article_id == articles.c.id, ~articles.c.recalled
    )
