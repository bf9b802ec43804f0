"""A day and a night of a live ticker: three hundred lines, corrections, recalls and a restart, each edit looked at."""

import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.delivery import DeliveryState
from bot.domain.ticker_plan import Live
from bot.sandbox.client import Action, Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.cast import BAKU
from tests.journeys.conftest import connects, publishes_in_russian, sets, takes_rubric
from tests.make import make_new_article
from tests.running import running

# Thirteen waves from ten in the morning on, a headline, one line at 00:03, two waves in the morning after.
WAVES, ITEMS_A_WAVE, NIGHT_WAVES, RESTART, ITEMS = 13, 22, 2, 2, 300
# Those of the lines that came, and one a correction or recall.
EDITS_A_WAVE = 4
# Kept by Telegram: a bold header, a time and a link a line.
MAX_ENTITIES, MAX_TEXT, A_MINUTE = 100, 4096, 20
LINE = re.compile(
    r'<time data-unix="(?P<unix>\d+)" data-format="(?P<shape>d?t)">(?P<time>[^<]*)</time> '
    r'(?:<a href="(?P<url>[^"]*)"[^>]*>)?(?P<title>[^<]*)(?:</a>)? · Футбол'
)


@dataclass(slots=True, kw_only=True)
class Item:
    """An article as the newsroom has it now."""

    id: ArticleId
    title: str
    published_at: datetime
    is_recalled: bool = False


@dataclass(slots=True, kw_only=True)
class Day:
    """What one message is to show: the lines that were read on this day of the newsroom."""

    day: date
    items: list[Item] = field(default_factory=list)

    def lines(self) -> list[str]:
        """All of them, newest first, as they would stand if there were room."""
        standing = [item for item in self.items if not item.is_recalled]
        newest_first = sorted(standing, key=lambda item: (item.published_at, item.id), reverse=True)
        return [f"{self._time(item.published_at.astimezone(BAKU))} {item.title} · Футбол" for item in newest_first]

    def _time(self, at: datetime) -> str:
        return f"{at:%H:%M}" if at.date() == self.day else f"{at.day} марта, {at:%H:%M}"


class Newsroom:
    """The bot at work, a restart away from the next one, and the day as it ought to look."""

    def __init__(self, sandbox: Sandbox, clock: MovableClock, folder: Path, database_url: str) -> None:
        self.clock = clock
        self.days: list[Day] = []
        self.items: list[Item] = []
        self.app: App
        self.started_at = clock.now()
        self._sandbox, self._folder, self._url = sandbox, folder, database_url
        self._stack = AsyncExitStack()

    async def starts(self) -> None:
        self.started_at = self.clock.now()
        self.app = await self._stack.enter_async_context(
            running(self._sandbox, self.clock, self._folder, database_url=self._url)
        )

    async def stops(self) -> None:
        await self._stack.aclose()

    @property
    def today(self) -> Day:
        day = self.clock.now().astimezone(BAKU).date()
        if not self.days or self.days[-1].day != day:
            self.days.append(Day(day=day))
        return self.days[-1]

    async def brings(self, count: int, chance: random.Random) -> None:
        """So many articles of the last half hour, read at once."""
        for _ in range(count):
            number = len(self.items) + 1
            words = " ".join(["слово"] * chance.randint(1, 25))
            await self.brings_one(
                f"Новость {number}: {words}", self.clock.now() - timedelta(seconds=chance.randint(0, 1800))
            )

    async def brings_one(self, title: str, published_at: datetime, **given: Any) -> Item:
        key = f"url:https://example.org/{len(self.items) + 1}"
        new = make_new_article(key, title=title, published_at=published_at, **given)
        async with self.app.database.transaction() as tx:
            article_id = await tx.articles.add(new, now=self.clock.now())
        assert article_id is not None
        item = Item(id=article_id, title=title, published_at=published_at.replace(microsecond=0))
        self.items.append(item)
        self.today.items.append(item)
        return item

    async def corrects(self, item: Item, title: str) -> None:
        new = make_new_article(
            "url:", url=f"https://example.org/{item.id}", title=title, published_at=item.published_at
        )
        async with self.app.database.transaction() as tx:
            await tx.articles.correct(item.id, new, now=self.clock.now())
        item.title = title

    async def recalls(self, item: Item) -> None:
        async with self.app.database.transaction() as tx:
            assert await tx.articles.recall(item.id)
        item.is_recalled = True

    async def rests(self) -> None:
        """Until all is read, planned, taken and sent; the clock goes on a second at a time."""
        for _ in range(600):
            self.clock.advance(2)
            await self.clock.sleep(0.1)
            if await self._is_idle():
                return
        raise AssertionError("The newsroom does not come to rest.")

    async def _is_idle(self) -> bool:
        """Asked in the direction of the flow, so that nothing slips by between two questions."""
        now = self.clock.now()
        async with self.app.database.transaction() as tx:
            (channel,) = await tx.destinations.channels()
            is_under_way = (
                await tx.articles.unplanned(limit=1)
                or await tx.tickers.waiting(channel.id)
                or await tx.live_tickers.due(now=now, day=now.astimezone(BAKU).date(), limit=1)
            )
            counts = await tx.outbox.count_states()
        return not (is_under_way or counts.get(DeliveryState.QUEUED) or counts.get(DeliveryState.SENDING))


