import asyncio
from datetime import timedelta

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.alert import AlertKind, NewAlert, source_key
from bot.domain.errors import GoneError, NotAnAddressError, UnknownSourceError
from bot.domain.health import SourceState
from bot.domain.language import Language
from bot.domain.source import Source, SourceId, SourceKind, SourceSpec, Trouble
from bot.services import Services
from bot.services.sources import Health
from bot.store.database import Database
from tests.make import make_new_article
from tests.services.conftest import EMPTY_FEED, FEED

REPORT = SourceId(1)


async def is_set(signal: Signal) -> bool:
    try:
        async with asyncio.timeout(0.05):
            return await signal.wait()
    except TimeoutError:
        return False


async def records(newsroom: Database, **values: object) -> None:
    async with newsroom.transaction() as tx:
        await tx.sources.record(REPORT, **values)


async def due(newsroom: Database, clock: MovableClock) -> list[SourceId]:
    async with newsroom.transaction() as tx:
        return [source.id for source in await tx.sources.due(clock.now(), limit=10)]


async def hold_some(newsroom: Database, clock: MovableClock, *, count: int) -> None:
    async with newsroom.transaction() as tx:
        for number in range(count):
            key = f"url:https://example.org/held-{number}"
            published = clock.now() - timedelta(hours=count - number)
            article = make_new_article(key, source_id=REPORT, held=True, published_at=published, title=str(number))
            await tx.articles.add(article, now=clock.now())
        await tx.sources.record(REPORT, held=True)
        key = source_key(AlertKind.HELD, REPORT)
        await tx.alerts.add(NewAlert(kind=AlertKind.HELD, key=key, source_id=REPORT), now=clock.now())


async def unplanned(newsroom: Database) -> list[tuple[str, bool]]:
    async with newsroom.transaction() as tx:
        found = [*await tx.articles.unplanned(limit=10), *await tx.articles.unfiled(limit=10)]
    return [(article.title, article.announced) for article in sorted(found, key=lambda article: article.id)]


async def test_what_needs_somebody_stands_first(services: Services, newsroom: Database, clock: MovableClock) -> None:
    async with newsroom.transaction() as tx:
        for name in ("failing", "silent", "paused", "well"):
            spec = SourceSpec(name=name, url=f"https://{name}.example/", language=Language.RU)
            source_id = await tx.sources.add(spec, now=clock.now())
            changes: dict[str, object] = {"baseline_at": clock.now()}
            if name == "failing":
                changes["failures"] = 1
            if name == "paused":
                changes["paused"] = True
            if name == "silent":
                key = source_key(AlertKind.SILENT, source_id)
                await tx.alerts.add(NewAlert(kind=AlertKind.SILENT, key=key, source_id=source_id), now=clock.now())
            await tx.sources.record(source_id, **changes)

    listed = [(each.source.spec.name, each.state) for each in await services.sources.all()]

    assert listed == [
        ("failing", SourceState.FAILING),
        ("silent", SourceState.SILENT),
        ("paused", SourceState.PAUSED),
        ("Report", SourceState.NEW),
        ("well", SourceState.OK),
    ]


async def test_health_tells_how_much_a_source_brings(
    services: Services, newsroom: Database, clock: MovableClock
) -> None:
    async with newsroom.transaction() as tx:
        for hour in range(1, 49):
            published = clock.now() - timedelta(hours=hour)
            article = make_new_article(f"url:https://example.org/{hour}", source_id=REPORT, published_at=published)
            await tx.articles.add(article, now=published)

    assert round((await services.sources.show(REPORT)).entries_a_day) == 24


async def test_a_paused_source_is_not_due_until_it_is_resumed(
    services: Services, newsroom: Database, clock: MovableClock, poller_wake: Signal
) -> None:
    paused = await services.sources.pause(REPORT)
    assert (paused.state, await due(newsroom, clock)) == (SourceState.PAUSED, [])

    await records(newsroom, next_poll_at=clock.now() + timedelta(hours=1))
    resumed = await services.sources.resume(REPORT)

    assert not resumed.source.paused
    assert await due(newsroom, clock) == [REPORT]
    assert await is_set(poller_wake)


@pytest.mark.parametrize("was_silent", [True, False])
async def test_a_resumed_source_has_time_to_speak_unless_it_was_silent_before(
    services: Services, newsroom: Database, clock: MovableClock, *, was_silent: bool
) -> None:
    await records(newsroom, silent_after=None if was_silent else clock.now(), paused=True)

    resumed = await services.sources.resume(REPORT)

    assert resumed.source.silent_after == (None if was_silent else clock.now() + timedelta(hours=2))


async def test_polling_now_makes_it_due_at_once(
    services: Services, newsroom: Database, clock: MovableClock, poller_wake: Signal
) -> None:
    await records(newsroom, next_poll_at=clock.now() + timedelta(hours=1))

    await services.sources.poll_now(REPORT)

    assert await due(newsroom, clock) == [REPORT]
    assert await is_set(poller_wake)


