"""What people do in groups, and with the bot's keys that let them choose a chat."""

from bot.sandbox.bot_api.acting import Acting, ImpossibleError
from bot.sandbox.bot_api.chats import RIGHTS, Chat, Message, Status


class Groups(Acting):
    def adds_bot(self, user_id: int, chat_id: int) -> None:
        """As a plain member, which only a group can do, and there everybody can."""
        person, chat = self._person(user_id), self._chat(chat_id)
        if not chat.is_group or not self._is_in(chat, person):
            raise ImpossibleError(f"{person.name} is not in such a group.")
        before = (chat.bot_status, chat.bot_rights)
        chat.bot_status, chat.bot_rights, chat.bot_has_been_in = Status.MEMBER, {}, True
        self._tell_membership(chat, person, before, (chat.bot_status, {}))

    def says_in_group(
        self, user_id: int, chat_id: int, text: str, *, anonymously: bool = False, topic: int | None = None
    ) -> Message:
        """In privacy mode a bot that is no administrator hears commands, what mentions it, and what answers it."""
        person, chat = self._person(user_id), self._chat(chat_id)
        if not chat.is_group or chat.moved_to is not None or not self._is_in(chat, person):
            raise ImpossibleError(f"{person.name} is not in such a group.")
        if anonymously and person.id != chat.creator_id and person.id not in chat.admins:
            raise ImpossibleError("Only administrators can be anonymous.")
        if topic is not None and (not chat.is_forum or topic not in chat.topics):
            raise ImpossibleError("There is no such topic.")
        message = self._write(chat, person, text, anonymously=anonymously, topic=topic)
        is_meant = text.startswith("/") or f"@{self._world.bot.username}" in text
        if chat.bot_status is Status.ADMINISTRATOR or (chat.bot_is_in and is_meant):
            self._world.updates.add("message", self._world.answer(chat, message), f"chat {chat.id}")
        return message

    def shares_chat(self, user_id: int, key: str, chat_id: int) -> None:
        """Taps a key that lets them choose a chat: the bot gets its rights there, then hears what was chosen."""
        person, chosen = self._person(user_id), self._chat(chat_id)
        chat = self._opened(person)
        request = next(
            (
                found["request_chat"]
                for message in reversed(chat.messages.values())
                for row in message.replies
                for found in row
                if found["text"] == key and "request_chat" in found
            ),
            None,
        )
        if not isinstance(request, dict):
            raise ImpossibleError(f"There is no key {key!r} to choose a chat with.")
        if request["chat_is_channel"] is not chosen.is_channel or chosen.person is not None:
            raise ImpossibleError("Telegram does not offer this chat here.")
        own = chosen.admins.get(person.id, {})
        asked = [right for right, is_asked in (request.get("user_administrator_rights") or {}).items() if is_asked]
        if person.id != chosen.creator_id and not all(own.get(right) for right in asked):
            raise ImpossibleError(f"{person.name} lacks the rights that are asked for.")
        rights = request.get("bot_administrator_rights")
        if rights and chosen.bot_status is not Status.ADMINISTRATOR:
            before = (chosen.bot_status, chosen.bot_rights)
            chosen.bot_rights = {right: bool(rights.get(right)) for right in RIGHTS}
            chosen.bot_status, chosen.bot_has_been_in = Status.ADMINISTRATOR, True
            self._tell_membership(chosen, person, before, (chosen.bot_status, chosen.bot_rights))
        service: dict[str, object] = {"request_id": request["request_id"], "chat_id": chosen.id}
        if request.get("request_title"):
            service["title"] = chosen.title
        self._announces(chat, {"chat_shared": service}, person)

    def creates_group(self, user_id: int, title: str, members: list[int], *, is_super: bool = False) -> Chat:
        person = self._person(user_id)
        if not title.strip():
            raise ImpossibleError("A group needs a title.")
        chat = Chat(
            id=self._world.next_chat_id() if is_super else self._world.next_group_id(),
            kind="supergroup" if is_super else "group",
            title=title.strip(),
            bot_status=Status.LEFT,
            creator_id=person.id,
            members={self._person(member).id for member in members},
        )
        self._world.chats[chat.id] = chat
        self._world.changed(chat)
        return chat

    def upgrades(self, user_id: int, chat_id: int) -> Chat:
        """A group becomes a supergroup: another id, said in both; calls for the old one are told where it went."""
        person, old = self._administrator(user_id, chat_id)
        if old.kind != "group" or old.moved_to is not None:
            raise ImpossibleError("Only a group that is none yet becomes a supergroup.")
        new = self.creates_group(user_id, old.title, sorted(old.members), is_super=True)
        new.admins, new.bot_status, new.bot_rights = old.admins, old.bot_status, old.bot_rights
        new.bot_has_been_in = old.bot_has_been_in
        self._announces(old, {"migrate_to_chat_id": new.id}, person)
        old.moved_to = new.id
        self._announces(new, {"migrate_from_chat_id": old.id}, person)
        return new
