"""What editors see of an article in one channel: the verdict, then the stages that it passed on its way there, or did not."""

from collections.abc import Iterable
from datetime import datetime

from aiogram.types import InlineKeyboardButton

from bot.domain.account import Record
from bot.domain.delivery import NAMELESS, DeliveryState, Post
from bot.domain.destination import Requirement
from bot.domain.words import WordKind
from bot.handlers.editor.source_screens import when
from bot.handlers.editor.stages import (
    DONE,
    MAX_TITLE,
    MAX_WORD,
    STOPPED,
    WAITS,
    accepted,
    listed,
    met,
    names,
    ruling_told,
    short,
    title_of,
    under,
)
from bot.handlers.editor.why_article import WhyButton
from bot.handlers.pace_words import pace_sentence
from bot.handlers.reasons import reason_text
from bot.handlers.screen import Screen
from bot.handlers.ticker_words import ticker_sentence
from bot.handlers.toggles import Row
from bot.handlers.topic_words import topic_name
from bot.i18n import Texts
from bot.render.html import cut, link
from bot.render.message import MAX_TEXT
from bot.services.verdict import ChannelExplanation, LineTrail, Verdict

_MARKS = {
    Verdict.STANDS: DONE,
    Verdict.DELIVERED: DONE,
    Verdict.ON_ITS_WAY: WAITS,
    Verdict.AWAITS: WAITS,
    Verdict.LEAVING: WAITS,
}


def channel_screen(explained: ChannelExplanation, texts: Texts, *, page: int = 0) -> Screen:
    article, channel, now = explained.article, explained.channel, explained.asked_at
    verdict = explained.verdict
    heading = f"{title_of(article)}\n{texts('why.channel', channel=short(channel.title, MAX_TITLE))}"
    conclusion = f"{_MARKS.get(verdict, STOPPED)} {texts(f'why.verdict-{verdict}')}"
    if verdict is Verdict.LATE and channel.created_at > article.seen_at:
        conclusion += f" {texts('why.connected-later', at=when(channel.created_at, texts, now))}"
    stages = [*accepted(article, explained.arrival, texts)]
    if explained.arrival.acceptance.is_news and not explained.arrival.is_planned and not article.recalled:
        stages.append(f"{WAITS} {texts('why.not-planned')}")
    if article.recalled:
        stages.append(f"{STOPPED} {texts('why.recalled')}")
    settings = [texts("why.today"), *_settings(explained, texts)]
    history = list(_history(explained, texts))
    text = "\n\n".join(filter(None, (heading, conclusion, *map("\n".join, (stages, settings, history)))))
    return Screen(text=cut(text, MAX_TEXT), rows=_rows(explained, page, texts))


def _rows(explained: ChannelExplanation, page: int, texts: Texts) -> tuple[Row, ...]:
    article_id = explained.article.id
    back = WhyButton(article=article_id, page=page).pack()
    again = WhyButton(article=article_id, channel=explained.channel.id, page=page).pack()
    end = (
        InlineKeyboardButton(text=texts("why.back"), callback_data=back),
        InlineKeyboardButton(text=texts("why.refresh"), callback_data=again),
    )
    address = _address(explained.standing) if explained.standing is not None else None
    if address is None:
        return (end,)
    return ((InlineKeyboardButton(text=texts("why.open"), url=address),), end)


def _settings(explained: ChannelExplanation, texts: Texts) -> Iterable[str]:
    """What the channel's settings mean for this article today, in the order in which the planner asks."""
    channel, lacks, rubrics = explained.channel, explained.lacks, explained.arrival.routing.rubrics
    if not rubrics:
        subscribed = texts("why.no-rubrics")
    elif explained.carried:
        subscribed = texts("why.carried", rubrics=names(explained.carried, texts))
    else:
        subscribed = texts("why.not-carried", rubrics=names(rubrics, texts))
    yield f"{met(Requirement.SUBSCRIPTION not in lacks)} {subscribed}"
    taken = dict.fromkeys((channel.language, *sorted(explained.editions)))
    own, theirs = (
        ", ".join(texts(f"language.{each}") for each in taken),
        texts(f"language.{explained.article.language}"),
    )
    yield f"{met(Requirement.LANGUAGE not in lacks)} {texts('why.languages', channel=own, article=theirs)}"
    yield from _words(explained, texts)
    articles = texts("channels.articles-on" if channel.articles_on else "channels.articles-off")
    lines = ticker_sentence(channel.ticker, texts)
    # Where the modes alone are in the way: a line without its article, and a channel without a ticker.
    yield f"{met(bool(explained.modes) or bool(lacks))} {articles}. {lines}."
    if channel.pace is not None:
        yield f"{DONE} {pace_sentence(channel.pace, texts)}"
    if channel.needs_approval:
        yield f"{DONE} {texts('why.needs-approval')}"
    if channel.quiet is not None:
        yield f"{DONE} {texts(f'quiet.state-{channel.quiet.mode}', hours=channel.quiet.period)}"
    if explained.topic is not None:
        yield f"{DONE} {texts('why.topic', topic=short(topic_name(explained.topic, texts), MAX_TITLE))}"
    yield f"{met(Requirement.STATE not in lacks)} {texts(f'why.is-{channel.state}')}"


