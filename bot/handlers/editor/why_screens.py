"""What editors see of an article's way: the article stage by stage, one channel, or what there is no article of."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.domain.account import Record, Tally
from bot.domain.delivery import Action, DeliveryState, Post
from bot.domain.destination import Destination, DestinationKind, DestinationState, Requirement
from bot.domain.rubric import Match, Rubric
from bot.domain.source import Source, SourceKind, Trouble
from bot.handlers.editor.source_screens import MARKS, SourceButton, Wish, name_of, when
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, marked, paged
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.render.message import MAX_TEXT
from bot.services.why import Acceptance, ChannelExplanation, Explanation, Missing, Verdict

DONE, WAITS, STOPPED = "✅", "⏳", "⛔"
_MAX_TITLE, _MAX_ADDRESS, _MAX_REASON, _MAX_WORD = 150, 200, 150, 64
_MAX_LISTED = 5
# Of these more is to be done at the source.
_AT_THE_SOURCE = {Acceptance.HELD}
_ARRIVED = {Acceptance.NEW, Acceptance.HEADLINE}
_VERDICTS = {
    Verdict.STANDS: DONE,
    Verdict.ON_ITS_WAY: WAITS,
    Verdict.DELIVERED: DONE,
}
# Ids are numbers that a database holds; a forged one that is longer is no button of ours.
_Id = Annotated[int, Field(ge=0, lt=2**62)]


class WhyButton(CallbackData, prefix="w"):
    """One article; with `channel` the article there."""

    article: _Id
    channel: _Id = 0
    page: _Id = 0


def missing_screen(missing: Missing, texts: Texts) -> Screen:
    paragraphs = [f"{STOPPED} {texts(f'why.{missing.absence}')}\n<code>{_short(missing.url, _MAX_ADDRESS)}</code>"]
    source = missing.source
    if missing.absence != "unseen":
        return Screen(text="\n\n".join(paragraphs))
    if source is None or missing.state is None:
        return Screen(text="\n\n".join([*paragraphs, texts("why.no-source")]))
    now = missing.asked_at
    facts = [
        texts("why.would-have", source=name_of(source)),
        f"{MARKS[missing.state]} {texts(f'sources.is-{missing.state}')}",
    ]
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
    title = cut(f"<b>{link(one_line(article.title), article.url)}</b>", _MAX_TITLE)
    stages = [*_ingested(explained, texts), *_planned(explained, texts), *_taken_back(explained, texts)]
    paragraphs = [said, title, "\n".join(stages)]
    if explained.channels:
        paragraphs.append(texts("why.choose"))
    buttons = [
        InlineKeyboardButton(
            text=marked(_channel_label(channel), is_on=has_it),
            callback_data=WhyButton(article=article.id, channel=channel.id, page=page).pack(),
        )
        for channel, has_it in explained.channels
    ]
    rows = paged(buttons, page, turn=lambda number: WhyButton(article=article.id, page=number).pack(), texts=texts)
    refresh = InlineKeyboardButton(
        text=texts("why.refresh"), callback_data=WhyButton(article=article.id, page=page).pack()
    )
    source = explained.seen.source
    end: Row = (refresh,)
    if explained.acceptance in _AT_THE_SOURCE and source is not None and source.spec.kind is not SourceKind.API:
        end = (*_source_row(source, texts), refresh)
    return Screen(text=cut("\n\n".join(filter(None, paragraphs)), MAX_TEXT), rows=(*rows, end))


def channel_screen(explained: ChannelExplanation, texts: Texts, *, page: int = 0) -> Screen:
    article, channel = explained.article, explained.channel
    verdict = explained.verdict
    title = cut(f"<b>{link(one_line(article.title), article.url)}</b>", _MAX_TITLE)
    heading = f"{title}\n{texts('why.channel', channel=_short(channel.title, _MAX_TITLE))}"
    conclusion = f"{_VERDICTS.get(verdict, STOPPED)} {texts(f'why.verdict-{verdict}')}"
    if verdict is Verdict.BEFORE:
        conclusion += f" {_accepted(explained.acceptance, texts, is_planned=explained.is_planned)}"
    if verdict is Verdict.LATE and channel.created_at > article.seen_at:
        at = when(channel.created_at, texts, explained.asked_at)
        conclusion += f" {texts('why.connected-later', at=at)}"
    facts = "\n".join([texts("why.today"), *_fits(explained, texts)])
    history = "\n".join(_history(explained, texts))
    rows: list[Row] = []
    post = explained.post or explained.ticker_post
    if post is not None:
        rows.append((InlineKeyboardButton(text=texts("why.open"), url=_address(post)),))
    back = WhyButton(article=article.id, page=page).pack()
    again = WhyButton(article=article.id, channel=channel.id, page=page).pack()
    rows.append((
        InlineKeyboardButton(text=texts("why.back"), callback_data=back),
        InlineKeyboardButton(text=texts("why.refresh"), callback_data=again),
    ))  # fmt: skip
    text = "\n\n".join(filter(None, (heading, conclusion, history, facts)))
    return Screen(text=cut(text, MAX_TEXT), rows=tuple(rows))


def _ingested(explained: Explanation, texts: Texts) -> Iterable[str]:
    """Seen, accepted, its rubrics and revisions."""
    article, seen, now = explained.article, explained.seen, explained.asked_at
    at, published = when(article.seen_at, texts, now), when(article.published_at, texts, now)
    if seen.source is None:
        yield f"{DONE} {texts('why.seen', at=at, published=published)}"
    else:
        yield f"{DONE} {texts('why.seen-by', at=at, published=published, source=name_of(seen.source))}"
    if seen.others:
        yield _under(texts("why.others", sources=_listed(map(name_of, seen.others))))
    if seen.addresses:
        addresses = [f"<code>{_short(address, _MAX_ADDRESS)}</code>" for address in seen.addresses]
        yield _under(texts("why.addresses", addresses=_listed(addresses)))
    mark = DONE if explained.acceptance in _ARRIVED else WAITS if article.held else STOPPED
    decided = f" {texts('why.decided', editor=escape(explained.decided_by))}" if explained.decided_by else ""
    yield f"{mark} {texts(f'why.accepted-{explained.acceptance}')}{decided}"
    yield from _rubrics(explained, texts)
    if explained.revisions:
        last = when(explained.revisions[-1].replaced_at, texts, now)
        yield f"{DONE} {texts('why.revisions', count=len(explained.revisions), at=last)}"


def _rubrics(explained: Explanation, texts: Texts) -> Iterable[str]:
    routing = explained.routing
    if routing.rubrics:
        yield f"{DONE} {texts('why.rubrics', rubrics=_names(routing.rubrics, texts))}"
    else:
        yield f"{STOPPED} {texts('why.no-rubrics')}"
    if routing.matches:
        found = [_match(match, rubric, texts) for match, rubric in routing.matches]
        yield _under(texts("why.words", words=_listed(dict.fromkeys(found))))
    if routing.unknown:
        unknown = [f"«{_short(word, _MAX_WORD)}»" for word in routing.unknown]
        yield _under(texts("why.unknown", words=_listed(dict.fromkeys(unknown))))
    if routing.has_changed:
        yield _under(texts("why.rubrics-changed"))


def _match(match: Match, rubric: Rubric, texts: Texts) -> str:
    place = texts(f"why.place-{match.place}", word=_short(match.word, _MAX_WORD))
    return f"{place} → {_names([rubric], texts)}"


def _planned(explained: Explanation, texts: Texts) -> Iterable[str]:
    """Pushed, planned and sent."""
    now = explained.asked_at
    if explained.pushed_at is not None:
        yield f"{DONE} {texts('why.pushed', at=when(explained.pushed_at, texts, now))}"
    posts = [tally for tally in explained.tallies if tally.action is Action.POST]
    lines = explained.ticker
    if posts:
        yield f"{DONE} {texts('why.planned', at=when(min(tally.planned_at for tally in posts), texts, now))}"
        yield from _sent(explained, posts, texts)
    if lines.waiting + lines.taken:
        mark = DONE if lines.standing else WAITS
        said = texts("why.lines", taken=lines.taken, standing=lines.standing, waiting=lines.waiting)
        yield f"{mark} {said}"
    for action, key in ((Action.EDIT, "why.edits"), (Action.DELETE, "why.deletions")):
        if changes := [tally for tally in explained.tallies if tally.action is action]:
            yield f"{_mark(changes)} {texts(key, states=_states(changes, texts))}"
    for reason in explained.reasons:
        state = texts(f"why.state-{reason.state}", count=reason.count)
        yield _under(f"{state}: <code>{_short(reason.words, _MAX_REASON)}</code>")
    if explained.readers is not None and explained.acceptance in _ARRIVED and not explained.article.recalled:
        yield _nobody(explained, explained.readers, texts)


def _nobody(explained: Explanation, readers: int, texts: Texts) -> str:
    if not explained.is_planned:
        return f"{WAITS} {texts('why.not-planned')}"
    if not explained.routing.rubrics or not readers:
        return f"{STOPPED} {texts('why.nobody')}"
    return f"{STOPPED} {texts('why.nobody-then', count=readers)}"


def _sent(explained: Explanation, posts: Sequence[Tally], texts: Texts) -> Iterable[str]:
    now, seen_at = explained.asked_at, explained.article.seen_at
    for kind in DestinationKind:
        if of_kind := [tally for tally in posts if tally.kind is kind]:
            yield f"{_mark(of_kind)} {texts(f'why.to-{kind}', states=_states(of_kind, texts))}"
    sent = [tally for tally in posts if tally.state is DeliveryState.SENT]
    firsts = [tally.first_at for tally in sent if tally.first_at is not None]
    lasts = [tally.last_at for tally in sent if tally.last_at is not None]
    if firsts and lasts:
        first, last = min(firsts), max(lasts)
        # Of one that was pushed later the time since it was seen says nothing.
        begun = max(seen_at, min(tally.planned_at for tally in posts))
        soon, late = _lasted(begun, first, texts), _lasted(begun, last, texts)
        if first == last:
            yield _under(texts("why.sent-at", at=when(first, texts, now), after=soon))
        else:
            yield _under(
                texts("why.sent-from", first=when(first, texts, now), last=when(last, texts, now), soon=soon, late=late)
            )
    waits = [tally.waits_until for tally in posts if tally.waits_until is not None]
    if waits:
        yield _under(texts("why.put-off", at=when(max(min(waits), now), texts, now)))


def _taken_back(explained: Explanation, texts: Texts) -> Iterable[str]:
    article = explained.article
    if article.recalled:
        yield f"{STOPPED} {texts('why.recalled')}"
    if article.gone_at is not None:
        yield f"{STOPPED} {texts('why.page-gone', at=when(article.gone_at, texts, explained.asked_at))}"


def _fits(explained: ChannelExplanation, texts: Texts) -> Iterable[str]:
    """What the channel's settings mean for this article today."""
    channel, lacks = explained.channel, explained.lacks
    yield f"{_met(Requirement.STATE not in lacks)} {texts(f'why.is-{channel.state}')}"
    own, theirs = texts(f"language.{channel.language}"), texts(f"language.{explained.article.language}")
    yield f"{_met(Requirement.LANGUAGE not in lacks)} {texts('why.languages', channel=own, article=theirs)}"
    if not explained.rubrics:
        subscribed = texts("why.no-rubrics")
    elif explained.carried:
        subscribed = texts("why.carried", rubrics=_names(explained.carried, texts))
    else:
        subscribed = texts("why.not-carried", rubrics=_names(explained.rubrics, texts))
    yield f"{_met(Requirement.SUBSCRIPTION not in lacks)} {subscribed}"
    articles = texts("channels.articles-on" if channel.articles_on else "channels.articles-off")
    lines = texts("channels.ticker-off")
    if channel.ticker_minutes is not None:
        lines = texts("channels.ticker-on", minutes=channel.ticker_minutes)
    is_fit = bool(explained.modes) or bool(lacks)
    yield f"{_met(is_fit)} {articles}. {lines}."


