"""The topics of a group that is a forum: to which of them the posts of each rubric go, those of all others, and the ticker.

Telegram lists topics to no bot. Those that were heard of are offered; with the right to manage topics one tap creates one for
each rubric; any other is known as soon as somebody writes in it.
"""

import logging
from contextlib import suppress
from enum import StrEnum

from aiogram import Bot, F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination
from bot.domain.rubric import Rubric
from bot.domain.topic import GENERAL, MAX_TOPIC_NAME, OTHERS, TICKER, Shutting, Topic, TopicId
from bot.handlers.answers import SLOW
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row, marked, paged
from bot.handlers.topic_words import topic_name
from bot.i18n import I18n, Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings
from bot.services.topics import ForumSettings, most_creatable

logger = logging.getLogger(__name__)

# What a button shows of a topic's name.
# In callback data: where all others go. Telegram numbers topics from 1.
_NONE = 0


class TopicWish(StrEnum):
    LOOK = "o"
    # Which topic for this? And: this one.
    ASK = "q"
    CHOOSE = "t"
    CREATE = "n"


class TopicButton(CallbackData, prefix="cf"):
    """Within Telegram's 64 bytes with the longest ids and slug. `what` is as in domain/topic.py."""

    channel: int
    wish: TopicWish = TopicWish.LOOK
    what: str = ""
    topic: int = _NONE
    page: int = 0


def build_router() -> Router:
    router = Router(name="channel-topics")
    router.callback_query.register(create, TopicButton.filter(F.wish == TopicWish.CREATE), flags=SLOW)
    router.callback_query.register(ask, TopicButton.filter(F.wish == TopicWish.ASK))
    router.callback_query.register(tap, TopicButton.filter())
    return router


async def look_for_topics(bot: Bot, channel: Destination, services: Services) -> None:
    """That topics were switched on is told by no update."""
    with suppress(TelegramAPIError, ClientDecodeError):
        chat = await bot.get_chat(channel.chat_id)
        await services.topics.turn(channel.id, is_on=bool(chat.is_forum))


