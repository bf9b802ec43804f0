"""An article with several pictures as an album: sent whole, kept whole, and with less where Telegram takes less."""

from typing import Any

import pytest

from bot.domain.appearance import Appearance, Layout
from bot.domain.delivery import Action, Subject
from bot.domain.picture import picture_id
from bot.sandbox.client import Channel, Message, SandboxClient
from bot.sandbox.server import Sandbox
from tests.send.conftest import Desk
from tests.send.test_several import body, looks


@pytest.fixture
def pictures(sandbox: Sandbox) -> list[str]:
    return [f"{sandbox.news_url}photo/{name}_850.png" for name in "abcd"]


async def publish(desk: Desk, pictures: list[str], title: str = "Галерея", **given: Any) -> Subject:
    return await desk.publish(title, image=pictures[0], gallery=tuple(pictures[1:]), **given)


async def album(desk: Desk, channel: Channel, subject: Subject) -> list[Message]:
    await desk.settles(subject, {"sent": 1})
    return await channel.messages()


def pictures_in(messages: list[Message]) -> list[str | None]:
    return [message.photo for message in messages]


async def test_a_gallery_is_one_album_whose_caption_has_the_buttons_as_links(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    subject = await publish(desk, pictures)

    messages = await album(desk, channel, subject)

    assert pictures_in(messages) == pictures
    assert len({message.album for message in messages}) == 1
    assert messages[0].album is not None
    assert [bool(message.text) for message in messages] == [True, False, False, False]
    assert "Читать полностью</a>" in messages[0].html
    assert len(await telegram.calls("sendMediaGroup")) == 1
    post = await desk.post(channel.id, subject)
    assert post is not None
    assert [piece.message_id for piece in post.pieces] == [message.message_id for message in messages]
    assert [piece.picture for piece in post.pieces] == [picture_id(picture) for picture in pictures]


@pytest.mark.usefixtures("channel")
async def test_people_get_the_first_picture_and_the_buttons(
    desk: Desk, readers: list[int], telegram: SandboxClient, pictures: list[str]
) -> None:
    await desk.settles(await publish(desk, pictures), {"sent": 3})

    seen = await telegram.person(readers[0]).sees("Галерея")
    assert (seen.photo, seen.album, seen.button_texts) == (pictures[0], None, ["Читать полностью"])


async def test_a_channel_may_have_the_first_picture_alone(desk: Desk, channel: Channel, pictures: list[str]) -> None:
    await looks(desk, channel, Appearance(has_albums=False))

    (only,) = await album(desk, channel, await publish(desk, pictures))

    assert (only.photo, only.album, only.button_texts) == (pictures[0], None, ["Читать полностью"])


async def test_an_article_with_one_picture_is_no_album(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    (only,) = await album(desk, channel, await publish(desk, pictures[:1]))

    assert (only.photo, only.album) == (pictures[0], None)
    assert await telegram.calls("sendMediaGroup") == []
    post = await desk.post(channel.id, await publish(desk, pictures[:1], "Другая"))
    assert post is None or post.pieces == ()


async def test_a_whole_text_goes_on_below_its_album_and_has_its_buttons_there(
    desk: Desk, channel: Channel, pictures: list[str]
) -> None:
    await looks(desk, channel, Appearance(layout=Layout.FULL))

    messages = await album(desk, channel, await publish(desk, pictures, body=body(10)))

    assert pictures_in(messages) == [*pictures, None, None]
    assert [message.button_texts for message in messages[-2:]] == [[], ["Читать полностью"]]
    assert "Галерея" in messages[0].text
    assert "\n\n".join(message.text for message in messages).count("Абзац") == 10


# What Telegram does not take.


async def test_a_picture_that_telegram_does_not_fetch_is_uploaded_into_the_album(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, channel: Channel, pictures: list[str]
) -> None:
    await telegram.refuses_picture(pictures[2], "failed to get HTTP URL content")

    messages = await album(desk, channel, await publish(desk, pictures))

    assert len(messages) == 4
    assert messages[2].photo is not None
    assert "/sandbox/photo/" in messages[2].photo
    assert len(sandbox.telegram.sending.uploads) == 1


async def test_pictures_that_telegram_has_are_shown_again_without_an_upload(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, channel: Channel, pictures: list[str]
) -> None:
    await telegram.refuses_picture(pictures[2], "failed to get HTTP URL content")
    await album(desk, channel, await publish(desk, pictures))
    for picture in pictures:
        await telegram.refuses_picture(picture, "failed to get HTTP URL content")

    await album(desk, channel, await publish(desk, pictures, "Ещё раз"))

    assert len(await channel.messages()) == 8
    assert len(sandbox.telegram.sending.uploads) == 1


@pytest.mark.parametrize("bad", [0, 2])
async def test_a_picture_that_telegram_refuses_in_every_way_is_left_out(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str], bad: int
) -> None:
    await telegram.refuses_picture(pictures[bad], "PHOTO_INVALID_DIMENSIONS")
    subject = await publish(desk, pictures)

    messages = await album(desk, channel, subject)

    assert pictures_in(messages) == [picture for number, picture in enumerate(pictures) if number != bad]
    assert "Галерея" in messages[0].text
    await desk.correct(subject, title="Исправлена", image=pictures[0], gallery=tuple(pictures[1:]))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)
    assert pictures_in(await channel.messages()) == pictures_in(messages)
    assert "Исправлена" in (await channel.messages())[0].text


