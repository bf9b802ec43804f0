"""What each subject that is being sent looks like now. In: subjects. Out: their heads, and a message in each language.

An article or ticker is read once a revision and rendered once a language and appearance, however many chats it goes to. Each
channel has tickers of its own, but those that show the same lines share one rendering. Each refresh asks the store how the
subjects stand, so that a correction or recall is noticed in the middle of a fan-out.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.appearance import Appearance
from bot.domain.article import Article, ArticleId
from bot.domain.delivery import ONE, Frame, Head, Post, Subject, SubjectKind
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker import Sheet, TickerId
from bot.domain.topic import Forum, TopicId
from bot.i18n import I18n, Texts
from bot.render.article import article_message, correction_message, emptied_message, withdrawn_message
from bot.render.message import Message
from bot.render.ticker import ticker_message
from bot.send.form import Prepared
from bot.send.pictures import Pictures
from bot.store.database import Transaction

# Subjects, and contents of tickers, kept for the next time; those that are being sent stay in any case.
_MOST = 200
# Tickers of which we know what they show. Of others an edit in vain goes out, which Telegram calls "not modified".
_MOST_SHOWN = 2_000

# In a language and an appearance, by a bot of this name, if that is known, in the frame of the post that is to show it.
Write = Callable[[Texts, Appearance, str | None, Frame | None], Message | None]
Prepare = Callable[[Message, Mapping[str, object]], Prepared]


class Rendering:
    """One content in each language it is asked for; no message: nothing of it is to be shown any more.

    `origin` says in the log whose content it is.
    """

    def __init__(self, write: Write, origin: Mapping[str, object]) -> None:
        self._write = write
        self._origin = origin
        self._prepared: dict[tuple[Language, Appearance, str | None], Prepared | None] = {}
        self._framed: dict[tuple[Language, Appearance, str | None, Frame], Prepared | None] = {}

    def message(self, texts: Texts, appearance: Appearance, bot_name: str | None, prepare: Prepare) -> Prepared | None:
        key = (texts.language, appearance, bot_name)
        try:
            return self._prepared[key]
        except KeyError:
            message = self._write(texts, appearance, bot_name, None)
            self._prepared[key] = prepared = prepare(message, self._origin) if message is not None else None
            return prepared

    def framed(
        self, texts: Texts, appearance: Appearance, bot_name: str | None, prepare: Prepare, frame: Frame
    ) -> Prepared | None:
        """For a post that stands; as a rule the same."""
        anew = self.message(texts, appearance, bot_name, prepare)
        if anew is None or (frame == ONE and not anew.following):
            return anew
        key = (texts.language, appearance, bot_name, frame)
        if key not in self._framed:
            message = self._write(texts, appearance, bot_name, frame)
            self._framed[key] = prepare(message, self._origin) if message is not None else None
        return self._framed[key]


@dataclass(kw_only=True, slots=True)
class Edition:
    """One revision of a subject; `rubrics` are an article's."""

    head: Head
    content: object
    rendering: Rendering
    rubrics: tuple[Slug, ...] = ()


