"""What becomes of a message for each answer that Telegram is known to give, and for those that never come."""

import pytest

from bot.domain.alert import AlertKind
from bot.domain.delivery import Action
from bot.domain.destination import DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.sandbox.client import Channel, Person, SandboxClient
from tests.send.conftest import Desk

# A chat that was upgraded, and what it became.
SUPERGROUP = 1005


async def refuse(
    telegram: SandboxClient,
    chat_id: int,
    description: str,
    *,
    code: int = 400,
    method: str = "sendMessage",
    **given: object,
) -> None:
    await telegram.faults(
        "error", method=method, chat_id=chat_id, error_code=code, description=description, **({"count": 1} | given)
    )


async def calls_to(telegram: SandboxClient, chat_id: int, method: str = "sendMessage") -> int:
    return sum(call.chat_id == chat_id for call in await telegram.calls(method))


async def follow_football(desk: Desk, chat_id: int, kind: DestinationKind = DestinationKind.SUBSCRIBER) -> None:
    async with desk.database.transaction() as tx:
        added = await tx.destinations.add(chat_id=chat_id, kind=kind, language=Language.RU, now=desk.clock.now())
        await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])


# Who cannot be reached.


@pytest.mark.usefixtures("readers")
async def test_a_deleted_account_gets_nothing_more(desk: Desk, alice: Person) -> None:
    await alice.deletes_account()

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "dropped": 1})
    assert await desk.state_of(alice.id) is DestinationState.GONE


@pytest.mark.parametrize(
    "chat_id",
    [
        pytest.param(1004, id="who never pressed Start"),
        pytest.param(7000, id="a bot"),
    ],
)
@pytest.mark.usefixtures("readers")
async def test_who_cannot_be_written_to_robs_nobody_of_an_article(desk: Desk, chat_id: int) -> None:
    await follow_football(desk, chat_id)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 2, "dropped": 1})
    assert await desk.state_of(chat_id) is DestinationState.GONE


@pytest.mark.parametrize(
    ("code", "description"),
    [
        pytest.param(400, "Bad Request: private chat not found", id="an unknown person"),
        pytest.param(403, "Forbidden: the group chat was deleted", id="a deleted group"),
        pytest.param(403, "Forbidden: bot was kicked from the supergroup chat", id="kicked from a group"),
        pytest.param(403, "Forbidden: bot is not a member of the group chat", id="no member of a group"),
    ],
)
@pytest.mark.usefixtures("readers")
async def test_a_chat_that_is_lost_gets_nothing_more(
    desk: Desk, telegram: SandboxClient, alice: Person, code: int, description: str
) -> None:
    await refuse(telegram, alice.id, description, code=code)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "dropped": 1})
    assert await desk.state_of(alice.id) is DestinationState.GONE


