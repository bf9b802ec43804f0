"""sendMediaGroup as Telegram has it: all pictures or none, their numbers in what is refused, each a message to the limits."""

from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto, Message

from bot.clock import MovableClock
from bot.sandbox.client import Channel, SandboxClient
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import PlainSession
from tests.sandbox.test_sending import refusal

PICTURES = [f"https://report.az/{number}.jpg" for number in range(1, 12)]


@pytest.fixture
async def channel(telegram: SandboxClient) -> Channel:
    camilla = telegram.person("camilla")
    opened = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(opened)
    return opened


def photos(count: int, caption: str = "") -> list[InputMediaPhoto]:
    return [
        InputMediaPhoto(media=url, caption=caption or None if place == 0 else None)
        for place, url in enumerate(PICTURES[:count])
    ]


async def send(bot: Bot, channel: Channel, count: int, caption: str = "") -> list[Message]:
    return await bot.send_media_group(channel.id, list(photos(count, caption)))


async def test_an_album_is_a_list_of_messages_of_one_group(bot: Bot, channel: Channel) -> None:
    sent = await send(bot, channel, 3, "Подпись")

    first = sent[0].message_id
    assert [message.message_id for message in sent] == [first, first + 1, first + 2]
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["Подпись", None, None]
    assert [message.photo for message in await channel.messages()] == PICTURES[:3]


async def test_two_albums_are_two_groups(bot: Bot, channel: Channel) -> None:
    one, other = await send(bot, channel, 2), await send(bot, channel, 2)
    assert one[0].media_group_id != other[0].media_group_id


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(
            lambda bot, chat: bot.send_media_group(chat, photos(11)),
            "too many messages to send as an album",
            id="eleven",
        ),
        pytest.param(
            lambda bot, chat: bot.send_media_group(chat, [*photos(1), InputMediaDocument(media=PICTURES[1])]),
            "can't use the media of the specified type in the album",
            id="a document",
        ),
        pytest.param(
            lambda bot, chat: bot.send_media_group(chat, photos(2, "ж" * 1025)),
            "message caption is too long",
            id="a long caption",
        ),
        pytest.param(
            lambda bot, chat: bot.send_media_group(
                chat, [*photos(2), InputMediaPhoto(media=BufferedInputFile(b"no picture", "a.png"))]
            ),
            'failed to send message #3 with the error message "IMAGE_PROCESS_FAILED"',
            id="a bad upload",
        ),
    ],
)
async def test_an_album_that_telegram_does_not_take_is_not_posted_at_all(
    bot: Bot, channel: Channel, call: Callable[[Bot, int], Awaitable[object]], words: str
) -> None:
    assert await refusal(call(bot, channel.id)) == f"Bad Request: {words}"
    assert await channel.messages() == []


async def test_of_a_picture_that_is_not_fetched_the_number_and_the_code_are_said(
    telegram: SandboxClient, bot: Bot, channel: Channel
) -> None:
    await telegram.refuses_picture(PICTURES[1], "failed to get HTTP URL content")

    said = await refusal(send(bot, channel, 3))

    assert said == 'Bad Request: failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"'
    assert await channel.messages() == []


async def test_pictures_of_an_album_are_sent_again_by_their_ids(bot: Bot, channel: Channel) -> None:
    files = [InputMediaPhoto(media=BufferedInputFile(b"\x89PNG", f"{name}.png")) for name in "ab"]
    sent = await bot.send_media_group(channel.id, list(files))
    again = [InputMediaPhoto(media=message.photo[-1].file_id) for message in sent if message.photo]

    await bot.send_media_group(channel.id, list(again))

    shown = [message.photo for message in await channel.messages()]
    assert shown == ["/sandbox/photo/upload1", "/sandbox/photo/upload2"] * 2


async def test_one_of_an_album_is_edited_and_deleted_like_any_message(bot: Bot, channel: Channel) -> None:
    first, second, third = await send(bot, channel, 3, "было")

    await bot.edit_message_caption(chat_id=channel.id, message_id=first.message_id, caption="стало")
    edited = await bot.edit_message_media(
        InputMediaPhoto(media=PICTURES[5]), chat_id=channel.id, message_id=second.message_id
    )
    await bot.delete_message(channel.id, third.message_id)

    assert isinstance(edited, Message)
    assert edited.media_group_id == first.media_group_id
    shown = await channel.messages()
    assert [(message.text, message.photo) for message in shown] == [("стало", PICTURES[0]), ("", PICTURES[5])]


async def test_each_picture_is_a_message_to_the_limit_of_a_chat(clock: MovableClock) -> None:
    session = PlainSession()
    async with Sandbox(clock, enforce_limits=True) as strict, SandboxClient(strict.url) as telegram:
        session.api = TelegramAPIServer.from_base(strict.url)
        camilla = telegram.person("camilla")
        channel = await camilla.creates_channel("Xəbərlər")
        await camilla.promotes_bot(channel)
        async with Bot(strict.token, session=session).context() as bot:
            await send(bot, channel, 10)
            clock.advance(2)
            await send(bot, channel, 8)
            clock.advance(2)

            with pytest.raises(TelegramRetryAfter) as told:
                await send(bot, channel, 3)

            await send(bot, channel, 2)
    assert told.value.retry_after == 56
