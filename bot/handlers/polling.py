"""Updates from Telegram → the dispatcher, by long polling or from the webhook. In: raw updates. Next: the handlers.

Why not aiogram's own polling: there one undecodable update stops all that follow it, order is not kept even for one
person, a second instance (409) or a revoked token (401) is retried for ever without a word, and stopping abandons
handlers in mid-work.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any, TypeVar

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetMe, SetWebhook, TelegramMethod
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import AfterValidator, ValidationError

from bot.clock import Clock
from bot.domain.errors import StoreError
from bot.metrics import Metrics

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Seconds that Telegram holds a request open while there is nothing to say (at most 50), and what the network may add.
LONG_POLL = 25
GRACE = 15
# Updates handled at once. Those that wait here for their person's earlier ones take no place among them; more wait in
# Telegram.
WIDTH, ROOM = 64, 500
# Seconds that the last call of a stop may take: an orderly stop has to end before it is made to.
_CONFIRMING = 5
# Seconds between looks at whether another process still polls.
STANDING_BY = 1.0
# Seconds to wait after a failure: the first, and the longest.
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
# Seconds until an update that the database failed, and that nobody would repeat, is handled again; and how often, which is
# for an hour.
_DATABASE_REST, _DATABASE_TRIES = 2.0, 1800


_SILENT = "Telegram does not answer; trying again."
_TAKEN = "Another program takes this bot's updates: a second instance or a webhook. Stop it, or take another token."
_REVOKED = "Telegram refuses BOT_TOKEN. Get a valid one from @BotFather."

# aiogram raises the last two on answers that are none of Telegram's: a proxy's, a hotel's sign-in page.
_FAILURES = (TelegramAPIError, ClientDecodeError, TypeError, ValueError)


def _numbered(raw: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(raw.get("update_id"), int):
        raise ValueError("An update has no number.")  # noqa: TRY004, pydantic takes no TypeError
    return raw


Raw = Annotated[dict[str, Any], AfterValidator(_numbered)]


class RawUpdates(TelegramMethod[list[Raw]]):
    """getUpdates with each update left as it came, so that one that cannot be read spoils no other."""

    __returning__ = list[Raw]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Updates:
    """`trouble` is what keeps updates from coming, as a sentence; None while they come."""

    def __init__(
        self,
        *,
        bot: Bot,
        dispatcher: Dispatcher,
        clock: Clock,
        metrics: Metrics,
        stop_everything: Callable[[str], None],
        is_ours: Callable[[], bool] = lambda: True,
        concede: Callable[[], None] = lambda: None,
    ) -> None:
        """`is_ours`: whether this process polls; of several one does. `concede` is called when another one polls as well."""
        self._is_ours = is_ours
        self._concede = concede
        self.trouble: str | None = "Telegram has not answered yet."
        self._bot = bot
        self._dispatcher = dispatcher
        self._clock = clock
        self._metrics = metrics
        self._stop_everything = stop_everything
        self._closed = False
        self._scope: asyncio.Timeout | None = None
        self._places = asyncio.Semaphore(WIDTH)
        self._room = asyncio.Semaphore(ROOM)
        self._lanes: defaultdict[int, _Lane] = defaultdict(_Lane)

    def close(self) -> None:
        """Take no more updates; those being handled are finished."""
        if not self._closed and self._scope is not None:
            # Ends what is being waited for at once: the request that Telegram holds open, or a rest.
            self._scope.reschedule(0)
        self._closed = True

    async def poll(self) -> None:
        """Until closed. An update is confirmed when its batch was handed out, and handled before this returns."""
        while not self._closed:
            if self._is_ours():
                await self._poll()
            else:
                await self._stand_by()

    async def _poll(self) -> None:
        offset: int | None = None
        async with asyncio.TaskGroup() as handlers:
            # While a webhook is set Telegram answers every getUpdates with 409.
            await self._insist(DeleteWebhook)
            while (batch := await self._insist(partial(self._call, offset))) is not None:
                for raw in batch:
                    offset = int(raw["update_id"]) + 1
                    await self._room.acquire()
                    handlers.create_task(self._handle_and_leave(raw))
        if self._is_ours():
            await self._confirm(offset)

    async def _stand_by(self) -> None:
        """Another process polls. Whether Telegram answers and takes the token is asked once."""
        if self.trouble is not None:
            await self._insist(GetMe, is_for_one=False)
        await self._rest(STANDING_BY)

    async def serve(self, url: str, secret: str) -> None:
        """Tell Telegram to bring the updates to `url`; they come in through `accept`."""
        allowed = self._dispatcher.resolve_used_update_types()
        await self._insist(partial(SetWebhook, url=url, secret_token=secret, allowed_updates=allowed), is_for_one=False)

    async def accept(self, raw: dict[str, Any]) -> None:
        """One update from the webhook, handled before this returns. Raises StoreError: Telegram is to bring it again."""
        await self._handle(raw)

    def _call(self, offset: int | None) -> RawUpdates:
        # After an outage the answer comes at once and ends the trouble. A second poller is gone only when it has left us
        # alone for a whole long poll.
        held = LONG_POLL if self.trouble in {None, _TAKEN} else 0
        return RawUpdates(offset=offset, timeout=held, allowed_updates=self._dispatcher.resolve_used_update_types())

    async def _insist(self, make: Callable[[], TelegramMethod[Result]], *, is_for_one: bool = True) -> Result | None:
        """Call until Telegram answers. A request dropped half-way confirms nothing.

        None once closed; also when another process polls by now, unless this is for all of them.
        """
        wait = _FIRST_WAIT
        while not self._closed and (self._is_ours() or not is_for_one):
            try:
                async with self._until_closed():
                    answer = await self._bot(make(), request_timeout=LONG_POLL + GRACE)
                if answer is None:
                    raise ValueError("The answer has no result.")
            except _FAILURES as error:
                self._say(error)
                pause = error.retry_after if isinstance(error, TelegramRetryAfter) else wait
                wait = min(wait * 2, _LONGEST_WAIT)
                await self._rest(pause)
            except TimeoutError:
                return None
            else:
                self._recovered()
                return answer if self._is_ours() or not is_for_one else None
        return None

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with self._until_closed():
                await self._clock.sleep(seconds)

    @contextlib.asynccontextmanager
    async def _until_closed(self) -> AsyncIterator[None]:
        """Raises TimeoutError from the block when close() is called."""
        async with asyncio.timeout(0 if self._closed else None) as scope:
            self._scope = scope
            try:
                yield
            finally:
                self._scope = None

    async def _confirm(self, offset: int | None) -> None:
        if offset is None:
            return
        try:
            await self._bot(RawUpdates(offset=offset, limit=1, timeout=0), request_timeout=_CONFIRMING)
        except _FAILURES as error:
            logger.warning("The last updates could not be confirmed and may come again.", extra={"said": str(error)})

    async def _handle_and_leave(self, raw: dict[str, Any]) -> None:
        try:
            await self._handle(raw, is_ours_to_repeat=True)
        finally:
            self._room.release()

    async def _handle(self, raw: dict[str, Any], *, is_ours_to_repeat: bool = False) -> None:
        """One person's updates one after the other, different people's side by side."""
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
            kind = update.event_type
        except (ValidationError, UpdateTypeLookupError) as error:
            fields = error.errors() if isinstance(error, ValidationError) else ()
            logger.warning(
                "An update could not be read and is left out.",
                extra={"update": raw.get("update_id"), "fields": [".".join(map(str, e["loc"])) for e in fields]},
            )
            return
        self._metrics.updates.labels(kind).inc()
        who = _lane_of(raw[kind])
        lane = self._lanes[who]
        lane.waiting += 1
        try:
            async with lane.turn:
                for _ in range(_DATABASE_TRIES):
                    if await self._feed(update, may_raise=not is_ours_to_repeat):
                        return
                    await self._clock.sleep(_DATABASE_REST)
                logger.error("An update is left out: the database never took it.", extra={"update": update.update_id})
        except StoreError:
            raise
        except Exception:
            logger.exception("An update could not be handled.", extra={"update": update.update_id})
        finally:
            lane.waiting -= 1
            if not lane.waiting:
                del self._lanes[who]

    async def _feed(self, update: Update, *, may_raise: bool) -> bool:
        """False: the database failed, and it is to be handled again."""
        try:
            async with self._places:
                await self._dispatcher.feed_update(self._bot, update)
        except StoreError as error:
            if may_raise:
                raise
            logger.warning("An update waits for the database: %s", error, extra={"update": update.update_id})
            return self._closed
        return True

    def _say(self, error: Exception) -> None:
        match error:
            case TelegramUnauthorizedError():
                trouble = _REVOKED
                self._stop_everything(trouble)
            case TelegramConflictError():
                trouble = _TAKEN
                self._concede()
            case TelegramBadRequest():
                trouble = f"Telegram refuses {error.method.__api_method__}: {error.message}"
            case _:
                trouble = _SILENT
        if trouble != self.trouble:
            logger.warning(trouble, extra={"said": str(getattr(error, "message", error))})
        self.trouble = trouble

    def _recovered(self) -> None:
        if self.trouble is not None:
            logger.info("Telegram answers.")
        self.trouble = None


class _Lane:
    __slots__ = ("turn", "waiting")

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.waiting = 0


def _lane_of(event: dict[str, Any]) -> int:
    """Whose update it is: the sender's id, else the chat's; 0 for what has neither."""
    owner = event.get("from") or event.get("chat") or {}
    return int(owner.get("id", 0))
