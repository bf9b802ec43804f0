"""Forums: the topics of a supergroup, as the bot manages them and as people do. What happens to one stands in it as a message."""

from collections.abc import Callable

from bot.sandbox.bot_api.acting import Acting, ImpossibleError
from bot.sandbox.bot_api.chats import Chat, ForumTopic, Message, Person
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.world import GENERAL, World

MAX_NAME = 128
# The colours of a topic's icon; Telegram takes no others.
COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


class ForumMethods:
    def __init__(self, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Callable[[Params], object]]:
        return {
            "createForumTopic": self._create,
            "editForumTopic": self._rename,
            "closeForumTopic": lambda params: self._close(params, is_closed=True),
            "reopenForumTopic": lambda params: self._close(params, is_closed=False),
            "deleteForumTopic": self._delete,
            "closeGeneralForumTopic": lambda params: self._close_general(params, is_closed=True),
            "reopenGeneralForumTopic": lambda params: self._close_general(params, is_closed=False),
        }

    def _create(self, params: Params) -> object:
        chat = self._forum(params, "create a topic")
        name = params.text("name").strip()[:MAX_NAME]
        colour = params.integer("icon_color", COLOURS[0])
        if not name:
            raise bad_request("topic name must be non-empty")
        if colour not in COLOURS:
            raise bad_request("invalid icon color specified")
        topic = create(self._world, chat, name, None)
        return {"message_thread_id": topic.id, "name": name, "icon_color": colour}

    def _rename(self, params: Params) -> object:
        chat = self._forum(params, "edit the topic")
        topic = self._topic(chat, params)
        name = params.text("name").strip()[:MAX_NAME]
        if name == topic.name:
            raise bad_request("TOPIC_NOT_MODIFIED")
        rename(self._world, chat, topic, name, None)
        return True

    def _close(self, params: Params, *, is_closed: bool) -> object:
        chat = self._forum(params, "close the topic" if is_closed else "reopen the topic")
        topic = self._topic(chat, params)
        if topic.is_closed is is_closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        close(self._world, chat, topic, None, is_closed=is_closed)
        return True

    def _close_general(self, params: Params, *, is_closed: bool) -> object:
        chat = self._forum(params, "close the topic" if is_closed else "reopen the topic")
        if chat.general_is_closed is is_closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        close(self._world, chat, None, None, is_closed=is_closed)
        return True

    def _delete(self, params: Params) -> object:
        chat = self._world.chat(params)
        if not chat.bot_may("can_delete_messages"):
            raise bad_request("not enough rights to delete the topic")
        delete(self._world, chat, self._topic(chat, params))
        return True

    def _forum(self, params: Params, purpose: str) -> Chat:
        chat = self._world.chat(params)
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not chat.bot_may("can_manage_topics"):
            raise bad_request(f"not enough rights to {purpose}")
        return chat

    def _topic(self, chat: Chat, params: Params) -> ForumTopic:
        topic = chat.topics.get(params.integer("message_thread_id"))
        if topic is None:
            raise bad_request("message thread not found")
        return topic


class Forums(Acting):
    """What people do: `topic` is its number, GENERAL that of the one which every forum has."""

    def turns_topics(self, user_id: int, chat_id: int, *, is_on: bool) -> None:
        """Telegram tells nobody. Topics that are switched off come back with all that was written in them."""
        _, chat = self._administrator(user_id, chat_id)
        if chat.kind != "supergroup":
            raise ImpossibleError("Only a supergroup is parted into topics.")
        chat.is_forum = is_on
        # The first message of a supergroup is that of its creation, whose number General has.
        chat.last_id = max(chat.last_id, GENERAL)
        self._world.changed(chat)

    def creates_topic(self, user_id: int, chat_id: int, name: str) -> ForumTopic:
        person, chat = self._in_forum(user_id, chat_id)
        if not 0 < len(name) <= MAX_NAME:
            raise ImpossibleError(f"A topic's name has 1 to {MAX_NAME} characters.")
        return create(self._world, chat, name, person)

    def renames_topic(self, user_id: int, chat_id: int, topic_id: int, name: str) -> None:
        person, chat = self._in_forum(user_id, chat_id)
        rename(self._world, chat, self._found(chat, topic_id), name, person)

    def closes_topic(self, user_id: int, chat_id: int, topic_id: int, *, is_closed: bool) -> None:
        person, chat = self._in_forum(user_id, chat_id)
        topic = None if topic_id == GENERAL else self._found(chat, topic_id)
        close(self._world, chat, topic, person, is_closed=is_closed)

    def deletes_topic(self, user_id: int, chat_id: int, topic_id: int) -> None:
        _, chat = self._in_forum(user_id, chat_id)
        delete(self._world, chat, self._found(chat, topic_id))

    def _in_forum(self, user_id: int, chat_id: int) -> tuple[Person, Chat]:
        person, chat = self._administrator(user_id, chat_id)
        if not chat.is_forum:
            raise ImpossibleError(f"{chat.title} has no topics.")
        return person, chat

    def _found(self, chat: Chat, topic_id: int) -> ForumTopic:
        topic = chat.topics.get(topic_id)
        if topic is None:
            raise ImpossibleError("There is no such topic.")
        return topic


def create(world: World, chat: Chat, name: str, person: Person | None) -> ForumTopic:
    """`person` None: the bot did it."""
    message = _say(world, chat, None, {"forum_topic_created": {"name": name, "icon_color": COLOURS[0]}}, person)
    topic = ForumTopic(id=message.message_id, name=name, is_of_bot=person is None)
    chat.topics[topic.id] = topic
    # A topic has the number of the message with which it begins, which stands in it.
    message.topic = topic.id
    _tell(world, chat, message, person)
    return topic


def rename(world: World, chat: Chat, topic: ForumTopic, name: str, person: Person | None) -> None:
    topic.name = name
    _tell(world, chat, _say(world, chat, topic, {"forum_topic_edited": {"name": name}}, person), person)


def close(world: World, chat: Chat, topic: ForumTopic | None, person: Person | None, *, is_closed: bool) -> None:
    if topic is None:
        chat.general_is_closed = is_closed
    else:
        topic.is_closed = is_closed
    service: dict[str, object] = {"forum_topic_closed" if is_closed else "forum_topic_reopened": {}}
    _tell(world, chat, _say(world, chat, topic, service, person), person)


def delete(world: World, chat: Chat, topic: ForumTopic) -> None:
    """With all that was written in it, and no word to anybody."""
    del chat.topics[topic.id]
    for message in chat.messages.values():
        if message.topic == topic.id and not message.is_deleted:
            chat.remove(message, world.clock.now())
    world.changed(chat)


def _say(
    world: World, chat: Chat, topic: ForumTopic | None, service: dict[str, object], person: Person | None
) -> Message:
    message = Message(
        message_id=world.next_message_id(chat),
        date=world.now(),
        sender="user" if person is not None else "bot",
        author=person,
        text="",
        service=service,
        topic=topic.id if topic is not None else None,
    )
    chat.keep(message)
    world.changed(chat)
    return message


def _tell(world: World, chat: Chat, message: Message, person: Person | None) -> None:
    """A bot hears nothing of what it did itself."""
    if person is not None and chat.bot_is_in:
        world.updates.add("message", world.answer(chat, message), f"chat {chat.id}")
