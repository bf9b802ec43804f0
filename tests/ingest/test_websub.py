"""Hubs, asked and listened to over real HTTP: the sandbox's hub, hubs that answer as a test says, and strangers."""

import asyncio
import hmac
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.domain.hub import HubSubscription
from bot.domain.source import Source, SourceSpec
from bot.ingest.hub_client import HubClient
from bot.ingest.websub import Hubs
from bot.metrics import Metrics
from bot.sandbox.news_hub import HUB_PATH, NewsHub
from bot.sandbox.news_site import NewsSite
from bot.store.database import Database
from bot.web import Web
from bot.web.websub import HubCallbacks
from tests.ingest.conftest import serve
from tests.make import make_source

PATIENCE = 10
MEGABYTE = 1024 * 1024
NEWS = b"<rss/>"

# The store's own tests are for both engines.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(kw_only=True)
class Desk:
    """A source, polled once an hour, the stage with its callbacks, and the hub of the source's site."""

    database: Database
    clock: MovableClock
    news: NewsSite
    hub: NewsHub
    hubs: Hubs
    metrics: Metrics
    woken: asyncio.Event
    http: aiohttp.ClientSession
    url: str

    @property
    def topic(self) -> str:
        return f"{self.news.address}/news/ru/rss/"

    @property
    def hub_url(self) -> str:
        return f"{self.news.address}{HUB_PATH}"

    async def source(self) -> Source:
        async with self.database.transaction() as tx:
            (found,) = await tx.sources.all()
        return found

    async def change_source(self, **values: object) -> None:
        source = await self.source()
        async with self.database.transaction() as tx:
            await tx.sources.record(source.id, **values)

    async def next_poll(self) -> timedelta:
        return (await self.source()).next_poll_at - self.clock.now()

    async def reads_feed(self, hub: str | None, topic: str | None = None) -> None:
        """A poll that read the feed, which names this hub."""
        source = await self.source()
        async with self.database.transaction() as tx:
            await self.hubs.note(tx, source, hub=hub, topic=topic, now=self.clock.now())

    async def subscription(self) -> HubSubscription | None:
        source = await self.source()
        async with self.database.transaction() as tx:
            return await tx.hubs.of(source.id)

    async def held(self) -> HubSubscription:
        found = await self.subscription()
        assert found is not None
        return found

    async def subscribes(self) -> HubSubscription:
        await self.reads_feed(self.hub_url, self.topic)
        await self.hubs.ask_due()
        await eventually(self.is_confirmed)
        return await self.held()

    async def is_confirmed(self) -> bool:
        found = await self.subscription()
        return found is not None and found.verified_until is not None and len(self.hub.subscriptions) == 1

    async def is_polled_at_once(self) -> bool:
        return await self.next_poll() == timedelta()

    async def asks(self, token: str, **query: str) -> tuple[int, str]:
        """A hub asks whether it is meant."""
        params = {f"hub.{name}": value for name, value in query.items()}
        async with self.http.get(f"{self.url}/websub/{token}", params=params) as answer:
            return answer.status, await answer.text()

    async def brings(self, token: str, *, headers: Mapping[str, str], body: bytes = NEWS) -> int:
        async with self.http.post(f"{self.url}/websub/{token}", data=io.BytesIO(body), headers=headers) as answer:
            return answer.status

    async def brings_signed(self, subscription: HubSubscription, method: str = "sha256", body: bytes = NEWS) -> int:
        return await self.brings(subscription.token, headers=signed(subscription.secret, method, body), body=body)

    def counted(self, result: str) -> bool:
        return f'rubrika_websub_pings_total{{result="{result}"}} 1.0' in self.metrics.text().decode().splitlines()


