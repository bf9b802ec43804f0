"""The sandbox as one HTTP server: the Bot API, the news site, the page and what the page and the tests do for people.

    async with Sandbox(clock) as sandbox: ...        # or: python -m bot.sandbox.server --port 8081

A bot is pointed at `sandbox.url` as its Bot API server and talks to Telegram as far as it can tell.
"""

import argparse
import asyncio
import gc
import json
import mimetypes
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.clock import Clock, MovableClock
from bot.sandbox.bot_api import BotApi, ImpossibleError, RefusedError
from bot.sandbox.bot_api.faults import Fault, FaultKind
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.webhook import WebhookCarrier
from bot.sandbox.bot_api.wire import Wire
from bot.sandbox.news_hub import HUB_PATH, NewsHub
from bot.sandbox.news_site import NewsSite

MAX_BODY = 60 * 1024 * 1024
LONGEST_WAIT = 30.0
SECONDS_FOR_ANSWER = 10.0
MOST_MESSAGES = 10_000
_PAGE = Path(__file__).parent / "page"
_PAGE_ENDS = frozenset({".html", ".js", ".css", ".svg", ".png", ".ico"})

Act = Callable[[Params], Awaitable[object]]


class Sandbox:
    def __init__(
        self,
        clock: Clock,
        news: NewsSite | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        enforce_limits: bool = False,
        with_welcome_right: bool = True,
    ) -> None:
        self.telegram = BotApi(clock, enforce_limits=enforce_limits, with_welcome_right=with_welcome_right)
        self.news = news or NewsSite(clock)
        self.hub = NewsHub(clock)
        self._clock = clock
        self._host = host
        self._port = port
        self._closing = asyncio.Event()
        self._wire = Wire(self.telegram, clock, self._closing)
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    @property
    def news_url(self) -> str:
        return f"{self.url}/news/"

    @property
    def token(self) -> str:
        return self.telegram.token

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            # A call whose caller went away is over: a bot that was killed leaves no long poll behind.
            runner = web.AppRunner(self._app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            self._runner = runner
            await self._listen()
            self._port = runner.addresses[0][1]
            self.news.address = self.url
            self.news.hub = self.url + HUB_PATH
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            self._tasks = tasks
            carrier = tasks.create_task(WebhookCarrier(self.telegram.world.updates, self._clock).run())
            stack.callback(carrier.cancel)
            stack.callback(tasks.create_task(self.hub.run()).cancel)
            stack.callback(self._closing.set)
            self._clock.when_moved(self.telegram.world.changed)
            self.news.when_changed(self.telegram.world.changed)
            self.news.when_changed(self.hub.feeds_changed)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    def goes_away(self, seconds: float) -> None:
        """Telegram is not to be reached until the time is over. Connections that never called the Bot API stay."""
        self._stack.callback(self._tasks.create_task(self._be_away(seconds)).cancel)

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
        await self._site.start()

    async def _be_away(self, seconds: float) -> None:
        await self._site.stop()
        self._wire.hang_up()
        await self._clock.sleep(seconds)
        await self._listen()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(self._wire.routes())
        app.add_routes(Stage(self.telegram, self.news, self._clock, self.goes_away).routes())
        app.add_routes(self.hub.routes())
        app.add_routes(self.news.routes())
        app.add_routes([web.get("/", _page), web.get("/{name:[a-z_]+[.][a-z]+}", _page)])
        return app


class Stage:
    """What the page and the test client ask for under /sandbox/: the state, and acts of people, the news and the clock."""

    def __init__(self, telegram: BotApi, news: NewsSite, clock: Clock, go_away: Callable[[float], object]) -> None:
        self._telegram = telegram
        self._people = telegram.people
        self._groups = telegram.groups
        self._forums = telegram.forums
        self._news = news
        self._clock = clock
        self._go_away = go_away

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/chat", self._chat),
            web.get("/sandbox/calls", self._calls),
            web.get("/sandbox/recent_actions", self._recent_actions),
            web.get("/sandbox/photo/{name}", self._photo),
            *(web.post(f"/sandbox/{name}", _acting(act)) for name, act in self._acts().items()),
        ]

    def _acts(self) -> dict[str, Act]:
        return {
            "say": self._say,
            "open_link": self._open_link,
            "tap": self._tap,
            "block": self._block,
            "channels": self._channels,
            "promote": self._promote,
            "demote": self._demote,
            "admin": self._admin,
            "channel_post": self._channel_post,
            "groups": self._create_group,
            "add_bot": self._add_bot,
            "group_message": self._group_message,
            "upgrade": self._upgrade,
            "turn_topics": self._turn_topics,
            "topics": self._create_topic,
            "rename_topic": self._rename_topic,
            "close_topic": self._close_topic,
            "delete_topic": self._delete_topic,
            "share": self._share,
            "rename": self._rename,
            "username": self._username,
            "delete": self._delete,
            "crowd": self._crowd,
            "publish": self._publish,
            "publish_sample": self._publish_sample,
            "correct": self._correct,
            "withdraw": self._withdraw,
            "feed": self._feed,
            "clock": self._move_clock,
            "faults": self._faults,
            "away": self._away,
            "deactivate": self._deactivate,
            "pictures": self._pictures,
        }

    async def _state(self, request: web.Request) -> web.Response:
        params = Params(request.query)
        await self._telegram.world.changes.wait_beyond(params.integer("after"), _wait(params))
        return _json(self._telegram.state() | {"news": self._news.state()})

    async def _chat(self, request: web.Request) -> web.Response:
        """One chat, the crowd's too; `after` and `wait` as for the state, with the chat's own version."""
        params = Params(request.query)
        world = self._telegram.world
        chat = world.chats.get(params.integer("chat_id"))
        changes = chat.changes if chat else world.changes
        await changes.wait_beyond(params.integer("after") if chat else changes.version, _wait(params))
        chat = world.chats.get(params.integer("chat_id"))
        if chat is None:
            return _json({"version": 0, "chat": None})
        newest = min(max(params.integer("newest", MOST_MESSAGES), 1), MOST_MESSAGES)
        return _json({"version": chat.changes.version, "chat": self._telegram.chat_state(chat, newest)})

    async def _calls(self, request: web.Request) -> web.Response:
        calls = self._telegram.journal.after(Params(request.query).integer("after"))
        return _json({"total": self._telegram.journal.total, "calls": [call.answer() for call in calls]})

    async def _recent_actions(self, request: web.Request) -> web.Response:
        chat = self._telegram.world.chats.get(Params(request.query).integer("chat_id"))
        return _json({"actions": [action.shown() for action in chat.actions] if chat else []})

    async def _photo(self, request: web.Request) -> web.Response:
        upload = self._telegram.sending.uploads.get(request.match_info["name"])
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.data, content_type=mimetypes.guess_type(upload.name)[0] or "image/jpeg")

    async def _say(self, params: Params) -> object:
        message = self._people.says(params.integer("user_id"), params.text("text"))
        return {"message_id": message.message_id}

    async def _open_link(self, params: Params) -> object:
        message = self._people.says(params.integer("user_id"), f"/start {params.text('payload')}".strip())
        return {"message_id": message.message_id}

    async def _tap(self, params: Params) -> object:
        query = self._people.taps(
            params.integer("user_id"),
            params.integer("chat_id"),
            params.integer("message_id"),
            params.text("callback_data"),
        )
        try:
            patience = min(params.seconds("wait") or SECONDS_FOR_ANSWER, SECONDS_FOR_ANSWER)
            await asyncio.wait_for(query.answered.wait(), patience)
        except TimeoutError:
            return {"answer": None}
        return {"answer": {"text": query.toast.text, "alert": query.toast.alert} if query.toast else None}

    async def _block(self, params: Params) -> object:
        self._people.blocks(params.integer("user_id"), blocked=params.flag("blocked"))
        return {}

    async def _deactivate(self, params: Params) -> object:
        self._people.deactivates(params.integer("user_id"))
        return {}

    async def _pictures(self, params: Params) -> object:
        """Telegram does not take the picture at `url`, for the reason it gives; without one it does again."""
        refused = self._telegram.sending.refused_pictures
        if params.has("refusal"):
            refused[params.text("url")] = params.text("refusal")
        else:
            refused.pop(params.text("url"), None)
        return {}

    async def _channels(self, params: Params) -> object:
        user_id, title = params.integer("user_id"), params.text("title")
        return {"chat_id": self._people.creates_channel(user_id, title, params.text("username")).id}

    async def _promote(self, params: Params) -> object:
        rights = params.raw("rights")
        chosen = {str(right): bool(value) for right, value in rights.items()} if isinstance(rights, dict) else None
        self._people.promotes_bot(
            params.integer("user_id"), params.integer("chat_id"), chosen, anonymously=params.flag("anonymously")
        )
        return {}

    async def _demote(self, params: Params) -> object:
        banned = params.text("status") != "left"
        self._people.dismisses_bot(params.integer("user_id"), params.integer("chat_id"), banned=banned)
        return {}

    async def _admin(self, params: Params) -> object:
        administrator = params.flag("admin")
        self._people.makes_administrator(
            params.integer("chat_id"), params.integer("user_id"), administrator=administrator
        )
        return {}

    async def _channel_post(self, params: Params) -> object:
        message = self._people.posts(params.integer("user_id"), params.integer("chat_id"), params.text("text"))
        return {"message_id": message.message_id}

    async def _create_group(self, params: Params) -> object:
        members = params.raw("members")
        chat = self._groups.creates_group(
            params.integer("user_id"),
            params.text("title"),
            [int(member) for member in members] if isinstance(members, list) else [],
            is_super=params.flag("is_super"),
        )
        return {"chat_id": chat.id}

    async def _add_bot(self, params: Params) -> object:
        self._groups.adds_bot(params.integer("user_id"), params.integer("chat_id"))
        return {}

    async def _group_message(self, params: Params) -> object:
        message = self._groups.says_in_group(
            params.integer("user_id"),
            params.integer("chat_id"),
            params.text("text"),
            anonymously=params.flag("anonymously"),
            topic=params.integer("topic") if params.has("topic") else None,
        )
        return {"message_id": message.message_id}

    async def _upgrade(self, params: Params) -> object:
        return {"chat_id": self._groups.upgrades(params.integer("user_id"), params.integer("chat_id")).id}

    async def _turn_topics(self, params: Params) -> object:
        user_id, chat_id = params.integer("user_id"), params.integer("chat_id")
        self._forums.turns_topics(user_id, chat_id, is_on=params.flag("is_on"))
        return {}

    async def _create_topic(self, params: Params) -> object:
        user_id, chat_id = params.integer("user_id"), params.integer("chat_id")
        return {"topic": self._forums.creates_topic(user_id, chat_id, params.text("title")).id}

    async def _rename_topic(self, params: Params) -> object:
        user_id, chat_id, topic = params.integer("user_id"), params.integer("chat_id"), params.integer("topic")
        self._forums.renames_topic(user_id, chat_id, topic, params.text("title"))
        return {}

    async def _close_topic(self, params: Params) -> object:
        user_id, chat_id, topic = params.integer("user_id"), params.integer("chat_id"), params.integer("topic")
        self._forums.closes_topic(user_id, chat_id, topic, is_closed=params.flag("is_closed"))
        return {}

    async def _delete_topic(self, params: Params) -> object:
        user_id, chat_id, topic = params.integer("user_id"), params.integer("chat_id"), params.integer("topic")
        self._forums.deletes_topic(user_id, chat_id, topic)
        return {}

    async def _share(self, params: Params) -> object:
        self._groups.shares_chat(params.integer("user_id"), params.text("key"), params.integer("chat_id"))
        return {}

    async def _rename(self, params: Params) -> object:
        self._people.renames(params.integer("user_id"), params.integer("chat_id"), params.text("title"))
        return {}

    async def _username(self, params: Params) -> object:
        self._people.sets_username(params.integer("user_id"), params.integer("chat_id"), params.text("username"))
        return {}

    async def _delete(self, params: Params) -> object:
        self._people.deletes(params.integer("user_id"), params.integer("chat_id"), params.integer("message_id"))
        return {}

    async def _crowd(self, params: Params) -> object:
        language = params.text("language") or "ru"
        return {"ids": self._people.gathers_crowd(params.integer("count"), language, params.text("says"))}

    async def _publish(self, params: Params) -> object:
        if not params.has("title"):
            raise ImpossibleError("An article needs a title.")
        at = datetime.fromisoformat(params.text("at")) if params.has("at") else None
        if at is not None and at.tzinfo is None:
            raise ImpossibleError("The time of an article needs its offset from UTC.")
        url = self._news.publish(
            params.text("title"),
            params.text("lead"),
            params.text("body"),
            rubric=params.text("rubric") or None,
            section=params.text("section") or None,
            language=params.text("language") or "ru",
            image=params.raw("image") is None or params.flag("image"),
            author=params.text("author") or None,
            guid=params.text("guid") or None,
            at=at,
            gallery=params.integer("gallery"),
        )
        return {"url": url}

    async def _publish_sample(self, _params: Params) -> object:
        return {"url": self._news.publish_sample()}

    async def _correct(self, params: Params) -> object:
        title, lead, body = (
            params.text(name) if params.raw(name) is not None else None for name in ("title", "lead", "body")
        )
        self._news.correct(params.text("url"), title=title, lead=lead, body=body)
        return {}

    async def _withdraw(self, params: Params) -> object:
        self._news.withdraw(params.text("url"))
        return {}

    async def _feed(self, params: Params) -> object:
        """{"fault": name} breaks the RSS feeds, {"fault": null} mends them."""
        if params.has("fault"):
            self._news.break_feed(params.text("fault"))
        else:
            self._news.mend_feed()
        return {}

    async def _move_clock(self, params: Params) -> object:
        if not isinstance(self._clock, MovableClock):
            raise ImpossibleError("This sandbox runs on a clock that cannot be moved.")
        self._clock.advance(params.seconds("advance"))
        return {"now": self._clock.now().isoformat()}

    async def _faults(self, params: Params) -> object:
        if params.flag("clear"):
            self._telegram.faults.clear()
            return {}
        if params.has("seed"):
            self._telegram.faults.seed(params.integer("seed"))
            return {}
        parameters = params.raw("parameters")
        self._telegram.faults.queue(
            Fault(
                kind=FaultKind(params.text("kind")),
                method=params.text("method"),
                chat_id=params.integer("chat_id") if params.has("chat_id") else None,
                skip=params.integer("skip"),
                count=params.integer("count", 1),
                chance=params.seconds("chance") or 1.0,
                retry_after=params.integer("retry_after", 1),
                migrate_to_chat_id=params.integer("migrate_to_chat_id"),
                error_code=params.integer("error_code", 400),
                description=params.text("description"),
                body=params.text("body"),
                seconds=params.seconds("seconds") or 1.0,
                parameters=dict(parameters) if isinstance(parameters, dict) else {},
            )
        )
        return {}

    async def _away(self, params: Params) -> object:
        self._go_away(params.seconds("seconds"))
        return {}


