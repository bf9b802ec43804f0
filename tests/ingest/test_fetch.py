import asyncio
import gzip
import hashlib
import socket
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import brotli
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.errors import GoneError, SourceError
from bot.domain.source import Validators
from bot.ingest import guard
from bot.ingest.fetch import Fetched, Fetcher, NotModified, Patience
from bot.ingest.unpack import MAX_BODY
from tests.ingest.conftest import Site, serve


@asynccontextmanager
async def opened(**given: object) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(**({"allow_private": True} | given))  # type: ignore[arg-type]
    yield fetcher
    await fetcher.close()


@asynccontextmanager
async def answering(*pieces: bytes, pause: float = 0.0) -> AsyncIterator[str]:
    """A server that sends these bytes, with a pause after each, and hangs up."""
    answers = set[asyncio.Task[None]]()
    over = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(asyncio.current_task())  # type: ignore[arg-type]
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), pause)
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        finally:
            over.set()
            await asyncio.gather(*answers)


async def refusal(fetcher: Fetcher, url: str, *, timeout: float = 5) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await fetcher.get(url, timeout=timeout)
    return caught.value


async def test_a_document_comes_with_what_to_ask_next_time(site: Site, fetcher: Fetcher) -> None:
    modified = "Mon, 02 Mar 2026 06:00:00 GMT"
    url = site.put("/rss", "hello", headers={"ETag": '"1"', "Last-Modified": modified})
    assert await fetcher.get(url) == Fetched(
        url=url,
        body=b"hello",
        content_type="application/rss+xml",
        validators=Validators(etag='"1"', last_modified=modified, body_hash=hashlib.sha256(b"hello").hexdigest()),
    )


async def test_a_document_that_did_not_change_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/rss", "hello", headers={"ETag": '"1"'})
    assert await fetcher.get(url, Validators(etag='"1"')) == NotModified(validators=Validators(etag='"1"'))


async def test_a_validator_that_could_not_be_sent_back_is_not_kept(site: Site, fetcher: Fetcher) -> None:
    found = await fetcher.get(site.put("/rss", "hello", headers={"ETag": '"é"'}))
    assert isinstance(found, Fetched)
    assert (found.validators.etag, found.validators.last_modified) == (None, None)


async def test_what_else_a_server_says_of_its_document_is_told(site: Site, fetcher: Fetcher) -> None:
    headers = {"Cache-Control": "max-age=120", "Link": '</hub>; rel="hub", <https://news.example/rss>; rel="self"'}
    found = await fetcher.get(site.put("/rss", "hello", headers=headers))
    assert isinstance(found, Fetched)
    assert (found.fresh_for, found.permanent_url) == (120, None)
    assert found.links == {"hub": f"{site.address}/hub", "self": "https://news.example/rss"}


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (Validators(etag='"1"', body_hash="h"), Validators(etag='"1"', last_modified="then", body_hash="h")),
        (Validators(last_modified="before", body_hash="h"), Validators(etag='"2"', last_modified="before", body_hash="h")),
    ],
)  # fmt: skip
async def test_validators_of_a_document_that_we_have_not_read_are_not_taken(
    asked: Validators, kept: Validators
) -> None:
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\nLast-Modified: then\r\nCache-Control: max-age=60\r\n\r\n'
    async with answering(head) as url, opened() as fetcher:
        assert await fetcher.get(url, asked) == NotModified(validators=kept, fresh_for=60)


@pytest.mark.parametrize(
    ("label", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("", gzip.compress)],
    ids=["gzip", "deflate", "br", "no label"],
)
async def test_a_compressed_document_is_unpacked(
    site: Site, fetcher: Fetcher, label: str, pack: Callable[[bytes], bytes]
) -> None:
    headers = {"Content-Encoding": label} if label else {}
    found = await fetcher.get(site.put("/rss", pack(b"hello"), headers=headers))
    assert isinstance(found, Fetched)
    assert found.body == b"hello"


async def test_a_small_parcel_that_unpacks_to_a_flood_is_refused(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"0" * (MAX_BODY + 1))
    assert len(packed) < 50_000
    url = site.put("/rss", packed, headers={"Content-Encoding": "gzip"})
    assert "more than 16 MB" in str(await refusal(fetcher, url, timeout=30))


