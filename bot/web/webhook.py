"""Telegram's webhook. In: one update a request. Out: it goes on to the dispatcher (handlers/polling.py)."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.web.body import read_body

WEBHOOK_PATH = "/telegram/webhook"
# Telegram's updates stay far below; anything larger is not from Telegram.
MAX_BODY = 1024 * 1024


class Webhook:
    def __init__(
        self,
        *,
        accept: Callable[[dict[str, Any]], Awaitable[None]],
        secret: str,
        loads: Callable[[bytes], Any] = json.loads,
    ) -> None:
        """`accept` takes an update, which `loads` has read."""
        self._accept = accept
        self._secret = secret.encode()
        self._loads = loads

    def routes(self) -> list[web.RouteDef]:
        return [web.post(WEBHOOK_PATH, self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            return web.json_response({"error": "The secret token is missing or wrong."}, status=401)
        try:
            raw = self._loads(await read_body(request, limit=MAX_BODY))
        except (ValueError, RecursionError):
            return web.json_response({"error": "The body is not JSON."}, status=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return web.json_response({"error": "The body is not an update."}, status=400)
        await self._accept(raw)
        return web.Response()
