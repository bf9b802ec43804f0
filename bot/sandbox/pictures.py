"""The README's pictures: `python -m bot.sandbox.pictures docs`. In: a folder. Out: its PNGs, of scenes in a demo of its own.

The clock begins at a fixed moment, so that they come out alike whenever they are taken. What they need tells screenshot.py.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.clock import MovableClock
from bot.domain.language import Language
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.demo import Demo, eventually, open_demo
from bot.sandbox.screenshot import ScreenshotError, take

# Monday, 2 March 2026, 9:40 in Baku.
_MORNING = datetime(2026, 3, 2, 5, 40, tzinfo=UTC)
# Articles, in three languages by turns, for the first picture and for the others.
_FIRST, _MORE = 8, 16
_APART = 7 * 60.0
_PATIENCE = 20.0
_BRIEF = "Rubrika · In brief"
_PHONE, _SCALE = 420, 1.5


async def take_all(folder: Path) -> None:
    async with open_demo(clock=MovableClock(_MORNING)) as demo, asyncio.TaskGroup() as group:
        running = group.create_task(demo.run(articles=0))
        try:
            await demo.furnished.wait()
            async with SandboxClient(demo.sandbox.url) as telegram:
                await _publish(demo, _FIRST)
                # A newcomer's first minutes: the news site, a subscriber, a channel and a ticker side by side.
                await take(demo.url, folder / "demo.png")
                bob = telegram.person("bob")
                brief = await _open_channel(demo, bob)
                await _publish(demo, _MORE)
                # One pinned message with the lines of a morning.
                ticker = f"{demo.url}#{brief.id}"
                await take(ticker, folder / "ticker.png", width=_PHONE, height=720, scale=_SCALE, chat=_BRIEF)
                await _take_menu(demo, bob, folder / "menu.png")
        finally:
            demo.app.stop()
            await running


async def _open_channel(demo: Demo, bob: Person) -> Channel:
    """A channel of bob's in English with nothing but a live ticker, of every rubric; its menu is open."""
    texts = demo.app.i18n.texts(Language.EN)
    channel = await bob.creates_channel(_BRIEF)
    await bob.promotes_bot(channel)
    await bob.sees(_BRIEF, within=_PATIENCE)
    rubrics = ("channels.open-rubrics", "rubrics.all", "channels.menu")
    ticker = ("channels.open-ticker", "schedule.button-live", "channels.menu", "channels.articles")
    for key in (*rubrics, *ticker):
        await bob.taps(texts(key), within=_PATIENCE)
    return channel


async def _take_menu(demo: Demo, bob: Person, file: Path) -> None:
    """How posts look, above the last article that shows it."""
    texts = demo.app.i18n.texts(Language.EN)
    for key in ("channels.open-posts", "posts.share", "posts.subscribe", "posts.hashtags"):
        await bob.taps(texts(key), within=_PATIENCE)
    await bob.sees("#", within=_PATIENCE)
    await take(f"{demo.url}#{bob.id}", file, width=_PHONE, height=1280, scale=_SCALE, chat="Bob")


async def _publish(demo: Demo, count: int) -> None:
    """One article after the other, each some minutes after the one before it was read and sent."""
    for _ in range(count):
        demo.clock.advance(_APART)
        url = demo.sandbox.news.publish_sample()
        await eventually(partial(_is_out, demo, url), demo.clock)


async def _is_out(demo: Demo, url: str) -> bool | None:
    async with demo.app.database.transaction() as tx:
        read = await tx.articles.latest(rubrics=(), languages=list(Language), limit=1)
        waits = await tx.articles.unplanned(limit=1) or await tx.outbox.count_queued()
    return None if waits or not read or read[0].url != url else True


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.pictures", description="Takes the README's pictures.")
    parser.add_argument("folder", type=Path, help="where the PNGs go")
    folder = parser.parse_args(arguments).folder
    failed = False
    try:
        asyncio.run(take_all(folder))
    except* ScreenshotError as errors:
        sys.stderr.write(f"{errors.exceptions[0]}\n")
        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
