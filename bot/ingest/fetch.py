"""One conditional GET with limits on time, size and redirects. In: an address and what it gave last time. Out: bytes.

Whatever goes wrong comes out as SourceError with an operator's sentence; nothing of aiohttp leaves this module.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import aiohttp

from bot.domain.errors import SourceError
from bot.domain.source import Validators
from bot.ingest.guard import Guard, RefusedAddressError

# Seconds.
CONNECT_TIMEOUT = 10.0
TOTAL_TIMEOUT = 30.0
# Bytes, counted after decompression.
MAX_BODY = 16 * 1024 * 1024
MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "text/html;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_LONGEST_VALIDATOR = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """`url` is where the redirects ended; `validators` are what the server gave, without the hash of the body."""

    url: str
    body: bytes
    content_type: str | None
    validators: Validators


@dataclass(frozen=True, kw_only=True, slots=True)
class NotModified:
    """The server says that what it gave last time still holds."""


class Fetcher:
    """One session for all sources; to be made inside a running loop, and closed."""

    def __init__(self, *, allow_private: bool) -> None:
        guard = Guard(allow_private=allow_private)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=100, limit_per_host=8, socket_factory=guard.open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _user_agent(), "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        )

    async def close(self) -> None:
        await self._session.close()

    async def get(
        self, url: str, validators: Validators | None = None, *, timeout: float = TOTAL_TIMEOUT
    ) -> Fetched | NotModified:
        """`timeout` is for all of it: connecting, redirects and the last byte."""
        try:
            return await self._get(url, validators or Validators(), timeout)
        except TimeoutError as error:
            raise SourceError(
                f"The server did not answer in time ({min(CONNECT_TIMEOUT, timeout):g} s to connect, {timeout:g} s in all)."
            ) from error
        except aiohttp.TooManyRedirects as error:
            raise SourceError(
                f"The address redirects more than {MAX_REDIRECTS} times. Check it in a browser."
            ) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise SourceError(f"There is no server named {error.host}, or the DNS does not answer.") from error
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            raise SourceError(
                f"The certificate of {error.host} is not valid, so its answers cannot be trusted."
            ) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, RefusedAddressError):
                raise SourceError(
                    f"{error.host} is a private address, which is not contacted. "
                    "If the source is your own, set ALLOW_PRIVATE_SOURCES=true."
                ) from error
            raise SourceError(
                f"{error.host} cannot be reached ({error.os_error.strerror or error.os_error})."
            ) from error
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise SourceError("This is not an address of the web; it should begin with https://.") from error
        except aiohttp.ClientPayloadError as error:
            raise SourceError("The answer broke off or was damaged on its way.") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceError(f"The server's answer cannot be read ({_reason(error)}).") from error

    async def _get(self, url: str, validators: Validators, timeout: float) -> Fetched | NotModified:
        conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        limits = aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_TIMEOUT, timeout))
        async with self._session.get(url, headers=headers, timeout=limits, max_redirects=MAX_REDIRECTS) as response:
            if response.status == HTTPStatus.NOT_MODIFIED and headers:
                return NotModified()
            if not response.ok or response.status == HTTPStatus.NOT_MODIFIED:
                raise _refusal(response)
            return Fetched(
                url=str(response.url),
                body=await _read(response),
                content_type=response.headers.get("Content-Type"),
                validators=Validators(
                    etag=_validator(response.headers.get("ETag")),
                    last_modified=_validator(response.headers.get("Last-Modified")),
                ),
            )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            raise SourceError(f"The document has more than {MAX_BODY // 2**20} MB, which is more than is read.")
    return bytes(body)


def _refusal(response: aiohttp.ClientResponse) -> SourceError:
    match response.status:
        case HTTPStatus.NOT_FOUND:
            sentence = "There is nothing at this address (404). Check it in a browser."
        case HTTPStatus.GONE:
            sentence = (
                "The server says that this address is gone for good (410). Remove the source or give its new address."
            )
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            sentence = (
                f"The server refuses to let us read this ({response.status}). Ask the site to admit this program."
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            sentence = "The server finds that we ask too often (429). Make the interval of the source longer."
        case HTTPStatus.SERVICE_UNAVAILABLE:
            sentence = "The server is overloaded or takes us for a robot (503). It is asked again later."
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            sentence = f"The server has an error of its own ({status}). It is asked again later."
        case status:
            sentence = f"The server answers {status}, with which nothing can be done."
    return SourceError(sentence, retry_after=_retry_after(response))


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """Seconds, or a date that is taken against the server's own clock (RFC 9110 §10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until, now = _http_date(value), _http_date(response.headers.get("Date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _http_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _validator(value: str | None) -> str | None:
    """Only what can be kept and sent back as it came."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR else None


def _reason(error: BaseException) -> str:
    """One short line: messages of the HTTP parser quote the bytes that they stumbled over."""
    return (str(error) or type(error).__name__).strip().splitlines()[0][:200]


def _user_agent() -> str:
    try:
        return f"Rubrika/{version('rubrika')}"
    except PackageNotFoundError:
        # Run from a checkout that was not installed.
        return "Rubrika"