@pytest.fixture
async def newsroom(sandbox: Sandbox, clock: MovableClock, tmp_path: Path, database_url: str) -> AsyncIterator[Newsroom]:
    made = Newsroom(sandbox, clock, tmp_path, database_url)
    await made.starts()
    # What the site of the sandbox publishes is not what this is about.
    for listed in await made.app.services.sources.all():
        await made.app.services.sources.pause(listed.source.id)
    yield made
    await made.stops()


@pytest.fixture
async def channel(newsroom: Newsroom, camilla: Person) -> Channel:
    """A live ticker of football, in Russian, set up by its menu."""
    created = await connects(camilla, "Коротко")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    await sets(camilla, "Tiker", "Canlı")
    await camilla.taps("Məqalələr")
    async with newsroom.app.database.transaction() as tx:
        (found,) = await tx.destinations.channels()
    assert (found.ticker, found.articles_on) == (Live(), False)
    return created


def shown(text: str) -> list[str]:
    return text.split("\n\n")[1:]


def assert_shows(action: Action, day: Day) -> None:
    """The day's newest lines, and as many of them as Telegram takes."""
    lines, wanted = shown(action.text), day.lines()
    assert action.text.startswith(f"Коротко · {day.day.day} марта\n\n")
    assert lines == wanted[: len(lines)]
    if len(lines) < len(wanted):
        longer = len(action.text) + len("\n\n") + len(wanted[len(lines)])
        assert 1 + 2 * (len(lines) + 1) > MAX_ENTITIES or longer > MAX_TEXT


def assert_is_within_the_limits(action: Action) -> None:
    found = list(LINE.finditer(action.html))
    assert len(found) == action.html.count("<time") == len(shown(action.text)) - action.text.count("новостей пока нет")
    assert 1 + 2 * len(found) <= MAX_ENTITIES
    assert len(action.text) <= MAX_TEXT
    moments = [int(match["unix"]) for match in found]
    assert moments == sorted(moments, reverse=True)


def assert_keeps_the_pace(actions: list[Action]) -> None:
    for first, beyond in zip(actions, actions[A_MINUTE:], strict=False):
        assert beyond.at - first.at >= timedelta(minutes=1)


def assert_one_is_pinned(actions: list[Action]) -> int:
    """At any moment at most one; gives the last."""
    pinned: list[int] = []
    for action in actions:
        if action.kind == "pinned":
            pinned.append(action.message_id)
        elif action.kind == "unpinned":
            pinned.remove(action.message_id)
        assert len(pinned) <= 1
    (last,) = pinned
    return last


async def test_a_day_and_a_night_of_a_live_ticker(
    newsroom: Newsroom, channel: Channel, telegram: SandboxClient
) -> None:
    await _passes_a_day(newsroom, channel)
    await _brings_a_headline_then_its_article(newsroom, channel)
    burst = await _corrects_many_at_once(newsroom, channel)
    evening = newsroom.today
    await _passes_a_night(newsroom, channel)
    await newsroom.corrects(next(item for item in reversed(evening.items) if not item.is_recalled), "Вчерашнее")
    await newsroom.rests()

    actions = await channel.recent_actions()
    first, second = (action.message_id for action in actions if action.kind == "posted")
    edits = [action for action in actions if action.kind == "edited"]
    assert {action.message_id for action in edits} == {first, second}
    assert edits[-1].message_id == first
    assert_shows(edits[-1], evening)
    for action in actions:
        assert_is_within_the_limits(action)
    assert_keeps_the_pace(actions)
    assert assert_one_is_pinned(actions) == second
    assert len(newsroom.items) == ITEMS
    # A wave of news with its corrections and recall is a few edits, and none of them in vain.
    assert len(edits) - len(burst) <= EDITS_A_WAVE * (WAVES + NIGHT_WAVES) + 5
    calls = [call for call in await telegram.calls() if call.chat_id == channel.id and call.method != "getChatMember"]
    # What a message shows is not remembered over the restart, so there one edit may come to nothing.
    in_vain = [call for call in calls if not call.is_ok]
    assert len(in_vain) <= 1, in_vain
    assert all("message is not modified" in call.outcome for call in in_vain), in_vain
    for call in in_vain:
        assert timedelta() <= datetime.fromisoformat(call.at) - newsroom.started_at <= timedelta(minutes=10), call


