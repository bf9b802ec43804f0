"""The quiet hours in a channel's menu."""

import pytest

from bot.domain.quiet import QuietHours, QuietMode
from bot.handlers.channel.quiet import QuietButton, QuietWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom

BACK = "‹ Kanalın menyusu"


async def test_two_taps_set_the_usual_hours_and_two_more_another_end(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Sakit saatlar")
    await camilla.sees("Sakit saatlar yoxdur")
    await camilla.taps("Postlar gözləsin")
    await camilla.sees("Sakit saatlar 23:00–07:00: postlar onların bitməsini gözləyir")
    await camilla.taps("Son 07:00")
    message = await camilla.sees("Sakit saatlar nə vaxt bitsin?")
    assert "23:00" not in message.button_texts
    await camilla.taps("08:00")
    await camilla.taps("Postlar səssiz gəlsin")
    await camilla.sees("Sakit saatlar 23:00–08:00: postlar səssiz gəlir")
    await camilla.taps(BACK)
    await camilla.sees("Sakit saatlar 23:00–08:00: postlar səssiz gəlir")

    found = await newsroom.destination(channel.id)
    assert found is not None
    assert found.quiet == QuietHours(start=23, end=8, mode=QuietMode.SILENT)


async def test_a_ticker_that_the_quiet_hours_silence_is_told_wherever_either_is_set(
    camilla: Person, channel: Channel
) -> None:
    await camilla.taps("Sakit saatlar")
    await camilla.taps("Postlar gözləsin")
    await camilla.taps(BACK)
    await camilla.taps("Tiker")
    await camilla.taps("Öz vaxtım")
    await camilla.sees(f"«{channel.title}» kanalına tiker nə vaxt gəlsin?")
    await camilla.sends("0 3 * * *")
    ticker = await camilla.sees("Tiker: cədvəl üzrə")
    assert "heç vaxt çıxmayacaq" in ticker.text
    assert "Növbəti" not in ticker.text

    await camilla.taps(BACK)
    await camilla.taps("Sakit saatlar")
    assert "heç vaxt çıxmayacaq" in (await camilla.sees("Sakit saatlar 23:00–07:00")).text
    await camilla.taps("Postlar səssiz gəlsin")
    assert "heç vaxt" not in (await camilla.sees("Sakit saatlar 23:00–07:00: postlar səssiz gəlir")).text


async def test_the_same_hour_twice_is_refused_with_the_way_to_silence(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    message = await camilla.sees(channel.title)
    forged = QuietButton(channel=found.id, wish=QuietWish.END, hour=23)

    assert "«Fasilə»" in await camilla.presses(message, forged.pack())


@pytest.mark.parametrize("hour", [24, -1])
async def test_an_hour_that_no_clock_shows_is_a_stale_button(
    camilla: Person, channel: Channel, newsroom: Newsroom, hour: int
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    message = await camilla.sees(channel.title)
    forged = QuietButton(channel=found.id, wish=QuietWish.START, hour=hour)

    assert "köhnəlib" in await camilla.presses(message, forged.pack())


async def test_quiet_hours_are_switched_off(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("Sakit saatlar")
    await camilla.taps("Postlar gözləsin")
    await camilla.sees_button("✓ Postlar gözləsin")
    await camilla.taps("Sakit saatlar yoxdur")
    await camilla.sees_button("✓ Sakit saatlar yoxdur")

    found = await newsroom.destination(channel.id)
    assert found is not None
    assert found.quiet is None
