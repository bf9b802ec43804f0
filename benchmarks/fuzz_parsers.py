"""Whatever a site may send, through every parser: damaged documents of tests/data until the time is up.

    python benchmarks/fuzz_parsers.py [--seconds 60] [--seed 1] [--keep FOLDER] [parse_feed ...]

Prints for each parser how many documents it got, how many it refused in a sentence (SourceError), every other exception with
the number of documents that raised it, and the slowest document. Exits with 1 if there was an exception, or a document that
took more than a second. --keep writes one document of each exception, and the slowest of each parser, to a folder.

A parser is added by a line in PARSERS, a kind of damage by a function in DAMAGES.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import SourceError
from bot.ingest.dates import human_moment
from bot.ingest.detect import detect
from bot.ingest.feed import parse_feed
from bot.ingest.fields import feed_moment
from bot.ingest.listing import parse_list_page
from bot.ingest.page import parse_article_page
from bot.ingest.sitemap import parse_sitemap
from bot.ingest.text import decode, from_markup

DATA = Path(__file__).parents[1] / "tests" / "data"
ADDRESS = "https://news.example/ru/"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOO_SLOW = 1.0
# What damage makes of a document; the limits of the parsers have tests of their own.
LONGEST = 1024 * 1024

# The parser, and the folder of what it is meant for.
PARSERS: dict[str, tuple[Callable[[bytes], object], str]] = {
    "parse_feed": (lambda body: parse_feed(body, None, ADDRESS), "feeds"),
    "parse_sitemap": (lambda body: parse_sitemap(body, None, ADDRESS, now=NOW), "sitemaps"),
    "parse_list_page": (lambda body: parse_list_page(body, None, ADDRESS, zone=UTC, now=NOW), "pages"),
    "parse_article_page": (lambda body: parse_article_page(body, None, ADDRESS, zone=UTC, now=NOW), "pages"),
    "detect": (detect, ""),
    "decode": (decode, ""),
    "from_markup": (lambda body: from_markup(body.decode("utf-8", "replace")), "pages"),
    "feed_moment": (lambda body: feed_moment(body[:200].decode("utf-8", "replace")), "dates"),
    "human_moment": (lambda body: human_moment(body[:200].decode("utf-8", "replace"), zone=UTC, now=NOW), "dates"),
}

_DATES = [
    text.encode()
    for text in (
        "Mon, 02 Mar 2026 09:30:00 +0400",
        "2026-03-02T09:30:00.123+04:00",
        "2 марта 2026, 09:30 (МСК)",
        "21 fevral, 2026 19:22",
        "March 2nd, 2026 at 9:30 pm",
        "5 минут назад",
        "вчера в 14:05",
        "02.03.26 09:30",
    )
]
_SNIPPETS = (
    b"<", b">", b"&", b'"', b"'", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"</", b"/>", b"<!DOCTYPE x [",
    b"&nbsp;", b"&#", b"&#0;", b"&#x110000;", b"&#55296;", b"&lt;", b"&amp;amp;", b"<item>", b"</item>", b"<entry>", b"<title>",
    b"</title>", b"<a ", b"<a b='", b"<p>", b"<td>", b"<svg>", b"<template>", b"<x:y>", b" xmlns:a='b'", b" xml:base='//['",
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xd0", b"\xe2\x80\xa8", b"\r", b"\n\n\n", b"{", b"[", b"\\ud800", b"1e999",
    b"-1", b"9" * 30, b"http://[", b"//", b"javascript:", b"<loc>", b"<time datetime='", b"<meta content='", b"0001-01-01T00:00",
)  # fmt: skip


def main(names: Sequence[str], seconds: float, seed: int, keep: Path | None) -> bool:
    chance = random.Random(seed)  # noqa: S311
    documents = {name: _documents(PARSERS[name][1]) for name in names}
    tallies = {name: Tally() for name in names}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for name, tally in tallies.items():
            tally.run(PARSERS[name][0], damaged(chance.choice(documents[name]), chance, documents[name]))
    for name, tally in tallies.items():
        print(f"{name}: {tally}")
        if keep:
            tally.keep(keep, name)
    return all(tally.is_sound() for tally in tallies.values())


def _documents(folder: str) -> Sequence[bytes]:
    if folder == "dates":
        return _DATES
    paths = (path for path in sorted((DATA / folder).rglob("*.*")) if not path.name.endswith(".expected.json"))
    return [path.read_bytes() for path in paths]


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of the documents that one parser got."""

    documents: int = 0
    refused: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)
    examples: dict[str, bytes] = field(default_factory=dict)
    slowest: float = 0.0
    slowest_document: bytes = b""

    def run(self, parser: Callable[[bytes], object], body: bytes) -> None:
        began = time.process_time()
        try:
            parser(body)
        except SourceError:
            self.refused += 1
        except Exception as error:  # noqa: BLE001, what this looks for
            name = repr(error)[:100]
            self.exceptions[name] += 1
            self.examples.setdefault(name, body)
        took = time.process_time() - began
        self.documents += 1
        if took > self.slowest:
            self.slowest, self.slowest_document = took, body

    def is_sound(self) -> bool:
        return not self.exceptions and self.slowest < TOO_SLOW

    def __str__(self) -> str:
        exceptions = ", ".join(f"{count} x {name}" for name, count in self.exceptions.items()) or "no other exception"
        slowest = f"slowest {self.slowest * 1000:.0f} ms ({len(self.slowest_document) / 1024:.0f} KB)"
        return f"{self.documents} documents, {self.refused} refused, {exceptions}, {slowest}"

    def keep(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.slowest").write_bytes(self.slowest_document)
        for number, body in enumerate(self.examples.values()):
            (folder / f"{name}.exception-{number}").write_bytes(body)


def damaged(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The document after a few accidents."""
    for _ in range(chance.choice((1, 1, 2, 2, 3, 5))):
        body = chance.choice(DAMAGES)(body, chance, others)[:LONGEST]
    return body


def _truncated(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body[: chance.randint(0, len(body))]


def _without_beginning(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return body[chance.randint(0, len(body)) :]


def _without_slice(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(body, chance)
    return body[:start] + body[end:]


def _with_repetition(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(body, chance)
    return body[:end] + body[start:end] * chance.choice((1, 1, 2, 2, 3, 50, 3000)) + body[end:]


def _spliced(body: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    start, end = _slice(other, chance)
    at = chance.randint(0, len(body))
    return body[:at] + other[start:end] + body[at:]


def _with_other_bytes(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    found = bytearray(body)
    for _place in range(min(len(found), chance.choice((1, 5, 100)))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _with_snippets(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    for _place in range(chance.randint(1, 8)):
        at = chance.randint(0, len(body))
        body = body[:at] + chance.choice(_SNIPPETS) * chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 40, 20_000)) + body[at:]
    return body[:LONGEST]


def _nested(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(body, chance)
    name, depth = (
        chance.choice((b"a", b"div", b"item", b"title", b"table", b"x:y")),
        chance.choice((1, 1, 1, 5, 30, 300, 30_000)),
    )
    return body[:start] + b"<%b>" % name * depth + body[start:end] + b"</%b>" % name * depth + body[end:]


def _in_another_encoding(body: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-r", "utf-8-sig"))
    return body.decode("utf-8", "replace").encode(encoding, "replace")


DAMAGES: tuple[Callable[[bytes, random.Random, Sequence[bytes]], bytes], ...] = (
    _truncated,
    _without_beginning,
    _without_slice,
    _with_repetition,
    _spliced,
    _with_other_bytes,
    _with_snippets,
    _nested,
    _in_another_encoding,
)


def _slice(body: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(body))
    return start, min(len(body), start + chance.choice((1, 10, 100, 1000, 100_000)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parsers", nargs="*", metavar="parser", help=", ".join(PARSERS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    if unknown := set(given.parsers) - set(PARSERS):
        parser.error(f"no such parser: {', '.join(sorted(unknown))}")
    sys.exit(0 if main(given.parsers or list(PARSERS), given.seconds, given.seed, given.keep) else 1)
