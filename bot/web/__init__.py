"""The HTTP server. In: the routes of this folder's modules. Out: their answers; whatever goes wrong is told in JSON."""

import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.domain.errors import StoreError

logger = logging.getLogger(__name__)

# Seconds that open requests get when the server stops.
SHUTDOWN_TIMEOUT = 5
# Seconds until the database should answer again.
RETRY_AFTER = "10"
_ABOUT_THE_TEXT = frozenset({"Content-Type", "Content-Length"})


class Web:
    def __init__(self, *, host: str, port: int, routes: Iterable[web.RouteDef]) -> None:
        self._host = host
        self._port = port
        application = web.Application(middlewares=[_errors_in_json])
        application.add_routes(routes)
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


@web.middleware
async def _errors_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPError as error:
        # Allow, Retry-After and their like stay; what described the text does not.
        headers = {name: value for name, value in error.headers.items() if name not in _ABOUT_THE_TEXT}
        response = web.json_response({"error": _sentence(error)}, status=error.status, headers=headers)
    except StoreError as error:
        logger.error("A request waits for the database: %s", error)  # noqa: TRY400, the sentence says it all
        said, headers = "The database does not answer. Try again.", {"Retry-After": RETRY_AFTER}
        response = web.json_response({"error": said}, status=503, headers=headers)
    except Exception:
        # One request that fails never stops the others.
        logger.exception("A request failed in a way that nobody foresaw.", extra={"method": request.method})
        said = "Rubrika stumbled over this request; its log has the details."
        response = web.json_response({"error": said}, status=500)
    if not request.content.is_eof():
        # Answered before all of it came: the next request on this connection would wait behind the rest.
        response.force_close()
    return response


def _sentence(error: web.HTTPError) -> str:
    match error:
        case web.HTTPNotFound():
            return "There is nothing at this address."
        case web.HTTPMethodNotAllowed():
            return f"{error.method} is not possible here; {', '.join(sorted(error.allowed_methods))} are."
        case _:
            return error.text or error.reason
