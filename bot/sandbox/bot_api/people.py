"""What people do: write, tap, block, make channels, hire and dismiss the bot. Their acts come in, updates for the bot go out."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.bot_api.acting import Acting, ImpossibleError
from bot.sandbox.bot_api.chats import (
    FIRST_OF_THE_CROWD,
    MAX_TOASTS,
    RIGHTS,
    USUAL_RIGHTS,
    Chat,
    Message,
    Person,
    Status,
    Toast,
)
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.world import World

MAX_CROWD = 20_000
MAX_ANSWER = 200
# Telegram forgets a query the bot has not answered by then.
QUERY_LIVES = timedelta(seconds=150)
MAX_QUERIES = 10_000


@dataclass(slots=True, kw_only=True)
class Query:
    person: Person
    chat: Chat
    until: datetime
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    toast: Toast | None = None


class People(Acting):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._queries: dict[str, Query] = {}
        self._next_query = 4_300_000_000_000_001
        self._next_toast = 1

    def says(self, user_id: int, text: str) -> Message:
        person = self._person(user_id)
        if person.has_blocked_bot:
            if not text.startswith("/start"):
                raise ImpossibleError(f"{person.name} has blocked the bot.")
            self.blocks(user_id, blocked=False)
        chat = self._opened(person)
        message = self._write(chat, person, text)
        self._hear(chat)
        self._world.updates.add("message", self._world.answer(chat, message), f"chat {chat.id}")
        return message

    def taps(self, user_id: int, chat_id: int, message_id: int, data: str) -> Query:
        """Any data is let through: a client that is not Telegram's own can send what it likes."""
        person, chat = self._person(user_id), self._chat(chat_id)
        if chat.person is not None and chat.person is not person:
            raise ImpossibleError(f"{person.name} is not in this chat.")
        message = chat.visible(message_id)
        if message is None:
            raise ImpossibleError("There is no such message any more.")
        query_id, self._next_query = str(self._next_query), self._next_query + 1
        query = Query(person=person, chat=chat, until=self._world.clock.now() + QUERY_LIVES)
        self._queries[query_id] = query
        if len(self._queries) > MAX_QUERIES:
            del self._queries[next(iter(self._queries))]
        self._hear(chat)
        self._world.updates.add(
            "callback_query",
            {
                "id": query_id,
                "from": person.answer(),
                "message": self._world.answer(chat, message),
                "chat_instance": str(chat.id * 7919),
                "data": data,
            },
            f"user {person.id}",
        )
        return query

    def answer(self, params: Params) -> object:
        """answerCallbackQuery: a late or a second answer is refused."""
        query = self._queries.pop(params.text("callback_query_id"), None)
        if query is None or query.until <= self._world.clock.now():
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        text = params.text("text")
        if len(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        query.toast = Toast(id=self._next_toast, user_id=query.person.id, text=text, alert=params.flag("show_alert"))
        self._next_toast += 1
        query.answered.set()
        if text:
            query.chat.toasts = [*query.chat.toasts, query.toast][-MAX_TOASTS:]
            self._world.changed(query.chat)
        return True

    def blocks(self, user_id: int, *, blocked: bool) -> None:
        person = self._person(user_id)
        chat = self._world.chats.get(user_id)
        if chat is None:
            raise ImpossibleError(f"{person.name} has not opened the bot.")
        if person.has_blocked_bot == blocked:
            return
        person.has_blocked_bot = blocked
        before, after = (Status.MEMBER, Status.KICKED) if blocked else (Status.KICKED, Status.MEMBER)
        self._tell_membership(chat, person, (before, {}), (after, {}))

    def deactivates(self, user_id: int) -> None:
        """They delete their account, of which no update tells."""
        self._person(user_id).is_deactivated = True

    def creates_channel(self, user_id: int, title: str, username: str = "") -> Chat:
        person = self._person(user_id)
        if not title.strip():
            raise ImpossibleError("A channel needs a title.")
        chat = Chat(
            id=self._world.next_chat_id(),
            kind="channel",
            title=title.strip(),
            username=username,
            bot_status=Status.LEFT,
            creator_id=person.id,
        )
        self._world.chats[chat.id] = chat
        self._world.changed(chat)
        return chat

    def promotes_bot(
        self, user_id: int, chat_id: int, rights: dict[str, bool] | None = None, *, anonymously: bool = False
    ) -> None:
        """`anonymously`: the update names Telegram's own bot instead of the person."""
        person, chat = self._administrator(user_id, chat_id)
        unknown = set(rights or {}) - set(RIGHTS)
        if unknown:
            raise ImpossibleError(f"There is no such right: {', '.join(sorted(unknown))}.")
        before = (chat.bot_status, chat.bot_rights)
        chat.bot_rights = {**(self._world.default_rights or USUAL_RIGHTS), "can_manage_chat": True, **(rights or {})}
        chat.bot_status = Status.ADMINISTRATOR
        chat.bot_has_been_in = True
        self._tell_membership(chat, person, before, (chat.bot_status, chat.bot_rights), anonymously=anonymously)

    def renames(self, user_id: int, chat_id: int, title: str) -> None:
        """The chat itself says so, in a channel as a post."""
        person, chat = self._administrator(user_id, chat_id)
        chat.title = title.strip()
        self._announces(chat, {"new_chat_title": chat.title}, person)

    def sets_username(self, user_id: int, chat_id: int, username: str) -> None:
        """Public under another name, or private with none: Telegram tells nobody."""
        _, chat = self._administrator(user_id, chat_id)
        chat.username = username
        self._world.changed(chat)

    def dismisses_bot(self, user_id: int, chat_id: int, *, banned: bool = True) -> None:
        person, chat = self._administrator(user_id, chat_id)
        if not chat.bot_is_in:
            raise ImpossibleError("The bot is not in this channel.")
        before = (chat.bot_status, chat.bot_rights)
        chat.bot_status, chat.bot_rights = Status.KICKED if banned else Status.LEFT, {}
        self._tell_membership(chat, person, before, (chat.bot_status, {}))

    def makes_administrator(self, chat_id: int, user_id: int, *, administrator: bool) -> None:
        person, chat = self._person(user_id), self._channel(chat_id)
        if person.id == chat.creator_id:
            raise ImpossibleError(f"{person.name} owns this channel.")
        if administrator:
            chat.admins[person.id] = dict(USUAL_RIGHTS)
        else:
            chat.admins.pop(person.id, None)
        self._world.changed(chat)

    def posts(self, user_id: int, chat_id: int, text: str) -> Message:
        """A person's own post in a channel; the bot hears of it when it is there."""
        person, chat = self._administrator(user_id, chat_id)
        message = self._write(chat, person, text)
        if chat.bot_status is Status.ADMINISTRATOR:
            self._world.updates.add("channel_post", self._world.answer(chat, message), f"chat {chat.id}")
        return message

    def deletes(self, user_id: int, chat_id: int, message_id: int) -> None:
        chat = self._chat(chat_id)
        if chat.person is None:
            self._administrator(user_id, chat_id)
        elif chat.id != user_id:
            raise ImpossibleError("This is not their chat.")
        message = chat.visible(message_id)
        if message is None:
            raise ImpossibleError("There is no such message.")
        chat.remove(message, self._world.clock.now())
        self._world.changed(chat)

    def gathers_crowd(self, count: int, language: str, says: str = "") -> list[int]:
        """Readers who have pressed Start; with `says` the bot hears each of them say it."""
        if not 0 < count <= MAX_CROWD:
            raise ImpossibleError(f"A crowd is 1 to {MAX_CROWD} people.")
        first = FIRST_OF_THE_CROWD + sum(1 for person in self._world.people.values() if person.in_crowd)
        ids = list(range(first, first + count))
        for number in ids:
            name = f"Reader {number - FIRST_OF_THE_CROWD + 1}"
            person = Person(id=number, name=name, username="", language=language, in_crowd=True)
            self._world.people[number] = person
            self._opened(person)
            if says:
                self.says(number, says)
        return ids
