import pytest

from bot.domain.language import Language
from bot.domain.push import PushId, PushState
from bot.domain.rubric import Slug
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom
from tests.make import make_administrator

FOOTBALL = Slug("football")


@pytest.fixture
async def link(newsroom: Newsroom, alice: Person) -> str:
    """A football article, and alice who subscribes to football."""
    await newsroom.services.subscriptions.choose(alice.id, Language.RU, FOOTBALL, is_wanted=True)
    return await newsroom.publishes("Матч <века>")


async def state_of(number: int, newsroom: Newsroom) -> PushState:
    return (await newsroom.services.pushes.show(PushId(number))).push.state


async def test_without_a_link_one_learns_how(editor: Person) -> None:
    await editor.sends("/push")

    await editor.sees("Пришлите ссылку на статью вместе с командой")


async def test_an_editor_sees_the_article_then_whom_it_reaches(editor: Person, link: str) -> None:
    await editor.sends(f"/push {link}")

    question = await editor.sees("Отправить эту статью сейчас?")
    preview = await editor.sees("Матч <века>")
    assert preview.message_id < question.message_id
    assert "Подробности." in preview.text
    assert preview.button("Читать полностью") is not None
    assert "Получатели: 1 подписчик." in question.text
    assert question.button_texts == ["Отправить", "Отменить"]


async def test_channels_of_the_rubric_are_ticked_beforehand_and_can_be_changed(
    editor: Person, newsroom: Newsroom, channel: Channel, link: str
) -> None:
    found = await newsroom.destination(channel.id)
    assert found is not None
    await newsroom.services.channels.set_language(found.id, Language.RU, make_administrator())
    await newsroom.services.channels.choose(found.id, FOOTBALL, make_administrator(), is_wanted=True)
    await editor.sends(f"/push {link}")
    ticked, _ = await editor.sees_button("✓ Репортаж")
    await editor.taps("✓ Репортаж")
    bare = await editor.sees("Получатели: 1 подписчик.")

    assert "Получатели: 1 подписчик и 1 канал." in ticked.text
    assert "Репортаж" in bare.button_texts


async def test_nobody_to_reach_leaves_nothing_to_send(editor: Person, newsroom: Newsroom) -> None:
    link = await newsroom.publishes("Переговоры", rubric="foreign-policy")
    await editor.sends(f"/push {link}")

    question = await editor.sees("Сейчас её никто не получит")
    assert question.button_texts == ["Отменить"]


async def test_after_the_order_the_editor_follows_what_becomes_of_it(
    editor: Person, newsroom: Newsroom, link: str
) -> None:
    await editor.sends(f"/push {link}")
    question = await editor.sees("Отправить эту статью сейчас?")
    await editor.taps("Отправить")
    ordered = await editor.sees("Пуш принят: «Матч <века>»")
    async with newsroom.database.transaction() as tx:
        await tx.pushes.move(PushId(1), before=PushState.ORDERED, after=PushState.PLANNED)
    await editor.taps("Обновить")

    account = await editor.sees("Доставлено: 0")
    assert question.message_id == ordered.message_id == account.message_id
    assert "Раскладываю по адресатам" in ordered.text


async def test_a_double_tap_orders_once(editor: Person, newsroom: Newsroom, link: str) -> None:
    await editor.sends(f"/push {link}")
    message, button = await editor.sees_button("Отправить")
    assert button.callback_data is not None

    assert await editor.presses(message, button.callback_data) == ""
    assert await editor.presses(message, button.callback_data) == "По этому пушу решение уже принято."
    await editor.sees("Пуш принят")
    assert await state_of(1, newsroom) is PushState.ORDERED


async def test_a_cancelled_push_can_not_be_sent_by_its_old_button(
    editor: Person, newsroom: Newsroom, link: str
) -> None:
    await editor.sends(f"/push {link}")
    message, button = await editor.sees_button("Отправить")
    assert button.callback_data is not None
    await editor.taps("Отменить")
    await editor.sees("Пуш отменён")

    assert await editor.presses(message, button.callback_data) == "По этому пушу решение уже принято."
    assert await state_of(1, newsroom) is PushState.CANCELLED


async def test_a_forged_tap_of_a_reader_orders_nothing(
    editor: Person, alice: Person, newsroom: Newsroom, link: str
) -> None:
    await editor.sends(f"/push {link}")
    _, button = await editor.sees_button("Отправить")
    assert button.callback_data is not None
    await alice.sends("/rubrics")
    message = await alice.sees("Отметьте рубрики")

    assert await alice.presses(message, button.callback_data) == "Кнопка устарела."
    assert await state_of(1, newsroom) is PushState.DRAFT


async def test_a_dismissed_editors_buttons_do_nothing(editor: Person, newsroom: Newsroom, link: str) -> None:
    await editor.sends(f"/push {link}")
    await editor.sees_button("Отправить")
    await newsroom.services.staff.dismiss(editor.id)

    assert await editor.taps("Отправить") == "Кнопка устарела."
    assert await state_of(1, newsroom) is PushState.DRAFT


@pytest.mark.usefixtures("link")
async def test_a_push_that_never_was_is_an_outdated_button(editor: Person) -> None:
    message = await editor.sees("Вы редактор")

    assert await editor.presses(message, "p:77:s:0:0") == "Кнопка устарела."


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("https://elsewhere.org/a", "Такой статьи у нас нет"),
        ("https://example.org/missing", "Страницу не удалось прочитать"),
        ("завтра", "Такой статьи у нас нет"),
    ],
    ids=["foreign site", "unreadable", "no link"],
)
async def test_a_link_that_leads_nowhere_gets_a_clear_sentence(editor: Person, link: str, sentence: str) -> None:
    await editor.sends(f"/push {link}")

    await editor.sees(sentence)


async def test_an_owner_may_push_too(olga: Person, link: str) -> None:
    await olga.sends("/start")
    await olga.sends(f"/push {link}")

    await olga.sees("Отправить эту статью сейчас?")
