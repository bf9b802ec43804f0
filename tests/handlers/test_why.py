from datetime import timedelta
from typing import Any

import pytest

from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import ArticleId
from bot.domain.cause import Cause, because
from bot.domain.destination import DestinationState
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.sandbox.client import Channel, Person
from bot.send.outcome import Gone, Later, Outcome, Refused, Unclear
from tests.cast import OLGA
from tests.delivering import REPORT, Desk
from tests.handlers.conftest import Newsroom
from tests.make import make_administrator

LINK = "https://example.org/a"


@pytest.fixture
async def desk(newsroom: Newsroom) -> Desk:
    """Report was first read long ago."""
    async with newsroom.database.transaction() as tx:
        await tx.sources.record(REPORT, baseline_at=newsroom.clock.now() - timedelta(days=1))
    return Desk(newsroom.database, newsroom.clock)


async def carry(newsroom: Newsroom, channel: Channel, slug: str = "football") -> None:
    """The channel reads Russian and carries the rubric."""
    found = await newsroom.destination(channel.id)
    assert found is not None
    await newsroom.services.channels.set_language(found.id, Language.RU, by=make_administrator())
    await newsroom.services.channels.choose(found.id, Slug(slug), is_wanted=True, by=make_administrator())


async def lines(person: Person, beginning: str) -> list[str]:
    """The message with this in it, line by line; blank lines are left out."""
    return [line for line in (await person.sees(beginning)).text.splitlines() if line]


async def test_an_article_is_told_stage_by_stage(
    editor: Person, alice: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel)
    await alice.opens_link("r-football")
    await alice.sees("Вы подписаны")
    await desk.publish("a", title="Матч <дня>", categories=("Футбол", "Погода"))
    await desk.deliver()
    await editor.sends(f"/why {LINK}?utm_source=telegram")

    assert await lines(editor, "Матч <дня>") == [
        "Матч <дня>",
        "✅ Получена: 10:00, источник: Report, опубликована: 10:00",
        "✅ Принята как новая",
        "✅ Рубрики: Футбол",
        "    Откуда: «Футбол» → Футбол",
        "    Незнакомые слова: «Погода»",
        "✅ Доставка назначена: 10:00",
        "✅ Подписчики: доставлено 1",
        "✅ Каналы: доставлено 1",
        "    Отправлена: 10:00, через 0 с",
        "Почему канал получил её или не получил? Выберите канал:",
    ]
    assert (await editor.sees("Матч <дня>")).button_texts == ["✓ Репортаж", "Обновить"]


async def test_a_channel_without_the_rubric_is_told_with_the_way_back(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel, "foreign-policy")
    await desk.publish("a", title="Матч")
    await editor.sends(f"/why {LINK}")
    asked = await editor.sees("✅ Принята как новая")
    await editor.taps("Репортаж")

    assert await lines(editor, "Канал «Репортаж»") == [
        "Матч",
        "Канал «Репортаж»",
        "⛔ Канал её не получил. Причина ниже.",
        "✅ Принята как новая",
        "Настройки канала сегодня:",
        "⛔ Не подписан на её рубрики: Футбол",
        "✅ Язык канала: Русский, статьи: Русский",
        "✅ Статьи: каждая отдельным постом. Тикер: выключен.",
        "✅ Работает",
    ]
    await editor.taps("‹ К статье")
    assert (await editor.sees("⛔ Адресатов нет")).message_id == asked.message_id