@pytest.mark.parametrize("head", [b"Content-Length: 99999999\r\n", b""], ids=["announced", "without end"])
async def test_a_document_that_is_too_large_is_not_read_to_its_end(fetcher: Fetcher, head: bytes) -> None:
    flood = [bytes(2**20)] * (1 if head else 20)
    async with answering(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n", *flood) as url:
        assert "more than 16 MB" in str(await refusal(fetcher, url))


async def test_a_header_longer_than_most_is_no_obstacle(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/rss", "hello", headers={"Content-Security-Policy": "x" * 30_000})
    assert isinstance(await fetcher.get(url), Fetched)


async def test_a_redirect_is_followed_and_its_end_told(site: Site, fetcher: Fetcher) -> None:
    end = site.put("/new", "hello")
    found = await fetcher.get(site.put("/old", status=301, headers={"Location": "/new"}))
    assert isinstance(found, Fetched)
    assert found.url == end


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([], False),
        ([301], True),
        ([308], True),
        ([301, 308, 301], True),
        ([302], False),
        ([303], False),
        ([307], False),
        ([301, 302], False),
        ([307, 308], False),
    ],
)
@pytest.mark.parametrize("changed", [True, False], ids=["changed", "unchanged"])
async def test_an_address_has_moved_when_each_redirect_was_permanent(
    site: Site, fetcher: Fetcher, *, statuses: list[int], moved: bool, changed: bool
) -> None:
    end = site.put(f"/{len(statuses)}", "hello", headers={"ETag": '"1"'})
    for hop, status in enumerate(statuses):
        site.put(f"/{hop}", status=status, headers={"Location": f"/{hop + 1}#top"})
    found = await fetcher.get(site.address + "/0", None if changed else Validators(etag='"1"'))
    assert isinstance(found, Fetched if changed else NotModified)
    assert found.permanent_url == (end if moved else None)


@pytest.mark.parametrize("location", [b"/\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xbe\xd0\xb5?a=%D1%8F&b=1;2", b"http://%s/a b"])
async def test_a_redirect_whose_address_is_not_quoted_is_followed(
    site: Site, fetcher: Fetcher, location: bytes
) -> None:
    site.put("/новое", "hello")
    site.put("/a b", "hello")
    there = location.replace(b"%s", site.address.removeprefix("http://").encode())
    if not there.startswith(b"http"):
        there = site.address.encode() + there
    async with answering(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + there + b"\r\n\r\n") as url:
        assert isinstance(await fetcher.get(url), Fetched)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("ftp://news.example/", "not an address of the web"),
        ("file:///etc/hostname", "not an address of the web"),
        ("javascript:alert(1)", "not an address of the web"),
        ("http://[::1", "cannot be read"),
        ("", "without saying where to"),
    ],
)
async def test_a_redirect_out_of_the_web_is_not_followed(
    site: Site, fetcher: Fetcher, location: str, words: str
) -> None:
    url = site.put("/rss", status=301, headers={"Location": location} if location else {})
    assert words in str(await refusal(fetcher, url))


async def test_a_password_goes_to_the_site_that_it_was_meant_for_and_no_other(fetcher: Fetcher) -> None:
    asked: list[tuple[str, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((f"{request.url.host}{request.path}", request.headers.get("Authorization")))
        there = {"/first": "/second", "/second": f"http://eve:pass@localhost:{request.url.port}/third"}
        location = there.get(request.path)
        return web.Response(status=301, headers={"Location": location}) if location else web.Response(text="hello")

    runner, address = await serve(web.get("/{path:.*}", answer))
    found = await fetcher.get(address.replace("://", "://bob:secret@") + "/first")
    await runner.cleanup()
    password = "Basic " + b64encode(b"bob:secret").decode()
    assert asked == [("127.0.0.1/first", password), ("127.0.0.1/second", password), ("localhost/third", None)]
    assert isinstance(found, Fetched)
    assert found.permanent_url is None
    assert "@" not in found.url


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "answers 400"),
        (403, "refuses"),
        (404, "nothing at this address"),
        (410, "gone for good"),
        (429, "too often"),
        (500, "error of its own"),
        (503, "overloaded"),
        (304, "answers 304"),
    ],
)
async def test_each_refusal_has_its_sentence(site: Site, fetcher: Fetcher, status: int, words: str) -> None:
    assert words in str(await refusal(fetcher, site.put("/rss", status=status)))


