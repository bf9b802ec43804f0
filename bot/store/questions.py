"""What people were asked to type, one question a person at most."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.channel import Question
from bot.domain.destination import DestinationId
from bot.store.dialect import insert
from bot.store.tables import channel_questions


class Questions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, question: Question) -> None:
        """In place of whatever this person was asked before."""
        values = {
            "destination_id": question.channel_id,
            "section": question.section,
            "argument": question.argument,
            "until": question.until,
        }
        await self._connection.execute(
            insert(self._connection, channel_questions)
            .values(user_id=question.user_id, **values)
            .on_conflict_do_update(index_elements=["user_id"], set_=values)
        )

    async def get(self, user_id: int) -> Question | None:
        row = (
            await self._connection.execute(select(channel_questions).where(channel_questions.c.user_id == user_id))
        ).first()
        if row is None:
            return None
        return Question(
            user_id=row.user_id,
            channel_id=DestinationId(row.destination_id),
            section=row.section,
            argument=row.argument,
            until=row.until,
        )

    async def remove(self, user_id: int) -> None:
        await self._connection.execute(delete(channel_questions).where(channel_questions.c.user_id == user_id))
