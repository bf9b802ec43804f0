"""The bot without its pace, and a profile of where its processor time goes: run by benchmarks/delivery.py.

    python -m benchmarks.unpaced_bot [FILE]     the App with a rate that is never reached; a profile of it goes to FILE

The profile is a sample each five milliseconds of processor time, by the library in which the main thread is; what the
database's own threads took is told apart.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from bot import __main__ as command
from bot import log, settings
from bot.app import App, spare_what_is_loaded
from bot.clock import SystemClock
from bot.services.newsroom import load

RATE = 1_000_000.0
_TICK = 0.005
# Parts of a file's path, and what is told of it; the innermost frame that has one counts.
_PLACES = {
    "/aiohttp/": "HTTP client (aiohttp)",
    "/aiogram/": "aiogram",
    "/pydantic/": "pydantic",
    "/sqlalchemy/": "SQLAlchemy",
    "/aiosqlite/": "database driver",
    "/asyncpg/": "database driver",
    "/prometheus_client/": "metrics",
    "/bot/send/": "our sender",
    "/bot/store/": "our store",
    "/bot/plan/": "our planner",
    "/asyncio/": "event loop",
}


class Profile:
    def __init__(self) -> None:
        self.samples: Counter[str] = Counter()

    def start(self) -> None:
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        while frame is not None:
            name = frame.f_code.co_filename
            for part, place in _PLACES.items():
                if part in name:
                    self.samples[place] += 1
                    return
            frame = frame.f_back
        self.samples["other"] += 1


async def run(profile: Profile | None) -> str | None:
    loaded = settings.load(env_file=None).model_copy(update={"broadcast_rate": RATE})
    log.configure("INFO", "text", [])
    async with App.open(loaded, SystemClock(), load(loaded.newsroom_file)) as app:
        command._stop_on_signals(app.stop)  # noqa: SLF001, the same process but for its rate
        spare_what_is_loaded()
        if profile is not None:
            profile.start()
        return await app.run()


if __name__ == "__main__":
    profile = Profile() if len(sys.argv) > 1 else None
    failure = asyncio.run(run(profile))
    if profile is not None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        Path(sys.argv[1]).write_text(json.dumps(profile.samples))
    sys.exit(failure)
