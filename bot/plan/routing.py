"""Article → rubrics: the entry's categories and the sections of its address against slugs, titles and aliases."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from urllib.parse import unquote, urlsplit

from bot.domain.rubric import Match, Place, Rubric, Slug


def route(
    *, categories: Sequence[str], url: str | None, rubrics: Sequence[Rubric], always: Collection[Slug] = ()
) -> tuple[Slug, ...]:
    """The rubrics of an article: those its categories name first, then its address, then its source's own."""
    found = matches(categories=categories, url=url, rubrics=rubrics, always=always)
    return tuple(dict.fromkeys(match.slug for match in found))


def matches(
    *, categories: Sequence[str], url: str | None, rubrics: Sequence[Rubric], always: Collection[Slug] = ()
) -> tuple[Match, ...]:
    """Each word that means a rubric, in the order of `route`."""
    meaning = {word: rubric.slug for rubric in reversed(rubrics) for word in _words(rubric)}
    offered = [
        *((word, Place.CATEGORY) for word in categories),
        *((word, Place.SECTION) for word in _sections(url)),
    ]
    matched = [
        Match(slug=meaning[fold(word)], place=place, word=word) for word, place in offered if fold(word) in meaning
    ]
    known = {rubric.slug for rubric in rubrics}
    return (*matched, *(Match(slug=slug, place=Place.SOURCE) for slug in always if slug in known))


def unknown_categories(*, categories: Sequence[str], rubrics: Sequence[Rubric]) -> tuple[str, ...]:
    """Categories that mean no rubric yet."""
    meaning = {word for rubric in rubrics for word in _words(rubric)}
    return tuple(category for category in categories if fold(category) and fold(category) not in meaning)


def fold(words: str) -> str:
    """One spelling for what people write differently: case, ё/е, İ/I/ı/i, accents of compatibility forms, blanks, dashes."""
    # İ lower-cases to i with a combining dot above (U+0307); ı stays itself.
    text = unicodedata.normalize("NFKC", words).lower().replace("\u0307", "")
    text = unicodedata.normalize("NFC", text.replace("ё", "е").replace("ı", "i"))
    return re.sub(r"[\s\-_/‐-―]+", " ", text).strip()


def _words(rubric: Rubric) -> set[str]:
    return {fold(word) for word in (rubric.slug, *rubric.titles.values(), *rubric.aliases)} - {""}


def _sections(url: str | None) -> list[str]:
    """The folders of an address; its last part is the article's own name and means nothing."""
    parts = [unquote(part) for part in urlsplit(url or "").path.split("/") if part]
    return parts[:-1]
