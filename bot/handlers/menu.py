"""The command lists that Telegram offers beside the text field: per language for everybody, and per person for the staff."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.domain.language import Language
from bot.domain.staff import Role
from bot.i18n import I18n, Texts

_EVERYBODY = ("rubrics", "latest", "settings", "language", "stop", "help")
_WITH_CHANNELS = ("channels",)
_EDITORS = ("push", "sources", "why")
_OWNERS = ("editors",)


def commands_of(role: Role, *, has_channels: bool) -> tuple[str, ...]:
    """The commands this person has, in the order of the menu."""
    channels = _WITH_CHANNELS if has_channels or role is not Role.READER else ()
    editors = _EDITORS if role is not Role.READER else ()
    owners = _OWNERS if role is Role.OWNER else ()
    return (*_EVERYBODY[:2], *editors, *channels, *owners, *_EVERYBODY[2:])


async def publish_commands(bot: Bot, i18n: I18n) -> None:
    """For everybody who has no list of their own; called at each start."""
    scope = BotCommandScopeAllPrivateChats()
    names = commands_of(Role.READER, has_channels=False)
    await bot.set_my_commands(_described(names, i18n.texts(i18n.default)), scope=scope)
    for language in Language:
        await bot.set_my_commands(_described(names, i18n.texts(language)), scope=scope, language_code=language)


async def publish_person_commands(
    bot: Bot, i18n: I18n, *, user_id: int, language: Language, role: Role, has_channels: bool
) -> None:
    """In the language chosen here, which need not be the one of this person's Telegram."""
    names = commands_of(role, has_channels=has_channels)
    try:
        await bot.set_my_commands(_described(names, i18n.texts(language)), scope=BotCommandScopeChat(chat_id=user_id))
    except (TelegramBadRequest, TelegramForbiddenError):
        # "chat not found": who never started the bot has no chat with it; /start brings the list.
        return


def _described(names: tuple[str, ...], texts: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=texts(f"commands.{name}")) for name in names]
