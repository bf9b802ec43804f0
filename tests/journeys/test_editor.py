import pytest

from bot.sandbox.client import Channel, Person, SandboxClient
from tests.journeys.conftest import News, connects, publishes_in_russian

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
async def channel(camilla: Person) -> Channel:
    """camilla's channel, in Russian, without a rubric."""
    created = await connects(camilla, "Главное")
    await publishes_in_russian(camilla)
    return created


@pytest.fixture
async def unheard(news: News, bob: Person) -> str:
    """An article from before anybody but bob listened."""
    url = await news.publishes("Матч перенесён", rubric="Футбол")
    await bob.sends("/start")
    await bob.taps("Football")
    await news.publishes("Barrier", rubric="Football", language="en")
    await bob.sees("Barrier")
    return url


async def test_a_push_reaches_the_rubrics_people_and_the_chosen_channel_once(
    unheard: str, reader: Person, editor: Person, channel: Channel
) -> None:
    await editor.sends(f"/push {unheard}")
    await editor.sees("Отправить эту статью сейчас?")
    await editor.taps("Главное")
    await editor.taps("Отправить")

    await reader.sees("Матч перенесён")
    await channel.sees("Матч перенесён")
    await editor.sees("Пуш принят")
    await editor.taps("Обновить")
    await editor.sees("Доставлено: 2")


async def test_two_taps_push_once(unheard: str, reader: Person, editor: Person, telegram: SandboxClient) -> None:
    await editor.sends(f"/push {unheard}")
    question, send = await editor.sees_button("Отправить")
    assert send.callback_data is not None

    await editor.presses(question, send.callback_data)
    second = await editor.presses(question, send.callback_data)

    assert "уже принято" in second
    await reader.sees("Матч перенесён")
    await telegram.moves_clock(60)
    assert len([post for post in await reader.posts() if "Матч перенесён" in post.text]) == 1


async def test_whoever_has_the_article_does_not_get_it_again(
    reader: Person, editor: Person, news: News, telegram: SandboxClient
) -> None:
    url = await news.publishes("Карабах вышел в финал")
    await reader.sees("Карабах вышел в финал")

    await editor.sends(f"/push {url}")

    await editor.sees("У 1 адресата она уже есть")
    await telegram.moves_clock(60)
    assert len([post for post in await reader.posts() if "Карабах вышел в финал" in post.text]) == 1


async def test_a_cancelled_push_goes_to_nobody(unheard: str, reader: Person, editor: Person, news: News) -> None:
    await editor.sends(f"/push {unheard}")
    await editor.taps("Отменить")
    await editor.sees("Пуш отменён")

    await news.publishes("Следующая новость")

    await reader.sees("Следующая новость")
    await reader.does_not_see("Матч перенесён")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("/push", "Пришлите ссылку на статью", id="no link"),
        pytest.param("/push https://example.org/statya", "Такой статьи у нас нет", id="somebody else's article"),
        pytest.param("/push привет", "Такой статьи у нас нет", id="no address at all"),
    ],
)
async def test_a_push_of_nothing_is_answered_with_what_to_do(editor: Person, words: str, answer: str) -> None:
    await editor.sends(words)

    await editor.sees(answer)


async def test_a_reader_cannot_push(unheard: str, reader: Person, editor: Person) -> None:
    await editor.sends(f"/push {unheard}")
    _, send = await editor.sees_button("Отправить")
    own, _ = await reader.sees_button("Футбол")
    assert send.callback_data is not None

    await reader.sends(f"/push {unheard}")
    await reader.presses(own, send.callback_data)

    await reader.does_not_see("Отправить эту статью сейчас?")
    await editor.sends("/help")
    await editor.sees("/push")
    await editor.does_not_see("Пуш принят")


async def test_an_editor_who_was_dismissed_pushes_nothing(
    unheard: str, reader: Person, editor: Person, olga: Person
) -> None:
    await editor.sends(f"/push {unheard}")
    question, send = await editor.sees_button("Отправить")
    await olga.sends("/editors")
    await olga.taps("Edgar")
    await olga.taps("Снять")
    await editor.sees("Вы больше не редактор")

    assert send.callback_data is not None
    await editor.presses(question, send.callback_data)

    await reader.does_not_see("Матч перенесён")
