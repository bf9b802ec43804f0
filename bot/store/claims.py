"""The sender's side of the outbox: what is due is claimed, and what became of it is settled.

A claim is one conditional UPDATE … RETURNING: whoever changed the row owns it until the lease ends. Claims and settlements come
in batches; what waits for a later moment stands in an index of its own, so that a claim reads no further than the rows it takes.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    TextClause,
    Update,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.cause import Cause
from bot.domain.channel_pace import with_post
from bot.domain.delivery import (
    MAX_UNCLEAR_POSTS,
    Action,
    Delivery,
    DeliveryId,
    DeliveryState,
    Head,
    Post,
    Priority,
    Settlement,
    Subject,
    SubjectKind,
)
from bot.domain.destination import DestinationId, DestinationState
from bot.store import pieces
from bot.store.alerts import Alerts
from bot.store.destinations import DESTINATION, Destinations, destination_of, recent_posts
from bot.store.dialect import given, given_rows
from bot.store.tables import articles, deliveries, destinations, posts, tickers
from bot.store.uncertain import Uncertainties

# Longer than any single send may take (send.gateway bounds it); a crash does not wait for it, see take_back.
LEASE = timedelta(minutes=5)
# Rows whose time has come, taken out of their waiting a claim; the rest follows with the next.
_WOKEN_AT_ONCE = 1000
# More than these cannot have been in flight at once.
_ASKED_AT_ONCE = 1000
_IS_DUE = text("deliveries.state = 'queued' AND deliveries.not_before IS NULL")
_IS_WAITING = text("deliveries.state = 'queued' AND deliveries.not_before IS NOT NULL")
_IS_SENDING = text("deliveries.state = 'sending'")
# Why the posts of a channel wait though they could be sent.
_HOLDING = [Cause.QUIET_HOURS.value, Cause.CHANNEL_PACE.value]


class Claims:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, *, now: datetime, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries: higher priority first, then oldest, at most one a destination.

        A destination with a delivery in flight, or with an earlier one that waits for its next try, is left alone,
        so that order holds inside a chat. Only posts that a channel does not want yet let changes of what stands there pass.
        What was queued for a person who left since then is dropped.
        """
        await self._connection.execute(_WAKE_WAITING, {"now": now})
        while True:
            claimed = list(await self._connection.scalars(_CLAIM, {"most": limit, "until": now + LEASE}))
            rows = await self._load(claimed)
            left = [row for row in rows if row.is_left]
            if left:
                await self._connection.execute(
                    _DROP, [{"dropped": row.delivery_id, "at": now, "why": _why_left(row)} for row in left]
                )
            if len(left) < len(rows) or not rows:
                return [_delivery_of(row) for row in rows if not row.is_left]

    async def release(self, ids: Collection[DeliveryId]) -> None:
        """Give claimed deliveries back that were certainly not sent."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(list(ids)), _IS_SENDING)
            .values(state=DeliveryState.QUEUED.value, lease_until=None)
        )

    async def take_back(self, *, now: datetime, expired_only: bool) -> int:
        """Take back what was being sent: all of it after a start (the lock proves its owner dead), else what expired.

        Each may have reached its chat, so it is queued again or uncertain by domain.delivery.is_repeatable; of a channel an
        editor is asked.
        """
        orphaned: ColumnElement[bool] = and_(_IS_SENDING)
        if expired_only:
            orphaned &= deliveries.c.lease_until <= now
        is_final = (deliveries.c.action == Action.POST.value) & or_(
            deliveries.c.attempts + 1 >= MAX_UNCLEAR_POSTS,
            deliveries.c.to_channel & (deliveries.c.subject_kind != SubjectKind.ARTICLE.value),
        )
        await self._count_for_pace(orphaned, now)
        common = {"lease_until": None, "attempts": deliveries.c.attempts + 1, "reason": Cause.INTERRUPTED.value}
        given_up = await self._connection.execute(
            update(deliveries)
            .where(orphaned, is_final)
            .values(state=DeliveryState.UNCERTAIN.value, settled_at=now, **common)
        )
        if given_up.rowcount:
            asked = await Uncertainties(self._connection).oldest(_ASKED_AT_ONCE, since=now)
            await Alerts(self._connection).ask_about(asked, now=now)
        queued = await self._connection.execute(
            update(deliveries).where(orphaned).values(state=DeliveryState.QUEUED.value, not_before=None, **common)
        )
        return given_up.rowcount + queued.rowcount

    async def _count_for_pace(self, orphaned: ColumnElement[bool], now: datetime) -> None:
        """A post that may have reached its channel had its place there; not later than its lease says."""
        rows = await self._connection.execute(
            select(destinations.c.id, destinations.c.recent_posts, deliveries.c.lease_until)
            .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
            .where(
                orphaned,
                deliveries.c.action == Action.POST.value,
                or_(destinations.c.pace_hourly.is_not(None), destinations.c.pace_gap.is_not(None)),
            )
            .order_by(destinations.c.id)
        )
        counted = [
            (DestinationId(channel_id), with_post(recent_posts(recent), min(now, lease_until or now)))
            for channel_id, recent, lease_until in rows
        ]
        await Destinations(self._connection).set_recent(counted)

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """What became of claimed deliveries, in one round trip."""
        rows = [
            (
                each.id,
                each.state,
                each.attempts,
                each.reason,
                each.not_before,
                None if each.state is DeliveryState.QUEUED else each.at,
            )
            for each in settlements
        ]
        if rows:
            await self._connection.execute(_settling(self._connection.dialect.name), given(rows))

    async def put_first(self, ids: Collection[DeliveryId]) -> None:
        """The rest of posts that have begun to stand in their chats."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id.in_(list(ids))).values(priority=int(Priority.BEGUN))
        )

    async def heads(self, subjects: Collection[Subject]) -> dict[Subject, Head]:
        """How subjects stand now; one that is no longer kept is left out."""
        of_articles = [subject.id for subject in subjects if subject.kind is SubjectKind.ARTICLE]
        of_tickers = [subject.id for subject in subjects if subject.kind is SubjectKind.TICKER]
        found: dict[Subject, Head] = {}
        if of_articles:
            rows = await self._connection.execute(_ARTICLE_HEADS, {"ids": of_articles})
            for article_id, current, recalled, planned in rows:
                subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
                found[subject] = Head(revision=current, is_void=recalled, is_planned=planned)
        if of_tickers:
            grown = await self._connection.execute(_TICKER_HEADS, {"ids": of_tickers})
            for ticker_id, revision in grown:
                found[Subject(kind=SubjectKind.TICKER, id=ticker_id)] = Head(
                    revision=revision, is_void=False, is_planned=True
                )
        return found

    async def _load(self, ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
        if not ids:
            return []
        claimed = _claimed(self._connection.dialect.name)
        return (await self._connection.execute(claimed, given([each] for each in ids))).all()


def _claim() -> ReturningUpdate[int]:
    """Each destination's first of the rows at the head of all that are due.

    Whatever is due of a destination before a row stands before it there as well; so it is enough to look whether anything of it
    is on its way, or waits and comes first, which two small indexes tell.
    """
    sending, waiting = deliveries.alias("sending"), deliveries.alias("waiting")
    is_same = and_(waiting.c.subject_kind == deliveries.c.subject_kind, waiting.c.subject_id == deliveries.c.subject_id)
    lets_pass = and_(
        deliveries.c.action != Action.POST.value, func.coalesce(waiting.c.reason, "").in_(_HOLDING), ~is_same
    )
    is_sending = _finds(
        text("sending.state = 'sending'"),
        sending.c.destination_id == deliveries.c.destination_id,
    )
    waits = _finds(
        text("waiting.state = 'queued' AND waiting.not_before IS NOT NULL"),
        waiting.c.destination_id == deliveries.c.destination_id,
        or_(
            waiting.c.priority > deliveries.c.priority,
            and_(waiting.c.priority == deliveries.c.priority, waiting.c.id < deliveries.c.id),
        ),
        ~lets_pass,
    )
    order = (deliveries.c.priority.desc(), deliveries.c.id)
    head = (
        select(deliveries.c.id, deliveries.c.destination_id, deliveries.c.priority)
        .where(_IS_DUE, ~is_sending, ~waits)
        .order_by(*order)
        .limit(bindparam("most"))
        .subquery("head")
    )
    place = func.row_number().over(partition_by=head.c.destination_id, order_by=(head.c.priority.desc(), head.c.id))
    ranked = select(head.c.id, place.label("place")).subquery("ranked")
    due = (
        select(deliveries.c.id)
        .join(ranked, ranked.c.id == deliveries.c.id)
        # It may have changed since it was read. Said in numbers, so that PostgreSQL, whose statistics may be of a time when little
        # was due, does not look for each row through all that is.
        .where(ranked.c.place == 1, cast(and_(_IS_DUE), Integer) == 1)
        # Of two processes neither waits for the other nor takes the same; SQLite has one writer and leaves it out.
        .with_for_update(skip_locked=True, of=deliveries)
        .cte("due")
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(select(due.c.id)))
        .values(state=DeliveryState.SENDING.value, lease_until=bindparam("until"))
        .returning(deliveries.c.id)
    )