async def tap(
    callback: CallbackQuery,
    callback_data: TopicButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    by = person.administrator
    if callback_data.wish is TopicWish.CHOOSE:
        topic = TopicId(callback_data.topic) if callback_data.topic != _NONE else None
        found = await services.topics.choose(channel.id, callback_data.what, topic, by)
    else:
        found = await services.topics.show(channel.id, by)
    await redraw(bot, callback, await _screen(bot, found, person.texts, callback_data.page))


async def ask(
    callback: CallbackQuery,
    callback_data: TopicButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    found = await services.topics.show(channel.id, person.administrator)
    await redraw(bot, callback, _choice(found, person.texts, callback_data.what, callback_data.page))


async def create(
    callback: CallbackQuery,
    callback_data: TopicButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    """One for each rubric without; one that bears the rubric's name already is taken. Each counts as soon as it is there."""
    by = person.administrator
    notes: tuple[str, ...] = ()
    found = await services.topics.show(channel.id, by)
    for rubric in most_creatable(found):
        name = _topic_name(rubric, i18n.texts(channel.language))
        topic = next((each for each in found.topics if each.name == name), None)
        try:
            topic = topic or await _created(bot, channel, name)
        except (TelegramAPIError, ClientDecodeError) as error:
            logger.info("A topic could not be created: %s", error, extra={"channel": channel.id})
            is_right = isinstance(error, TelegramBadRequest) and "not enough rights" in error.message.lower()
            notes = ("", person.texts("topics.no-right" if is_right else "topics.not-created"))
            break
        found = await services.topics.created(channel.id, rubric.slug, topic, by)
    await redraw(bot, callback, await _screen(bot, found, person.texts, callback_data.page, notes=notes))


async def _created(bot: Bot, channel: Destination, name: str) -> Topic:
    created = await bot.create_forum_topic(channel.chat_id, name)
    return Topic(id=TopicId(created.message_thread_id), name=created.name)


def _topic_name(rubric: Rubric, texts: Texts) -> str:
    return one_line(f"{rubric.emoji} {rubric.title(texts.language)}")[:MAX_TOPIC_NAME]


async def _screen(bot: Bot, found: ForumSettings, texts: Texts, page: int, *, notes: tuple[str, ...] = ()) -> Screen:
    settings = found.settings
    places = [
        (OTHERS, texts("topics.others")),
        *([(TICKER, texts("topics.ticker"))] if settings.channel.ticker else []),
    ]
    places += [(rubric.slug, _topic_name(rubric, texts)) for rubric in found.rubrics]
    buttons = [_button(settings, _place(found, what, title, texts), TopicWish.ASK, what=what) for what, title in places]
    rows = paged(
        buttons, page, turn=lambda page: TopicButton(channel=settings.channel.id, page=page).pack(), texts=texts
    )
    count = len(most_creatable(found))
    creating = ((_button(settings, texts("topics.create", count=count), TopicWish.CREATE),),) if count else ()
    again = (_button(settings, texts("topics.refresh"), TopicWish.LOOK, page=page),)
    about = texts("topics.about", command=f"/topic@{(await bot.me()).username}")
    return section_screen(settings, texts, *_lines(settings, texts), "", about, *notes, rows=(*rows, *creating, again))


def _place(found: ForumSettings, what: str, title: str, texts: Texts) -> str:
    """Marked where it was chosen; a lock says that it goes elsewhere meanwhile."""
    topic = found.forum.chosen.get(what, GENERAL if what == OTHERS else None)
    if topic is None:
        return title
    lock = "🔒 " if topic in found.forum.aside else ""
    return marked(f"{title} → {lock}{_named(found, topic, texts)}", is_on=what in found.forum.chosen)


def _named(found: ForumSettings, topic: TopicId, texts: Texts) -> str:
    return topic_name(Topic(id=topic, name=found.name(topic)), texts)


def _choice(found: ForumSettings, texts: Texts, what: str, page: int) -> Screen:
    settings, chosen = found.settings, found.forum.chosen.get(what)

    def button(text: str, topic: int, *, is_on: bool) -> InlineKeyboardButton:
        return _button(settings, marked(text, is_on=is_on), TopicWish.CHOOSE, what=what, topic=topic)

    topics = [GENERAL, *(each.id for each in found.topics if found.forum.aside.get(each.id) is not Shutting.GONE)]
    buttons = [
        button(
            ("🔒 " if topic in found.forum.aside else "") + _named(found, topic, texts),
            topic,
            is_on=topic == (chosen or (GENERAL if what == OTHERS else None)),
        )
        for topic in topics
    ]
    if what != OTHERS:
        buttons.insert(0, button(texts("topics.as-others"), _NONE, is_on=chosen is None))
    rows: tuple[Row, ...] = paged(
        buttons,
        page,
        turn=lambda page: TopicButton(channel=settings.channel.id, wish=TopicWish.ASK, what=what, page=page).pack(),
        texts=texts,
    )
    back = (_button(settings, texts("topics.back"), TopicWish.LOOK),)
    return section_screen(settings, texts, "", _question(found, what, texts), rows=(*rows, back))


def _question(found: ForumSettings, what: str, texts: Texts) -> str:
    if what == OTHERS:
        return texts("topics.which-others")
    if what == TICKER:
        return texts("topics.which-ticker")
    titles = (_topic_name(rubric, texts) for rubric in found.rubrics if rubric.slug == what)
    return texts("topics.which", rubric=escape(next(titles, what)))


def _button(
    settings: ChannelSettings, text: str, wish: TopicWish, *, what: str = "", topic: int = _NONE, page: int = 0
) -> InlineKeyboardButton:
    data = TopicButton(channel=settings.channel.id, wish=wish, what=what, topic=topic, page=page)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    forum = settings.channel.forum
    if forum is None:
        return ()
    count = len(set(forum.chosen) - {OTHERS, TICKER})
    lines = (texts("topics.line", count=count),)
    return (*lines, texts("topics.shut", count=len(forum.aside))) if forum.aside else lines


SECTION = Section(
    name="topics",
    build_router=build_router,
    opens=lambda channel_id: TopicButton(channel=channel_id),
    lines=_lines,
    is_for=lambda channel: channel.forum is not None,
)
