"""Whole texts as rich messages: sent, corrected and recalled, and the ordinary message where Telegram does not take them."""

from dataclasses import replace

import pytest

from bot.domain.appearance import Appearance, Layout
from bot.domain.delivery import Action
from bot.sandbox.client import Channel, SandboxClient
from bot.sandbox.server import Sandbox
from bot.send.rich import ASKED_AGAIN
from tests.send.conftest import Desk

RICH = Appearance(layout=Layout.FULL, is_rich=True)
BODY = "Первый абзац текста.\n\n• раз\n• два"


@pytest.fixture
def picture(sandbox: Sandbox) -> str:
    return f"{sandbox.news_url}photo/a_850.png"


@pytest.fixture
def pictures(sandbox: Sandbox) -> list[str]:
    return [f"{sandbox.news_url}photo/{name}_850.png" for name in "abc"]


async def wants(desk: Desk, channel: Channel, look: Appearance) -> None:
    async with desk.database.transaction() as tx:
        known = await tx.destinations.by_chat(channel.id)
        assert known is not None
        await tx.destinations.set_appearance(known.id, look)


@pytest.fixture
async def rich(desk: Desk, channel: Channel) -> Channel:
    await wants(desk, channel, RICH)
    return channel


async def methods(telegram: SandboxClient) -> list[str]:
    return [call.method for call in await telegram.calls() if call.method.startswith(("send", "edit"))]


async def test_a_whole_text_is_a_rich_message_with_its_picture_and_buttons(
    desk: Desk, telegram: SandboxClient, rich: Channel, picture: str
) -> None:
    subject = await desk.publish("Заголовок", body=BODY, image=picture)
    await desk.settles(subject, {"sent": 1})

    (post,) = await rich.posts()
    assert (post.is_rich, post.button_texts) == (True, ["Читать полностью"])
    assert picture in post.html
    assert "<ul><li><p>раз</p></li><li><p>два</p></li></ul>" in post.html
    assert await methods(telegram) == ["sendRichMessage"]


async def test_people_and_channels_that_did_not_choose_it_get_ordinary_messages(
    desk: Desk, rich: Channel, readers: list[int], telegram: SandboxClient
) -> None:
    subject = await desk.publish("Заголовок", body=BODY)
    await desk.settles(subject, {"sent": 1 + len(readers)})

    assert sorted(await methods(telegram)) == ["sendMessage"] * len(readers) + ["sendRichMessage"]
    assert [post.is_rich for post in await rich.posts()] == [True]


async def test_it_is_corrected_and_recalled(desk: Desk, telegram: SandboxClient, rich: Channel) -> None:
    subject = await desk.publish("Счёт 1:0", body=BODY)
    await desk.settles(subject, {"sent": 1})
    await desk.correct(subject, title="Счёт 2:0", body=BODY)
    corrected = await rich.sees("Счёт 2:0")
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)
    await desk.recall(subject)
    await rich.sees_no_longer("Счёт")

    assert (corrected.is_rich, corrected.button_texts) == (True, ["Читать полностью"])
    assert (await methods(telegram))[-1] == "editMessageText"


async def test_a_recalled_one_that_is_too_old_to_be_deleted_says_that_it_was_withdrawn(
    desk: Desk, telegram: SandboxClient, rich: Channel
) -> None:
    subject = await desk.publish("Заголовок", body=BODY)
    await desk.settles(subject, {"sent": 1})
    await telegram.moves_clock(49 * 3600)
    await desk.recall(subject)
    withdrawn = await rich.sees("отозвала")

    assert not withdrawn.is_rich


async def test_posts_turn_into_what_the_channel_wants_now_when_they_are_corrected(desk: Desk, channel: Channel) -> None:
    subject = await desk.publish("Первый", body=BODY)
    await desk.settles(subject, {"sent": 1})
    await wants(desk, channel, RICH)
    await desk.correct(subject, title="Второй", body=BODY)
    second = await channel.sees("Второй")
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)
    await wants(desk, channel, replace(RICH, is_rich=False))
    other = await desk.publish("Другой", body=BODY)
    await desk.settles(other, {"sent": 1})

    assert (second.is_rich, (await channel.sees("Другой")).is_rich) == (True, False)


async def test_a_photo_stays_a_photo_when_it_is_corrected(
    desk: Desk, channel: Channel, picture: str, telegram: SandboxClient
) -> None:
    subject = await desk.publish("Первый", body=BODY, image=picture)
    await desk.settles(subject, {"sent": 1})
    await wants(desk, channel, RICH)
    await desk.correct(subject, title="Второй", body=BODY, image=picture)

    second = await channel.sees("Второй")
    assert (second.photo is not None, second.is_rich) == (True, False)
    assert "editMessageText" not in await methods(telegram)


