"""What nobody knows the end of: the list for editors, and what they say of it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.appearance import Layout
from bot.domain.cause import Cause
from bot.domain.delivery import NAMELESS, DeliveryId, DeliveryState, Piece, Post, Subject, SubjectKind, Uncertain
from bot.domain.destination import DestinationId, DestinationKind
from bot.store import appearances
from bot.store.destinations import DESTINATION, destination_of
from bot.store.posts import Posts
from bot.store.tables import deliveries, destinations

_IS_UNCERTAIN = text("deliveries.state = 'uncertain'")


class Uncertainties:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def oldest(self, limit: int, *, since: datetime | None = None) -> list[Uncertain]:
        """What may stand in a channel or not, oldest first: somebody has to look. Private chats nobody can look into.

        `since`: only what became so from then on.
        """
        condition = destinations.c.kind == DestinationKind.CHANNEL.value
        return await self._found(condition if since is None else condition & (deliveries.c.settled_at >= since), limit)

    async def get(self, delivery_id: DeliveryId) -> Uncertain | None:
        found = await self._found(deliveries.c.id == delivery_id, 1)
        return found[0] if found else None

    async def _found(self, condition: ColumnElement[bool], limit: int) -> list[Uncertain]:
        rows = await self._connection.execute(
            select(
                deliveries.c.id.label("delivery_id"),
                deliveries.c.subject_kind,
                deliveries.c.subject_id,
                deliveries.c.settled_at,
                deliveries.c.reason,
                *DESTINATION,
            )
            .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
            .where(_IS_UNCERTAIN, condition)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        return [
            Uncertain(
                id=DeliveryId(row.delivery_id),
                destination=destination_of(row[-len(DESTINATION) :]),
                subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
                reason=row.reason,
                since=row.settled_at,
            )
            for row in rows
        ]

    async def resolve(self, delivery_id: DeliveryId, *, it_is_there: bool, now: datetime) -> bool:
        """An editor looked: it was sent (its message id stays unknown), or it is to go out again. False: decided already.

        Of a post of several messages the rest goes out in any case.
        """
        goes_on = it_is_there and await self._count_as_sent(delivery_id, now)
        values = (
            {"state": DeliveryState.SENT.value, "settled_at": now, "reason": Cause.SEEN_BY_EDITOR.value}
            if it_is_there and not goes_on
            else {"state": DeliveryState.QUEUED.value, "settled_at": None, "attempts": 0, "reason": None}
        )
        result = await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery_id, _IS_UNCERTAIN).values(**values)
        )
        return bool(result.rowcount)

    async def _count_as_sent(self, delivery_id: DeliveryId, now: datetime) -> bool:
        """The message on its way, of a post that may have others. False: there are none to follow."""
        row = (
            await self._connection.execute(
                select(
                    deliveries.c.subject_kind,
                    deliveries.c.subject_id,
                    destinations.c.chat_id,
                    destinations.c.kind,
                    destinations.c.appearance,
                    deliveries.c.destination_id,
                )
                .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
                .where(deliveries.c.id == delivery_id, _IS_UNCERTAIN)
            )
        ).first()
        if row is None or row.kind != DestinationKind.CHANNEL.value or row.subject_kind != SubjectKind.ARTICLE.value:
            return False
        subject, to = Subject(kind=SubjectKind.ARTICLE, id=row.subject_id), DestinationId(row.destination_id)
        standing = Posts(self._connection)
        post, nameless = await standing.get(to, subject), Piece(message_id=NAMELESS)
        if post is None:
            if appearances.read(row.appearance).layout is not Layout.FULL:
                return False
            post = Post(
                destination_id=to,
                subject=subject,
                chat_id=row.chat_id,
                message_id=NAMELESS,
                revision=0,
                sent_at=now,
                is_begun=True,
            )
        if post.is_begun:
            await standing.record([replace(post, pieces=(*post.pieces, nameless))])
        return post.is_begun
