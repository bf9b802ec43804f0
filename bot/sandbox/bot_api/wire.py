"""The Bot API on HTTP: /bot{token}/{method} with query, form, multipart or JSON in; Telegram's answer shape and status out."""

import asyncio
import json
import re
import socket
import struct
from collections.abc import Mapping
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.parse import unquote_plus
from weakref import WeakSet

from aiohttp import web

from bot.clock import Clock
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.errors import RefusedError
from bot.sandbox.bot_api.faults import Fault, FaultKind
from bot.sandbox.bot_api.params import Upload

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Wire:
    def __init__(self, telegram: BotApi, clock: Clock, closing: asyncio.Event) -> None:
        self._telegram = telegram
        self._clock = clock
        self._closing = closing
        self._callers: WeakSet[asyncio.Transport] = WeakSet()

    def hang_up(self) -> None:
        """Cut every connection over which the Bot API was called."""
        for transport in list(self._callers):
            transport.abort()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._answer),
            web.route("*", "/bot{rest:.*}", self._lost),
        ]

    async def _lost(self, _request: web.Request) -> web.Response:
        return _refused(RefusedError(404, "Not Found"))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            self._callers.add(request.transport)
        token = request.match_info["token"]
        if token != self._telegram.token:
            known_shape = _TOKEN.fullmatch(token)
            return _refused(RefusedError(401, "Unauthorized") if known_shape else RefusedError(404, "Not Found"))
        method = request.match_info["method"]
        try:
            given = await _given(request)
        except RefusedError as refusal:
            return self._finished(method, None, refusal)
        fault = self._telegram.faults.take(method, given.get("chat_id"))
        if fault is not None:
            return await self._meet(fault, request, method, given)
        return await self._carried_out(method, given)

    async def _carried_out(self, method: str, given: Mapping[str, object], hidden_by: str = "") -> web.Response:
        try:
            result = await self._telegram.call(method, given)
        except RefusedError as refusal:
            return self._finished(method, given.get("chat_id"), refusal)
        # Of an album the first.
        answered = result[0] if isinstance(result, list) and result else result
        message_id = answered.get("message_id") if isinstance(answered, dict) else None
        self._note(method, given.get("chat_id"), "ok", message_id, hidden_by)
        return web.Response(body=_encode({"ok": True, "result": result}).encode(), content_type=_JSON)

    def _finished(self, method: str, chat_id: object, refusal: RefusedError) -> web.Response:
        self._note(method, chat_id, f"{refusal.code} {refusal.description}")
        return _refused(refusal)

    def _note(self, method: str, chat_id: object, outcome: str, message_id: object = None, hidden_by: str = "") -> None:
        # A form says "1001" where JSON says 1001.
        chat = int(chat_id) if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit() else chat_id
        self._telegram.journal.note(perf_counter(), self._clock.now(), method, chat, outcome, message_id, hidden_by)

    async def _meet(
        self, fault: Fault, request: web.Request, method: str, given: Mapping[str, object]
    ) -> web.StreamResponse:
        chat_id, refusal = given.get("chat_id"), fault.refusal()
        if fault.kind is FaultKind.SLOW:
            await self._clock.sleep(fault.seconds)
            return await self._carried_out(method, given)
        if fault.hides_what_was_done:
            await self._carried_out(method, given, hidden_by=fault.kind.value)
        elif refusal is not None:
            return self._finished(method, chat_id, refusal)
        else:
            self._note(method, chat_id, fault.kind.value)
        if refusal is not None:
            return _refused(refusal)
        if fault.kind in {FaultKind.STRANGE_BEFORE, FaultKind.STRANGE_AFTER}:
            return web.Response(status=fault.error_code, body=bytes.fromhex(fault.body), content_type=_JSON)
        if fault.kind in {FaultKind.BAD_GATEWAY, FaultKind.BAD_GATEWAY_AFTER}:
            return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
        if fault.kind in {FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER}:
            await self._closing.wait()
        return _reset(request)


def _reset(request: web.Request) -> web.Response:
    """Close with RST, so that the caller cannot take it for an orderly end."""
    if request.transport is not None:
        connection: Any = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


def _refused(refusal: RefusedError) -> web.Response:
    body: dict[str, object] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.parameters:
        body["parameters"] = dict(refusal.parameters)
        if "retry_after" in refusal.parameters:
            headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return web.Response(status=refusal.code, body=_encode(body).encode(), content_type=_JSON, headers=headers)


async def _given(request: web.Request) -> Mapping[str, object]:
    given: dict[str, object] = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return given
    kind = request.content_type
    if kind == _FORM:
        given.update(_from_form(await request.read()))
    elif kind == _JSON:
        given.update(_from_json(await request.read()))
    elif kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            given[name] = value if isinstance(value, str) else _upload(value)
    return given


def _from_form(body: bytes) -> dict[str, object]:
    pairs = (pair.partition("=") for pair in body.decode("ascii", "replace").split("&") if pair)
    return {_unescaped(name): _unescaped(value) for name, _, value in pairs}


@lru_cache(maxsize=1024)
def _unescaped(value: str) -> str:
    """Cyrillic is six bytes a letter here and slow to decode; a fan-out brings the same text again and again."""
    return unquote_plus(value, errors="replace")


def _from_json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RefusedError(400, "Bad Request: can't parse JSON encoded request body")
    return value


def _upload(value: web.FileField | bytes | bytearray) -> Upload:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.file.read())
    return Upload("file", bytes(value))
