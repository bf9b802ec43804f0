"""▸ Alerts to the staff, and their answers. In: what the store says is untold. Out: a message to each editor and owner.

A wake-up tells at most twenty alerts, those of one kind in one message; nobody gets more than one message a second. An alert
counts as told once somebody has it. While Telegram does not answer, all of them wait. What is about a channel that we lost
goes to the person who connected it instead.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiogram import Bot, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery

from bot.clock import Clock, Signal
from bot.domain.alert import AlertId
from bot.domain.errors import AlreadyDecidedError, StoreError
from bot.domain.rubric import Slug
from bot.handlers.context import Person
from bot.handlers.editor.alert_screens import (
    AlertButton,
    LeaveButton,
    SightingButton,
    WordButton,
    WordPageButton,
    group_screen,
    notice_screen,
)
from bot.handlers.editor.source_screens import ReleaseButton
from bot.handlers.screen import redraw, show, show_if_reachable
from bot.i18n import I18n
from bot.services import Services
from bot.services.alerts import Notice, Recipient

logger = logging.getLogger(__name__)

AT_ONCE = 20
# Two messages to one person are so far apart.
_BETWEEN = timedelta(seconds=1)
# After Telegram has told nobody anything.
_REST = timedelta(seconds=30)


class Alerts:
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
        self._told_at = clock.now() - _BETWEEN
        # Told, and not yet written down as such: the database failed between the two.
        self._unwritten: tuple[Notice, ...] = ()
        self._closed = False

    def close(self) -> None:
        """Tell what is being told, and return from run()."""
        self._closed = True
        self.wake.close()

    async def run(self) -> None:
        while await self.wake.wait():
            try:
                await self.tell_due()
            except StoreError as error:
                logger.error("Alerts wait for the database: %s", error)  # noqa: TRY400, the sentence says it all

    async def tell_due(self) -> None:
        if self._clock.now() < self._resting_until or not self._is_ours():
            return
        await self._write_down(())
        due = await self._services.alerts.due(limit=AT_ONCE)
        for group in due.groups:
            await self._clock.sleep((self._told_at + _BETWEEN - self._clock.now()).total_seconds())
            if self._closed or not self._is_ours():
                return
            reader = group[0].reader
            if not await self._tell(group, due.recipients if reader is None else (reader,)):
                self._resting_until = self._clock.now() + _REST
                return
            self._told_at = self._clock.now()
            await self._write_down(group)

    async def _write_down(self, group: tuple[Notice, ...]) -> None:
        self._unwritten += group
        if self._unwritten:
            await self._services.alerts.told(self._unwritten)
            self._unwritten = ()

    async def _tell(self, group: tuple[Notice, ...], recipients: tuple[Recipient, ...]) -> bool:
        """False: nobody has it, though somebody may get it later."""
        reached, failed = 0, 0
        for recipient in recipients:
            try:
                screen = group_screen(group, self._i18n.texts(recipient.language))
                reached += await show_if_reachable(self._bot, recipient.chat_id, screen)
            except (TelegramAPIError, ClientDecodeError) as error:
                logger.warning("An alert could not be sent: %s", error, extra={"kind": group[0].alert.kind.value})
                # What Telegram does not take now it will not take later either.
                failed += not isinstance(error, TelegramBadRequest)
            except Exception:
                # One alert that cannot be put into words never stops the others.
                logger.exception("An alert could not be told.", extra={"alert": group[0].alert.id})
        return reached > 0 or failed == 0


def build_router() -> Router:
    router = Router(name="alerts")
    router.callback_query.register(open_one, AlertButton.filter())
    router.callback_query.register(turn, WordPageButton.filter())
    router.callback_query.register(answer_word, WordButton.filter())
    router.callback_query.register(release, ReleaseButton.filter())
    router.callback_query.register(leave, LeaveButton.filter())
    router.callback_query.register(resolve, SightingButton.filter())
    return router


async def open_one(_: CallbackQuery, callback_data: AlertButton, bot: Bot, person: Person, services: Services) -> None:
    """Below the list, which stays."""
    notice = await services.alerts.show(AlertId(callback_data.alert))
    await show(bot, person.chat_id, notice_screen(notice, person.texts))


async def turn(
    callback: CallbackQuery, callback_data: WordPageButton, bot: Bot, person: Person, services: Services
) -> None:
    notice = await services.alerts.show(AlertId(callback_data.alert))
    await redraw(bot, callback, notice_screen(notice, person.texts, page=callback_data.page))


async def answer_word(
    callback: CallbackQuery, callback_data: WordButton, bot: Bot, person: Person, services: Services
) -> None:
    alert_id, slug = AlertId(callback_data.alert), Slug(callback_data.slug) if callback_data.slug else None
    answer = services.alerts.answer_word(alert_id, slug, by=callback.from_user.full_name)
    await _take(answer, alert_id, callback, bot, person, services)


async def release(
    callback: CallbackQuery, callback_data: ReleaseButton, bot: Bot, person: Person, services: Services
) -> None:
    alert_id = AlertId(callback_data.alert)
    answer = services.alerts.release(alert_id, callback_data.answer, by=callback.from_user.full_name)
    await _take(answer, alert_id, callback, bot, person, services)


async def leave(
    callback: CallbackQuery, callback_data: LeaveButton, bot: Bot, person: Person, services: Services
) -> None:
    alert_id = AlertId(callback_data.alert)
    answer = services.alerts.leave(alert_id, by=callback.from_user.full_name)
    await _take(answer, alert_id, callback, bot, person, services)


async def resolve(
    callback: CallbackQuery, callback_data: SightingButton, bot: Bot, person: Person, services: Services
) -> None:
    alert_id = AlertId(callback_data.alert)
    answer = services.alerts.resolve(alert_id, callback_data.answer, by=callback.from_user.full_name)
    await _take(answer, alert_id, callback, bot, person, services)


async def _take(
    answer: Awaitable[Notice],
    alert_id: AlertId,
    callback: CallbackQuery,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    try:
        notice = await answer
    except AlreadyDecidedError:
        # Another editor was faster: what was decided takes the place of the question.
        await redraw(bot, callback, notice_screen(await services.alerts.show(alert_id), person.texts))
        raise
    await redraw(bot, callback, notice_screen(notice, person.texts))
