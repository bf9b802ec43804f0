"""What editors are told of a source's health, poll by poll: each trouble once, and its end once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.alert import Alert, AlertKind
from bot.domain.article import NewArticle
from bot.domain.errors import GoneError, SourceError
from bot.domain.language import Language
from bot.domain.source import Shape, Source, SourceSpec, Trouble
from bot.ingest import health
from bot.store.database import Database
from tests.make import make_new_article

MINUTE = 60
HOUR = 60 * MINUTE


class Polls:
    """The polls of one source, and what has come of them so far."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self) -> None:
        async with self._database.transaction() as tx:
            spec = SourceSpec(name="News", url="https://news.example/rss/", language=Language.RU)
            source_id = await tx.sources.add(spec, now=self._clock.now())
            await tx.sources.record(source_id, baseline_at=self._clock.now())

    async def source(self) -> Source:
        async with self._database.transaction() as tx:
            (source,) = await tx.sources.all()
        return source

    async def fail(self, trouble: Trouble = Trouble.TIMEOUT) -> None:
        source = await self.source()
        error = SourceError("It failed.", trouble=trouble)
        if trouble is Trouble.GONE:
            error = GoneError("It is gone.", status=410)
        async with self._database.transaction() as tx:
            await tx.sources.record(source.id, failures=source.failures + 1)
            await health.after_failure(tx, source, error, self._clock.now())

    async def succeed(
        self, new: Sequence[NewArticle] = (), *, spoke: bool = False, fallback: Trouble | None = None
    ) -> None:
        source = await self.source()
        error = SourceError("It failed.", trouble=fallback) if fallback else None
        async with self._database.transaction() as tx:
            await tx.sources.record(source.id, failures=0)
            for article in new:
                await tx.articles.add(replace(article, source_id=source.id), now=self._clock.now())
            await health.after_success(tx, source, new, self._clock.now(), spoke=spoke or bool(new))
            await health.on_fallback(tx, source, error, self._clock.now())

    async def publish(self, name: str, **given: object) -> None:
        key = f"url:https://news.example/{name}"
        values: dict[str, object] = {"body": "Текст.", "published_at": self._clock.now()}
        await self.succeed([make_new_article(key, **(values | given))])

    async def remember(self, times: Iterable[datetime]) -> None:
        """What it published then."""
        source = await self.source()
        async with self._database.transaction() as tx:
            for number, time in enumerate(times):
                key = f"url:https://news.example/then-{number}"
                article = make_new_article(key, published_at=time, source_id=source.id)
                await tx.articles.add(article, now=time)

    async def alerts(self) -> list[Alert]:
        async with self._database.transaction() as tx:
            return await tx.alerts.untold(limit=100)

    async def told(self) -> list[AlertKind]:
        return [alert.kind for alert in await self.alerts()]


@pytest.fixture
async def polls(database: Database, clock: MovableClock) -> Polls:
    opened = Polls(database, clock)
    await opened.begin()
    return opened


async def publish_for_days(polls: Polls, clock: MovableClock, *, days: int) -> None:
    """Something every other hour, day and night, until now."""
    await polls.remember(clock.now() - timedelta(hours=hours) for hours in range(2, days * 24, 2))
    await polls.publish("newest")


async def test_a_lasting_failure_and_its_end_are_told_once_each(polls: Polls, clock: MovableClock) -> None:
    for _ in range(6):
        await polls.fail()
        clock.advance(10 * MINUTE)
    failing = await polls.source()
    for _ in range(2):
        await polls.succeed()
    well = await polls.source()

    assert await polls.told() == [AlertKind.FAILING, AlertKind.RECOVERED]
    assert (await polls.alerts())[0].arguments == {"trouble": "timeout"}
    assert (failing.trouble, failing.failing_since) == (Trouble.TIMEOUT, clock.now() - timedelta(hours=1))
    assert (well.trouble, well.failing_since) == (None, None)


async def test_it_is_told_again_when_it_comes_again(polls: Polls, clock: MovableClock) -> None:
    for _ in range(2):
        for _ in range(4):
            await polls.fail()
            clock.advance(10 * MINUTE)
        await polls.succeed()

    assert await polls.told() == [AlertKind.FAILING, AlertKind.RECOVERED] * 2


