"""A long text in several messages: one post all the same, whatever happens between two of them."""

import pytest

from bot.domain.alert import AlertKind
from bot.domain.appearance import Appearance, Layout
from bot.domain.cause import Cause
from bot.domain.delivery import Action, DeliveryId, Subject
from bot.domain.destination import DestinationState
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.sandbox.client import Channel, Message, Person, SandboxClient
from tests.send.conftest import Desk

PARAGRAPH = "Предложение подлиннее обычного стоит в тексте. " * 12
CHANNEL_RIGHTS = "need administrator rights in the channel chat"


def body(paragraphs: int, word: str = "Абзац") -> str:
    return "\n\n".join(f"{word} {number}. {PARAGRAPH}".strip() for number in range(1, paragraphs + 1))


@pytest.fixture
async def channel(desk: Desk, channel: Channel) -> Channel:
    """It shows the whole text."""
    await looks(desk, channel, Appearance(layout=Layout.FULL))
    return channel


async def looks(desk: Desk, channel: Channel, appearance: Appearance) -> None:
    async with desk.database.transaction() as tx:
        destination = await tx.destinations.by_chat(channel.id)
        assert destination is not None
        await tx.destinations.set_appearance(destination.id, appearance)


async def told(desk: Desk, channel: Channel, subject: Subject) -> list[Message]:
    await desk.settles(subject, {"sent": 1})
    return await channel.messages()


async def is_told_to_wait(desk: Desk, telegram: SandboxClient, subject: Subject) -> None:
    for _ in range(500):
        if any(call.outcome.startswith("429") for call in await telegram.calls("sendMessage")):
            break
        await desk.clock.sleep(0.02)
    await desk.settles(subject, {"queued": 1})


async def ids_of(desk: Desk, channel: Channel, subject: Subject) -> list[int]:
    post = await desk.post(channel.id, subject)
    assert post is not None
    return [piece.message_id for piece in post.pieces]


