"""One factory a domain object, every field defaulted: a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.article import NewArticle
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def make_rubric(slug: str = "football", **given: Any) -> Rubric:
    values: dict[str, Any] = {"titles": {Language.RU: slug.capitalize()}, "emoji": "⚽"}
    return Rubric(slug=Slug(slug), **(values | given))


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
