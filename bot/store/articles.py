"""Articles in the database: the identities they were seen under, what they said before, their rubrics."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, literal, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import LOOKS, Article, ArticleId, KnownArticle, Look, NewArticle, Revision, Trace
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId
from bot.store.dialect import insert
from bot.store.tables import article_revisions, article_rubrics, articles, seen

# PostgreSQL takes 32 767 parameters a statement, older SQLite builds 999.
_CHUNK = 500
# Spelled out as in its index, which SQLite does not recognise in `planned = 0`.
_IS_UNPLANNED = text("NOT articles.planned")
# In `seen`: of an address that was taken as read without a look. Rows are numbered from 1.
_NO_ARTICLE = 0
# "intake" in ASCII, as the number of an advisory lock.
_INTAKE = int.from_bytes(b"intake")


class Articles:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, keys: Collection[str]) -> dict[str, KnownArticle]:
        """Those of `keys` that were seen before. An article let go by retention is still known, as a bare identity."""
        found: dict[str, KnownArticle] = {}
        ordered = sorted(set(keys))
        for start in range(0, len(ordered), _CHUNK):
            rows = await self._connection.execute(
                select(
                    seen.c.key,
                    seen.c.article_id,
                    articles.c.source_id,
                    articles.c.url,
                    articles.c.fingerprint,
                    articles.c.title,
                    articles.c.lead,
                    articles.c.updated_at,
                    articles.c.silent_changes,
                    articles.c.is_headline,
                    articles.c.held,
                    articles.c.recalled,
                )
                .join_from(seen, articles, articles.c.id == seen.c.article_id, isouter=True)
                .where(seen.c.key.in_(ordered[start : start + _CHUNK]))
            )
            for row in rows:
                found[row.key] = KnownArticle(
                    id=ArticleId(row.article_id),
                    source_id=row.source_id,
                    url=row.url,
                    fingerprint=row.fingerprint or "",
                    title=row.title or "",
                    lead=row.lead or "",
                    updated_at=row.updated_at,
                    silent_changes=row.silent_changes or 0,
                    is_headline=bool(row.is_headline),
                    held=bool(row.held),
                    recalled=bool(row.recalled),
                )
        return found

    async def take_turns(self) -> None:
        """Until the end of this transaction no other one stores articles, so that none misses what another brings.

        SQLite has one writer anyway.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(_INTAKE)))

    async def traces(
        self, language: Language, *, since: datetime, after: int, limit: int
    ) -> list[tuple[ArticleId, Trace, datetime]]:
        """What near-duplicates of the articles seen since then are found by, in the order of their ids."""
        rows = await self._connection.execute(
            select(articles.c.id, articles.c.signature, articles.c.title_hash, articles.c.seen_at)
            .where(
                articles.c.id > after,
                articles.c.seen_at >= since,
                articles.c.language == language.value,
                articles.c.title_hash.is_not(None),
            )
            .order_by(articles.c.id)
            .limit(limit)
        )
        return [
            (ArticleId(row.id), Trace(signature=row.signature, title_hash=row.title_hash), row.seen_at) for row in rows
        ]

    async def add(self, new: NewArticle, *, now: datetime) -> ArticleId | None:
        """Store a new article; None when another source brought one of its keys meanwhile."""
        row = await self._connection.execute(
            plain_insert(articles)
            .values(
                source_id=new.source_id,
                seen_at=now,
                revision=0,
                recalled=False,
                announced=new.baseline,
                planned=False,
                held=new.held,
                is_headline=new.is_headline,
                updated_at=new.updated_at,
                check_at=None if new.held else _first_look(new, now),
                **_content(new),
            )
            .returning(articles.c.id)
        )
        article_id = ArticleId(row.scalar_one())
        # The keys decide: two sources that bring the same article at once meet at the primary key of `seen`.
        if await self.add_keys(article_id, new.keys) < len(set(new.keys)):
            await self._connection.execute(delete(seen).where(seen.c.article_id == article_id))
            await self._connection.execute(delete(articles).where(articles.c.id == article_id))
            return None
        return article_id

    async def add_keys(self, article_id: ArticleId, keys: Sequence[str]) -> int:
        """Remember further identities; one that belongs to another article stays there. Returns how many were free."""
        added = 0
        # Sorted, so that two transactions meet on the same key first and cannot wait for each other.
        for key in sorted(set(keys)):
            statement = (
                insert(self._connection, seen)
                .values(key=key, article_id=article_id)
                .on_conflict_do_update(
                    index_elements=["key"], set_={"article_id": article_id}, where=seen.c.article_id == _NO_ARTICLE
                )
            )
            added += (await self._connection.execute(statement)).rowcount
        return added

    async def take_as_read(self, keys: Sequence[str]) -> None:
        """Remember identities of which nothing else is known, in a batch; whoever brings the article has them then."""
        if keys:
            await self._connection.execute(
                insert(self._connection, seen).on_conflict_do_nothing(),
                [{"key": key, "article_id": _NO_ARTICLE} for key in sorted(set(keys))],
            )

    async def correct(self, article_id: ArticleId, new: NewArticle, *, now: datetime) -> None:
        """The next revision of an article; its planning follows, and what it said before is kept.

        One that only an editor's link or a headline had brought belongs to its source from now on, and goes out.
        """
        before = select(
            articles.c.id,
            articles.c.revision,
            articles.c.title,
            articles.c.lead,
            articles.c.body,
            _moment(now),
        ).where(articles.c.id == article_id, ~articles.c.recalled)
        columns = ["article_id", "revision", "title", "lead", "body", "replaced_at"]
        await self._connection.execute(
            insert(self._connection, article_revisions).from_select(columns, before).on_conflict_do_nothing()
        )
        is_whole = articles.c.is_headline & literal(not new.is_headline)
        is_brought = (articles.c.source_id.is_(None) | is_whole) & literal(
            new.source_id is not None and not new.baseline
        )
        updated_at = articles.c.updated_at
        told = _moment(new.updated_at)
        is_told = told.is_not(None) & (updated_at.is_(None) | (updated_at < told))
        await self._connection.execute(
            update(articles)
            .where(articles.c.id == article_id, ~articles.c.recalled)
            .values(
                revision=articles.c.revision + 1,
                planned=False,
                source_id=case((is_whole, new.source_id), else_=func.coalesce(articles.c.source_id, new.source_id)),
                announced=articles.c.announced & ~is_brought,
                is_headline=articles.c.is_headline & ~is_whole,
                updated_at=case((is_told, told), else_=updated_at),
                silent_changes=articles.c.silent_changes + case((is_told | is_brought, 0), else_=1),
                check_at=case((is_brought, _moment(_first_look(new, now))), else_=articles.c.check_at),
                **_content(new),
            )
        )
        await self.add_keys(article_id, new.keys)

    async def keep_fingerprint(self, article_id: ArticleId, fingerprint: str) -> None:
        """The source says it in other words that make no other article, such as a lead left out."""
        await self._connection.execute(
            update(articles).where(articles.c.id == article_id).values(fingerprint=fingerprint)
        )

    async def revisions(self, article_id: ArticleId) -> list[Revision]:
        """What it said before each of its corrections, the first text first; what it says now is the article itself."""
        rows = await self._connection.execute(
            select(article_revisions)
            .where(article_revisions.c.article_id == article_id)
            .order_by(article_revisions.c.revision)
        )
        return [
            Revision(
                article_id=article_id,
                revision=row.revision,
                title=row.title,
                lead=row.lead,
                body=row.body,
                replaced_at=row.replaced_at,
            )
            for row in rows
        ]

    async def adopt(self, article_id: ArticleId, source_id: SourceId) -> None:
        """From now on it is this source's to correct, whoever brought it, and waits for nobody's word."""
        await self._connection.execute(
            update(articles).where(articles.c.id == article_id).values(source_id=source_id, held=False)
        )

    async def recall(self, article_id: ArticleId) -> bool:
        """Mark as recalled; False when it was already."""
        result = await self._connection.execute(
            update(articles)
            .where(articles.c.id == article_id, ~articles.c.recalled)
            .values(recalled=True, planned=False, held=False, check_at=None)
        )
        return bool(result.rowcount)

    async def get(self, article_id: ArticleId) -> Article | None:
        found = await self._load(articles.c.id == article_id, limit=1)
        return found[0] if found else None

    async def by_key(self, key: str) -> Article | None:
        article_id = await self._connection.scalar(select(seen.c.article_id).where(seen.c.key == key))
        return await self.get(ArticleId(article_id)) if article_id is not None else None

    async def get_all(self, article_ids: Collection[ArticleId]) -> dict[ArticleId, Article]:
        """Those of a few that there are."""
        found = await self._load(articles.c.id.in_(list(article_ids)), limit=len(article_ids))
        return {article.id: article for article in found}

    async def unplanned(self, *, limit: int) -> list[Article]:
        """New, corrected and recalled ones, oldest first; not those that wait for an editor's word or were taken as read."""
        return await self._load(and_(_IS_UNPLANNED, ~articles.c.held, ~_is_read()), limit=limit)

    async def unfiled(self, *, limit: int) -> list[Article]:
        """Those that were taken as read and have no rubrics yet, oldest first."""
        return await self._load(and_(_IS_UNPLANNED, ~articles.c.held, _is_read()), limit=limit)

    async def file(self, rubrics: Mapping[ArticleId, Sequence[Slug]]) -> None:
        """The rubrics of articles that were taken as read, for which nothing else is to be planned."""
        if not rubrics:
            return
        ids = list(rubrics)
        await self._connection.execute(delete(article_rubrics).where(article_rubrics.c.article_id.in_(ids)))
        rows = [
            {"article_id": article_id, "rubric": slug, "position": position}
            for article_id, slugs in rubrics.items()
            for position, slug in enumerate(slugs)
        ]
        if rows:
            await self._connection.execute(plain_insert(article_rubrics), rows)
        await self._connection.execute(update(articles).where(articles.c.id.in_(ids), _is_read()).values(planned=True))

    async def held_of(self, source_id: SourceId, *, limit: int | None = None) -> list[Article]:
        """What waits for an editor's word, newest first."""
        return await self._load(_held(source_id), limit=limit, newest_first=True)

    async def count_held(self, source_id: SourceId) -> int:
        return int(await self._connection.scalar(select(func.count()).where(_held(source_id))) or 0)

    async def release_held(self, source_id: SourceId, *, keep: int | None, now: datetime) -> int:
        """The `keep` newest go out (all, if None), the others are taken as read. Returns how many go out.

        All are left to the planner, which finds the rubrics of those taken as read too.
        """
        newest = (
            select(articles.c.id).where(_held(source_id)).order_by(articles.c.published_at.desc(), articles.c.id.desc())
        )
        chosen = list(await self._connection.scalars(newest if keep is None else newest.limit(keep)))
        for start in range(0, len(chosen), _CHUNK):
            await self._connection.execute(
                update(articles)
                .where(articles.c.id.in_(chosen[start : start + _CHUNK]))
                .values(held=False, check_at=case((_has_page(), _moment(now + LOOKS[0]))))
            )
        await self._connection.execute(update(articles).where(_held(source_id)).values(held=False, announced=True))
        return len(chosen)

    async def free(self, article_id: ArticleId) -> None:
        """It was held for one source and is news from another."""
        await self._connection.execute(update(articles).where(articles.c.id == article_id).values(held=False))

    async def seen_times(self, source_id: SourceId, *, since: datetime) -> list[datetime]:
        """When the articles of a source came."""
        return list(
            await self._connection.scalars(
                select(articles.c.seen_at).where(articles.c.source_id == source_id, articles.c.seen_at > since)
            )
        )

    async def categories_of(self, source_id: SourceId, *, limit: int) -> list[tuple[str, ...]]:
        """The categories of the source's newest articles."""
        rows = await self._connection.scalars(
            select(articles.c.categories)
            .where(articles.c.source_id == source_id)
            .order_by(articles.c.seen_at.desc())
            .limit(limit)
        )
        return [tuple(categories) for categories in rows]

    async def due_looks(self, now: datetime, *, limit: int) -> list[Look]:
        """Articles that went out and whose pages are to be looked at again, longest waiting first."""
        rows = (
            await self._connection.execute(
                select(articles)
                .where(articles.c.check_at <= now, articles.c.announced, ~articles.c.recalled, ~articles.c.held)
                .order_by(articles.c.check_at)
                .limit(limit)
            )
        ).all()
        return [
            Look(article=_article(row, ()), checks=row.checks, page_fingerprint=row.page_fingerprint) for row in rows
        ]

    async def record_look(self, article_id: ArticleId, **values: object) -> None:
        """What a look at its page found, and when the next one is."""
        await self._connection.execute(update(articles).where(articles.c.id == article_id).values(**values))

    async def mark_planned(self, article_id: ArticleId, *, revision: int, recalled: bool = False) -> None:
        """As it was read when its planning began; what was changed or recalled since is planned again."""
        await self._connection.execute(
            update(articles)
            .where(
                articles.c.id == article_id, articles.c.revision == revision, articles.c.recalled == literal(recalled)
            )
            .values(planned=True, announced=True)
        )

    async def set_rubrics(self, article_id: ArticleId, rubrics: Sequence[Slug]) -> None:
        await self._connection.execute(delete(article_rubrics).where(article_rubrics.c.article_id == article_id))
        if rubrics:
            await self._connection.execute(
                plain_insert(article_rubrics),
                [
                    {"article_id": article_id, "rubric": slug, "position": position}
                    for position, slug in enumerate(rubrics)
                ],
            )

    async def latest(self, *, rubrics: Collection[Slug], languages: Collection[Language], limit: int) -> list[Article]:
        """Newest first; of any rubric when `rubrics` is empty. Headlines alone are for tickers."""
        condition = (
            articles.c.language.in_([language.value for language in languages])
            & ~articles.c.recalled
            & ~articles.c.held
            & ~articles.c.is_headline
        )
        if rubrics:
            condition &= articles.c.id.in_(
                select(article_rubrics.c.article_id).where(article_rubrics.c.rubric.in_(list(rubrics)))
            )
        return await self._load(condition, limit=limit, newest_first=True)

    async def _load(
        self, condition: ColumnElement[bool], *, limit: int | None, newest_first: bool = False
    ) -> list[Article]:
        order = (articles.c.published_at.desc(), articles.c.id.desc()) if newest_first else (articles.c.id,)
        rows = (await self._connection.execute(select(articles).where(condition).order_by(*order).limit(limit))).all()
        if not rows:
            return []
        pairs = await self._connection.execute(
            select(article_rubrics.c.article_id, article_rubrics.c.rubric)
            .where(article_rubrics.c.article_id.in_([row.id for row in rows]))
            .order_by(article_rubrics.c.article_id, article_rubrics.c.position)
        )
        slugs = {
            article_id: tuple(Slug(pair.rubric) for pair in group)
            for article_id, group in groupby(pairs, key=lambda pair: pair.article_id)
        }
        return [_article(row, slugs.get(row.id, ())) for row in rows]


