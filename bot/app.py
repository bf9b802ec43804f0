"""Composition root: builds every object once, starts every task, stops them in order. Plain code, read from the top.

`async with App.open(settings, clock) as app: await app.run()`; tests and the demo open the same App.
"""

import asyncio
import contextlib
import gc
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiohttp.web import RouteDef

from bot import services
from bot.clock import Clock, SystemClock
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.handlers import build_dispatcher
from bot.handlers.channel.approval_requests import ApprovalRequests
from bot.handlers.channel.looking import Looks
from bot.handlers.channel.pin_notices import PinNotices
from bot.handlers.editor.alerts import Alerts
from bot.handlers.menu import publish_commands
from bot.handlers.polling import Updates
from bot.i18n import I18n
from bot.ingest.fetch import Fetcher
from bot.ingest.hub_client import HubClient
from bot.ingest.inspection import Inspector
from bot.ingest.picture_file import fetch_picture
from bot.ingest.poller import Poller
from bot.ingest.reading import ArticleReader
from bot.ingest.revisit import Revisit
from bot.ingest.websub import Hubs
from bot.metrics import Metrics
from bot.plan.planner import Planner
from bot.retention import Retention
from bot.schedule import Schedule, Tick
from bot.send.gateway import TIMEOUT, Gateway
from bot.send.pace import Pace
from bot.send.pictures import Pictures
from bot.send.rendered import LeanSession
from bot.send.sender import Sender
from bot.services.newsroom import NewsroomFile
from bot.settings import Settings
from bot.store.database import Database
from bot.store.roles import Role, roles_on
from bot.web import Web
from bot.web.health import Health, store_check
from bot.web.publishing import PublishingApi
from bot.web.webhook import WEBHOOK_PATH, Webhook
from bot.web.websub import HubCallbacks

logger = logging.getLogger(__name__)

# Deliveries in flight: enough to keep the rate at 300 ms an answer, and all that a crash may repeat.
LEAST_WIDTH, MOST_WIDTH = 8, 300
# Open connections: more than all senders, handlers and the long poll together, so that a time-out always means "was sent".
CONNECTIONS = 400
# Objects made before the collector looks at them: about those of a hundred messages on their way.
_YOUNG = 10_000
# Seconds that a stop may take, and closing everything a moment more: those who stop a process kill it after ten.
STOP_PATIENCE = 6.0
# Seconds until menus that Telegram did not take are sent again.
MENU_PAUSE = 60.0


