"""Alerts in the database: each trouble once while it lasts."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alert import ENDS, Alert, AlertId, AlertKind, NewAlert, delivery_key
from bot.domain.article import ArticleId
from bot.domain.delivery import SubjectKind, Uncertain
from bot.domain.destination import DestinationKind
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

    async def ask_about(self, uncertain: Iterable[Uncertain], *, now: datetime) -> None:
        """Whether these messages stand in their channels. Each is asked about once; into a private chat nobody can look."""
        for each in uncertain:
            if each.destination.kind is not DestinationKind.CHANNEL:
                continue
            is_article = each.subject.kind is SubjectKind.ARTICLE
            question = NewAlert(
                kind=AlertKind.UNCERTAIN,
                key=delivery_key(each.id),
                article_id=ArticleId(each.subject.id) if is_article else None,
                arguments={"delivery": each.id, "channel": each.destination.id},
            )
            await self.add(question, now=now)

    async def settle(self, key: str) -> bool:
        """The trouble is over, or the question answered; False when there was none."""
        result = await self._connection.execute(update(alerts).where(alerts.c.key == key).values(key=None))
        return bool(result.rowcount)

    async def get(self, alert_id: AlertId) -> Alert | None:
        found = await self._load(alerts.c.id == alert_id, limit=1)
        return found[0] if found else None

    async def lasting(self, key: str) -> Alert | None:
        found = await self._load(alerts.c.key == key, limit=1)
        return found[0] if found else None

    async def sources_with(self, kind: AlertKind) -> set[SourceId]:
        """Those for which a trouble of this kind lasts."""
        found = await self._connection.scalars(
            select(alerts.c.source_id).where(alerts.c.kind == kind.value, alerts.c.key.is_not(None))
        )
        return {SourceId(source_id) for source_id in found if source_id is not None}

    async def untold(self, *, limit: int, but: Collection[AlertKind] = ()) -> list[Alert]:
        """Oldest first, those of some kinds left aside."""
        condition = alerts.c.told_at.is_(None) & alerts.c.kind.not_in([kind.value for kind in but])
        return await self._load(condition, limit=limit)

    async def count_told(self, kind: AlertKind, *, since: datetime) -> int:
        found = await self._connection.scalar(
            select(func.count()).select_from(alerts).where(alerts.c.kind == kind.value, alerts.c.told_at >= since)
        )
        return int(found or 0)

    async def mark_told(self, ids: Collection[AlertId], *, now: datetime) -> None:
        await self._connection.execute(update(alerts).where(alerts.c.id.in_(list(ids))).values(told_at=now))

    async def decide(self, alert_id: AlertId, decision: str, *, by: str) -> bool:
        """False when somebody had decided before."""
        result = await self._connection.execute(
            update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.decision.is_(None))
            .values(decision=decision, decided_by=by)
        )
        return bool(result.rowcount)

    async def forget(self, source_id: SourceId) -> None:
        """What lasts of a removed source is over, and what is untold nobody needs to hear."""
        kinds = [kind.value for kind in (*ENDS, *ENDS.values(), AlertKind.HELD)]
        of_source = (alerts.c.source_id == source_id) & alerts.c.kind.in_(kinds)
        await self._connection.execute(update(alerts).where(of_source).values(key=None))
        await self._connection.execute(delete(alerts).where(of_source, alerts.c.told_at.is_(None)))

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
        decision=row.decision,
        decided_by=row.decided_by,
    )
