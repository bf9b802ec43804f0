"""One conditional GET with limits on time, size and redirects. In: an address and what it gave last time. Out: bytes.

Whatever goes wrong comes out as SourceError with an operator's sentence; nothing of aiohttp leaves this module.
The steps: wait for a place at the host, ask, follow the redirects each to its own host, read up to the limit, unpack.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.domain.errors import GoneError, SourceError
from bot.domain.source import Trouble, Validators
from bot.ingest.guard import Guard, RefusedAddressError
from bot.ingest.headers import fresh_for, links, retry_after, validators
from bot.ingest.names import Names
from bot.ingest.unpack import DAMAGED, MAX_BODY, too_large, unpack

MAX_REDIRECTS = 5
CONNECTIONS_PER_HOST = 2
_CHUNK = 64 * 1024
# Bytes of one header line; 8 KB, as the library has it, is less than some sites' Content-Security-Policy.
_LONGEST_HEADER = 64 * 1024
# Seconds that an idle connection is kept: enough for the pages of a feed just read. To keep it until the next poll would
# spare 2 ms of CPU, but a TLS connection holds 290 KB, and 2 000 of them all memory that we may have.
_KEEP_ALIVE = 2.0
# Seconds that the addresses of a name are remembered.
_NAMES_KEPT = 300
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "text/html;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_MOVED = frozenset({
    HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
})  # fmt: skip
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_NOT_THE_WEB = "This is not an address of the web; it should begin with https://."


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds: for the name and the connection, for any byte to come, and for all of it with its redirects.

    Waiting for a place at a busy host does not count.
    """

    connect: float = 10.0
    silence: float = 20.0
    whole: float = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """`url` is where the redirects ended; `validators` are what the server gave, and the hash of the body.

    `permanent_url` is set when every redirect on the way was permanent: what was asked moved there for good. `fresh_for`
    is for how many seconds the server calls this fresh. `links` are the addresses that its headers give as "hub", "self".
    """

    url: str
    body: bytes
    content_type: str | None
    validators: Validators
    permanent_url: str | None = None
    fresh_for: float | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class NotModified:
    """The server says that what it gave last time still holds. `validators` are those to ask with next time."""

    validators: Validators
    permanent_url: str | None = None
    fresh_for: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moved:
    url: str
    for_good: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """The redirects behind us; the last address is where we stand."""

    passed: tuple[str, ...]
    for_good: bool = True

    @property
    def permanent_url(self) -> str | None:
        """An address with a password in it stays as it was declared: where it leads the password does not go along."""
        moved = len(self.passed) > 1 and self.for_good and "@" not in urlsplit(self.passed[0]).netloc
        return urldefrag(self.passed[-1]).url if moved else None

    def on(self, move: _Moved) -> "_Way":
        if move.url in self.passed:
            raise SourceError(
                "The address redirects in a circle, as sites do that insist on cookies.", trouble=Trouble.REDIRECTS
            )
        if len(self.passed) > MAX_REDIRECTS:
            raise SourceError(
                f"The address redirects more than {MAX_REDIRECTS} times. Check it in a browser.",
                trouble=Trouble.REDIRECTS,
            )
        return _Way(passed=(*self.passed, move.url), for_good=self.for_good and move.for_good)


