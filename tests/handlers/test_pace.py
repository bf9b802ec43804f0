"""The pace in a channel's menu."""

import pytest

from bot.domain.channel_pace import ChannelPace, Overflow
from bot.handlers.channel.pace import PaceButton, PaceWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom

BACK = "‹ Kanalın menyusu"


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


async def test_what_becomes_of_the_rest_is_chosen_and_the_ticker_offered_where_there_is_one(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Temp")
    assert not any("Qalanları" in text for text in (await camilla.sees("Postlar, nə qədər olsa da")).button_texts)
    await camilla.taps("saatda 3")
    without = await camilla.sees("Qalanları sıra ilə növbəsini gözləyir")
    await camilla.taps("Qalanları bir mesajda")
    await camilla.sees("Temp: saatda ən çoxu 3, qalanları bir mesajda")
    await camilla.taps(BACK)
    await camilla.sees("Temp: saatda ən çoxu 3, qalanları bir mesajda")
    await camilla.taps("Tiker")
    await camilla.taps("Canlı")
    await camilla.taps(BACK)
    await camilla.taps("Temp")
    await camilla.taps("Qalanları tikerə")
    await camilla.sees("Tiker söndürülsə, qalanları yenə növbəsini gözləyəcək")

    assert "Qalanları tikerə" not in without.button_texts
    found = await newsroom.destination(channel.id)
    assert found is not None
    assert found.pace == ChannelPace(hourly=3, overflow=Overflow.TICKER)


async def test_both_administrators_see_where_the_rest_goes(alice: Person, camilla: Person, channel: Channel) -> None:
    await alice.becomes_administrator(channel)
    await camilla.taps("Temp")
    await camilla.taps("saatda 3")
    await camilla.taps("Qalanları bir mesajda")
    await camilla.sees("qalanları bir mesajda")
    await alice.sends("/channels")
    await alice.taps(channel.title)
    await alice.taps("Темп")

    seen = await alice.sees("Темп: не больше 3 в час, остальные одним сообщением")
    assert "чему нет места: одним сообщением" in seen.text


async def test_a_ticker_that_is_not_there_is_a_stale_button(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    await camilla.taps("Temp")
    await camilla.taps("saatda 3")
    message = await camilla.sees("Temp: saatda ən çoxu 3")

    assert "köhnəlib" in await camilla.presses(message, PaceButton(channel=found.id, wish=PaceWish.TICKER).pack())


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
