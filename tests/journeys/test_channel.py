import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Person
from tests.journeys.conftest import News, connects, publishes_in_russian, sets, takes_rubric

pytestmark = pytest.mark.usefixtures("bot")

POSTING = {"can_post_messages": True, "can_edit_messages": True, "can_delete_messages": True}


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """camilla's channel, connected and in Russian; its menu is open in her chat."""
    created = await connects(camilla, "Спорт сегодня")
    await publishes_in_russian(camilla)
    return created


async def test_a_channel_is_connected_its_rubrics_are_chosen_and_it_gets_their_articles(
    camilla: Person, channel: Channel, news: News
) -> None:
    await takes_rubric(camilla, "Futbol")

    await news.publishes("Ставки снижены", rubric="Бизнес")
    await news.publishes("Карабах вышел в финал")

    await channel.sees("Карабах вышел в финал")
    await channel.does_not_see("Ставки снижены")


async def test_whoever_never_started_the_bot_finds_the_menu_at_start(camilla: Person, news: News) -> None:
    created = await camilla.creates_channel("Спорт сегодня")
    await camilla.promotes_bot(created)

    await camilla.sends("/start")

    await camilla.sees("«Спорт сегодня»")
    await publishes_in_russian(camilla)
    await camilla.taps("Rubrikalar")
    menu, _ = await camilla.sees_button("‹ Kanalın menyusu")
    rubric = menu.button("Futbol")
    assert rubric is not None
    assert rubric.callback_data is not None
    await camilla.presses(menu, rubric.callback_data)
    await news.publishes("Карабах вышел в финал")
    await created.sees("Карабах вышел в финал")


async def test_a_missing_right_is_named_and_given_later(camilla: Person) -> None:
    await camilla.sends("/start")
    created = await camilla.creates_channel("Спорт сегодня")

    await camilla.promotes_bot(created, {"can_post_messages": False})
    await camilla.sees("«Спорт сегодня» kanalında")
    await camilla.promotes_bot(created, POSTING)

    await camilla.sees("«Спорт сегодня» kanalı qoşuldu")


async def test_a_channel_that_took_the_right_to_post_gets_nothing_and_goes_on_by_itself_without_a_backlog(
    camilla: Person, reader: Person, channel: Channel, news: News
) -> None:
    await takes_rubric(camilla, "Futbol")
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.sees("«Mesaj dərc etmək» hüququm yoxdur")
    await news.publishes("Без права")
    await reader.sees("Без права")

    await camilla.promotes_bot(channel, POSTING)
    await camilla.sees("hüquq qayıtdı")
    await news.publishes("Право вернулось")

    await channel.sees("Право вернулось")
    await channel.does_not_see("Без права")


async def test_somebody_who_is_no_administrator_any_more_changes_nothing(
    reader: Person, bob: Person, channel: Channel, news: News
) -> None:
    await bob.sends("/start")
    await bob.becomes_administrator(channel)
    await bob.sends("/channels")
    await bob.taps("Спорт сегодня")
    await bob.taps("Rubrics")
    await bob.sees_button("‹ Channel menu")
    menu, football = await bob.sees_button("Football")
    assert football.callback_data is not None
    await bob.is_administrator_no_more(channel)

    assert "administrators" in await bob.presses(menu, football.callback_data)

    await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")
    await channel.does_not_see("Карабах вышел в финал")


async def test_a_button_somebody_else_forged_does_nothing(
    camilla: Person, reader: Person, channel: Channel, news: News
) -> None:
    await camilla.taps("Rubrikalar")
    _, button = await camilla.sees_button("Futbol")
    own, _ = await reader.sees_button("Футбол")

    assert button.callback_data is not None
    assert await reader.presses(own, button.callback_data)

    await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")
    await channel.does_not_see("Карабах вышел в финал")


async def test_a_channel_that_dismissed_the_bot_keeps_its_settings_for_its_return(
    camilla: Person, reader: Person, channel: Channel, news: News
) -> None:
    await takes_rubric(camilla, "Futbol")
    await camilla.dismisses_bot(channel)
    await camilla.sees("«Спорт сегодня»")
    await news.publishes("Без бота")
    await reader.sees("Без бота")

    lost = await camilla.sees("kanalı ayrıldı")
    await camilla.promotes_bot(channel)
    await camilla.sees("kanalı qoşuldu", after=lost)
    await news.publishes("Бот вернулся")

    await channel.sees("Бот вернулся")
    await channel.does_not_see("Без бота")


async def sets_ticker(camilla: Person, button: str) -> None:
    """With a rubric, on the ticker's own screen, and back to the menu, where articles are switched off."""
    await takes_rubric(camilla, "Futbol")
    await sets(camilla, "Tiker", button)
    await camilla.taps("Məqalələr")


