"""What people do reaches the bot as updates, and what the bot does reaches their screens."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox.client import NotSeenError, SandboxClient, SandboxError


def keyboard(text: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])


async def test_a_command_arrives_with_its_entity_and_sender(telegram: SandboxClient, bot: Bot) -> None:
    await telegram.person("alice").sends("/start r-foreign-policy")

    [update] = await bot.get_updates()

    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ru"
    assert [(e.type, e.offset, e.length) for e in update.message.entities or []] == [("bot_command", 0, 6)]


async def test_a_person_sees_what_the_bot_sends(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")

    await bot.send_message(1001, "<b>Salam</b>", parse_mode="HTML", reply_markup=keyboard("Davam", "go"))

    message = await alice.sees("Salam")
    assert (message.html, message.button_texts) == ("<b>Salam</b>", ["Davam"])


async def test_a_tap_brings_the_toast_of_the_answer(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")
    await bot.send_message(1001, "Rubrics", reply_markup=keyboard("🌍 Foreign policy", "toggle:1"))

    async with asyncio.TaskGroup() as group:
        tap = group.create_task(alice.taps("Foreign policy"))
        updates = await bot.get_updates(offset=500_000_002, timeout=5)
        query = updates[0].callback_query
        assert query is not None
        await bot.answer_callback_query(query.id, text="Subscribed")

    assert (query.data, tap.result()) == ("toggle:1", "Subscribed")


async def test_what_was_not_seen_is_told_with_the_chat(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("/start")
    await bot.send_message(1001, "Something else", reply_markup=keyboard("Yes", "y"))

    with pytest.raises(NotSeenError, match=r"'Welcome' was not seen(.|\n)*bot #2: Something else\n +\[Yes\]"):
        await alice.sees("Welcome", within=0.05)


async def test_a_stranger_cannot_hire_the_bot(telegram: SandboxClient) -> None:
    channel = await telegram.person("camilla").creates_channel("Xəbərlər")

    with pytest.raises(SandboxError, match="Bob is not an administrator"):
        await telegram.person("bob").promotes_bot(channel)
