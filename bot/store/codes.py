"""One-time codes, one a person."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.dialect import insert
from bot.store.tables import channel_codes


class Codes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, user_id: int, digits: str, *, until: datetime) -> bool:
        """In place of this person's code before. False: the digits are somebody else's."""
        taken = select(channel_codes.c.user_id).where(channel_codes.c.digits == digits)
        if await self._connection.scalar(taken.where(channel_codes.c.user_id != user_id)) is not None:
            return False
        values = {"digits": digits, "until": until}
        await self._connection.execute(
            insert(self._connection, channel_codes)
            .values(user_id=user_id, **values)
            .on_conflict_do_update(index_elements=["user_id"], set_=values)
        )
        return True

    async def drop_old(self, now: datetime) -> None:
        await self._connection.execute(delete(channel_codes).where(channel_codes.c.until <= now))

    async def take(self, digits: str, *, now: datetime) -> int | None:
        """Whose code it is; it is used up by this."""
        found = await self._connection.scalar(
            delete(channel_codes)
            .where(channel_codes.c.digits == digits, channel_codes.c.until > now)
            .returning(channel_codes.c.user_id)
        )
        return int(found) if found is not None else None
