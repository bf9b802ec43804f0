import pytest

from bot.sandbox.client import Person, SandboxClient


async def test_a_chosen_language_holds_for_texts_buttons_and_the_menu(alice: Person) -> None:
    await alice.sends("/language")
    asked = await alice.sees("На каком языке")
    await alice.taps("English")
    chosen = await alice.sees("English from now on")
    menu = await alice.commands()
    await alice.sends("/rubrics")

    await alice.sees_button("Football")
    assert asked.button_texts == ["✓ Русский", "Azərbaycanca", "English"]
    assert chosen.button_texts == ["Русский", "Azərbaycanca", "✓ English"]
    assert chosen.message_id == asked.message_id
    assert menu["rubrics"] == "choose rubrics"


async def test_choosing_the_same_language_twice_is_no_mistake(alice: Person) -> None:
    await alice.sends("/language")
    message, button = await alice.sees_button("Azərbaycanca")
    assert button.callback_data is not None

    assert await alice.presses(message, button.callback_data) == ""
    assert await alice.presses(message, button.callback_data) == ""
    await alice.sees("Azərbaycan dilində")


async def test_a_language_that_does_not_exist_is_an_outdated_button(alice: Person) -> None:
    await alice.sends("/language")
    message = await alice.sees("На каком языке")

    assert await alice.presses(message, "l:fr") == "Кнопка устарела."


@pytest.mark.parametrize(
    ("who", "description"), [("alice", "последние новости"), ("bob", "latest news"), ("camilla", "son xəbərlər")]
)
async def test_the_menu_speaks_the_language_of_ones_telegram(
    telegram: SandboxClient, who: str, description: str
) -> None:
    person = telegram.person(who)
    await person.sends("/help")
    await person.sees("/latest")

    assert (await person.commands())["latest"] == description
