"""The words of a channel: written by its administrators, searched for by the planner."""

import re

from bot.clock import Clock
from bot.domain.channel import Administrator, Setting
from bot.domain.destination import DestinationId
from bot.domain.errors import NoSearchWordError, TooLongWordError, TooManyWordsError
from bot.domain.words import MAX_WORD, MAX_WORDS, WordId, WordKind
from bot.plan.words import normalized
from bot.services.channel_editing import ChannelSettings, editing
from bot.store.database import Database


class Words:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, channel_id: DestinationId, kind: WordKind, written: str, by: Administrator) -> ChannelSettings:
        """Words and phrases parted by commas or line breaks. All of them or, with the error that says which is wrong, none."""
        new = _read(written)
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = {each.word: each.kind for each in await edit.tx.channel_words.of(channel_id)}
            if len(before.keys() | new.keys()) > MAX_WORDS:
                raise TooManyWordsError(most=MAX_WORDS, count=len(before.keys() | new.keys()))
            await edit.tx.channel_words.put(channel_id, kind, list(new.items()))
            if any(before.get(word) is not kind for word in new):
                await edit.record(Setting.WORDS, len(before.keys() | new.keys()))
            return await edit.settings()

    async def remove(self, channel_id: DestinationId, word_id: WordId, by: Administrator) -> ChannelSettings:
        """A word that is gone already is no mistake: two may tap at once."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = await edit.tx.channel_words.of(channel_id)
            if any(each.id == word_id for each in before):
                await edit.tx.channel_words.remove(channel_id, word_id)
                await edit.record(Setting.WORDS, len(before) - 1)
            return await edit.settings()


def _read(written: str) -> dict[str, str]:
    """Normalized → as it was written."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]", written):
        shown = " ".join(part.split())
        if not shown:
            continue
        word = normalized(shown)
        if not word:
            raise NoSearchWordError(word=shown[:MAX_WORD])
        if max(len(shown), len(word)) > MAX_WORD:
            raise TooLongWordError(word=shown[:MAX_WORD], most=MAX_WORD)
        found[word] = shown
    if not found:
        raise NoSearchWordError(word=" ".join(written.split())[:MAX_WORD])
    return found
