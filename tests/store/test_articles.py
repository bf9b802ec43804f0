import asyncio
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId, Trace
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.store.database import Database
from tests.make import make_new_article

A, MIRROR = "url:https://example.org/a", "url:https://mirror.example.org/a"


async def add(database: Database, clock: MovableClock, *keys: str) -> ArticleId | None:
    async with database.transaction() as tx:
        return await tx.articles.add(make_new_article(keys[0], keys=keys), now=clock.now())


async def test_an_article_is_known_by_each_of_its_keys(newsroom: Database, clock: MovableClock) -> None:
    article_id = await add(newsroom, clock, A, "guid:1:a")

    async with newsroom.transaction() as tx:
        known = await tx.articles.known([A, "guid:1:a", "url:https://example.org/b"])

    assert {key: each.id for key, each in known.items()} == {A: article_id, "guid:1:a": article_id}


async def test_an_article_that_shares_a_key_is_not_added_again(newsroom: Database, clock: MovableClock) -> None:
    first = await add(newsroom, clock, A)

    assert await add(newsroom, clock, MIRROR, A) is None

    async with newsroom.transaction() as tx:
        assert [article.id for article in await tx.articles.unplanned(limit=10)] == [first]
        assert await tx.articles.known([MIRROR]) == {}


async def test_two_sources_that_bring_an_article_at_the_same_moment_store_it_once(
    newsroom: Database, clock: MovableClock
) -> None:
    added = await asyncio.gather(*(add(newsroom, clock, A, f"guid:{number}:a") for number in range(8)))

    assert sum(article_id is not None for article_id in added) == 1


async def test_a_correction_is_the_next_revision_and_waits_to_be_planned(
    newsroom: Database, clock: MovableClock
) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None
    async with newsroom.transaction() as tx:
        await tx.articles.mark_planned(article_id, revision=0)

    async with newsroom.transaction() as tx:
        await tx.articles.correct(article_id, make_new_article(A, title="Исправленный заголовок"), now=clock.now())

    async with newsroom.transaction() as tx:
        (article,) = await tx.articles.unplanned(limit=10)
    assert (article.title, article.revision, article.announced) == ("Исправленный заголовок", 1, True)


@pytest.mark.parametrize(("baseline", "announced"), [(False, False), (True, True)], ids=["news", "the first import"])
async def test_what_an_editors_link_brought_goes_out_when_its_source_brings_it(
    newsroom: Database, clock: MovableClock, *, baseline: bool, announced: bool
) -> None:
    async with newsroom.transaction() as tx:
        (source,) = await tx.sources.all()
        article_id = await tx.articles.add(make_new_article(A, baseline=True), now=clock.now())
        assert article_id is not None
        await tx.articles.mark_planned(article_id, revision=0)

    for title in ("Из ленты", "Исправлено"):
        async with newsroom.transaction() as tx:
            new = make_new_article(A, title=title, source_id=source.id, baseline=baseline)
            await tx.articles.correct(article_id, new, now=clock.now())
        async with newsroom.transaction() as tx:
            (article,) = await tx.articles.unplanned(limit=10)
            assert (article.title, article.source_id) == (title, source.id)
            assert article.announced is (announced or title == "Исправлено")
            await tx.articles.mark_planned(article_id, revision=article.revision)


async def test_a_correction_that_came_while_planning_is_not_marked_as_planned(
    newsroom: Database, clock: MovableClock
) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None
    async with newsroom.transaction() as tx:
        await tx.articles.correct(article_id, make_new_article(A), now=clock.now())
        await tx.articles.mark_planned(article_id, revision=0)

    async with newsroom.transaction() as tx:
        assert [article.revision for article in await tx.articles.unplanned(limit=10)] == [1]


async def test_an_article_is_recalled_once(newsroom: Database, clock: MovableClock) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None

    async with newsroom.transaction() as tx:
        assert await tx.articles.recall(article_id)
        assert not await tx.articles.recall(article_id)


@pytest.mark.parametrize(
    ("rubrics", "languages", "expected"),
    [
        pytest.param(["football"], [Language.RU], ["Футбол"], id="of one rubric"),
        pytest.param([], [Language.RU], ["Регион", "Футбол"], id="of any rubric, newest first"),
        pytest.param([], [Language.EN], [], id="of a language nobody wrote in"),
    ],
)
async def test_the_latest_articles(
    newsroom: Database, clock: MovableClock, rubrics: list[str], languages: list[Language], expected: list[str]
) -> None:
    async with newsroom.transaction() as tx:
        for number, (title, slug) in enumerate([("Футбол", "football"), ("Регион", "region")]):
            article_id = await tx.articles.add(
                make_new_article(f"url:https://example.org/{number}", title=title), now=clock.now()
            )
            assert article_id is not None
            await tx.articles.set_rubrics(article_id, [Slug(slug)])

    async with newsroom.transaction() as tx:
        found = await tx.articles.latest(rubrics=[Slug(slug) for slug in rubrics], languages=languages, limit=10)

    assert [article.title for article in found] == expected