def signed(secret: str, method: str = "sha256", body: bytes = NEWS) -> dict[str, str]:
    return {"X-Hub-Signature": f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"}


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """In real time; the clock of the desk stands still."""
    real = MovableClock()
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await real.sleep(0.02)


@pytest.fixture
async def client() -> AsyncIterator[HubClient]:
    opened = HubClient(allow_private=True)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(database: Database, clock: MovableClock, client: HubClient, unused_tcp_port: int) -> AsyncIterator[Desk]:
    news, hub, metrics, woken = NewsSite(clock), NewsHub(clock), Metrics(), asyncio.Event()
    site, news.address = await serve(*news.routes(), *hub.routes())
    news.when_changed(hub.feeds_changed)
    url = f"http://127.0.0.1:{unused_tcp_port}"
    hubs = Hubs(database=database, client=client, clock=clock, public_url=url, wake_poller=woken.set)
    server = Web(host="127.0.0.1", port=unused_tcp_port, routes=HubCallbacks(hubs=hubs, metrics=metrics).routes())
    await server.start()
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:
        running = group.create_task(hub.run())
        opened = Desk(
            database=database,
            clock=clock,
            news=news,
            hub=hub,
            hubs=hubs,
            metrics=metrics,
            woken=woken,
            http=http,
            url=url,
        )
        spec = SourceSpec(name="News", url=opened.topic, language=make_source().spec.language, interval=3600)
        async with database.transaction() as tx:
            source_id = await tx.sources.add(spec, now=clock.now() + timedelta(hours=1))
            await tx.sources.record(source_id, baseline_at=clock.now())
        yield opened
        running.cancel()
    await server.stop()
    await site.cleanup()


async def test_a_hub_is_asked_and_confirms(desk: Desk) -> None:
    subscription = await desk.subscribes()

    (asked,) = desk.hub.requests
    assert (asked.mode, asked.topic, asked.callback) == (
        "subscribe",
        desk.topic,
        f"{desk.url}/websub/{subscription.token}",
    )
    assert (asked.secret, asked.lease) == (subscription.secret, timedelta(days=10))
    assert subscription.verified_until == desk.clock.now() + timedelta(days=10)
    assert (subscription.renew_at, subscription.failures) == (desk.clock.now() + timedelta(days=8), 0)


async def test_news_at_the_hub_have_the_feed_read_at_once(desk: Desk) -> None:
    await desk.subscribes()
    desk.news.publish("Карабах вышел в финал")

    await eventually(desk.is_polled_at_once)

    await asyncio.wait_for(desk.woken.wait(), PATIENCE)
    assert desk.counted("accepted")


async def test_the_same_hub_named_again_is_not_asked_again(desk: Desk) -> None:
    before = await desk.subscribes()

    await desk.reads_feed(desk.hub_url, desk.topic)
    await desk.hubs.ask_due()

    assert await desk.held() == before
    assert len(desk.hub.requests) == 1


async def test_a_feed_that_does_not_tell_its_own_name_is_subscribed_by_its_address(desk: Desk) -> None:
    await desk.reads_feed(desk.hub_url)

    assert (await desk.held()).topic == desk.topic


@pytest.mark.parametrize("hub", [None, "", "hub", "ftp://hub.example/", "http://", "https://[hub"])
async def test_what_is_no_hub_is_not_noted(desk: Desk, hub: str | None) -> None:
    await desk.reads_feed(hub, desk.topic)

    assert await desk.subscription() is None


async def test_without_a_public_address_nothing_is_noted_or_asked(desk: Desk, client: HubClient) -> None:
    desk.hubs = Hubs(database=desk.database, client=client, clock=desk.clock, public_url="", wake_poller=desk.woken.set)

    await desk.reads_feed(desk.hub_url, desk.topic)
    await desk.hubs.ask_due()

    assert await desk.subscription() is None
    assert desk.hub.requests == []


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_way_to_sign_counts(desk: Desk, method: str) -> None:
    subscription = await desk.subscribes()

    assert await desk.brings_signed(subscription, method) == 202

    assert await desk.is_polled_at_once()


@pytest.mark.parametrize(
    ("headers", "counted"),
    [
        pytest.param({}, "unsigned", id="no signature"),
        pytest.param({"X-Hub-Signature": ""}, "unsigned", id="an empty one"),
        pytest.param({"X-Hub-Signature": "sha256"}, "forged", id="a method alone"),
        pytest.param({"X-Hub-Signature": "sha256=00"}, "forged", id="a wrong one"),
        pytest.param({"X-Hub-Signature": "md5=00"}, "forged", id="another method"),
        pytest.param({"X-Hub-Signature": "sha256=ключ"}, "forged", id="one beyond ASCII"),
        pytest.param(signed("another secret"), "forged", id="with another secret"),
        pytest.param(signed(""), "forged", id="without a secret"),
    ],
)
async def test_what_the_hub_did_not_sign_changes_nothing(desk: Desk, headers: dict[str, str], counted: str) -> None:
    subscription = await desk.subscribes()

    assert await desk.brings(subscription.token, headers=headers) == 202

    assert await desk.next_poll() == timedelta(hours=1)
    assert not desk.woken.is_set()
    assert desk.counted(counted)


async def test_a_signature_of_other_news_changes_nothing(desk: Desk) -> None:
    subscription = await desk.subscribes()

    assert await desk.brings(subscription.token, headers=signed(subscription.secret), body=b"<rss></rss>") == 202

    assert await desk.next_poll() == timedelta(hours=1)


async def test_more_than_two_megabytes_are_refused(desk: Desk) -> None:
    subscription = await desk.subscribes()

    assert await desk.brings_signed(subscription, body=b"x" * 2 * MEGABYTE) == 202
    assert await desk.brings_signed(subscription, body=b"x" * (2 * MEGABYTE + 1)) == 413


async def test_a_hub_that_nobody_asked_is_told_to_stop(desk: Desk) -> None:
    assert await desk.brings("x" * 43, headers=signed("secret")) == 410
    assert await desk.brings("short", headers=signed("secret")) == 404
    assert desk.counted("unknown")


async def test_what_was_asked_is_confirmed_by_its_challenge(desk: Desk) -> None:
    await desk.reads_feed(desk.hub_url, desk.topic)
    token = (await desk.held()).token

    url = f"{desk.url}/websub/{token}"
    params = {"hub.mode": "subscribe", "hub.topic": desk.topic, "hub.challenge": "<b>?&=ё", "hub.lease_seconds": "60"}
    async with desk.http.get(url, params=params) as answer:
        assert (answer.status, await answer.text()) == (200, "<b>?&=ё")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"topic": "https://elsewhere.example/rss/"}, id="another topic"),
        pytest.param({"topic": ""}, id="no topic"),
        pytest.param({"mode": "unsubscribe"}, id="an end that nobody asked for"),
        pytest.param({"mode": "publish"}, id="another mode"),
        pytest.param({"mode": ""}, id="no mode"),
        pytest.param({"challenge": ""}, id="no challenge"),
        pytest.param({"challenge": "x" * 2001}, id="a challenge too long"),
    ],
)
async def test_what_was_not_asked_is_not_confirmed(desk: Desk, changes: dict[str, str]) -> None:
    await desk.reads_feed(desk.hub_url, desk.topic)
    before = await desk.held()
    asked = {"mode": "subscribe", "topic": desk.topic, "challenge": "42", "lease_seconds": "60"}

    assert (await desk.asks(before.token, **(asked | changes)))[0] == 404
    assert (await desk.asks("x" * 43, **asked))[0] == 404

    assert await desk.held() == before


