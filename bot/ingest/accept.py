"""Entries against what is known → new, changed, known under further keys, rejected. Pure. Next: the store, through poller.py.

One key in common (identity.py) makes two entries one article; what has none in common and still says the same is found by
intake.py with similar.py.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.article import MOST_SILENT_CHANGES, Article, ArticleId, Entry, KnownArticle, NewArticle
from bot.domain.language import Language
from bot.domain.source import Source, SourceId
from bot.ingest.holding import is_fresh
from bot.ingest.identity import keys_of, reading_url, url_key
from bot.ingest.pictures import further
from bot.ingest.similar import likeness, trace
from bot.ingest.text import without_beginning
from bot.ingest.wording import fingerprint, marks, plain

# Clocks of servers differ; a date further ahead is a mistake or an announcement.
FUTURE_TOLERANCE = timedelta(minutes=10)
# Share of common words from which two leads tell of one thing.
_RELATED = 0.2

_LONGEST_SENTENCE = 200

_SENTENCE = re.compile(r".+?[.!?…](?=\s|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """What became of a document of `source`.

    `new` begins with the oldest; `offered` are the known articles that the document still lists; `freed` ones were held
    for another source and are news from this one. `bare` keys are those of entries that a first import takes as read
    though they have nothing but an address. `rejected` holds what an operator reads: which entry, and why. Not `whole`:
    an entry's page has to be asked again.
    """

    source: Source | None = None
    new: tuple[NewArticle, ...] = ()
    changed: tuple[tuple[ArticleId, NewArticle], ...] = ()
    more_keys: tuple[tuple[ArticleId, tuple[str, ...]], ...] = ()
    offered: frozenset[ArticleId] = frozenset()
    freed: tuple[ArticleId, ...] = ()
    bare: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    whole: bool = True


def accept_entry(entry: Entry, *, source_id: SourceId | None, language: Language, now: datetime) -> NewArticle | None:
    """One entry by itself, such as a page that no source has brought; None if it has nothing to call it by."""
    article = _accepted(entry, keys_of([entry], source_id)[0], source_id, language, now)
    return traced(article) if article else None


def traced(article: NewArticle) -> NewArticle:
    """As near-duplicates find it; costs 0.3 ms, so only what will be stored is traced."""
    return replace(article, trace=trace(article.title, article.lead, article.body))


def decide(entries: Sequence[Entry], known: Mapping[str, KnownArticle], source: Source, now: datetime) -> Decisions:
    """`known` holds those of the entries' keys that were seen before."""
    new: list[NewArticle] = []
    changed: dict[ArticleId, NewArticle] = {}
    more_keys: list[tuple[ArticleId, tuple[str, ...]]] = []
    bare: list[str] = []
    rejected: list[tuple[str, str]] = []
    met: list[tuple[KnownArticle, NewArticle]] = []
    for entry, keys in _together(entries, source.id):
        article = _accepted(entry, keys, source.id, source.spec.language, now)
        if article is None:
            name = entry.url or entry.guid or "?"
            rejected.append((name, "The entry has neither a title nor a lead to take one from."))
            continue
        if not article.title and source.baseline_at is None:
            bare.extend(key for key in keys if key not in known)
            continue
        article = replace(article, baseline=source.baseline_at is None)
        seen = next((known[key] for key in keys if key in known), None)
        if seen is None:
            new.append(article)
        elif _lies(seen, article, known):
            new.append(replace(article, keys=tuple(key for key in keys if key not in known)))
        else:
            met.append((seen, article))
    # An article may be listed under two addresses, in words that differ a little: one of them says what we know.
    unchanged = {seen.id for seen, article in met if seen.fingerprint == article.fingerprint}
    for seen, article in met:
        if seen.id not in changed and _is_changed(seen, article, is_said=seen.id in unchanged):
            changed[seen.id] = article
        elif unknown := tuple(key for key in article.keys if key not in known):
            more_keys.append((seen.id, unknown))
    return Decisions(
        source=source,
        # Documents list the newest first, which decides between equal times.
        new=oldest_first(reversed(new)),
        changed=tuple(changed.items()),
        more_keys=tuple(more_keys),
        offered=frozenset(seen.id for seen, _ in met),
        freed=tuple(seen.id for seen, article in met if is_freed(seen, article, now)),
        bare=tuple(bare),
        rejected=tuple(rejected),
    )


