"""What the bytes of a site may be like, through the whole poll.

Each test polls several sources at once, one a variety: the article in the store has the right words, or the source has a
sentence that says what is wrong.
"""

import asyncio
import gzip
import hashlib
import socket
import sys
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta

import brotli
import pytest

from bot.clock import MovableClock
from bot.domain.source import Source
from bot.ingest.fetch import Fetcher, Patience
from bot.ingest.unpack import MAX_BODY
from bot.store.database import Database
from tests.ingest.conftest import Ingest, Page, Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EMPTY = "<rss version='2.0'><channel><title>t</title></channel></rss>"
# One a variety, since the same text in two sources is one article.
NEWS = (
    ("Азербайджан и Перу провели переговоры", "Стороны обсудили торговлю и решили встретиться снова."),
    ("Бакинский порт принял первый паром", "Судно пришло из Актау с пассажирами и грузовиками."),
    ("Сборная вышла в четвертьфинал", "Единственный мяч забил вратарь на последней минуте."),
    ("Цены на нефть выросли за ночь", "Трейдеры ждут решения стран, которые сократили добычу."),
    ("В горах выпал первый снег", "Дороги на перевалах закрыли до выходных."),
    ("Театр открыл новый сезон оперой", "Дирижёра встретили стоя, билеты кончились за час."),
    ("Учёные нашли древний город", "Возраст стен оценивают в четыре тысячи лет."),
    ("Школьники победили на олимпиаде", "Золото по математике привезли трое, серебро пятеро."),
    ("Суд отложил слушания о наследстве", "Адвокат просит вызвать ещё двух свидетелей."),
    ("Железная дорога меняет расписание", "Ночной поезд до Тбилиси пойдёт через Гянджу."),
    ("Врачи предупредили об эпидемии гриппа", "Прививки делают бесплатно в каждой поликлинике."),
    ("Фермеры собрали рекордный урожай", "Хлопка с гектара стало больше на треть."),
    ("Космонавты вернулись с орбиты", "Капсула села в степи раньше назначенного срока."),
    ("Музей получил картину в подарок", "Полотно двадцать лет висело в частном доме."),
)


def rss(news: int, *, title: str = "", lead: str = "", declaration: str = "") -> str:
    """A feed with one article, that has a picture and a body, so that its page need not be read."""
    title, lead = title or NEWS[news][0], lead or NEWS[news][1]
    item = (
        f"<item><title>{title}</title><link>/{news}/</link><guid>{news}</guid><description>{lead}</description>"
        f"<content:encoded>{NEWS[news][1]} {NEWS[news][0]}.</content:encoded>"
        "<enclosure url='/1.jpg' type='image/jpeg'/></item>"
    )
    namespace = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return f"{declaration}<rss version='2.0' {namespace}><channel><title>Т</title>{item}</channel></rss>"


def declared(news: int, encoding: str) -> str:
    return rss(news, declaration=f"<?xml version='1.0' encoding='{encoding}'?>")


def twice(text: str, page: str) -> bytes:
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in text.encode()).encode()


class Varieties:
    """One source a variety, each with a first import behind it that found nothing."""

    def __init__(self, site: Site, ingest: Ingest) -> None:
        self.site = site
        self.ingest = ingest

    async def poll(self, pages: Mapping[str, Page]) -> dict[str, Source]:
        """The sources after a poll that found these pages."""
        for name in pages:
            await self.ingest.declare(self.site.put(_path(name), EMPTY))
        await self.ingest.poll()
        for name, page in pages.items():
            self.site.pages[_path(name)] = page
        await self.ingest.poll()
        found = {source.spec.url.removeprefix(self.site.address): source for source in await self.ingest.sources()}
        return {name: found[_path(name)] for name in pages}

    async def words(self, pages: Mapping[str, Page]) -> dict[str, tuple[str, str]]:
        sources = await self.poll(pages)
        names = {source.id: name for name, source in sources.items()}
        return {
            names[article.source_id]: (article.title, article.lead)
            for article in await self.ingest.articles()
            if article.source_id in names
        }

    async def sentences(self, pages: Mapping[str, Page]) -> dict[str, str]:
        sources = await self.poll(pages)
        assert await self.ingest.articles() == []
        return {name: source.last_error or "" for name, source in sources.items()}