async def _passes_a_day(newsroom: Newsroom, channel: Channel) -> None:
    """From ten in the morning: each hour news, two corrections and a recall; at noon the process is away for a while."""
    chance = random.Random(20260302)  # noqa: S311, a day that is the same each time
    for wave in range(WAVES):
        if wave:
            standing = [item for item in newsroom.today.items if not item.is_recalled][-12:]
            await newsroom.corrects(standing[0], f"Уточнено: {standing[0].title}"[:150])
            await newsroom.corrects(standing[5], "Короче")
            await newsroom.recalls(standing[9])
        await newsroom.brings(ITEMS_A_WAVE, chance)
        if wave == RESTART:
            await newsroom.stops()
            newsroom.clock.advance(40 * 60)
            await newsroom.starts()
        await newsroom.rests()
        assert_shows((await channel.recent_actions())[-1], newsroom.today)
        newsroom.clock.advance(_until_next_hour(newsroom.clock.now()))


async def _brings_a_headline_then_its_article(newsroom: Newsroom, channel: Channel) -> None:
    """A line of a latest-news block stands without its article, and gets its link when that comes."""
    headline = await newsroom.brings_one("Срочно", newsroom.clock.now(), url=None, is_headline=True)
    await newsroom.rests()
    without = (await channel.recent_actions())[-1]
    await newsroom.corrects(headline, "Срочно")
    await newsroom.rests()
    linked = (await channel.recent_actions())[-1]

    first_lines = [LINE.search(action.html) for action in (without, linked)]
    assert [(line["title"], line["url"]) for line in first_lines if line] == [
        ("Срочно", None),
        ("Срочно", f"https://example.org/{headline.id}"),
    ]


async def _corrects_many_at_once(newsroom: Newsroom, channel: Channel) -> list[Action]:
    """Thirty corrections in one moment; gives the edits that they are."""
    before = len(await channel.recent_actions())
    for item in [item for item in newsroom.today.items if not item.is_recalled][-30:]:
        await newsroom.corrects(item, f"Исправлено {item.id}")
    await newsroom.rests()
    burst = (await channel.recent_actions())[before:]
    assert {action.kind for action in burst} == {"edited"}
    assert len(burst) <= A_MINUTE
    assert_shows(burst[-1], newsroom.today)
    return burst


async def _passes_a_night(newsroom: Newsroom, channel: Channel) -> None:
    """Midnight, a line dated 23:58 and read at 00:03, silence, and the news of the morning."""
    newsroom.clock.advance(_until_midnight(newsroom.clock.now()))
    await newsroom.rests()
    midnight = (await channel.recent_actions())[-3:]
    assert [action.kind for action in midnight] == ["posted", "unpinned", "pinned"]
    assert midnight[0].text == "Коротко · 3 марта\n\nСегодня новостей пока нет."
    assert midnight[0].is_silent

    newsroom.clock.advance(3 * 60)
    await newsroom.brings_one("Поздняя новость", datetime(2026, 3, 2, 19, 58, tzinfo=UTC))
    await newsroom.rests()
    late = (await channel.recent_actions())[-1]
    assert (shown(late.text), 'data-format="dt"' in late.html) == (["2 марта, 23:58 Поздняя новость · Футбол"], True)

    newsroom.clock.advance(7 * 3600)
    chance = random.Random(20260303)  # noqa: S311, a morning that is the same each time
    for _ in range(NIGHT_WAVES):
        newsroom.clock.advance(3600)
        await newsroom.brings((ITEMS - 2 - ITEMS_A_WAVE * WAVES) // NIGHT_WAVES, chance)
        await newsroom.rests()
        assert_shows((await channel.recent_actions())[-1], newsroom.today)


def _until_next_hour(now: datetime) -> float:
    return 3600 - now.timestamp() % 3600


def _until_midnight(now: datetime) -> float:
    """The newsroom's, in seconds."""
    local = now.astimezone(BAKU)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), BAKU)
    return (midnight - local).total_seconds()
