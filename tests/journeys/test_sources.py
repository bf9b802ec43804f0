"""The newsroom's sources, as editors live with them: they break and mend, use new words, come back with a backlog, are added."""

import asyncio

import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.domain.health import SourceState
from bot.sandbox.client import Message, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.journeys.conftest import News
from tests.running import PATIENCE

SOURCES = ("Русская лента", "Azərbaycan lenti", "English feed")
MINUTE, HOUR = 60, 3600


class Sources:
    """What the tests look up behind the scenes, and the site's faults over time."""

    def __init__(self, app: App, telegram: SandboxClient, clock: MovableClock) -> None:
        self._app = app
        self._telegram = telegram
        self._clock = clock

    async def fail_for(self, *, minutes: int) -> None:
        """The feeds are out of order; five minutes after five minutes they are asked again."""
        await self._telegram.breaks_feed("503")
        for _ in range(minutes // 5):
            before = max(each.source.failures for each in await self._app.services.sources.all())
            await self._telegram.moves_clock(5 * MINUTE)
            await self.come_to(SourceState.FAILING, failures=before + 1)

    async def mend(self) -> None:
        await self._telegram.breaks_feed(None)
        await self._telegram.moves_clock(2 * HOUR)

    async def come_to(self, *states: SourceState, failures: int = 0) -> None:
        """Waits until each is in one of these states, after so many failures."""
        async with asyncio.timeout(PATIENCE):
            while not all(
                each.state in states and each.source.failures >= failures
                for each in await self._app.services.sources.all()
            ):
                await self._clock.sleep(0.02)


@pytest.fixture
def sources(bot: App, telegram: SandboxClient, clock: MovableClock) -> Sources:
    return Sources(bot, telegram, clock)


@pytest.fixture
async def editor(edgar: Person, olga: Person, sources: Sources) -> Person:  # noqa: ARG001, the bot has to run
    """edgar, appointed by olga."""
    await edgar.sends("/start")
    await edgar.sees("Edgar")
    await olga.sends(f"/editors {edgar.id}")
    await edgar.sees("Вас назначили редактором")
    return edgar


@pytest.fixture
async def reader(alice: Person, sources: Sources) -> Person:  # noqa: ARG001, the bot has to run
    """alice, who follows the region."""
    await alice.sends("/start")
    await alice.taps("В регионе")
    return alice


async def alerts(person: Person, mark: str) -> list[Message]:
    return [message for message in await person.posts() if message.text.startswith(mark)]


async def times_named(person: Person, mark: str, clock: MovableClock) -> list[int]:
    """How often each source stands in these alerts, once all do."""
    async with asyncio.timeout(PATIENCE):
        while True:
            messages = await alerts(person, mark)
            times = [sum(message.text.count(name) for message in messages) for name in SOURCES]
            if all(times):
                return times
            await clock.sleep(0.05)


async def test_a_site_that_breaks_and_mends_is_told_once_each(
    editor: Person, sources: Sources, clock: MovableClock
) -> None:
    await sources.fail_for(minutes=10)
    at_first = await alerts(editor, "🔴")
    await sources.fail_for(minutes=30)
    await times_named(editor, "🔴", clock)
    await sources.mend()

    assert at_first == []
    assert await times_named(editor, "🟢", clock) == [1, 1, 1]
    assert await times_named(editor, "🔴", clock) == [1, 1, 1]


async def test_a_hiccup_is_told_to_nobody(editor: Person, sources: Sources, news: News, reader: Person) -> None:
    await sources.fail_for(minutes=5)
    await sources.mend()
    await sources.come_to(SourceState.OK)

    await news.publishes("После перерыва", rubric="В регионе")
    await reader.sees("После перерыва")
    assert await alerts(editor, "🔴") + await alerts(editor, "🟢") == []


async def test_a_new_word_is_asked_about_once_and_then_leads_to_its_rubric(
    editor: Person, reader: Person, news: News
) -> None:
    await news.publishes("Дожди над Каспием", rubric="Погода")
    await editor.sees("К какой рубрике относится «Погода»?")
    await news.publishes("Завтра туман", rubric="Погода")
    await editor.taps("В регионе")
    await editor.sees("«Погода» теперь ведёт в рубрику «В регионе»")

    await news.publishes("Послезавтра солнце", rubric="Погода")

    await reader.sees("Послезавтра солнце")
    await reader.does_not_see("Дожди над Каспием")
    assert len([message for message in await editor.posts() if "«Погода»" in message.text]) == 1


async def test_a_backlog_waits_for_the_editors_word(
    editor: Person, reader: Person, news: News, sources: Sources, telegram: SandboxClient
) -> None:
    await sources.fail_for(minutes=5)
    for number in range(6):
        await telegram.publishes(f"За время перерыва, {number}", rubric="В регионе")
        await telegram.moves_clock(MINUTE)
    await telegram.moves_clock(8 * HOUR)
    await sources.mend()
    await editor.sees("✋ Русская лента: накопилось 6 статей.")
    await reader.does_not_see("За время перерыва")

    await editor.taps("Только самую новую")

    await editor.sees("Решение: Edgar")
    await reader.sees("За время перерыва, 5")
    await news.publishes("И снова новости", rubric="В регионе")
    await reader.sees("И снова новости")
    await reader.does_not_see("За время перерыва, 4")


async def test_a_source_is_looked_at_added_and_read(
    editor: Person, sources: Sources, sandbox: Sandbox, telegram: SandboxClient
) -> None:
    await telegram.publishes("Для пробы", rubric="Футбол")
    await editor.sends(f"/sources {sandbox.news_url}ru/atom/")
    await editor.sees("Там лента: 1 запись.")
    await editor.taps("Добавить")
    await editor.sees("Источник добавлен.")
    await telegram.moves_clock(MINUTE)

    await sources.come_to(SourceState.OK)
    await editor.taps("Обновить")
    await editor.sees("🟢 работает")


async def test_a_paused_source_brings_nothing_until_it_is_resumed(
    editor: Person, reader: Person, news: News, telegram: SandboxClient
) -> None:
    await editor.sends("/sources")
    await editor.taps("Русская лента")
    await editor.taps("Пауза")
    await editor.sees("на паузе")
    await news.publishes("Во время паузы", rubric="В регионе")
    await reader.does_not_see("Во время паузы")

    await editor.taps("Продолжить")
    await telegram.moves_clock(2)

    await reader.sees("Во время паузы")


@pytest.mark.parametrize(
    ("link", "answer"),
    [
        pytest.param("просто слова", "Это не похоже на адрес.", id="no address"),
        pytest.param("{news}/nothing-here/", "По этому адресу ничего нет (404).", id="nothing there"),
        pytest.param("{news}/style.css", "Прочитать не получилось.", id="neither feed nor page"),
        pytest.param("http://no-such-host.invalid/rss", "Сервера с таким именем нет", id="no such server"),
    ],
)
async def test_what_cannot_be_added_says_why(editor: Person, sandbox: Sandbox, link: str, answer: str) -> None:
    await editor.sends(f"/sources {link.replace('{news}', sandbox.news_url.rstrip('/'))}")

    await editor.sees(answer)
