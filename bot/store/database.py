"""Engine and transactions: `async with database.transaction() as tx: await tx.articles.add(…)`.

A transaction is short and holds no network call. What the driver raises comes out as StoreError, an operator's sentence. A
stage works under `with database.patience("Planning"):` and goes on at its next wake-up.
"""

import asyncio
import inspect
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from bot.store.accounts import Accounts
from bot.store.alerts import Alerts
from bot.store.approvals import Approvals
from bot.store.articles import Articles
from bot.store.channel_changes import ChannelChanges
from bot.store.channel_words import ChannelWords
from bot.store.claims import Claims
from bot.store.codes import Codes
from bot.store.destinations import Destinations
from bot.store.hubs import Hubs
from bot.store.leases import Leases
from bot.store.live_tickers import LiveTickers
from bot.store.missed import Missed
from bot.store.newest import is_newest
from bot.store.outbox import Outbox
from bot.store.overflow import Overflowing
from bot.store.pictures import Pictures
from bot.store.posts import Posts
from bot.store.pushes import Pushes
from bot.store.questions import Questions
from bot.store.retention import Retention
from bot.store.rubrics import Rubrics
from bot.store.sources import Sources
from bot.store.sqlite import OneTripConnection
from bot.store.staff import Staff
from bot.store.ticker_deliveries import TickerDeliveries
from bot.store.tickers import Tickers
from bot.store.topics import Topics
from bot.store.uncertain import Uncertainties

T = TypeVar("T")

logger = logging.getLogger(__name__)

# Seconds a statement waits for another program's lock on the SQLite file.
BUSY_TIMEOUT = 5
# Seconds a transaction waits for those of this process that are before it, which wait for such a lock in their turn.
TURN_TIMEOUT = 10
# A monitor is told within this time.
CHECK_TIMEOUT = 3
# Seconds to connect to PostgreSQL, and the longest a single statement may take there.
CONNECT_TIMEOUT = 10
STATEMENT_TIMEOUT = 30
# Seconds that a transaction may stand idle there. A process that hangs in the middle of one would block all others.
IDLE_TIMEOUT = 5

# The address itself may hold a password.
_UNREADABLE = (
    "DATABASE_URL cannot be read. It is sqlite+aiosqlite:///file or postgresql+asyncpg://user:password@host/database."
)


