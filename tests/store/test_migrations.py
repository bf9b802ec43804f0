"""A database from nothing to the newest schema, on both engines."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import DeliveryState
from bot.domain.destination import DestinationId, DestinationState
from bot.domain.errors import StoreError
from bot.domain.ticker_plan import Every
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.newest import is_newest
from bot.store.tables import metadata


@pytest.fixture
async def empty(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A file that is not there yet, or a PostgreSQL database without tables."""
    if database_url.startswith("sqlite"):
        opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'rubrika.db'}")
    else:
        opened = Database(database_url)
        async with opened.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    yield opened
    await opened.close()


def differences(connection: Connection) -> Any:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, metadata)


async def test_an_empty_database_becomes_what_the_tables_say(empty: Database) -> None:
    await empty.migrate()

    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await empty.check()


async def test_its_indexes_are_what_the_tables_say_in_order_and_condition_too(empty: Database) -> None:
    """Of which alembic compares only the columns."""
    async with empty.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        wanted = await indexes(connection)
        await connection.run_sync(metadata.drop_all)

    await empty.migrate()

    async with empty.engine.connect() as connection:
        assert await indexes(connection) == wanted


async def indexes(connection: AsyncConnection) -> dict[str, str]:
    is_sqlite = connection.dialect.name == "sqlite"
    names, definitions = ("name", "sql") if is_sqlite else ("indexname", "indexdef")
    where = "FROM sqlite_master WHERE type = 'index'" if is_sqlite else "FROM pg_indexes WHERE schemaname = 'public'"
    rows = await connection.execute(text(f"SELECT {names}, {definitions} {where}"))
    return {name: definition for name, definition in rows if name != "alembic_version_pkc" and definition is not None}


async def test_what_is_migrated_is_known_without_alembic(empty: Database) -> None:
    async with empty.engine.connect() as connection:
        assert not await connection.run_sync(is_newest)

    await empty.migrate()

    async with empty.engine.connect() as connection:
        assert await connection.run_sync(is_newest)


async def test_migrating_again_changes_nothing(newsroom: Database) -> None:
    async with newsroom.transaction() as tx:
        before = await tx.rubrics.slugs()

    await newsroom.migrate()

    async with newsroom.transaction() as tx:
        assert await tx.rubrics.slugs() == before != set()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_of_two_processes_that_start_together_one_migrates_and_the_other_waits(empty: Database) -> None:
    migrate = f"import asyncio; from bot.store.database import Database; asyncio.run(Database({empty.url!r}).migrate())"
    starting = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", migrate, stderr=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    for process in starting:
        _, said = await process.communicate()
        assert process.returncode == 0, said.decode()
    await empty.check()


async def test_a_migration_that_cannot_be_finished_leaves_nothing_behind(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE sources (id INTEGER)"))

    with pytest.raises(StoreError, match=r"sources.* already exists"):
        await empty.migrate()

    async with empty.engine.begin() as connection:
        await connection.execute(text("DROP TABLE sources"))
    await empty.migrate()
    await empty.check()


async def test_a_ticker_every_so_many_minutes_is_kept_as_batches(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        await connection.run_sync(upgrade, "0007")
        for chat_id, minutes in ((-1, "15"), (-2, "NULL")):
            await connection.execute(
                text(
                    "INSERT INTO destinations (chat_id, kind, state, language, title, introduced, articles_on,"  # noqa: S608, numbers of this test
                    f" ticker_minutes, created_at) VALUES ({chat_id}, 'channel', 'active', 'ru', '', true, true,"
                    f" {minutes}, '2026-03-02 06:00:00')"
                )
            )

    await empty.migrate()

    async with empty.transaction() as tx:
        found = [await tx.destinations.by_chat(chat_id) for chat_id in (-1, -2)]
    assert [channel.ticker if channel else ... for channel in found] == [Every(minutes=15), None]


async def test_the_history_of_a_ticker_is_kept(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        await connection.run_sync(upgrade, "0007")
        await connection.execute(
            text(
                "INSERT INTO destinations (id, chat_id, kind, state, language, title, introduced, articles_on, created_at)"
                " VALUES (1, -1, 'channel', 'active', 'ru', '', true, true, '2026-03-02 06:00:00')"
            )
        )
        for setting, value in (("ticker", "15"), ("ticker", '"off"'), ("rubrics", "15")):
            await connection.execute(
                text(
                    "INSERT INTO channel_changes (destination_id, at, user_id, name, setting, value)"  # noqa: S608, words of this test
                    f" VALUES (1, '2026-03-02 06:00:00', 5, 'Bob', '{setting}', '{value}')"
                )
            )

    await empty.migrate()

    async with empty.transaction() as tx:
        changes = await tx.channel_changes.latest(DestinationId(1))
    assert [change.value for change in changes] == [15, "off", "every 15"]


async def test_what_waits_for_a_channel_is_still_known_as_its_own(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        await connection.run_sync(upgrade, "0016")
        for number, kind in ((1, "channel"), (2, "subscriber")):
            await connection.execute(
                text(
                    "INSERT INTO destinations (id, chat_id, kind, state, language, title, introduced, articles_on, created_at)"  # noqa: S608, words of this test
                    f" VALUES ({number}, {number}, '{kind}', 'active', 'ru', '', true, true, '2026-03-02 06:00:00')"
                )
            )
            await connection.execute(
                text(
                    "INSERT INTO deliveries (destination_id, subject_kind, subject_id, action, revision, priority, state,"  # noqa: S608, words of this test
                    f" attempts, created_at) VALUES ({number}, 'article', 1, 'post', 0, 20, 'queued', 0, '2026-03-02 06:00:00')"
                )
            )

    await empty.migrate()

    now = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    async with empty.transaction() as tx:
        for number in (1, 2):
            await tx.destinations.set_state(DestinationId(number), DestinationState.PAUSED, now=now)
        # A person's is when its turn comes.
        assert await tx.outbox.count_states() == {DeliveryState.DROPPED: 1, DeliveryState.QUEUED: 1}
        assert await tx.claims.take(now=now, limit=10) == []
        assert await tx.outbox.count_states() == {DeliveryState.DROPPED: 2}


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError) as refused:
        await database.migrate()

    assert str(refused.value) == (
        "The database was migrated by a newer Rubrika. Run that version, or go back to a backup of the database. "
        "(Can't locate revision identified by '9999')"
    )
