import pytest

from bot.sandbox.client import Person


async def test_an_unknown_command_leads_to_help(alice: Person) -> None:
    await alice.sends("/weather")

    assert "/help" in (await alice.sees("Такой команды нет")).text


async def test_free_words_get_a_hint(alice: Person) -> None:
    await alice.sends("Какие новости?")

    assert "/rubrics" in (await alice.sees("Я понимаю команды и кнопки")).text


@pytest.mark.parametrize("command", ["/push https://example.org/a", "/editors 1004"])
async def test_commands_of_the_staff_do_not_exist_for_readers(alice: Person, command: str) -> None:
    await alice.sends(command)

    await alice.sees("Такой команды нет")


@pytest.mark.parametrize(
    "data",
    ["old:1", "r:football", "r:football:perhaps:0", "c:1", "p:1:s:0:0", "ed:1004:1", "el", "", "🙂" * 16],
    ids=[
        "no such button",
        "of an earlier form",
        "no answer",
        "half a button",
        "push",
        "dismiss",
        "list",
        "empty",
        "full",
    ],
)
async def test_a_stale_or_forged_button_is_called_outdated(alice: Person, data: str) -> None:
    await alice.sends("/rubrics")
    message = await alice.sees("Отметьте рубрики")

    assert await alice.presses(message, data) == "Кнопка устарела."


async def test_an_outdated_button_is_answered_in_the_persons_language(bob: Person) -> None:
    await bob.sends("/rubrics")

    assert await bob.presses(await bob.sees("Tick your rubrics"), "old:1") == "This button is outdated."
