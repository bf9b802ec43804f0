"""Entries against what is known → new, changed, known under further keys, rejected. Pure. Next: the store, through poller.py.

An article has as many keys as it was seen under: `url:` with the canonical address, `guid:` with source and guid, and
`text:` with the fingerprint where it has neither. One key in common makes two entries one article.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from bot.domain.article import Article, ArticleId, Entry, KnownArticle, NewArticle
from bot.domain.language import Language
from bot.domain.source import Source, SourceId
from bot.ingest.text import without_beginning

# Clocks of servers differ; a date further ahead is a mistake or an announcement.
FUTURE_TOLERANCE = timedelta(minutes=10)
# A key is the primary key of a table, and PostgreSQL indexes at most 2700 bytes.
_LONGEST_KEY = 500
_LONGEST_SENTENCE = 200

_MIRRORS = ("www.", "m.", "amp.")
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "yclid", "ysclid", "msclkid", "twclid", "ttclid", "igshid",
    "mc_cid", "mc_eid", "_openstat", "openstat", "amp",
})  # fmt: skip
_AMP_ENDING = re.compile(r"(?:/amp)?/*$", re.IGNORECASE)
_PATH_SAFE = "/:@!$&'()*+,;=~"

_COSMETIC = str.maketrans(
    dict.fromkeys("«»„“”‟\u2033\uff02", '"')
    | dict.fromkeys("‘’‚‛\u02bc\u2032`´", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "\u00ad": "", "\u200b": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": ""}
)
_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """`new` begins with the oldest. `rejected` holds what an operator reads: which entry, and why."""

    new: tuple[NewArticle, ...] = ()
    changed: tuple[tuple[ArticleId, NewArticle], ...] = ()
    more_keys: tuple[tuple[ArticleId, tuple[str, ...]], ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


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


def fingerprint(title: str, lead: str, body: str) -> str:
    """Changes with the words, not with their dress: white space, quotes, dashes and invisible characters are folded."""
    folded = (
        " ".join(unicodedata.normalize("NFKC", part).translate(_COSMETIC).split()) for part in (title, lead, body)
    )
    return hashlib.sha256("\x00".join(folded).encode("utf-8", "replace")).hexdigest()


def keys_of(entries: Sequence[Entry], source_id: SourceId | None) -> tuple[tuple[str, ...], ...]:
    """The keys of each entry of one document. A guid that several of them share names none of them."""
    guids = Counter(entry.guid for entry in entries if entry.guid)
    return tuple(_keys(entry, source_id, guid_counts=guids[entry.guid or ""] == 1) for entry in entries)


def _keys(entry: Entry, source_id: SourceId | None, *, guid_counts: bool) -> tuple[str, ...]:
    guid = entry.guid if guid_counts else None
    found = [
        url_key(entry.url) if entry.url else None,
        url_key(guid) if guid else None,
        _key("guid", f"{source_id or ''}:{guid}") if guid else None,
    ]
    keys = tuple(dict.fromkeys(key for key in found if key))
    return keys or (_key("text", fingerprint(entry.title, entry.lead, entry.body)),)


def accept_entry(entry: Entry, *, source_id: SourceId | None, language: Language, now: datetime) -> NewArticle | None:
    """One entry by itself, such as a page that no source has brought; None if it has nothing to call it by."""
    return _accepted(entry, keys_of([entry], source_id)[0], source_id, language, now)


def decide(entries: Sequence[Entry], known: Mapping[str, KnownArticle], source: Source, now: datetime) -> Decisions:
    """`known` holds those of the entries' keys that were seen before."""
    new: list[NewArticle] = []
    changed: list[tuple[ArticleId, NewArticle]] = []
    more_keys: list[tuple[ArticleId, tuple[str, ...]]] = []
    rejected: list[tuple[str, str]] = []
    for entry, keys in _together(entries, source.id):
        article = _accepted(entry, keys, source.id, source.spec.language, now)
        seen = next((known[key] for key in keys if key in known), None)
        if article is None:
            name = entry.url or entry.guid or "?"
            rejected.append((name, "The entry has neither a title nor a lead to take one from."))
        elif seen is None:
            new.append(replace(article, baseline=source.baseline_at is None))
        elif _is_from_a_link(seen) or _is_corrected(seen, article):
            changed.append((seen.id, replace(article, baseline=source.baseline_at is None)))
        elif unknown := tuple(key for key in keys if key not in known):
            more_keys.append((seen.id, unknown))
    return Decisions(
        # Documents list the newest first, which decides between equal times.
        new=oldest_first(reversed(new)),
        changed=tuple(changed),
        more_keys=tuple(more_keys),
        rejected=tuple(rejected),
    )


