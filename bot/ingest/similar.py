"""Two texts → are they one article? Pure. Out: traces that find candidates among thousands, and the verdict on two texts.

A trace costs little and finds too much: a similarity hash (simhash) of word pairs, which differs in few bits where texts
differ in few words, and a hash of the title. The verdict compares the texts themselves and leans to "no": an article
that is wrongly taken for another is lost, one that is wrongly taken for new is only told twice. Agencies write by
pattern, so texts that differ in a number, a name or the subject of their headline are different, however alike.
"""

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from bot.domain.article import Trace

# Copies of an article come within two days; headlines alone say so little that only hours tell a copy from a namesake.
WINDOW = timedelta(hours=48)
HEADLINE_WINDOW = timedelta(hours=6)

# Bits of 64. Unrelated texts differ in 32 ± 4 of them, so that four of 2 000 come this near by chance.
NEAR = 20
_MOST_CANDIDATES = 8
_NEAR_BYTES = re.compile(rb"[\x00-" + re.escape(bytes([NEAR])) + rb"]")
_BITS = 64
# Each pair of words adds 0 or 1 to 64 sums of 8 bits, held side by side in one number.
_MOST_PAIRS = 255
_LANES = int.from_bytes(b"\x01" * _BITS)
# Thrown fewer times, 64 coins say nothing.
_FEWEST_PAIRS = 8

# Bytes of a signature, and what separates the bits to be summed up within one.
_LANE = 8
_MASKS = tuple(
    (width, sum(1 << bit for bit in range(_BITS) if not bit & width).to_bytes(_LANE)) for width in (1, 2, 4, 8, 16, 32)
)
# Keys that grow may still come out of order among so many.
OUT_OF_ORDER = 100

# Words of lead and body: below the first there is but a headline, from the last on a text speaks for itself.
_BARE, _TELLING, _LONG = 6, 25, 40
# "Photo of the day", "Weather": a title this short names a column.
_FEWEST_TITLE_WORDS = 4
# Shares of the shorter text's word pairs that the other one has too.
_SAME_STORY, _SAME_UNDER_ONE_TITLE, _UNTOUCHED = 0.8, 0.5, 0.9
# Share of the shorter text's numbers, and of its names, that the other may lack: a date line, a slip of the pen.
_SLIPS = 0.1

_WORD = re.compile(r"[^\W_]+(?:['’ʼ‐‑-][^\W_]+)*")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:/-]\d+)*")
_BEFORE_A_SENTENCE = re.compile(r"(?:^|[.!?…:\n])[\s«»\"“”(—–-]*$")
# In its other cases a word this short keeps all its letters, a longer one all but its last.
_SHORT_WORD = 4

# Who tells the news is not the news: names beside these words, and the names of agencies, need not agree.
_ATTRIBUTION = re.compile(
    r"сообща|сообщи|передае|передал|информиру|ссылк|цитиру|пишет|inform|report|accord|citing|referenc|xəbər|istinad|məlumat|bildir"
)
_ATTRIBUTION_REACH = 3
_AGENCIES = frozenset({
    "report", "trend", "азертадж", "azertac", "azərtac", "apa", "апа", "тасс", "риа", "интерфакс", "interfax", "sputnik",
    "reuters", "рейтер", "рейтерс", "bloomberg", "afp", "turan", "туран", "anadolu", "анадолу",
})  # fmt: skip
# "Баку, 4 марта, АЗЕРТАДЖ —", "Bakı, 4 mart, AZƏRTAC", "BAKU, March 4 —"
_DATELINE = re.compile(
    r"\s*[^\W\d_][^\n.,]{0,30},\s+(?:\d{1,2}\s+[^\W\d_]+|[^\W\d_]+\s+\d{1,2})\b[^\n.—–]{0,30}?(?:\s[—–-]+\s|[./]+\s|,\s+[^\W\d_]+\s)"
)

