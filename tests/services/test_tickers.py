"""A channel's ticker as its administrators set it up."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.domain.delivery import Action, DeliveryState, Subject, SubjectKind
from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import CronNeverError
from bot.domain.language import Language
from bot.domain.ticker import TickerId
from bot.domain.ticker_plan import AtTimes, Every, Live
from bot.services import Services
from bot.store.database import Database
from tests.make import make_administrator, make_place

BY = make_administrator()


@pytest.fixture
async def channel(services: Services) -> Destination:
    return (await services.connections.connected(make_place(), by=BY, language=Language.AZ)).settings.channel


async def open_live(newsroom: Database, clock: MovableClock, channel: Destination) -> Subject:
    """Its live ticker has been posted."""
    async with newsroom.transaction() as tx:
        (ticker_id,) = await tx.live_tickers.open([channel.id], clock.now().date())
    return Subject(kind=SubjectKind.TICKER, id=ticker_id)


async def due(newsroom: Database, subject: Subject) -> list[Action]:
    async with newsroom.transaction() as tx:
        ledger = await tx.accounts.ledger(subject)
    return [action for action, state in ledger.counts if state is DeliveryState.QUEUED]


async def test_batches_are_told_when_they_come_next(services: Services, channel: Destination) -> None:
    every = await services.tickers.set_plan(channel.id, Every(minutes=30), BY)
    times = await services.tickers.set_plan(channel.id, AtTimes(cron="0 18 * * *"), BY)
    live = await services.tickers.set_plan(channel.id, Live(), BY)

    assert every.next_at == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert times.next_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert (live.next_at, (await services.channels.get(channel.id)).ticker) == (None, Live())


async def test_a_paused_channel_expects_no_batch(services: Services, channel: Destination) -> None:
    await services.tickers.set_plan(channel.id, Every(minutes=30), BY)
    await services.channels.pause(channel.id, BY)

    assert (await services.tickers.show(channel.id, BY)).next_at is None


@pytest.mark.parametrize("plan", [None, Every(minutes=5)], ids=["off", "batches"])
async def test_a_live_ticker_that_is_switched_off_stays_and_is_unpinned(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination, plan: Every | None
) -> None:
    await services.tickers.set_plan(channel.id, Live(), BY)
    subject = await open_live(newsroom, clock, channel)
    await services.tickers.set_plan(channel.id, Live(), BY)
    before = await due(newsroom, subject)
    await services.tickers.set_plan(channel.id, plan, BY)
    await services.tickers.set_plan(channel.id, plan, BY)

    assert (before, await due(newsroom, subject)) == ([], [Action.UNPIN])


async def test_a_live_ticker_that_was_not_posted_yet_is_not_posted_after_it_was_switched_off(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.tickers.set_plan(channel.id, Live(), BY)
    subject = await open_live(newsroom, clock, channel)
    async with newsroom.transaction() as tx:
        for action in (Action.POST, Action.PIN):
            await tx.ticker_deliveries.queue([TickerId(subject.id)], action=action, priority=10, now=clock.now())
    await services.tickers.set_plan(channel.id, None, BY)

    assert Action.POST not in await due(newsroom, subject)


async def test_a_schedule_is_typed(services: Services, channel: Destination) -> None:
    found = await services.tickers.set_typed(channel.id, "0 9 * * *", BY)

    assert found.settings.channel.ticker == AtTimes(cron="0 9 * * *")


async def test_a_wrong_schedule_changes_nothing(services: Services, channel: Destination) -> None:
    with pytest.raises(CronNeverError):
        await services.tickers.set_typed(channel.id, "0 9 30 2 *", BY)

    assert (await services.channels.get(channel.id)).ticker is None


async def test_a_refused_pin_is_to_be_told_once_until_one_was_taken_again(
    services: Services, newsroom: Database, channel: Destination
) -> None:
    async def answers(*, refused: bool) -> list[DestinationId]:
        async with newsroom.transaction() as tx:
            ids = [channel.id]
            await tx.destinations.note_pins(refused=ids if refused else [], done=[] if refused else ids)
        return [each.id for each in await services.tickers.pins_refused()]

    first = [await answers(refused=True), await answers(refused=True)]
    await services.tickers.told_of_pin(channel.id)
    told = await answers(refused=True)
    pinned = await answers(refused=False)
    again = await answers(refused=True)

    assert (first, told, pinned, again) == ([[channel.id]] * 2, [], [], [channel.id])