def _path(name: str) -> str:
    return "/" + name.replace(" ", "-")


@pytest.fixture
def varieties(site: Site, ingest: Ingest) -> Varieties:
    return Varieties(site, ingest)


def right(*names: str) -> dict[str, tuple[str, str]]:
    return {name: NEWS[news] for news, name in enumerate(names)}


async def test_the_encoding_is_found_whoever_tells_it_or_lies_about_it(varieties: Varieties) -> None:
    pages = {
        "the header": (rss(0).encode("cp1251"), "text/xml; charset=windows-1251"),
        "the declaration": (declared(1, "windows-1251").encode("cp1251"), "text/xml"),
        "the declaration of koi8-r": (declared(2, "koi8-r").encode("koi8-r"), "text/xml"),
        "the mark of utf-8": (b"\xef\xbb\xbf" + rss(3).encode(), "text/xml"),
        "the mark of utf-16": (declared(4, "utf-16").encode("utf-16"), "text/xml"),
        "the zero bytes of utf-16": (rss(5).encode("utf-16-le"), "text/xml"),
        "the letters of windows-1251": (rss(6).encode("cp1251"), "text/xml"),
        "the letters of koi8-r": (rss(7).encode("koi8-r"), "text/xml"),
        "the letters of iso-8859-5": (rss(8).encode("iso8859-5"), "text/xml"),
        "windows-1251 called utf-8": (declared(9, "utf-8").encode("cp1251"), "text/xml; charset=utf-8"),
        "utf-8 called windows-1251": (declared(10, "windows-1251").encode(), "text/xml"),
        "koi8-r called windows-1251": (declared(11, "windows-1251").encode("koi8-r"), "text/xml"),
        "windows-1251 called iso-8859-1": (rss(12).encode("cp1251"), "text/xml; charset=iso-8859-1"),
        "utf-8 encoded twice": (twice(rss(13), "cp1251"), "text/xml; charset=utf-8"),
    }
    found = await varieties.words({name: Page(body=body, content_type=of) for name, (body, of) in pages.items()})
    assert found == right(*pages)


async def test_the_encoding_of_an_articles_page_is_found_by_its_meta_element(varieties: Varieties) -> None:
    title, lead = NEWS[0]
    page = f"<html><head><meta charset='windows-1251'></head><article><h1>{title}</h1><p>{lead}</p></article></html>"
    varieties.site.put("/0/", page.encode("cp1251"), content_type="text/html")
    feed = f"<rss><channel><item><title>{title}</title><link>/0/</link></item></channel></rss>"
    await varieties.poll({"feed": Page(body=feed.encode())})
    (article,) = await varieties.ingest.articles()
    assert lead in (article.lead, article.body)


async def test_each_item_of_a_feed_with_two_encodings_has_its_words(varieties: Varieties) -> None:
    def item(news: int) -> str:
        return rss(news).partition("<item>")[2].partition("</item>")[0]

    before, _, after = rss(0).partition(item(0))
    items = [item(0).encode(), item(1).encode("cp1251"), item(2).encode()]
    body = before.encode() + b"</item><item>".join(items) + after.encode()
    await varieties.poll({"mixed": Page(body=body, content_type="text/xml; charset=utf-8")})
    assert {(article.title, article.lead) for article in await varieties.ingest.articles()} == {*NEWS[:3]}