async def test_a_post_that_stands_can_be_opened(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel)
    await desk.publish("a")
    (delivery,) = await desk.deliver()
    await editor.sends(f"/why {LINK} Репортаж")

    message = await editor.sees("✅ Статья стоит в канале.")
    opens = message.button("Открыть пост")
    assert opens is not None
    assert opens.url == f"https://t.me/c/{str(channel.id).removeprefix('-100')}/{delivery.id}"
    assert "• Пост: доставлено, 10:00" in message.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(
            Later(wait=timedelta(minutes=5), reason=Cause.TOLD_TO_WAIT),
            ["• Пост: в очереди, 10:00 — Телеграм попросил подождать", "    Ждёт, не раньше 10:05"],
            id="told to wait",
        ),
        pytest.param(
            Later(wait=timedelta(minutes=5), reason=Cause.CHAT_PACE),
            [
                "• Пост: в очереди, 10:00 — Телеграм принимает в один чат лишь несколько сообщений подряд",
                "    Ждёт, не раньше 10:05",
            ],
            id="the chat's own pace",
        ),
        pytest.param(
            Unclear(reason=because(Cause.NO_ANSWER, "Bad Gateway")),
            ["• Пост: в очереди, 10:00 — Телеграм не ответил, принял ли он сообщение: Bad Gateway"],
            id="no answer",
        ),
        pytest.param(
            Refused(reason="Bad Request: <b> & more"),
            ["• Пост: не доставлено, 10:00 — Телеграм ответил: Bad Request: <b> & more"],
            id="refused",
        ),
        pytest.param(
            Gone(reason="Forbidden: bot was kicked from the channel chat"),
            ["• Пост: снято, 10:00 — Телеграм ответил: Forbidden: bot was kicked from the channel chat"],
            id="gone",
        ),
    ],
)
async def test_where_a_post_stopped_is_told_in_our_words_and_telegrams(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom, answer: Outcome, said: list[str]
) -> None:
    await carry(newsroom, channel)
    await desk.publish("a")
    await desk.deliver({channel.id: answer})
    await editor.sends(f"/why {LINK} Репортаж")

    told = await lines(editor, "Канал «Репортаж»")
    assert [line for line in told if line in said] == said


async def test_reasons_are_counted_for_the_article(editor: Person, alice: Person, bob: Person, desk: Desk) -> None:
    for person in (alice, bob):
        await person.sends("/language")
        await person.taps("Русский")
        await person.opens_link("r-football")
        await person.sees("Вы подписаны")
    await desk.publish("a")
    await desk.deliver(
        {alice.id: Gone(reason="Forbidden: bot was blocked by the user"), bob.id: Unclear(reason=Cause.NO_ANSWER)}
    )
    await editor.sends(f"/why {LINK}")

    told = await lines(editor, "Доставка назначена")
    assert "⏳ Подписчики: в очереди 1, снято 1" in told
    assert "• снято 1 — Телеграм ответил: Forbidden: bot was blocked by the user" in told
    assert "• в очереди 1 — Телеграм не ответил, принял ли он сообщение" in told


async def test_a_paused_channel_is_told_with_what_was_dropped(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel)
    await desk.publish("a")
    found = await newsroom.destination(channel.id)
    assert found is not None
    await desk.set_state(found, DestinationState.PAUSED)
    await editor.sends(f"/why {LINK}")
    await editor.taps("⏸ Репортаж")

    told = await lines(editor, "Канал «Репортаж»")
    assert "⛔ До канала она не дошла. Причина ниже." in told
    assert "⛔ На паузе" in told
    assert "• Пост: снято, 10:00 — новости в этом чате остановлены" in told


