"""Channels: how the bot comes and goes, and the menus of those who administer them."""

from aiogram import Router

from bot.handlers.access import ChannelAdministrator, InPrivate
from bot.handlers.channel import channels, membership, settings


def build_router() -> Router:
    router = Router(name="channel")
    router.message.filter(InPrivate())
    router.callback_query.filter(InPrivate())
    menu = settings.build_router()
    menu.callback_query.middleware(ChannelAdministrator())
    router.include_routers(membership.build_router(), channels.build_router(), menu)
    return router