def _lies(seen: KnownArticle, article: NewArticle, known: Mapping[str, KnownArticle]) -> bool:
    """A guid that this source gave another article before: another address, and not a word in common with it."""
    own = [key for key in article.keys if key.startswith("url:")]
    if not own or seen.url is None or any(key in known for key in own) or url_key(seen.url) in (None, *own):
        return False
    return not likeness(seen.title, article.title) and likeness(seen.lead, article.lead) < _RELATED


def _is_changed(seen: KnownArticle, article: NewArticle, *, is_said: bool) -> bool:
    """Whether this entry makes the next revision. Of an article let go by retention there is no fingerprint left."""
    if seen.recalled or not seen.fingerprint or not article.title:
        return False
    if article.is_headline or seen.is_headline:
        return not article.is_headline or (
            seen.is_headline and seen.source_id == article.source_id and seen.fingerprint != article.fingerprint
        )
    # Only an editor's link brought it so far.
    if seen.source_id is None:
        return True
    return (
        seen.source_id == article.source_id
        and not is_said
        and (
            seen.fingerprint != article.fingerprint
            and (seen.silent_changes < MOST_SILENT_CHANGES or is_told(seen, article))
        )
    )


def is_told(seen: KnownArticle | Article, article: NewArticle) -> bool:
    """The source itself says that it changed the article."""
    return article.updated_at is not None and (seen.updated_at is None or article.updated_at > seen.updated_at)


def is_freed(seen: KnownArticle | Article, article: NewArticle, now: datetime) -> bool:
    """Held for one source, and news from another: it is news."""
    return seen.held and seen.source_id != article.source_id and is_fresh(article, now)


def oldest_first(articles: Iterable[NewArticle]) -> tuple[NewArticle, ...]:
    return tuple(sorted(articles, key=lambda article: article.published_at))


def complete(article: NewArticle, page: Entry, *, now: datetime) -> NewArticle:
    """What the feed left out, taken from the article's page. The fingerprint stays that of the feed's words."""
    dated = article.published_at != now
    return replace(
        article,
        title=article.title or page.title,
        fingerprint=article.fingerprint if article.title else fingerprint(page.title, page.lead, page.body),
        lead=article.lead or page.lead,
        body=article.body or without_beginning(page.body, article.title, article.lead or page.lead),
        image=article.image or page.image,
        gallery=article.gallery or further(article.image or page.image, page.gallery),
        author=article.author or page.author,
        categories=article.categories or page.categories,
        published_at=article.published_at if dated else _plausible(page.published_at, now),
        page_fingerprint=marks(page.title, page.lead, page.body),
    )


def corrected(article: NewArticle, before: Article, *, now: datetime) -> NewArticle:
    """A correction on top of what it corrects: what neither the feed nor the page gave this time is kept.

    So is the date: an article that is dated anew was not published anew. Only what an editor's link brought had a guess.
    """
    is_dated = before.source_id is None and article.published_at != now
    return replace(
        article,
        url=article.url or before.url,
        lead=article.lead or before.lead,
        body=article.body or before.body,
        marked=article.marked if article.body else before.marked,
        image=article.image or before.image,
        gallery=article.gallery or before.gallery,
        author=article.author or before.author,
        categories=article.categories or before.categories,
        published_at=article.published_at if is_dated else before.published_at,
    )


def says_the_same(article: NewArticle, before: Article) -> bool:
    return all(
        plain(new) == plain(old)
        for new, old in ((article.title, before.title), (article.lead, before.lead), (article.body, before.body))
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
    # Of what has an address, as in a sitemap, the page tells the title.
    if not title and not entry.url:
        return None
    return NewArticle(
        source_id=source_id,
        url=reading_url(entry.url) if entry.url else None,
        keys=keys,
        fingerprint=fingerprint(entry.title, entry.lead, entry.body),
        title=title,
        lead=entry.lead,
        body=entry.body,
        marked=entry.marked,
        image=entry.image,
        gallery=entry.gallery,
        author=entry.author,
        language=entry.language or language,
        categories=entry.categories,
        published_at=_plausible(entry.published_at, now),
        updated_at=entry.updated_at,
        is_headline=entry.is_headline,
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