async def test_of_one_picture_that_is_left_there_is_a_photo_with_buttons(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    for picture in pictures[1:]:
        await telegram.refuses_picture(picture, "PHOTO_INVALID_DIMENSIONS")

    (only,) = await album(desk, channel, await publish(desk, pictures))

    assert (only.photo, only.album, only.button_texts) == (pictures[0], None, ["Читать полностью"])


async def test_a_chat_that_takes_no_albums_gets_a_single_photo(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    await telegram.faults(
        "error", method="sendMediaGroup", error_code=400, description="Bad Request: group send failed"
    )

    (only,) = await album(desk, channel, await publish(desk, pictures))

    assert (only.photo, only.album) == (pictures[0], None)


async def test_an_album_without_an_answer_is_sent_once_more(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    await telegram.faults("reset_before", method="sendMediaGroup")

    messages = await album(desk, channel, await publish(desk, pictures))

    assert pictures_in(messages) == pictures


async def test_rights_that_are_missing_are_said_of_an_album_as_of_a_text(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    await telegram.faults(
        "error",
        method="sendMediaGroup",
        error_code=400,
        description="Bad Request: need administrator rights in the channel chat",
    )

    subject = await publish(desk, pictures)

    await desk.settles(subject, {"dropped": 1})
    assert await channel.messages() == []
    assert await desk.state_of(channel.id) == "barred"


# What becomes of it later.


async def test_a_correction_changes_the_caption_of_an_album_and_leaves_its_pictures(
    desk: Desk, telegram: SandboxClient, channel: Channel, pictures: list[str]
) -> None:
    subject = await publish(desk, pictures)
    before = await album(desk, channel, subject)

    await desk.correct(subject, title="Исправлена", image=pictures[0], gallery=tuple(pictures[1:]))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    after = await channel.messages()
    assert "Исправлена" in after[0].text
    assert [(each.message_id, each.photo) for each in after] == [(each.message_id, each.photo) for each in before]
    assert [len(await telegram.calls(name)) for name in ("editMessageCaption", "editMessageMedia")] == [1, 0]


async def test_another_picture_takes_the_place_of_the_one_it_replaces(
    desk: Desk, channel: Channel, pictures: list[str]
) -> None:
    subject = await publish(desk, pictures[:3])
    await album(desk, channel, subject)

    await desk.correct(subject, title="Галерея", image=pictures[0], gallery=(pictures[3], pictures[2]))
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    assert pictures_in(await channel.messages()) == [pictures[0], pictures[3], pictures[2]]


async def test_a_gallery_that_lost_pictures_loses_their_messages_and_one_that_grew_does_not_grow(
    desk: Desk, channel: Channel, pictures: list[str]
) -> None:
    fewer, more = await publish(desk, pictures, "Меньше"), await publish(desk, pictures[:2], "Больше")
    await album(desk, channel, fewer)
    await album(desk, channel, more)

    await desk.correct(fewer, title="Меньше", image=pictures[0], gallery=(pictures[1],))
    await desk.correct(more, title="Больше", image=pictures[0], gallery=tuple(pictures[1:]))
    for subject in (fewer, more):
        await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    assert pictures_in(await channel.messages()) == [*pictures[:2], *pictures[:2]]


async def test_a_recalled_album_is_gone_whole(desk: Desk, channel: Channel, pictures: list[str]) -> None:
    subject = await publish(desk, pictures)
    await album(desk, channel, subject)

    await desk.recall(subject)
    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)

    assert await channel.messages() == []


async def test_an_album_older_than_two_days_says_once_that_it_was_withdrawn(
    desk: Desk, channel: Channel, pictures: list[str]
) -> None:
    subject = await publish(desk, pictures)
    await album(desk, channel, subject)
    desk.clock.advance(49 * 3600)

    await desk.recall(subject)
    await desk.comes_to(subject, {"sent": 1}, Action.DELETE)

    texts = [message.text for message in await channel.messages()]
    assert texts == ["Редакция отозвала эту новость.", "", "", ""]


# Its pictures are messages to Telegram's limits.


@pytest.mark.usefixtures("channel")
async def test_a_chat_gets_twenty_pictures_a_minute_and_no_more(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox
) -> None:
    many = [f"{sandbox.news_url}photo/{number}_850.png" for number in range(8)]
    subjects = [await publish(desk, many, f"Галерея {number}") for number in range(3)]
    for subject in subjects[:2]:
        await desk.settles(subject, {"sent": 1})
    await desk.clock.sleep(1)

    assert len(await telegram.calls("sendMediaGroup")) == 2
    desk.clock.advance(61)
    await desk.settles(subjects[2], {"sent": 1})
    assert all(call.is_ok for call in await telegram.calls("sendMediaGroup"))
