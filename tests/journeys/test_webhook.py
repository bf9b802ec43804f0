"""The bot behind a webhook: the sandbox brings the updates, as Telegram does, and strangers knock."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.journeys.conftest import News
from tests.running import running

SECRET = "a-secret_of-42"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def sandbox(clock: MovableClock) -> AsyncIterator[Sandbox]:
    """A Bot API server older than 10.2, which leaves a right out that aiogram asks for."""
    async with Sandbox(clock, with_welcome_right=False) as opened:
        yield opened


@pytest.fixture
def start(
    sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path, unused_tcp_port: int
) -> Callable[[], AbstractAsyncContextManager[App]]:
    """Starts the bot, again at the same address."""
    address = f"http://127.0.0.1:{unused_tcp_port}"
    return partial(
        running,
        sandbox,
        clock,
        tmp_path,
        database_url=database_url,
        webhook_url=address,
        webhook_secret=SECRET,
        http_port=unused_tcp_port,
    )


@pytest.fixture
async def bot(start: Callable[[], AbstractAsyncContextManager[App]]) -> AsyncIterator[App]:
    async with start() as app:
        yield app


@pytest.fixture
async def stranger(bot: App) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(bot.web.url) as session:
        yield session


@pytest.mark.usefixtures("bot")
async def test_alice_is_answered_and_receives_her_news(alice: Person, news: News, telegram: SandboxClient) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    await news.publishes("Карабах вышел в финал")

    await alice.sees("Карабах вышел в финал")
    assert await telegram.calls("getUpdates") == []


@pytest.mark.usefixtures("bot")
async def test_a_channel_is_connected(camilla: Person) -> None:
    await camilla.sends("/start")
    await camilla.sees("Salam")

    await camilla.promotes_bot(await camilla.creates_channel("Репортаж"))

    await camilla.sees("«Репортаж» kanalı qoşuldu")


async def test_what_was_written_while_the_bot_stood_still_is_answered_after_its_start(
    start: Callable[[], AbstractAsyncContextManager[App]], alice: Person, clock: MovableClock
) -> None:
    async with start():
        await alice.sends("/start")
        await alice.sees("Здравствуйте")
    await alice.sends("/help")

    async with start(), asyncio.timeout(10):
        # Telegram's pauses between its tries.
        while not any("/rubrics" in post.text for post in await alice.posts()):
            clock.advance(10)
            await clock.sleep(0.02)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="missing"),
        pytest.param({HEADER: ""}, id="empty"),
        pytest.param({HEADER: "another-secret"}, id="wrong"),
        pytest.param({HEADER: "сəкрет"}, id="no ASCII"),
        pytest.param({HEADER: f"{SECRET}x"}, id="longer"),
    ],
)
async def test_who_does_not_know_the_secret_is_turned_away(
    stranger: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with stranger.post("/telegram/webhook", json={"update_id": 1}, headers=headers) as answer:
        assert answer.status == 401
        assert await answer.json() == {"error": "The secret token is missing or wrong."}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "The body is not JSON.", id="nothing"),
        pytest.param(b"<html>", "The body is not JSON.", id="HTML"),
        pytest.param(b"\xff\xfe\x00", "The body is not JSON.", id="no text"),
        pytest.param(b"[" * 100_000, "The body is not JSON.", id="nested without end"),
        pytest.param(b"[1]", "The body is not an update.", id="a list"),
        pytest.param(b'{"update_id": "1"}', "The body is not an update.", id="a number in quotes"),
    ],
)
async def test_what_is_no_update_is_refused(stranger: aiohttp.ClientSession, body: bytes, said: str) -> None:
    async with stranger.post("/telegram/webhook", data=body, headers={HEADER: SECRET}) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": said})


async def test_a_body_larger_than_telegrams_is_refused(stranger: aiohttp.ClientSession) -> None:
    body = io.BytesIO(b'{"update_id": 1, "padding": "' + b"x" * LARGEST + b'"}')
    async with stranger.post("/telegram/webhook", data=body, headers={HEADER: SECRET}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("body", ['{"update_id": 1}', '{"update_id": 1, "hologram": {"from": "alice"}}'])
async def test_an_update_that_cannot_be_read_is_accepted_once_and_left_out(
    stranger: aiohttp.ClientSession, alice: Person, body: str
) -> None:
    """Refused, it would come again and again."""
    async with stranger.post("/telegram/webhook", data=body, headers={HEADER: SECRET}) as answer:
        assert answer.status == 200

    await alice.sends("/start")
    await alice.sees("Здравствуйте")
