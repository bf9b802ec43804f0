"""What channels carry and when. Whether the asking person may is asked of Telegram before; see connections.py for how they come."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.alert import AlertKind, channel_key
from bot.domain.cause import Cause
from bot.domain.channel import MOST_MISSED, Administrator, Change, Setting
from bot.domain.channel_pace import Overflow
from bot.domain.delivery import Action, Priority, Subject, SubjectKind
from bot.domain.destination import Destination, DestinationId, DestinationState, Mode
from bot.domain.errors import NothingToDeliverError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Live, TickerPlan, written
from bot.plan.ticker import next_tick
from bot.services.channel_editing import ChannelSettings, Editing, connected, editing
from bot.services.pausing import missed_by
from bot.services.subscriptions import Choice, choose, choose_every
from bot.services.timing import put_pace, put_quiet
from bot.store.database import Database, Transaction


class Channels:
    def __init__(self, *, database: Database, clock: Clock, zone: ZoneInfo, default: Language) -> None:
        self._database = database
        self._default = default
        self._clock = clock
        self._zone = zone
        # Each section's settings, in a line; `source` and `target` are two channels in one transaction.
        self._copied: tuple[Callable[[Editing, Editing], Awaitable[None]], ...] = (
            self._copy_delivery,
            _copy_language,
            _copy_editions,
            _copy_appearance,
            _copy_words,
            self._copy_quiet,
            _copy_pace,
            _copy_approval,
        )

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

    async def set_ticker(
        self, channel_id: DestinationId, plan: TickerPlan | None, by: Administrator
    ) -> ChannelSettings:
        """How its ticker comes; None: no ticker, and its backlog is forgotten."""
        async with self._editing(channel_id, by) as edit:
            await self._set_delivery(edit, lambda channel: replace(channel, ticker=plan))
            if edit.channel.ticker != plan:
                await edit.record(Setting.TICKER, "off" if plan is None else written(plan))
            if plan is None and _overflows_into_ticker(edit.channel):
                await edit.record(Setting.OVERFLOW, Overflow.WAIT.value)
            return await edit.settings()

    async def set_language(self, channel_id: DestinationId, language: Language, by: Administrator) -> ChannelSettings:
        async with self._editing(channel_id, by) as edit:
            await edit.tx.destinations.set_language(edit.channel.id, language)
            if edit.channel.language is not language:
                await edit.record(Setting.LANGUAGE, language.value)
            return await edit.settings()

    async def set_edition(
        self, channel_id: DestinationId, language: Language, by: Administrator, *, is_wanted: bool
    ) -> ChannelSettings:
        """Articles in this language besides those in the channel's own, which it gets in any case."""
        async with self._editing(channel_id, by) as edit:
            before = await edit.tx.destinations.editions_of(channel_id)
            after = before | {language} if is_wanted else before - {language}
            if after != before:
                await edit.tx.destinations.set_editions(channel_id, after)
                await edit.record(Setting.EDITIONS, ", ".join(sorted(after)).upper() or "none")
            return await edit.settings()

    async def pause(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        """Nothing goes out; what comes meanwhile is remembered as missed."""
        async with editing(self._database, self._clock, channel_id, by, pauses=True) as edit:
            if edit.channel.state is not DestinationState.PAUSED:
                await edit.tx.overflow.give_back(channel_id)
                await edit.tx.missed.collect_queued(channel_id)
                await edit.tx.destinations.set_state(channel_id, DestinationState.PAUSED, now=edit.now)
                await edit.tx.destinations.set_paused_at(channel_id, edit.now)
                await edit.tx.tickers.forget_waiting(channel_id)
                await edit.record(Setting.PAUSE, "on")
            return await edit.settings()

    async def missed(self, channel_id: DestinationId) -> int:
        """How many articles of its pause the channel would take as it is set now; a ticker is not made up for."""
        async with self._database.transaction() as tx:
            channel = await connected(tx, channel_id)
            if channel.state is not DestinationState.PAUSED or not channel.articles_on:
                return 0
            return len(await missed_by(tx, channel, default=self._default))

    async def resume(self, channel_id: DestinationId, by: Administrator, *, catch_up: int = 0) -> ChannelSettings:
        """With the newest `catch_up` of what it missed, oldest first; the rest is taken as read."""
        async with editing(self._database, self._clock, channel_id, by, pauses=True) as edit:
            if edit.channel.state is not DestinationState.ACTIVE:
                await self.wake(edit.tx, edit.channel)
                if catch_up > 0 and edit.channel.articles_on:
                    await self._catch_up(edit, min(catch_up, MOST_MISSED))
                await edit.tx.missed.forget(channel_id)
                await edit.record(Setting.PAUSE, "off")
            return await edit.settings()

    async def _catch_up(self, edit: Editing, count: int) -> None:
        missed = (await missed_by(edit.tx, edit.channel, default=self._default))[:count][::-1]
        await edit.tx.missed.reopen(edit.channel.id, missed)
        for article_id in missed:
            subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
            await edit.tx.outbox.queue_posts(subject, to=[edit.channel.id], priority=Priority.ARTICLE, now=edit.now)

    async def copy(
        self, channel_id: DestinationId, to: Collection[DestinationId], by: Administrator
    ) -> ChannelSettings:
        """All that is set here, there as well; what is there on purpose of its own, such as a pause, stays."""
        async with editing(self._database, self._clock, channel_id, by, beside=to) as edit:
            for target_id in to:
                target = replace(edit, channel=await connected(edit.tx, target_id))
                for copying in self._copied:
                    await copying(edit, target)
                await target.record(Setting.COPY, edit.channel.title)
            return await edit.settings()

    async def _copy_delivery(self, source: Editing, target: Editing) -> None:
        chosen = await source.tx.destinations.rubrics_of(source.channel.id)
        await self._set_delivery(
            target,
            lambda channel: replace(channel, articles_on=source.channel.articles_on, ticker=source.channel.ticker),
            rubrics=chosen,
        )

    async def _copy_quiet(self, source: Editing, target: Editing) -> None:
        await put_quiet(target, source.channel.quiet, self._zone)

    def _editing(self, channel_id: DestinationId, by: Administrator) -> AbstractAsyncContextManager[Editing]:
        return editing(self._database, self._clock, channel_id, by)

    async def _set_delivery(
        self,
        edit: Editing,
        change: Callable[[Destination], Destination],
        *,
        rubrics: Collection[Slug] | None = None,
    ) -> None:
        channel = change(edit.channel)
        modes = _modes(channel)
        if not modes:
            raise NothingToDeliverError(channel=channel.title)
        await self._write_delivery(edit.tx, channel)
        if channel.ticker is None:
            await self._end_overflow(edit)
            await edit.tx.tickers.forget_waiting(channel.id)
        if channel.ticker != Live():
            await _end_live(edit, channel)
        chosen = rubrics if rubrics is not None else await edit.tx.destinations.rubrics_of(channel.id)
        await edit.tx.destinations.subscribe(channel.id, rubrics=chosen, modes=modes)

    async def _end_overflow(self, edit: Editing) -> None:
        """Of what the pace left over, the lines that nobody saw are posts again, and wait for their turn as others do."""
        await edit.tx.overflow.give_back(edit.channel.id)
        if edit.channel.pace is not None and _overflows_into_ticker(edit.channel):
            await put_pace(edit, replace(edit.channel.pace, overflow=Overflow.WAIT))

    async def wake(self, tx: Transaction, channel: Destination) -> None:
        """Active again, without the backlog: the next tick is a coming one, its lines those from now on."""
        await tx.destinations.set_state(channel.id, DestinationState.ACTIVE, now=self._clock.now())
        await tx.destinations.set_paused_at(channel.id, None)
        await self._write_delivery(tx, channel)
        if channel.state is not DestinationState.ACTIVE:
            await tx.tickers.forget_waiting(channel.id)
        # What kept it silent is over, and is told again when it comes again.
        for kind in (AlertKind.BARRED, AlertKind.LOST):
            await tx.alerts.settle(channel_key(kind, channel.id))

    async def _write_delivery(self, tx: Transaction, channel: Destination) -> None:
        await tx.destinations.set_delivery(
            channel.id,
            articles_on=channel.articles_on,
            ticker=channel.ticker,
            ticker_next_at=self._next_tick(channel),
        )

    def _next_tick(self, channel: Destination) -> datetime | None:
        return next_tick(channel.ticker, self._clock.now(), self._zone) if channel.ticker else None


async def _copy_language(source: Editing, target: Editing) -> None:
    await source.tx.destinations.set_language(target.channel.id, source.channel.language)


async def _copy_editions(source: Editing, target: Editing) -> None:
    editions = await source.tx.destinations.editions_of(source.channel.id)
    await source.tx.destinations.set_editions(target.channel.id, editions)


async def _copy_appearance(source: Editing, target: Editing) -> None:
    await source.tx.destinations.set_appearance(target.channel.id, source.channel.appearance)


async def _copy_words(source: Editing, target: Editing) -> None:
    await source.tx.channel_words.copy(source.channel.id, target.channel.id)


async def _copy_pace(source: Editing, target: Editing) -> None:
    await put_pace(target, source.channel.pace)


async def _copy_approval(source: Editing, target: Editing) -> None:
    """Who is asked here is asked there, as far as Telegram says that they administer it, and so is who copies.

    What waits there where nothing is to wait any more goes out, as what comes from now on does.
    """
    tx, needs_approval = target.tx, source.channel.needs_approval
    await tx.destinations.set_needs_approval(target.channel.id, needs_approval=needs_approval)
    if needs_approval:
        asked = [
            Administrator(user_id=each.user_id, name=each.name)
            for each in await tx.approvals.approvers(source.channel.id)
        ]
        for each in (*asked, target.by):
            await tx.approvals.add_approver(target.channel.id, each)


async def _record_rubrics(edit: Editing, before: set[Slug], choices: tuple[Choice, ...]) -> None:
    after = {choice.rubric.slug for choice in choices if choice.is_chosen}
    if after != before:
        await edit.record(Setting.RUBRICS, len(after))


async def _end_live(edit: Editing, channel: Destination) -> None:
    """The live ticker stays in the channel as it is, and hangs above it no longer."""
    tx, now = edit.tx, edit.now
    ended = await tx.live_tickers.close(channel.id)
    if channel.ticker is None:
        for ticker_id in ended:
            subject = Subject(kind=SubjectKind.TICKER, id=ticker_id)
            # An edit shows lines that nothing else will tell.
            gone = (Action.POST, Action.PIN)
            await tx.outbox.drop_queued(subject, reason=Cause.TICKER_OFF, now=now, actions=gone)
    await tx.ticker_deliveries.queue(ended, action=Action.UNPIN, priority=Priority.TICKER, now=now)


def _overflows_into_ticker(channel: Destination) -> bool:
    return channel.pace is not None and channel.pace.overflow is Overflow.TICKER


def _modes(channel: Destination) -> tuple[Mode, ...]:
    """How the channel takes its rubrics."""
    instant = (Mode.INSTANT,) if channel.articles_on else ()
    ticker = (Mode.TICKER,) if channel.ticker is not None else ()
    return (*instant, *ticker)