async def test_a_hiccup_is_told_to_nobody(polls: Polls, clock: MovableClock) -> None:
    for _ in range(3):
        await polls.fail()
        clock.advance(5 * MINUTE)
    await polls.succeed()

    assert await polls.told() == []


async def test_an_address_that_is_gone_for_good_is_told_at_once(polls: Polls) -> None:
    await polls.fail(Trouble.GONE)

    assert await polls.told() == [AlertKind.FAILING]


async def test_a_fallback_that_lasts_and_its_end_are_told_once_each(polls: Polls, clock: MovableClock) -> None:
    for _ in range(5):
        await polls.succeed(fallback=Trouble.CERTIFICATE)
        clock.advance(10 * MINUTE)
    lasting = await polls.source()
    for _ in range(2):
        await polls.succeed()

    assert await polls.told() == [AlertKind.FALLBACK, AlertKind.FALLBACK_OVER]
    assert (lasting.trouble, lasting.fallback_since) == (Trouble.CERTIFICATE, clock.now() - timedelta(minutes=50))
    assert (await polls.source()).fallback_since is None


async def test_a_fallback_for_one_poll_is_told_to_nobody(polls: Polls, clock: MovableClock) -> None:
    await polls.succeed(fallback=Trouble.TIMEOUT)
    clock.advance(HOUR)
    await polls.succeed()

    assert await polls.told() == []


async def test_a_fallback_remembers_why_also_after_everything_had_failed(polls: Polls, clock: MovableClock) -> None:
    await polls.succeed(fallback=Trouble.TIMEOUT)
    await polls.fail()
    clock.advance(MINUTE)
    await polls.succeed(fallback=Trouble.TIMEOUT)

    assert (await polls.source()).trouble is Trouble.TIMEOUT


async def test_silence_and_its_end_are_told_once_each(polls: Polls, clock: MovableClock) -> None:
    await publish_for_days(polls, clock, days=10)
    last = clock.now()
    before = await polls.told()
    for _ in range(24):
        await polls.succeed()
        clock.advance(HOUR)
    silent = await polls.alerts()
    for number in range(3):
        await polls.publish(f"late-{number}")

    assert before == []
    assert [alert.kind for alert in silent] == [AlertKind.SILENT]
    assert silent[0].arguments == {"since": last.isoformat()}
    assert await polls.told() == [AlertKind.SILENT, AlertKind.SPEAKING]


async def test_what_a_mirror_brings_later_than_others_is_no_silence(polls: Polls, clock: MovableClock) -> None:
    await publish_for_days(polls, clock, days=10)
    for _ in range(24):
        await polls.succeed(spoke=True)
        clock.advance(HOUR)

    assert await polls.told() == []


async def test_after_a_failure_a_source_has_time_to_speak(polls: Polls, clock: MovableClock) -> None:
    await publish_for_days(polls, clock, days=10)
    for _ in range(20):
        await polls.fail()
        clock.advance(HOUR)
    for _ in range(2):
        await polls.succeed()
        clock.advance(HOUR)

    assert await polls.told() == [AlertKind.FAILING, AlertKind.RECOVERED]


async def test_a_silent_source_that_also_fails_is_silent_until_it_speaks(polls: Polls, clock: MovableClock) -> None:
    await publish_for_days(polls, clock, days=10)
    clock.advance(24 * HOUR)
    await polls.succeed()
    await polls.fail()
    await polls.succeed()
    await polls.publish("late")

    assert await polls.told() == [AlertKind.SILENT, AlertKind.SPEAKING]


async def test_lost_bodies_and_rubrics_are_told_apart_and_once(polls: Polls) -> None:
    for number in range(20):
        await polls.publish(f"whole-{number}")
    for number in range(10):
        await polls.publish(f"poor-{number}", body="", categories=())
    await polls.publish("whole-again")

    told = [(alert.kind, alert.arguments["aspect"]) for alert in await polls.alerts()]
    assert told == [
        (AlertKind.RESHAPED, "body"),
        (AlertKind.RESHAPED, "rubric"),
        (AlertKind.SHAPE_RESTORED, "body"),
        (AlertKind.SHAPE_RESTORED, "rubric"),
    ]


async def test_a_first_import_leaves_the_shape_open(polls: Polls) -> None:
    await polls.publish("old", baseline=True)

    assert (await polls.source()).shape == Shape()
    assert (await polls.source()).silent_after is not None
