"""Destinations and their subscriptions in the database."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import ticker_plan
from bot.domain.appearance import PRIVATE, Appearance
from bot.domain.cause import Cause
from bot.domain.channel_pace import ChannelPace, Overflow
from bot.domain.delivery import Action, DeliveryState, Priority
from bot.domain.destination import Destination, DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker import PinRight
from bot.domain.ticker_plan import TickerPlan
from bot.store import topics
from bot.store.appearances import read, written
from bot.store.dialect import insert
from bot.store.overflow import Overflowing
from bot.store.tables import (
    IS_OPEN_OF_CHANNEL,
    channel_administrators,
    channel_editions,
    deliveries,
    destinations,
    posts,
    subscriptions,
)

# Spelled out, not bound: only so may a database see that an index of a few channels is meant.
HAS_TICKER = text("destinations.ticker_plan IS NOT NULL")
_REFUSES_PINS = text(f"destinations.pin_right = '{PinRight.MISSING}'")
# Telegram's ids have 52 bits.
_VACANT = -(2**60)


class Destinations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, destination_id: DestinationId) -> Destination | None:
        return await self._one(destinations.c.id == destination_id)

    async def by_chat(self, chat_id: int) -> Destination | None:
        return await self._one(destinations.c.chat_id == chat_id)

    async def highest_id(self) -> int:
        return int(await self._connection.scalar(select(func.max(destinations.c.id))) or 0)

    async def add(
        self,
        *,
        chat_id: int,
        kind: DestinationKind,
        language: Language,
        now: datetime,
        title: str = "",
        connected_by: int | None = None,
        introduced: bool = True,
        is_group: bool = False,
    ) -> Destination:
        """Add, or return what is there under this chat id."""
        statement = (
            insert(self._connection, destinations)
            .values(
                chat_id=chat_id,
                kind=kind.value,
                state=DestinationState.ACTIVE.value,
                language=language.value,
                title=title,
                connected_by=connected_by,
                introduced=introduced,
                is_group=is_group,
                articles_on=True,
                created_at=now,
                looked_at=now if kind is DestinationKind.CHANNEL else None,
            )
            .on_conflict_do_nothing(index_elements=["chat_id"])
        )
        await self._connection.execute(statement)
        found = await self.by_chat(chat_id)
        assert found is not None  # noqa: S101, the row was just written
        return found

    async def hold(self, destination_id: DestinationId) -> None:
        """Until the transaction ends nobody else changes this destination, so what is read now is still true when written."""
        await self.hold_all([destination_id])

    async def hold_all(self, ids: Collection[DestinationId]) -> None:
        """In the order of their ids, so that two who want the same ones do not wait for each other."""
        # SQLite has one writer at a time and leaves FOR UPDATE out.
        wanted = select(destinations.c.id).where(destinations.c.id.in_(list(ids))).order_by(destinations.c.id)
        await self._connection.execute(wanted.with_for_update())

    async def set_language(self, destination_id: DestinationId, language: Language) -> None:
        await self._update(destination_id, language=language.value)

    async def set_connection(self, destination_id: DestinationId, *, connected_by: int, introduced: bool) -> None:
        await self._update(destination_id, connected_by=connected_by, introduced=introduced)

    async def set_standing(
        self, destination_id: DestinationId, *, title: str, username: str, is_group: bool, lacks: Collection[str]
    ) -> None:
        """What Telegram says of the channel and of the bot's rights in it."""
        await self._update(
            destination_id, title=title, username=username or None, is_group=is_group, lacks=list(lacks) or None
        )

    async def set_paused_at(self, destination_id: DestinationId, at: datetime | None) -> None:
        await self._update(destination_id, paused_at=at)

    async def set_looked_at(self, destination_id: DestinationId, at: datetime) -> None:
        await self._update(destination_id, looked_at=at)

    async def to_look_at(self, before: datetime) -> Destination | None:
        """The channel that was not looked at for longest, if that was before this moment; lost ones too."""
        row = (
            await self._connection.execute(
                select(*DESTINATION)
                .where(text("kind = 'channel'"), destinations.c.looked_at <= before)
                .order_by(destinations.c.looked_at)
                .limit(1)
            )
        ).first()
        return destination_of(row) if row else None

    async def set_title(self, destination_id: DestinationId, title: str) -> None:
        await self._update(destination_id, title=title)

    async def set_state(self, destination_id: DestinationId, state: DestinationState, *, now: datetime) -> None:
        """Leaving ACTIVE drops what is queued: a backlog never floods whoever comes back.

        Of a channel at once, since it may wait for days; a person's posts when their turn comes (Claims.take), for which no
        index of a million people need be kept.
        """
        await self._update(destination_id, state=state.value)
        if state is DestinationState.ACTIVE:
            return
        await self._connection.execute(
            update(destinations)
            .where(destinations.c.id == destination_id, destinations.c.kind == DestinationKind.SUBSCRIBER.value)
            .values(left_at_delivery=select(func.max(deliveries.c.id)).scalar_subquery())
        )
        await Overflowing(self._connection).give_back(destination_id)
        condition = IS_OPEN_OF_CHANNEL & (deliveries.c.destination_id == destination_id)
        condition &= deliveries.c.state == DeliveryState.QUEUED.value
        if state is DestinationState.PAUSED:
            # What was posted can still be corrected and recalled, and what was begun ends.
            condition &= (deliveries.c.action == Action.POST.value) & (deliveries.c.priority < int(Priority.BEGUN))
        cause = Cause.PAUSED if state is DestinationState.PAUSED else Cause.GONE
        await self._connection.execute(
            update(deliveries)
            .where(condition)
            .values(state=DeliveryState.DROPPED.value, settled_at=now, reason=cause.value)
        )

    async def set_delivery(
        self,
        destination_id: DestinationId,
        *,
        articles_on: bool,
        ticker: TickerPlan | None,
        ticker_next_at: datetime | None,
    ) -> None:
        await self._update(
            destination_id,
            articles_on=articles_on,
            ticker_plan=ticker_plan.written(ticker) if ticker else None,
            ticker_next_at=ticker_next_at,
        )

    async def editions_of(self, destination_id: DestinationId) -> set[Language]:
        """The languages whose articles a channel gets besides its own."""
        found = await self._connection.scalars(
            select(channel_editions.c.language).where(channel_editions.c.destination_id == destination_id)
        )
        return {Language(language) for language in found}

    async def set_editions(self, destination_id: DestinationId, languages: Collection[Language]) -> None:
        await self._connection.execute(
            delete(channel_editions).where(channel_editions.c.destination_id == destination_id)
        )
        rows = [{"destination_id": destination_id, "language": language.value} for language in languages]
        if rows:
            await self._connection.execute(plain_insert(channel_editions), rows)

    async def set_appearance(self, destination_id: DestinationId, appearance: Appearance) -> None:
        await self._update(destination_id, appearance=written(appearance))

    async def set_quiet(self, destination_id: DestinationId, quiet: QuietHours | None) -> None:
        if quiet is None:
            await self._update(destination_id, quiet_start=None, quiet_end=None, quiet_mode=None)
        else:
            mode = quiet.mode.value
            await self._update(destination_id, quiet_start=quiet.start, quiet_end=quiet.end, quiet_mode=mode)

    async def set_pace(self, destination_id: DestinationId, pace: ChannelPace | None) -> None:
        """Without a limit there is none, and nothing that it leaves over."""
        kept = pace if pace is not None and pace.is_limited else ChannelPace()
        overflow = kept.overflow.value if kept.overflow is not Overflow.WAIT else None
        await self._update(destination_id, pace_hourly=kept.hourly, pace_gap=kept.gap, pace_overflow=overflow)

    async def set_recent(self, recent: Iterable[tuple[DestinationId, Sequence[datetime]]]) -> None:
        """The posts of the last hour in each of these channels."""
        rows = [{"of": channel_id, "times": [each.timestamp() for each in times]} for channel_id, times in recent]
        if rows:
            await self._connection.execute(_SET_RECENT, rows)

    async def set_needs_approval(self, destination_id: DestinationId, *, needs_approval: bool) -> None:
        await self._update(destination_id, needs_approval=needs_approval)

    async def holding_hours(self) -> list[QuietHours]:
        """The quiet hours in which posts wait, of whatever channels, each once."""
        # Spelled out, so that the index of these alone is seen to be enough.
        rows = await self._connection.execute(
            select(destinations.c.quiet_start, destinations.c.quiet_end).where(text("quiet_mode = 'hold'")).distinct()
        )
        return [QuietHours(start=start, end=end, mode=QuietMode.HOLD) for start, end in rows]

    async def move(self, destination_id: DestinationId, chat_id: int) -> None:
        """Follow a chat to its new id. Message ids of the old chat are void there, so its posts are forgotten."""
        await self._update(destination_id, chat_id=chat_id)
        await self._connection.execute(delete(posts).where(posts.c.destination_id == destination_id))

    async def vacate(self, destination_id: DestinationId) -> None:
        """Give up the chat id, which another destination is to have. None of Telegram's is below this number."""
        await self._update(destination_id, chat_id=_VACANT - destination_id, looked_at=None)

    async def administered_by(self, user_id: int) -> list[Destination]:
        """The channels that this person connected, or was found to administer, and that are not gone."""
        found = select(channel_administrators.c.destination_id).where(channel_administrators.c.user_id == user_id)
        rows = await self._connection.execute(
            select(*DESTINATION)
            .where(
                (destinations.c.connected_by == user_id) | destinations.c.id.in_(found),
                destinations.c.kind == DestinationKind.CHANNEL.value,
                destinations.c.state != DestinationState.GONE.value,
            )
            .order_by(destinations.c.id)
        )
        return [destination_of(row) for row in rows]

    async def add_administrator(self, destination_id: DestinationId, user_id: int) -> None:
        await self._connection.execute(
            insert(self._connection, channel_administrators)
            .values(user_id=user_id, destination_id=destination_id)
            .on_conflict_do_nothing()
        )

    async def remove_administrator(self, destination_id: DestinationId, user_id: int) -> None:
        await self._connection.execute(
            delete(channel_administrators).where(
                channel_administrators.c.user_id == user_id, channel_administrators.c.destination_id == destination_id
            )
        )

    async def channels(self) -> list[Destination]:
        """Every channel that is not gone, the oldest first."""
        rows = await self._connection.execute(
            select(*DESTINATION)
            .where(
                destinations.c.kind == DestinationKind.CHANNEL.value,
                destinations.c.state != DestinationState.GONE.value,
            )
            .order_by(destinations.c.id)
        )
        return [destination_of(row) for row in rows]

    async def take_introductions(self, user_id: int) -> list[Destination]:
        """The channels this person connected without ever having seen their menu; each is given out once."""
        rows = await self._connection.execute(
            update(destinations)
            .where(
                destinations.c.connected_by == user_id,
                ~destinations.c.introduced,
                destinations.c.state != DestinationState.GONE.value,
            )
            .values(introduced=True)
            .returning(*DESTINATION)
        )
        return [destination_of(row) for row in rows]

    async def rubrics_of(self, destination_id: DestinationId) -> set[Slug]:
        """The rubrics it subscribes to, in whatever mode."""
        found = await self._connection.scalars(
            select(subscriptions.c.rubric).where(subscriptions.c.destination_id == destination_id).distinct()
        )
        return {Slug(slug) for slug in found}

    async def subscribe(
        self, destination_id: DestinationId, *, rubrics: Collection[Slug], modes: Collection[Mode]
    ) -> None:
        """Make the subscriptions exactly rubrics × modes."""
        await self._connection.execute(delete(subscriptions).where(subscriptions.c.destination_id == destination_id))
        rows = [
            {"destination_id": destination_id, "rubric": slug, "mode": mode.value} for slug in rubrics for mode in modes
        ]
        if rows:
            await self._connection.execute(plain_insert(subscriptions), rows)

    async def ticker_due(self, now: datetime) -> list[DestinationId]:
        """Whose next batch is due; live tickers are not asked about here."""
        found = await self._connection.scalars(
            select(destinations.c.id)
            .where(
                HAS_TICKER,
                destinations.c.ticker_next_at <= now,
                destinations.c.ticker_plan != ticker_plan.LIVE,
                destinations.c.state == DestinationState.ACTIVE.value,
            )
            .order_by(destinations.c.ticker_plan, destinations.c.id)
        )
        return [DestinationId(found_id) for found_id in found]

    async def note_pins(self, *, refused: Collection[DestinationId], done: Collection[DestinationId]) -> None:
        """Channels that let us pin, and that do not, which their administrators are then told once."""
        for ids, after in ((done, PinRight.HELD), (refused, PinRight.MISSING)):
            is_news = destinations.c.pin_right == PinRight.HELD.value
            if after is PinRight.HELD:
                is_news = ~is_news
            if ids:
                await self._connection.execute(
                    update(destinations).where(destinations.c.id.in_(list(ids)), is_news).values(pin_right=after.value)
                )

    async def pins_refused(self, limit: int) -> list[Destination]:
        """Channels that refused a pin, of which their administrator does not know yet."""
        rows = await self._connection.execute(
            select(*DESTINATION)
            .where(
                _REFUSES_PINS,
                destinations.c.state != DestinationState.GONE.value,
            )
            .order_by(destinations.c.id)
            .limit(limit)
        )
        return [destination_of(row) for row in rows]

    async def pass_tick(self, destination_id: DestinationId, now: datetime, *, following: datetime | None) -> bool:
        """From a tick that is due to the next one; False when it is not due any more."""
        result = await self._connection.execute(
            update(destinations)
            .where(destinations.c.id == destination_id, destinations.c.ticker_next_at <= now)
            .values(ticker_next_at=following)
        )
        return bool(result.rowcount)

    async def set_pin_right(self, destination_id: DestinationId, right: PinRight) -> None:
        await self._update(destination_id, pin_right=right.value)

    async def _one(self, condition: ColumnElement[bool]) -> Destination | None:
        row = (await self._connection.execute(select(*DESTINATION).where(condition))).first()
        return destination_of(row) if row else None

    async def _update(self, destination_id: DestinationId, **values: object) -> None:
        await self._connection.execute(update(destinations).where(destinations.c.id == destination_id).values(**values))


