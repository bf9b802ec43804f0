import pytest

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.ingest.feed import MAX_FEED, parse_feed

BASE = "https://news.example/rss/"


def rss(*items: str, end: str = "</channel></rss>") -> bytes:
    return (
        '<rss version="2.0"><channel><title>t</title>' + "".join(f"<item>{item}</item>" for item in items) + end
    ).encode()


def only(*items: str) -> Entry:
    (entry,) = parse_feed(rss(*items), None, BASE).entries
    return entry


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "no-such"])
def test_a_feed_is_read_whatever_encoding_it_claims(encoding: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>' + rss("<title>Заголовок статьи</title>").decode()
    (entry,) = parse_feed(text.encode(encoding), None, BASE).entries
    assert entry.title == "Заголовок статьи"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        pytest.param("1 &lt; 2 &amp; 3", "1 < 2 & 3", id="signs of markup"),
        pytest.param("AT&amp;amp;T", "AT&T", id="escaped twice"),
        pytest.param("&lt;i&gt;Ələt&lt;/i&gt; port", "Ələt port", id="markup"),
        pytest.param("Use the &lt;b&gt; tag", "Use the <b> tag", id="a tag that is talked about"),
        pytest.param("<![CDATA[Tom & Jerry]]>", "Tom & Jerry", id="character data"),
        pytest.param("👩‍👩‍👧 🇦🇿 \U0001f9ff", "👩‍👩‍👧 🇦🇿 \U0001f9ff", id="emoji"),
        pytest.param("a\x00b\x1b[31m\x9fc", "ab[31mc", id="control characters"),
        pytest.param("a&nbsp;b &#xD800; c\n\n d", "a b c d", id="entities XML does not know"),
        pytest.param("я" * 10_000, "я" * 10_000, id="ten thousand characters"),
    ],
)
def test_a_title_survives(markup: str, title: str) -> None:
    assert only(f"<title>{markup}</title>").title == title


@pytest.mark.parametrize(
    "date",
    [
        "",
        "<pubDate/>",
        "<pubDate>soon</pubDate>",
        "<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>",
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
    ],
)
def test_a_date_that_is_none_is_left_open(date: str) -> None:
    assert only(f"<title>A</title>{date}").published_at is None


def test_a_long_description_is_lead_and_body() -> None:
    rest = "Слова. " * 80
    entry = only(
        f"<title>A</title><description>&lt;p&gt;Первый абзац.&lt;/p&gt;&lt;p&gt;{rest}&lt;/p&gt;</description>"
    )
    assert (entry.lead, entry.body) == ("Первый абзац.", rest.strip())


def test_an_address_that_is_none_of_the_web_is_left_out() -> None:
    entry = only(
        '<title>A</title><link>javascript:alert(1)</link><enclosure url="data:image/png;base64,x" type="image/png"/>'
    )
    assert (entry.url, entry.image) == (None, None)


def test_an_address_for_small_screens_is_better_than_none() -> None:
    item = (
        "<item><title>A</title><guid isPermaLink='false'>1</guid>{}<pdalink>https://m.news.example/1/</pdalink></item>"
    )
    feed = "<rss><channel>{}</channel></rss>"
    both = (item.format("<link>https://news.example/1/</link>"), item.format(""))
    found = parse_feed(feed.format("".join(both)).encode(), None, "https://news.example/")
    assert [entry.url for entry in found.entries] == ["https://news.example/1/", "https://m.news.example/1/"]


def test_a_pixel_that_counts_readers_is_no_picture() -> None:
    entry = only(
        '<title>A</title><description><![CDATA[<img src="/p.gif" width="1"><img src="/a.jpg">]]></description>'
    )
    assert entry.image == "https://news.example/a.jpg"


def test_a_valid_feed_without_entries_is_an_empty_feed() -> None:
    assert parse_feed(rss(), None, BASE).entries == ()


def test_of_a_feed_that_breaks_off_the_entry_in_the_break_is_left_for_the_next_poll() -> None:
    feed = parse_feed(rss("<title>A</title><link>/a/</link>", "<title>Hal", end="")[: -len("</item>")], None, BASE)
    assert [entry.title for entry in feed.entries] == ["A"]
    assert not feed.whole


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "empty document", id="empty"),
        pytest.param(b" \n\t", "empty document", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "empty document", id="a mark and nothing else"),
        pytest.param(b"<html><body>One moment</body></html>", "not a feed", id="a page"),
        pytest.param(b"hello", "not a feed", id="a word"),
        pytest.param(b'<rss version="2.0"><channel><tit', "broken", id="broken before the first entry"),
        pytest.param(b'{"items": [', "broken", id="broken JSON"),
        pytest.param(b"{" * 100_000, "broken", id="JSON"),
        pytest.param(b'{"posts": []}', "no list of items", id="other JSON"),
        pytest.param(b" " * (MAX_FEED + 1), "8.0 MB, more than the 8 MB", id="too large"),
        pytest.param(b"/etc/hostname", "not a feed", id="the name of a file"),
        pytest.param(b"https://news.example/rss/", "not a feed", id="an address"),
    ],
)
def test_what_is_no_feed_is_said_in_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse_feed(body, None, BASE)


def test_entities_that_multiply_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE rss [<!ENTITY e0 "aaaaaaaaaa">{entities}]><rss version="2.0"><channel><item><title>&e9;</title></item></channel></rss>'
    (entry,) = parse_feed(bomb.encode(), None, BASE).entries
    assert len(entry.title) < 100
