"""One factory a domain object, every field defaulted: a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.article import Article, ArticleId, Entry, NewArticle
from bot.domain.channel import Administrator
from bot.domain.delivery import Delivery, DeliveryState, Post, Settlement
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import Source, SourceId, SourceSpec
from bot.services.connections import Place
from tests.cast import CAMILLA, CHANNEL

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def make_rubric(slug: str = "football", **given: Any) -> Rubric:
    values: dict[str, Any] = {"titles": {Language.RU: slug.capitalize()}, "emoji": "⚽"}
    return Rubric(slug=Slug(slug), **(values | given))


def make_administrator(user_id: int = CAMILLA, name: str = "Camilla") -> Administrator:
    return Administrator(user_id=user_id, name=name)


def make_place(chat_id: int = CHANNEL, title: str = "Репортаж", **given: Any) -> Place:
    """A channel in which the bot has every right."""
    return Place(chat_id=chat_id, title=title, **given)


def make_new_article(key: str = "url:https://example.org/a", **given: Any) -> NewArticle:
    values: dict[str, Any] = {
        "source_id": None,
        "url": key.removeprefix("url:"),
        "keys": (key,),
        "fingerprint": "f" * 64,
        "title": "Заголовок",
        "lead": "Первый абзац.",
        "language": Language.RU,
        "published_at": MORNING,
        "categories": ("football",),
    }
    return NewArticle(**(values | given))


def make_article(article_id: int = 1, **given: Any) -> Article:
    """A stored one that went out."""
    values: dict[str, Any] = {
        "source_id": SourceId(1),
        "url": "https://example.org/a",
        "fingerprint": "f" * 64,
        "title": "Заголовок",
        "lead": "Первый абзац.",
        "body": "",
        "image": None,
        "author": None,
        "language": Language.RU,
        "categories": ("football",),
        "published_at": MORNING,
        "seen_at": MORNING,
        "revision": 0,
        "announced": True,
        "recalled": False,
    }
    return Article(id=ArticleId(article_id), **(values | given))


def make_entry(name: str = "a", **given: Any) -> Entry:
    values: dict[str, Any] = {"url": f"https://news.example/{name}/", "guid": name, "title": f"Заголовок {name}"}
    return Entry(**(values | given))


def make_source(source_id: int = 1, *, url: str = "https://news.example/rss/", **given: Any) -> Source:
    """An imported one, due now; what belongs to its declaration goes into a SourceSpec of the test's own."""
    values: dict[str, Any] = {
        "spec": SourceSpec(name="News", url=url, language=Language.RU),
        "baseline_at": MORNING,
        "next_poll_at": MORNING,
    }
    return Source(id=SourceId(source_id), **(values | given))


def make_settlement(delivery: Delivery, state: DeliveryState = DeliveryState.SENT, **given: Any) -> Settlement:
    values: dict[str, Any] = {"at": MORNING, "attempts": delivery.attempts + 1}
    return Settlement(id=delivery.id, state=state, **values | given)


def make_post(delivery: Delivery, **given: Any) -> Post:
    values: dict[str, Any] = {"message_id": delivery.id, "revision": delivery.revision, "sent_at": MORNING}
    destination = delivery.destination
    values |= {"destination_id": destination.id, "subject": delivery.subject, "chat_id": destination.chat_id}
    return Post(**values | given)
