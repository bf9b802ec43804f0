import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import PageSelectors
from bot.ingest.page import MAX_PAGE, parse_article_page
from bot.ingest.reading import ArticleReader
from bot.sandbox.news_site import NewsSite

BAKU = ZoneInfo("Asia/Baku")
DATA = Path(__file__).parents[1] / "data"
URL = "https://news.example/az/xarici-siyaset/azerbaycan-ve-peru/"


def page(head: str = "", body: str = "") -> bytes:
    return f"<html><head><title>Page</title>{head}</head><body>{body}</body></html>".encode()


def test_a_page_without_metadata_is_read_by_its_structure() -> None:
    article = parse_article_page((DATA / "pages" / "plain.html").read_bytes(), "text/html", URL)
    assert (article.title, article.section) == ("Azərbaycan və Peru ilk raundu keçirdi", "Xarici siyasət")
    assert (article.image, article.language) == ("https://news.example/photo/abc_850.jpg", Language.AZ)
    paragraphs = article.body.split("\n\n")
    assert len(paragraphs) == 3
    assert paragraphs[0].startswith("Azərbaycan və Peru Limada")
    assert paragraphs[-1].endswith("müzakirə ediblər.")


def test_a_canonical_link_that_names_the_front_page_is_not_believed() -> None:
    assert parse_article_page((DATA / "pages" / "plain.html").read_bytes(), "text/html", URL).url == URL


def test_a_canonical_link_to_the_same_article_is_believed() -> None:
    canonical = "https://news.example/az/peru-2026/"
    html = page(f'<link rel="canonical" href="{canonical}">', "<h1>T</h1><article><p>Words.</p></article>")
    assert parse_article_page(html, None, "https://news.example/amp/az/peru-2026/?x=1").url == canonical


async def test_the_page_of_an_agency_gives_the_whole_article(news: NewsSite, reader: ArticleReader) -> None:
    url = news.load_page_text((DATA / "report-article.txt").read_text(), block_date=date(2025, 12, 10))
    entry = await reader.read_article(url)
    assert entry.title == "Азербайджан и Перу провели первый раунд межмидовских политконсультаций"
    assert (entry.url, entry.author, entry.language) == (url, "Elvis", Language.RU)
    assert (entry.categories, entry.published_at) == (("Внешняя политика",), datetime(2025, 9, 4, 5, 32, tzinfo=UTC))
    paragraphs = entry.body.split("\n\n")
    assert len(paragraphs) == 8
    assert paragraphs[0] == entry.lead
    assert paragraphs[-1].startswith("В ведомстве отметили")


async def test_a_page_that_only_repeats_its_headline_has_no_other_body(news: NewsSite, reader: ArticleReader) -> None:
    title = "Президент поблагодарил участников заседания"
    entry = await reader.read_article(news.publish(title, body=title))
    assert entry.body == title


