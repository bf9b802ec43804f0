"""Who and what there is: people, chats, messages. Plain state; the rules that change it are in methods.py and world.py."""

import asyncio
import contextlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.sandbox.bot_api.entities import Entity
from bot.sandbox.bot_api.page_html import to_html

MAX_MESSAGES = 10_000
MAX_TOASTS = 20
MAX_ACTIONS = 2_000
FIRST_OF_THE_CROWD = 20_001

# Every right of ChatMemberAdministrator; can_send_welcome_messages is newer than Bot API 10.1 and yet required by aiogram 3.31.
RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_post_messages",
    "can_edit_messages",
    "can_delete_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_direct_messages",
    "can_manage_tags",
    "can_send_welcome_messages",
    "can_promote_members",
)
# What a client ticks by itself when a bot is added to a channel.
USUAL_RIGHTS = {
    right: right not in {"can_promote_members", "can_restrict_members", "can_pin_messages", "can_manage_topics"}
    for right in RIGHTS
}


# Rights that exist in channels alone; Telegram leaves them out of what it says of a group's administrators.
CHANNEL_RIGHTS = frozenset({"can_post_messages", "can_edit_messages", "can_manage_direct_messages"})
# Those of supergroups alone, which it leaves out everywhere else.
FORUM_RIGHTS = frozenset({"can_manage_topics"})
# Whose name stands before what a group's anonymous administrators do.
ANONYMOUS: dict[str, object] = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


class Status(StrEnum):
    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


class Changes:
    """A version that grows with each change, and a way to wait for the next one."""

    def __init__(self) -> None:
        self.version = 1
        self._next = asyncio.Event()
        self._awaited = False

    def happened(self) -> None:
        self.version += 1
        if self._awaited:
            self._awaited = False
            self._next.set()
            self._next = asyncio.Event()

    async def wait_beyond(self, version: int, seconds: float) -> None:
        """Return at once when there is something newer than `version`, else at the next change or after `seconds`."""
        if self.version > version:
            return
        self._awaited = True
        # Not wait_for: before Python 3.12 it loses a cancellation that comes in the moment of a change.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._next.wait()


@dataclass(slots=True, kw_only=True)
class Person:
    id: int
    name: str
    username: str
    language: str
    in_crowd: bool = False
    has_blocked_bot: bool = False
    is_deactivated: bool = False

    def answer(self) -> dict[str, object]:
        user: dict[str, object] = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        user["language_code"] = self.language
        return user


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    file_id: str
    url: str
    size: int = 0

    def answer(self) -> list[dict[str, object]]:
        sizes: list[dict[str, object]] = []
        for name, width, height in (("s", 320, 180), ("x", 1280, 720)):
            size: dict[str, object] = {
                "file_id": f"{self.file_id}-{name}",
                "file_unique_id": f"u{self.file_id}-{name}",
                "width": width,
                "height": height,
            }
            if self.size:
                size["file_size"] = self.size
            sizes.append(size)
        return sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class RichContent:
    """The blocks of a rich message as the Bot API writes them, their words, and how the page shows them."""

    blocks: list[dict[str, object]]
    text: str
    html: str
    is_rtl: bool

    def answer(self) -> dict[str, object]:
        known: dict[str, object] = {"blocks": self.blocks}
        return known | ({"is_rtl": True} if self.is_rtl else {})


Keyboard = list[list[dict[str, object]]]


@dataclass(slots=True, kw_only=True)
class Message:
    message_id: int
    date: int
    sender: Literal["bot", "user", "channel"]
    author: Person | None
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: Keyboard = field(default_factory=list)
    has_reply_keyboard: bool = False
    replies: Keyboard = field(default_factory=list)
    preview: dict[str, object] | None = None
    photo: Photo | None = None
    # Its words are the text, too.
    rich: RichContent | None = None
    caption_above: bool = False
    is_silent: bool = False
    is_protected: bool = False
    edit_date: int | None = None
    is_deleted: bool = False
    forward_origin: dict[str, object] | None = None
    reply_to: int | None = None
    # Its media_group_id.
    album: str | None = None
    # In the name of the group, by one of its administrators.
    is_anonymous: bool = False
    # What Telegram itself says in a chat: a new title, a move.
    service: dict[str, object] = field(default_factory=dict)
    # Of a forum; None: General.
    topic: int | None = None

    def preview_shown(self) -> dict[str, object] | None:
        """The web page a client shows: the one asked for, else that of the first link in the text."""
        if self.photo is not None or self.rich is not None:
            return None
        options = self.preview or {}
        url = options.get("url") or next(
            (e.url or self._addressed(e) for e in self.entities if e.type in {"text_link", "url"}), None
        )
        if not url and not options:
            return None
        return {
            "url": url or "",
            "show_above_text": bool(options.get("show_above_text")),
            "prefer_large_media": bool(options.get("prefer_large_media")),
            "is_disabled": bool(options.get("is_disabled")),
        }

    def _html(self) -> str:
        if self.rich is not None:
            return self.rich.html
        return to_html(self.text, self.entities) if self.text else _service(self.service)

    def _addressed(self, entity: Entity) -> str:
        shown = self.text.encode("utf-16-le")[entity.offset * 2 : entity.end * 2].decode("utf-16-le")
        return shown if "://" in shown else f"http://{shown}"

    def shown(self, sender_name: str) -> dict[str, object]:
        """The message as the page and the test client see it."""
        return {
            "message_id": self.message_id,
            "date": self.date,
            "edit_date": self.edit_date,
            "from": self.sender,
            "sender_name": sender_name,
            "text": self.text,
            "html": self._html(),
            "is_rich": self.rich is not None,
            "buttons": [
                [{"text": b["text"], "callback_data": b.get("callback_data"), "url": b.get("url")} for b in row]
                for row in self.keyboard
            ],
            "keys": [[{"text": key["text"], "asks": _asks(key)} for key in row] for row in self.replies],
            "preview": self.preview_shown(),
            "photo": self.photo.url if self.photo else None,
            "album": self.album,
            "silent": self.is_silent,
            "deleted": self.is_deleted,
            "reply_to": self.reply_to,
            "topic": self.topic,
        }


