"""Corrections and recalls of what stands, as far as Telegram lets them."""

import pytest

from bot.domain.delivery import Action
from bot.domain.destination import DestinationState
from bot.sandbox.client import Channel, Person, SandboxClient
from tests.send.conftest import Desk


@pytest.mark.usefixtures("readers")
async def test_a_correction_that_changes_nothing_is_a_success(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    subject = await desk.publish("Заголовок")
    seen = await alice.sees("Заголовок")
    await desk.settles(subject, {"sent": 2})

    await desk.correct(subject, title="Заголовок", url="https://example.org/Заголовок")

    await desk.comes_to(subject, {"sent": 2}, Action.EDIT)
    refused = [call for call in await telegram.calls("editMessageText") if "message is not modified" in call.outcome]
    assert len(refused) == 2
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert (post.message_id, post.revision) == (seen.message_id, 1)


@pytest.mark.parametrize(
    "description", ["Bad Request: message to edit not found", "Bad Request: message not found", "MESSAGE_ID_INVALID"]
)
@pytest.mark.usefixtures("readers")
async def test_a_post_that_is_gone_is_corrected_no_more(
    desk: Desk, telegram: SandboxClient, alice: Person, description: str
) -> None:
    subject = await desk.publish("Было")
    await desk.settles(subject, {"sent": 2})
    await telegram.faults(
        "error", method="editMessageText", chat_id=alice.id, count=1, error_code=400, description=description
    )

    await desk.correct(subject, title="Стало")

    await desk.comes_to(subject, {"sent": 1, "dropped": 1}, Action.EDIT)
    assert await desk.post(alice.id, subject) is None


@pytest.mark.usefixtures("readers")
async def test_a_post_that_cannot_be_edited_is_corrected_by_a_reply(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    subject = await desk.publish("Было")
    old = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})
    await telegram.faults(
        "error",
        method="editMessageText",
        chat_id=alice.id,
        count=1,
        error_code=400,
        description="Bad Request: message can't be edited",
    )

    await desk.correct(subject, title="Стало")

    reply = await alice.sees("Исправлено\n\nСтало")
    assert reply.reply_to == old.message_id
    await desk.comes_to(subject, {"sent": 2}, Action.EDIT)
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert post.message_id == reply.message_id


@pytest.mark.usefixtures("readers")
async def test_a_post_older_than_two_days_says_that_it_was_withdrawn(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Ошибка")
    post = await alice.sees("Ошибка")
    await desk.settles(subject, {"sent": 2})
    desk.clock.advance(49 * 3600)

    await desk.recall(subject)

    seen = await alice.sees("Редакция отозвала эту новость.")
    assert (seen.message_id, seen.buttons) == (post.message_id, ())
    await desk.comes_to(subject, {"sent": 2}, Action.DELETE)
    assert await desk.post(alice.id, subject) is None


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message can't be deleted",
        "Bad Request: message can't be deleted for everyone",
    ],
)
async def test_a_photo_that_cannot_be_deleted_says_that_it_was_withdrawn(
    desk: Desk, telegram: SandboxClient, channel: Channel, description: str
) -> None:
    picture = f"{telegram.url}/news/photo/a_850.png"
    subject = await desk.publish("Ошибка", image=picture)
    post = await channel.sees("Ошибка")
    await desk.settles(subject, {"sent": 1})
    await telegram.faults("error", method="deleteMessage", count=1, error_code=400, description=description)

    await desk.recall(subject)

    assert (await channel.sees("Редакция отозвала эту новость.")).message_id == post.message_id
    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)


@pytest.mark.usefixtures("readers")
async def test_a_recalled_post_that_somebody_deleted_is_a_success(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Ошибка")
    post = await alice.sees("Ошибка")
    await desk.settles(subject, {"sent": 2})
    await alice.deletes(post)

    await desk.recall(subject)

    await desk.comes_to(subject, {"sent": 2}, Action.DELETE)
    assert await desk.post(alice.id, subject) is None


async def test_a_recall_where_the_bot_may_do_nothing_pauses_the_channel(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    subject = await desk.publish("Ошибка")
    await desk.settles(subject, {"sent": 1})
    await camilla.promotes_bot(channel, {"can_post_messages": False, "can_delete_messages": False})

    await desk.recall(subject)

    await desk.comes_to(subject, {"dropped": 1}, Action.DELETE)
    assert await desk.state_of(channel.id) is DestinationState.BARRED