def _words(explained: ChannelExplanation, texts: Texts) -> Iterable[str]:
    if not explained.words:
        return
    for kind, requirement in (
        (WordKind.INCLUDE, Requirement.INCLUDED_WORDS),
        (WordKind.LEAVE_OUT, Requirement.LEFT_OUT_WORDS),
    ):
        if any(each.kind is kind for each in explained.words):
            found = listed(short(each.written, MAX_WORD) for each in explained.found if each.kind is kind)
            told = texts(f"why.{kind}-found", words=found) if found else texts(f"why.{kind}-none")
            yield f"{met(requirement not in explained.lacks)} {told}"


def _history(explained: ChannelExplanation, texts: Texts) -> Iterable[str]:
    """What was planned for the channel, and what came of it."""
    now = explained.asked_at
    if explained.pushed_at is not None:
        yield texts("why.pushed-here", at=when(explained.pushed_at, texts, now))
    if explained.records:
        yield f"{DONE} {texts('why.planned', at=when(explained.records[0].planned_at, texts, now))}"
    for record in explained.records:
        yield from _told(record, texts, now)
    if explained.awaiting is not None:
        since, until = (when(each, texts, now) for each in (explained.awaiting.since, explained.awaiting.until))
        yield under(texts("why.awaits", since=since, until=until))
        if not explained.can_be_decided:
            yield under(texts("why.awaits-nobody"))
    if explained.ruling is not None:
        yield under(ruling_told(explained.ruling, texts, now))
    if explained.line is not None:
        yield from _line_told(explained.line, texts, now)


def _line_told(trail: LineTrail, texts: Texts, now: datetime) -> Iterable[str]:
    if trail.line.ticker_id is None:
        tick = trail.line.next_tick
        yield texts("why.line-waits", at=when(tick, texts, now)) if tick is not None else texts("why.line")
        return
    yield _place_of(trail, texts, now)
    # A ticker grows by edits: the one that brought the line, and the newest.
    for record in dict.fromkeys((*trail.records[:1], *trail.records[-1:])):
        yield from _told(record, texts, now)


def _place_of(trail: LineTrail, texts: Texts, now: datetime) -> str:
    """Which message the line is in, with the way there while it stands."""
    if trail.sent_at is None:
        return texts("why.line-batch-waits" if trail.is_batch else "why.line")
    at = when(trail.sent_at, texts, now)
    if trail.post is not None and trail.shows_line:
        at = link(at, _address(trail.post))
    return texts("why.line-batch" if trail.is_batch else "why.line-in", at=at)


def _told(record: Record, texts: Texts, now: datetime) -> Iterable[str]:
    action, state = texts(f"why.action-{record.action}"), texts(f"why.was-{record.state}")
    at = when(record.settled_at or record.planned_at, texts, now)
    told = f"• {texts('why.record', action=action, state=state, at=at)}"
    yield f"{told} — {reason_text(record.reason, texts)}" if record.reason else told
    if record.state is DeliveryState.QUEUED and record.not_before is not None and record.not_before > now:
        yield under(texts("why.put-off", at=when(record.not_before, texts, now)))
    if record.attempts > 1:
        yield under(texts("why.attempts", count=record.attempts))


def _address(post: Post) -> str | None:
    """Telegram's own link to a message of a channel, for those who are in it; None: its number is not known."""
    numbers = (post.message_id, *(piece.message_id for piece in post.pieces))
    number = next((each for each in numbers if each != NAMELESS), None)
    return f"https://t.me/c/{str(post.chat_id).removeprefix('-100')}/{number}" if number is not None else None
