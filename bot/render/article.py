"""An article as one post, in the look that its destination has. In: article, rubrics and appearance. Out: a Message.

Editors see the usual look as the preview of a push, administrators that of their channel beside its settings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import assert_never

from bot.domain.appearance import (
    PRIVATE,
    Appearance,
    Layout,
    LinkedWords,
    Placeholder,
    PreviewPlace,
    PreviewSize,
)
from bot.domain.article import Article
from bot.domain.delivery import ONE, Frame
from bot.domain.errors import TemplateError
from bot.domain.rubric import Rubric
from bot.i18n import Texts
from bot.render.hashtags import hashtag
from bot.render.html import (
    bold,
    clean,
    cut,
    escape,
    link,
    linkable,
    one_line,
    plain,
    visible_length,
)
from bot.render.message import MAX_ALBUM, MAX_CAPTION, MAX_RICH_TEXT, MAX_TEXT, MIN_ALBUM, Album, Message, Preview, Rich
from bot.render.parts import beginning_of, parted
from bot.render.post_buttons import Rows, post_buttons
from bot.render.rich import rich_article
from bot.render.template import read_template

# A post is read in passing: about what a phone shows without scrolling, picture included. The rest is one tap away.
MAX_HEADLINE = 300
MAX_LEAD = 600
# Names of people, sources and rubrics in a channel's own template.
MAX_NAMES = 200
# Under a post; more would take the room of its text. As hashtags Telegram would make links of a hundred.
MAX_RUBRICS = 20
# Messages of a full text; nobody reads further in a channel than the page that the last one leads to.
MAX_PARTS = 5
# How far into a text we look: twice what its messages hold, for blanks are left out.
_READ = 2 * MAX_PARTS * MAX_TEXT
# More than any rich message takes, so that one that is cut is seen to be.
_READ_RICH = 2 * MAX_RICH_TEXT

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[\"»”)\s]*(?:[.!?…]+[\"»”)]*(?:\s+|\Z)|\n|\Z)")
_WORD = re.compile(r"\w+")


def article_message(
    article: Article,
    rubrics: Sequence[Rubric],
    texts: Texts,
    appearance: Appearance = PRIVATE,
    *,
    source: str = "",
    bot_name: str | None = None,
    frame: Frame | None = None,
) -> Message:
    """`source` is the name of where the article came from; without `bot_name` nobody is led into the bot.

    `frame`: the messages of the post that is to show it, which may become fewer and never more; None: it is a new one.
    """
    buttons = post_buttons(article, rubrics, texts, appearance, bot_name=bot_name)
    written = _Written(article, rubrics, texts, appearance, source)
    preview = _preview(article, appearance)
    takes_photo = _takes_photo(appearance, preview)
    parts = written.parts([MAX_TEXT] * (MAX_PARTS if frame is None else max(1, frame.others)))
    message = _in_messages(
        parts, buttons, preview, photo=article.image if takes_photo else None, silent=appearance.is_silent
    )
    if frame is None or frame == ONE:
        message = replace(message, rich=_rich(article, rubrics, texts, appearance))
    has_album = takes_photo and appearance.has_albums and appearance.offers_albums
    if (frame is None and has_album) or (frame is not None and frame.pictures):
        return replace(message, album=_album(written, buttons, frame))
    return message


def correction_message(message: Message, texts: Texts) -> Message:
    """The corrected message as an answer to a post that Telegram does not let us edit."""
    text = cut(f"<b>{texts('article.corrected')}</b>\n\n{message.text}", MAX_TEXT)
    photo = _photo(message.photo, text)
    return replace(message, text=text, photo=photo, buttons=message.last.buttons, following=(), album=None, rich=None)


def withdrawn_message(texts: Texts) -> Message:
    """What takes the place of a recalled post that is too old to be deleted."""
    return Message(text=texts("article.withdrawn"))


def emptied_message(texts: Texts) -> Message:
    """What takes the place of a part that a shorter text left over, where it is too old to be deleted."""
    return Message(text=texts("article.emptied"))


def _in_messages(
    parts: Sequence[str], buttons: Rows, preview: Preview | None, *, photo: str | None, silent: bool
) -> Message:
    """The picture stands with the first, or below the last; buttons under the last; only the first makes a sound."""
    texts, last = list(parts), len(parts) - 1
    shown_at = 0 if preview is None or preview.above else last
    messages = [
        Message(
            text=text,
            buttons=buttons if place == last else (),
            preview=preview if place == shown_at else None,
            silent=silent or place > 0,
        )
        for place, text in enumerate(texts)
    ]
    first = replace(messages[0], following=tuple(messages[1:]))
    return first if last else replace(first, photo=_photo(photo, first.text))


def _album(written: "_Written", buttons: Rows, frame: Frame | None) -> Album | None:
    """None: the article has no gallery, or its words find no place under it."""
    pictures = tuple(filter(linkable, written.article.pictures))[:MAX_ALBUM]
    if frame is None and len(pictures) < MIN_ALBUM:
        return None
    links = " · ".join(link(button.text, button.url) for row in buttons for button in row)
    caption = written.caption(links)
    if visible_length(caption) <= MAX_CAPTION:
        return Album(pictures=pictures, caption=caption)
    others = MAX_PARTS if frame is None else frame.others
    if written.appearance.layout is not Layout.FULL:
        return Album(pictures=pictures, caption=cut(caption, MAX_CAPTION)) if frame is not None else None
    if not others:
        return Album(pictures=pictures, caption=written.parts([MAX_CAPTION], links)[0])
    caption, *rest = written.parts([MAX_CAPTION, *[MAX_TEXT] * others])
    if not rest:
        return Album(pictures=pictures, caption=caption)
    following = _in_messages(rest, buttons, None, photo=None, silent=True)
    return Album(pictures=pictures, caption=caption, following=(replace(following, following=()), *following.following))


@dataclass(frozen=True, slots=True)
class _Written:
    """One article in one look."""

    article: Article
    rubrics: Sequence[Rubric]
    texts: Texts
    appearance: Appearance
    source: str

    def parts(self, rooms: Sequence[int], links: str = "") -> list[str]:
        """At most as many as there are rooms. Only a full text has more than one."""
        if self.appearance.layout is Layout.FULL:
            return self._full(rooms, links)
        return [self._text()]

    def caption(self, links: str) -> str:
        """All of it, longer than a caption may be where there is no way to be shorter; `links` stand in for buttons."""
        if self.appearance.layout is not Layout.CARD:
            text = self._whole_text() if self.appearance.layout is Layout.FULL else self._text()
            return _together(text, links)
        headline, end = _headline(self.article), _end(self.rubrics, self.texts, self.appearance)
        room = MAX_CAPTION - visible_length(_together(headline, *end, links)) - len("\n\n")
        lead = cut(_lead(self.article), room) if room > 0 else ""
        return _together(headline, lead, *end, links)

    def _text(self) -> str:
        """An own template that has nothing to say of this article, or that was allowed once, gives way to a card."""
        article, rubrics, texts, appearance = self.article, self.rubrics, self.texts, self.appearance
        match appearance.layout:
            case Layout.HEADLINE:
                headline = cut(link(one_line(article.title), article.url), MAX_HEADLINE)
                return cut("\n".join(filter(visible_length, (headline, *_end(rubrics, texts, appearance)))), MAX_TEXT)
            case Layout.FULL:
                return self._whole_text()
            case Layout.OWN:
                own = _own(article, rubrics, texts, appearance, self.source)
                return own or _card(article, rubrics, texts, appearance)
            case Layout.CARD:
                return _card(article, rubrics, texts, appearance)
            case _:
                assert_never(appearance.layout)

    def _whole_text(self) -> str:
        end = _end(self.rubrics, self.texts, self.appearance)
        return _together(_headline(self.article), _whole(self.article), *end)

    def _full(self, rooms: Sequence[int], links: str) -> list[str]:
        """The whole text; what finds no room ends with a paragraph and leads on to the page."""
        end = _together(*_end(self.rubrics, self.texts, self.appearance), links)
        told = _together(_headline(self.article), _whole(self.article))
        ending = visible_length(end) + len("\n\n") if end else 0
        parts, rest = parted(told, [room - ending for room in rooms])
        if rest:
            onward = _onward(self.article, self.texts)
            room = rooms[len(parts) - 1] - ending - visible_length(onward) - len("\n\n")
            parts[-1] = _together(beginning_of(parts[-1], room)[0], onward)
        return [*parts[:-1], _together(parts[-1], end)]


def _card(article: Article, rubrics: Sequence[Rubric], texts: Texts, appearance: Appearance) -> str:
    return _joined(_headline(article), _lead(article), *_end(rubrics, texts, appearance))


def _rich(article: Article, rubrics: Sequence[Rubric], texts: Texts, appearance: Appearance) -> Rich | None:
    """Without a text the ordinary message says as much."""
    as_marked = replace(article, body=article.marked or article.body)
    told = _whole(as_marked, _READ_RICH) if appearance.is_rich_text else ""
    if not told:
        return None
    pictures = () if appearance.size is PreviewSize.NONE else tuple(filter(linkable, article.pictures))
    return rich_article(
        headline=cut(escape(one_line(article.title)), MAX_HEADLINE),
        pictures=pictures[: MAX_ALBUM if appearance.has_albums else 1],
        is_picture_below=appearance.place is PreviewPlace.BELOW,
        told=told,
        onward=_onward(article, texts),
        end=_end(rubrics, texts, appearance),
    )


def _onward(article: Article, texts: Texts) -> str:
    return link(texts("article.read-on"), article.url) if article.url and linkable(article.url) else ""


def _own(article: Article, rubrics: Sequence[Rubric], texts: Texts, appearance: Appearance, source: str) -> str:
    """With the signature below, unless that leaves no room."""
    try:
        template = read_template(appearance.template)
    except TemplateError:
        return ""
    end = _signature(appearance.signature)
    room = MAX_TEXT - visible_length(end) - len("\n\n") if end else MAX_TEXT
    filled = template.fill(_values(article, rubrics, texts, source), room)
    return _joined(filled, end) if plain(filled).strip() else ""


def _values(article: Article, rubrics: Sequence[Rubric], texts: Texts, source: str) -> Mapping[Placeholder, str]:
    titles = ", ".join(one_line(f"{rubric.emoji} {rubric.title(texts.language)}") for rubric in rubrics)
    return {
        Placeholder.TITLE: plain(cut(escape(one_line(article.title)), MAX_HEADLINE)),
        Placeholder.LEAD: plain(_lead(article)),
        Placeholder.BODY: plain(_whole(article)),
        Placeholder.LINK: article.url if article.url is not None and linkable(article.url) else "",
        Placeholder.RUBRICS: titles[:MAX_NAMES],
        Placeholder.HASHTAGS: _hashtags(rubrics, texts),
        Placeholder.SOURCE: one_line(source)[:MAX_NAMES],
        Placeholder.AUTHOR: one_line(article.author or "")[:MAX_NAMES],
        Placeholder.TIME: texts.time(article.published_at),
    }


def _joined(*parts: str) -> str:
    return cut(_together(*parts), MAX_TEXT)


def _together(*parts: str) -> str:
    return "\n\n".join(part for part in parts if visible_length(part))


def _headline(article: Article) -> str:
    return cut(bold(one_line(article.title)), MAX_HEADLINE)


def _takes_photo(appearance: Appearance, preview: Preview | None) -> bool:
    """A photo is the large picture above its caption; in any other place or size the preview shows it."""
    return appearance.layout is not Layout.HEADLINE and preview is not None and preview.large and preview.above


def _photo(image: str | None, text: str) -> str | None:
    """The picture that carries the text as its caption, if that is short enough."""
    if image is None or not linkable(image) or visible_length(text) > MAX_CAPTION:
        return None
    return image


def _preview(article: Article, appearance: Appearance) -> Preview | None:
    """Where there is no photo, the article's own picture stands over the text as one does.

    The card of its page, which repeats the headline, stands below it. A small picture is always that of the page's card: a
    picture alone has no small form.
    """
    if appearance.size is PreviewSize.NONE:
        return None
    large = appearance.size is PreviewSize.LARGE
    image, page = (
        address if address is not None and linkable(address) else None for address in (article.image, article.url)
    )
    url = (image or page) if large else (page or image)
    if url is None:
        return None
    is_above = url == image if appearance.place is PreviewPlace.AUTO else appearance.place is PreviewPlace.ABOVE
    return Preview(url=url, large=large, above=is_above)


def _end(rubrics: Sequence[Rubric], texts: Texts, appearance: Appearance) -> tuple[str, str]:
    rubric_line = escape(_hashtags(rubrics, texts)) if appearance.has_hashtags else _footer(rubrics, texts)
    return rubric_line, _signature(appearance.signature)


def _footer(rubrics: Sequence[Rubric], texts: Texts) -> str:
    return " · ".join(
        escape(one_line(f"{rubric.emoji} {rubric.title(texts.language)}")) for rubric in rubrics[:MAX_RUBRICS]
    )


def _hashtags(rubrics: Sequence[Rubric], texts: Texts) -> str:
    found = (hashtag(rubric.title(texts.language)) for rubric in rubrics)
    return " ".join(islice(filter(None, dict.fromkeys(found)), MAX_RUBRICS))


def _signature(signature: LinkedWords | None) -> str:
    return link(signature.text, signature.url) if signature is not None else ""


def _whole(article: Article, read: int = _READ) -> str:
    """The lead and the body as far as it is `read`, less what either repeats, as escaped paragraphs."""
    lead = list(_new_paragraphs(article.lead, article.title))
    body = list(_new_paragraphs(article.body[:read], article.title))
    told = _words("\n".join(body))
    words = _words("\n".join(lead))
    return "\n\n".join(body if words == told[: len(words)] else [*lead, *body])


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
