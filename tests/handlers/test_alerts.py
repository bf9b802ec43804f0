import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.domain.alert import AlertKind, NewAlert, channel_key, source_key, topic_key
from bot.domain.article import ArticleId
from bot.domain.delivery import DeliveryId, DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import DestinationState
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId, SourceSpec
from bot.domain.topic import GENERAL, Forum, Shutting, TopicId
from bot.handlers.editor.alerts import Alerts
from bot.i18n import I18n
from bot.sandbox.client import Channel, Person, SandboxClient
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

    async def bar(self, channel: Channel, state: DestinationState, kind: AlertKind, *, lack: str) -> None:
        """As sending does when Telegram refuses."""
        async with self.newsroom.database.transaction() as tx:
            known = await tx.destinations.by_chat(channel.id)
            assert known is not None
            await tx.destinations.set_state(known.id, state, now=self.newsroom.clock.now())
            alert = NewAlert(kind=kind, key=channel_key(kind, known.id), arguments={"channel": known.id, "lack": lack})
            await tx.alerts.add(alert, now=self.newsroom.clock.now())

    async def shut(self, channel: Channel, topic: TopicId, why: Shutting) -> None:
        """As sending does when Telegram refuses a post in this topic."""
        async with self.newsroom.database.transaction() as tx:
            known = await tx.destinations.by_chat(channel.id)
            assert known is not None
            await tx.topics.turn(known.id, is_on=True)
            await tx.topics.put(known.id, Forum(chosen={}, aside={topic: why}))
            arguments = {"channel": known.id, "topic": topic, "why": why.value, "name": "Oyunlar <2>"}
            alert = NewAlert(kind=AlertKind.TOPIC, key=topic_key(known.id, topic), arguments=arguments)
            await tx.alerts.add(alert, now=self.newsroom.clock.now())

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
    "forged",
    [
        "aw:77:football",
        "aw:1:football",
        "ar:77:all",
        "ar:1:some",
        "av:77",
        "al:77",
        "ap:77:0",
        "au:77:there",
        "au:1:again",
        "au:1:maybe",
    ],
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


async def be_uncertain(desk: Desk, channel: Channel, *, title: str = "Заголовок <статьи>") -> DeliveryId:
    """An article of which nobody knows whether it stands in the channel."""
    async with desk.newsroom.database.transaction() as tx:
        now = desk.newsroom.clock.now()
        article_id = await tx.articles.add(make_new_article(f"url:https://example.org/{title}", title=title), now=now)
        known = await tx.destinations.by_chat(channel.id)
        assert article_id is not None
        assert known is not None
        subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
        await tx.outbox.queue_posts(subject, to=[known.id], priority=Priority.ARTICLE, now=now)
        (delivery,) = await tx.claims.take(now=now, limit=1)
        # The second process that ended while it was being sent.
        await tx.claims.take_back(now=now, expired_only=False)
        await tx.claims.take(now=now, limit=1)
        await tx.claims.take_back(now=now, expired_only=False)
    return delivery.id


async def state_of(desk: Desk) -> set[DeliveryState]:
    async with desk.newsroom.database.transaction() as tx:
        return set(await tx.outbox.count_states())


async def test_an_uncertain_message_is_asked_about_and_seen(
    desk: Desk, editor: Person, olga: Person, channel: Channel
) -> None:
    await olga.sends("/start")
    await olga.sees("Olga")
    await be_uncertain(desk, channel)
    await desk.tell()
    asked = await editor.sees("❓ Неизвестно, дошло ли сообщение до канала «Репортаж»: Заголовок <статьи>")
    assert asked.button_texts == ["Оно там", "Отправить ещё раз"]
    await editor.taps("Оно там")
    late = await olga.taps("Отправить ещё раз")

    await editor.sees("Сообщение есть в канале «Репортаж»: Заголовок <статьи>. Решение: Edgar.")
    await olga.sees("Решение: Edgar.")
    assert late == "Решение уже принято: Edgar."
    assert await state_of(desk) == {DeliveryState.SENT}


async def test_an_uncertain_message_goes_out_again_once_however_often_it_is_tapped(
    desk: Desk, editor: Person, channel: Channel
) -> None:
    await be_uncertain(desk, channel)
    await desk.tell()
    message, button = await editor.sees_button("Отправить ещё раз")
    assert button.callback_data is not None
    await editor.taps("Отправить ещё раз")
    again = await editor.presses(message, button.callback_data)

    await editor.sees("Сообщение снова идёт в канал «Репортаж»: Заголовок <статьи>. Решение: Edgar.")
    assert again == "Решение уже принято: Edgar."
    assert await state_of(desk) == {DeliveryState.QUEUED}


async def test_an_uncertain_message_that_is_uncertain_again_is_asked_about_again(
    desk: Desk, editor: Person, channel: Channel
) -> None:
    await be_uncertain(desk, channel)
    await desk.tell()
    first = await editor.sees("❓ Неизвестно")
    await editor.taps("Отправить ещё раз")
    await editor.sees("снова идёт")
    async with desk.newsroom.database.transaction() as tx:
        for _ in range(2):
            await tx.claims.take(now=desk.newsroom.clock.now(), limit=1)
            await tx.claims.take_back(now=desk.newsroom.clock.now(), expired_only=False)
    await desk.tell()

    await editor.sees("❓ Неизвестно", after=first)