@pytest.mark.parametrize(
    ("lease", "until", "renewed_after"),
    [
        pytest.param("86400", timedelta(days=1), timedelta(hours=19, minutes=12), id="a day"),
        pytest.param("10", timedelta(seconds=10), timedelta(minutes=1), id="a moment"),
        pytest.param("9" * 30, timedelta(days=30), timedelta(days=24), id="for ever"),
        pytest.param("0", timedelta(days=10), timedelta(days=8), id="zero"),
        pytest.param("-5", timedelta(days=10), timedelta(days=8), id="less than zero"),
        pytest.param("soon", timedelta(days=10), timedelta(days=8), id="no number"),
        pytest.param(None, timedelta(days=10), timedelta(days=8), id="none"),
    ],
)
async def test_a_hub_says_for_how_long(
    desk: Desk, lease: str | None, until: timedelta, renewed_after: timedelta
) -> None:
    await desk.reads_feed(desk.hub_url, desk.topic)
    given = {"lease_seconds": lease} if lease is not None else {}

    await desk.asks((await desk.held()).token, mode="subscribe", topic=desk.topic, challenge="42", **given)

    subscription = await desk.held()
    assert subscription.verified_until == desk.clock.now() + until
    assert subscription.renew_at == desk.clock.now() + renewed_after


