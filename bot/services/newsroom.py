"""newsroom.toml → rubrics and sources in the database. The file adds and changes; it never deletes.

`load` reads the file and names every mistake at once; `Newsroom.bring` writes what it holds.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import PageSelectors, SourceKind, SourceSpec
from bot.ingest.selectors import mistake_in
from bot.store.database import Database

# A deep link carries "r-" and the slug in 64 characters, a channel's button an id beside it in 64 bytes.
_SLUG = re.compile(r"[a-z0-9-]{1,32}")
_MAX_EMOJI = 16

_RUBRIC_KEYS = ("slug", "emoji", "title", "aliases")
_SOURCE_KEYS = ("name", "url", "kind", "language", "interval", "rubrics", "fallback", "page")
_DECLARED_KINDS = tuple(kind for kind in SourceKind if kind is not SourceKind.API)

_Chosen = TypeVar("_Chosen", bound=StrEnum)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsroomFile:
    rubrics: tuple[Rubric, ...]
    sources: tuple[SourceSpec, ...]


class NewsroomMistakes(Exception):  # noqa: N818, it is what the file has
    """Every mistake of the file, a sentence each: where, which key, what is expected."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class Newsroom:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def bring(self, file: NewsroomFile) -> None:
        async with self._database.transaction() as tx:
            await tx.rubrics.put(file.rubrics)
            await tx.sources.put(file.sources, now=self._clock.now())