async def test_a_held_article_leads_to_the_decision(editor: Person, desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await tx.sources.record(REPORT, held=True)
        alert = NewAlert(kind=AlertKind.HELD, key=f"held:{REPORT}", source_id=REPORT)
        await tx.alerts.add(alert, now=desk.clock.now())
    await desk.publish("a", held=True)
    await editor.sends(f"/why {LINK}")

    await editor.sees("⏳ Задержана: источник принёс сразу много статей")
    await editor.taps("Открыть источник")
    await editor.taps("Ничего")
    await editor.sends(f"/why {LINK}")
    told = await lines(editor, "⛔ Была задержана вместе с другими")
    assert "    Решение: Edgar" in told


async def test_a_recalled_article_tells_what_became_of_its_posts(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel)
    article_id = await desk.publish("a")
    await desk.deliver()
    await desk.recall(article_id)
    await desk.deliver()
    await editor.sends(f"/why {LINK}")
    told = await lines(editor, "⛔ Отозвана")
    assert "✅ Удаление постов: доставлено 1" in told
    await editor.taps("Репортаж")

    await editor.sees("⛔ Статья была в канале. Её отозвали, поста больше нет.")


async def test_an_unknown_article_tells_how_its_source_is_doing(editor: Person, desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await tx.sources.record(REPORT, last_success_at=desk.clock.now() - timedelta(minutes=2))
    await editor.sends("/why example.org/<new>")

    told = await lines(editor, "⛔ Этой статьи я ещё не видел.")
    assert told[1:4] == ["https://example.org/<new>", "Её принёс бы источник Report.", "🟢 работает"]
    assert "Последний раз прочитан: 09:58. Такой статьи там не было." in told
    assert "Чтобы отправить её, не дожидаясь источника: /push и ссылка." in told
    await editor.taps("Открыть источник")
    await editor.sees("https://example.org/rss/")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/why", "Пришлите ссылку на статью вместе с командой"),
        ("/why привет", "не похоже на ссылку"),
        ("/why https://elsewhere.example/a", "На этом сайте у нас нет источника"),
    ],
)
async def test_what_is_no_article_of_ours_is_answered_with_what_to_do(editor: Person, words: str, answer: str) -> None:
    await editor.sends(words)

    await editor.sees(answer)


@pytest.mark.parametrize("name", ["@reportazh", "репортаж", "{id}"])
async def test_a_channel_is_named_as_editors_name_it(editor: Person, camilla: Person, desk: Desk, name: str) -> None:
    await camilla.sends("/start")
    await camilla.sees("Salam")
    channel = await camilla.creates_channel("Репортаж", "reportazh")
    await camilla.promotes_bot(channel)
    await camilla.sees("«Репортаж» kanalı qoşuldu")
    await desk.publish("a")
    await editor.sends(f"/why {LINK} {name.format(id=channel.id)}")

    await editor.sees("Канал «Репортаж»")


@pytest.mark.parametrize("name", ["Погода", "@nobody_there", "-1009999"])
@pytest.mark.usefixtures("channel")
async def test_a_channel_that_is_not_found_is_chosen_by_its_button(editor: Person, desk: Desk, name: str) -> None:
    await desk.publish("a")
    await editor.sends(f"/why {LINK} {name}")

    message = await editor.sees("Канал с таким названием не нашёлся")
    assert "Репортаж" in message.button_texts


@pytest.mark.parametrize(
    "data", ["w:1", "w:0:0:0", "w:99:0:0", "w:1:99:0", "w:-1:0:0", "w:1:1e9:0", f"w:{10**30}:0:0", "w:1:0:-1"]
)
async def test_a_forged_button_shows_nothing_of_anybody(editor: Person, desk: Desk, data: str) -> None:
    await desk.publish("a", title="Матч")
    await editor.sends(f"/why {LINK}")
    message = await editor.sees("Матч")

    assert await editor.presses(message, data) in {
        "Кнопка устарела.",
        "Этот канал больше не подключён.",
        "Такой статьи у нас нет. Ссылка должна вести на статью одного из наших источников.",
    }
    assert "Матч" in (await editor.sees("Матч")).text


async def test_a_person_is_no_channel_to_ask_about(
    editor: Person, alice: Person, desk: Desk, newsroom: Newsroom
) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Вы подписаны")
    reader = await newsroom.destination(alice.id)
    assert reader is not None
    article_id = await desk.publish("a")
    await editor.sends(f"/why {LINK}")
    message = await editor.sees("Принята как новая")

    assert "больше не подключён" in await editor.presses(message, f"w:{article_id}:{reader.id}:0")