def _is_corrected(seen: KnownArticle, article: NewArticle) -> bool:
    return seen.source_id == article.source_id and not seen.recalled and seen.fingerprint != article.fingerprint


def _is_from_a_link(seen: KnownArticle) -> bool:
    """Only an editor's link brought it so far; of an article let go by retention there is no fingerprint left."""
    return seen.source_id is None and not seen.recalled and bool(seen.fingerprint)


def oldest_first(articles: Iterable[NewArticle]) -> tuple[NewArticle, ...]:
    return tuple(sorted(articles, key=lambda article: article.published_at))


def complete(article: NewArticle, page: Entry, *, now: datetime) -> NewArticle:
    """What the feed left out, taken from the article's page. The fingerprint stays that of the feed's words."""
    dated = article.published_at != now
    return replace(
        article,
        lead=article.lead or page.lead,
        body=article.body or without_beginning(page.body, article.title, article.lead or page.lead),
        image=article.image or page.image,
        author=article.author or page.author,
        categories=article.categories or page.categories,
        published_at=article.published_at if dated else _plausible(page.published_at, now),
    )


def corrected(article: NewArticle, before: Article, *, now: datetime) -> NewArticle:
    """A correction on top of what it corrects: what neither the feed nor the page gave this time is kept."""
    return replace(
        article,
        lead=article.lead or before.lead,
        body=article.body or before.body,
        image=article.image or before.image,
        author=article.author or before.author,
        categories=article.categories or before.categories,
        published_at=article.published_at if article.published_at != now else before.published_at,
    )


def _together(entries: Sequence[Entry], source_id: SourceId) -> Iterable[tuple[Entry, tuple[str, ...]]]:
    """Entries with their keys; those that share a key are one, which has the first one's words and the categories of all."""
    groups: dict[int, tuple[Entry, tuple[str, ...]]] = {}
    group_of: dict[str, int] = {}
    for number, (entry, keys) in enumerate(zip(entries, keys_of(entries, source_id), strict=True)):
        touched = sorted({group_of[key] for key in keys if key in group_of})
        merged, merged_keys = groups.pop(touched[0]) if touched else (entry, keys)
        for other, other_keys in (*(groups.pop(each) for each in touched[1:]), (entry, keys)):
            merged = replace(merged, categories=tuple(dict.fromkeys(merged.categories + other.categories)))
            merged_keys = tuple(dict.fromkeys(merged_keys + other_keys))
        place = touched[0] if touched else number
        groups[place] = (merged, merged_keys)
        group_of.update(dict.fromkeys(merged_keys, place))
    return [groups[place] for place in sorted(groups)]


def _accepted(
    entry: Entry, keys: tuple[str, ...], source_id: SourceId | None, language: Language, now: datetime
) -> NewArticle | None:
    title = entry.title or _first_sentence(entry.lead) or _first_sentence(entry.body)
    if not title:
        return None
    return NewArticle(
        source_id=source_id,
        url=reading_url(entry.url) if entry.url else None,
        keys=keys,
        fingerprint=fingerprint(entry.title, entry.lead, entry.body),
        title=title,
        lead=entry.lead,
        body=entry.body,
        image=entry.image,
        author=entry.author,
        language=entry.language or language,
        categories=entry.categories,
        published_at=_plausible(entry.published_at, now),
    )


def _plausible(published_at: datetime | None, now: datetime) -> datetime:
    return now if published_at is None or published_at > now + FUTURE_TOLERANCE else published_at


def _first_sentence(text: str) -> str:
    first = text.partition("\n")[0]
    sentence = _SENTENCE.match(first)
    found = sentence[0] if sentence else first
    if len(found) <= _LONGEST_SENTENCE:
        return found
    return found[:_LONGEST_SENTENCE].rpartition(" ")[0] + "…"


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
