"""The sandbox on the wire: addresses, shapes of answers, trouble on order, limits, the account of calls, its own process."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.clock import MovableClock
from bot.sandbox.client import SandboxClient, SandboxError
from bot.sandbox.server import Sandbox

ALICE = 1001


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def chat(telegram: SandboxClient) -> int:
    await telegram.person("alice").sends("/start")
    return ALICE


@pytest.fixture
async def strict(clock: MovableClock) -> AsyncIterator[SandboxClient]:
    """A sandbox that keeps Telegram's rates."""
    async with Sandbox(clock, enforce_limits=True) as sandbox, SandboxClient(sandbox.url) as client:
        yield client


async def send(client: SandboxClient, chat_id: int, *, method: str = "sendMessage", **given: object) -> int:
    """The seconds to wait, 0 when it was sent."""
    url = f"{client.url}/bot7000:sandbox-token/{method}"
    async with (
        aiohttp.ClientSession() as opened,
        opened.post(url, json={"chat_id": chat_id, "text": "x", **given}) as answer,
    ):
        body = await answer.json()
        return 0 if body["ok"] else int(body["parameters"]["retry_after"])


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("bot7000:wrong/getMe", 401, "Unauthorized"),
        ("bot7000/getMe", 404, "Not Found"),
        ("bot/getMe", 404, "Not Found"),
        ("bot7000:sandbox-token", 404, "Not Found"),
        ("bot7000:sandbox-token/sendChecklist", 404, "Not Found: method not found"),
    ],
)
async def test_a_wrong_address_is_answered_as_telegram_does(
    sandbox: Sandbox, session: aiohttp.ClientSession, path: str, status: int, description: str
) -> None:
    async with session.get(f"{sandbox.url}/{path}") as answer:
        assert answer.status == status
        assert await answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_get_with_a_query_is_a_call_too(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{sandbox.url}/bot{sandbox.token}/getme") as answer:
        assert (await answer.json())["result"]["username"] == "rubrika_demo_bot"


async def test_a_body_that_is_no_json_is_refused(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{sandbox.url}/bot{sandbox.token}/sendMessage", data="{", headers=headers) as answer:
        assert answer.status == 400


async def test_429_tells_the_wait_in_body_and_header(
    telegram: SandboxClient, session: aiohttp.ClientSession, chat: int
) -> None:
    await telegram.faults("429", method="sendMessage", retry_after=7)
    url = f"{telegram.url}/bot7000:sandbox-token/sendMessage"

    async with session.post(url, data={"chat_id": chat, "text": "x"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert await answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }


@pytest.mark.parametrize(
    ("kind", "given", "error"),
    [
        ("429", {}, TelegramRetryAfter),
        ("500", {}, TelegramServerError),
        ("502_html", {}, ClientDecodeError),
        ("500", {"chance": 0.999999}, TelegramServerError),
        ("403_blocked", {}, TelegramForbiddenError),
        ("migrated", {"migrate_to_chat_id": -1_001_000_000_009}, TelegramMigrateToChat),
        ("error", {"error_code": 500, "description": "Internal Server Error: restart"}, RestartingTelegram),
        ("reset_before", {}, TelegramNetworkError),
        ("timeout_before", {}, TelegramNetworkError),
    ],
)
async def test_trouble_that_leaves_no_message(
    telegram: SandboxClient, bot: Bot, chat: int, kind: str, given: dict[str, object], error: type[Exception]
) -> None:
    await telegram.faults(kind, **given)

    with pytest.raises(error):
        await bot.send_message(chat, "lost", request_timeout=1)

    assert await telegram.person("alice").posts() == []
    assert (await bot.send_message(chat, "sent")).text == "sent"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset_after", TelegramNetworkError),
        ("timeout_after", TelegramNetworkError),
        ("500_after", TelegramServerError),
        ("502_html_after", ClientDecodeError),
    ],
)
async def test_trouble_that_hides_a_message_that_was_sent(
    telegram: SandboxClient, bot: Bot, chat: int, kind: str, error: type[Exception]
) -> None:
    await telegram.faults(kind)

    with pytest.raises(error):
        await bot.send_message(chat, "sent", request_timeout=1)

    assert [post.text for post in await telegram.person("alice").posts()] == ["sent"]


async def test_trouble_by_chance_meets_its_share_and_the_same_calls_after_the_same_seed(
    telegram: SandboxClient, bot: Bot, chat: int
) -> None:
    async def met() -> list[int]:
        await telegram.act("faults", seed=7)
        found = []
        for number in range(60):
            try:
                await bot.send_chat_action(chat, "typing")
            except TelegramServerError:
                found.append(number)
        return found

    await telegram.faults("500", method="sendChatAction", chance=0.2, count=1000)

    first = await met()

    assert 4 < len(first) < 24
    assert await met() == first


async def test_telegram_that_is_away_cannot_be_reached_until_it_is_back(
    telegram: SandboxClient, bot: Bot, chat: int, clock: MovableClock
) -> None:
    await telegram.act("away", seconds=30)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat, "lost", request_timeout=5)
    with pytest.raises(TelegramNetworkError, match="Cannot connect"):
        await bot.send_message(chat, "lost", request_timeout=5)
    clock.advance(30)

    async with asyncio.timeout(5):
        while True:
            with contextlib.suppress(TelegramNetworkError):
                await bot.send_message(chat, "sent", request_timeout=5)
                break
    assert [post.text for post in await telegram.person("alice").posts()] == ["sent"]


async def test_trouble_meets_only_its_method_and_chat_and_count(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    await telegram.person("bob").sends("/start")
    await telegram.faults("500", method="sendMessage", chat_id=chat, count=2)

    await bot.send_message(1002, "x")
    await bot.send_chat_action(chat, "typing")
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(chat, "x")
    assert (await bot.send_message(chat, "x")).text == "x"


async def test_a_slow_answer_comes_when_its_time_has_passed(
    telegram: SandboxClient, bot: Bot, chat: int, clock: MovableClock
) -> None:
    began = clock.now()
    await telegram.faults("slow", method="sendMessage", seconds=8)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        sent = group.create_task(bot.send_message(chat, "late"))
        while not sent.done():
            clock.advance(1)
            await bot.get_me()

    assert sent.result().date >= began + timedelta(seconds=8)


async def test_ordered_trouble_can_be_called_off(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    await telegram.faults("500", count=100)
    await telegram.clears_faults()

    assert (await bot.send_message(chat, "x")).text == "x"


async def test_every_call_is_on_account(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    sent = await bot.send_message(chat, "x")
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(1002, "x")

    calls = await telegram.calls()

    assert [(call.number, call.method, call.chat_id, call.message_id) for call in calls] == [
        (1, "sendMessage", 1001, sent.message_id),
        (2, "sendMessage", 1002, None),
    ]
    assert [call.outcome for call in calls] == [
        "ok",
        "403 Forbidden: bot can't initiate conversation with a user",
    ]
    assert await telegram.calls(after=1) == calls[1:]
    assert all(one.monotonic <= two.monotonic for one, two in pairwise(calls))


async def test_over_all_chats_30_bulk_messages_a_second_pass(strict: SandboxClient, clock: MovableClock) -> None:
    crowd = await strict.crowd(62)

    first = [await send(strict, reader.id) for reader in crowd[:31]]
    clock.advance(1)
    second = [await send(strict, reader.id) for reader in crowd[31:]]

    assert [wait > 0 for wait in first] == [False] * 30 + [True]
    assert [wait > 0 for wait in second] == [False] * 30 + [True]


async def test_paid_broadcast_lifts_the_limit_over_all(strict: SandboxClient) -> None:
    crowd = await strict.crowd(60)

    assert {await send(strict, reader.id, allow_paid_broadcast=True) for reader in crowd} == {0}


async def test_answers_to_people_are_not_bulk(strict: SandboxClient) -> None:
    await strict.crowd(60, says="/start")

    assert {await send(strict, 20_001 + number) for number in range(60)} == {0}


async def test_one_chat_takes_a_short_burst_then_one_a_second(strict: SandboxClient, clock: MovableClock) -> None:
    [reader] = await strict.crowd(1)

    burst = [await send(strict, reader.id) for _ in range(6)]
    clock.advance(1)
    after = [await send(strict, reader.id) for _ in range(2)]

    assert (burst, after) == ([0] * 5 + [1], [0, 1])


async def test_a_channel_takes_20_a_minute(strict: SandboxClient, clock: MovableClock) -> None:
    camilla = strict.person("camilla")
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(channel)
    for _ in range(20):
        assert await send(strict, channel.id) == 0
        clock.advance(1)

    assert await send(strict, channel.id) == 40
    clock.advance(40)
    assert await send(strict, channel.id) == 0


async def test_edits_in_a_channel_count_with_its_posts(strict: SandboxClient) -> None:
    camilla = strict.person("camilla")
    channel = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(channel)
    waits = [await send(strict, channel.id)]
    waits += [
        await send(strict, channel.id, method="editMessageText", message_id=1, text=f"x{number}")
        for number in range(20)
    ]

    assert waits == [0] * 20 + [60]


async def test_the_state_comes_when_something_changes(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    before = await telegram.state()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        after = group.create_task(telegram.state(after=before["version"], wait=30))
        await bot.send_message(chat, "news")

    [private] = [item for item in after.result()["chats"] if item["id"] == chat]
    assert (private["messages"][-1]["text"], private["person_id"]) == ("news", ALICE)


async def test_the_crowd_stays_off_the_page_and_can_be_read(telegram: SandboxClient, bot: Bot) -> None:
    crowd = await telegram.crowd(300, language="az", says="/start")
    updates = await bot.get_updates()
    await bot.send_message(crowd[-1].id, "news")

    state = await telegram.state()

    assert (len(crowd), len(updates), crowd[0].id) == (300, 100, 20_001)
    assert (len(state["people"]), state["chats"]) == (5, [])
    assert (await crowd[-1].sees("news")).text == "news"


async def test_an_article_is_published_corrected_and_shown(
    telegram: SandboxClient, session: aiohttp.ClientSession
) -> None:
    url = await telegram.publishes("A bridge opens", lead="Today.", rubric="Society", language="en")
    await telegram.corrects(url, title="Two bridges open")

    async with session.get(url) as answer:
        assert "Two bridges open" in await answer.text()
    [article] = (await telegram.state())["news"]
    assert (article["url"], article["revision"]) == (url, 1)


async def test_the_clock_moves_for_everybody(telegram: SandboxClient, clock: MovableClock) -> None:
    before = clock.now()

    await telegram.moves_clock(3600)

    assert (clock.now() - before).total_seconds() == 3600


@pytest.mark.parametrize(
    ("act", "given", "words"),
    [
        ("say", {"user_id": 5, "text": "x"}, "Nobody has the id 5"),
        ("say", {"user_id": ALICE, "text": " "}, "A message needs a text"),
        ("tap", {"user_id": ALICE, "chat_id": 77}, "There is no chat 77"),
        ("channels", {"user_id": ALICE, "title": ""}, "A channel needs a title"),
        ("publish", {}, "An article needs a title"),
        ("correct", {"url": "/news/none/"}, "no article at"),
        ("clock", {"advance": -1}, "Time moves forward only"),
        ("faults", {"kind": "flood"}, "'flood' is not a valid FaultKind"),
        ("crowd", {"count": 0}, "A crowd is 1 to 20000 people"),
    ],
)
async def test_what_cannot_be_done_is_said(
    telegram: SandboxClient, act: str, given: dict[str, object], words: str
) -> None:
    with pytest.raises(SandboxError, match=words):
        await telegram.act(act, **given)


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/app.js", "javascript"), ("/style.css", "text/css")])
async def test_the_page_is_served_and_never_from_a_cache(
    sandbox: Sandbox, session: aiohttp.ClientSession, path: str, kind: str
) -> None:
    async with session.get(f"{sandbox.url}{path}") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        assert kind in answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/server.py", "/..%2fserver.py", "/none.js"])
async def test_nothing_but_the_page_is_served(sandbox: Sandbox, session: aiohttp.ClientSession, path: str) -> None:
    async with session.get(f"{sandbox.url}{path}") as answer:
        assert answer.status == 404


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox.server", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        url = (await process.stdout.readline()).decode().strip()
        async with SandboxClient(url) as telegram:
            await telegram.person("alice").sends("/start")
            state = await telegram.state()
        process.send_signal(signal.SIGTERM)
        code = await process.wait()

    assert (json.dumps(state["chats"][0]["title"]), code) == ('"Alice"', 0)
