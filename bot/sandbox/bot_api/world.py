"""The state of the imitated Telegram in one place, and the questions every method asks it: which chat, may the bot, what id."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.sandbox.bot_api.chats import (
    ANONYMOUS,
    CHANNEL_RIGHTS,
    FORUM_RIGHTS,
    RIGHTS,
    Changes,
    Chat,
    Message,
    Person,
    Status,
)
from bot.sandbox.bot_api.errors import RefusedError, bad_request, forbidden
from bot.sandbox.bot_api.limits import Limits
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.updates import Updates

FIRST_GROUP = -4_000_001
FIRST_CHANNEL = -1_001_000_000_001
# The topic that every forum has. Its messages bear no number, and none can be sent with it.
GENERAL = 1
CAST = (
    Person(id=1001, name="Alice", username="alice", language="ru"),
    Person(id=1002, name="Bob", username="bob", language="en"),
    Person(id=1003, name="Camilla", username="camilla", language="az"),
    Person(id=1004, name="Edgar", username="edgar", language="ru"),
    Person(id=1005, name="Olga", username="olga", language="ru"),
)


@dataclass(slots=True, kw_only=True)
class BotAccount:
    id: int = 7000
    username: str = "rubrika_demo_bot"
    name: str = "Rubrika"
    token: str = "7000:sandbox-token"  # noqa: S105 - opens nothing but the sandbox

    def answer(self) -> dict[str, object]:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(slots=True, kw_only=True)
class World:
    clock: Clock
    limits: Limits | None = None
    # Servers older than Bot API 10.2 leave the right out; aiogram 3.31 then cannot read the whole batch of updates.
    with_welcome_right: bool = True
    bot: BotAccount = field(default_factory=BotAccount)
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    default_rights: dict[str, bool] | None = None
    updates: Updates = field(init=False)
    changes: Changes = field(default_factory=Changes)
    last_private_id: int = 0

    def __post_init__(self) -> None:
        self.updates = Updates(self.clock)
        for person in CAST:
            self.people[person.id] = Person(
                id=person.id, name=person.name, username=person.username, language=person.language
            )

    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def changed(self, chat: Chat | None = None) -> None:
        if chat is not None:
            chat.changes.happened()
            if chat.in_crowd:
                return
        self.changes.happened()

    def next_chat_id(self) -> int:
        """Of a channel or supergroup, which are counted together."""
        return FIRST_CHANNEL - sum(1 for chat_id in self.chats if chat_id <= FIRST_CHANNEL)

    def next_group_id(self) -> int:
        return FIRST_GROUP - sum(1 for chat_id in self.chats if FIRST_CHANNEL < chat_id < 0)

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and basic groups share one counter per bot, each channel and supergroup has its own."""
        if chat.kind in {"channel", "supergroup"}:
            chat.last_id += 1
            return chat.last_id
        self.last_private_id += 1
        return self.last_private_id

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """The chat a call names, which the bot may look at."""
        chat = self._resolved(params, name)
        if chat.moved_to is not None:
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, reason, {"migrate_to_chat_id": chat.moved_to})
        if chat.person is None and chat.bot_status is Status.KICKED:
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.person is None and chat.bot_status is Status.LEFT:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def chat_to_write(self, params: Params) -> Chat:
        chat = self.chat(params)
        if chat.is_channel:
            if not chat.bot_may("can_post_messages"):
                raise bad_request("need administrator rights in the channel chat")
        elif chat.person is not None and chat.person.is_deactivated:
            raise forbidden("user is deactivated")
        elif chat.person is not None and chat.person.has_blocked_bot:
            raise forbidden("bot was blocked by the user")
        return chat

    def topic_to_write(self, chat: Chat, params: Params) -> int | None:
        """The topic a call names; None: General, or a chat without topics."""
        number = params.integer("message_thread_id") if params.has("message_thread_id") else None
        manages = chat.bot_may("can_manage_topics")
        if number is None:
            if chat.is_forum and chat.general_is_closed and not manages:
                raise bad_request("TOPIC_CLOSED")
            return None
        topic = chat.topics.get(number) if chat.is_forum else None
        if topic is None:
            raise bad_request("message thread not found")
        if topic.is_closed and not manages and not topic.is_of_bot:
            raise bad_request("TOPIC_CLOSED")
        return topic.id

    def _resolved(self, params: Params, name: str) -> Chat:
        given = params.raw(name)
        chat_id = given if isinstance(given, int) else params.text(name).strip()
        if chat_id == "":
            raise bad_request(f"{name} is empty")
        if isinstance(chat_id, str):
            if chat_id.startswith("@"):
                return self._by_username(chat_id[1:].lower())
            try:
                chat_id = int(chat_id)
            except ValueError:
                raise bad_request("chat not found") from None
        chat = self.chats.get(chat_id)
        if chat is not None and (chat.person is not None or chat.bot_has_been_in):
            return chat
        if chat_id in self.people:
            raise forbidden("bot can't initiate conversation with a user")
        if chat_id == self.bot.id:
            raise forbidden("the bot can't send messages to the bot")
        raise bad_request("chat not found")

    def _by_username(self, username: str) -> Chat:
        for chat in self.chats.values():
            if chat.person is None and username and chat.username.lower() == username:
                return chat
        raise bad_request("chat not found")

    def message(self, chat: Chat, params: Params, purpose: str, name: str = "message_id") -> Message:
        message_id = params.integer(name)
        if not params.has(name):
            raise bad_request("message identifier is not specified")
        message = chat.visible(message_id)
        if message is None:
            raise bad_request(f"message to {purpose} not found")
        return message

    def private_chats(self) -> Iterator[Chat]:
        return (chat for chat in self.chats.values() if chat.person is not None)

    def answer(self, chat: Chat, message: Message, *, with_reply: bool = True) -> dict[str, object]:
        """The message as the Bot API writes it."""
        known: dict[str, object] = {"message_id": message.message_id}
        shown_chat = chat.answer()
        known.update(self._author(chat, message, shown_chat))
        known["chat"] = shown_chat
        known["date"] = message.date
        if message.edit_date is not None:
            known["edit_date"] = message.edit_date
        if message.forward_origin is not None:
            known["forward_origin"] = message.forward_origin
        if chat.is_forum and message.topic is not None:
            known["message_thread_id"], known["is_topic_message"] = message.topic, True
        # What answers no other message of its topic answers the one with which that began.
        answered = message.reply_to or (message.topic if message.topic != message.message_id else None)
        if with_reply and answered is not None and (replied := chat.visible(answered)):
            known["reply_to_message"] = self.answer(chat, replied, with_reply=False)
        if message.album is not None:
            known["media_group_id"] = message.album
        if message.is_protected:
            known["has_protected_content"] = True
        known.update(message.service or _content(message))
        if message.preview:
            known["link_preview_options"] = message.preview
        if message.keyboard:
            known["reply_markup"] = {"inline_keyboard": message.keyboard}
        return known

    def _author(self, chat: Chat, message: Message, shown_chat: dict[str, object]) -> dict[str, object]:
        if chat.is_channel:
            return {"sender_chat": shown_chat}
        if message.is_anonymous:
            return {"from": ANONYMOUS, "sender_chat": shown_chat}
        return {"from": message.author.answer() if message.author else self.bot.answer()}

    def bot_member(
        self, chat: Chat, status: Status | None = None, rights: dict[str, bool] | None = None
    ) -> dict[str, object]:
        """The bot as a member of `chat`, as it is or with another status and rights."""
        status = chat.bot_status if status is None else status
        rights = chat.bot_rights if rights is None else rights
        return self._member(self.bot.answer(), status, _rights_in(chat, rights), editable=False)

    def member(self, chat: Chat, person: Person) -> dict[str, object]:
        if chat.person is not None:
            return self._member(person.answer(), Status.MEMBER, {}, editable=False)
        if person.id == chat.creator_id:
            return self._member(person.answer(), Status.CREATOR, {}, editable=False)
        rights = chat.admins.get(person.id)
        if rights is not None:
            return self._member(person.answer(), Status.ADMINISTRATOR, _rights_in(chat, rights), editable=False)
        status = Status.MEMBER if person.id in chat.members else Status.LEFT
        return self._member(person.answer(), status, {}, editable=False)

    def _member(
        self, user: dict[str, object], status: Status, rights: dict[str, bool], *, editable: bool
    ) -> dict[str, object]:
        known: dict[str, object] = {"user": user, "status": status.value}
        match status:
            case Status.CREATOR:
                known["is_anonymous"] = False
            case Status.ADMINISTRATOR:
                known["can_be_edited"] = editable
                known["is_anonymous"] = False
                known.update(self.rights(rights))
            case Status.KICKED:
                known["until_date"] = 0
            case Status.MEMBER | Status.LEFT:
                pass
        return known

    def rights(self, given: dict[str, bool]) -> dict[str, bool]:
        return {
            right: given.get(right, False)
            for right in RIGHTS
            if (right in given or right not in CHANNEL_RIGHTS | FORUM_RIGHTS)
            and (self.with_welcome_right or right != "can_send_welcome_messages")
        }


def _rights_in(chat: Chat, given: dict[str, bool]) -> dict[str, bool]:
    """In a channel every right is said, granted or not; a group knows nothing of a channel's."""
    if chat.kind == "supergroup":
        given = dict.fromkeys(FORUM_RIGHTS, False) | given
    if chat.is_group:
        unknown = CHANNEL_RIGHTS if chat.kind == "supergroup" else CHANNEL_RIGHTS | FORUM_RIGHTS
        return {right: is_granted for right, is_granted in given.items() if right not in unknown}
    return {right: given.get(right, False) for right in RIGHTS if right not in FORUM_RIGHTS}


def _content(message: Message) -> dict[str, object]:
    """A photo's text is its caption, with entities of another name."""
    if message.rich is not None:
        return {"rich_message": message.rich.answer()}
    entities = [entity.answer() for entity in message.entities]
    if message.photo is None:
        return {"text": message.text, "entities": entities} if entities else {"text": message.text}
    known: dict[str, object] = {"photo": message.photo.answer()}
    if message.caption_above:
        known["show_caption_above_media"] = True
    if message.text:
        known["caption"] = message.text
    if entities:
        known["caption_entities"] = entities
    return known