class Transaction:
    """One aggregate an attribute; all on the same connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._connection)

    @cached_property
    def alerts(self) -> Alerts:
        return Alerts(self._connection)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self._connection)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self._connection)

    @cached_property
    def channel_changes(self) -> ChannelChanges:
        return ChannelChanges(self._connection)

    @cached_property
    def channel_words(self) -> ChannelWords:
        return ChannelWords(self._connection)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self._connection)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self._connection)

    @cached_property
    def destinations(self) -> Destinations:
        return Destinations(self._connection)

    @cached_property
    def hubs(self) -> Hubs:
        return Hubs(self._connection)

    @cached_property
    def leases(self) -> Leases:
        return Leases(self._connection)

    @cached_property
    def live_tickers(self) -> LiveTickers:
        return LiveTickers(self._connection)

    @cached_property
    def missed(self) -> Missed:
        return Missed(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def overflow(self) -> Overflowing:
        return Overflowing(self._connection)

    @cached_property
    def pictures(self) -> Pictures:
        return Pictures(self._connection)

    @cached_property
    def posts(self) -> Posts:
        return Posts(self._connection)

    @cached_property
    def pushes(self) -> Pushes:
        return Pushes(self._connection)

    @cached_property
    def retention(self) -> Retention:
        return Retention(self._connection)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self._connection)

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
    def ticker_deliveries(self) -> TickerDeliveries:
        return TickerDeliveries(self._connection)

    @cached_property
    def tickers(self) -> Tickers:
        return Tickers(self._connection)

    @cached_property
    def topics(self) -> Topics:
        return Topics(self._connection)

    @cached_property
    def uncertain(self) -> Uncertainties:
        return Uncertainties(self._connection)


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.engine = _engine(make_url(url))
        except (ArgumentError, ValueError) as error:
            raise StoreError(_UNREADABLE) from error
        # SQLite has one writer: waiting here is fair and cheap, waiting in SQLite is polling.
        self._writer = asyncio.Lock() if self.engine.dialect.name == "sqlite" else None
        # What is at a standstill, and why.
        self._standstills: dict[str, str] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commit at the end of the block, roll back on any exception."""
        async with self._turn(TURN_TIMEOUT), self._begin() as tx:
            yield tx

    @contextmanager
    def patience(self, work: str) -> Iterator[None]:
        """Ends the block when the database fails in it. That is logged once and said by `check` until a block succeeds."""
        try:
            yield
        except StoreError as error:
            if self._standstills.get(work) != str(error):
                logger.error("%s waits for the database: %s", work, error)  # noqa: TRY400, the sentence says it all
            self._standstills[work] = str(error)
        else:
            if self._standstills.pop(work, None) is not None:
                logger.info("%s goes on.", work)

    def leave_to_others(self, work: str) -> None:
        """Another process does it now, so that it is at no standstill here."""
        self._standstills.pop(work, None)

    @asynccontextmanager
    async def _turn(self, patience: float) -> AsyncIterator[None]:
        if self._writer is None:
            yield
            return
        try:
            async with asyncio.timeout(patience):
                await self._writer.acquire()
        except TimeoutError as error:
            raise StoreError(_SLOW) from error
        try:
            yield
        finally:
            self._writer.release()

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Transaction]:
        try:
            async with self.engine.begin() as connection:
                yield Transaction(connection)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error

    async def check(self) -> None:
        """Raise StoreError unless the database answers, and every stage can do its work in it."""
        self._look_for_file()
        for said in self._standstills.values():
            raise StoreError(said)
        try:
            # On SQLite a statement that has begun cannot be left; it waits no longer than BUSY_TIMEOUT.
            limit = CHECK_TIMEOUT if self._writer is None else None
            async with self._turn(CHECK_TIMEOUT), asyncio.timeout(limit), self._begin() as tx:
                await tx.rubrics.slugs()
        except TimeoutError as error:
            raise StoreError(_SLOW) from error

    def _look_for_file(self) -> None:
        """SQLite goes on writing to a file that was deleted, and all of it is lost at the end."""
        if self._writer is not None and not Path(self.engine.url.database or "").exists():
            raise StoreError(
                f"The database file {self.engine.url.database} is gone. Stop Rubrika, then put the file back."
            )

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; creates an SQLite file and its folder when there is none."""
        try:
            if not await _run(self.engine, is_newest):
                # Alembic costs 0.3 s to import, and most starts have nothing to migrate.
                from bot.store.migrate import upgrade  # noqa: PLC0415

                await _run(self.engine, upgrade)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error

    async def close(self) -> None:
        await self.engine.dispose()


async def _run(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            _make_folder(Path(url.database))
        engine = create_async_engine(url, connect_args={"timeout": BUSY_TIMEOUT, "async_creator_fn": OneTripConnection})
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin)
        return engine
    _refuse_unknown_options(url)
    engine = create_async_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=0,
        pool_timeout=STATEMENT_TIMEOUT,
        connect_args={
            "timeout": CONNECT_TIMEOUT,
            "command_timeout": STATEMENT_TIMEOUT,
            "server_settings": {"idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT}s"},
        },
    )
    event.listen(engine.sync_engine, "handle_error", _leave_standby)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(sentence(error)) from error
    if file.is_dir():
        raise StoreError("DATABASE_URL names a folder. Add the name of a file to it.")


def _refuse_unknown_options(url: URL) -> None:
    """An option that other drivers have, like sslmode, would be a TypeError at the first connection."""
    import asyncpg  # noqa: PLC0415, it is installed only where PostgreSQL is wanted

    if unknown := set(url.query) - set(inspect.signature(asyncpg.connect).parameters):
        raise StoreError(
            f"The PostgreSQL driver does not know these options of DATABASE_URL: {', '.join(sorted(unknown))}. "
            "TLS is asked for with ssl=require."
        )


def _leave_standby(context: ExceptionContext) -> None:
    """A server that takes no writes any more may not be the primary: connect anew, which may lead to the one that is."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes late and lets two tasks read, then overwrite each other; we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        # Nobody else would close it, and its thread would outlive the event loop.
        connection.close()
        raise


