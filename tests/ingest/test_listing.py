import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors, SourceKind
from bot.ingest.discovery import MOST_CANDIDATES, discover
from bot.ingest.document import Document
from bot.ingest.fetch import Fetcher, NotModified
from bot.ingest.listing import MOST_ENTRIES, parse_list_page
from bot.sandbox.news_site import NewsSite
from tests.hang import no_hang

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 3, 2, 0, 30, tzinfo=BAKU)
SITE = "https://news.example"
URL = f"{SITE}/ru/news-feed/"


def read(body: str, url: str = URL, now: datetime = NOW, **selectors: str) -> Document:
    markup = body if body.startswith("{") else f"<html lang='ru'><body>{body}</body></html>"
    return parse_list_page(markup.encode(), None, url, selectors=PageSelectors(**selectors), zone=BAKU, now=now)


def seen(entry: Entry) -> tuple[str, str, str | None]:
    """Its time in Baku, title, and path."""
    at = entry.published_at.astimezone(BAKU).strftime("%d.%m %H:%M") if entry.published_at else ""
    return at, entry.title, entry.url and entry.url.removeprefix(SITE)


LATEST = """<aside><h2>Последние новости</h2><ol>
<li><time>00:15</time> <a href="/ru/futbol/snow/">Матч отложен</a> <span class="rubric">Футбол</span></li>
<li><time>23:50</time> <a href="/ru/biznes/port/">Порт закрыли на ремонт до весны</a> <span class="rubric">Бизнес</span></li>
<li><time>23:40</time> <a href="/ru/v-regione/schools/">В Грузии сократили сроки</a> <span class="rubric">В регионе</span></li>
</ol><p><a href="/ru/news-feed/">Лента новостей</a></p></aside>"""


def test_a_latest_block_gives_times_headlines_and_rubrics_across_midnight() -> None:
    document = read(LATEST, url=f"{SITE}/ru/biznes/other/")
    assert document.kind is SourceKind.PAGE
    assert [seen(entry) for entry in document.entries] == [
        ("02.03 00:15", "Матч отложен", "/ru/futbol/snow/"),
        ("01.03 23:50", "Порт закрыли на ремонт до весны", "/ru/biznes/port/"),
        ("01.03 23:40", "В Грузии сократили сроки", "/ru/v-regione/schools/"),
    ]
    assert [entry.categories for entry in document.entries] == [("Футбол",), ("Бизнес",), ("В регионе",)]


def test_lines_without_a_link_are_headlines() -> None:
    flat = "".join(
        f"<div>{part}</div>"
        for part in (
            "Последние новости", "00:15", "Матч отложен из-за снега", "Футбол", "23:50", "Порт закрыли на ремонт до весны",
            "Бизнес", "23:40", "В Грузии сократили сроки обучения", "В регионе", "Лента новостей",
        )
    )  # fmt: skip
    entries = read(f"<section>{flat}</section>").entries
    assert [seen(entry) for entry in entries] == [
        ("02.03 00:15", "Матч отложен из-за снега", None),
        ("01.03 23:50", "Порт закрыли на ремонт до весны", None),
        ("01.03 23:40", "В Грузии сократили сроки обучения", None),
    ]
    assert all(entry.is_headline for entry in entries)
    assert [entry.categories for entry in entries] == [("Футбол",), ("Бизнес",), ("В регионе",)]


ROWS = [
    ("00:15", "/ru/1", "Матч отложен из-за снега в горах"),
    ("23:50", "/ru/2", "Порт закрыли на ремонт до весны"),
    ("23:40", "/ru/3", "В Грузии сократили сроки обучения"),
]
EXPECTED = [
    ("02.03 00:15", ROWS[0][2], "/ru/1"),
    ("01.03 23:50", ROWS[1][2], "/ru/2"),
    ("01.03 23:40", ROWS[2][2], "/ru/3"),
]


@pytest.mark.parametrize(
    ("before", "row", "after"),
    [
        pytest.param("<ul>", "<li>{0} <a href='{1}'>{2}</a>", "</ul>", id="a list"),
        pytest.param("<dl>", "<dt>{0}</dt><dd><a href='{1}'>{2}</a></dd>", "</dl>", id="terms and descriptions"),
        pytest.param("<table>", "<tr><td>{0}</td><td><a href='{1}'>{2}</a></td></tr>", "</table>", id="a table"),
        pytest.param("<div>", "{0} <a href='{1}'>{2}</a><br>", "</div>", id="lines with breaks"),
        pytest.param("<div>", "<a href='{1}'>{0} {2}</a>", "</div>", id="bare links that begin with the time"),
        pytest.param("<div>", "<a href='{1}'><span>{0}</span><span>{2}</span></a>", "</div>", id="links around all"),
        pytest.param(
            "<div>",
            "<h3><a href='{1}'>{2}</a></h3><i class=d>{0}</i><p>Анонс.</p>",
            "</div>",
            id="headings, then dates",
        ),
        pytest.param(
            "<div>", "<div><h4>{2}</h4><p>{0}</p><a href='{1}?id=1234'>Подробнее</a></div>", "</div>", id="read more"
        ),
    ],
)
def test_a_list_is_found_however_it_is_built(before: str, row: str, after: str) -> None:
    body = f"<h1>Новости</h1>{before}{''.join(row.format(*each) for each in ROWS)}{after}"
    found = [(at, title, path and path.partition("?")[0]) for at, title, path in map(seen, read(body).entries)]
    assert found == EXPECTED


