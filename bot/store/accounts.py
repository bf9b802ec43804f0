"""What became of articles: the questions of those who ask why. Reads only; the deciding conditions are those of planning."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.account import Line, Receipt, Record, Tally, TickerTally, Trail
from bot.domain.alert import AlertKind
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, Ledger, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, Destination, DestinationId, DestinationKind, DestinationState, Requirement
from bot.domain.push import PushState
from bot.domain.rubric import Slug
from bot.domain.source import SourceId
from bot.domain.ticker import TickerId
from bot.store.audience import audience_condition, audience_requirements, within
from bot.store.destinations import DESTINATION, destination_of
from bot.store.tables import alerts, articles, deliveries, destinations, posts, pushes, seen, ticker_lines

# The post of a line's ticker.
_TICKER_POST = and_(
    posts.c.destination_id == ticker_lines.c.destination_id,
    posts.c.subject_kind == SubjectKind.TICKER.value,
    posts.c.subject_id == ticker_lines.c.ticker_id,
)


class Accounts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def states(self, article_id: ArticleId) -> dict[DeliveryState, int]:
        """What became of an article's posts, in messages a state."""
        rows = await self._connection.execute(
            select(deliveries.c.state, func.count())
            .where(
                _of(deliveries, Subject(kind=SubjectKind.ARTICLE, id=article_id)),
                deliveries.c.action == Action.POST.value,
            )
            .group_by(deliveries.c.state)
        )
        return {DeliveryState(state): count for state, count in rows}

    async def ledger(self, subject: Subject) -> Ledger:
        rows = await self._connection.execute(
            select(deliveries.c.action, deliveries.c.state, func.count(), func.max(deliveries.c.settled_at))
            .where(_of(deliveries, subject))
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
            _of(deliveries, subject),
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

    async def trail(self, article_id: ArticleId) -> Trail | None:
        is_delivered = exists().where(_of(deliveries, _article(article_id)), deliveries.c.action == Action.POST.value)
        is_line = exists().where(ticker_lines.c.article_id == article_id)
        row = (
            await self._connection.execute(
                select(articles.c.planned, articles.c.check_at, articles.c.checks, or_(is_delivered, is_line)).where(
                    articles.c.id == article_id
                )
            )
        ).first()
        if row is None:
            return None
        keys = await self._connection.scalars(
            select(seen.c.key).where(seen.c.article_id == article_id).order_by(seen.c.key)
        )
        return Trail(
            keys=tuple(keys),
            is_planned=row.planned,
            is_followed=row.check_at is not None or row.checks > 0,
            went_out=row[3],
        )

    async def decided_by(self, source_id: SourceId, *, held_at: datetime) -> str | None:
        """The editor who answered what becomes of articles that the source brought then and that were held."""
        # An alert is older than what it asks about, or as old; the newest of these is the one.
        name: str | None = await self._connection.scalar(
            select(alerts.c.decided_by)
            .where(
                alerts.c.source_id == source_id, alerts.c.kind == AlertKind.HELD.value, alerts.c.created_at <= held_at
            )
            .order_by(alerts.c.created_at.desc(), alerts.c.id.desc())
            .limit(1)
        )
        return name

    async def pushed_at(self, article_id: ArticleId, *, channel: DestinationId | None = None) -> datetime | None:
        """When an editor last pushed it; to that channel, if one is named."""
        rows = await self._connection.execute(
            select(pushes.c.created_at, pushes.c.channels)
            .where(
                pushes.c.article_id == article_id,
                pushes.c.state.in_([PushState.ORDERED.value, PushState.PLANNED.value]),
            )
            .order_by(pushes.c.id.desc())
        )
        return next((row.created_at for row in rows if channel is None or channel in row.channels), None)

    async def waves(self, article_id: ArticleId) -> list[tuple[Action, int]]:
        """What was planned for the article at one time: its posts, and each revision's edits or deletes."""
        rows = await self._connection.execute(
            select(deliveries.c.action, deliveries.c.revision)
            .where(_of(deliveries, _article(article_id)))
            .distinct()
            .order_by(deliveries.c.revision)
        )
        return [(Action(row.action), row.revision) for row in rows]

    async def tallies(
        self, article_id: ArticleId, wave: tuple[Action, int], to: range | Collection[DestinationId]
    ) -> list[Tally]:
        """Of one wave and some destinations: a range of ids, or just these."""
        action, revision = wave
        chosen = (
            within(to, deliveries.c.destination_id)
            if isinstance(to, range)
            else deliveries.c.destination_id.in_(list(to))
        )
        rows = await self._connection.execute(
            select(
                deliveries.c.state,
                deliveries.c.reason,
                func.count().label("number"),
                func.min(deliveries.c.created_at).label("planned_at"),
                func.min(deliveries.c.settled_at).label("first_at"),
                func.max(deliveries.c.settled_at).label("last_at"),
                # When an administrator decides nobody knows.
                func.min(case((deliveries.c.priority > int(Priority.AWAITING), deliveries.c.not_before))).label(
                    "waits_until"
                ),
            )
            .where(
                _of(deliveries, _article(article_id)),
                deliveries.c.action == action.value,
                deliveries.c.revision == revision,
                chosen,
            )
            .group_by(deliveries.c.state, deliveries.c.reason)
        )
        return [
            Tally(
                action=action,
                state=DeliveryState(row.state),
                reason=row.reason,
                count=row.number,
                planned_at=row.planned_at,
                first_at=row.first_at,
                last_at=row.last_at,
                waits_until=row.waits_until,
            )
            for row in rows
        ]

    async def ticker_tally(self, article_id: ArticleId) -> TickerTally:
        is_waiting = ticker_lines.c.ticker_id.is_(None)
        row = (
            await self._connection.execute(
                select(func.count(case((is_waiting, 1))), func.count(), func.count(posts.c.message_id))
                .join_from(ticker_lines, posts, _TICKER_POST, isouter=True)
                .where(ticker_lines.c.article_id == article_id)
            )
        ).one()
        return TickerTally(waiting=row[0], taken=row[1] - row[0], standing=row[2])

    async def size(self, audience: Audience) -> int:
        found = await self._connection.scalar(
            select(func.count()).select_from(destinations).where(audience_condition(audience))
        )
        return int(found or 0)

    async def lacks(self, destination_id: DestinationId, audience: Audience) -> frozenset[Requirement]:
        """What keeps a destination out of an audience: the very condition that plans, part by part."""
        parts = audience_requirements(audience)
        row = (
            await self._connection.execute(
                select(*(condition.label(name) for name, condition in parts.items())).where(
                    destinations.c.id == destination_id
                )
            )
        ).one()
        return frozenset(name for name in parts if not getattr(row, name))

    async def channels(self) -> list[Destination]:
        """Every channel that ever was connected; those that are gone come last."""
        rows = await self._connection.execute(
            select(*DESTINATION)
            .where(destinations.c.kind == DestinationKind.CHANNEL.value)
            .order_by(destinations.c.state == DestinationState.GONE.value, destinations.c.id)
        )
        return [destination_of(row) for row in rows]

    async def holders(self, article_id: ArticleId, channels: Collection[DestinationId]) -> set[DestinationId]:
        """Those of the channels in which it stands, as a post or as a line of a ticker."""
        # What was recalled leaves a ticker by an edit.
        is_recalled = exists().where(articles.c.id == article_id, articles.c.recalled)
        own = select(posts.c.destination_id).where(
            _of(posts, _article(article_id)), posts.c.destination_id.in_(list(channels))
        )
        lines = (
            select(ticker_lines.c.destination_id)
            .join_from(ticker_lines, posts, _TICKER_POST)
            .where(ticker_lines.c.article_id == article_id, ~is_recalled)
        )
        return {DestinationId(number) for number in await self._connection.scalars(own.union(lines))}

    async def records(self, destination_id: DestinationId, subject: Subject) -> list[Record]:
        """All deliveries of a subject to one chat, in their order."""
        rows = await self._connection.execute(
            select(deliveries)
            .where(deliveries.c.destination_id == destination_id, _of(deliveries, subject))
            .order_by(deliveries.c.id)
        )
        return [
            Record(
                action=Action(row.action),
                revision=row.revision,
                state=DeliveryState(row.state),
                attempts=row.attempts,
                planned_at=row.created_at,
                not_before=row.not_before if row.priority > int(Priority.AWAITING) else None,
                settled_at=row.settled_at,
                reason=row.reason,
            )
            for row in rows
        ]

    async def line(self, destination_id: DestinationId, article_id: ArticleId) -> Line | None:
        row = (
            await self._connection.execute(
                select(ticker_lines.c.rubric, ticker_lines.c.ticker_id, destinations.c.ticker_next_at)
                .join_from(ticker_lines, destinations, destinations.c.id == ticker_lines.c.destination_id)
                .where(ticker_lines.c.destination_id == destination_id, ticker_lines.c.article_id == article_id)
            )
        ).first()
        if row is None:
            return None
        ticker_id = TickerId(row.ticker_id) if row.ticker_id is not None else None
        return Line(rubric=Slug(row.rubric), ticker_id=ticker_id, next_tick=row.ticker_next_at)

    async def received(self, destination_id: DestinationId, *, limit: int) -> list[Receipt]:
        """The articles that were sent to a chat and still stand there, the newest first."""
        # Chosen before they are joined: SQLite would look through everybody's deliveries for the newest.
        newest = (
            select(posts.c.destination_id, posts.c.subject_kind, posts.c.subject_id, posts.c.message_id)
            .where(posts.c.destination_id == destination_id, posts.c.subject_kind == SubjectKind.ARTICLE.value)
            .order_by(posts.c.message_id.desc())
            .limit(limit)
            .subquery()
        )
        its_delivery = and_(
            deliveries.c.subject_kind == newest.c.subject_kind,
            deliveries.c.subject_id == newest.c.subject_id,
            deliveries.c.action == Action.POST.value,
            deliveries.c.revision == 0,
            deliveries.c.destination_id == newest.c.destination_id,
        )
        rows = await self._connection.execute(
            select(newest.c.subject_id, deliveries.c.settled_at)
            .join_from(newest, deliveries, its_delivery)
            .where(deliveries.c.settled_at.is_not(None))
            .order_by(newest.c.message_id.desc())
        )
        return [Receipt(article_id=ArticleId(row.subject_id), sent_at=row.settled_at) for row in rows]


def _article(article_id: ArticleId) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=article_id)


def _of(table: Table, subject: Subject) -> ColumnElement[bool]:
    """The deliveries, or posts, of a subject."""
    return (table.c.subject_kind == subject.kind.value) & (table.c.subject_id == subject.id)
