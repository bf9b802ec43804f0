"""Posts that wait for a tap: the section of the menu, the messages that ask, and who taps them; Telegram is the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.domain.appearance import Appearance, Layout
from bot.domain.approval import APPROVAL_LIVES, CALL_AGAIN
from bot.domain.article import ArticleId
from bot.domain.destination import Destination
from bot.domain.language import Language
from bot.domain.quiet import QuietMode
from bot.domain.rubric import Slug
from bot.handlers.channel.approval import ApprovalButton, ApprovalWish
from bot.handlers.channel.approval_requests import AT_ONCE, ApprovalRequests
from bot.handlers.channel.approval_screens import RequestButton, RequestWish
from bot.i18n import I18n
from bot.render.article import MAX_LEAD
from bot.sandbox.client import Channel, Message, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.delivering import REPORT, Desk
from tests.handlers.conftest import Newsroom
from tests.handlers.test_channels import BACK, opens
from tests.make import make_administrator, make_new_article
from tests.sandbox.conftest import PlainSession
from tests.send.test_several import body

ASKS = "dərc edilsin?"
PUBLISH, LEAVE_OUT = "Dərc etmək", "Dərc etməmək"


class ApprovalDesk(Desk):
    """The stage that asks. Camilla's channel carries football, in Russian, and its posts wait."""

    channel: Destination

    def __init__(self, newsroom: Newsroom, stage: ApprovalRequests) -> None:
        super().__init__(newsroom.database, newsroom.clock)
        self.newsroom = newsroom
        self.stage = stage

    async def publish(self, name: str = "a", *, planned: bool = True, **given: object) -> ArticleId:
        return await super().publish(name, planned=planned, **{"title": f"Матч {name}"} | given)

    async def asks(self) -> None:
        await self.stage.ask_due()

    async def correct(self, article_id: ArticleId, title: str) -> None:
        async with self.database.transaction() as tx:
            new = make_new_article("url:https://example.org/a", title=title, fingerprint="e" * 64)
            await tx.articles.correct(article_id, new, now=self.clock.now())
        await self.plan()

    async def sent(self) -> list[int]:
        return [each.subject.id for each in await self.deliver()]


@pytest.fixture
async def desk(
    sandbox: Sandbox, newsroom: Newsroom, i18n: I18n, camilla: Person, channel: Channel
) -> AsyncIterator[ApprovalDesk]:
    async with newsroom.database.transaction() as tx:
        await tx.sources.record(REPORT, baseline_at=newsroom.clock.now() - timedelta(days=1))
    session = PlainSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session=session).context() as connected:

        async def at_once() -> None:
            """Nobody else wants to call."""

        stage = ApprovalRequests(
            bot=connected,
            services=newsroom.services,
            i18n=i18n,
            clock=newsroom.clock,
            turn=at_once,
            wait_for=lambda _: timedelta(),
        )
        desk = ApprovalDesk(newsroom, stage)
        found = await newsroom.destination(channel.id)
        assert found is not None
        desk.channel = found
        by = make_administrator(camilla.id)
        await newsroom.services.channels.set_language(found.id, Language.RU, by)
        await newsroom.services.channels.choose(found.id, Slug("football"), by, is_wanted=True)
        await newsroom.services.approvals.switch_on(found.id, by)
        yield desk


@pytest.fixture
async def second(desk: ApprovalDesk, bob: Person, channel: Channel) -> Person:
    """Bob administers the channel too, and wants to be asked."""
    assert desk.channel.chat_id == channel.id
    await bob.sends("/start")
    await bob.sees("Hello")
    await bob.becomes_administrator(channel)
    await opens(bob, channel.title)
    await bob.taps("Approval")
    await bob.taps("Ask me")
    await bob.sees_button("✓ Ask me")
    return bob


async def requests_of(person: Person) -> list[Message]:
    return [message for message in await person.posts() if message.button("Dərc etmək") or message.button("Publish")]


async def test_the_section_says_what_is_set_and_switches_it_on_for_who_taps(camilla: Person, channel: Channel) -> None:
    menu = await opens(camilla, channel.title)
    await camilla.taps("Təsdiq")
    off = await camilla.sees("Postlar özü çıxır")
    assert off.message_id == menu.message_id
    assert off.button_texts == ["✓ Özü çıxsın", "Qərar gözləsin", BACK]
    assert "12 saat" in off.text
    assert "Tiker, redaksiyanın puşları" in off.text

    await camilla.taps("Qərar gözləsin")
    on = await camilla.sees("Postlar administratorun qərarını gözləyir")
    assert on.button_texts == ["Özü çıxsın", "✓ Qərar gözləsin", "✓ Məndən soruş", BACK]
    assert "Soruşuram: Camilla" in on.text

    await camilla.taps(BACK)
    assert "Postlar administratorun qərarını gözləyir" in (await camilla.sees("Rubrikalar: ")).text
    await camilla.taps("Tarixçə")
    await camilla.sees("postlar administratorun qərarını gözləyir")


