"""What a paused channel missed: of what came meanwhile, the articles that it takes by what is set now."""

from bot.domain.article import ArticleId
from bot.domain.destination import Destination, readers
from bot.domain.language import Language
from bot.plan.words import suits
from bot.store.database import Transaction

# Articles that are read for a channel's words, in parts; those that came before them are not offered.
_MOST_READ, _PART = 500, 100


async def missed_by(tx: Transaction, channel: Destination, *, default: Language) -> list[ArticleId]:
    """Newest first."""
    published = await tx.sources.languages()
    own = {each for each in Language if channel.language in readers(each, published=published, default=default)}
    languages = own | await tx.destinations.editions_of(channel.id)
    found = await tx.missed.of_rubrics(channel.id, languages=languages)
    words = await tx.channel_words.of(channel.id)
    if not words:
        return found
    taken: list[ArticleId] = []
    for start in range(0, min(len(found), _MOST_READ), _PART):
        part = found[start : start + _PART]
        articles = await tx.articles.get_all(part)
        taken += [each for each in part if each in articles and suits(articles[each], words)]
    return taken
