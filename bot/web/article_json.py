"""An article as a CMS writes and reads it. In: JSON with the names of a JSON Feed 1.1 item. Out: an Entry, or every mistake.

Fields that are not known, extensions (`_x`) and null are passed over, so that a CMS may send what it sends to others.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.article import Entry
from bot.domain.delivery import PINS, Action, DeliveryState
from bot.domain.language import Language
from bot.ingest.accept import FUTURE_TOLERANCE
from bot.ingest.fields import language
from bot.ingest.identity import reading_url
from bot.ingest.marked import marked_from_markup
from bot.ingest.pictures import further
from bot.ingest.text import from_markup, one_line, paragraphs, without_beginning
from bot.services.publishing import PublishedArticle

LONGEST_ID = 200
_FIRST_YEAR = 1990
_NOT_IN_IDS = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    field: str
    message: str


class NotJsonError(ValueError):
    """The text is a sentence for the CMS."""


class WrongFieldsError(ValueError):
    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(", ".join(mistake.field for mistake in mistakes))
        self.mistakes = mistakes


def read_article(body: bytes, *, cms_id: str, now: datetime) -> Entry:
    """Slow with a long article (10 ms a megabyte). Raises NotJsonError and WrongFieldsError."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotJsonError("The body is not JSON.") from error
    if not isinstance(raw, dict):
        raise NotJsonError("The body is not one JSON object.")
    fields = _Fields(raw)
    _check_id(fields, cms_id)
    title = one_line(fields.text("title", is_required=True))
    lead = paragraphs(fields.text("summary"))
    words = without_beginning(_content(fields), title, lead)
    marked = without_beginning(marked_from_markup(fields.text("content_html")), title, lead)
    given, attached = fields.address("image"), fields.pictures("attachments")
    image = given or next(iter(attached), None)
    entry = Entry(
        guid=cms_id,
        url=fields.address("url"),
        title=title,
        lead=lead,
        body=words,
        marked=marked if marked != words else "",
        image=image,
        gallery=further(image, attached),
        author=", ".join(fields.names("authors")) or None,
        language=fields.language("language"),
        categories=fields.lines("tags"),
        published_at=fields.moment("date_published", not_after=now + FUTURE_TOLERANCE),
        updated_at=fields.moment("date_modified"),
    )
    if fields.mistakes:
        raise WrongFieldsError(tuple(fields.mistakes))
    return entry


def id_mistake(cms_id: str) -> Mistake | None:
    if len(cms_id) > LONGEST_ID:
        return Mistake(field="id", message=f"It has {len(cms_id)} characters; {LONGEST_ID} are the most.")
    if any(unicodedata.category(character) in _NOT_IN_IDS for character in cms_id):
        return Mistake(field="id", message="It holds control characters.")
    return None


def show_article(cms_id: str, published: PublishedArticle) -> dict[str, object]:
    article, ledger = published.article, published.ledger
    return {
        "id": cms_id,
        "url": article.url,
        "title": article.title,
        "language": article.language.value,
        "rubrics": list(article.rubrics),
        "revision": article.revision,
        "published": article.published_at.isoformat(),
        "seen": article.seen_at.isoformat(),
        "recalled": article.recalled,
        "deliveries": {
            action.value: {state.value: ledger.counts.get((action, state), 0) for state in DeliveryState}
            for action in Action
            # Messages of tickers are pinned, articles are not.
            if action not in PINS
        },
        "posts": ledger.standing,
        "settled": ledger.settled_at.isoformat() if ledger.settled_at else None,
    }


def _check_id(fields: "_Fields", cms_id: str) -> None:
    given = fields.get("id")
    # JSON Feed 1.1: an id is a text, and a number is to be read as one.
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if given is not None and given != cms_id:
        fields.mistake("id", "It differs from the id in the address. Leave it out, or send the same.")


def _content(fields: "_Fields") -> str:
    html, text = fields.text("content_html"), fields.text("content_text")
    if fields.get("content_html") is None and fields.get("content_text") is None:
        fields.mistake("content_html", 'It is missing. For a headline alone send an empty text, "".')
    return from_markup(html) if html else paragraphs(text)


class _Fields:
    """The fields of one article. A wrong one leaves a mistake and gives a harmless value."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.mistakes: list[Mistake] = []

    def mistake(self, field: str, message: str) -> None:
        self.mistakes.append(Mistake(field=field, message=message))

    def get(self, field: str) -> Any:
        return self._raw.get(field)

    def text(self, field: str, *, is_required: bool = False) -> str:
        value = self.get(field)
        if value is not None and not isinstance(value, str):
            self.mistake(field, "It is not a text.")
            return ""
        if is_required and not one_line(value or ""):
            self.mistake(field, "It is missing." if value is None else "It is empty.")
        return value or ""

    def address(self, field: str) -> str | None:
        value = self.text(field).strip()
        if not value:
            return None
        if reading_url(value) is None or any(character.isspace() or not character.isprintable() for character in value):
            self.mistake(field, "It is not a whole address that begins with https:// or http://.")
            return None
        return value

    def moment(self, field: str, *, not_after: datetime | None = None) -> datetime | None:
        value = self.text(field).strip()
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
            is_zoned = found.tzinfo is not None
            found = found.astimezone(UTC) if is_zoned else found
        except (ValueError, OverflowError):
            self.mistake(field, "It is not a time of RFC 3339, such as 2026-03-02T10:00:00+04:00.")
            return None
        if not is_zoned:
            self.mistake(field, "It has no time zone. Write it like 2026-03-02T10:00:00+04:00.")
            return None
        if found.year < _FIRST_YEAR:
            self.mistake(field, f"It lies before {_FIRST_YEAR}.")
        elif not_after is not None and found > not_after:
            self.mistake(field, "It lies in the future. Send the article when it is to go out.")
        return found

    def language(self, field: str) -> Language | None:
        value = self.text(field).strip()
        found = language(value)
        if value and found is None:
            self.mistake(field, f"It is not one of {', '.join(Language)}.")
        return found

    def lines(self, field: str) -> tuple[str, ...]:
        return tuple(filter(None, (one_line(each) for each in self._list(field, _is_text, "texts"))))

    def names(self, field: str) -> tuple[str, ...]:
        authors = self._list(field, _is_author, 'objects with a "name"')
        return tuple(filter(None, (one_line(author.get("name") or "") for author in authors)))

    def pictures(self, field: str) -> tuple[str, ...]:
        """Of files of any kind those that are pictures."""
        files = self._list(field, _is_file, 'objects with a "url" and a "mime_type"')
        pictures = [file["url"] for file in files if file["mime_type"].lower().startswith("image/")]
        if any(reading_url(each) is None for each in pictures):
            self.mistake(field, "An address in it does not begin with https:// or http://.")
        return tuple(pictures)

    def _list(self, field: str, is_one: Callable[[Any], bool], of: str) -> list[Any]:
        value = self.get(field)
        if value is None:
            return []
        if not isinstance(value, list) or not all(map(is_one, value)):
            self.mistake(field, f"It is not a list of {of}.")
            return []
        return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_author(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str | None)


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in ("url", "mime_type"))
