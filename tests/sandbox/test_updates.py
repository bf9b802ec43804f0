"""How the bot hears: getUpdates and the webhook, what is kept and how long."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from bot.clock import MovableClock
from bot.sandbox.client import NotSeenError, SandboxClient
from bot.sandbox.server import Sandbox

FIRST = 500_000_001


@dataclass
class Receiver:
    """A webhook that answers with the next of `statuses`, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    received: asyncio.Queue[tuple[dict[str, Any], str]] = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.received.put_nowait((await request.json(), secret))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    opened = Receiver()
    app = web.Application()
    app.add_routes([web.post("/hook", opened.take)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield opened
    await runner.cleanup()


async def texts(bot: Bot, **given: Any) -> list[str | None]:
    return [update.message.text for update in await bot.get_updates(**given) if update.message]


async def test_an_update_comes_again_until_it_is_confirmed(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await alice.sends("one")
    await alice.sends("two")

    assert await texts(bot) == ["one", "two"]
    assert await texts(bot, limit=1) == ["one"]
    assert await texts(bot, offset=FIRST + 1) == ["two"]
    assert await texts(bot) == ["two"]
    assert await texts(bot, offset=FIRST + 2) == []


async def test_a_negative_offset_keeps_the_newest(telegram: SandboxClient, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        await telegram.person("alice").sends(text)

    assert await texts(bot, offset=-1) == ["three"]
    assert await texts(bot) == ["three"]


async def test_a_long_poll_ends_as_soon_as_somebody_writes(telegram: SandboxClient, bot: Bot) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        poll = group.create_task(texts(bot, timeout=50))
        await telegram.state()
        await telegram.person("alice").sends("hello")

    assert poll.result() == ["hello"]


async def test_a_second_poller_ends_the_first(bot: Bot) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(_refusal_of_poll(bot))
        await bot.get_me()
        await bot.get_updates(timeout=0)

    assert first.result() == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def _refusal_of_poll(bot: Bot) -> str:
    with pytest.raises(TelegramConflictError) as refused:
        await bot.get_updates(timeout=50)
    return refused.value.message


async def test_a_poller_that_went_away_disturbs_nobody(telegram: SandboxClient, bot: Bot) -> None:
    with pytest.raises(TelegramAPIError):
        await bot.get_updates(timeout=50, request_timeout=0.1)  # type: ignore[arg-type]

    await telegram.person("alice").sends("hello")

    assert await texts(bot, timeout=5) == ["hello"]
    assert all(call.is_ok for call in await telegram.calls("getUpdates"))


async def test_only_wanted_kinds_are_queued_and_the_wish_is_remembered(telegram: SandboxClient, bot: Bot) -> None:
    alice = telegram.person("alice")
    await bot.get_updates(allowed_updates=["my_chat_member"])
    await alice.sends("unheard")
    await alice.blocks_bot()

    assert [update.event_type for update in await bot.get_updates()] == ["my_chat_member"]
    assert (await bot.get_webhook_info()).allowed_updates == ["my_chat_member"]


async def test_messages_are_kept_a_day_and_taps_150_seconds(
    telegram: SandboxClient, bot: Bot, clock: MovableClock
) -> None:
    alice = telegram.person("alice")
    await alice.sends("hello")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    await bot.send_message(1001, "menu", reply_markup=keyboard)
    async with asyncio.TaskGroup() as group:
        group.create_task(_taps_in_vain(telegram))
        while len(updates := await bot.get_updates(timeout=5)) < 2:
            pass
        await bot.answer_callback_query(str(updates[1].callback_query and updates[1].callback_query.id))

    clock.advance(149)
    assert [update.event_type for update in await bot.get_updates()] == ["message", "callback_query"]
    clock.advance(1)
    assert [update.event_type for update in await bot.get_updates()] == ["message"]
    clock.advance(24 * 3600)
    assert await bot.get_updates() == []


async def _taps_in_vain(telegram: SandboxClient) -> None:
    assert await telegram.person("alice").taps("Go") == ""


async def test_a_late_or_second_answer_to_a_tap_is_refused(
    telegram: SandboxClient, bot: Bot, clock: MovableClock
) -> None:
    await telegram.person("alice").sends("/start")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    await bot.send_message(1001, "menu", reply_markup=keyboard)
    async with asyncio.TaskGroup() as group:
        group.create_task(_taps_in_vain(telegram))
        [update] = await bot.get_updates(offset=FIRST + 1, timeout=5)
        assert update.callback_query is not None
        await update.callback_query.answer()

    for _ in range(2):
        with pytest.raises(TelegramAPIError) as refused:
            await update.callback_query.answer()
        clock.advance(200)

    assert refused.value.message == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_the_bot_hears_other_peoples_posts_and_not_its_own(telegram: SandboxClient, bot: Bot) -> None:
    camilla = telegram.person("camilla")
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.posts_in(channel, "before the bot came")
    await camilla.promotes_bot(channel)
    await bot.send_message(channel.id, "the bot's")
    await camilla.posts_in(channel, "Camilla's")

    updates = await bot.get_updates()

    assert [update.event_type for update in updates] == ["my_chat_member", "channel_post"]
    assert updates[1].channel_post is not None
    assert updates[1].channel_post.text == "Camilla's"


async def test_a_webhook_gets_the_update_with_the_secret(telegram: SandboxClient, bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url, secret_token="s3cret")
    await telegram.person("alice").sends("hello")

    async with asyncio.timeout(5):
        update, secret = await receiver.received.get()

    assert (update["message"]["text"], secret) == ("hello", "s3cret")


async def test_a_refused_update_comes_again_and_blocks_only_its_chat(
    telegram: SandboxClient, bot: Bot, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    await telegram.person("alice").sends("one")
    await telegram.person("alice").sends("two")
    await bot.set_webhook(receiver.url)

    async with asyncio.timeout(5):
        received = [(await receiver.received.get())[0]["message"]["text"] for _ in range(3)]

    assert received == ["one", "one", "two"]
    assert (await bot.get_webhook_info()).last_error_message == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )


async def test_while_a_webhook_is_set_polling_is_refused(bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    with pytest.raises(TelegramConflictError) as refused:
        await bot.get_updates()
    await bot.delete_webhook()

    assert refused.value.message.startswith("Conflict: can't use getUpdates method while webhook is active")
    assert await bot.get_updates() == []


async def test_pending_updates_are_dropped_when_asked(telegram: SandboxClient, bot: Bot) -> None:
    await telegram.person("alice").sends("old")

    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == []


async def test_a_tap_nobody_answers_is_told(telegram: SandboxClient, bot: Bot) -> None:
    await telegram.person("alice").sends("/start")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    await bot.send_message(1001, "menu", reply_markup=keyboard)

    with pytest.raises(NotSeenError, match="did not answer the button 'go'"):
        await telegram.person("alice").taps("Go", within=0.05)


async def test_an_old_server_leaves_out_a_right_and_poisons_the_batch(clock: MovableClock) -> None:
    async with (
        Sandbox(clock, with_welcome_right=False) as sandbox,
        SandboxClient(sandbox.url) as telegram,
        aiohttp.ClientSession() as session,
    ):
        camilla = telegram.person("camilla")
        await camilla.promotes_bot(await camilla.creates_channel("Xəbərlər"))
        async with session.get(f"{sandbox.url}/bot{sandbox.token}/getUpdates") as answer:
            [update] = (await answer.json())["result"]

    member = update["my_chat_member"]["new_chat_member"]
    assert (member["status"], "can_send_welcome_messages" in member) == ("administrator", False)
