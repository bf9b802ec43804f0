"""Three months later: what went out is no longer kept, and comes to nobody a second time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person
from bot.sandbox.server import Sandbox
from tests.cms import TOKEN, Cms
from tests.journeys.conftest import News
from tests.running import PATIENCE, running

THREE_MONTHS = 91 * 86_400


@pytest.fixture
async def bot(sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    async with running(sandbox, clock, tmp_path, database_url=database_url, publish_token=TOKEN) as app:
        yield app


@pytest.fixture
async def cms(bot: App, clock: MovableClock) -> AsyncIterator[Cms]:
    async with aiohttp.ClientSession(bot.web.url) as session:
        yield Cms(session, clock)


async def test_what_was_let_go_is_remembered_by_its_name_and_its_number(
    cms: Cms, news: News, alice: Person, clock: MovableClock
) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Футбол")
    await news.publishes("Карабах сыграл вничью")
    await alice.sees("Карабах сыграл вничью")
    await cms.puts()
    await alice.sees("Карабах вышел в финал")
    await cms.waits_until_sent("post")
    await cms.deletes()
    await alice.sees_no_longer("Карабах вышел в финал")
    await cms.waits_until_sent("delete")

    clock.advance(THREE_MONTHS)
    await shows(cms, clock, 'rubrika_let_go_total{kind="article"}')

    assert 'rubrika_deliveries_let_go{action="post",destination="subscriber",state="sent"} 2.0' in await figures(cms)
    assert [(await call).status for call in (cms.puts(), cms.deletes(), cms.gets())] == [410, 410, 410]
    # The site's feed holds it as ever.
    await news.publishes("Нефтчи победил")
    await alice.sees("Нефтчи победил")
    assert sum("Карабах сыграл вничью" in post.text for post in await alice.posts()) == 1


async def figures(cms: Cms) -> str:
    async with cms.session.get("/metrics") as answer:
        return await answer.text()


async def shows(cms: Cms, clock: MovableClock, figure: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while figure not in await figures(cms):
            await clock.sleep(0.05)
