"""Where WebSub hubs call: to ask whether we want what we asked for, and with news. Next: ingest/websub.py.

The address holds a token that only the hub knows; what it brings counts only with its signature.
"""

from aiohttp import web

from bot.ingest.websub import PATH, Hubs
from bot.metrics import Metrics
from bot.web.body import read_body

MAX_BODY = 2 * 1024 * 1024
LONGEST_CHALLENGE = 2000
_CALLBACK = PATH + "{token:[A-Za-z0-9_-]{43}}"


class HubCallbacks:
    def __init__(self, *, hubs: Hubs, metrics: Metrics) -> None:
        self._hubs = hubs
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        return [web.get(_CALLBACK, self._confirm, allow_head=False), web.post(_CALLBACK, self._take)]

    async def _confirm(self, request: web.Request) -> web.Response:
        asked = request.query
        challenge = asked.get("hub.challenge", "")
        is_denial = asked.get("hub.mode") == "denied"
        if len(challenge) > LONGEST_CHALLENGE or not (challenge or is_denial):
            raise web.HTTPNotFound
        is_wanted = await self._hubs.confirm(
            request.match_info["token"],
            mode=asked.get("hub.mode", ""),
            topic=asked.get("hub.topic", ""),
            lease=_seconds(asked.get("hub.lease_seconds", "")),
        )
        if not is_wanted:
            raise web.HTTPNotFound
        # Whatever the challenge is, no browser is to take it for a page.
        return web.Response(text="" if is_denial else challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _take(self, request: web.Request) -> web.Response:
        subscription = await self._hubs.find(request.match_info["token"])
        if subscription is None:
            self._count("unknown")
            # A hub then ends the subscription (W3C WebSub §7).
            raise web.HTTPGone(text="Nobody wants this any more.")
        signature = request.headers.get("X-Hub-Signature", "")
        if not signature:
            self._count("unsigned")
        elif await self._hubs.take(subscription, signature=signature, body=await read_body(request, limit=MAX_BODY)):
            self._count("accepted")
        else:
            self._count("forged")
        # The same answer to all, so that a forger learns nothing (W3C WebSub §7.1.2).
        return web.Response(status=202)

    def _count(self, result: str) -> None:
        self._metrics.websub_pings.labels(result).inc()


def _seconds(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None
