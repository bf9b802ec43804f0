"""/healthz, /readyz, /metrics and the webhook. In: HTTP requests. Out: answers; an update goes on to the dispatcher."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.domain.errors import StoreError
from bot.metrics import Metrics

WEBHOOK_PATH = "/telegram/webhook"
# Telegram's updates stay far below; anything larger is not from Telegram.
MAX_BODY = 1024 * 1024
# Seconds that open requests get when the server stops.
SHUTDOWN_TIMEOUT = 5

# Names what is being checked; the call returns None or what is wrong, as a sentence.
Checks = Mapping[str, Callable[[], Awaitable[str | None]]]


class Web:
    def __init__(
        self,
        *,
        host: str,
        port: int,
        metrics: Metrics,
        checks: Checks,
        count: Callable[[], Awaitable[None]],
        accept: Callable[[dict[str, Any]], Awaitable[None]] | None = None,
        secret: str = "",
        loads: Callable[[bytes], Any] = json.loads,
    ) -> None:
        """`accept` takes an update from the webhook, read by `loads`; without it there is none.

        `count` brings up to date what /metrics has to ask the store for.
        """
        self._host = host
        self._port = port
        self._metrics = metrics
        self._checks = checks
        self._count = count
        self._accept = accept
        self._secret = secret.encode()
        self._loads = loads
        application = web.Application(client_max_size=MAX_BODY)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._show_metrics)
        if accept is not None:
            application.router.add_post(WEBHOOK_PATH, self._webhook)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT)

    async def start(self) -> None:
        """Raise OSError when the address cannot be had."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    @property
    def url(self) -> str:
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _readyz(self, _request: web.Request) -> web.Response:
        found = {name: await check() for name, check in self._checks.items()}
        ready = not any(found.values())
        return web.json_response(
            {
                "status": "ready" if ready else "not ready",
                "checks": {name: said or "ok" for name, said in found.items()},
            },
            status=200 if ready else 503,
        )

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        await self._count()
        return web.Response(body=self._metrics.text(), headers={"Content-Type": self._metrics.content_type})

    async def _webhook(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            return web.json_response({"error": "The secret token is missing or wrong."}, status=401)
        try:
            raw = self._loads(await request.read())
        except (ValueError, RecursionError):
            return web.json_response({"error": "The body is not JSON."}, status=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return web.json_response({"error": "The body is not an update."}, status=400)
        if self._accept is not None:
            await self._accept(raw)
        return web.Response()


async def store_check(check: Callable[[], Awaitable[None]]) -> str | None:
    """A database check as /readyz shows it."""
    try:
        await check()
    except StoreError as error:
        return str(error)
    return None
