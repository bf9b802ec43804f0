"""Which of the channels' words occur in an article: whole words and phrases; "карабах*" means whatever begins so.

Both sides are folded and parted alike, so case, ё/е, İ/ı and punctuation do not count. What people write is never a pattern:
its cost is bounded by its length and the article's.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable

from bot.domain.article import Article
from bot.domain.words import ChannelWord, WordKind
from bot.plan.routing import fold

STEM = "*"
# A statement takes about so many values on every database.
_MOST_FOUND = 20_000


def normalized(written: str) -> str:
    """What a word is kept and compared as; empty: there is nothing to search for."""
    text = " ".join(_parts(written))
    return text + STEM if text and written.rstrip().endswith(STEM) else text


def found_in(article: Article, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the normalized `words` that occur in the article's title, lead or body."""
    parts = _parts(article.title), _parts(article.lead), _parts(article.body)
    # A line break stands between title, lead and body, so that no phrase reaches over it.
    text = "\n".join(f" {' '.join(each)} " for each in parts)
    known = set().union(*parts)
    ordered = sorted(known)
    found = (word for word in words if _occurs(word, text, known, ordered))
    return tuple(sorted(found)[:_MOST_FOUND])


def suits(article: Article, words: Collection[ChannelWord]) -> bool:
    """Whether a channel with these words takes it; the store says the same in SQL for all channels at once."""
    found = set(found_in(article, [each.word for each in words]))
    wanted = {each.word for each in words if each.kind is WordKind.INCLUDE}
    left_out = {each.word for each in words if each.kind is WordKind.LEAVE_OUT}
    return (not wanted or bool(wanted & found)) and not left_out & found


def _occurs(word: str, text: str, known: set[str], ordered: list[str]) -> bool:
    stem = word.removesuffix(STEM)
    is_stem = stem != word
    if " " in stem:
        return stem.partition(" ")[0] in known and (f" {stem}" if is_stem else f" {stem} ") in text
    if not is_stem:
        return word in known
    place = bisect_left(ordered, stem)
    return place < len(ordered) and ordered[place].startswith(stem)


def _parts(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
