import gzip
from datetime import UTC, datetime

import pytest

from bot.domain.errors import SourceError
from bot.domain.source import SourceKind
from bot.ingest.sitemap import MOST_ENTRIES, MOST_PARTS, parse_sitemap
from tests.hang import no_hang

URL = "https://news.example/sitemap.xml"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def urlset(*places: str) -> bytes:
    return f"<?xml version='1.0'?><urlset xmlns='x' xmlns:news='y'>{''.join(places)}</urlset>".encode()


def place(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


def index(*parts: tuple[str, str]) -> bytes:
    listed = "".join(f"<sitemap><loc>/{name}</loc><lastmod>{changed}</lastmod></sitemap>" for name, changed in parts)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


def parts(body: bytes) -> list[str]:
    found = parse_sitemap(body, None, URL, now=NOW).parts
    return [part.removeprefix("https://news.example/") for part in found]


def test_of_an_index_the_newest_parts_come_first() -> None:
    assert parts(index(("a.xml", "2026-02-01"), ("b.xml", "2026-03-01T10:00:00Z"), ("c.xml", ""))) == [
        "b.xml", "a.xml", "c.xml",
    ]  # fmt: skip


def test_parts_with_news_come_before_all_and_those_without_articles_last() -> None:
    listed = index(("images.xml", "2026-03-02"), ("posts.xml", "2026-03-01"), ("news.xml", "2026-02-01"))
    assert parts(listed) == ["news.xml", "posts.xml", "images.xml"]


def test_without_times_the_numbers_in_the_names_tell_which_part_is_newer() -> None:
    assert parts(index(("posts-2025-12.xml", ""), ("posts-2026-2.xml", ""), ("posts-2026-1.xml", ""))) == [
        "posts-2026-2.xml", "posts-2026-1.xml", "posts-2025-12.xml",
    ]  # fmt: skip


def test_a_part_from_the_future_is_not_newer_than_now() -> None:
    assert parts(index(("2.xml", "2026-03-02T08:00:00Z"), ("1.xml", "2099-01-01"))) == ["2.xml", "1.xml"]


def test_of_a_long_index_a_few_parts_are_named() -> None:
    found = parts(index(*((f"posts-{number}.xml", "") for number in range(500))))
    assert len(found) == MOST_PARTS
    assert found[0] == "posts-499.xml"


def test_of_an_archive_the_newest_articles_are_listed() -> None:
    places = (
        place(f"https://news.example/{day:05}", f"<lastmod>2026-02-{day % 28 + 1:02}T10:00:00Z</lastmod>")
        for day in range(3000)
    )
    entries = parse_sitemap(urlset(*places), None, URL, now=NOW).entries
    assert len(entries) == MOST_ENTRIES
    assert entries[0].updated_at == datetime(2026, 2, 28, 10, 0, tzinfo=UTC)
    assert entries[0].published_at is None


def test_of_an_archive_without_times_both_ends_are_listed() -> None:
    entries = parse_sitemap(urlset(*(place(f"/{number}") for number in range(3000))), None, URL, now=NOW).entries
    assert len(entries) == MOST_ENTRIES
    assert (entries[0].url, entries[-1].url) == ("https://news.example/0", "https://news.example/2999")


def test_a_compressed_sitemap_is_read_whatever_its_name() -> None:
    found = parse_sitemap(gzip.compress(urlset(place("/1"))), "text/plain", URL, now=NOW)
    assert [entry.url for entry in found.entries] == ["https://news.example/1"]


def test_a_sitemap_that_breaks_off_keeps_what_came_before_the_break() -> None:
    whole = urlset(place("/1"), place("/2"), place("/3"))
    found = parse_sitemap(whole[: whole.index(b"/3") + 1], None, URL, now=NOW)
    assert [entry.url for entry in found.entries] == ["https://news.example/1", "https://news.example/2"]
    assert not found.whole


def test_entities_of_its_own_are_not_expanded() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>/1</loc><title>&b;</title></url></urlset>'
    (entry,) = parse_sitemap(body, None, URL, now=NOW).entries
    assert "aaaa" not in entry.title


def test_a_foreign_entity_opens_no_file() -> None:
    body = b'<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>/1</loc><title>&a;</title></url></urlset>'
    assert "root" not in parse_sitemap(body, None, URL, now=NOW).entries[0].title


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"<html><body>Not found</body></html>", "not a sitemap", id="a page"),
        pytest.param(b"<rss><channel/></rss>", "not a sitemap", id="a feed"),
        pytest.param(gzip.compress(b"x" * 100)[:-12] + b"\xff" * 12, "damaged", id="a damaged file"),
        pytest.param(gzip.compress(b" " * (17 * 1024 * 1024)), "more than 16 MB", id="a bomb"),
        pytest.param(b"<urlset>" + b"<url>" * 3_000_000, "nested too deeply", id="nested"),
    ],
)
def test_what_is_no_sitemap_is_said_in_a_sentence(body: bytes, words: str) -> None:
    with no_hang(), pytest.raises(SourceError, match=words):
        parse_sitemap(body, None, URL, now=NOW)


def test_it_says_that_it_is_a_sitemap() -> None:
    assert parse_sitemap(urlset(), None, URL, now=NOW).kind is SourceKind.SITEMAP
