"""Tickers and their lines in the database."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, func, literal, null, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.channel_pace import Overflow
from bot.domain.destination import Audience, DestinationId
from bot.domain.rubric import Slug
from bot.domain.ticker import Sheet, Ticker, TickerId, TickerLayout, TickerLine
from bot.store.audience import audience_condition
from bot.store.dialect import insert
from bot.store.tables import articles, destinations, ticker_lines, tickers

# Each line is an entity at least, and Telegram keeps a hundred of them.
MAX_LINES = 100


class Tickers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def collect(
        self, article_id: ArticleId, *, rubric: Slug, audience: Audience, is_headline: bool = False
    ) -> int:
        """Let a line wait for the ticker of every channel of the audience that never had this article's line.

        But for channels whose ticker tells what their posts leave over, unless nothing but a headline is known.
        """
        chosen = select(destinations.c.id, literal(article_id), literal(rubric), null()).where(
            audience_condition(audience), destinations.c.ticker_plan.is_not(None)
        )
        if not is_headline:
            overflow = func.coalesce(destinations.c.pace_overflow, Overflow.WAIT.value)
            chosen = chosen.where(~destinations.c.articles_on | (overflow != Overflow.TICKER.value))
        columns = ["destination_id", "article_id", "rubric", "ticker_id"]
        statement = insert(self._connection, ticker_lines).from_select(columns, chosen).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount

    async def waiting(self, destination_id: DestinationId) -> list[TickerLine]:
        rows = await self._connection.execute(
            select(*_LINE)
            .join_from(ticker_lines, articles, articles.c.id == ticker_lines.c.article_id)
            .where(
                ticker_lines.c.destination_id == destination_id,
                ticker_lines.c.ticker_id.is_(None),
                ~articles.c.recalled,
            )
            .order_by(articles.c.published_at, articles.c.id)
        )
        return [_line(row) for row in rows]

    async def forget_article(self, article_id: ArticleId) -> None:
        """It was recalled before its lines were taken."""
        await self._connection.execute(
            ticker_lines.delete().where(ticker_lines.c.article_id == article_id, ticker_lines.c.ticker_id.is_(None))
        )

    async def forget_waiting(self, destination_id: DestinationId) -> None:
        """The backlog of a ticker that was switched off or a channel that was paused."""
        await self._connection.execute(
            ticker_lines.delete().where(
                ticker_lines.c.destination_id == destination_id, ticker_lines.c.ticker_id.is_(None)
            )
        )

    async def read(self, found: Collection[TickerId]) -> dict[TickerId, tuple[Ticker, Sheet]]:
        """What the messages of these tickers show now, oldest line first and no more of the newest than any could hold."""
        rows = await self._connection.execute(select(tickers).where(tickers.c.id.in_(list(found))))
        known = {row.id: _ticker(row) for row in rows}
        lines: dict[int, list[TickerLine]] = {ticker_id: [] for ticker_id in known}
        place = func.row_number().over(
            partition_by=ticker_lines.c.ticker_id, order_by=(articles.c.published_at.desc(), articles.c.id.desc())
        )
        ranked = (
            select(ticker_lines.c.ticker_id, place.label("place"), *_LINE)
            .join_from(ticker_lines, articles, articles.c.id == ticker_lines.c.article_id)
            .where(ticker_lines.c.ticker_id.in_(list(known)), ~articles.c.recalled)
            .subquery()
        )
        newest = select(ranked).where(ranked.c.place <= MAX_LINES).order_by(ranked.c.ticker_id, ranked.c.place.desc())
        for row in await self._connection.execute(newest):
            lines[row.ticker_id].append(_line(row))
        return {
            TickerId(ticker_id): (each, Sheet(day=each.day, layout=each.layout, lines=tuple(lines[ticker_id])))
            for ticker_id, each in known.items()
        }

    async def open(self, destination_id: DestinationId, day: date, lines: list[ArticleId]) -> TickerId:
        """A batch with these lines; its message is posted once."""
        result = await self._connection.execute(
            plain_insert(tickers).values(destination_id=destination_id, day=day, revision=0).returning(tickers.c.id)
        )
        ticker_id = TickerId(result.scalar_one())
        await self._connection.execute(
            update(ticker_lines)
            .where(
                ticker_lines.c.destination_id == destination_id,
                ticker_lines.c.article_id.in_(lines),
                ticker_lines.c.ticker_id.is_(None),
            )
            .values(ticker_id=ticker_id)
        )
        return ticker_id


_LINE = (articles.c.id, articles.c.published_at, articles.c.title, articles.c.url, ticker_lines.c.rubric)


def _line(row: Row[*tuple[Any, ...]]) -> TickerLine:
    return TickerLine(
        article_id=ArticleId(row.id),
        published_at=row.published_at,
        title=row.title,
        url=row.url,
        rubric=Slug(row.rubric),
    )


def _ticker(row: Row[*tuple[Any, ...]]) -> Ticker:
    return Ticker(
        id=TickerId(row.id),
        destination_id=DestinationId(row.destination_id),
        day=row.day,
        revision=row.revision,
        layout=TickerLayout(row.layout),
    )
