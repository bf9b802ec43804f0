"""Alerts as editors read them: what happened, what readers notice, what to do; with buttons where an answer is asked for.

In: notices of one kind. Out: one screen. A single alert is told in full; several of a kind are listed, and those that ask
something are opened by a button each.
"""

from datetime import datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.alert import AlertKind, Release, Sighting
from bot.domain.destination import Lack
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import Trouble
from bot.domain.topic import GENERAL, Shutting, TopicId
from bot.handlers.editor.source_screens import SourceButton, Wish, name_of, release_rows
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, paged
from bot.i18n import Texts
from bot.render.html import cut, escape, link, linkable, one_line
from bot.services.alerts import Notice

_MAX_TITLE = 150
_MAX_LABEL = 40
_ASKING = frozenset(
    {AlertKind.HELD, AlertKind.UNKNOWN_RUBRIC, AlertKind.GONE, AlertKind.RETRACTED, AlertKind.UNCERTAIN}
)


class AlertButton(CallbackData, prefix="al"):
    """Opens one of several alerts."""

    alert: int


class WordPageButton(CallbackData, prefix="ap"):
    """Turns the page of a question's rubrics."""

    alert: int
    page: int


class WordButton(CallbackData, prefix="aw"):
    """The word means this rubric; none when it is empty."""

    alert: int
    slug: str


class LeaveButton(CallbackData, prefix="av"):
    alert: int


class SightingButton(CallbackData, prefix="au"):
    """Whether an uncertain message stands in its channel."""

    alert: int
    answer: Sighting


def group_screen(group: tuple[Notice, ...], texts: Texts) -> Screen:
    if len(group) == 1:
        return notice_screen(group[0], texts)
    kind = group[0].alert.kind
    lines = "\n".join(f"• {_listed(notice, texts)}" for notice in group)
    text = f"{texts(f'alerts.{kind}-many', count=len(group))}\n\n{lines}"
    if kind not in _ASKING:
        return Screen(text=text)
    rows = tuple(
        (InlineKeyboardButton(text=_label(notice), callback_data=AlertButton(alert=notice.alert.id).pack()),)
        for notice in group
    )
    return Screen(text=f"{text}\n\n{texts('alerts.choose')}", rows=rows)


def notice_screen(notice: Notice, texts: Texts, *, page: int = 0) -> Screen:
    match notice.alert.kind:
        case AlertKind.UNKNOWN_RUBRIC:
            return _word_screen(notice, texts, page)
        case AlertKind.HELD:
            return _held_screen(notice, texts)
        case AlertKind.GONE | AlertKind.RETRACTED:
            return _article_screen(notice, texts)
        case AlertKind.UNCERTAIN:
            return _uncertain_screen(notice, texts)
        case AlertKind.BARRED | AlertKind.LOST | AlertKind.TOPIC:
            return _channel_screen(notice, texts)
        case _:
            return _source_screen(notice, texts)


def _source_screen(notice: Notice, texts: Texts) -> Screen:
    alert = notice.alert
    name = name_of(notice.source) if notice.source else ""
    match alert.kind:
        case AlertKind.FAILING | AlertKind.FALLBACK:
            trouble = texts(f"trouble.{Trouble.named(str(alert.arguments.get('trouble')))}")
            since = _since(notice).isoformat()
            text = texts(f"alerts.{alert.kind}", source=name, since=_moment(since, texts), trouble=trouble)
        case AlertKind.SILENT:
            text = texts("alerts.silent", source=name, since=_moment(str(alert.arguments["since"]), texts))
        case AlertKind.RESHAPED | AlertKind.SHAPE_RESTORED:
            text = texts(f"alerts.{alert.kind}-{alert.arguments['aspect']}", source=name)
        case _:
            text = texts(f"alerts.{alert.kind}", source=name)
    return Screen(text=text, rows=_source_rows(notice, texts))


def _since(notice: Notice) -> datetime:
    source = notice.source
    found = source and (source.failing_since if notice.alert.kind is AlertKind.FAILING else source.fallback_since)
    return found or notice.alert.created_at


def _word_screen(notice: Notice, texts: Texts, page: int) -> Screen:
    alert = notice.alert
    word = _word(notice)
    if alert.decision is not None:
        known = {rubric.slug: rubric for rubric in notice.rubrics}
        answer = {"word": word, "editor": _decided_by(notice)}
        learned = known.get(Slug(alert.decision))
        if learned is None:
            return Screen(text=texts("alerts.word-ignored", **answer))
        rubric = escape(learned.title(texts.language))
        return Screen(text=texts("alerts.word-learned", rubric=rubric, **answer))
    buttons = [
        InlineKeyboardButton(
            text=_rubric_label(rubric, texts), callback_data=WordButton(alert=alert.id, slug=rubric.slug).pack()
        )
        for rubric in notice.rubrics
    ]
    none = InlineKeyboardButton(
        text=texts("alerts.word-none"), callback_data=WordButton(alert=alert.id, slug="").pack()
    )
    rows = paged(buttons, page, turn=lambda number: WordPageButton(alert=alert.id, page=number).pack(), texts=texts)
    text = texts("alerts.unknown-rubric", word=word, article=_article(notice))
    return Screen(text=text, rows=(*rows, (none,)))


