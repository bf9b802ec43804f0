import asyncio
from datetime import timedelta

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.alert import AlertKind
from bot.domain.article import Article
from bot.ingest.fetch import Fetcher
from bot.ingest.reading import ArticleReader
from bot.ingest.revisit import Revisit
from bot.sandbox.news_site import NewsSite
from tests.ingest.conftest import Ingest, Site

MINUTE, QUARTER, HOUR, DAY = 60, 15 * 60, 3600, 24 * 3600
LEAD = "Порт принял первый корабль из Актау."
BODY = (
    "Корабль привёз двести контейнеров, сообщили в управлении порта.\n\nРазгрузка заняла шесть часов, вечером судно ушло назад. "
    "Следующий корабль ждут в пятницу, он придёт из Туркменбаши с грузом хлопка."
)


class Desk:
    """What went out of one source, and the looks at its pages."""

    def __init__(self, ingest: Ingest, fetcher: Fetcher, reader: ArticleReader) -> None:
        self.ingest = ingest
        self.clock = ingest.clock
        self.database = ingest.database
        self.planner_wake = Signal()
        self.fetcher = fetcher
        self.reader = reader
        self.revisit = self.restarted()

    def restarted(self) -> Revisit:
        self.revisit = Revisit(
            database=self.database, reader=self.reader, clock=self.clock, planner_wake=self.planner_wake
        )
        return self.revisit

    async def goes_out(self) -> None:
        """What the source offers is polled, planned and sent."""
        await self.ingest.poller.poll_due()
        async with self.database.transaction() as tx:
            for article in await tx.articles.unplanned(limit=1000):
                await tx.articles.mark_planned(article.id, revision=article.revision)

    async def look_after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.revisit.look_due()

    async def look_twice_after(self, seconds: float) -> None:
        """A change is believed when it is still there a minute later."""
        await self.look_after(seconds)
        await self.look_after(MINUTE)

    async def article(self, title: str | None = None) -> Article:
        async with self.database.transaction() as tx:
            ids = [each.id for each in (await tx.articles.known([f"guid:1:{name}" for name in "abc"])).values()]
            found = list((await tx.articles.get_all(ids or range(1, 10))).values())  # type: ignore[arg-type]
        return next(each for each in found if title in (None, each.title))

    async def alerts(self) -> list[tuple[AlertKind, str | None]]:
        async with self.database.transaction() as tx:
            return [(alert.kind, alert.key) for alert in await tx.alerts.untold(limit=100)]


@pytest.fixture
def desk(ingest: Ingest, fetcher: Fetcher, reader: ArticleReader) -> Desk:
    return Desk(ingest, fetcher, reader)


@pytest.fixture
async def story(news: NewsSite, desk: Desk) -> str:
    """The address of an article that went out just now; its feed never changes again."""
    await desk.ingest.declare(f"{news.address}/news/ru/rss/")
    await desk.goes_out()
    desk.clock.advance(MINUTE)
    url = news.publish("Порт открыт", LEAD, BODY, rubric="Бизнес")
    await desk.goes_out()
    return url


async def test_a_page_is_looked_at_four_times(site: Site, desk: Desk) -> None:
    feed = '<rss version="2.0"><channel>{}</channel></rss>'
    await desk.ingest.declare(site.put("/rss", feed.format("")))
    await desk.goes_out()
    desk.clock.advance(MINUTE)
    site.put("/a", "<article><h1>Порт открыт</h1><p>Тело статьи.</p></article>", content_type="text/html")
    site.put("/rss", feed.format("<item><title>Порт открыт</title><link>/a</link><guid>a</guid></item>"))
    await desk.goes_out()
    begun = desk.clock.now()
    looks = []
    while desk.clock.now() < begun + timedelta(hours=30):
        before = site.asked.count("/a")
        await desk.look_after(QUARTER / 3)
        if site.asked.count("/a") > before:
            looks.append(desk.clock.now() - begun)
    assert looks == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


async def test_what_the_first_import_brought_is_left_alone(news: NewsSite, desk: Desk) -> None:
    news.publish("Старая статья", LEAD, BODY)
    await desk.ingest.declare(f"{news.address}/news/ru/rss/")
    await desk.goes_out()
    news.withdraw(news.state()[0]["url"])
    for _ in range(5):
        await desk.look_after(DAY)
    assert await desk.alerts() == []


async def test_what_is_held_is_looked_at_when_it_has_gone_out(news: NewsSite, desk: Desk, story: str) -> None:
    async with desk.database.transaction() as tx:
        held = await tx.articles.due_looks(desk.clock.now() + timedelta(days=1), limit=10)
        await tx.articles.record_look(held[0].article.id, held=True)
    news.withdraw(story)
    for _ in range(3):
        await desk.look_after(HOUR)
    assert await desk.alerts() == []


