"""No document makes parse_feed() raise anything but SourceError, or take long.

Time itself is measured by benchmarks/fuzz_parsers.py: here the documents that once took seconds or minutes only have to be
read at all, since a reader that is no longer bounded would not come to an end within the suite's patience.
"""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_parsers import damaged
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.ingest.document import Document
from bot.ingest.feed import MAX_FEED, parse_feed
from bot.ingest.text import clean, from_markup, from_node, parse_markup

DATA = Path(__file__).parents[1] / "data" / "feeds"
DOCUMENTS = [path.read_bytes() for path in sorted(DATA.iterdir()) if not path.name.endswith(".expected.json")]
BASE = "https://news.example/rss/"
# A quarter of what a feed may have: enough for what is not bounded to take a minute.
LARGE = MAX_FEED // 4

HEAD, TAIL = '<rss version="2.0"><channel><title>t</title><item><title>A</title></item>', "</channel></rss>"


def read(body: bytes) -> Document | None:
    try:
        return parse_feed(body, None, BASE)
    except SourceError:
        return None


def check(entry: Entry) -> None:
    for text in (entry.title, entry.lead, entry.body, entry.author or "", entry.guid or "", *entry.categories):
        assert clean(text) == text
        assert text == text.strip()
    for url in (entry.url, entry.image):
        assert url is None or url.lower().startswith(("http://", "https://"))
    for moment in (entry.published_at, entry.updated_at):
        assert moment is None or moment.utcoffset() is not None
    assert "\n" not in entry.title


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read(body)


@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_document_gives_clean_entries_or_is_refused(body: bytes, chance: random.Random) -> None:
    found = read(damaged(body, chance, DOCUMENTS)[:50_000])
    for entry in found.entries if found else ():
        check(entry)


@given(st.text(alphabet="<>&;/!?[]-='\"#x aбCDAT\n\x00", max_size=80))
def test_any_text_within_a_feed_is_read(text: str) -> None:
    found = read(f"{HEAD}<item><title>{text}</title><link>https://news.example/1/</link></item>{TAIL}".encode())
    assert found is None or found.entries[0].title == "A"


@given(
    st.lists(
        st.sampled_from((
            "<p>", "</p>", "<div>", "<b>", "</b>", "<i class='x'>", "</i>", "<br>", "<br/>", "<hr>", "<ul>", "<li>", "<h2>",
            '<a href="?a=1&amp;b">', "</a>", "<img src=x>", "&amp;", "&nbsp;", "&laquo;", "&#8212;", "&#146;", "&copy2", "&lt;b&gt;",
            "&unknown;", "&", " ", "\n", "слово", "A",
        )),
        max_size=12,
    )
)  # fmt: skip
def test_simple_markup_says_what_its_tree_says(pieces: list[str]) -> None:
    markup = "".join(pieces)
    tree = parse_markup(markup)
    assert tree is not None
    assert tree.body is not None
    assert from_markup(markup).split() == from_node(tree.body).split()


def filled(unit: str, *, before: str = HEAD, after: str = TAIL) -> bytes:
    room = LARGE - len(before.encode()) - len(after.encode())
    return (before + unit * (room // len(unit.encode())) + after).encode()


TEXT = f"{HEAD}<item><title>B</title><description><![CDATA["
END_OF_TEXT = f"]]></description></item>{TAIL}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(filled("<a>", after=""), id="nested without end"),
        pytest.param(filled("<item>"), id="entries within entries"),
        pytest.param(filled("<item/>"), id="a million entries"),
        pytest.param(filled("<a></b>"), id="ends of others"),
        pytest.param(filled("&"), id="bare ampersands"),
        pytest.param(filled("&nbsp;"), id="references"),
        pytest.param(filled('<a "'), id="open quotes"),
        pytest.param(filled("<!--"), id="open comments"),
        pytest.param(filled("<? "), id="open instructions"),
        pytest.param(filled("<![CDATA["), id="open character data"),
        pytest.param(filled("a='1' ", before=f"{HEAD}<item ", after=f"/>{TAIL}"), id="attributes"),
        pytest.param(
            filled("javascript:", before=f"{HEAD}<item ", after=f"/>{TAIL}"), id="an attribute without an end"
        ),
        pytest.param(filled("<a xml:base='b/'/>"), id="bases"),
        pytest.param(filled("<p>", before=TEXT, after=END_OF_TEXT), id="paragraphs in a text"),
        pytest.param(filled("<td>x", before=TEXT, after=END_OF_TEXT), id="cells in a text"),
        pytest.param(filled("x\n", before=TEXT, after=END_OF_TEXT), id="lines in a text"),
        pytest.param(filled("&notabcdefghijklmnopqrstuvw", before=TEXT, after=END_OF_TEXT), id="names of nothing"),
        pytest.param(filled("a@", before=f"{HEAD}<item><author>", after=f"</author></item>{TAIL}"), id="an author"),
        pytest.param(filled("<item><title>a</title></item>", before="<x>", after="</x>"), id="a root nobody knows"),
        pytest.param(filled("{},", before='{"items":[', after="{}]}"), id="JSON of nothing"),
        pytest.param(filled("<p>", before='{"items":[{"content_html":"', after='"}]}'), id="JSON of paragraphs"),
        pytest.param(b"<item>" * 5000, id="entries for the slow reader"),
        pytest.param(b"<channel><item>" + b"<a>" * 5000, id="nested for the slow reader"),
        pytest.param(filled("<? ", before="<item>", after="")[:18_000], id="instructions for the slow reader"),
    ],
)
def test_a_document_made_to_keep_us_busy_does_not(body: bytes) -> None:
    found = read(body)
    assert found is None or len(found.entries) < 10_000


def test_what_came_before_the_flood_is_kept() -> None:
    found = read(filled("<a/>"))
    assert found is not None
    assert [entry.title for entry in found.entries] == ["A"]
    assert not found.whole


def test_a_large_honest_feed_is_read_whole() -> None:
    text = "<p>" + "слово <b>слово</b> " * 12 + "</p>"
    items = "".join(
        f"<item><title>{number}</title><link>https://news.example/{number}/</link><description>{'слово ' * 30}</description>"
        f"<content:encoded><![CDATA[{text * 6}]]></content:encoded></item>"
        for number in range(500)
    )
    found = read(f'<rss version="2.0"><channel><title>t</title>{items}{TAIL}'.encode())
    assert found is not None
    assert (len(found.entries), found.whole) == (500, True)
    assert found.entries[-1].body.startswith("слово слово")
