"""The latest articles, as a person asks for them, and those that were sent to them with what brought each."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.article import Article
from bot.domain.destination import edition
from bot.domain.language import Language
from bot.domain.rubric import Rubric
from bot.store.database import Database

# As many as one looks through on a phone.
LATEST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    article: Article
    rubrics: tuple[Rubric, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest:
    """Newest first. `is_own`: of the rubrics the person chose; else, having chosen none, of all."""

    stories: tuple[Story, ...]
    is_own: bool
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """An article in a person's chat. `because_of` are its rubrics that they follow; none: they left them since."""

    article: Article
    sent_at: datetime
    because_of: tuple[Rubric, ...]
    rubrics: tuple[Rubric, ...]


class Reading:
    def __init__(self, *, database: Database, clock: Clock, default: Language) -> None:
        self._database = database
        self._clock = clock
        self._default = default

    async def latest(self, chat_id: int, language: Language, *, limit: int = LATEST) -> Latest:
        async with self._database.transaction() as tx:
            person = await tx.destinations.by_chat(chat_id)
            chosen = await tx.destinations.rubrics_of(person.id) if person else set()
            spoken = edition(language, published=await tx.sources.languages(), default=self._default)
            articles = await tx.articles.latest(rubrics=chosen, languages=(spoken,), limit=limit)
            known = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
        stories = tuple(
            Story(article=article, rubrics=tuple(known[slug] for slug in article.rubrics)) for article in articles
        )
        return Latest(stories=stories, is_own=bool(chosen), asked_at=self._clock.now())

    async def received(self, chat_id: int) -> tuple[list[Received], datetime]:
        """The last articles in a person's chat with what brought each, newest first, and the time of asking."""
        async with self._database.transaction() as tx:
            person = await tx.destinations.by_chat(chat_id)
            if person is None:
                return [], self._clock.now()
            receipts = await tx.accounts.received(person.id, limit=LATEST)
            articles = await tx.articles.get_all([receipt.article_id for receipt in receipts])
            known = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
            followed = await tx.destinations.rubrics_of(person.id)
        found = [
            Received(
                article=article,
                sent_at=receipt.sent_at,
                because_of=tuple(known[slug] for slug in article.rubrics if slug in followed),
                rubrics=tuple(known[slug] for slug in article.rubrics),
            )
            for receipt in receipts
            if (article := articles.get(receipt.article_id)) is not None
        ]
        return found, self._clock.now()