async def test_a_subscription_is_renewed_before_it_ends(desk: Desk) -> None:
    before = await desk.subscribes()
    desk.clock.advance(timedelta(days=8).total_seconds() - 1)
    await desk.hubs.ask_due()
    assert len(desk.hub.requests) == 1

    desk.clock.advance(1)
    await desk.hubs.ask_due()

    async def is_renewed() -> bool:
        return (await desk.held()).verified_until == desk.clock.now() + timedelta(days=10)

    await eventually(is_renewed)
    after = await desk.held()
    assert (after.token, after.secret) == (before.token, before.secret)
    assert len(desk.hub.subscriptions) == 1


async def test_a_hub_that_is_down_is_asked_less_and_less_often_until_it_is_back(desk: Desk) -> None:
    desk.hub.is_down = True
    await desk.reads_feed(desk.hub_url, desk.topic)

    pauses = []
    for _ in range(10):
        await desk.hubs.ask_due()
        pause = (await desk.held()).renew_at - desk.clock.now()
        pauses.append(pause.total_seconds() / 60)
        desk.clock.advance(pause.total_seconds())
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]

    desk.hub.is_down = False
    await desk.hubs.ask_due()
    await eventually(desk.is_confirmed)
    assert (await desk.held()).failures == 0


async def test_a_hub_that_says_no_is_asked_again_a_day_later(desk: Desk) -> None:
    subscription = await desk.subscribes()

    status, _ = await desk.asks(subscription.token, mode="denied", topic=desk.topic, reason="Too many.")

    assert status == 200
    after = await desk.held()
    assert (after.verified_until, after.renew_at) == (None, desk.clock.now() + timedelta(days=1))


async def test_another_hub_takes_the_place_of_the_first(desk: Desk) -> None:
    before = await desk.subscribes()

    await desk.reads_feed(desk.hub_url, f"{desk.news.address}/news/ru/atom/")

    after = await desk.held()
    assert after.token != before.token
    assert after.secret != before.secret
    assert (after.verified_until, after.renew_at) == (None, desk.clock.now())
    assert await desk.brings_signed(before) == 410


async def test_a_feed_that_names_its_hub_no_longer_is_forgotten_there(desk: Desk) -> None:
    await desk.subscribes()
    await desk.reads_feed(None, desk.topic)
    assert await desk.subscription() is None

    desk.news.publish("Карабах вышел в финал")

    async def has_ended() -> bool:
        return not desk.hub.subscriptions

    await eventually(has_ended)
    assert await desk.next_poll() == timedelta(hours=1)


