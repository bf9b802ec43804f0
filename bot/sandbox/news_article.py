"""An article of the sandbox's news site: its address, its dates as people read them, and how it is read from a saved page's text."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

BAKU = timezone(timedelta(hours=4))  # UTC+4 without summer time since 2016
LANGUAGES = ("ru", "az", "en")

_MONTHS = {
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
    "az": "yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True))
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
    | {"ъ": "", "ь": "", "ə": "e", "ı": "i", "'": "", "’": ""}
)
_SLUG_LENGTH = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsArticle:
    """`lead` is all the feed tells; `paragraphs` stand on the page. `picture` is a name to draw from, `gallery` are more."""

    path: str
    guid: str | None
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    rubric: str | None
    section: str
    language: str
    author: str | None
    picture: str | None
    published: datetime
    modified: datetime
    revision: int = 0
    gallery: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestLine:
    """A line of the "latest news" block: it has a time of day, and its date is for the reader to know."""

    at: datetime
    title: str
    rubric: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    title: str
    author: str | None
    rubric: str
    published: datetime
    paragraphs: tuple[str, ...]
    latest: tuple[LatestLine, ...]


def slug_of(text: str) -> str:
    """The text transliterated into an address, cut at a word: "Внешняя политика" → "vneshnyaya-politika"."""
    ascii_only = unicodedata.normalize("NFKD", text.lower().translate(_LATIN)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    return slug if len(slug) <= _SLUG_LENGTH else slug[:_SLUG_LENGTH].rpartition("-")[0] or slug[:_SLUG_LENGTH]


def paragraphs_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())


def spoken_date(moment: datetime, language: str) -> str:
    """As the modelled site writes it: Russian days have two digits, "04 сентября, 2025"."""
    local = moment.astimezone(BAKU)
    day = f"{local.day:02}" if language == "ru" else f"{local.day}"
    return f"{day} {_MONTHS[language].split('|')[local.month - 1]}, {local.year}"


def spoken_time(moment: datetime) -> str:
    return f"{moment.astimezone(BAKU):%H:%M}"


def read_page_text(text: str, *, block_date: date) -> SavedPage:
    """The text of a saved article page in Russian: headline, rubric, date, time, paragraphs, then the latest news.

    The block names times only: its first line is of `block_date`, and where times grow on the way down, midnight passed.
    """
    article, _, block = text.partition("Последние новости")
    lines = [line.strip(" •\t") for line in article.splitlines() if line.strip()]
    at_date = next(index for index, line in enumerate(lines) if re.fullmatch(r"\d{1,2} \w+, \d{4}", line))
    day, month, year = re.split(r",? ", lines[at_date])
    hour, minute = lines[at_date + 1].split(":")
    title = lines[at_date - 2]
    paragraphs = lines[at_date + 2 :]
    return SavedPage(
        title=title,
        author="\n".join(lines[: at_date - 2]) or None,
        rubric=lines[at_date - 1],
        published=datetime(
            int(year), _MONTHS["ru"].split("|").index(month) + 1, int(day), int(hour), int(minute), tzinfo=BAKU
        ),
        # The picture's caption repeats the headline before the first paragraph.
        paragraphs=tuple(paragraphs[1:] if paragraphs[:1] == [title] else paragraphs),
        latest=tuple(_latest_lines(block, block_date)),
    )


def _latest_lines(block: str, day: date) -> list[LatestLine]:
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    found: list[LatestLine] = []
    for index, line in enumerate(lines):
        if not (clock_time := re.fullmatch(r"(\d\d):(\d\d)", line)) or index + 2 >= len(lines):
            continue
        hour, minute = map(int, clock_time.groups())
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BAKU)
        if found and at > found[-1].at:
            at -= timedelta(days=1)
            day -= timedelta(days=1)
        found.append(LatestLine(at=at, title=lines[index + 1], rubric=lines[index + 2]))
    return found
