"""Articles in, feed and sitemap documents out: RSS 2.0 and Atom as agencies publish them, and the ways in which feeds go wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from typing import assert_never

from bot.sandbox.news_article import BAKU, NewsArticle

FEED_LENGTH = 50
SITE_TITLES = {"ru": "Новости песочницы", "az": "Sınaq xəbərləri", "en": "Sandbox News"}

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0 §2.2
_TEN_MEGABYTES = 10 * 1024 * 1024


class FeedFault(StrEnum):
    """How a feed can be broken; each is one that readers of real feeds meet."""

    UNAVAILABLE = "503"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    HTML = "html"
    WINDOWS_1251 = "windows-1251"
    WRONG_ENCODING = "wrong_encoding"
    HUGE = "huge"
    NO_DATES = "no_dates"
    NO_GUIDS = "no_guids"
    SLOW = "slow"


def rss(
    articles: Sequence[NewsArticle],
    *,
    language: str,
    origin: str,
    hub: str | None = None,
    encoding: str = "UTF-8",
    dates: bool = True,
    guids: bool = True,
) -> str:
    """RSS 2.0 whose descriptions hold the lead only, so that a reader has to open the page for the body."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{SITE_TITLES[language]}</title>\n<link>{origin}/news/{language}/</link>\n"
        f"<description>{SITE_TITLES[language]}</description>\n<language>{language}</language>\n"
        f'<atom:link href="{origin}/news/{language}/rss/" rel="self" type="application/rss+xml"/>\n'
        + (f'<atom:link href="{hub}" rel="hub"/>\n' if hub else "")
        + "".join(_item(article, origin, dates=dates, guids=guids) for article in articles[:FEED_LENGTH])
        + "</channel>\n</rss>\n"
    )


def _item(article: NewsArticle, origin: str, *, dates: bool, guids: bool) -> str:
    guid = (
        f'<guid isPermaLink="false">{_xml(article.guid)}</guid>'
        if article.guid
        else f"<guid>{origin}{article.path}</guid>"
    )
    parts = (
        f"<title>{_xml(article.title)}</title>",
        f"<link>{origin}{article.path}</link>",
        guid if guids else "",
        f"<description>{_xml(article.lead)}</description>" if article.lead else "",
        f"<category>{_xml(article.rubric)}</category>" if article.rubric else "",
        f"<pubDate>{format_datetime(article.published.astimezone(BAKU))}</pubDate>" if dates else "",
    )
    return "<item>\n" + "".join(f"{part}\n" for part in parts if part) + "</item>\n"


def atom(articles: Sequence[NewsArticle], *, language: str, origin: str, hub: str | None = None) -> str:
    """Atom 1.0 (RFC 4287)."""
    address = f"{origin}/news/{language}/atom/"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<id>{address}</id>\n<title>{SITE_TITLES[language]}</title>\n"
        f'<link rel="self" href="{address}"/>\n<link href="{origin}/news/{language}/"/>\n'
        + (f'<link rel="hub" href="{hub}"/>\n' if hub else "")
        + f"<author><name>{SITE_TITLES[language]}</name></author>\n<updated>{_stamp(newest_change(articles))}</updated>\n"
        + "".join(_atom_entry(article, origin) for article in articles[:FEED_LENGTH])
        + "</feed>\n"
    )


def _atom_entry(article: NewsArticle, origin: str) -> str:
    parts = (
        f"<id>{_xml(article.guid) if article.guid else origin + article.path}</id>",
        f"<title>{_xml(article.title)}</title>",
        f'<link href="{origin}{article.path}"/>',
        f"<published>{_stamp(article.published)}</published>",
        f"<updated>{_stamp(article.modified)}</updated>",
        f"<summary>{_xml(article.lead)}</summary>" if article.lead else "",
        f'<category term="{_xml(article.rubric)}"/>' if article.rubric else "",
    )
    return "<entry>\n" + "".join(f"{part}\n" for part in parts if part) + "</entry>\n"


def sitemap(articles: Sequence[NewsArticle], *, origin: str) -> str:
    """A sitemap with the news extension (sitemaps.org 0.9, sitemap-news 0.9)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        + "".join(
            f"<url>\n<loc>{origin}{article.path}</loc>\n<lastmod>{_stamp(article.modified)}</lastmod>\n<news:news>\n"
            f"<news:publication><news:name>{SITE_TITLES[article.language]}</news:name>"
            f"<news:language>{article.language}</news:language></news:publication>\n"
            f"<news:publication_date>{_stamp(article.published)}</news:publication_date>\n"
            f"<news:title>{_xml(article.title)}</news:title>\n</news:news>\n</url>\n"
            for article in articles
        )
        + "</urlset>\n"
    )


def sitemap_index(changes: Mapping[str, datetime]) -> str:
    """The addresses of sitemaps with the times of their last changes."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(
            f"<sitemap>\n<loc>{address}</loc>\n<lastmod>{_stamp(changed)}</lastmod>\n</sitemap>\n"
            for address, changed in changes.items()
        )
        + "</sitemapindex>\n"
    )


def broken_rss(fault: FeedFault, articles: Sequence[NewsArticle], *, language: str, origin: str) -> bytes:
    """The bytes of a feed that was damaged on its way; faults of the connection leave the document whole."""
    document = rss(
        articles,
        language=language,
        origin=origin,
        encoding="windows-1251" if fault is FeedFault.WINDOWS_1251 else "UTF-8",
        dates=fault is not FeedFault.NO_DATES,
        guids=fault is not FeedFault.NO_GUIDS,
    )
    match fault:
        case FeedFault.EMPTY:
            document = ""
        case FeedFault.TRUNCATED:
            document = document[: len(document) * 3 // 5]
        case FeedFault.HTML:
            document = (
                "<!doctype html><html><head><title>One moment</title></head><body>Checking your browser</body></html>"
            )
        case FeedFault.HUGE:
            document = document.replace("<language>", f"<!--{'.' * _TEN_MEGABYTES}-->\n<language>", 1)
        case FeedFault.WINDOWS_1251 | FeedFault.WRONG_ENCODING:
            return document.encode("cp1251", "xmlcharrefreplace")
        case FeedFault.NO_DATES | FeedFault.NO_GUIDS | FeedFault.UNAVAILABLE | FeedFault.SLOW:
            pass
        case _:
            assert_never(fault)
    return document.encode()


def newest_change(articles: Sequence[NewsArticle]) -> datetime:
    return max((article.modified for article in articles), default=datetime(2000, 1, 1, tzinfo=UTC))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(BAKU).isoformat(timespec="seconds")


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))
