"""/why link: an article stage by stage, and why a channel got it or not. With a channel's name: that channel at once."""

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery

from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId
from bot.domain.errors import UnknownChannelError
from bot.handlers.context import Person
from bot.handlers.editor.why_article import WhyButton, article_screen, missing_screen
from bot.handlers.editor.why_channel import channel_screen
from bot.handlers.screen import Screen, redraw, show
from bot.services import Services
from bot.services.why import Explanation, Missing


def build_router() -> Router:
    router = Router(name="why")
    router.message.register(why, Command("why"))
    router.callback_query.register(tap, WhyButton.filter())
    return router


async def why(_: object, command: CommandObject, bot: Bot, person: Person, services: Services) -> None:
    link, *channel = (command.args or "").split(maxsplit=1) or [""]
    if not link:
        await show(bot, person.chat_id, Screen(text=person.texts("why.usage")))
        return
    asked = await services.why.ask(link)
    if isinstance(asked, Missing):
        screen = missing_screen(asked, person.texts)
    elif channel:
        screen = await _in_channel(channel[0], asked, bot, person, services)
    else:
        screen = article_screen(asked, person.texts)
    await show(bot, person.chat_id, screen)


async def tap(callback: CallbackQuery, callback_data: WhyButton, bot: Bot, person: Person, services: Services) -> None:
    article_id, page = ArticleId(callback_data.article), callback_data.page
    if callback_data.channel:
        try:
            there = await services.why.ask_channel(article_id, DestinationId(callback_data.channel))
        except UnknownChannelError:
            await redraw(bot, callback, article_screen(await services.why.show(article_id), person.texts, page=page))
            raise
        await redraw(bot, callback, channel_screen(there, person.texts, page=page))
        return
    await redraw(bot, callback, article_screen(await services.why.show(article_id), person.texts, page=page))


async def _in_channel(name: str, asked: Explanation, bot: Bot, person: Person, services: Services) -> Screen:
    try:
        channel_id = await _channel(name, bot, services)
        return channel_screen(await services.why.ask_channel(asked.article.id, channel_id), person.texts)
    except UnknownChannelError:
        return article_screen(asked, person.texts, said=person.texts("why.no-channel"))


async def _channel(name: str, bot: Bot, services: Services) -> DestinationId:
    """What an editor calls a channel: @name, Telegram's id, or its title."""
    if name.startswith("@") and " " not in name:
        try:
            chat = await bot.get_chat(name)
        except (TelegramBadRequest, TelegramForbiddenError):
            raise UnknownChannelError from None
        return await services.why.find_channel(chat_id=chat.id)
    if name.startswith("-") and name[1:].isdecimal():
        return await services.why.find_channel(chat_id=int(name))
    return await services.why.find_channel(title=name)
