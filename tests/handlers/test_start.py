import pytest

from bot.sandbox.client import Person, SandboxClient


@pytest.mark.parametrize(
    ("who", "greeting", "rubric"),
    [("alice", "Здравствуйте", "Внешняя политика"), ("bob", "Hello", "Foreign policy"), ("camilla", "Salam", "Xarici")],
)
async def test_a_newcomer_is_greeted_in_their_language_with_the_rubrics(
    telegram: SandboxClient, who: str, greeting: str, rubric: str
) -> None:
    person = telegram.person(who)

    await person.sends("/start")

    message = await person.sees(greeting)
    assert message.button(rubric) is not None


async def test_tapping_a_rubric_ticks_it_and_leaves_the_greeting(alice: Person) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")

    message, _ = await alice.sees_button("✓ ⚽ Футбол")
    assert "Здравствуйте" in message.text
    assert "🌍 Внешняя политика" in message.button_texts


async def test_starting_again_is_no_new_acquaintance(alice: Person) -> None:
    await alice.sends("/start")
    first = await alice.sees("Здравствуйте")
    await alice.sends("/start")

    await alice.sees("Снова здравствуйте", after=first)


async def test_a_link_to_a_rubric_subscribes(alice: Person) -> None:
    await alice.opens_link("r-football")

    message = await alice.sees("Вы подписаны на рубрику «Футбол»")
    assert message.button("✓ ⚽ Футбол") is not None


@pytest.mark.parametrize("payload", ["r-weather", "r-", "whatever"], ids=["no rubric of ours", "empty", "foreign"])
async def test_a_link_to_nothing_is_a_plain_start(alice: Person, payload: str) -> None:
    await alice.opens_link(payload)

    message = await alice.sees("Здравствуйте")
    assert "Вы подписаны" not in message.text


async def test_starting_after_a_stop_brings_the_news_back(alice: Person) -> None:
    await alice.opens_link("r-football")
    await alice.sends("/stop")
    await alice.sees("Новости остановлены")
    await alice.sends("/start")

    message = await alice.sees("С возвращением")
    assert message.button("✓ ⚽ Футбол") is not None


async def test_an_owner_learns_what_else_they_can_do(olga: Person) -> None:
    await olga.sends("/start")

    await olga.sees("/editors назначает редакторов")
    assert {"push", "editors", "rubrics"} <= set(await olga.commands())


async def test_an_editor_learns_what_else_they_can_do(editor: Person) -> None:
    commands = await editor.commands()

    assert "push" in commands
    assert "editors" not in commands