async def test_a_ticker_brings_a_line_an_article_each_batch_a_message_of_its_own(
    camilla: Person, channel: Channel, news: News, clock: MovableClock
) -> None:
    await sets_ticker(camilla, "5 dəq")
    await news.publishes("Карабах вышел в финал", at="2026-03-02T09:52:00+04:00")
    await ticks_until(channel, clock, "Карабах вышел в финал")
    await news.publishes("Билеты поступили в продажу", at="2026-03-02T09:58:00+04:00")
    await ticks_until(channel, clock, "Билеты поступили в продажу")

    assert [post.text for post in await channel.posts()] == [
        "Коротко · 2 марта\n\n09:52 Карабах вышел в финал · Футбол",
        "Коротко · 2 марта\n\n09:58 Билеты поступили в продажу · Футбол",
    ]


async def test_a_channel_is_set_up_in_a_minute(camilla: Person, news: News, clock: MovableClock) -> None:
    began = clock.now()
    await camilla.sends("/start")
    await camilla.sends("/channels")
    await camilla.taps("Öz kanalımı seçmək")
    await camilla.sees("Aşağıda kanalı")
    created = await camilla.creates_channel("Спорт сегодня")
    await camilla.shares(created, "📢 Kanal seçmək")
    await camilla.sees("«Спорт сегодня» kanalı qoşuldu.\nBütün hüquqlar var.")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    menu = await camilla.sees("Rubrikalar: 1 seçilib")
    spent = clock.now() - began

    await news.publishes("Карабах вышел в финал")
    await created.sees("Карабах вышел в финал")
    assert menu.text.splitlines()[0] == "Спорт сегодня"
    assert spent.total_seconds() < 60


async def test_a_group_gets_its_news_before_and_after_it_becomes_a_supergroup(camilla: Person, news: News) -> None:
    await camilla.sends("/start")
    group = await camilla.creates_group("Azarkeşlər")
    await camilla.promotes_bot(group)
    await camilla.sees("«Azarkeşlər» qrupu qoşuldu")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, "Futbol")
    await news.publishes("Карабах вышел в финал")
    await group.sees("Карабах вышел в финал")
    supergroup = await camilla.upgrades(group)
    await news.publishes("Финал пройдёт в Баку")

    await supergroup.sees("Финал пройдёт в Баку")
    await group.does_not_see("Финал пройдёт в Баку")


async def test_a_live_ticker_is_one_pinned_message_that_follows_the_news(
    camilla: Person, channel: Channel, news: News, clock: MovableClock
) -> None:
    await sets_ticker(camilla, "Canlı")
    url = await news.publishes("Карабах вышел в финал", at="2026-03-02T09:52:00+04:00")
    await channel.sees("Карабах вышел в финал")
    await news.publishes("Билеты поступили в продажу", at="2026-03-02T09:58:00+04:00")
    await ticks_until(channel, clock, "Билеты поступили в продажу")
    await news.corrects(url, title="Карабах в финале Кубка")
    await ticks_until(channel, clock, "Карабах в финале Кубка")

    (post,) = await channel.posts()
    assert post.text.splitlines()[2::2] == [
        "09:58 Билеты поступили в продажу · Футбол",
        "09:52 Карабах в финале Кубка · Футбол",
    ]
    assert url in post.html
    assert await channel.pinned() == post


async def test_a_live_ticker_that_may_not_be_pinned_goes_on_and_its_administrator_is_told_once(
    camilla: Person, channel: Channel, news: News, clock: MovableClock
) -> None:
    await camilla.promotes_bot(channel, POSTING | {"can_edit_messages": False})
    await sets_ticker(camilla, "Canlı")
    await news.publishes("Карабах вышел в финал", at="2026-03-02T09:52:00+04:00")
    await camilla.sees("«Спорт сегодня» kanalında mesaj bərkitmək hüququm yoxdur")
    await news.publishes("Билеты поступили в продажу", at="2026-03-02T09:58:00+04:00")
    await ticks_until(channel, clock, "Билеты поступили в продажу")
    clock.advance(14 * 3600)
    await channel.sees("Коротко · 3 марта")

    told = [message for message in await camilla.posts() if "bərkitmək hüququm yoxdur" in message.text]
    assert (len(told), await channel.pinned()) == (1, None)
    await camilla.promotes_bot(channel, POSTING)
    await comes_to_be_pinned(channel, clock, "Коротко · 3 марта")


async def comes_to_be_pinned(channel: Channel, clock: MovableClock, text: str) -> None:
    for _ in range(100):
        pinned = await channel.pinned()
        if pinned is not None and text in pinned.text:
            return
        clock.advance(1)
        await clock.sleep(0.1)
    raise AssertionError(f"{text!r} was not pinned.")


async def ticks_until(channel: Channel, clock: MovableClock, text: str) -> None:
    """Minute by minute, for as long as it may take until the article was read, planned and sent."""
    for _ in range(60):
        if any(text in post.text for post in await channel.posts()):
            return
        clock.advance(60)
        await clock.sleep(0.1)
    await channel.sees(text)