class Editions:
    def __init__(self, i18n: I18n, prepare: Prepare, pictures: Pictures) -> None:
        self._i18n = i18n
        self._prepare = prepare
        self._pictures = pictures
        self._kept: OrderedDict[Subject, Edition] = OrderedDict()
        self._sheets: OrderedDict[Sheet, Rendering] = OrderedDict()
        self._rubrics: dict[Slug, Rubric] = {}
        self._shown: OrderedDict[Subject, str] = OrderedDict()

    async def refresh(self, tx: Transaction, subjects: Collection[Subject]) -> dict[Subject, Head]:
        """Bring these up to date. Returns how they stand; one that is no longer kept is left out."""
        heads = await tx.claims.heads(subjects)
        for subject in set(subjects) - set(heads):
            self._kept.pop(subject, None)
        stale = {subject: head for subject, head in heads.items() if self._is_stale(subject, head)}
        if stale:
            await self._read_rubrics(tx)
        for subject, head in stale.items():
            if subject.kind is SubjectKind.ARTICLE:
                await self._read_article(tx, subject, head)
        await self._read_tickers(tx, [subject for subject in stale if subject.kind is SubjectKind.TICKER])
        self._forget_oldest(subjects)
        return heads

    def _is_stale(self, subject: Subject, head: Head) -> bool:
        kept = self._kept.get(subject)
        return kept is None or kept.head != head or not head.is_planned

    def head(self, subject: Subject) -> Head | None:
        kept = self._kept.get(subject)
        return kept.head if kept else None

    def topic(self, subject: Subject, forum: Forum) -> TopicId | None:
        """Where in a forum it goes; None: nowhere, all that it might go to is closed."""
        if subject.kind is SubjectKind.TICKER:
            return forum.topic_of_ticker
        return forum.topic_of(self._kept[subject].rubrics)

    def message(
        self,
        subject: Subject,
        language: Language,
        appearance: Appearance,
        bot_name: str | None,
        post: Post | None = None,
    ) -> Prepared | None:
        """`post`: the one that is to show it."""
        rendering, texts = self._kept[subject].rendering, self._i18n.texts(language)
        if post is None:
            return rendering.message(texts, appearance, bot_name, self._prepare)
        return rendering.framed(texts, appearance, bot_name, self._prepare, post.frame)

    def correction(self, message: Prepared, language: Language) -> Prepared:
        """The message as an answer to a post that cannot be edited."""
        return self._prepare(correction_message(message.form.message, self._i18n.texts(language)), message.origin)

    def withdrawn(self, language: Language) -> Prepared:
        """What takes the place of a post that cannot be deleted."""
        return self._prepare(withdrawn_message(self._i18n.texts(language)), {})

    def emptied(self, language: Language) -> Prepared:
        """What takes the place of a part that a shorter text left over."""
        return self._prepare(emptied_message(self._i18n.texts(language)), {})

    def note_shown(self, ticker: Subject, prepared: Prepared | None) -> None:
        """What a ticker's only message shows since its last call; None: nobody knows."""
        self._shown.pop(ticker, None)
        if prepared is not None:
            self._shown[ticker] = prepared.form.message.text
        while len(self._shown) > _MOST_SHOWN:
            self._shown.popitem(last=False)

    def is_shown(self, ticker: Subject, prepared: Prepared) -> bool:
        """A correction of a line that went for want of room changes nothing, nor does the second of two shown at once."""
        return self._shown.get(ticker) == prepared.form.message.text

    async def _read_rubrics(self, tx: Transaction) -> None:
        rubrics = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
        if rubrics != self._rubrics:
            # They stand in every line.
            self._sheets.clear()
        self._rubrics = rubrics

    async def _read_article(self, tx: Transaction, subject: Subject, head: Head) -> None:
        article = await tx.articles.get(ArticleId(subject.id))
        if article is None:
            return
        # Rather the revision that was just read than the one that was asked for a moment before.
        head = Head(revision=article.revision, is_void=article.recalled, is_planned=head.is_planned)
        named = [self._rubrics[slug] for slug in article.rubrics if slug in self._rubrics]
        origin = {"article": subject.id, "source": article.source_id, "url": article.url}
        source = await _source_name(tx, article)
        await self._pictures.recall(tx, article.pictures)
        write = partial(_write_article, article, named, source)
        self._keep(subject, head, (article, named, source), lambda: Rendering(write, origin), article.rubrics)

    async def _read_tickers(self, tx: Transaction, subjects: Collection[Subject]) -> None:
        if not subjects:
            return
        for ticker, sheet in (await tx.tickers.read([TickerId(subject.id) for subject in subjects])).values():
            head = Head(revision=ticker.revision, is_void=False, is_planned=True)
            subject = Subject(kind=SubjectKind.TICKER, id=ticker.id)
            self._keep(subject, head, sheet, partial(self._sheet, sheet, ticker.id))

    def _sheet(self, sheet: Sheet, ticker_id: TickerId) -> Rendering:
        rendering = self._sheets.get(sheet)
        if rendering is None:
            rendering = Rendering(partial(_write_ticker, sheet, self._rubrics), {"ticker": ticker_id})
        self._sheets[sheet] = rendering
        self._sheets.move_to_end(sheet)
        while len(self._sheets) > _MOST:
            self._sheets.popitem(last=False)
        return rendering

    def _keep(
        self,
        subject: Subject,
        head: Head,
        content: object,
        render: Callable[[], Rendering],
        rubrics: tuple[Slug, ...] = (),
    ) -> None:
        kept = self._kept.get(subject)
        if kept is not None and kept.content == content:
            kept.head = head
        else:
            self._kept[subject] = Edition(head=head, content=content, rendering=render(), rubrics=rubrics)

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
    article: Article,
    rubrics: list[Rubric],
    source: str,
    texts: Texts,
    appearance: Appearance,
    bot_name: str | None,
    frame: Frame | None,
) -> Message | None:
    if article.recalled:
        return None
    return article_message(article, rubrics, texts, appearance, source=source, bot_name=bot_name, frame=frame)


def _write_ticker(
    sheet: Sheet, rubrics: dict[Slug, Rubric], texts: Texts, appearance: Appearance, *_: str | Frame | None
) -> Message | None:
    """Of an appearance only its silence is a ticker's too."""
    message = ticker_message(sheet, rubrics, texts)
    return replace(message, silent=message.silent or appearance.is_silent) if message is not None else None
