"""The buttons under a post, as the channel set them. In: article, rubrics and appearance. Out: rows of buttons."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.domain.appearance import Appearance
from bot.domain.article import Article
from bot.domain.rubric import Rubric
from bot.i18n import Texts
from bot.render.html import MAX_URL, linkable, one_line
from bot.render.message import Button

# Of the headline that a shared link comes with.
_MAX_SHARED = 200
_MAX_LABEL = 64

Rows = tuple[tuple[Button, ...], ...]


def post_buttons(
    article: Article, rubrics: Sequence[Rubric], texts: Texts, appearance: Appearance, *, bot_name: str | None
) -> Rows:
    """To read and to share side by side, then the rubric in the bot, then the channel's own."""
    address = article.url if article.url is not None and linkable(article.url) else None
    first: tuple[Button, ...] = ()
    if appearance.has_read and address is not None:
        first = (Button(text=texts("article.read"), url=address),)
    if appearance.has_share and address is not None:
        first = (*first, Button(text=texts("article.share"), url=_sharing(address, one_line(article.title))))
    rows = (first, _subscribing(rubrics, texts, bot_name) if appearance.has_subscribe else (), _own(appearance))
    return tuple(row for row in rows if row)


def _sharing(address: str, headline: str) -> str:
    link = f"https://t.me/share/url?url={quote(address, safe='')}"
    named = f"{link}&text={quote(headline[:_MAX_SHARED], safe='')}"
    return next((each for each in (named, link) if len(each) <= MAX_URL), address)


def _subscribing(rubrics: Sequence[Rubric], texts: Texts, bot_name: str | None) -> tuple[Button, ...]:
    """To the article's first rubric: several buttons of one kind would bury the post."""
    if bot_name is None or not rubrics:
        return ()
    title = f"{rubrics[0].emoji} {rubrics[0].title(texts.language)}"
    text = texts("article.subscribe", rubric=one_line(title)[:_MAX_LABEL])
    return (Button(text=text, url=f"https://t.me/{bot_name}?start=r-{rubrics[0].slug}"),)


def _own(appearance: Appearance) -> tuple[Button, ...]:
    own = appearance.button
    return (Button(text=own.text, url=own.url),) if own is not None and own.url is not None else ()