async def test_a_text_of_several_messages_is_asked_about_in_one_with_its_buttons(
    desk: ApprovalDesk, camilla: Person
) -> None:
    async with desk.database.transaction() as tx:
        await tx.destinations.set_appearance(desk.channel.id, Appearance(layout=Layout.FULL))
    await desk.publish(body=body(16))
    await desk.asks()
    await camilla.sees(ASKS)

    (request,) = await requests_of(camilla)
    assert "Читать полностью" in request.button_texts
    assert request.text.endswith("…")
    assert "Абзац 1." in request.text


async def test_the_request_is_the_post_as_it_will_look_with_two_buttons(
    desk: ApprovalDesk, camilla: Person, channel: Channel
) -> None:
    await desk.publish(image="https://example.org/a.jpg")
    await desk.asks()

    asked = await camilla.sees(ASKS)
    assert asked.text == (
        "❓ Репортаж: dərc edilsin?\nGözləyir: 10:00. Qərar üçün son vaxt: 22:00.\n\n"
        "Матч a\n\nПервый абзац.\n\n⚽ Футбол"
    )
    assert asked.button_texts == ["Читать полностью", PUBLISH, LEAVE_OUT]
    assert asked.preview is not None
    assert (asked.preview.url, asked.preview.show_above_text) == ("https://example.org/a.jpg", True)
    assert not asked.is_silent
    await desk.asks()
    assert len(await requests_of(camilla)) == 1
    await channel.does_not_see("Матч")


async def test_a_tap_publishes_and_the_message_tells_who_did_it_and_when(desk: ApprovalDesk, camilla: Person) -> None:
    article = await desk.publish()
    await desk.asks()
    asked = await camilla.sees(ASKS)

    assert await camilla.taps(PUBLISH) == "Təsdiqləndi"

    told = await camilla.sees("✅ Təsdiqləndi: Матч a. Camilla, 10:00")
    assert told.message_id == asked.message_id
    assert told.buttons == ()
    assert await desk.sent() == [article]
    await desk.asks()
    assert await requests_of(camilla) == []


async def test_left_out_it_never_goes_out_and_the_next_stands_in_the_same_message(
    desk: ApprovalDesk, camilla: Person
) -> None:
    await desk.publish("a")
    kept = await desk.publish("b")
    await desk.asks()
    asked = await camilla.sees("Qərar gözləyən daha 1 post var")

    assert await camilla.taps(LEAVE_OUT) == "Dərc etmirəm"

    following = await camilla.sees("✖️ Dərc olunmadı: Матч a. Camilla, 10:00")
    assert following.message_id == asked.message_id
    assert "Матч b" in following.text
    await camilla.taps(PUBLISH)
    await camilla.sees("✅ Təsdiqləndi: Матч b")
    assert await desk.sent() == [kept]


async def test_a_flood_at_night_is_one_message_without_a_sound_and_is_decided_at_once(
    desk: ApprovalDesk, camilla: Person
) -> None:
    by = make_administrator(camilla.id)
    await desk.newsroom.services.timing.set_quiet(desk.channel.id, by, mode=QuietMode.HOLD, start=9, end=11)
    articles = [await desk.publish(f"{number}") for number in range(30)]
    for _ in range(3):
        await desk.asks()

    (asked,) = await requests_of(camilla)
    assert asked.is_silent
    assert "Qərar gözləyən daha 29 post var" in asked.text
    await camilla.taps("Hamısı birdən: 30")
    question = await camilla.sees("Репортаж: 30 post qərar gözləyir")
    assert question.text.count("• Матч") == 10
    assert "+ 20" in question.text
    await camilla.taps("‹ Geri")
    await camilla.taps("Hamısı birdən: 30")
    assert await camilla.taps("Heç birini dərc etməmək: 30") == "Dərc etmirəm"
    await camilla.sees("✖️ Dərc olunmadı: Матч 0")
    for article in articles:
        explained = await desk.newsroom.services.why.ask_channel(article, desk.channel.id)
        assert [record.reason for record in explained.records] == ["left-out"]


