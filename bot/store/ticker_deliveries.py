"""What tickers have due in the outbox: their post, its pin, and the edits that keep it true. Many channels a statement."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, SubjectKind
from bot.domain.destination import DestinationId
from bot.domain.ticker import TickerId
from bot.store.dialect import insert
from bot.store.tables import deliveries, posts, ticker_lines, tickers

_COLUMNS = [
    "subject_kind",
    "subject_id",
    "action",
    "revision",
    "destination_id",
    "to_channel",
    "priority",
    "state",
    "attempts",
    "created_at",
]


class TickerDeliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def queue(self, found: Collection[TickerId], *, action: Action, priority: int, now: datetime) -> None:
        """A post, a pin or an unpin of each, once in its life."""
        await self._queue(tickers.c.id.in_(list(found)), action, literal(0), priority, now)

    async def queue_edits(self, found: Collection[TickerId], *, priority: int, now: datetime) -> None:
        """Where it stands, or is being sent this moment; a post that waits will show the newest revision by itself."""
        await self._queue_edits(tickers.c.id.in_(list(found)), priority, now)

    async def change_line(self, article_id: ArticleId, *, priority: int, now: datetime) -> None:
        """The article was corrected or recalled: every ticker with its line is edited, however many they are."""
        has_line = tickers.c.id.in_(select(ticker_lines.c.ticker_id).where(ticker_lines.c.article_id == article_id))
        await self._connection.execute(update(tickers).where(has_line).values(revision=tickers.c.revision + 1))
        await self._queue_edits(has_line, priority, now)

    async def pin_again(self, destination_id: DestinationId, *, now: datetime) -> None:
        """The open message of a channel that refused the pin, which now may be pinned."""
        is_open = select(tickers.c.id).where(text("tickers.is_open"), tickers.c.destination_id == destination_id)
        await self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.subject_kind == SubjectKind.TICKER.value,
                deliveries.c.subject_id.in_(is_open),
                deliveries.c.action == Action.PIN.value,
                deliveries.c.state.in_([DeliveryState.DROPPED.value, DeliveryState.FAILED.value]),
            )
            .values(
                state=DeliveryState.QUEUED.value,
                attempts=0,
                created_at=now,
                settled_at=None,
                reason=None,
                not_before=None,
            )
        )

    async def _queue_edits(self, condition: ColumnElement[bool], priority: int, now: datetime) -> None:
        in_flight = deliveries.alias("in_flight")
        is_outdated = exists().where(
            posts.c.destination_id == tickers.c.destination_id,
            posts.c.subject_kind == SubjectKind.TICKER.value,
            posts.c.subject_id == tickers.c.id,
            posts.c.revision < tickers.c.revision,
        )
        is_being_sent = exists().where(
            text("in_flight.state = 'sending'"),
            in_flight.c.destination_id == tickers.c.destination_id,
            in_flight.c.subject_kind == SubjectKind.TICKER.value,
            in_flight.c.subject_id == tickers.c.id,
            in_flight.c.action == Action.POST.value,
        )
        await self._queue(condition & or_(is_outdated, is_being_sent), Action.EDIT, tickers.c.revision, priority, now)

    async def _queue(
        self, condition: ColumnElement[bool], action: Action, revision: ColumnElement[int], priority: int, now: datetime
    ) -> None:
        chosen = (
            select(
                literal(SubjectKind.TICKER.value),
                tickers.c.id,
                literal(action.value),
                revision,
                tickers.c.destination_id,
                true(),
                literal(int(priority)),
                literal(DeliveryState.QUEUED.value),
                literal(0),
                literal(now, deliveries.c.created_at.type),
            )
            .where(condition)
            .order_by(tickers.c.id)
        )
        statement = insert(self._connection, deliveries).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
        await self._connection.execute(statement)
