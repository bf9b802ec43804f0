"""A date as people write it, in Russian, Azerbaijani or English → the moment it names. Next: page.py and listing.py.

Everything in the text has to belong to the date: "4 сентября, 09:32" is one, a headline with a day in it is none.
Own code because the general parser that trafilatura brings along (dateparser) takes 04.09 for the ninth of April and
"1 mart" for the second of January, and does not know "2 saat əvvəl".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

# Nothing that a date is written with is longer.
_LONGEST = 100
# Nothing on the web is older.
_FIRST_YEAR = 1990
# Servers keep to the second, people's minutes are rounded; what is further ahead belongs to the day or the year before.
_AHEAD = timedelta(minutes=2)
# "29 февраля" without a year is at most this far back.
_YEARS_BACK = 8
# Texts between a day and its time.
_APART = 2
_NOON, _HOURS, _MONTHS_A_YEAR, _CENTURY = 12, 24, 12, 100
_SECONDS_A_DAY = 86400
# Hours from Greenwich.
_FURTHEST_ZONE = 14

# All words stand here as _fold leaves them: small, ё as е, the Azerbaijani letters as the Latin ones they come from.
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "январь января январе янв yanvar yan january jan",
            "февраль февраля феврале февр фев fevral fev february feb",
            "март марта марте мар mart mar march",
            "апрель апреля апреле апр aprel apr april",
            "май мая мае may",
            "июнь июня июне июн iyun iyn june jun",
            "июль июля июле июл iyul iyl july jul",
            "август августа августе авг avqust avq august aug",
            "сентябрь сентября сентябре сент сен sentyabr sen sent september sept sep",
            "октябрь октября октябре окт oktyabr okt october oct",
            "ноябрь ноября ноябре нояб ноя noyabr noy november nov",
            "декабрь декабря декабре дек dekabr dek december dec",
        ),
        start=1,
    )
    for word in words.split()
}
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "понедельник|понедельника|пн|bazar ertesi|monday|mon",
            "вторник|вторника|вт|cersenbe axsami|tuesday|tues|tue",
            "среда|среду|среды|ср|cersenbe|wednesday|wed",
            "четверг|четверга|чт|cume axsami|thursday|thurs|thur|thu",
            "пятница|пятницу|пятницы|пт|cume|friday|fri",
            "суббота|субботу|субботы|сб|senbe|saturday|sat",
            "воскресенье|воскресенья|вс|bazar|sunday|sun",
        )
    )
    for word in words.split("|")
}
_DAYS_BACK = {
    "сегодня": 0, "today": 0, "bu gun": 0, "bugun": 0,
    "вчера": 1, "yesterday": 1, "dunen": 1,
    "позавчера": 2, "sragagun": 2,
}  # fmt: skip
_UNITS = {
    word: seconds
    for seconds, words in (
        (1, "секунду секунды секунд сек second seconds sec secs s saniye san"),
        (60, "минуту минуты минут мин minute minutes min mins m deqiqe deq"),
        (3600, "час часа часов ч hour hours hr hrs h saat"),
        (_SECONDS_A_DAY, "день дня дней дн сутки суток day days d gun"),
        (7 * _SECONDS_A_DAY, "неделю недели недель нед week weeks w hefte"),
        # Roughly, which is all that the writer says.
        (30 * _SECONDS_A_DAY, "месяц месяца месяцев мес month months mo ay"),
        (365 * _SECONDS_A_DAY, "год года лет year years y il"),
    )
    for word in words.split()
}
_NOW = frozenset({"только что", "сейчас", "just now", "now", "indi", "indice", "ele indi"})
# They stand beside dates and add nothing to them.
_BESIDE = frozenset({
    "в", "во", "на", "от", "г", "гг", "год", "года", "году", "ч", "час", "дата", "время", "опубликовано", "опубликована", "и",
    "около", "примерно", "at", "on", "of", "the", "date", "time", "published", "publish", "posted", "and", "about", "saat",
    "saatda", "tarix", "tarixi", "tarixinde", "il", "ilin", "ilde", "derc", "nesr", "edilib", "olunub", "yayimlanib", "ve",
    "texminen",
})  # fmt: skip
_ZONES = {
    "utc": UTC,
    "gmt": UTC,
    "мск": timezone(timedelta(hours=3)),
    "msk": timezone(timedelta(hours=3)),
    "по москве": timezone(timedelta(hours=3)),
    "по баку": timezone(timedelta(hours=4)),
    "baki vaxti": timezone(timedelta(hours=4)),
    "baku time": timezone(timedelta(hours=4)),
}

_ONE_AND_A_HALF = {"полтора": 1.5}

_LETTERS = str.maketrans("əıöüçşğё", "eioucsgе")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
# What follows is the time of a change, after the one of publishing.
_CHANGED = re.compile(r"(?<=[0-9])\W+(?:обновлен|изменен|updated|modified|edited|yenilen|deyisdir).*", re.DOTALL)
_AGO = re.compile(r"\b(?:назад|ago|evvel|once|qabaq)\b")
_AMOUNT = re.compile(r"(?:([0-9]{1,4})\s*|\b(a|an|one|один|одну|bir|полтора)\s+)?([a-zа-я]+)\.?")
_HALF_HOUR = re.compile(r"\b(?:полчаса|half an hour|yarim saat)\b")
_TIME = re.compile(
    r"(?<![\w:./])([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]+)?)?(?![0-9:])(?:\s*([ap])\.?\s?m\b\.?)?"
)
_FULL_HOUR = re.compile(r"(?<![\w:./])([01]?[0-9])()()\s?([ap])\.?m\b\.?")
_ZONE = re.compile(
    r"\s*\(?(?:(" + "|".join(_ZONES) + r")\b\s*([+-][0-9]{1,2})?|\s([+-][0-9]{2}):?([0-9]{2}))(?![0-9./:-])\)?"
)
_YEAR_FIRST = re.compile(r"(?<![\w.:/-])([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})(?![\w/-])")
_DAY_FIRST = re.compile(r"(?<![\w.:/-])([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![\w/-])")
_DAY_AND_MONTH = re.compile(r"(?<![\w.:/-])([0-9]{1,2})\.([0-9]{2})(?![\w/-])(?!\.[0-9])")
_ORDINAL = re.compile(r"(?<=[0-9])-?(?:st|nd|rd|th|го|е|ое|ci|cu|i|u|si|su)\b")
_CASE = re.compile(r"(?:in|un|da|de)$")
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")
_PHRASES = tuple(sorted((*_WEEKDAYS, *_DAYS_BACK), key=len, reverse=True))
_PHRASE = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b\.?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """What a text says of a moment: the day, the time of day, or both. `zone` is the one it names, if it names one."""

    day: date | None = None
    clock: time | None = None
    zone: tzinfo | None = None

    def moment(self, *, zone: tzinfo, now: datetime | None) -> datetime | None:
        """In UTC. A time alone is the last such time before `now`, a day alone its beginning."""
        where = self.zone or zone
        if self.day is not None:
            return _moment(self.day, self.clock or time(), where)
        if self.clock is None or now is None:
            return None
        today = now.astimezone(where).date()
        found = _moment(today, self.clock, where)
        return _moment(today - timedelta(days=1), self.clock, where) if found and found > now + _AHEAD else found


def human_moment(text: str, *, zone: tzinfo, now: datetime | None) -> datetime | None:
    """The moment in UTC that the text names, as Spoken has it; a day without a year is the last such day.

    Without `now` only what is complete in itself is read.
    """
    said = spoken(text, zone=zone, now=now)
    return said.moment(zone=zone, now=now) if said else None


def spoken(text: str, *, zone: tzinfo, now: datetime | None) -> Spoken | None:
    """The parts that a text names, for who finds day and time apart."""
    if len(text) > _LONGEST:
        return None
    if exact := _iso(text.strip(), zone):
        return Spoken(day=exact.date(), clock=exact.time(), zone=UTC)
    folded = _fold(text)
    if len(folded) > _LONGEST:
        return None
    if now is not None and (folded in _NOW or _AGO.search(folded)):
        return _elapsed(folded, zone, now)
    return _said(folded, zone, now)


def together(said: Sequence[Spoken | None]) -> Spoken | None:
    """Of what texts side by side say, None where one is no date: the first that is whole, else a day with the time beside it."""
    found = [(place, each) for place, each in enumerate(said) if each]
    if whole := next((each for _, each in found if each.day and each.clock), None):
        return whole
    place, day = next(((place, each) for place, each in found if each.day), (0, None))
    if day is None:
        return found[0][1] if found else None
    clock = next((each for other, each in found if each.clock and abs(other - place) <= _APART), None)
    return Spoken(day=day.day, clock=clock.clock, zone=clock.zone) if clock else day


def _iso(text: str, zone: tzinfo) -> datetime | None:
    """RFC 3339, in the newsroom's zone where it names none."""
    if not _ISO.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"\s(?=[Zz+-])", "", text).replace(",", "."))
        found = found.replace(tzinfo=found.tzinfo or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _FIRST_YEAR else None


def _fold(text: str) -> str:
    """Small letters without marks, İ and I alike, and nothing of what is told about a later change."""
    small = unicodedata.normalize("NFKC", text).casefold().replace("\u0307", "").translate(_LETTERS)
    return _CHANGED.sub("", " ".join(small.split())).strip(" .,;:|•·—–-")


def _elapsed(folded: str, zone: tzinfo, now: datetime) -> Spoken | None:
    """Such as "5 minutes ago" and "2 дня назад, 14:05"."""
    clock, _, rest = _take_time(_AGO.sub(" ", folded))
    rest, half_hours = _HALF_HOUR.subn(" ", rest)
    seconds = half_hours * 1800.0
    for number, word, unit in _AMOUNT.findall("" if folded in _NOW else rest):
        if unit not in _UNITS and (number or unit not in _BESIDE):
            return None
        # Beside a time of day, "saat" only introduces it.
        length = _UNITS.get(unit, 0) if clock is None else _UNITS.get(unit, 0) // _SECONDS_A_DAY * _SECONDS_A_DAY
        seconds += length * (float(number) if number else _ONE_AND_A_HALF.get(word, 1.0))
    if (not seconds and folded not in _NOW) or (seconds and re.search(r"\w", _AMOUNT.sub("", rest))):
        return None
    try:
        past = (now - timedelta(seconds=seconds)).astimezone(UTC)
    except OverflowError:
        return None
    if clock is not None:
        return Spoken(day=past.astimezone(zone).date(), clock=clock, zone=zone)
    return Spoken(day=past.date(), clock=past.time(), zone=UTC)


def _said(folded: str, zone: tzinfo, now: datetime | None) -> Spoken | None:
    clock, named, rest = _take_time(folded)
    local = now.astimezone(named or zone) if now else None
    rest = _ORDINAL.sub("", rest)
    phrases = [found[0].rstrip(".") for found in _PHRASE.finditer(rest)]
    rest = _PHRASE.sub(" ", rest)
    try:
        day, rest = _numeric_day(rest, local, has_time=clock is not None) or _worded_day(rest, local) or (None, rest)
    except ValueError:
        return None
    if not set(_WORD.findall(rest)) <= _BESIDE:
        return None
    day = day or _named_day(phrases, clock, local)
    if day is None and (clock is None or phrases):
        return None
    return Spoken(day=day, clock=clock, zone=named)


def _take_time(text: str) -> tuple[time | None, tzinfo | None, str]:
    """The first time of day with the zone behind it, and the text without them."""
    found = _TIME.search(text) or _FULL_HOUR.search(text)
    if found is None:
        return None, None, text
    hour, half = int(found[1]), found[4]
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0) if 1 <= hour <= _NOON else _HOURS
    if hour >= _HOURS:
        return None, None, text
    named = _ZONE.match(text, found.end())
    zone = _zone(named) if named else None
    end = named.end() if named and zone else found.end()
    return time(hour, int(found[2] or 0), int(found[3] or 0)), zone, f"{text[: found.start()]} {text[end:]}"


