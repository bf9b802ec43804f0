"""What editors see of an article's way, stage by stage; or, where there is no article, of the source that would have it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.domain.approval import Decision
from bot.domain.delivery import Action, DeliveryState
from bot.domain.destination import Destination, DestinationState
from bot.domain.rubric import Match, Rubric
from bot.domain.source import Source, SourceKind, Trouble
from bot.handlers.editor.source_screens import MARKS, SourceButton, Wish, name_of, when
from bot.handlers.editor.stages import (
    DONE,
    MAX_ADDRESS,
    MAX_WORD,
    STOPPED,
    WAITS,
    accepted,
    listed,
    names,
    ruling_told,
    short,
    title_of,
    under,
)
from bot.handlers.reasons import reason_text
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, marked, paged
from bot.i18n import Texts
from bot.render.html import cut, one_line
from bot.render.message import MAX_TEXT
from bot.services.account import Counts, Times
from bot.services.arrival import Acceptance, Arrival
from bot.services.why import Absence, Explanation, Missing

_MOST_REASONS = 5
# Ids are numbers that a database holds; a forged one that is longer is no button of ours.
_Id = Annotated[int, Field(ge=0, lt=2**62)]


class WhyButton(CallbackData, prefix="w"):
    """One article; with `channel` the article there."""

    article: _Id
    channel: _Id = 0
    page: _Id = 0


def missing_screen(missing: Missing, texts: Texts) -> Screen:
    paragraphs = [f"{STOPPED} {texts(f'why.{missing.absence}')}\n<code>{short(missing.url, MAX_ADDRESS)}</code>"]
    source, state, now = missing.source, missing.state, missing.asked_at
    if missing.absence is not Absence.UNSEEN:
        return Screen(text="\n\n".join(paragraphs))
    if source is None or state is None:
        return Screen(text="\n\n".join([*paragraphs, texts("why.no-source")]))
    facts = [texts("why.would-have", source=name_of(source)), f"{MARKS[state]} {texts(f'sources.is-{state}')}"]
    if source.failures:
        trouble = texts(f"trouble.{source.trouble or Trouble.UNEXPECTED}")
        since = when(source.failing_since or now, texts, now)
        facts.append(texts("sources.failing", since=since, trouble=trouble))
    if source.last_success_at is not None:
        facts.append(texts("why.not-there", at=when(source.last_success_at, texts, now)))
    if not source.paused:
        facts.append(texts("sources.next-poll", at=when(max(source.next_poll_at, now), texts, now)))
    paragraphs += ["\n".join(facts), texts("why.push-it")]
    return Screen(text="\n\n".join(paragraphs), rows=(_source_row(source, texts),))


def article_screen(explained: Explanation, texts: Texts, *, page: int = 0, said: str = "") -> Screen:
    article = explained.article
    stages = [
        *_seen(explained, texts),
        *accepted(article, explained.arrival, texts),
        *_rubrics(explained.arrival, texts),
        *_planned(explained, texts),
        *_decided(explained, texts),
        *_changed(explained, texts),
    ]
    paragraphs = [said, title_of(article), "\n".join(stages)]
    if explained.channels:
        paragraphs.append(texts("why.choose"))
    rows = (*_channels(explained, page, texts), _end(explained, page, texts))
    return Screen(text=cut("\n\n".join(filter(None, paragraphs)), MAX_TEXT), rows=rows)


def _channels(explained: Explanation, page: int, texts: Texts) -> tuple[Row, ...]:
    article_id = explained.article.id
    buttons = [
        InlineKeyboardButton(
            text=marked(_channel_label(channel), is_on=has_it),
            callback_data=WhyButton(article=article_id, channel=channel.id, page=page).pack(),
        )
        for channel, has_it in explained.channels
    ]
    return paged(buttons, page, turn=lambda number: WhyButton(article=article_id, page=number).pack(), texts=texts)


def _end(explained: Explanation, page: int, texts: Texts) -> Row:
    data = WhyButton(article=explained.article.id, page=page).pack()
    refresh = InlineKeyboardButton(text=texts("why.refresh"), callback_data=data)
    source = explained.arrival.seen.source
    # What is held is decided at its source.
    if explained.arrival.acceptance is Acceptance.HELD and source is not None:
        return (*_source_row(source, texts), refresh)
    return (refresh,)


def _seen(explained: Explanation, texts: Texts) -> Iterable[str]:
    article, seen, now = explained.article, explained.arrival.seen, explained.asked_at
    at, published = when(article.seen_at, texts, now), when(article.published_at, texts, now)
    if seen.source is None:
        yield f"{DONE} {texts('why.seen', at=at, published=published)}"
    elif seen.source.spec.kind is SourceKind.API:
        yield f"{DONE} {texts('why.seen-by-api', at=at, published=published)}"
    else:
        yield f"{DONE} {texts('why.seen-by', at=at, published=published, source=name_of(seen.source))}"
    if seen.others:
        yield under(texts("why.others", sources=listed(map(name_of, seen.others))))
    if seen.addresses:
        addresses = [f"<code>{short(address, MAX_ADDRESS)}</code>" for address in seen.addresses]
        yield under(texts("why.addresses", addresses=listed(addresses)))


def _rubrics(came: Arrival, texts: Texts) -> Iterable[str]:
    routing = came.routing
    if routing.rubrics:
        yield f"{DONE} {texts('why.rubrics', rubrics=names(routing.rubrics, texts))}"
    else:
        yield f"{STOPPED} {texts('why.no-rubrics')}"
    if routing.matches:
        found = [_match(match, rubric, texts) for match, rubric in routing.matches]
        yield under(texts("why.words", words=listed(dict.fromkeys(found))))
    if routing.unknown:
        unknown = [texts("why.place-category", word=short(word, MAX_WORD)) for word in routing.unknown]
        yield under(texts("why.unknown", words=listed(dict.fromkeys(unknown))))
    if routing.has_changed:
        yield under(texts("why.rubrics-changed"))


def _match(match: Match, rubric: Rubric, texts: Texts) -> str:
    place = texts(f"why.place-{match.place}", word=short(match.word, MAX_WORD))
    return f"{place} → {names([rubric], texts)}"


def _planned(explained: Explanation, texts: Texts) -> Iterable[str]:
    """Pushed, planned, paced and sent."""
    article, came, now = explained.article, explained.arrival, explained.asked_at
    if came.pushed_at is not None:
        yield f"{DONE} {texts('why.pushed', at=when(came.pushed_at, texts, now))}"
    lines, times = explained.ticker, explained.account.times
    if times is not None:
        yield f"{DONE} {texts('why.planned', at=when(times.planned_at, texts, now))}"
        yield from _sent(explained, times, texts)
    if lines.waiting + lines.taken and not article.recalled:
        mark = DONE if lines.standing else WAITS
        yield f"{mark} {texts('why.lines', taken=lines.taken, standing=lines.standing, waiting=lines.waiting)}"
    if explained.readers is not None and came.acceptance.is_news and not article.recalled:
        yield _nobody(came, explained.readers, texts)


def _nobody(came: Arrival, readers: int, texts: Texts) -> str:
    if not came.is_planned:
        return f"{WAITS} {texts('why.not-planned')}"
    if not came.routing.rubrics:
        return f"{STOPPED} {texts('why.nobody-without-rubric')}"
    return f"{STOPPED} {texts('why.nobody-then', count=readers) if readers else texts('why.nobody')}"


def _sent(explained: Explanation, times: Times, texts: Texts) -> Iterable[str]:
    now = explained.asked_at
    for kind, counts in explained.account.posts.items():
        if counts:
            yield f"{_mark(counts)} {texts(f'why.to-{kind}', states=_states(counts, texts))}"
    if times.first_sent_at is not None and times.last_sent_at is not None:
        # Of one that was pushed later the time since it was seen says nothing.
        begun = max(explained.article.seen_at, times.planned_at)
        since, until = when(times.first_sent_at, texts, now), when(times.last_sent_at, texts, now)
        soon, late = _lasted(begun, times.first_sent_at, texts), _lasted(begun, times.last_sent_at, texts)
        if (since, soon) == (until, late):
            yield under(texts("why.sent-at", at=since, after=soon))
        else:
            yield under(texts("why.sent-from", first=since, last=until, soon=soon, late=late))
    if times.waits_until is not None:
        yield under(texts("why.put-off", at=when(max(times.waits_until, now), texts, now)))


def _decided(explained: Explanation, texts: Texts) -> Iterable[str]:
    """By administrators of channels, or not yet."""
    titles = {channel.id: short(channel.title, MAX_WORD) for channel, _ in explained.channels}
    now = explained.asked_at
    for awaiting in explained.awaiting:
        since, until = (when(each, texts, now) for each in (awaiting.since, awaiting.until))
        yield f"{WAITS} {texts('why.awaits', since=since, until=until)} ({titles[awaiting.channel_id]})"
    for ruling in explained.rulings:
        mark = DONE if ruling.decision is Decision.PUBLISH else STOPPED
        yield f"{mark} {ruling_told(ruling, texts, now)} ({titles[ruling.channel_id]})"


def _changed(explained: Explanation, texts: Texts) -> Iterable[str]:
    """Corrected, recalled, gone; and why whatever was to be sent was not."""
    article, now = explained.article, explained.asked_at
    if explained.revisions:
        last = when(explained.revisions[-1].replaced_at, texts, now)
        yield f"{DONE} {texts('why.revisions', count=len(explained.revisions), at=last)}"
    if article.recalled:
        yield f"{STOPPED} {texts('why.recalled')}"
    if article.gone_at is not None:
        yield f"{STOPPED} {texts('why.page-gone', at=when(article.gone_at, texts, now))}"
    for action, key in ((Action.EDIT, "why.edits"), (Action.DELETE, "why.deletions")):
        if counts := explained.account.changes[action]:
            yield f"{_mark(counts)} {texts(key, states=_states(counts, texts))}"
    for state, reason, count in explained.account.reasons[:_MOST_REASONS]:
        yield f"• {texts(f'why.state-{state}', count=count)} — {reason_text(reason, texts)}"


def _states(counts: Counts, texts: Texts) -> str:
    return ", ".join(texts(f"why.state-{state}", count=counts[state]) for state in DeliveryState if state in counts)


def _mark(counts: Counts) -> str:
    """What waits is still going on; where most arrived the numbers tell the rest."""
    if DeliveryState.QUEUED in counts or DeliveryState.SENDING in counts:
        return WAITS
    return DONE if DeliveryState.SENT in counts or DeliveryState.JOINED in counts else STOPPED


def _channel_label(channel: Destination) -> str:
    title = one_line(channel.title)[:MAX_WORD] or str(channel.chat_id)
    match channel.state:
        case DestinationState.PAUSED | DestinationState.BARRED:
            return f"⏸ {title}"
        case DestinationState.GONE:
            return f"✗ {title}"
        case _:
            return title


def _lasted(begin: datetime, end: datetime, texts: Texts) -> str:
    seconds = max(0, int((end - begin).total_seconds()))
    for key, size in (("why.days", 86_400), ("why.hours", 3_600), ("why.minutes", 60)):
        if seconds >= 2 * size:
            return texts(key, count=seconds // size)
    return texts("why.seconds", count=seconds)


def _source_row(source: Source, texts: Texts) -> Row:
    data = SourceButton(source=source.id, wish=Wish.LOOK).pack()
    return (InlineKeyboardButton(text=texts("alerts.to-source"), callback_data=data),)
