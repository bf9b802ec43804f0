"""Updates by long polling from the sandbox: what is lost, what is late, what is said, and in which order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import ChatMemberUpdated, Message
from aiohttp import web

from bot.clock import MovableClock
from bot.handlers.polling import LONG_POLL, Updates
from bot.metrics import Metrics
from bot.sandbox.client import Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import PlainSession

# Seconds that anything may take which does not wait for Telegram.
PATIENCE = 5
OUT_OF_REACH = "Telegram does not answer; trying again."
TAKEN = "Another program takes this bot's updates: a second instance or a webhook. Stop it, or take another token."
REVOKED = "Telegram refuses BOT_TOKEN. Get a valid one from @BotFather."


class Desk:
    """A bot that writes down what it hears. A text that is held is handled when it is let go."""

    def __init__(self, bot: Bot, clock: MovableClock) -> None:
        self.heard: list[str] = []
        self.failures: list[str] = []
        self._held: dict[str, asyncio.Event] = {}
        self._clock = clock
        dispatcher = Dispatcher()
        dispatcher.message.register(self._hear)
        dispatcher.my_chat_member.register(self._hear_of_channel)
        self.updates = Updates(
            bot=bot, dispatcher=dispatcher, clock=clock, metrics=Metrics(), stop_everything=self.failures.append
        )

    def hold(self, text: str) -> None:
        self._held[text] = asyncio.Event()

    def let_go(self, text: str) -> None:
        self._held[text].set()

    async def hears(self, *texts: str) -> None:
        await eventually(lambda: set(texts) <= set(self.heard), self._clock)

    async def says(self, trouble: str | None) -> None:
        await eventually(lambda: self.updates.trouble == trouble, self._clock)

    async def recovers(self) -> None:
        """With the pauses between its tries made short."""
        async with asyncio.timeout(PATIENCE):
            while self.updates.trouble is not None:
                self._clock.advance(1)
                await self._clock.sleep(0.01)

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """Until the block ends and what was in flight then is done."""
        async with asyncio.timeout(2 * PATIENCE), asyncio.TaskGroup() as group:
            group.create_task(self.updates.poll())
            yield
            self.updates.close()

    async def _hear(self, message: Message) -> None:
        text = message.text or ""
        if text in self._held:
            await self._held[text].wait()
        if text == "/fail":
            raise RuntimeError("The handler is broken.")
        self.heard.append(text)

    async def _hear_of_channel(self, event: ChatMemberUpdated) -> None:
        self.heard.append(event.new_chat_member.status)


@asynccontextmanager
async def desk_at(url: str, token: str, clock: MovableClock) -> AsyncIterator[Desk]:
    session = PlainSession(api=TelegramAPIServer.from_base(url))
    async with Bot(token, session=session).context() as bot:
        yield Desk(bot, clock)


async def eventually(holds: Callable[[], bool], clock: MovableClock) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await clock.sleep(0.01)


@pytest.fixture(autouse=True)
def bot() -> None:
    """The bot with all handlers stays away: it would take the updates."""


@pytest.fixture
async def desk(sandbox: Sandbox, clock: MovableClock) -> AsyncIterator[Desk]:
    async with desk_at(sandbox.url, sandbox.token, clock) as opened:
        yield opened


@pytest.fixture
async def other(sandbox: Sandbox, clock: MovableClock) -> AsyncIterator[Desk]:
    """The same bot, started a second time."""
    async with desk_at(sandbox.url, sandbox.token, clock) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        pytest.param("message", {"message_id": "first"}, id="a message without its fields"),
        pytest.param("message", None, id="nothing in it"),
        pytest.param("hologram", {"from": "alice"}, id="a kind of later years"),
        pytest.param("my_chat_member", [1, 2, 3], id="a list for an object"),
    ],
)
async def test_an_update_that_cannot_be_read_spoils_no_other(
    sandbox: Sandbox, desk: Desk, alice: Person, kind: str, payload: dict[str, object]
) -> None:
    await alice.sends("before")
    sandbox.telegram.world.updates.add(kind, payload, "chat 1")
    await alice.sends("after")

    async with desk.polling():
        await desk.hears("before", "after")
        await alice.sends("later")
        await desk.hears("later")

    assert desk.heard == ["before", "after", "later"]


async def test_an_administrator_without_the_newest_right_spoils_no_other(clock: MovableClock) -> None:
    async with (
        Sandbox(clock, with_welcome_right=False) as sandbox,
        SandboxClient(sandbox.url) as telegram,
        desk_at(sandbox.url, sandbox.token, clock) as desk,
    ):
        camilla = telegram.person("camilla")
        channel = await camilla.creates_channel("Репортаж")
        await camilla.promotes_bot(channel)
        await camilla.dismisses_bot(channel)
        await camilla.sends("after")

        async with desk.polling():
            await desk.hears("after")


async def test_an_update_whose_handler_fails_spoils_no_other(
    desk: Desk, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.sends("/fail")
    await alice.sends("after")

    async with desk.polling():
        await desk.hears("after")

    assert "An update could not be handled." in caplog.text


async def test_one_persons_updates_wait_for_each_other_and_nobody_elses(desk: Desk, alice: Person, bob: Person) -> None:
    desk.hold("slow")
    await alice.sends("slow")
    await alice.sends("second")
    await bob.sends("hello")

    async with desk.polling():
        await desk.hears("hello")
        assert desk.heard == ["hello"]
        desk.let_go("slow")
        await desk.hears("second")

    assert desk.heard == ["hello", "slow", "second"]


async def test_somebody_who_writes_without_end_does_not_hold_up_others(desk: Desk, alice: Person, bob: Person) -> None:
    desk.hold("0")
    for number in range(150):
        await alice.sends(str(number))
    await bob.sends("hello")

    async with desk.polling():
        await desk.hears("hello")
        assert desk.heard == ["hello"]
        desk.let_go("0")

    assert desk.heard == ["hello", *map(str, range(150))]


async def test_a_second_poller_is_said_until_it_is_gone(desk: Desk, other: Desk, alice: Person) -> None:
    async with desk.polling():
        await desk.says(None)
        await alice.sends("one")
        await desk.hears("one")
        async with other.polling():
            await desk.says(TAKEN)
            await alice.sends("two")
            await other.hears("two")
        await alice.sends("three")
        await desk.recovers()
        await desk.hears("three")

    assert desk.failures == []


async def test_a_webhook_that_another_program_set_is_said(
    desk: Desk, sandbox: Sandbox, alice: Person, clock: MovableClock
) -> None:
    async with desk_at(sandbox.url, sandbox.token, clock) as third, desk.polling():
        await alice.sends("one")
        await desk.hears("one")
        await third.updates.serve("http://127.0.0.1:9/hook", "secret")
        await desk.says(TAKEN)


async def test_a_webhook_left_by_an_earlier_run_is_taken_away(desk: Desk, other: Desk, alice: Person) -> None:
    await other.updates.serve("http://127.0.0.1:9/hook", "secret")
    await alice.sends("hello")

    async with desk.polling():
        await desk.hears("hello")


async def test_a_token_that_telegram_refuses_stops_everything(sandbox: Sandbox, clock: MovableClock) -> None:
    async with desk_at(sandbox.url, "7000:another-token", clock) as desk, desk.polling():
        await desk.says(REVOKED)

    assert desk.failures == [REVOKED]


async def test_a_token_that_is_revoked_while_the_bot_runs_stops_everything(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    async with desk.polling():
        await desk.says(None)
        await telegram.faults("error", method="getUpdates", error_code=401, description="Unauthorized")
        await alice.sends("hello")
        await desk.says(REVOKED)

    assert desk.failures == [REVOKED]


async def test_an_address_that_telegram_refuses_is_said_in_its_words(desk: Desk) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.updates.serve("ftp://example.org", "secret"))
        await desk.says(
            "Telegram refuses setWebhook: Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
        )
        desk.updates.close()


async def test_telegram_out_of_reach_is_tried_again_until_it_answers(clock: MovableClock, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    async with desk_at(address, "7000:sandbox-token", clock) as desk, desk.polling():
        await desk.says(OUT_OF_REACH)
        async with Sandbox(clock, port=unused_tcp_port):
            await desk.recovers()


@pytest.mark.parametrize("kind", ["500", "502_html", "reset_before", "reset_after"])
async def test_a_failed_poll_is_said_and_loses_nothing(
    desk: Desk, telegram: SandboxClient, alice: Person, kind: str
) -> None:
    async with desk.polling():
        await desk.says(None)
        await telegram.faults(kind, method="getUpdates")
        await alice.sends("one")
        await alice.sends("two")
        await desk.says(OUT_OF_REACH)
        await desk.recovers()
        await desk.hears("two")

    assert desk.heard == ["one", "two"]


async def test_telegram_back_after_a_failure_is_known_though_nobody_writes(
    desk: Desk, telegram: SandboxClient, alice: Person
) -> None:
    async with desk.polling():
        await desk.says(None)
        await telegram.faults("500", method="getUpdates")
        await alice.sends("one")
        await desk.says(OUT_OF_REACH)

        await desk.recovers()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(502, b'{"ok":false,"error_code":502}', id="an error without words"),
        pytest.param(200, b"\xff\xfe\x00", id="no text"),
        pytest.param(200, b"[]", id="a list"),
        pytest.param(200, b'{"ok":true}', id="no result"),
        pytest.param(200, b'{"ok":true,"result":{}}', id="an object for the list"),
        pytest.param(200, b'{"ok":true,"result":[{}]}', id="an update without its number"),
    ],
)
async def test_a_stranger_in_telegrams_place_is_taken_for_an_outage(
    clock: MovableClock, status: int, body: bytes
) -> None:
    """A proxy or a hotel's sign-in page may answer anything."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("deleteWebhook"):
            return web.json_response({"ok": True, "result": True})
        return web.Response(status=status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with desk_at(address, "7000:sandbox-token", clock) as desk, desk.polling():
        await desk.says(OUT_OF_REACH)
    await runner.cleanup()


async def test_a_pause_that_telegram_asks_for_is_kept(
    desk: Desk, telegram: SandboxClient, alice: Person, clock: MovableClock
) -> None:
    await telegram.faults("429", method="getUpdates", retry_after=20)
    await alice.sends("hello")

    async with desk.polling():
        async with asyncio.timeout(PATIENCE):
            while not desk.heard:
                await clock.sleep(0.005)
                clock.advance(0.5)

    refused, asked_again = (await telegram.calls("getUpdates"))[:2]
    assert refused.outcome.startswith("429")
    waited = datetime.fromisoformat(asked_again.at) - datetime.fromisoformat(refused.at)
    assert timedelta(seconds=20) <= waited < timedelta(seconds=25)


async def test_closing_does_not_wait_for_the_long_poll_and_nothing_is_handled_twice(
    desk: Desk, other: Desk, alice: Person, telegram: SandboxClient
) -> None:
    began = asyncio.get_running_loop().time()
    async with desk.polling():
        await alice.sends("one")
        await desk.hears("one")
    assert asyncio.get_running_loop().time() - began < PATIENCE < LONG_POLL
    await alice.sends("two")

    async with other.polling():
        await other.hears("two")

    assert (desk.heard, other.heard) == (["one"], ["two"])
    assert all(call.is_ok for call in await telegram.calls())


async def test_closing_finishes_what_is_being_handled(
    desk: Desk, other: Desk, alice: Person, bob: Person, clock: MovableClock
) -> None:
    desk.hold("slow")
    await alice.sends("slow")
    await alice.sends("second")
    await bob.sends("hello")

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        polling = group.create_task(desk.updates.poll())
        await desk.hears("hello")
        desk.updates.close()
        await bob.sends("late")
        await clock.sleep(0.05)
        assert not polling.done()
        desk.let_go("slow")

    assert desk.heard == ["hello", "slow", "second"]
    async with other.polling():
        await other.hears("late")
    assert other.heard == ["late"]


async def test_closing_does_not_wait_for_the_next_try(desk: Desk, telegram: SandboxClient) -> None:
    await telegram.faults("429", method="getUpdates", retry_after=3600)

    async with desk.polling():
        await desk.says(OUT_OF_REACH)


async def test_what_is_closed_before_it_polls_asks_for_nothing(desk: Desk, telegram: SandboxClient) -> None:
    desk.updates.close()
    desk.updates.close()
    await desk.updates.poll()

    assert await telegram.calls() == []
