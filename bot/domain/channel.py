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


# A one-time code is good for so long.
CODE_LIVES = timedelta(minutes=15)
# Wrong codes that one chat may show within the time; what it shows beyond is not looked at.
WRONG_CODES, WRONG_CODES_WITHIN = 5, timedelta(hours=1)
# Telegram does not announce everything that happens to a channel, so each is looked at once in this time.
LOOK_EVERY = timedelta(days=1)
# A channel that was paused is offered at most so many of the articles it missed.
MOST_MISSED = 100


class Right(StrEnum):
    """What the bot may lack in a channel, or in a group, where every member posts."""

    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"


class Setting(StrEnum):
    """What can be changed of a channel; each has its text in the history."""

    RUBRICS = "rubrics"
    ARTICLES = "articles"
    TICKER = "ticker"
    LANGUAGE = "language"
    EDITIONS = "editions"
    WORDS = "words"
    HOURLY = "hourly"
    GAP = "gap"
    OVERFLOW = "overflow"
    QUIET = "quiet"
    QUIET_MODE = "quiet-mode"
    PAUSE = "pause"
    COPY = "copy"
    CONNECTION = "connection"
    LAYOUT = "layout"
    TEMPLATE = "template"
    PREVIEW = "preview"
    PREVIEW_PLACE = "preview-place"
    ALBUMS = "albums"
    BUTTONS = "buttons"
    SIGNATURE = "signature"
    HASHTAGS = "hashtags"
    SILENT = "silent"
    APPROVAL = "approval"
    RICH = "rich"
    TOPICS = "topics"


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