def _finds(*conditions: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    """That there is one. Said so, PostgreSQL looks it up for each row, and never goes through all of them first."""
    return select(literal(1)).where(*conditions).limit(1).correlate(deliveries).scalar_subquery().is_not(None)


def _wake_waiting() -> Update:
    """What waited until now is due."""
    over = (
        select(deliveries.c.id)
        .where(_IS_WAITING, deliveries.c.not_before <= bindparam("now"))
        .order_by(deliveries.c.not_before)
        .limit(_WOKEN_AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("over")
    )
    return update(deliveries).where(deliveries.c.id.in_(select(over.c.id))).values(not_before=None)


_CLAIM, _WAKE_WAITING = _claim(), _wake_waiting()


@cache
def _claimed(dialect: str) -> Select[*tuple[Any, ...]]:
    """The claims with their destinations and what stands there of their subjects."""
    match = and_(
        posts.c.destination_id == deliveries.c.destination_id,
        posts.c.subject_kind == deliveries.c.subject_kind,
        posts.c.subject_id == deliveries.c.subject_id,
    )
    claimed = given_rows(dialect, deliveries.c.id)
    found = (posts.c.chat_id.label("post_chat_id"), posts.c.message_id, posts.c.revision, posts.c.sent_at)
    post: FromClause = posts
    columns: Sequence[ColumnElement[Any]] = (*found, posts.c.picture, posts.c.pieces)
    if dialect == "postgresql":
        # Looked up for each. With statistics of a time when there were few it would go through all posts instead.
        post = select(*columns).where(match).limit(1).lateral("post")
        match, columns = true(), list(post.c)
    return (
        select(
            deliveries.c.id.label("delivery_id"),
            deliveries.c.subject_kind,
            deliveries.c.subject_id,
            deliveries.c.action,
            deliveries.c.revision.label("due_revision"),
            deliveries.c.priority,
            deliveries.c.attempts,
            deliveries.c.created_at.label("queued_at"),
            *columns,
            and_(
                deliveries.c.id <= func.coalesce(destinations.c.left_at_delivery, 0),
                deliveries.c.action == Action.POST.value,
                # A push is for whoever is there, and what was begun ends.
                deliveries.c.priority < int(Priority.PUSH),
            ).label("is_left"),
            *DESTINATION,
        )
        .join_from(claimed, deliveries, deliveries.c.id == claimed.c.id)
        .join(destinations, destinations.c.id == deliveries.c.destination_id)
        .outerjoin(post, match)
        .order_by(deliveries.c.priority.desc(), deliveries.c.id)
    )


_DROP = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("dropped"), _IS_SENDING)
    .values(state=DeliveryState.DROPPED.value, settled_at=bindparam("at"), lease_until=None, reason=bindparam("why"))
)


