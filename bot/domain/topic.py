"""The topics of a forum (a supergroup that is parted into them), and to which of them its posts go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from bot.domain.rubric import Slug

# Telegram's message_thread_id.
TopicId = NewType("TopicId", int)

# Each forum has it. Its messages bear no thread, and a message that is to go there must name none (Bot API, sendMessage).
GENERAL = TopicId(1)
# Bot API, createForumTopic.
MAX_TOPIC_NAME = 128
# Of each forum so many topics are remembered, those that were heard of last.
KEPT_TOPICS = 200
# Of a topic that was just heard of nothing new is looked for.
HEARD_LATELY = timedelta(minutes=1)
# Topics that one tap creates; a group takes twenty calls a minute.
MOST_CREATED = 20

# What stands for a rubric's slug, none of which looks so: all posts that no rubric leads elsewhere, and the ticker.
OTHERS, TICKER = "*", "!"


class Shutting(StrEnum):
    """Why Telegram takes no posts of ours in a topic: `gone` is deleted for good."""

    CLOSED = "closed"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """`name` is empty while nobody has said it."""

    id: TopicId
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Forum:
    """`chosen`: the topic of each rubric's posts, of OTHERS and of the TICKER; `aside`: topics that take none at present."""

    chosen: Mapping[str, TopicId] = field(default_factory=lambda: MappingProxyType({}))
    aside: Mapping[TopicId, Shutting] = field(default_factory=lambda: MappingProxyType({}))

    def topic_of(self, rubrics: Sequence[Slug]) -> TopicId | None:
        """Where an article goes, once: to the topic of the first of its rubrics that has an open one, else where all others go.

        None: that is closed too.
        """
        return self._open([self.chosen[slug] for slug in rubrics if slug in self.chosen])

    @property
    def topic_of_ticker(self) -> TopicId | None:
        return self._open([self.chosen[TICKER]] if TICKER in self.chosen else [])

    def choosing(self, what: str, topic: TopicId | None) -> "Forum":
        """`what` goes to this topic, which is tried again if it was aside; None: where all others go."""
        kept = {each: chosen for each, chosen in self.chosen.items() if each != what}
        return replace(self, chosen=kept) if topic is None else replace(self.open(topic), chosen={**kept, what: topic})

    def open(self, topic: TopicId) -> "Forum":
        return replace(self, aside={each: why for each, why in self.aside.items() if each != topic})

    def _open(self, own: Sequence[TopicId]) -> TopicId | None:
        ways = (*own, self.chosen.get(OTHERS, GENERAL), GENERAL)
        return next((topic for topic in ways if topic not in self.aside), None)
