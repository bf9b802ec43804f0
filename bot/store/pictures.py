"""Pictures that Telegram has, in the database: by which file_id each is shown again."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.picture import PictureId, UploadedPicture
from bot.store.dialect import insert
from bot.store.tables import pictures


class Pictures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def file_ids(self, wanted: Collection[PictureId]) -> dict[PictureId, str]:
        """Of those that Telegram has."""
        rows = await self._connection.execute(
            select(pictures.c.id, pictures.c.file_id).where(pictures.c.id.in_(list(wanted)))
        )
        return {PictureId(number): file_id for number, file_id in rows}

    async def put(self, uploaded: Iterable[UploadedPicture], *, now: datetime) -> None:
        """Each in place of the file_id that was known before."""
        rows = [{"id": each.id, "file_id": each.file_id, "uploaded_at": now} for each in uploaded]
        if not rows:
            return
        statement = insert(self._connection, pictures)
        changing = {name: statement.excluded[name] for name in ("file_id", "uploaded_at")}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changing), rows)