def cards(*rows: str) -> str:
    return "".join(
        f"<div class='card'><a href='/ru/a/{name}-1-x/'><img src='/{name}_400.jpg' width='400'></a><a class='cat' href='/ru/a/'>Экономика</a>"
        f"<h3><a href='/ru/a/{name}-1-x/'>Длинный заголовок статьи под именем {name}</a></h3></div>"
        for name in rows
    )


def test_cards_without_dates_are_a_list_and_old_articles_beside_them_are_not() -> None:
    old = "".join(f"<li><a href='/ru/a/old-{n}-x/'>Старая статья номер {n}, которую все читают</a>" for n in range(9))
    menu = "".join(f"<a href='/ru/{n}/'>Раздел с довольно длинным названием {n}</a>" for n in range(9))
    entries = read(
        f"<header><nav>{menu}</nav></header><main><h1>Новости</h1>{cards('one', 'two', 'three')}</main>"
        f"<div class='box'><h3>Самое читаемое</h3><ul>{old}</ul></div><div class='sidebar'><ul>{old}</ul></div>"
        f"<div class='pagination'><a href='?page=2'>Следующая страница со старыми статьями</a></div><footer>{menu}</footer>"
    ).entries
    assert [seen(entry) for entry in entries] == [
        ("", f"Длинный заголовок статьи под именем {name}", f"/ru/a/{name}-1-x/") for name in ("one", "two", "three")
    ]
    assert {entry.categories for entry in entries} == {("Экономика",)}
    assert entries[0].image == f"{SITE}/one_400.jpg"


def test_headings_between_the_items_name_the_day() -> None:
    body = (
        "<h1>Лента</h1><h2>Сегодня</h2><ul><li><b>00:10</b><a href=/ru/1>Матч отложен из-за снега</a></ul><h2>28 февраля</h2>"
        "<ul><li><b>20:10</b><a href=/ru/2>Порт закрыли на ремонт</a><li><b>10:10</b><a href=/ru/3>В Грузии сократили сроки</a></ul>"
    )
    assert [seen(entry)[0] for entry in read(body).entries] == ["02.03 00:10", "28.02 20:10", "28.02 10:10"]


def test_a_list_that_begins_with_the_oldest_stays_on_its_day() -> None:
    rows = "".join(f"<li>{hour:02}:00 <a href=/ru/{hour}>Новость часа под номером {hour}</a>" for hour in range(8, 13))
    entries = read(f"<ul>{rows}</ul>", now=NOW.replace(hour=13)).entries
    assert [seen(entry)[0] for entry in entries] == [f"02.03 {hour:02}:00" for hour in range(8, 13)]


def test_a_line_out_of_order_by_some_minutes_is_not_of_the_day_before() -> None:
    rows = "".join(
        f"<li>{clock} <a href=/ru/{n}>Новость часа под номером {n}</a>"
        for n, clock in enumerate(("12:30", "12:05", "12:20", "11:50"))
    )
    assert {seen(entry)[0][:5] for entry in read(f"<ul>{rows}</ul>", now=NOW.replace(hour=13)).entries} == {"02.03"}


def test_times_for_machines_go_before_times_for_people() -> None:
    rows = "".join(
        f"<li><time datetime='2026-02-{day}T10:00:00+04:00'>10:00</time> <a href=/ru/{day}>Новость дня под номером {day}</a>"
        for day in (12, 11, 10)
    )
    assert [seen(entry)[0] for entry in read(f"<ul>{rows}</ul>").entries] == [
        "12.02 10:00",
        "11.02 10:00",
        "10.02 10:00",
    ]


def test_links_elsewhere_are_no_articles_of_the_site() -> None:
    rows = "".join(
        f"<li>10:0{n} <a href='https://other.example/{n}'>Новость другого сайта под номером {n}</a>" for n in range(5)
    )
    with pytest.raises(SourceError, match="No list of articles"):
        read(f"<ul>{rows}</ul>")


