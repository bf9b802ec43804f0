"""Update → handler → services. The order of the routers; each tap and each person meets the same middleware first."""

from aiogram import Dispatcher

from bot.handlers import channel, editor, errors, owner, subscriber, unknown
from bot.handlers.answers import AnswerTaps
from bot.handlers.channel.dialogue import CommandsEndQuestions
from bot.handlers.context import Context
from bot.i18n import I18n
from bot.services import Services


def build_dispatcher(services: Services, i18n: I18n) -> Dispatcher:
    # Menus keep their state in their buttons; aiogram's storage would remember every chat for ever.
    dispatcher = Dispatcher(disable_fsm=True, services=services, i18n=i18n)
    dispatcher.update.outer_middleware(Context(services, i18n))
    dispatcher.callback_query.middleware(AnswerTaps())
    dispatcher.message.outer_middleware(CommandsEndQuestions())
    errors.register(dispatcher, i18n)
    for folder in (subscriber, channel, editor, owner, unknown):
        dispatcher.include_router(folder.build_router())
    return dispatcher
