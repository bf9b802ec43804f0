"""Who is in a chat, who did what to the bot, and what the bot says about itself."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatAdministratorRights,
    ChatMemberAdministrator,
    ChatMemberUpdated,
)

from bot.sandbox.client import Channel, Person, SandboxClient, SandboxError


@pytest.fixture
async def camilla(telegram: SandboxClient) -> Person:
    return telegram.person("camilla")


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    opened = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(opened)
    return opened


async def membership_changes(bot: Bot) -> list[ChatMemberUpdated]:
    return [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]


def statuses(change: ChatMemberUpdated) -> tuple[int, str, str]:
    return change.from_user.id, change.old_chat_member.status, change.new_chat_member.status


async def test_blocking_and_unblocking_are_told_by_the_person(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")
    await alice.blocks_bot()
    await alice.blocks_bot()
    await alice.unblocks_bot()

    changes = await membership_changes(bot)

    assert [statuses(change) for change in changes] == [(1001, "member", "kicked"), (1001, "kicked", "member")]


async def test_who_blocked_the_bot_cannot_write_to_it(telegram: SandboxClient) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")
    await alice.blocks_bot()

    with pytest.raises(SandboxError, match="Alice has blocked the bot"):
        await alice.sends("hello")


async def test_hiring_changing_and_dismissing_name_who_did_it(
    telegram: SandboxClient, bot: Bot, camilla: Person, channel: Channel
) -> None:
    bob = telegram.person("bob")
    await bob.becomes_administrator(channel)
    await bob.promotes_bot(channel, {"can_edit_messages": False})
    await camilla.dismisses_bot(channel)

    changes = await membership_changes(bot)

    assert [statuses(change) for change in changes] == [
        (1003, "left", "administrator"),
        (1002, "administrator", "administrator"),
        (1003, "administrator", "kicked"),
    ]
    changed = changes[1].new_chat_member
    assert isinstance(changed, ChatMemberAdministrator)
    assert (changed.can_post_messages, changed.can_edit_messages) == (True, False)


async def test_members_of_a_channel_have_their_status(telegram: SandboxClient, bot: Bot, channel: Channel) -> None:
    await telegram.person("bob").becomes_administrator(channel)

    members = [(await bot.get_chat_member(channel.id, user_id)).status for user_id in (1003, 1002, 1001, 7000)]

    assert members == ["creator", "administrator", "left", "administrator"]
    assert await bot.get_chat_member_count(channel.id) == 3
    administrators = await bot.get_chat_administrators(channel.id)
    assert sorted(member.user.id for member in administrators) == [1002, 1003, 7000]


@pytest.mark.parametrize(
    ("user_id", "words"),
    [(424_242, "Bad Request: PARTICIPANT_ID_INVALID"), (0, "Bad Request: invalid user_id specified")],
)
async def test_a_stranger_is_no_member(bot: Bot, channel: Channel, user_id: int, words: str) -> None:
    with pytest.raises(TelegramAPIError) as refused:
        await bot.get_chat_member(channel.id, user_id)

    assert refused.value.message == words


async def test_after_leaving_the_channel_is_closed(bot: Bot, channel: Channel) -> None:
    await bot.leave_chat(channel.id)

    with pytest.raises(TelegramAPIError) as refused:
        await bot.get_chat(channel.id)

    assert refused.value.message == "Forbidden: bot is not a member of the channel chat"
    assert await channel.bot_status() == "left"


async def test_a_chat_is_described_with_its_pinned_message(bot: Bot, channel: Channel) -> None:
    post = await bot.send_message(channel.id, "ticker")
    await bot.pin_chat_message(channel.id, post.message_id)

    chat = await bot.get_chat(channel.id)

    assert (chat.type, chat.title) == ("channel", "Xəbərlər")
    assert chat.pinned_message is not None
    assert chat.pinned_message.message_id == post.message_id


async def test_the_bots_wishes_are_ticked_when_it_is_hired(bot: Bot, camilla: Person) -> None:
    none = dict.fromkeys(ChatAdministratorRights.model_fields, False)
    rights = ChatAdministratorRights(**none | {"can_post_messages": True})
    await bot.set_my_default_administrator_rights(rights, for_channels=True)
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(channel)

    member = await bot.get_chat_member(channel.id, 7000)

    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_post_messages, member.can_edit_messages) == (True, False)


async def test_of_six_command_lists_the_nearest_is_shown(telegram: SandboxClient, bot: Bot) -> None:
    edgar = telegram.person("edgar")
    await edgar.sends("/start")
    chat, private = BotCommandScopeChat(chat_id=1004), BotCommandScopeAllPrivateChats()
    seen: list[str] = []
    for scope, language in (
        (None, None),
        (None, "ru"),
        (private, None),
        (private, "ru"),
        (chat, None),
        (chat, "ru"),
        (chat, "az"),
    ):
        command = BotCommand(command=f"c{len(seen)}", description="Some command")
        await bot.set_my_commands([command], scope=scope, language_code=language)
        seen += await edgar.commands()

    assert seen == ["c0", "c1", "c2", "c3", "c4", "c5", "c5"]


async def test_a_deleted_command_list_uncovers_the_wider_one(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")
    await bot.set_my_commands([BotCommand(command="wide", description="For all")])
    await bot.set_my_commands([BotCommand(command="near", description="Russian")], language_code="ru")

    await bot.delete_my_commands(language_code="ru")

    assert await alice.commands() == {"wide": "For all"}
    assert await bot.get_my_commands(language_code="ru") == []


@pytest.mark.parametrize(
    ("command", "scope", "words"),
    [
        (BotCommand(command="Рубрики", description="x"), None, "BOT_COMMAND_INVALID"),
        (BotCommand(command="x", description="x" * 257), None, "BOT_COMMAND_DESCRIPTION_INVALID"),
        (BotCommand(command="x", description="x"), BotCommandScopeChat(chat_id=1005), "chat not found"),
    ],
)
async def test_a_bad_command_list_is_refused(
    bot: Bot, command: BotCommand, scope: BotCommandScopeChat | None, words: str
) -> None:
    with pytest.raises(TelegramAPIError) as refused:
        await bot.set_my_commands([command], scope=scope)

    assert refused.value.message == f"Bad Request: {words}"


async def test_descriptions_are_kept_by_language(bot: Bot) -> None:
    await bot.set_my_description("Xəbərlər", language_code="az")
    await bot.set_my_description("News")

    assert (await bot.get_my_description(language_code="az")).description == "Xəbərlər"
    assert (await bot.get_my_description(language_code="ru")).description == "News"