@pytest.mark.parametrize(("status", "is_gone"), [(404, True), (410, True), (403, False), (500, False)])
async def test_nothing_there_is_told_from_other_refusals(
    site: Site, fetcher: Fetcher, *, status: int, is_gone: bool
) -> None:
    error = await refusal(fetcher, site.put("/rss", status=status))
    assert (isinstance(error, GoneError) and error.status == status) is is_gone


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Mon, 02 Mar 2026 06:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 05:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, float("inf")),
    ],
)
async def test_the_wait_a_server_asks_for_is_told(
    site: Site, fetcher: Fetcher, value: str, seconds: float | None
) -> None:
    headers = {"Retry-After": value, "Date": "Mon, 02 Mar 2026 06:00:00 GMT"}
    error = await refusal(fetcher, site.put("/rss", status=503, headers=headers))
    assert error.retry_after == seconds


async def test_a_ring_of_redirects_ends(site: Site, fetcher: Fetcher) -> None:
    site.put("/back", status=301, headers={"Location": "/ring"})
    url = site.put("/ring", status=302, headers={"Location": "/back"})
    assert "in a circle" in str(await refusal(fetcher, url))
    assert site.asked == ["/ring", "/back"]


@pytest.mark.parametrize("hops", [5, 6])
async def test_no_more_than_five_redirects_are_followed(site: Site, fetcher: Fetcher, hops: int) -> None:
    end = site.put(f"/{hops}", "hello")
    for hop in range(hops):
        site.put(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"})
    if hops > 5:
        assert "redirects more than 5 times" in str(await refusal(fetcher, site.address + "/0"))
    else:
        found = await fetcher.get(site.address + "/0")
        assert isinstance(found, Fetched)
        assert found.url == end


async def test_a_server_that_takes_no_connections_is_left_in_time() -> None:
    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        # Its queue is full: further connections are neither taken nor refused.
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        async with opened(patience=Patience(connect=0.2)) as fetcher:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            assert "could not be reached within 0.2 s" in str(await refusal(fetcher, url))


async def test_a_server_that_never_begins_to_answer_is_left_in_time(site: Site) -> None:
    url = site.put("/rss", "hello", gate=asyncio.Event())
    async with opened(patience=Patience(silence=0.2)) as fetcher:
        assert "did not begin to answer within 0.2 s" in str(await refusal(fetcher, url))


async def test_a_server_that_stops_in_the_middle_is_left_in_time() -> None:
    async with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>", pause=1) as url,
        opened(patience=Patience(silence=0.2)) as fetcher,
    ):
        assert "stopped in the middle of its answer for 0.2 s" in str(await refusal(fetcher, url))


async def test_a_server_that_answers_drop_by_drop_is_left_in_time(fetcher: Fetcher) -> None:
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", *[b"<"] * 20]
    async with answering(*drops, pause=0.05) as url:
        assert "0.3 s for the whole document" in str(await refusal(fetcher, url, timeout=0.3))


async def test_a_host_gets_two_connections_at_once_and_holds_up_no_other(site: Site, fetcher: Fetcher) -> None:
    gate = asyncio.Event()
    slow, quick = site.put("/slow", "hello", gate=gate), site.put("/quick", "hello")
    async with asyncio.TaskGroup() as group:
        polls = [group.create_task(fetcher.get(slow)) for _ in range(5)]
        await fetcher.get(quick.replace("127.0.0.1", "localhost"))
        waiting = site.asked.count("/slow")
        gate.set()
    assert waiting == 2
    assert all(isinstance(poll.result(), Fetched) for poll in polls)


async def test_the_wait_for_a_place_at_a_host_takes_nothing_of_the_time_for_a_request(fetcher: Fetcher) -> None:
    reply = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
    async with answering(b"", reply, pause=0.3) as url:
        found = await asyncio.gather(*(fetcher.get(url, timeout=0.5) for _ in range(6)))
    assert all(isinstance(each, Fetched) for each in found)


async def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(fetcher: Fetcher) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert "broke off" in str(await refusal(fetcher, f"http://127.0.0.1:{port}/"))


