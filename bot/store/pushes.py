"""Pushes in the database: drafted, ordered once, planned once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId
from bot.domain.push import Push, PushId, PushState
from bot.store.tables import pushes


class Pushes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def draft(
        self, article_id: ArticleId, *, editor_id: int, channels: Collection[DestinationId], now: datetime
    ) -> Push:
        result = await self._connection.execute(
            insert(pushes)
            .values(
                article_id=article_id,
                editor_id=editor_id,
                state=PushState.DRAFT.value,
                channels=sorted(channels),
                created_at=now,
            )
            .returning(pushes)
        )
        return _push(result.one())

    async def get(self, push_id: PushId) -> Push | None:
        row = (await self._connection.execute(select(pushes).where(pushes.c.id == push_id))).first()
        return _push(row) if row else None

    async def hold(self, push_id: PushId) -> None:
        """Until the transaction ends nobody else changes this push, so what is read now is still true when written."""
        await self._connection.execute(select(pushes.c.id).where(pushes.c.id == push_id).with_for_update())

    async def choose(self, push_id: PushId, channels: Collection[DestinationId]) -> bool:
        """Change a draft's channels; False when it is no draft any more."""
        return await self._change(push_id, PushState.DRAFT, channels=sorted(channels))

    async def move(self, push_id: PushId, *, before: PushState, after: PushState) -> bool:
        """From one state to the next; False when somebody else did it first: a double tap ends here."""
        return await self._change(push_id, before, state=after.value)

    async def ordered(self) -> list[Push]:
        rows = await self._connection.execute(
            select(pushes).where(pushes.c.state == PushState.ORDERED.value).order_by(pushes.c.id)
        )
        return [_push(row) for row in rows]

    async def _change(self, push_id: PushId, required: PushState, **values: object) -> bool:
        condition: ColumnElement[bool] = (pushes.c.id == push_id) & (pushes.c.state == required.value)
        result = await self._connection.execute(update(pushes).where(condition).values(**values))
        return bool(result.rowcount)


def _push(row: Row[tuple[object, ...]]) -> Push:
    return Push(
        id=PushId(row.id),
        article_id=ArticleId(row.article_id),
        editor_id=row.editor_id,
        state=PushState(row.state),
        channels=tuple(DestinationId(channel) for channel in row.channels),
        created_at=row.created_at,
    )
