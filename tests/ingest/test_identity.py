"""Each row of "Identity and change", through the whole poll."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

import pytest

from bot.clock import MovableClock
from bot.domain.alert import Alert, AlertKind
from bot.domain.article import MOST_SILENT_CHANGES, Article, Entry
from bot.domain.source import PageSelectors, Source, SourceKind
from bot.ingest.intake import Intake
from bot.ingest.reading import ArticleReader
from tests.ingest.conftest import Ingest, Site
from tests.make import make_entry

FEED, OTHER = "/rss", "/other/rss"
LEAD = "В Баку открыли новый мост через железнодорожные пути, который соединил два района города."
BODY = (
    "По данным министерства, длина моста составляет 412 метров, ширина проезжей части – 24 метра. По нему смогут проезжать "
    "до 30 тысяч автомобилей в сутки.\n\nВ церемонии открытия принял участие министр Рашад Набиев. По его словам, мост "
    "сократит дорогу от Хатаинского района до центра города примерно на 15 минут.\n\nСтроительство продолжалось два года, "
    "подрядчиком выступила местная компания, проект разработали инженеры из Турции."
)


def item(name: str, title: str, **given: str | datetime | None) -> str:
    """One entry; `guid` and `link` follow its name unless they are told, None leaves them out."""
    values = {"guid": name, "link": f"/{name}/", "lead": "", "body": "", "date": None, **given}
    date = values["date"]
    parts = {
        "title": escape(title),
        "guid": values["guid"],
        "link": values["link"],
        "description": values["lead"],
        "content:encoded": escape("".join(f"<p>{part}</p>" for part in str(values["body"]).split("\n\n") if part)),
        "pubDate": format_datetime(date) if isinstance(date, datetime) else None,
        "atom:updated": given.get("updated"),
    }
    return "<item>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items() if text) + "</item>"


def rss(*items: str) -> str:
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {names}><channel><title>t</title>{"".join(items)}</channel></rss>'


class Newsroom:
    """Two sources, FEED and OTHER, whose first imports are behind them."""

    def __init__(self, ingest: Ingest, site: Site) -> None:
        self.ingest = ingest
        self.clock = ingest.clock
        self.address = site.address
        self._site = site

    async def offers(self, *items: str, path: str = FEED) -> None:
        """From now on the feed lists these; it is polled."""
        self._site.put(path, rss(*items))
        await self.ingest.poll()

    async def all(self) -> list[Article]:
        """Every article, held ones as well, in the order of their storing."""
        held = [article for source in await self.ingest.sources() for article in await self.held(source)]
        return sorted([*await self.ingest.articles(), *held], key=lambda article: article.id)

    async def held(self, source: Source) -> list[Article]:
        async with self.ingest.database.transaction() as tx:
            return await tx.articles.held_of(source.id)

    async def one(self) -> Article:
        (article,) = await self.all()
        return article

    async def titles(self) -> list[str]:
        return [article.title for article in await self.all()]

    async def said(self, article: Article) -> list[tuple[int, str]]:
        async with self.ingest.database.transaction() as tx:
            return [(each.revision, each.title) for each in await tx.articles.revisions(article.id)]

    async def alerts(self) -> list[Alert]:
        async with self.ingest.database.transaction() as tx:
            return await tx.alerts.untold(limit=100)

    async def source(self, path: str = FEED) -> Source:
        return next(source for source in await self.ingest.sources() if source.spec.url.endswith(path))


@pytest.fixture
async def newsroom(site: Site, ingest: Ingest) -> Newsroom:
    for path in (FEED, OTHER):
        await ingest.declare(site.put(path, rss()))
    await ingest.poll()
    return Newsroom(ingest, site)


async def test_an_address_that_changes_under_one_guid(newsroom: Newsroom) -> None:
    await newsroom.offers(item("1", "Мост открыт", link="/most/"))
    await newsroom.offers(item("1", "Мост открыт", link="/novosti/most-2/"))
    article = await newsroom.one()
    assert (article.url, article.revision) == (f"{newsroom.address}/most/", 0)
    await newsroom.offers(item("2", "Мост открыт", link="/novosti/most-2/"))
    assert len(await newsroom.all()) == 1


async def test_a_guid_that_changes_with_the_headline(newsroom: Newsroom) -> None:
    await newsroom.offers(item("1", "Мост открыт", link="/most/"))
    await newsroom.offers(item("2", "Мост открыт для движения", link="/most/"))
    article = await newsroom.one()
    assert (article.title, article.revision) == ("Мост открыт для движения", 1)
    assert await newsroom.said(article) == [(0, "Мост открыт")]


async def test_a_guid_and_an_address_that_change_with_the_headline(newsroom: Newsroom) -> None:
    await newsroom.offers(item("most-otkryt", "Мост открыт", lead=LEAD, body=BODY))
    await newsroom.offers(item("novyi-most", "В столице появился новый мост", lead=LEAD, body=BODY))
    article = await newsroom.one()
    assert (article.title, article.revision) == ("В столице появился новый мост", 1)
    await newsroom.offers(
        item("novyi-most", "В столице появился новый мост", lead=LEAD, body=BODY), item("x", "Погода")
    )
    assert (await newsroom.all())[0].revision == 1


async def test_one_story_under_two_headlines_that_are_both_offered(newsroom: Newsroom) -> None:
    both = [item(name, title, body=BODY) for name, title in (("a", "Набиев открыл мост"), ("b", "Построен новый мост"))]
    await newsroom.offers(both[0])
    await newsroom.offers(*both)
    await newsroom.offers(*both, item("c", "Погода"))
    assert [(each.title, each.revision) for each in await newsroom.all()] == [("Набиев открыл мост", 0), ("Погода", 0)]


async def test_a_guid_that_all_entries_share(newsroom: Newsroom) -> None:
    entries = [item(name, f"Статья {name}", guid="https://news.example/") for name in "abc"]
    for count in (1, 2, 3):
        await newsroom.offers(*entries[-count:])
    assert await newsroom.titles() == ["Статья c", "Статья b", "Статья a"]
    assert [article.revision for article in await newsroom.all()] == [0, 0, 0]


async def test_a_guid_that_all_entries_share_one_at_a_time(newsroom: Newsroom) -> None:
    for name, title in (("a", "Мост открыт"), ("b", "Курс валют"), ("c", "Карабах победил")):
        await newsroom.offers(item(name, title, guid="news"))
        await newsroom.offers(item(name, title, guid="news"), item("filler" + name, "Реклама " + name))
    assert [title for title in await newsroom.titles() if "Реклама" not in title] == [
        "Мост открыт",
        "Курс валют",
        "Карабах победил",
    ]


async def test_an_address_that_all_entries_share(newsroom: Newsroom) -> None:
    await newsroom.offers(*(item(name, f"Статья {name}", link="/news/") for name in "abc"))
    assert sorted(await newsroom.titles()) == ["Статья a", "Статья b", "Статья c"]


async def test_an_entry_removed_and_back(newsroom: Newsroom) -> None:
    for items in ([item("a", "Мост открыт")], [item("b", "Курс валют")], [item("a", "Мост открыт")]):
        await newsroom.offers(*items)
    assert [(each.title, each.revision) for each in await newsroom.all()] == [("Мост открыт", 0), ("Курс валют", 0)]


async def test_an_entry_that_is_dated_anew(newsroom: Newsroom) -> None:
    date = newsroom.clock.now() - timedelta(hours=3)
    await newsroom.offers(item("a", "Мост открыт", date=date))
    await newsroom.offers(item("a", "Мост открыт", date=newsroom.clock.now()))
    assert ((await newsroom.one()).published_at, (await newsroom.one()).revision) == (date, 0)
    await newsroom.offers(item("a", "Мост открыт снова", date=newsroom.clock.now()))
    assert ((await newsroom.one()).published_at, (await newsroom.one()).revision) == (date, 1)


async def test_a_feed_that_is_not_ordered_by_time(newsroom: Newsroom) -> None:
    now = newsroom.clock.now()
    ages = {"b": 20, "d": 0, "a": 30, "c": 10}
    await newsroom.offers(*(item(name, name, date=now - timedelta(minutes=age)) for name, age in ages.items()))
    assert await newsroom.titles() == ["a", "b", "c", "d"]


async def test_dates_that_are_missing_or_in_the_future(newsroom: Newsroom) -> None:
    now = newsroom.clock.now()
    await newsroom.offers(item("a", "Без даты"), item("b", "Завтра", date=now + timedelta(days=1)))
    assert [article.published_at for article in await newsroom.all()] == [now, now]
    await newsroom.offers(item("a", "Без даты"), item("b", "Завтра", date=now + timedelta(days=1)), item("c", "Ещё"))
    assert [article.revision for article in await newsroom.all()] == [0, 0, 0]


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://news.example/most", id="in two feeds"),
        pytest.param("http://news.example/most", id="http and https"),
        pytest.param("https://news.example/most/", id="a trailing slash"),
        pytest.param("https://www.news.example/most", id="www"),
        pytest.param("https://m.news.example/most", id="the mobile mirror"),
        pytest.param("https://amp.news.example/most/amp", id="AMP"),
        pytest.param("https://news.example/most?utm_source=rss&fbclid=1&yclid=2", id="tracking"),
    ],
)
async def test_an_article_under_two_spellings_of_its_address(newsroom: Newsroom, link: str) -> None:
    await newsroom.offers(item("1", "Мост открыт", link="https://news.example/most"))
    await newsroom.offers(item("2", "Мост открыт для всех", link=link), path=OTHER)
    article = await newsroom.one()
    assert (article.title, article.revision) == ("Мост открыт", 0)


async def test_a_near_duplicate_of_another_source_is_one_article_with_several_addresses(newsroom: Newsroom) -> None:
    await newsroom.offers(item("a", "В Баку открыт новый мост", lead=LEAD, body=BODY, link="https://one.example/a"))
    await newsroom.offers(
        item("b", "Мост соединил два района Баку", lead=LEAD, body=BODY, link="https://two.example/b"), path=OTHER
    )
    article = await newsroom.one()
    async with newsroom.ingest.database.transaction() as tx:
        known = await tx.articles.known(["url:https://one.example/a", "url:https://two.example/b"])
    assert {each.id for each in known.values()} == {article.id}
    assert len(known) == 2
    assert (article.title, article.revision) == ("В Баку открыт новый мост", 0)


async def test_a_mirror_that_is_polled_in_the_same_moment(site: Site, newsroom: Newsroom) -> None:
    for path, host in ((FEED, "one"), (OTHER, "two")):
        site.put(path, rss(item(host, "В Баку открыт новый мост", body=BODY, link=f"https://{host}.example/{host}")))
    await newsroom.ingest.poll()
    assert await newsroom.titles() == ["В Баку открыт новый мост"]


async def test_one_article_under_two_addresses_in_one_feed(newsroom: Newsroom) -> None:
    both = [
        item(name, "В Баку открыт новый мост", lead=LEAD + end, body=BODY) for name, end in (("a", ""), ("b", " Фото."))
    ]
    await newsroom.offers(*both)
    await newsroom.offers(*both, item("c", "Погода"))
    assert [(each.title, each.revision) for each in await newsroom.all()] == [
        ("В Баку открыт новый мост", 0),
        ("Погода", 0),
    ]


async def test_a_near_duplicate_with_other_numbers_stays_two(newsroom: Newsroom) -> None:
    await newsroom.offers(item("a", "В Баку открыт новый мост", lead=LEAD, body=BODY))
    await newsroom.offers(item("b", "В Баку открыт новый мост", body=BODY.replace("412", "380")), path=OTHER)
    assert len(await newsroom.all()) == 2


async def test_a_copy_after_two_days_is_an_article_of_its_own(newsroom: Newsroom, clock: MovableClock) -> None:
    await newsroom.offers(item("a", "В Баку открыт новый мост", lead=LEAD, body=BODY))
    clock.advance(49 * 3600)
    await newsroom.offers(item("b", "В Баку открыт новый мост", lead=LEAD, body=BODY), path=OTHER)
    assert len(await newsroom.all()) == 2


@pytest.mark.parametrize(
    "before_and_after",
    [
        pytest.param(("«Карабах»  – чемпион", '"Карабах" — чемпион'), id="typography"),
        pytest.param(("Карабах чемпион", "Кара\u00adбах\u200b чемпион "), id="invisible characters"),
    ],
)
async def test_other_dress_is_no_revision(newsroom: Newsroom, before_and_after: tuple[str, str]) -> None:
    for title in before_and_after:
        await newsroom.offers(item("a", title))
    assert (await newsroom.one()).revision == 0


@pytest.mark.parametrize(
    "counter",
    ["Просмотров: {}", "Комментарии ({})", "{},234 views", "Baxış sayı: {}", "{} min read", "Время чтения: {} мин."],
)
async def test_counters_are_no_revision(newsroom: Newsroom, counter: str) -> None:
    for count in (1, 2):
        await newsroom.offers(item("a", "Мост открыт", lead=LEAD, body=f"{BODY}\n\n{counter.format(count)}"))
    assert (await newsroom.one()).revision == 0


@pytest.mark.parametrize("part", ["title", "lead", "body"])
async def test_other_words_are_a_revision_and_what_was_said_is_kept(newsroom: Newsroom, part: str) -> None:
    words = {"title": "Мост открыт", "lead": LEAD, "body": BODY}
    for changed in (words, words | {part: words[part] + " Исправлено."}, words | {part: words[part] + " Ещё раз."}):
        title = changed["title"]
        await newsroom.offers(item("a", title, lead=changed["lead"], body=changed["body"]))
    article = await newsroom.one()
    async with newsroom.ingest.database.transaction() as tx:
        revisions = await tx.articles.revisions(article.id)
    assert [getattr(each, part) for each in (*revisions, article)] == [
        words[part],
        f"{words[part]} Исправлено.",
        f"{words[part]} Ещё раз.",
    ]
    assert ([each.revision for each in revisions], article.revision) == ([0, 1], 2)


async def test_a_lead_that_is_left_out_once_is_no_revision(newsroom: Newsroom) -> None:
    for lead in (LEAD, "", LEAD):
        await newsroom.offers(item("a", "Мост открыт", lead=lead, body=BODY))
    assert (await newsroom.one()).revision == 0


async def test_words_that_never_rest_are_believed_24_times(newsroom: Newsroom) -> None:
    for number in range(MOST_SILENT_CHANGES + 5):
        await newsroom.offers(item("a", f"Гость номер {number}"))
    article = await newsroom.one()
    assert (article.revision, article.title) == (MOST_SILENT_CHANGES, f"Гость номер {MOST_SILENT_CHANGES}")


async def test_corrections_that_the_source_dates_are_all_believed(newsroom: Newsroom) -> None:
    for number in range(MOST_SILENT_CHANGES + 5):
        updated = (newsroom.clock.now() + timedelta(minutes=number)).isoformat()
        await newsroom.offers(item("a", f"Гость номер {number}", updated=updated))
    assert (await newsroom.one()).revision == MOST_SILENT_CHANGES + 4


async def test_a_correction_that_takes_the_article_back_is_told_to_editors_and_deletes_nothing(
    newsroom: Newsroom,
) -> None:
    await newsroom.offers(item("a", "Мост открыт", lead=LEAD))
    await newsroom.offers(item("a", "Материал отозван", lead="Материал удалён по решению редакции."))
    article = await newsroom.one()
    ((kind, article_id),) = [(alert.kind, alert.article_id) for alert in await newsroom.alerts()]
    assert (kind, article_id, article.recalled) == (AlertKind.RETRACTED, article.id, False)


async def test_a_backlog_after_a_break_is_held_and_editors_are_asked_once(
    newsroom: Newsroom, clock: MovableClock
) -> None:
    clock.advance(12 * 3600)
    ages = {f"Ночь {number}": number + 2 for number in range(6)} | {"Утро": 0}
    items = [item(title, title, date=clock.now() - timedelta(hours=age)) for title, age in ages.items()]
    await newsroom.offers(*items)
    assert await newsroom.ingest.titles() == []
    source = await newsroom.source()
    assert source.held
    assert len(await newsroom.held(source)) == 7
    (alert,) = await newsroom.alerts()
    assert (alert.kind, alert.key, alert.source_id) == (AlertKind.HELD, f"held:{source.id}", source.id)
    assert alert.arguments == {"count": 7, "oldest": "Ночь 5", "newest": "Утро"}

    late = item("late", "Опоздавшая", date=clock.now() - timedelta(hours=4))
    await newsroom.offers(item("now", "Сейчас", date=clock.now()), late, *items)
    assert await newsroom.ingest.titles() == ["Сейчас"]
    assert len(await newsroom.held(source)) == 8
    assert len(await newsroom.alerts()) == 1


async def test_few_articles_after_a_break_go_out(newsroom: Newsroom, clock: MovableClock) -> None:
    clock.advance(12 * 3600)
    await newsroom.offers(*(item(str(age), f"{age}", date=clock.now() - timedelta(hours=age)) for age in (2, 3, 4)))
    assert len(await newsroom.ingest.titles()) == 3
    assert await newsroom.alerts() == []


async def test_far_more_than_the_habit_is_held(newsroom: Newsroom) -> None:
    await newsroom.offers(*(item(str(number), f"Номер {number}") for number in range(31)))
    assert await newsroom.ingest.titles() == []
    assert len(await newsroom.alerts()) == 1


async def test_a_correction_of_what_is_held_changes_it_and_lets_nothing_out(
    newsroom: Newsroom, clock: MovableClock
) -> None:
    clock.advance(12 * 3600)
    items = [item(str(age), f"Номер {age}", date=clock.now() - timedelta(hours=age)) for age in (2, 3, 4, 5)]
    await newsroom.offers(*items)
    await newsroom.offers(item("2", "Исправлено", date=clock.now()), *items[1:])
    assert await newsroom.ingest.titles() == []
    assert (await newsroom.held(await newsroom.source()))[0].title == "Исправлено"


async def test_what_is_held_for_one_source_is_news_from_another(newsroom: Newsroom, clock: MovableClock) -> None:
    clock.advance(12 * 3600)
    ages = (2, 3, 4, 5)
    await newsroom.offers(
        *(
            item(str(age), f"Номер {age}", link=f"https://a.example/{age}", date=clock.now() - timedelta(hours=age))
            for age in ages
        )
    )
    await newsroom.offers(item("x", "Номер 3", link="https://a.example/3", date=clock.now()), path=OTHER)
    assert await newsroom.ingest.titles() == ["Номер 3"]
    assert len(await newsroom.held(await newsroom.source())) == 3


class Lines:
    """What a list page offers, handed to the intake as the poller does."""

    def __init__(self, newsroom: Newsroom, reader: ArticleReader) -> None:
        self._newsroom = newsroom
        self._intake = Intake(database=newsroom.ingest.database, reader=reader, clock=newsroom.clock)

    async def offers(self, *entries: Entry, path: str = FEED) -> None:
        source = await self._newsroom.source(path)
        now = self._newsroom.clock.now()
        decisions = await self._intake.prepare(source, entries, now)
        async with self._newsroom.ingest.database.transaction() as tx:
            await self._intake.store(tx, decisions, now)
        self._newsroom.clock.advance(60)


@pytest.fixture
def lines(newsroom: Newsroom, reader: ArticleReader) -> Lines:
    return Lines(newsroom, reader)


HEADLINE = make_entry(title="В Баку открыт новый мост", guid=None, url=None, is_headline=True, categories=("Общество",))


async def test_a_line_of_the_latest_block_is_stored_once(newsroom: Newsroom, lines: Lines) -> None:
    line = replace(HEADLINE, published_at=newsroom.clock.now())
    for _ in range(3):
        await lines.offers(line)
    article = await newsroom.one()
    assert (article.is_headline, article.url, article.announced) == (True, None, False)


@pytest.mark.parametrize("link", [None, "https://news.example/most"], ids=["by its headline", "by its address"])
@pytest.mark.parametrize("path", [FEED, OTHER], ids=["of its own source", "of another source"])
async def test_a_line_becomes_the_article_that_comes_later(
    newsroom: Newsroom, lines: Lines, link: str | None, path: str
) -> None:
    line = replace(HEADLINE, published_at=newsroom.clock.now(), url=link)
    await lines.offers(line)
    before = await newsroom.one()
    async with newsroom.ingest.database.transaction() as tx:
        await tx.articles.mark_planned(before.id, revision=0)
    await newsroom.offers(
        item("most", "В Баку открыт новый мост", link="https://news.example/most", lead=LEAD, body=BODY), path=path
    )
    article = await newsroom.one()
    assert (article.id, article.is_headline, article.announced) == (before.id, False, False)
    assert (article.url, article.lead) == ("https://news.example/most", LEAD)
    assert article.source_id == (await newsroom.source(path)).id
    assert article.published_at == before.published_at
    await lines.offers(line)
    assert [(each.is_headline, each.revision) for each in await newsroom.all()] == [(False, 1)]


async def test_a_line_after_its_article_adds_nothing(newsroom: Newsroom, lines: Lines) -> None:
    await newsroom.offers(item("most", "В Баку открыт новый мост", lead=LEAD, body=BODY))
    await lines.offers(replace(HEADLINE, published_at=newsroom.clock.now()), path=OTHER)
    assert [(each.is_headline, each.revision) for each in await newsroom.all()] == [(False, 0)]


async def test_the_same_headline_on_another_day_is_another_line(newsroom: Newsroom, lines: Lines) -> None:
    for _ in range(2):
        await lines.offers(replace(HEADLINE, published_at=newsroom.clock.now()))
        newsroom.clock.advance(24 * 3600)
    assert len(await newsroom.all()) == 2


LIST = """<html lang="ru"><body><main>
<div class="card"><a href="/ru/biznes/port-prinyal-pervyi-korabl/">Порт принял первый корабль после ремонта</a></div>
<div class="card"><a href="/ru/biznes/eksport-orekha-vyros-na-tret/">Экспорт ореха из Азербайджана вырос на треть</a></div>
<div class="card"><a href="/ru/futbol/karabakh-sygral-vnichyu/">«Карабах» сыграл вничью в первом матче</a></div>
</main><aside class="latest"><h3>Последние новости</h3>{}</aside></body></html>"""


async def test_a_line_of_a_list_page_s_block_and_its_article_in_a_feed(newsroom: Newsroom, site: Site) -> None:
    def block(*lines: tuple[str, str]) -> None:
        shown = "".join(
            f'<div class="line"><span>{time}</span><b>{title}</b><i class="rubric">Общество</i></div>'
            for time, title in lines
        )
        site.put("/ru/", LIST.format(shown), content_type="text/html; charset=utf-8")

    old = [("09:50", "Погода в Баку на сегодня"), ("09:40", "Курс валют на понедельник"), ("09:30", "Обзор прессы дня")]
    block(*old)
    await newsroom.ingest.declare(site.address + "/ru/", kind=SourceKind.PAGE, page=PageSelectors(ticker=".line"))
    await newsroom.ingest.poll()
    before = {article.id for article in await newsroom.all()}
    block(("10:02", "В Баку открыт новый мост"), *old)
    await newsroom.ingest.poll()
    (line,) = (article for article in await newsroom.all() if article.id not in before)
    assert (line.title, line.is_headline, line.announced, line.categories) == (
        "В Баку открыт новый мост",
        True,
        False,
        ("Общество",),
    )
    await newsroom.offers(item("most", "В Баку открыт новый мост", link="https://news.example/most", lead=LEAD))
    await newsroom.ingest.poll()
    (article,) = (article for article in await newsroom.all() if article.id not in before)
    assert (article.id, article.is_headline, article.url) == (line.id, False, "https://news.example/most")