async def test_what_a_correction_replaces_is_kept(newsroom: Database, clock: MovableClock) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None
    first = clock.now()
    for title in ("Второй", "Третий"):
        clock.advance(60)
        async with newsroom.transaction() as tx:
            await tx.articles.correct(article_id, make_new_article(A, title=title, body=title), now=clock.now())

    async with newsroom.transaction() as tx:
        revisions = await tx.articles.revisions(article_id)
        article = await tx.articles.get(article_id)

    assert [(each.revision, each.title, each.lead, each.body) for each in revisions] == [
        (0, "Заголовок", "Первый абзац.", ""),
        (1, "Второй", "Первый абзац.", "Второй"),
    ]
    assert [(each.replaced_at - first).total_seconds() for each in revisions] == [60, 120]
    assert article is not None
    assert (article.title, article.revision) == ("Третий", 2)


async def test_a_recalled_article_is_corrected_no_more(newsroom: Database, clock: MovableClock) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None
    async with newsroom.transaction() as tx:
        await tx.articles.recall(article_id)
        await tx.articles.correct(article_id, make_new_article(A, title="Исправлено"), now=clock.now())

        assert await tx.articles.revisions(article_id) == []


async def test_changes_are_counted_unless_the_source_dates_them(newsroom: Database, clock: MovableClock) -> None:
    article_id = await add(newsroom, clock, A)
    assert article_id is not None
    told = [None, clock.now(), clock.now(), clock.now() + timedelta(minutes=1), None, clock.now()]
    counted = []
    for updated_at in told:
        async with newsroom.transaction() as tx:
            await tx.articles.correct(article_id, make_new_article(A, updated_at=updated_at), now=clock.now())
            counted.append((await tx.articles.known([A]))[A].silent_changes)

    assert counted == [1, 1, 2, 2, 3, 4]


async def test_traces_are_those_of_the_window_and_the_language(newsroom: Database, clock: MovableClock) -> None:
    own = Trace(signature=-(2**63), title_hash=2**63 - 1)
    begun = clock.now()
    async with newsroom.transaction() as tx:
        await tx.articles.add(make_new_article("url:https://example.org/old", trace=own), now=clock.now())
        clock.advance(60)
        new = await tx.articles.add(make_new_article(A, trace=own), now=clock.now())
        await tx.articles.add(make_new_article("url:https://example.org/untraced"), now=clock.now())
        english = make_new_article("url:https://example.org/en", trace=own, language=Language.EN)
        await tx.articles.add(english, now=clock.now())
        since = begun + timedelta(seconds=1)

        assert await tx.articles.traces(Language.RU, since=since, after=0, limit=10) == [(new, own, clock.now())]
        assert await tx.articles.traces(Language.RU, since=since, after=new or 0, limit=10) == []


async def test_what_is_held_and_what_is_a_headline_is_not_among_the_latest(
    newsroom: Database, clock: MovableClock
) -> None:
    async with newsroom.transaction() as tx:
        await tx.articles.add(make_new_article("url:https://example.org/h", held=True), now=clock.now())
        await tx.articles.add(make_new_article("url:https://example.org/l", is_headline=True), now=clock.now())

        assert await tx.articles.latest(rubrics=[], languages=[Language.RU], limit=10) == []


async def test_two_that_store_new_articles_take_turns(newsroom: Database, clock: MovableClock) -> None:
    order: list[str] = []
    entered = asyncio.Event()

    async def first() -> None:
        async with newsroom.transaction() as tx:
            await tx.articles.take_turns()
            entered.set()
            order.append("first")
            await tx.articles.add(make_new_article(A), now=clock.now())
            for _ in range(20):
                await clock.sleep(0)
            order.append("first is done")

    async def second() -> None:
        await entered.wait()
        async with newsroom.transaction() as tx:
            await tx.articles.take_turns()
            order.append("second")
            assert A in await tx.articles.known([A])

    await asyncio.gather(first(), second())
    assert order == ["first", "first is done", "second"]
