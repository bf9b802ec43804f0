"""Who gets an article at once: everyone who subscribed to one of its rubrics and reads its language."""

from collections.abc import Collection

from bot.domain.article import Article
from bot.domain.destination import Audience, Mode, readers
from bot.domain.language import Language


def audience(
    article: Article, *, published: Collection[Language], default: Language, words: tuple[str, ...] = ()
) -> Audience:
    """`words`: those of the channels' words that the article has."""
    return Audience(
        rubrics=article.rubrics,
        languages=readers(article.language, published=published, default=default),
        modes=(Mode.INSTANT,),
        words=words,
        edition=article.language,
    )
