"""▸ A channel that does not let us pin its ticker → a message to its administrator, once. In: what the store says is untold.

The ticker goes on unpinned meanwhile. While Telegram does not answer, the notice waits.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest

from bot.clock import Clock, Signal
from bot.domain.destination import Destination
from bot.domain.errors import StoreError
from bot.handlers.screen import Screen, show_if_reachable
from bot.i18n import I18n
from bot.render.html import escape, one_line
from bot.services import Services

logger = logging.getLogger(__name__)

# After Telegram did not take one.
_REST = timedelta(seconds=30)


class PinNotices:
    def __init__(
        self, *, bot: Bot, services: Services, i18n: I18n, clock: Clock, is_ours: Callable[[], bool] = lambda: True
    ) -> None:
        """`is_ours`: whether this process tells; of several one does."""
        self.wake = Signal()
        self._is_ours = is_ours
        self._bot = bot
        self._services = services
        self._i18n = i18n
        self._clock = clock
        self._resting_until = clock.now()

    async def run(self) -> None:
        while await self.wake.wait():
            try:
                await self.tell_due()
            except StoreError as error:
                logger.error("Notices wait for the database: %s", error)  # noqa: TRY400, the sentence says it all

    async def tell_due(self) -> None:
        if self._clock.now() < self._resting_until or not self._is_ours():
            return
        for channel in await self._services.tickers.pins_refused():
            try:
                await self._tell(channel)
            except TelegramBadRequest as error:
                # What Telegram does not take now it will not take later either.
                logger.warning("A notice could not be sent: %s", error, extra={"channel": channel.id})
            except (TelegramAPIError, ClientDecodeError) as error:
                logger.warning("A notice could not be sent: %s", error, extra={"channel": channel.id})
                self._resting_until = self._clock.now() + _REST
                return
            await self._services.tickers.told_of_pin(channel.id)

    async def _tell(self, channel: Destination) -> None:
        """Who connected the channel is told; where nobody did, or they cannot be reached, nobody is."""
        if channel.connected_by is None:
            return
        texts = self._i18n.texts(await self._services.subscribers.language_of(channel.connected_by, None))
        sentence = texts("schedule.pin-refused", channel=escape(one_line(channel.title)))
        await show_if_reachable(self._bot, channel.connected_by, Screen(text=sentence))
