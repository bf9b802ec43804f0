"""A CMS that talks to the publishing API over HTTP."""

import asyncio
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.clock import Clock
from tests.running import PATIENCE

TOKEN = "a-token-of-the-cms-42"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ADDRESS = "/api/v1/articles/"

ITEM = {
    "id": "cms-1",
    "url": "https://news.example/football/final/",
    "title": "Карабах вышел в финал",
    "summary": "Матч закончился со счётом 2:1.",
    "content_html": "<p>Матч закончился со счётом 2:1.</p><p>Второй гол забит на <b>последней</b> минуте.</p>",
    "date_published": "2026-03-02T10:00:00+04:00",
    "authors": [{"name": "Эдгар"}],
    "tags": ["Футбол"],
    "language": "ru",
}


def make_item(**fields: Any) -> dict[str, Any]:
    """A field given as ... is left out."""
    return {name: value for name, value in (ITEM | fields).items() if value is not ...}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int
    said: Any
    headers: Mapping[str, str]

    @property
    def messages(self) -> dict[str, str]:
        return {mistake["field"]: mistake["message"] for mistake in self.said["errors"]}


class Cms:
    def __init__(self, session: aiohttp.ClientSession, clock: Clock) -> None:
        self.session = session
        self._clock = clock

    async def asks(self, method: str, path: str, **given: Any) -> Reply:
        given.setdefault("headers", BEARER)
        async with asyncio.timeout(PATIENCE), self.session.request(method, path, **given) as answer:
            text = await answer.text()
            return Reply(status=answer.status, said=json.loads(text) if text else None, headers=answer.headers)

    async def sends(self, body: bytes, *, content_type: str = "application/json", cms_id: str = "cms-1") -> Reply:
        headers = BEARER | {"Content-Type": content_type}
        return await self.asks("PUT", ADDRESS + quote(cms_id, safe=""), data=io.BytesIO(body), headers=headers)

    async def puts(self, cms_id: str = "cms-1", /, **fields: Any) -> Reply:
        item = make_item(**({"id": cms_id} | fields))
        return await self.sends(json.dumps(item).encode(), cms_id=cms_id)

    async def deletes(self, cms_id: str = "cms-1") -> Reply:
        return await self.asks("DELETE", ADDRESS + quote(cms_id, safe=""))

    async def gets(self, cms_id: str = "cms-1") -> Reply:
        return await self.asks("GET", ADDRESS + quote(cms_id, safe=""))

    async def waits_until_sent(self, action: str) -> Reply:
        async with asyncio.timeout(PATIENCE):
            while not (found := await self.gets()).said["deliveries"][action]["sent"]:
                await self._clock.sleep(0.02)
        return found