class Fetcher:
    """One session for all sources; to be made inside a running loop, and closed. How much at once is the caller's affair."""

    def __init__(
        self, *, allow_private: bool, patience: Patience | None = None, resolver: AbstractResolver | None = None
    ) -> None:
        self._patience = patience or Patience()
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._resolver = resolver or Names()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                # The places at the hosts are given out here, so that waiting for one takes no request's time.
                limit=0,
                keepalive_timeout=_KEEP_ALIVE,
                ttl_dns_cache=_NAMES_KEPT,
                resolver=self._resolver,
                socket_factory=Guard(allow_private=allow_private).open_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _user_agent(), "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br, zstd"},
            # The library unpacks what is labelled well only.
            auto_decompress=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )

    async def close(self) -> None:
        await self._session.close()
        await self._resolver.close()

    async def get(
        self, url: str, validators: Validators | None = None, *, timeout: float | None = None
    ) -> Fetched | NotModified:
        """`timeout` takes the place of the whole patience."""
        known = validators or Validators()
        patience = self._patience.whole if timeout is None else timeout
        left = patience
        way = _Way(passed=(url,))
        while True:
            async with self._places_at(way.passed[-1]):
                began = asyncio.get_running_loop().time()
                try:
                    answer = await self._ask(way, known, left)
                except (aiohttp.ClientError, OSError, ValueError) as error:
                    raise _failure(error, self._patience, patience) from error
                left -= asyncio.get_running_loop().time() - began
            if not isinstance(answer, _Moved):
                return answer
            way = way.on(answer)

    def _places_at(self, url: str) -> asyncio.Semaphore:
        """The few connections that a host gets from us at once."""
        try:
            host = urlsplit(url).hostname
        except ValueError:
            host = None
        if not host or not _WEB_ADDRESS.match(url):
            raise SourceError(_NOT_THE_WEB, trouble=Trouble.ADDRESS)
        places = self._hosts.get(host)
        if places is None:
            places = self._hosts[host] = asyncio.Semaphore(CONNECTIONS_PER_HOST)
        return places

    async def _ask(self, way: _Way, known: Validators, left: float) -> Fetched | NotModified | _Moved:
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        limits = aiohttp.ClientTimeout(
            total=left, connect=min(self._patience.connect, left), sock_read=min(self._patience.silence, left)
        )
        async with self._session.get(
            way.passed[-1], headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            if response.status in _MOVED and (location := response.headers.get("Location")):
                return _Moved(url=_next_address(way.passed[-1], location), for_good=response.status in _FOR_GOOD)
            if response.status == HTTPStatus.NOT_MODIFIED and headers:
                return NotModified(
                    validators=_completed(known, validators(response.headers)),
                    permanent_url=way.permanent_url,
                    fresh_for=fresh_for(response.headers),
                )
            if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                raise _refusal(response)
            packed = await _read(response, limits.sock_read or left)
            # In a thread: 16 MB take 50 ms.
            body, body_hash = await asyncio.to_thread(_whole, packed, response.headers.get("Content-Encoding", ""))
            url = str(response.url)
            return Fetched(
                url=url,
                body=body,
                content_type=response.headers.get("Content-Type"),
                validators=replace(validators(response.headers), body_hash=body_hash),
                permanent_url=way.permanent_url,
                fresh_for=fresh_for(response.headers),
                links=links(response.headers.getall("Link", ()), url),
            )


async def _read(response: aiohttp.ClientResponse, silence: float) -> list[bytes]:
    """As it was sent; packed it is never larger than unpacked may be."""
    if (response.content_length or 0) > MAX_BODY:
        raise too_large()
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_BODY:
                raise too_large()
    except aiohttp.SocketTimeoutError as error:
        raise SourceError(
            f"The server stopped in the middle of its answer for {silence:g} s.", trouble=Trouble.TIMEOUT
        ) from error
    return chunks


def _whole(packed: list[bytes], codings: str) -> tuple[bytes, str]:
    """The document, and its hash."""
    body = unpack(b"".join(packed), codings)
    return body, hashlib.sha256(body).hexdigest()


def _next_address(url: str, location: str) -> str:
    """Where a redirect leads. Of passwords only our own goes along, and only to where it was meant for."""
    # Some send it as it is read, in UTF-8 or worse; what was not UTF-8 the library hands on as lone surrogates.
    sent = quote(location.encode("utf-8", "surrogateescape"), safe="!#$%&'()*+,/:;=?@[]~")
    here, there = urlsplit(url), urlsplit(urljoin(url, sent))
    user, found, host = here.netloc.rpartition("@")
    their_host = there.netloc.rpartition("@")[2]
    if found and (there.scheme, their_host) == (here.scheme, host):
        their_host = f"{user}@{their_host}"
    return there._replace(netloc=their_host, fragment="").geturl()


def _completed(known: Validators, given: Validators) -> Validators:
    """What we asked with is of the document that we have read; another may be of one that we have not."""
    return Validators(
        etag=known.etag or given.etag,
        last_modified=known.last_modified or given.last_modified,
        body_hash=known.body_hash,
    )


def _refusal(response: aiohttp.ClientResponse) -> SourceError:
    wait = retry_after(response.headers)
    match response.status:
        case HTTPStatus.NOT_FOUND:
            sentence = "There is nothing at this address (404). Check it in a browser."
            return GoneError(sentence, status=response.status, retry_after=wait)
        case HTTPStatus.GONE:
            sentence = (
                "The server says that this address is gone for good (410). Remove the source or give its new address."
            )
            return GoneError(sentence, status=response.status, retry_after=wait)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            trouble = Trouble.REFUSED
            sentence = (
                f"The server refuses to let us read this ({response.status}). Ask the site to admit this program."
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            trouble = Trouble.TOO_OFTEN
            sentence = "The server finds that we ask too often (429). Make the interval of the source longer."
        case HTTPStatus.SERVICE_UNAVAILABLE:
            trouble = Trouble.OVERLOADED
            sentence = "The server is overloaded or takes us for a robot (503). It is asked again later."
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            trouble = Trouble.SERVER_ERROR
            sentence = f"The server has an error of its own ({status}). It is asked again later."
        case status if status in _MOVED:
            trouble = Trouble.REDIRECTS
            sentence = f"The server redirects ({status}) without saying where to."
        case status:
            trouble = Trouble.UNEXPECTED
            sentence = f"The server answers {status}, with which nothing can be done."
    return SourceError(sentence, retry_after=wait, trouble=trouble)


def _failure(error: BaseException, patience: Patience, whole: float) -> SourceError:
    match error:
        case aiohttp.ConnectionTimeoutError():
            trouble = Trouble.TIMEOUT
            sentence = f"The server could not be reached within {min(patience.connect, whole):g} s."
        case aiohttp.SocketTimeoutError():
            trouble = Trouble.TIMEOUT
            sentence = f"The server was reached, but did not begin to answer within {min(patience.silence, whole):g} s."
        case TimeoutError():
            trouble = Trouble.TIMEOUT
            sentence = f"The server did not answer in time ({whole:g} s for the whole document)."
        case aiohttp.ClientConnectorDNSError():
            trouble = Trouble.UNKNOWN_HOST
            sentence = f"There is no server named {error.host}, or the DNS does not answer."
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            trouble = Trouble.CERTIFICATE
            sentence = f"The certificate of {error.host} is not valid, so its answers cannot be trusted."
        case aiohttp.ClientConnectorError(os_error=RefusedAddressError()):
            trouble = Trouble.PRIVATE
            sentence = (
                f"{error.host} is a private address, which is not contacted. "
                "If the source is your own, set ALLOW_PRIVATE_SOURCES=true."
            )
        case aiohttp.ClientConnectorError():
            trouble = Trouble.UNREACHABLE
            sentence = f"{error.host} cannot be reached ({error.os_error.strerror or error.os_error})."
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            trouble = Trouble.ADDRESS
            sentence = _NOT_THE_WEB
        case aiohttp.ClientPayloadError():
            trouble = Trouble.BROKEN
            sentence = DAMAGED
        case _:
            trouble = Trouble.UNEXPECTED
            # One short line: messages of the HTTP parser quote the bytes that they stumbled over.
            reason = (str(error) or type(error).__name__).strip().splitlines()[0][:200]
            sentence = f"The server's answer cannot be read ({reason})."
    return SourceError(sentence, trouble=trouble)


def _user_agent() -> str:
    try:
        return f"Rubrika/{version('rubrika')}"
    except PackageNotFoundError:
        # Run from a checkout that was not installed.
        return "Rubrika"
