"""The way of people alone: Telegram's sandbox, the handlers, the services and a database with a newsroom; no news moves by itself."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId, Entry
from bot.domain.destination import Destination, DestinationState
from bot.domain.errors import GoneError, SourceError
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import SourceKind, SourceSpec
from bot.handlers import build_dispatcher
from bot.handlers.menu import publish_commands
from bot.handlers.polling import Updates
from bot.i18n import I18n
from bot.ingest.inspection import Inspection
from bot.metrics import Metrics
from bot.sandbox.client import Channel, Person
from bot.sandbox.server import Sandbox
from bot.services import Services, build
from bot.store.database import Database
from tests.cast import BAKU, OLGA
from tests.make import make_new_article
from tests.sandbox.conftest import PlainSession

# Seconds that a test waits for what has to come.
PATIENCE = 5
FEED, EMPTY_FEED = "https://neighbour.example/rss/", "https://neighbour.example/empty/"
MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
RUBRICS = [
    Rubric(
        slug=Slug("foreign-policy"),
        emoji="🌍",
        titles={Language.RU: "Внешняя политика", Language.AZ: "Xarici siyasət", Language.EN: "Foreign policy"},
        position=0,
    ),
    Rubric(
        slug=Slug("football"),
        emoji="⚽",
        titles={Language.RU: "Футбол", Language.AZ: "Futbol", Language.EN: "Football"},
        position=1,
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Newsroom:
    """What the tests arrange and look up behind the scenes."""

    services: Services
    database: Database
    clock: MovableClock

    async def publishes(self, title: str, *, rubric: str = "football", minutes_ago: int = 0) -> str:
        """An article that a source brought. Gives its address."""
        now = self.clock.now()
        async with self.database.transaction() as tx:
            count = len(await tx.articles.latest(rubrics=[], languages=list(Language), limit=1000))
            url = f"https://example.org/{rubric}/{count}"
            new = make_new_article(
                f"url:{url}", title=title, lead="Подробности.", published_at=now - timedelta(minutes=minutes_ago)
            )
            article_id = await tx.articles.add(new, now=now)
            assert article_id is not None
            await tx.articles.set_rubrics(ArticleId(article_id), [Slug(rubric)])
        return url

    async def destination(self, chat_id: int) -> Destination | None:
        async with self.database.transaction() as tx:
            return await tx.destinations.by_chat(chat_id)

    async def comes_to(self, chat_id: int, state: DestinationState, title: str = "") -> None:
        """Waits behind the scenes for what no chat shows: a person or channel in this state, under this title."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.destination(chat_id)) is None or (found.state, found.title) != (state, title):
                await self.clock.sleep(0.02)

    async def adds_rubrics(self, count: int) -> None:
        async with self.database.transaction() as tx:
            await tx.rubrics.put(
                [
                    Rubric(slug=Slug(f"r{number}"), titles={Language.RU: f"Рубрика {number}"}, position=number)
                    for number in range(2, 2 + count)
                ]
            )


@pytest.fixture
def clock() -> MovableClock:
    """Flows from Monday, 2 March 2026, 10:00 in Baku."""
    return MovableClock(MORNING)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """What the engines differ in is the store's and the services' matter."""
    shutil.copy(sqlite_template, tmp_path / "rubrika.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'rubrika.db'}"


@pytest.fixture
async def newsroom(database: Database, clock: MovableClock) -> Newsroom:
    async with database.transaction() as tx:
        await tx.rubrics.put(RUBRICS)
        source = SourceSpec(name="Report", url="https://example.org/rss/", language=Language.RU)
        await tx.sources.put([source], now=clock.now())
    services = build(
        database=database,
        clock=clock,
        zone=BAKU,
        default=Language.RU,
        owners=[OLGA],
        read_article=read_article,
        inspect=inspect,
        planner_wake=Signal(),
        poller_wake=Signal(),
    )
    return Newsroom(services=services, database=database, clock=clock)


async def read_article(url: str) -> Entry:
    raise SourceError(f"The server answered 404 for {url}.")


async def inspect(spec: SourceSpec) -> Inspection:
    """One address holds a feed, another one that is empty; everywhere else is nothing."""
    if spec.url not in {FEED, EMPTY_FEED, "https://example.org/rss/"}:
        raise GoneError("There is nothing.", status=404)
    entries = (
        Entry(url="https://neighbour.example/football/1", title="Матч <дня>", categories=("Футбол",)),
        Entry(url="https://neighbour.example/2", title="Дождь", categories=("Погода",)),
    )
    return Inspection(
        kind=SourceKind.FEED,
        address=spec.url,
        title="Новости <соседа>",
        language=None,
        entries=() if spec.url == EMPTY_FEED else entries,
        problems=("dates", "pictures"),
    )


@pytest.fixture(scope="session")
def i18n() -> I18n:
    """Reading the texts takes longer than most tests."""
    return I18n(Language.RU, BAKU)


@pytest.fixture
def dispatcher(newsroom: Newsroom, i18n: I18n) -> Dispatcher:
    return build_dispatcher(newsroom.services, i18n)


@pytest.fixture(autouse=True)
async def bot(sandbox: Sandbox, newsroom: Newsroom, i18n: I18n, dispatcher: Dispatcher) -> AsyncIterator[None]:
    """Takes updates and answers them until the test ends."""
    session = PlainSession(api=TelegramAPIServer.from_base(sandbox.url))
    failures: list[str] = []
    async with Bot(sandbox.token, session=session).context() as connected:
        await publish_commands(connected, i18n)
        updates = Updates(
            bot=connected,
            dispatcher=dispatcher,
            clock=newsroom.clock,
            metrics=Metrics(),
            stop_everything=failures.append,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(updates.poll())
            yield
            updates.close()
    assert failures == []


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """Camilla's, connected, its menu open in her chat."""
    await camilla.sends("/start")
    await camilla.sees("Salam")
    created = await camilla.creates_channel("Репортаж")
    await camilla.promotes_bot(created)
    await camilla.sees("«Репортаж» kanalı qoşuldu")
    return created


@pytest.fixture
async def editor(newsroom: Newsroom, edgar: Person) -> Person:
    """Edgar, appointed."""
    await newsroom.services.staff.appoint(edgar.id, name="Edgar", by=OLGA)
    await edgar.sends("/start")
    await edgar.sees("Вы редактор")
    return edgar
