"""feedparser's own test files through our reader.

    python benchmarks/feedparser_suite.py [--sdist feedparser-6.0.14.tar.gz] [--each]

Fetches the source distribution of the installed version with pip, unless it is given, and reads each of its documents as a
source would. Prints how many are read, and of those that expect something of an entry's title, address, date or guid, how
many of these expectations hold; then how many files are refused or missed, by the reason why, which are all that there are.

Of the 2242 documents of feedparser 6.0.14, 2200 are read, 42 refused in a sentence, and none raises another exception. Right
are 142 of 143 titles, 18 of 18 addresses, 12 of 14 dates and 15 of 18 guids. What is refused or missed:

- refused, nothing but its beginning: the file ends within its last tag and has no entry that could be saved;
- refused, EBCDIC: an encoding of mainframes, which no site sends;
- refused, no entry and no known root: a page, an empty file, a channel of CDF (1997) without entries;
- missed, a guid is kept as written: the suite resolves "/relative/link" against the feed's address, so that the entry would
  be another one as soon as the feed moves. Its link is resolved;
- missed, no entity of a document's own is expanded: neither a bomb nor an honest one;
- missed, the first of two dates counts: the suite wants the last of several that contradict each other;
- missed, the fallback of <object>: the suite takes the tag away and keeps the text, which no browser shows.

A title is compared as the plain text that we keep of it. Not asked are fields that Rubrika does not keep (contributors,
licences, places, chapters), and markup, of which 745 files are about taking the harm out: we keep none of it.
"""

import argparse
import ast
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.ingest.feed import parse_feed
from bot.ingest.raw_feed import Text, TextKind
from bot.ingest.text import one_line

# Where the suite's own server would serve its files: some expect addresses that are resolved against it.
SERVER = "http://127.0.0.1:8097/tests"
FETCH_TIMEOUT = 300
_EXPECT = re.compile(rb"Description:\s*(.*?)\s*Expect:\s*(.*?)\s*-->", re.DOTALL)
_HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.MULTILINE)
_MISSES = {
    "http_entry_id_base_content_location": "missed, a guid is kept as written",
    "http_entry_id_base_docuri": "missed, a guid is kept as written",
    "entity_in_doctype": "missed, no entity of a document's own is expanded",
    "entry_created_multiple_values": "missed, the first of two dates counts",
    "entry_updated_multiple_values": "missed, the first of two dates counts",
    "entry_title_object": "missed, the fallback of <object>",
}
_FIELDS = {
    "title": "title",
    "link": "link",
    "id": "guid",
    "guid": "guid",
    "published_parsed": "date",
    "updated_parsed": "date",
    "created_parsed": "date",
    "issued_parsed": "date",
    "modified_parsed": "date",
    "date_parsed": "date",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What one file says that one entry has."""

    entry: int
    field: str
    value: Any


def main(sdist: Path | None, *, print_each: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = sdist or _fetched(Path(folder))
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        tests = next(Path(folder).glob("feedparser-*/tests"))
        _run(tests, print_each=print_each)


def _fetched(folder: Path) -> Path:
    wanted = f"feedparser=={feedparser.__version__}"
    command = ["download", "--quiet", "--no-binary", ":all:", "--no-deps", "--dest", str(folder), wanted]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True, timeout=FETCH_TIMEOUT)
    return next(folder.glob("feedparser-*.tar.gz"))


def _run(tests: Path, *, print_each: bool) -> None:
    outcomes: Counter[str] = Counter()
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    paths = sorted(tests.rglob("*.xml"))
    for path in paths:
        name, body = path.relative_to(tests).as_posix(), path.read_bytes()
        entries: tuple[Entry, ...] = ()
        try:
            entries = _read(name, body)
            outcomes["without an exception"] += 1
        except SourceError as error:
            outcomes["refused in a sentence (SourceError)"] += 1
            reasons[_why_refused(name, str(error))] += 1
        except Exception as error:  # noqa: BLE001, what this looks for
            outcomes["with another exception"] += 1
            print(f"  {name}: {error!r}")
        for each in _expectations(body):
            asked[each.field] += 1
            if _holds(each, entries):
                right[each.field] += 1
                continue
            reasons[_MISSES.get(path.stem, "missed, and not explained")] += 1
            if print_each:
                print(f"  {name}: {each.field} should be {each.value!r}")
    print(f"feedparser {feedparser.__version__}: {len(paths)} documents")
    _print(outcomes)
    for field, count in asked.items():
        print(f"  {field} as the suite expects: {right[field]} of {count}")
    _print(reasons)


def _print(counts: Counter[str]) -> None:
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")


def _why_refused(name: str, sentence: str) -> str:
    if "breaks off" in sentence:
        return "refused, nothing but its beginning"
    return "refused, EBCDIC" if name.startswith("encoding/") else "refused, no entry and no known root"


def _read(name: str, body: bytes) -> tuple[Entry, ...]:
    headers = {key.decode().lower(): value.decode().strip() for key, value in _HEADER.findall(body)}
    base = headers.get("content-location") or f"{SERVER}/{name}"
    return parse_feed(body, headers.get("content-type"), base).entries


def _expectations(body: bytes) -> Iterator[Expectation]:
    found = _EXPECT.search(body)
    if not found:
        return
    try:
        expression = ast.parse(found[2].decode("utf-8").strip(), mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(expression):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq) and _is_literal(node.comparators[0]):
            path = _path(node.left)
            field = _FIELDS.get(str(path[2])) if len(path) == 3 else None  # noqa: PLR2004
            if path[:1] == ("entries",) and path[2:] == ("title_detail", "value"):
                field = "title"
            if path[:1] == ("entries",) and field and isinstance(path[1], int):
                yield Expectation(entry=path[1], field=field, value=ast.literal_eval(node.comparators[0]))


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.Tuple)


def _path(node: ast.expr) -> tuple[str | int, ...]:
    """entries[0]['title'] and entries[0].title as ("entries", 0, "title")."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() | int() as key)):
            return (*_path(value), key)
        case ast.Attribute(value=value, attr=name):
            return (*_path(value), name)
    return ("?",)


def _holds(expected: Expectation, entries: tuple[Entry, ...]) -> bool:
    if expected.entry >= len(entries):
        return False
    entry = entries[expected.entry]
    match expected.field:
        case "title":
            text = {one_line(Text(value=expected.value, kind=kind).paragraphs()) for kind in TextKind}
            return entry.title in text
        case "link":
            return bool(entry.url == expected.value)
        case "guid":
            return bool(entry.guid == expected.value)
        case _:
            year, month, day, hour, minute, second = expected.value[:6]
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            return moment in (entry.published_at, entry.updated_at)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sdist", type=Path)
    parser.add_argument("--each", action="store_true", help="a line for each miss")
    given = parser.parse_args()
    main(given.sdist, print_each=given.each)
