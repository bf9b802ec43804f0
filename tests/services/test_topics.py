"""What is known of a forum's topics, and what follows when its administrators choose others."""

from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.channel import Setting
from bot.domain.delivery import Action, DeliveryState, Subject, SubjectKind
from bot.domain.destination import DestinationId
from bot.domain.errors import StaleButtonError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every, Live
from bot.domain.topic import GENERAL, HEARD_LATELY, KEPT_TOPICS, OTHERS, TICKER, Forum, Topic, TopicId
from bot.services import Services
from bot.store.database import Database
from tests.cast import CHANNEL
from tests.make import make_administrator, make_place

BY = make_administrator()
GAMES = Topic(id=TopicId(7), name="Матчи")


@pytest.fixture
async def forum(services: Services) -> DestinationId:
    place = make_place(is_group=True, is_forum=True)
    channel_id = (await services.connections.connected(place, by=BY, language=Language.RU)).settings.channel.id
    await services.channels.choose(channel_id, Slug("football"), is_wanted=True, by=BY)
    await services.topics.heard(CHANNEL, is_forum=True, topic=GAMES)
    return channel_id


async def chosen(services: Services, channel_id: DestinationId) -> dict[str, TopicId]:
    found = (await services.channels.get(channel_id)).forum
    return dict(found.chosen) if found is not None else {}


async def due(newsroom: Database, subject: Subject) -> list[Action]:
    async with newsroom.transaction() as tx:
        ledger = await tx.accounts.ledger(subject)
    return [action for action, state in ledger.counts if state is DeliveryState.QUEUED]


async def test_a_choice_is_kept_and_stands_in_the_history_once(services: Services, forum: DestinationId) -> None:
    for _ in range(2):
        shown = await services.topics.choose(forum, "football", GAMES.id, BY)

    changes = await services.channels.changes(forum)
    assert shown.forum == Forum(chosen={"football": GAMES.id})
    assert [(change.setting, change.value) for change in changes[:2]] == [(Setting.TOPICS, 1), (Setting.RUBRICS, 1)]


async def test_what_was_chosen_outlives_the_rubric_the_loss_of_the_group_and_topics_that_are_off(
    services: Services, forum: DestinationId
) -> None:
    await services.topics.choose(forum, "football", GAMES.id, BY)
    await services.channels.choose(forum, Slug("football"), is_wanted=False, by=BY)
    shown = await services.topics.show(forum, BY)
    await services.connections.disconnected(CHANNEL)
    await services.connections.connected(make_place(is_group=True), by=BY, language=None)
    off = await chosen(services, forum)
    await services.connections.connected(make_place(is_group=True, is_forum=True), by=BY, language=None)

    assert [rubric.slug for rubric in shown.rubrics] == ["football"]
    assert (off, await chosen(services, forum)) == ({}, {"football": GAMES.id})


async def test_a_group_without_topics_has_nothing_to_choose(services: Services, forum: DestinationId) -> None:
    await services.topics.turn(forum, is_on=False)

    with pytest.raises(StaleButtonError):
        await services.topics.choose(forum, "football", GAMES.id, BY)


@pytest.mark.parametrize("what", [TICKER, OTHERS])
async def test_a_live_ticker_moves_to_the_topic_that_is_its_now_with_all_its_lines(
    newsroom: Database, clock: MovableClock, services: Services, forum: DestinationId, what: str
) -> None:
    await services.tickers.set_plan(forum, Live(), BY)
    async with newsroom.transaction() as tx:
        (ticker_id,) = await tx.live_tickers.open([forum], clock.now().date())
    subject = Subject(kind=SubjectKind.TICKER, id=ticker_id)
    await services.topics.choose(forum, "football", GAMES.id, BY)
    before = await due(newsroom, subject)
    await services.topics.choose(forum, what, GAMES.id, BY)

    assert (before, await due(newsroom, subject)) == ([], [Action.DELETE])
    async with newsroom.transaction() as tx:
        (fresh,) = await tx.live_tickers.open([forum], clock.now().date())
    assert fresh != ticker_id


async def test_batches_that_stand_stay_where_they_are(
    newsroom: Database, clock: MovableClock, services: Services, forum: DestinationId
) -> None:
    await services.tickers.set_plan(forum, Every(minutes=30), BY)
    async with newsroom.transaction() as tx:
        ticker_id = await tx.tickers.open(forum, clock.now().date(), [])
    await services.topics.choose(forum, TICKER, GAMES.id, BY)

    assert await due(newsroom, Subject(kind=SubjectKind.TICKER, id=ticker_id)) == []


async def test_the_last_topics_are_kept_and_those_that_are_chosen(
    clock: MovableClock, services: Services, forum: DestinationId
) -> None:
    await services.topics.choose(forum, "football", GAMES.id, BY)
    for number in range(100, 100 + KEPT_TOPICS + 5):
        clock.advance(1)
        await services.topics.heard(CHANNEL, is_forum=True, topic=Topic(id=TopicId(number), name=f"Тема {number}"))

    known = {topic.id for topic in (await services.topics.show(forum, BY)).topics}
    assert known == {GAMES.id, *range(105, 105 + KEPT_TOPICS)}


async def test_a_topic_keeps_its_name_when_it_is_heard_of_without_one(
    clock: MovableClock, services: Services, forum: DestinationId
) -> None:
    clock.advance((HEARD_LATELY + timedelta(seconds=1)).total_seconds())
    await services.topics.heard(CHANNEL, is_forum=True, topic=Topic(id=GAMES.id, name=""))

    assert (await services.topics.show(forum, BY)).topics == (GAMES,)


async def test_topics_of_a_group_that_is_not_connected_are_passed_over(services: Services) -> None:
    await services.topics.heard(CHANNEL - 1, is_forum=True, topic=GAMES)
    await services.topics.opened(CHANNEL - 1, GENERAL)

    assert await services.connections.find(CHANNEL - 1) is None
