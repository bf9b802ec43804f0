"""An editor asks why a channel did not get an article, a reader why they did; both then set it right."""

import pytest

from bot.sandbox.client import Channel, Message, Person, SandboxClient
from tests.journeys.conftest import News, connects, publishes_in_russian, takes_rubric

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """camilla's channel, in Russian, which carries business."""
    created = await connects(camilla, "Главное")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Biznes")
    return created


async def test_an_editor_reads_why_a_channel_did_not_get_an_article_and_the_channel_gets_the_next(
    editor: Person, reader: Person, channel: Channel, camilla: Person, news: News
) -> None:
    url = await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")
    await editor.sends(f"/why {url}")
    asked = await editor.sees("✅ Подписчики: доставлено 1")
    assert "✅ Принята как новая" in asked.text
    assert "Главное" in asked.button_texts

    await editor.taps("Главное")
    told = await editor.sees("⛔ Канал её не получил. Причина ниже.")
    assert "⛔ Не подписан на её рубрики: Футбол" in told.text
    assert told.message_id == asked.message_id

    await takes_rubric(camilla, "Futbol")
    await editor.taps("Обновить")
    await editor.sees("С сегодняшними настройками получил бы, но тогда они были другими.")
    following = await news.publishes("Карабах взял кубок")
    await channel.sees("Карабах взял кубок")
    await channel.does_not_see("Карабах вышел в финал")
    await editor.sends(f"/why {following} Главное")
    told = await editor.sees("Карабах взял кубок\nКанал «Главное»")
    for _ in range(20):
        if "✅ Статья стоит в канале." in told.text:
            break
        # What became of it is written down a moment after Telegram's answer.
        await editor.taps("Обновить")
        told = (await editor.posts())[-1]
    assert "✅ Статья стоит в канале." in told.text


async def test_an_editor_reads_in_which_message_the_rest_of_a_channels_pace_came(
    editor: Person, reader: Person, channel: Channel, camilla: Person, news: News, telegram: SandboxClient
) -> None:
    await takes_rubric(camilla, "Futbol")
    for button in ("Temp", "15 dəq", "Qalanları bir mesajda"):
        await camilla.taps(button)
    await camilla.sees("15 dəqiqədə ən çoxu bir dəfə, qalanları bir mesajda")
    await news.publishes("Первая")
    await channel.sees("Первая")
    url, last = await news.publishes("Вторая"), await news.publishes("Третья")
    await reader.sees("Вторая")
    await reader.sees("Третья")
    await _comes_to(editor, url, "Вторая", "ждёт очереди: у канала задан темп")
    await _comes_to(editor, last, "Третья", "в очереди")
    await telegram.moves_clock(15 * 60)
    batch = await channel.sees("Вторая")
    told = await _comes_to(editor, url, "Вторая", "Строка в общем сообщении: 10:15")

    assert "Третья" in batch.text
    assert len(await channel.posts()) == 2
    assert "✅ Статья стоит в канале." in told.text
    assert "темп канала не оставил ей места, и она в одном сообщении с другими" in told.text
    assert f"/{batch.message_id}" in told.html


async def _comes_to(editor: Person, url: str, title: str, said: str) -> Message:
    """What becomes of an article is written down a moment after it became so."""
    await editor.sends(f"/why {url} Главное")
    told = await editor.sees(f"{title}\nКанал «Главное»")
    for _ in range(40):
        if said in told.text:
            return told
        await editor.taps("Обновить")
        told = (await editor.posts())[-1]
    raise AssertionError(told.text)


async def test_a_reader_asks_why_an_article_came_and_leaves_its_rubric(reader: Person, bob: Person, news: News) -> None:
    await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")
    await reader.sends("/settings")
    await reader.taps("Почему мне пришла статья?")
    told = await reader.sees("Что я вам прислал")
    assert "Карабах вышел в финал\nвы выбрали: Футбол" in told.text

    await reader.taps("‹ Настройки")
    await reader.taps("Рубрики")
    await reader.taps("✓ ⚽ Футбол")
    await reader.taps("‹ Настройки")
    await reader.sees("Рубрики: ни одной")
    await bob.sends("/start")
    await bob.taps("Football")
    await bob.sends("/settings")
    await bob.taps("Русский")
    await bob.sees("Рубрики: 1 выбрана")

    await news.publishes("Карабах взял кубок")
    await bob.sees("Карабах взял кубок")
    await reader.does_not_see("Карабах взял кубок")


async def test_news_stopped_in_the_settings_resume_there_without_a_flood(
    reader: Person, bob: Person, news: News
) -> None:
    await bob.sends("/settings")
    await bob.taps("Русский")
    await bob.sees("Язык: Русский")
    await bob.opens_link("r-football")
    await bob.sees("Вы подписаны")
    await reader.sends("/settings")
    await reader.taps("Остановить новости")
    await reader.sees("⏸ Новости остановлены")
    await news.publishes("Пока новости остановлены")
    await bob.sees("Пока новости остановлены")
    await reader.taps("Возобновить новости")
    await reader.sees("Новости приходят")

    await news.publishes("Новости снова идут")

    await reader.sees("Новости снова идут")
    await reader.does_not_see("Пока новости остановлены")


async def test_an_editor_reads_telegrams_words_where_a_delivery_failed(
    editor: Person, reader: Person, channel: Channel, camilla: Person, news: News, telegram: SandboxClient
) -> None:
    await takes_rubric(camilla, "Futbol")
    await telegram.faults(
        "error", method="sendPhoto", chat_id=channel.id, count=1, description="Bad Request: CHAT_SEND_PHOTOS_PREMIUM"
    )
    url = await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")
    await editor.sends(f"/why {url} Главное")

    told = await editor.sees("⛔ До канала она не дошла.")
    assert "— Телеграм ответил: Bad Request: CHAT_SEND_PHOTOS_PREMIUM" in told.text
