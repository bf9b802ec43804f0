"""▸ Articles that went out → what their pages say later. In: looks that are due. Out: corrections and alerts; next is plan/.

A quarter of an hour, one, six and 24 hours after an article was seen its page is read again, since agencies correct and
take back on the page what no feed tells once more. One look:

1. read the page; nothing there twice in a row, ten minutes apart: editors are told that it is gone
2. a note that it was taken back: editors are told
3. other words than at the last look, twice a minute apart: the article's next revision

A page says other things than a feed does, so that it is only ever compared with itself. What looks like another page (a
cookie wall, an error, a front page) or like half of one is no correction.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.clock import Clock, Signal
from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import LOOKS, Article, ArticleId, Look, NewArticle
from bot.domain.errors import GoneError, SourceError, StoreError
from bot.domain.source import Source, SourceKind, Trouble
from bot.ingest.accept import says_the_same, traced
from bot.ingest.page import PageArticle
from bot.ingest.reading import ArticleReader
from bot.ingest.similar import likeness, words
from bot.ingest.text import without_beginning
from bot.ingest.wording import mark, marks
from bot.store.database import Database, Transaction
from bot.store.roles import Role

logger = logging.getLogger(__name__)

# Pages read at once, and of one host; begun in one wake-up, which comes once a second.
AT_ONCE, AT_ONCE_A_HOST, A_WAKE_UP = 10, 2, 5
# Looks among which those of hosts that are free are sought.
_LOOK_THROUGH = 50
# Seconds for what is in flight when the bot stops.
STOP_PATIENCE = 5.0
# How long no page is read after what one said could not be stored: it would only be read again.
DATABASE_REST = timedelta(seconds=10)

MISSING_AGAIN = timedelta(minutes=10)
CHANGED_AGAIN = timedelta(minutes=1)
# One that is gone is looked for every so often, for so long.
GONE_AGAIN, GONE_FOR = timedelta(hours=1), timedelta(hours=24)
# A host that sends us away without saying for how long.
REST = timedelta(minutes=10)
LONGEST_REST = timedelta(hours=24)
# What a look remembered for the next one is forgotten, if that does not come.
_FORGET = timedelta(hours=24)

# Share of common words from which a text is another version of a text, and the share of its length that remains.
_VERSION = 0.5
_SENT_AWAY = frozenset({Trouble.TOO_OFTEN, Trouble.OVERLOADED})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Noticed:
    """What the last look saw for the first time: nothing at all (no marks), or other words."""

    at: datetime
    marks: str | None = None


# As the log and /readyz call it.
_WORK = "Looking at pages again"


class Revisit:
    def __init__(
        self,
        *,
        database: Database,
        reader: ArticleReader,
        clock: Clock,
        planner_wake: Signal,
        role: Role | None = None,
    ) -> None:
        """Without a `role` to share, this is the only process that looks."""
        self.wake = Signal()
        self._role = role or Role.of_one("revisits")
        self._database = database
        self._reader = reader
        self._clock = clock
        self._planner_wake = planner_wake
        self._in_flight: dict[ArticleId, str] = {}
        self._noticed: dict[ArticleId, _Noticed] = {}
        self._resting: dict[str, datetime] = {}
        self._rests_until = clock.now()

    async def run(self) -> None:
        """A slow page holds up nobody: each wake-up starts some of what is due beside what is still in flight."""
        async with asyncio.TaskGroup() as group:
            looks: set[asyncio.Task[None]] = set()
            while await self.wake.wait():
                if not self._role.is_held:
                    self._database.leave_to_others(_WORK)
                    continue
                for due in await self._take_due():
                    look = group.create_task(self._look_taken(due))
                    looks.add(look)
                    look.add_done_callback(looks.discard)
            if looks:
                _, late = await asyncio.wait(looks, timeout=STOP_PATIENCE)
                for look in late:
                    look.cancel()

    async def look_due(self) -> None:
        """As many as one wake-up takes, until the last one is done."""
        await asyncio.gather(*[self._look_taken(due) for due in await self._take_due()])

    async def _take_due(self) -> list[Look]:
        now = self._clock.now()
        self._noticed = {key: each for key, each in self._noticed.items() if each.at > now - _FORGET}
        self._resting = {host: until for host, until in self._resting.items() if until > now}
        if len(self._in_flight) >= AT_ONCE or now < self._rests_until:
            return []
        found: list[Look] = []
        with self._database.patience(_WORK):
            async with self._database.transaction() as tx:
                looks = await tx.articles.due_looks(now, limit=_LOOK_THROUGH)
                for look in looks:
                    if (until := self._resting.get(_host(look.article))) is not None:
                        await tx.articles.record_look(look.article.id, check_at=until)
            found = [look for look in looks if _host(look.article) not in self._resting]
        return self._start(found)

    def _start(self, due: list[Look]) -> list[Look]:
        """Those for which there is a place now."""
        busy = Counter(self._in_flight.values())
        taken: list[Look] = []
        for look in due:
            host = _host(look.article)
            is_full = len(self._in_flight) >= AT_ONCE or len(taken) >= A_WAKE_UP
            if look.article.id in self._in_flight or busy[host] >= AT_ONCE_A_HOST or is_full:
                continue
            self._in_flight[look.article.id] = host
            busy[host] += 1
            taken.append(look)
        return taken

    async def _look_taken(self, look: Look) -> None:
        is_stored = False
        try:
            with self._database.patience(_WORK):
                await self._look_whatever_comes(look)
                is_stored = True
        finally:
            if not is_stored:
                # It stays due.
                self._rests_until = self._clock.now() + DATABASE_REST
            del self._in_flight[look.article.id]

    async def _look_whatever_comes(self, look: Look) -> None:
        """Raises StoreError only."""
        try:
            await self._look(look)
        except StoreError:
            raise
        except Exception:
            # One bad page never stops the others.
            logger.exception("A page could not be looked at again.", extra={"url": look.article.url})
            await self._pass(look)

    async def _look(self, look: Look) -> None:
        source = await self._source(look.article)
        url = look.article.url
        if url is None or source is None or source.spec.kind is SourceKind.API:
            # A CMS tells of its corrections itself.
            await self._record(look, check_at=None)
            return
        try:
            page = await self._reader.read(url, selectors=source.spec.page)
        except GoneError:
            await self._missed(look)
        except SourceError as error:
            await self._failed(look, error)
        else:
            await self._found(look, page)

    async def _source(self, article: Article) -> Source | None:
        if article.source_id is None:
            return None
        async with self._database.transaction() as tx:
            return await tx.sources.get(article.source_id)

    async def _failed(self, look: Look, error: SourceError) -> None:
        if error.retry_after is None and error.trouble not in _SENT_AWAY:
            await self._pass(look)
            return
        asked = REST if error.retry_after is None else timedelta(seconds=error.retry_after)
        until = self._clock.now() + min(asked, LONGEST_REST)
        host = _host(look.article)
        if host not in self._resting:
            logger.warning("Pages of a site are left alone for a while: %s", error, extra={"host": host})
        self._resting[host] = until
        await self._record(look, check_at=until)

    async def _missed(self, look: Look) -> None:
        article, now = look.article, self._clock.now()
        if article.gone_at is not None:
            is_over = now >= article.gone_at + GONE_FOR
            await self._record(look, check_at=None if is_over else now + GONE_AGAIN)
        elif (before := self._noticed.get(article.id)) is None or before.marks is not None:
            self._noticed[article.id] = _Noticed(at=now)
            await self._record(look, check_at=now + MISSING_AGAIN)
        else:
            del self._noticed[article.id]
            async with self._database.transaction() as tx:
                await tx.articles.record_look(article.id, gone_at=now, check_at=now + GONE_AGAIN)
                await tx.alerts.add(_alert(AlertKind.GONE, article), now=now)
            logger.warning("The page of an article is gone.", extra={"article": article.id, "url": article.url})

    async def _found(self, look: Look, page: PageArticle) -> None:
        article, now = look.article, self._clock.now()
        noticed = self._noticed.pop(article.id, None)
        if article.gone_at is not None:
            async with self._database.transaction() as tx:
                await tx.articles.record_look(article.id, gone_at=None)
                await tx.alerts.settle(_key(AlertKind.GONE, article))
        if page.is_retracted:
            async with self._database.transaction() as tx:
                await tx.alerts.add(_alert(AlertKind.RETRACTED, article), now=now)
            await self._pass(look)
            return
        said = marks(page.title, page.lead, page.body)
        if look.page_fingerprint is None:
            await self._pass(look, page_fingerprint=said)
        elif said == look.page_fingerprint or not _is_of(page, article):
            await self._pass(look)
        elif noticed is None or noticed.marks is None:
            self._noticed[article.id] = _Noticed(at=now, marks=said)
            await self._record(look, check_at=now + CHANGED_AGAIN)
        elif noticed.marks != said:
            # It says something else each time, so that no change of it means anything.
            await self._pass(look, page_fingerprint=said)
        else:
            await self._correct(look, page, look.page_fingerprint, said)

    async def _correct(self, look: Look, page: PageArticle, before: str, said: str) -> None:
        correction = _corrected(look.article, page, before, said)
        now = self._clock.now()
        is_changed = not says_the_same(correction, look.article)
        async with self._database.transaction() as tx:
            current = await tx.articles.get(look.article.id)
            if current is None or current.revision != look.article.revision:
                # Its feed was faster, and forgot what the page said for the next look to begin with.
                return
            if is_changed:
                await tx.articles.correct(current.id, traced(correction), now=now)
            await self._advance(tx, look, page_fingerprint=said)
        if is_changed:
            logger.info("A page was corrected.", extra={"article": look.article.id, "url": look.article.url})
            self._planner_wake.set()

    async def _pass(self, look: Look, **values: object) -> None:
        """On to the next look."""
        async with self._database.transaction() as tx:
            await self._advance(tx, look, **values)

    async def _advance(self, tx: Transaction, look: Look, **values: object) -> None:
        now = self._clock.now()
        left = [step for step in LOOKS[look.checks :] if look.article.seen_at + step > now]
        values |= {"checks": len(LOOKS) - len(left), "check_at": look.article.seen_at + left[0] if left else None}
        await tx.articles.record_look(look.article.id, **values)

    async def _record(self, look: Look, **values: object) -> None:
        async with self._database.transaction() as tx:
            await tx.articles.record_look(look.article.id, **values)


def _host(article: Article) -> str:
    return urlsplit(article.url or "").netloc.lower()


def _key(kind: AlertKind, article: Article) -> str:
    return f"{kind}:{article.id}"


def _alert(kind: AlertKind, article: Article) -> NewAlert:
    return NewAlert(
        kind=kind,
        key=_key(kind, article),
        source_id=article.source_id,
        article_id=article.id,
        arguments={"title": article.title, "url": article.url or ""},
    )


def _is_of(page: PageArticle, article: Article) -> bool:
    """This article's page, and all of it."""
    if article.body and len(words(page.body)) < _VERSION * len(words(article.body)):
        return False
    story = article.body or article.lead
    return likeness(page.title, article.title) > 0 or likeness(page.body, story) >= _VERSION


