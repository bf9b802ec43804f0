import pytest

from bot.domain.staff import Role
from bot.sandbox.client import Person
from tests.handlers.conftest import Newsroom


@pytest.fixture
async def appointed(olga: Person, edgar: Person) -> Person:
    """Edgar, appointed by olga."""
    await edgar.sends("/start")
    await edgar.sees("Здравствуйте")
    await olga.sends("/start")
    await olga.sends(f"/editors {edgar.id}")
    await olga.sees("теперь редактор")
    return edgar


async def test_the_list_begins_empty_and_says_how_to_appoint(olga: Person) -> None:
    await olga.sends("/editors")

    message = await olga.sees("Редакторов пока нет")
    assert "/editors 1234567" in message.text


async def test_an_appointed_editor_is_told_and_gets_the_commands(appointed: Person) -> None:
    await appointed.sees("Вас назначили редактором")

    assert "push" in await appointed.commands()


async def test_appointing_twice_says_so(olga: Person, appointed: Person) -> None:
    await olga.sends(f"/editors {appointed.id}")

    await olga.sees("уже может всё, что может редактор")
    assert len([post for post in await appointed.posts() if "назначили" in post.text]) == 1


@pytest.mark.usefixtures("appointed")
async def test_dismissing_asks_once_then_does_it(olga: Person, appointed: Person, newsroom: Newsroom) -> None:
    await olga.taps("✕ ")
    asked = await olga.sees("Снять?")
    kept = await newsroom.services.staff.role_of(appointed.id)
    await olga.taps("Снять")
    done = await olga.sees("больше не редактор")
    await appointed.sees("Вы больше не редактор")

    assert asked.message_id == done.message_id
    assert kept is Role.EDITOR
    assert await newsroom.services.staff.role_of(appointed.id) is Role.READER
    assert "push" not in await appointed.commands()


async def test_keeping_an_editor_leads_back_to_the_list(olga: Person, appointed: Person, newsroom: Newsroom) -> None:
    await olga.taps("✕ ")
    await olga.taps("Оставить")

    await olga.sees("1 редактор")
    assert await newsroom.services.staff.role_of(appointed.id) is Role.EDITOR


async def test_a_double_tap_dismisses_once(olga: Person, appointed: Person) -> None:
    await olga.taps("✕ ")
    message, button = await olga.sees_button("Снять")
    assert button.callback_data is not None
    await olga.presses(message, button.callback_data)
    await olga.presses(message, button.callback_data)

    await olga.sees("Редакторов пока нет")
    assert len([post for post in await appointed.posts() if "больше не редактор" in post.text]) == 1


async def test_who_never_wrote_to_the_bot_cannot_be_appointed(olga: Person) -> None:
    await olga.sends("/start")
    await olga.sends("/editors 999999")

    await olga.sees("Я не знаю этого человека")


@pytest.mark.parametrize("given", ["edgar", "-1001000000001", "1004 1005", "0", "9" * 17])
async def test_what_is_no_id_is_named_so(olga: Person, given: str) -> None:
    await olga.sends(f"/editors {given}")

    await olga.sees("Это не похоже на id")


async def test_an_editor_cannot_dismiss_or_appoint(appointed: Person, newsroom: Newsroom) -> None:
    message = await appointed.sees("Вас назначили редактором")

    assert await appointed.presses(message, f"ed:{appointed.id}:1") == "Кнопка устарела."
    await appointed.sends("/editors 1001")
    await appointed.sees("Такой команды нет")
    assert len(await newsroom.services.staff.editors()) == 1
