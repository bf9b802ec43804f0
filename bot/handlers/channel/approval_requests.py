"""▸ Posts that wait → a message to each administrator who is asked. In: what the store says waits. Out: messages that ask.

Each of them has one message a channel at a time, which is edited when its post was decided, corrected, recalled or expired,
and then shows the next; only when nothing waited any more does another post come in a message of its own, or when this one
has been unanswered for hours. It is recorded
when Telegram has taken it: killed in between, this stage asks once more, and the buttons of both work. Every call waits for
its turn as news does, and before a person is asked Telegram says whether they still administer the channel.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import User

from bot.clock import Clock, Signal
from bot.domain.channel import Administrator
from bot.domain.delivery import ONE
from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import StoreError, UnknownChannelError
from bot.handlers.access import administrator
from bot.handlers.channel.approval_screens import View, request_view
from bot.handlers.channel.sample import post_in
from bot.handlers.screen import ALREADY_SO
from bot.i18n import I18n, Texts
from bot.services import Services
from bot.services.approvals import Asking

logger = logging.getLogger(__name__)

# Messages of one round, of each kind; the next round comes within a second.
AT_ONCE = 20
# People looked through for those whose chat is free just now.
_LOOKED_THROUGH = 200
# After Telegram did not answer, and until a channel is looked at again where nobody can be asked.
_REST, _CHANNEL_REST = timedelta(seconds=30), timedelta(minutes=10)


class ApprovalRequests:
    def __init__(
        self,
        *,
        bot: Bot,
        services: Services,
        i18n: I18n,
        clock: Clock,
        turn: Callable[[], Awaitable[object]],
        wait_for: Callable[[int], timedelta],
        is_ours: Callable[[], bool] = lambda: True,
    ) -> None:
        """`turn` waits for a place among all calls, `wait_for` says how long a chat is not free; `is_ours`: this process asks."""
        self.wake = Signal()
        self._bot = bot
        self._services = services
        self._i18n = i18n
        self._clock = clock
        self._turn = turn
        self._wait_for = wait_for
        self._is_ours = is_ours
        self._resting_until = clock.now()
        # Channels that were searched for somebody to ask in vain, and those of which Telegram says nothing; until when.
        self._searched: dict[DestinationId, datetime] = {}
        self._silent: dict[DestinationId, datetime] = {}

    async def run(self) -> None:
        while await self.wake.wait():
            try:
                await self.ask_due()
            except StoreError as error:
                logger.error("Requests for approval wait for the database: %s", error)  # noqa: TRY400, the sentence says it all

    async def ask_due(self) -> None:
        now = self._clock.now()
        if now < self._resting_until or not self._is_ours() or not await self._services.approvals.tidy():
            return
        for resting in (self._searched, self._silent):
            for channel_id in [channel_id for channel_id, until in resting.items() if until <= now]:
                del resting[channel_id]
        try:
            await self._draw_stale()
            await self._ask_unasked()
            await self._find_others()
        except (TelegramAPIError, ClientDecodeError) as error:
            rest = timedelta(seconds=error.retry_after) if isinstance(error, TelegramRetryAfter) else _REST
            self._resting_until = self._clock.now() + rest
            logger.warning("Requests for approval wait for Telegram: %s", error)

    def _must_end(self) -> bool:
        return self.wake.is_closed or not self._is_ours()

    async def _draw_stale(self) -> None:
        for request in await self._services.approvals.stale(limit=AT_ONCE):
            if self._must_end():
                return
            if self._wait_for(request.user_id):
                continue
            asking = await self._services.approvals.look(request.channel_id, request.user_id)
            if asking is not None:
                await self._draw(asking)

    async def _ask_unasked(self) -> None:
        asked = 0
        for channel_id, user_id in await self._services.approvals.unasked(limit=_LOOKED_THROUGH):
            if asked >= AT_ONCE or self._must_end():
                return
            if channel_id in self._silent or self._wait_for(user_id):
                continue
            asked += 1
            asking = await self._services.approvals.look(channel_id, user_id)
            if asking is None or asking.awaiting is None:
                continue
            if await self._administrator(asking.channel, user_id) is not None:
                await self._draw(asking)

    async def _find_others(self) -> None:
        """Where nobody of those who are asked can be reached, another administrator whom we know is asked from now on.

        Should that one's chat be closed to us as well, the next round finds the next.
        """
        for channel, others in await self._services.approvals.abandoned(but=self._searched, limit=AT_ONCE):
            for user_id in others:
                if self._must_end():
                    return
                user = await self._administrator(channel, user_id)
                if user is None:
                    continue
                await self._services.approvals.appoint(channel.id, Administrator(user_id=user_id, name=user.full_name))
                logger.info("Another administrator is asked about posts.", extra={"channel": channel.id})
                break
            else:
                # Its menu and /why say so; whoever opens the menu can be asked.
                self._searched[channel.id] = self._clock.now() + _CHANNEL_REST
                logger.warning("Nobody can be asked about posts that wait.", extra={"channel": channel.id})

    async def _administrator(self, channel: Destination, user_id: int) -> User | None:
        await self._turn()
        try:
            user = await administrator(self._bot, channel.chat_id, user_id)
        except UnknownChannelError:
            # That the channel is lost is told by an update, or found by the daily look.
            self._silent[channel.id] = self._clock.now() + _CHANNEL_REST
            return None
        if user is None:
            await self._services.connections.administers_no_more(user_id, channel.id)
        return user

    async def _draw(self, asking: Asking) -> None:
        language = await self._services.subscribers.language_of(asking.user_id, None)
        await self._turn()
        try:
            show = bring if asking.is_overdue else draw
            await show(asking, self._bot, self._services, self._i18n, self._i18n.texts(language))
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            logger.warning("An administrator cannot be asked: %s", error, extra={"channel": asking.channel.id})
            await self._services.approvals.refused(asking.channel.id, asking.user_id)
        except (TelegramAPIError, ClientDecodeError, StoreError):
            raise
        except Exception:
            # One post that cannot be shown never stops the others; it is tried again with the hour.
            logger.exception("A post that waits could not be shown.", extra={"channel": asking.channel.id})
            await self._services.approvals.refused(asking.channel.id, asking.user_id)


async def draw(
    asking: Asking, bot: Bot, services: Services, i18n: I18n, texts: Texts, *, is_tapped: bool = False
) -> None:
    """In place of what stands in the message, or in a new one; raises what aiogram does when this person cannot be reached."""
    post = None
    if asking.sample is not None:
        post = post_in(asking.channel, asking.sample, i18n, (await bot.me()).username, frame=ONE)
    view = request_view(asking, post, texts)
    message_id = asking.message_id
    if message_id and not await _redrawn(view, asking.user_id, message_id, bot):
        message_id = 0
    is_new = not message_id and asking.awaiting is not None
    if is_new:
        quiet = asking.channel.quiet
        is_quiet = quiet is not None and quiet.until(asking.now, i18n.zone) is not None
        message_id = await _sent(view, asking.user_id, bot, is_silent=is_quiet)
    await services.approvals.shown(asking, message_id, is_call=is_new or is_tapped)


async def bring(asking: Asking, bot: Bot, services: Services, i18n: I18n, texts: Texts) -> None:
    """To the end of the chat, where this person is."""
    if asking.message_id:
        # Older than two days it stays where it is.
        with suppress(TelegramBadRequest):
            await bot.delete_message(asking.user_id, asking.message_id)
    await draw(replace(asking, message_id=0), bot, services, i18n, texts)


async def _redrawn(view: View, user_id: int, message_id: int, bot: Bot) -> bool:
    """False: the message is not there any more."""
    try:
        await bot.edit_message_text(
            view.screen.text,
            chat_id=user_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=view.screen.keyboard,
            link_preview_options=view.preview,
        )
    except TelegramBadRequest as error:
        return ALREADY_SO in error.message
    return True


async def _sent(view: View, user_id: int, bot: Bot, *, is_silent: bool) -> int:
    sent = await bot.send_message(
        user_id,
        view.screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=view.screen.keyboard,
        link_preview_options=view.preview,
        disable_notification=is_silent,
    )
    return sent.message_id
