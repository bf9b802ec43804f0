"""Whom a push reaches: the people of the article's rubrics in whatever mode; channels are named by the editor."""

from collections.abc import Collection

from bot.domain.article import Article
from bot.domain.destination import Audience, DestinationKind, Mode, readers
from bot.domain.language import Language


def audience(article: Article, *, published: Collection[Language], default: Language) -> Audience:
    return Audience(
        rubrics=article.rubrics,
        languages=readers(article.language, published=published, default=default),
        modes=tuple(Mode),
        kinds=(DestinationKind.SUBSCRIBER,),
    )
