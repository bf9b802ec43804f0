"""A rubric: a subject of the newsroom that people and channels subscribe to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from bot.domain.language import Language

Slug = NewType("Slug", str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rubric:
    """`aliases` are category names and URL sections that mean this rubric; `position` orders the keyboards."""

    slug: Slug
    titles: Mapping[Language, str]
    emoji: str = ""
    aliases: tuple[str, ...] = ()
    position: int = 0

    def title(self, language: Language) -> str:
        """The title in `language`; where the newsroom gave none, in any language it did give, else the slug."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.slug)


class Place(StrEnum):
    """Where it stands that an article belongs to a rubric."""

    CATEGORY = "category"
    SECTION = "section"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Why an article belongs to a rubric: a category or a section of its address, or no word but its source."""

    slug: Slug
    place: Place
    word: str = ""
