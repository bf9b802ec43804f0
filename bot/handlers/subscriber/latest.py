"""/latest: the newest articles of the person's rubrics, a line each."""

from aiogram import Bot, Router
from aiogram.filters import Command

from bot.handlers.context import Person
from bot.handlers.screen import Screen, show
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.services import Services
from bot.services.reading import Story

# Ten lines of this length and their rubrics stay far below Telegram's limit of 4096.
_MAX_HEADLINE = 200


def build_router() -> Router:
    router = Router(name="latest")
    router.message.register(latest, Command("latest"))
    return router


async def latest(_: object, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    found = await services.reading.latest(person.chat_id, person.language)
    if not found.stories:
        await show(bot, person.chat_id, Screen(text=texts("latest.nothing")))
        return
    heading = texts("latest.own") if found.is_own else texts("latest.all")
    today = texts.day(found.asked_at)
    lines = [_line(story, texts, is_today=texts.day(story.article.published_at) == today) for story in found.stories]
    await show(bot, person.chat_id, Screen(text="\n\n".join([heading, *lines])))


def _line(story: Story, texts: Texts, *, is_today: bool) -> str:
    instant = story.article.published_at
    when = texts.time(instant) if is_today else texts.day_and_time(instant)
    headline = cut(link(one_line(story.article.title), story.article.url), _MAX_HEADLINE)
    titles = ", ".join(escape(one_line(rubric.title(texts.language))) for rubric in story.rubrics)
    return f"{when} {headline}" + (f" · {titles}" if titles else "")
