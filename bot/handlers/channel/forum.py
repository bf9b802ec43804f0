"""What a group's messages tell of its topics: whether it has any, which they are, that one takes posts again.

Comes after all that reads messages in groups, and passes over what is written in them.
"""

from aiogram import F, Router
from aiogram.types import Message

from bot.domain.topic import GENERAL, Topic, TopicId
from bot.handlers.channel.standing import GROUPS
from bot.services import Services


def build_router() -> Router:
    router = Router(name="forum")
    router.message.register(opened, F.chat.type.in_(GROUPS), F.forum_topic_reopened)
    router.message.register(heard, F.chat.type.in_(GROUPS))
    return router


async def opened(message: Message, services: Services) -> None:
    await heard(message, services)
    topic = _topic_of(message)
    await services.topics.opened(message.chat.id, topic.id if topic is not None else GENERAL)


async def heard(message: Message, services: Services) -> None:
    await services.topics.heard(message.chat.id, is_forum=bool(message.chat.is_forum), topic=_topic_of(message))


def _topic_of(message: Message) -> Topic | None:
    """None: the General topic, or the thread of a discussion, which bears a number too."""
    if not message.is_topic_message or message.message_thread_id is None:
        return None
    return Topic(id=TopicId(message.message_thread_id), name=_name_in(message))


def _name_in(message: Message) -> str:
    """Each message of a topic answers the one with which that began; a later name it does not know."""
    if message.forum_topic_edited is not None:
        return message.forum_topic_edited.name or ""
    if message.forum_topic_created is not None:
        return message.forum_topic_created.name
    beginning = message.reply_to_message
    if beginning is not None and beginning.forum_topic_created is not None:
        return beginning.forum_topic_created.name
    return ""