def spare_what_is_loaded() -> None:
    """What the process has loaded it keeps: to look through it for garbage takes 0.1 s, in which the event loop stands still.

    Looking through it again and again would cost a fifth of a fan-out (benchmarks/delivery.py, paid).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    gc.enable()


class App:
    def __init__(self, *, settings: Settings, clock: Clock, newsroom: NewsroomFile) -> None:
        self._settings = settings
        self._clock = clock
        self._newsroom = newsroom
        self._failure: str | None = None
        self._stopping = asyncio.Event()
        self.database = Database(settings.database_url)
        self.metrics = Metrics()
        # Several bots may have one database for a while: each sends with its own token.
        bot_id = settings.bot_token.get_secret_value().partition(":")[0]
        sending, receiving = Role(f"sending:{bot_id}"), Role(f"updates:{bot_id}")
        planning, revisiting, telling = map(Role, ("planning", "revisits", "alerts"))
        pruning, looking = map(Role, ("retention", "looks"))
        self._all_roles = (sending, receiving, planning, revisiting, telling, pruning, looking)
        self._roles = roles_on(self.database, self._all_roles, clock=SystemClock(), on_change=self._wake_stages)
        default = Language(settings.default_language)
        self.i18n = I18n(default, settings.zone)
        self._pace = Pace(rate=settings.broadcast_rate, clock=clock, metrics=self.metrics)
        self._bot = _bot(settings, self._pace)
        self._fetcher = Fetcher(allow_private=settings.allow_private_sources)
        pictures = Pictures()
        self._sender = Sender(
            database=self.database,
            gateway=Gateway(
                self._bot,
                clock=clock,
                is_paid=settings.paid_broadcast,
                pictures=pictures,
                fetch_picture=partial(fetch_picture, self._fetcher),
            ),
            pictures=pictures,
            pace=self._pace,
            clock=clock,
            i18n=self.i18n,
            metrics=self.metrics,
            rate=settings.broadcast_rate,
            width=int(max(LEAST_WIDTH, min(MOST_WIDTH, settings.broadcast_rate * 0.3))),
            stop_everything=self.stop,
            role=sending,
        )
        self._planner = Planner(
            database=self.database,
            clock=clock,
            i18n=self.i18n,
            zone=settings.zone,
            default=default,
            sender_wake=self._sender.wake,
            role=planning,
        )
        self._hub_client = HubClient(allow_private=settings.allow_private_sources)
        self._hubs = Hubs(
            database=self.database,
            client=self._hub_client,
            clock=clock,
            public_url=settings.webhook_url,
            wake_poller=self._wake_poller,
        )
        self._poller = Poller(
            database=self.database,
            fetcher=self._fetcher,
            clock=clock,
            zone=settings.zone,
            planner_wake=self._planner.wake,
            metrics=self.metrics,
            hubs=self._hubs,
            process=lambda: self._roles.process,
        )
        article_reader = ArticleReader(self._fetcher, clock=clock, zone=settings.zone)
        self._revisit = Revisit(
            database=self.database,
            reader=article_reader,
            clock=clock,
            planner_wake=self._planner.wake,
            role=revisiting,
        )
        self.services = services.build(
            database=self.database,
            clock=clock,
            zone=settings.zone,
            default=default,
            owners=settings.owner_ids,
            read_article=article_reader.read_article,
            inspect=Inspector(self._fetcher, clock=clock, zone=settings.zone).inspect,
            planner_wake=self._planner.wake,
            poller_wake=self._poller.wake,
        )
        self._retention = Retention(
            database=self.database,
            clock=clock,
            zone=settings.zone,
            days=settings.retention_days,
            metrics=self.metrics,
            role=pruning,
        )
        self._alerts = Alerts(
            bot=self._bot, services=self.services, i18n=self.i18n, clock=clock, is_ours=lambda: telling.is_held
        )
        self._looks = Looks(
            bot=self._bot,
            services=self.services,
            i18n=self.i18n,
            clock=clock,
            leisure=self._pace.leisure,
            is_ours=lambda: looking.is_held,
        )
        self._pin_notices = PinNotices(
            bot=self._bot, services=self.services, i18n=self.i18n, clock=clock, is_ours=lambda: telling.is_held
        )
        self._approval_requests = ApprovalRequests(
            bot=self._bot,
            services=self.services,
            i18n=self.i18n,
            clock=clock,
            turn=self._pace.turn,
            wait_for=self._pace.wait_for,
            is_ours=lambda: telling.is_held,
        )
        self._updates = Updates(
            bot=self._bot,
            dispatcher=build_dispatcher(self.services, self.i18n),
            clock=clock,
            metrics=self.metrics,
            stop_everything=self.stop,
            # Also while the database is out of reach: people are told so, and Telegram sees to it that only one takes updates.
            is_ours=lambda: receiving.is_left_to_us,
            concede=receiving.concede,
        )
        self.web = Web(host=settings.http_host, port=settings.http_port, routes=self._routes(settings))
        stages = {
            "ingest": self._poller.wake,
            "revisit": self._revisit.wake,
            "plan": self._planner.wake,
            "send": self._sender.wake,
            "alerts": self._alerts.wake,
            "pin notices": self._pin_notices.wake,
            "approval": self._approval_requests.wake,
            "hubs": self._hubs.wake,
            "retention": self._retention.wake,
            "looks": self._looks.wake,
        }
        self._stages = tuple(stages.values())
        second = timedelta(seconds=1)
        ticks = [Tick(name=name, every=second, wake=signal.set) for name, signal in stages.items()]
        self._schedule = Schedule(ticks, settings.zone)
        clock.when_moved(self._wake_stages)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, clock: Clock, newsroom: NewsroomFile) -> AsyncIterator["App"]:
        """Take the database and bring it up to date. Raises StoreError with a sentence when that cannot be."""
        logger.info("Rubrika starts.")
        app = cls(settings=settings, clock=clock, newsroom=newsroom)
        try:
            await app._prepare()
            yield app
        finally:
            await app._close()

    def stop(self, failure: str | None = None) -> None:
        """End run() in order; with `failure`, the sentence that says why it had to."""
        if failure is not None and self._failure is None:
            self._failure = failure
            logger.error(failure)
        self._stopping.set()

    async def run(self) -> str | None:
        """Until stopped. Returns the failure that ended it, if one did."""
        await self.web.start()
        logger.info("Rubrika is running.", extra={"http": self.web.url})
        async with asyncio.TaskGroup() as group:
            receiving = group.create_task(self._receive())
            polling = group.create_task(self._poller.run())
            revisiting = group.create_task(self._revisit.run())
            planning = group.create_task(self._planner.run())
            sending = group.create_task(self._sender.run())
            telling = group.create_task(self._alerts.run())
            noticing = group.create_task(self._pin_notices.run())
            asking = group.create_task(self._approval_requests.run())
            keeping = group.create_task(self._roles.keep())
            introducing = group.create_task(self._introduce())
            subscribing = group.create_task(self._hubs.run())
            pruning = group.create_task(self._retention.run())
            looking = group.create_task(self._looks.run())
            self._schedule.start()
            self._wake_stages()
            await self._stopping.wait()

            logger.info("Rubrika stops: finishing what is in flight.")
            self._schedule.stop()
            introducing.cancel()
            subscribing.cancel()
            looking.cancel()
            # All at once: what a stage leaves to the next one is in the store, and goes out after the next start.
            self._updates.close()
            for signal in self._stages:
                signal.close()
            self._alerts.close()
            answering = group.create_task(self.web.stop())
            working = {receiving, polling, revisiting, planning, sending, telling, noticing, asking, pruning, answering}
            _, late = await asyncio.wait(working, timeout=STOP_PATIENCE)
            for task in late:
                task.cancel()
            keeping.cancel()
        return self._failure

    async def _prepare(self) -> None:
        await self._roles.enter()
        await self.database.migrate()
        await self.services.newsroom.bring(self._newsroom)
        await self._roles.claim()

    async def _close(self) -> None:
        await self.web.stop()
        await self._roles.leave()
        await self._fetcher.close()
        await self._hub_client.close()
        await self._bot.session.close()
        await self.database.close()
        logger.info("Rubrika has stopped.")

    async def _receive(self) -> None:
        if not self._settings.webhook_url:
            await self._updates.poll()
            return
        url = self._settings.webhook_url + WEBHOOK_PATH
        await self._updates.serve(url, self._settings.webhook_secret.get_secret_value())

    async def _introduce(self) -> None:
        """Put the command menus in place once Telegram answers; the bot does its work without them."""
        while True:
            while self._updates.trouble is not None:
                await self._clock.sleep(1)
            try:
                await publish_commands(self._bot, self.i18n)
            except (TelegramAPIError, ClientDecodeError) as error:
                logger.warning("The command menus are not in place yet.", extra={"said": str(error)})
                pause = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else MENU_PAUSE
                await self._clock.sleep(pause)
            else:
                return

    def _routes(self, settings: Settings) -> Iterator[RouteDef]:
        yield from Health(
            metrics=self.metrics,
            checks={"database": partial(store_check, self.database.check), "telegram": self._check_telegram},
            count=self._count,
        ).routes()
        if settings.webhook_url:
            secret = settings.webhook_secret.get_secret_value()
            yield from Webhook(accept=self._updates.accept, secret=secret, loads=_loads).routes()
            yield from HubCallbacks(hubs=self._hubs, metrics=self.metrics).routes()
        if token := settings.publish_token.get_secret_value():
            yield from PublishingApi(
                publishing=self.services.publishing, token=token, clock=self._clock, metrics=self.metrics
            ).routes()

    async def _count(self) -> None:
        """For /metrics; while the database is out of reach the last figure stands, and /readyz says why."""
        for role in self._all_roles:
            self.metrics.roles.labels(role.name).set(role.is_held)
        with contextlib.suppress(StoreError):
            async with self.database.transaction() as tx:
                self.metrics.deliveries_queued.set(await tx.outbox.count_queued())
                for key, number in (await tx.retention.totals()).items():
                    self.metrics.deliveries_let_go.labels(*key).set(number)

    async def _check_telegram(self) -> str | None:
        return self._updates.trouble

    def _wake_poller(self) -> None:
        self._poller.wake.set()

    def _wake_stages(self) -> None:
        for signal in self._stages:
            signal.set()


def _bot(settings: Settings, pace: Pace) -> Bot:
    session = LeanSession(
        api=TelegramAPIServer.from_base(settings.telegram_api_url),
        limit=CONNECTIONS,
        timeout=TIMEOUT,
        json_loads=_loads,
    )
    session.middleware(pace)
    return Bot(settings.bot_token.get_secret_value(), session=session)


def _loads(text: str | bytes) -> Any:
    return json.loads(text, object_hook=_with_late_rights)


def _with_late_rights(found: dict[str, Any]) -> dict[str, Any]:
    """Rights that aiogram requires and Bot API servers before 10.2 do not send; without them a whole answer is lost."""
    if found.get("status") == "administrator":
        found.setdefault("can_send_welcome_messages", False)
    return found
