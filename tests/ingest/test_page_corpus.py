"""Documents written after real ones, each with what it should give beside it: what a page says as an article, as a list, or a sitemap."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.source import PageSelectors
from bot.ingest.document import Document
from bot.ingest.listing import parse_list_page
from bot.ingest.page import PageArticle, parse_article_page
from bot.ingest.sitemap import parse_sitemap

DATA = Path(__file__).parents[1] / "data"
BAKU = ZoneInfo("Asia/Baku")
EXPECTED = sorted((*(DATA / "pages").glob("*.json"), *(DATA / "sitemaps").glob("*.json")))


def plain(value: Any) -> Any:
    """As JSON would hold it."""
    if isinstance(value, datetime):
        return value.timestamp()
    return list(value) if isinstance(value, tuple) else value


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value).timestamp() if value and name.endswith("_at") else value
        for name, value in expected.items()
    }


def told(document: Document, expected: dict[str, Any]) -> dict[str, Any]:
    """Of what a document says, that which is expected of it."""
    names = [list(entry) for entry in expected["entries"]]
    entries = [
        {name: plain(getattr(entry, name)) for name in (names[place] if place < len(names) else ["title", "url"])}
        for place, entry in enumerate(document.entries)
    ]
    return {name: plain(getattr(document, name)) for name in expected} | {"entries": entries}


def check_article(article: PageArticle, expected: dict[str, Any]) -> None:
    paragraphs = article.body.split("\n\n") if article.body else []
    assert set(expected.pop("body_holds", [])) <= set(paragraphs)
    assert not any(word in article.body for word in expected.pop("body_lacks", []))
    ending = expected.pop("body_ends", [])
    assert paragraphs[len(paragraphs) - len(ending) :] == ending
    assert expected.pop("body", paragraphs) == paragraphs
    assert {name: plain(getattr(article, name)) for name in expected} == wanted(expected)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in EXPECTED])
def test_a_document_gives_what_stands_beside_it(path: Path) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    (document,) = (other for other in path.parent.glob(f"{path.stem}.*") if other.suffix != ".json")
    body, url, now = document.read_bytes(), said["url"], datetime.fromisoformat(said["now"])
    selectors = PageSelectors(**said.get("selectors", {}))
    if "article" in said:
        check_article(parse_article_page(body, None, url, selectors=selectors, zone=BAKU, now=now), said["article"])
    if "list" in said:
        listed = parse_list_page(body, None, url, selectors=selectors, zone=BAKU, now=now)
        assert told(listed, said["list"]) == said["list"] | {
            "entries": [wanted(entry) for entry in said["list"]["entries"]]
        }
    if "sitemap" in said:
        listed = parse_sitemap(body, None, url, now=now)
        assert told(listed, said["sitemap"]) == said["sitemap"] | {
            "entries": [wanted(entry) for entry in said["sitemap"]["entries"]]
        }