async def test_a_broken_document_is_read_as_a_browser_would(varieties: Varieties) -> None:
    bodies = {
        "a bare ampersand and less-than sign": rss(0, lead="R&D и Q&A: A < B").encode(),
        "entities of HTML": rss(1, lead="До&nbsp;встречи&hellip;").encode(),
        "control characters": rss(2, lead="Звонок\x07 и \x0bтаб").encode(),
        "elements never closed": rss(3, lead="<b>Жирный и <i>курсив").encode(),
        "bad bytes": rss(4, lead="Лид").encode().replace("Лид".encode(), "Лид".encode() + b"\xff\xd0"),
        "a late declaration": b"\n\n<!-- cache -->" + declared(5, "utf-8").encode(),
    }
    found = await varieties.words({name: Page(body=body) for name, body in bodies.items()})
    assert {name: title for name, (title, _) in found.items()} == {
        name: title for name, (title, _) in right(*bodies).items()
    }
    assert found["a bare ampersand and less-than sign"][1].startswith("R&D и Q&A")
    assert found["entities of HTML"][1] == "До встречи…"


async def test_a_packed_document_is_unpacked_whatever_its_label_says(varieties: Varieties) -> None:
    bodies = {
        "gzip": (gzip.compress(rss(0).encode()), "gzip"),
        "deflate": (zlib.compress(rss(1).encode()), "deflate"),
        "deflate without its header": (gzip.compress(rss(2).encode())[10:-8], "deflate"),
        "br": (brotli.compress(rss(3).encode()), "br"),
        "zstd": (zstd.compress(rss(4).encode()), "zstd"),
        "gzip without a label": (gzip.compress(rss(5).encode()), ""),
        "gzip on the label only": (rss(6).encode(), "gzip"),
        "gzip in gzip in windows-1251": (gzip.compress(gzip.compress(rss(7).encode("cp1251"))), "gzip"),
    }
    pages = {
        name: Page(body=body, headers={"Content-Encoding": label} if label else {})
        for name, (body, label) in bodies.items()
    }
    assert await varieties.words(pages) == right(*pages)


async def test_a_bomb_is_refused_whatever_it_is_packed_in(varieties: Varieties) -> None:
    flood = bytes(MAX_BODY + 1)
    bombs = {
        "gzip": (gzip.compress(flood), "gzip"),
        "br": (brotli.compress(flood, quality=3), "br"),
        "zstd": (zstd.compress(flood), "zstd"),
        "gzip in gzip": (gzip.compress(gzip.compress(flood)), "gzip"),
    }
    assert max(len(bomb) for bomb, _ in bombs.values()) < 50_000
    found = await varieties.sentences(
        {name: Page(body=bomb, headers={"Content-Encoding": label}) for name, (bomb, label) in bombs.items()}
    )
    assert {name: "more than 16 MB" in sentence for name, sentence in found.items()} == dict.fromkeys(bombs, True)


async def test_entities_are_neither_a_bomb_nor_a_way_to_files_and_other_servers(varieties: Varieties) -> None:
    varieties.site.put("/secret", "secret")
    tenfold = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    file, page = f'SYSTEM "file://{__file__}"', f'SYSTEM "{varieties.site.address}/secret"'
    bodies = {
        "a bomb": rss(0, title="&e9;", declaration=f'<!DOCTYPE rss [<!ENTITY e0 "ха">{tenfold}]>'),
        "a file": rss(1, title="Файл &x;", declaration=f"<!DOCTYPE rss [<!ENTITY x {file}>]>"),
        "another page": rss(2, title="Страница &x;", declaration=f"<!DOCTYPE rss [<!ENTITY x {page}>]>"),
        "a parameter": rss(3, declaration=f"<!DOCTYPE rss [<!ENTITY % x {page}> %x;]>"),
        "a document type elsewhere": rss(4, declaration=f"<!DOCTYPE rss {page}>"),
    }
    found = await varieties.words({name: Page(body=body.encode()) for name, body in bodies.items()})
    assert max((len(title) for title, _ in found.values()), default=0) < 100
    assert "secret" not in str(found)
    assert "/secret" not in varieties.site.asked


