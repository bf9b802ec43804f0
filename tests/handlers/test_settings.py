import pytest

from bot.domain.destination import DestinationState
from bot.sandbox.client import Person
from tests.delivering import Desk
from tests.handlers.conftest import Newsroom


async def test_settings_show_what_is_set_in_ones_language(bob: Person) -> None:
    await bob.opens_link("r-football")
    await bob.sends("/settings")

    message = await bob.sees("Settings")
    assert message.text == "Settings\nLanguage: English\nRubrics: 1 chosen\n\nNews comes as soon as it is published."
    assert message.button_texts == [
        "Rubrics",
        "Stop the news",
        "Русский",
        "Azərbaycanca",
        "✓ English",
        "Why did I get this article?",
    ]


async def test_who_never_started_the_bot_sees_settings_too(alice: Person) -> None:
    await alice.sends("/settings")

    assert "Рубрики: ни одной" in (await alice.sees("Настройки")).text
    await alice.sees("как только вы выберете рубрику")


async def test_rubrics_are_chosen_in_place_and_counted_on_the_way_back(alice: Person) -> None:
    await alice.sends("/settings")
    opened = await alice.sees("Рубрики: ни одной")
    await alice.taps("Рубрики")
    await alice.sees("Отметьте рубрики")
    await alice.taps("Футбол")
    await alice.sees_button("✓ ⚽ Футбол")
    await alice.taps("‹ Настройки")

    returned = await alice.sees("Рубрики: 1 выбрана")
    assert returned.message_id == opened.message_id
    assert len(await alice.posts()) == 1


async def test_rubrics_that_were_opened_by_their_command_lead_nowhere_else(alice: Person) -> None:
    await alice.sends("/rubrics")
    await alice.taps("Футбол")

    message, _ = await alice.sees_button("✓ ⚽ Футбол")
    assert "‹ Настройки" not in message.button_texts


async def test_many_rubrics_keep_the_way_back_on_each_page(alice: Person, newsroom: Newsroom) -> None:
    await newsroom.adds_rubrics(40)
    await alice.sends("/settings")
    await alice.taps("Рубрики")
    await alice.taps("Дальше")
    await alice.taps("Рубрика 41")
    await alice.taps("‹ Настройки")

    await alice.sees("Рубрики: 1 выбрана")


async def test_a_language_is_one_tap_and_holds_for_the_menu_as_well(alice: Person) -> None:
    await alice.sends("/settings")
    await alice.taps("English")

    message = await alice.sees("Language: English")
    assert "✓ English" in message.button_texts
    assert (await alice.commands())["settings"] == "settings"


async def test_news_stops_and_resumes_in_place(alice: Person, newsroom: Newsroom) -> None:
    await alice.opens_link("r-football")
    await alice.sends("/settings")
    await alice.taps("Остановить новости")
    stopped = await alice.sees("⏸ Новости остановлены")
    await newsroom.comes_to(alice.id, DestinationState.PAUSED)
    await alice.taps("Рубрики")
    await alice.sees("Сейчас новости остановлены")
    await alice.taps("‹ Настройки")
    await alice.taps("Возобновить новости")
    resumed = await alice.sees("Новости приходят")

    await newsroom.comes_to(alice.id, DestinationState.ACTIVE)
    assert resumed.message_id == stopped.message_id
    assert "Рубрики: 1 выбрана" in resumed.text


async def test_a_double_tap_does_not_flip_the_news_back(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/settings")
    message, button = await alice.sees_button("Остановить новости")
    assert button.callback_data is not None
    for _ in range(2):
        assert await alice.presses(message, button.callback_data) == ""

    await alice.sees("⏸ Новости остановлены")
    await newsroom.comes_to(alice.id, DestinationState.PAUSED)


async def test_why_an_article_came_is_told_with_the_rubric_that_brought_it(alice: Person, newsroom: Newsroom) -> None:
    desk = Desk(newsroom.database, newsroom.clock)
    await alice.opens_link("r-football")
    await alice.sees("Вы подписаны")
    await desk.publish("Матч <дня> & счёт", categories=("Футбол",))
    await desk.deliver()
    await alice.sends("/settings")
    await alice.taps("Почему мне пришла статья?")

    message = await alice.sees("Что я вам прислал")
    heading, line, how = message.text.split("\n\n")
    assert heading == "Что я вам прислал в последнее время и почему"
    assert line == "10:00 Матч <дня> & счёт\nвы выбрали: Футбол"
    assert how == "Изменить рубрики: /rubrics. Остановить всё: /stop"
    assert message.button_texts == ["‹ Настройки"]

    await alice.taps("‹ Настройки")
    await alice.taps("Рубрики")
    await alice.taps("Футбол")
    await alice.taps("‹ Настройки")
    await alice.taps("Почему мне пришла статья?")
    await alice.sees("её рубрики, которых у вас уже нет: Футбол")


async def test_who_got_nothing_is_told_so(alice: Person) -> None:
    await alice.sends("/settings")
    await alice.taps("Почему мне пришла статья?")

    await alice.sees("Я пока ничего вам не присылал")


async def test_ten_long_headlines_fit_one_message(alice: Person, newsroom: Newsroom) -> None:
    desk = Desk(newsroom.database, newsroom.clock)
    await alice.opens_link("r-football")
    await alice.sees("Вы подписаны")
    for number in range(12):
        await desk.publish(f"{number} " + "очень " * 200)
        await desk.deliver()
    await alice.sends("/settings")
    await alice.taps("Почему мне пришла статья?")

    message = await alice.sees("Что я вам прислал")
    assert len(message.text.split("\n\n")) == 12
    assert "11 очень" in message.text
    assert "1 очень" not in message.text.replace("11 очень", "")


@pytest.mark.parametrize("data", ["s:l:fr", "s:l:", "s:x:", "s:o", "s:w:1:2", "s::", "s:p:ru:0"])
async def test_a_forged_button_changes_nothing(alice: Person, newsroom: Newsroom, data: str) -> None:
    await alice.sends("/settings")
    message = await alice.sees("Настройки")

    assert await alice.presses(message, data) == "Кнопка устарела."
    assert "Язык: Русский" in (await alice.sees("Настройки")).text
    await newsroom.comes_to(alice.id, DestinationState.ACTIVE)


async def test_settings_of_others_cannot_be_reached(alice: Person, bob: Person, newsroom: Newsroom) -> None:
    await alice.sends("/settings")
    message, stop = await alice.sees_button("Остановить новости")
    assert stop.callback_data is not None
    await bob.sends("/settings")
    await bob.sees("Settings")
    await bob.presses(await bob.sees("Settings"), stop.callback_data)

    await newsroom.comes_to(bob.id, DestinationState.PAUSED)
    await newsroom.comes_to(alice.id, DestinationState.ACTIVE)
    assert "⏸" not in (await alice.sees("Настройки")).text
    assert message.chat_id == alice.id
