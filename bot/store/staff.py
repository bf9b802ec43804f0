"""Editors in the database; owners come from the settings."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.staff import Editor
from bot.store.dialect import insert
from bot.store.tables import editors


class Staff:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def appoint(self, *, user_id: int, name: str, by: int, now: datetime) -> bool:
        """False when the person was an editor already."""
        statement = (
            insert(self._connection, editors)
            .values(user_id=user_id, name=name, appointed_by=by, appointed_at=now)
            .on_conflict_do_nothing()
        )
        return bool((await self._connection.execute(statement)).rowcount)

    async def dismiss(self, user_id: int) -> bool:
        result = await self._connection.execute(delete(editors).where(editors.c.user_id == user_id))
        return bool(result.rowcount)

    async def is_editor(self, user_id: int) -> bool:
        found = await self._connection.scalar(select(editors.c.user_id).where(editors.c.user_id == user_id))
        return found is not None

    async def editors(self) -> list[Editor]:
        rows = await self._connection.execute(select(editors).order_by(editors.c.appointed_at))
        return [
            Editor(user_id=row.user_id, name=row.name, appointed_by=row.appointed_by, appointed_at=row.appointed_at)
            for row in rows
        ]