@pytest.mark.usefixtures("readers")
async def test_a_chat_that_is_not_found_once_gets_the_article_a_minute_later(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await refuse(telegram, alice.id, "Bad Request: chat not found")
    subject = await desk.publish()
    await desk.settles(subject, {"sent": 1, "queued": 1})
    assert await desk.state_of(alice.id) is DestinationState.ACTIVE

    desk.clock.advance(61)

    await alice.sees("Заголовок")
    await desk.settles(subject, {"sent": 2})


@pytest.mark.usefixtures("readers")
async def test_a_chat_that_is_not_found_twice_is_gone(desk: Desk, telegram: SandboxClient, alice: Person) -> None:
    await refuse(telegram, alice.id, "Bad Request: chat not found", count=2)
    subject = await desk.publish()
    await desk.settles(subject, {"sent": 1, "queued": 1})

    desk.clock.advance(61)

    await desk.settles(subject, {"sent": 1, "dropped": 1})
    assert await desk.state_of(alice.id) is DestinationState.GONE


@pytest.mark.parametrize("banned", [True, False], ids=["kicked", "removed"])
async def test_a_channel_that_threw_the_bot_out_is_gone_and_who_connected_it_is_to_be_told(
    desk: Desk, camilla: Person, channel: Channel, *, banned: bool
) -> None:
    await camilla.dismisses_bot(channel, banned=banned)

    subject = await desk.publish()

    await desk.settles(subject, {"dropped": 1})
    assert await desk.state_of(channel.id) is DestinationState.GONE
    assert [alert.kind for alert in await desk.alerts()] == [AlertKind.LOST]


# Where the bot may not post.


async def test_a_channel_without_the_right_to_post_is_paused_and_who_connected_it_is_to_be_told_once(
    desk: Desk, camilla: Person, channel: Channel
) -> None:
    await camilla.promotes_bot(channel, {"can_post_messages": False})

    first = await desk.publish("a")
    await desk.settles(first, {"dropped": 1})
    second = await desk.publish("b")

    await desk.settles(second, {})
    assert await desk.state_of(channel.id) is DestinationState.BARRED
    (alert,) = await desk.alerts()
    assert (alert.kind, alert.arguments["lack"]) == (AlertKind.BARRED, "right")


@pytest.mark.parametrize(
    ("description", "lack"),
    [
        ("Bad Request: have no write access to the chat", "right"),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", "right"),
        ("Bad Request: CHAT_ADMIN_REQUIRED", "right"),
        ("Bad Request: not enough rights to send text messages to the chat", "right"),
        ("Bad Request: CHAT_RESTRICTED", "restricted"),
        ("Bad Request: CHANNEL_PRIVATE", "restricted"),
    ],
)
async def test_whatever_keeps_the_bot_from_posting_pauses_the_channel(
    desk: Desk, telegram: SandboxClient, channel: Channel, description: str, lack: str
) -> None:
    await refuse(telegram, channel.id, description)

    subject = await desk.publish()

    await desk.settles(subject, {"dropped": 1})
    assert await desk.state_of(channel.id) is DestinationState.BARRED
    assert [alert.arguments["lack"] for alert in await desk.alerts()] == [lack]


# A chat that moved.


@pytest.mark.usefixtures("readers")
async def test_what_stood_in_a_chat_that_moved_is_void(desk: Desk, telegram: SandboxClient, alice: Person) -> None:
    await telegram.person(SUPERGROUP).sends("/start")
    old = await desk.publish("Старая")
    await desk.settles(old, {"sent": 2})
    await telegram.faults("migrated", method="sendMessage", chat_id=alice.id, count=1, migrate_to_chat_id=SUPERGROUP)
    new = await desk.publish("Новая")
    await desk.settles(new, {"sent": 2})

    await desk.correct(old, title="Исправленная")
    await desk.sender_rests()

    assert await desk.state_of(alice.id) is None
    assert await desk.post(SUPERGROUP, old) is None
    moved = await desk.post(SUPERGROUP, new)
    assert moved is not None
    assert moved.chat_id == SUPERGROUP
    await telegram.person(SUPERGROUP).sees("Новая")
    await alice.does_not_see("Исправленная")


@pytest.mark.usefixtures("readers")
async def test_a_chat_that_became_another_destination_gets_each_article_once(
    desk: Desk, telegram: SandboxClient, alice: Person, bob: Person
) -> None:
    await telegram.faults("migrated", method="sendMessage", chat_id=alice.id, count=1, migrate_to_chat_id=bob.id)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "dropped": 1})
    assert len([post for post in await bob.posts() if "Заголовок" in post.text]) == 1
    assert await desk.state_of(alice.id) is DestinationState.GONE


# A message that Telegram takes with less of it.


@pytest.mark.usefixtures("readers")
async def test_markup_that_telegram_cannot_parse_is_logged_with_its_source(
    desk: Desk, telegram: SandboxClient, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse(telegram, alice.id, "Bad Request: can't parse entities: Unclosed start tag at byte offset 3")

    subject = await desk.publish("A & B", source_id=1)

    await desk.settles(subject, {"sent": 2})
    (record,) = [each for each in caplog.records if "did not take all" in each.message]
    assert record.__dict__["source"] == 1
    assert record.__dict__["article"] == subject.id


@pytest.mark.parametrize("description", ["Bad Request: message is too long", "Bad Request: text is too long"])
@pytest.mark.usefixtures("readers")
async def test_a_text_that_telegram_finds_too_long_is_shortened(
    desk: Desk, telegram: SandboxClient, alice: Person, description: str
) -> None:
    await refuse(telegram, alice.id, description)

    subject = await desk.publish("Заголовок", lead="Слово за словом. " * 30)

    await desk.settles(subject, {"sent": 2})
    assert (await alice.sees("Заголовок")).text.endswith("…")


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: reply markup is too long",
        "Bad Request: BUTTON_DATA_INVALID",
        "Bad Request: BUTTON_URL_INVALID",
        "Bad Request: inline keyboard button URL 'https://a.b' is invalid: Wrong HTTP URL",
    ],
)
@pytest.mark.usefixtures("readers")
async def test_a_keyboard_that_telegram_refuses_is_left_out(
    desk: Desk, telegram: SandboxClient, alice: Person, description: str
) -> None:
    await refuse(telegram, alice.id, description)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 2})
    assert (await alice.sees("Заголовок")).buttons == ()


