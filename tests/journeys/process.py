"""The bot as a process of its own, `python -m bot run`, so that it can be stopped, killed and started again."""

import asyncio
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from tests.running import newsroom_file

ROOT = Path(__file__).parents[2]
# Real seconds: a start imports everything and migrates, and other tests run beside it.
PATIENCE = 90


class BotProcess:
    def __init__(self, process: asyncio.subprocess.Process, log: Path, clock: MovableClock) -> None:
        self._process = process
        self._clock = clock
        self._log = log

    async def has_said(self, words: str) -> str:
        """Until they stand in its log; their line."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for line in self.log().splitlines():
                    if words in line:
                        return line
                assert self.is_running, self.log()
                await self._clock.sleep(0.02)

    async def is_up(self) -> str:
        """Until it serves HTTP; its address there."""
        line = await self.has_said("Rubrika is running")
        return line.rpartition("http=")[2].strip()

    async def is_ready(self) -> None:
        url = await self.is_up()
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return
                await self._clock.sleep(0.02)

    async def readiness(self) -> tuple[int, str]:
        url = await self.is_up()
        async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
            return answer.status, await answer.text()

    async def figures(self) -> str:
        """What it says at /metrics."""
        url = await self.is_up()
        async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
            return await answer.text()

    async def hang(self) -> None:
        """It stands still, with all its connections open."""
        self._process.send_signal(signal.SIGSTOP)

    async def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        await self._process.wait()

    async def terminate(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return await self.ends()

    async def ends(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@asynccontextmanager
async def started(
    sandbox: Sandbox, clock: MovableClock, folder: Path, database_url: str, **given: str
) -> AsyncIterator[BotProcess]:
    """`given` are environment variables; the process is killed at the end if it still runs."""
    environment = {
        "BOT_TOKEN": sandbox.token,
        "OWNER_IDS": "1005",
        "DATABASE_URL": database_url,
        "NEWSROOM_FILE": str(newsroom_file(sandbox, folder)),
        "TELEGRAM_API_URL": sandbox.url,
        "HTTP_PORT": "0",
        "ALLOW_PRIVATE_SOURCES": "true",
        "PYTHONPATH": str(ROOT),
    }
    log = folder / f"bot-{uuid.uuid4().hex[:8]}.log"
    with log.open("w") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment | given, cwd=folder, stdout=output, stderr=output
        )
    try:
        yield BotProcess(process, log, clock)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
