"""A source: a configured place we poll, and what we remember of the last poll."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.language import Language
from bot.domain.rubric import Slug

SourceId = NewType("SourceId", int)


class SourceKind(StrEnum):
    """`api`: a CMS brings its articles by itself; such a source is never polled and nobody declares it."""

    AUTO = "auto"
    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"
    API = "api"


class Trouble(StrEnum):
    """Why a source cannot be read, for people: each has its sentence in bot/locales as `trouble.*`."""

    NOT_FOUND = "not-found"
    GONE = "gone"
    REFUSED = "refused"
    TOO_OFTEN = "too-often"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server-error"
    TIMEOUT = "timeout"
    UNKNOWN_HOST = "unknown-host"
    CERTIFICATE = "certificate"
    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    REDIRECTS = "redirects"
    ADDRESS = "address"
    TOO_BIG = "too-big"
    BROKEN = "broken"
    EMPTY = "empty"
    NOT_A_FEED = "not-a-feed"
    UNEXPECTED = "unexpected"

    @classmethod
    def named(cls, name: str | None) -> "Trouble":
        """What an earlier or a later version called so."""
        return next((each for each in cls if each == name), cls.UNEXPECTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSelectors:
    """CSS selectors for a site whose structure is not found by itself; empty: found by itself.

    `list` finds the links on a list page, `ticker` the items of its latest-news block, the others stand on an article's page.
    """

    list: str = ""
    title: str = ""
    body: str = ""
    rubric: str = ""
    published: str = ""
    image: str = ""
    author: str = ""
    ticker: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """A source as newsroom.toml declares it. `interval` is in seconds; `fallback` addresses are tried in order."""

    name: str
    url: str
    kind: SourceKind = SourceKind.AUTO
    language: Language
    interval: int = 60
    rubrics: tuple[Slug, ...] = ()
    fallback: tuple[str, ...] = ()
    page: PageSelectors = PageSelectors()


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" (RFC 9110 §8.8), and the hash of the last body we read."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a source's entries usually have: shares from 0 to 1 over its recent `entries`, newer ones counting more.

    Of those that lack something, `bodiless` and `rubricless` came last, in a row; the shares do not count them yet.
    """

    entries: int = 0
    body: float = 0.0
    rubric: float = 0.0
    bodiless: int = 0
    rubricless: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A stored source. `baseline_at` is when its first import was taken as read; None: not imported yet.

    `address` is where it is read when that is not `spec.url`, `found_kind` what is there; `held`: what it brought waits for an editor's word; `ttl`
    is in seconds; `failing_since` and `failures` tell of the polls that failed in a row, `trouble` why.
    `fallback_since`: its first address fails since then, and another one answers; before `silent_after` its silence
    needs no look.
    """

    id: SourceId
    spec: SourceSpec
    address: str | None = None
    found_kind: SourceKind | None = None
    paused: bool = False
    held: bool = False
    validators: Validators = Validators()
    ttl: int | None = None
    baseline_at: datetime | None = None
    next_poll_at: datetime
    failures: int = 0
    failing_since: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    last_error: str | None = None
    trouble: Trouble | None = None
    fallback_since: datetime | None = None
    silent_after: datetime | None = None
    shape: Shape = Shape()


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldSpan:
    """How many articles of a source wait for an editor's word, and when the first and the last were published."""

    count: int
    earliest: datetime
    latest: datetime
