"""Engine and transactions: `async with database.transaction() as tx: await tx.articles.add(…)`.

A transaction is short and holds no network call. What the driver raises comes out as StoreError, an operator's sentence.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from bot.store.articles import Articles
from bot.store.destinations import Destinations
from bot.store.outbox import Outbox
from bot.store.pushes import Pushes
from bot.store.rubrics import Rubrics
from bot.store.sources import Sources
from bot.store.staff import Staff
from bot.store.tickers import Tickers

# Seconds a statement waits for another program's lock on the SQLite file.
BUSY_TIMEOUT = 5
# Seconds to connect to PostgreSQL, and the longest a single statement may take there.
CONNECT_TIMEOUT = 10
STATEMENT_TIMEOUT = 30


class Transaction:
    """One aggregate an attribute; all on the same connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @cached_property
    def articles(self) -> Articles:
        return Articles(self._connection)

    @cached_property
    def destinations(self) -> Destinations:
        return Destinations(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def pushes(self) -> Pushes:
        return Pushes(self._connection)

    @cached_property
    def rubrics(self) -> Rubrics:
        return Rubrics(self._connection)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self._connection)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self._connection)

    @cached_property
    def tickers(self) -> Tickers:
        return Tickers(self._connection)


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        # SQLite has one writer: waiting here is fair and cheap, waiting in SQLite is polling.
        self._writer = asyncio.Lock() if self.engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end of the block, roll back on any exception."""
        if self._writer is None:
            async with self._begin() as tx:
                yield tx
        else:
            async with self._writer, self._begin() as tx:
                yield tx

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Transaction]:
        try:
            async with self.engine.begin() as connection:
                yield Transaction(connection)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error

    async def check(self) -> None:
        """Raise StoreError unless the database answers."""
        async with self.transaction() as tx:
            await tx.rubrics.slugs()

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; creates an SQLite file and its folder when there is none."""
        # Alembic costs 0.3 s to import and is needed once a start.
        from bot.store.migrate import upgrade  # noqa: PLC0415

        try:
            await _run(self.engine, upgrade)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error

    async def close(self) -> None:
        await self.engine.dispose()


async def _run(engine: AsyncEngine, work: Any) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(work)


def _engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            try:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(sentence(error)) from error
        engine = create_async_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT})
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
        return engine
    return create_async_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=0,
        pool_timeout=STATEMENT_TIMEOUT,
        connect_args={"timeout": CONNECT_TIMEOUT, "command_timeout": STATEMENT_TIMEOUT},
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes late and lets two tasks read, then overwrite each other; we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.execute(text("BEGIN IMMEDIATE"))


def sentence(error: BaseException) -> str:
    """What an operator should read of a database error."""
    if isinstance(error, PoolTimeoutError):
        return "The database is too busy: no connection became free. Look for long-running queries."
    cause = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n")[0]
    known = {
        "database is locked": "Another program holds the database file. Close it, or wait until it has finished.",
        "readonly database": "The database file cannot be written. Check its owner and the rights of its folder.",
        "disk is full": "The disk with the database is full. Free some space; Rubrika goes on by itself.",
        "unable to open database file": "The database file cannot be opened. Check DATABASE_URL and the folder's rights.",
        "file is not a database": "DATABASE_URL names a file that is not an SQLite database.",
        "Permission denied": "The folder of the database cannot be written. Check DATABASE_URL and the folder's rights.",
        "password authentication failed": "PostgreSQL refuses the user or password in DATABASE_URL.",
        "does not exist": "PostgreSQL does not know the database or role in DATABASE_URL; create it first.",
    }
    advice = next((text for words, text in known.items() if words.lower() in cause.lower()), None)
    if advice is None and isinstance(error, OSError):
        advice = "The database cannot be reached. Check DATABASE_URL and that the server runs."
    return f"{advice} ({cause})" if advice else f"The database refused: {cause}"
