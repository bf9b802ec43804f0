"""How long from publishing to receiving, and what the idle process weighs.

    python benchmarks/publish_to_received.py [--articles 12] [--interval 10]

The sandbox runs in this process, the bot in its own, as `python -m bot run` with the default settings and an SQLite file.
Each article is published at another moment of the polling interval. Prints seconds: least, median, most; and the resident
memory of the bot after it has been idle, beside that of a process that only imported aiogram.
"""

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from bot.clock import MovableClock
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database

# Seconds without news before the memory is read.
IDLE = 15


async def measure(articles: int, interval: int) -> None:
    clock = MovableClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Sandbox(clock) as sandbox, SandboxClient(sandbox.url) as telegram:
            url = f"sqlite+aiosqlite:///{folder / 'rubrika.db'}"
            database = Database(url)
            await database.migrate()
            process = await _start(sandbox, folder, url, interval)
            try:
                await _imported(database, clock)
                alice = telegram.person("alice")
                await alice.opens_link("r-football")
                await alice.sees("Футбол", within=30)
                waits = []
                for number in range(articles):
                    await clock.sleep(random.uniform(0, interval))  # noqa: S311, any moment will do
                    began = clock.now()
                    await telegram.publishes(f"Новость {number}", rubric="Футбол")
                    await alice.sees(f"Новость {number}", within=interval + 20)
                    waits.append((clock.now() - began).total_seconds())
                await clock.sleep(IDLE)
                memory = _resident(process.pid)
            finally:
                process.terminate()
                await asyncio.to_thread(process.wait, 30)
    print(
        f"publish to received, {interval} s interval, {articles} articles: "
        f"least {min(waits):.1f} s, median {statistics.median(waits):.1f} s, most {max(waits):.1f} s"
    )
    bare = _bare_aiogram()
    print(f"memory of the idle process: {memory:.0f} MB; of a process that only imported aiogram: {bare:.0f} MB")


async def _start(sandbox: Sandbox, folder: Path, database_url: str, interval: int) -> subprocess.Popen[bytes]:
    newsroom = files("bot.sandbox").joinpath("newsroom.toml").read_text(encoding="utf-8")
    newsroom = newsroom.replace("{news}", sandbox.news_url.rstrip("/")).replace(
        "interval = 1", f"interval = {interval}"
    )
    path = folder / "newsroom.toml"
    await asyncio.to_thread(path.write_text, newsroom, "utf-8")
    environment = {
        "BOT_TOKEN": sandbox.token,
        "DATABASE_URL": database_url,
        "NEWSROOM_FILE": str(path),
        "TELEGRAM_API_URL": sandbox.url,
        "HTTP_PORT": "0",
        "ALLOW_PRIVATE_SOURCES": "true",
        "LOG_LEVEL": "ERROR",
    }
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH"}}  # noqa: TID251
    return await asyncio.to_thread(subprocess.Popen, [sys.executable, "-m", "bot", "run"], env=inherited | environment)


async def _imported(database: Database, clock: MovableClock) -> None:
    """Until every source has had its first import; what comes before is taken as read."""
    async with asyncio.timeout(60):
        while True:
            async with database.transaction() as tx:
                sources = await tx.sources.all()
            if sources and all(source.baseline_at for source in sources):
                break
            await clock.sleep(0.2)
    await database.close()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _bare_aiogram() -> float:
    code = "import aiogram, aiogram.types, pathlib; print(pathlib.Path('/proc/self/status').read_text())"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return int(printed.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=12)
    parser.add_argument("--interval", type=int, default=10)
    given = parser.parse_args()
    asyncio.run(measure(given.articles, given.interval))
