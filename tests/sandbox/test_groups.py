"""Groups as Telegram has them: who hears what, rights that do not exist there, the way to a supergroup; and chosen chats."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import (
    ChatAdministratorRights,
    ChatMemberAdministrator,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
)

from bot.sandbox.client import Channel, Person, SandboxClient, SandboxError

ANONYMOUS = 1087968824


@pytest.fixture
def camilla(telegram: SandboxClient) -> Person:
    return telegram.person("camilla")


@pytest.fixture
def bob(telegram: SandboxClient) -> Person:
    return telegram.person("bob")


@pytest.fixture
async def group(camilla: Person, bob: Person) -> Channel:
    return await camilla.creates_group("Azarkeşlər", bob)


async def heard(bot: Bot) -> list[Message]:
    return [update.message for update in await bot.get_updates() if update.message]


async def test_every_member_may_bring_the_bot_which_may_write_then(bot: Bot, bob: Person, group: Channel) -> None:
    await bob.adds_bot(group)
    sent = await bot.send_message(group.id, "Salam")

    (change,) = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert (change.from_user.id, change.new_chat_member.status) == (bob.id, "member")
    assert (sent.chat.type, sent.from_user.id if sent.from_user else None) == ("group", bot.id)


async def test_a_plain_member_hears_only_what_is_meant_for_it(bot: Bot, bob: Person, group: Channel) -> None:
    await bob.adds_bot(group)
    for text in ("Kim baxır?", "/rubrics", "@rubrika_demo_bot salam"):
        await bob.says_in(group, text)

    assert [message.text for message in await heard(bot)] == ["/rubrics", "@rubrika_demo_bot salam"]


async def test_an_administrator_hears_everything(bot: Bot, camilla: Person, bob: Person, group: Channel) -> None:
    await camilla.promotes_bot(group)
    await bob.says_in(group, "Kim baxır?")

    (message,) = await heard(bot)
    assert (message.text, message.from_user.id if message.from_user else None) == ("Kim baxır?", bob.id)


async def test_an_anonymous_administrator_has_the_groups_name(bot: Bot, camilla: Person, group: Channel) -> None:
    await camilla.promotes_bot(group, anonymously=True)
    await camilla.says_in(group, "Salam", anonymously=True)

    updates = await bot.get_updates()
    change, message = updates[0].my_chat_member, updates[1].message
    assert change is not None
    assert message is not None
    assert (change.from_user.id, message.from_user.id if message.from_user else 0) == (ANONYMOUS, ANONYMOUS)
    assert message.sender_chat is not None
    assert message.sender_chat.id == group.id


async def test_a_channels_rights_do_not_exist_in_a_group(bot: Bot, camilla: Person, group: Channel) -> None:
    await camilla.promotes_bot(group)
    member = await bot.get_chat_member(group.id, bot.id)

    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_post_messages, member.can_edit_messages, member.can_delete_messages) == (None, None, True)


async def test_only_an_administrator_with_the_right_pins_and_deletes(
    bot: Bot, camilla: Person, bob: Person, group: Channel
) -> None:
    await bob.adds_bot(group)
    await bob.says_in(group, "/salam")
    (message,) = await heard(bot)
    with pytest.raises(TelegramBadRequest, match="not enough rights"):
        await bot.pin_chat_message(group.id, message.message_id)
    with pytest.raises(TelegramBadRequest, match="can't be deleted"):
        await bot.delete_message(group.id, message.message_id)
    await camilla.promotes_bot(group, {"can_pin_messages": True})

    assert await bot.pin_chat_message(group.id, message.message_id)
    assert await bot.delete_message(group.id, message.message_id)


async def test_a_group_that_becomes_a_supergroup_says_so_in_both_and_refuses_the_old_id(
    bot: Bot, camilla: Person, group: Channel
) -> None:
    await camilla.promotes_bot(group)
    supergroup = await camilla.upgrades(group)
    told = [(message.chat.id, message.migrate_to_chat_id, message.migrate_from_chat_id) for message in await heard(bot)]

    assert told == [(group.id, supergroup.id, None), (supergroup.id, None, group.id)]
    with pytest.raises(TelegramMigrateToChat) as refusal:
        await bot.send_message(group.id, "Salam")
    assert refusal.value.migrate_to_chat_id == supergroup.id
    assert (await bot.send_message(supergroup.id, "Salam")).chat.type == "supergroup"


async def test_a_group_that_dismissed_the_bot_is_closed_to_it(bot: Bot, camilla: Person, group: Channel) -> None:
    await camilla.promotes_bot(group)
    await camilla.dismisses_bot(group)

    with pytest.raises(TelegramForbiddenError, match="kicked from the group chat"):
        await bot.send_message(group.id, "Salam")


async def test_a_new_title_is_said_in_the_chat_and_a_new_name_is_not(bot: Bot, camilla: Person) -> None:
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(channel)
    await camilla.renames(channel, "Axşam")
    await camilla.sets_username(channel, "axsam")

    posts = [update.channel_post for update in await bot.get_updates() if update.channel_post]
    assert [post.new_chat_title for post in posts] == ["Axşam"]
    assert (await bot.get_chat(channel.id)).username == "axsam"


def rights(**given: bool) -> ChatAdministratorRights:
    names = [name for name, each in ChatAdministratorRights.model_fields.items() if each.is_required()]
    values: dict[str, Any] = dict.fromkeys(names, False)
    return ChatAdministratorRights(**values | given)


async def offers(bot: Bot, person: Person, *, ours: ChatAdministratorRights, theirs: ChatAdministratorRights) -> None:
    await person.sends("/start")
    request = KeyboardButtonRequestChat(
        request_id=7,
        chat_is_channel=True,
        bot_administrator_rights=ours,
        user_administrator_rights=theirs,
        request_title=True,
    )
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Choose", request_chat=request)]])
    await bot.send_message(person.id, "Which?", reply_markup=keyboard)


async def test_a_chosen_chat_gives_the_bot_its_rights_and_is_told(bot: Bot, camilla: Person) -> None:
    channel = await camilla.creates_channel("Xəbərlər")
    await offers(bot, camilla, ours=rights(can_post_messages=True), theirs=rights(can_post_messages=True))
    await camilla.shares(channel, "Choose")

    change, message = [update.my_chat_member or update.message for update in await bot.get_updates()][-2:]
    assert change is not None
    assert isinstance(message, Message)
    assert message.chat_shared is not None
    shared = message.chat_shared
    assert (shared.request_id, shared.chat_id, shared.title) == (7, channel.id, "Xəbərlər")
    member = await bot.get_chat_member(channel.id, bot.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_post_messages, member.can_delete_messages) == (True, False)


async def test_only_chats_of_the_kind_that_is_asked_for_are_offered(bot: Bot, camilla: Person, group: Channel) -> None:
    await offers(bot, camilla, ours=rights(), theirs=rights())

    with pytest.raises(SandboxError, match="does not offer"):
        await camilla.shares(group, "Choose")


async def test_no_rights_are_asked_for_the_bot_that_are_not_asked_of_the_person(bot: Bot, camilla: Person) -> None:
    with pytest.raises(TelegramBadRequest):
        await offers(bot, camilla, ours=rights(can_post_messages=True), theirs=rights())
