"""The database fails while people and Telegram are being heard."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy.engine import make_url

from bot.domain.alert import AlertKind, NewAlert
from bot.domain.destination import DestinationState
from bot.domain.errors import StoreError
from bot.domain.source import SourceId
from bot.handlers.editor.alerts import Alerts
from bot.i18n import I18n
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store import database as store
from bot.store.database import Database
from tests.handlers.conftest import Newsroom
from tests.sandbox.conftest import PlainSession


@pytest.fixture
async def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(store, "BUSY_TIMEOUT", 0.2)
    opened = Database(database_url)
    yield opened
    await opened.close()


@asynccontextmanager
async def held(database: Database) -> AsyncIterator[None]:
    """By another program."""
    path = make_url(database.url).database or ""
    other = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    yield
    other.close()


async def test_who_writes_meanwhile_gets_an_apology_and_may_try_again(alice: Person, newsroom: Newsroom) -> None:
    async with held(newsroom.database):
        await alice.sends("/start r-football")
        await alice.sees("Что-то пошло не так")

    await alice.sends("/start r-football")
    await alice.sees("Футбол")


async def test_who_blocks_the_bot_meanwhile_is_known_as_gone_afterwards(
    alice: Person, bob: Person, newsroom: Newsroom
) -> None:
    await alice.sends("/start")
    await alice.sees("Здравствуйте")

    async with held(newsroom.database):
        await alice.blocks_bot()
        await bob.sends("/help")
        await bob.sees("Something went wrong")

    await newsroom.comes_to(alice.id, DestinationState.GONE)


async def test_an_alert_that_could_not_be_written_down_as_told_is_not_told_again(
    telegram: SandboxClient, sandbox: Sandbox, newsroom: Newsroom, editor: Person, i18n: I18n
) -> None:
    async with newsroom.database.transaction() as tx:
        alert = NewAlert(kind=AlertKind.RECOVERED, source_id=SourceId(1))
        await tx.alerts.add(alert, now=newsroom.clock.now())
    await telegram.faults("slow", method="sendMessage", chat_id=editor.id, count=1, seconds=1.5)
    async with Bot(sandbox.token, session=PlainSession(api=TelegramAPIServer.from_base(sandbox.url))).context() as bot:
        stage = Alerts(bot=bot, services=newsroom.services, i18n=i18n, clock=newsroom.clock)

        async def tell() -> None:
            with pytest.raises(StoreError):
                await stage.tell_due()

        async with asyncio.TaskGroup() as group:
            telling = group.create_task(tell())
            await newsroom.clock.sleep(0.5)
            async with held(newsroom.database):
                await asyncio.wait({telling})
        await stage.tell_due()
        await stage.tell_due()

    assert [post.text for post in await editor.posts()].count("🟢 Report снова читается.") == 1
