"""What an editor typed as a link → the address, the key of its article, and the source on whose site it is. Pure."""

from collections.abc import Collection
from itertools import takewhile
from urllib.parse import urlsplit

from bot.domain.source import Source
from bot.ingest.identity import reading_url, url_key


def read_link(typed: str) -> tuple[str, str] | None:
    """The address, scheme or not, and the key of its article; None where no article can be."""
    link = typed if "://" in typed else f"https://{typed}"
    url, key = reading_url(link), url_key(link)
    return None if url is None or key is None else (url, key)


def source_of(url: str, sources: Collection[Source]) -> Source | None:
    """The source on whose host the page is; of several that whose address has most in common, as /ru/rss/ and /ru/story/."""
    here = [
        source for source in sources if _host(url) in {_host(each) for each in (source.spec.url, *source.spec.fallback)}
    ]
    return max(here, key=lambda source: len(_common_folders(url, source.spec.url)), default=None)


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port}" if parts.port else host


def _common_folders(one: str, other: str) -> list[str]:
    pairs = zip(urlsplit(one).path.split("/"), urlsplit(other).path.split("/"), strict=False)
    return [left for left, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
