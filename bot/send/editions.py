"""What each subject that is being sent looks like now. In: subjects. Out: their heads, and a message in each language.

An article or ticker is read once a revision and rendered once a language and appearance, however many chats it goes to. Each
refresh asks the store how the subjects stand, so that a correction or recall is noticed in the middle of a fan-out.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import assert_never

from bot.domain.appearance import Appearance
from bot.domain.article import Article, ArticleId
from bot.domain.delivery import Head, Subject, SubjectKind
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker import TickerId, TickerLine
from bot.i18n import I18n, Texts
from bot.render.article import article_message, correction_message, withdrawn_message
from bot.render.message import Message
from bot.render.ticker import ticker_message
from bot.send.form import Prepared
from bot.send.pictures import Pictures
from bot.store.database import Transaction

# Subjects kept for the next time; those that are being sent stay in any case.
_MOST = 200

# In a language and an appearance, by a bot of this name, if that is known.
Write = Callable[[Texts, Appearance, str | None], Message | None]
Prepare = Callable[[Message, Mapping[str, object]], Prepared]


class Edition:
    """One revision of a subject; no message: nothing of it is to be shown any more."""

    def __init__(self, head: Head, write: Write, content: object, origin: Mapping[str, object]) -> None:
        self.head = head
        self.content = content
        self.origin = origin
        self._write = write
        self._prepared: dict[tuple[Language, Appearance, str | None], Prepared | None] = {}

    def message(self, texts: Texts, appearance: Appearance, bot_name: str | None, prepare: Prepare) -> Prepared | None:
        key = (texts.language, appearance, bot_name)
        if key not in self._prepared:
            message = self._write(texts, appearance, bot_name)
            self._prepared[key] = prepare(message, self.origin) if message is not None else None
        return self._prepared[key]


class Editions:
    def __init__(self, i18n: I18n, prepare: Prepare, pictures: Pictures) -> None:
        self._i18n = i18n
        self._prepare = prepare
        self._pictures = pictures
        self._kept: OrderedDict[Subject, Edition] = OrderedDict()

    async def refresh(self, tx: Transaction, subjects: Collection[Subject]) -> dict[Subject, Head]:
        """Bring these up to date. Returns how they stand; one that is no longer kept is left out."""
        heads = await tx.outbox.heads(subjects)
        rubrics: dict[Slug, Rubric] = {}
        for subject in subjects:
            head, kept = heads.get(subject), self._kept.get(subject)
            if head is None:
                self._kept.pop(subject, None)
            elif kept is None or kept.head != head or not head.is_planned:
                rubrics = rubrics or {rubric.slug: rubric for rubric in await tx.rubrics.all()}
                await self._read(tx, subject, head, rubrics)
        self._forget_oldest(subjects)
        return heads

    def head(self, subject: Subject) -> Head | None:
        kept = self._kept.get(subject)
        return kept.head if kept else None

    def message(
        self, subject: Subject, language: Language, appearance: Appearance, bot_name: str | None
    ) -> Prepared | None:
        return self._kept[subject].message(self._i18n.texts(language), appearance, bot_name, self._prepare)

    def correction(self, message: Prepared, language: Language) -> Prepared:
        """The message as an answer to a post that cannot be edited."""
        return self._prepare(correction_message(message.form.message, self._i18n.texts(language)), message.origin)

    def withdrawn(self, language: Language) -> Prepared:
        """What takes the place of a post that cannot be deleted."""
        return self._prepare(withdrawn_message(self._i18n.texts(language)), {})

    async def _read(self, tx: Transaction, subject: Subject, head: Head, rubrics: dict[Slug, Rubric]) -> None:
        write: Write
        origin: dict[str, object] = {subject.kind.value: subject.id}
        match subject.kind:
            case SubjectKind.ARTICLE:
                article = await tx.articles.get(ArticleId(subject.id))
                if article is None:
                    return
                # Rather the revision that was just read than the one that was asked for a moment before.
                head = Head(revision=article.revision, is_void=article.recalled, is_planned=head.is_planned)
                named = [rubrics[slug] for slug in article.rubrics if slug in rubrics]
                source = await _source_name(tx, article)
                content: object = (article, named, source)
                origin |= {"source": article.source_id, "url": article.url}
                if article.image is not None:
                    await self._pictures.recall(tx, article.image)
                write = partial(_write_article, article, named, source)
            case SubjectKind.TICKER:
                ticker = await tx.tickers.get(TickerId(subject.id))
                if ticker is None:
                    return
                lines = await tx.tickers.lines(ticker.id)
                head = Head(revision=ticker.revision, is_void=False, is_planned=True)
                content = (ticker, lines)
                write = partial(_write_ticker, ticker.day, lines, rubrics)
            case _:
                assert_never(subject.kind)
        kept = self._kept.get(subject)
        if kept is not None and kept.content == content:
            kept.head = head
        else:
            self._kept[subject] = Edition(head, write, content, origin)

    def _forget_oldest(self, needed: Collection[Subject]) -> None:
        for subject in needed:
            if subject in self._kept:
                self._kept.move_to_end(subject)
        while len(self._kept) > max(_MOST, len(needed)):
            self._kept.popitem(last=False)


async def _source_name(tx: Transaction, article: Article) -> str:
    source = await tx.sources.get(article.source_id) if article.source_id is not None else None
    return source.spec.name if source is not None else ""


def _write_article(
    article: Article, rubrics: list[Rubric], source: str, texts: Texts, appearance: Appearance, bot_name: str | None
) -> Message | None:
    if article.recalled:
        return None
    return article_message(article, rubrics, texts, appearance, source=source, bot_name=bot_name)


def _write_ticker(
    day: date, lines: list[TickerLine], rubrics: dict[Slug, Rubric], texts: Texts, appearance: Appearance, _: str | None
) -> Message | None:
    """Of an appearance only its silence is a ticker's too."""
    return replace(ticker_message(day, lines, rubrics, texts), silent=appearance.is_silent) if lines else None