# Numbers that are written out tell patterns apart as digits do; so do days and months, by their beginnings.
_SPELLED = (
    ("один", "одна", "одно", "одного", "bir", "one"), ("два", "две", "двух", "двое", "двум", "iki", "two"),
    ("три", "трех", "трое", "трем", "üç", "three"), ("четыре", "четырех", "четверо", "dörd", "four"),
    ("пять", "пяти", "пятеро", "beş", "five"), ("шесть", "шести", "шестеро", "altı", "six"),
    ("семь", "семи", "семеро", "yeddi", "seven"), ("восемь", "восьми", "səkkiz", "eight"),
    ("девять", "девяти", "doqquz", "nine"), ("десять", "десяти", "ten"),
)  # fmt: skip
_DATES = (
    "понедельник", "вторник", "среду", "четверг", "пятниц", "суббот", "воскресень", "январ", "феврал", "март", "апрел",
    "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр", "yanvar", "fevral", "mart", "aprel", "iyun", "iyul",
    "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr", "çərşənbə", "cümə", "şənbə", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "january", "february", "april", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


def fold(text: str) -> str:
    """One spelling of what is one word: case, ё/е, İ/I/ı/i, forms that only look different."""
    # İ lower-cases to i with a combining dot above (U+0307); ı stays itself.
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u0307", "").replace("\u00ad", "")
    return folded.replace("ё", "е").replace("ı", "i")


def words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


_VALUES = {fold(word): str(value) for value, spelled in enumerate(_SPELLED, 1) for word in spelled}
_DATE_WORDS = tuple(fold(word) for word in _DATES)


class _Vocabulary:
    """Words, found in any of their cases: the languages here put the case at the end."""

    def __init__(self, found: Iterable[str]) -> None:
        self._words = frozenset(found)

    def __contains__(self, word: object) -> bool:
        return word in self._words or any(_is_case_of(str(word), other) for other in self._akin(str(word)))

    def lacks(self, wanted: Collection[str]) -> int:
        return sum(word not in self for word in wanted)

    def _akin(self, word: str) -> Iterable[str]:
        return self._by_beginning.get(word[:3], ())

    @cached_property
    def _by_beginning(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._words:
            found.setdefault(word[:3], []).append(word)
        return found


@dataclass(frozen=True)
class Text:
    """An article's words, prepared for comparing; each view of them is made when it is first asked for."""

    title: str
    lead: str = ""
    body: str = ""

    @cached_property
    def story(self) -> str:
        """Lead and body, without the date line that agencies put before them."""
        told = f"{self.lead}\n\n{self.body}".strip()
        dateline = _DATELINE.match(told)
        return told[dateline.end() :] if dateline else told

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        return words(self.title)

    @cached_property
    def story_words(self) -> tuple[str, ...]:
        return words(self.story)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.story_words))

    @cached_property
    def vocabulary(self) -> _Vocabulary:
        return _Vocabulary((*self.title_words, *self.story_words))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_numbers(f"{self.title}\n{self.story}"))

    @cached_property
    def head_numbers(self) -> frozenset[str]:
        return frozenset(_numbers(f"{self.title}\n{self._opening}"))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(_names(self.story))

    @cached_property
    def head_names(self) -> frozenset[str]:
        # Where a headline capitalises every word, capitals name nothing.
        capitals = sum(word[0].isupper() for word in _WORD.findall(self.title))
        return frozenset(
            (*(_names(self.title) if capitals * 2 <= len(self.title_words) else ()), *_names(self._opening))
        )

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Words of the title that its own story repeats: what it is about, not how the desk put it."""
        own = _Vocabulary(self.story_words)
        return frozenset(word for word in self.title_words if len(word) >= _SHORT_WORD and word in own)

    @property
    def _opening(self) -> str:
        return self.story.partition("\n")[0]


def trace(title: str, lead: str, body: str) -> Trace:
    head = words(title)
    return Trace(signature=_signature((*head, *words(f"{lead}\n{body}"))), title_hash=_signed(_hash(" ".join(head), 8)))


class Window:
    """The traces among which copies are looked for, oldest first: 33 bytes each, looked through at 6 000 a millisecond.

    Python handles a number of a million bits not much slower than one of 64, so all signatures stand side by side in one,
    and the bits in which they differ from another are counted for all of them at the same time.
    """

    def __init__(self) -> None:
        self._keys = array("q")
        self._times = array("d")
        self._titles = bytearray()
        self._signatures = bytearray()
        self._is_signed = bytearray()

    @property
    def newest(self) -> int:
        return max(self._keys[-OUT_OF_ORDER:], default=0)

    def add(self, key: int, own: Trace, *, at: datetime) -> None:
        """Once, however often it is given while it is among the newest."""
        if key in self._keys[-OUT_OF_ORDER:]:
            return
        self._keys.append(key)
        self._times.append(at.timestamp())
        self._titles += _unsigned(own.title_hash).to_bytes(_LANE)
        self._signatures += _unsigned(own.signature or 0).to_bytes(_LANE)
        self._is_signed.append(own.signature is not None)

    def forget(self, before: datetime) -> None:
        count = bisect_left(self._times, before.timestamp())
        del self._keys[:count], self._times[:count], self._is_signed[:count]
        del self._titles[: count * _LANE], self._signatures[: count * _LANE]

    def nearest(self, own: Trace) -> list[int]:
        """The keys of the few that may be the same article, the most alike first."""
        found = [(0, index) for index in self._with_title(own.title_hash)]
        if own.signature is not None:
            found += self._near(own.signature)
        found.sort()
        return list(dict.fromkeys(self._keys[index] for _, index in found))[:_MOST_CANDIDATES]

    def _with_title(self, title_hash: int) -> Iterator[int]:
        wanted = _unsigned(title_hash).to_bytes(_LANE)
        place = self._titles.find(wanted)
        while place >= 0:
            if place % _LANE == 0:
                yield place // _LANE
            place = self._titles.find(wanted, place + 1)

    def _near(self, signature: int) -> Iterator[tuple[int, int]]:
        count = len(self._keys)
        bits = int.from_bytes(self._signatures) ^ int.from_bytes(_unsigned(signature).to_bytes(_LANE) * count)
        # Sums of 1, 2, 4 … bits beside each other become sums of twice as many, in all lanes at the same time.
        for width, mask in _MASKS:
            kept = int.from_bytes(mask * count)
            bits = (bits & kept) + (bits >> width & kept)
        distances = bits.to_bytes(count * _LANE)[_LANE - 1 :: _LANE]
        for near in _NEAR_BYTES.finditer(distances):
            if self._is_signed[near.start()]:
                yield near[0][0], near.start()


def is_same(one: Text, other: Text, *, apart: timedelta) -> bool:
    """One article, whoever tells it under whichever headline; `apart` is the time between them."""
    shorter, longer = sorted((one, other), key=lambda text: len(text.story_words))
    same_title = one.title_words == other.title_words and len(one.title_words) >= _FEWEST_TITLE_WORDS
    if len(shorter.story_words) < _BARE:
        return same_title and abs(apart) <= HEADLINE_WINDOW
    if not _facts_agree(shorter, longer):
        return False
    shared = _shared(shorter, longer)
    if same_title:
        return shared >= _SAME_UNDER_ONE_TITLE
    if len(shorter.story_words) < _LONG:
        return shared >= _SAME_STORY and _covers(one.title_words, other) and _covers(other.title_words, one)
    return shared >= _SAME_STORY and _covers(one.subjects, other) and _covers(other.subjects, one)


def is_same_story(one: Text, other: Text) -> bool:
    """The same words under whatever headline; to be asked of one source, where the one came in place of the other."""
    shorter, longer = sorted((one, other), key=lambda text: len(text.story_words))
    return (
        len(shorter.story_words) >= _TELLING
        and len(shorter.pairs) >= _UNTOUCHED * len(longer.pairs)
        and _shared(shorter, longer) >= _UNTOUCHED
        and shorter.numbers - frozenset(_numbers(shorter.title)) <= longer.numbers
    )


def likeness(one: str, other: str) -> float:
    """Words that two texts have in common, as a share of the words of the shorter one; 0 where one has none."""
    first, second = (frozenset(word for word in words(text) if len(word) >= _SHORT_WORD) for text in (one, other))
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _facts_agree(shorter: Text, longer: Text) -> bool:
    return (
        shorter.head_numbers <= longer.numbers
        and longer.head_numbers <= shorter.numbers
        and not longer.vocabulary.lacks(shorter.head_names)
        and not shorter.vocabulary.lacks(longer.head_names)
        and len(shorter.numbers - longer.numbers) <= _SLIPS * len(shorter.numbers)
        and longer.vocabulary.lacks(shorter.names) <= _SLIPS * len(shorter.names)
    )


def _covers(wanted: Collection[str], text: Text) -> bool:
    return not text.vocabulary.lacks([word for word in wanted if len(word) >= _SHORT_WORD])


def _shared(shorter: Text, longer: Text) -> float:
    return len(shorter.pairs & longer.pairs) / len(shorter.pairs) if shorter.pairs else 0.0


def _signature(said: tuple[str, ...]) -> int | None:
    pairs = list(dict.fromkeys(pairwise(said)))[:_MOST_PAIRS]
    if len(pairs) < _FEWEST_PAIRS:
        return None
    sums = sum(_hash(f"{left} {right}", _BITS) & _LANES for left, right in pairs).to_bytes(_BITS)
    half = len(pairs) // 2
    return _signed(int("".join("1" if each > half else "0" for each in sums), 2))


def _hash(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=size).digest())


def _unsigned(number: int) -> int:
    return number % (1 << _BITS)


def _signed(number: int) -> int:
    """As the 64-bit integer of a database."""
    return number - (1 << _BITS) if number >> (_BITS - 1) else number


def _is_case_of(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    kept = len(shorter) if len(shorter) <= _SHORT_WORD else len(shorter) - 1
    return len(longer) - len(shorter) <= _SHORT_WORD and shorter[:kept] == longer[:kept]


def _numbers(text: str) -> Iterator[str]:
    for number in _NUMBER.findall(text):
        yield re.sub(r"[,:/-]", ".", re.sub(r"\s", "", number))
    for word in words(text):
        if word in _VALUES:
            yield _VALUES[word]
        elif word.startswith(_DATE_WORDS):
            yield word[:3]


def _names(text: str) -> Iterator[str]:
    """Capitalised words inside sentences, less those of whoever tells it."""
    found = list(_WORD.finditer(text))
    tellers = [index for index, word in enumerate(found) if _ATTRIBUTION.match(fold(word[0]))]
    beside = {near for index in tellers for near in range(index - _ATTRIBUTION_REACH, index + _ATTRIBUTION_REACH + 1)}
    for index, word in enumerate(found):
        if (
            not word[0][0].isupper()
            or index in beside
            or _BEFORE_A_SENTENCE.search(text, max(0, word.start() - 4), word.start())
        ):
            continue
        if (name := fold(word[0])) not in _AGENCIES:
            yield name
