"""What a document offers (entry) and what the newsroom keeps of it (article)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId

ArticleId = NewType("ArticleId", int)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One article as a document offers it. Texts are plain, without markup; paragraphs are parted by a blank line.

    `updated_at` is when its source says that it was last changed; `is_headline`: a line of a latest-news block, all that
    there is of it so far.
    """

    guid: str | None = None
    url: str | None = None
    title: str
    lead: str = ""
    body: str = ""
    image: str | None = None
    author: str | None = None
    language: Language | None = None
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_headline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """An accepted entry on its way into the store.

    `url` is the address to read it at; `keys` are all its identities (guid and canonical addresses), each of which is
    seen from now on; `fingerprint` changes when the source's title, lead or body do; `baseline` articles are kept as
    read and go to nobody.
    """

    source_id: SourceId | None
    url: str | None
    keys: tuple[str, ...]
    fingerprint: str
    title: str
    lead: str = ""
    body: str = ""
    image: str | None = None
    author: str | None = None
    language: Language
    categories: tuple[str, ...] = ()
    published_at: datetime
    baseline: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A stored article. `revision` grows from 0 by one with every correction; `rubrics` are set when it is planned.

    `announced`: it went out, or was taken as read, so that a change only edits or deletes what went out then.
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
    rubrics: tuple[Slug, ...] = ()

    def with_rubrics(self, rubrics: tuple[Slug, ...]) -> "Article":
        return replace(self, rubrics=rubrics)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """What accepting needs to know of an article that was seen before."""

    id: ArticleId
    source_id: SourceId | None
    fingerprint: str
    recalled: bool
