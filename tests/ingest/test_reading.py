"""What a source's address may hold, and how one thing takes another's place: feed, sitemap, page, through the whole poll."""

import asyncio
import gzip

import pytest
from sqlalchemy import text

from bot.domain.source import PageSelectors, SourceKind
from bot.sandbox.news_feeds import FeedFault
from bot.sandbox.news_site import NewsSite
from tests.ingest.conftest import Ingest, Site
from tests.ingest.test_poller import rss

FRONT = '<!doctype html><html><head>{links}</head><body><a href="/about/">About us</a></body></html>'


def sitemap(*names: str) -> str:
    places = "".join(
        f"<url><loc>/{name}/</loc><news:news><news:publication_date>2026-03-02T09:00:00+04:00</news:publication_date>"
        f"<news:title>{name}</news:title></news:news></url>"
        for name in names
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{places}</urlset>'
    )


def index(*parts: str) -> str:
    places = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</sitemapindex>'


def list_page(*titles: str) -> str:
    items = "".join(
        f'<li><time datetime="2026-03-02T09:00:00+04:00">09:00</time><a href="/story-{number}/">{title}</a></li>'
        for number, title in reversed(list(enumerate(titles)))
    )
    return f"<!doctype html><html><body><h1>News</h1><ol>{items}</ol></body></html>"


HEADLINES = (
    "Порт принял первый корабль этого года",
    "Парламент отложил второе чтение закона",
    "Команда вышла в финал Кубка страны",
    "Метро продлит работу в праздничную ночь",
)


async def test_the_front_page_of_a_site_finds_its_feed(site: Site, ingest: Ingest) -> None:
    feed = site.put("/deep/feed.xml", rss("a"))
    link = '<link rel="alternate" type="application/rss+xml" href="/deep/feed.xml">'
    front = site.put("/", FRONT.format(links=link), content_type="text/html")
    await ingest.declare(front)
    await ingest.poll()
    source = await ingest.source()
    assert (source.address, source.found_kind) == (feed, SourceKind.FEED)
    site.asked.clear()
    site.put("/deep/feed.xml", rss("b", "a"))
    await ingest.poll()
    assert await ingest.titles() == ["a", "b"]
    assert "/" not in site.asked


async def test_a_feed_that_no_link_announces_is_found_where_feeds_usually_are(site: Site, ingest: Ingest) -> None:
    site.put("/rss.xml", rss("a"))
    await ingest.declare(site.put("/", FRONT.format(links=""), content_type="text/html"))
    await ingest.poll()
    assert (await ingest.source()).address == f"{site.address}/rss.xml"


async def test_the_list_of_a_section_is_not_exchanged_for_the_feed_of_the_whole_site(
    site: Site, ingest: Ingest
) -> None:
    site.put("/rss.xml", rss("a"))
    await ingest.declare(site.put("/sport/", list_page(*HEADLINES), content_type="text/html"))
    await ingest.poll()
    source = await ingest.source()
    assert (source.address, source.found_kind) == (None, SourceKind.PAGE)
    assert sorted(await ingest.titles()) == sorted(HEADLINES)


async def test_a_found_feed_that_is_lost_is_looked_for_again(site: Site, ingest: Ingest) -> None:
    site.put("/rss.xml", rss("a"))
    await ingest.declare(site.put("/", FRONT.format(links=""), content_type="text/html"))
    await ingest.poll()
    del site.pages["/rss.xml"]
    site.put("/feed.xml", rss("b", "a"))
    await ingest.poll()
    assert (await ingest.source()).address == f"{site.address}/feed.xml"
    assert await ingest.titles() == ["a", "b"]


async def test_a_site_without_a_feed_is_read_from_its_list_of_articles(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put("/news/", list_page(*HEADLINES[:3]), content_type="text/html"))
    await ingest.poll()
    assert (await ingest.source()).found_kind is SourceKind.PAGE
    site.put("/news/", list_page(*HEADLINES), content_type="text/html")
    site.asked.clear()
    await ingest.poll()
    assert [article.title for article in await ingest.articles() if not article.announced] == [HEADLINES[3]]
    assert site.asked == ["/news/", "/story-3/"]


async def test_a_page_is_read_by_the_selectors_of_its_source(site: Site, ingest: Ingest) -> None:
    cards = "".join(f'<div><b class="t"><a href="/{n}/">{n}</a></b><a href="/x{n}/">Ads</a></div>' for n in "ab")
    url = site.put("/list", f"<html><body>{cards}</body></html>", content_type="text/html")
    await ingest.declare(url, kind=SourceKind.PAGE, page=PageSelectors(list="b.t a"))
    await ingest.poll()
    assert sorted(await ingest.titles()) == ["a", "b"]


