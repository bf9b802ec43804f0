"""What editors see of sources: the list, one source's health, what a trial reading found. In: values of services. Out: screens."""

from datetime import datetime
from enum import StrEnum
from itertools import groupby

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.alert import AlertId, Release
from bot.domain.article import Entry
from bot.domain.health import SourceState
from bot.domain.source import Source, Trouble
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, paged
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.services.sources import Health, Listed, Trial

MARKS = {
    SourceState.OK: "🟢",
    SourceState.NEW: "⚪",
    SourceState.FAILING: "🔴",
    SourceState.SILENT: "🟡",
    SourceState.HELD: "✋",
    SourceState.PAUSED: "⏸",
}
_MAX_TITLE = 150
_MAX_WORDS = 12


class Wish(StrEnum):
    """What a button asks of its source."""

    LOOK = "l"
    PAUSE = "p"
    RESUME = "r"
    POLL = "n"
    TEST = "t"
    REMOVE = "x"
    REMOVE_SURELY = "y"


class SourceButton(CallbackData, prefix="so"):
    source: int
    wish: Wish


class SourcesButton(CallbackData, prefix="sl"):
    """A page of the list."""

    page: int = 0


class ReleaseButton(CallbackData, prefix="ar"):
    """The answer to the question about held articles."""

    alert: int
    answer: Release


def list_screen(listed: list[Listed], texts: Texts, *, page: int = 0, said: str = "") -> Screen:
    paragraphs = [said] if said else []
    if listed:
        # They come in the order of their states.
        counts = [(state, len(list(group))) for state, group in groupby(listed, key=lambda each: each.state)]
        lines = [f"{MARKS[state]} {texts(f'sources.state-{state}')}: {count}" for state, count in counts]
        paragraphs.append("\n".join([texts("sources.list"), *lines]))
    else:
        paragraphs.append(texts("sources.nobody"))
    paragraphs.append(texts("sources.how"))
    buttons = [
        InlineKeyboardButton(
            text=f"{MARKS[each.state]} {one_line(each.source.spec.name)}",
            callback_data=SourceButton(source=each.source.id, wish=Wish.LOOK).pack(),
        )
        for each in listed
    ]
    rows = paged(buttons, page, turn=lambda number: SourcesButton(page=number).pack(), texts=texts)
    return Screen(text="\n\n".join(paragraphs), rows=rows)


def health_screen(health: Health, texts: Texts, *, said: str = "") -> Screen:
    source, now = health.source, health.asked_at
    title = f"<b>{name_of(source)}</b>\n{MARKS[health.state]} {texts(f'sources.is-{health.state}')}"
    paragraphs = [said, f"{title}\n<code>{escape(source.spec.url)}</code>", *_troubles(source, texts, now)]
    if health.held:
        paragraphs.append(texts("sources.held", count=health.held))
    paragraphs.append("\n".join(_facts(health, texts)))
    rows = release_rows(health.question, texts) if health.question is not None else ()
    return Screen(text="\n\n".join(filter(None, paragraphs)), rows=(*rows, *_wishes(source, texts)))


def removal_screen(health: Health, texts: Texts) -> Screen:
    source = health.source
    row = (
        _button(source, texts("sources.remove"), Wish.REMOVE_SURELY),
        _button(source, texts("sources.keep"), Wish.LOOK),
    )
    return Screen(text=texts("sources.removal", source=name_of(source)), rows=(row,))


def release_rows(question: AlertId, texts: Texts) -> tuple[Row, ...]:
    return tuple(
        (
            InlineKeyboardButton(
                text=texts(f"alerts.release-{answer}"),
                callback_data=ReleaseButton(alert=question, answer=answer).pack(),
            ),
        )
        for answer in Release
    )