def _zone(named: re.Match[str]) -> tzinfo | None:
    name, with_name, hours, minutes = named.groups()
    offset = int(with_name or hours or 0)
    if abs(offset) > _FURTHEST_ZONE:
        return None
    if name and not with_name:
        return _ZONES[name]
    return timezone(timedelta(hours=offset, minutes=int(minutes or 0) * (-1 if offset < 0 else 1)))


def _numeric_day(text: str, local: datetime | None, *, has_time: bool) -> tuple[date, str] | None:
    """The day comes before the month, unless that cannot be. Raises ValueError for a day that is none."""
    if found := _YEAR_FIRST.search(text):
        day = _date(int(found[1]), int(found[3]), int(found[4]))
    elif found := _DAY_FIRST.search(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if second > _MONTHS_A_YEAR >= first:
            first, second = second, first
        day = _date(year if year >= _CENTURY else 2000 + year, second, first)
    elif has_time and (found := _DAY_AND_MONTH.search(text)):
        day = _last(int(found[2]), int(found[1]), local)
    else:
        return None
    return day, f"{text[: found.start()]} {text[found.end() :]}"


def _worded_day(text: str, local: datetime | None) -> tuple[date, str] | None:
    """Such as "4 сентября 2025", "Sep 4, 2025", "2025-ci il sentyabrın 4-ü". Raises ValueError for a day that is none."""
    words = _WORD.findall(text)
    month, at = next(((_month(word), at) for at, word in enumerate(words) if _month(word)), (0, 0))
    if not month:
        return None
    around = (at - 1, at + 1) if at else (at + 1,)
    day = next((each for each in around if each < len(words) and _is_number(words[each], digits=(1, 2))), None)
    if day is None:
        raise ValueError("a month without a day")
    year = next((each for each, word in enumerate(words) if _is_number(word, digits=(4,))), None)
    named = (
        _date(int(words[year]), month, int(words[day])) if year is not None else _last(month, int(words[day]), local)
    )
    return named, " ".join(word for each, word in enumerate(words) if each not in (at, day, year))


def _is_number(word: str, *, digits: tuple[int, ...]) -> bool:
    return word.isdecimal() and len(word) in digits


def _month(word: str) -> int:
    return _MONTHS.get(word) or _MONTHS.get(_CASE.sub("", word)) or 0


def _named_day(phrases: list[str], clock: time | None, local: datetime | None) -> date | None:
    """Yesterday, for one, or the last such day of the week."""
    if local is None or not phrases:
        return None
    back = next((_DAYS_BACK[phrase] for phrase in phrases if phrase in _DAYS_BACK), None)
    if back is None:
        back = (local.weekday() - _WEEKDAYS[phrases[0]]) % 7
        if not back and clock and clock > (local + _AHEAD).time():
            back = 7
    return (local - timedelta(days=back)).date()


def _last(month: int, day: int, local: datetime | None) -> date:
    """The last such day. Raises ValueError if there is none, or nobody knows what is now."""
    if local is None:
        raise ValueError("a day without a year")
    limit = (local + _AHEAD).date()
    for year in range(limit.year, limit.year - _YEARS_BACK - 1, -1):
        try:
            found = _date(year, month, day)
        except ValueError:
            continue
        if found <= limit:
            return found
    raise ValueError("no such day")


def _date(year: int, month: int, day: int) -> date:
    if year < _FIRST_YEAR:
        raise ValueError("before the web")
    return date(year, month, day)


def _moment(day: date, clock: time, zone: tzinfo) -> datetime | None:
    try:
        return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