def _moment(value: datetime | None) -> ColumnElement[datetime | None]:
    return literal(value, articles.c.seen_at.type)


def _held(source_id: SourceId) -> ColumnElement[bool]:
    return (articles.c.source_id == source_id) & articles.c.held


def _has_page() -> ColumnElement[bool]:
    return articles.c.url.is_not(None) & ~articles.c.is_headline


def _first_look(new: NewArticle, now: datetime) -> datetime | None:
    is_looked_at = new.source_id is not None and new.url is not None and not (new.baseline or new.is_headline)
    return now + LOOKS[0] if is_looked_at else None


def _is_read() -> ColumnElement[bool]:
    """Taken as read and never changed since: it went to nobody, so that there is nothing to edit."""
    return articles.c.announced & (articles.c.revision == 0) & ~articles.c.recalled


def _content(new: NewArticle) -> dict[str, object]:
    return {
        "url": new.url,
        "fingerprint": new.fingerprint,
        "title": new.title,
        "lead": new.lead,
        "body": new.body,
        "marked": new.marked or None,
        "image": new.image,
        "gallery": list(new.gallery) or None,
        "author": new.author,
        "language": new.language.value,
        "categories": list(new.categories),
        "published_at": new.published_at,
        **({"signature": new.trace.signature, "title_hash": new.trace.title_hash} if new.trace else {}),
        "page_fingerprint": new.page_fingerprint,
    }


def _article(row: Row[tuple[object, ...]], rubrics: tuple[Slug, ...]) -> Article:
    return Article(
        id=ArticleId(row.id),
        source_id=SourceId(row.source_id) if row.source_id is not None else None,
        url=row.url,
        fingerprint=row.fingerprint,
        title=row.title,
        lead=row.lead,
        body=row.body,
        marked=row.marked or "",
        image=row.image,
        author=row.author,
        language=Language(row.language),
        categories=tuple(row.categories),
        published_at=row.published_at,
        seen_at=row.seen_at,
        revision=row.revision,
        announced=row.announced,
        recalled=row.recalled,
        rubrics=rubrics,
        updated_at=row.updated_at,
        is_headline=row.is_headline,
        held=row.held,
        gone_at=row.gone_at,
        gallery=tuple(row.gallery or ()),
    )