@pytest.mark.parametrize("description", ["Bad Request: message text is empty", "Bad Request: text must be non-empty"])
@pytest.mark.usefixtures("readers")
async def test_a_message_that_says_nothing_is_dropped(
    desk: Desk, telegram: SandboxClient, alice: Person, description: str
) -> None:
    await refuse(telegram, alice.id, description)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "dropped": 1})
    assert await desk.state_of(alice.id) is DestinationState.ACTIVE


# Nothing can be sent any more.


@pytest.mark.parametrize(
    ("code", "description", "advice"),
    [
        pytest.param(401, "Unauthorized", "@BotFather", id="a revoked token"),
        pytest.param(401, "Unauthorized: invalid token specified", "@BotFather", id="a wrong token"),
        pytest.param(404, "Not Found", "TELEGRAM_API_URL", id="an address that is no Bot API"),
        pytest.param(421, "Misdirected Request: unallowed token specified", "TELEGRAM_API_URL", id="another server"),
    ],
)
@pytest.mark.usefixtures("readers")
async def test_where_nothing_can_be_sent_the_bot_stops_and_loses_nothing(
    desk: Desk, telegram: SandboxClient, code: int, description: str, advice: str
) -> None:
    await telegram.faults("error", method="sendMessage", count=2, error_code=code, description=description)

    subject = await desk.publish()
    reason = await desk.stops()

    await desk.settles(subject, {"queued": 2})
    assert advice in reason


@pytest.mark.usefixtures("readers")
async def test_words_that_no_database_takes_cost_nobody_an_article(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await refuse(telegram, alice.id, "Bad Request: none\x00such")

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "failed": 1})


@pytest.mark.usefixtures("readers")
async def test_a_method_that_the_server_does_not_know_fails_alone(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await refuse(telegram, alice.id, "Not Found: method not found", code=404)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "failed": 1})
    assert desk.stopped_because is None


# Told to wait.


@pytest.mark.usefixtures("readers")
async def test_a_wait_of_hours_is_kept_without_counting_as_an_attempt(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await telegram.faults("429", method="sendMessage", chat_id=alice.id, count=1, retry_after=10_072)
    subject = await desk.publish()
    await desk.settles(subject, {"sent": 1, "queued": 1})
    desk.clock.advance(10_000)
    await desk.clock.sleep(0.5)
    assert await calls_to(telegram, alice.id) == 1

    desk.clock.advance(80)

    await desk.settles(subject, {"sent": 2})


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            {"kind": "error", "error_code": 429, "description": "Too Many Requests: retry after 2"}, id="words"
        ),
        pytest.param(
            {"kind": "strange_before", "error_code": 429, "body": b"<html>429 Too Many Requests</html>".hex()},
            id="page",
        ),
        pytest.param({"kind": "strange_before", "error_code": 429, "body": b'{"ok":false}'.hex()}, id="nothing said"),
    ],
)
@pytest.mark.usefixtures("readers")
async def test_who_is_told_to_wait_without_a_number_waits_too(
    desk: Desk, telegram: SandboxClient, alice: Person, fault: dict[str, object]
) -> None:
    """As a server between us and Telegram does."""
    await telegram.faults(method="sendMessage", chat_id=alice.id, count=2, **fault)  # type: ignore[arg-type]

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 2}, within=20)
    assert len([post for post in await alice.posts() if "Заголовок" in post.text]) == 1


