"""The words by which a channel chooses among the articles of its rubrics."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

WordId = NewType("WordId", int)

MAX_WORDS = 50
# Characters; what is longer is a sentence, and no article holds the same one twice.
MAX_WORD = 64


class WordKind(StrEnum):
    """`include`: of these at least one occurs in an article of the channel; `leave-out`: of these none does."""

    INCLUDE = "include"
    LEAVE_OUT = "leave-out"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelWord:
    """`word` is what articles are searched for (plan/words.py), `written` what the administrator wrote."""

    id: WordId
    kind: WordKind
    word: str
    written: str
