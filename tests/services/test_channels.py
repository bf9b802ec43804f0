from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.channel import Change
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, Destination, DestinationId, DestinationState, Mode
from bot.domain.errors import NothingToDeliverError, UnknownChannelError, UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every, Live
from bot.services import Services
from bot.services.channel_editing import ChannelSettings
from bot.store.database import Database
from tests.cast import ALICE, BOB, CHANNEL
from tests.make import make_administrator, make_new_article, make_place

BY = make_administrator()
CONNECTED = ("Camilla", "connection", "on")
FOOTBALL, REGION = Slug("football"), Slug("region")


@pytest.fixture
async def channel(services: Services) -> Destination:
    """Camilla's, just connected."""
    return (await connect(services)).channel


async def connect(services: Services) -> ChannelSettings:
    connection = await services.connections.connected(make_place(), by=BY, language=Language.AZ)
    assert connection.is_new
    return connection.settings


def chosen(settings: ChannelSettings) -> list[str]:
    return [choice.rubric.slug for choice in settings.choices if choice.is_chosen]


async def carries(newsroom: Database, clock: MovableClock, mode: Mode, number: int = 1) -> bool:
    """Whether the channel belongs to those who get football in this mode."""
    audience = Audience(rubrics=(FOOTBALL,), languages=tuple(Language), modes=(mode,))
    async with newsroom.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=number)
        return bool(await tx.outbox.fan_out(subject, audience=audience, priority=Priority.ARTICLE, now=clock.now()))


async def line_waits(newsroom: Database, clock: MovableClock, channel: Destination, number: int = 1) -> int:
    """A football article's line is offered; how many lines the channel's ticker has waiting then."""
    audience = Audience(rubrics=(FOOTBALL,), languages=tuple(Language), modes=(Mode.TICKER,))
    async with newsroom.transaction() as tx:
        article_id = await tx.articles.add(make_new_article(f"url:https://example.org/{number}"), now=clock.now())
        assert article_id is not None
        await tx.tickers.collect(ArticleId(article_id), rubric=FOOTBALL, audience=audience)
    return await waiting(newsroom, channel)


async def waiting(newsroom: Database, channel: Destination) -> int:
    async with newsroom.transaction() as tx:
        return len(await tx.tickers.waiting(channel.id))


async def test_a_new_channel_has_articles_on_no_rubric_and_the_language_of_who_connected_it(services: Services) -> None:
    settings = await connect(services)

    assert settings.channel.articles_on
    assert settings.channel.ticker is None
    assert settings.channel.language is Language.AZ
    assert (len(settings.choices), chosen(settings)) == (2, [])


async def test_a_person_is_no_channel(services: Services, newsroom: Database) -> None:
    await services.subscribers.start(ALICE, "ru")
    async with newsroom.transaction() as tx:
        alice = await tx.destinations.by_chat(ALICE)
    assert alice is not None

    with pytest.raises(UnknownChannelError):
        await services.channels.show(alice.id, BY)


async def test_an_id_that_was_never_given_is_no_channel(services: Services) -> None:
    with pytest.raises(UnknownChannelError):
        await services.channels.get(DestinationId(2**62))


async def test_a_chosen_rubric_goes_out_as_articles(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    settings = await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)

    assert chosen(settings) == [FOOTBALL]
    assert await carries(newsroom, clock, Mode.INSTANT)
    assert not await carries(newsroom, clock, Mode.TICKER, 2)


