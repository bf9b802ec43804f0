"""One request to a WebSub hub. In: the hub's address and a form. Out: nothing, or SourceError with an operator's sentence."""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp

from bot.domain.errors import SourceError
from bot.ingest.guard import Guard, RefusedAddressError

# Seconds.
CONNECT_TIMEOUT = 10.0
WHOLE_TIMEOUT = 20.0
# A hub that has moved says so with 307 or 308, which repeat the form (W3C WebSub §5.2).
MAX_REDIRECTS = 5
_YES = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)


class HubClient:
    """To be made inside a running loop, and closed."""

    def __init__(self, *, allow_private: bool) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=10,
                limit_per_host=2,
                force_close=True,
                socket_factory=Guard(allow_private=allow_private).open_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "Rubrika"},
            timeout=aiohttp.ClientTimeout(total=WHOLE_TIMEOUT, sock_connect=CONNECT_TIMEOUT),
        )

    async def close(self) -> None:
        await self._session.close()

    async def ask(self, hub: str, form: Mapping[str, str]) -> None:
        try:
            # What it has to say beyond the status is not read.
            async with self._session.post(hub, data=form, max_redirects=MAX_REDIRECTS) as response:
                status = response.status
        except TimeoutError as error:
            raise SourceError(f"The hub did not answer within {WHOLE_TIMEOUT:g} s.") from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, RefusedAddressError):
                raise SourceError(f"The hub {error.host} is at a private address, which is not contacted.") from error
            raise SourceError(f"The hub {error.host} cannot be reached.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(f"The hub's answer cannot be read ({type(error).__name__}).") from error
        if status not in _YES:
            raise SourceError(f"The hub answers {status} to our request.")
