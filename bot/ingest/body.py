"""A page's markup and tree → the text of its article. Next: page.py.

trafilatura finds it best (F1 0.96 over 181 pages), except in short articles, where it guesses: there the paragraphs that stand
together are taken. Slow, up to half a second for the largest page that is given to it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import dropwhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.ingest.dates import spoken
from bot.ingest.text import from_node, paragraphs
from bot.ingest.view import called, upwards

# Extracting takes up to 0.1 ms an element and 2 s a megabyte; pages of articles have a tenth of these, scripts aside.
_MOST_TAGS = 16_000
_MOST_CHARACTERS = 500_000
_MOST_PARAGRAPHS = 2000
_MOST_PARTS = 3
_SCRIPTS = ("script", "style", "svg", "template")
# Characters, below which the extractor falls back on guessing.
_SHORT = 700
# Characters of a date or a byline with what is written beside it, and what parts them.
LONGEST_LINE = 80
SIGN = re.compile(r"\s[|·•—–]\s")
# Whatever is now, a date is a date.
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)

_ASKING_NAME = re.compile(r"cookie|consent|gdpr", re.IGNORECASE)
_ELSEWHERE = frozenset({"aside", "nav", "footer"})
# What stands around a body: the headline, captions, other articles, and the short lines of date, rubric and byline.
_AROUND = " or ".join(
    f'contains(@class, "{word}")' for word in ("date", "time", "category", "rubric", "byline", "author")
)
_ASKING = " or ".join(
    f'contains(@{name}, "{word}")' for name in ("class", "id") for word in ("cookie", "consent", "gdpr")
)
_NOT_BODY = [
    "//h1", "//header[not(ancestor::article)]", "//footer", "//nav", "//aside", "//figcaption", "//time",
    f"//*[({_AROUND}) and string-length(normalize-space(.)) < {LONGEST_LINE}]",
    f"//*[({_ASKING}) and not(self::body) and not(self::html)]",
]  # fmt: skip


def body_of(markup: str, tree: LexborHTMLParser) -> str:
    """Empty where there is none."""
    extracted, seen = _extracted(_readable(markup, tree)), _paragraphs(tree)
    # The extractor takes in what stands around a short text, and loses its paragraphs.
    is_unsure = len(extracted) < _SHORT and 2 * len(seen) >= len(extracted) > 0
    return _without_date(seen if is_unsure else extracted) or joined(map(from_node, _article_paragraphs(tree)))


def is_elsewhere(node: LexborNode) -> bool:
    """Whether it is no part of the article, whatever it says."""
    return node.tag in _ELSEWHERE or (node.tag not in ("body", "html") and bool(_ASKING_NAME.search(called(node))))


def joined(parts: Iterable[str]) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, parts)))


def _without_date(text: str) -> str:
    """Without the line of date and byline above it."""
    parts = text.split("\n\n")
    return "\n\n".join(
        dropwhile(lambda part: len(part) <= LONGEST_LINE and any(map(_is_date, SIGN.split(part))), parts)
    )


def _is_date(text: str) -> bool:
    return spoken(text, zone=UTC, now=_SOME_TIME) is not None


def _article_paragraphs(tree: LexborHTMLParser) -> list[LexborNode]:
    article = tree.css_first("article, [itemprop=articleBody], main")
    return article.css("p") if article else []


def _extracted(markup: str) -> str:
    # 0.2 s and 11 MB, spent only where a feed has no full text.
    import trafilatura  # noqa: PLC0415

    text = trafilatura.extract(markup, fast=True, include_comments=False, include_tables=False, prune_xpath=_NOT_BODY)
    # One line a paragraph.
    return paragraphs(text.replace("\n", "\n\n")) if text else ""


def _readable(markup: str, tree: LexborHTMLParser) -> str:
    """The page, or of a very large one its article; nothing if that is too large as well."""
    for name in _SCRIPTS:
        markup = _without(markup, name)
    if _is_bearable(markup):
        return markup
    parts = (node.html or "" for node in tree.css("article, [itemprop=articleBody], main")[:_MOST_PARTS])
    return next(filter(_is_bearable, parts), "")


def _is_bearable(markup: str) -> bool:
    return len(markup) <= _MOST_CHARACTERS and markup.count("<") <= _MOST_TAGS


def _without(markup: str, element: str) -> str:
    """Step by step, because a pattern for all of it would begin anew at each that is not closed."""
    opening, closing = re.compile(rf"<{element}\b", re.IGNORECASE), re.compile(rf"</{element}\s*>", re.IGNORECASE)
    kept, position = [], 0
    while (begin := opening.search(markup, position)) and (end := closing.search(markup, begin.end())):
        kept.append(markup[position : begin.start()])
        position = end.end()
    return "".join((*kept, markup[position:]))


def _paragraphs(tree: LexborHTMLParser) -> str:
    """Of the element that holds the most text in paragraphs."""
    beside: dict[int, list[str]] = {}
    for node in tree.css("p")[:_MOST_PARAGRAPHS]:
        if node.parent is not None and not _is_link(node) and not any(is_elsewhere(each) for each in upwards(node)):
            beside.setdefault(node.parent.mem_id, []).append(from_node(node))
    return joined(max(beside.values(), key=lambda parts: sum(map(len, parts)), default=[]))


def _is_link(node: LexborNode) -> bool:
    link = node.css_first("a[href]")
    return link is not None and link.text().strip() == node.text().strip()
