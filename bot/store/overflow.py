"""Posts for which a channel's pace has no place → lines of one message, or of its ticker; and back.

A delivery is `joined` and its line written in one transaction, so that no crash loses an article or tells it twice. Rows that
somebody else works on this moment are left for the next time: the sender waits for nobody while it holds what it claimed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, null, or_, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel_pace import Overflow
from bot.domain.delivery import Action, DeliveryId, DeliveryState, Priority, SubjectKind
from bot.domain.destination import DestinationId, DestinationState
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerId, TickerLine
from bot.store.dialect import insert
from bot.store.tables import (
    IS_OPEN_OF_CHANNEL,
    article_rubrics,
    articles,
    deliveries,
    destinations,
    posts,
    subscriptions,
    ticker_lines,
    tickers,
)

_BATCH, _TICKER = Overflow.BATCH.value, Overflow.TICKER.value
# Spelled out, not bound, as IS_OPEN_OF_CHANNEL is.
_IS_QUEUED = text("deliveries.state = 'queued'")
_IS_WAITING_LINE = text("ticker_lines.ticker_id IS NULL")
_IS_ARTICLE_POST = (deliveries.c.action == Action.POST.value) & (deliveries.c.subject_kind == SubjectKind.ARTICLE.value)
_IS_JOINED = deliveries.c.state == DeliveryState.JOINED.value
_OF_LINE = (
    _IS_ARTICLE_POST
    & (deliveries.c.revision == 0)
    & (deliveries.c.subject_id == ticker_lines.c.article_id)
    & (deliveries.c.destination_id == ticker_lines.c.destination_id)
)
# The first of the article's rubrics that the channel takes.
_RUBRIC = func.coalesce(
    select(article_rubrics.c.rubric)
    .join_from(
        article_rubrics,
        subscriptions,
        (subscriptions.c.rubric == article_rubrics.c.rubric)
        & (subscriptions.c.destination_id == deliveries.c.destination_id),
    )
    .where(article_rubrics.c.article_id == deliveries.c.subject_id)
    .order_by(article_rubrics.c.position)
    .limit(1)
    .correlate(deliveries)
    .scalar_subquery(),
    "",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surplus:
    """A post that waits. `is_first`: it waited for its place and was just claimed; `is_told`: the ticker shows its line."""

    delivery_id: DeliveryId
    channel_id: DestinationId
    line: TickerLine
    is_first: bool
    is_told: bool


class Overflowing:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def surplus(
        self, channels: Collection[DestinationId], claimed: Collection[DeliveryId], *, most: int
    ) -> Mapping[DestinationId, Sequence[Surplus]]:
        """What waits in each of these channels, the oldest first and at `most` so many, with what was `claimed`.

        What may have reached the chat is left out: it is tried again as it was.
        """
        is_claimed = deliveries.c.id.in_(list(claimed))
        was_held = deliveries.c.reason == Cause.CHANNEL_PACE.value
        place = func.row_number().over(partition_by=deliveries.c.destination_id, order_by=deliveries.c.id)
        ranked = (
            select(deliveries.c.id, place.label("place"))
            .where(
                IS_OPEN_OF_CHANNEL,
                deliveries.c.destination_id.in_(list(channels)),
                _may_join(),
                or_(is_claimed, _IS_QUEUED & or_(deliveries.c.not_before.is_(None), was_held)),
            )
            .subquery()
        )
        rows = await self._connection.execute(
            select(
                deliveries.c.id.label("delivery_id"),
                deliveries.c.destination_id,
                (is_claimed & was_held).label("is_first"),
                ticker_lines.c.ticker_id,
                articles.c.id,
                articles.c.published_at,
                articles.c.title,
                articles.c.url,
                _RUBRIC.label("rubric"),
            )
            .join_from(deliveries, ranked, ranked.c.id == deliveries.c.id)
            .join(destinations, destinations.c.id == deliveries.c.destination_id)
            .join(articles, articles.c.id == deliveries.c.subject_id)
            .outerjoin(ticker_lines, _OF_LINE)
            .where(
                ranked.c.place <= most,
                # Once more: of a row that somebody changed meanwhile PostgreSQL asks no more than what stands here.
                IS_OPEN_OF_CHANNEL,
                deliveries.c.priority <= int(Priority.ARTICLE),
                destinations.c.pace_overflow == _BATCH,
                destinations.c.state == DestinationState.ACTIVE.value,
            )
            .order_by(deliveries.c.id)
            .with_for_update(skip_locked=True, of=[deliveries, destinations])
        )
        found: dict[DestinationId, list[Surplus]] = {}
        for row in rows:
            each = Surplus(
                delivery_id=DeliveryId(row.delivery_id),
                channel_id=DestinationId(row.destination_id),
                line=TickerLine(
                    article_id=ArticleId(row.id),
                    published_at=row.published_at,
                    title=row.title,
                    url=row.url,
                    rubric=Slug(row.rubric),
                ),
                is_first=bool(row.is_first),
                is_told=row.ticker_id is not None,
            )
            found.setdefault(each.channel_id, []).append(each)
        return found

    async def join_batches(
        self, batches: Mapping[DestinationId, Sequence[Surplus]], day: date, *, now: datetime
    ) -> list[TickerId]:
        """One message a channel, which tells all of these. It takes over the lines that wait for the channel's ticker."""
        opened = await self._connection.execute(
            plain_insert(tickers).returning(tickers.c.id, tickers.c.destination_id),
            [{"destination_id": channel_id, "day": day, "revision": 0} for channel_id in batches],
        )
        its_ticker = {DestinationId(row.destination_id): TickerId(row.id) for row in opened}
        joining = [each for members in batches.values() for each in members]
        await self.join(joining, Cause.IN_BATCH, now=now)
        statement = insert(self._connection, ticker_lines)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["destination_id", "article_id"],
                set_={"ticker_id": statement.excluded.ticker_id},
                where=_IS_WAITING_LINE,
            ),
            [
                {
                    "destination_id": each.channel_id,
                    "article_id": each.line.article_id,
                    "rubric": each.line.rubric,
                    "ticker_id": its_ticker[each.channel_id],
                }
                for each in joining
            ],
        )
        return sorted(its_ticker.values())

    async def join(self, joining: Collection[Surplus], reason: Cause, *, now: datetime) -> None:
        await self._connection.execute(
            _JOIN, [{"joining": each.delivery_id, "at": now, "why": reason.value} for each in joining]
        )

    async def join_tickers(self, channels: Collection[DestinationId], *, now: datetime) -> None:
        """What waits for its turn in these channels, and is to be in their tickers instead. They are held by the caller."""
        chosen = (
            select(deliveries.c.id)
            .join(destinations, destinations.c.id == deliveries.c.destination_id)
            .join(articles, articles.c.id == deliveries.c.subject_id)
            .where(
                deliveries.c.destination_id.in_(list(channels)),
                IS_OPEN_OF_CHANNEL,
                _IS_QUEUED,
                _may_join(),
                deliveries.c.reason == Cause.CHANNEL_PACE.value,
                ~articles.c.recalled,
                destinations.c.pace_overflow == _TICKER,
                destinations.c.ticker_plan.is_not(None),
                destinations.c.state == DestinationState.ACTIVE.value,
            )
            .with_for_update(skip_locked=True, of=deliveries)
        )
        values = _joined(Cause.IN_TICKER.value, now)
        joined = await self._connection.execute(update(deliveries).where(deliveries.c.id.in_(chosen)).values(**values))
        if not joined.rowcount:
            return
        lines = (
            select(deliveries.c.destination_id, deliveries.c.subject_id, _RUBRIC, null())
            .join_from(deliveries, articles, articles.c.id == deliveries.c.subject_id)
            .where(
                deliveries.c.settled_at == now,
                deliveries.c.destination_id.in_(list(channels)),
                deliveries.c.reason == Cause.IN_TICKER.value,
                _IS_JOINED,
            )
        )
        columns = ["destination_id", "article_id", "rubric", "ticker_id"]
        await self._connection.execute(
            insert(self._connection, ticker_lines).from_select(columns, lines).on_conflict_do_nothing()
        )

    async def leave_to_lines(self, article_id: ArticleId, *, now: datetime) -> None:
        """The article of a headline that a ticker tells already, where a ticker carries nothing that is a post."""
        told = (
            select(ticker_lines.c.destination_id)
            .join(destinations, destinations.c.id == ticker_lines.c.destination_id)
            .where(ticker_lines.c.article_id == article_id, destinations.c.pace_overflow == _TICKER)
        )
        await self._connection.execute(
            update(deliveries)
            .where(
                _IS_ARTICLE_POST,
                deliveries.c.subject_id == article_id,
                deliveries.c.revision == 0,
                _IS_QUEUED,
                deliveries.c.priority <= int(Priority.ARTICLE),
                deliveries.c.destination_id.in_(told),
            )
            .values(**_joined(Cause.IN_TICKER.value, now))
        )

    async def give_back(self, channel_id: DestinationId) -> None:
        """Lines that nobody has seen are posts again, which wait."""
        unsent = select(deliveries.c.subject_id).where(
            IS_OPEN_OF_CHANNEL,
            _IS_QUEUED,
            deliveries.c.destination_id == channel_id,
            deliveries.c.subject_kind == SubjectKind.TICKER.value,
            deliveries.c.action == Action.POST.value,
        )
        of_channel = ticker_lines.c.destination_id == channel_id
        found = await self._connection.scalars(
            select(ticker_lines.c.article_id).where(
                of_channel,
                or_(_IS_WAITING_LINE, ticker_lines.c.ticker_id.in_(unsent)),
                exists().where(_OF_LINE, _IS_JOINED),
            )
        )
        unseen = list(found)
        if not unseen:
            return
        await self._connection.execute(
            update(deliveries)
            .where(
                _IS_ARTICLE_POST,
                deliveries.c.subject_id.in_(unseen),
                deliveries.c.revision == 0,
                deliveries.c.destination_id == channel_id,
                _IS_JOINED,
            )
            .values(state=DeliveryState.QUEUED.value, settled_at=None, reason=None)
        )
        await self._connection.execute(delete(ticker_lines).where(of_channel, ticker_lines.c.article_id.in_(unseen)))

    async def forget_posted(self, channel_id: DestinationId) -> None:
        """The lines that wait though a post tells the same, or is to."""
        is_post = exists().where(_OF_LINE, deliveries.c.state.in_(["queued", "sending", "sent", "uncertain"]))
        await self._connection.execute(
            delete(ticker_lines).where(ticker_lines.c.destination_id == channel_id, _IS_WAITING_LINE, is_post)
        )


def _may_join() -> ColumnElement[bool]:
    """An article's post that certainly did not reach its chat."""
    stands = exists().where(
        posts.c.destination_id == deliveries.c.destination_id,
        posts.c.subject_kind == deliveries.c.subject_kind,
        posts.c.subject_id == deliveries.c.subject_id,
    )
    is_untried = (deliveries.c.attempts == 0) & (deliveries.c.priority <= int(Priority.ARTICLE))
    return _IS_ARTICLE_POST & is_untried & ~stands


def _joined(reason: object, at: object) -> dict[str, Any]:
    return {
        "state": DeliveryState.JOINED.value,
        "settled_at": at,
        "reason": reason,
        "not_before": None,
        "lease_until": None,
    }


_JOIN = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("joining"), IS_OPEN_OF_CHANNEL)
    .values(**_joined(bindparam("why"), bindparam("at")))
)
