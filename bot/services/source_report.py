"""What `python -m bot source URL` prints: an inspected address in words. In: an Inspection and the rubrics. Out: text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import tzinfo

from bot.domain.article import Entry
from bot.domain.rubric import Rubric
from bot.ingest.inspection import Inspection, problems
from bot.plan.routing import route, unknown_categories

# Enough to see whether it is the right thing.
_SHOWN = 5
_LISTED = 12
_WHAT_IS_MISSING = {
    "dates": "dates (the time of reading is taken, so the order of articles may be wrong)",
    "links": "links (posts have no button to read on)",
    "leads": "leads (taken from the articles' pages)",
    "bodies": "bodies (taken from the articles' pages)",
    "pictures": "pictures (taken from the articles' pages)",
    "rubrics": "rubrics (taken from the articles' pages and addresses; else name them for the whole source)",
}


def report(inspection: Inspection, *, asked: str, rubrics: Sequence[Rubric], zone: tzinfo) -> str:
    lines = [asked]
    if inspection.address != asked:
        lines.append(_line("read from", inspection.address))
    lines += [
        _line("kind", " ".join(filter(None, (inspection.kind.value, _quoted(inspection.title), inspection.language)))),
        _line("entries", _dated(inspection.entries, zone)),
        *(_line("rubrics", said) for said in _routed(inspection.entries, rubrics)),
        _line("missing", "; ".join(_WHAT_IS_MISSING[name] for name in inspection.problems) or "nothing"),
    ]
    if inspection.unmatched:
        names = ", ".join(inspection.unmatched)
        lines.append(_line("selectors", f"find nothing here: {names} (what they should find is looked for by itself)"))
    if inspection.page is not None:
        lines.append(_line("its page", _told(inspection.page)))
    elif inspection.page_failure is not None:
        lines.append(_line("its page", inspection.page_failure))
    lines += ["", *(line for entry in inspection.entries[:_SHOWN] for line in _shown(entry, rubrics, zone))]
    return "\n".join(lines)


def _line(name: str, said: str) -> str:
    return f"  {name:<10} {said}"


def _quoted(title: str) -> str:
    return f'"{title}"' if title else ""


def _dated(entries: Sequence[Entry], zone: tzinfo) -> str:
    dates = sorted(entry.published_at for entry in entries if entry.published_at is not None)
    headlines = sum(entry.is_headline for entry in entries)
    said = [str(len(entries))]
    if dates:
        said.append(f"from {dates[0].astimezone(zone):%Y-%m-%d %H:%M} to {dates[-1].astimezone(zone):%Y-%m-%d %H:%M}")
    if headlines:
        said.append(f"{headlines} of them headlines without a link, for tickers only")
    return ", ".join(said)


def _routed(entries: Iterable[Entry], rubrics: Sequence[Rubric]) -> Iterable[str]:
    found: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    without = 0
    for entry in entries:
        slugs = route(categories=entry.categories, url=entry.url, rubrics=rubrics)
        found.update(slugs)
        without += not slugs
        unknown.update(unknown_categories(categories=entry.categories, rubrics=rubrics))
    matched = [f"{slug} {count}" for slug, count in found.most_common(_LISTED)]
    yield ", ".join([*matched, f"none {without}"] if without else matched)
    if unknown:
        yield "unknown: " + ", ".join(f'"{word}" {count}' for word, count in unknown.most_common(_LISTED))


def _told(page: Entry) -> str:
    lacks = [name for name in problems((page,)) if name != "links"]
    said = f"title, {len(page.body):,} characters of body" if page.body else "title, no body"
    return f"{said}; missing: {', '.join(lacks)}" if lacks else f"{said}, nothing missing"


def _shown(entry: Entry, rubrics: Sequence[Rubric], zone: tzinfo) -> Iterable[str]:
    at = f"{entry.published_at.astimezone(zone):%Y-%m-%d %H:%M}" if entry.published_at else "without a date"
    yield f"  {at}  {entry.title or '(the title stands on its page)'}"
    slugs = route(categories=entry.categories, url=entry.url, rubrics=rubrics)
    if facts := [each for each in (entry.url, ", ".join(slugs)) if each]:
        yield f"      {' · '.join(facts)}"