def trial_text(trial: Trial, texts: Texts) -> str:
    """What an address holds, in paragraphs."""
    kind = texts(f"sources.kind-{trial.kind}")
    facts = [
        texts("sources.found", kind=kind, count=trial.entries),
        texts("sources.matched", rubrics=_listed([f"{_title(r.title(texts.language))} {n}" for r, n in trial.rubrics])),
    ]
    if trial.unknown:
        facts.append(texts("sources.unmatched", words=_listed([_title(word) for word in trial.unknown])))
    if trial.missing:
        missing = ", ".join(texts(f"sources.lacks-{name}") for name in trial.missing)
        facts.append(texts("sources.missing", what=missing))
    newest = "\n".join(f"• {_headline(entry, texts)}" for entry in trial.newest)
    return "\n\n".join(filter(None, ["\n".join(facts), newest]))


def _headline(entry: Entry, texts: Texts) -> str:
    title = cut(link(one_line(entry.title), entry.url), _MAX_TITLE)
    return f"{texts.day_and_time(entry.published_at)} {title}" if entry.published_at else title


def failure_text(trouble: Trouble, texts: Texts) -> str:
    return texts("sources.unreadable", trouble=texts(f"trouble.{trouble}"))


def back_row(source: Source, texts: Texts) -> Row:
    return (_button(source, texts("sources.back-to-one"), Wish.LOOK),)


def name_of(source: Source) -> str:
    return _title(source.spec.name)


def when(instant: datetime, texts: Texts, now: datetime) -> str:
    return texts.time(instant) if texts.day(instant) == texts.day(now) else texts.day_and_time(instant)


def _troubles(source: Source, texts: Texts, now: datetime) -> list[str]:
    trouble = texts(f"trouble.{source.trouble or Trouble.UNEXPECTED}")
    found = []
    if source.failures:
        since = source.failing_since or now
        found.append(texts("sources.failing", since=when(since, texts, now), trouble=trouble))
    elif source.fallback_since is not None:
        since = source.fallback_since
        found.append(texts("sources.on-fallback", since=when(since, texts, now), trouble=trouble))
    return found


def _facts(health: Health, texts: Texts) -> list[str]:
    source, now = health.source, health.asked_at
    facts = [
        texts(
            "sources.kind",
            kind=texts(f"sources.kind-{source.found_kind or source.spec.kind}"),
            language=texts(f"language.{source.spec.language}"),
        )
    ]
    if source.address and source.address != source.spec.url:
        facts.append(texts("sources.read-from", address=escape(source.address)))
    if source.last_success_at is None:
        facts.append(texts("sources.never-read"))
    else:
        facts.append(texts("sources.last-success", at=when(source.last_success_at, texts, now)))
    if source.last_new_at is not None:
        facts.append(texts("sources.last-new", at=when(source.last_new_at, texts, now)))
    facts.append(texts("sources.a-day", count=round(health.entries_a_day)))
    if not source.paused:
        facts.append(texts("sources.next-poll", at=when(max(source.next_poll_at, now), texts, now)))
    return facts


def _wishes(source: Source, texts: Texts) -> tuple[Row, ...]:
    test = _button(source, texts("sources.test"), Wish.TEST)
    remove = _button(source, texts("sources.remove"), Wish.REMOVE)
    back = InlineKeyboardButton(text=texts("sources.back"), callback_data=SourcesButton().pack())
    refresh = _button(source, texts("sources.refresh"), Wish.LOOK)
    if source.paused:
        return (_button(source, texts("sources.resume"), Wish.RESUME), test), (remove,), (back, refresh)
    poll = _button(source, texts("sources.poll"), Wish.POLL)
    return (poll, test), (_button(source, texts("sources.pause"), Wish.PAUSE), remove), (back, refresh)


def _button(source: Source, text: str, wish: Wish) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=SourceButton(source=source.id, wish=wish).pack())


def _title(words: str) -> str:
    return cut(escape(one_line(words)), _MAX_TITLE)


def _listed(words: list[str]) -> str:
    return ", ".join(words[:_MAX_WORDS]) + (" …" if len(words) > _MAX_WORDS else "") or "—"
