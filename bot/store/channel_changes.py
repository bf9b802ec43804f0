"""Who changed what of a channel, and when; the last ones of each."""

from sqlalchemy import delete, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.channel import KEPT_CHANGES, SAME_CHANGE, Administrator, Change, Setting
from bot.domain.destination import DestinationId
from bot.store.tables import channel_changes


class ChannelChanges:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, channel_id: DestinationId, change: Change) -> None:
        """Into the history, in place of what the same person just before made of the same setting."""
        of_channel = channel_changes.c.destination_id == channel_id
        before = (
            await self._connection.execute(
                select(channel_changes)
                .where(of_channel, channel_changes.c.setting == change.setting.value)
                .order_by(channel_changes.c.id.desc())
                .limit(1)
            )
        ).first()
        if before is not None and before.user_id == change.by.user_id and change.at - before.at < SAME_CHANGE:
            await self._connection.execute(delete(channel_changes).where(channel_changes.c.id == before.id))
        await self._connection.execute(
            plain_insert(channel_changes).values(
                destination_id=channel_id,
                at=change.at,
                user_id=change.by.user_id,
                name=change.by.name,
                setting=change.setting.value,
                value=change.value,
            )
        )
        kept = select(channel_changes.c.id).where(of_channel).order_by(channel_changes.c.id.desc()).limit(KEPT_CHANGES)
        await self._connection.execute(delete(channel_changes).where(of_channel, channel_changes.c.id.not_in(kept)))

    async def latest(self, channel_id: DestinationId, *, limit: int = KEPT_CHANGES) -> list[Change]:
        """Newest first."""
        rows = await self._connection.execute(
            select(channel_changes)
            .where(channel_changes.c.destination_id == channel_id)
            .order_by(channel_changes.c.id.desc())
            .limit(limit)
        )
        return [
            Change(
                at=row.at,
                by=Administrator(user_id=row.user_id, name=row.name),
                setting=Setting(row.setting),
                value=row.value,
            )
            for row in rows
        ]
