"""A channel's words, as its administrator meets them."""

import pytest

from bot.domain.words import WordKind
from bot.handlers.channel.words import WordButton, WordWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom
from tests.make import make_administrator

BACK = "‹ Kanalın menyusu"


@pytest.mark.usefixtures("channel")
async def test_words_are_written_seen_and_removed_by_a_tap(camilla: Person) -> None:
    await camilla.taps("Sözlər")
    await camilla.sees("Söz təyin olunmayıb")
    await camilla.taps("Açar söz əlavə etmək")
    await camilla.sees("vergüllə yazın")
    await camilla.sends("Seçki*, <b>parlament</b>")
    await camilla.sees("Yalnız bu sözlər olan məqalələr: Seçki*, <b>parlament</b>")
    await camilla.taps("İstisna söz əlavə etmək")
    await camilla.sends("futbol")
    await camilla.sees("Bu sözlər olan məqalələrdən başqa: futbol")
    await camilla.taps("➕ Seçki* ✕")
    await camilla.sees("Yalnız bu sözlər olan məqalələr: <b>parlament</b>")
    await camilla.taps(BACK)

    await camilla.sees("Sözlər: açar söz 1, istisna 1")


@pytest.mark.usefixtures("channel")
async def test_what_cannot_be_searched_for_is_said_and_may_be_tried_again(camilla: Person) -> None:
    await camilla.taps("Sözlər")
    await camilla.taps("Açar söz əlavə etmək")
    await camilla.sends("<!!!>")
    await camilla.sees("«<!!!>» yazısında nə hərf, nə rəqəm var")
    await camilla.sends(", ".join(f"söz{number}" for number in range(51)))
    await camilla.sees("Sözlərin sayı 51 olardı")
    await camilla.sends("seçki")

    await camilla.sees("Yalnız bu sözlər olan məqalələr: seçki")


async def test_a_stranger_with_a_copied_button_changes_no_words(
    bob: Person, channel: Channel, newsroom: Newsroom
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    settings = await newsroom.services.words.add(found.id, WordKind.INCLUDE, "futbol", make_administrator())
    await bob.sends("/start")
    greeting = await bob.sees("Hello")
    forged = WordButton(channel=found.id, wish=WordWish.REMOVE, word=settings.words[0].id)

    assert "Only the channel's administrators" in await bob.presses(greeting, forged.pack())
    assert len((await newsroom.services.channels.show(found.id, make_administrator())).words) == 1
