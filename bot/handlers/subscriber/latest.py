"""/latest: the newest articles of the person's rubrics, a line each; and why the last ones that were sent came."""

from collections.abc import Iterable
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.article import Article
from bot.domain.rubric import Rubric
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.services import Services
from bot.services.reading import Story
from bot.services.why import Received

# Ten lines of this length and their rubrics stay far below Telegram's limit of 4096.
_MAX_HEADLINE = 200


class LatestButton(CallbackData, prefix="ll"):
    """Back to the list."""


class ReceivedButton(CallbackData, prefix="lw"):
    """Whose articles they are follows from who taps."""


def build_router() -> Router:
    router = Router(name="latest")
    router.message.register(latest, Command("latest"))
    router.callback_query.register(back, LatestButton.filter())
    router.callback_query.register(explain, ReceivedButton.filter())
    return router


async def latest(_: object, bot: Bot, person: Person, services: Services) -> None:
    await show(bot, person.chat_id, await _screen(person, services))


async def back(callback: CallbackQuery, bot: Bot, person: Person, services: Services) -> None:
    await redraw(bot, callback, await _screen(person, services))


async def explain(callback: CallbackQuery, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    received, asked_at = await services.why.received(person.chat_id)
    lines = [_reason(each, texts, asked_at) for each in received]
    paragraphs = [texts("received.heading"), *lines] if lines else [texts("received.nothing")]
    row = (InlineKeyboardButton(text=texts("received.back"), callback_data=LatestButton().pack()),)
    await redraw(bot, callback, Screen(text="\n\n".join([*paragraphs, texts("received.how")]), rows=(row,)))


async def _screen(person: Person, services: Services) -> Screen:
    texts = person.texts
    found = await services.reading.latest(person.chat_id, person.language)
    if not found.stories:
        return Screen(text=texts("latest.nothing"))
    heading = texts("latest.own") if found.is_own else texts("latest.all")
    lines = [_line(story, texts, found.asked_at) for story in found.stories]
    row = (InlineKeyboardButton(text=texts("received.button"), callback_data=ReceivedButton().pack()),)
    return Screen(text="\n\n".join([heading, *lines]), rows=(row,))


def _line(story: Story, texts: Texts, asked_at: datetime) -> str:
    headline = _headline(story.article, story.article.published_at, texts, asked_at)
    titles = _titles(story.rubrics, texts)
    return f"{headline} · {titles}" if titles else headline


def _reason(received: Received, texts: Texts, asked_at: datetime) -> str:
    if received.because_of:
        reason = texts("received.because", rubrics=_titles(received.because_of, texts))
    elif received.rubrics:
        reason = texts("received.left", rubrics=_titles(received.rubrics, texts))
    else:
        reason = texts("received.unknown")
    return f"{_headline(received.article, received.sent_at, texts, asked_at)}\n{reason}"


def _headline(article: Article, instant: datetime, texts: Texts, asked_at: datetime) -> str:
    is_today = texts.day(instant) == texts.day(asked_at)
    when = texts.time(instant) if is_today else texts.day_and_time(instant)
    return f"{when} {cut(link(one_line(article.title), article.url), _MAX_HEADLINE)}"


def _titles(rubrics: Iterable[Rubric], texts: Texts) -> str:
    return ", ".join(escape(one_line(rubric.title(texts.language))) for rubric in rubrics)