async def test_without_a_picture_that_telegram_does_not_fetch_the_rest_goes_out(
    desk: Desk, telegram: SandboxClient, rich: Channel, picture: str, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.refuses_picture(picture, "wrong type of the web page content")
    subject = await desk.publish("Заголовок", body=BODY, image=picture)
    await desk.settles(subject, {"sent": 1})

    (post,) = await rich.posts()
    assert (post.is_rich, "<img" in post.html) == (True, False)
    assert sum("without its picture" in record.message for record in caplog.records) == 1


async def test_a_gallery_is_a_collage_in_the_one_message(
    desk: Desk, telegram: SandboxClient, rich: Channel, pictures: list[str]
) -> None:
    subject = await desk.publish("Заголовок", body=BODY, image=pictures[0], gallery=tuple(pictures[1:]))
    await desk.settles(subject, {"sent": 1})

    (post,) = await rich.posts()
    assert post.html.count('<div class="collage">') == 1
    assert all(picture in post.html for picture in pictures)
    assert await methods(telegram) == ["sendRichMessage"]


@pytest.mark.parametrize(("refused", "left"), [((2,), 1), ((0, 2), 0)], ids=["a further one", "the first too"])
async def test_of_a_gallery_that_telegram_does_not_fetch_whole_the_first_picture_is_left_if_it_can_be(
    desk: Desk,
    telegram: SandboxClient,
    rich: Channel,
    pictures: list[str],
    refused: tuple[int, ...],
    left: int,
) -> None:
    for place in refused:
        await telegram.refuses_picture(pictures[place], "wrong type of the web page content")
    subject = await desk.publish("Заголовок", body=BODY, image=pictures[0], gallery=tuple(pictures[1:]))
    await desk.settles(subject, {"sent": 1})

    (post,) = await rich.posts()
    assert (post.is_rich, post.html.count("<img")) == (True, left)
    assert (pictures[0] in post.html) is bool(left)


@pytest.mark.parametrize(
    "description",
    ["RICH_MESSAGE_CONTENT_REQUIRED", "RICH_MESSAGE_BLOCK_INVALID", "rich message must be non-empty", "unheard of"],
)
async def test_what_telegram_refuses_as_rich_goes_out_as_an_ordinary_message_and_the_next_is_rich_again(
    desk: Desk, telegram: SandboxClient, rich: Channel, description: str, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.faults("error", method="sendRichMessage", error_code=400, description=f"Bad Request: {description}")
    first = await desk.publish("Первый", body=BODY)
    await desk.settles(first, {"sent": 1})
    second = await desk.publish("Второй", body=BODY)
    await desk.settles(second, {"sent": 1})

    assert [post.is_rich for post in await rich.posts()] == [False, True]
    assert sum("an ordinary one goes out" in record.message for record in caplog.records) == 1


async def test_a_server_that_knows_no_rich_messages_is_asked_again_after_a_while_and_logged_once(
    desk: Desk, telegram: SandboxClient, rich: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.faults(
        "error", method="sendRichMessage", error_code=404, description="Not Found: method not found", count=2
    )
    for title in ("Первый", "Второй"):
        await desk.settles(await desk.publish(title, body=BODY), {"sent": 1})
    asked = (await methods(telegram)).count("sendRichMessage")
    await telegram.clears_faults()
    await telegram.moves_clock(ASKED_AGAIN.total_seconds())
    await desk.settles(await desk.publish("Третий", body=BODY), {"sent": 1})

    assert asked == 1
    assert [post.is_rich for post in await rich.posts()] == [False, False, True]
    assert desk.stopped_because is None
    assert sum("knows no rich messages" in record.message for record in caplog.records) == 1


async def test_a_chat_that_forbids_rich_messages_gets_ordinary_ones_and_is_not_paused(
    desk: Desk, telegram: SandboxClient, rich: Channel
) -> None:
    await telegram.faults(
        "error",
        method="sendRichMessage",
        error_code=400,
        description="Bad Request: not enough rights to send the rich message to the chat",
        count=2,
    )
    for title in ("Первый", "Второй"):
        await desk.settles(await desk.publish(title, body=BODY), {"sent": 1})

    assert [post.is_rich for post in await rich.posts()] == [False, False]
    assert (await methods(telegram)).count("sendRichMessage") == 1
    assert await desk.alerts() == []


async def test_a_chat_that_forbids_pictures_takes_nothing_from_the_next_one(
    desk: Desk, telegram: SandboxClient, rich: Channel, picture: str
) -> None:
    await telegram.faults(
        "error",
        method="sendRichMessage",
        error_code=400,
        description="Bad Request: not enough rights to send photos to the chat",
    )
    subject = await desk.publish("Заголовок", body=BODY, image=picture)
    await desk.settles(subject, {"sent": 1})
    await desk.correct(subject, title="Исправлено", body=BODY, image=picture)
    corrected = await rich.sees("Исправлено")

    assert [call.is_ok for call in await telegram.calls("sendRichMessage")] == [False, True]
    assert (corrected.is_rich, "<img" in corrected.html) == (True, True)


async def test_a_correction_that_is_refused_as_rich_is_an_ordinary_message(
    desk: Desk, telegram: SandboxClient, rich: Channel
) -> None:
    subject = await desk.publish("Первый", body=BODY)
    await desk.settles(subject, {"sent": 1})
    # A server that does not know the parameter misses the text.
    await telegram.faults(
        "error", method="editMessageText", error_code=400, description="Bad Request: message text is empty", count=1
    )
    await desk.correct(subject, title="Второй", body=BODY)
    second = await rich.sees("Второй")
    await desk.comes_to(subject, {"sent": 1}, Action.EDIT)

    assert not second.is_rich
    assert len(await rich.posts()) == 1


@pytest.mark.parametrize(
    ("kind", "given", "state"),
    [
        ("429", {"retry_after": 1}, "sent"),
        ("error", {"error_code": 403, "description": "Forbidden: bot was kicked from the channel chat"}, "dropped"),
    ],
)
async def test_other_answers_mean_what_they_always_do(
    desk: Desk, telegram: SandboxClient, rich: Channel, kind: str, given: dict[str, object], state: str
) -> None:
    await telegram.faults(kind, method="sendRichMessage", **given)
    subject = await desk.publish("Заголовок", body=BODY)
    await desk.settles(subject, {state: 1})

    assert all(post.is_rich for post in await rich.posts())