async def test_a_removed_source_is_gone_for_good_but_not_its_articles(
    services: Services, newsroom: Database, clock: MovableClock
) -> None:
    await hold_some(newsroom, clock, count=2)

    removed = await services.sources.remove(REPORT)

    assert removed.spec.name == "Report"
    assert await services.sources.all() == []
    assert await unplanned(newsroom) == [("0", True), ("1", True)]
    async with newsroom.transaction() as tx:
        await tx.sources.put([removed.spec], now=clock.now())
        assert await tx.alerts.untold(limit=10) == []
    assert await services.sources.all() == []


async def test_nothing_can_be_done_with_a_source_that_is_not_there(services: Services) -> None:
    sources = services.sources
    for wish in (sources.show, sources.pause, sources.resume, sources.poll_now, sources.remove, sources.test):
        with pytest.raises(UnknownSourceError):
            await wish(SourceId(77))


async def test_a_trial_tells_what_is_there_and_stores_nothing(services: Services, newsroom: Database) -> None:
    trial = await services.sources.test(REPORT)

    assert (trial.kind, trial.title, trial.entries) == (SourceKind.FEED, "Новости  соседа", 4)
    assert [(rubric.slug, count) for rubric, count in trial.rubrics] == [("football", 2)]
    assert trial.unknown == ("Погода",)
    assert [entry.title for entry in trial.newest] == ["Матч", "Ещё матч", "Дождь"]
    assert await unplanned(newsroom) == []


async def test_what_the_articles_page_has_is_not_missing(services: Services) -> None:
    assert (await services.sources.test(REPORT)).missing == ("pictures", "dates")


async def test_the_language_is_guessed_from_the_headlines(services: Services) -> None:
    assert (await services.sources.look(FEED, language=Language.AZ)).language is Language.RU


async def test_an_address_that_cannot_be_read_says_why(services: Services) -> None:
    with pytest.raises(GoneError) as refused:
        await services.sources.look("https://nowhere.example/", language=Language.RU)

    assert refused.value.trouble is Trouble.NOT_FOUND


@pytest.mark.parametrize(
    "link",
    ["новости", "ftp://example.org/rss", "https://", "https://exa mple.org/", "https://example.org/" + "a" * 1000],
    ids=["a word", "another protocol", "no host", "a blank", "too long"],
)
async def test_what_is_no_address_is_refused(services: Services, link: str) -> None:
    with pytest.raises(NotAnAddressError):
        await services.sources.find(link)
    with pytest.raises(NotAnAddressError):
        await services.sources.look(link, language=Language.RU)
    with pytest.raises(NotAnAddressError):
        await services.sources.add(link, name="Сосед", language=Language.RU)


@pytest.mark.parametrize(
    "link",
    ["https://example.org/rss/", "http://www.example.org/rss", "example.org/rss/?utm_source=x"],
    ids=["as it is", "a mirror", "without a scheme"],
)
async def test_a_source_that_is_there_is_found_whichever_way_it_is_written(services: Services, link: str) -> None:
    found = await services.sources.find(link)

    assert found is not None
    assert found.source.id == REPORT


async def add(services: Services, **given: object) -> tuple[Health, bool]:
    values: dict[str, object] = {"name": " Новости  соседа ", "language": Language.AZ}
    return await services.sources.add(FEED, **(values | given))  # type: ignore[arg-type]


async def one(newsroom: Database, source_id: SourceId) -> Source:
    async with newsroom.transaction() as tx:
        source = await tx.sources.get(source_id)
    assert source is not None
    return source


async def test_an_added_source_is_polled_at_once_and_its_first_import_is_taken_as_read(
    services: Services, newsroom: Database, clock: MovableClock, poller_wake: Signal
) -> None:
    added, is_new = await add(services)

    assert is_new
    assert added.source.spec == SourceSpec(name="Новости соседа", url=FEED, language=Language.AZ, interval=60)
    assert (added.state, added.source.baseline_at) == (SourceState.NEW, None)
    assert added.source.id in await due(newsroom, clock)
    assert await is_set(poller_wake)


async def test_a_source_is_added_once(services: Services) -> None:
    first, _ = await add(services)
    second, is_new = await add(services, name="Другое имя")

    assert not is_new
    assert second.source == first.source


async def test_a_source_without_a_name_gets_that_of_its_host(services: Services) -> None:
    added, _ = await add(services, name=" ")

    assert added.source.spec.name == "neighbour.example"


async def test_a_removed_source_that_is_added_again_begins_anew(
    services: Services, newsroom: Database, clock: MovableClock
) -> None:
    first, _ = await add(services)
    async with newsroom.transaction() as tx:
        await tx.sources.record(
            first.source.id, baseline_at=clock.now(), etag="x", failures=3, trouble="timeout", paused=True
        )
    await services.sources.remove(first.source.id)

    again, is_new = await add(services)

    assert is_new
    assert again.source == await one(newsroom, first.source.id)
    assert again.source == first.source


async def test_an_empty_feed_is_a_trial_of_nothing(services: Services) -> None:
    assert (await services.sources.look(EMPTY_FEED, language=Language.EN)).entries == 0