_SET_RECENT = update(destinations).where(destinations.c.id == bindparam("of")).values(recent_posts=bindparam("times"))


# What destination_of reads, in its order. By place: to look each up by its name takes twice as long, and there is one for
# every delivery.
DESTINATION = (
    destinations.c.id,
    destinations.c.chat_id,
    destinations.c.kind,
    destinations.c.state,
    destinations.c.language,
    destinations.c.title,
    destinations.c.connected_by,
    destinations.c.articles_on,
    destinations.c.ticker_plan,
    destinations.c.is_group,
    destinations.c.username,
    destinations.c.lacks,
    destinations.c.paused_at,
    destinations.c.appearance,
    destinations.c.quiet_start,
    destinations.c.quiet_end,
    destinations.c.quiet_mode,
    destinations.c.pace_hourly,
    destinations.c.pace_gap,
    destinations.c.pace_overflow,
    destinations.c.recent_posts,
    destinations.c.needs_approval,
    destinations.c.is_forum,
    destinations.c.forum,
    destinations.c.created_at,
)
# An enum's own look-up by value takes ten times as long.
_kind, _state, _language = cache(DestinationKind), cache(DestinationState), cache(Language)


def destination_of(row: Sequence[Any]) -> Destination:
    """Of the columns DESTINATION."""
    (
        destination_id,
        chat_id,
        kind,
        state,
        language,
        title,
        connected_by,
        articles_on,
        ticker,
        is_group,
        username,
        lacks,
        paused_at,
        appearance,
        quiet_start,
        quiet_end,
        quiet_mode,
        pace_hourly,
        pace_gap,
        pace_overflow,
        recent,
        needs_approval,
        is_forum,
        forum,
        created_at,
    ) = row
    quiet = pace = None
    if quiet_mode is not None:
        quiet = QuietHours(start=quiet_start, end=quiet_end, mode=QuietMode(quiet_mode))
    if pace_hourly is not None or pace_gap is not None:
        pace = ChannelPace(hourly=pace_hourly, gap=pace_gap, overflow=Overflow(pace_overflow or Overflow.WAIT))
    return Destination(
        id=destination_id,
        chat_id=chat_id,
        kind=_kind(kind),
        state=_state(state),
        language=_language(language),
        title=title,
        connected_by=connected_by,
        articles_on=articles_on,
        ticker=ticker_plan.read(ticker) if ticker else None,
        is_group=is_group,
        username=username or "",
        lacks=tuple(lacks or ()),
        paused_at=paused_at,
        appearance=read(appearance) if kind == DestinationKind.CHANNEL.value else PRIVATE,
        quiet=quiet,
        pace=pace,
        recent=recent_posts(recent) if recent else (),
        needs_approval=needs_approval,
        forum=topics.read(forum) if is_forum else None,
        created_at=created_at,
    )


def recent_posts(kept: Sequence[float] | None) -> tuple[datetime, ...]:
    return tuple(datetime.fromtimestamp(each, UTC) for each in kept or ())
