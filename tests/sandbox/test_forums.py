"""Forums as Telegram has them: what of topics a bot hears, what it may do there, and what is refused."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ChatMemberAdministrator, Message

from bot.sandbox.client import Channel, Person, SandboxClient

MANAGES = {"can_manage_topics": True}


@pytest.fixture
def camilla(telegram: SandboxClient) -> Person:
    return telegram.person("camilla")


@pytest.fixture
async def forum(camilla: Person) -> Channel:
    """Camilla's, with the bot as administrator that does not manage topics."""
    created = await camilla.creates_forum("Azarkeşlər")
    await camilla.promotes_bot(created)
    return created


async def heard(bot: Bot) -> list[Message]:
    return [update.message for update in await bot.get_updates() if update.message]


async def test_a_bot_hears_of_topics_as_they_come_and_change(bot: Bot, camilla: Person, forum: Channel) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    await camilla.renames_topic(forum, topic, "Oyunlar")
    await camilla.closes_topic(forum, topic)
    await camilla.reopens_topic(forum, topic)

    created, renamed, closed, opened = await heard(bot)
    assert {message.message_thread_id for message in (created, renamed, closed, opened)} == {topic}
    assert all(message.is_topic_message for message in (created, renamed, closed, opened))
    assert created.forum_topic_created is not None
    assert created.forum_topic_created.name == "Futbol"
    assert renamed.forum_topic_edited is not None
    assert renamed.forum_topic_edited.name == "Oyunlar"
    assert closed.forum_topic_closed is not None
    assert opened.forum_topic_reopened is not None


async def test_what_is_written_in_a_topic_answers_its_beginning_and_in_general_bears_no_number(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    await camilla.says_in(forum, "Qol", topic=topic)
    await camilla.says_in(forum, "Salam")

    _, inside, general = await heard(bot)
    assert (inside.message_thread_id, inside.is_topic_message, inside.chat.is_forum) == (topic, True, True)
    assert inside.reply_to_message is not None
    assert inside.reply_to_message.forum_topic_created is not None
    assert inside.reply_to_message.forum_topic_created.name == "Futbol"
    assert (general.message_thread_id, general.is_topic_message, general.chat.is_forum) == (None, None, True)


async def test_a_message_goes_to_the_topic_it_names_and_general_has_no_number(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    inside = await bot.send_message(forum.id, "Qol", message_thread_id=topic)
    general = await bot.send_message(forum.id, "Salam")

    assert [message.topic for message in await forum.posts()] == [topic, None]
    assert (inside.message_thread_id, general.message_thread_id) == (topic, None)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.id, "Salam", message_thread_id=1)


async def test_a_closed_topic_takes_the_posts_of_those_alone_who_manage_topics(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    await camilla.closes_topic(forum, topic)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(forum.id, "Qol", message_thread_id=topic)
    await camilla.promotes_bot(forum, MANAGES)

    assert (await bot.send_message(forum.id, "Qol", message_thread_id=topic)).text == "Qol"


async def test_a_closed_general_topic_takes_no_message_without_a_topic(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    await camilla.closes_topic(forum)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(forum.id, "Salam")
    await camilla.reopens_topic(forum)

    assert (await bot.send_message(forum.id, "Salam")).text == "Salam"
    closed, opened = await heard(bot)
    assert (closed.message_thread_id, opened.message_thread_id) == (None, None)


async def test_a_deleted_topic_goes_with_its_messages_and_without_a_word(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    await bot.send_message(forum.id, "Qol", message_thread_id=topic)
    await camilla.deletes_topic(forum, topic)

    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.id, "Qol", message_thread_id=topic)
    assert (await forum.posts(), len(await heard(bot))) == ([], 1)


async def test_topics_that_are_switched_off_are_not_found_and_come_back(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    topic = await camilla.creates_topic(forum, "Futbol")
    await camilla.turns_topics(forum, is_on=False)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(forum.id, "Qol", message_thread_id=topic)
    plain = await bot.get_chat(forum.id)
    await camilla.turns_topics(forum, is_on=True)

    assert (plain.is_forum, (await bot.get_chat(forum.id)).is_forum) == (None, True)
    assert (await bot.send_message(forum.id, "Qol", message_thread_id=topic)).text == "Qol"


async def test_a_bot_with_the_right_manages_topics_and_hears_nothing_of_its_own(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(forum.id, "Futbol")
    await camilla.promotes_bot(forum, MANAGES)
    created = await bot.create_forum_topic(forum.id, "Futbol")
    await bot.close_forum_topic(forum.id, created.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(forum.id, created.message_thread_id)
    await camilla.promotes_bot(forum)

    # Closed, and ours.
    assert (await bot.send_message(forum.id, "Qol", message_thread_id=created.message_thread_id)).text == "Qol"
    assert await heard(bot) == []


async def test_there_is_no_topic_to_create_in_a_group_without_topics(bot: Bot, camilla: Person) -> None:
    group = await camilla.creates_group("Azarkeşlər", is_super=True)
    await camilla.promotes_bot(group, MANAGES)

    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(group.id, "Futbol")


async def test_the_right_to_manage_topics_exists_in_supergroups_alone(
    bot: Bot, camilla: Person, forum: Channel
) -> None:
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(channel)
    there, here = await bot.get_chat_member(channel.id, bot.id), await bot.get_chat_member(forum.id, bot.id)

    assert isinstance(there, ChatMemberAdministrator)
    assert isinstance(here, ChatMemberAdministrator)
    assert (there.can_manage_topics, here.can_manage_topics) == (None, False)