def _history(explained: ChannelExplanation, texts: Texts) -> Iterable[str]:
    """What was planned for the channel, and what came of it."""
    now = explained.asked_at
    if explained.pushed_at is not None:
        yield texts("why.pushed-here", at=when(explained.pushed_at, texts, now))
    for record in explained.records:
        yield from _told(record, texts(f"why.action-{record.action}"), texts, now)
    if explained.line is None:
        return
    if explained.line.ticker_id is None:
        tick = explained.line.next_tick
        yield texts("why.line-waits", at=when(tick, texts, now)) if tick is not None else texts("why.line")
        return
    yield texts("why.line")
    # A ticker grows by edits: its post, and the newest of them.
    for record in dict.fromkeys((*explained.ticker_records[:1], *explained.ticker_records[-1:])):
        yield from _told(record, texts(f"why.action-{record.action}"), texts, now)


def _told(record: Record, action: str, texts: Texts, now: datetime) -> Iterable[str]:
    state = texts(f"why.was-{record.state}")
    at = when(record.settled_at or record.planned_at, texts, now)
    yield f"• {texts('why.record', action=action, state=state, at=at)}"
    if record.state is DeliveryState.QUEUED and record.not_before is not None and record.not_before > now:
        yield _under(texts("why.put-off", at=when(record.not_before, texts, now)))
    if record.attempts > 1:
        yield _under(texts("why.attempts", count=record.attempts))
    if record.reason:
        yield _under(f"<code>{_short(record.reason, _MAX_REASON)}</code>")


