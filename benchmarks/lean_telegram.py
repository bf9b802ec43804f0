"""Telegram as lean as HTTP allows, for where the sandbox would be what is measured: `python -m benchmarks.lean_telegram`.

The answers are the sandbox's own: the first message of a text is carried out by it, the next ones differ in chat and id only.
It keeps the moment of every message: GET /told. Nothing is refused, and no person writes.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from typing import Any

from bot.clock import SystemClock
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.wire import _from_form, _from_json

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CHAT_IN_JSON = re.compile(rb'"chat_id":\s*(-?\d+)')
_CHAT_IN_FORM = re.compile(rb"(?:^|&)chat_id=(-?\d+)")
# Numbers of a first answer that are replaced in those that follow.
_ID, _CHAT = 987_654_321_987, 20_001
_LONG_POLL = 30.0


class Telegram:
    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.moments: list[float] = []
        self._api = BotApi(SystemClock())
        self._api.people.gathers_crowd(1, "ru")
        self._answers: dict[bytes, tuple[bytes, ...]] = {}

    def send(self, head: bytes, body: bytes) -> bytes:
        is_json = b"application/json" in head
        found = (_CHAT_IN_JSON if is_json else _CHAT_IN_FORM).search(body)
        assert found is not None, body[:200]
        key = body[: found.start(1)] + body[found.end(1) :]
        if key not in self._answers:
            self._answers[key] = self._first(body, is_json=is_json)
        before, between, after = self._answers[key]
        self.moments.append(time.perf_counter())
        return b"%b%d%b%b%b" % (before, len(self.moments), between, found[1], after)

    def _first(self, body: bytes, *, is_json: bool) -> tuple[bytes, ...]:
        given = _from_json(body) if is_json else _from_form(body)
        call = self._api.call("sendMessage", given | {"chat_id": _CHAT})
        try:
            call.send(None)
        except StopIteration as done:
            result: dict[str, Any] = done.value
        result["message_id"] = _ID
        answer = json.dumps({"ok": True, "result": result}, ensure_ascii=False, separators=(",", ":")).encode()
        before, rest = answer.split(str(_ID).encode(), 1)
        between, after = rest.split(b'"chat":{"id":%d' % _CHAT, 1)
        return before, between + b'"chat":{"id":', after

    def told(self) -> bytes:
        return json.dumps({"moments": self.moments}).encode()


class Connection(asyncio.Protocol):
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._received = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            body, self._received = self._received[end + 4 : whole], self._received[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        method = path.rpartition(b"/")[2].lower()
        delay = self._telegram.latency
        if method == b"sendmessage":
            answer = self._telegram.send(head, body)
        elif method == b"told":
            answer = self._telegram.told()
        elif method == b"getupdates":
            answer, delay = b'{"ok":true,"result":[]}', _LONG_POLL
        elif method == b"getme":
            answer = b'{"ok":true,"result":{"id":7000,"is_bot":true,"first_name":"Rubrika","username":"rubrika_bot"}}'
        else:
            answer = b'{"ok":true,"result":true}'
        response = (
            b"HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            b"Connection: keep-alive\r\n\r\n%b" % (len(answer), answer)
        )
        if delay:
            self._loop.call_later(delay, self._transport.write, response)
        else:
            self._transport.write(response)


async def serve(latency: float) -> None:
    telegram = Telegram(latency)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(telegram), "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until each answer")
    asyncio.run(serve(parser.parse_args().latency))