async def test_of_two_administrators_the_first_decides_and_the_other_sees_who_did_what(
    desk: ApprovalDesk, camilla: Person, second: Person
) -> None:
    article = await desk.publish()
    await desk.asks()
    late, _ = await second.sees_button("Publish")
    assert "publish this?" in late.text
    await camilla.taps(LEAVE_OUT)
    await camilla.sees("✖️ Dərc olunmadı: Матч a. Camilla")

    # Before the message has changed.
    button = late.button("Publish")
    assert button is not None
    assert button.callback_data is not None
    assert await second.presses(late, button.callback_data) == "This has been decided already"
    told = await second.sees("✖️ Left out: Матч a. Camilla, 10:00")
    assert told.message_id == late.message_id
    assert told.buttons == ()
    assert await desk.sent() == []
    assert article


async def test_the_others_message_changes_by_itself(desk: ApprovalDesk, camilla: Person, second: Person) -> None:
    await desk.publish("a")
    await desk.publish("b")
    await desk.asks()
    asked = await second.sees("publish this?")
    await camilla.taps(PUBLISH)
    await camilla.sees("✅ Təsdiqləndi: Матч a")
    await desk.asks()

    told = await second.sees("✅ Approved: Матч a. Camilla, 10:00")
    assert told.message_id == asked.message_id
    assert "❓ Репортаж: publish this?" in told.text
    assert "Матч b" in told.text


async def test_somebody_dismissed_meanwhile_is_refused_and_not_asked_any_more(
    desk: ApprovalDesk, camilla: Person, second: Person, channel: Channel
) -> None:
    await desk.publish()
    await desk.asks()
    await second.sees("publish this?")
    await second.is_administrator_no_more(channel)

    assert "Only the channel's administrators" in await second.taps("Publish")

    assert await desk.sent() == []
    await desk.asks()
    await second.sees("I no longer ask you about this channel.")
    assert await requests_of(second) == []
    assert len(await requests_of(camilla)) == 1


async def test_who_was_dismissed_before_anything_came_is_not_shown_it(
    desk: ApprovalDesk, second: Person, channel: Channel
) -> None:
    await second.is_administrator_no_more(channel)
    await desk.publish()
    await desk.asks()

    await second.does_not_see("Матч")


async def test_a_correction_shows_the_new_text_and_an_old_button_publishes_nothing_unseen(
    desk: ApprovalDesk, camilla: Person
) -> None:
    article = await desk.publish()
    await desk.asks()
    old = await camilla.sees(ASKS)
    await desk.correct(article, "Матч перенесён")
    button = old.button(PUBLISH)
    assert button is not None
    assert button.callback_data is not None
    assert await camilla.presses(old, button.callback_data) == "Məqaləyə düzəliş edilib, yeni mətnə baxın"
    assert await desk.sent() == []

    seen = await camilla.sees("Матч перенесён")
    assert seen.message_id == old.message_id
    await camilla.taps(PUBLISH)
    assert await desk.sent() == [article]


async def test_a_correction_updates_the_request_by_itself_and_a_recall_withdraws_it(
    desk: ApprovalDesk, camilla: Person
) -> None:
    article = await desk.publish()
    await desk.asks()
    asked = await camilla.sees(ASKS)
    await desk.correct(article, "Матч перенесён")
    await desk.asks()
    assert (await camilla.sees("Матч перенесён")).message_id == asked.message_id

    await desk.recall(article)
    await desk.asks()
    told = await camilla.sees("✖️ Dərc olunmadı: Матч перенесён. Redaksiya məqaləni geri çağırdı")
    assert (told.message_id, told.buttons) == (asked.message_id, ())


async def test_what_nobody_decides_expires_and_the_message_says_so(desk: ApprovalDesk, camilla: Person) -> None:
    article = await desk.publish()
    await desk.asks()
    asked = await camilla.sees(ASKS)
    desk.clock.advance(APPROVAL_LIVES.total_seconds())
    await desk.asks()

    told = await camilla.sees("✖️ Dərc olunmadı: Матч a. 12 saat ərzində heç kim qərar vermədi")
    assert told.message_id == asked.message_id
    explained = await desk.newsroom.services.why.ask_channel(article, desk.channel.id)
    assert [record.reason for record in explained.records] == ["not-decided"]


async def test_where_who_was_asked_blocked_the_bot_another_known_administrator_is_asked(
    desk: ApprovalDesk, camilla: Person, bob: Person, channel: Channel
) -> None:
    await bob.sends("/start")
    await bob.sees("Hello")
    await bob.becomes_administrator(channel)
    await opens(bob, channel.title)
    await camilla.blocks_bot()
    await desk.publish()
    for _ in range(3):
        await desk.asks()

    await bob.sees("publish this?")
    await bob.taps("Publish")
    await bob.sees("✅ Approved: Матч a. Bob, 10:00")
    assert len(await desk.sent()) == 1


