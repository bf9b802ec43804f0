"""What a monitor reads over HTTP of a bot at work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient
from bot.store.database import Database

PATIENCE = 10
READY = {"status": "ready", "checks": {"database": "ok", "telegram": "ok"}}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))


@pytest.fixture
async def http(bot: App) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(bot.web.url, timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
        yield session


async def readiness(http: aiohttp.ClientSession) -> tuple[int, object]:
    async with http.get("/readyz") as answer:
        return answer.status, await answer.json()


async def becomes(http: aiohttp.ClientSession, clock: MovableClock, holds: Callable[[int, object], bool]) -> None:
    """With the bot's pauses made short."""
    async with asyncio.timeout(PATIENCE):
        while not holds(*await readiness(http)):
            clock.advance(1)
            await clock.sleep(0.02)


async def becomes_ready(http: aiohttp.ClientSession, clock: MovableClock) -> None:
    await becomes(http, clock, lambda status, said: (status, said) == (200, READY))


async def becomes_unready(http: aiohttp.ClientSession, clock: MovableClock, check: str, sentence: str) -> None:
    def says_so(status: int, said: object) -> bool:
        assert isinstance(said, dict)
        return status == 503 and said["status"] == "not ready" and sentence in said["checks"][check]

    await becomes(http, clock, says_so)


@SQLITE
async def test_a_bot_at_work_is_alive_and_ready(http: aiohttp.ClientSession, clock: MovableClock) -> None:
    await becomes_ready(http, clock)

    async with http.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "alive"})


@SQLITE
async def test_telegram_out_of_reach_is_said_until_it_answers(
    http: aiohttp.ClientSession, telegram: SandboxClient, alice: Person, clock: MovableClock
) -> None:
    await becomes_ready(http, clock)
    await telegram.faults("500", method="getUpdates", count=1000)
    await alice.sends("/help")

    await becomes_unready(http, clock, "telegram", "Telegram does not answer; trying again.")
    async with http.get("/healthz") as answer:
        assert answer.status == 200

    await telegram.clears_faults()
    await becomes_ready(http, clock)


@SQLITE
async def test_a_database_file_that_was_taken_away_is_said_until_it_is_back(
    http: aiohttp.ClientSession, clock: MovableClock, tmp_path: Path
) -> None:
    await becomes_ready(http, clock)
    file = tmp_path / "rubrika.db"

    file.rename(tmp_path / "elsewhere.db")
    await becomes_unready(http, clock, "database", f"The database file {file} is gone.")

    (tmp_path / "elsewhere.db").rename(file)
    await becomes_ready(http, clock)


@POSTGRESQL
async def test_a_postgresql_that_lets_nobody_in_is_said_until_it_does(
    http: aiohttp.ClientSession, clock: MovableClock, alice: Person, database_url: str
) -> None:
    await becomes_ready(http, clock)

    async with closed_to_everybody(database_url):
        await becomes_unready(http, clock, "database", "is not currently accepting connections")

    await becomes_ready(http, clock)
    await alice.sends("/start")
    await alice.sees("Здравствуйте")


@asynccontextmanager
async def closed_to_everybody(database_url: str) -> AsyncIterator[None]:
    url = make_url(database_url)
    administrator = Database(url.set(database="postgres").render_as_string())
    async with administrator.engine.begin() as connection:
        await connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS false"))
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
        )
    yield
    async with administrator.engine.begin() as connection:
        await connection.execute(text(f"ALTER DATABASE {url.database} WITH ALLOW_CONNECTIONS true"))
    await administrator.close()


@SQLITE
async def test_the_metrics_count_what_was_sent(
    http: aiohttp.ClientSession, telegram: SandboxClient, alice: Person, clock: MovableClock
) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Футбол")
    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")
    clock.advance(2)
    await alice.sees("Карабах вышел в финал")

    async with asyncio.timeout(PATIENCE):
        while 'rubrika_deliveries_total{action="post",result="sent"} 1.0' not in (shown := await metrics(http)):
            await clock.sleep(0.02)

    assert 'rubrika_updates_total{kind="message"} 1.0' in shown
    assert "rubrika_delivery_delay_seconds_count 1.0" in shown


async def test_the_metrics_tell_how_many_deliveries_wait(
    http: aiohttp.ClientSession, telegram: SandboxClient, alice: Person, clock: MovableClock
) -> None:
    await alice.sends("/start r-football")
    await alice.sees("Футбол")
    assert "rubrika_deliveries_queued 0.0" in await metrics(http)
    await telegram.faults("429", method="sendPhoto", chat_id=alice.id, count=1, retry_after=3600)

    await telegram.publishes("Карабах вышел в финал", rubric="Футбол")
    await telegram.moves_clock(2)

    async with asyncio.timeout(PATIENCE):
        while "rubrika_deliveries_queued 1.0" not in await metrics(http):
            await clock.sleep(0.02)


async def metrics(http: aiohttp.ClientSession) -> list[str]:
    async with http.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return (await answer.text()).splitlines()


@SQLITE
async def test_a_bot_that_polls_has_no_webhook(http: aiohttp.ClientSession) -> None:
    async with http.post("/telegram/webhook", json={"update_id": 1}) as answer:
        assert answer.status == 404
