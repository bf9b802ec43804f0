"""The articles that came while a channel was paused. Which of them it takes is asked when it goes on, by what is set then."""

from collections.abc import Collection

from sqlalchemy import delete, exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, Priority, SubjectKind
from bot.domain.destination import DestinationId, Mode
from bot.domain.language import Language
from bot.store.dialect import insert
from bot.store.tables import (
    IS_OPEN_OF_CHANNEL,
    article_rubrics,
    articles,
    deliveries,
    destinations,
    missed_articles,
    subscriptions,
)

# Spelled out, not bound: only so may a database see that the index of these few is meant.
_IS_PAUSED = text("destinations.kind = 'channel' AND destinations.state = 'paused'")

# "pause" in ASCII, as the number of an advisory lock.
_TURN = int.from_bytes(b"pause")


class Missed:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_turn(self) -> None:
        """No channel pauses or goes on while an article is planned, until the transaction ends; call it before all else.

        Of what is planned in the moment of a change a channel would know neither as queued nor as missed. SQLite has one
        writer anyway.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_TURN)))

    async def collect(self, article_id: ArticleId) -> None:
        """Remember the article for all channels that are paused just now."""
        chosen = select(destinations.c.id, literal(article_id)).where(_IS_PAUSED)
        await self._connection.execute(
            insert(self._connection, missed_articles)
            .from_select(["destination_id", "article_id"], chosen)
            .on_conflict_do_nothing()
        )

    async def collect_queued(self, destination_id: DestinationId) -> None:
        """Remember what is on its way to a channel that is about to be paused."""
        chosen = (
            select(deliveries.c.destination_id, deliveries.c.subject_id)
            .join(articles, articles.c.id == deliveries.c.subject_id)
            .where(
                IS_OPEN_OF_CHANNEL,
                deliveries.c.destination_id == destination_id,
                deliveries.c.subject_kind == SubjectKind.ARTICLE.value,
                deliveries.c.action == Action.POST.value,
                deliveries.c.state == DeliveryState.QUEUED.value,
                # What was begun goes on.
                deliveries.c.priority < int(Priority.BEGUN),
            )
        )
        await self._connection.execute(
            insert(self._connection, missed_articles)
            .from_select(["destination_id", "article_id"], chosen)
            .on_conflict_do_nothing()
        )

    async def of_rubrics(self, destination_id: DestinationId, *, languages: Collection[Language]) -> list[ArticleId]:
        """Those in the rubrics that the channel takes as posts and in these languages, without what was taken back; newest first."""
        is_taken = exists().where(
            article_rubrics.c.article_id == articles.c.id,
            subscriptions.c.rubric == article_rubrics.c.rubric,
            subscriptions.c.destination_id == destination_id,
            subscriptions.c.mode == Mode.INSTANT.value,
        )
        found = await self._connection.scalars(
            select(articles.c.id)
            .join(missed_articles, missed_articles.c.article_id == articles.c.id)
            .where(
                missed_articles.c.destination_id == destination_id,
                ~articles.c.recalled,
                articles.c.language.in_([language.value for language in languages]),
                is_taken,
            )
            .order_by(articles.c.published_at.desc(), articles.c.id.desc())
        )
        return [ArticleId(number) for number in found]

    async def forget(self, destination_id: DestinationId) -> None:
        await self._connection.execute(
            delete(missed_articles).where(missed_articles.c.destination_id == destination_id)
        )

    async def reopen(self, destination_id: DestinationId, article_ids: Collection[ArticleId]) -> None:
        """Let be posted what only the pause had dropped."""
        await self._connection.execute(
            delete(deliveries).where(
                deliveries.c.destination_id == destination_id,
                deliveries.c.subject_kind == SubjectKind.ARTICLE.value,
                deliveries.c.subject_id.in_(list(article_ids)),
                deliveries.c.action == Action.POST.value,
                deliveries.c.state == DeliveryState.DROPPED.value,
            )
        )
