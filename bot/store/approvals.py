"""Posts that wait for an administrator's tap, in the database: who is asked, in which message, what was decided.

What waits is a queued delivery with the priority of waiting, which an index of its own holds; so nothing here looks through
the outbox, and the outbox never meets what waits. A decision is one conditional UPDATE: the first counts.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.approval import Approver, Awaiting, Decision, Request, Ruling
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel import Administrator
from bot.domain.delivery import DeliveryState, Priority
from bot.domain.destination import DestinationId
from bot.store.dialect import insert
from bot.store.tables import (
    approval_requests,
    approvals,
    articles,
    channel_administrators,
    channel_approvers,
    deliveries,
    destinations,
)

# Spelled out as in its index, which a database does not recognise in bound values.
_IS_AWAITING = text("deliveries.state = 'queued' AND deliveries.priority = 0")
_REQUEST_KEY = ["destination_id", "user_id"]


class Approvals:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # Who is asked.

    async def approvers(self, channel_id: DestinationId) -> list[Approver]:
        rows = await self._connection.execute(
            select(channel_approvers)
            .where(channel_approvers.c.destination_id == channel_id)
            .order_by(channel_approvers.c.name, channel_approvers.c.user_id)
        )
        return [Approver(user_id=row.user_id, name=row.name, refused_at=row.refused_at) for row in rows]

    async def add_approver(self, channel_id: DestinationId, who: Administrator) -> None:
        """Under the name that they have now, and to be reached, as far as anybody knows."""
        values = {"name": who.name, "refused_at": None}
        await self._connection.execute(
            insert(self._connection, channel_approvers)
            .values(destination_id=channel_id, user_id=who.user_id, **values)
            .on_conflict_do_update(index_elements=["destination_id", "user_id"], set_=values)
        )

    async def remove_approver(self, channel_id: DestinationId, user_id: int) -> None:
        await self._connection.execute(
            delete(channel_approvers).where(
                channel_approvers.c.destination_id == channel_id, channel_approvers.c.user_id == user_id
            )
        )

    async def note_refusal(self, channel_id: DestinationId, user_id: int, at: datetime) -> None:
        """This approver's chat is closed to us; what was asked there nobody reads."""
        await self._connection.execute(
            update(channel_approvers)
            .where(channel_approvers.c.destination_id == channel_id, channel_approvers.c.user_id == user_id)
            .values(refused_at=at)
        )
        await self.forget_request(channel_id, user_id)

    async def reached(self, user_id: int) -> None:
        """This person's chat is open to us."""
        await self._connection.execute(
            update(channel_approvers)
            .where(channel_approvers.c.user_id == user_id, channel_approvers.c.refused_at.is_not(None))
            .values(refused_at=None)
        )

    async def others(self, channel_id: DestinationId) -> list[int]:
        """The channel's other administrators whom we know: who connected it first."""
        asked = select(channel_approvers.c.user_id).where(channel_approvers.c.destination_id == channel_id)
        connected = await self._connection.scalars(
            select(destinations.c.connected_by).where(
                destinations.c.id == channel_id, destinations.c.connected_by.not_in(asked)
            )
        )
        known = await self._connection.scalars(
            select(channel_administrators.c.user_id)
            .where(
                channel_administrators.c.destination_id == channel_id, channel_administrators.c.user_id.not_in(asked)
            )
            .order_by(channel_administrators.c.user_id)
        )
        return list(dict.fromkeys((*connected, *known)))

    # What waits.

    async def is_idle(self) -> bool:
        """Nothing waits, and nobody has a message that asks about something."""
        waits = await self._connection.scalar(select(deliveries.c.id).where(_IS_AWAITING).limit(1))
        return waits is None and not await self._connection.scalar(select(exists().select_from(approval_requests)))

    async def count(self, channel_id: DestinationId) -> int:
        found = await self._connection.scalar(
            select(func.count()).select_from(deliveries).where(_IS_AWAITING, deliveries.c.destination_id == channel_id)
        )
        return int(found or 0)

    async def awaiting(
        self, channel_id: DestinationId, *, article_id: ArticleId | None = None, limit: int = 1
    ) -> list[Awaiting]:
        """Oldest first; of one article, if it is named."""
        found = self._waiting().where(deliveries.c.destination_id == channel_id)
        if article_id is not None:
            found = found.where(deliveries.c.subject_id == article_id)
        return await self._read(found.order_by(deliveries.c.id).limit(limit))

    async def awaiting_of(self, article_id: ArticleId, *, limit: int) -> list[Awaiting]:
        """The channels in which an article waits."""
        found = self._waiting().where(deliveries.c.subject_id == article_id)
        # In the order of the index of what waits, lest SQLite look through everybody's deliveries for them.
        return await self._read(found.order_by(deliveries.c.destination_id, deliveries.c.id).limit(limit))

    def _waiting(self) -> Select[tuple[int, int, datetime, int]]:
        return (
            select(deliveries.c.destination_id, deliveries.c.subject_id, deliveries.c.created_at, articles.c.revision)
            .join_from(deliveries, articles, articles.c.id == deliveries.c.subject_id)
            .where(_IS_AWAITING)
        )

    async def _read(self, found: Select[tuple[int, int, datetime, int]]) -> list[Awaiting]:
        return [
            Awaiting(
                channel_id=DestinationId(row.destination_id),
                article_id=ArticleId(row.subject_id),
                revision=row.revision,
                since=row.created_at,
            )
            for row in await self._connection.execute(found)
        ]

    # What becomes of it.

    async def decide(
        self,
        channel_id: DestinationId,
        decision: Decision,
        by: Administrator,
        *,
        now: datetime,
        article_id: ArticleId | None = None,
    ) -> int:
        """One article, or all that waits there. Returns how many this decided: what was decided before stays so."""
        condition = and_(_IS_AWAITING, deliveries.c.destination_id == channel_id)
        if article_id is not None:
            condition &= deliveries.c.subject_id == article_id
        found = list(
            await self._connection.scalars(
                update(deliveries).where(condition).values(**_ends_as(decision, now)).returning(deliveries.c.subject_id)
            )
        )
        if found:
            told = {"decision": decision.value, "user_id": by.user_id, "name": by.name, "at": now}
            # What a pause took back and an administrator asked for again may wait a second time.
            await self._connection.execute(
                insert(self._connection, approvals).on_conflict_do_update(
                    index_elements=["destination_id", "article_id"], set_=told
                ),
                [{"destination_id": channel_id, "article_id": each, **told} for each in found],
            )
        return len(found)

    async def expire(self, *, before: datetime, now: datetime) -> int:
        """What waits since then is news no more."""
        return await self._settle(deliveries.c.created_at <= before, _dropped(Cause.NOT_DECIDED, now))

    async def release_unasked(self) -> int:
        """What was planned just while its channel was set to let posts go out by themselves."""
        asks = exists().where(destinations.c.id == deliveries.c.destination_id, destinations.c.needs_approval)
        return await self._settle(~asks, _released())

    async def _settle(self, condition: ColumnElement[bool], values: dict[str, object]) -> int:
        return (
            await self._connection.execute(update(deliveries).where(_IS_AWAITING, condition).values(**values))
        ).rowcount

    async def ruling(self, channel_id: DestinationId, article_id: ArticleId) -> Ruling | None:
        found = await self._rulings(
            and_(approvals.c.destination_id == channel_id, approvals.c.article_id == article_id), limit=1
        )
        return found[0] if found else None

    async def rulings(self, article_id: ArticleId, *, limit: int) -> list[Ruling]:
        """Of an article in whatever channels, the first decisions first."""
        return await self._rulings(approvals.c.article_id == article_id, limit=limit)

    async def _rulings(self, condition: ColumnElement[bool], *, limit: int) -> list[Ruling]:
        rows = await self._connection.execute(
            select(approvals).where(condition).order_by(approvals.c.at, approvals.c.destination_id).limit(limit)
        )
        return [
            Ruling(
                channel_id=DestinationId(row.destination_id),
                article_id=ArticleId(row.article_id),
                decision=Decision(row.decision),
                by=Administrator(user_id=row.user_id, name=row.name),
                at=row.at,
            )
            for row in rows
        ]

    # The messages that ask.

    async def request(self, channel_id: DestinationId, user_id: int) -> Request | None:
        row = (
            await self._connection.execute(
                select(approval_requests).where(
                    approval_requests.c.destination_id == channel_id, approval_requests.c.user_id == user_id
                )
            )
        ).first()
        return _request(row) if row is not None else None

    async def put_request(self, request: Request) -> None:
        values = {
            "message_id": request.message_id,
            "article_id": request.article_id,
            "revision": request.revision,
            "others": request.others,
            "previous_id": request.previous,
            "drawn_at": request.drawn_at,
            "called_at": request.called_at,
        }
        await self._connection.execute(
            insert(self._connection, approval_requests)
            .values(destination_id=request.channel_id, user_id=request.user_id, **values)
            .on_conflict_do_update(index_elements=_REQUEST_KEY, set_=values)
        )

    async def forget_request(self, channel_id: DestinationId, user_id: int) -> None:
        await self._connection.execute(
            delete(approval_requests).where(
                approval_requests.c.destination_id == channel_id, approval_requests.c.user_id == user_id
            )
        )

    async def stale_requests(self, *, counted_before: datetime, limit: int) -> list[Request]:
        """Messages that show what is so no longer: what waits no more, an older revision, somebody who is not asked any more.

        And those last drawn before `counted_before` that say another number of others.
        """
        waits = exists().where(
            _IS_AWAITING,
            deliveries.c.destination_id == approval_requests.c.destination_id,
            deliveries.c.subject_id == approval_requests.c.article_id,
        )
        is_asked = exists().where(
            channel_approvers.c.destination_id == approval_requests.c.destination_id,
            channel_approvers.c.user_id == approval_requests.c.user_id,
        )
        is_newest = exists().where(
            articles.c.id == approval_requests.c.article_id, articles.c.revision == approval_requests.c.revision
        )
        waiting = (
            select(func.count())
            .select_from(deliveries)
            .where(_IS_AWAITING, deliveries.c.destination_id == approval_requests.c.destination_id)
            .scalar_subquery()
        )
        has_grown = and_(approval_requests.c.drawn_at <= counted_before, waiting != approval_requests.c.others + 1)
        rows = await self._connection.execute(
            select(approval_requests)
            .where(or_(~waits, ~is_asked, ~is_newest, has_grown))
            .order_by(approval_requests.c.drawn_at)
            .limit(limit)
        )
        return [_request(row) for row in rows]

    async def unasked(self, *, refused_before: datetime, limit: int) -> list[tuple[DestinationId, int]]:
        """Approvers of channels in which something waits, who have no message that asks about it."""
        has_request = exists().where(
            approval_requests.c.destination_id == channel_approvers.c.destination_id,
            approval_requests.c.user_id == channel_approvers.c.user_id,
        )
        rows = await self._connection.execute(
            select(channel_approvers.c.destination_id, channel_approvers.c.user_id)
            .where(
                channel_approvers.c.destination_id.in_(self._channels()),
                or_(channel_approvers.c.refused_at.is_(None), channel_approvers.c.refused_at <= refused_before),
                ~has_request,
            )
            .order_by(channel_approvers.c.destination_id, channel_approvers.c.user_id)
            .limit(limit)
        )
        return [(DestinationId(row.destination_id), row.user_id) for row in rows]

    async def abandoned(self, *, but: Collection[DestinationId], limit: int) -> list[DestinationId]:
        """Channels in which something waits and nobody can be asked."""
        can_be_asked = exists().where(
            channel_approvers.c.destination_id == destinations.c.id, channel_approvers.c.refused_at.is_(None)
        )
        found = await self._connection.scalars(
            select(destinations.c.id)
            .where(destinations.c.id.in_(self._channels()), destinations.c.id.not_in(list(but)), ~can_be_asked)
            .order_by(destinations.c.id)
            .limit(limit)
        )
        return [DestinationId(found_id) for found_id in found]

    def _channels(self) -> Select[tuple[int]]:
        return select(deliveries.c.destination_id).where(_IS_AWAITING).distinct()


def _ends_as(decision: Decision, now: datetime) -> dict[str, object]:
    return _released() if decision is Decision.PUBLISH else _dropped(Cause.LEFT_OUT, now)


def _released() -> dict[str, object]:
    """Due as any article, within its channel's pace and quiet hours."""
    return {"priority": int(Priority.ARTICLE), "not_before": None, "reason": None}


def _dropped(cause: Cause, now: datetime) -> dict[str, object]:
    return {"state": DeliveryState.DROPPED.value, "settled_at": now, "reason": cause.value}


def _request(row: Row[tuple[object, ...]]) -> Request:
    return Request(
        channel_id=DestinationId(row.destination_id),
        user_id=row.user_id,
        message_id=row.message_id,
        article_id=ArticleId(row.article_id),
        revision=row.revision,
        others=row.others,
        previous=ArticleId(row.previous_id) if row.previous_id is not None else None,
        drawn_at=row.drawn_at,
        called_at=row.called_at,
    )