async def test_the_ticker_takes_the_same_rubrics(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    both = await carries(newsroom, clock, Mode.INSTANT), await carries(newsroom, clock, Mode.TICKER, 2)
    await services.channels.set_articles(channel.id, BY, is_on=False)
    ticker = await carries(newsroom, clock, Mode.INSTANT, 3), await carries(newsroom, clock, Mode.TICKER, 4)

    assert both == (True, True)
    assert ticker == (False, True)


async def test_a_rubric_chosen_later_goes_the_ways_that_are_on(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    await services.channels.set_articles(channel.id, BY, is_on=False)
    await services.channels.choose_every(channel.id, BY, is_wanted=True)

    assert not await carries(newsroom, clock, Mode.INSTANT)
    assert await carries(newsroom, clock, Mode.TICKER, 2)


async def test_every_rubric_and_none_are_one_tap_each(services: Services, channel: Destination) -> None:
    everything = await services.channels.choose_every(channel.id, BY, is_wanted=True)
    nothing = await services.channels.choose_every(channel.id, BY, is_wanted=False)

    assert (chosen(everything), chosen(nothing)) == ([FOOTBALL, REGION], [])


async def test_an_unknown_rubric_is_refused(services: Services, channel: Destination) -> None:
    with pytest.raises(UnknownRubricError):
        await services.channels.choose(channel.id, Slug("weather"), BY, is_wanted=True)


async def test_articles_cannot_be_switched_off_without_a_ticker(services: Services, channel: Destination) -> None:
    with pytest.raises(NothingToDeliverError):
        await services.channels.set_articles(channel.id, BY, is_on=False)

    assert (await services.channels.get(channel.id)).articles_on


async def test_the_ticker_cannot_be_switched_off_without_articles(services: Services, channel: Destination) -> None:
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    await services.channels.set_articles(channel.id, BY, is_on=False)

    with pytest.raises(NothingToDeliverError):
        await services.channels.set_ticker(channel.id, None, BY)

    assert (await services.channels.get(channel.id)).ticker == Every(minutes=15)


async def test_ticks_keep_to_the_clock_face(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    clock.advance(7 * 60)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)

    async with newsroom.transaction() as tx:
        before = await tx.destinations.ticker_due(datetime(2026, 3, 2, 6, 14, 59, tzinfo=UTC))
        at = await tx.destinations.ticker_due(datetime(2026, 3, 2, 6, 15, tzinfo=UTC))
    assert (before, at) == ([], [channel.id])


async def test_switching_the_ticker_off_forgets_its_lines(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    collected = await line_waits(newsroom, clock, channel)
    await services.channels.set_ticker(channel.id, None, BY)

    assert (collected, await waiting(newsroom, channel)) == (1, 0)


async def test_a_pause_takes_its_backlog_as_read(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    await line_waits(newsroom, clock, channel)
    await carries(newsroom, clock, Mode.INSTANT)

    paused = await services.channels.pause(channel.id, BY)
    during = await line_waits(newsroom, clock, channel, 2), await carries(newsroom, clock, Mode.INSTANT, 2)
    clock.advance(3600)
    resumed = await services.channels.resume(channel.id, BY)

    assert paused.channel.state is DestinationState.PAUSED
    assert during == (0, False)
    assert resumed.channel.state is DestinationState.ACTIVE
    assert chosen(resumed) == [FOOTBALL]
    async with newsroom.transaction() as tx:
        assert await tx.outbox.count_states() == {DeliveryState.DROPPED: 1}
        assert await tx.destinations.ticker_due(clock.now()) == []
    assert await line_waits(newsroom, clock, channel, 3) == 1


async def test_pausing_and_resuming_twice_change_nothing(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    for _ in range(2):
        await services.channels.pause(channel.id, BY)
    await services.channels.resume(channel.id, BY)
    await line_waits(newsroom, clock, channel)

    again = await services.channels.resume(channel.id, BY)

    assert again.channel.state is DestinationState.ACTIVE
    assert await waiting(newsroom, channel) == 1


async def test_a_channel_may_speak_another_language_than_its_administrator(
    services: Services, channel: Destination
) -> None:
    settings = await services.channels.set_language(channel.id, Language.RU, BY)

    assert settings.channel.language is Language.RU
    assert (await services.channels.get(channel.id)).language is Language.RU


async def test_two_ticks_in_a_row_keep_their_distance(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.set_ticker(channel.id, Every(minutes=60), BY)
    await services.channels.set_ticker(channel.id, Every(minutes=5), BY)

    async with newsroom.transaction() as tx:
        assert await tx.destinations.ticker_due(clock.now() + timedelta(minutes=5)) == [channel.id]


def told(changes: list[Change]) -> list[tuple[str, str, str | int]]:
    return [(change.by.name, change.setting.value, change.value) for change in changes]


async def test_every_change_is_in_the_history_newest_first(services: Services, channel: Destination) -> None:
    bob = make_administrator(BOB, "Bob")
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), bob)
    await services.channels.set_articles(channel.id, bob, is_on=False)
    await services.channels.set_language(channel.id, Language.RU, BY)
    await services.channels.pause(channel.id, BY)

    assert told(await services.channels.changes(channel.id)) == [
        ("Camilla", "pause", "on"),
        ("Camilla", "language", "ru"),
        ("Bob", "articles", "off"),
        ("Bob", "ticker", "every 15"),
        ("Camilla", "rubrics", 1),
        CONNECTED,
    ]


async def test_what_was_so_already_is_no_change(services: Services, channel: Destination) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=False)
    await services.channels.choose_every(channel.id, BY, is_wanted=False)
    await services.channels.set_ticker(channel.id, None, BY)
    await services.channels.set_articles(channel.id, BY, is_on=True)
    await services.channels.set_language(channel.id, Language.AZ, BY)
    await services.channels.resume(channel.id, BY)

    assert told(await services.channels.changes(channel.id)) == [CONNECTED]


async def test_a_refused_change_is_not_in_the_history(services: Services, channel: Destination) -> None:
    with pytest.raises(NothingToDeliverError):
        await services.channels.set_articles(channel.id, BY, is_on=False)

    assert told(await services.channels.changes(channel.id)) == [CONNECTED]


async def test_who_goes_on_with_a_setting_makes_one_change_of_it(
    services: Services, channel: Destination, clock: MovableClock
) -> None:
    bob = make_administrator(BOB, "Bob")
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    clock.advance(9 * 60)
    await services.channels.set_ticker(channel.id, Every(minutes=5), BY)
    await services.channels.choose(channel.id, REGION, BY, is_wanted=True)
    clock.advance(11 * 60)
    await services.channels.choose(channel.id, REGION, BY, is_wanted=False)
    await services.channels.choose(channel.id, REGION, bob, is_wanted=True)
    await services.channels.choose(channel.id, REGION, BY, is_wanted=False)

    assert told(await services.channels.changes(channel.id)) == [
        ("Camilla", "rubrics", 1),
        ("Bob", "rubrics", 2),
        ("Camilla", "rubrics", 1),
        ("Camilla", "rubrics", 2),
        ("Camilla", "ticker", "every 5"),
        CONNECTED,
    ]


async def test_of_each_channel_the_last_fifty_changes_are_kept(
    services: Services, channel: Destination, clock: MovableClock
) -> None:
    other = (await services.connections.connected(make_place(CHANNEL - 1), by=BY, language=Language.AZ)).settings
    await services.channels.set_ticker(other.channel.id, Every(minutes=60), BY)
    for number in range(60):
        clock.advance(11 * 60)
        await services.channels.set_ticker(channel.id, Every(minutes=(5, 10)[number % 2]), BY)

    changes = await services.channels.changes(channel.id)
    assert (len(changes), changes[0].at) == (50, clock.now())
    assert len(await services.channels.changes(other.channel.id)) == 2


async def test_others_see_a_fresh_change_and_its_author_does_not(
    services: Services, channel: Destination, clock: MovableClock
) -> None:
    bob = make_administrator(BOB, "Bob")
    own = await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    others = await services.channels.show(channel.id, bob)
    clock.advance(10 * 60)
    later = await services.channels.show(channel.id, bob)

    assert own.of_others is None
    assert others.of_others is not None
    assert (others.of_others.by, others.of_others.value) == (BY, "every 15")
    assert later.of_others is None


async def test_whoever_changes_what_somebody_just_set_sees_once_what_that_was(
    services: Services, channel: Destination
) -> None:
    bob = make_administrator(BOB, "Bob")
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    overriding = await services.channels.set_ticker(channel.id, Live(), bob)
    later = await services.channels.show(channel.id, bob)
    overridden = await services.channels.show(channel.id, BY)

    assert overriding.channel.ticker == Live()
    assert overriding.of_others is not None
    assert (overriding.of_others.by, overriding.of_others.value) == (BY, "every 15")
    assert later.of_others is None
    assert overridden.of_others is not None
    assert (overridden.of_others.by, overridden.of_others.value) == (bob, "live")
