"""The words to include and to leave out of each channel."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.destination import DestinationId
from bot.domain.words import ChannelWord, WordId, WordKind
from bot.store.dialect import insert
from bot.store.tables import channel_words


class ChannelWords:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, channel_id: DestinationId) -> list[ChannelWord]:
        """In the order in which they were written."""
        rows = await self._connection.execute(
            select(channel_words).where(channel_words.c.destination_id == channel_id).order_by(channel_words.c.id)
        )
        return [
            ChannelWord(id=WordId(row.id), kind=WordKind(row.kind), word=row.word, written=row.written) for row in rows
        ]

    async def put(self, channel_id: DestinationId, kind: WordKind, words: Collection[tuple[str, str]]) -> None:
        """Each as it is searched for and as it was written. A word of the other kind becomes one of this."""
        rows = [
            {"destination_id": channel_id, "kind": kind.value, "word": word, "written": written}
            for word, written in words
        ]
        if not rows:
            return
        statement = insert(self._connection, channel_words)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["destination_id", "word"],
                set_={"kind": statement.excluded.kind, "written": statement.excluded.written},
            ),
            rows,
        )

    async def remove(self, channel_id: DestinationId, word_id: WordId) -> None:
        await self._connection.execute(
            delete(channel_words).where(channel_words.c.destination_id == channel_id, channel_words.c.id == word_id)
        )

    async def copy(self, source_id: DestinationId, target_id: DestinationId) -> None:
        """The target's words become those of the source."""
        await self._connection.execute(delete(channel_words).where(channel_words.c.destination_id == target_id))
        for word in await self.of(source_id):
            await self.put(target_id, word.kind, [(word.word, word.written)])

    async def all(self) -> list[str]:
        """Every word of any channel, once."""
        return list(await self._connection.scalars(select(channel_words.c.word).distinct()))
