"""/healthz, /readyz and /metrics: what a monitor asks. In: the checks. Out: alive, ready or what is wrong, and figures."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.domain.errors import StoreError
from bot.metrics import Metrics

# Names what is being checked; the call returns None or what is wrong, as a sentence.
Checks = Mapping[str, Callable[[], Awaitable[str | None]]]


class Health:
    def __init__(self, *, metrics: Metrics, checks: Checks, count: Callable[[], Awaitable[None]]) -> None:
        """`count` brings up to date what /metrics has to ask the store for."""
        self._metrics = metrics
        self._checks = checks
        self._count = count

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._show_metrics),
        ]

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


async def store_check(check: Callable[[], Awaitable[None]]) -> str | None:
    """A database check as /readyz shows it."""
    try:
        await check()
    except StoreError as error:
        return str(error)
    return None
