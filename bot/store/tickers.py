"""Tickers and their lines in the database."""

from datetime import date

from sqlalchemy import ColumnElement, exists, literal, null, or_, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, SubjectKind
from bot.domain.destination import Audience, DestinationId
from bot.domain.rubric import Slug
from bot.domain.ticker import Ticker, TickerId, TickerLine
from bot.store.destinations import audience_condition
from bot.store.dialect import insert
from bot.store.tables import articles, deliveries, destinations, posts, ticker_lines, tickers


class Tickers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def collect(self, article_id: ArticleId, *, rubric: Slug, audience: Audience) -> int:
        """Let a line wait for the next tick of every channel of the audience that never had this article's line."""
        chosen = select(destinations.c.id, literal(article_id), literal(rubric), null()).where(
            audience_condition(audience), destinations.c.ticker_minutes.is_not(None)
        )
        columns = ["destination_id", "article_id", "rubric", "ticker_id"]
        statement = insert(self._connection, ticker_lines).from_select(columns, chosen).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount

    async def waiting(self, destination_id: DestinationId) -> list[TickerLine]:
        return await self._lines((ticker_lines.c.destination_id == destination_id) & ticker_lines.c.ticker_id.is_(None))

    async def forget_waiting(self, destination_id: DestinationId) -> None:
        """The backlog of a ticker that was switched off or a channel that was paused."""
        await self._connection.execute(
            ticker_lines.delete().where(
                ticker_lines.c.destination_id == destination_id, ticker_lines.c.ticker_id.is_(None)
            )
        )

    async def lines(self, ticker_id: TickerId) -> list[TickerLine]:
        return await self._lines(ticker_lines.c.ticker_id == ticker_id)

    async def get(self, ticker_id: TickerId) -> Ticker | None:
        return await self._one(tickers.c.id == ticker_id)

    async def current(self, destination_id: DestinationId, day: date) -> Ticker | None:
        """The day's ticker that still stands last in the chat: none of our posts came or waits after it."""
        own, later = deliveries.alias("own"), deliveries.alias("later")
        standing, newer = posts.alias("standing"), posts.alias("newer")
        # By the posts and what is open, which are found by destination; settled deliveries are many and are not.
        is_overtaken = or_(
            exists().where(
                text("later.state IN ('queued', 'sending')"),
                later.c.destination_id == destination_id,
                later.c.action == Action.POST.value,
                later.c.id > own.c.id,
            ),
            exists().where(
                standing.c.destination_id == destination_id,
                standing.c.subject_kind == SubjectKind.TICKER.value,
                standing.c.subject_id == tickers.c.id,
                newer.c.destination_id == destination_id,
                newer.c.message_id > standing.c.message_id,
            ),
        )
        is_posted = exists().where(
            own.c.destination_id == destination_id,
            own.c.subject_kind == SubjectKind.TICKER.value,
            own.c.subject_id == tickers.c.id,
            own.c.action == Action.POST.value,
            own.c.state.in_(["queued", "sending", "sent"]),
            ~is_overtaken,
        )
        return await self._one((tickers.c.destination_id == destination_id) & (tickers.c.day == day) & is_posted)

    async def open(self, destination_id: DestinationId, day: date, lines: list[ArticleId]) -> Ticker:
        result = await self._connection.execute(
            plain_insert(tickers).values(destination_id=destination_id, day=day, revision=0).returning(tickers.c.id)
        )
        ticker = Ticker(id=TickerId(result.scalar_one()), destination_id=destination_id, day=day, revision=0)
        await self._take(ticker, lines)
        return ticker

    async def extend(self, ticker: Ticker, lines: list[ArticleId]) -> Ticker:
        await self._take(ticker, lines)
        return await self._next_revision(ticker)

    async def with_article(self, article_id: ArticleId) -> list[Ticker]:
        """Every ticker that shows this article, as its next revision: the line is about to change."""
        rows = await self._connection.execute(
            select(tickers).where(
                tickers.c.id.in_(select(ticker_lines.c.ticker_id).where(ticker_lines.c.article_id == article_id))
            )
        )
        found = [
            Ticker(id=row.id, destination_id=row.destination_id, day=row.day, revision=row.revision) for row in rows
        ]
        return [await self._next_revision(ticker) for ticker in found]

    async def _next_revision(self, ticker: Ticker) -> Ticker:
        revision = await self._connection.scalar(
            update(tickers)
            .where(tickers.c.id == ticker.id)
            .values(revision=tickers.c.revision + 1)
            .returning(tickers.c.revision)
        )
        return Ticker(id=ticker.id, destination_id=ticker.destination_id, day=ticker.day, revision=int(revision or 0))

    async def _take(self, ticker: Ticker, lines: list[ArticleId]) -> None:
        await self._connection.execute(
            update(ticker_lines)
            .where(
                ticker_lines.c.destination_id == ticker.destination_id,
                ticker_lines.c.article_id.in_(lines),
                ticker_lines.c.ticker_id.is_(None),
            )
            .values(ticker_id=ticker.id)
        )

    async def _one(self, condition: ColumnElement[bool]) -> Ticker | None:
        row = (
            await self._connection.execute(select(tickers).where(condition).order_by(tickers.c.id.desc()).limit(1))
        ).first()
        if row is None:
            return None
        return Ticker(
            id=TickerId(row.id),
            destination_id=DestinationId(row.destination_id),
            day=row.day,
            revision=row.revision,
        )

    async def _lines(self, condition: ColumnElement[bool]) -> list[TickerLine]:
        rows = await self._connection.execute(
            select(articles.c.id, articles.c.published_at, articles.c.title, articles.c.url, ticker_lines.c.rubric)
            .join_from(ticker_lines, articles, articles.c.id == ticker_lines.c.article_id)
            .where(condition, ~articles.c.recalled)
            .order_by(articles.c.published_at, articles.c.id)
        )
        return [
            TickerLine(
                article_id=ArticleId(row.id),
                published_at=row.published_at,
                title=row.title,
                url=row.url,
                rubric=Slug(row.rubric),
            )
            for row in rows
        ]