def _asks(key: dict[str, object]) -> str | None:
    """The kind of chat that a key lets one choose."""
    request = key.get("request_chat")
    if not isinstance(request, dict):
        return None
    return "channel" if request["chat_is_channel"] else "group"


# What the page shows of a message in which Telegram itself speaks.
_SERVICE = {
    "new_chat_title": "The title has changed",
    "migrate_to_chat_id": "The group is a supergroup now",
    "migrate_from_chat_id": "The group was upgraded",
    "chat_shared": "A chat was chosen",
    "forum_topic_created": "The topic was created",
    "forum_topic_edited": "The topic has another name",
    "forum_topic_closed": "The topic was closed",
    "forum_topic_reopened": "The topic was opened again",
}


def _service(service: dict[str, object]) -> str:
    return "".join(f"<i>{_SERVICE[name]}</i>" for name in service if name in _SERVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A line of a channel's "Recent actions": what was done to a message, and what it said then."""

    at: datetime
    kind: Literal["posted", "edited", "deleted", "pinned", "unpinned"]
    message_id: int
    text: str
    entities: tuple[Entity, ...]
    is_silent: bool

    def shown(self) -> dict[str, object]:
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "message_id": self.message_id,
            "text": self.text,
            "html": to_html(self.text, self.entities),
            "silent": self.is_silent,
        }


@dataclass(slots=True, kw_only=True)
class ForumTopic:
    """`is_of_bot`: the bot created it, and may write in it though it is closed."""

    id: int
    name: str
    is_closed: bool = False
    is_of_bot: bool = False


@dataclass(slots=True, kw_only=True)
class Toast:
    id: int
    user_id: int
    text: str
    alert: bool


@dataclass(slots=True, kw_only=True)
class Chat:
    id: int
    kind: Literal["private", "channel", "group", "supergroup"]
    title: str
    person: Person | None = None
    username: str = ""
    bot_status: Status = Status.MEMBER
    bot_has_been_in: bool = False
    bot_rights: dict[str, bool] = field(default_factory=dict)
    admins: dict[int, dict[str, bool]] = field(default_factory=dict)
    creator_id: int | None = None
    # A group's people who administer nothing.
    members: set[int] = field(default_factory=set)
    # The supergroup that this group has become.
    moved_to: int | None = None
    is_forum: bool = False
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    general_is_closed: bool = False
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    toasts: list[Toast] = field(default_factory=list)
    # In the order of sending: the newest is the one that is shown.
    pinned: list[int] = field(default_factory=list)
    actions: deque[Action] = field(default_factory=lambda: deque(maxlen=MAX_ACTIONS))
    last_id: int = 0
    changes: Changes = field(default_factory=Changes)

    @property
    def is_channel(self) -> bool:
        return self.kind == "channel"

    @property
    def is_group(self) -> bool:
        return self.kind in {"group", "supergroup"}

    @property
    def bot_is_in(self) -> bool:
        return self.bot_status in {Status.ADMINISTRATOR, Status.MEMBER}

    @property
    def in_crowd(self) -> bool:
        return self.person is not None and self.person.in_crowd

    def answer(self) -> dict[str, object]:
        if self.person is not None:
            known: dict[str, object] = {"id": self.id, "first_name": self.person.name}
            if self.person.username:
                known["username"] = self.person.username
        else:
            known = {"id": self.id, "title": self.title}
            if self.username:
                known["username"] = self.username
        known["type"] = self.kind
        if self.is_forum:
            known["is_forum"] = True
        return known

    def keep(self, message: Message) -> None:
        self.messages[message.message_id] = message
        if len(self.messages) > MAX_MESSAGES:
            self.messages.popitem(last=False)

    def note(
        self, kind: Literal["posted", "edited", "deleted", "pinned", "unpinned"], message: Message, at: datetime
    ) -> None:
        """Telegram keeps such a log of channels; of a private chat nobody asks."""
        if self.is_channel:
            self.actions.append(
                Action(
                    at=at,
                    kind=kind,
                    message_id=message.message_id,
                    text=message.text,
                    entities=message.entities,
                    is_silent=message.is_silent,
                )
            )

    def remove(self, message: Message, at: datetime) -> None:
        """Deleted messages hang above the chat no longer."""
        message.is_deleted = True
        if message.message_id in self.pinned:
            self.pinned.remove(message.message_id)
        self.note("deleted", message, at)

    def visible(self, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return None if message is None or message.is_deleted else message

    def bot_may(self, right: str) -> bool:
        return self.bot_status is Status.ADMINISTRATOR and self.bot_rights.get(right, False)
