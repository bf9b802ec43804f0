"""Quiet hours at the moment of sending. In Baku it is past ten in the morning."""

from datetime import UTC, datetime

import pytest

from bot.domain.account import Record
from bot.domain.cause import Cause
from bot.domain.delivery import DeliveryState, Priority, Subject
from bot.domain.destination import DestinationId
from bot.domain.quiet import QuietHours, QuietMode
from bot.sandbox.client import Channel
from tests.cast import BAKU
from tests.send.conftest import Desk


@pytest.fixture
async def channel_id(desk: Desk, channel: Channel) -> DestinationId:
    async with desk.database.transaction() as tx:
        found = await tx.destinations.by_chat(channel.id)
    assert found is not None
    return found.id


async def is_quiet(desk: Desk, channel_id: DestinationId, mode: QuietMode) -> None:
    async with desk.database.transaction() as tx:
        await tx.destinations.set_quiet(channel_id, QuietHours(start=10, end=12, mode=mode))


async def put_off(desk: Desk, channel_id: DestinationId, subject: Subject) -> Record:
    """The delivery as soon as it has a reason to wait."""
    for _ in range(500):
        async with desk.database.transaction() as tx:
            (record,) = await tx.accounts.records(channel_id, subject)
        if record.reason is not None:
            return record
        await desk.clock.sleep(0.02)
    raise AssertionError("nothing was put off")


async def test_a_post_in_quiet_hours_makes_no_sound(desk: Desk, channel: Channel, channel_id: DestinationId) -> None:
    await desk.publish("До тишины")
    before = await channel.sees("До тишины")
    await is_quiet(desk, channel_id, QuietMode.SILENT)
    await desk.publish("В тишине")

    assert (await channel.sees("В тишине")).is_silent
    assert not before.is_silent


async def test_a_push_in_quiet_hours_is_heard(desk: Desk, channel: Channel, channel_id: DestinationId) -> None:
    await is_quiet(desk, channel_id, QuietMode.SILENT)
    subject = await desk.publish("Срочно", priority=Priority.PUSH)

    assert not (await channel.sees("Срочно")).is_silent
    await desk.settles(subject, {"sent": 1})


async def test_what_was_planned_before_the_quiet_waits_for_its_end_with_all_behind_it(
    desk: Desk, channel: Channel, channel_id: DestinationId
) -> None:
    await is_quiet(desk, channel_id, QuietMode.HOLD)
    subjects = [await desk.publish(f"Новость {number}") for number in range(3)]
    record = await put_off(desk, channel_id, subjects[0])
    assert (record.state, record.reason) == (DeliveryState.QUEUED, Cause.QUIET_HOURS)
    assert record.not_before == datetime(2026, 3, 2, 12, tzinfo=BAKU)
    assert await channel.posts() == []

    desk.clock.advance((datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC) - desk.clock.now()).total_seconds())
    await channel.sees("Новость 2", within=15)

    assert [message.text.split("\n")[0] for message in await channel.posts()] == [
        f"Новость {number}" for number in range(3)
    ]


async def test_a_correction_passes_the_quiet(desk: Desk, channel: Channel, channel_id: DestinationId) -> None:
    subject = await desk.publish("Опечтка")
    await desk.settles(subject, {"sent": 1})
    await is_quiet(desk, channel_id, QuietMode.HOLD)
    await desk.correct(subject, title="Опечатка")

    await channel.sees("Опечатка")
