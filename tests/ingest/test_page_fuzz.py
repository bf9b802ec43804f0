"""Whatever a site answers, the parsers of pages and sitemaps say so in their own words, and soon."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors, SourceKind
from bot.ingest.detect import detect
from bot.ingest.discovery import MOST_CANDIDATES, discover
from bot.ingest.listing import parse_list_page
from bot.ingest.page import parse_article_page
from bot.ingest.retraction import is_retraction
from bot.ingest.selectors import mistake_in, picked
from bot.ingest.sitemap import parse_sitemap
from bot.ingest.text import parse_markup
from tests.hang import no_hang

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "https://news.example/ru/news-feed/"
SELECTORS = PageSelectors(list="a", title="h1", body="p", rubric="span", published="time", image="img", ticker="li")


def article(body: bytes) -> object:
    return parse_article_page(body, None, URL, selectors=SELECTORS, zone=UTC, now=NOW)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "article": lambda body: parse_article_page(body, None, URL, zone=UTC, now=NOW),
    "article by selectors": article,
    "list": lambda body: parse_list_page(body, None, URL, zone=UTC, now=NOW),
    "list by selectors": lambda body: parse_list_page(body, None, URL, selectors=SELECTORS, zone=UTC, now=NOW),
    "sitemap": lambda body: parse_sitemap(body, None, URL, now=NOW),
    "discover": lambda body: discover(body, None, URL),
    "detect": detect,
}

_documents = st.sampled_from(
    [
        path.read_bytes()
        for folder in ("pages", "sitemaps")
        for path in sorted((DATA / folder).iterdir())
        if path.suffix != ".json"
    ]
)
_pieces = st.sampled_from(
    b"<a href='/ru/x/1234'> </a> <a href='http://[x'> <li> <div class=menu> <h1> </h1> <time datetime=2026> <time> 21:04 23:59 00:01 <p> <table> <tr> "
    b"<td> <article> <header> <nav> <main> <img srcset='a 1w, b 99999w'> <!-- --> <![CDATA[ ]]> &amp; &#xd800; &nbsp; <script> <url> <loc> </loc> "
    b'<urlset> <sitemap> <lastmod> 2026-03-02 \xff\xfe \x00 \xd0 { [ ] } "posts":[ {"url":5} <meta property=og:title content=x> <svg><p> '
    b'<script\x20type=\'application/ld+json\'>[[{"@type":["NewsArticle",5]}]]</script>'.split()
)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A document that lost a part and got another in its place."""
    document = draw(_documents)
    begin, end = sorted((draw(st.integers(0, len(document))), draw(st.integers(0, len(document)))))
    return document[:begin] + b" ".join(draw(st.lists(_pieces, max_size=6))) + document[end:]


_answers = st.one_of(st.binary(max_size=300), st.lists(_pieces, max_size=40).map(b" ".join), _damaged())


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=_answers)
def test_any_answer_is_read_or_refused_in_a_sentence(name: str, body: bytes) -> None:
    with contextlib.suppress(SourceError):
        PARSERS[name](body)


@settings(max_examples=100, deadline=None)
@given(body=_answers)
def test_a_document_is_always_of_some_kind_and_always_has_places_to_look_at(body: bytes) -> None:
    assert detect(body) in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.PAGE)
    assert 0 < len(discover(body, None, URL)) <= MOST_CANDIDATES


@settings(max_examples=200, deadline=None)
@given(
    selector=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "div",
                    "p",
                    "a",
                    ".x",
                    "#y",
                    "[z]",
                    ":not(",
                    ")",
                    ":has(",
                    ">",
                    "~",
                    "+",
                    ",",
                    "*",
                    ":nth-child(2n+1)",
                    "::before",
                    ":",
                    "(",
                    '"',
                    "'",
                ]
            ),
            max_size=8,
        ).map(" ".join),
    )
)
def test_a_selector_is_either_a_mistake_or_it_selects(selector: str) -> None:
    tree = parse_markup("<div><p class=x>1<p id=y>2<a z=1>3</div>")
    assert tree is not None
    if mistake_in(selector) is None:
        picked(tree, selector)


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=500), body=st.text(max_size=500))
def test_any_text_is_a_retraction_or_none(title: str, body: str) -> None:
    assert is_retraction(title, body) in (True, False)


def _card(number: int) -> str:
    return f"<div class=card><h3><a href=/ru/a/slug-{number}-x/>Заголовок статьи номер {number}</a></h3><time>1{number % 10}:00</time></div>"


ABSURD = {
    "thousands of cards": "".join(map(_card, range(8000))),
    "links in links": "".join(f"<div class=menu><a href=/x/{n}>Заголовок номер {n} раз два</a>" for n in range(1900)),
    "titles in titles": "".join(
        f"<div class=title>Популярное<a href=/x/{n}>Заголовок номер {n} раз</a>" for n in range(1900)
    ),
    "times in times": "".join(
        f"<div><p>1{n % 10}:{n % 50 + 10}</p><p>Заголовок номер {n} раз два</p>" for n in range(900)
    ),
    "a template for each": "".join(
        f"<b class={'x' * (n % 90)}{n:b}><a href=/x/{n}>Заголовок номер {n}</a></b>" for n in range(5000)
    ),
    "paragraphs": "<article>" + "<p>Слова текста и ещё слова.</p>" * 40_000 + "</article>",
    "items of a list": "<ul><li>x<li>y</ul>" * 40_000,
    "open scripts": "<p>x</p>" + "<script>" * 200_000,
    "attributes": "<p " + " ".join(f"a{n}='>'" for n in range(100_000)) + ">",
    "headlines": "<h1>x</h1>" * 50_000,
    "brackets": "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
}


@pytest.mark.parametrize("name", ["article", "list", "sitemap", "discover"])
@pytest.mark.parametrize("markup", [pytest.param(markup, id=name) for name, markup in ABSURD.items()])
def test_an_absurd_page_takes_little_time(markup: str, name: str) -> None:
    with no_hang(), contextlib.suppress(SourceError):
        PARSERS[name](f"<html><body>{markup}".encode())