async def test_what_does_not_speak_http_is_said_in_a_sentence(fetcher: Fetcher) -> None:
    async def mumble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(mumble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert "cannot be read" in str(await refusal(fetcher, f"http://127.0.0.1:{port}/"))


async def test_a_closed_port_is_said_in_a_sentence(fetcher: Fetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert "127.0.0.1 cannot be reached" in str(await refusal(fetcher, url))


@pytest.mark.parametrize("url", ["", "news", "ftp://news.example/", "file:///etc/hostname", "http://[::1", "https://"])
async def test_what_is_no_address_of_the_web_is_said_in_a_sentence(fetcher: Fetcher, url: str) -> None:
    assert "not an address of the web" in str(await refusal(fetcher, url))


async def test_a_name_that_no_server_has_is_said_in_a_sentence(fetcher: Fetcher) -> None:
    assert "no server named" in str(await refusal(fetcher, "http://nowhere.invalid/"))


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1", "ALLOW_PRIVATE_SOURCES"),
        ("localhost", "ALLOW_PRIVATE_SOURCES"),
        ("[::ffff:127.0.0.1]", "ALLOW_PRIVATE_SOURCES"),
        ("0x7f.1", "ALLOW_PRIVATE_SOURCES"),
        ("127.1", "not an address of the web"),
        ("2130706433", "not an address of the web"),
    ],
)
async def test_a_private_address_is_refused_in_every_disguise(site: Site, host: str, words: str) -> None:
    port = site.put("/rss", "secret").rpartition(":")[2]
    fetcher = Fetcher(allow_private=False)
    error = await refusal(fetcher, f"http://{host}:{port}")
    await fetcher.close()
    assert words in str(error)
    assert site.asked == []


class Resolver(AbstractResolver):
    """A DNS that leads every name to the same addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_public_name_is_judged_by_the_address_that_it_leads_to(site: Site, *, allowed: bool) -> None:
    url = site.put("/rss", "hello").replace("127.0.0.1", "news.example")
    async with opened(allow_private=allowed, resolver=Resolver("127.0.0.1")) as fetcher:
        if allowed:
            assert isinstance(await fetcher.get(url), Fetched)
        else:
            assert "ALLOW_PRIVATE_SOURCES" in str(await refusal(fetcher, url))
    assert site.asked == (["/rss"] if allowed else [])


@pytest.fixture
async def outside(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A site at an address that passes for public."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.2")
    opened = Site()
    runner, opened.address = await serve(web.get("/{path:.*}", opened.answer), host="127.0.0.2")
    yield opened
    await runner.cleanup()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_from_outside_to_a_private_address_is_refused(outside: Site, site: Site, status: int) -> None:
    site.put("/secret", "secret")
    url = outside.put("/rss", status=status, headers={"Location": f"{site.address}/secret"})
    async with opened(allow_private=False) as fetcher:
        assert "ALLOW_PRIVATE_SOURCES" in str(await refusal(fetcher, url))
    assert (outside.asked, site.asked) == (["/rss"], [])


async def test_a_name_that_leads_inside_after_it_led_outside_is_refused_when_it_is_contacted(
    outside: Site, site: Site
) -> None:
    """DNS rebinding: the first name is asked for and found public, then its address changes."""
    resolver = Resolver("127.0.0.2")
    site.put("/secret", "secret")
    url = outside.put("/rss", "hello").replace("127.0.0.2", "news.example")
    async with opened(allow_private=False, resolver=resolver) as fetcher:
        assert isinstance(await fetcher.get(url), Fetched)
        resolver.addresses = ("127.0.0.1",)
        # Another name of the same zone, since what was found is remembered for some minutes.
        assert "ALLOW_PRIVATE_SOURCES" in str(await refusal(fetcher, url.replace("news.", "www.")))
    assert (outside.asked, site.asked) == (["/rss"], [])


async def test_of_a_name_with_several_addresses_only_the_public_one_is_contacted(outside: Site) -> None:
    url = outside.put("/rss", "hello").replace("127.0.0.2", "news.example")
    async with opened(allow_private=False, resolver=Resolver("127.0.0.1", "127.0.0.2")) as fetcher:
        found = await fetcher.get(url)
    assert isinstance(found, Fetched)
    assert (found.body, outside.asked) == (b"hello", ["/rss"])


async def test_a_proxy_of_the_environment_is_not_used(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert isinstance(await fetcher.get(site.put("/rss", "hello")), Fetched)


async def test_the_program_says_its_name(fetcher: Fetcher) -> None:
    names: list[str] = []

    async def note(request: web.Request) -> web.Response:
        names.append(request.headers["User-Agent"])
        return web.Response()

    runner, address = await serve(web.get("/", note))
    await fetcher.get(address)
    await runner.cleanup()
    assert names[0].startswith("Rubrika")
