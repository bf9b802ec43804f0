"""An article's picture: shown by its address, uploaded once where Telegram does not fetch it, and left out where that fails."""

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.domain.picture import UploadedPicture, picture_id
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.send.rendered import LeanSession
from tests.send.conftest import Desk, Follow

pytestmark = pytest.mark.usefixtures("readers")

NOT_FETCHED = [
    "wrong type of the web page content",
    "failed to get HTTP URL content",
    "wrong file identifier/HTTP URL specified",
    "wrong HTTP URL specified",
    "MEDIA_EMPTY",
    "WEBPAGE_CURL_FAILED",
    "WEBPAGE_MEDIA_EMPTY",
]
UNFIT = ["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED"]


@pytest.fixture
def picture(sandbox: Sandbox) -> str:
    return f"{sandbox.news_url}photo/a_850.png"


@pytest.fixture
def other_picture(sandbox: Sandbox) -> str:
    return f"{sandbox.news_url}photo/b_850.png"


async def test_a_picture_is_shown_by_its_address_with_the_text_below(desk: Desk, alice: Person, picture: str) -> None:
    subject = await desk.publish("Заголовок", image=picture)

    seen = await alice.sees("Заголовок")
    assert (seen.photo, seen.button_texts) == (picture, ["Читать полностью"])
    await desk.settles(subject, {"sent": 2})
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert post.picture == picture_id(picture)


async def test_a_picture_that_telegram_has_is_shown_without_asking_for_it_again(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, picture: str
) -> None:
    await desk.settles(await desk.publish("a", image=picture), {"sent": 2})
    await telegram.refuses_picture(picture, NOT_FETCHED[0])

    await desk.settles(await desk.publish("b", image=picture), {"sent": 2})

    assert (await alice.sees("b")).photo == picture
    assert all(call.is_ok for call in await telegram.calls("sendPhoto"))
    assert not sandbox.telegram.sending.uploads


async def test_what_an_earlier_run_uploaded_is_shown_again(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, picture: str
) -> None:
    async with Bot(sandbox.token, session=LeanSession(api=TelegramAPIServer.from_base(sandbox.url))).context() as bot:
        sent = await bot.send_photo(alice.id, picture)
    assert sent.photo is not None
    known = UploadedPicture(id=picture_id(picture), file_id=sent.photo[-1].file_id)
    async with desk.database.transaction() as tx:
        await tx.pictures.put([known], now=desk.clock.now())
    await telegram.refuses_picture(picture, NOT_FETCHED[0])

    await desk.settles(await desk.publish(image=picture), {"sent": 2})

    assert (await alice.sees("Заголовок")).photo == picture
    assert not sandbox.telegram.sending.uploads


async def test_a_file_id_of_another_bot_is_replaced(desk: Desk, alice: Person, picture: str) -> None:
    strange = UploadedPicture(id=picture_id(picture), file_id="of-another-bot")
    async with desk.database.transaction() as tx:
        await tx.pictures.put([strange], now=desk.clock.now())

    await desk.settles(await desk.publish(image=picture), {"sent": 2})

    assert (await alice.sees("Заголовок")).photo == picture
    async with desk.database.transaction() as tx:
        found = await tx.pictures.file_ids([picture_id(picture)])
    assert found
    assert found[picture_id(picture)] != strange.file_id


@pytest.mark.parametrize("refusal", NOT_FETCHED)
async def test_a_picture_that_telegram_does_not_fetch_is_uploaded_once(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, bob: Person, picture: str, refusal: str
) -> None:
    await telegram.refuses_picture(picture, refusal)

    subject = await desk.publish(image=picture)
    for _ in range(3):
        await desk.clock.sleep(0.5)
        desk.clock.advance(3)
    await desk.settles(subject, {"sent": 2})

    assert len(sandbox.telegram.sending.uploads) == 1
    assert (await alice.sees("Заголовок")).photo == (await bob.sees("Заголовок")).photo == "/sandbox/photo/upload1"
    async with desk.database.transaction() as tx:
        assert await tx.pictures.file_ids([picture_id(picture)])


async def test_with_many_in_flight_a_picture_is_uploaded_once(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, follow: Follow, picture: str
) -> None:
    crowd = await telegram.crowd(30)
    for reader in crowd:
        await follow(reader.id)
    await telegram.refuses_picture(picture, NOT_FETCHED[0])

    subject = await desk.publish(image=picture)
    for _ in range(20):
        await desk.clock.sleep(0.3)
        desk.clock.advance(3)

    await desk.settles(subject, {"sent": 32})
    assert len(sandbox.telegram.sending.uploads) == 1
    for reader in crowd:
        assert [post.photo for post in await reader.posts()] == ["/sandbox/photo/upload1"]


@pytest.mark.parametrize("refusal", UNFIT)
async def test_a_picture_that_telegram_cannot_show_is_left_to_the_preview(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, picture: str, refusal: str
) -> None:
    await telegram.refuses_picture(picture, refusal)

    await desk.settles(await desk.publish(image=picture), {"sent": 2})

    seen = await alice.sees("Заголовок")
    assert (seen.photo, seen.preview and seen.preview.url) == (None, picture)
    assert not sandbox.telegram.sending.uploads


@pytest.mark.parametrize("path", ["rss/", "photo/nothing.png"], ids=["no picture", "not found"])
async def test_what_cannot_be_uploaded_either_is_left_to_the_preview(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, path: str
) -> None:
    address = f"{sandbox.news_url}{path}"
    await telegram.refuses_picture(address, NOT_FETCHED[0])

    subject = await desk.publish(image=address)
    for _ in range(3):
        await desk.clock.sleep(0.3)
        desk.clock.advance(3)
    await desk.settles(subject, {"sent": 2})

    seen = await alice.sees("Заголовок")
    assert (seen.photo, seen.preview and seen.preview.url) == (None, address)
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert post.picture is None


