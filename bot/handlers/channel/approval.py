"""Whether a channel's posts go out by themselves or wait for an administrator's tap; who is asked; and the taps that decide."""

from dataclasses import replace
from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.approval import Decision
from bot.domain.article import ArticleId
from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.handlers.channel.approval_requests import bring, draw
from bot.handlers.channel.approval_screens import HOURS, RequestButton, RequestWish, all_screen
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row, marked
from bot.i18n import I18n, Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.approvals import Asking, Taken
from bot.services.channel_editing import ChannelSettings

# So many titles are named of what waits, so many names of those who are asked.
_NAMED = 10


class ApprovalWish(StrEnum):
    LOOK = "o"
    ON = "y"
    OFF = "n"
    OFF_PUBLISHING = "np"
    OFF_LEAVING_OUT = "nx"
    ASK_ME = "a"
    ASK_ME_NOT = "na"
    SHOW = "s"


class ApprovalButton(CallbackData, prefix="ca"):
    channel: int
    wish: ApprovalWish = ApprovalWish.LOOK


def build_router() -> Router:
    router = Router(name="channel-approval")
    router.callback_query.register(tap, ApprovalButton.filter())
    router.callback_query.register(decide, RequestButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: ApprovalButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    wish = callback_data.wish
    if wish is ApprovalWish.SHOW:
        asking = await _asking(channel, person, services)
        if asking.awaiting is not None:
            await bring(asking, bot, services, i18n, person.texts)
    settings = await _fulfil(wish, channel, person, services)
    if wish is ApprovalWish.OFF and settings.awaiting:
        await redraw(bot, callback, _off_screen(settings, person.texts))
        return
    if wish is ApprovalWish.OFF:
        settings = await _fulfil(ApprovalWish.OFF_PUBLISHING, channel, person, services)
    await redraw(bot, callback, _screen(settings, person.user_id, person.texts))


async def _fulfil(wish: ApprovalWish, channel: Destination, person: Person, services: Services) -> ChannelSettings:
    by, approvals = person.administrator, services.approvals
    match wish:
        case ApprovalWish.LOOK | ApprovalWish.OFF | ApprovalWish.SHOW:
            return await services.channels.show(channel.id, by)
        case ApprovalWish.ON:
            return await approvals.switch_on(channel.id, by)
        case ApprovalWish.OFF_PUBLISHING:
            return await approvals.switch_off(channel.id, by, waiting=Decision.PUBLISH)
        case ApprovalWish.OFF_LEAVING_OUT:
            return await approvals.switch_off(channel.id, by, waiting=Decision.LEAVE_OUT)
        case ApprovalWish.ASK_ME | ApprovalWish.ASK_ME_NOT:
            return await approvals.ask_me(channel.id, by, is_wanted=wish is ApprovalWish.ASK_ME)
        case _:
            assert_never(wish)


async def decide(
    callback: CallbackQuery,
    callback_data: RequestButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> str | None:
    """The message then shows what came of it, and the next post. Gives the toast."""
    if callback_data.wish is RequestWish.ALL:
        asking = await _asking(channel, person, services)
        if asking.awaiting is not None:
            articles = await services.approvals.titles(channel.id, limit=_NAMED)
            await redraw(bot, callback, all_screen(asking, articles, person.texts))
            return None
    said = await _decided(callback_data, channel, person, services)
    asking = await _asking(channel, person, services)
    # The tapped message, if it is another than the one we know of, is the one that this person looks at.
    tapped = callback.message.message_id if callback.message is not None else asking.message_id
    await draw(replace(asking, message_id=tapped), bot, services, i18n, person.texts, is_tapped=True)
    return person.texts(said) if said is not None else None


async def _decided(button: RequestButton, channel: Destination, person: Person, services: Services) -> str | None:
    approvals, by, article_id = services.approvals, person.administrator, ArticleId(button.article)
    match button.wish:
        case RequestWish.LOOK | RequestWish.ALL:
            return None
        case RequestWish.PUBLISH | RequestWish.LEAVE_OUT:
            decision = Decision.PUBLISH if button.wish is RequestWish.PUBLISH else Decision.LEAVE_OUT
            taken = await approvals.decide(channel.id, article_id, decision, by, revision=button.revision)
            return f"approval.taken-{decision}" if taken is Taken.DONE else f"approval.taken-{taken}"
        case RequestWish.PUBLISH_ALL | RequestWish.LEAVE_ALL_OUT:
            decision = Decision.PUBLISH if button.wish is RequestWish.PUBLISH_ALL else Decision.LEAVE_OUT
            done = await approvals.decide_all(channel.id, decision, by)
            return f"approval.taken-{decision}" if done else f"approval.taken-{Taken.LATE}"
        case _:
            assert_never(button.wish)


async def _asking(channel: Destination, person: Person, services: Services) -> Asking:
    asking = await services.approvals.look(channel.id, person.user_id)
    if asking is None:
        raise StaleButtonError
    return asking


def _screen(settings: ChannelSettings, viewer: int, texts: Texts) -> Screen:
    is_on = settings.channel.needs_approval
    lines = list(_lines(settings, texts)) if is_on else [texts("approval.by-itself")]
    if is_on and (asked := [escape(one_line(each.name)) for each in settings.approvers if each.refused_at is None]):
        more = f" + {len(asked) - _NAMED}" if len(asked) > _NAMED else ""
        lines.append(texts("approval.asked", names=", ".join(asked[:_NAMED]) + more))
    lines += ["", texts("approval.about", hours=HOURS)]
    return section_screen(settings, texts, *lines, rows=_rows(settings, viewer, texts))


def _rows(settings: ChannelSettings, viewer: int, texts: Texts) -> tuple[Row, ...]:
    is_on = settings.channel.needs_approval
    rows: list[Row] = [
        (_button(settings, marked(texts("approval.off"), is_on=not is_on), ApprovalWish.OFF),),
        (_button(settings, marked(texts("approval.on"), is_on=is_on), ApprovalWish.ON),),
    ]
    if is_on:
        is_asked = any(each.user_id == viewer and each.refused_at is None for each in settings.approvers)
        wish = ApprovalWish.ASK_ME_NOT if is_asked else ApprovalWish.ASK_ME
        rows.append((_button(settings, marked(texts("approval.ask-me"), is_on=is_asked), wish),))
        if is_asked and settings.awaiting:
            show = texts("approval.show", count=settings.awaiting)
            rows.append((_button(settings, show, ApprovalWish.SHOW),))
    return tuple(rows)


def _off_screen(settings: ChannelSettings, texts: Texts) -> Screen:
    count = settings.awaiting
    rows: tuple[Row, ...] = (
        (_button(settings, texts("approval.publish-waiting", count=count), ApprovalWish.OFF_PUBLISHING),),
        (_button(settings, texts("approval.leave-waiting", count=count), ApprovalWish.OFF_LEAVING_OUT),),
        (_button(settings, texts("approval.back"), ApprovalWish.LOOK),),
    )
    return section_screen(settings, texts, texts("approval.off-question", count=count), rows=rows)


def _button(settings: ChannelSettings, text: str, wish: ApprovalWish) -> InlineKeyboardButton:
    data = ApprovalButton(channel=settings.channel.id, wish=wish)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    """Silent while posts go out by themselves, as in most channels."""
    if not settings.channel.needs_approval:
        return ()
    lines = [texts("approval.line", count=settings.awaiting)]
    if all(each.refused_at is not None for each in settings.approvers):
        lines.append(texts("approval.nobody"))
    return tuple(lines)


SECTION = Section(
    name="approval",
    build_router=build_router,
    opens=lambda channel_id: ApprovalButton(channel=channel_id),
    lines=_lines,
)