# The answer that never came.


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        pytest.param({"kind": "500"}, 1, id="500"),
        pytest.param(
            {"kind": "error", "error_code": 500, "description": "Internal Server Error: restart"}, 1, id="a restart"
        ),
        pytest.param({"kind": "error", "error_code": 502, "description": "Bad Gateway"}, 1, id="502 in JSON"),
        pytest.param({"kind": "error", "error_code": 504, "description": "Gateway Timeout"}, 1, id="504 in JSON"),
        pytest.param({"kind": "502_html"}, 1, id="502 as a page"),
        pytest.param(
            {"kind": "strange_before", "error_code": 504, "body": b"<html>504 Gateway Time-out</html>".hex()},
            1,
            id="504 as a page",
        ),
        pytest.param(
            {"kind": "strange_before", "error_code": 502, "body": b'{"ok":false,"error_code":502}'.hex()},
            1,
            id="an error without words",
        ),
        pytest.param({"kind": "strange_after", "error_code": 200, "body": "fffe00"}, 2, id="no text"),
        pytest.param({"kind": "strange_after", "error_code": 200, "body": b"{}".hex()}, 2, id="an empty object"),
        pytest.param({"kind": "strange_after", "error_code": 200, "body": b'{"ok":true}'.hex()}, 2, id="no result"),
        pytest.param(
            {"kind": "strange_after", "error_code": 200, "body": b'{"ok":true,"result":{}}'.hex()},
            2,
            id="a message without its id",
        ),
        pytest.param({"kind": "reset_before"}, 1, id="a reset before it was stored"),
        pytest.param({"kind": "reset_after"}, 2, id="a reset after it was stored"),
    ],
)
@pytest.mark.usefixtures("readers")
async def test_a_subscriber_who_may_have_missed_an_article_gets_it_again(
    desk: Desk, telegram: SandboxClient, alice: Person, fault: dict[str, object], posts: int
) -> None:
    await telegram.faults(method="sendMessage", chat_id=alice.id, count=1, **fault)  # type: ignore[arg-type]

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 2}, within=20)
    assert len([post for post in await alice.posts() if "Заголовок" in post.text]) == posts


@pytest.mark.parametrize("patience", [3])
@pytest.mark.parametrize(("kind", "posts"), [("timeout_before", 1), ("timeout_after", 2)])
@pytest.mark.usefixtures("readers")
async def test_an_answer_that_takes_too_long_never_came(
    desk: Desk, telegram: SandboxClient, alice: Person, kind: str, posts: int
) -> None:
    await telegram.faults(kind, method="sendMessage", chat_id=alice.id, count=1)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 2}, within=20)
    assert len([post for post in await alice.posts() if "Заголовок" in post.text]) == posts


@pytest.mark.usefixtures("readers")
async def test_a_message_that_telegrams_guard_deleted_is_not_sent_again(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    said = "Internal Server Error: sent message was immediately deleted and can't be returned"
    await refuse(telegram, alice.id, said, code=500)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "failed": 1})
    assert await calls_to(telegram, alice.id) == 1


# Policy by kind: domain/delivery.py says why.


@pytest.mark.usefixtures("readers")
async def test_an_article_to_a_subscriber_is_repeated_once_and_nobody_is_asked(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    await telegram.faults("500", method="sendMessage", chat_id=alice.id, count=9)

    subject = await desk.publish()

    await desk.settles(subject, {"sent": 1, "uncertain": 1}, within=20)
    assert await calls_to(telegram, alice.id) == 2
    assert await desk.alerts() == []


async def test_an_article_to_a_channel_is_repeated_once_and_then_an_editor_is_asked(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("500", method="sendMessage", chat_id=channel.id, count=9)

    subject = await desk.publish()

    await desk.settles(subject, {"uncertain": 1}, within=20)
    assert await calls_to(telegram, channel.id) == 2
    (question,) = await desk.alerts()
    assert (question.kind, question.article_id) == (AlertKind.UNCERTAIN, subject.id)


async def test_a_ticker_to_a_channel_is_never_repeated_and_an_editor_is_asked(
    desk: Desk, telegram: SandboxClient, channel: Channel
) -> None:
    await telegram.faults("500", method="sendMessage", chat_id=channel.id, count=9)

    ticker = await desk.open_ticker(channel.id)

    await desk.comes_to(ticker, {"uncertain": 1})
    assert await calls_to(telegram, channel.id) == 1
    (question,) = await desk.alerts()
    assert (question.kind, question.article_id) == (AlertKind.UNCERTAIN, None)


@pytest.mark.parametrize(
    ("action", "method"), [(Action.EDIT, "editMessageText"), (Action.DELETE, "deleteMessage")], ids=["edit", "delete"]
)
async def test_a_change_is_repeated_until_it_is_answered(
    desk: Desk, telegram: SandboxClient, channel: Channel, action: Action, method: str
) -> None:
    subject = await desk.publish()
    await desk.settles(subject, {"sent": 1})
    await telegram.faults("500", method=method, chat_id=channel.id, count=3)

    await (desk.recall(subject) if action is Action.DELETE else desk.correct(subject, title="Стало"))
    for _ in range(3):
        await desk.clock.sleep(0.5)
        desk.clock.advance(10)

    await desk.comes_to(subject, {"sent": 1}, action)
    assert await calls_to(telegram, channel.id, method) == 4