async def test_several_uncertain_messages_are_one_message_from_which_each_is_answered(
    desk: Desk, editor: Person, channel: Channel
) -> None:
    await be_uncertain(desk, channel, title="Первая")
    await be_uncertain(desk, channel, title="Вторая")
    await desk.tell()
    listed = await editor.sees("❓ Неизвестно, дошли ли до каналов 2 сообщения.")
    assert listed.button_texts == ["Репортаж: Первая", "Репортаж: Вторая"]
    await editor.taps("Репортаж: Вторая")

    await editor.sees("❓ Неизвестно, дошло ли сообщение до канала «Репортаж»: Вторая")


async def test_a_question_that_the_outbox_no_longer_asks_is_an_outdated_button(
    desk: Desk, editor: Person, channel: Channel
) -> None:
    delivery_id = await be_uncertain(desk, channel)
    await desk.tell()
    await editor.sees("❓ Неизвестно")
    async with desk.newsroom.database.transaction() as tx:
        await tx.uncertain.resolve(delivery_id, it_is_there=True, now=desk.newsroom.clock.now())

    assert await editor.taps("Отправить ещё раз") == "Кнопка устарела."
    assert await state_of(desk) == {DeliveryState.SENT}


async def test_nobody_but_the_staff_answers_for_an_uncertain_message(
    desk: Desk, editor: Person, camilla: Person, channel: Channel
) -> None:
    await be_uncertain(desk, channel)
    await desk.tell()
    _, button = await editor.sees_button("Отправить ещё раз")
    await camilla.sends("/rubrics")
    message = await camilla.sees("Rubrikaları")

    assert button.callback_data is not None
    assert await camilla.presses(message, button.callback_data) == "Düymə köhnəlib."
    assert await state_of(desk) == {DeliveryState.UNCERTAIN}


@pytest.mark.parametrize(
    ("lack", "told"),
    [
        ("right", "«Mesaj dərc etmək» hüququm yoxdur"),
        ("restricted", "Telegram orada dərc etməyə icazə vermir"),
    ],
)
async def test_who_connected_a_channel_is_told_alone_and_in_their_language_what_is_missing(
    desk: Desk, editor: Person, camilla: Person, channel: Channel, lack: str, told: str
) -> None:
    await desk.bar(channel, DestinationState.BARRED, AlertKind.BARRED, lack=lack)
    await desk.tell()
    await desk.tell()

    await camilla.sees(told)
    assert len([text for text in await texts_of(camilla) if told in text]) == 1
    await editor.does_not_see("Репортаж")


async def test_who_connected_a_channel_is_told_that_it_is_lost_though_there_is_no_staff(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    await desk.bar(channel, DestinationState.GONE, AlertKind.LOST, lack="")
    await desk.tell()

    await camilla.sees("«Репортаж» kanalı ayrıldı")


async def test_a_right_that_was_back_before_anybody_heard_of_it_is_not_told(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    await desk.bar(channel, DestinationState.BARRED, AlertKind.BARRED, lack="right")
    await camilla.promotes_bot(channel)
    await camilla.sees("hüquq qayıtdı")
    await desk.tell()

    await camilla.does_not_see("hüququm yoxdur")


@pytest.mark.parametrize(
    ("topic", "why", "told"),
    [
        (TopicId(7), Shutting.CLOSED, "«Oyunlar <2>» mövzusu bağlıdır"),
        (TopicId(7), Shutting.GONE, "«Oyunlar <2>» mövzusu silinib"),
        (GENERAL, Shutting.CLOSED, "General mövzusu bağlıdır və ora aid postlar çıxmır"),
    ],
)
async def test_who_connected_a_forum_is_told_alone_and_once_of_a_topic_that_takes_no_posts(
    desk: Desk, editor: Person, camilla: Person, channel: Channel, topic: TopicId, why: Shutting, told: str
) -> None:
    await desk.shut(channel, topic, why)
    await desk.tell()
    await desk.shut(channel, topic, why)
    await desk.tell()

    await camilla.sees(told)
    assert len([text for text in await texts_of(camilla) if told in text]) == 1
    await editor.does_not_see("Репортаж")


async def test_a_topic_that_was_open_before_anybody_heard_of_it_is_not_told_and_closed_again_it_is(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    await desk.shut(channel, TopicId(7), Shutting.CLOSED)
    await desk.newsroom.services.topics.opened(channel.id, TopicId(7))
    await desk.tell()
    before = await texts_of(camilla)
    await desk.shut(channel, TopicId(7), Shutting.CLOSED)
    await desk.tell()

    await camilla.sees("«Oyunlar <2>» mövzusu bağlıdır")
    assert not any("Oyunlar" in text for text in before)
