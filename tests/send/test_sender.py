import pytest

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, Subject
from bot.domain.destination import DestinationState
from bot.sandbox.client import Person, SandboxClient
from tests.make import make_new_article
from tests.send.conftest import Desk

pytestmark = pytest.mark.usefixtures("readers")


async def test_an_article_reaches_each_reader_and_leaves_its_post(desk: Desk, alice: Person, bob: Person) -> None:
    subject = await desk.publish("Карабах сыграл вничью")

    seen = await alice.sees("Карабах сыграл вничью")
    await bob.sees("Карабах сыграл вничью")

    await desk.settles(subject, {"sent": 2})
    async with desk.database.transaction() as tx:
        reader = await tx.destinations.by_chat(alice.id)
        assert reader is not None
        post = await tx.posts.get(reader.id, subject)
    assert post is not None
    assert (post.chat_id, post.message_id, post.revision) == (alice.id, seen.message_id, 0)


async def test_markup_in_a_headline_is_shown_as_it_was_written(desk: Desk, alice: Person) -> None:
    await desk.publish("A < B & <b>C</b>")

    await alice.sees("A < B & <b>C</b>")


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        pytest.param({"kind": "429", "retry_after": 1}, 1, id="told to wait"),
        pytest.param({"kind": "500"}, 1, id="an error of the server"),
        pytest.param({"kind": "502_html"}, 1, id="a page of the gateway instead of an answer"),
        pytest.param({"kind": "reset_before"}, 1, id="a connection reset before it was stored"),
        pytest.param({"kind": "reset_after"}, 2, id="a connection reset after it was stored"),
    ],
)
async def test_a_passing_fault_costs_nobody_an_article(
    desk: Desk, telegram: SandboxClient, alice: Person, fault: dict[str, object], posts: int
) -> None:
    await telegram.faults(method="sendMessage", chat_id=alice.id, count=1, **fault)  # type: ignore[arg-type]

    subject = await desk.publish("Заголовок")

    await desk.settles(subject, {"sent": 2}, within=15)
    assert len([message for message in await alice.posts() if "Заголовок" in message.text]) == posts


async def test_a_server_that_never_answers_well_is_tried_twice_and_then_is_uncertain(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await telegram.faults("500", method="sendMessage", chat_id=alice.id, count=10)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "uncertain": 1}, within=15)
    assert len([call for call in await telegram.calls("sendMessage") if call.chat_id == alice.id]) == 2


async def test_waiting_for_telegram_is_never_counted_as_an_attempt(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=alice.id, count=7, retry_after=5)
    subject = await desk.publish()

    for _ in range(7):
        await desk.settles(subject, {"sent": 1, "queued": 1})
        await desk.clock.sleep(0.1)
        desk.clock.advance(6)
        await desk.clock.sleep(0.1)

    await desk.settles(subject, {"sent": 2})


async def test_somebody_who_blocked_the_bot_robs_nobody_of_an_article(desk: Desk, alice: Person, bob: Person) -> None:
    await alice.blocks_bot()

    subject = await desk.publish()

    await bob.sees("Заголовок")
    await desk.settles(subject, {"sent": 1, "dropped": 1})
    async with desk.database.transaction() as tx:
        blocked = await tx.destinations.by_chat(alice.id)
    assert blocked is not None
    assert blocked.state is DestinationState.GONE


@pytest.mark.parametrize(
    ("code", "description"),
    [
        pytest.param(403, "Forbidden: user is deactivated", id="account deleted"),
        pytest.param(403, "Forbidden: bot was kicked from the channel chat", id="kicked"),
        pytest.param(400, "Bad Request: need administrator rights in the channel chat", id="no right to post"),
        pytest.param(400, "Bad Request: CHAT_WRITE_FORBIDDEN", id="no write access"),
    ],
)
async def test_a_destination_that_cannot_be_reached_gets_nothing_more(
    desk: Desk, telegram: SandboxClient, alice: Person, code: int, description: str
) -> None:
    await telegram.faults(
        "error", method="sendMessage", chat_id=alice.id, count=1, error_code=code, description=description
    )

    first = await desk.publish("a")
    await desk.settles(first, {"sent": 1, "dropped": 1})
    second = await desk.publish("b")

    await desk.settles(second, {"sent": 1})


