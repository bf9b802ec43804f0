"""What feeds and pages write into single fields → addresses, times and languages; None for what is none."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from bot.domain.language import Language
from bot.ingest.text import clean

# A CMS that has no date writes 1970 or the year 1; nothing on the web is older than this.
_FIRST_YEAR = 1990
_HTTP = re.compile(r"https?://[^/\s?#]", re.IGNORECASE)


def address(value: Any, base: str) -> str | None:
    """An absolute http address, resolved against `base`."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        found = urljoin(base, clean(value).strip())
    except ValueError:
        return None
    return found if _HTTP.match(found) else None


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


def language(code: Any) -> Language | None:
    """One of ours."""
    if not isinstance(code, str):
        return None
    # A code of none of ours gives back whichever fallback it is asked with.
    first, second = Language.from_code(code, Language.RU), Language.from_code(code, Language.EN)
    return first if first == second else None
