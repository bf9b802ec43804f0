"""A channel's ticker as its administrators set it up: off, live, or batches at times that they choose or type.

Whether the asking person may is decided before, with Telegram. What is to be told of pins that a channel refused is found here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.channel import Administrator
from bot.domain.destination import Destination, DestinationId, DestinationState
from bot.domain.ticker import PinRight
from bot.domain.ticker_plan import AtTimes, Every, TickerPlan
from bot.plan.ticker import next_batch, read_schedule
from bot.services.channel_editing import ChannelSettings
from bot.services.channels import Channels
from bot.store.database import Database

_REFUSALS_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class TickerSettings:
    """`next_at`: the next batch, where there will be one; `is_silenced`: the quiet hours let none come, ever."""

    settings: ChannelSettings
    next_at: datetime | None
    is_silenced: bool


class Tickers:
    def __init__(self, *, database: Database, clock: Clock, zone: ZoneInfo, channels: Channels) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._channels = channels

    async def show(self, channel_id: DestinationId, by: Administrator) -> TickerSettings:
        return self._with_next(await self._channels.show(channel_id, by))

    async def set_plan(self, channel_id: DestinationId, plan: TickerPlan | None, by: Administrator) -> TickerSettings:
        return self._with_next(await self._channels.set_ticker(channel_id, plan, by))

    async def set_typed(self, channel_id: DestinationId, text: str, by: Administrator) -> TickerSettings:
        """Raises BadScheduleError: what is wrong with it and where."""
        return await self.set_plan(channel_id, read_schedule(text, self._clock.now(), self._zone), by)

    async def pins_refused(self) -> Sequence[Destination]:
        """Channels that would not have their ticker pinned, of which nobody was told yet."""
        async with self._database.transaction() as tx:
            return await tx.destinations.pins_refused(_REFUSALS_AT_ONCE)

    async def told_of_pin(self, channel_id: DestinationId) -> None:
        async with self._database.transaction() as tx:
            await tx.destinations.set_pin_right(channel_id, PinRight.TOLD)

    async def may_pin(self, chat_id: int) -> None:
        """The channel gave us the right: the pin that it refused goes out again."""
        async with self._database.transaction() as tx:
            channel = await tx.destinations.by_chat(chat_id)
            if channel is not None:
                await tx.ticker_deliveries.pin_again(channel.id, now=self._clock.now())

    def is_silenced(self, channel: Destination) -> bool:
        """All times at which its batches are to come fall into the hours in which posts wait."""
        return isinstance(channel.ticker, Every | AtTimes) and self._next_batch(channel) is None

    def _next_batch(self, channel: Destination) -> datetime | None:
        if not isinstance(channel.ticker, Every | AtTimes):
            return None
        return next_batch(channel.ticker, channel.quiet, self._clock.now(), self._zone)

    def _with_next(self, settings: ChannelSettings) -> TickerSettings:
        channel = settings.channel
        next_at = self._next_batch(channel) if channel.state is DestinationState.ACTIVE else None
        return TickerSettings(settings=settings, next_at=next_at, is_silenced=self.is_silenced(channel))
