"""What every act of people needs: who and where, the message that it leaves, the update that the bot hears."""

from bot.sandbox.bot_api.chats import ANONYMOUS, Chat, Message, Person, Status
from bot.sandbox.bot_api.text import formatted
from bot.sandbox.bot_api.world import World


class ImpossibleError(Exception):
    """What a person cannot do in Telegram either; the page shows the sentence."""


class Acting:
    def __init__(self, world: World) -> None:
        self._world = world

    def _person(self, user_id: int) -> Person:
        person = self._world.people.get(user_id)
        if person is None:
            raise ImpossibleError(f"Nobody has the id {user_id}.")
        return person

    def _chat(self, chat_id: int) -> Chat:
        chat = self._world.chats.get(chat_id)
        if chat is None:
            raise ImpossibleError(f"There is no chat {chat_id}.")
        return chat

    def _channel(self, chat_id: int) -> Chat:
        """A group has administrators just so."""
        chat = self._chat(chat_id)
        if chat.person is not None:
            raise ImpossibleError("This is not a channel.")
        return chat

    def _is_in(self, chat: Chat, person: Person) -> bool:
        return person.id == chat.creator_id or person.id in chat.admins or person.id in chat.members

    def _administrator(self, user_id: int, chat_id: int) -> tuple[Person, Chat]:
        person, chat = self._person(user_id), self._channel(chat_id)
        if person.id != chat.creator_id and person.id not in chat.admins:
            raise ImpossibleError(f"{person.name} is not an administrator of {chat.title}.")
        return person, chat

    def _opened(self, person: Person) -> Chat:
        chat = self._world.chats.get(person.id)
        if chat is None:
            chat = Chat(id=person.id, kind="private", title=person.name, person=person)
            self._world.chats[person.id] = chat
        return chat

    def _write(
        self, chat: Chat, person: Person, text: str, *, anonymously: bool = False, topic: int | None = None
    ) -> Message:
        content = formatted(text, None)
        if not content.text:
            raise ImpossibleError("A message needs a text.")
        message = Message(
            message_id=self._world.next_message_id(chat),
            date=self._world.now(),
            sender="channel" if chat.is_channel else "user",
            author=person,
            text=content.text,
            entities=content.entities,
            is_anonymous=anonymously,
            topic=topic,
        )
        chat.keep(message)
        self._world.changed(chat)
        return message

    def _hear(self, chat: Chat) -> None:
        if self._world.limits is not None and chat.person is not None:
            self._world.limits.heard(chat.id, self._world.clock.now().timestamp())

    def _tell_membership(
        self,
        chat: Chat,
        person: Person,
        before: tuple[Status, dict[str, bool]],
        after: tuple[Status, dict[str, bool]],
        *,
        anonymously: bool = False,
    ) -> None:
        self._world.changed(chat)
        self._world.updates.add(
            "my_chat_member",
            {
                "chat": chat.answer(),
                "from": ANONYMOUS if anonymously else person.answer(),
                "date": self._world.now(),
                "old_chat_member": self._world.bot_member(chat, *before),
                "new_chat_member": self._world.bot_member(chat, *after),
            },
            f"chat {chat.id}",
        )

    def _announces(self, chat: Chat, service: dict[str, object], person: Person) -> None:
        """What happened to a chat stands in it, and whoever is in it hears of it."""
        message = Message(
            message_id=self._world.next_message_id(chat),
            date=self._world.now(),
            sender="channel" if chat.is_channel else "user",
            author=person,
            text="",
            service=service,
        )
        chat.keep(message)
        self._world.changed(chat)
        if chat.person is not None or chat.bot_is_in:
            kind = "channel_post" if chat.is_channel else "message"
            self._world.updates.add(kind, self._world.answer(chat, message), f"chat {chat.id}")
