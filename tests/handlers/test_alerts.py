import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.domain.alert import AlertKind, NewAlert, source_key
from bot.domain.article import ArticleId
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId, SourceSpec
from bot.handlers.editor.alerts import Alerts
from bot.i18n import I18n
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.handlers.conftest import Newsroom
from tests.make import make_new_article
from tests.sandbox.conftest import PlainSession

REPORT = SourceId(1)


class Desk:
    """The stage that tells alerts, and what the other stages leave for it."""

    def __init__(self, newsroom: Newsroom, stage: Alerts) -> None:
        self.newsroom = newsroom
        self.stage = stage

    async def begin(self, kind: AlertKind, *, source: SourceId = REPORT, **arguments: str) -> None:
        key = source_key(kind, source, arguments.get("aspect", ""))
        async with self.newsroom.database.transaction() as tx:
            new = NewAlert(kind=kind, key=key, source_id=source, arguments=arguments)
            await tx.alerts.add(new, now=self.newsroom.clock.now())

    async def ask(self, *words: str) -> None:
        for word in words:
            await self.about_article(AlertKind.UNKNOWN_RUBRIC, title=f"О слове {word}", word=word)

    async def about_article(self, kind: AlertKind, *, title: str, **arguments: str) -> ArticleId:
        async with self.newsroom.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title, url="https://example.org/a")
            article_id = await tx.articles.add(new, now=self.newsroom.clock.now())
            assert article_id is not None
            key = f"{kind}:{title}"
            alert = NewAlert(kind=kind, key=key, article_id=article_id, arguments=arguments)
            await tx.alerts.add(alert, now=self.newsroom.clock.now())
        return article_id

    async def hold(self, *, count: int) -> None:
        async with self.newsroom.database.transaction() as tx:
            for number in range(count):
                new = make_new_article(f"url:https://example.org/held-{number}", source_id=REPORT, held=True)
                await tx.articles.add(new, now=self.newsroom.clock.now())
            await tx.sources.record(REPORT, held=True)
        await self.begin(AlertKind.HELD)

    async def tell(self) -> None:
        await self.stage.tell_due()


