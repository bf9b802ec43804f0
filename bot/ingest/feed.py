"""The bytes of a feed → its entries, whatever family it is of: RSS 0.9x, 1.0, 2.0, Atom, JSON Feed. Next: accept.py.

A document of a known family is read as it stands, or as a browser would repair it; what is left goes to the most patient
reader, which is also the slowest:

    JSON ─▶ json_feed ─────────────────────────────▶ raw_feed ─▶ Document
    XML ──▶ xml_feed ─(not well-formed)─▶ repair ─▶ xml_feed ──▲
                 └────────(not known)───▶ repair ─▶ loose_feed ┘

Pure, and slow enough for a thread. Nothing is ever fetched from here.
"""

import re
from xml.parsers.expat import ExpatError

from bot.domain.errors import SourceError
from bot.domain.source import Trouble
from bot.ingest.document import Document
from bot.ingest.json_feed import read_json
from bot.ingest.loose_feed import is_short, read_loosely
from bot.ingest.raw_feed import RawFeed
from bot.ingest.repair import repaired
from bot.ingest.text import clean, decode
from bot.ingest.xml_feed import NotCoveredError, read_xml
from bot.ingest.xml_reader import TooDeepError

# Bytes.
MAX_FEED = 8 * 1024 * 1024
# An attribute takes as long as an element, and no parser stops before it has them all.
_MOST_ATTRIBUTES = 200_000
# What stands before the root is dropped: the output of a failing plugin, declarations, entities that would be expanded.
_BEFORE_ROOT = 256 * 1024
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|rdf|feed)[\s>]", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_NOT_A_FEED = "The address answers with something that is not a feed (RSS, Atom or JSON Feed)."


def parse_feed(body: bytes, content_type: str | None, base_url: str) -> Document:
    """Raises SourceError when this is no feed or no entry of a broken one can be saved."""
    if len(body) > MAX_FEED:
        raise SourceError(
            f"The feed has {len(body) / 2**20:.1f} MB, more than the {MAX_FEED // 2**20} MB that are read. "
            "Have it list fewer articles.",
            trouble=Trouble.TOO_BIG,
        )
    text = clean(decode(body, content_type)).strip()
    if not text:
        raise SourceError("The address answers with an empty document instead of a feed.", trouble=Trouble.EMPTY)
    feed = read_json(text, base_url) if text.startswith("{") else _read_xml(text, base_url)
    document = feed.document()
    if not document.entries and not document.whole:
        raise SourceError(
            "The feed is broken and no article can be read from it (it breaks off).", trouble=Trouble.BROKEN
        )
    return document


def _read_xml(text: str, base_url: str) -> RawFeed:
    root = _ROOT.search(text, 0, _BEFORE_ROOT)
    if root is None and not (is_short(text) and _ENTRY.search(text)):
        raise SourceError(_NOT_A_FEED, trouble=Trouble.NOT_A_FEED)
    if text.count("=") > _MOST_ATTRIBUTES:
        raise SourceError(
            "The feed is broken and no article can be read from it (it has more attributes than any feed).",
            trouble=Trouble.BROKEN,
        )
    text = text[root.start() :] if root else text
    try:
        feed = _read_known(text, base_url) if root else None
    except TooDeepError as error:
        raise SourceError(
            "The feed is broken and no article can be read from it (it is nested too deep).", trouble=Trouble.BROKEN
        ) from error
    except NotCoveredError:
        feed = None
    if feed is None and is_short(text):
        feed = read_loosely(repaired(text), base_url)
    if feed is None:
        raise SourceError(_NOT_A_FEED, trouble=Trouble.NOT_A_FEED)
    return feed


def _read_known(text: str, base_url: str) -> RawFeed | None:
    try:
        return read_xml(text, base_url)
    except ExpatError:
        return read_xml(repaired(text), base_url)
