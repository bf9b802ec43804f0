"""Waiting lines → tickers and their deliveries: batches that are due, and live tickers as news come and days change.

In: lines that the planner collected. Out: the outbox; next is send/. Whatever is due is found in the store, so that a schedule
fires once however long the process was down.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.delivery import Action, Priority
from bot.domain.destination import DestinationId, DestinationState
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker import TickerLine
from bot.domain.ticker_plan import Live
from bot.i18n import I18n
from bot.plan import ticker
from bot.render.ticker import fits
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# A live ticker takes what came meanwhile so long after it took its last lines, and leaves two thirds of its chat's pace
# (twenty calls a minute) to articles and corrections.
LIVE_REST = timedelta(seconds=10)
# Live tickers of one transaction.
_PART = 400

_Arrange = Callable[[date, tuple[TickerLine, ...], Language], tuple[tuple[TickerLine, ...], ...]]


class Ticking:
    def __init__(self, *, database: Database, clock: Clock, i18n: I18n, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._i18n = i18n
        self._zone = zone

    async def tick(self) -> bool:
        """Whether anything was planned."""
        batches = await self._batches()
        return await self._live() or batches

    async def _batches(self) -> bool:
        async with self._database.transaction() as tx:
            due = await tx.destinations.ticker_due(self._clock.now())
            rubrics = {rubric.slug: rubric for rubric in await tx.rubrics.all()} if due else {}
        arrange = self._arrangement(rubrics)
        for channel_id in due:
            try:
                async with self._database.transaction() as tx:
                    await self._batch(tx, channel_id, arrange)
            except StoreError:
                raise
            except Exception:
                # One bad channel never stops the others.
                logger.exception("A ticker could not be planned.", extra={"destination": channel_id})
        return bool(due)

    def _arrangement(self, rubrics: Mapping[Slug, Rubric]) -> _Arrange:
        """Channels with the same settings have the same lines, which are arranged once."""

        @cache
        def arrange(day: date, lines: tuple[TickerLine, ...], language: Language) -> tuple[tuple[TickerLine, ...], ...]:
            texts = self._i18n.texts(language)

            def has_room(some: Sequence[TickerLine]) -> bool:
                return fits(day, some, rubrics, texts)

            return ticker.parted(lines, has_room)

        return arrange

    async def _batch(self, tx: Transaction, channel_id: DestinationId, arrange: _Arrange) -> None:
        now = self._clock.now()
        await tx.destinations.hold(channel_id)
        channel = await tx.destinations.get(channel_id)
        # An administrator may have changed it since it was found due.
        if channel is None or channel.state is not DestinationState.ACTIVE or channel.ticker in {None, Live()}:
            return
        assert channel.ticker is not None  # noqa: S101, the line above says so
        following = ticker.next_tick(channel.ticker, now, self._zone)
        if not await tx.destinations.pass_tick(channel_id, now, following=following):
            # Another process was faster.
            return
        if channel.is_held(now, self._zone):
            # The lines wait for the first tick after the quiet.
            return
        day = now.astimezone(self._zone).date()
        waiting = tuple(await tx.tickers.waiting(channel_id))
        opened = [
            await tx.tickers.open(channel_id, day, [line.article_id for line in lines])
            for lines in arrange(day, waiting, channel.language)
        ]
        if opened:
            await tx.ticker_deliveries.queue(opened, action=Action.POST, priority=Priority.TICKER, now=now)

    async def _live(self) -> bool:
        planned = False
        while True:
            now = self._clock.now()
            day = now.astimezone(self._zone).date()
            async with self._database.transaction() as tx:
                quiet = [each for each in await tx.destinations.holding_hours() if each.until(now, self._zone)]
                channels = await tx.live_tickers.due(now=now, day=day, limit=_PART, quiet=quiet)
                if channels:
                    await self._update(tx, channels, day)
            planned = planned or bool(channels)
            if len(channels) < _PART:
                return planned

    async def _update(self, tx: Transaction, channels: Sequence[DestinationId], day: date) -> None:
        """A line of yesterday evening that comes after midnight stands, with its date, in the message of the new day."""
        now = self._clock.now()
        over = await tx.live_tickers.close_past(channels, day)
        dated = await tx.live_tickers.date_anew(channels, day)
        opened = await tx.live_tickers.open(channels, day)
        grown = await tx.live_tickers.take(channels, opened=opened)
        # The order inside a chat: first the fresh message, then the pin passes on, so that never two are pinned. None of it
        # waits behind articles for which their channel has no place yet: the day has its message at its time.
        for which, action in ((opened, Action.POST), (over, Action.UNPIN), (opened, Action.PIN)):
            await tx.ticker_deliveries.queue(which, action=action, priority=Priority.CORRECTION, now=now)
        await tx.ticker_deliveries.queue_edits([*dated, *grown], priority=Priority.TICKER, now=now)
        await tx.live_tickers.rest(channels, until=now + LIVE_REST)
