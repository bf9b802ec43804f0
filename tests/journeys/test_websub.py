"""A newsroom whose site has a WebSub hub: alice reads the news in seconds, though its feeds are polled once an hour."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.running import PATIENCE, running

SECRET = "a-secret_of-42"
HOUR = 3600

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def bot(
    sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path, unused_tcp_port: int
) -> AsyncIterator[App]:
    """With a public address, and sources that are polled once an hour from now on."""
    given = {
        "webhook_url": f"http://127.0.0.1:{unused_tcp_port}",
        "webhook_secret": SECRET,
        "http_port": unused_tcp_port,
    }
    async with running(sandbox, clock, tmp_path, database_url=database_url, **given) as app:
        await slow_down(app.database)
        yield app


async def slow_down(database: Database) -> None:
    async with database.transaction() as tx:
        for source in await tx.sources.all():
            await tx.sources.record(source.id, interval=HOUR)


@pytest.fixture
async def reader(alice: Person, bot: App, sandbox: Sandbox, clock: MovableClock) -> Person:
    """Who follows football, as soon as the hub knows all feeds and no poll of the first minute is left."""
    await alice.opens_link("r-football")
    await alice.sees("Футбол")
    async with bot.database.transaction() as tx:
        sources = len(await tx.sources.all())
    async with asyncio.timeout(PATIENCE):
        while len(sandbox.hub.subscriptions) < sources or await polled_within_the_hour(bot.database, clock):
            clock.advance(1)
            await clock.sleep(0.05)
    return alice


async def polled_within_the_hour(database: Database, clock: MovableClock) -> bool:
    async with database.transaction() as tx:
        found = await tx.sources.all()
    return any((source.next_poll_at - clock.now()).total_seconds() < HOUR / 2 for source in found)


async def test_news_are_read_as_soon_as_the_hub_tells_of_them(telegram: SandboxClient, reader: Person) -> None:
    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")

    await reader.sees("Карабах вышел в финал")


async def test_a_stranger_at_the_hubs_address_changes_nothing(
    bot: App, sandbox: Sandbox, telegram: SandboxClient, reader: Person, clock: MovableClock
) -> None:
    sandbox.hub.is_down = True
    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")
    (callback, *_) = (subscription.callback for subscription in sandbox.hub.subscriptions)
    forged = {"X-Hub-Signature": "sha256=" + "0" * 64}

    async with aiohttp.ClientSession() as stranger:
        async with (
            stranger.post(callback, data=b"<rss/>") as unsigned,
            stranger.post(callback, data=b"<rss/>", headers=forged) as wrong,
        ):
            assert (unsigned.status, wrong.status) == (202, 202)
        question = {"hub.mode": "subscribe", "hub.topic": "https://elsewhere.example/", "hub.challenge": "42"}
        async with stranger.get(callback, params=question) as refused:
            assert refused.status == 404

    assert not await polled_within_the_hour(bot.database, clock)
    await reader.does_not_see("Карабах вышел в финал")


async def test_while_the_hub_is_down_polling_goes_on(
    sandbox: Sandbox, telegram: SandboxClient, reader: Person, clock: MovableClock
) -> None:
    sandbox.hub.is_down = True
    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")

    clock.advance(HOUR)

    await reader.sees("Карабах вышел в финал")


async def test_a_subscription_is_renewed_before_it_ends(
    sandbox: Sandbox, telegram: SandboxClient, reader: Person, clock: MovableClock
) -> None:
    first_end = max(subscription.until for subscription in sandbox.hub.subscriptions)
    clock.advance(9 * 24 * HOUR)
    async with asyncio.timeout(PATIENCE):
        while not all(subscription.until > first_end for subscription in sandbox.hub.subscriptions):
            await clock.sleep(0.05)

    clock.advance(2 * 24 * HOUR)
    assert clock.now() > first_end
    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")

    await reader.sees("Карабах вышел в финал")
