"""An address or a guid → the keys by which an article is known, whichever way it came. Pure. Next: accept.py.

An article has as many keys as it was seen under: `url:` with the canonical address, `guid:` with source and guid, and
`text:` with the fingerprint where it has neither. One key in common makes two entries one article.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from bot.domain.article import Entry
from bot.domain.source import SourceId
from bot.ingest.wording import fingerprint

# Entries of one document, with as many titles, under one address.
_SHARED_BY = 3
# A key is the primary key of a table, and PostgreSQL indexes at most 2700 bytes.
_LONGEST_KEY = 500
_MIRRORS = ("www.", "m.", "amp.")
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "yclid", "ysclid", "msclkid", "twclid", "ttclid", "igshid",
    "mc_cid", "mc_eid", "_openstat", "openstat", "amp",
})  # fmt: skip
_AMP_ENDING = re.compile(r"(?:/amp)?/*$", re.IGNORECASE)
_PATH_SAFE = "/:@!$&'()*+,;=~"


# Each address of a document is asked about a few times.
@lru_cache(maxsize=1024)
def canonical_url(url: str) -> str | None:
    """The address by which an article is known, whichever way it was linked; None for what is no http address.

    An identity, not an address to visit: the scheme is https and mirrors are folded, whatever the server offers.
    """
    parts = _http_parts(url)
    if parts is None:
        return None
    try:
        path = quote(unquote_to_bytes(parts.path), safe=_PATH_SAFE)
        query = urlencode(sorted(_telling(parts)))
        host = _canonical_host(parts)
    except ValueError:
        return None
    while (shorter := _AMP_ENDING.sub("", path)) != path:
        path = shorter
    return urlunsplit(("https", host, path, query, ""))


def _canonical_host(parts: SplitResult) -> str:
    """Without mirrors and default ports. Raises ValueError for what cannot be a host."""
    host = (parts.hostname or "").rstrip(".").lower().encode("idna").decode()
    while (prefix := next((each for each in _MIRRORS if host.startswith(each)), None)) and "." in host[len(prefix) :]:
        host = host[len(prefix) :]
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def reading_url(url: str) -> str | None:
    """The address as it was given, less what only tells who linked to it: the one to open and to show."""
    parts = _http_parts(url)
    if parts is None:
        return None
    kept = "&".join(pair for pair in parts.query.split("&") if not _is_tracking(pair.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path or "/", kept, "")).replace(" ", "%20")


def url_key(url: str) -> str | None:
    """None for a site's front page too: no article lives there, and a feed that links to it says nothing."""
    canonical = canonical_url(url)
    if canonical is None or not urlsplit(canonical)._replace(scheme="", netloc="").geturl():
        return None
    return _key("url", canonical)


def keys_of(entries: Sequence[Entry], source_id: SourceId | None) -> tuple[tuple[str, ...], ...]:
    """The keys of each entry of one document. A guid that several of them share names none of them.

    Nor does an address that three and more have: a feed that links each entry to its front page or to one section.
    """
    guids = Counter(entry.guid for entry in entries if entry.guid)
    urls = [url_key(entry.url) if entry.url else None for entry in entries]
    titles: dict[str, set[str]] = {}
    for entry, key in zip(entries, urls, strict=True):
        if key is not None:
            titles.setdefault(key, set()).add(entry.title)
    return tuple(
        _keys(
            entry,
            source_id,
            url if url is None or len(titles[url]) < _SHARED_BY else None,
            guid=entry.guid if guids[entry.guid or ""] == 1 else None,
        )
        for entry, url in zip(entries, urls, strict=True)
    )


def address_in(key: str) -> str | None:
    """The canonical address that a key holds; one that was too long is not to be read back."""
    kind, _, address = key.partition(":")
    return address if kind == "url" and "://" in address else None


def source_in(key: str) -> SourceId | None:
    """The source that named the article by a guid of its own."""
    kind, _, named = key.partition(":")
    number, parted, _ = named.partition(":")
    return SourceId(int(number)) if kind == "guid" and parted and number.isdecimal() else None


def _keys(entry: Entry, source_id: SourceId | None, url: str | None, *, guid: str | None) -> tuple[str, ...]:
    found = [
        url,
        url_key(guid) if guid else None,
        _key("guid", f"{source_id or ''}:{guid}") if guid else None,
    ]
    keys = tuple(dict.fromkeys(key for key in found if key))
    return keys or (_key("text", _words_key(entry)),)


def _words_key(entry: Entry) -> str:
    # A line of a latest-news block may come again another day: "Weather", "Exchange rates".
    day = f":{entry.published_at:%Y-%m-%d}" if entry.is_headline and entry.published_at else ""
    return fingerprint(entry.title, entry.lead, entry.body) + day


def _key(kind: str, value: str) -> str:
    long = len(value.encode("utf-8", "replace")) > _LONGEST_KEY
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest() if long else value}"


def _http_parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        found = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return parts if found else None


def _telling(parts: SplitResult) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(pair[0])]


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
