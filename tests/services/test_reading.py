from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.services import Services
from bot.services.reading import Latest
from bot.store.database import Database
from tests.cast import ALICE, BOB, CAMILLA
from tests.delivering import Desk
from tests.make import MORNING, make_new_article
from tests.readers import Follow


@pytest.fixture
async def published(newsroom: Database, clock: MovableClock) -> None:
    """One article a rubric and language, each an hour after the one before."""
    given = [("football", Language.RU), ("region", Language.RU), ("football", Language.EN)]
    async with newsroom.transaction() as tx:
        for hour, (rubric, language) in enumerate(given):
            new = make_new_article(
                f"url:https://example.org/{rubric}-{language}",
                title=f"{rubric} {language}",
                language=language,
                published_at=MORNING + timedelta(hours=hour),
            )
            article_id = await tx.articles.add(new, now=clock.now())
            assert article_id is not None
            await tx.articles.set_rubrics(article_id, [Slug(rubric)])


def titles(latest: Latest) -> list[str]:
    return [story.article.title for story in latest.stories]


@pytest.mark.usefixtures("published")
async def test_who_has_chosen_nothing_reads_everything_newest_first(services: Services) -> None:
    latest = await services.reading.latest(ALICE, Language.RU)

    assert not latest.is_own
    assert titles(latest) == ["region ru", "football ru"]


@pytest.mark.usefixtures("published")
async def test_chosen_rubrics_narrow_what_is_read(services: Services, follow: Follow) -> None:
    await follow(ALICE, "football")

    latest = await services.reading.latest(ALICE, Language.RU)

    assert latest.is_own
    assert titles(latest) == ["football ru"]
    assert [rubric.slug for story in latest.stories for rubric in story.rubrics] == ["football"]


@pytest.mark.usefixtures("published")
async def test_without_a_source_in_ones_language_one_reads_the_default(services: Services) -> None:
    latest = await services.reading.latest(ALICE, Language.AZ)

    assert titles(latest) == ["region ru", "football ru"]


@pytest.mark.usefixtures("published")
async def test_as_many_as_asked_for(services: Services) -> None:
    assert titles(await services.reading.latest(ALICE, Language.RU, limit=1)) == ["region ru"]


async def test_before_the_first_article_there_is_nothing(services: Services) -> None:
    assert titles(await services.reading.latest(ALICE, Language.RU)) == []


async def test_what_a_person_got_is_told_with_the_rubric_that_brought_it(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    desk = Desk(newsroom, clock)
    await follow(ALICE)
    await follow(BOB, "region")
    await desk.publish("match", categories=("Football", "Region"))
    await desk.deliver()
    clock.advance(60)
    await desk.publish("road", categories=("Region",))
    await desk.publish("cup")
    await desk.deliver()

    received, asked_at = await services.reading.received(ALICE)
    assert asked_at == clock.now()
    assert [each.article.title for each in received] == ["cup", "match"]
    assert [each.sent_at for each in received] == [clock.now(), clock.now() - timedelta(minutes=1)]
    assert [[rubric.slug for rubric in each.because_of] for each in received] == [["football"], ["football"]]
    assert [rubric.slug for rubric in received[1].rubrics] == ["football", "region"]


async def test_a_rubric_that_was_left_brought_what_stands_there_still(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    desk = Desk(newsroom, clock)
    await follow(ALICE)
    await desk.publish()
    await desk.deliver()
    await services.subscriptions.choose(ALICE, Language.RU, Slug("football"), is_wanted=False)

    ((left,), _) = await services.reading.received(ALICE)
    assert left.because_of == ()
    assert [rubric.slug for rubric in left.rubrics] == ["football"]


async def test_what_was_recalled_or_is_on_its_way_is_not_told_as_received(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    desk = Desk(newsroom, clock)
    await follow(ALICE)
    recalled = await desk.publish("recalled")
    await desk.deliver()
    await desk.recall(recalled)
    await desk.deliver()
    await desk.publish("waits")

    assert (await services.reading.received(ALICE))[0] == []
    assert (await services.reading.received(CAMILLA))[0] == []
