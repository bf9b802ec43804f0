"""WebSub subscriptions in the database, one a source at most."""

from datetime import datetime

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.hub import HubSubscription
from bot.domain.source import SourceId
from bot.store.dialect import insert
from bot.store.tables import hub_subscriptions, sources

_WANTED = sources.c.active & ~sources.c.paused


class Hubs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, new: HubSubscription) -> None:
        """In the place of the source's former one."""
        values = {
            "hub": new.hub,
            "topic": new.topic,
            "token": new.token,
            "secret": new.secret,
            "verified_until": new.verified_until,
            "renew_at": new.renew_at,
            "failures": new.failures,
        }
        statement = insert(self._connection, hub_subscriptions).values(source_id=new.source_id, **values)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values))

    async def forget(self, source_id: SourceId) -> None:
        await self._connection.execute(delete(hub_subscriptions).where(hub_subscriptions.c.source_id == source_id))

    async def of(self, source_id: SourceId) -> HubSubscription | None:
        found = await self._load(hub_subscriptions.c.source_id == source_id, limit=1)
        return found[0] if found else None

    async def by_token(self, token: str) -> HubSubscription | None:
        found = await self._load(hub_subscriptions.c.token == token, limit=1)
        return found[0] if found else None

    async def due(self, now: datetime, *, limit: int) -> list[HubSubscription]:
        """Those to ask for, longest waiting first; no other process finds them before this transaction has ended."""
        return await self._load(_WANTED & (hub_subscriptions.c.renew_at <= now), limit=limit, is_taken=True)

    async def outlived(self, *, limit: int) -> list[HubSubscription]:
        """Those that a hub still serves though nobody wants them."""
        is_outlived = ~_WANTED & hub_subscriptions.c.verified_until.is_not(None)
        return await self._load(is_outlived, limit=limit, is_taken=True)

    async def record(self, source_id: SourceId, **values: object) -> None:
        await self._connection.execute(
            update(hub_subscriptions).where(hub_subscriptions.c.source_id == source_id).values(**values)
        )

    async def _load(
        self, condition: ColumnElement[bool], *, limit: int, is_taken: bool = False
    ) -> list[HubSubscription]:
        wanted = (
            select(hub_subscriptions, _WANTED.label("wanted"))
            .join_from(hub_subscriptions, sources, sources.c.id == hub_subscriptions.c.source_id)
            .where(condition)
            .order_by(hub_subscriptions.c.renew_at)
            .limit(limit)
        )
        if is_taken:
            wanted = wanted.with_for_update(of=hub_subscriptions, skip_locked=True)
        rows = await self._connection.execute(wanted)
        return [_subscription(row) for row in rows]


def _subscription(row: Row[tuple[object, ...]]) -> HubSubscription:
    return HubSubscription(
        source_id=SourceId(row.source_id),
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        verified_until=row.verified_until,
        renew_at=row.renew_at,
        failures=row.failures,
        wanted=bool(row.wanted),
    )
