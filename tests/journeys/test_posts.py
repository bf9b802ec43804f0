"""A channel sets how its posts look, and its next article comes so."""

import pytest

from bot.sandbox.client import Channel, Person
from tests.journeys.conftest import News, publishes_in_russian, takes_rubric

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """camilla's channel, in Russian, which carries football; its menu is open in her chat."""
    await camilla.sends("/start")
    created = await camilla.creates_channel("Спорт сегодня")
    await camilla.promotes_bot(created)
    await camilla.sees("«Спорт сегодня»")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    return created


async def test_a_template_with_a_mistake_is_corrected_and_shapes_the_next_article_and_its_correction(
    camilla: Person, channel: Channel, news: News
) -> None:
    await camilla.taps("Postlar")
    await camilla.taps("Öz şablonum")
    await camilla.sees("Şablonu bir mesajla göndərin")
    await camilla.sends("⚡️ <b>{title}</b>\n\n{?lead}<i>{leed}</i>{/lead}")
    await camilla.sees("Sətir 3, işarə 11: {leed} sahəsi yoxdur")
    await camilla.sends("⚡️ <b>{title}</b>\n\n{?lead}<i>{lead}</i>{/lead}\n{source}, {hashtags}")
    await camilla.sees_button("✓ Öz şablonum")
    await camilla.taps("«Paylaş»")
    await camilla.sees_button("✓ «Paylaş»")

    url = await news.publishes("Карабах вышел в финал", lead="Матч закончился со счётом 2:1.")
    post = await channel.sees("⚡️ Карабах вышел в финал\n\nМатч закончился со счётом 2:1.")
    assert post.text.endswith(", #Футбол")
    assert post.button_texts == ["Читать полностью", "Поделиться"]

    await news.corrects(url, title="Карабах выиграл финал")
    corrected = await channel.sees("⚡️ Карабах выиграл финал\n\nМатч закончился со счётом 2:1.")
    assert corrected.message_id == post.message_id
    assert corrected.button_texts == post.button_texts


async def test_a_rubric_is_subscribed_to_from_under_a_channels_post(
    camilla: Person, alice: Person, channel: Channel, news: News
) -> None:
    await camilla.taps("Postlar")
    await camilla.taps("«Abunə ol»")
    await camilla.sees_button("✓ «Abunə ol»")
    await news.publishes("Карабах вышел в финал")
    button = (await channel.sees("Карабах вышел в финал")).button("Футбол: подписаться")
    assert button is not None
    assert button.url is not None

    await alice.opens_link(button.url.partition("?start=")[2])

    await alice.sees("Вы подписаны на рубрику «Футбол».")
    await news.publishes("Финал пройдёт в Баку")
    await alice.sees("Финал пройдёт в Баку")
