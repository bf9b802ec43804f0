"""A channel's administrators: who they are, what they changed and when, and what one of them was asked to type."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import DestinationId

# Of each channel so many changes are remembered.
KEPT_CHANGES = 50
# Somebody who goes on with the same setting within this time makes one change of it.
SAME_CHANGE = timedelta(minutes=10)
# Other people's changes are news for so long.
NEWS_OF_OTHERS = timedelta(minutes=10)
# A question waits so long for its answer.
QUESTION_LIVES = timedelta(minutes=15)
# What is remembered of a name, and of a value that is words.
MAX_NAME = 64
MAX_VALUE = 64


class Setting(StrEnum):
    """What can be changed of a channel; each has its text in the history."""

    RUBRICS = "rubrics"
    ARTICLES = "articles"
    TICKER = "ticker"
    LANGUAGE = "language"
    PAUSE = "pause"


@dataclass(frozen=True, kw_only=True, slots=True)
class Administrator:
    user_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """`value` says in no language what was set: a count, or a word that the setting's text knows."""

    at: datetime
    by: Administrator
    setting: Setting
    value: str | int


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A section of a channel's menu asked this person to type something; `argument` is for the section alone."""

    user_id: int
    channel_id: DestinationId
    section: str
    argument: str
    until: datetime