def _acting(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What cannot be done is a sentence with status 400, never a broken page."""

    async def answer(request: web.Request) -> web.Response:
        try:
            given = await request.json() if request.can_read_body else {}
            return _json(await act(Params(given if isinstance(given, dict) else {})))
        except RefusedError as refusal:
            return _json({"error": refusal.description}, status=400)
        except (ImpossibleError, LookupError, ValueError) as error:
            return _json({"error": str(error)}, status=400)

    return answer


async def _page(request: web.Request) -> web.StreamResponse:
    file = _PAGE / (request.match_info.get("name") or "index.html")
    if file.suffix not in _PAGE_ENDS or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Cache-Control": "no-cache"})


def _wait(params: Params) -> float:
    return min(max(params.seconds("wait"), 0.0), LONGEST_WAIT)


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(
        status=status, body=body, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def serve(options: argparse.Namespace) -> None:
    """Until SIGTERM or SIGINT; the address is the first line on stdout."""
    # A full collection goes through all that was ever said. At ten thousand messages it takes up to 200 ms, and what came
    # meanwhile is then counted as if it had come at once: a 429 for who kept the rate. The young are collected as ever.
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, 1_000_000)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sandbox = Sandbox(
        MovableClock(),
        host=options.host,
        port=options.port,
        enforce_limits=options.enforce_limits,
        with_welcome_right=not options.without_welcome_right,
    )
    async with sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bot.sandbox.server", description="Telegram and a news site, imitated."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--enforce-limits", action="store_true", help="answer 429 above Telegram's rates")
    parser.add_argument("--without-welcome-right", action="store_true", help="leave can_send_welcome_messages out")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