def load(path: Path) -> NewsroomFile:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NewsroomMistakes([f"{path}: cannot be read ({error.strerror}). Check NEWSROOM_FILE."]) from error
    except UnicodeDecodeError as error:
        raise NewsroomMistakes([f"{path}: is not UTF-8 text. Save it as UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise NewsroomMistakes([f"{path}: is not valid TOML. {error}."]) from error
    mistakes: list[str] = []
    top = _Table(path.name, document, mistakes)
    top.refuse_others(("rubrics", "sources"))
    rubrics = tuple(_rubric(table, position) for position, table in enumerate(top.tables("rubrics")))
    sources = tuple(_source(table, {rubric.slug for rubric in rubrics}) for table in top.tables("sources"))
    mistakes.extend(_repeated("rubrics", "slug", (rubric.slug for rubric in rubrics)))
    mistakes.extend(_repeated("sources", "url", (source.url for source in sources)))
    if mistakes:
        raise NewsroomMistakes(mistakes)
    return NewsroomFile(rubrics=rubrics, sources=sources)


def source_at(url: str, declared: Iterable[SourceSpec], *, language: Language) -> SourceSpec:
    """The declared source that is read from this address, or one as it would be. Raises NewsroomMistakes."""
    address = url.strip()
    if not _is_address(address):
        raise NewsroomMistakes([f'"{address}" is no address; it must begin with https:// or http:// and name a host.'])
    known = next((spec for spec in declared if address in (spec.url, *spec.fallback)), None)
    if known is None:
        return SourceSpec(name=urlsplit(address).hostname or address, url=address, language=language)
    return known if known.url == address else replace(known, url=address, kind=SourceKind.AUTO, fallback=())


def _rubric(table: "_Table", position: int) -> Rubric:
    table.refuse_others(_RUBRIC_KEYS)
    slug = table.text("slug", is_required=True)
    if slug and not _SLUG.fullmatch(slug):
        table.mistake("slug", "must be 1 to 32 of a-z, 0-9 and -")
    emoji = table.text("emoji")
    if len(emoji) > _MAX_EMOJI:
        table.mistake("emoji", "must be one emoji")
    return Rubric(
        slug=Slug(slug), emoji=emoji, titles=_titles(table), aliases=table.texts("aliases"), position=position
    )


def _titles(table: "_Table") -> dict[Language, str]:
    if not table.has("title"):
        table.mistake("title", f"is missing; give at least one of {_listed(Language)}")
    title = table.table("title")
    if title is None:
        return {}
    title.refuse_others(tuple(Language))
    titles = {language: title.text(language) for language in Language}
    given = {language: text for language, text in titles.items() if text}
    if not given:
        table.mistake("title", f"is empty; give at least one of {_listed(Language)}")
    return given


def _source(table: "_Table", slugs: Collection[Slug]) -> SourceSpec:
    table.refuse_others(_SOURCE_KEYS)
    rubrics = tuple(Slug(slug) for slug in table.texts("rubrics"))
    for slug in rubrics:
        if slug not in slugs:
            table.mistake("rubrics", f'names "{slug}", which no [[rubrics]] of this file has as its slug')
    return SourceSpec(
        name=table.text("name", is_required=True),
        url=_address(table, "url", table.text("url", is_required=True)),
        kind=_kind(table),
        language=table.one_of("language", Language) or Language.RU,
        interval=table.whole_number("interval", default=60),
        rubrics=rubrics,
        fallback=tuple(_address(table, "fallback", url) for url in table.texts("fallback")),
        page=_selectors(table),
    )


def _kind(table: "_Table") -> SourceKind:
    return (table.one_of("kind", _DECLARED_KINDS) if table.has("kind") else None) or SourceKind.AUTO


def _selectors(table: "_Table") -> PageSelectors:
    page = table.table("page")
    if page is None:
        return PageSelectors()
    names = tuple(field.name for field in fields(PageSelectors))
    page.refuse_others(names)
    selectors = {name: page.text(name) for name in names}
    for name, selector in selectors.items():
        if mistake := mistake_in(selector) if selector else None:
            page.mistake(name, mistake)
    return PageSelectors(**selectors)


def _address(table: "_Table", key: str, url: str) -> str:
    if url and not _is_address(url):
        table.mistake(key, f'"{url}" is no address; it must begin with https:// or http:// and name a host')
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return named and not any(character.isspace() for character in url)


def _repeated(tables: str, key: str, values: Iterable[str]) -> list[str]:
    listed = [value for value in values if value]
    return [
        f'[[{tables}]]: "{key}" must differ, yet "{value}" stands {listed.count(value)} times.'
        for value in dict.fromkeys(listed)
        if listed.count(value) > 1
    ]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values)


class _Table:
    """One table of the file. A wrong key leaves a sentence among the mistakes and gives a harmless value."""

    def __init__(self, place: str, content: Mapping[str, object], mistakes: list[str]) -> None:
        self._place = place
        self._content = content
        self._mistakes = mistakes

    def mistake(self, key: str, sentence: str) -> None:
        self._mistakes.append(f'{self._place}: "{key}" {sentence}.')

    def has(self, key: str) -> bool:
        return key in self._content

    def refuse_others(self, known: Collection[str]) -> None:
        for key in self._content:
            if key not in known:
                self.mistake(key, f"is unknown here; known are {_listed(known)}")

    def text(self, key: str, *, is_required: bool = False) -> str:
        value = self._content.get(key)
        if value is not None and not isinstance(value, str):
            self.mistake(key, 'must be a text in quotes ("…")')
            return ""
        text = (value or "").strip()
        if is_required and not text:
            self.mistake(key, "is missing")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.mistake(key, 'must be a list of texts (["…", "…"])')
            return ()
        return tuple(one.strip() for one in value)

    def whole_number(self, key: str, *, default: int) -> int:
        value = self._content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.mistake(key, "must be a whole number of seconds from 1")
            return default
        return value

    def one_of(self, key: str, kinds: Iterable[_Chosen]) -> _Chosen | None:
        value = self.text(key, is_required=True)
        found = next((kind for kind in kinds if kind == value), None)
        if value and found is None:
            self.mistake(key, f'must be one of {_listed(kinds)}, not "{value}"')
        return found

    def table(self, key: str) -> "_Table | None":
        value = self._content.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.mistake(key, "must be a table ({ … })")
            return None
        return _Table(f"{self._place}, {key}", value, self._mistakes)

    def tables(self, key: str) -> list["_Table"]:
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.mistake(key, f"must be written as [[{key}]]")
            return []
        return [
            _Table(f"[[{key}]] no. {number}{_called(content)}", content, self._mistakes)
            for number, content in enumerate(value, start=1)
        ]


def _called(content: Mapping[str, object]) -> str:
    name = content.get("slug") or content.get("name")
    return f" ({name})" if isinstance(name, str) else ""
