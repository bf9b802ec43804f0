import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.ingest.page import MAX_PAGE, parse_article_page
from bot.ingest.reading import ArticleReader
from bot.sandbox.news_site import NewsSite

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
