"""The database fails under the whole bot: it says so, nobody loses anything, and all goes on by itself."""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store import database as store
from tests.journeys import failing
from tests.journeys.failing import Fault, Postgres, small_disk
from tests.running import running

PATIENCE = 30
APOLOGY = "Something went wrong, and we know about it."

SQLITE_FAULTS = {
    "held": (failing.held, "Another program holds the database file."),
    "unwritable": (failing.unwritable, "The database file cannot be written."),
    "full": (failing.full, "The disk with the database is full."),
}
POSTGRESQL_FAULTS = {
    "stopped": (Postgres.stopped, "The database cannot be reached."),
    "killed": (Postgres.killed, "The database cannot be reached."),
    "standby": (Postgres.standby, "PostgreSQL takes no writes"),
    "starting": (Postgres.starting, "PostgreSQL is starting, stopping or failing over."),
    "read-only": (Postgres.read_only, "PostgreSQL takes no writes"),
    "taken": (Postgres.taken, "PostgreSQL has no connection left."),
}


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT", 0.3)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="rubrika-failing-", ignore_cleanup_errors=True) as folder:
        opened = Postgres(Path(folder))
        yield opened
        opened.close()


@pytest.fixture(params=[*SQLITE_FAULTS, *POSTGRESQL_FAULTS])
def what(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database_url(what: str, request: pytest.FixtureRequest) -> Iterator[str]:
    if what in POSTGRESQL_FAULTS:
        server: Postgres = request.getfixturevalue("server")
        name = f"rubrika_{what.replace('-', '_')}"
        asyncio.run(server.execute(f"CREATE DATABASE {name}"))
        yield server.url(name)
    elif what == "full":
        disk = small_disk()
        try:
            folder = disk.__enter__()
        except (subprocess.CalledProcessError, OSError):
            pytest.skip("A disk of one's own can be made by root only.")
        yield f"sqlite+aiosqlite:///{folder / 'rubrika.db'}"
        disk.__exit__(None, None, None)
    else:
        yield f"sqlite+aiosqlite:///{request.getfixturevalue('tmp_path') / 'rubrika.db'}"


@pytest.fixture
def fault(what: str, request: pytest.FixtureRequest) -> Fault:
    if what in SQLITE_FAULTS:
        return SQLITE_FAULTS[what][0]
    make = POSTGRESQL_FAULTS[what][0]
    return lambda app: make(request.getfixturevalue("server"), app)


@pytest.fixture
def sentence(what: str) -> str:
    return (SQLITE_FAULTS.get(what) or POSTGRESQL_FAULTS[what])[1]


@pytest.fixture
async def bot(sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    async with running(sandbox, clock, tmp_path, database_url=database_url) as app:
        yield app


async def readiness(http: aiohttp.ClientSession) -> tuple[int, str]:
    async with http.get("/readyz") as answer:
        return answer.status, (await answer.json())["checks"]["database"]


async def becomes(http: aiohttp.ClientSession, clock: MovableClock, status: int, words: str) -> None:
    """With the bot's pauses made short."""
    found: tuple[int, str] = (0, "")
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not (found[0] == status and words in found[1]):
                clock.advance(1)
                await clock.sleep(0.02)
                found = await readiness(http)
            return
    raise AssertionError(found)


async def test_everything_pauses_says_why_and_goes_on_by_itself(
    bot: App,
    fault: Fault,
    sentence: str,
    telegram: SandboxClient,
    alice: Person,
    bob: Person,
    camilla: Person,
    clock: MovableClock,
) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Футбол")
    await camilla.sends("/start")
    await camilla.sees("Salam")
    channel = await camilla.creates_channel("Репортаж")
    async with aiohttp.ClientSession(bot.web.url, timeout=aiohttp.ClientTimeout(total=PATIENCE)) as http:
        await becomes(http, clock, 200, "ok")

        async with fault(bot):
            await telegram.publishes("Карабах вышел в финал", rubric="Футбол")
            await becomes(http, clock, 503, sentence)
            await bob.sends("/start r-football")
            await bob.sees(APOLOGY, within=PATIENCE)
            await camilla.promotes_bot(channel)
            for _ in range(10):
                clock.advance(1)
                await clock.sleep(0.05)
            await alice.does_not_see("Карабах вышел в финал")
            async with http.get("/metrics") as answer:
                assert answer.status == 200

        await becomes(http, clock, 200, "ok")
        await alice.sees("Карабах вышел в финал", within=PATIENCE)
        await camilla.sees("«Репортаж» kanalı qoşuldu", within=PATIENCE)
        await bob.sends("/start r-football")
        await bob.sees("Football", within=PATIENCE)
    assert sum("Карабах вышел в финал" in post.text for post in await alice.posts()) == 1