async def test_whoever_does_not_edit_gets_no_answer_to_why(
    alice: Person, editor: Person, desk: Desk, newsroom: Newsroom
) -> None:
    await desk.publish("a")
    await alice.sends("/start")
    own = await alice.sees("Здравствуйте")
    await alice.sends(f"/why {LINK}")
    await alice.sees("Такой команды нет")
    assert await alice.presses(own, "w:1:0:0") == "Кнопка устарела."
    assert "why" not in await alice.commands()

    await editor.sends(f"/why {LINK}")
    message, again = await editor.sees_button("Обновить")
    assert again.callback_data is not None
    await newsroom.services.staff.dismiss(editor.id)
    assert await editor.presses(message, again.callback_data) == "Кнопка устарела."


async def test_owners_ask_in_their_own_language(olga: Person, channel: Channel, desk: Desk, newsroom: Newsroom) -> None:
    assert olga.id == OLGA
    await carry(newsroom, channel)
    await olga.sends("/language")
    await olga.taps("Azərbaycanca")
    await olga.sees("Azərbaycan dilində")
    await desk.publish("a")
    await desk.deliver({channel.id: Later(wait=timedelta(minutes=5), reason=Cause.TOLD_TO_WAIT)})
    await olga.sends(f"/why {LINK} Репортаж")

    told = await lines(olga, "«Репортаж» kanalı")
    assert "⏳ Məqalə bu kanala yoldadır." in told
    assert "• Post: növbədə, 10:00 — Telegram gözləməyi xahiş edib" in told


async def test_a_long_article_with_many_words_fits_one_message(editor: Person, desk: Desk) -> None:
    words = tuple(f"{number} слово " * 20 for number in range(50))
    article_id = await desk.publish("a", title="Очень длинный заголовок " * 100, categories=words)
    async with desk.database.transaction() as tx:
        await tx.articles.add_keys(
            ArticleId(article_id), [f"url:https://example.org/{number}/{'x' * 300}" for number in range(20)]
        )
    await editor.sends(f"/why {LINK}")

    assert len((await editor.sees("Очень длинный заголовок")).text) <= 4096


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"is_headline": True}, "✅ Пока это только строка из блока последних новостей, самой статьи ещё нет."),
        ({"source_id": None}, "⛔ Ни один источник её не принёс, она известна только по ссылке редактора."),
        ({"categories": ()}, "⛔ Ни одной нашей рубрики у статьи нет"),
        ({"categories": ("Футбол",)}, "⛔ Адресатов нет: на эти рубрики на языке статьи никто не подписан"),
    ],
    ids=["a headline alone", "an editor's link", "no rubric", "no reader"],
)
async def test_what_reached_nobody_tells_why(editor: Person, desk: Desk, given: dict[str, Any], said: str) -> None:
    # Its address names no rubric either.
    await desk.publish("a", **given)
    await editor.sends(f"/why {LINK}")

    await editor.sees(said)


async def test_an_address_that_was_taken_as_read_is_told_so(editor: Person, desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await tx.articles.take_as_read([f"url:{LINK}"])
    await editor.sends(f"/why {LINK}")

    await editor.sees("⛔ Этот адрес уже был в источнике, когда его читали впервые.")


async def test_an_uncertain_post_asks_to_look_into_the_channel(
    editor: Person, channel: Channel, desk: Desk, newsroom: Newsroom
) -> None:
    await carry(newsroom, channel)
    await desk.publish("a")
    for _ in range(2):
        await desk.deliver({channel.id: Unclear(reason=Cause.INTERRUPTED)})
        desk.clock.advance(60)
    await editor.sends(f"/why {LINK} Репортаж")

    told = await lines(editor, "⛔ Неясно, дошла ли она: Телеграм не ответил. Посмотрите в канале.")
    assert "• Пост: неясно, дошло ли, 10:01 — бот остановился посреди отправки" in told
    assert "    Попыток: 2" in told