async def test_a_redirect_is_followed_to_the_document_and_a_circle_is_not(varieties: Varieties) -> None:
    varieties.site.put("/there", rss(0))
    pages = {
        "elsewhere": Page(status=302, headers={"Location": "/there"}),
        "circle": Page(status=302, headers={"Location": "/circle"}),
        "out of the web": Page(status=302, headers={"Location": "file:///etc/hostname"}),
    }
    assert await varieties.words(pages) == {"elsewhere": NEWS[0]}
    sources = {source.spec.url.rpartition("/")[2]: source for source in await varieties.ingest.sources()}
    assert "in a circle" in (sources["circle"].last_error or "")
    assert "not an address of the web" in (sources["out-of-the-web"].last_error or "")


async def test_a_document_that_did_not_change_is_not_read_again(varieties: Varieties) -> None:
    await varieties.poll({"feed": Page(body=rss(0).encode(), headers={"ETag": '"1"'})})
    # Under the same ETag the site answers 304, whatever it holds.
    varieties.site.put("/feed", rss(1), headers={"ETag": '"1"'})
    await varieties.ingest.poll()
    assert await varieties.ingest.titles() == [NEWS[0][0]]
    source = await varieties.ingest.source()
    assert source.validators.body_hash == hashlib.sha256(rss(0).encode()).hexdigest()
    assert source.failures == 0


async def test_a_refusal_is_said_in_a_sentence(varieties: Varieties) -> None:
    found = await varieties.sentences({str(status): Page(status=status) for status in (403, 404, 410, 500)})
    words = {"403": "refuses", "404": "nothing at this address", "410": "gone for good", "500": "error of its own"}
    assert {status: words[status] in sentence for status, sentence in found.items()} == dict.fromkeys(words, True)


@pytest.mark.parametrize("status", [429, 503])
async def test_the_wait_that_a_server_asks_for_is_kept(varieties: Varieties, clock: MovableClock, status: int) -> None:
    asked = {
        "900": 900, "Mon, 02 Mar 2026 06:16:00 GMT": 960, "999999999": 86400, "soon": 60, "-5": 60, "": 60,
    }  # fmt: skip
    now = clock.now() + timedelta(seconds=60)
    date = {"Date": "Mon, 02 Mar 2026 06:00:00 GMT"}
    sources = await varieties.poll({wait: Page(status=status, headers=date | {"Retry-After": wait}) for wait in asked})
    assert {wait: (source.next_poll_at - now).total_seconds() for wait, source in sources.items()} == asked


@pytest.fixture
async def impatient(database: Database, clock: MovableClock) -> AsyncIterator[Ingest]:
    fetcher = Fetcher(allow_private=True, patience=Patience(connect=0.2, silence=0.3, whole=0.6))
    yield Ingest(database, fetcher, clock)
    await fetcher.close()


async def test_a_server_is_left_when_it_takes_too_long_to_connect_to_begin_or_to_end(
    site: Site, impatient: Ingest
) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
        # Until the other side has enough of it.
        while not reader.at_eof():
            writer.write(b"<")
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.1)
        writer.close()

    slow = await asyncio.start_server(drip, "0.0.0.0", 0)  # noqa: S104, under other names too
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # Its queue is full: further connections are neither taken nor refused.
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        ports = [full.getsockname()[1], slow.sockets[0].getsockname()[1]]
        urls = [f"http://127.0.0.1:{port}/" for port in ports]
        silent = site.put("/silent", rss(0), gate=asyncio.Event())
        # Other names for the same host, so that none waits for another's place.
        urls = [urls[0], urls[1].replace("127.0.0.1", "127.0.0.2"), silent.replace("127.0.0.1", "localhost")]
        await impatient.declare(*urls)
        await impatient.poll()
    slow.close()
    sentences = {source.spec.url: source.last_error or "" for source in await impatient.sources()}
    assert "could not be reached within 0.2 s" in sentences[urls[0]]
    assert "0.6 s for the whole document" in sentences[urls[1]]
    assert "did not begin to answer within 0.3 s" in sentences[urls[2]]