async def test_where_nobody_can_be_asked_the_menu_says_so_and_who_opens_it_can(
    desk: ApprovalDesk, camilla: Person, bob: Person, channel: Channel
) -> None:
    await camilla.blocks_bot()
    await desk.publish()
    for _ in range(3):
        await desk.asks()

    await bob.sends("/start")
    await bob.becomes_administrator(channel)
    menu = await opens(bob, channel.title)
    assert "There is nobody to ask about posts" in menu.text
    await bob.taps("Approval")
    await bob.taps("Ask me")
    await bob.sees("I ask: Bob")
    await desk.asks()
    await bob.sees("publish this?")


async def test_who_unblocks_the_bot_is_asked_again(desk: ApprovalDesk, camilla: Person, newsroom: Newsroom) -> None:
    await camilla.blocks_bot()
    await desk.publish()
    await desk.asks()
    await camilla.unblocks_bot()
    async with asyncio.timeout(5):
        while (await newsroom.services.approvals.unasked(limit=1)) == []:
            await newsroom.clock.sleep(0.02)
    await desk.asks()

    await camilla.sees(ASKS)


async def test_switched_off_with_posts_waiting_it_is_asked_what_becomes_of_them(
    desk: ApprovalDesk, camilla: Person, channel: Channel
) -> None:
    article = await desk.publish()
    await desk.asks()
    asked = await camilla.sees(ASKS)
    await opens(camilla, channel.title)
    await camilla.taps("Təsdiq")
    await camilla.taps("Özü çıxsın")
    question = await camilla.sees("1 post qərar gözləyir. Onunla nə edək?")
    assert question.button_texts == ["Dərc etmək", "Dərc etməmək", "‹ Geri", BACK]
    assert await desk.sent() == []

    await camilla.taps("‹ Geri")
    await camilla.taps("Özü çıxsın")
    found, button = await camilla.sees_button("Dərc etmək")
    assert found.message_id == question.message_id
    assert button.callback_data is not None
    await camilla.presses(found, button.callback_data)
    await camilla.sees_button("✓ Özü çıxsın")
    assert await desk.sent() == [article]
    await desk.asks()
    assert (await camilla.sees("✅ Təsdiqləndi: Матч a. Camilla")).message_id == asked.message_id


async def test_the_request_is_brought_to_the_end_of_the_chat_when_asked_for(
    desk: ApprovalDesk, camilla: Person, channel: Channel
) -> None:
    await desk.publish()
    await desk.asks()
    asked = await camilla.sees(ASKS)
    await opens(camilla, channel.title)
    await camilla.taps("Təsdiq")
    await camilla.taps("İndi qərar vermək: 1")

    brought = await camilla.sees(ASKS, after=asked)
    assert [message.message_id for message in await requests_of(camilla)] == [brought.message_id]


async def test_who_has_not_answered_for_hours_is_called_again_when_another_post_joins(
    desk: ApprovalDesk, camilla: Person
) -> None:
    await desk.publish("a")
    await desk.asks()
    asked = await camilla.sees(ASKS)
    desk.clock.advance((CALL_AGAIN - timedelta(minutes=5)).total_seconds())
    await desk.publish("b")
    await desk.asks()
    assert (await camilla.sees("daha 1 post var")).message_id == asked.message_id

    desk.clock.advance(timedelta(minutes=5).total_seconds())
    await desk.asks()
    assert [message.message_id for message in await requests_of(camilla)] == [asked.message_id]
    await desk.publish("c")
    desk.clock.advance(60)
    await desk.asks()

    called = await camilla.sees("daha 2 post var", after=asked)
    assert [message.message_id for message in await requests_of(camilla)] == [called.message_id]
    assert "Матч a" in called.text


async def test_a_message_that_was_deleted_comes_anew(desk: ApprovalDesk, camilla: Person) -> None:
    await desk.publish("a")
    await desk.publish("b")
    await desk.asks()
    asked = await camilla.sees(ASKS)
    await camilla.deletes(asked)
    async with desk.database.transaction() as tx:
        assert await tx.approvals.count(desk.channel.id) == 2
    desk.clock.advance(60)
    await desk.publish("c")
    await desk.asks()

    assert (await camilla.sees(ASKS)).message_id > asked.message_id