def _held_screen(notice: Notice, texts: Texts) -> Screen:
    alert = notice.alert
    name = name_of(notice.source) if notice.source else ""
    if alert.decision is not None:
        decided = texts(f"alerts.released-{Release(alert.decision)}", source=name, editor=_decided_by(notice))
        return Screen(text=decided, rows=_source_rows(notice, texts))
    if notice.held is None:
        return Screen(text=texts("alerts.held-no-more", source=name), rows=_source_rows(notice, texts))
    text = texts(
        "alerts.held",
        source=name,
        count=notice.held.count,
        earliest=texts.day_and_time(notice.held.earliest),
        latest=texts.day_and_time(notice.held.latest),
    )
    return Screen(text=text, rows=release_rows(alert.id, texts))


def _article_screen(notice: Notice, texts: Texts) -> Screen:
    alert, article = notice.alert, notice.article
    paragraphs = [texts(f"alerts.{alert.kind}", article=_article(notice)), texts("alerts.posts", count=notice.posts)]
    if alert.decision is not None:
        paragraphs.append(texts("alerts.left", editor=_decided_by(notice)))
        return Screen(text="\n\n".join(paragraphs))
    leave = InlineKeyboardButton(text=texts("alerts.leave"), callback_data=LeaveButton(alert=alert.id).pack())
    row: Row = (leave,)
    if article is not None and article.url is not None and linkable(article.url):
        row = (InlineKeyboardButton(text=texts("alerts.open"), url=article.url), leave)
    return Screen(text="\n\n".join(paragraphs), rows=(row,))


def _uncertain_screen(notice: Notice, texts: Texts) -> Screen:
    alert = notice.alert
    about = {"channel": _channel(notice), "message": _message(notice, texts)}
    if alert.decision is not None:
        decided = texts(f"alerts.uncertain-{Sighting(alert.decision)}", editor=_decided_by(notice), **about)
        return Screen(text=decided)
    row = tuple(
        InlineKeyboardButton(
            text=texts(f"alerts.sighting-{answer}"), callback_data=SightingButton(alert=alert.id, answer=answer).pack()
        )
        for answer in Sighting
    )
    return Screen(text=texts("alerts.uncertain", since=texts.day_and_time(alert.created_at), **about), rows=(row,))


def _channel_screen(notice: Notice, texts: Texts) -> Screen:
    if notice.alert.kind is AlertKind.LOST:
        return Screen(text=texts("channels.lost", channel=_channel(notice)))
    if notice.alert.kind is AlertKind.TOPIC:
        return _topic_screen(notice, texts)
    lack = Lack(str(notice.alert.arguments["lack"]))
    return Screen(text=texts(f"channels.barred-{lack}", channel=_channel(notice)))


def _topic_screen(notice: Notice, texts: Texts) -> Screen:
    topic = TopicId(int(notice.alert.arguments["topic"]))
    why = "general" if topic == GENERAL else Shutting(str(notice.alert.arguments["why"]))
    name = one_line(str(notice.alert.arguments["name"])) or f"#{topic}"
    return Screen(text=texts(f"topics.told-{why}", channel=_channel(notice), topic=escape(name)))


def _channel(notice: Notice) -> str:
    return escape(one_line(notice.channel.title)) if notice.channel else ""


def _message(notice: Notice, texts: Texts) -> str:
    """What an uncertain message was about."""
    return _article(notice) if notice.alert.article_id is not None else texts("alerts.a-ticker")


def _source_rows(notice: Notice, texts: Texts) -> tuple[Row, ...]:
    if notice.source is None:
        return ()
    data = SourceButton(source=notice.source.id, wish=Wish.LOOK).pack()
    return ((InlineKeyboardButton(text=texts("alerts.to-source"), callback_data=data),),)


def _listed(notice: Notice, texts: Texts) -> str:
    aspect = notice.alert.arguments.get("aspect")
    match notice.alert.kind:
        case AlertKind.UNKNOWN_RUBRIC:
            return f"<b>{_word(notice)}</b>"
        case AlertKind.GONE | AlertKind.RETRACTED:
            return _article(notice)
        case AlertKind.UNCERTAIN:
            return f"{_channel(notice)}: {_message(notice, texts)}"
        case AlertKind.HELD:
            name = name_of(notice.source) if notice.source else ""
            return f"{name}: {texts('alerts.held-count', count=notice.held.count if notice.held else 0)}"
        case AlertKind.RESHAPED | AlertKind.SHAPE_RESTORED:
            name = name_of(notice.source) if notice.source else ""
            return f"{name}: {texts(f'alerts.aspect-{aspect}')}"
        case _:
            return name_of(notice.source) if notice.source else ""


def _label(notice: Notice) -> str:
    """Plain, for a button."""
    if notice.alert.kind is AlertKind.UNKNOWN_RUBRIC:
        words = str(notice.alert.arguments["word"])
    elif notice.source is not None and notice.alert.kind is AlertKind.HELD:
        words = notice.source.spec.name
    elif notice.channel is not None:
        words = f"{notice.channel.title}: {notice.article.title}" if notice.article else notice.channel.title
    else:
        words = notice.article.title if notice.article else ""
    words = one_line(words)
    return words if len(words) <= _MAX_LABEL else f"{words[: _MAX_LABEL - 1]}…"


def _rubric_label(rubric: Rubric, texts: Texts) -> str:
    return f"{rubric.emoji} {rubric.title(texts.language)}".strip()


def _word(notice: Notice) -> str:
    return escape(one_line(str(notice.alert.arguments["word"])))


def _article(notice: Notice) -> str:
    article = notice.article
    return cut(link(one_line(article.title), article.url), _MAX_TITLE) if article else ""


def _decided_by(notice: Notice) -> str:
    return escape(one_line(notice.alert.decided_by or ""))


def _moment(iso: str, texts: Texts) -> str:
    return texts.day_and_time(datetime.fromisoformat(iso))
