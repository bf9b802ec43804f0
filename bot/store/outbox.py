"""The outbox: every message that is due, being sent, or settled, and the posts that were left behind.

    queued ──claim──▶ sending ──▶ sent | failed | dropped        a postponed or orphaned delivery is queued again

A claim is one conditional UPDATE … RETURNING: whoever changed the row owns it until the lease ends.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.delivery import (
    Action,
    Delivery,
    DeliveryId,
    DeliveryState,
    Ledger,
    Post,
    Subject,
    SubjectKind,
)
from bot.domain.destination import Audience, DestinationId, DestinationKind, DestinationState
from bot.domain.ticker import Ticker
from bot.store.destinations import audience_condition, destination_of
from bot.store.dialect import insert
from bot.store.tables import deliveries, destinations, posts

# Longer than any single send may take (send.gateway bounds it); a crash does not wait for it, see release_claims.
LEASE = timedelta(minutes=5)

_KEY = ["destination_id", "subject_kind", "subject_id", "action", "revision"]
_COLUMNS = [*_KEY, "priority", "state", "attempts", "not_before", "created_at"]


class Outbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fan_out(self, subject: Subject, *, audience: Audience, priority: int, now: datetime) -> int:
        """Queue a post for the whole audience in one statement; channels first. Returns how many were queued anew.

        Whoever has a delivery of this subject already gets no second; if it still waits, it moves up to `priority`.
        """
        return await self._queue(subject, audience_condition(audience), priority=priority, now=now)

    async def queue_posts(
        self, subject: Subject, *, to: Collection[DestinationId], priority: int, now: datetime
    ) -> int:
        """The same for named destinations, where they are active."""
        condition = destinations.c.id.in_(list(to)) & (destinations.c.state == DestinationState.ACTIVE.value)
        return await self._queue(subject, condition, priority=priority, now=now)

    async def _queue(self, subject: Subject, condition: ColumnElement[bool], *, priority: int, now: datetime) -> int:
        chosen = (
            self._row(destinations.c.id, subject, Action.POST, 0, priority, now)
            .where(condition)
            .order_by(destinations.c.kind, destinations.c.id)
        )
        statement = insert(self._connection, deliveries).from_select(_COLUMNS, chosen)
        before = await self._count(subject)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=_KEY,
                set_={"priority": statement.excluded.priority},
                where=and_(
                    deliveries.c.state == DeliveryState.QUEUED.value,
                    deliveries.c.priority < statement.excluded.priority,
                ),
            )
        )
        return await self._count(subject) - before

    async def queue_changes(
        self, subject: Subject, *, action: Action, revision: int, priority: int, now: datetime
    ) -> int:
        """Queue an edit or delete for every chat where the subject stands or is being sent this moment."""
        # A post that waits will show the newest revision by itself; one in flight may show the old one.
        chosen = self._row(deliveries.c.destination_id, subject, action, revision, priority, now).where(
            self._about(subject),
            deliveries.c.action == Action.POST.value,
            deliveries.c.state.in_([DeliveryState.SENT.value, DeliveryState.SENDING.value]),
        )
        statement = insert(self._connection, deliveries).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount

    async def queue_ticker(
        self, ticker: Ticker, *, action: Action, destination_id: DestinationId, priority: int, now: datetime
    ) -> None:
        """Queue a channel's ticker: its first message, or the edit that lets it grow."""
        subject = Subject(kind=SubjectKind.TICKER, id=ticker.id)
        chosen = self._row(destinations.c.id, subject, action, ticker.revision, priority, now).where(
            destinations.c.id == destination_id
        )
        statement = insert(self._connection, deliveries).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
        await self._connection.execute(statement)

    async def drop_queued(self, subject: Subject, *, reason: str, now: datetime) -> int:
        """Take back what waits of a subject."""
        result = await self._connection.execute(
            update(deliveries)
            .where(self._about(subject), deliveries.c.state == DeliveryState.QUEUED.value)
            .values(state=DeliveryState.DROPPED.value, settled_at=now, reason=reason)
        )
        return result.rowcount

    async def claim(self, *, now: datetime, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries: higher priority first, then oldest, at most one a destination.

        A destination with a delivery in flight, or with an earlier one that waits for its next try, is left alone,
        so that order holds inside a chat.
        """
        ahead = deliveries.alias("ahead")
        is_blocked = exists().where(
            ahead.c.destination_id == deliveries.c.destination_id,
            or_(
                ahead.c.state == DeliveryState.SENDING.value,
                and_(
                    ahead.c.state == DeliveryState.QUEUED.value,
                    or_(
                        ahead.c.priority > deliveries.c.priority,
                        and_(ahead.c.priority == deliveries.c.priority, ahead.c.id < deliveries.c.id),
                    ),
                ),
            ),
        )
        due = (
            select(deliveries.c.id)
            .where(deliveries.c.state == DeliveryState.QUEUED.value, deliveries.c.not_before <= now, ~is_blocked)
            .order_by(deliveries.c.priority.desc(), deliveries.c.id)
            .limit(limit)
        )
        claimed = await self._connection.scalars(
            update(deliveries)
            .where(deliveries.c.id.in_(due), deliveries.c.state == DeliveryState.QUEUED.value)
            .values(state=DeliveryState.SENDING.value, lease_until=now + LEASE)
            .returning(deliveries.c.id)
        )
        return await self._load(list(claimed))

    async def release_claims(self, *, now: datetime, expired_only: bool) -> int:
        """Queue again what was being sent: all of it after a start (the lock proves its owner dead), else what expired."""
        condition = deliveries.c.state == DeliveryState.SENDING.value
        if expired_only:
            condition &= deliveries.c.lease_until <= now
        result = await self._connection.execute(
            update(deliveries)
            .where(condition)
            .values(state=DeliveryState.QUEUED.value, lease_until=None, attempts=deliveries.c.attempts + 1)
        )
        return result.rowcount

    async def settle(
        self, delivery_id: DeliveryId, state: DeliveryState, *, now: datetime, reason: str | None = None
    ) -> None:
        """The end of a delivery: sent, failed or dropped."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(
                state=state.value,
                lease_until=None,
                settled_at=now,
                reason=reason,
                attempts=deliveries.c.attempts + 1,
            )
        )

    async def postpone(self, delivery_id: DeliveryId, *, not_before: datetime, reason: str, counts: bool) -> None:
        """Back into the queue; `counts`: this was an attempt (a 429 is none)."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .values(
                state=DeliveryState.QUEUED.value,
                lease_until=None,
                not_before=not_before,
                reason=reason,
                attempts=deliveries.c.attempts + int(counts),
            )
        )

    async def record_post(self, post: Post) -> None:
        values = {
            "chat_id": post.chat_id,
            "message_id": post.message_id,
            "revision": post.revision,
            "sent_at": post.sent_at,
        }
        statement = insert(self._connection, posts).values(
            destination_id=post.destination_id,
            subject_kind=post.subject.kind.value,
            subject_id=post.subject.id,
            **values,
        )
        await self._connection.execute(statement.on_conflict_do_update(index_elements=_KEY[:3], set_=values))

    async def post(self, destination_id: DestinationId, subject: Subject) -> Post | None:
        row = (
            await self._connection.execute(
                select(posts).where(
                    posts.c.destination_id == destination_id,
                    posts.c.subject_kind == subject.kind.value,
                    posts.c.subject_id == subject.id,
                )
            )
        ).first()
        if row is None:
            return None
        return Post(
            destination_id=destination_id,
            subject=subject,
            chat_id=row.chat_id,
            message_id=row.message_id,
            revision=row.revision,
            sent_at=row.sent_at,
        )

    async def forget_post(self, destination_id: DestinationId, subject: Subject) -> None:
        await self._connection.execute(
            posts.delete().where(
                posts.c.destination_id == destination_id,
                posts.c.subject_kind == subject.kind.value,
                posts.c.subject_id == subject.id,
            )
        )

    async def account(self, article_id: ArticleId) -> dict[DeliveryState, int]:
        """What became of an article's posts, in messages a state."""
        rows = await self._connection.execute(
            select(deliveries.c.state, func.count())
            .where(
                self._about(Subject(kind=SubjectKind.ARTICLE, id=article_id)),
                deliveries.c.action == Action.POST.value,
            )
            .group_by(deliveries.c.state)
        )
        return {DeliveryState(state): count for state, count in rows}

    async def ledger(self, subject: Subject) -> Ledger:
        rows = await self._connection.execute(
            select(deliveries.c.action, deliveries.c.state, func.count(), func.max(deliveries.c.settled_at))
            .where(self._about(subject))
            .group_by(deliveries.c.action, deliveries.c.state)
        )
        found = [(Action(action), DeliveryState(state), count, settled_at) for action, state, count, settled_at in rows]
        standing = await self._connection.scalar(
            select(func.count())
            .select_from(posts)
            .where(posts.c.subject_kind == subject.kind.value, posts.c.subject_id == subject.id)
        )
        return Ledger(
            counts={(action, state): count for action, state, count, _ in found},
            standing=int(standing or 0),
            settled_at=max((settled_at for *_, settled_at in found if settled_at is not None), default=None),
        )

    async def reach(
        self, subject: Subject, *, audience: Audience, channels: Collection[DestinationId]
    ) -> tuple[int, int, int]:
        """Of an audience and named channels: people without the subject, channels without it, and how many have it."""
        member = or_(
            audience_condition(audience),
            destinations.c.id.in_(list(channels)) & (destinations.c.state == DestinationState.ACTIVE.value),
        )
        has_it = exists().where(
            deliveries.c.destination_id == destinations.c.id,
            self._about(subject),
            deliveries.c.action == Action.POST.value,
            deliveries.c.state != DeliveryState.QUEUED.value,
        )
        rows = await self._connection.execute(
            select(destinations.c.kind, has_it, func.count()).where(member).group_by(destinations.c.kind, has_it)
        )
        people = chosen = already = 0
        for kind, has, count in rows:
            if has:
                already += count
            elif kind == DestinationKind.SUBSCRIBER.value:
                people += count
            else:
                chosen += count
        return people, chosen, already

    async def count_queued(self) -> int:
        # Spelled out, not bound: only so may SQLite answer from the index of what is queued.
        queued = text("state = 'queued'")
        return int(await self._connection.scalar(select(func.count()).select_from(deliveries).where(queued)) or 0)

    async def count_states(self) -> dict[DeliveryState, int]:
        rows = await self._connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return {DeliveryState(state): count for state, count in rows}

    def _row(
        self,
        destination_id: ColumnElement[int],
        subject: Subject,
        action: Action,
        revision: int,
        priority: int,
        now: datetime,
    ) -> Select[tuple[object, ...]]:
        return select(
            destination_id,
            literal(subject.kind.value),
            literal(subject.id),
            literal(action.value),
            literal(revision),
            literal(int(priority)),
            literal(DeliveryState.QUEUED.value),
            literal(0),
            literal(now, deliveries.c.not_before.type),
            literal(now, deliveries.c.created_at.type),
        )

    def _about(self, subject: Subject) -> ColumnElement[bool]:
        return (deliveries.c.subject_kind == subject.kind.value) & (deliveries.c.subject_id == subject.id)

    async def _count(self, subject: Subject) -> int:
        found = await self._connection.scalar(
            select(func.count())
            .select_from(deliveries)
            .where(self._about(subject), deliveries.c.action == Action.POST.value)
        )
        return int(found or 0)

    async def _load(self, ids: list[int]) -> list[Delivery]:
        rows = await self._connection.execute(
            select(
                deliveries.c.id.label("delivery_id"),
                deliveries.c.subject_kind,
                deliveries.c.subject_id,
                deliveries.c.action,
                deliveries.c.revision,
                deliveries.c.priority,
                deliveries.c.attempts,
                deliveries.c.created_at.label("queued_at"),
                destinations,
            )
            .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
            .where(deliveries.c.id.in_(ids))
            .order_by(deliveries.c.priority.desc(), deliveries.c.id)
        )
        return [
            Delivery(
                id=DeliveryId(row.delivery_id),
                destination=destination_of(row),
                subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
                action=Action(row.action),
                revision=row.revision,
                priority=row.priority,
                attempts=row.attempts,
                created_at=row.queued_at,
            )
            for row in rows
        ]
