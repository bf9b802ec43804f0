"""Rich messages as Telegram has them: what they hold, what is refused, and what they may be edited into."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InputRichMessage,
    Message,
    RichBlockBlockQuotation,
    RichBlockFooter,
    RichBlockList,
    RichBlockParagraph,
    RichBlockPhoto,
    RichBlockSectionHeading,
    RichBlockTable,
)

from bot.sandbox.bot_api.rich import MAX_BLOCKS, MAX_SOURCE_BYTES, MAX_TEXT
from bot.sandbox.client import Channel, Person, SandboxClient

PICTURE = "https://example.org/a.jpg"
EVERYTHING = (
    f'<h1>Финал</h1><figure><img src="{PICTURE}"/></figure><p>Гол <b>на <i>последней</i></b> минуте &amp;<br/>победа</p>'
    "<blockquote><p>Ура</p></blockquote><ul><li>раз</li><li>два</li></ul><ol><li>первый</li></ol>"
    "<table><tr><th>Команда</th><td>3</td></tr></table>"
    '<footer>⚽ <a href="https://example.org/">Футбол</a></footer>'
)


@pytest.fixture
async def channel(telegram: SandboxClient) -> Channel:
    camilla = telegram.person("camilla")
    created = await camilla.creates_channel("Xəbərlər")
    await camilla.promotes_bot(created)
    return created


def rich(html: str) -> InputRichMessage:
    return InputRichMessage(html=html)


async def test_a_rich_message_has_its_blocks_and_no_text(bot: Bot, channel: Channel) -> None:
    sent = await bot.send_rich_message(channel.id, rich(EVERYTHING))

    assert sent.text is None
    assert sent.rich_message is not None
    assert [type(block) for block in sent.rich_message.blocks] == [
        RichBlockSectionHeading,
        RichBlockPhoto,
        RichBlockParagraph,
        RichBlockBlockQuotation,
        RichBlockList,
        RichBlockList,
        RichBlockTable,
        RichBlockFooter,
    ]
    (seen,) = await channel.posts()
    assert seen.is_rich
    assert "Гол на последней минуте &\nпобеда" in seen.text
    assert f'<img class="picture" src="{PICTURE}"' in seen.html


@pytest.mark.parametrize(
    ("html", "refusal"),
    [
        ("", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("<p> </p>", "rich message must be non-empty"),
        ("<p>a", 'unclosed start tag "p"'),
        ("<p>a</b></p>", 'unexpected end tag "b"'),
        ("<script>a</script>", 'unsupported start tag "script"'),
        ("<p>" + "а" * 17_500 + "</p>", 'unclosed start tag "p"'),
        ("<p>" + "a" * (MAX_TEXT + 1) + "</p>", "RICH_MESSAGE_LENGTH_INVALID"),
        ("<p>a</p>" * (MAX_BLOCKS + 1), "RICH_MESSAGE_BLOCKS_INVALID"),
        ("<ul>" + "<li>a</li>" * (MAX_BLOCKS // 2) + "</ul>", "RICH_MESSAGE_BLOCKS_INVALID"),
        ("<table><tr>" + "<td>a</td>" * 21 + "</tr></table>", "RICH_MESSAGE_TABLE_INVALID"),
        ("<blockquote>" * 17 + "a" + "</blockquote>" * 17, "RICH_MESSAGE_DEPTH_INVALID"),
        (f'<figure><img src="{PICTURE}"/></figure>' * 51, "RICH_MESSAGE_MEDIA_INVALID"),
        ('<img src="nowhere"/>', "wrong file identifier"),
    ],
)
async def test_what_is_no_rich_message_is_refused(bot: Bot, channel: Channel, html: str, refusal: str) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.send_rich_message(channel.id, rich(html))


async def test_a_source_that_is_too_long_is_cut_without_a_word(bot: Bot, channel: Channel) -> None:
    paragraphs = ("<p>" + "а" * 100 + "</p>") * 200
    with pytest.raises(TelegramBadRequest):
        await bot.send_rich_message(channel.id, rich(paragraphs))
    await bot.send_rich_message(channel.id, rich("а" * 16_000 + "б" * 5_000))

    (seen,) = await channel.posts()
    assert len(seen.text) == MAX_SOURCE_BYTES // 2


async def test_a_picture_that_telegram_does_not_fetch_is_refused(
    bot: Bot, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.refuses_picture(PICTURE, "wrong type of the web page content")

    with pytest.raises(TelegramBadRequest, match="wrong type of the web page content"):
        await bot.send_rich_message(channel.id, rich(EVERYTHING))


async def test_a_text_and_a_rich_message_turn_into_one_another_and_a_photo_into_neither(
    bot: Bot, channel: Channel
) -> None:
    text = await bot.send_message(channel.id, "Салам")
    photo = await bot.send_photo(channel.id, PICTURE)
    edited = await bot.edit_message_text(
        rich_message=rich("<p>Гол</p>"), chat_id=channel.id, message_id=text.message_id
    )
    assert isinstance(edited, Message)
    again = await bot.edit_message_text("Снова текст", chat_id=channel.id, message_id=text.message_id)
    assert isinstance(again, Message)
    with pytest.raises(TelegramBadRequest, match="no text in the message to edit"):
        await bot.edit_message_text(rich_message=rich("<p>Гол</p>"), chat_id=channel.id, message_id=photo.message_id)

    assert (edited.rich_message is not None, edited.text) == (True, None)
    assert (again.rich_message, again.text) == (None, "Снова текст")


async def test_an_edit_that_changes_nothing_is_told(bot: Bot, channel: Channel) -> None:
    sent = await bot.send_rich_message(channel.id, rich(EVERYTHING))

    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(rich_message=rich(EVERYTHING), chat_id=channel.id, message_id=sent.message_id)


async def test_a_rich_message_goes_to_a_topic(bot: Bot, telegram: SandboxClient) -> None:
    camilla: Person = telegram.person("camilla")
    forum = await camilla.creates_forum("Azarkeşlər")
    await camilla.promotes_bot(forum)
    topic = await camilla.creates_topic(forum, "Futbol")
    await bot.send_rich_message(forum.id, rich("<p>Qol</p>"), message_thread_id=topic)

    assert [(post.topic, post.is_rich) for post in await forum.posts()] == [(topic, True)]
