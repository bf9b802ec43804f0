import pytest

from bot.domain.alert import AlertKind, NewAlert, source_key
from bot.domain.language import Language
from bot.domain.source import SourceId, SourceSpec
from bot.sandbox.client import Person
from tests.handlers.conftest import EMPTY_FEED, FEED, Newsroom
from tests.make import make_new_article

REPORT = SourceId(1)


async def opens_report(editor: Person) -> None:
    await editor.sends("/sources")
    await editor.taps("Report")
    await editor.sees("https://example.org/rss/")


async def record(newsroom: Newsroom, **values: object) -> None:
    async with newsroom.database.transaction() as tx:
        await tx.sources.record(REPORT, **values)


async def names(newsroom: Newsroom) -> list[str]:
    return [each.source.spec.name for each in await newsroom.services.sources.all()]


async def test_the_list_shows_how_the_sources_are(editor: Person, newsroom: Newsroom) -> None:
    await record(newsroom, baseline_at=newsroom.clock.now())
    async with newsroom.database.transaction() as tx:
        spec = SourceSpec(name="Сосед", url=FEED, language=Language.RU)
        await tx.sources.record(await tx.sources.add(spec, now=newsroom.clock.now()), failures=1)
    await editor.sends("/sources")

    message = await editor.sees("Источники")
    assert message.button_texts == ["🔴 Сосед", "🟢 Report"]
    assert "🔴 не читаются: 1\n🟢 работают: 1" in message.text


async def test_a_long_list_has_pages(editor: Person, newsroom: Newsroom) -> None:
    async with newsroom.database.transaction() as tx:
        for number in range(40):
            spec = SourceSpec(name=f"Источник номер {number}", url=f"https://{number}.example/", language=Language.RU)
            await tx.sources.add(spec, now=newsroom.clock.now())
    await editor.sends("/sources")
    await editor.taps("Дальше")

    message, _ = await editor.sees_button("Источник номер 39")
    assert "2 / 2" in message.button_texts


async def test_a_source_shows_its_health(editor: Person, newsroom: Newsroom) -> None:
    now = newsroom.clock.now()
    await record(newsroom, baseline_at=now, last_success_at=now, next_poll_at=now)
    await opens_report(editor)

    message = await editor.sees("🟢 работает")
    assert "Прочитан: 10:00" in message.text
    assert "Статей в день: 0" in message.text
    assert "Следующий опрос: 10:0" in message.text


async def test_a_failing_source_says_why_in_plain_words(editor: Person, newsroom: Newsroom) -> None:
    await record(newsroom, failures=4, failing_since=newsroom.clock.now(), trouble="certificate")
    await opens_report(editor)

    await editor.sees("Не читается с 10:00. Сертификат сайта недействителен.")


async def test_a_source_on_its_fallback_says_so(editor: Person, newsroom: Newsroom) -> None:
    await record(newsroom, fallback_since=newsroom.clock.now(), trouble="timeout", baseline_at=newsroom.clock.now())
    await opens_report(editor)

    await editor.sees("Сайт не ответил вовремя. Пока читаем запасной.")


async def test_a_source_is_paused_and_resumed(editor: Person, newsroom: Newsroom) -> None:
    await opens_report(editor)
    await editor.taps("Пауза")
    await editor.sees("⏸ на паузе")
    paused = (await newsroom.services.sources.show(REPORT)).source.paused
    await editor.taps("Продолжить")
    await editor.sees_button("Пауза")

    assert paused
    assert not (await newsroom.services.sources.show(REPORT)).source.paused


async def test_polling_now_is_acknowledged(editor: Person) -> None:
    await opens_report(editor)

    assert await editor.taps("Опросить сейчас") == "Опрашиваю."


async def test_a_trial_shows_what_is_there(editor: Person) -> None:
    await opens_report(editor)
    await editor.taps("Проверить")

    found = await editor.sees("Там лента: 2 записи.")
    assert "Рубрики: Футбол 1" in found.text
    assert "Неизвестные слова: Погода" in found.text
    assert "Не хватает: дат" in found.text
    assert "• Матч <дня>" in found.text
    await editor.taps("‹ Назад")
    await editor.sees("Следующий опрос")


async def test_a_trial_that_fails_says_why(editor: Person, newsroom: Newsroom) -> None:
    async with newsroom.database.transaction() as tx:
        spec = SourceSpec(name="Пропавший", url="https://nowhere.example/", language=Language.RU)
        await tx.sources.add(spec, now=newsroom.clock.now())
    await editor.sends("/sources")
    await editor.taps("Пропавший")
    await editor.taps("Проверить")

    await editor.sees("Прочитать не получилось. По этому адресу ничего нет (404).")


async def test_removing_asks_once_then_does_it(editor: Person, newsroom: Newsroom) -> None:
    await opens_report(editor)
    await editor.taps("Удалить")
    await editor.sees("Удалить источник «Report»?")
    await editor.taps("Оставить")
    kept = await names(newsroom)
    await editor.taps("Удалить")
    await editor.taps("Удалить")
    await editor.sees("Источник «Report» удалён.")

    assert kept == ["Report"]
    assert await names(newsroom) == []


