import asyncio
import gzip
import json
import re
import struct
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import aiohttp
import feedparser
import pytest
from aiohttp import web
from selectolax.lexbor import LexborHTMLParser

from bot.clock import MovableClock
from bot.sandbox.news_feeds import FeedFault
from bot.sandbox.news_site import NewsSite
from bot.sandbox.samples import SAMPLES

SAVED_PAGE = Path(__file__).parents[1] / "data" / "report-article.txt"
MORNING = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # 10:30 in Baku


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    session: aiohttp.ClientSession
    origin: str

    async def get(self, path: str, **headers: str) -> Reply:
        url = path if path.startswith("http") else f"{self.origin}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(url, headers=named) as response:
            return Reply(status=response.status, body=await response.read(), headers=response.headers)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING, frozen=True)


@pytest.fixture
def site(clock: MovableClock) -> NewsSite:
    return NewsSite(clock)


@pytest.fixture
async def reader(site: NewsSite) -> AsyncIterator[Reader]:
    app = web.Application()
    app.add_routes(site.routes())
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    host, port = runner.addresses[0][:2]
    site.address = f"http://{host}:{port}"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield Reader(session=session, origin=site.address)
    await runner.cleanup()


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text(strip=True) for node in page.css(selector)]


async def test_an_article_appears_in_the_feed_of_its_language_only(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт", "Порт открыли утром.", rubric="Бизнес", language="ru")

    russian = feedparser.parse((await reader.get("/news/ru/rss/")).body)
    english = feedparser.parse((await reader.get("/news/en/rss/")).body)

    (entry,) = russian.entries
    assert (entry.title, entry.link, entry.id) == ("Порт открыт", url, url)
    assert entry.summary == "Порт открыли утром."
    assert entry.tags[0].term == "Бизнес"
    assert entry.published == "Mon, 02 Mar 2026 10:30:00 +0400"
    assert english.entries == []


async def test_the_section_and_the_slug_are_the_rubric_and_the_title_transliterated(site: NewsSite) -> None:
    russian = site.publish("Щедрый август", rubric="Внешняя политика")
    azerbaijani = site.publish("Ələtdə yeni iş", rubric="İKT", language="az")

    assert russian.endswith("/news/ru/vneshnyaya-politika/shchedryy-avgust/")
    assert azerbaijani.endswith("/news/az/ikt/eletde-yeni-is/")


async def test_two_articles_of_one_title_get_two_addresses(site: NewsSite) -> None:
    first, second = (site.publish("Курс валют", rubric="Бизнес") for _ in range(2))

    assert first != second


async def test_a_title_without_letters_still_gets_an_address(site: NewsSite, reader: Reader) -> None:
    url = site.publish("🎉🎉🎉", language="en")

    assert url.endswith("/news/en/news/article/")
    assert (await reader.get(url)).status == 200


async def test_a_language_the_site_is_not_written_in_is_refused(site: NewsSite) -> None:
    with pytest.raises(ValueError, match="ru, az, en"):
        site.publish("Titel", language="de")


async def test_the_article_page_shows_what_was_published(site: NewsSite, reader: Reader) -> None:
    url = site.publish(
        "Порт открыт",
        "Порт открыли утром.",
        "Первым пришёл паром.\n\nВечером ждут второй.",
        rubric="Бизнес",
        author="Olga",
    )

    page = (await reader.get(url)).page

    assert texts(page, "h1.news-title") == ["Порт открыт"]
    assert texts(page, "div.editor-body p") == ["Порт открыли утром.", "Первым пришёл паром.", "Вечером ждут второй."]
    assert texts(page, ".news-category") == ["Бизнес"]
    assert texts(page, ".news-date li") == ["02 марта, 2026", "10:30"]
    assert texts(page, ".byline") == ["Olga"]
    assert len(page.css("div.news-cover div.image img")) == 1


async def test_each_language_writes_its_dates_its_own_way(site: NewsSite, reader: Reader) -> None:
    dates = []
    for language in ("ru", "az", "en"):
        url = site.publish("Title", language=language, at=datetime(2025, 9, 4, 5, 32, tzinfo=UTC))
        dates.append(texts((await reader.get(url)).page, ".news-date li"))

    assert dates == [["04 сентября, 2025", "09:32"], ["4 sentyabr, 2025", "09:32"], ["4 September, 2025", "09:32"]]


async def test_machines_find_the_article_in_json_ld_and_opengraph(site: NewsSite, reader: Reader) -> None:
    title = 'A </script> & "B" < C 🎉'
    url = site.publish(title, "Lead.", rubric="Business", language="en")

    page = (await reader.get(url)).page

    script = page.css_first('script[type="application/ld+json"]')
    assert script is not None
    data = json.loads(script.text())
    assert (data["@type"], data["headline"], data["articleSection"]) == ("NewsArticle", title, "Business")
    assert data["datePublished"] == "2026-03-02T10:30:00+04:00"
    assert data["image"][0].startswith(f"{reader.origin}/news/photo/")
    named = {node.attributes["property"]: node.attributes["content"] for node in page.css("meta[property]")}
    assert named["og:title"] == title
    assert named["og:url"] == url


async def test_awkward_titles_reach_the_feeds_whole(site: NewsSite, reader: Reader) -> None:
    title = '5 < 7 & "кавычки" <b>жир</b> 🌧️' + "ы" * 10_000
    site.publish(title, language="ru")

    for feed in ("rss", "atom"):
        document = ET.fromstring((await reader.get(f"/news/ru/{feed}/")).body)  # noqa: S314 - our own server
        assert title in [node.text for node in document.iter()]


async def test_characters_that_xml_forbids_never_break_the_feed(site: NewsSite, reader: Reader) -> None:
    site.publish("Один\x00 два\x0b", language="ru")

    feed = feedparser.parse((await reader.get("/news/ru/rss/")).body)

    assert not feed.bozo
    assert feed.entries[0].title == "Один два"


async def test_the_atom_feed_tells_when_an_article_was_corrected(
    site: NewsSite, reader: Reader, clock: MovableClock
) -> None:
    url = site.publish("Draft", language="en", guid="tag:sandbox,2026:1")
    clock.advance(60)
    site.correct(url, title="Final")

    (entry,) = feedparser.parse((await reader.get("/news/en/atom/")).body).entries

    assert (entry.title, entry.id, entry.link) == ("Final", "tag:sandbox,2026:1", url)
    assert (entry.published, entry.updated) == ("2026-03-02T10:30:00+04:00", "2026-03-02T10:31:00+04:00")


async def test_a_reader_with_the_newest_copy_gets_304(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт", rubric="Бизнес")
    for path in ("/news/ru/rss/", "/news/ru/atom/", "/news/sitemap.xml", "/news/ru/news-feed/", "/news/", url):
        first = await reader.get(path)

        by_tag = await reader.get(path, If_None_Match=first.headers["ETag"])
        by_time = await reader.get(path, If_Modified_Since=first.headers["Last-Modified"])

        assert (first.status, by_tag.status, by_time.status) == (200, 304, 304), path
        assert by_tag.body == b""


async def test_a_correction_changes_the_etag_and_keeps_the_address(
    site: NewsSite, reader: Reader, clock: MovableClock
) -> None:
    url = site.publish("Порт открыт", "Утром.", "Подробности.", rubric="Бизнес")
    before = await reader.get("/news/ru/rss/")
    clock.advance(5)

    site.correct(url, title="Порт закрыт", lead="Вечером.")

    after = await reader.get("/news/ru/rss/", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert feedparser.parse(after.body).entries[0].link == url
    assert texts((await reader.get(url)).page, "div.editor-body p") == ["Вечером.", "Подробности."]
    assert site.state()[0]["revision"] == 1


async def test_a_correction_of_the_body_leaves_the_lead(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт", "Утром.", "Подробности.")

    site.correct(url, body="Новые подробности.")

    assert texts((await reader.get(url)).page, "div.editor-body p") == ["Утром.", "Новые подробности."]


async def test_a_withdrawn_article_is_gone_and_its_address_is_not_given_again(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт")

    site.withdraw(url)

    assert (await reader.get(url)).status == 404
    assert site.state() == []
    assert site.publish("Порт открыт") != url


async def test_changing_what_is_not_there_is_an_error(site: NewsSite) -> None:
    with pytest.raises(LookupError):
        site.correct("http://127.0.0.1/news/ru/x/y/", title="?")


async def test_the_front_page_names_the_feeds(site: NewsSite, reader: Reader) -> None:
    site.publish("Порт открыт")

    everything = (await reader.get("/news/")).page.css('link[rel="alternate"]')
    russian = (await reader.get("/news/ru/")).page.css('link[rel="alternate"]')

    assert len(everything) == 6
    assert [link.attributes["href"] for link in russian] == [
        f"{reader.origin}/news/ru/rss/",
        f"{reader.origin}/news/ru/atom/",
    ]


async def test_the_latest_block_holds_the_nine_newest(site: NewsSite, reader: Reader, clock: MovableClock) -> None:
    for number in range(12):
        url = site.publish(f"Новость {number}", rubric="Футбол")
        clock.advance(60)

    page = (await reader.get(url)).page

    assert texts(page, ".latest li a") == [f"Новость {number}" for number in range(11, 2, -1)]
    assert texts(page, ".latest li time")[0] == "10:41"
    assert set(texts(page, ".latest li .rubric")) == {"Футбол"}


async def test_the_news_feed_answers_scripts_with_addresses(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт")

    listed = await reader.get("/news/ru/news-feed/")
    asked = await reader.get("/news/ru/news-feed/", X_Requested_With="XMLHttpRequest")

    assert texts(listed.page, "main a.title") == ["Порт открыт"]
    assert json.loads(asked.body) == {"posts": [{"url": url.removeprefix(reader.origin)}]}


async def test_a_section_lists_its_articles_and_only_those(site: NewsSite, reader: Reader) -> None:
    site.publish("Матч", rubric="Футбол")
    site.publish("Порт открыт", rubric="Бизнес")

    assert texts((await reader.get("/news/ru/futbol/")).page, "main a.title") == ["Матч"]
    assert (await reader.get("/news/ru/hokkey/")).status == 404


async def test_the_sitemap_lists_every_article(site: NewsSite, reader: Reader) -> None:
    urls = {site.publish("Title", language=language) for language in ("ru", "az", "en")}

    document = ET.fromstring((await reader.get("/news/sitemap.xml")).body)  # noqa: S314 - our own server

    assert {node.text for node in document.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")} == urls


async def test_the_index_of_sitemaps_names_a_packed_one_for_each_language(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт", language="ru")

    index = ET.fromstring((await reader.get("/news/sitemap-index.xml")).body)  # noqa: S314 - our own server

    parts = [node.text or "" for node in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert [part.removeprefix(reader.origin) for part in parts] == [
        f"/news/{language}/sitemap-news.xml.gz" for language in ("ru", "az", "en")
    ]
    assert url.encode() in gzip.decompress((await reader.get(parts[0])).body)


async def test_pictures_are_real_pngs_of_the_asked_width(site: NewsSite, reader: Reader) -> None:
    url = site.publish("Порт открыт")
    image = (await reader.get(url)).page.css_first("div.news-cover div.image img")
    assert image is not None
    source = image.attributes["src"]
    assert source is not None

    for width in (400, 490, 850):
        picture = await reader.get(re.sub(r"_\d+\.png", f"_{width}.png", source))
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.body.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", picture.body[16:24]) == (width, width * 9 // 16)
        data = picture.body.index(b"IDAT")
        (length,) = struct.unpack(">I", picture.body[data - 4 : data])
        pixels = zlib.decompress(picture.body[data + 4 : data + 4 + length])
        assert len(pixels) == (width * 3 + 1) * (width * 9 // 16)
    assert (await reader.get(re.sub(r"_\d+\.png", "_9999.png", source))).status == 404


async def test_ready_made_articles_come_in_three_languages_and_never_run_out(site: NewsSite, reader: Reader) -> None:
    urls = [site.publish_sample() for _ in range(len(SAMPLES) + 1)]

    assert len(set(urls)) == len(urls)
    assert [article["language"] for article in site.state()[::-1]][:3] == ["ru", "az", "en"]
    for url in urls:
        assert (await reader.get(url)).status == 200


def test_every_language_has_its_share_of_ready_made_articles() -> None:
    for language in ("ru", "az", "en"):
        own = [sample for sample in SAMPLES if sample.language == language]
        assert len(own) >= 8
        assert any("<" in sample.title and "&" in sample.title for sample in own)
        assert any('"' in sample.title for sample in own)
        assert len({sample.rubric for sample in own}) >= 8


async def test_a_saved_page_is_published_as_it_stood(site: NewsSite, reader: Reader) -> None:
    text = SAVED_PAGE.read_text(encoding="utf-8")

    url = site.load_page_text(text, block_date=date(2025, 12, 10))

    article = (await reader.get(url)).page
    assert url.endswith(
        "/news/ru/vneshnyaya-politika/azerbaydzhan-i-peru-proveli-pervyy-raund-mezhmidovskikh-politkonsultatsiy/"
    )
    assert texts(article, "h1.news-title") == ["Азербайджан и Перу провели первый раунд межмидовских политконсультаций"]
    assert texts(article, ".news-date li") == ["04 сентября, 2025", "09:32"]
    assert texts(article, ".news-category") == ["Внешняя политика"]
    paragraphs = texts(article, "div.editor-body p")
    assert len(paragraphs) == 8
    assert paragraphs[0].startswith("Азербайджан и Перу провели в Лиме")
    block = list(
        zip(
            texts(article, ".latest li time"),
            texts(article, ".latest li a"),
            texts(article, ".latest li .rubric"),
            strict=True,
        )
    )
    assert len(block) == 9
    assert block[0] == (
        "21:04",
        "Еврокомиссар Кубилюс: Новая Стратегия нацбезопасности США демонстрирует антагонизм к ЕС",
        "Другие страны",
    )
    assert block[-1] == ("19:44", "Президент Ильхам Алиев поблагодарил Дональда Трампа", "Внешняя политика")
    saved = [line.strip() for line in text.splitlines()]
    assert all(part in saved for line in block for part in line)
    feed = feedparser.parse((await reader.get("/news/ru/rss/")).body).entries
    assert len(feed) == 10
    assert feed[0].published == "Wed, 10 Dec 2025 21:04:00 +0400"
    assert feed[-1].published == "Thu, 04 Sep 2025 09:32:00 +0400"


async def test_times_before_midnight_in_a_block_belong_to_the_day_before(site: NewsSite) -> None:
    text = "Заголовок\nРубрика\n1 мая, 2025\n10:00\nТекст.\nПоследние новости\n00:05\nНочь\nР\n23:50\nВечер\nР\n"

    site.load_page_text(text, block_date=date(2025, 12, 10))

    published = {article["title"]: datetime.fromisoformat(article["published"]) for article in site.state()}
    assert published["Ночь"] - published["Вечер"] == timedelta(minutes=15)


async def test_listeners_hear_of_every_change(site: NewsSite) -> None:
    changes = []
    site.when_changed(lambda: changes.append(len(site.state())))

    url = site.publish("Порт открыт")
    site.correct(url, title="Порт закрыт")
    site.withdraw(url)

    assert changes == [1, 1, 0]


class TestBrokenFeeds:
    @pytest.fixture
    def site(self, clock: MovableClock) -> NewsSite:
        site = NewsSite(clock)
        for _ in range(12):
            site.publish_sample()
        return site

    async def feed(self, site: NewsSite, reader: Reader, fault: FeedFault) -> Reply:
        site.break_feed(fault)
        return await reader.get("/news/ru/rss/")

    async def test_unavailable(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.UNAVAILABLE)

        assert (reply.status, reply.headers["Retry-After"]) == (503, "120")

    async def test_empty(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.EMPTY)

        assert (reply.status, reply.body) == (200, b"")

    async def test_truncated(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.TRUNCATED)

        with pytest.raises(ET.ParseError):
            ET.fromstring(reply.body)  # noqa: S314 - our own server

    async def test_html_instead_of_a_feed(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.HTML)

        assert reply.headers["Content-Type"].startswith("text/html")
        assert reply.body.startswith(b"<!doctype html>")

    async def test_windows_1251_that_says_so(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.WINDOWS_1251)

        assert b'encoding="windows-1251"' in reply.body
        assert "Средн" in reply.body.decode("cp1251")
        assert feedparser.parse(reply.body).entries[-1].title.startswith("В Баку")

    async def test_windows_1251_that_claims_utf_8(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.WRONG_ENCODING)

        assert b'encoding="UTF-8"' in reply.body
        with pytest.raises(UnicodeDecodeError):
            reply.body.decode()

    async def test_ten_megabytes(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.HUGE)

        assert len(reply.body) > 10 * 1024 * 1024
        assert reply.body.endswith(b"</rss>\n")

    async def test_no_dates(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.NO_DATES)

        assert b"<pubDate>" not in reply.body
        assert b"<guid>" in reply.body

    async def test_no_guids(self, site: NewsSite, reader: Reader) -> None:
        reply = await self.feed(site, reader, FeedFault.NO_GUIDS)

        assert b"<guid" not in reply.body
        assert b"<pubDate>" in reply.body

    async def test_slow_outlasts_a_reader_and_ends_when_mended(self, site: NewsSite, reader: Reader) -> None:
        site.break_feed("slow")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.get("/news/ru/rss/"), 0.3)

        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(reader.get("/news/ru/rss/"))
            group.create_task(self.mend_soon(site))

        assert waiting.result().body.endswith(b"</rss>\n")

    async def mend_soon(self, site: NewsSite) -> None:
        await asyncio.to_thread(lambda: None)
        site.mend_feed()

    async def test_the_atom_feed_stays_well_and_mending_restores_the_rss(self, site: NewsSite, reader: Reader) -> None:
        site.break_feed(FeedFault.UNAVAILABLE)
        assert (await reader.get("/news/ru/atom/")).status == 200

        site.mend_feed()

        assert (await reader.get("/news/ru/rss/")).status == 200