def test_an_article_that_stands_twice_is_listed_once() -> None:
    entries = read(
        f"<h1>Новости</h1><div class='hero'>{cards('one')}</div>{LATEST.replace('/ru/biznes/port/', '/ru/a/one-1-x/')}"
    ).entries
    assert len({entry.url for entry in entries}) == len(entries) == 3


def test_a_selector_chooses_the_links() -> None:
    body = f"{LATEST}<div id='x'>{cards('one', 'two')}</div>"
    assert [entry.url for entry in read(body, list="#x h3 a").entries if "/a/" in (entry.url or "")] == [
        f"{SITE}/ru/a/one-1-x/", f"{SITE}/ru/a/two-1-x/",
    ]  # fmt: skip


def test_a_selector_that_finds_nothing_leaves_the_page_to_itself() -> None:
    assert len(read(LATEST, list=".gone a", ticker=".gone").entries) == 3


def test_a_selector_names_the_lines_of_a_block() -> None:
    body = "<div class='l'><i>09:10</i><b>Коротко</b></div><div class='l'><i>09:05</i><b>Ясно</b></div>"
    entries = read(body, ticker=".l", now=NOW.replace(hour=10)).entries
    assert [seen(entry) for entry in entries] == [("02.03 09:10", "Коротко", None), ("02.03 09:05", "Ясно", None)]


def test_an_answer_in_json_gives_addresses_and_titles_where_it_has_them() -> None:
    posts = [
        {"url": "/ru/a/1/"},
        {"link": "/ru/a/2/", "title": "A &amp; B", "date": "2026-03-01 10:00"},
        {"url": "/ru/a/1/"},
        "x",
        {"id": 5},
    ]
    entries = read(json.dumps({"data": {"posts": posts}})).entries
    assert [seen(entry) for entry in entries] == [("", "", "/ru/a/1/"), ("01.03 10:00", "A & B", "/ru/a/2/")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("", "No list of articles", id="nothing"),
        pytest.param("<p>Порт закрыли на ремонт.</p>", "No list of articles", id="no links"),
        pytest.param('{"posts": 5}', "lists no articles", id="JSON without a list"),
        pytest.param('{"posts": [', "cannot be read", id="broken JSON"),
    ],
)
def test_what_is_no_list_is_said_in_a_sentence(body: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(body)


def test_a_page_that_names_its_feeds_needs_no_list() -> None:
    links = (
        '<link rel="alternate" type="application/rss+xml" href="/az/rss/" hreflang="az">'
        '<link rel="alternate" type="application/rss+xml" href="/ru/comments/feed/" title="Comments">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">'
        '<link rel="alternate" type="application/atom+xml" href="/ru/atom/">'
    )
    assert read(links).feeds == (f"{SITE}/ru/atom/", f"{SITE}/az/rss/")


def test_the_feed_of_a_front_page_is_looked_for_where_it_is_announced_linked_and_usual() -> None:
    page = b'<html lang="ru"><link rel="alternate" type="application/rss+xml" href="/ru/news.xml"><a href="/ru/rss/all">RSS</a><a href="/russia/">R</a>'
    found = discover(page, None, f"{SITE}/ru/")
    assert found[:4] == (f"{SITE}/ru/news.xml", f"{SITE}/ru/rss/all", f"{SITE}/ru/rss/", f"{SITE}/ru/feed/")
    assert f"{SITE}/rss/" in found
    assert len(found) == MOST_CANDIDATES


def test_well_known_places_are_tried_for_a_page_that_cannot_be_read() -> None:
    assert discover(b"<div>" * 50_000, None, f"{SITE}/")[:3] == (f"{SITE}/rss/", f"{SITE}/feed/", f"{SITE}/rss.xml")


def test_an_endless_list_is_read_in_part_and_in_time() -> None:
    with no_hang():
        document = read(
            "".join(f"<p>10:00 <a href=/ru/{n}>Новость часа под номером {n}</a></p>" for n in range(30_000))
        )
        assert len(document.entries) == MOST_ENTRIES


async def test_the_pages_of_a_news_site_are_read_without_configuration(news: NewsSite, fetcher: Fetcher) -> None:
    urls = [news.publish_sample() for _ in range(6)]
    for path in ("/news/", "/news/ru/news-feed/", "/news/ru/"):
        page = await fetcher.get(news.address + path)
        assert not isinstance(page, NotModified)
        document = parse_list_page(page.body, page.content_type, page.url, zone=BAKU, now=NOW)
        expected = set(urls if path == "/news/" else urls[::3])
        assert {entry.url for entry in document.entries} == expected
        assert all(entry.published_at and entry.categories and entry.language for entry in document.entries)
