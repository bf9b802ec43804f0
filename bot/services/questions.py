"""What a person was asked to type for a channel: one question at a time, kept over restarts, for a quarter of an hour."""

from bot.clock import Clock
from bot.domain.channel import QUESTION_LIVES, Question
from bot.domain.destination import DestinationId
from bot.store.database import Database


class Questions:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, user_id: int, channel_id: DestinationId, section: str, argument: str = "") -> None:
        """In place of what this person was asked before."""
        question = Question(
            user_id=user_id,
            channel_id=channel_id,
            section=section,
            argument=argument,
            until=self._clock.now() + QUESTION_LIVES,
        )
        async with self._database.transaction() as tx:
            await tx.questions.put(question)

    async def pending(self, user_id: int) -> Question | None:
        """The question that waits, even if its time is over: the first answer that comes too late ought to be told so."""
        async with self._database.transaction() as tx:
            return await tx.questions.get(user_id)

    def is_open(self, question: Question) -> bool:
        return self._clock.now() < question.until

    async def forget(self, user_id: int) -> Question | None:
        """Gives what was asked, if anything was."""
        async with self._database.transaction() as tx:
            question = await tx.questions.get(user_id)
            if question is not None:
                await tx.questions.remove(user_id)
            return question

    async def answered(self, question: Question) -> None:
        """Unless the answer led to another question."""
        async with self._database.transaction() as tx:
            if await tx.questions.get(question.user_id) == question:
                await tx.questions.remove(question.user_id)
