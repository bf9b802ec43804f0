"""What a document offers (entry) and what the newsroom keeps of it (article)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId

ArticleId = NewType("ArticleId", int)

# After an article was seen its page is looked at again, for corrections and retractions that no feed tells.
LOOKS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
# Pictures of an article that are kept: as many as Telegram puts into an album.
MOST_PICTURES = 10
# Revisions that nothing but other words announced; a source whose words never rest is not followed further.
MOST_SILENT_CHANGES = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One article as a document offers it. Texts are plain, without markup; paragraphs are parted by a blank line.

    `marked` is the body with marks for its lists, quotes, tables and headings (ingest/marked.py), empty where it has none.
    `gallery`: its pictures besides `image`, in their order. `updated_at` is when its source says that it was last changed;
    `is_headline`: a line of a latest-news block, all that there is of it so far.
    """

    guid: str | None = None
    url: str | None = None
    title: str
    lead: str = ""
    body: str = ""
    marked: str = ""
    image: str | None = None
    gallery: tuple[str, ...] = ()
    author: str | None = None
    language: Language | None = None
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_headline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What near-duplicates are found by (ingest/similar.py): `signature` of all words, None of too few, and of the title."""

    signature: int | None
    title_hash: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """An accepted entry on its way into the store.

    `gallery`: its pictures besides `image`. `url` is the address to read it at; `keys` are all its identities (guid and
    canonical addresses), each of which is seen from now on; `fingerprint` changes when the source's title, lead or body do,
    `page_fingerprint` when its page does; `trace` is what near-duplicates are found by; `baseline` articles are kept as read
    and go to nobody, `held` ones wait for an editor's word.
    """

    source_id: SourceId | None
    url: str | None
    keys: tuple[str, ...]
    fingerprint: str
    title: str
    lead: str = ""
    body: str = ""
    marked: str = ""
    image: str | None = None
    gallery: tuple[str, ...] = ()
    author: str | None = None
    language: Language
    categories: tuple[str, ...] = ()
    published_at: datetime
    updated_at: datetime | None = None
    is_headline: bool = False
    trace: Trace | None = None
    page_fingerprint: str | None = None
    baseline: bool = False
    held: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A stored article. `revision` grows from 0 by one with every correction; `rubrics` are set when it is planned.

    `announced`: it went out, or was taken as read, so that a change only edits or deletes what went out then; `held`: it
    waits for an editor's word; `gone_at`: since when its page is no longer there.
    """

    id: ArticleId
    source_id: SourceId | None
    url: str | None
    fingerprint: str
    title: str
    lead: str
    body: str
    image: str | None
    author: str | None
    language: Language
    categories: tuple[str, ...]
    published_at: datetime
    seen_at: datetime
    revision: int
    announced: bool
    recalled: bool
    marked: str = ""
    rubrics: tuple[Slug, ...] = ()
    updated_at: datetime | None = None
    is_headline: bool = False
    held: bool = False
    gone_at: datetime | None = None
    gallery: tuple[str, ...] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        return (self.image, *self.gallery) if self.image is not None else self.gallery

    def with_rubrics(self, rubrics: tuple[Slug, ...]) -> "Article":
        return replace(self, rubrics=rubrics)


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What an article said before a correction; `revision` is the number those words had."""

    article_id: ArticleId
    revision: int
    title: str
    lead: str
    body: str
    replaced_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """An article whose page is to be looked at again: how often it was, and what stood there last."""

    article: Article
    checks: int
    page_fingerprint: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """What accepting needs to know of an article that was seen before. One let go by retention has no fingerprint."""

    id: ArticleId
    source_id: SourceId | None
    url: str | None = None
    fingerprint: str
    title: str = ""
    lead: str = ""
    updated_at: datetime | None = None
    silent_changes: int = 0
    is_headline: bool = False
    held: bool = False
    recalled: bool
