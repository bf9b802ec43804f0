import pytest

from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom


def commands_in(text: str) -> list[str]:
    return [line.split(" ")[0] for line in text.splitlines() if line.startswith("/")]


async def test_a_reader_is_told_the_readers_commands(alice: Person) -> None:
    await alice.sends("/help")

    message = await alice.sees("Вот команды")
    assert commands_in(message.text) == ["/rubrics", "/latest", "/settings", "/language", "/stop", "/help"]
    assert "Ведёте канал?" in message.text


@pytest.mark.usefixtures("channel")
async def test_who_runs_a_channel_is_told_of_channels(camilla: Person) -> None:
    await camilla.sends("/help")

    message = await camilla.sees("Əmrlər bunlardır")
    assert "/channels" in commands_in(message.text)


async def test_editors_and_owners_are_told_theirs(editor: Person, olga: Person) -> None:
    await editor.sends("/help")
    await olga.sends("/help")

    edgars, olgas = await editor.sees("Вот команды"), await olga.sees("Вот команды")
    assert "/push" in commands_in(edgars.text)
    assert "/editors" not in commands_in(edgars.text)
    assert {"/push", "/editors"} <= set(commands_in(olgas.text))


async def test_the_menu_offers_what_help_tells(alice: Person, editor: Person, channel: Channel) -> None:
    for person in (alice, editor, channel.telegram.person("camilla")):
        await person.sends("/help")
        message = await person.sees("/rubrics — ")
        assert [f"/{name}" for name in await person.commands()] == commands_in(message.text)


async def test_an_editor_dismissed_meanwhile_is_a_reader(editor: Person, newsroom: Newsroom) -> None:
    await newsroom.services.staff.dismiss(editor.id)
    await editor.sends("/help")

    message = await editor.sees("Вот команды")
    assert "/push" not in commands_in(message.text)