async def test_a_correction_that_stands_on_the_page_only_is_the_next_revision(
    news: NewsSite, desk: Desk, story: str
) -> None:
    news.correct(story, title="Порт открыт для всех", body=BODY.replace("двести", "триста"))
    await desk.look_twice_after(QUARTER)
    article = await desk.article()
    assert (article.title, article.lead, article.revision) == ("Порт открыт для всех", LEAD, 1)
    assert "триста контейнеров" in article.body
    assert await asyncio.wait_for(desk.planner_wake.wait(), 1)
    async with desk.database.transaction() as tx:
        (before,) = await tx.articles.revisions(article.id)
    assert (before.title, "двести контейнеров" in before.body) == ("Порт открыт", True)


async def test_a_correction_that_the_feed_tells_too_is_made_once(news: NewsSite, desk: Desk, story: str) -> None:
    news.correct(story, title="Порт открыт для всех", lead=LEAD + " Это рекорд.")
    desk.clock.advance(2 * MINUTE)
    await desk.goes_out()
    assert (await desk.article()).revision == 1
    await desk.look_twice_after(QUARTER)
    desk.clock.advance(MINUTE)
    await desk.goes_out()
    await desk.look_twice_after(HOUR)
    assert (await desk.article()).revision == 1


async def test_a_correction_of_the_page_that_its_feed_tells_later_is_made_once(
    news: NewsSite, desk: Desk, story: str
) -> None:
    news.correct(story, title="Порт открыт для всех")
    await desk.look_twice_after(QUARTER)
    await desk.goes_out()
    assert ((await desk.article()).title, (await desk.article()).revision) == ("Порт открыт для всех", 1)


async def test_nothing_changes_where_nothing_changed(desk: Desk, story: str) -> None:
    for seconds in (QUARTER, MINUTE, HOUR, 6 * HOUR, DAY):
        await desk.look_after(seconds)
    assert (await desk.article()).revision == 0
    assert story


PAGE = "<html><head><title>{0} | Сайт</title></head><body><article><h1>{0}</h1><p>{1}</p>{2}</article></body></html>"


