"""The headers of an answer → what they mean to us. A header that makes no sense says nothing. Pure; fetch.py asks."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from bot.domain.source import Validators

# Seconds. More is nothing that a site of news means.
LONGEST_FRESHNESS = 86400.0
_LONGEST_VALIDATOR = 1000
_LINK = re.compile(r"<([^<>]*)>([^,\"]*(?:\"[^\"]*\"[^,\"]*)*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";]*)", re.IGNORECASE)
# Those of WebSub (W3C WebSub §4): where to subscribe, and under which name.
_RELATIONS = ("hub", "self")


def validators(headers: Mapping[str, str]) -> Validators:
    """Only what can be kept and sent back as it came."""
    return Validators(
        etag=_validator(headers.get("ETag")),
        last_modified=_validator(headers.get("Last-Modified")),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, or a date that is taken against the server's own clock (RFC 9110 §10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    seconds = _seconds(value)
    return _until(value, headers) if seconds is None else seconds


def fresh_for(headers: Mapping[str, str]) -> float | None:
    """For how many seconds more the server calls its answer fresh (RFC 9111 §4.2); None: ask whenever you like."""
    control: dict[str, str] = {}
    for directive in headers.get("Cache-Control", "").lower().split(","):
        name, _, argument = directive.partition("=")
        control.setdefault(name.strip(), argument.strip(' "'))
    if "no-cache" in control or "no-store" in control:
        return None
    limits = [control[name] for name in ("max-age", "s-maxage") if name in control]
    lifetime = _seconds(limits[0]) if limits else _until(headers.get("Expires", ""), headers)
    # How long it lay in somebody's cache on its way here.
    left = (lifetime or 0.0) - (_seconds(headers.get("Age", "").strip()) or 0.0)
    return min(left, LONGEST_FRESHNESS) if left > 0 else None


def links(values: Iterable[str], url: str) -> dict[str, str]:
    """The absolute addresses that Link headers (RFC 8288) give as "hub" and "self", the first of each."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(", ".join(values)):
        relation = _RELATION.search(parameters)
        for name in relation[1].lower().split() if relation else ():
            if name in _RELATIONS and (address := _absolute(target, url)):
                found.setdefault(name, address)
    return found


def _absolute(target: str, url: str) -> str | None:
    try:
        address = urljoin(url, target.strip())
    except ValueError:
        return None
    return address if address.startswith(("https://", "http://")) else None


def _seconds(value: str) -> float | None:
    return float(value) if value.isascii() and value.isdigit() else None


def _until(date: str, headers: Mapping[str, str]) -> float | None:
    until, now = _http_date(date), _http_date(headers.get("Date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _http_date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None


def _validator(value: str | None) -> str | None:
    return value if value and value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR else None
