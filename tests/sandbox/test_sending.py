"""What Telegram takes and what it refuses, in its exact words, met by aiogram's own bot over HTTP."""

import json
from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
)

from bot.clock import MovableClock
from bot.sandbox.client import Channel, SandboxClient

ALICE, BOB, CAMILLA = 1001, 1002, 1003
SMILE = "🙂"


def markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


def button(data: str = "x") -> InlineKeyboardButton:
    return InlineKeyboardButton(text="Button", callback_data=data)


@pytest.fixture
async def chat(telegram: SandboxClient) -> int:
    """Alice has pressed Start."""
    await telegram.person("alice").sends("/start")
    return ALICE


@pytest.fixture
async def channel(telegram: SandboxClient) -> Channel:
    """Camilla's channel, the bot is its administrator."""
    camilla = telegram.person("camilla")
    opened = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(opened)
    return opened


async def refusal(call: Awaitable[object]) -> str:
    with pytest.raises(TelegramAPIError) as refused:
        await call
    return refused.value.message


@pytest.mark.parametrize(
    ("text", "parse_mode", "words"),
    [
        ("x" * 4097, None, "message is too long"),
        (SMILE * 4097, None, "message is too long"),
        ("<b>" + "x" * 4097 + "</b>", "HTML", "message is too long"),
        ("x" * 32_769, "HTML", "text is too long"),
        (" \n\t ", None, "text must be non-empty"),
        ("<b></b>", "HTML", "text must be non-empty"),
        ("a <b", "HTML", "can't parse entities: Unclosed start tag at byte offset 2"),
        ("x", "Klingon", "unsupported parse_mode"),
    ],
)
async def test_a_bad_text_is_refused(bot: Bot, chat: int, text: str, parse_mode: str | None, words: str) -> None:
    assert await refusal(bot.send_message(chat, text, parse_mode=parse_mode)) == f"Bad Request: {words}"


async def test_a_missing_text_is_refused(bot: Bot, chat: int) -> None:
    assert await refusal(bot.send_message(chat, "")) == "Bad Request: message text is empty"


@pytest.mark.parametrize("text", ["ж" * 4096, SMILE * 4096, "\n" + "x" * 4096 + "  "])
async def test_4096_characters_are_enough_whatever_their_size(bot: Bot, chat: int, text: str) -> None:
    sent = await bot.send_message(chat, text)

    assert sent.text == text.strip()


async def test_an_answer_carries_what_was_sent(bot: Bot, chat: int) -> None:
    sent = await bot.send_message(
        chat,
        f'{SMILE} <a href="report.az">Xəbər</a>',
        parse_mode="HTML",
        reply_markup=markup([button("toggle")], [InlineKeyboardButton(text="Site", url="https://report.az")]),
        link_preview_options=LinkPreviewOptions(url="https://report.az/", prefer_large_media=True),
    )

    assert [(e.type, e.offset, e.length, e.url) for e in sent.entities or []] == [
        ("text_link", 3, 5, "http://report.az/")
    ]
    assert sent.reply_markup is not None
    assert [[b.callback_data or b.url for b in row] for row in sent.reply_markup.inline_keyboard] == [
        ["toggle"],
        ["https://report.az/"],
    ]
    assert sent.link_preview_options is not None
    assert (sent.link_preview_options.url, sent.chat.id) == ("https://report.az/", chat)
    assert sent.from_user is not None
    assert sent.from_user.username == "rubrika_demo_bot"


async def test_entities_may_come_ready_made(bot: Bot, chat: int) -> None:
    bold = MessageEntity(type="bold", offset=2, length=1)

    sent = await bot.send_message(chat, f"{SMILE}a", entities=[bold])

    assert [(e.type, e.offset, e.length) for e in sent.entities or []] == [("bold", 2, 1)]