async def test_killed_before_it_is_recorded_it_asks_once_more_and_both_messages_work(
    desk: ApprovalDesk, camilla: Person
) -> None:
    await desk.publish()
    await desk.asks()
    first = await camilla.sees(ASKS)
    async with desk.database.transaction() as tx:
        await tx.approvals.forget_request(desk.channel.id, camilla.id)
    await desk.asks()
    again = await camilla.sees(ASKS, after=first)

    button = first.button(PUBLISH)
    assert button is not None
    assert button.callback_data is not None
    await camilla.presses(first, button.callback_data)
    assert (await camilla.sees("✅ Təsdiqləndi")).message_id == first.message_id
    assert len(await desk.sent()) == 1
    assert await camilla.presses(again, button.callback_data) == "Qərar artıq verilib"
    assert await requests_of(camilla) == []


async def test_a_long_post_leaves_room_for_the_question(desk: ApprovalDesk, camilla: Person) -> None:
    await desk.publish(lead="Длинный лид. " * 1000, body="Очень длинный текст. " * 1000)
    await desk.asks()

    asked = await camilla.sees(ASKS)
    assert MAX_LEAD < len(asked.text) <= 4096


async def test_many_channels_are_asked_about_a_round_at_a_time(
    desk: ApprovalDesk, camilla: Person, newsroom: Newsroom, telegram: SandboxClient
) -> None:
    by = make_administrator(camilla.id)
    for number in range(AT_ONCE + 5):
        created = await camilla.creates_channel(f"Канал {number}")
        await camilla.promotes_bot(created)
        await camilla.sees(f"«Канал {number}»")
        found = await newsroom.destination(created.id)
        assert found is not None
        await newsroom.services.channels.set_language(found.id, Language.RU, by)
        await newsroom.services.channels.choose(found.id, Slug("football"), by, is_wanted=True)
        await newsroom.services.approvals.switch_on(found.id, by)
    await desk.publish()
    before = len(await telegram.calls("sendMessage"))
    await desk.asks()
    assert len(await telegram.calls("sendMessage")) - before == AT_ONCE
    await desk.asks()
    assert len(await telegram.calls("sendMessage")) - before == AT_ONCE + 6


@pytest.mark.parametrize("wish", list(RequestWish))
async def test_a_forged_button_of_somebody_elses_channel_decides_nothing(
    desk: ApprovalDesk, alice: Person, wish: RequestWish
) -> None:
    article = await desk.publish()
    await alice.sends("/start")
    message = await alice.sees("Alice")
    forged = RequestButton(channel=desk.channel.id, wish=wish, article=article)

    assert "администраторы" in await alice.presses(message, forged.pack())
    off = ApprovalButton(channel=desk.channel.id, wish=ApprovalWish.OFF_PUBLISHING)
    assert "администраторы" in await alice.presses(message, off.pack())

    assert await desk.sent() == []
    await alice.does_not_see("Матч")


async def test_why_tells_editors_since_when_it_waits_and_who_decided(
    desk: ApprovalDesk, editor: Person, camilla: Person
) -> None:
    await desk.publish()
    await editor.sends("/why https://example.org/a Репортаж")
    told = await editor.sees("⏳ Статья ждёт решения администратора канала.")
    assert "Ждёт решения администратора с 10:00, до 22:00" in told.text
    assert "Посты ждут решения администратора" in told.text
    await editor.sends("/why https://example.org/a")
    assert (
        "⏳ Ждёт решения администратора с 10:00, до 22:00 (Репортаж)" in (await editor.sees("Каналы: в очереди 1")).text
    )

    await desk.asks()
    await camilla.taps(PUBLISH)
    await camilla.sees("✅ Təsdiqləndi")
    await desk.deliver()
    await editor.sends("/why https://example.org/a Репортаж")
    await editor.sees("Решение опубликовать: Camilla, 10:00")
    await editor.sends("/why https://example.org/a")
    await editor.sees("✅ Решение опубликовать: Camilla, 10:00 (Репортаж)")


async def test_why_tells_what_was_left_out_and_where_nobody_can_be_asked(
    desk: ApprovalDesk, editor: Person, camilla: Person
) -> None:
    await desk.publish("a")
    await desk.publish("b")
    await desk.asks()
    await camilla.taps(LEAVE_OUT)
    await camilla.sees("✖️ Dərc olunmadı")
    await editor.sends("/why https://example.org/a Репортаж")
    told = await editor.sees("До канала она не дошла")
    assert "администратор канала решил не публиковать" in told.text
    assert "Решение не публиковать: Camilla, 10:00" in told.text

    await camilla.blocks_bot()
    await desk.newsroom.services.approvals.refused(desk.channel.id, camilla.id)
    await editor.sends("/why https://example.org/b Репортаж")
    await editor.sees("Спросить некого")