@pytest.mark.parametrize(
    ("linked", "expected"),
    [
        pytest.param({"image": {"url": "/i.jpg"}}, {"image": "https://news.example/i.jpg"}, id="an image object"),
        pytest.param({"image": ["/i.jpg", "/j.jpg"]}, {"image": "https://news.example/i.jpg"}, id="a list of images"),
        pytest.param({"author": [{"name": "Alice"}, {"name": "Bob"}]}, {"author": "Alice"}, id="authors"),
        pytest.param({"articleSection": ["Бизнес", "ИКТ"]}, {"section": "Бизнес"}, id="sections"),
        pytest.param({"datePublished": "2026-03-02"}, {"published_at": None}, id="a day without a time"),
        pytest.param({"headline": "A &amp; B"}, {"title": "A & B"}, id="an escaped headline"),
        pytest.param({"headline": 5, "author": 7, "image": None}, {"title": "Heading", "author": None}, id="nonsense"),
    ],
)
def test_linked_data_is_read_in_the_shapes_that_sites_write(
    linked: dict[str, object], expected: dict[str, object]
) -> None:
    graph = json.dumps({"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], **linked}]})
    article = parse_article_page(
        page(f'<script type="application/ld+json">{graph}</script>', "<h1>Heading</h1>"), None, URL
    )
    assert {name: getattr(article, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        pytest.param("", "<h1>T</h1><span>4 сентября, 2025</span><span>09:32</span>", "2025-09-04 09:32", id="apart"),
        pytest.param(
            "", "<h1>T</h1><span>09:32</span> <i>4 сентября</i>", "2025-09-04 09:32", id="time first, no year"
        ),
        pytest.param(
            "", "<div><h1>T</h1></div><div>By bob | Sep 4, 2025 9:32 AM</div>", "2025-09-04 09:32", id="a byline"
        ),
        pytest.param(
            "", "<h1>T</h1><aside>1 мая 2025, 10:00</aside><p>сегодня в 09:32</p>", "2025-09-04 09:32", id="an aside"
        ),
        pytest.param(
            '<meta property="article:published_time" content="2025-09-04T09:32:00">',
            "<h1>T</h1><p>5 мая 2025, 10:00</p>",
            "2025-09-04 09:32",
            id="what machines read, in the newsroom's zone",
        ),
        pytest.param("", "<p>1 мая 2025, 10:00</p>" + "<p>x</p>" * 9 + "<h1>T</h1>", None, id="far from the headline"),
    ],
)
def test_the_date_beside_the_headline_is_read(head: str, body: str, expected: str | None) -> None:
    now = datetime(2025, 9, 4, 12, 0, tzinfo=BAKU)
    words = "<article><p>Words of the article.</p></article>"
    found = parse_article_page(page(head, body + words), None, URL, zone=BAKU, now=now).published_at
    assert (found.astimezone(BAKU).strftime("%Y-%m-%d %H:%M") if found else None) == expected


def test_selectors_go_before_everything_else_and_may_find_nothing() -> None:
    head = '<meta property="og:title" content="Other"><meta property="article:section" content="Other">'
    body = (
        "<h1>Other</h1><b id=t>Title</b><i id=r>Rubric</i><i id=d>1 мая 2025</i><i id=d>10:00</i><u id=a>Автор: Olga</u>"
        "<div id=b><p>One.</p><p>Two.</p></div><img id=i src=/small.jpg srcset='/small.jpg 300w, /large.jpg 900w'>"
    )
    chosen = PageSelectors(title="#t", body="#b p", rubric="#r", published="#d", author="#a", image="#i")
    article = parse_article_page(page(head, body), None, URL, selectors=chosen, zone=BAKU)
    assert (article.title, article.section, article.author) == ("Title", "Rubric", "Olga")
    assert (article.body, article.image) == ("One.\n\nTwo.", "https://news.example/large.jpg")
    assert article.published_at == datetime(2025, 5, 1, 10, 0, tzinfo=BAKU)
    gone = PageSelectors(title=".gone", rubric=".gone", image=".gone")
    assert (
        parse_article_page(page(head, f"{body}<article><p>Words.</p></article>"), None, URL, selectors=gone).title
        == "Other"
    )


@pytest.mark.parametrize(
    ("image", "others", "expected"),
    [
        pytest.param(
            "https://static.report.az/photo/a1-b2_400.jpg",
            "",
            "https://static.report.az/photo/a1-b2_850.jpg",
            id="Report's",
        ),
        pytest.param(
            "/p/x_300.jpg",
            "<img src=/p/x_900.jpg><img src=/p/y_1200.jpg>",
            "https://news.example/p/x_900.jpg",
            id="on the page",
        ),
        pytest.param(
            "/p/x-300x200.jpg", "<img src=/p/x-9000x6000.jpg>", "https://news.example/p/x-300x200.jpg", id="a poster"
        ),
        pytest.param("/p/x.jpg", "<img src=/p/x_900.jpg>", "https://news.example/p/x.jpg", id="no width"),
    ],
)
def test_of_one_picture_in_several_widths_the_largest_is_named(image: str, others: str, expected: str) -> None:
    head = f'<meta property="og:type" content="article"><meta property="og:image" content="{image}">'
    assert parse_article_page(page(head, f"<h1>T</h1>{others}"), None, URL).image == expected


def test_a_change_before_the_publishing_is_no_change() -> None:
    linked = {"@type": "NewsArticle", "datePublished": "2026-03-02T10:00:00Z", "dateModified": "2020-01-01T00:00:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    assert parse_article_page(page(head, "<h1>T</h1>"), None, URL).updated_at is None


def test_an_entry_tells_when_the_article_was_changed() -> None:
    linked = {"@type": "NewsArticle", "datePublished": "2026-03-02T10:00:00Z", "dateModified": "2026-03-02T11:00:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    entry = parse_article_page(page(head, "<h1>T</h1>"), None, URL).entry()
    assert entry.updated_at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def test_a_very_large_page_is_read_by_its_paragraphs() -> None:
    words = "".join(f"<p>Paragraph number {number} of a very long article.</p>" for number in range(30_000))
    assert len(parse_article_page(page("", f"<article><h1>T</h1>{words}</article>"), None, URL).body) > 1_000_000


def test_broken_linked_data_leaves_the_other_metadata() -> None:
    head = '<script type="application/ld+json">{"@type": </script><meta property="og:type" content="article">'
    head += '<meta property="og:title" content="Title &amp;amp; more"><meta property="og:description" content="Lead.">'
    article = parse_article_page(page(head), None, URL)
    assert (article.title, article.lead) == ("Title &amp; more", "Lead.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "no article", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "no article", id="a picture"),
        pytest.param(page("", "<p></p>"), "no article", id="a page without words"),
        pytest.param(b"<div>" * 50_000, "nested too deeply", id="nested"),
        pytest.param(b" " * (MAX_PAGE + 1), "4.0 MB, more than the 4 MB", id="too large"),
    ],
)
def test_what_is_no_article_is_said_in_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse_article_page(body, None, URL)
