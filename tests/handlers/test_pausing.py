"""A pause, and what comes after it."""

import pytest

from bot.domain.destination import DestinationState
from bot.domain.rubric import Slug
from bot.sandbox.client import Channel, Message, Person
from tests.handlers.conftest import Newsroom
from tests.make import make_new_article


@pytest.fixture
async def paused(camilla: Person, channel: Channel) -> Channel:
    """Takes football, in a pause; the menu is open."""
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("Fasilə")
    await camilla.sees("⏸ Fasilə")
    return channel


async def misses(newsroom: Newsroom, count: int) -> None:
    async with newsroom.database.transaction() as tx:
        for number in range(count):
            new = make_new_article(f"url:https://example.org/missed/{number}")
            article_id = await tx.articles.add(new, now=newsroom.clock.now())
            assert article_id is not None
            await tx.articles.set_rubrics(article_id, [Slug("football")])
            await tx.missed.collect(article_id)


async def queued(newsroom: Newsroom) -> int:
    async with newsroom.database.transaction() as tx:
        return await tx.outbox.count_queued()


async def is_active(newsroom: Newsroom, channel: Channel) -> bool:
    found = await newsroom.destination(channel.id)
    return found is not None and found.state is DestinationState.ACTIVE


async def test_a_channel_that_missed_nothing_goes_on_at_once(
    camilla: Person, paused: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Davam etmək")

    menu = await camilla.sees("Məqalələr: hər biri")
    assert "Fasilə" in menu.button_texts
    assert await is_active(newsroom, paused)


@pytest.mark.parametrize(
    ("missed", "offered"),
    [
        (1, ["Heç biri, yalnız yenilər", "Dərc etmək"]),
        (4, ["Heç biri, yalnız yenilər", "Sonuncu", "Hamısı: 4"]),
        (9, ["Heç biri, yalnız yenilər", "Sonuncu", "Son 5", "Hamısı: 9"]),
        (101, ["Heç biri, yalnız yenilər", "Sonuncu", "Son 5", "Son 100"]),
    ],
)
async def test_it_is_asked_how_much_of_what_was_missed_is_wanted(
    camilla: Person, paused: Channel, newsroom: Newsroom, missed: int, offered: list[str]
) -> None:
    await misses(newsroom, missed)
    question = await asks(camilla, missed)

    assert question.button_texts == [*offered, "‹ Kanalın menyusu"]
    assert not await is_active(newsroom, paused)


async def asks(camilla: Person, missed: int) -> Message:
    await camilla.taps("Davam etmək")
    return await camilla.sees(f"«Репортаж» fasilədə olarkən {missed} məqalə çıxdı")


@pytest.mark.parametrize(
    ("answer", "expected"), [("Heç biri", 0), ("Sonuncu", 1), ("Son 5", 5), ("Hamısı", 7)], ids=["0", "1", "5", "all"]
)
async def test_as_much_as_was_chosen_goes_out(
    camilla: Person, paused: Channel, newsroom: Newsroom, answer: str, expected: int
) -> None:
    await misses(newsroom, 7)
    question = await asks(camilla, 7)
    button = question.button(answer)
    assert button is not None
    assert button.callback_data is not None
    await camilla.taps(answer)
    menu = await camilla.sees("Məqalələr: hər biri")
    await camilla.presses(menu, button.callback_data)

    assert await queued(newsroom) == expected
    assert await is_active(newsroom, paused)


async def test_the_way_back_leaves_it_paused(camilla: Person, paused: Channel, newsroom: Newsroom) -> None:
    await misses(newsroom, 2)
    await asks(camilla, 2)
    await camilla.taps("‹ Kanalın menyusu")

    await camilla.sees("⏸ Fasilə")
    assert not await is_active(newsroom, paused)