@pytest.fixture
async def desk(sandbox: Sandbox, newsroom: Newsroom, i18n: I18n) -> AsyncIterator[Desk]:
    session = PlainSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session=session).context() as connected:
        stage = Alerts(bot=connected, services=newsroom.services, i18n=i18n, clock=newsroom.clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(stage.run())
            yield Desk(newsroom, stage)
            stage.close()


async def texts_of(person: Person) -> list[str]:
    return [message.text for message in await person.posts()]


async def test_a_failing_source_is_told_to_the_whole_staff_in_their_languages(
    desk: Desk, editor: Person, olga: Person, alice: Person
) -> None:
    await olga.sends("/start")
    await olga.sees("Olga")
    await olga.sends("/language")
    await olga.taps("English")
    await olga.sees("English from now on")
    await alice.sends("/start")
    await alice.sees("Alice")
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    desk.stage.wake.set()

    await editor.sees("🔴 Report не читается с 2 марта, 10:00.\n\nСайт не ответил вовремя.")
    await olga.sees("🔴 Report cannot be read since 2 March, 10:00.\n\nThe site did not answer in time.")
    await alice.does_not_see("Report")


@pytest.mark.parametrize(
    ("kind", "arguments", "said"),
    [
        (AlertKind.RECOVERED, {}, "🟢 Report снова читается."),
        (AlertKind.FALLBACK, {"trouble": "gone"}, "🟡 Report: основной адрес не читается с 2 марта, 10:00."),
        (AlertKind.FALLBACK_OVER, {}, "🟢 Report: основной адрес снова читается."),
        (AlertKind.SILENT, {"since": "2026-03-02T01:30:00+00:00"}, "🟡 Report молчит с 2 марта, 05:30."),
        (AlertKind.SPEAKING, {}, "🟢 Report снова публикует статьи."),
        (AlertKind.RESHAPED, {"aspect": "body"}, "последние статьи приходят без текста"),
        (AlertKind.RESHAPED, {"aspect": "rubric"}, "последние статьи приходят без рубрик"),
        (AlertKind.SHAPE_RESTORED, {"aspect": "body"}, "статьи снова приходят с текстом"),
        (AlertKind.SHAPE_RESTORED, {"aspect": "rubric"}, "статьи снова приходят с рубриками"),
    ],
)
async def test_what_happened_to_a_source_is_told_with_a_way_to_it(
    desk: Desk, editor: Person, kind: AlertKind, arguments: dict[str, Any], said: str
) -> None:
    await desk.begin(kind, **arguments)
    await desk.tell()

    await editor.sees(said)
    await editor.taps("Открыть источник")
    await editor.sees("https://example.org/rss/")


async def test_many_sources_that_fail_at_once_are_one_message(desk: Desk, editor: Person, newsroom: Newsroom) -> None:
    async with newsroom.database.transaction() as tx:
        for number in range(12):
            spec = SourceSpec(name=f"Лента {number}", url=f"https://{number}.example/", language=Language.RU)
            await tx.sources.add(spec, now=newsroom.clock.now())
    for number in range(12):
        await desk.begin(AlertKind.FAILING, source=SourceId(number + 2), trouble="timeout")
    before = len(await editor.posts())
    await desk.tell()

    message = await editor.sees("🔴 Не читаются 12 источников.")
    assert message.text.count("• Лента") == 12
    assert len(await editor.posts()) == before + 1


async def test_what_is_told_is_not_told_again(desk: Desk, editor: Person) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.tell()
    await desk.tell()

    assert len([text for text in await texts_of(editor) if "не читается" in text]) == 1


async def test_nobody_gets_two_messages_in_a_second(desk: Desk, editor: Person, telegram: SandboxClient) -> None:
    await desk.begin(AlertKind.SILENT, since="2026-03-02T01:30:00+00:00")
    await desk.begin(AlertKind.RESHAPED, aspect="body")
    await desk.tell()

    sent = [call for call in await telegram.calls("sendMessage") if call.chat_id == editor.id]
    assert sent[-1].monotonic - sent[-2].monotonic >= 1


async def test_while_telegram_fails_alerts_wait(
    desk: Desk, editor: Person, telegram: SandboxClient, newsroom: Newsroom
) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await telegram.faults("500", method="sendMessage", count=1)
    await desk.tell()
    await desk.tell()
    await editor.does_not_see("Report")
    newsroom.clock.advance(31)
    await desk.tell()

    await editor.sees("🔴 Report")


async def test_who_blocked_the_bot_does_not_keep_the_others_from_being_told(
    desk: Desk, editor: Person, olga: Person
) -> None:
    await olga.sends("/start")
    await olga.sees("Olga")
    await olga.blocks_bot()
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.tell()

    await editor.sees("🔴 Report")


async def test_a_new_word_is_asked_about_and_answered_once(
    desk: Desk, editor: Person, olga: Person, newsroom: Newsroom
) -> None:
    await olga.sends("/start")
    await olga.sees("Olga")
    await desk.ask("Погода")
    await desk.tell()
    asked = await editor.sees("❓ К какой рубрике относится «Погода»?")
    assert asked.button_texts == ["🌍 Внешняя политика", "⚽ Футбол", "Никакая"]
    await editor.taps("Внешняя политика")
    late = await olga.taps("Футбол")

    await editor.sees("«Погода» теперь ведёт в рубрику «Внешняя политика». Решение: Edgar.")
    await olga.sees("«Погода» теперь ведёт в рубрику «Внешняя политика». Решение: Edgar.")
    assert late == "Решение уже принято: Edgar."
    async with newsroom.database.transaction() as tx:
        assert [rubric.aliases for rubric in await tx.rubrics.all()] == [("Погода",), ()]


async def test_a_word_that_means_no_rubric(desk: Desk, editor: Person) -> None:
    await desk.ask("Погода & Co")
    await desk.tell()
    await editor.taps("Никакая")

    await editor.sees("«Погода & Co» не ведёт ни в одну рубрику. Решение: Edgar.")


async def test_the_answers_have_pages(desk: Desk, editor: Person, newsroom: Newsroom) -> None:
    await newsroom.adds_rubrics(40)
    await desk.ask("Погода")
    await desk.tell()
    await editor.taps("Дальше")
    await editor.taps("Рубрика 40")

    await editor.sees("«Погода» теперь ведёт в рубрику «Рубрика 40».")


async def test_several_new_words_are_one_message_from_which_each_is_answered(desk: Desk, editor: Person) -> None:
    await desk.ask("Погода", "Театр")
    await desk.tell()
    listed = await editor.sees("❓ Сайты ввели 2 новых слова")
    assert listed.button_texts == ["Погода", "Театр"]
    await editor.taps("Театр")
    await editor.sees("❓ К какой рубрике относится «Театр»?")
    await editor.taps("Футбол")

    await editor.sees("«Театр» теперь ведёт в рубрику «Футбол».")


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("Ничего", "читателям ничего не отправлено"),
        ("Только самую новую", "отправлена только самая новая статья"),
        ("Всё", "всё накопившееся отправлено"),
    ],
)
async def test_held_articles_are_decided_once(desk: Desk, editor: Person, olga: Person, button: str, said: str) -> None:
    await olga.sends("/start")
    await olga.sees("Olga")
    await desk.hold(count=3)
    await desk.tell()
    await editor.sees("✋ Report: накопились 3 статьи.\nВремя публикации: 2 марта, 10:00 – 2 марта, 10:00.")
    await editor.taps(button)
    late = await olga.taps("Всё")

    await editor.sees(said)
    await olga.sees(said)
    assert late == "Решение уже принято: Edgar."