@pytest.mark.parametrize("pack", [str.encode, lambda document: gzip.compress(document.encode())], ids=["plain", "gzip"])
async def test_a_news_sitemap_is_a_source(site: Site, ingest: Ingest, pack: object) -> None:
    assert callable(pack)
    await ingest.declare(site.put("/sitemap.xml.gz", pack(sitemap("a")), content_type="application/xml"))
    await ingest.poll()
    site.put("/sitemap.xml.gz", pack(sitemap("b", "a")), content_type="application/xml")
    await ingest.poll()
    assert await ingest.titles() == ["a", "b"]


async def test_of_a_sitemap_index_the_parts_are_asked_only_for_what_is_new(site: Site, ingest: Ingest) -> None:
    site.put("/news-1.xml", sitemap("a"), headers={"ETag": '"1"'})
    site.put("/news-2.xml", sitemap("b"), headers={"ETag": '"2"'})
    await ingest.declare(site.put("/index.xml", index("/news-1.xml", "/news-2.xml"), headers={"ETag": '"0"'}))
    await ingest.poll()
    site.put("/news-2.xml", sitemap("c", "b"), headers={"ETag": '"3"'})
    await ingest.poll()
    assert sorted(await ingest.titles()) == ["a", "b", "c"]


async def test_a_sitemap_whose_articles_could_not_be_stored_is_read_again(site: Site, ingest: Ingest) -> None:
    site.put("/part.xml", sitemap("a"), headers={"ETag": '"1"'})
    await ingest.declare(site.put("/index.xml", index("/part.xml")))
    await ingest.poll()
    site.put("/part.xml", sitemap("b", "a"), headers={"ETag": '"2"'})
    async with ingest.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE seen RENAME TO away"))
    await ingest.poll()
    async with ingest.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO seen"))
    await ingest.poll()
    assert await ingest.titles() == ["a", "b"]


async def test_the_titles_that_a_plain_sitemap_lacks_stand_on_the_pages(site: Site, ingest: Ingest) -> None:
    plain = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/{}/</loc></url>{}</urlset>'
    await ingest.declare(site.put("/sitemap.xml", plain.format("old", "")))
    await ingest.poll()
    site.put("/sitemap.xml", plain.format("old", "<url><loc>/fresh/</loc></url>"))
    page = "<html><head><title>Site</title></head><body><article><h1>Fresh news</h1><p>Its words.</p></article></body></html>"
    site.put("/fresh/", page, content_type="text/html")
    site.asked.clear()
    await ingest.poll()
    assert [article.title for article in await ingest.articles() if not article.announced] == ["Fresh news"]
    assert site.asked == ["/sitemap.xml", "/fresh/"]


async def test_a_feed_whose_address_suddenly_shows_a_page_is_broken_not_a_page(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put("/rss", rss("a")))
    await ingest.poll()
    site.put("/rss", list_page(*HEADLINES), content_type="text/html")
    await ingest.poll()
    assert await ingest.titles() == ["a"]
    assert "web page instead of a feed" in ((await ingest.source()).last_error or "")


async def test_feed_sitemap_and_page_stand_in_for_each_other_and_repeat_nothing(news: NewsSite, ingest: Ingest) -> None:
    feed = f"{news.address}/news/ru/rss/"
    page = f"{news.address}/news/ru/news-feed/"
    await ingest.declare(feed, fallback=(page,))
    await ingest.poll()
    news.publish(HEADLINES[0], "Лид первой.", "Тело первой.", rubric="Бизнес")
    await ingest.poll()
    news.break_feed(FeedFault.UNAVAILABLE)
    news.publish(HEADLINES[1], "Лид второй.", "Тело второй.", rubric="Бизнес")
    news.publish(HEADLINES[2], "Лид третьей.", "Тело третьей.", rubric="Футбол")
    ingest.clock.advance(600)
    await ingest.poll()
    assert (await ingest.source()).fallback_since is not None
    news.mend_feed()
    news.publish(HEADLINES[3], "Лид четвёртой.", "Тело четвёртой.", rubric="Футбол")
    ingest.clock.advance(600)
    await ingest.poll()
    articles = await ingest.articles()
    assert sorted(article.title for article in articles) == sorted(HEADLINES)
    assert [article.revision for article in articles] == [0, 0, 0, 0]
    assert (await ingest.source()).fallback_since is None


async def test_many_addresses_of_one_host_are_read_two_at_a_time(site: Site, ingest: Ingest) -> None:
    gate = asyncio.Event()
    await ingest.declare(*(site.put(f"/{number}", rss(), gate=gate) for number in range(6)))
    async with asyncio.TaskGroup() as group:
        polls = group.create_task(ingest.poller.poll_due())
        async with asyncio.timeout(10):
            while len(site.asked) < 2:
                await ingest.clock.sleep(0)
        assert len(site.asked) == 2
        gate.set()
        await polls
    assert len(site.asked) == 6
