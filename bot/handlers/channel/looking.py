"""▸ The daily look at each channel. In: the one that was not looked at for longest. Out: what Telegram says of it today.

Telegram announces no new username, no turn to private, no deleted channel, and keeps its updates for a day at most: this look
finds what went by. A wake-up looks at one channel, and only when nobody else wants to call.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)

from bot.clock import Clock, Signal
from bot.domain.destination import Destination
from bot.domain.errors import StoreError
from bot.handlers.channel.joining import bar, introduction, join, lose
from bot.handlers.channel.settings import settings_screen
from bot.handlers.channel.standing import look
from bot.handlers.screen import show_if_reachable
from bot.i18n import I18n
from bot.services import Services

logger = logging.getLogger(__name__)

# After Telegram did not answer; the channel is looked at then.
_REST = timedelta(minutes=1)


class Looks:
    def __init__(
        self,
        *,
        bot: Bot,
        services: Services,
        i18n: I18n,
        clock: Clock,
        leisure: Callable[[], Awaitable[None]],
        is_ours: Callable[[], bool],
    ) -> None:
        """`leisure` waits until nobody else wants to call; `is_ours`: of several processes, this one looks."""
        self.wake = Signal()
        self._bot = bot
        self._services = services
        self._i18n = i18n
        self._clock = clock
        self._leisure = leisure
        self._is_ours = is_ours
        self._resting_until = clock.now()

    async def run(self) -> None:
        while await self.wake.wait():
            try:
                await self.look_at_one()
            except StoreError as error:
                logger.error("A look at a channel waits for the database: %s", error)  # noqa: TRY400, the sentence says it all

    async def look_at_one(self) -> None:
        """The channel whose look is due for longest, if there is one."""
        if self._clock.now() < self._resting_until or not self._is_ours():
            return
        channel = await self._services.connections.to_look_at()
        if channel is None:
            return
        await self._leisure()
        try:
            await self._look_at(channel)
        except (TelegramAPIError, ClientDecodeError) as error:
            rest = timedelta(seconds=error.retry_after) if isinstance(error, TelegramRetryAfter) else _REST
            self._resting_until = self._clock.now() + rest
            logger.warning("A channel could not be looked at: %s", error, extra={"channel": channel.id})
            return
        except StoreError:
            raise
        except Exception:
            # One channel that cannot be understood never keeps the others from their look.
            logger.exception("A look at a channel failed.", extra={"channel": channel.id})
        await self._services.connections.looked_at(channel.id)

    async def _look_at(self, channel: Destination) -> None:
        try:
            place = await look(self._bot, channel.chat_id)
        except TelegramMigrateToChat as error:
            await self._services.connections.moved(channel.chat_id, error.migrate_to_chat_id)
            return
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            logger.info("A channel is out of reach: %s", error, extra={"channel": channel.id})
            await lose(channel.chat_id, channel.title, self._bot, self._services, self._i18n, person=None)
            return
        if not place.is_in:
            await lose(place.chat_id, place.title, self._bot, self._services, self._i18n, person=None)
            return
        if not place.may_post:
            await bar(place, self._bot, self._services, self._i18n, person=None)
            return
        connection = await join(place, self._bot, self._services, self._i18n, person=None)
        if connection.is_new and channel.connected_by is not None:
            language = await self._services.subscribers.language_of(channel.connected_by, None)
            texts = self._i18n.texts(language)
            intro = introduction(connection.settings, texts)
            await show_if_reachable(
                self._bot, channel.connected_by, settings_screen(connection.settings, texts, intro=intro)
            )
