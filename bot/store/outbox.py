"""The outbox: every message that is due, being sent, or settled, and the posts that were left behind.

    queued ──claim──▶ sending ──▶ sent | failed | dropped | uncertain

A postponed delivery is queued again, and so is one that its process left behind (domain/delivery.py says which and how
often). A claim is one conditional UPDATE … RETURNING: whoever changed the row owns it until the lease ends. Claims and
settlements come in batches; what waits for a later moment stands in an index of its own, so that a claim reads no further
than the rows it takes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
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
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.appearance import Layout
from bot.domain.approval import NEVER
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel_pace import with_post
from bot.domain.delivery import (
    MAX_UNCLEAR_POSTS,
    NAMELESS,
    Action,
    Delivery,
    DeliveryId,
    DeliveryState,
    Head,
    Ledger,
    Piece,
    Post,
    Priority,
    Settlement,
    Subject,
    SubjectKind,
    Uncertain,
)
from bot.domain.destination import Audience, DestinationId, DestinationKind, DestinationState
from bot.domain.quiet import QuietHours
from bot.store import appearances, pieces
from bot.store.alerts import Alerts
from bot.store.destinations import (
    Destinations,
    audience_condition,
    destination_of,
    holds_during,
    recent_posts,
    within,
)
from bot.store.dialect import insert, insert_into
from bot.store.tables import articles, deliveries, destinations, posts, tickers

# Longer than any single send may take (send.gateway bounds it); a crash does not wait for it, see release_claims.
LEASE = timedelta(minutes=5)
# Rows whose time has come, taken out of their waiting a claim; the rest follows with the next.
_WOKEN_AT_ONCE = 1000
# Claims are loaded in statements for a multiple of so many.
_FULL_NUMBER = 50
# More than these cannot have been in flight at once.
_ASKED_AT_ONCE = 1000

_KEY = ["subject_kind", "subject_id", "action", "revision", "destination_id"]
_COLUMNS = [*_KEY, "priority", "state", "attempts", "created_at"]
_POST_KEY = ["destination_id", "subject_kind", "subject_id"]

# Spelled out, not bound: only so may a database see that an index of some states is meant.
_IS_QUEUED = text("deliveries.state = 'queued'")
_IS_DUE = text("deliveries.state = 'queued' AND deliveries.not_before IS NULL")
_IS_WAITING = text("deliveries.state = 'queued' AND deliveries.not_before IS NOT NULL")
_IS_SENDING = text("deliveries.state = 'sending'")
_IS_UNCERTAIN = text("deliveries.state = 'uncertain'")


_NO_HOLDS: Mapping[QuietHours, datetime] = MappingProxyType({})
# Why the posts of a channel wait though they could be sent.
_HOLDING = [Cause.QUIET_HOURS.value, Cause.CHANNEL_PACE.value]


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

        Channels come first. Whoever has a delivery of this subject already gets no second; if it still waits, it moves up
        to `priority`. Returns how many were queued or moved up. `holds`: the quiet hours in which `now` falls, and their ends,
        for which those who have them wait. `asks_first`: where a channel wants it, the post awaits approval.
        """
        has_some = await self._connection.scalar(
            select(literal(1))
            .where(
                self._about(subject),
                deliveries.c.action == Action.POST.value,
                within(ids, deliveries.c.destination_id),
            )
            .limit(1)
        )
        chosen = audience_condition(audience, ids)
        is_first = has_some is None
        return await self._queue(
            subject, chosen, priority=priority, now=now, is_first=is_first, holds=holds, asks_first=asks_first
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
        is_first: bool = False,
        holds: Mapping[QuietHours, datetime] = _NO_HOLDS,
        asks_first: bool = False,
    ) -> int:
        rank = (
            case((destinations.c.needs_approval, literal(int(Priority.AWAITING))), else_=literal(int(priority)))
            if asks_first
            else literal(int(priority))
        )
        chosen = (
            self._row(destinations.c.id, subject, Action.POST, 0, rank, now)
            .where(condition)
            .order_by(destinations.c.kind, destinations.c.id)
        )
        columns = _COLUMNS
        if holds or asks_first:
            held = _held_until(holds, asks_first=asks_first)
            chosen, columns = chosen.add_columns(*held), [*_COLUMNS, "not_before", "reason"]
        statement = insert(self._connection, deliveries).from_select(columns, chosen)
        # To look out for conflicts costs PostgreSQL a third more a row. Where nothing is known of the subject there are
        # none, unless somebody plans the same this moment: then the key refuses one of the two, which looks again.
        if not is_first:
            is_held = deliveries.c.reason.in_([*_HOLDING, Cause.AWAITS_APPROVAL.value])
            statement = statement.on_conflict_do_update(
                index_elements=_KEY,
                # What is urgent now waits no longer, neither for the end of the quiet nor for a word.
                set_={
                    "priority": statement.excluded.priority,
                    "not_before": case((is_held, null()), else_=deliveries.c.not_before),
                },
                where=and_(
                    deliveries.c.state == DeliveryState.QUEUED.value,
                    deliveries.c.priority < statement.excluded.priority,
                ),
            )
        return (await self._connection.execute(statement)).rowcount

    async def queue_changes(
        self,
        subject: Subject,
        *,
        action: Action,
        revision: int,
        priority: int,
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
        rank = literal(int(priority))
        chosen = self._row(deliveries.c.destination_id, subject, action, revision, rank, now).where(
            self._about(subject),
            deliveries.c.action == Action.POST.value,
            or_(
                deliveries.c.state == DeliveryState.SENDING.value,
                and_(is_over, outdated),
            ),
            within(ids, deliveries.c.destination_id),
        )
        if to is not None:
            chosen = chosen.where(deliveries.c.destination_id.in_(list(to)))
        statement = insert(self._connection, deliveries).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount

    async def hold_chats(self, holds: Iterable[tuple[DestinationId, datetime, Cause]]) -> None:
        """All posts that are due in a channel wait together, so that no claim looks through them meanwhile."""
        rows = [{"held": channel_id, "until": until, "why": reason.value} for channel_id, until, reason in holds]
        if rows:
            await self._connection.execute(_HOLD, rows)

    async def hold_anew(self, channel_id: DestinationId, *, until: datetime | None, reason: Cause) -> None:
        """What waits there for this reason waits until another moment, or no longer."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.destination_id == channel_id, _IS_QUEUED, deliveries.c.reason == reason.value)
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
                self._about(subject),
                deliveries.c.state == DeliveryState.QUEUED.value,
                deliveries.c.action.in_([action.value for action in actions]),
                within(ids, deliveries.c.destination_id),
            )
            .values(state=DeliveryState.DROPPED.value, settled_at=now, reason=reason.value)
        )
        return result.rowcount

    async def claim(self, *, now: datetime, limit: int) -> list[Delivery]:
        """Take up to `limit` due deliveries: higher priority first, then oldest, at most one a destination.

        A destination with a delivery in flight, or with an earlier one that waits for its next try, is left alone,
        so that order holds inside a chat. Only posts that a channel does not want yet let changes of what stands there pass.
        """
        await self._connection.execute(_WAKE_WAITING, {"now": now})
        claimed = await self._connection.scalars(_CLAIM, {"most": limit, "until": now + LEASE})
        return await self._load(list(claimed))

    async def release(self, ids: Collection[DeliveryId]) -> None:
        """Give claimed deliveries back that were certainly not sent."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(list(ids)), _IS_SENDING)
            .values(state=DeliveryState.QUEUED.value, lease_until=None)
        )

    async def release_claims(self, *, now: datetime, expired_only: bool) -> int:
        """Take back what was being sent: all of it after a start (the lock proves its owner dead), else what expired.

        Each may have reached its chat, so it is queued again or uncertain by domain.delivery.is_repeatable; of a channel an
        editor is asked.
        """
        orphaned: ColumnElement[bool] = and_(_IS_SENDING)
        if expired_only:
            orphaned &= deliveries.c.lease_until <= now
        to_channel = exists().where(
            destinations.c.id == deliveries.c.destination_id, destinations.c.kind == DestinationKind.CHANNEL.value
        )
        is_final = (deliveries.c.action == Action.POST.value) & or_(
            deliveries.c.attempts + 1 >= MAX_UNCLEAR_POSTS,
            to_channel & (deliveries.c.subject_kind != SubjectKind.ARTICLE.value),
        )
        await self._count_for_pace(orphaned, now)
        common = {"lease_until": None, "attempts": deliveries.c.attempts + 1, "reason": Cause.INTERRUPTED.value}
        given_up = await self._connection.execute(
            update(deliveries)
            .where(orphaned, is_final)
            .values(state=DeliveryState.UNCERTAIN.value, settled_at=now, **common)
        )
        if given_up.rowcount:
            in_channels = destinations.c.kind == DestinationKind.CHANNEL.value
            asked = await self._uncertain(in_channels & (deliveries.c.settled_at == now), _ASKED_AT_ONCE)
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
            {
                "settled": each.id,
                "state": each.state.value,
                "attempts": each.attempts,
                "reason": each.reason,
                "not_before": each.not_before,
                "settled_at": None if each.state is DeliveryState.QUEUED else each.at,
            }
            for each in settlements
        ]
        if rows:
            await self._connection.execute(_SETTLE, rows)

    async def put_first(self, ids: Collection[DeliveryId]) -> None:
        """The rest of posts that have begun to stand in their chats."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id.in_(list(ids))).values(priority=int(Priority.BEGUN))
        )

    async def uncertain(self, limit: int) -> list[Uncertain]:
        """What may stand in a channel or not, oldest first: somebody has to look. Private chats nobody can look into."""
        return await self._uncertain(destinations.c.kind == DestinationKind.CHANNEL.value, limit)

    async def uncertain_one(self, delivery_id: DeliveryId) -> Uncertain | None:
        found = await self._uncertain(deliveries.c.id == delivery_id, 1)
        return found[0] if found else None

    async def _uncertain(self, condition: ColumnElement[bool], limit: int) -> list[Uncertain]:
        rows = await self._connection.execute(
            select(
                deliveries.c.id.label("delivery_id"),
                deliveries.c.subject_kind,
                deliveries.c.subject_id,
                deliveries.c.settled_at,
                deliveries.c.reason,
                destinations,
            )
            .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
            .where(_IS_UNCERTAIN, condition)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        return [
            Uncertain(
                id=DeliveryId(row.delivery_id),
                destination=destination_of(row),
                subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
                reason=row.reason,
                since=row.settled_at,
            )
            for row in rows
        ]

    async def resolve_uncertain(self, delivery_id: DeliveryId, *, it_is_there: bool, now: datetime) -> bool:
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
        post, nameless = await self.post(to, subject), Piece(message_id=NAMELESS)
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
            await self.record_posts([replace(post, pieces=(*post.pieces, nameless))])
        return post.is_begun

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

    async def record_posts(self, found: Iterable[Post]) -> None:
        """The posts that stand in their chats now, each in place of its earlier revision."""
        rows = [
            {
                "destination_id": post.destination_id,
                "subject_kind": post.subject.kind.value,
                "subject_id": post.subject.id,
                "chat_id": post.chat_id,
                "message_id": post.message_id,
                "revision": post.revision,
                "sent_at": post.sent_at,
                "picture": post.picture,
                "pieces": pieces.written(post),
            }
            for post in found
        ]
        if not rows:
            return
        await self._connection.execute(_recording(self._connection.dialect.name), rows)

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
        return None if row is None else _post_of(row, subject)

    async def forget_posts(self, gone: Iterable[tuple[DestinationId, Subject]]) -> None:
        rows = [{"to": to, "kind": subject.kind.value, "about": subject.id} for to, subject in gone]
        if rows:
            await self._connection.execute(_FORGET_POST, rows)

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
            # The post of an article is always of revision 0. To say so makes each look-up one of the key, not one through
            # all that the article was sent to.
            deliveries.c.revision == 0,
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
            priority,
            literal(DeliveryState.QUEUED.value),
            literal(0),
            literal(now, deliveries.c.created_at.type),
        )

    def _about(self, subject: Subject) -> ColumnElement[bool]:
        return (deliveries.c.subject_kind == subject.kind.value) & (deliveries.c.subject_id == subject.id)

    async def _load(self, ids: list[int]) -> list[Delivery]:
        if not ids:
            return []
        # Repeated up to a full number, which changes nothing but the text of the statement: both drivers prepare each anew.
        filled = ids + ids[-1:] * (-len(ids) % _FULL_NUMBER)
        rows = await self._connection.execute(_CLAIMED, {"ids": filled})
        return [_delivery_of(row) for row in rows]


# What a round of the sender runs is built once: to build it anew would cost more than to run it.


def _claim() -> ReturningUpdate[int]:
    ahead = deliveries.alias("ahead")
    is_same = and_(ahead.c.subject_kind == deliveries.c.subject_kind, ahead.c.subject_id == deliveries.c.subject_id)
    lets_pass = and_(
        deliveries.c.action != Action.POST.value,
        ahead.c.not_before.is_not(None),
        func.coalesce(ahead.c.reason, "").in_(_HOLDING),
        ~is_same,
    )
    is_blocked = exists().where(
        text("ahead.state IN ('queued', 'sending')"),
        ahead.c.destination_id == deliveries.c.destination_id,
        or_(
            text("ahead.state = 'sending'"),
            and_(
                or_(
                    ahead.c.priority > deliveries.c.priority,
                    and_(ahead.c.priority == deliveries.c.priority, ahead.c.id < deliveries.c.id),
                ),
                ~lets_pass,
            ),
        ),
    )
    due = (
        select(deliveries.c.id)
        .where(_IS_DUE, ~is_blocked)
        .order_by(deliveries.c.priority.desc(), deliveries.c.id)
        .limit(bindparam("most"))
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
_CLAIMED = (
    select(
        deliveries.c.id.label("delivery_id"),
        deliveries.c.subject_kind,
        deliveries.c.subject_id,
        deliveries.c.action,
        deliveries.c.revision.label("due_revision"),
        deliveries.c.priority,
        deliveries.c.attempts,
        deliveries.c.created_at.label("queued_at"),
        posts.c.chat_id.label("post_chat_id"),
        posts.c.message_id,
        posts.c.revision,
        posts.c.sent_at,
        posts.c.picture,
        posts.c.pieces,
        destinations,
    )
    .join_from(deliveries, destinations, destinations.c.id == deliveries.c.destination_id)
    .outerjoin(
        posts,
        (posts.c.destination_id == deliveries.c.destination_id)
        & (posts.c.subject_kind == deliveries.c.subject_kind)
        & (posts.c.subject_id == deliveries.c.subject_id),
    )
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(deliveries.c.priority.desc(), deliveries.c.id)
)
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("settled"), _IS_SENDING)
    .values(
        state=bindparam("state"),
        attempts=bindparam("attempts"),
        reason=bindparam("reason"),
        not_before=bindparam("not_before"),
        settled_at=bindparam("settled_at"),
        lease_until=None,
    )
)
_ARTICLE_HEADS = select(articles.c.id, articles.c.revision, articles.c.recalled, articles.c.planned).where(
    articles.c.id.in_(bindparam("ids", expanding=True))
)
_TICKER_HEADS = select(tickers.c.id, tickers.c.revision).where(tickers.c.id.in_(bindparam("ids", expanding=True)))
_HOLD = (
    update(deliveries)
    .where(
        deliveries.c.destination_id == bindparam("held"),
        _IS_DUE,
        deliveries.c.action == Action.POST.value,
        # What is above never waits (send/holding.py).
        deliveries.c.priority < int(Priority.CORRECTION),
    )
    .values(not_before=bindparam("until"), reason=bindparam("why"))
)
_FORGET_POST = delete(posts).where(
    posts.c.destination_id == bindparam("to"),
    posts.c.subject_kind == bindparam("kind"),
    posts.c.subject_id == bindparam("about"),
)


@cache
def _recording(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(posts, dialect)
    changing = ("chat_id", "message_id", "revision", "sent_at", "picture", "pieces")
    return statement.on_conflict_do_update(
        index_elements=_POST_KEY, set_={name: statement.excluded[name] for name in changing}
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


def _delivery_of(row: Row[*tuple[Any, ...]]) -> Delivery:
    found, destination = row._mapping, destination_of(row)  # noqa: SLF001, public, see destination_of
    subject = Subject(kind=SubjectKind(found["subject_kind"]), id=found["subject_id"])
    post = None
    if found["message_id"] is not None:
        post = Post(
            destination_id=destination.id,
            subject=subject,
            chat_id=found["post_chat_id"],
            message_id=found["message_id"],
            revision=found["revision"],
            sent_at=found["sent_at"],
            picture=found["picture"],
            **pieces.read(found["pieces"]),
        )
    return Delivery(
        id=DeliveryId(found["delivery_id"]),
        destination=destination,
        subject=subject,
        action=Action(found["action"]),
        revision=found["due_revision"],
        priority=found["priority"],
        attempts=found["attempts"],
        created_at=found["queued_at"],
        post=post,
    )


def _post_of(row: Row[tuple[object, ...]], subject: Subject) -> Post:
    return Post(
        destination_id=row.destination_id,
        subject=subject,
        chat_id=row.chat_id,
        message_id=row.message_id,
        revision=row.revision,
        sent_at=row.sent_at,
        picture=row.picture,
        **pieces.read(row.pieces),
    )
