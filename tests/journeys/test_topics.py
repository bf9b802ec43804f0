"""A group with topics, from its connection to posts in their topics, a closed one, and a ticker that moves."""

import asyncio

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Message, Person
from tests.journeys.conftest import News, publishes_in_russian, takes_rubric

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def forum(camilla: Person) -> Channel:
    """camilla's, in Russian, with the rubrics football and business; the bot manages topics."""
    await camilla.sends("/start")
    created = await camilla.creates_forum("Спорт сегодня")
    await camilla.promotes_bot(created, {"can_manage_topics": True, "can_pin_messages": True})
    await camilla.sees("«Спорт сегодня»")
    await publishes_in_russian(camilla)
    for rubric in ("Futbol", "Biznes"):
        await takes_rubric(camilla, rubric)
    return created


async def comes_to_stand(group: Channel, clock: MovableClock, text: str, topic: int | None) -> Message:
    for _ in range(100):
        for post in await group.posts():
            if text in post.text and post.topic == topic:
                return post
        clock.advance(1)
        await clock.sleep(0.1)
    raise AssertionError(
        f"{text!r} does not stand in {topic}: {[(each.topic, each.text) for each in await group.posts()]}"
    )


async def test_posts_go_to_the_topics_of_their_rubrics_and_come_back_to_one_that_was_closed(
    camilla: Person, forum: Channel, news: News, clock: MovableClock
) -> None:
    await camilla.taps("Mövzular")
    await camilla.taps("2 rubrika üçün mövzu yaratmaq")
    await camilla.sees("2 rubrikanın öz mövzusu var")
    topics = await forum.topics()
    (football,) = (topic for name, topic in topics.items() if "Футбол" in name)
    (business,) = (topic for name, topic in topics.items() if "Бизнес" in name)
    goal = await news.publishes("Карабах вышел в финал")
    await news.publishes("Ставки снижены", rubric="Бизнес")
    await comes_to_stand(forum, clock, "Карабах вышел в финал", football)
    await comes_to_stand(forum, clock, "Ставки снижены", business)
    await news.corrects(goal, title="Карабах выиграл финал")
    await comes_to_stand(forum, clock, "Карабах выиграл финал", football)

    # What the bot created it may write in though it is closed, so the topic is deleted and its posts fall back.
    await camilla.deletes_topic(forum, football)
    await news.publishes("Билеты поступили в продажу")
    await comes_to_stand(forum, clock, "Билеты поступили в продажу", None)
    await camilla.sees("Футбол» mövzusu silinib")

    own = await camilla.creates_topic(forum, "Матчи")
    await camilla.closes_topic(forum, own)
    await camilla.promotes_bot(forum, {"can_manage_topics": False})
    await camilla.sends("/channels")
    await camilla.taps("Спорт сегодня")
    await camilla.taps("Mövzular")
    await camilla.taps("Futbol")
    await camilla.taps("Матчи")
    await news.publishes("Судья назначен")
    await comes_to_stand(forum, clock, "Судья назначен", None)
    await camilla.sees("«Матчи» mövzusu bağlıdır")
    await camilla.reopens_topic(forum, own)
    await news.publishes("Состав объявлен")
    await comes_to_stand(forum, clock, "Состав объявлен", own)
    told = [message for message in await camilla.posts() if "«Матчи» mövzusu bağlıdır" in message.text]
    assert len(told) == 1


async def test_an_editor_reads_in_which_topic_an_article_stands(
    camilla: Person, forum: Channel, news: News, clock: MovableClock, editor: Person
) -> None:
    topic = await camilla.creates_topic(forum, "Матчи")
    await camilla.taps("Mövzular")
    await camilla.taps("Futbol")
    await camilla.taps("Матчи")
    url = await news.publishes("Карабах вышел в финал")
    await comes_to_stand(forum, clock, "Карабах вышел в финал", topic)
    await editor.sends(f"/why {url} Спорт сегодня")
    await editor.sees("Посты идут в тему «Матчи»")

    await camilla.taps("Futbol → Матчи")
    await camilla.taps("Qalanların getdiyi yerə")
    await editor.taps("Обновить")
    await editor.sees("Посты идут в тему «General»")


async def test_a_live_ticker_stands_pinned_in_its_topic_and_moves_with_its_lines(
    camilla: Person, forum: Channel, news: News, clock: MovableClock
) -> None:
    first, second = await camilla.creates_topic(forum, "Коротко"), await camilla.creates_topic(forum, "Лента")
    await camilla.taps("Tiker")
    await camilla.taps("Canlı")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("✓ Məqalələr")
    await camilla.taps("Mövzular")
    await camilla.taps("Tiker")
    await camilla.taps("Коротко")
    await news.publishes("Карабах вышел в финал")
    before = await comes_to_stand(forum, clock, "Карабах вышел в финал", first)
    await news.publishes("Билеты поступили в продажу")
    await comes_to_stand(forum, clock, "Билеты поступили в продажу", first)
    await camilla.taps("Tiker")
    await camilla.taps("Лента")
    moved = await comes_to_stand(forum, clock, "Билеты поступили в продажу", second)

    assert "Карабах вышел в финал" in moved.text
    async with asyncio.timeout(10):
        while [post.message_id for post in await forum.posts()] != [moved.message_id]:
            await clock.sleep(0.05)
        while (pinned := await forum.pinned()) is None or pinned.message_id == before.message_id:
            await clock.sleep(0.05)
    assert pinned.message_id == moved.message_id
