"""Channels: connected and lost, what they carry and when. Whether the asking person may is decided before, with Telegram."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.alert import AlertKind, channel_key
from bot.domain.channel import Administrator, Change, Setting
from bot.domain.destination import Destination, DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.errors import NothingToDeliverError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.plan.ticker import next_tick
from bot.services.channel_editing import ChannelSettings, Editing, connected, editing, settings_of
from bot.services.subscriptions import Choice, choose, choose_every
from bot.store.database import Database, Transaction


class Channels:
    def __init__(self, *, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def connected(
        self, chat_id: int, *, title: str, by: Administrator, language: Language
    ) -> ChannelSettings | None:
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
                    connected_by=by.user_id,
                    introduced=False,
                )
                return await self._settings(tx, added, by.user_id)
            await tx.destinations.set_connection(known.id, title=title, connected_by=by.user_id, introduced=False)
            returned = replace(known, title=title, connected_by=by.user_id)
            return await self._settings(tx, await self._wake(tx, returned), by.user_id)

    async def disconnected(self, chat_id: int) -> Destination | None:
        """The bot may no longer post there. None: it could not before."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is None or known.state is DestinationState.GONE:
                return None
            await tx.destinations.set_state(known.id, DestinationState.GONE, now=self._clock.now())
            await tx.tickers.forget_waiting(known.id)
            return replace(known, state=DestinationState.GONE)

    async def barred(self, chat_id: int) -> Destination | None:
        """The bot is there without the right to post. Gives the channel as it was before; None: it is not known."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            # What a person paused stays paused when the right returns.
            if known is not None and known.state is DestinationState.ACTIVE:
                await tx.destinations.set_state(known.id, DestinationState.BARRED, now=self._clock.now())
                await tx.tickers.forget_waiting(known.id)
            return known

    async def let_back(self, chat_id: int) -> Destination | None:
        """The right to post is back, and the channel goes on, without what came meanwhile. None: it did not lack it."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is None or known.state is not DestinationState.BARRED:
                return None
            return await self._wake(tx, known)

    async def renamed(self, chat_id: int, title: str) -> None:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None:
                await tx.destinations.set_title(known.id, title)

    async def introduced(self, user_id: int) -> list[ChannelSettings]:
        """The channels whose menus are owed to this person; each is given out once."""
        async with self._database.transaction() as tx:
            owed = await tx.destinations.take_introductions(user_id)
            return [await self._settings(tx, channel, user_id) for channel in owed]

    async def connected_by(self, user_id: int) -> list[Destination]:
        async with self._database.transaction() as tx:
            return await tx.destinations.connected_by(user_id)

    async def connected_by_others(self, user_id: int) -> list[Destination]:
        async with self._database.transaction() as tx:
            return [channel for channel in await tx.destinations.channels() if channel.connected_by != user_id]

    async def get(self, channel_id: DestinationId) -> Destination:
        async with self._database.transaction() as tx:
            return await connected(tx, channel_id)

    async def show(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            return await edit.settings()

    async def changes(self, channel_id: DestinationId) -> list[Change]:
        """What administrators changed, newest first."""
        async with self._database.transaction() as tx:
            return await tx.channel_changes.latest(channel_id)

    async def choose(
        self, channel_id: DestinationId, slug: Slug, by: Administrator, *, is_wanted: bool
    ) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            before = await edit.tx.destinations.rubrics_of(channel_id)
            modes = _modes(edit.channel)
            await _record_rubrics(
                edit, before, await choose(edit.tx, edit.channel, slug, is_wanted=is_wanted, modes=modes)
            )
            return await edit.settings()

    async def choose_every(self, channel_id: DestinationId, by: Administrator, *, is_wanted: bool) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            before = await edit.tx.destinations.rubrics_of(channel_id)
            modes = _modes(edit.channel)
            await _record_rubrics(
                edit, before, await choose_every(edit.tx, edit.channel, is_wanted=is_wanted, modes=modes)
            )
            return await edit.settings()

    async def set_articles(self, channel_id: DestinationId, by: Administrator, *, is_on: bool) -> ChannelSettings:
        """Each article as a post of its own, or not."""
        async with self._editing(channel_id, by) as edit:
            await self._set_delivery(edit, lambda channel: replace(channel, articles_on=is_on))
            if edit.channel.articles_on is not is_on:
                await edit.record(Setting.ARTICLES, "on" if is_on else "off")
            return await edit.settings()

    async def set_ticker(self, channel_id: DestinationId, minutes: int | None, by: Administrator) -> ChannelSettings:
        """A ticker every so many minutes; None: no ticker, and its backlog is forgotten."""
        async with self._editing(channel_id, by) as edit:
            await self._set_delivery(edit, lambda channel: replace(channel, ticker_minutes=minutes))
            if edit.channel.ticker_minutes != minutes:
                await edit.record(Setting.TICKER, "off" if minutes is None else minutes)
            return await edit.settings()

    async def set_language(self, channel_id: DestinationId, language: Language, by: Administrator) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            await edit.tx.destinations.set_language(edit.channel.id, language)
            if edit.channel.language is not language:
                await edit.record(Setting.LANGUAGE, language.value)
            return await edit.settings()

    async def pause(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        """Nothing goes out, and what comes meanwhile is taken as read."""
        async with self._editing(channel_id, by) as edit:
            await edit.tx.destinations.set_state(channel_id, DestinationState.PAUSED, now=edit.now)
            await edit.tx.tickers.forget_waiting(channel_id)
            if edit.channel.state is not DestinationState.PAUSED:
                await edit.record(Setting.PAUSE, "on")
            return await edit.settings()

    async def resume(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            await self._wake(edit.tx, edit.channel)
            if edit.channel.state is not DestinationState.ACTIVE:
                await edit.record(Setting.PAUSE, "off")
            return await edit.settings()

    def _editing(self, channel_id: DestinationId, by: Administrator) -> AbstractAsyncContextManager[Editing]:
        return editing(self._database, self._clock, channel_id, by)

    async def _set_delivery(self, edit: Editing, change: Callable[[Destination], Destination]) -> None:
        channel = change(edit.channel)
        modes = _modes(channel)
        if not modes:
            raise NothingToDeliverError(channel=channel.title)
        await self._write_delivery(edit.tx, channel)
        if channel.ticker_minutes is None:
            await edit.tx.tickers.forget_waiting(channel.id)
        chosen = await edit.tx.destinations.rubrics_of(channel.id)
        await edit.tx.destinations.subscribe(channel.id, rubrics=chosen, modes=modes)

    async def _wake(self, tx: Transaction, channel: Destination) -> Destination:
        """Active again, without the backlog: the next tick is a coming one, its lines those from now on."""
        await tx.destinations.set_state(channel.id, DestinationState.ACTIVE, now=self._clock.now())
        await self._write_delivery(tx, channel)
        if channel.state is not DestinationState.ACTIVE:
            await tx.tickers.forget_waiting(channel.id)
        # What kept it silent is over, and is told again when it comes again.
        for kind in (AlertKind.BARRED, AlertKind.LOST):
            await tx.alerts.settle(channel_key(kind, channel.id))
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

    async def _settings(self, tx: Transaction, channel: Destination, viewer: int) -> ChannelSettings:
        return await settings_of(tx, channel, viewer=viewer, now=self._clock.now())


async def _record_rubrics(edit: Editing, before: set[Slug], choices: tuple[Choice, ...]) -> None:
    after = {choice.rubric.slug for choice in choices if choice.is_chosen}
    if after != before:
        await edit.record(Setting.RUBRICS, len(after))


def _modes(channel: Destination) -> tuple[Mode, ...]:
    """How the channel takes its rubrics."""
    instant = (Mode.INSTANT,) if channel.articles_on else ()
    ticker = (Mode.TICKER,) if channel.ticker_minutes is not None else ()
    return (*instant, *ticker)
