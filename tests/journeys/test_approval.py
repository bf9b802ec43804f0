"""A channel whose posts wait: from the menu to the tap, over a kill in between, and what happens beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.journeys.conftest import News, publishes_in_russian, takes_rubric
from tests.journeys.process import started
from tests.running import has_imported, running

ASKS = "dərc edilsin?"
PUBLISH, LEAVE_OUT = "Dərc etmək", "Dərc etməmək"


async def connects(camilla: Person) -> Channel:
    """camilla's channel, in Russian, carries football, and its posts wait for her."""
    await camilla.sends("/start")
    await camilla.sees("Salam", within=20)
    created = await camilla.creates_channel("Спорт сегодня")
    await camilla.promotes_bot(created)
    await camilla.sees("«Спорт сегодня»", within=20)
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    await camilla.taps("Təsdiq")
    await camilla.taps("Qərar gözləsin")
    await camilla.sees_button("✓ Məndən soruş")
    return created


class Bot:
    """The bot in the test's own loop; it can be stopped and started again on the same database."""

    def __init__(self, sandbox: Sandbox, clock: MovableClock, folder: Path, database_url: str) -> None:
        self._sandbox = sandbox
        self._clock = clock
        self._folder = folder
        self._url = database_url
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        opened = running(self._sandbox, self._clock, self._folder, database_url=self._url)
        await self._stack.enter_async_context(opened)

    async def stop(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def restarting(sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str) -> AsyncIterator[Bot]:
    bot = Bot(sandbox, clock, tmp_path, database_url)
    await bot.start()
    yield bot
    await bot.stop()


async def test_an_article_waits_over_a_restart_for_the_tap_that_publishes_it(
    restarting: Bot, camilla: Person, alice: Person, telegram: SandboxClient, news: News
) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Вы подписаны")
    channel = await connects(camilla)
    first = await news.publishes("Карабах вышел в финал", lead="Счёт 2:1.")
    await alice.sees("Карабах вышел в финал")
    asked = await camilla.sees(ASKS)
    assert "Карабах вышел в финал" in asked.text
    await restarting.stop()
    await telegram.publishes("Финал пройдёт в Баку", rubric="Футбол")
    await restarting.start()
    await telegram.moves_clock(61)
    await camilla.sees("Qərar gözləyən daha 1 post var")
    await channel.does_not_see("финал")

    await news.corrects(first, title="Карабах выиграл полуфинал")
    corrected = await camilla.sees("Карабах выиграл полуфинал")
    assert corrected.message_id == asked.message_id
    await camilla.taps(PUBLISH)

    post = await channel.sees("Карабах выиграл полуфинал")
    following = await camilla.sees("✅ Təsdiqləndi: Карабах выиграл полуфинал. Camilla")
    assert following.message_id == asked.message_id
    assert "Финал пройдёт в Баку" in following.text
    await camilla.taps(LEAVE_OUT)
    await camilla.sees("✖️ Dərc olunmadı: Финал пройдёт в Баку. Camilla")

    # What stands is corrected as ever, and what was left out never comes.
    await news.corrects(first, title="Карабах в финале")
    assert (await channel.sees("Карабах в финале")).message_id == post.message_id
    await channel.does_not_see("Финал пройдёт в Баку")


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_editors_push_to_the_channel_does_not_wait_and_withdraws_the_request(
    camilla: Person, olga: Person, news: News
) -> None:
    await olga.sends("/start")
    channel = await connects(camilla)
    url = await news.publishes("Карабах вышел в финал")
    await camilla.sees(ASKS)
    await olga.sends(f"/push {url}")
    await olga.taps("Спорт сегодня")
    await olga.sees_button("✓ Спорт сегодня")
    await olga.taps("Отправить")

    await channel.sees("Карабах вышел в финал")
    await camilla.sees("✅ Dərc olundu: Карабах вышел в финал. Onu redaktor göndərdi")


class TestKilled:
    @pytest.fixture
    def clock(self) -> MovableClock:
        """The bot's processes have the real clock; the sandbox follows it."""
        return MovableClock()

    async def test_what_waits_at_a_kill_is_asked_about_and_published_once(
        self,
        sandbox: Sandbox,
        telegram: SandboxClient,
        camilla: Person,
        clock: MovableClock,
        tmp_path: Path,
        database_url: str,
    ) -> None:
        async with started(sandbox, clock, tmp_path, database_url) as bot:
            await bot.is_ready()
            database = Database(database_url)
            await has_imported(database, clock)
            await database.close()
            channel = await connects(camilla)
            await telegram.publishes("Карабах вышел в финал", rubric="Футбол")
            asked = await camilla.sees(ASKS, within=20)
            await bot.kill()

        async with started(sandbox, clock, tmp_path, database_url) as bot:
            await bot.is_ready()
            await telegram.publishes("Финал пройдёт в Баку", rubric="Футбол")
            assert await camilla.taps(PUBLISH, within=20) == "Təsdiqləndi"
            await channel.sees("Карабах вышел в финал", within=20)
            following = await camilla.sees("Финал пройдёт в Баку", within=20)
            assert following.message_id >= asked.message_id
            await camilla.taps(LEAVE_OUT, within=20)
            await camilla.sees("✖️ Dərc olunmadı: Финал пройдёт в Баку", within=20)
            assert await bot.terminate() == 0

        posts = [post.text for post in await channel.posts()]
        assert len(posts) == 1
        assert posts[0].startswith("Карабах вышел в финал")
