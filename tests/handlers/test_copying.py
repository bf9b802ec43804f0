"""What is set in one channel, copied to others."""

import pytest

from bot.handlers.channel.copying import CopyButton, CopyWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom


@pytest.fixture
async def model(camilla: Person, channel: Channel) -> Channel:
    """Takes football; the menu is open."""
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.taps("‹ Kanalın menyusu")
    return channel


async def connects(camilla: Person, title: str) -> Channel:
    created = await camilla.creates_channel(title)
    await camilla.promotes_bot(created)
    await camilla.sees(f"«{title}» kanalı qoşuldu")
    return created


async def opens(camilla: Person, title: str) -> None:
    await camilla.sends("/channels")
    await camilla.taps(title)
    await camilla.taps("Surətini köçürmək")


async def rubrics(channel: Channel, newsroom: Newsroom) -> set[str]:
    found = await newsroom.destination(channel.id)
    assert found is not None
    async with newsroom.database.transaction() as tx:
        return {str(slug) for slug in await tx.destinations.rubrics_of(found.id)}


async def number(channel: Channel, newsroom: Newsroom) -> int:
    found = await newsroom.destination(channel.id)
    assert found is not None
    return int(found.id)


@pytest.mark.usefixtures("channel")
async def test_an_only_channel_has_nowhere_to_copy_to(camilla: Person) -> None:
    await camilla.taps("Surətini köçürmək")

    await camilla.sees("bu, yeganə kanalınızdır")


async def test_settings_are_copied_after_a_question(camilla: Person, model: Channel, newsroom: Newsroom) -> None:
    evening = await connects(camilla, "Вечер")
    await opens(camilla, model.title)
    await camilla.taps("Вечер")
    await camilla.sees("Tənzimləmələr bura köçürülsün: «Вечер»?")
    before = await rubrics(evening, newsroom)
    await camilla.taps("Köçürmək")
    await camilla.sees("Köçürüldü: «Вечер»")

    assert (before, await rubrics(evening, newsroom)) == (set(), {"football"})


async def test_settings_are_copied_to_all_the_others(camilla: Person, model: Channel, newsroom: Newsroom) -> None:
    others = [await connects(camilla, title) for title in ("Вечер", "Утро")]
    await opens(camilla, model.title)
    await camilla.taps("Qalanların hamısına: 2")
    await camilla.sees("«Вечер», «Утро»")
    await camilla.taps("Köçürmək")
    await camilla.sees("Köçürüldü")

    assert [await rubrics(other, newsroom) for other in others] == [{"football"}] * 2


async def test_whoever_decides_otherwise_copies_nothing(camilla: Person, model: Channel, newsroom: Newsroom) -> None:
    evening = await connects(camilla, "Вечер")
    await opens(camilla, model.title)
    await camilla.taps("Вечер")
    await camilla.taps("Ləğv etmək")
    await camilla.sees("Burada tənzimlənən hər şeyi hara köçürək?")

    assert await rubrics(evening, newsroom) == set()


async def test_nobody_copies_into_a_channel_that_is_not_theirs(
    camilla: Person, bob: Person, model: Channel, newsroom: Newsroom
) -> None:
    await bob.sends("/start")
    foreign = await bob.creates_channel("Чужой")
    await bob.promotes_bot(foreign)
    await bob.sees("The channel “Чужой” is connected")
    message = await camilla.sees(model.title)
    forged = CopyButton(
        channel=await number(model, newsroom), wish=CopyWish.COPY, target=await number(foreign, newsroom)
    )

    assert "administratorları" in await camilla.presses(message, forged.pack())
    assert await rubrics(foreign, newsroom) == set()
