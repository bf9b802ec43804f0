"""How soon after a kill -9 and a restart the fan-out goes on, and what the time is made of.

    python benchmarks/restart.py [--times 3] [--readers 300] [--database-url postgresql+asyncpg://…]

The sandbox runs in this process, the bot in its own, as `python -m bot run`, on an SQLite file unless told otherwise. In
the middle of a fan-out it is killed and at once started again. Prints seconds from the start of the process: until
everything is imported, until the database is ours and migrated, until the sandbox has the first message; then the processor
time until that message and of the imports alone, which is what remains where no other program runs. All are medians.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from bot.clock import MovableClock
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox

MARKS = ("Rubrika starts.", "Rubrika is running.")


async def measure(times: int, readers: int, database_url: str | None) -> None:
    clock = MovableClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = database_url or f"sqlite+aiosqlite:///{folder / 'rubrika.db'}"
        async with Sandbox(clock) as sandbox, SandboxClient(sandbox.url) as telegram:
            process, log = await _start(sandbox, folder, url)
            try:
                for reader in await telegram.crowd(readers, says="/start r-football"):
                    await reader.sees("Футбол", within=120)
                found = []
                for number in range(times):
                    before = await _sent(telegram)
                    await telegram.publishes(f"Новость {number}", rubric="Футбол")
                    await _calls_reach(telegram, clock, before + readers // 3)
                    process.kill()
                    await asyncio.to_thread(process.wait, 30)
                    began, calls = clock.now(), await _sent(telegram)
                    process, log = await _start(sandbox, folder, url)
                    await _calls_reach(telegram, clock, calls + 1)
                    marks = [(_logged(log, mark) - began).total_seconds() for mark in MARKS]
                    found.append((*marks, (clock.now() - began).total_seconds(), _processor_time(process.pid)))
                    await _calls_reach(telegram, clock, before + readers)
            finally:
                process.kill()
                await asyncio.to_thread(process.wait, 30)
    imported, running, sent, work = (statistics.median(each) for each in zip(*found, strict=True))
    print(
        f"restart after kill -9, {times} times, seconds: imported {imported:.2f}, running {running:.2f}, "
        f"first message {sent:.2f}; processor time {work:.2f}, of the imports {_import_time():.2f}"
    )


async def _start(sandbox: Sandbox, folder: Path, database_url: str) -> tuple[subprocess.Popen[bytes], Path]:
    newsroom = files("bot.sandbox").joinpath("newsroom.toml").read_text(encoding="utf-8")
    path, log = folder / "newsroom.toml", folder / "log"
    await asyncio.to_thread(path.write_text, newsroom.replace("{news}", sandbox.news_url.rstrip("/")), "utf-8")
    environment = {
        "BOT_TOKEN": sandbox.token,
        "DATABASE_URL": database_url,
        "NEWSROOM_FILE": str(path),
        "TELEGRAM_API_URL": sandbox.url,
        "HTTP_PORT": "0",
        "ALLOW_PRIVATE_SOURCES": "true",
        "BROADCAST_RATE": "30",
    }
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH"}}  # noqa: TID251
    with log.open("wb") as output:
        command = [sys.executable, "-m", "bot", "run"]
        process = await asyncio.to_thread(subprocess.Popen, command, env=inherited | environment, stderr=output)
    return process, log


async def _calls_reach(telegram: SandboxClient, clock: MovableClock, count: int) -> None:
    async with asyncio.timeout(120):
        while await _sent(telegram) < count:
            await clock.sleep(0.01)


async def _sent(telegram: SandboxClient) -> int:
    return sum(call.method.lower() in {"sendmessage", "sendphoto"} for call in await telegram.calls())


def _logged(log: Path, words: str) -> datetime:
    line = next(line for line in log.read_text("utf-8").splitlines() if words in line)
    return datetime.fromisoformat(line.split()[0])


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _import_time() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-c", "import bot.app"], check=True, timeout=60)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--readers", type=int, default=300)
    parser.add_argument("--database-url")
    given = parser.parse_args()
    asyncio.run(measure(given.times, given.readers, given.database_url))
