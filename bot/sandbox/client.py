"""People of the sandbox for tests: they write, tap and look, over HTTP only, against any running sandbox.

    async with SandboxClient(url) as telegram:
        alice = telegram.person("alice")
        await alice.sends("/rubrics")
        toast = await alice.taps("Foreign policy")
        message = await alice.sees("Subscribed")

What is waited for is waited for by long poll, never by sleeping; what does not come is an AssertionError that shows the chat.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

CAST = {"alice": 1001, "bob": 1002, "camilla": 1003, "edgar": 1004, "olga": 1005}
PATIENCE = 5.0
_SHOWN = 5
_LONGEST_WAIT = 30.0
# The topic that every forum has; messages there say None.
GENERAL = 1


class NotSeenError(AssertionError):
    """Something was not on the screen; the text tells what was."""


class SandboxError(Exception):
    """The sandbox says that this cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    text: str
    callback_data: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    url: str
    show_above_text: bool
    prefer_large_media: bool
    is_disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    chat_id: int
    message_id: int
    date: int
    edit_date: int | None
    sender: Literal["bot", "user", "channel"]
    sender_name: str
    text: str
    html: str
    buttons: tuple[tuple[Button, ...], ...]
    keys: tuple[str, ...]
    preview: Preview | None
    photo: str | None
    album: str | None
    is_silent: bool
    is_deleted: bool
    reply_to: int | None
    is_rich: bool
    topic: int | None

    @property
    def button_texts(self) -> list[str]:
        return [button.text for row in self.buttons for button in row]

    def button(self, text: str) -> Button | None:
        return next((button for row in self.buttons for button in row if text in button.text), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What was done to a message of a channel, and what it said then."""

    at: datetime
    kind: Literal["posted", "edited", "deleted", "pinned", "unpinned"]
    message_id: int
    text: str
    html: str
    is_silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    number: int
    monotonic: float
    at: str
    method: str
    chat_id: int | str | None
    outcome: str
    message_id: int | None

    @property
    def is_ok(self) -> bool:
        return self.outcome == "ok"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as somebody who looks at it sees it."""

    telegram: "SandboxClient"
    id: int
    title: str

    async def messages(self, *, with_deleted: bool = False) -> list[Message]:
        """Oldest first."""
        state = await self.telegram.chat_state(self.id)
        return [message for message in _messages(state) if with_deleted or not message.is_deleted]

    async def posts(self) -> list[Message]:
        """What the bot wrote and is still there."""
        return [message for message in await self.messages() if message.sender == "bot"]

    async def sees(self, text: str, *, within: float = PATIENCE, after: Message | None = None) -> Message:
        """The newest message of the bot with this text; `after` asks for one that is newer than that."""

        def wanted(message: Message) -> bool:
            return text in message.text and (after is None or message.message_id > after.message_id)

        return await self._waits(wanted, within, f"{text!r} was not seen")

    async def sees_button(self, text: str, *, within: float = PATIENCE) -> tuple[Message, Button]:
        """The newest message of the bot with a button whose text holds this."""
        message = await self._waits(lambda m: m.button(text) is not None, within, f"no button {text!r} was seen")
        button = message.button(text)
        if button is None:
            raise NotSeenError(f"no button {text!r} was seen in {self.title}")
        return message, button

    async def does_not_see(self, text: str) -> None:
        """As it is now: await first what would have come later than the text."""
        messages = await self.posts()
        if any(text in message.text for message in messages):
            raise NotSeenError(f"{text!r} was seen in {self.title}\n{_shown(messages)}")

    async def sees_no_longer(self, text: str, *, within: float = PATIENCE) -> None:
        """Until a message with this text is gone, deleted or edited away."""

        def gone(messages: list[Message]) -> bool:
            return not any(text in message.text for message in messages)

        await self._waits_for_all(gone, within, f"{text!r} is still seen")

    async def pinned(self) -> Message | None:
        state = await self.telegram.chat_state(self.id)
        number = state["pinned_message_id"] if state else None
        return next((message for message in _messages(state) if message.message_id == number), None)

    async def comes_to_pin(self, message: Message, *, within: float = PATIENCE) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        version = 0
        while True:
            left = max(0.0, until - loop.time())
            state, version = await self.telegram.chat_state_after(self.id, version, left)
            if state is not None and state["pinned_message_id"] == message.message_id:
                return
            if left == 0:
                raise NotSeenError(f"#{message.message_id} was not pinned in {self.title} within {within:g} s")

    async def bot_status(self) -> str:
        state = await self.telegram.chat_state(self.id)
        return str(state["bot_status"]) if state else "left"

    async def _waits(self, wanted: Callable[[Message], bool], within: float, otherwise: str) -> Message:
        chosen: list[Message] = []

        def any_wanted(messages: list[Message]) -> bool:
            chosen[:] = [message for message in messages if wanted(message)]
            return bool(chosen)

        await self._waits_for_all(any_wanted, within, otherwise)
        return chosen[-1]

    async def _waits_for_all(self, wanted: Callable[[list[Message]], bool], within: float, otherwise: str) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        version = 0
        while True:
            left = until - loop.time()
            state, version = await self.telegram.chat_state_after(self.id, version, max(0.0, left))
            visible = [message for message in _messages(state) if not message.is_deleted]
            if wanted([message for message in visible if message.sender == "bot"]):
                return
            if left <= 0:
                raise NotSeenError(f"{otherwise} in {self.title} within {within:g} s\n{_shown(visible)}")


@dataclass(frozen=True, slots=True)
class Channel(Chat):
    """A channel, and what its administrators see and do there."""

    async def topics(self) -> dict[str, int]:
        """Those of a forum by their names, General apart."""
        state = await self.telegram.chat_state(self.id)
        return {item["name"]: item["id"] for item in state["topics"]} if state else {}

    async def recent_actions(self) -> list[Action]:
        """Oldest first."""
        return [
            Action(
                at=datetime.fromisoformat(item["at"]),
                kind=item["kind"],
                message_id=item["message_id"],
                text=item["text"],
                html=item["html"],
                is_silent=item["silent"],
            )
            for item in await self.telegram.recent_actions(self.id)
        ]


@dataclass(frozen=True, slots=True)
class Person(Chat):
    """One of the people; the chat is their private one with the bot."""

    async def deletes_account(self) -> None:
        await self.telegram.act("deactivate", user_id=self.id)

    async def sends(self, text: str) -> None:
        await self.telegram.act("say", user_id=self.id, text=text)

    async def opens_link(self, payload: str = "") -> None:
        """The bot's link t.me/…?start=payload, then Start."""
        await self.telegram.act("open_link", user_id=self.id, payload=payload)

    async def taps(self, text: str, *, chat: Chat | None = None, within: float = PATIENCE) -> str:
        """The button whose text holds `text`, on the newest message that has one; gives the toast it caused."""
        message, button = await (chat or self).sees_button(text, within=within)
        if button.callback_data is None:
            raise NotSeenError(f"the button {button.text!r} only opens {button.url}")
        return await self.presses(message, button.callback_data, within=within)

    async def presses(self, message: Message, callback_data: str, *, within: float = PATIENCE) -> str:
        """As `taps`, with data of one's own making: an old button, or a forged one."""
        answer = await self.telegram.act(
            "tap",
            user_id=self.id,
            chat_id=message.chat_id,
            message_id=message.message_id,
            callback_data=callback_data,
            wait=within,
        )
        if answer["answer"] is None:
            raise NotSeenError(f"the bot did not answer the button {callback_data!r} in {self.title}")
        return str(answer["answer"]["text"])

    async def blocks_bot(self) -> None:
        await self.telegram.act("block", user_id=self.id, blocked=True)

    async def unblocks_bot(self) -> None:
        await self.telegram.act("block", user_id=self.id, blocked=False)

    async def creates_channel(self, title: str, username: str = "") -> Channel:
        answer = await self.telegram.act("channels", user_id=self.id, title=title, username=username)
        return Channel(self.telegram, int(answer["chat_id"]), title)

    async def creates_group(self, title: str, *members: "Person", is_super: bool = False) -> Channel:
        ids = [member.id for member in members]
        answer = await self.telegram.act("groups", user_id=self.id, title=title, members=ids, is_super=is_super)
        return Channel(self.telegram, int(answer["chat_id"]), title)

    async def adds_bot(self, group: Channel) -> None:
        """As a plain member."""
        await self.telegram.act("add_bot", user_id=self.id, chat_id=group.id)

    async def says_in(self, group: Channel, text: str, *, anonymously: bool = False, topic: int | None = None) -> None:
        await self.telegram.act(
            "group_message", user_id=self.id, chat_id=group.id, text=text, anonymously=anonymously, topic=topic
        )

    async def creates_forum(self, title: str, *members: "Person") -> Channel:
        forum = await self.creates_group(title, *members, is_super=True)
        await self.turns_topics(forum, is_on=True)
        return forum

    async def turns_topics(self, group: Channel, *, is_on: bool) -> None:
        await self.telegram.act("turn_topics", user_id=self.id, chat_id=group.id, is_on=is_on)

    async def creates_topic(self, forum: Channel, name: str) -> int:
        answer = await self.telegram.act("topics", user_id=self.id, chat_id=forum.id, title=name)
        return int(answer["topic"])

    async def renames_topic(self, forum: Channel, topic: int, name: str) -> None:
        await self.telegram.act("rename_topic", user_id=self.id, chat_id=forum.id, topic=topic, title=name)

    async def closes_topic(self, forum: Channel, topic: int = GENERAL) -> None:
        await self.telegram.act("close_topic", user_id=self.id, chat_id=forum.id, topic=topic, is_closed=True)

    async def reopens_topic(self, forum: Channel, topic: int = GENERAL) -> None:
        await self.telegram.act("close_topic", user_id=self.id, chat_id=forum.id, topic=topic, is_closed=False)

    async def deletes_topic(self, forum: Channel, topic: int) -> None:
        await self.telegram.act("delete_topic", user_id=self.id, chat_id=forum.id, topic=topic)

    async def upgrades(self, group: Channel) -> Channel:
        """The supergroup that the group has become."""
        answer = await self.telegram.act("upgrade", user_id=self.id, chat_id=group.id)
        return Channel(self.telegram, int(answer["chat_id"]), group.title)

    async def shares(self, channel: Channel, key: str) -> None:
        """Chooses it with a key of the bot's keyboard."""
        await self.telegram.act("share", user_id=self.id, key=key, chat_id=channel.id)

    async def renames(self, channel: Channel, title: str) -> None:
        await self.telegram.act("rename", user_id=self.id, chat_id=channel.id, title=title)

    async def sets_username(self, channel: Channel, username: str) -> None:
        """None at all makes it private."""
        await self.telegram.act("username", user_id=self.id, chat_id=channel.id, username=username)

    async def promotes_bot(
        self, channel: Channel, rights: dict[str, bool] | None = None, *, anonymously: bool = False
    ) -> None:
        """Makes the bot administrator; `rights` change the usual ones."""
        await self.telegram.act("promote", user_id=self.id, chat_id=channel.id, rights=rights, anonymously=anonymously)

    async def dismisses_bot(self, channel: Channel, *, banned: bool = True) -> None:
        await self.telegram.act("demote", user_id=self.id, chat_id=channel.id, status="kicked" if banned else "left")

    async def becomes_administrator(self, channel: Channel) -> None:
        await self.telegram.act("admin", user_id=self.id, chat_id=channel.id, admin=True)

    async def is_administrator_no_more(self, channel: Channel) -> None:
        await self.telegram.act("admin", user_id=self.id, chat_id=channel.id, admin=False)

    async def posts_in(self, channel: Channel, text: str) -> None:
        await self.telegram.act("channel_post", user_id=self.id, chat_id=channel.id, text=text)

    async def deletes(self, message: Message) -> None:
        await self.telegram.act("delete", user_id=self.id, chat_id=message.chat_id, message_id=message.message_id)

    async def commands(self) -> dict[str, str]:
        """The command menu as this person sees it."""
        state = await self.telegram.chat_state(self.id)
        return {item["command"]: item["description"] for item in state["commands"]} if state else {}


class SandboxClient:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A tap may take 10 s, a long poll 30 s.
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LONGEST_WAIT + 15))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def person(self, who: str | int) -> Person:
        """One of the cast by name, or anybody by id."""
        if isinstance(who, str):
            return Person(self, CAST[who], who)
        return Person(self, who, f"reader {who}")

    def channel(self, chat_id: int, title: str = "the channel") -> Channel:
        return Channel(self, chat_id, title)

    async def crowd(self, count: int, *, language: str = "ru", says: str = "") -> list[Person]:
        """Readers who have pressed Start; the bot hears of it only when they say something."""
        answer = await self.act("crowd", count=count, language=language, says=says)
        return [self.person(int(number)) for number in answer["ids"]]

    async def publishes(self, title: str, **fields: object) -> str:
        """An article on the news site: lead, body, rubric, section, language, image, author, guid, at. Gives its address."""
        return str((await self.act("publish", title=title, **fields))["url"])

    async def publishes_sample(self) -> str:
        return str((await self.act("publish_sample"))["url"])

    async def corrects(self, url: str, **fields: str) -> None:
        await self.act("correct", url=url, **fields)

    async def withdraws(self, url: str) -> None:
        await self.act("withdraw", url=url)

    async def breaks_feed(self, fault: str | None) -> None:
        """None mends it again."""
        await self.act("feed", fault=fault)

    async def moves_clock(self, seconds: float) -> None:
        await self.act("clock", advance=seconds)

    async def faults(self, kind: str, **fields: object) -> None:
        """`kind` as in bot_api/faults.py; method, chat_id, count, retry_after, description and so on narrow it down."""
        await self.act("faults", kind=kind, **fields)

    async def refuses_picture(self, url: str, refusal: str | None) -> None:
        """Telegram will not fetch this address; with None it will again."""
        await self.act("pictures", url=url, refusal=refusal)

    async def clears_faults(self) -> None:
        await self.act("faults", clear=True)

    async def calls(self, method: str = "", *, after: int = 0) -> list[Call]:
        answer = await self._get("calls", {"after": str(after)})
        return [
            Call(
                number=item["n"],
                monotonic=item["monotonic"],
                at=item["at"],
                method=item["method"],
                chat_id=item["chat_id"],
                outcome=item["outcome"],
                message_id=item["message_id"],
            )
            for item in answer["calls"]
            if not method or item["method"].lower() == method.lower()
        ]

    async def recent_actions(self, chat_id: int) -> list[dict[str, Any]]:
        actions: list[dict[str, Any]] = (await self._get("recent_actions", {"chat_id": str(chat_id)}))["actions"]
        return actions

    async def state(self, *, after: int = 0, wait: float = 0.0) -> dict[str, Any]:
        return await self._get("state", {"after": str(after), "wait": str(wait)})

    async def chat_state(self, chat_id: int) -> dict[str, Any] | None:
        return (await self.chat_state_after(chat_id, 0, 0.0))[0]

    async def chat_state_after(self, chat_id: int, version: int, seconds: float) -> tuple[dict[str, Any] | None, int]:
        """The chat as soon as it is newer than `version`, at the latest after `seconds`."""
        wait = str(min(seconds, _LONGEST_WAIT))
        answer = await self._get("chat", {"chat_id": str(chat_id), "after": str(version), "wait": wait})
        return answer["chat"], int(answer["version"])

    async def act(self, name: str, **fields: object) -> dict[str, Any]:
        given = {field: value for field, value in fields.items() if value is not None}
        async with self._opened().post(f"{self.url}/sandbox/{name}", json=given) as answer:
            return await _read(answer)

    async def _get(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        async with self._opened().get(f"{self.url}/sandbox/{name}", params=query) as answer:
            return await _read(answer)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("Use the client as `async with SandboxClient(url) as telegram`.")
        return self._session


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    body: dict[str, Any] = await answer.json()
    if "error" in body:
        raise SandboxError(body["error"])
    answer.raise_for_status()
    return body


def _messages(state: dict[str, Any] | None) -> list[Message]:
    return [_message(state["id"], item) for item in state["messages"]] if state else []


def _message(chat_id: int, item: dict[str, Any]) -> Message:
    return Message(
        chat_id=chat_id,
        message_id=item["message_id"],
        date=item["date"],
        edit_date=item["edit_date"],
        sender=item["from"],
        sender_name=item["sender_name"],
        text=item["text"],
        html=item["html"],
        buttons=tuple(tuple(Button(**button) for button in row) for row in item["buttons"]),
        keys=tuple(key["text"] for row in item["keys"] for key in row),
        preview=Preview(**item["preview"]) if item["preview"] else None,
        photo=item["photo"],
        album=item["album"],
        is_silent=item["silent"],
        is_deleted=item["deleted"],
        reply_to=item["reply_to"],
        is_rich=item["is_rich"],
        topic=item["topic"],
    )


def _shown(messages: list[Message]) -> str:
    if not messages:
        return "the chat is empty"
    lines = ["the chat ends with:"]
    for message in messages[-_SHOWN:]:
        lines.append(f"  {message.sender} #{message.message_id}: {message.text}")
        lines += [f"      [{'] ['.join(button.text for button in row)}]" for row in message.buttons]
    return "\n".join(lines)