async def test_a_private_address_is_refused_with_a_sentence(
    site: Site, database: Database, clock: MovableClock
) -> None:
    fetcher = Fetcher(allow_private=False)
    guarded = Ingest(database, fetcher, clock)
    await guarded.declare(site.put("/feed", rss(0)))
    await guarded.poll()
    assert "ALLOW_PRIVATE_SOURCES" in ((await guarded.source()).last_error or "")
    assert (await guarded.articles(), site.asked) == ([], [])
    await fetcher.close()


@pytest.mark.parametrize(
    ("statuses", "moves"),
    [([301], True), ([308], True), ([301, 308], True), ([302], False), ([307], False), ([301, 302], False)],
)
async def test_the_stored_address_moves_when_each_redirect_was_permanent(
    varieties: Varieties, *, statuses: list[int], moves: bool
) -> None:
    site = varieties.site
    end = site.put(f"/{len(statuses)}", rss(0))
    for hop, status in list(enumerate(statuses))[1:]:
        site.put(f"/{hop}", status=status, headers={"Location": f"/{hop + 1}"})
    source = (await varieties.poll({"0": Page(status=statuses[0], headers={"Location": "/1"})}))["0"]
    assert source.address == (end if moves else None)
    site.asked.clear()
    await varieties.ingest.poll()
    assert site.asked[0] == (f"/{len(statuses)}" if moves else "/0")


async def test_an_address_does_not_move_to_what_is_no_document_of_a_source(varieties: Varieties) -> None:
    varieties.site.put("/front", "<html><p>This domain is for sale.</p></html>", content_type="text/html")
    source = (await varieties.poll({"feed": Page(status=301, headers={"Location": "/front"})}))["feed"]
    assert source.address is None
    assert source.last_error


async def test_a_document_that_its_server_calls_fresh_is_asked_for_later_but_not_much(
    varieties: Varieties, clock: MovableClock
) -> None:
    date = {"Date": "Mon, 02 Mar 2026 06:00:00 GMT"}
    asked = {
        "max-age": ({"Cache-Control": "max-age=300"}, 300),
        "a day": ({"Cache-Control": "max-age=86400"}, 900),
        "no-cache": ({"Cache-Control": "no-cache"}, 60),
        "no age": ({"Cache-Control": "max-age=0"}, 60),
        "Expires": (date | {"Expires": "Mon, 02 Mar 2026 06:06:40 GMT"}, 400),
        "expired": (date | {"Expires": "Mon, 02 Mar 2026 05:00:00 GMT"}, 60),
    }
    now = clock.now() + timedelta(seconds=60)
    pages = {
        name: Page(body=rss(news).encode(), headers=headers) for news, (name, (headers, _)) in enumerate(asked.items())
    }
    sources = await varieties.poll(pages)
    assert {name: (source.next_poll_at - now).total_seconds() for name, source in sources.items()} == {
        name: wait for name, (_, wait) in asked.items()
    }


async def test_the_pause_that_a_feed_asks_for_is_kept_and_holds_while_it_does_not_change(
    varieties: Varieties, clock: MovableClock
) -> None:
    now = clock.now() + timedelta(seconds=60)
    pages = {
        f"{minutes} minutes": Page(
            body=rss(news).replace("<item>", f"<ttl>{minutes}</ttl><item>").encode(), headers={"ETag": '"1"'}
        )
        for news, minutes in enumerate((5, 0, 1440))
    }
    found = await varieties.poll(pages)
    waits = {name: (source.next_poll_at - now).total_seconds() for name, source in found.items()}
    assert waits == {"5 minutes": 300, "0 minutes": 60, "1440 minutes": 900}
    clock.advance(900)
    now = clock.now()
    await varieties.ingest.poll()
    again = {_path(name): wait for name, wait in waits.items()}
    assert {
        source.spec.url.removeprefix(varieties.site.address): (source.next_poll_at - now).total_seconds()
        for source in await varieties.ingest.sources()
    } == again
