"""Several processes on one PostgreSQL: they share the work, and one that dies or hangs is missed by nobody."""

import asyncio
import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.journeys.conftest import News
from tests.journeys.process import BotProcess, started
from tests.journeys.test_process import FAST, calls_reach, claimed_in, subscribe
from tests.running import running

logger = logging.getLogger(__name__)

READERS = 300
# Seconds from the death of whoever sends until another does.
TAKEN_OVER_WITHIN = 10
SECRET = "a-secret_of-42"

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def clock() -> MovableClock:
    """Flows, since the processes of their own have the real one."""
    return MovableClock()


Start = Callable[..., AbstractAsyncContextManager[App]]


@pytest.fixture
def start(sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> Start:
    return partial(running, sandbox, clock, tmp_path, database_url=database_url)


async def test_two_processes_share_the_sources_and_the_second_takes_over_when_the_first_stops(
    start: Start, alice: Person, olga: Person, news: News, clock: MovableClock
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(start())
        async with start() as second:
            await alice.sends("/start r-football")
            await olga.sends("/start")
            await alice.sees("Футбол")
            await olga.sees("Здравствуйте")
            for app in (first, second):
                assert json.loads(await asked(app, "/readyz"))["status"] == "ready"
            await news.publishes("Карабах вышел в финал", rubric="Новое слово")

            await olga.sees("Новое слово")
            await both_poll(first, second, clock)
            # As many as are sent at all, wherever the second one stands by now.
            assert sum("Новое слово" in post.text for post in await olga.posts()) == 1

            await stack.aclose()
            await alice.sends("/help")
            await alice.sees("/latest")
            await news.publishes("Карабах стал чемпионом")
            await alice.sees("Карабах стал чемпионом")
            assert sum("Карабах стал чемпионом" in post.text for post in await alice.posts()) == 1
            assert set(re.findall(r"rubrika_role{.*} (.*)", await asked(second, "/metrics"))) == {"1.0"}


async def test_an_update_from_the_webhook_is_served_by_whichever_process_it_comes_to(
    start: Start, alice: Person, telegram: SandboxClient, unused_tcp_port_factory: Callable[[], int]
) -> None:
    ports = [unused_tcp_port_factory() for _ in range(2)]
    given = {"webhook_url": f"http://127.0.0.1:{ports[0]}", "webhook_secret": SECRET}
    async with start(**given, http_port=ports[0]), start(**given, http_port=ports[1]) as second:
        await alice.sends("/start r-football")
        await alice.sees("Футбол")
        user = {"id": alice.id, "is_bot": False, "first_name": "Алиса", "language_code": "ru"}
        message = {
            "message_id": 9,
            "date": 0,
            "chat": {"id": alice.id, "type": "private"},
            "from": user,
            "text": "/help",
        }
        async with (
            aiohttp.ClientSession(second.web.url) as session,
            session.post(
                "/telegram/webhook",
                json={"update_id": 10**6, "message": message},
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            ) as answer,
        ):
            assert answer.status == 200
        await alice.sees("/latest")
    assert await telegram.calls("getUpdates") == []


async def test_one_that_hangs_and_one_that_is_killed_in_the_middle_of_a_fan_out_lose_nothing(
    sandbox: Sandbox, telegram: SandboxClient, alice: Person, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    start = partial(started, sandbox, clock, tmp_path, database_url, **FAST)
    async with start() as first:
        await subscribe(first, alice, database_url, clock)
        async with start() as second, start() as third:
            readers = [alice, *await telegram.crowd(READERS - 1, says="/start r-football")]
            for reader in readers:
                await reader.sees("Футбол", within=60)
            await second.is_ready()
            await third.is_ready()
            assert await sends(first)

            await fans_out(telegram, clock, "Карабах вышел в финал")
            await first.hang()
            claimed = await claimed_in(database_url)
            assert await goes_on(telegram, clock) <= TAKEN_OVER_WITHIN
            await everybody_has(readers, "Карабах вышел в финал")
            sent = len(await telegram.calls("sendMessage"))
            await first.go_on()
            await is_out_of_service(first)
            assert len(await telegram.calls("sendMessage")) == sent
            await no_more_than_claimed_came_twice(readers, "Карабах вышел в финал", claimed)

            sender = second if await sends(second) else third
            assert await sends(sender)
            await fans_out(telegram, clock, "Карабах стал чемпионом")
            await sender.kill()
            claimed = await claimed_in(database_url)
            assert await goes_on(telegram, clock) <= TAKEN_OVER_WITHIN
            await everybody_has(readers, "Карабах стал чемпионом")
            await no_more_than_claimed_came_twice(readers, "Карабах стал чемпионом", claimed)


async def fans_out(telegram: SandboxClient, clock: MovableClock, title: str) -> None:
    """Until a third has it."""
    before = len(await telegram.calls("sendMessage"))
    await telegram.publishes(title, rubric="Футбол", image=False)
    await calls_reach(telegram, clock, before + READERS // 3)


async def goes_on(telegram: SandboxClient, clock: MovableClock) -> float:
    """Seconds until somebody sends again."""
    # What was on its way when it stopped arrives.
    began = clock.now()
    await clock.sleep(0.3)
    before = len(await telegram.calls("sendMessage"))
    await calls_reach(telegram, clock, before + 1)
    passed = (clock.now() - began).total_seconds()
    logger.info("sending went on after %.1f s", passed)
    return passed


async def everybody_has(readers: list[Person], title: str) -> None:
    for reader in readers:
        await reader.sees(title, within=30)


async def no_more_than_claimed_came_twice(readers: list[Person], title: str, claimed: int) -> None:
    received = Counter({reader.id: sum(title in post.text for post in await reader.posts()) for reader in readers})
    repeated = received.total() - len(readers)
    logger.info("lost 0, repeated %d, at most %d claimed", repeated, claimed)
    assert min(received.values()) == 1
    assert repeated <= claimed


async def is_out_of_service(process: BotProcess) -> None:
    """It has found out that others took over."""
    await process.has_said("took this process for dead")
    assert not await sends(process)


async def sends(process: BotProcess) -> bool:
    return bool(re.search(r'rubrika_role\{role="sending:\d+"\} 1\.0', await process.figures()))


def figures(app: App) -> str:
    return app.metrics.text().decode()


async def asked(app: App, path: str) -> str:
    async with aiohttp.ClientSession(app.web.url) as session, session.get(path) as answer:
        return await answer.text()


async def both_poll(first: App, second: App, clock: MovableClock) -> None:
    async with asyncio.timeout(20):
        while not all("rubrika_polls_total{" in figures(app) for app in (first, second)):
            await clock.sleep(0.05)
