"""What feeds and pages write into single fields → addresses, times and languages; None for what is none."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.domain.language import Language
from bot.ingest.dates import human_moment
from bot.ingest.text import clean

# A CMS that has no date writes 1970 or the year 1; nothing on the web is older than this.
_FIRST_YEAR = 1990
# Nothing to resolve and nothing to clean: a sitemap has a thousand of these.
_ABSOLUTE = re.compile(r"https?://[a-zA-Z0-9.-]+(?::[0-9]{1,5})?/[!-~]*")
_LONGEST_DATE = 100
_RFC_822 = re.compile(
    r"(?:[a-z]{3,9}[.,]*\s+|[a-z]{3,9},)?([0-9]{1,2})[\s-]+([a-z]{3,9})[.,]?[\s-]+([0-9]{4}|[0-9]{2}),?"
    r"(?:\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?"
    r"\s*(?:(?:GMT|UTC|UT)?([+-])([0-9]{1,2}):?([0-9]{2})?|(?:Etc/)?(?![ap]m\b)([a-z]{1,5}))?(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
# Names of zones are ambiguous; these are what servers that write them mean. Any other is taken for UTC.
_HOURS_EAST = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AST": -4, "ADT": -3,
    "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "MSD": 4, "TRT": 3, "AZT": 4, "AZST": 5,
    "GET": 4, "SAMT": 4,
}  # fmt: skip
_MIRROR = re.compile(r"^(?:www|m|amp)\.")
_HTTP = re.compile(r"https?://[^/\s?#]", re.IGNORECASE)


def address(value: Any, base: str) -> str | None:
    """An absolute http address, resolved against `base`."""
    if not isinstance(value, str) or not value.strip():
        return None
    if _ABSOLUTE.fullmatch(value):
        return value
    try:
        found = urljoin(base, clean(value).strip())
    except ValueError:
        return None
    return found if _HTTP.match(found) else None


def is_same_site(one: str, other: str) -> bool:
    """Whether the host of one is that of the other or below it, mirrors aside."""
    try:
        hosts = [_MIRROR.sub("", urlsplit(each).netloc.lower()) for each in (one, other)]
    except ValueError:
        return False
    return any(first == second or first.endswith(f".{second}") for first, second in (hosts, hosts[::-1]) if second)


def first_address(values: Iterable[Any], base: str) -> str | None:
    return next(filter(None, (address(value, base) for value in values)), None)


def moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    """The time in UTC that these numbers name."""
    try:
        found = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    return found if year >= _FIRST_YEAR else None


def iso_moment(value: Any) -> datetime | None:
    """RFC 3339 and what else of ISO 8601 is in use; without a zone it is UTC, without a time of day it says too little."""
    if not isinstance(value, str) or ":" not in value:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _FIRST_YEAR else None


def feed_moment(value: str) -> datetime | None:
    """As feeds write it: RFC 822, ISO 8601, or as people do. Without a zone it is UTC, without a time of day midnight."""
    value = value.strip()
    if not value or len(value) > _LONGEST_DATE:
        return None
    written = _RFC_822.fullmatch(value)
    if written and (found := _rfc_822(written)):
        return found
    try:
        found = datetime.fromisoformat(value)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return human_moment(value, zone=UTC, now=None)
    return found if found.year >= _FIRST_YEAR else None


def _rfc_822(written: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, sign, hours, minutes, zone = written.groups()
    place = _MONTHS.find(month[:3].lower())
    # RFC 2822 §4.3, though nothing on the web is from before 1990.
    whole_year = int(year) if len(year) > 2 else int(year) + (2000 if int(year) < _FIRST_YEAR % 100 else 1900)  # noqa: PLR2004
    east = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    if zone:
        east = timedelta(hours=_HOURS_EAST.get(zone.upper(), 0))
    if place % 3:
        # A month of another language.
        return None
    found = moment(whole_year, place // 3 + 1, int(day), int(hour or 0), int(minute or 0), int(second or 0))
    return found - east if found else None


def language(code: Any) -> Language | None:
    """One of ours."""
    if not isinstance(code, str):
        return None
    # A code of none of ours gives back whichever fallback it is asked with.
    first, second = Language.from_code(code, Language.RU), Language.from_code(code, Language.EN)
    return first if first == second else None
