"""The whole bot in the test's own loop: the App as `run` opens it, pointed at the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from bot.app import App
from bot.clock import MovableClock
from bot.sandbox.demo import sandbox_settings
from bot.sandbox.server import Sandbox
from bot.services.newsroom import load
from bot.store.database import Database

# Real seconds that anything in a test may take before the test has failed.
PATIENCE = 20


@asynccontextmanager
async def running(
    sandbox: Sandbox, clock: MovableClock, folder: Path, *, database_url: str, **given: object
) -> AsyncIterator[App]:
    """Open and run it until the block ends; by then every source was imported, so that what is published is news."""
    settings = sandbox_settings(sandbox, folder, newsroom_file(sandbox, folder), database_url=database_url, **given)
    async with App.open(settings, clock, load(settings.newsroom_file)) as app, asyncio.TaskGroup() as group:
        run = group.create_task(app.run())
        try:
            await has_imported(app.database, clock)
            yield app
        finally:
            app.stop()
            failure = await run
        assert failure is None


def newsroom_file(sandbox: Sandbox, folder: Path) -> Path:
    template = files("bot.sandbox").joinpath("newsroom.toml").read_text(encoding="utf-8")
    path = folder / "newsroom.toml"
    path.write_text(template.replace("{news}", sandbox.news_url.rstrip("/")), encoding="utf-8")
    return path


async def has_imported(database: Database, clock: MovableClock) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.transaction() as tx:
                found = await tx.sources.all()
            if found and all(source.baseline_at is not None for source in found):
                return
            await clock.sleep(0.02)