@pytest.mark.parametrize(
    ("keyboard", "words"),
    [
        (markup([button("ж" * 33)]), "BUTTON_DATA_INVALID"),
        (markup(*([button()] * 8 for _ in range(13))), "reply markup is too long"),
        (markup([button()] * 9), "reply markup is too long"),
        (
            markup([InlineKeyboardButton(text="a", url="http://localhost/")]),
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (markup([InlineKeyboardButton(text=" ", callback_data="x")]), "inline keyboard button text must be non-empty"),
        (
            markup([InlineKeyboardButton(text="a")]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
async def test_a_bad_keyboard_is_refused(bot: Bot, chat: int, keyboard: InlineKeyboardMarkup, words: str) -> None:
    assert await refusal(bot.send_message(chat, "x", reply_markup=keyboard)) == f"Bad Request: {words}"


async def test_64_bytes_of_data_and_100_buttons_are_the_most(bot: Bot, chat: int) -> None:
    rows = [[button("ж" * 32)] * 5 for _ in range(20)]

    assert (await bot.send_message(chat, "x", reply_markup=markup(*rows))).reply_markup is not None


@pytest.mark.parametrize(
    ("chat_id", "error", "words"),
    [
        (BOB, TelegramForbiddenError, "Forbidden: bot can't initiate conversation with a user"),
        (424_242, TelegramBadRequest, "Bad Request: chat not found"),
        (-1_001_999_999_999, TelegramBadRequest, "Bad Request: chat not found"),
        ("@nobody", TelegramBadRequest, "Bad Request: chat not found"),
        ("words", TelegramBadRequest, "Bad Request: chat not found"),
        (7000, TelegramForbiddenError, "Forbidden: the bot can't send messages to the bot"),
    ],
)
async def test_a_chat_out_of_reach_is_refused(
    bot: Bot, chat_id: int | str, error: type[TelegramAPIError], words: str
) -> None:
    with pytest.raises(error) as refused:
        await bot.send_message(chat_id, "x")

    assert refused.value.message == words


async def test_who_blocked_the_bot_gets_nothing_until_start(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    alice = telegram.person("alice")
    await alice.blocks_bot()

    assert await refusal(bot.send_message(chat, "x")) == "Forbidden: bot was blocked by the user"

    await alice.sends("/start")
    assert (await bot.send_message(chat, "x")).text == "x"


async def test_a_channel_is_out_of_reach_before_and_after_the_bot_is_there(telegram: SandboxClient, bot: Bot) -> None:
    camilla = telegram.person("camilla")
    channel = await camilla.creates_channel("Xəbərlər")
    before = await refusal(bot.send_message(channel.id, "x"))
    await camilla.promotes_bot(channel)
    await camilla.dismisses_bot(channel, banned=False)
    left = await refusal(bot.send_message(channel.id, "x"))
    await camilla.promotes_bot(channel)
    await camilla.dismisses_bot(channel)
    kicked = await refusal(bot.send_message(channel.id, "x"))

    assert [before, left, kicked] == [
        "Bad Request: chat not found",
        "Forbidden: bot is not a member of the channel chat",
        "Forbidden: bot was kicked from the channel chat",
    ]


async def test_posting_needs_its_right(telegram: SandboxClient, bot: Bot, channel: Channel) -> None:
    await telegram.person("camilla").promotes_bot(channel, {"can_post_messages": False})

    words = await refusal(bot.send_message(channel.id, "x"))

    assert words == "Bad Request: need administrator rights in the channel chat"


async def test_a_channel_counts_its_messages_and_private_chats_share_a_counter(
    bot: Bot, chat: int, channel: Channel
) -> None:
    private = [(await bot.send_message(chat, "x")).message_id for _ in range(2)]
    posts = [(await bot.send_message(channel.id, "x")).message_id for _ in range(2)]

    assert (private, posts) == ([2, 3], [1, 2])


async def test_a_public_channel_is_found_by_name(telegram: SandboxClient, bot: Bot) -> None:
    camilla = telegram.person("camilla")
    channel = await camilla.creates_channel("Xəbərlər", "xeberler")
    await camilla.promotes_bot(channel)

    sent = await bot.send_message("@Xeberler", "x")

    assert sent.chat.id == channel.id
    assert sent.sender_chat is not None


async def test_an_edit_shows_and_takes_the_keyboard_away_unless_given(
    telegram: SandboxClient, bot: Bot, chat: int
) -> None:
    sent = await bot.send_message(chat, "before", reply_markup=markup([button()]))

    edited = await bot.edit_message_text("after", chat_id=chat, message_id=sent.message_id)

    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("after", None)
    seen = await telegram.person("alice").sees("after")
    assert (seen.buttons, seen.edit_date is not None) == ((), True)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, chat: int) -> None:
    sent = await bot.send_message(chat, "<b>same</b>", parse_mode="HTML", reply_markup=markup([button()]))

    words = await refusal(
        bot.edit_message_text(
            " <b>same</b>\n",
            chat_id=chat,
            message_id=sent.message_id,
            parse_mode="HTML",
            reply_markup=markup([button()]),
        )
    )

    assert words == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
        "current content and reply markup of the message"
    )


async def test_the_keyboard_alone_can_be_changed(bot: Bot, chat: int) -> None:
    sent = await bot.send_message(chat, "x")

    edited = await bot.edit_message_reply_markup(
        chat_id=chat, message_id=sent.message_id, reply_markup=markup([button("new")])
    )

    assert isinstance(edited, Message)
    assert edited.reply_markup is not None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda bot, chat: bot.edit_message_text("x", chat_id=chat, message_id=99), "message to edit not found"),
        (lambda bot, chat: bot.edit_message_text("x", chat_id=chat, message_id=1), "message can't be edited"),
        (lambda bot, chat: bot.delete_message(chat, 99), "message to delete not found"),
        (lambda bot, chat: bot.pin_chat_message(chat, 99), "message to pin not found"),
        (lambda bot, chat: bot.copy_message(chat, chat, 99), "message to copy not found"),
        (lambda bot, chat: bot.forward_message(chat, chat, 99), "message to forward not found"),
        (
            lambda bot, chat: bot.send_message(chat, "x", reply_parameters=ReplyParameters(message_id=99)),
            "message to be replied not found",
        ),
        (lambda bot, chat: bot.send_chat_action(chat, "dancing"), "wrong parameter action in request"),
        (lambda bot, chat: bot.send_photo(chat, "no-such-id"), "wrong file identifier/HTTP URL specified"),
        (lambda bot, chat: bot.send_photo(chat, "http://localhost/a.png"), "wrong HTTP URL specified"),
        (
            lambda bot, chat: bot.send_photo(chat, BufferedInputFile(b"x", "a.svg")),
            "photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_there_is_named(
    bot: Bot, chat: int, call: Callable[[Bot, int], Awaitable[object]], words: str
) -> None:
    assert await refusal(call(bot, chat)) == f"Bad Request: {words}"


async def test_a_post_deleted_by_hand_cannot_be_edited(telegram: SandboxClient, bot: Bot, channel: Channel) -> None:
    sent = await bot.send_message(channel.id, "news")
    await telegram.person("camilla").deletes(await channel.sees("news"))

    words = await refusal(bot.edit_message_text("x", chat_id=channel.id, message_id=sent.message_id))

    assert words == "Bad Request: message to edit not found"


async def test_deleting_ends_after_48_hours_and_editing_does_not(
    bot: Bot, channel: Channel, clock: MovableClock
) -> None:
    old = await bot.send_message(channel.id, "old")
    clock.advance(48 * 3600 - 1)
    young = await bot.send_message(channel.id, "young")
    clock.advance(1)

    words = await refusal(bot.delete_message(channel.id, old.message_id))

    assert words == "Bad Request: message can't be deleted"
    assert await bot.delete_message(channel.id, young.message_id)
    assert await bot.edit_message_text("recalled", chat_id=channel.id, message_id=old.message_id)


async def test_many_are_deleted_at_once_and_missing_ones_skipped(bot: Bot, channel: Channel) -> None:
    ids = [(await bot.send_message(channel.id, f"news {n}")).message_id for n in range(3)]

    assert await bot.delete_messages(channel.id, [*ids[:2], 77])

    assert [message.text for message in await channel.messages()] == ["news 2"]


async def test_a_photo_has_a_caption_of_1024_characters(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    url = "https://report.az/photo.jpg"
    sent = await bot.send_photo(chat, url, caption="ж" * 1024)

    assert sent.photo is not None
    assert sent.caption == "ж" * 1024
    assert await refusal(bot.send_photo(chat, url, caption="ж" * 1025)) == "Bad Request: message caption is too long"
    assert (await telegram.person("alice").sees("ж")).photo == url


async def test_an_uploaded_photo_is_shown_and_sent_again_by_its_id(
    telegram: SandboxClient, bot: Bot, chat: int
) -> None:
    sent = await bot.send_photo(chat, BufferedInputFile(b"\x89PNG", "a.png"), caption="one")
    assert sent.photo is not None
    again = await bot.send_photo(chat, sent.photo[-1].file_id, caption="two")

    one, two = await telegram.person("alice").sees("one"), await telegram.person("alice").sees("two")
    assert again.photo == sent.photo
    assert one.photo == two.photo == "/sandbox/photo/upload1"


async def test_any_message_becomes_a_photo_and_a_photo_another_one(
    telegram: SandboxClient, bot: Bot, chat: int
) -> None:
    text = await bot.send_message(chat, "text")
    await bot.edit_message_media(
        InputMediaPhoto(media="https://report.az/a.jpg", caption="by address"), chat_id=chat, message_id=text.message_id
    )
    first = await telegram.person("alice").sees("by address")
    file = InputMediaPhoto(media=BufferedInputFile(b"\x89PNG", "a.png"), caption="uploaded")
    edited = await bot.edit_message_media(file, chat_id=chat, message_id=text.message_id)

    assert first.photo == "https://report.az/a.jpg"
    assert (await telegram.person("alice").sees("uploaded")).photo == "/sandbox/photo/upload2"
    assert isinstance(edited, Message)
    assert edited.photo is not None


async def test_a_picture_that_telegram_refuses_is_refused_until_it_is_fetched_again(
    telegram: SandboxClient, bot: Bot, chat: int
) -> None:
    url = "https://report.az/a.jpg"
    await telegram.refuses_picture(url, "failed to get HTTP URL content")
    refused = await refusal(bot.send_photo(chat, url))
    await telegram.refuses_picture(url, None)

    assert refused == "Bad Request: failed to get HTTP URL content"
    assert (await bot.send_photo(chat, url)).photo is not None


async def test_what_is_no_picture_cannot_be_uploaded_as_one(bot: Bot, chat: int) -> None:
    file = BufferedInputFile(b"<html></html>", "a.png")

    assert await refusal(bot.send_photo(chat, file)) == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_deleted_account_takes_no_messages(telegram: SandboxClient, bot: Bot, chat: int) -> None:
    await telegram.person("alice").deletes_account()

    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(chat, "text")


async def test_text_and_caption_are_edited_each_by_its_own_method(bot: Bot, chat: int) -> None:
    text = await bot.send_message(chat, "text")
    photo = await bot.send_photo(chat, "https://report.az/photo.jpg", caption="caption")

    wrong = [
        await refusal(bot.edit_message_text("x", chat_id=chat, message_id=photo.message_id)),
        await refusal(bot.edit_message_caption(caption="x", chat_id=chat, message_id=text.message_id)),
    ]
    edited = await bot.edit_message_caption(caption="new", chat_id=chat, message_id=photo.message_id)

    assert wrong == [
        "Bad Request: there is no text in the message to edit",
        "Bad Request: there is no caption in the message to edit",
    ]
    assert isinstance(edited, Message)
    assert edited.caption == "new"


async def test_a_copy_is_the_bots_own_and_a_forward_names_its_origin(bot: Bot, chat: int, channel: Channel) -> None:
    post = await bot.send_message(channel.id, "<b>news</b>", parse_mode="HTML", reply_markup=markup([button()]))

    copied = await bot.copy_message(chat, channel.id, post.message_id)
    forwarded = await bot.forward_message(chat, channel.id, post.message_id)

    assert copied.message_id == 2
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.type == "channel"
    assert (forwarded.text, forwarded.reply_markup) == ("news", None)
    assert (
        await refusal(bot.edit_message_text("x", chat_id=chat, message_id=forwarded.message_id))
        == "Bad Request: message can't be edited"
    )


async def test_pinning_needs_the_right_to_edit(telegram: SandboxClient, bot: Bot, channel: Channel) -> None:
    post = await bot.send_message(channel.id, "ticker")
    await bot.pin_chat_message(channel.id, post.message_id)
    pinned = await channel.pinned()
    await bot.unpin_chat_message(channel.id)
    await telegram.person("camilla").promotes_bot(channel, {"can_edit_messages": False})

    assert pinned is not None
    assert (pinned.text, await channel.pinned()) == ("ticker", None)
    assert await refusal(bot.pin_chat_message(channel.id, post.message_id)) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )


async def test_the_newest_of_the_pinned_messages_is_shown(bot: Bot, channel: Channel) -> None:
    old, new = [await bot.send_message(channel.id, text) for text in ("old", "new")]
    for post in (new, old):
        await bot.pin_chat_message(channel.id, post.message_id)
    shown = [await channel.pinned()]
    await bot.unpin_chat_message(channel.id)
    shown.append(await channel.pinned())

    assert [message.text if message else None for message in shown] == ["new", "old"]


async def test_a_deleted_message_is_pinned_no_more(telegram: SandboxClient, bot: Bot, channel: Channel) -> None:
    post = await bot.send_message(channel.id, "ticker")
    await bot.pin_chat_message(channel.id, post.message_id)
    seen = await channel.pinned()
    assert seen is not None
    await telegram.person("camilla").deletes(seen)

    assert await channel.pinned() is None
    assert await refusal(bot.pin_chat_message(channel.id, post.message_id)) == "Bad Request: message to pin not found"


async def test_a_channel_remembers_what_was_done_to_its_messages(bot: Bot, channel: Channel) -> None:
    post = await bot.send_message(channel.id, "<b>ticker</b>", parse_mode="HTML", disable_notification=True)
    await bot.pin_chat_message(channel.id, post.message_id)
    await bot.edit_message_text("changed", chat_id=channel.id, message_id=post.message_id)
    await bot.unpin_chat_message(channel.id, message_id=post.message_id)
    await bot.delete_message(channel.id, post.message_id)

    actions = await channel.recent_actions()

    assert [(action.kind, action.html) for action in actions] == [
        ("posted", "<b>ticker</b>"),
        ("pinned", "<b>ticker</b>"),
        ("edited", "changed"),
        ("unpinned", "changed"),
        ("deleted", "changed"),
    ]
    assert all(action.is_silent for action in actions)


async def test_a_reply_shows_what_it_answers(bot: Bot, chat: int) -> None:
    first = await bot.send_message(chat, "first")

    reply = await bot.send_message(chat, "second", reply_parameters=ReplyParameters(message_id=first.message_id))

    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "first"


@pytest.mark.parametrize(
    ("text", "options", "shown"),
    [
        ('<a href="report.az">a</a>', None, "http://report.az/"),
        ("see report.az now", None, "http://report.az"),
        ("report.az", LinkPreviewOptions(url="https://x.az/"), "https://x.az/"),
        ("no link", None, None),
    ],
)
async def test_the_preview_is_that_of_the_first_link_or_the_one_asked_for(
    telegram: SandboxClient, bot: Bot, chat: int, text: str, options: LinkPreviewOptions | None, shown: str | None
) -> None:
    await bot.send_message(chat, text, parse_mode="HTML", link_preview_options=options)

    [post] = await telegram.person("alice").posts()
    assert (post.preview.url if post.preview else None) == shown


async def test_json_bodies_do_the_same_as_forms(bot: Bot, telegram: SandboxClient, chat: int) -> None:
    body = {"chat_id": chat, "text": "JSON", "disable_notification": True, "reply_markup": {"inline_keyboard": []}}
    session = await bot.session.create_session()  # type: ignore[attr-defined]
    async with session.post(f"{telegram.url}/bot{bot.token}/SENDMESSAGE", json=body) as answer:
        assert json.loads(await answer.text())["result"]["text"] == "JSON"

    assert (await telegram.person("alice").sees("JSON")).is_silent