def _begin(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, OneTripConnection)  # noqa: S101, of our own making
    driver.begin()


# PostgreSQL, Appendix A: read_only_sql_transaction.
_READ_ONLY = "25006"

_SLOW = "The database does not answer in time: the disk is slow, or another program holds it. Rubrika goes on as soon as it does."
_UNUSABLE_FOLDER = "The folder of the database cannot be written. Check DATABASE_URL and the folder's rights."
_FULL = "The disk with the database is full. Free some space; Rubrika goes on by itself."
_UNREACHABLE = "The database cannot be reached. Check DATABASE_URL and that the server runs."
# What drivers say → what an operator should do; the first that is found counts.
_ADVICE = {
    "database is locked": "Another program holds the database file. Close it, or wait until it has finished.",
    "readonly database": "The database file cannot be written. Check its owner and the rights of its folder.",
    "disk is full|No space left on device": _FULL,
    "disk I/O error": "The disk with the database fails. Look for space on it, and into the system's log.",
    "in a read-only transaction|during recovery": (
        "PostgreSQL takes no writes: it is a standby, or was set read-only. Make it the primary, or let DATABASE_URL lead to "
        "the one that is; Rubrika goes on by itself."
    ),
    "too many clients|connection slots are reserved|too many connections": (
        "PostgreSQL has no connection left. Raise max_connections, or close other programs; Rubrika goes on by itself."
    ),
    "system is (starting up|shutting down|in recovery)|not (yet )?accepting connections": (
        "PostgreSQL is starting, stopping or failing over. Rubrika goes on as soon as it lets us in."
    ),
    # The last is what asyncpg says of a statement after the server's farewell.
    "terminating connection|connection was closed|connection is closed|server closed the connection"
    r"|another operation \(2\) is in progress": (
        "PostgreSQL closed the connection: it was stopped or restarted. Rubrika goes on as soon as it is back."
    ),
    "unable to open database file": "The database file cannot be opened. Check DATABASE_URL and the folder's rights.",
    "file is not a database": "DATABASE_URL names a file that is not an SQLite database.",
    r"Errno 13\] Permission denied|Read-only file system": _UNUSABLE_FOLDER,
    "File exists|Not a directory": "DATABASE_URL names a file below something that is no folder.",
    "password authentication failed": "PostgreSQL refuses the user or password in DATABASE_URL.",
    "permission denied for": "The role in DATABASE_URL lacks a right in PostgreSQL: make it the owner of the database.",
    '^database ".*" does not exist': "PostgreSQL does not know the database in DATABASE_URL; create it first.",
    '^role ".*" does not exist': "PostgreSQL does not know the role in DATABASE_URL; create it first.",
    "no such (table|column)|^(relation|column) .* does not exist": (
        "The tables in the database are not Rubrika's: DATABASE_URL names another program's, or they were changed by hand."
    ),
}


def sentence(error: BaseException) -> str:
    """What an operator should read of a database error."""
    if isinstance(error, PoolTimeoutError):
        return "The database is too busy: no connection became free. Look for long-running queries."
    cause = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n")[0]
    # A driver's error that SQLAlchemy wrapped begins with its class.
    cause = re.sub(r"^<class '[^']+'>: ", "", cause)
    advice = next((text for words, text in _ADVICE.items() if re.search(words, cause)), None)
    if advice is None and isinstance(error, OSError):
        advice = _UNREACHABLE
    if advice is None:
        return f"The database refused: {cause}"
    return f"{advice} ({cause})" if cause else advice
