"""Channels: connected and lost, what they carry and when. Whether the asking person may is decided before, with Telegram."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.destination import Destination, DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.errors import NothingToDeliverError, UnknownChannelError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.plan.ticker import next_tick
from bot.services.subscriptions import Choice, choices, choose, choose_every
from bot.store.database import Database, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSettings:
    channel: Destination
    choices: tuple[Choice, ...]


class Channels:
    def __init__(self, *, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def connected(self, chat_id: int, *, title: str, user_id: int, language: Language) -> ChannelSettings | None:
        """The bot may post there now. None: it could before, so there is nothing to tell.

        A new channel speaks the language of who connected it and starts without rubrics; one that returns keeps
        what was set. Its menu is owed to that person until `introduced`.
        """
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None and known.state is not DestinationState.GONE:
                await tx.destinations.set_title(known.id, title)
                return None
            if known is None:
                added = await tx.destinations.add(
                    chat_id=chat_id,
                    kind=DestinationKind.CHANNEL,
                    language=language,
                    now=self._clock.now(),
                    title=title,
                    connected_by=user_id,
                    introduced=False,
                )
                return await self._settings(tx, added)
            await tx.destinations.set_connection(known.id, title=title, connected_by=user_id, introduced=False)
            returned = replace(known, title=title, connected_by=user_id)
            return await self._settings(tx, await self._wake(tx, returned))

    async def disconnected(self, chat_id: int) -> Destination | None:
        """The bot may no longer post there. None: it could not before."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is None or known.state is DestinationState.GONE:
                return None
            await tx.destinations.set_state(known.id, DestinationState.GONE, now=self._clock.now())
            await tx.tickers.forget_waiting(known.id)
            return replace(known, state=DestinationState.GONE)

    async def renamed(self, chat_id: int, title: str) -> None:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None:
                await tx.destinations.set_title(known.id, title)

    async def introduced(self, user_id: int) -> list[ChannelSettings]:
        """The channels whose menus are owed to this person; each is given out once."""
        async with self._database.transaction() as tx:
            owed = await tx.destinations.take_introductions(user_id)
            return [await self._settings(tx, channel) for channel in owed]

    async def connected_by(self, user_id: int) -> list[Destination]:
        async with self._database.transaction() as tx:
            return await tx.destinations.connected_by(user_id)

    async def connected_by_others(self, user_id: int) -> list[Destination]:
        async with self._database.transaction() as tx:
            return [channel for channel in await tx.destinations.channels() if channel.connected_by != user_id]

    async def get(self, channel_id: DestinationId) -> Destination:
        async with self._database.transaction() as tx:
            return await _connected(tx, channel_id)

    async def show(self, channel_id: DestinationId) -> ChannelSettings:
        async with self._database.transaction() as tx:
            return await self._settings(tx, await _connected(tx, channel_id))

    async def choose(self, channel_id: DestinationId, slug: Slug, *, is_wanted: bool) -> ChannelSettings:
        async with self._database.transaction() as tx:
            channel = await _connected(tx, channel_id)
            chosen = await choose(tx, channel, slug, is_wanted=is_wanted, modes=_modes(channel))
            return ChannelSettings(channel=channel, choices=chosen)

    async def choose_every(self, channel_id: DestinationId, *, is_wanted: bool) -> ChannelSettings:
        async with self._database.transaction() as tx:
            channel = await _connected(tx, channel_id)
            chosen = await choose_every(tx, channel, is_wanted=is_wanted, modes=_modes(channel))
            return ChannelSettings(channel=channel, choices=chosen)

    async def set_articles(self, channel_id: DestinationId, *, is_on: bool) -> ChannelSettings:
        """Each article as a post of its own, or not."""
        return await self._set_delivery(channel_id, lambda channel: replace(channel, articles_on=is_on))

    async def set_ticker(self, channel_id: DestinationId, minutes: int | None) -> ChannelSettings:
        """A ticker every so many minutes; None: no ticker, and its backlog is forgotten."""
        return await self._set_delivery(channel_id, lambda channel: replace(channel, ticker_minutes=minutes))

    async def set_language(self, channel_id: DestinationId, language: Language) -> ChannelSettings:
        async with self._database.transaction() as tx:
            channel = await _connected(tx, channel_id)
            await tx.destinations.set_language(channel.id, language)
            return await self._settings(tx, replace(channel, language=language))

    async def pause(self, channel_id: DestinationId) -> ChannelSettings:
        """Nothing goes out, and what comes meanwhile is taken as read."""
        async with self._database.transaction() as tx:
            channel = await _connected(tx, channel_id)
            await tx.destinations.set_state(channel.id, DestinationState.PAUSED, now=self._clock.now())
            await tx.tickers.forget_waiting(channel.id)
            return await self._settings(tx, replace(channel, state=DestinationState.PAUSED))

    async def resume(self, channel_id: DestinationId) -> ChannelSettings:
        async with self._database.transaction() as tx:
            return await self._settings(tx, await self._wake(tx, await _connected(tx, channel_id)))

    async def _set_delivery(
        self, channel_id: DestinationId, change: Callable[[Destination], Destination]
    ) -> ChannelSettings:
        async with self._database.transaction() as tx:
            channel = change(await _connected(tx, channel_id))
            modes = _modes(channel)
            if not modes:
                raise NothingToDeliverError(channel=channel.title)
            await self._write_delivery(tx, channel)
            if channel.ticker_minutes is None:
                await tx.tickers.forget_waiting(channel.id)
            chosen = await tx.destinations.rubrics_of(channel.id)
            await tx.destinations.subscribe(channel.id, rubrics=chosen, modes=modes)
            return await self._settings(tx, channel)

    async def _wake(self, tx: Transaction, channel: Destination) -> Destination:
        """Active again, without the backlog: the next tick is a coming one, its lines those from now on."""
        await tx.destinations.set_state(channel.id, DestinationState.ACTIVE, now=self._clock.now())
        await self._write_delivery(tx, channel)
        if channel.state is not DestinationState.ACTIVE:
            await tx.tickers.forget_waiting(channel.id)
        return replace(channel, state=DestinationState.ACTIVE)

    async def _write_delivery(self, tx: Transaction, channel: Destination) -> None:
        await tx.destinations.set_delivery(
            channel.id,
            articles_on=channel.articles_on,
            ticker_minutes=channel.ticker_minutes,
            ticker_next_at=self._next_tick(channel),
        )

    def _next_tick(self, channel: Destination) -> datetime | None:
        if channel.ticker_minutes is None:
            return None
        return next_tick(self._clock.now(), channel.ticker_minutes, self._zone)

    async def _settings(self, tx: Transaction, channel: Destination) -> ChannelSettings:
        return ChannelSettings(channel=channel, choices=await choices(tx, channel))


async def _connected(tx: Transaction, channel_id: DestinationId) -> Destination:
    """The channel, held until the transaction ends; a button may name one that is lost, or no channel at all."""
    await tx.destinations.hold(channel_id)
    channel = await tx.destinations.get(channel_id)
    if channel is None or channel.kind is not DestinationKind.CHANNEL or channel.state is DestinationState.GONE:
        raise UnknownChannelError
    return channel


def _modes(channel: Destination) -> tuple[Mode, ...]:
    """How the channel takes its rubrics."""
    instant = (Mode.INSTANT,) if channel.articles_on else ()
    ticker = (Mode.TICKER,) if channel.ticker_minutes is not None else ()
    return (*instant, *ticker)
