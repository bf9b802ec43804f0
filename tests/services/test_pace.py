"""A channel's pace from setting it to the deliveries that wait for their turn."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.cause import Cause
from bot.domain.channel import Setting
from bot.domain.channel_pace import ChannelPace
from bot.domain.delivery import Action, DeliveryState, SubjectKind
from bot.domain.destination import DestinationId
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Live
from bot.services import Services
from bot.store.database import Database
from tests.delivering import Desk
from tests.make import make_administrator, make_place

BY = make_administrator()


@pytest.fixture
async def channel(services: Services) -> DestinationId:
    connection = await services.connections.connected(make_place(), by=BY, language=Language.RU)
    channel_id = connection.settings.channel.id
    await services.channels.choose(channel_id, Slug("football"), is_wanted=True, by=BY)
    return channel_id


async def articles_sent(desk: Desk) -> list[int]:
    return [delivery.subject.id for delivery in await desk.send()]


async def test_why_tells_when_its_turn_comes_and_a_faster_pace_lets_it_go_at_once(
    newsroom: Database, clock: MovableClock, services: Services, channel: DestinationId
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    await services.timing.set_gap(channel, 60, BY)
    first, second = await desk.publish("a"), await desk.publish("b")
    rounds = [await articles_sent(desk), await articles_sent(desk)]
    (record,) = (await services.why.ask_channel(second, channel)).records
    clock.advance(10 * 60)
    waiting = await articles_sent(desk)
    await services.timing.set_gap(channel, 10, BY)

    assert rounds == [[first], []]
    assert (record.state, record.reason) == (DeliveryState.QUEUED, Cause.CHANNEL_PACE)
    assert record.not_before == clock.now() + timedelta(minutes=50)
    assert waiting == []
    assert await articles_sent(desk) == [second]


async def test_a_live_ticker_grows_while_a_post_waits_for_its_turn(
    newsroom: Database, clock: MovableClock, services: Services, channel: DestinationId
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    await services.channels.set_ticker(channel, Live(), BY)
    await desk.publish("a")
    while await desk.deliver():
        pass
    await services.timing.set_gap(channel, 60, BY)
    sent, _ = await desk.publish("b"), await desk.publish("c")
    rounds = [await articles_sent(desk), await articles_sent(desk)]
    clock.advance(11)
    await desk.plan()

    assert rounds == [[sent], []]
    (grown,) = await desk.deliver()
    assert (grown.subject.kind, grown.action) == (SubjectKind.TICKER, Action.EDIT)


async def test_the_days_live_message_is_pinned_at_midnight_though_posts_wait(
    newsroom: Database, clock: MovableClock, services: Services, channel: DestinationId
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    await services.channels.set_ticker(channel, Live(), BY)
    await services.timing.set_gap(channel, 60, BY)
    # Ten minutes before the newsroom's midnight.
    clock.advance((datetime(2026, 3, 2, 19, 50, tzinfo=UTC) - clock.now()).total_seconds())
    _, waiting = await desk.publish("a"), await desk.publish("b")
    evening = await desk.send_all()
    await desk.plan()
    evening += await desk.send_all()
    clock.advance(11 * 60)
    await desk.plan()
    midnight = await desk.send_all()

    assert waiting not in [each.subject.id for each in evening if each.subject.kind is SubjectKind.ARTICLE]
    ticker = SubjectKind.TICKER
    assert [(each.subject.kind, each.action) for each in midnight] == [
        (ticker, Action.POST),
        (ticker, Action.UNPIN),
        (ticker, Action.PIN),
    ]


async def test_a_post_that_a_crash_interrupted_had_its_place(
    newsroom: Database, clock: MovableClock, services: Services, channel: DestinationId
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    await services.timing.set_gap(channel, 15, BY)
    first, second = await desk.publish("a"), await desk.publish("b")
    async with newsroom.transaction() as tx:
        (claimed,) = await tx.claims.take(now=clock.now(), limit=10)
        clock.advance(60)
        await tx.claims.take_back(now=clock.now(), expired_only=False)
    sent = []
    for _ in range(3):
        sent.append([each.subject.id for each in await desk.send_all()])
        clock.advance(15 * 60)

    assert claimed.subject.id == first
    assert sent == [[], [first], [second]]


async def test_after_a_long_downtime_the_interrupted_post_keeps_no_place(
    newsroom: Database, clock: MovableClock, services: Services, channel: DestinationId
) -> None:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    await services.timing.set_gap(channel, 15, BY)
    article_id = await desk.publish("a")
    async with newsroom.transaction() as tx:
        await tx.claims.take(now=clock.now(), limit=10)
        clock.advance(3600)
        await tx.claims.take_back(now=clock.now(), expired_only=False)

    assert [each.subject.id for each in await desk.send_all()] == [article_id]


async def test_the_limit_and_the_gap_are_set_apart_and_the_history_tells_both(
    services: Services, channel: DestinationId
) -> None:
    await services.timing.set_hourly(channel, 3, BY)
    await services.timing.set_gap(channel, 15, BY)
    await services.timing.set_gap(channel, 15, BY)
    both = (await services.channels.show(channel, BY)).channel.pace
    await services.timing.set_hourly(channel, None, BY)
    await services.timing.set_gap(channel, None, BY)
    none = (await services.channels.show(channel, BY)).channel.pace

    assert (both, none) == (ChannelPace(hourly=3, gap=15), None)
    changes = await services.channels.changes(channel)
    assert [(change.setting, change.value) for change in changes[:2]] == [(Setting.GAP, "off"), (Setting.HOURLY, "off")]
