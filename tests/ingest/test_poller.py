import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.clock import MovableClock
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import SourceKind, Validators
from bot.ingest.fetch import Fetcher
from bot.ingest.poller import DATABASE_REST, WIDTH
from bot.ingest.reading import ArticleReader
from bot.sandbox.news_feeds import FeedFault
from bot.sandbox.news_site import NewsSite
from tests.ingest.conftest import Ingest, Site

FEED = "/rss"


def rss(*titles: str, extra: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><link>/{title}/</link><guid>{title}</guid>{extra}</item>" for title in titles
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


@pytest.fixture
async def imported(site: Site, ingest: Ingest) -> Ingest:
    """A source whose first import found nothing, so that whatever comes next is new."""
    await ingest.declare(site.put(FEED, rss()))
    await ingest.poll()
    return ingest


async def failure(ingest: Ingest) -> str:
    return (await ingest.source()).last_error or ""


async def recovers(site: Site, ingest: Ingest) -> None:
    """After whatever went wrong nothing is lost: the next good document brings its articles."""
    ingest.clock.advance(3600)
    site.put(FEED, rss("later"))
    await ingest.poll()
    assert (await ingest.titles())[-1] == "later"
    assert await failure(ingest) == ""


async def test_a_first_import_is_taken_as_read(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put(FEED, rss("b", "a")))
    await ingest.poll()
    assert [(article.title, article.announced) for article in await ingest.articles()] == [("a", True), ("b", True)]
    assert (await ingest.source()).baseline_at is not None


async def test_what_is_published_later_is_new_and_wakes_the_planner(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a"))
    await imported.poll()
    (article,) = await imported.articles()
    assert (article.title, article.announced, article.language) == ("a", False, Language.RU)
    assert await asyncio.wait_for(imported.planner_wake.wait(), 1)


async def test_an_article_is_stored_once_however_often_it_is_read(site: Site, imported: Ingest) -> None:
    for titles in (["a"], ["b", "a"], ["c", "a", "b"]):
        site.put(FEED, rss(*titles))
        await imported.poll()
    assert await imported.titles() == ["a", "b", "c"]


async def test_an_article_in_two_feeds_is_one(site: Site, imported: Ingest) -> None:
    other = site.put("/other", rss())
    await imported.declare(other)
    await imported.poll()
    for path in (FEED, "/other"):
        site.put(path, rss("a"))
    await imported.poll()
    await imported.poll()
    assert await imported.titles() == ["a"]


async def test_the_page_gives_body_picture_and_date_that_the_feed_lacks(news: NewsSite, ingest: Ingest) -> None:
    await ingest.declare(f"{news.address}/news/ru/rss/")
    await ingest.poll()
    url = news.publish("Порт открыт", "Порт принял первый корабль.", "Корабль пришёл из Актау.", rubric="Бизнес")
    await ingest.poll()
    (article,) = await ingest.articles()
    assert (article.lead, article.body) == ("Порт принял первый корабль.", "Корабль пришёл из Актау.")
    assert (article.url, article.categories) == (url, ("Бизнес",))
    assert (article.image or "").startswith(f"{news.address}/news/photo/")


async def test_an_article_whose_page_cannot_be_read_goes_out_as_the_feed_gave_it(site: Site, imported: Ingest) -> None:
    site.put("/a/", status=500)
    site.put("/b/", b"\x00" * 1000, content_type="text/html")
    site.put(FEED, rss("b", "a", extra="<description>Lead.</description>"))
    await imported.poll()
    assert [(article.title, article.lead) for article in await imported.articles()] == [("a", "Lead."), ("b", "Lead.")]


async def test_the_pages_of_a_first_import_are_left_alone(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put(FEED, rss("a", "b")))
    await ingest.poll()
    assert site.asked == [FEED]


async def test_a_correction_is_the_next_revision_and_keeps_what_it_does_not_repeat(
    news: NewsSite, ingest: Ingest, clock: MovableClock
) -> None:
    await ingest.declare(f"{news.address}/news/ru/rss/")
    await ingest.poll()
    url = news.publish("Порт открыт", "Лид.", "Тело.")
    await ingest.poll()
    (before,) = await ingest.articles()
    clock.advance(60)
    news.correct(url, title="Порт закрыт")
    await ingest.poll()
    (after,) = await ingest.articles()
    assert (after.title, after.revision) == ("Порт закрыт", 1)
    assert (after.body, after.image, after.published_at) == (before.body, before.image, before.published_at)


async def test_a_correction_whose_page_cannot_be_read_keeps_the_body(site: Site, imported: Ingest) -> None:
    site.put("/a/", "<article><h1>a</h1><p>The body of the article.</p></article>", content_type="text/html")
    site.put(FEED, rss("a"))
    await imported.poll()
    del site.pages["/a/"]
    site.put(FEED, rss("a").replace("<title>a<", "<title>A corrected<"))
    imported.clock.advance(60)
    await imported.poll()
    (article,) = await imported.articles()
    assert (article.title, article.body, article.revision) == ("A corrected", "The body of the article.", 1)
    assert article.published_at == article.seen_at


async def test_validators_are_kept_with_the_articles_and_sent_back(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a"), headers={"ETag": '"1"'})
    await imported.poll()
    kept = (await imported.source()).validators
    assert kept == Validators(etag='"1"', body_hash=hashlib.sha256(rss("a").encode()).hexdigest())
    # Under the same ETag the site would say that nothing changed, whatever it holds.
    site.put(FEED, rss("b"), headers={"ETag": '"1"'})
    await imported.poll()
    assert await imported.titles() == ["a"]
    assert (await imported.source()).validators == kept


async def test_a_poll_cut_short_by_a_crash_is_simply_repeated(
    site: Site, imported: Ingest, fetcher: Fetcher, clock: MovableClock
) -> None:
    gate = asyncio.Event()
    site.put("/a/", "<h1>a</h1>", content_type="text/html", gate=gate)
    site.put(FEED, rss("a"), headers={"ETag": '"1"'})
    poll = asyncio.gather(imported.poller.poll_due())
    while "/a/" not in site.asked:
        await clock.sleep(0)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert await imported.articles() == []
    assert (await imported.source()).validators.etag is None
    gate.set()
    again = Ingest(imported.database, fetcher, clock)
    await again.poll()
    await again.poll()
    assert await again.titles() == ["a"]


async def test_one_bad_source_never_stops_the_others(site: Site, imported: Ingest) -> None:
    await imported.declare(site.put("/bad", status=500), site.put("/worse", "nothing that anybody knows"))
    site.put(FEED, rss("a"))
    await imported.poll()
    assert await imported.titles() == ["a"]
    errors = {source.spec.url.rpartition("/")[2]: source.last_error for source in await imported.sources()}
    assert errors["rss"] is None
    assert "error of its own (500)" in (errors["bad"] or "")
    assert "something that is not a feed" in (errors["worse"] or "")


async def test_a_source_that_is_slow_holds_up_nobody(site: Site, imported: Ingest, clock: MovableClock) -> None:
    gate = asyncio.Event()
    await imported.declare(site.put("/slow", rss(), gate=gate))
    async with asyncio.TaskGroup() as group:
        group.create_task(imported.poller.run())
        imported.poller.wake.set()
        while "/slow" not in site.asked:
            await clock.sleep(0)
        site.put(FEED, rss("a"))
        async with asyncio.timeout(10):
            while not await imported.articles():
                clock.advance(60)
                imported.poller.wake.set()
                await clock.sleep(0)
        gate.set()
        imported.poller.wake.close()
    assert site.asked.count("/slow") == 1


async def test_a_host_that_hangs_holds_up_no_other_however_many_sources_it_has(
    site: Site, imported: Ingest, clock: MovableClock
) -> None:
    gate = asyncio.Event()
    slow = [site.put(f"/slow/{number}", rss(), gate=gate) for number in range(WIDTH + 6)]
    await imported.declare(*(url.replace("127.0.0.1", "localhost") for url in slow))
    async with asyncio.TaskGroup() as group:
        group.create_task(imported.poller.run())
        imported.poller.wake.set()
        while not site.asked or "/slow" not in site.asked[-1]:
            await clock.sleep(0)
        site.put(FEED, rss("a"))
        try:
            async with asyncio.timeout(20):
                while not await imported.articles():
                    clock.advance(60)
                    imported.poller.wake.set()
                    await clock.sleep(0)
        finally:
            gate.set()
            imported.poller.wake.close()


async def test_failures_are_counted_and_space_the_polls_until_one_succeeds(site: Site, imported: Ingest) -> None:
    site.put(FEED, status=500)
    waits = []
    for _ in range(3):
        before = imported.clock.now()
        await imported.poller.poll_due()
        source = await imported.source()
        waits.append((source.next_poll_at - before).total_seconds())
        imported.clock.advance(waits[-1])
    assert (waits, source.failures) == ([60, 120, 240], 3)
    await recovers(site, imported)
    assert (await imported.source()).failures == 0


async def test_a_server_that_asks_for_time_gets_it(site: Site, imported: Ingest) -> None:
    site.put(FEED, status=503, headers={"Retry-After": "900"})
    before = imported.clock.now()
    await imported.poll()
    assert (await imported.source()).next_poll_at == before + timedelta(seconds=900)


async def test_a_failure_is_logged_once_until_it_changes(
    site: Site, imported: Ingest, caplog: pytest.LogCaptureFixture
) -> None:
    for status in (500, 500, 404, 404):
        site.put(FEED, status=status)
        imported.clock.advance(3600)
        await imported.poll()
    told = [record for record in caplog.records if record.name == "bot.ingest.poller"]
    assert [record.levelname for record in told] == ["WARNING", "WARNING"]


async def test_the_fallback_addresses_are_tried_in_order_while_the_first_fails(site: Site, ingest: Ingest) -> None:
    first = site.put(FEED, status=500)
    second = site.put("/second", "not a feed")
    third = site.put("/third", rss("a"), headers={"ETag": '"3"'})
    await ingest.declare(first, fallback=(second, third))
    await ingest.poll()
    assert await ingest.titles() == ["a"]
    source = await ingest.source()
    assert (source.failures, source.validators.etag) == (0, None)
    site.put(FEED, rss("b", "a"))
    await ingest.poll()
    assert await ingest.titles() == ["a", "b"]
    assert site.asked.count("/third") == 1


async def test_a_source_without_any_address_that_answers_says_so(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put(FEED, status=410), fallback=(site.put("/second", status=500),))
    await ingest.poll()
    assert await failure(ingest) == (
        "The server says that this address is gone for good (410). Remove the source or give its new address. "
        "Every fallback address fails too."
    )


@pytest.mark.parametrize("table", ["sources", "seen"])
async def test_a_database_that_refuses_loses_nothing(
    site: Site, imported: Ingest, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    site.put(FEED, rss("a"))
    async with imported.database.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    await imported.poll()
    assert [record.levelname for record in caplog.records if "waits for the database" in record.message] == ["ERROR"]
    async with imported.database.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE away RENAME TO {table}"))
    await imported.poll()
    assert await imported.titles() == ["a"]


async def test_what_could_not_be_stored_is_not_asked_for_again_at_once(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a"))
    async with imported.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE seen RENAME TO away"))
    await imported.poller.poll_due()
    asked = len(site.asked)

    imported.clock.advance(DATABASE_REST.total_seconds() - 1)
    await imported.poller.poll_due()
    assert len(site.asked) == asked
    async with imported.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO seen"))
    imported.clock.advance(1)
    await imported.poller.poll_due()

    assert await imported.titles() == ["a"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "empty document", id="empty"),
        pytest.param(b'<rss version="2.0"><channel><item><tit', "broken", id="broken"),
        pytest.param(b"<!doctype html><title>One moment</title>", "web page instead of a feed", id="a page"),
        pytest.param(b"<urlset></urlset>", "sitemap instead of a feed", id="a sitemap"),
        pytest.param(b'<rss version="2.0">' + b" " * 10 * 2**20, "10.0 MB, more than the 8 MB", id="10 MB"),
        pytest.param(b" " * 17 * 2**20, "more than 16 MB", id="17 MB"),
    ],
)
async def test_a_bad_feed_gets_a_sentence_and_nothing_is_lost(
    site: Site, imported: Ingest, body: bytes, words: str
) -> None:
    site.put(FEED, body, headers={"ETag": '"bad"'})
    await imported.poll()
    assert words in await failure(imported)
    assert (await imported.source()).validators.etag is None
    await recovers(site, imported)


@pytest.mark.parametrize(
    "fault", [FeedFault.WINDOWS_1251, FeedFault.WRONG_ENCODING, FeedFault.NO_DATES, FeedFault.NO_GUIDS]
)
async def test_a_feed_with_faults_is_read_all_the_same(news: NewsSite, ingest: Ingest, fault: FeedFault) -> None:
    await ingest.declare(f"{news.address}/news/ru/rss/")
    await ingest.poll()
    published_at = ingest.clock.now()
    news.break_feed(fault)
    news.publish("Порт Алят принял корабль", "Это первый рейс.")
    await ingest.poll()
    news.mend_feed()
    await ingest.poll()
    (article,) = await ingest.articles()
    assert (article.title, article.lead, article.revision) == ("Порт Алят принял корабль", "Это первый рейс.", 0)
    assert article.published_at == published_at


async def test_a_feed_that_broke_off_brings_the_rest_when_it_is_whole_again(news: NewsSite, ingest: Ingest) -> None:
    await ingest.declare(f"{news.address}/news/ru/rss/")
    await ingest.poll()
    titles = [f"Статья номер {number}" for number in range(10)]
    for title in titles:
        news.publish(title, image=False)
    news.break_feed(FeedFault.TRUNCATED)
    await ingest.poll()
    some = await ingest.titles()
    assert 0 < len(some) < 10
    assert set(some) < set(titles)
    news.mend_feed()
    await ingest.poll()
    assert sorted(await ingest.titles()) == titles


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        pytest.param("a &lt; b &amp; c", "a < b & c", id="signs of markup"),
        pytest.param("🚆👩‍👩‍👧🇦🇿", "🚆👩‍👩‍👧🇦🇿", id="emoji"),
        pytest.param("я" * 10_000, "я" * 10_000, id="ten thousand characters"),
        pytest.param("null &#0; and \x00 bell \x07", "null and bell", id="control characters"),
    ],
)
async def test_a_title_survives_the_whole_way_into_the_store(
    site: Site, imported: Ingest, title: str, kept: str
) -> None:
    site.put(FEED, f'<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>')
    await imported.poll()
    assert await imported.titles() == [kept]


async def test_an_article_without_a_rubric_is_an_article(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a"))
    await imported.poll()
    assert [(article.title, article.categories) for article in await imported.articles()] == [("a", ())]


async def test_an_entry_without_any_words_does_not_stop_the_others(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a").replace("<item>", "<item><link>/b/</link></item><item>"))
    await imported.poll()
    assert await imported.titles() == ["a"]


async def test_identities_longer_than_an_index_takes_are_stored(site: Site, imported: Ingest) -> None:
    site.put(FEED, rss("a", extra=f"<guid>{'я' * 9000}</guid>"))
    await imported.poll()
    await imported.poll()
    assert await imported.titles() == ["a"]


async def test_an_article_that_no_feed_brought_is_read_from_its_page(news: NewsSite, reader: ArticleReader) -> None:
    entry = await reader.read_article(
        news.publish("Port opens", "The lead.", "The body.", language="en", rubric="Business")
    )
    assert (entry.title, entry.lead, entry.language, entry.categories) == (
        "Port opens",
        "The lead.",
        Language.EN,
        ("Business",),
    )


async def test_a_link_that_leads_to_no_article_is_said_in_a_sentence(news: NewsSite, reader: ArticleReader) -> None:
    with pytest.raises(SourceError, match="nothing at this address"):
        await reader.read_article(f"{news.address}/news/en/business/nothing/")


async def test_a_source_declared_as_a_feed_is_read_as_one(site: Site, ingest: Ingest) -> None:
    await ingest.declare(site.put(FEED, "Notice: debug\n" + rss("a"), content_type="text/plain"), kind=SourceKind.FEED)
    await ingest.poll()
    assert await ingest.titles() == ["a"]


async def test_a_private_source_is_refused_and_told_how_to_allow_it(
    site: Site, ingest: Ingest, clock: MovableClock
) -> None:
    fetcher = Fetcher(allow_private=False)
    guarded = Ingest(ingest.database, fetcher, clock)
    await guarded.declare(site.put(FEED, rss("a")))
    await guarded.poll()
    await fetcher.close()
    assert "ALLOW_PRIVATE_SOURCES" in await failure(guarded)
    assert site.asked == []
