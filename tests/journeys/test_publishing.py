"""A CMS at the bot's door: it publishes, corrects and recalls, and alice reads what comes of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person
from bot.sandbox.server import Sandbox
from tests.cms import ADDRESS, ITEM, TOKEN, Cms
from tests.journeys.conftest import News, publishes_in_russian, takes_rubric
from tests.running import running


@pytest.fixture
async def bot(sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    async with running(sandbox, clock, tmp_path, database_url=database_url, publish_token=TOKEN) as app:
        yield app


@pytest.fixture
async def cms(bot: App, clock: MovableClock) -> AsyncIterator[Cms]:
    async with aiohttp.ClientSession(bot.web.url) as session:
        yield Cms(session, clock)


@pytest.fixture
async def reader(alice: Person, bot: App) -> Person:  # noqa: ARG001, the bot answers her
    await alice.opens_link("r-football")
    await alice.sees("Футбол")
    return alice


async def test_an_article_is_published_corrected_and_recalled(cms: Cms, reader: Person) -> None:
    await cms.puts()

    post = await reader.sees("Карабах вышел в финал")
    assert "Матч закончился со счётом 2:1." in post.text
    assert post.button("Читать")
    told = await cms.waits_until_sent("post")
    assert (told.said["rubrics"], told.said["posts"]) == (["football"], 1)
    assert datetime.fromisoformat(told.said["settled"]) >= datetime.fromisoformat(told.said["seen"])

    await cms.puts(title="Карабах не вышел в финал")
    assert (await reader.sees("Карабах не вышел")).message_id == post.message_id
    await cms.waits_until_sent("edit")

    await cms.deletes()
    await reader.sees_no_longer("Карабах")
    assert (await cms.waits_until_sent("delete")).said["posts"] == 0


async def test_the_same_call_again_and_at_the_same_time_sends_nothing_twice(cms: Cms, reader: Person) -> None:
    replies = await asyncio.gather(*(cms.puts() for _ in range(5)))
    await cms.waits_until_sent("post")
    again = await cms.puts()

    assert sorted(reply.status for reply in replies) == [200, 200, 200, 200, 201]
    assert (again.status, again.said["revision"], again.said["posts"]) == (200, 0, 1)
    assert len([post for post in await reader.posts() if "Карабах" in post.text]) == 1


async def test_an_article_that_the_feed_brings_as_well_comes_once_and_says_what_the_cms_says(
    cms: Cms, reader: Person, news: News, sandbox: Sandbox
) -> None:
    first = await news.publishes("Нефтчи проиграл", rubric="Футбол")
    await reader.sees("Нефтчи проиграл")
    await cms.puts(url=first, title="Нефтчи победил")
    await reader.sees("Нефтчи победил")

    second = f"{sandbox.url}/news/ru/futbol/kapaz/"
    await cms.puts("cms-2", url=second, title="Кяпаз сыграл вничью")
    await reader.sees("Кяпаз сыграл вничью")
    assert await news.publishes("Kapaz", section="futbol") == second
    await news.corrects(first, lead="Лента сказала это иначе.")

    await news.publishes("Последняя новость")
    await reader.sees("Последняя новость")
    headlines = [post.text.splitlines()[0] for post in await reader.posts()]
    assert sorted(headlines)[-3:] == ["Кяпаз сыграл вничью", "Нефтчи победил", "Последняя новость"]
    await reader.does_not_see("Лента сказала это иначе.")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestWithoutToken:
    @pytest.fixture
    async def bot(self, sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> AsyncIterator[App]:
        async with running(sandbox, clock, tmp_path, database_url=database_url) as app:
            yield app

    @pytest.mark.parametrize("method", ["PUT", "GET", "DELETE", "POST"])
    async def test_there_is_no_publishing_api(self, cms: Cms, method: str) -> None:
        reply = await cms.asks(method, ADDRESS + "cms-1", json=ITEM)

        assert (reply.status, reply.said) == (404, {"error": "There is nothing at this address."})


async def test_a_list_of_the_cms_is_a_list_in_a_rich_message_and_plain_lines_elsewhere(
    cms: Cms, reader: Person, camilla: Person
) -> None:
    await camilla.sends("/start")
    channel = await camilla.creates_channel("Спорт сегодня")
    await camilla.promotes_bot(channel)
    await camilla.sees("«Спорт сегодня»")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    for tap in ("Postlar", "Bütün mətn", "Rich mesajlar", "Yandırmaq"):
        await camilla.taps(tap)
    await camilla.sees_button("✓ Rich mesajlar")
    await cms.puts(content_html="<h2>Как это было</h2><ol><li>Гол<li>Ещё один</ol><p>Ничья.</p>")

    rich = await channel.sees("Карабах вышел в финал")
    assert (
        '<h4 class="rich-2">Как это было</h4><ol><li><p>Гол</p></li><li><p>Ещё один</p></li></ol><p>Ничья.</p>'
        in rich.html
    )
    assert "•" not in (await reader.sees("Карабах вышел в финал")).text
    await cms.puts(title="Карабах в финале", content_html="<ul><li>Гол<li>Второй</ul>")
    corrected = await channel.sees("Карабах в финале")
    assert corrected.message_id == rich.message_id
    assert "<ul><li><p>Гол</p></li><li><p>Второй</p></li></ul>" in corrected.html
