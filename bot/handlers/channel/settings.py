"""A channel's main menu: what is set, a line or two a section, and the ways into them; one message that each tap redraws."""

from typing import assert_never

from aiogram import Bot, F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.channel import MOST_MISSED, Right
from bot.domain.destination import Destination, DestinationState
from bot.handlers.channel import (
    approval,
    copying,
    dialogue,
    history,
    language,
    pace,
    posts,
    quiet,
    rubrics,
    ticker,
    topics,
    words,
)
from bot.handlers.channel.sample import erase_sample
from bot.handlers.channel.section import ChannelButton, ChannelListButton, Section, Wish, back, of_others, title
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row, marked
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

# In the order of the menu.
_SECTIONS = (
    rubrics.SECTION,
    posts.SECTION,
    ticker.SECTION,
    language.SECTION,
    words.SECTION,
    quiet.SECTION,
    pace.SECTION,
    approval.SECTION,
    topics.SECTION,
    copying.SECTION,
    history.SECTION,
)
_IN_ROW = 2
# Of what a pause made a channel miss, so many may be asked for.
_CATCH_UPS = (0, 1, 5)


class ResumeButton(CallbackData, prefix="cu"):
    """`catch_up` of the missed articles are posted."""

    channel: int
    catch_up: int


def build_router() -> Router:
    router = Router(name="settings")
    router.callback_query.register(tap, ChannelButton.filter())
    router.callback_query.register(resume, ResumeButton.filter())
    router.callback_query.register(leave_posts, posts.PostsButton.filter(F.wish == posts.PostsWish.LEAVE))
    router.include_routers(*(section.build_router() for section in _SECTIONS), dialogue.build_router())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: ChannelButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    if callback_data.wish is Wish.RESUME and (missed := await services.channels.missed(channel.id)):
        await redraw(bot, callback, _resume_screen(channel, missed, person.texts))
        return
    if callback_data.wish is Wish.LOOK and channel.is_group:
        await topics.look_for_topics(bot, channel, services)
    settings = await _fulfil(callback_data, channel, person, services)
    await redraw(bot, callback, settings_screen(settings, person.texts))


async def resume(
    callback: CallbackQuery,
    callback_data: ResumeButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    by = person.administrator
    settings = await services.channels.resume(channel.id, by, catch_up=callback_data.catch_up)
    await redraw(bot, callback, settings_screen(settings, person.texts))


async def leave_posts(
    callback: CallbackQuery,
    callback_data: posts.PostsButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    """The sample goes with its settings."""
    await erase_sample(bot, person.chat_id, callback_data.sample)
    settings = await services.channels.show(channel.id, person.administrator)
    await redraw(bot, callback, settings_screen(settings, person.texts))


async def _fulfil(button: ChannelButton, channel: Destination, person: Person, services: Services) -> ChannelSettings:
    channels, by = services.channels, person.administrator
    match button.wish:
        case Wish.LOOK:
            return await channels.show(channel.id, by)
        case Wish.ARTICLES | Wish.NO_ARTICLES:
            return await channels.set_articles(channel.id, by, is_on=button.wish is Wish.ARTICLES)
        case Wish.PAUSE:
            return await channels.pause(channel.id, by)
        case Wish.RESUME:
            return await channels.resume(channel.id, by)
        case _:
            assert_never(button.wish)


def settings_screen(settings: ChannelSettings, texts: Texts, *, intro: str = "") -> Screen:
    paragraphs = (*((intro,) if intro else ()), _state(settings, texts), *of_others(settings, texts))
    return Screen(text="\n\n".join(paragraphs), rows=(*_section_rows(settings, texts), *_end(settings.channel, texts)))


def _state(settings: ChannelSettings, texts: Texts) -> str:
    channel = settings.channel
    lines = [title(settings)]
    for section in _of(channel):
        lines += section.lines(settings, texts)
    lines.append(texts("channels.articles-on") if channel.articles_on else texts("channels.articles-off"))
    if channel.lacks:
        rights = ", ".join(texts(f"channels.right-{Right(right)}") for right in channel.lacks)
        lines += ["", texts("channels.lacking-short", rights=rights)]
    if channel.state is DestinationState.BARRED:
        lines += ["", texts("channels.barred")]
    elif channel.state is DestinationState.PAUSED:
        lines += ["", texts("channels.paused")]
    elif not any(choice.is_chosen for choice in settings.choices):
        lines += ["", texts("channels.choose")]
    return "\n".join(lines)


def _of(channel: Destination) -> tuple[Section, ...]:
    return tuple(section for section in _SECTIONS if section.is_for(channel))


def _section_rows(settings: ChannelSettings, texts: Texts) -> tuple[Row, ...]:
    buttons = [
        InlineKeyboardButton(
            text=texts(f"channels.open-{section.name}"), callback_data=section.opens(settings.channel.id).pack()
        )
        for section in _of(settings.channel)
    ]
    return tuple(tuple(buttons[start : start + _IN_ROW]) for start in range(0, len(buttons), _IN_ROW))


def _end(channel: Destination, texts: Texts) -> tuple[Row, ...]:
    def button(text: str, wish: Wish) -> InlineKeyboardButton:
        return InlineKeyboardButton(text=text, callback_data=ChannelButton(channel=channel.id, wish=wish).pack())

    is_on = channel.articles_on
    articles = button(marked(texts("channels.articles"), is_on=is_on), Wish.NO_ARTICLES if is_on else Wish.ARTICLES)
    if channel.state is DestinationState.ACTIVE:
        pause = button(texts("channels.pause"), Wish.PAUSE)
    else:
        pause = button(texts("channels.resume"), Wish.RESUME)
    to_list = InlineKeyboardButton(text=texts("channels.back"), callback_data=ChannelListButton().pack())
    return ((articles, pause), (to_list,))


def _resume_screen(channel: Destination, missed: int, texts: Texts) -> Screen:
    def button(text: str, catch_up: int) -> InlineKeyboardButton:
        return InlineKeyboardButton(text=text, callback_data=ResumeButton(channel=channel.id, catch_up=catch_up).pack())

    fewer = [
        button(texts("channels.catch-up", count=count), count)
        for count in _CATCH_UPS
        if count < min(missed, MOST_MISSED)
    ]
    if missed <= MOST_MISSED:
        most = button(texts("channels.catch-up-all", count=missed), missed)
    else:
        most = button(texts("channels.catch-up", count=MOST_MISSED), MOST_MISSED)
    rows = (*((each,) for each in (*fewer, most)), (back(channel.id, texts),))
    return Screen(text=texts("channels.missed", channel=escape(one_line(channel.title)), count=missed), rows=rows)
