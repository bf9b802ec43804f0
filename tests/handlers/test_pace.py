"""The pace in a channel's menu."""

import pytest

from bot.domain.channel_pace import ChannelPace
from bot.handlers.channel.pace import PaceButton, PaceWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom


async def test_a_limit_and_a_gap_are_set_and_taken_away(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("Temp")
    await camilla.sees("Postlar, nə qədər olsa da")
    await camilla.taps("saatda 3")
    await camilla.sees("Temp: saatda ən çoxu 3")
    await camilla.taps("15 dəq")
    await camilla.sees("Temp: saatda ən çoxu 3, 15 dəqiqədə ən çoxu bir dəfə")
    await camilla.taps("Limitsiz")
    await camilla.sees("Temp: 15 dəqiqədə ən çoxu bir dəfə")

    found = await newsroom.destination(channel.id)
    assert found is not None
    assert found.pace == ChannelPace(gap=15)


@pytest.mark.parametrize("wish", [PaceWish.HOURLY, PaceWish.GAP])
@pytest.mark.parametrize("number", [0, -5, 7])
async def test_an_interval_that_is_not_offered_is_a_stale_button(
    camilla: Person, channel: Channel, newsroom: Newsroom, wish: PaceWish, number: int
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    message = await camilla.sees(channel.title)

    forged = PaceButton(channel=found.id, wish=wish, number=number)
    assert "köhnəlib" in await camilla.presses(message, forged.pack())