async def test_a_caption_that_telegram_finds_too_long_becomes_a_text(
    desk: Desk, telegram: SandboxClient, alice: Person, picture: str
) -> None:
    said = "Bad Request: message caption is too long"
    await telegram.faults("error", method="sendPhoto", chat_id=alice.id, count=1, error_code=400, description=said)

    await desk.settles(await desk.publish(image=picture), {"sent": 2})

    seen = await alice.sees("Заголовок")
    assert (seen.photo, seen.preview and seen.preview.url) == (None, picture)


async def test_a_chat_that_forbids_photos_gets_a_text_and_the_others_the_photo(
    desk: Desk, telegram: SandboxClient, alice: Person, bob: Person, picture: str
) -> None:
    said = "Bad Request: not enough rights to send photos to the chat"
    await telegram.faults("error", method="sendPhoto", chat_id=alice.id, count=1, error_code=400, description=said)

    await desk.settles(await desk.publish(image=picture), {"sent": 2})

    assert (await alice.sees("Заголовок")).photo is None
    assert (await bob.sees("Заголовок")).photo == picture


async def test_a_caption_that_cannot_be_parsed_goes_out_as_plain_words(
    desk: Desk, telegram: SandboxClient, alice: Person, picture: str
) -> None:
    said = "Bad Request: can't parse entities: Unclosed start tag at byte offset 3"
    await telegram.faults("error", method="sendPhoto", chat_id=alice.id, count=1, error_code=400, description=said)

    await desk.settles(await desk.publish("A & B", image=picture), {"sent": 2})

    seen = await alice.sees("A & B")
    assert (seen.photo, "<b>" in seen.html) == (picture, False)


# Corrections.


async def test_the_words_of_a_photo_are_edited_where_it_stands(desk: Desk, alice: Person, picture: str) -> None:
    subject = await desk.publish("Было", image=picture)
    before = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})

    await desk.correct(subject, title="Стало", image=picture)

    after = await alice.sees("Стало")
    assert (after.message_id, after.photo, after.button_texts) == (before.message_id, picture, before.button_texts)


async def test_another_picture_takes_the_place_of_the_old_one(
    desk: Desk, alice: Person, picture: str, other_picture: str
) -> None:
    subject = await desk.publish("Было", image=picture)
    before = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})

    await desk.correct(subject, title="Стало", image=other_picture)

    after = await alice.sees("Стало")
    assert (after.message_id, after.photo, after.button_texts) == (
        before.message_id,
        other_picture,
        before.button_texts,
    )
    await desk.sender_rests()
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert post.picture == picture_id(other_picture)


async def test_another_picture_that_telegram_does_not_fetch_is_uploaded(
    desk: Desk, telegram: SandboxClient, sandbox: Sandbox, alice: Person, picture: str, other_picture: str
) -> None:
    subject = await desk.publish("Было", image=picture)
    await desk.settles(subject, {"sent": 2})
    await telegram.refuses_picture(other_picture, NOT_FETCHED[0])

    await desk.correct(subject, title="Стало", image=other_picture)
    for _ in range(5):
        await desk.clock.sleep(0.3)
        desk.clock.advance(3)

    assert (await alice.sees("Стало")).photo in {f"/sandbox/photo/{name}" for name in sandbox.telegram.sending.uploads}
    await desk.sender_rests()
    assert len(sandbox.telegram.sending.uploads) == 1


@pytest.mark.parametrize("image", [None, "http://localhost/a.jpg"], ids=["gone", "not for Telegram"])
async def test_a_photo_stays_a_photo_when_its_picture_is_gone(
    desk: Desk, alice: Person, picture: str, image: str | None
) -> None:
    subject = await desk.publish("Было", image=picture)
    before = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})

    await desk.correct(subject, title="Стало", image=image)

    after = await alice.sees("Стало")
    assert (after.message_id, after.photo) == (before.message_id, picture)


async def test_a_caption_that_grew_too_long_is_shortened(
    desk: Desk, telegram: SandboxClient, alice: Person, picture: str
) -> None:
    subject = await desk.publish("Было", image=picture)
    await desk.settles(subject, {"sent": 2})
    said = "Bad Request: message caption is too long"
    await telegram.faults("error", method="editMessageCaption", count=1, error_code=400, description=said)

    await desk.correct(subject, title="Стало", image=picture, lead="Слово за словом. " * 30)

    assert (await alice.sees("Стало")).text.endswith("…")


async def test_a_text_that_gets_a_picture_shows_it_in_its_preview(desk: Desk, alice: Person, picture: str) -> None:
    subject = await desk.publish("Было")
    before = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})

    await desk.correct(subject, title="Стало", image=picture)

    after = await alice.sees("Стало")
    assert (after.message_id, after.photo, after.preview and after.preview.url) == (before.message_id, None, picture)


@pytest.mark.parametrize("is_photo", [True, False], ids=["a photo taken for a text", "a text taken for a photo"])
async def test_a_post_of_which_the_kind_was_forgotten_is_edited_as_what_it_is(
    desk: Desk, alice: Person, picture: str, *, is_photo: bool
) -> None:
    subject = await desk.publish("Было", image=picture if is_photo else None)
    await desk.settles(subject, {"sent": 2})
    post = await desk.post(alice.id, subject)
    assert post is not None
    await desk.forget_kind(post, picture=None if is_photo else picture_id(picture))

    await desk.correct(subject, title="Стало", image=picture if is_photo else None)

    assert (await alice.sees("Стало")).photo == (picture if is_photo else None)
    await desk.sender_rests()
    post = await desk.post(alice.id, subject)
    assert post is not None
    assert (post.picture is not None) is is_photo