async def test_who_stopped_and_then_blocked_the_bot_stays_stopped(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Было")
    await desk.settles(subject, {"sent": 2})
    async with desk.database.transaction() as tx:
        reader = await tx.destinations.by_chat(alice.id)
        assert reader is not None
        await tx.destinations.set_state(reader.id, DestinationState.PAUSED, now=desk.clock.now())
    await alice.blocks_bot()

    await change(desk, subject, title="Стало")
    await desk.sender_rests()

    async with desk.database.transaction() as tx:
        reader = await tx.destinations.by_chat(alice.id)
    assert reader is not None
    assert reader.state is DestinationState.PAUSED


async def test_a_chat_that_moved_gets_the_same_message_at_its_new_id(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    camilla = telegram.person("camilla")
    await camilla.sends("/start")
    await telegram.faults(
        "error",
        method="sendMessage",
        chat_id=alice.id,
        count=1,
        error_code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": camilla.id},
    )

    subject = await desk.publish()

    await camilla.sees("Заголовок")
    await desk.settles(subject, {"sent": 2})


async def test_markup_that_telegram_cannot_parse_goes_out_as_plain_words(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await telegram.faults(
        "error",
        method="sendMessage",
        chat_id=alice.id,
        count=1,
        error_code=400,
        description="Bad Request: can't parse entities: Unclosed start tag at byte offset 3",
    )

    await desk.publish("A & B")

    seen = await alice.sees("A & B")
    assert "<b>" not in seen.html


async def test_a_refused_token_stops_the_bot_and_loses_nothing(desk: Desk, telegram: SandboxClient) -> None:
    await telegram.faults("error", method="sendMessage", count=2, error_code=401, description="Unauthorized")

    subject = await desk.publish()
    reason = await desk.stops()
    await desk.settles(subject, {"queued": 2})

    assert "BotFather" in reason


async def test_a_correction_edits_the_post_where_it_stands(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Было")
    post = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})

    await change(desk, subject, title="Стало")

    assert (await alice.sees("Стало")).message_id == post.message_id


async def test_a_post_that_somebody_deleted_is_not_posted_again_by_a_correction(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Было")
    post = await alice.sees("Было")
    await desk.settles(subject, {"sent": 2})
    await alice.deletes(post)

    await change(desk, subject, title="Стало")

    await desk.sender_rests()
    await alice.does_not_see("Стало")


async def test_a_recalled_article_is_taken_away(desk: Desk, alice: Person) -> None:
    subject = await desk.publish("Ошибка")
    await alice.sees("Ошибка")
    await desk.settles(subject, {"sent": 2})

    async with desk.database.transaction() as tx:
        await tx.articles.recall(ArticleId(subject.id))
        await tx.outbox.queue_changes(subject, action=Action.DELETE, revision=0, now=desk.clock.now())
    desk.sender.wake.set()

    await alice.sees_no_longer("Ошибка")


async def change(desk: Desk, subject: Subject, *, title: str) -> None:
    async with desk.database.transaction() as tx:
        new = make_new_article("url:https://example.org/x", title=title)
        await tx.articles.correct(ArticleId(subject.id), new, now=desk.clock.now())
        await tx.outbox.queue_changes(subject, action=Action.EDIT, revision=1, now=desk.clock.now())
    desk.sender.wake.set()


async def test_a_chat_that_waits_costs_the_others_no_place(
    desk: Desk, telegram: SandboxClient, alice: Person, bob: Person
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=alice.id, count=1, retry_after=3600)
    await desk.settles(await desk.publish("a"), {"queued": 1, "sent": 1})
    before = len(await telegram.calls("sendMessage"))

    for title in ("b", "c"):
        await desk.settles(await desk.publish(title), {"queued": 1, "sent": 1})

    assert [call.chat_id for call in await telegram.calls("sendMessage")][before:] == [bob.id] * 2
