"""A channel that shows whole texts and galleries, from the site to Telegram and back again."""

import pytest

from bot.sandbox.client import Channel, Person
from tests.journeys.conftest import News, publishes_in_russian, takes_rubric

pytestmark = pytest.mark.usefixtures("bot")

BODY = "\n\n".join(f"Абзац {number}. {'Слово за слово, и матч закончился. ' * 15}".strip() for number in range(1, 13))


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """camilla's channel, in Russian, which shows the whole text of football; its menu is open in her chat."""
    await camilla.sends("/start")
    created = await camilla.creates_channel("Спорт целиком")
    await camilla.promotes_bot(created)
    await camilla.sees("«Спорт целиком»")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    await camilla.taps("Postlar")
    await camilla.taps("Bütün mətn")
    await camilla.sees_button("✓ Bütün mətn")
    return created


async def test_a_photo_report_is_an_album_with_its_text_below_and_is_corrected_where_it_stands(
    channel: Channel, news: News
) -> None:
    url = await news.publishes("Карабах вышел в финал", body=BODY, gallery=4)

    last = await channel.sees("Абзац 12", within=20)
    album = [message for message in await channel.posts() if message.album is not None]
    assert len(album) == 5
    assert len({message.photo for message in album}) == 5
    assert album[0].text.startswith("Карабах вышел в финал")
    assert last.button_texts == ["Читать полностью"]
    before = [message.message_id for message in await channel.posts()]

    await news.corrects(url, title="Карабах выиграл финал")
    await channel.sees("Карабах выиграл финал", within=20)
    assert [message.message_id for message in await channel.posts()] == before
    assert not any("Карабах вышел" in message.text for message in await channel.posts())


async def test_a_channel_that_wants_the_first_picture_gets_one_with_buttons(
    camilla: Person, channel: Channel, news: News
) -> None:
    await camilla.taps("Kart")
    await camilla.taps("✓ Qalereya albomla")
    await camilla.sees_button("Qalereya albomla")

    await news.publishes("Карабах вышел в финал", lead="Счёт 2:1.", gallery=4)

    (post,) = [await channel.sees("Карабах вышел в финал", within=20)]
    assert (post.album, post.button_texts) == (None, ["Читать полностью"])
    assert post.photo is not None
    assert len(await channel.posts()) == 1