@cache
def _settling(dialect: str) -> Update:
    found = deliveries.c
    settled = (found.state, found.attempts, found.reason, found.not_before, found.settled_at)
    rows = given_rows(dialect, found.id, *settled)
    return (
        update(deliveries)
        .where(found.id == rows.c.id, _IS_SENDING)
        .values({column.name: rows.c[column.name] for column in settled} | {"lease_until": None})
    )


_ARTICLE_HEADS = select(articles.c.id, articles.c.revision, articles.c.recalled, articles.c.planned).where(
    articles.c.id.in_(bindparam("ids", expanding=True))
)


_TICKER_HEADS = select(tickers.c.id, tickers.c.revision).where(tickers.c.id.in_(bindparam("ids", expanding=True)))


def _why_left(row: Row[*tuple[Any, ...]]) -> str:
    return Cause.GONE if row.state == DestinationState.GONE.value else Cause.PAUSED


# As in destination_of.
_subject_kind, _action = cache(SubjectKind), cache(Action)


def _delivery_of(row: Row[*tuple[Any, ...]]) -> Delivery:
    (
        delivery_id,
        subject_kind,
        subject_id,
        action,
        due_revision,
        priority,
        attempts,
        queued_at,
        chat_id,
        message_id,
        shown,
        sent_at,
        picture,
        several,
        _,
        *columns,
    ) = row
    destination = destination_of(columns)
    subject = Subject(kind=_subject_kind(subject_kind), id=subject_id)
    post = None
    if message_id is not None:
        post = Post(
            destination_id=destination.id,
            subject=subject,
            chat_id=chat_id,
            message_id=message_id,
            revision=shown,
            sent_at=sent_at,
            picture=picture,
            **pieces.read(several),
        )
    return Delivery(
        id=delivery_id,
        destination=destination,
        subject=subject,
        action=_action(action),
        revision=due_revision,
        priority=priority,
        attempts=attempts,
        created_at=queued_at,
        post=post,
    )
