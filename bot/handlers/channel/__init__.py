"""Channels: how the bot comes and goes, and the menus of those who administer them."""

from aiogram import Router

from bot.handlers.access import ChannelAdministrator, InPrivate
from bot.handlers.channel import channels, codes, dialogue, forum, membership, settings, sharing


def build_router() -> Router:
    private = Router(name="channel-private")
    private.message.filter(InPrivate())
    private.callback_query.filter(InPrivate())
    private.include_routers(
        channels.build_router(),
        codes.build_private_router(),
        sharing.build_router(),
        dialogue.build_cancel_router(),
        guarded(settings.build_router()),
    )
    router = Router(name="channel")
    router.include_routers(membership.build_router(), codes.build_router(), forum.build_router(), private)
    return router


def guarded(menu: Router) -> Router:
    """Its taps and answers reach it only from who administers the channel they are about."""
    menu.callback_query.middleware(ChannelAdministrator())
    menu.callback_query.middleware(dialogue.TapsEndQuestions())
    menu.message.filter(dialogue.HasQuestion())
    menu.message.middleware(dialogue.Answering())
    menu.message.middleware(ChannelAdministrator())
    return menu