async def test_an_article_that_is_gone_may_be_left(desk: Desk, editor: Person) -> None:
    await desk.about_article(AlertKind.GONE, title="Пропавшая <статья>")
    await desk.tell()
    told = await editor.sees("⚠️ Статьи больше нет на сайте: Пропавшая <статья>")
    assert "В Телеграме её постов нет." in told.text
    assert told.button_texts == ["Открыть страницу", "Оставить как есть"]
    await editor.taps("Оставить как есть")

    await editor.sees("Решение: оставить. Edgar")


async def test_retractions_are_listed_and_opened_one_by_one(desk: Desk, editor: Person) -> None:
    for title in ("Первая", "Вторая"):
        await desk.about_article(AlertKind.RETRACTED, title=title)
    await desk.tell()
    listed = await editor.sees("⚠️ На страницах 2 статей появились опровержения")
    assert listed.button_texts == ["Первая", "Вторая"]
    await editor.taps("Вторая")

    await editor.sees("появилось опровержение или просьба её отозвать: Вторая")


async def test_a_reader_answers_nothing(desk: Desk, editor: Person, alice: Person, newsroom: Newsroom) -> None:
    await desk.ask("Погода")
    await desk.hold(count=1)
    await desk.tell()
    _, word = await editor.sees_button("Футбол")
    _, release = await editor.sees_button("Всё")
    await alice.sends("/rubrics")
    message = await alice.sees("Отметьте рубрики")

    for button in (word, release):
        assert button.callback_data is not None
        assert await alice.presses(message, button.callback_data) == "Кнопка устарела."
    assert (await newsroom.services.sources.show(REPORT)).held == 1


@pytest.mark.parametrize(
    "forged", ["aw:77:football", "aw:1:football", "ar:77:all", "ar:1:some", "av:77", "al:77", "ap:77:0"]
)
async def test_an_answer_to_nothing_is_an_outdated_button(desk: Desk, editor: Person, forged: str) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.tell()
    message = await editor.sees("🔴 Report")

    assert await editor.presses(message, forged) == "Кнопка устарела."


async def test_a_rubric_that_is_gone_is_no_answer(desk: Desk, editor: Person) -> None:
    await desk.ask("Погода")
    await desk.tell()
    message = await editor.sees("❓ К какой рубрике")

    assert await editor.presses(message, f"aw:1:{Slug('weather')}") == "Такой рубрики больше нет."
