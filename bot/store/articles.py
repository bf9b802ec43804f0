"""Articles in the database, the identities they were seen under, and their rubrics."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Row, delete, func, literal, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.article import Article, ArticleId, KnownArticle, NewArticle
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId
from bot.store.dialect import insert
from bot.store.tables import article_rubrics, articles, seen

# PostgreSQL takes 32 767 parameters a statement, older SQLite builds 999.
_CHUNK = 500


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
                    articles.c.fingerprint,
                    articles.c.recalled,
                )
                .join_from(seen, articles, articles.c.id == seen.c.article_id, isouter=True)
                .where(seen.c.key.in_(ordered[start : start + _CHUNK]))
            )
            for row in rows:
                found[row.key] = KnownArticle(
                    id=ArticleId(row.article_id),
                    source_id=row.source_id,
                    fingerprint=row.fingerprint or "",
                    recalled=bool(row.recalled),
                )
        return found

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
            statement = insert(self._connection, seen).values(key=key, article_id=article_id).on_conflict_do_nothing()
            added += (await self._connection.execute(statement)).rowcount
        return added

    async def correct(self, article_id: ArticleId, new: NewArticle) -> None:
        """The next revision of an article; its planning follows.

        One that only an editor's link had brought belongs to its source from now on, and goes out to the others.
        """
        is_brought = articles.c.source_id.is_(None) & literal(new.source_id is not None and not new.baseline)
        await self._connection.execute(
            update(articles)
            .where(articles.c.id == article_id, ~articles.c.recalled)
            .values(
                revision=articles.c.revision + 1,
                planned=False,
                source_id=func.coalesce(articles.c.source_id, new.source_id),
                announced=articles.c.announced & ~is_brought,
                **_content(new),
            )
        )
        await self.add_keys(article_id, new.keys)

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
            .values(recalled=True, planned=False)
        )
        return bool(result.rowcount)

    async def get(self, article_id: ArticleId) -> Article | None:
        found = await self._load(articles.c.id == article_id, limit=1)
        return found[0] if found else None

    async def by_key(self, key: str) -> Article | None:
        article_id = await self._connection.scalar(select(seen.c.article_id).where(seen.c.key == key))
        return await self.get(ArticleId(article_id)) if article_id is not None else None

    async def unplanned(self, *, limit: int) -> list[Article]:
        """New, corrected and recalled ones, oldest first."""
        return await self._load(~articles.c.planned, limit=limit)

    async def mark_planned(self, article_id: ArticleId, *, revision: int) -> None:
        await self._connection.execute(
            update(articles)
            .where(articles.c.id == article_id, articles.c.revision == revision)
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
        """Newest first; of any rubric when `rubrics` is empty."""
        condition = articles.c.language.in_([language.value for language in languages]) & ~articles.c.recalled
        if rubrics:
            condition &= articles.c.id.in_(
                select(article_rubrics.c.article_id).where(article_rubrics.c.rubric.in_(list(rubrics)))
            )
        return await self._load(condition, limit=limit, newest_first=True)

    async def _load(self, condition: object, *, limit: int, newest_first: bool = False) -> list[Article]:
        order = (articles.c.published_at.desc(), articles.c.id.desc()) if newest_first else (articles.c.id,)
        rows = (
            await self._connection.execute(select(articles).where(condition).order_by(*order).limit(limit))  # type: ignore[arg-type]
        ).all()
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


def _content(new: NewArticle) -> dict[str, object]:
    return {
        "url": new.url,
        "fingerprint": new.fingerprint,
        "title": new.title,
        "lead": new.lead,
        "body": new.body,
        "image": new.image,
        "author": new.author,
        "language": new.language.value,
        "categories": list(new.categories),
        "published_at": new.published_at,
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
    )
