"""An article as one post: headline, lead, rubrics, picture and the way to the full text. In: article and rubrics. Out: a Message.

Editors see the same message as the preview of a push.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.domain.article import Article
from bot.domain.rubric import Rubric
from bot.i18n import Texts
from bot.render.html import bold, clean, cut, escape, linkable, one_line, visible_length
from bot.render.message import MAX_CAPTION, MAX_TEXT, Button, Message, Preview

# A post is read in passing: about what a phone shows without scrolling, picture included. The rest is one tap away.
MAX_HEADLINE = 300
MAX_LEAD = 600
# How far into a text the lead is looked for: beyond any headline that stands at its beginning.
_READ = 20_000

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[\"»”)\s]*(?:[.!?…]+[\"»”)]*(?:\s+|\Z)|\n|\Z)")
_WORD = re.compile(r"\w+")


def article_message(article: Article, rubrics: Sequence[Rubric], texts: Texts) -> Message:
    parts = (cut(bold(one_line(article.title)), MAX_HEADLINE), _lead(article), _footer(rubrics, texts))
    text = cut("\n\n".join(part for part in parts if visible_length(part)), MAX_TEXT)
    return Message(
        text=text, buttons=_buttons(article, texts), preview=_preview(article), photo=_photo(article.image, text)
    )


def correction_message(message: Message, texts: Texts) -> Message:
    """The corrected message as an answer to a post that Telegram does not let us edit."""
    text = cut(f"<b>{texts('article.corrected')}</b>\n\n{message.text}", MAX_TEXT)
    return replace(message, text=text, photo=_photo(message.photo, text))


def withdrawn_message(texts: Texts) -> Message:
    """What takes the place of a recalled post that is too old to be deleted."""
    return Message(text=texts("article.withdrawn"))


def _photo(image: str | None, text: str) -> str | None:
    """The picture that carries the text as its caption, if that is short enough."""
    if image is None or not linkable(image) or visible_length(text) > MAX_CAPTION:
        return None
    return image


def _buttons(article: Article, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    if article.url is None or not linkable(article.url):
        return ()
    return ((Button(text=texts("article.read"), url=article.url),),)


def _preview(article: Article) -> Preview | None:
    """Where there is no photo, the article's own picture stands over the text as one does.

    The card of its page, which repeats the headline, stands below it.
    """
    if article.image is not None and linkable(article.image):
        return Preview(url=article.image, large=True, above=True)
    if article.url is not None and linkable(article.url):
        return Preview(url=article.url, large=True, above=False)
    return None


def _footer(rubrics: Sequence[Rubric], texts: Texts) -> str:
    return " · ".join(escape(one_line(f"{rubric.emoji} {rubric.title(texts.language)}")) for rubric in rubrics)


def _lead(article: Article) -> str:
    """The lead, or where it says nothing beyond the headline the first paragraphs of the body that fit."""
    for text in (article.lead, article.body):
        chosen: list[str] = []
        for paragraph in _new_paragraphs(text[:_READ], article.title):
            if chosen and visible_length("\n\n".join([*chosen, paragraph])) > MAX_LEAD:
                break
            chosen.append(paragraph)
        if chosen:
            return cut("\n\n".join(chosen), MAX_LEAD)
    return ""


def _new_paragraphs(text: str, headline: str) -> Iterator[str]:
    """The paragraphs of `text`, escaped, less a beginning that repeats the headline, as agencies write it."""
    words = _words(headline)
    telling = False
    for paragraph in _PARAGRAPH_END.split(clean(text)):
        remaining = "\n".join(filter(None, (one_line(line) for line in paragraph.splitlines())))
        if not telling:
            remaining = _without_headline(remaining, words)
        if remaining:
            telling = True
            yield escape(remaining)


def _without_headline(paragraph: str, headline: list[str]) -> str:
    """The paragraph less the headline as its first sentence; nothing, if it is the headline or the headline broken off.

    Case and punctuation do not matter. A sentence that goes on after the headline's words is left whole.
    """
    found = list(islice(_WORD.finditer(paragraph), len(headline) + 1))
    if not found or [match[0].casefold() for match in found[: len(headline)]] != headline[: len(found)]:
        return paragraph
    if len(found) < len(headline):
        return ""
    end = _SENTENCE_END.match(paragraph, found[len(headline) - 1].end())
    return paragraph[end.end() :] if end else paragraph


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
