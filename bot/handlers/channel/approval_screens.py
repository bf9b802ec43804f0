"""What an administrator sees of posts that wait: the message that asks about one, and the question about all of them at once.

The post stands below the question as it will look in the channel. It is always a text, with the picture as its preview:
Telegram turns no photo back into a text, and the same message shows the next post when this one is decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, LinkPreviewOptions
from pydantic import Field

from bot.domain.approval import APPROVAL_LIVES, Ending
from bot.domain.article import Article
from bot.handlers.screen import NO_PREVIEW, Screen, preview_of
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line, visible_length
from bot.render.message import MAX_TEXT, Message
from bot.services.approvals import Asking, Ended

HOURS = int(APPROVAL_LIVES.total_seconds() // 3600)
_MAX_TITLE = 150
# Ids are numbers that a database holds; a forged one that is longer is no button of ours.
_Id = Annotated[int, Field(ge=0, lt=2**62)]


class RequestWish(StrEnum):
    LOOK = "o"
    PUBLISH = "p"
    LEAVE_OUT = "x"
    ALL = "a"
    PUBLISH_ALL = "ap"
    LEAVE_ALL_OUT = "ax"


class RequestButton(CallbackData, prefix="cd"):
    """`revision` is the one that was shown."""

    channel: _Id
    wish: RequestWish
    article: _Id = 0
    revision: _Id = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    screen: Screen
    preview: LinkPreviewOptions


def request_view(asking: Asking, post: Message | None, texts: Texts) -> View:
    """`post` is what waits, as it would look in the channel."""
    told = f"<i>{_told(asking.ended, texts, asking.now)}</i>" if asking.ended is not None else ""
    if not asking.is_asked:
        told = "\n\n".join(filter(None, (told, texts("approval.not-asked"))))
    channel = f"<b>{escape(one_line(asking.channel.title))}</b>"
    awaiting = asking.awaiting
    if awaiting is None or post is None:
        text = "\n".join((channel, told or texts("approval.nothing-waits")))
        return View(screen=Screen(text=text), preview=NO_PREVIEW)
    since, until = (_when(each, texts, asking.now) for each in (awaiting.since, awaiting.until))
    lines = [texts("approval.question", channel=channel), texts("approval.since", since=since, until=until)]
    if asking.others:
        lines.append(texts("approval.others", count=asking.others))
    head = "\n\n".join(filter(None, (told, "\n".join(lines))))
    body = cut(post.text, MAX_TEXT - visible_length(head) - len("\n\n"))
    own = tuple(tuple(InlineKeyboardButton(text=button.text, url=button.url) for button in row) for row in post.buttons)

    def button(key: str, wish: RequestWish, **arguments: int) -> InlineKeyboardButton:
        data = RequestButton(
            channel=awaiting.channel_id, wish=wish, article=awaiting.article_id, revision=awaiting.revision
        )
        return InlineKeyboardButton(text=texts(key, **arguments), callback_data=data.pack())

    decisions = (
        button("approval.publish", RequestWish.PUBLISH),
        button("approval.leave-out", RequestWish.LEAVE_OUT),
    )
    all_at_once = ((button("approval.all", RequestWish.ALL, count=asking.others + 1),),) if asking.others else ()
    screen = Screen(text=f"{head}\n\n{body}", rows=(*own, decisions, *all_at_once))
    return View(screen=screen, preview=preview_of(post))


def all_screen(asking: Asking, articles: Sequence[Article], texts: Texts) -> Screen:
    """Whether all that waits, of which `articles` are the first, is to be published or left out."""
    count = asking.others + 1

    def button(key: str, wish: RequestWish) -> InlineKeyboardButton:
        data = RequestButton(channel=asking.channel.id, wish=wish)
        return InlineKeyboardButton(text=texts(key, count=count), callback_data=data.pack())

    lines = [f"• {_named(article)}" for article in articles]
    if more := count - len(lines):
        lines.append(f"+ {more}")
    question = texts("approval.all-question", channel=escape(one_line(asking.channel.title)), count=count)
    rows = (
        (button("approval.publish-waiting", RequestWish.PUBLISH_ALL),),
        (button("approval.leave-waiting", RequestWish.LEAVE_ALL_OUT),),
        (button("approval.back", RequestWish.LOOK),),
    )
    return Screen(text=cut("\n".join((question, "", *lines)), MAX_TEXT), rows=rows)


def _told(ended: Ended, texts: Texts, now: datetime) -> str:
    article, ruling = _named(ended.article), ended.ruling
    if ruling is not None:
        by = {"name": escape(one_line(ruling.by.name)), "at": _when(ruling.at, texts, now)}
        return texts(f"approval.ended-{ended.ending}", article=article, **by)
    hours = {"hours": HOURS} if ended.ending is Ending.EXPIRED else {}
    return texts(f"approval.ended-{ended.ending}", article=article, **hours)


def _named(article: Article) -> str:
    return cut(link(one_line(article.title), article.url), _MAX_TITLE)


def _when(instant: datetime, texts: Texts, now: datetime) -> str:
    return texts.time(instant) if texts.day(instant) == texts.day(now) else texts.day_and_time(instant)
