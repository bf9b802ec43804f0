"""What operators see: starts and stops, kills, a second process, a wrong token, Telegram out of reach."""

import asyncio
import logging
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import MovableClock
from bot.domain.delivery import DeliveryState
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.journeys.conftest import publishes_in_russian, takes_rubric
from tests.journeys.process import BotProcess, started
from tests.running import has_imported

logger = logging.getLogger(__name__)

READERS = 200
FAST = {"BROADCAST_RATE": "100", "PAID_BROADCAST": "true"}


@pytest.fixture
def clock() -> MovableClock:
    """The bot's processes have the real clock; the sandbox follows it."""
    return MovableClock()


async def test_a_stop_is_orderly_and_what_came_meanwhile_is_sent_after_the_restart(
    sandbox: Sandbox, telegram: SandboxClient, alice: Person, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url) as bot:
        await subscribe(bot, alice, database_url, clock)
        assert await bot.terminate() == 0
    await telegram.publishes("Вышло, пока бот стоял", rubric="Футбол")

    async with started(sandbox, clock, tmp_path, database_url) as bot:
        await bot.is_ready()
        await alice.sees("Вышло, пока бот стоял", within=20)
        assert await bot.terminate() == 0


async def test_a_kill_between_two_messages_of_a_post_sends_the_rest_and_repeats_none_of_it(
    sandbox: Sandbox, telegram: SandboxClient, camilla: Person, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    body = "\n\n".join(f"Абзац {number}. {'Слово за слово, и матч закончился. ' * 15}" for number in range(1, 17))
    async with started(sandbox, clock, tmp_path, database_url) as bot:
        await bot.is_ready()
        await camilla.sends("/start")
        channel = await camilla.creates_channel("Спорт целиком")
        await camilla.promotes_bot(channel)
        await camilla.sees("«Спорт целиком»", within=20)
        await publishes_in_russian(camilla)
        await takes_rubric(camilla, "Hamısı")
        await camilla.taps("Postlar")
        await camilla.taps("Bütün mətn")
        await telegram.faults("timeout_before", method="sendMessage", chat_id=channel.id, skip=1)
        await telegram.publishes("Карабах вышел в финал", body=body, rubric="Футбол")
        first = await channel.sees("Карабах вышел в финал", within=60)
        async with asyncio.timeout(60):
            while sum(call.chat_id == channel.id for call in await telegram.calls("sendMessage")) < 2:
                await clock.sleep(0.02)
        await bot.kill()
    await telegram.clears_faults()

    async with started(sandbox, clock, tmp_path, database_url) as bot:
        await bot.is_ready()
        await channel.sees("Абзац 16", within=30)
        assert await bot.terminate() == 0

    messages = await channel.posts()
    assert len(messages) == 3
    assert messages[0].message_id == first.message_id
    assert "\n\n".join(message.text for message in messages).count("Абзац") == 16


async def test_a_kill_in_the_middle_of_a_fan_out_loses_nothing_and_repeats_at_most_what_was_in_flight(
    sandbox: Sandbox, telegram: SandboxClient, alice: Person, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url, **FAST) as bot:
        await subscribe(bot, alice, database_url, clock)
        readers = await telegram.crowd(READERS, says="/start r-football")
        for reader in readers:
            await reader.sees("Футбол", within=30)
        greetings = len(await telegram.calls("sendMessage"))
        await telegram.publishes("Карабах вышел в финал", rubric="Футбол", image=False)
        await calls_reach(telegram, clock, greetings + READERS // 3)
        await bot.kill()
        claimed = await claimed_in(database_url)
        sent_before = len(await telegram.calls("sendMessage")) - greetings

    assert 0 < sent_before < READERS
    async with started(sandbox, clock, tmp_path, database_url, **FAST) as bot:
        await bot.is_ready()
        for reader in [alice, *readers]:
            await reader.sees("Карабах вышел в финал", within=30)
        assert await bot.terminate() == 0

    received = Counter[int]()
    for reader in [alice, *readers]:
        received[reader.id] = sum("Карабах вышел в финал" in post.text for post in await reader.posts())
    lost = [reader for reader, count in received.items() if count == 0]
    repeated = sum(count - 1 for count in received.values())
    logger.info("lost %d, repeated %d, at most %d claimed", len(lost), repeated, claimed)
    assert lost == []
    assert repeated <= claimed


async def claimed_in(database_url: str) -> int:
    """What a process that sends no more had claimed: nobody can know which of it is in flight, and no more can come twice."""
    database = Database(database_url)
    async with database.transaction() as tx:
        states = await tx.outbox.count_states()
    await database.close()
    return states.get(DeliveryState.SENDING, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_second_process_on_the_same_file_refuses_to_start_and_says_why(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url) as first:
        await first.is_ready()
        async with started(sandbox, clock, tmp_path, database_url) as second:
            assert await second.ends() == 1
            assert "Another Rubrika process already works on this database" in second.log()
        assert first.is_running


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stop_ends_within_ten_seconds_though_telegram_hangs_in_the_middle_of_a_fan_out(
    sandbox: Sandbox, telegram: SandboxClient, alice: Person, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url, **FAST) as bot:
        await subscribe(bot, alice, database_url, clock)
        readers = await telegram.crowd(20, says="/start r-football")
        for reader in readers:
            await reader.sees("Футбол", within=30)
        before = len(await telegram.calls("sendMessage"))
        await telegram.faults("timeout_before", method="sendMessage", count=10)
        await telegram.publishes("Карабах вышел в финал", rubric="Футбол", image=False)
        await alice.sends("/help")
        await calls_reach(telegram, clock, before + 10)
        async with asyncio.timeout(10):
            assert await bot.terminate() == 0

    async with started(sandbox, clock, tmp_path, database_url, **FAST):
        for reader in readers:
            await reader.sees("Карабах вышел в финал", within=30)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_stop_during_the_start_is_orderly_too(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database: Database, database_url: str
) -> None:
    async with database.engine.connect() as connection:
        # An earlier version that works alone; a start waits some seconds for its end.
        await connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": int.from_bytes(b"rubrika")})
        await connection.commit()
        async with started(sandbox, clock, tmp_path, database_url) as bot:
            await bot.has_said("waiting for its end")
            assert await bot.terminate() == 0
            assert "Rubrika is running" not in bot.log()
        await connection.invalidate()


async def test_a_wrong_token_stops_the_bot_with_a_sentence(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url, BOT_TOKEN="7000:not-the-right-token") as bot:
        assert await bot.ends() == 1
        assert "Telegram refuses BOT_TOKEN" in bot.log()
        assert "not-the-right-token" not in bot.log()


async def test_telegram_out_of_reach_at_the_start_is_waited_for_and_said_at_readyz(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    async with started(sandbox, clock, tmp_path, database_url, TELEGRAM_API_URL="http://127.0.0.1:9") as bot:
        status, said = await bot.readiness()
        assert status == 503
        assert "Telegram" in said
        assert bot.is_running
        assert await bot.terminate() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_mistake_in_the_settings_is_named_at_once(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    wrong = {"BOT_TOKEN": "abc", "OWNER_IDS": "olga", "TIMEZONE": "Mars", "BROADCAST_RATE": "fast", "HTTP_PORT": "-1"}
    async with started(sandbox, clock, tmp_path, database_url, **wrong) as bot:
        assert await bot.ends() == 2
    for variable in wrong:
        assert variable in bot.log()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_mistake_in_the_newsroom_file_is_named_at_once(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(
        '[[rubrics]]\nslug = "Foot ball"\n\n[[sources]]\nname = "x"\nurl = "ftp://x"\nlanguage = "de"\ninterval = 0\n'
    )
    async with started(sandbox, clock, tmp_path, database_url, NEWSROOM_FILE=str(broken)) as bot:
        assert await bot.ends() == 2
    for word in ("slug", "title", "url", "language", "interval"):
        assert word in bot.log()


async def subscribe(bot: BotProcess, reader: Person, database_url: str, clock: MovableClock) -> None:
    """The bot is ready, has imported its sources, and the reader follows football."""
    await bot.is_ready()
    database = Database(database_url)
    await has_imported(database, clock)
    await database.close()
    await reader.sends("/start r-football")
    await reader.sees("Футбол", within=20)


async def calls_reach(telegram: SandboxClient, clock: MovableClock, count: int) -> None:
    async with asyncio.timeout(30):
        while len(await telegram.calls("sendMessage")) < count:
            await clock.sleep(0.01)
