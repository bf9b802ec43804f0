"""A channel's pace as its readers see it; a thousand of them are in test_overflow.py."""

from bot.domain.channel_pace import ChannelPace
from bot.domain.delivery import Priority
from bot.sandbox.client import Channel
from tests.send.conftest import Desk


async def test_the_second_post_waits_for_the_gap_and_a_push_does_not(desk: Desk, channel: Channel) -> None:
    async with desk.database.transaction() as tx:
        found = await tx.destinations.by_chat(channel.id)
        assert found is not None
        await tx.destinations.set_pace(found.id, ChannelPace(gap=15))
    first = await desk.publish("Первая")
    await desk.settles(first, {"sent": 1})
    waiting = await desk.publish("Вторая")
    await desk.publish("Срочная", priority=Priority.PUSH)
    await channel.sees("Срочная")
    await desk.settles(waiting, {"queued": 1})
    assert [message.text.split("\n")[0] for message in await channel.posts()] == ["Первая", "Срочная"]

    desk.clock.advance(15 * 60)
    await channel.sees("Вторая", within=15)
