"""Sandbox and bot together on a temporary database: `python -m bot demo`. In: a port. Out: the address of the page.

The bot is the real one, opened as `run` opens it; only its settings point to the sandbox. What a newcomer should see is
set up the way people would do it: channels are connected through Telegram, then their menus are used.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.clock import MovableClock
from bot.domain.language import Language
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.services.newsroom import load
from bot.settings import Settings
from bot.settings import load as load_settings

EDGAR, OLGA = 1004, 1005
NEWS_CHANNEL, TICKER_CHANNEL = "Rubrika · Новости", "Rubrika · Коротко"
NEWS_RUBRICS = ("Xarici siyasət", "Region", "Biznes", "İKT")
# One article after the other so that a newcomer sees the news move without a tap; then the page is theirs.
ARTICLES = 60
FIRST_PAUSE, PAUSE = 2.0, 5.0
# Seconds for the bot to take in what the people did.
PATIENCE = 20.0

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Demo:
    app: App
    sandbox: Sandbox
    clock: MovableClock
    furnished: asyncio.Event

    @property
    def url(self) -> str:
        return f"{self.sandbox.url}/"

    async def run(self, *, articles: int = ARTICLES) -> str | None:
        """Until the app is stopped; meanwhile the site publishes `articles` of its own."""
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(self._play(articles))
            failure = await self.app.run()
            playing.cancel()
        return failure

    async def _play(self, articles: int) -> None:
        await self._furnish()
        await eventually(self._imported, self.clock)
        self.furnished.set()
        for number in range(articles):
            await self.clock.sleep(PAUSE if number else FIRST_PAUSE)
            self.sandbox.news.publish_sample()

    async def _furnish(self) -> None:
        """Two channels of camilla's, edgar as editor, everybody with the bot's chat open, alice with a rubric."""
        az = self.app.i18n.texts(Language.AZ)
        async with SandboxClient(self.sandbox.url) as telegram:
            await telegram.person("alice").opens_link("r-foreign-policy")
            for name in ("bob", "camilla", "edgar", "olga"):
                await telegram.person(name).sends("/start")
            await self.app.services.staff.appoint(EDGAR, name="Edgar", by=OLGA)
            menu = az("channels.menu")
            russian = (az("channels.open-language"), az("language.ru"), menu, az("channels.open-rubrics"))
            news = (*russian, *NEWS_RUBRICS, menu)
            await _connect(telegram.person("camilla"), NEWS_CHANNEL, taps=news)
            live = (az("channels.open-ticker"), az("schedule.button-live"), menu, az("channels.articles"))
            ticker = (*russian, az("rubrics.all"), menu, *live)
            await _connect(telegram.person("camilla"), TICKER_CHANNEL, taps=ticker)

    async def _imported(self) -> bool | None:
        """What is published before a source's first import is taken as read, so the play waits for it."""
        async with self.app.database.transaction() as tx:
            return all(source.baseline_at for source in await tx.sources.all()) or None


async def _connect(person: Person, title: str, *, taps: Sequence[str]) -> None:
    """A channel of this person's, set up by its menu."""
    channel = await person.creates_channel(title)
    await person.promotes_bot(channel)
    await person.sees(f"«{title}»", within=PATIENCE)
    for text in taps:
        await person.taps(text)


@asynccontextmanager
async def open_demo(*, port: int = 0, clock: MovableClock | None = None) -> AsyncIterator[Demo]:
    clock = clock or MovableClock()
    with tempfile.TemporaryDirectory(prefix="rubrika-demo-") as name:
        folder = Path(name)
        async with _sandbox(clock, port) as sandbox:
            template = files("bot.sandbox").joinpath("newsroom.toml").read_text(encoding="utf-8")
            newsroom = folder / "newsroom.toml"
            newsroom.write_text(template.replace("{news}", sandbox.news_url.rstrip("/")), encoding="utf-8")
            settings = sandbox_settings(sandbox, folder, newsroom)
            async with App.open(settings, clock, load(newsroom)) as app:
                yield Demo(app=app, sandbox=sandbox, clock=clock, furnished=asyncio.Event())


def sandbox_settings(sandbox: Sandbox, folder: Path, newsroom: Path, **given: object) -> Settings:
    """What `run` would read from the environment, for a bot that lives in the sandbox."""
    values: dict[str, object] = {
        "bot_token": sandbox.token,
        "owner_ids": (OLGA,),
        "database_url": f"sqlite+aiosqlite:///{folder / 'rubrika.db'}",
        "newsroom_file": newsroom,
        "telegram_api_url": sandbox.url,
        "http_port": 0,
        "allow_private_sources": True,
    }
    # Written out in full, so that a person's own environment does not leak into the sandbox.
    defaults = {name: field.default for name, field in Settings.model_fields.items() if name not in values | given}
    return load_settings(None, **{**defaults, **values, **given})


@asynccontextmanager
async def _sandbox(clock: MovableClock, port: int) -> AsyncIterator[Sandbox]:
    """On `port`, or on any free one when it is taken."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(Sandbox(clock, port=port))
        except OSError:
            sandbox = await stack.enter_async_context(Sandbox(clock, port=0))
        yield sandbox


async def eventually(look: Callable[[], Awaitable[Found | None]], clock: MovableClock) -> Found:
    async with asyncio.timeout(PATIENCE):
        while (found := await look()) is None:
            await clock.sleep(0.05)
    return found
