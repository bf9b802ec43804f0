"""The topics of groups that are forums: what was heard of them, and which posts their administrators send to which.

Telegram lists a forum's topics to no bot: they are known from what is written in them, from what Telegram says when one is
created, renamed or opened again, and because the bot itself created them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.alert import topic_key
from bot.domain.channel import Administrator, Setting
from bot.domain.delivery import Action, Priority
from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import StaleButtonError
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker_plan import Live
from bot.domain.topic import GENERAL, HEARD_LATELY, MOST_CREATED, OTHERS, TICKER, Forum, Shutting, Topic, TopicId
from bot.services.channel_editing import ChannelSettings, Editing, editing
from bot.store.database import Database, Transaction

# Chats and topics of which it is remembered that they were heard of lately.
_MOST_HEARD = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ForumSettings:
    """`topics` are those that can be chosen, GENERAL apart."""

    settings: ChannelSettings
    forum: Forum
    topics: tuple[Topic, ...]

    @property
    def rubrics(self) -> tuple[Rubric, ...]:
        """Those of the group, and others that still have a topic."""
        return tuple(
            choice.rubric
            for choice in self.settings.choices
            if choice.is_chosen or choice.rubric.slug in self.forum.chosen
        )

    @property
    def without_topic(self) -> tuple[Rubric, ...]:
        """Rubrics of the group that go where all others do."""
        return tuple(
            choice.rubric
            for choice in self.settings.choices
            if choice.is_chosen and choice.rubric.slug not in self.forum.chosen
        )

    def name(self, topic: TopicId) -> str:
        return next((each.name for each in self.topics if each.id == topic), "")


class Topics:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # A busy group writes much, and it is news only once. Another process that hears the same writes the same.
        self._heard: OrderedDict[tuple[int, TopicId | None], tuple[datetime, bool, str]] = OrderedDict()

    async def show(self, channel_id: DestinationId, by: Administrator) -> ForumSettings:
        """Raises StaleButtonError where the group is no forum any more."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            return await _shown(edit)

    async def choose(
        self, channel_id: DestinationId, what: str, topic: TopicId | None, by: Administrator
    ) -> ForumSettings:
        """Posts of a rubric, OTHERS or the TICKER go there from now on; None: where all others go."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = await _shown(edit)
            known = {GENERAL, *(each.id for each in before.topics)}
            if (topic is not None and topic not in known) or not _is_place(what, before):
                raise StaleButtonError
            await self._choose(edit, what, topic)
            return await _shown(edit)

    async def created(self, channel_id: DestinationId, slug: Slug, topic: Topic, by: Administrator) -> ForumSettings:
        """The bot created this topic for a rubric."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            await edit.tx.topics.note(channel_id, topic, now=edit.now, keep=())
            await self._choose(edit, slug, topic.id)
            return await _shown(edit)

    async def _choose(self, edit: Editing, what: str, topic: TopicId | None) -> None:
        # As it is now: several may be created in one transaction after the other.
        channel = await edit.tx.destinations.get(edit.channel.id)
        before = channel.forum if channel is not None else None
        if channel is None or before is None:
            raise StaleButtonError
        after = before.choosing(what, topic)
        if after == before:
            return
        await edit.tx.topics.put(channel.id, after)
        if topic is not None:
            await edit.tx.alerts.settle(topic_key(channel.id, topic))
        if after.topic_of_ticker != before.topic_of_ticker and channel.ticker == Live():
            await _move_live(edit)
        await edit.record(Setting.TOPICS, len(set(after.chosen) - {OTHERS, TICKER}))

    async def heard(self, chat_id: int, *, is_forum: bool, topic: Topic | None = None) -> None:
        """Something was written in a group, maybe in a topic: that is there, and under this name, if it was said."""
        now = self._clock.now()
        key = (chat_id, topic.id if topic is not None else None)
        known = self._heard.get(key)
        name = topic.name if topic is not None else ""
        if known is not None and now - known[0] < HEARD_LATELY and known[1] is is_forum and name in {"", known[2]}:
            return
        async with self._database.transaction() as tx:
            channel = await tx.destinations.by_chat(chat_id)
            if channel is not None:
                await tx.topics.turn(channel.id, is_on=is_forum)
                if topic is not None:
                    chosen = channel.forum.chosen.values() if channel.forum is not None else ()
                    await tx.topics.note(channel.id, topic, now=now, keep=set(chosen))
        self._heard[key] = (now, is_forum, name or (known[2] if known else ""))
        self._heard.move_to_end(key)
        if len(self._heard) > _MOST_HEARD:
            self._heard.popitem(last=False)

    async def turn(self, channel_id: DestinationId, *, is_on: bool) -> None:
        """Telegram says that its group has topics, or has none."""
        async with self._database.transaction() as tx:
            await tx.topics.turn(channel_id, is_on=is_on)

    async def opened(self, chat_id: int, topic: TopicId) -> None:
        """It takes posts again."""
        async with self._database.transaction() as tx:
            channel = await tx.destinations.by_chat(chat_id)
            if channel is not None:
                await _open(tx, channel, [topic])


def most_creatable(shown: ForumSettings) -> tuple[Rubric, ...]:
    """What one tap creates topics for; nothing, where they would be too many to be meant."""
    return shown.without_topic if len(shown.without_topic) <= MOST_CREATED else ()


async def open_closed(tx: Transaction, channel_id: DestinationId) -> None:
    """Who manages topics posts in closed ones too."""
    channel = await tx.destinations.get(channel_id)
    if channel is not None and channel.forum is not None:
        await _open(tx, channel, [topic for topic, why in channel.forum.aside.items() if why is Shutting.CLOSED])


async def _open(tx: Transaction, channel: Destination, topics: Sequence[TopicId]) -> None:
    forum = channel.forum
    if forum is None or forum.aside.keys().isdisjoint(topics):
        return
    for topic in topics:
        forum = forum.open(topic)
        # Should it be closed again, that is told again.
        await tx.alerts.settle(topic_key(channel.id, topic))
    await tx.topics.put(channel.id, forum)


async def _move_live(edit: Editing) -> None:
    """The live message comes anew where it belongs now, with all its lines; Telegram moves none from topic to topic."""
    left = await edit.tx.live_tickers.move(edit.channel.id)
    await edit.tx.ticker_deliveries.queue(left, action=Action.DELETE, priority=Priority.TICKER, now=edit.now)


async def _shown(edit: Editing) -> ForumSettings:
    settings = await edit.settings()
    forum = settings.channel.forum
    if forum is None:
        raise StaleButtonError
    return ForumSettings(settings=settings, forum=forum, topics=tuple(await edit.tx.topics.of(settings.channel.id)))


def _is_place(what: str, shown: ForumSettings) -> bool:
    return what in {OTHERS, TICKER} or any(choice.rubric.slug == what for choice in shown.settings.choices)