class Page:
    """A page on a site of the test's own, offered by a feed that has the whole text and a headline of its own."""

    def __init__(self, site: Site, desk: Desk) -> None:
        self._site = site
        self._desk = desk

    async def goes_out(self) -> None:
        feed = '<rss version="2.0"><channel>{}</channel></rss>'
        await self._desk.ingest.declare(self._site.put("/rss", feed.format("")))
        await self._desk.goes_out()
        self._desk.clock.advance(MINUTE)
        self.says("Порт открыт", BODY)
        item = f"<item><title>Порт открыт</title><link>/a</link><guid>a</guid><description>{LEAD}</description></item>"
        self._site.put("/rss", feed.format(item))
        await self._desk.goes_out()

    def says(self, title: str, body: str, extra: str = "") -> None:
        paragraphs = "</p><p>".join(body.split("\n\n"))
        self._site.put("/a", PAGE.format(title, paragraphs, extra), content_type="text/html; charset=utf-8")

    def answers(self, status: int, **headers: str) -> None:
        self._site.put("/a", status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
async def page(site: Site, desk: Desk) -> Page:
    opened = Page(site, desk)
    await opened.goes_out()
    return opened


@pytest.mark.parametrize(
    ("title", "body"),
    [
        pytest.param("Подтвердите согласие", "Мы используем файлы cookie. " * 20, id="a cookie wall"),
        pytest.param("Ошибка сервера", "Попробуйте позже.", id="an error"),
        pytest.param("Порт открыт", BODY.partition("\n\n")[0], id="the first paragraph of a paid article"),
        pytest.param("Порт  открыт", BODY.replace(" ", "\u00a0") + "\n\nПросмотров: 1 234", id="cosmetics"),
    ],
)
async def test_what_is_not_another_version_of_the_article_is_no_correction(
    page: Page, desk: Desk, title: str, body: str
) -> None:
    page.says(title, body)
    await desk.look_twice_after(QUARTER)
    page.says("Порт открыт", BODY)
    await desk.look_twice_after(HOUR)
    assert (await desk.article()).revision == 0


async def test_a_page_that_says_something_else_each_time_is_not_believed(page: Page, desk: Desk) -> None:
    for number, seconds in enumerate((QUARTER, MINUTE, HOUR, MINUTE, 6 * HOUR, MINUTE)):
        page.says("Порт открыт", f"{BODY}\n\nЧитайте также: новость под номером {number} о другом событии.")
        await desk.look_after(seconds)
    assert (await desk.article()).revision == 0


async def test_a_correction_made_while_nobody_knew_the_page_begins_the_comparison(page: Page, desk: Desk) -> None:
    page.says("Порт закрыт на ремонт", BODY)
    await desk.look_twice_after(QUARTER)
    assert (await desk.article()).title == "Порт закрыт на ремонт"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_is_told_to_editors_when_it_is_gone_twice(
    page: Page, desk: Desk, status: int
) -> None:
    page.answers(status)
    await desk.look_after(QUARTER)
    assert await desk.alerts() == []
    await desk.look_after(5 * MINUTE)
    assert await desk.alerts() == []
    await desk.look_after(5 * MINUTE)
    article = await desk.article()
    assert await desk.alerts() == [(AlertKind.GONE, f"gone:{article.id}")]
    assert (article.gone_at, article.recalled, article.revision) == (desk.clock.now(), False, 0)


async def test_a_page_that_was_missing_once_is_there(page: Page, desk: Desk) -> None:
    for _ in range(2):
        page.answers(404)
        await desk.look_after(HOUR)
        page.says("Порт открыт", BODY)
        await desk.look_after(10 * MINUTE)
    assert await desk.alerts() == []


async def test_a_page_that_comes_back_settles_what_editors_were_told(page: Page, desk: Desk) -> None:
    page.answers(404)
    await desk.look_after(QUARTER)
    await desk.look_after(10 * MINUTE)
    page.says("Порт открыт", BODY)
    await desk.look_after(HOUR)
    assert (await desk.article()).gone_at is None
    assert await desk.alerts() == [(AlertKind.GONE, None)]


async def test_a_page_that_stays_gone_is_left_alone_after_a_day(page: Page, site: Site, desk: Desk) -> None:
    page.answers(404)
    for _ in range(40):
        await desk.look_after(HOUR)
    asked = len(site.asked)
    await desk.look_after(DAY)
    assert len(site.asked) == asked
    assert len(await desk.alerts()) == 1


async def test_a_note_that_the_article_was_taken_back_is_told_to_editors(page: Page, desk: Desk) -> None:
    page.says("Порт открыт", "Материал отозван по решению редакции.")
    for seconds in (QUARTER, HOUR, 6 * HOUR):
        await desk.look_after(seconds)
    article = await desk.article()
    assert await desk.alerts() == [(AlertKind.RETRACTED, f"retracted:{article.id}")]
    assert (article.recalled, article.revision) == (False, 0)


async def test_a_site_that_asks_for_time_is_left_alone_for_so_long(page: Page, site: Site, desk: Desk) -> None:
    page.answers(503, Retry_After="7200")
    await desk.look_after(QUARTER)
    asked = site.asked.count("/a")
    for _ in range(11):
        await desk.look_after(10 * MINUTE)
    assert site.asked.count("/a") == asked
    page.says("Порт открыт для всех", BODY)
    await desk.look_twice_after(10 * MINUTE)
    assert (await desk.article()).title == "Порт открыт для всех"


async def test_a_host_gets_two_looks_at_once_and_a_bad_page_stops_nobody(site: Site, desk: Desk) -> None:
    feed = '<rss version="2.0"><channel>{}</channel></rss>'
    await desk.ingest.declare(site.put("/rss", feed.format("")))
    await desk.goes_out()
    desk.clock.advance(MINUTE)
    names = [f"page{number}" for number in range(6)]
    items = "".join(f"<item><title>Статья {name}</title><link>/{name}</link></item>" for name in names)
    site.put("/rss", feed.format(items))
    await desk.goes_out()
    site.asked.clear()
    for name in names:
        site.put(f"/{name}", b"\x00\xff<<<" * 99, content_type="text/html")
    desk.clock.advance(QUARTER)
    for looks in (2, 4, 6, 6):
        await desk.revisit.look_due()
        assert len(site.asked) == looks
    assert sorted(site.asked) == [f"/{name}" for name in names]


async def test_the_stage_works_when_it_is_woken_and_ends_when_it_is_closed(page: Page, desk: Desk) -> None:
    page.answers(410)
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.revisit.run())
        async with asyncio.timeout(10):
            while not await desk.alerts():
                desk.clock.advance(MINUTE)
                desk.revisit.wake.set()
                await desk.clock.sleep(0)
        desk.revisit.wake.close()
    assert len(await desk.alerts()) == 1


async def test_a_restart_only_begins_a_doubt_anew(page: Page, desk: Desk, clock: MovableClock) -> None:
    page.answers(404)
    await desk.look_after(QUARTER)
    desk.restarted()
    await desk.look_after(10 * MINUTE)
    assert await desk.alerts() == []
    await desk.look_after(10 * MINUTE)
    assert len(await desk.alerts()) == 1
    assert clock.now() == (await desk.article()).gone_at


async def test_a_look_cut_short_by_a_crash_is_simply_repeated(page: Page, site: Site, desk: Desk) -> None:
    page.answers(410)
    gate = site.pages["/a"].gate = asyncio.Event()
    asked = site.asked.count("/a")
    desk.clock.advance(QUARTER)
    look = asyncio.gather(desk.revisit.look_due())
    while site.asked.count("/a") == asked:
        await desk.clock.sleep(0)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look
    gate.set()
    desk.restarted()
    await desk.look_after(0)
    await desk.look_after(10 * MINUTE)
    assert len(await desk.alerts()) == 1
