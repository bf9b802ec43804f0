"""Channels that choose by words and languages, have quiet hours or ask first, among those that do not; planned together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.source import SourceSpec
from bot.domain.ticker_plan import Every
from bot.domain.words import WordKind
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.plan.words import normalized
from bot.store.database import Database
from tests.cast import BAKU
from tests.make import make_new_article
from tests.readers import Follow

MANY = 1000


class Desk:
    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self._planner = Planner(
            database=database,
            clock=clock,
            i18n=I18n(Language.RU, BAKU),
            zone=BAKU,
            default=Language.RU,
            sender_wake=Signal(),
        )

    async def wants(self, channel_id: DestinationId, kind: WordKind, *written: str) -> None:
        async with self.database.transaction() as tx:
            await tx.channel_words.put(channel_id, kind, [(normalized(word), word) for word in written])

    async def publish(self, title: str, **given: object) -> None:
        values: dict[str, object] = {"title": title, "lead": "", "body": ""}
        async with self.database.transaction() as tx:
            await tx.articles.add(
                make_new_article(f"url:https://example.org/{title}", **values | given), now=self.clock.now()
            )
        await self._planner.plan_due()

    async def got_it(self) -> list[int]:
        async with self.database.transaction() as tx:
            return [each.destination.id for each in await tx.claims.take(now=self.clock.now(), limit=2 * MANY)]


@pytest.fixture
def desk(newsroom: Database, clock: MovableClock) -> Desk:
    return Desk(newsroom, clock)


@pytest.mark.parametrize(
    ("title", "asking", "leaving_out", "both"),
    [
        ("Выборы в Баку", True, True, True),
        ("Выборы и футбол", True, False, False),
        ("Футбол", False, False, False),
        ("Погода", False, True, False),
    ],
)
async def test_words_decide_which_channels_get_an_article(
    desk: Desk, follow: Follow, title: str, *, asking: bool, leaving_out: bool, both: bool
) -> None:
    plain, asks, leaves_out, mixed = [await follow(-each, kind=DestinationKind.CHANNEL) for each in range(100, 104)]
    reader = await follow(1)
    await desk.wants(asks.id, WordKind.INCLUDE, "выборы", "парламент*")
    await desk.wants(leaves_out.id, WordKind.LEAVE_OUT, "футбол")
    await desk.wants(mixed.id, WordKind.INCLUDE, "выборы")
    await desk.wants(mixed.id, WordKind.LEAVE_OUT, "футбол")

    await desk.publish(title)

    expected = {plain: True, asks: asking, leaves_out: leaving_out, mixed: both, reader: True}
    assert sorted(await desk.got_it()) == sorted(each.id for each, gets in expected.items() if gets)


async def test_words_decide_which_tickers_get_a_line(desk: Desk, follow: Follow) -> None:
    asks, leaves_out = [await follow(-each, kind=DestinationKind.CHANNEL, modes=(Mode.TICKER,)) for each in (100, 101)]
    async with desk.database.transaction() as tx:
        for channel in (asks, leaves_out):
            await tx.destinations.set_delivery(
                channel.id, articles_on=False, ticker=Every(minutes=5), ticker_next_at=desk.clock.now()
            )
    await desk.wants(asks.id, WordKind.INCLUDE, "выборы")
    await desk.wants(leaves_out.id, WordKind.LEAVE_OUT, "выборы")

    await desk.publish("Выборы", is_headline=True)

    assert await desk.got_it() == [asks.id]


@pytest.mark.parametrize(("language", "gets"), [(Language.RU, True), (Language.AZ, True), (Language.EN, False)])
async def test_a_channel_gets_articles_in_its_other_editions_too(
    desk: Desk, follow: Follow, language: Language, *, gets: bool
) -> None:
    async with desk.database.transaction() as tx:
        for number, each in enumerate(Language):
            url = f"https://{each}.example.org/rss/"
            await tx.sources.put([SourceSpec(name=f"Source {number}", url=url, language=each)], now=desk.clock.now())
    channel = await follow(-100, kind=DestinationKind.CHANNEL)
    plain = await follow(-101, kind=DestinationKind.CHANNEL)
    async with desk.database.transaction() as tx:
        await tx.destinations.set_editions(channel.id, [Language.AZ])

    await desk.publish("Матч", language=language)

    got = await desk.got_it()
    assert (channel.id in got) is gets
    assert (plain.id in got) is (language is Language.RU)


async def test_a_thousand_channels_each_with_its_settings_cost_one_planning_statement(
    desk: Desk, newsroom: Database
) -> None:
    async with newsroom.transaction() as tx:
        for number in range(MANY):
            added = await tx.destinations.add(
                chat_id=-1000 - number, kind=DestinationKind.CHANNEL, language=Language.RU, now=desk.clock.now()
            )
            await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
            await tx.channel_words.put(
                added.id, WordKind.INCLUDE, [(word, word) for word in (f"слово{number}", f"счёт{number % 2}", "матч*")]
            )
            if number % 3 == 0:
                hours = QuietHours(start=number % 24, end=(number + 3) % 24, mode=QuietMode.HOLD)
                await tx.destinations.set_editions(added.id, [Language.AZ, Language.EN])
                await tx.destinations.set_quiet(added.id, hours)
            if number % 5 == 1:
                await tx.destinations.set_needs_approval(added.id, needs_approval=True)
            if number % 4 == 0:
                await tx.channel_words.put(added.id, WordKind.LEAVE_OUT, [(f"имя{number % 8}", f"имя{number % 8}")])

    with counted(newsroom, "INSERT INTO deliveries") as planning, counted(newsroom, "SELECT DISTINCT") as reading:
        await desk.publish("Матчи, имя4")

    # One for all channels and one for people; before them one asks which words there are at all.
    to_channels = [statement for statement in planning if "channel_words" in statement]
    assert (len(planning), len(to_channels)) == (2, 1)
    assert len([statement for statement in reading if "channel_words.word" in statement]) == 1
    # It is ten o'clock in Baku: some of them are quiet and get it later, and some wait for a word, however long that takes.
    at_once = len(await desk.got_it())
    desk.clock.advance(3 * 3600)
    chosen = [number for number in range(MANY) if number % 8]
    waiting = [number for number in chosen if number % 5 == 1]
    assert at_once < len(chosen) - len(waiting)
    assert at_once + len(await desk.got_it()) == len(chosen) - len(waiting)
    async with newsroom.transaction() as tx:
        assert len(await tx.approvals.awaiting_of(ArticleId(1), limit=MANY)) == len(waiting)


@contextmanager
def counted(database: Database, words: str) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in " ".join(statement.split()):
            seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