@pytest.mark.parametrize("values", [{"paused": True}, {"active": False}], ids=["paused", "removed"])
async def test_a_source_that_is_not_read_leaves_its_hub(desk: Desk, values: dict[str, object]) -> None:
    subscription = await desk.subscribes()
    source = await desk.source()
    await desk.change_source(**values)

    await desk.hubs.ask_due()

    async def has_ended() -> bool:
        return not desk.hub.subscriptions

    await eventually(has_ended)
    assert [asked.mode for asked in desk.hub.requests] == ["subscribe", "unsubscribe"]
    assert await desk.brings_signed(subscription) == 410
    asked = {"mode": "subscribe", "topic": desk.topic, "challenge": "42"}
    assert (await desk.asks(subscription.token, **asked))[0] == 404
    await desk.hubs.ask_due()
    assert len(desk.hub.requests) == 2

    async with desk.database.transaction() as tx:
        await tx.sources.record(source.id, paused=False, active=True)
    await desk.hubs.ask_due()
    await eventually(desk.is_confirmed)


async def test_calls_in_close_succession_are_one_poll_now_and_one_two_seconds_later(desk: Desk) -> None:
    subscription = await desk.subscribes()
    await desk.brings_signed(subscription)
    assert await desk.next_poll() == timedelta()
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(hours=1))

    for _ in range(5):
        assert await desk.brings_signed(subscription) == 202
    assert await desk.next_poll() == timedelta(seconds=2)

    desk.clock.advance(5)
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(hours=1))
    await desk.brings_signed(subscription)
    assert await desk.next_poll() == timedelta()


async def test_a_source_that_fails_is_not_asked_as_often_as_its_hub_calls(desk: Desk) -> None:
    subscription = await desk.subscribes()
    await desk.brings_signed(subscription)
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(hours=1), failures=1)
    desk.clock.advance(10)

    await desk.brings_signed(subscription)

    assert await desk.next_poll() == timedelta(seconds=50)


async def test_a_call_never_puts_a_poll_off(desk: Desk) -> None:
    subscription = await desk.subscribes()
    await desk.brings_signed(subscription)
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(seconds=1))

    await desk.brings_signed(subscription)

    assert await desk.next_poll() == timedelta(seconds=1)


async def test_a_feed_is_read_once_more_ten_seconds_after_the_last_call(desk: Desk) -> None:
    """A cache may have given it, or a poll under way have seen it, as it was before the news."""
    subscription = await desk.subscribes()
    await desk.brings_signed(subscription)
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(hours=1))
    desk.clock.advance(9)
    await desk.hubs.ask_due()
    assert await desk.next_poll() > timedelta(minutes=59)
    desk.woken.clear()

    desk.clock.advance(1)
    await desk.hubs.ask_due()

    assert await desk.next_poll() == timedelta()
    assert desk.woken.is_set()
    await desk.change_source(next_poll_at=desk.clock.now() + timedelta(hours=1))
    desk.clock.advance(100)
    await desk.hubs.ask_due()
    assert await desk.next_poll() > timedelta(minutes=58)


async def test_a_hub_that_was_asked_just_before_a_crash_is_asked_again(desk: Desk, client: HubClient) -> None:
    desk.hub.is_down = True
    await desk.reads_feed(desk.hub_url, desk.topic)
    await desk.hubs.ask_due()
    desk.hub.is_down = False

    after_crash = Hubs(
        database=desk.database, client=client, clock=desk.clock, public_url=desk.url, wake_poller=desk.woken.set
    )
    desk.clock.advance(timedelta(minutes=10).total_seconds())
    await after_crash.ask_due()

    await eventually(desk.is_confirmed)


async def test_one_bad_hub_does_not_stop_the_others(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        spec = SourceSpec(name="Other", url="https://other.example/rss/", language=make_source().spec.language)
        await tx.sources.add(spec, now=desk.clock.now())
        first, second = await tx.sources.all()
        await desk.hubs.note(tx, second, hub="http://127.0.0.1:1/", topic=None, now=desk.clock.now())
        await desk.hubs.note(tx, first, hub=desk.hub_url, topic=desk.topic, now=desk.clock.now())

    await desk.hubs.ask_due()

    async def is_confirmed() -> bool:
        async with desk.database.transaction() as tx:
            found = await tx.hubs.of(first.id)
        return found is not None and found.verified_until is not None

    await eventually(is_confirmed)
