"""Documents written after real ones. A new one is two files of tests/data/feeds: NAME, and NAME.expected.json beside it.

The expectation holds what an editor wants to see: "error" with words of the sentence, or the feed's "title", "language",
"whole", "ttl", "hub", "topic" and "entries", each field of which is at its default unless it is given. "count" is for long
feeds of which only the first entries are spelled out, "content_type" is the header that came with the document.
"""

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pytest

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import SourceKind
from bot.ingest.document import Document
from bot.ingest.feed import parse_feed
from bot.ingest.loose_feed import read_loosely
from bot.ingest.text import clean, decode
from bot.ingest.xml_feed import NotCoveredError, read_xml

DATA = Path(__file__).parents[1] / "data" / "feeds"
BASE = "https://news.example/rss/"
DOCUMENTS = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))
# Where feedparser reads a well-formed document otherwise, and not as an editor wants it: entry and field.
MISREAD = {
    # Of two dates, the later one as that of publishing.
    "dates.rss": {(24, "published_at")},
    # A line break in XHTML twice; the language of one entry not at all.
    "links.atom": {(0, "body"), (1, "language")},
    # A base that only one entry has.
    "links.rss": {(3, "image")},
    # The caption of a picture as the body, its title as the headline; pictures that are elements not at all.
    "media.rss": {(0, "body"), (6, "image"), (7, "title"), (7, "image")},
    "naked-markup.rss": {(0, "lead")},
    # A genre that is a rubric.
    "yandex-full-text.rss": {(1, "categories")},
}


def expectation(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.with_name(path.name + ".expected.json").read_bytes())
    return read


def expected_entry(given: dict[str, Any]) -> Entry:
    known: dict[str, Callable[[Any], Any]] = {
        "published_at": datetime.fromisoformat,
        "updated_at": datetime.fromisoformat,
        "categories": tuple,
        "gallery": tuple,
        "language": Language,
    }
    return Entry(**{name: known[name](value) if name in known else value for name, value in given.items()})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_read_as_an_editor_would(path: Path) -> None:
    expected = expectation(path)
    content_type = expected.get("content_type")
    if "error" in expected:
        with pytest.raises(SourceError, match=expected["error"]):
            parse_feed(path.read_bytes(), content_type, BASE)
        return
    found = parse_feed(path.read_bytes(), content_type, BASE)
    entries = tuple(expected_entry(each) for each in expected["entries"])
    assert len(found.entries) == expected.get("count", len(entries))
    for got, wanted in zip(found.entries, entries, strict=False):
        assert got == wanted
    assert replace(found, entries=()) == Document(
        kind=SourceKind.FEED,
        title=expected["title"],
        language=Language(expected["language"]) if "language" in expected else None,
        whole=expected.get("whole", True),
        ttl=expected.get("ttl"),
        hub=expected.get("hub"),
        topic=expected.get("topic"),
    )


def well_formed(path: Path) -> str | None:
    """The document from its root on, unless it has to be repaired."""
    text = clean(decode(path.read_bytes()))
    root = re.search(r"<(?:rss|rdf:RDF|feed)[\s>]", text)
    if root is None:
        return None
    try:
        expat.ParserCreate().Parse(text[root.start() :], True)
    except expat.ExpatError:
        return None
    return text[root.start() :]


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if well_formed(path)], ids=lambda path: path.name)
def test_the_fast_reader_finds_what_the_patient_one_finds(path: Path) -> None:
    text = well_formed(path)
    assert text is not None
    try:
        fast = read_xml(text, BASE)
    except NotCoveredError:
        # It leaves these to the patient one.
        return
    patient = read_loosely(text, BASE)
    assert fast is not None
    assert patient is not None
    differing = {
        (number, field.name)
        for number, (one, other) in enumerate(zip(fast.document().entries, patient.document().entries, strict=False))
        for field in fields(Entry)
        # dc:date is when an entry was published, which feedparser keeps as an update.
        if field.name != "updated_at" and getattr(one, field.name) != getattr(other, field.name)
    }
    assert differing == MISREAD.get(path.name, set())
    assert (fast.document().title, fast.hub, fast.topic) == (patient.document().title, patient.hub, patient.topic)