async def test_a_long_text_is_several_messages_and_one_post(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Длинная", body=body(16))

    messages = await told(desk, channel, subject)

    assert len(messages) == 3
    assert [message.button_texts for message in messages] == [[], [], ["Читать полностью"]]
    assert [message.is_silent for message in messages] == [False, True, True]
    assert "\n\n".join(message.text for message in messages).count("Абзац") == 16
    post = await desk.post(channel.id, subject)
    assert post is not None
    assert (post.message_id, post.is_begun) == (messages[0].message_id, False)
    assert await ids_of(desk, channel, subject) == [message.message_id for message in messages]


async def test_a_correction_changes_the_messages_that_differ_and_no_other(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    subject = await desk.publish("Длинная", body=body(16))
    before = await told(desk, channel, subject)

    await desk.correct(subject, title="Длинная", body=body(16).replace("Абзац 16", "Строка 16"), url=None)
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    after = await channel.messages()
    assert [message.message_id for message in after] == [message.message_id for message in before]
    assert "Строка 16" in after[-1].text
    assert len(await telegram.calls("editMessageText")) == 1
    post = await desk.post(channel.id, subject)
    assert post is not None
    assert post.revision == 1


async def test_a_text_that_became_shorter_leaves_no_message_over(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Длинная", body=body(16))
    first = (await told(desk, channel, subject))[0]

    await desk.correct(subject, title="Короткая", body=body(2))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    (left,) = await channel.messages()
    assert (left.message_id, left.button_texts) == (first.message_id, ["Читать полностью"])
    assert await ids_of(desk, channel, subject) == [first.message_id]


async def test_what_is_left_over_and_too_old_to_be_deleted_says_so(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Длинная", body=body(16))
    await told(desk, channel, subject)
    desk.clock.advance(49 * 3600)

    await desk.correct(subject, title="Короткая", body=body(2))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    shown = await channel.messages()
    assert [message.text for message in shown[1:]] == ["Эта часть убрана: статью сократили."] * 2
    await desk.recall(subject)
    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)
    assert {message.text for message in await channel.messages()} == {"Редакция отозвала эту новость."}


async def test_a_text_that_grew_ends_in_its_last_message_and_leads_on(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Длинная", body=body(10))
    before = await told(desk, channel, subject)
    assert len(before) == 2

    await desk.correct(subject, title="Длиннее", body=body(24), url="https://example.org/long")
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    after = await channel.messages()
    assert [message.message_id for message in after] == [message.message_id for message in before]
    assert "Читать дальше" in after[-1].text


async def test_an_ordinary_post_that_grew_leads_on_as_well(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Короткая", body=body(1))
    await told(desk, channel, subject)

    await desk.correct(subject, title="Длинная", body=body(16), url="https://example.org/long")
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    (message,) = await channel.messages()
    assert "Читать дальше" in message.text
    assert message.button_texts == ["Читать полностью"]


async def test_a_recall_takes_all_messages_away_in_one_call(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    subject = await desk.publish("Ошибка", body=body(16))
    await told(desk, channel, subject)

    await desk.recall(subject)
    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)

    assert await channel.messages() == []
    assert len(await telegram.calls("deleteMessages")) == 1
    assert await desk.post(channel.id, subject) is None


async def test_a_message_that_somebody_deleted_keeps_the_others_from_nothing(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    subject = await desk.publish("Длинная", body=body(16))
    first, second, third = await told(desk, channel, subject)
    await camilla.deletes(second)

    await desk.correct(subject, title="Другая", body=body(16, "Строка"))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    assert await ids_of(desk, channel, subject) == [first.message_id, third.message_id]
    assert "Другая" in (await channel.messages())[0].text


# Between two messages.


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "502_html_after"])
async def test_an_answer_that_never_came_repeats_that_message_alone(
    desk: Desk, telegram: SandboxClient, channel: Channel, kind: str
) -> None:
    await telegram.faults(kind, method="sendMessage", chat_id=channel.id, skip=1)

    subject = await desk.publish("Длинная", body=body(16))
    messages = await told(desk, channel, subject)

    assert len(messages) == (3 if kind.endswith("before") else 4)
    assert sum("Длинная" in message.text for message in messages) == 1
    assert len(await ids_of(desk, channel, subject)) == 3


async def test_a_message_that_stays_unclear_is_asked_about_and_the_rest_follows_the_answer(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("reset_before", method="sendMessage", chat_id=channel.id, skip=1, count=2)
    subject = await desk.publish("Длинная", body=body(16))
    await desk.settles(subject, {"uncertain": 1})
    assert [alert.kind for alert in await desk.alerts()] == [AlertKind.UNCERTAIN]

    async with desk.database.transaction() as tx:
        (asked,) = await tx.uncertain.oldest(10)
        await tx.uncertain.resolve(DeliveryId(asked.id), it_is_there=False, now=desk.clock.now())
    desk.sender.wake.set()

    messages = await told(desk, channel, subject)
    assert [("Длинная" in message.text) for message in messages] == [True, False, False]


async def test_a_message_that_was_seen_is_not_sent_again_and_the_rest_is(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("reset_after", method="sendMessage", chat_id=channel.id, skip=1)
    await telegram.faults("reset_before", method="sendMessage", chat_id=channel.id, skip=1)
    subject = await desk.publish("Длинная", body=body(16))
    await desk.settles(subject, {"uncertain": 1})

    async with desk.database.transaction() as tx:
        (asked,) = await tx.uncertain.oldest(10)
        await tx.uncertain.resolve(DeliveryId(asked.id), it_is_there=True, now=desk.clock.now())
    desk.sender.wake.set()

    messages = await told(desk, channel, subject)
    assert len(messages) == 3
    assert await ids_of(desk, channel, subject) == [messages[0].message_id, 0, messages[2].message_id]


async def test_of_a_post_whose_first_message_was_seen_the_rest_goes_out_and_a_recall_says_what_it_cannot_delete(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("reset_after", method="sendMessage", chat_id=channel.id)
    await telegram.faults("reset_before", method="sendMessage", chat_id=channel.id)
    subject = await desk.publish("Длинная", body=body(16))
    await desk.settles(subject, {"uncertain": 1})
    async with desk.database.transaction() as tx:
        (asked,) = await tx.uncertain.oldest(10)
        await tx.uncertain.resolve(DeliveryId(asked.id), it_is_there=True, now=desk.clock.now())
    desk.sender.wake.set()

    messages = await told(desk, channel, subject)
    assert ["Длинная" in message.text for message in messages] == [True, False, False]
    await desk.recall(subject)

    await desk.comes_to(subject, {"failed": 1}, Action.DELETE)
    assert [message.message_id for message in await channel.messages()] == [messages[0].message_id]


async def test_an_ordinary_post_that_was_seen_is_not_sent_again(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("reset_after", method="sendMessage", chat_id=channel.id)
    await telegram.faults("reset_before", method="sendMessage", chat_id=channel.id)
    subject = await desk.publish("Короткая")
    await desk.settles(subject, {"uncertain": 1})
    async with desk.database.transaction() as tx:
        (asked,) = await tx.uncertain.oldest(10)
        await tx.uncertain.resolve(DeliveryId(asked.id), it_is_there=True, now=desk.clock.now())
    desk.sender.wake.set()

    assert len(await told(desk, channel, subject)) == 1


async def test_a_pause_between_two_messages_loses_and_repeats_nothing(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=channel.id, skip=1, retry_after=30)
    subject = await desk.publish("Длинная", body=body(16))
    await is_told_to_wait(desk, telegram, subject)
    later = await desk.publish("Короткая")
    desk.clock.advance(31)

    await desk.settles(subject, {"sent": 1})
    await desk.settles(later, {"sent": 1})

    messages = await channel.messages()
    assert ["Короткая" in message.text for message in messages] == [False, False, False, True]


async def test_a_channel_that_is_paused_between_two_messages_gets_the_rest_of_them(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=channel.id, skip=1, retry_after=30)
    subject = await desk.publish("Длинная", body=body(16))
    await is_told_to_wait(desk, telegram, subject)

    async with desk.database.transaction() as tx:
        destination = await tx.destinations.by_chat(channel.id)
        assert destination is not None
        await tx.missed.collect_queued(destination.id)
        await tx.destinations.set_state(destination.id, DestinationState.PAUSED, now=desk.clock.now())
        assert await tx.missed.of_rubrics(destination.id, languages=list(Language)) == []
    desk.clock.advance(31)

    assert len(await told(desk, channel, subject)) == 3


async def test_quiet_hours_that_begin_between_two_messages_hold_nothing_back(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=channel.id, skip=1, retry_after=30)
    subject = await desk.publish("Длинная", body=body(16))
    await is_told_to_wait(desk, telegram, subject)

    async with desk.database.transaction() as tx:
        destination = await tx.destinations.by_chat(channel.id)
        assert destination is not None
        await tx.destinations.set_quiet(destination.id, QuietHours(start=8, end=20, mode=QuietMode.HOLD))
    desk.clock.advance(31)

    assert len(await told(desk, channel, subject)) == 3


async def test_rights_lost_between_two_messages_leave_what_stands_to_be_recalled(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults(
        "error",
        method="sendMessage",
        chat_id=channel.id,
        skip=1,
        error_code=400,
        description=f"Bad Request: {CHANNEL_RIGHTS}",
    )
    subject = await desk.publish("Длинная", body=body(16))
    await desk.settles(subject, {"dropped": 1})
    assert len(await ids_of(desk, channel, subject)) == 1

    async with desk.database.transaction() as tx:
        destination = await tx.destinations.by_chat(channel.id)
        assert destination is not None
        await tx.destinations.set_state(destination.id, DestinationState.ACTIVE, now=desk.clock.now())
    await desk.recall(subject)

    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)
    assert await channel.messages() == []


async def test_a_recall_between_two_messages_takes_back_what_stands(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=channel.id, skip=1, retry_after=30)
    subject = await desk.publish("Ошибка", body=body(16))
    await is_told_to_wait(desk, telegram, subject)

    async with desk.database.transaction() as tx:
        await tx.outbox.drop_queued(subject, reason=Cause.RECALLED, now=desk.clock.now())
    await desk.recall(subject)
    desk.clock.advance(31)

    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)
    assert await channel.messages() == []


async def test_a_correction_between_two_messages_reaches_the_first_as_well(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=channel.id, skip=1, retry_after=30)
    subject = await desk.publish("Было", body=body(16))
    await is_told_to_wait(desk, telegram, subject)

    await desk.correct(subject, title="Стало", body=body(16, "Строка"))
    desk.clock.advance(31)

    await desk.settles(subject, {"sent": 1})
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)
    messages = await channel.messages()
    assert len(messages) == 3
    assert "Стало" in messages[0].text
    assert not any("Абзац" in message.text for message in messages)


async def test_a_chat_that_moves_between_two_messages_gets_the_rest_in_its_new_place(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    moved = await telegram.person("camilla").creates_channel("Новый")
    await telegram.person("camilla").promotes_bot(moved)
    await telegram.faults("migrated", method="sendMessage", chat_id=channel.id, skip=1, migrate_to_chat_id=moved.id)

    subject = await desk.publish("Длинная", body=body(16))
    await desk.settles(subject, {"sent": 1})

    assert [len(await each.messages()) for each in (channel, moved)] == [1, 2]
