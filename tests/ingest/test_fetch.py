import asyncio
import gzip
import socket
import zlib

import pytest
from aiohttp import web

from bot.domain.errors import SourceError
from bot.domain.source import Validators
from bot.ingest.fetch import MAX_BODY, Fetched, Fetcher, NotModified
from tests.ingest.conftest import Site, serve


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
        validators=Validators(etag='"1"', last_modified=modified),
    )


async def test_a_document_that_did_not_change_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/rss", "hello", headers={"ETag": '"1"'})
    assert await fetcher.get(url, Validators(etag='"1"')) == NotModified(validators=Validators(etag='"1"'))


async def test_a_validator_that_could_not_be_sent_back_is_not_kept(site: Site, fetcher: Fetcher) -> None:
    found = await fetcher.get(site.put("/rss", "hello", headers={"ETag": '"é"'}))
    assert isinstance(found, Fetched)
    assert found.validators == Validators()


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_document_is_unpacked(site: Site, fetcher: Fetcher, encoding: str) -> None:
    packed = gzip.compress(b"hello") if encoding == "gzip" else zlib.compress(b"hello")
    found = await fetcher.get(site.put("/rss", packed, headers={"Content-Encoding": encoding}))
    assert isinstance(found, Fetched)
    assert found.body == b"hello"


async def test_a_small_parcel_that_unpacks_to_a_flood_is_refused(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"0" * (MAX_BODY + 1))
    assert len(packed) < 50_000
    url = site.put("/rss", packed, headers={"Content-Encoding": "gzip"})
    assert "more than 16 MB" in str(await refusal(fetcher, url, timeout=30))


async def test_a_redirect_is_followed_and_its_end_told(site: Site, fetcher: Fetcher) -> None:
    end = site.put("/new", "hello")
    found = await fetcher.get(site.put("/old", status=301, headers={"Location": "/new"}))
    assert isinstance(found, Fetched)
    assert found.url == end


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


async def test_a_server_that_never_answers_is_left_in_time(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/rss", "hello", gate=asyncio.Event())
    assert "did not answer in time" in str(await refusal(fetcher, url, timeout=0.2))


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


async def test_the_program_says_its_name(fetcher: Fetcher) -> None:
    names: list[str] = []

    async def note(request: web.Request) -> web.Response:
        names.append(request.headers["User-Agent"])
        return web.Response()

    runner, address = await serve(web.get("/", note))
    await fetcher.get(address)
    await runner.cleanup()
    assert names[0].startswith("Rubrika")
