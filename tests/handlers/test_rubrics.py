from bot.sandbox.client import Person, SandboxClient
from tests.handlers.conftest import Newsroom


async def test_the_rubrics_are_buttons_in_the_persons_language(bob: Person) -> None:
    await bob.sends("/rubrics")

    message = await bob.sees("Tick your rubrics")
    assert message.button_texts == ["🌍 Foreign policy", "⚽ Football", "All", "None"]


async def test_a_second_tap_takes_the_tick_away(alice: Person) -> None:
    await alice.sends("/rubrics")
    await alice.taps("Футбол")
    await alice.taps("✓ ⚽ Футбол")

    message, _ = await alice.sees_button("Футбол")
    assert "✓ ⚽ Футбол" not in message.button_texts


async def test_a_double_tap_ticks_once(alice: Person) -> None:
    await alice.sends("/rubrics")
    message, button = await alice.sees_button("Футбол")
    assert button.callback_data is not None
    await alice.presses(message, button.callback_data)
    await alice.presses(message, button.callback_data)

    ticked, _ = await alice.sees_button("✓ ⚽ Футбол")
    assert ticked.message_id == message.message_id
    assert len(await alice.posts()) == 1


async def test_all_and_none_are_one_tap_each(alice: Person) -> None:
    await alice.sends("/rubrics")
    await alice.taps("Все")
    every, _ = await alice.sees_button("✓ ⚽ Футбол")
    await alice.taps("Ни одной")
    none, _ = await alice.sees_button("Футбол")

    assert [text for text in every.button_texts if text.startswith("✓")] == ["✓ 🌍 Внешняя политика", "✓ ⚽ Футбол"]
    assert [text for text in none.button_texts if text.startswith("✓")] == []


async def test_who_has_stopped_is_told_at_each_tap(alice: Person) -> None:
    await alice.sends("/start")
    await alice.sends("/stop")
    await alice.sends("/rubrics")
    await alice.sees("Сейчас новости остановлены")

    assert "Сейчас новости остановлены" in await alice.taps("Футбол")
    await alice.sees_button("✓ ⚽ Футбол")


async def test_a_rubric_that_is_no_more_is_refused_and_the_buttons_are_drawn_anew(alice: Person) -> None:
    await alice.sends("/rubrics")
    message = await alice.sees("Отметьте рубрики")

    assert await alice.presses(message, "r:weather:1:0:0") == "Такой рубрики больше нет."
    await alice.sees_button("Футбол")


async def test_many_rubrics_are_parted_into_pages(alice: Person, newsroom: Newsroom) -> None:
    await newsroom.adds_rubrics(40)
    await alice.sends("/rubrics")
    first = await alice.sees("Отметьте рубрики")
    await alice.taps("Дальше ›")
    second, _ = await alice.sees_button("2 / 2")
    await alice.taps("Рубрика 41")
    ticked, _ = await alice.sees_button("✓ Рубрика 41")

    assert first.button("Рубрика 29") is not None
    assert first.button("Рубрика 30") is None
    assert second.button("Рубрика 30") is not None
    assert ticked.button("2 / 2") is not None
    assert first.message_id == ticked.message_id


async def test_buttons_that_can_no_longer_be_changed_are_shown_again_below(
    telegram: SandboxClient, alice: Person
) -> None:
    await alice.sends("/rubrics")
    message = await alice.sees("Отметьте рубрики")
    await telegram.faults("error", method="editMessageReplyMarkup", description="Bad Request: message can't be edited")
    await alice.taps("Футбол")

    again, _ = await alice.sees_button("✓ ⚽ Футбол")
    assert again.message_id > message.message_id