def _corrected(article: Article, page: PageArticle, before: str, said: str) -> NewArticle:
    """The article with those parts that changed on its page, as far as it is clear which words they replace."""
    is_same = [old == new for old, new in zip(before.split("-"), said.split("-"), strict=True)]
    old_title, old_lead, _ = before.split("-")
    title = article.title if is_same[0] else _title(article.title, page.title, old_title)
    lead = article.lead
    if not is_same[1] and page.lead and (mark(lead) == old_lead or (lead and likeness(lead, page.lead) >= _VERSION)):
        lead = page.lead
    body = article.body
    if not is_same[2] and body:
        told = without_beginning(page.body, page.title, page.lead, title, lead)
        body = told if likeness(body, told) >= _VERSION else body
    return NewArticle(
        source_id=article.source_id,
        url=article.url,
        keys=(),
        # That of the feed's words, which did not change.
        fingerprint=article.fingerprint,
        title=title,
        lead=lead,
        body=body,
        marked=article.marked if body == article.body else "",
        image=article.image,
        gallery=article.gallery,
        author=article.author,
        language=article.language,
        categories=article.categories,
        published_at=article.published_at,
        updated_at=page.updated_at,
        page_fingerprint=said,
    )


def _title(own: str, new: str, old: str) -> str:
    """The page's new headline, less what its old one had behind the article's own, such as the name of the site."""
    if mark(own) == old:
        return new
    for at in range(len(new) - 1, 0, -1):
        if new[at].isspace() and mark(own + new[at:]) == old:
            return new[:at]
    return new if likeness(own, new) >= _VERSION else own
