"""What a channel missed in a pause, and how much of it comes after."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.delivery import Priority, Subject, SubjectKind
from bot.domain.destination import Audience, Destination, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceSpec
from bot.domain.ticker_plan import Every
from bot.domain.words import WordKind
from bot.services import Services
from bot.store.database import Database
from bot.store.missed import Missed
from tests.delivering import Desk
from tests.make import MORNING, make_administrator, make_new_article, make_place, make_settlement

BY = make_administrator()
FOOTBALL = Slug("football")
AUDIENCE = Audience(rubrics=(FOOTBALL,), languages=tuple(Language), modes=(Mode.INSTANT,))


@pytest.fixture
async def channel(services: Services) -> Destination:
    """Takes football."""
    channel = (await services.connections.connected(make_place(), by=BY, language=Language.RU)).settings.channel
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    return channel


async def comes_out(newsroom: Database, clock: MovableClock, *numbers: int) -> list[int]:
    """Football articles, planned for everybody; the first of them is the oldest."""
    ids: list[int] = []
    async with newsroom.transaction() as tx:
        for number in numbers:
            published = MORNING + timedelta(minutes=number)
            new = make_new_article(f"url:https://example.org/{number}", published_at=published)
            article_id = await tx.articles.add(new, now=clock.now())
            assert article_id is not None
            subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
            await tx.outbox.fan_out(subject, audience=AUDIENCE, priority=Priority.ARTICLE, now=clock.now())
            await tx.articles.set_rubrics(article_id, [FOOTBALL])
            await tx.missed.collect(article_id)
            ids.append(article_id)
    return ids


@pytest.mark.parametrize(("catch_up", "expected"), [(0, []), (1, [3]), (2, [2, 3]), (3, [1, 2, 3]), (99, [1, 2, 3])])
async def test_of_what_was_missed_as_much_comes_as_was_asked_for_oldest_first(
    services: Services,
    newsroom: Database,
    clock: MovableClock,
    channel: Destination,
    catch_up: int,
    expected: list[int],
) -> None:
    await services.channels.pause(channel.id, BY)
    # Not in the order in which they were published.
    third, first, second = await comes_out(newsroom, clock, 3, 1, 2)
    numbers = {1: first, 2: second, 3: third}

    missed = await services.channels.missed(channel.id)
    await services.channels.resume(channel.id, BY, catch_up=catch_up)

    assert missed == 3
    assert await posts_of(newsroom, channel) == [numbers[number] for number in expected]


async def posts_of(newsroom: Database, channel: Destination) -> list[int]:
    """The articles that go out to the channel, in their order: one is claimed, settled, then the next."""
    went: list[int] = []
    while True:
        async with newsroom.transaction() as tx:
            claimed = await tx.claims.take(now=MORNING, limit=10)
            await tx.claims.settle([make_settlement(delivery) for delivery in claimed])
        if not claimed:
            return went
        assert {delivery.destination.id for delivery in claimed} == {channel.id}
        went += [int(delivery.subject.id) for delivery in claimed]


async def test_a_pause_without_news_missed_nothing(services: Services, channel: Destination) -> None:
    await services.channels.pause(channel.id, BY)

    assert await services.channels.missed(channel.id) == 0


async def test_what_was_on_its_way_when_the_pause_began_is_missed_too(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    (article,) = await comes_out(newsroom, clock, 1)
    await services.channels.pause(channel.id, BY)

    missed = await services.channels.missed(channel.id)
    await services.channels.resume(channel.id, BY, catch_up=1)

    assert missed == 1
    assert await posts_of(newsroom, channel) == [article]


async def test_what_was_taken_back_meanwhile_is_not_offered(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    article, _ = await comes_out(newsroom, clock, 1, 2)
    async with newsroom.transaction() as tx:
        await tx.articles.recall(ArticleId(article))

    assert await services.channels.missed(channel.id) == 1


async def test_a_second_tap_posts_nothing_again(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    article, _ = await comes_out(newsroom, clock, 2, 1)
    await services.channels.resume(channel.id, BY, catch_up=1)
    await services.channels.resume(channel.id, BY, catch_up=2)

    assert await posts_of(newsroom, channel) == [article]


async def test_what_was_left_out_once_is_never_offered_again(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    await comes_out(newsroom, clock, 1)
    await services.channels.resume(channel.id, BY)
    await services.channels.pause(channel.id, BY)

    assert await services.channels.missed(channel.id) == 0


async def test_only_what_the_channel_carries_is_missed(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=False)
    await services.channels.pause(channel.id, BY)
    await comes_out(newsroom, clock, 1)

    assert await services.channels.missed(channel.id) == 0


async def test_a_channel_at_work_misses_nothing(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await comes_out(newsroom, clock, 1)

    assert await services.channels.missed(channel.id) == 0


async def test_a_channel_with_a_ticker_alone_is_offered_no_posts(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    await comes_out(newsroom, clock, 1)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    await services.channels.set_articles(channel.id, BY, is_on=False)

    missed = await services.channels.missed(channel.id)
    await services.channels.resume(channel.id, BY, catch_up=1)

    assert (missed, await posts_of(newsroom, channel)) == (0, [])


async def test_no_more_than_a_hundred_come_after_the_longest_pause(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    ids = await comes_out(newsroom, clock, *range(103))
    await services.channels.resume(channel.id, BY, catch_up=103)

    assert await posts_of(newsroom, channel) == ids[3:]


async def comes(newsroom: Database, clock: MovableClock, title: str, **given: Any) -> ArticleId:
    """To whoever is paused."""
    async with newsroom.transaction() as tx:
        new = make_new_article(f"url:https://example.org/{title}", title=title, **given)
        article_id = await tx.articles.add(new, now=clock.now())
        assert article_id is not None
        await tx.articles.set_rubrics(article_id, [Slug(slug) for slug in given.get("categories", ("football",))])
        await tx.missed.collect(article_id)
    return article_id


@pytest.mark.parametrize(
    ("kind", "word", "expected"),
    [
        pytest.param(WordKind.INCLUDE, "выборы", ["Выборы", "Выборы и футбол"], id="to include"),
        pytest.param(WordKind.LEAVE_OUT, "футбол*", ["Выборы"], id="to leave out"),
    ],
)
async def test_words_that_are_changed_during_the_pause_decide_what_was_missed(
    services: Services,
    newsroom: Database,
    clock: MovableClock,
    channel: Destination,
    kind: WordKind,
    word: str,
    expected: list[str],
) -> None:
    await services.words.add(channel.id, WordKind.INCLUDE, "погода", BY)
    await services.channels.pause(channel.id, BY)
    ids = {title: await comes(newsroom, clock, title) for title in ("Выборы", "Выборы и футбол", "Футбол")}
    before = await services.channels.missed(channel.id)
    (old,) = (await services.channels.show(channel.id, BY)).words
    await services.words.remove(channel.id, old.id, BY)
    await services.words.add(channel.id, kind, word, BY)
    after = await services.channels.missed(channel.id)
    await services.channels.resume(channel.id, BY, catch_up=after)

    assert (before, after) == (0, len(expected))
    assert await posts_of(newsroom, channel) == [ids[title] for title in expected]


async def test_rubrics_that_are_changed_during_the_pause_decide_what_was_missed(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    await comes(newsroom, clock, "Матч")
    wanted = await comes(newsroom, clock, "Регион", categories=("region",))
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=False)
    await services.channels.choose(channel.id, Slug("region"), BY, is_wanted=True)
    await services.channels.resume(channel.id, BY, catch_up=await services.channels.missed(channel.id))

    assert await posts_of(newsroom, channel) == [wanted]


@pytest.mark.parametrize(("language", "expected"), [(Language.RU, 1), (Language.AZ, 1), (Language.EN, 0)])
async def test_the_languages_that_the_channel_takes_decide_what_was_missed(
    services: Services,
    newsroom: Database,
    clock: MovableClock,
    channel: Destination,
    language: Language,
    expected: int,
) -> None:
    async with newsroom.transaction() as tx:
        for each in Language:
            source = SourceSpec(name=each, url=f"https://{each}.example.org/rss/", language=each)
            await tx.sources.put([source], now=clock.now())
    await services.channels.pause(channel.id, BY)
    await comes(newsroom, clock, "Матч", language=language)
    await services.channels.set_edition(channel.id, Language.AZ, BY, is_wanted=True)

    assert await services.channels.missed(channel.id) == expected


@pytest.mark.parametrize("is_paused", [True, False])
async def test_an_article_that_is_planned_in_the_moment_of_the_change_is_not_lost(
    services: Services,
    newsroom: Database,
    clock: MovableClock,
    channel: Destination,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_paused: bool,
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    if is_paused:
        await services.channels.pause(channel.id, BY)
    collect = Missed.collect

    async with asyncio.TaskGroup() as group:

        async def between(missed: Missed, article_id: ArticleId) -> None:
            channels = services.channels
            change = channels.resume(channel.id, BY, catch_up=9) if is_paused else channels.pause(channel.id, BY)
            # It may wait for the planner, and the planner not for it.
            await asyncio.wait([group.create_task(change)], timeout=0.5)
            await collect(missed, article_id)

        monkeypatch.setattr(Missed, "collect", between)
        await desk.publish()
    if not is_paused:
        await services.channels.resume(channel.id, BY, catch_up=9)

    assert len(await desk.deliver()) == 1