def _accepted(acceptance: Acceptance, texts: Texts, *, is_planned: bool) -> str:
    if acceptance in _ARRIVED and not is_planned:
        return texts("why.not-planned")
    return texts(f"why.accepted-{acceptance}")


def _states(tallies: Iterable[Tally], texts: Texts) -> str:
    counts: dict[DeliveryState, int] = {}
    for tally in tallies:
        counts[tally.state] = counts.get(tally.state, 0) + tally.count
    return ", ".join(texts(f"why.state-{state}", count=counts[state]) for state in DeliveryState if state in counts)


def _mark(tallies: Iterable[Tally]) -> str:
    """What waits is still going on; what did not arrive is told even where most did."""
    states = {tally.state for tally in tallies}
    if states & {DeliveryState.QUEUED, DeliveryState.SENDING}:
        return WAITS
    return DONE if DeliveryState.SENT in states else STOPPED


def _met(is_met: bool) -> str:  # noqa: FBT001, it says what it is
    return DONE if is_met else STOPPED


def _channel_label(channel: Destination) -> str:
    title = one_line(channel.title)[:_MAX_WORD] or str(channel.chat_id)
    match channel.state:
        case DestinationState.PAUSED:
            return f"⏸ {title}"
        case DestinationState.GONE:
            return f"✗ {title}"
        case _:
            return title


def _names(rubrics: Iterable[Rubric], texts: Texts) -> str:
    return ", ".join(_short(rubric.title(texts.language), _MAX_WORD) for rubric in rubrics)


def _lasted(begin: datetime, end: datetime, texts: Texts) -> str:
    seconds = max(0, int((end - begin).total_seconds()))
    for key, size in (("why.days", 86_400), ("why.hours", 3_600), ("why.minutes", 60)):
        if seconds >= 2 * size:
            return texts(key, count=seconds // size)
    return texts("why.seconds", count=seconds)


def _address(post: Post) -> str:
    """Telegram's own link to a message of a channel, for those who are in it."""
    return f"https://t.me/c/{str(post.chat_id).removeprefix('-100')}/{post.message_id}"


def _source_row(source: Source, texts: Texts) -> Row:
    data = SourceButton(source=source.id, wish=Wish.LOOK).pack()
    return (InlineKeyboardButton(text=texts("alerts.to-source"), callback_data=data),)


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    return ", ".join(found[:_MAX_LISTED]) + (" …" if len(found) > _MAX_LISTED else "")


def _short(words: str, limit: int) -> str:
    return cut(escape(one_line(words)), limit)


def _under(words: str) -> str:
    return f"    {words}"