@pytest.mark.parametrize("button", ["Пауза", "Опросить сейчас", "Проверить", "Удалить"])
async def test_a_source_that_was_removed_meanwhile_is_named_so(editor: Person, newsroom: Newsroom, button: str) -> None:
    await opens_report(editor)
    await newsroom.services.sources.remove(REPORT)
    await editor.taps(button)

    await editor.sees("Источников пока нет.")


async def test_an_address_is_looked_at_then_added(editor: Person, newsroom: Newsroom) -> None:
    await editor.sends(f"/sources {FEED}")
    question = await editor.sees("Добавить?")
    assert question.text.startswith(f"Новости <соседа>\n{FEED}")
    assert "✓ Русский" in question.button_texts
    await editor.taps("English")
    await editor.sees_button("✓ English")
    await editor.taps("Добавить")
    added = await editor.sees("Источник добавлен.")

    assert added.message_id == question.message_id
    sources = await newsroom.services.sources.all()
    assert [(each.source.spec.name, each.source.spec.url, each.source.spec.language) for each in sources[1:]] == [
        ("Новости <соседа>", FEED, Language.EN)
    ]


async def test_a_double_tap_adds_once(editor: Person, newsroom: Newsroom) -> None:
    await editor.sends(f"/sources {FEED}")
    message, button = await editor.sees_button("Добавить")
    assert button.callback_data is not None
    for _ in range(2):
        await editor.presses(message, "sa:a:ru")

    assert await names(newsroom) == ["Report", "Новости <соседа>"]


async def test_what_is_not_added_leads_to_the_list(editor: Person, newsroom: Newsroom) -> None:
    await editor.sends(f"/sources {FEED}")
    await editor.taps("Не добавлять")

    await editor.sees("Источники")
    assert await names(newsroom) == ["Report"]


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("https://example.org/rss", "Этот источник уже есть."),
        ("https://nowhere.example/rss", "Прочитать не получилось. По этому адресу ничего нет (404)."),
        (EMPTY_FEED, "Адрес читается, но статей там нет."),
        ("новости", "Это не похоже на адрес."),
        ("https://", "Это не похоже на адрес."),
    ],
    ids=["known", "unreadable", "empty", "a word", "half an address"],
)
async def test_an_address_that_cannot_be_added_says_why(
    editor: Person, newsroom: Newsroom, given: str, answer: str
) -> None:
    await editor.sends(f"/sources {given}")

    message = await editor.sees(answer)
    assert "Добавить" not in message.button_texts
    assert await names(newsroom) == ["Report"]


async def test_a_reader_has_no_sources(editor: Person, alice: Person, newsroom: Newsroom) -> None:
    await editor.sends(f"/sources {FEED}")
    _, add = await editor.sees_button("Добавить")
    await alice.sends(f"/sources {FEED}")
    message = await alice.sees("Такой команды нет")
    assert add.callback_data is not None

    for forged in (add.callback_data, "so:1:y", "so:1:p", "sl:0"):
        assert await alice.presses(message, forged) == "Кнопка устарела."
    assert await names(newsroom) == ["Report"]
    assert not (await newsroom.services.sources.show(REPORT)).source.paused


async def test_a_forged_addition_reads_only_an_address(editor: Person, newsroom: Newsroom) -> None:
    """The usage of /push has an example in it that is marked up like an address, and none that is bold."""
    await editor.sends("/push")
    usage = await editor.sees("Пришлите ссылку")

    assert await editor.presses(usage, "sa:a:ru") == "Кнопка устарела."
    assert await names(newsroom) == ["Report"]


@pytest.mark.parametrize("forged", ["so:77:l", "so:77:y", "so:77:t", "so:1:q", "sa:a:fr"])
async def test_a_button_that_never_was_does_nothing(editor: Person, newsroom: Newsroom, forged: str) -> None:
    await editor.sends("/sources")
    message = await editor.sees("Источники")
    await editor.presses(message, forged)

    assert await names(newsroom) == ["Report"]


async def test_a_dismissed_editors_buttons_do_nothing(editor: Person, newsroom: Newsroom) -> None:
    await opens_report(editor)
    await newsroom.services.staff.dismiss(editor.id)

    assert await editor.taps("Пауза") == "Кнопка устарела."
    assert not (await newsroom.services.sources.show(REPORT)).source.paused


async def test_held_articles_are_decided_in_the_sources_screen_too(editor: Person, newsroom: Newsroom) -> None:
    now = newsroom.clock.now()
    async with newsroom.database.transaction() as tx:
        new = make_new_article("url:https://example.org/held", source_id=REPORT, held=True)
        await tx.articles.add(new, now=now)
        await tx.sources.record(REPORT, held=True)
        key = source_key(AlertKind.HELD, REPORT)
        await tx.alerts.add(NewAlert(kind=AlertKind.HELD, key=key, source_id=REPORT), now=now)
    await opens_report(editor)
    await editor.sees("1 статья ждёт вашего решения")
    await editor.taps("Ничего")

    await editor.sees("Решение: Edgar")
    await editor.taps("Открыть источник")
    await editor.sees("Следующий опрос")


async def test_owners_have_sources_too_and_the_menu_offers_them(olga: Person) -> None:
    await olga.sends("/start")
    await olga.sends("/sources")

    await olga.sees("Источники")
    assert (await olga.commands())["sources"] == "источники новостей"
