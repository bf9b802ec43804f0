"""What is older than the newsroom keeps, let go a little at a time; the deliveries among it stay as counts.

What an article was seen under (`seen`) stays for ever, so that no feed can bring it again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Delete, Exists, FromClause, Row, and_, delete, exists, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.domain.alert import AlertKind
from bot.domain.delivery import Action, DeliveryState, SubjectKind
from bot.domain.destination import DestinationKind
from bot.domain.push import PushState
from bot.store.dialect import insert
from bot.store.tables import (
    alerts,
    articles,
    deliveries,
    delivery_counts,
    destinations,
    pictures,
    posts,
    pushes,
    ticker_lines,
    tickers,
)

# What a lasting alert is about stays known; these are about an article or a message of it, and end with it.
_OF_ARTICLES = (AlertKind.GONE.value, AlertKind.RETRACTED.value, AlertKind.UNCERTAIN.value)
_POST_KEY = (posts.c.destination_id, posts.c.subject_kind, posts.c.subject_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class LetGo:
    """`count` rows of one kind, as /metrics names it."""

    kind: str
    count: int


class Retention:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def prune(self, before: datetime, *, zone: tzinfo, limit: int) -> LetGo | None:
        """Let go of up to `limit` rows of one kind that are older than `before`; None: nothing is left.

        An article stays while a delivery, a post or a push of it does; its rubrics, revisions and lines go with it. Days
        are counted in the newsroom's zone.
        """
        if count := await self._deliveries(before, zone, limit):
            return LetGo(kind="delivery", count=count)
        # In the order in which they let go of each other.
        for kind, remove in (
            ("post", self._posts),
            ("push", self._pushes),
            ("article", self._articles),
            ("ticker", self._tickers),
            ("picture", self._pictures),
            ("alert", self._alerts),
        ):
            if count := await remove(before, limit):
                return LetGo(kind=kind, count=count)
        return None

    async def totals(self) -> dict[tuple[DestinationKind, Action, DeliveryState], int]:
        """The deliveries that were ever let go."""
        group = (delivery_counts.c.destination_kind, delivery_counts.c.action, delivery_counts.c.state)
        rows = await self._connection.execute(select(*group, func.sum(delivery_counts.c.number)).group_by(*group))
        return {
            (DestinationKind(kind), Action(action), DeliveryState(state)): int(number)
            for kind, action, state, number in rows
        }

    async def days(self) -> dict[tuple[date, DestinationKind, Action, DeliveryState], int]:
        rows = await self._connection.execute(select(delivery_counts))
        return {
            (row.day, DestinationKind(row.destination_kind), Action(row.action), DeliveryState(row.state)): row.number
            for row in rows
        }

    async def _deliveries(self, before: datetime, zone: tzinfo, limit: int) -> int:
        # The condition twice: an editor may have sent an uncertain one out again since it was chosen.
        is_old = and_(text("deliveries.settled_at IS NOT NULL"), deliveries.c.settled_at < before)
        chosen = select(deliveries.c.id).where(is_old).order_by(deliveries.c.settled_at).limit(limit)
        removed = (
            await self._connection.execute(
                delete(deliveries)
                .where(deliveries.c.id.in_(chosen), is_old)
                .returning(
                    deliveries.c.destination_id, deliveries.c.action, deliveries.c.state, deliveries.c.settled_at
                )
            )
        ).all()
        await self._count(removed, zone)
        return len(removed)

    async def _count(self, rows: Sequence[Row[*tuple[Any, ...]]], zone: tzinfo) -> None:
        kinds = await self._kinds({row.destination_id for row in rows})
        counts = Counter(
            (row.settled_at.astimezone(zone).date(), kinds[row.destination_id], row.action, row.state)
            for row in rows
            if row.destination_id in kinds
        )
        if not counts:
            return
        statement = insert(self._connection, delivery_counts)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "destination_kind", "action", "state"],
                set_={"number": delivery_counts.c.number + statement.excluded.number},
            ),
            [
                {"day": day, "destination_kind": kind, "action": action, "state": state, "number": number}
                for (day, kind, action, state), number in sorted(counts.items())
            ],
        )

    async def _kinds(self, ids: set[int]) -> Mapping[int, str]:
        rows = await self._connection.execute(
            select(destinations.c.id, destinations.c.kind).where(destinations.c.id.in_(ids))
        )
        return {row.id: row.kind for row in rows}

    async def _posts(self, before: datetime, limit: int) -> int:
        old = select(*_POST_KEY).where(posts.c.sent_at < before).limit(limit)
        return await self._remove(delete(posts).where(tuple_(*_POST_KEY).in_(old), posts.c.sent_at < before))

    async def _pushes(self, before: datetime, limit: int) -> int:
        old = select(pushes.c.id).where(pushes.c.created_at < before, pushes.c.state != PushState.ORDERED.value)
        return await self._remove(delete(pushes).where(pushes.c.id.in_(old.limit(limit))))

    async def _articles(self, before: datetime, limit: int) -> int:
        old = (
            select(articles.c.id)
            .where(
                articles.c.seen_at < before,
                articles.c.planned,
                ~_mentions(deliveries, SubjectKind.ARTICLE, articles.c.id),
                ~_mentions(posts, SubjectKind.ARTICLE, articles.c.id),
                ~exists().where(pushes.c.article_id == articles.c.id),
            )
            .order_by(articles.c.seen_at)
            .limit(limit)
        )
        return await self._remove(delete(articles).where(articles.c.id.in_(old)))

    async def _tickers(self, before: datetime, limit: int) -> int:
        old = select(tickers.c.id).where(
            tickers.c.day < before.date(),
            ~exists().where(ticker_lines.c.ticker_id == tickers.c.id),
            ~_mentions(deliveries, SubjectKind.TICKER, tickers.c.id),
        )
        return await self._remove(delete(tickers).where(tickers.c.id.in_(old.limit(limit))))

    async def _pictures(self, before: datetime, limit: int) -> int:
        old = select(pictures.c.id).where(pictures.c.uploaded_at < before).limit(limit)
        return await self._remove(delete(pictures).where(pictures.c.id.in_(old)))

    async def _alerts(self, before: datetime, limit: int) -> int:
        is_over = or_(alerts.c.key.is_(None), alerts.c.kind.in_(_OF_ARTICLES))
        old = select(alerts.c.id).where(alerts.c.created_at < before, is_over)
        return await self._remove(delete(alerts).where(alerts.c.id.in_(old.limit(limit))))

    async def _remove(self, statement: Delete) -> int:
        return (await self._connection.execute(statement)).rowcount


def _mentions(table: FromClause, kind: SubjectKind, subject_id: ColumnElement[int]) -> Exists:
    return exists().where(table.c.subject_kind == kind.value, table.c.subject_id == subject_id)
