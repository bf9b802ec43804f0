"""The outbox, as planning sees it: every message that is due, being sent, or settled.

    queued ──claim──▶ sending ──▶ sent | failed | dropped | uncertain

A postponed delivery is queued again, and so is one that its process left behind (domain/delivery.py says which and how
often). The sender's side is claims.py, what stands in the chats posts.py.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.approval import NEVER
from bot.domain.cause import Cause
from bot.domain.delivery import Action, DeliveryState, Priority, Subject
from bot.domain.destination import Audience, DestinationId, DestinationKind, DestinationState
from bot.domain.quiet import QuietHours
from bot.store.audience import audience_condition, holds_during, within
from bot.store.dialect import insert
from bot.store.tables import IS_OPEN_OF_CHANNEL, deliveries, destinations, posts

# Destinations of one part of a fan-out: what is written before somebody who taps a button would notice. On PostgreSQL the ids
# of deliveries are numbered in steps of so many (migration 0017).
PART = 10_000

_KEY = ["subject_kind", "subject_id", "action", "revision", "destination_id"]
_COLUMNS = [*_KEY, "to_channel", "priority", "state", "attempts", "created_at"]

# Spelled out, not bound: only so may a database see that an index of some states is meant.
_IS_QUEUED = text("deliveries.state = 'queued'")
_IS_DUE = text("deliveries.state = 'queued' AND deliveries.not_before IS NULL")
_IS_SENDING = text("deliveries.state = 'sending'")


_NO_HOLDS: Mapping[QuietHours, datetime] = MappingProxyType({})
# Why the posts of a channel wait though they could be sent.
_HOLDING = [Cause.QUIET_HOURS.value, Cause.CHANNEL_PACE.value]
# Why posts were dropped before they were sent, whatever they were.
_AWAY = [Cause.GONE.value, Cause.BARRED.value, Cause.PAUSED.value]


class Outbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fan_out(
        self,
        subject: Subject,
        *,
        audience: Audience,
        priority: int,
        now: datetime,
        ids: range | None = None,
        holds: Mapping[QuietHours, datetime] = _NO_HOLDS,
        asks_first: bool = False,
    ) -> int:
        """Queue a post for the whole audience, or for those of it with these destination ids, in one statement.

        Channels come first, and by `ids` whoever has the lower one. Whoever has a delivery of this subject already gets no
        second; if it still waits, it moves up to `priority`, and a push brings back what was dropped while they were away.
        Returns how many were queued or moved up. `holds`: the quiet hours in which `now` falls, and their ends, for which those
        who have them wait. `asks_first`: where a channel wants it, the post awaits approval. Raises ValueError for more `ids`
        than PART.
        """
        has_some = await self._connection.scalar(
            select(literal(1))
            .where(
                _about(subject),
                deliveries.c.action == Action.POST.value,
                within(ids, deliveries.c.destination_id),
            )
            .limit(1)
        )
        chosen = audience_condition(audience, ids)
        is_first = has_some is None
        return await self._queue(
            subject, chosen, priority=priority, now=now, ids=ids, is_first=is_first, holds=holds, asks_first=asks_first
        )

    async def queue_posts(
        self, subject: Subject, *, to: Collection[DestinationId], priority: int, now: datetime
    ) -> int:
        """The same for named destinations, where they are active."""
        condition = destinations.c.id.in_(list(to)) & (destinations.c.state == DestinationState.ACTIVE.value)
        return await self._queue(subject, condition, priority=priority, now=now)

    async def _queue(
        self,
        subject: Subject,
        condition: ColumnElement[bool],
        *,
        priority: int,
        now: datetime,
        ids: range | None = None,
        is_first: bool = False,
        holds: Mapping[QuietHours, datetime] = _NO_HOLDS,
        asks_first: bool = False,
    ) -> int:
        rank = (
            case((destinations.c.needs_approval, literal(int(Priority.AWAITING))), else_=literal(int(priority)))
            if asks_first
            else literal(int(priority))
        )
        is_channel = destinations.c.kind == DestinationKind.CHANNEL.value
        chosen = (
            self._row(destinations.c.id, is_channel, subject, Action.POST, 0, rank, now)
            .where(condition)
            .order_by(destinations.c.kind, destinations.c.id)
        )
        columns = _COLUMNS
        if holds or asks_first:
            held = _held_until(holds, asks_first=asks_first)
            chosen, columns = chosen.add_columns(*held), [*_COLUMNS, "not_before", "reason"]
        statement = self._insert(columns, chosen, destination_id=destinations.c.id, ids=ids)
        # To look out for conflicts costs PostgreSQL a third more a row. Where nothing is known of the subject there are
        # none, unless somebody plans the same this moment: then the key refuses one of the two, which looks again.
        if not is_first:
            is_held = deliveries.c.reason.in_([*_HOLDING, Cause.AWAITS_APPROVAL.value])
            moves = and_(
                deliveries.c.state == DeliveryState.QUEUED.value, deliveries.c.priority < statement.excluded.priority
            )
            # A push is for whoever is there now, also when the article's own post was dropped while they were away.
            was_away = deliveries.c.state == DeliveryState.DROPPED.value
            if priority >= Priority.PUSH:
                moves |= and_(was_away, deliveries.c.reason.in_(_AWAY))
            statement = statement.on_conflict_do_update(
                index_elements=_KEY,
                # What is urgent now waits no longer, neither for the end of the quiet nor for a word.
                set_={
                    "state": DeliveryState.QUEUED.value,
                    "priority": statement.excluded.priority,
                    "not_before": case((is_held, null()), else_=deliveries.c.not_before),
                    "settled_at": null(),
                    "reason": case((was_away, null()), else_=deliveries.c.reason),
                },
                where=moves,
            )
        return (await self._connection.execute(statement)).rowcount

    async def queue_changes(
        self,
        subject: Subject,
        *,
        action: Action,
        revision: int,
        now: datetime,
        ids: range | None = None,
        to: Collection[DestinationId] | None = None,
    ) -> int:
        """Queue an edit or delete for every chat where the subject stands or is being sent this moment.

        `ids` and `to` narrow it to some destinations. A post that shows `revision` already needs no edit.
        """
        outdated = exists().where(
            posts.c.destination_id == deliveries.c.destination_id,
            posts.c.subject_kind == subject.kind.value,
            posts.c.subject_id == subject.id,
            literal(action is Action.DELETE) | (posts.c.revision < revision),
        )
        # A post that waits will show the newest revision by itself; one in flight may show the old one. What stands of a
        # post that is not over is corrected when it is.
        is_over = literal(action is Action.DELETE) | (deliveries.c.state != DeliveryState.QUEUED.value)
        rank = case(
            (deliveries.c.to_channel, literal(int(Priority.CORRECTION))),
            else_=literal(int(Priority.READERS_CORRECTION)),
        )
        chosen = self._row(
            deliveries.c.destination_id, deliveries.c.to_channel, subject, action, revision, rank, now
        ).where(
            _about(subject),
            deliveries.c.action == Action.POST.value,
            or_(
                deliveries.c.state == DeliveryState.SENDING.value,
                and_(is_over, outdated),
            ),
            within(ids, deliveries.c.destination_id),
        )
        if to is not None:
            chosen = chosen.where(deliveries.c.destination_id.in_(list(to)))
        statement = self._insert(
            _COLUMNS, chosen, destination_id=deliveries.c.destination_id, ids=ids
        ).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount

    def _insert(
        self,
        columns: Sequence[str],
        chosen: Select[*tuple[Any, ...]],
        *,
        destination_id: ColumnElement[int],
        ids: range | None,
    ) -> sqlite.Insert | postgresql.Insert:
        """On PostgreSQL a part of a fan-out takes one number of the sequence, and its rows count on by their destinations.

        To ask the sequence for each row costs an eighth more, and two parts that are written at the same time would wait for
        one another at the end of an index.
        """
        if ids is not None and len(ids) > PART:
            raise ValueError(f"a part is of {PART} destinations at most")
        if ids is not None and self._connection.dialect.name == "postgresql":
            first = select(func.nextval("deliveries_id_seq")).scalar_subquery()
            columns, chosen = [*columns, "id"], chosen.add_columns(first + (destination_id - ids.start))
        return insert(self._connection, deliveries).from_select(columns, chosen)

    async def hold_chats(self, holds: Iterable[tuple[DestinationId, datetime, Cause]]) -> None:
        """All posts that are due in a channel wait together, so that no claim looks through them meanwhile."""
        rows = [{"held": channel_id, "until": until, "why": reason.value} for channel_id, until, reason in holds]
        if rows:
            await self._connection.execute(_HOLD, rows)

    async def hold_anew(self, channel_id: DestinationId, *, until: datetime | None, reason: Cause) -> None:
        """What waits there for this reason waits until another moment, or no longer."""
        await self._connection.execute(
            update(deliveries)
            .where(
                IS_OPEN_OF_CHANNEL,
                deliveries.c.destination_id == channel_id,
                _IS_QUEUED,
                deliveries.c.reason == reason.value,
            )
            .values(not_before=until)
        )

    async def drop_queued(
        self,
        subject: Subject,
        *,
        reason: Cause,
        now: datetime,
        ids: range | None = None,
        actions: Collection[Action] = tuple(Action),
    ) -> int:
        """Take back what waits of a subject; of these destinations and these `actions` only."""
        result = await self._connection.execute(
            update(deliveries)
            .where(
                _about(subject),
                deliveries.c.state == DeliveryState.QUEUED.value,
                deliveries.c.action.in_([action.value for action in actions]),
                within(ids, deliveries.c.destination_id),
            )
            .values(state=DeliveryState.DROPPED.value, settled_at=now, reason=reason.value)
        )
        return result.rowcount

    async def is_busy(self) -> bool:
        """Whether anything could go out this moment, or is on its way."""
        due = await self._connection.scalar(select(deliveries.c.id).where(_IS_DUE).limit(1))
        return due is not None or (
            await self._connection.scalar(select(deliveries.c.id).where(_IS_SENDING).limit(1)) is not None
        )

    async def count_queued(self) -> int:
        return int(await self._connection.scalar(select(func.count()).select_from(deliveries).where(_IS_QUEUED)) or 0)

    async def count_states(self) -> dict[DeliveryState, int]:
        rows = await self._connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return {DeliveryState(state): count for state, count in rows}

    def _row(
        self,
        destination_id: ColumnElement[int],
        to_channel: ColumnElement[bool],
        subject: Subject,
        action: Action,
        revision: int,
        priority: ColumnElement[int],
        now: datetime,
    ) -> Select[tuple[object, ...]]:
        return select(
            literal(subject.kind.value),
            literal(subject.id),
            literal(action.value),
            literal(revision),
            destination_id,
            to_channel,
            priority,
            literal(DeliveryState.QUEUED.value),
            literal(0),
            literal(now, deliveries.c.created_at.type),
        )


_HOLD = (
    update(deliveries)
    .where(
        IS_OPEN_OF_CHANNEL,
        deliveries.c.destination_id == bindparam("held"),
        _IS_DUE,
        deliveries.c.action == Action.POST.value,
        # What is above never waits (send/holding.py).
        deliveries.c.priority < int(Priority.CORRECTION),
    )
    .values(not_before=bindparam("until"), reason=bindparam("why"))
)


def _held_until(
    holds: Mapping[QuietHours, datetime], *, asks_first: bool
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """`not_before` and `reason` of a new post, by what its destination waits for: approval, or the end of its quiet hours."""
    cases: list[tuple[ColumnElement[bool], datetime, Cause]] = []
    if asks_first:
        cases.append((destinations.c.needs_approval, NEVER, Cause.AWAITS_APPROVAL))
    cases += [(holds_during(quiet), end, Cause.QUIET_HOURS) for quiet, end in holds.items()]
    until = case(*((condition, literal(end, deliveries.c.not_before.type)) for condition, end, _ in cases))
    reason = case(*((condition, literal(cause.value)) for condition, _, cause in cases))
    return until, reason


def _about(subject: Subject) -> ColumnElement[bool]:
    return (deliveries.c.subject_kind == subject.kind.value) & (deliveries.c.subject_id == subject.id)
