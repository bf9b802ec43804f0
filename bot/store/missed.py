"""What paused channels missed: the articles that would have gone there."""

from collections.abc import Collection

from sqlalchemy import delete, exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, SubjectKind
from bot.domain.destination import Audience, DestinationId
from bot.store.destinations import language_requirement, word_requirements
from bot.store.dialect import insert
from bot.store.tables import articles, deliveries, destinations, missed_articles, subscriptions

# Spelled out, not bound: only so may a database see that the index of these few is meant.
_IS_PAUSED = text("destinations.kind = 'channel' AND destinations.state = 'paused'")


class Missed:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def collect(self, article_id: ArticleId, *, audience: Audience) -> None:
        """Remember the article for the channels of the audience that are paused just now."""
        # From the few paused channels to their subscriptions: the other way round would read a rubric's every subscriber.
        subscribes = exists().where(
            subscriptions.c.destination_id == destinations.c.id,
            subscriptions.c.rubric.in_(list(audience.rubrics)),
            subscriptions.c.mode.in_([mode.value for mode in audience.modes]),
        )
        chosen = select(destinations.c.id, literal(article_id)).where(
            _IS_PAUSED, language_requirement(audience), subscribes, *word_requirements(audience).values()
        )
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
                deliveries.c.destination_id == destination_id,
                deliveries.c.subject_kind == SubjectKind.ARTICLE.value,
                deliveries.c.action == Action.POST.value,
                deliveries.c.state == DeliveryState.QUEUED.value,
            )
        )
        await self._connection.execute(
            insert(self._connection, missed_articles)
            .from_select(["destination_id", "article_id"], chosen)
            .on_conflict_do_nothing()
        )

    async def newest(self, destination_id: DestinationId, *, limit: int) -> list[ArticleId]:
        """The newest of them that were not taken back since, oldest first."""
        found = await self._connection.scalars(
            select(articles.c.id)
            .join(missed_articles, missed_articles.c.article_id == articles.c.id)
            .where(missed_articles.c.destination_id == destination_id, ~articles.c.recalled)
            .order_by(articles.c.published_at.desc(), articles.c.id.desc())
            .limit(limit)
        )
        return [ArticleId(number) for number in found][::-1]

    async def count(self, destination_id: DestinationId) -> int:
        found = await self._connection.scalar(
            select(func.count())
            .select_from(missed_articles)
            .join(articles, articles.c.id == missed_articles.c.article_id)
            .where(missed_articles.c.destination_id == destination_id, ~articles.c.recalled)
        )
        return int(found or 0)

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
