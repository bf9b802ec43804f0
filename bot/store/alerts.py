"""Alerts in the database: each trouble once while it lasts."""

from datetime import datetime

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alert import Alert, AlertId, AlertKind, NewAlert
from bot.domain.article import ArticleId
from bot.domain.source import SourceId
from bot.store.dialect import insert
from bot.store.tables import alerts


class Alerts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewAlert, *, now: datetime) -> bool:
        """False when the same trouble was told of and still lasts."""
        statement = (
            insert(self._connection, alerts)
            .values(
                kind=new.kind.value,
                key=new.key,
                source_id=new.source_id,
                article_id=new.article_id,
                arguments=dict(new.arguments),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
        return bool((await self._connection.execute(statement)).rowcount)

    async def settle(self, key: str) -> bool:
        """The trouble is over; False when nobody was told of it, so that nobody needs to hear of its end."""
        result = await self._connection.execute(update(alerts).where(alerts.c.key == key).values(key=None))
        return bool(result.rowcount)

    async def get(self, alert_id: AlertId) -> Alert | None:
        found = await self._load(alerts.c.id == alert_id, limit=1)
        return found[0] if found else None

    async def untold(self, *, limit: int) -> list[Alert]:
        """Oldest first."""
        return await self._load(alerts.c.told_at.is_(None), limit=limit)

    async def mark_told(self, alert_id: AlertId, *, now: datetime) -> None:
        await self._connection.execute(update(alerts).where(alerts.c.id == alert_id).values(told_at=now))

    async def _load(self, condition: ColumnElement[bool], *, limit: int) -> list[Alert]:
        rows = await self._connection.execute(select(alerts).where(condition).order_by(alerts.c.id).limit(limit))
        return [_alert(row) for row in rows]


def _alert(row: Row[tuple[object, ...]]) -> Alert:
    return Alert(
        id=AlertId(row.id),
        kind=AlertKind(row.kind),
        key=row.key,
        source_id=SourceId(row.source_id) if row.source_id is not None else None,
        article_id=ArticleId(row.article_id) if row.article_id is not None else None,
        arguments=row.arguments,
        created_at=row.created_at,
    )
