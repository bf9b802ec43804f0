"""Bytes that are not UTF-8 → the name of their encoding; text that was decoded twice → as it was meant.

In: bytes, and what was claimed of them. Pure; text.py asks. No library does this: of five Russian words in a feed's
markup charset-normalizer takes two thirds of the KOI8-R ones and an eighth of the Windows-1251 ones for something else;
the frequencies of letters are wrong about one in a hundred, mostly on names in Latin letters.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

WINDOWS_CYRILLIC = "cp1251"
# KOI8-U holds all letters of KOI8-R.
_CYRILLIC = (WINDOWS_CYRILLIC, "koi8-u", "iso8859-5", "cp866")
_SAME = {"koi8-r": "koi8-u"}
# Turkish, and Azerbaijani as far as 256 characters go; all but six of them are those of Windows-1252.
_LATIN = "cp1254"
_OTHER_LATIN = frozenset(
    {"cp1250", "cp1257", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-9", "iso8859-13", "iso8859-16"}
)
# Scripts with which Cyrillic could be confused; and those where several bytes are a character.
_TRUSTED = frozenset({
    "cp1253", "cp1255", "cp1256", "iso8859-6", "iso8859-7", "iso8859-8", "cp874",
    "gbk", "gb2312", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949",
})  # fmt: skip
_RUN = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([A-Za-z]?)")
# Runs and bytes that are looked at: more make nothing surer.
_RUNS = 500
_SAMPLE = 2048

# The letters of Russian from frequent to rare: the logarithms of their frequencies fall nearly evenly, 0.24 bits each.
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_MOST_FREQUENT, _FALL = 3.5, 0.24
_CAPITAL, _NEIGHBOUR, _FOREIGN = 0.5, -1.0, -4.0
_NEIGHBOURS = "іїєўґІЇЄЎҐ"
_NEUTRAL = "\xa0«»„“”‘’–—…№•·°©®§"
# A capital after a small letter: another code page has them the other way round.
_WRONG_CASE = re.compile("[а-яё][А-ЯЁ]")
_WRONG_CASE_COSTS = 6.0
# In bits. What was claimed is likely; and what is not UTF-8 is mostly Windows-1251.
_CLAIMED, _USUAL = 6.0, 3.0


def claimed_codec(claim: str) -> str | None:
    """Python's own name of it; its other codecs (punycode, unicode_escape, …) are not for documents."""
    try:
        name = codecs.lookup(claim).name
    except (LookupError, ValueError):
        return None
    name = _SAME.get(name, name)
    return name if name in _TRUSTED or name in _OTHER_LATIN or name in _CYRILLIC or name == _LATIN else None


def code_page(foreign: bytes, claims: Sequence[str]) -> str:
    """The encoding of bytes that are not UTF-8. `claims` are codecs, most trusted first."""
    for claim in claims:
        if claim in _TRUSTED and _fits(foreign, claim):
            return claim
    runs = [match.groups() for match in islice(_RUN.finditer(foreign), _RUNS)]
    # Latin words have a few such letters among others, Cyrillic ones no others.
    among_latin = sum(len(run) for before, run, after in runs if len(run) <= 2 and (before or after))  # noqa: PLR2004
    if among_latin * 2 > sum(len(run) for _, run, _ in runs):
        return next((claim for claim in claims if claim in _OTHER_LATIN), _LATIN)
    sample = b" ".join(run for _, run, _ in runs)[:_SAMPLE]
    return max(_CYRILLIC, key=lambda page: _likelihood(sample, page, claims))


def _fits(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except UnicodeError:
        return False
    return True


def _likelihood(sample: bytes, page: str, claims: Sequence[str]) -> float:
    """In bits: that this is Russian, if it is in this code page."""
    text = sample.decode(page, "replace")
    letters = sum(_WEIGHTS.get(character, _FOREIGN) * count for character, count in Counter(text).items())
    prior = (_CLAIMED if page in claims else 0.0) + (_USUAL if page == WINDOWS_CYRILLIC else 0.0)
    return letters + prior - _WRONG_CASE_COSTS * len(_WRONG_CASE.findall(text))


def _weights() -> dict[str, float]:
    small = {letter: _MOST_FREQUENT - _FALL * rank for rank, letter in enumerate(_BY_FREQUENCY)}
    capital = {letter.upper(): weight - _CAPITAL for letter, weight in small.items()}
    others = dict.fromkeys(_NEIGHBOURS, _NEIGHBOUR) | dict.fromkeys(_NEUTRAL + " ", 0.0)
    return small | capital | others


_WEIGHTS = _weights()


class _Scrambler:
    """Undoes "UTF-8 that was read as this code page and saved as UTF-8"."""

    def __init__(self, page: str, *marks: str) -> None:
        self._marks = marks
        # For the holes of a code page, and by some programs for all of 0x80 to 0x9F, control characters stand.
        controls = [chr(byte) for byte in range(0x80, 0xA0)]
        table = [bytes([byte]).decode(page, "ignore") or chr(byte) for byte in range(256)]
        self._bytes = dict(zip(map(ord, controls), range(0x80, 0xA0), strict=True))
        self._bytes |= {ord(character): byte for byte, character in enumerate(table)}
        tail = _class(table[0x80:0xC0] + controls)
        two, three, four = _class(table[0xC2:0xE0]), _class(table[0xE0:0xF0]), _class(table[0xF0:0xF5])
        character = f"(?:{two}{tail}|{three}{tail}{{2}}|{four}{tail}{{3}})"
        # Four or more with at most ASCII between them: nothing is written so. A longer run holds up the other threads.
        self._runs = re.compile(rf"{character}(?:[\x00-\x7f]*+{character}){{3,20000}}+")

    def undo(self, text: str) -> str:
        # To look for two letters costs a hundredth of the pattern.
        return self._runs.sub(self._meant, text) if any(mark in text for mark in self._marks) else text

    def _meant(self, run: re.Match[str]) -> str:
        try:
            meant = run[0].translate(self._bytes).encode("latin-1").decode()
        except UnicodeError:
            return run[0]
        foreign = [character for character in meant if character > "\x7f"]
        ours = sum(character in _OURS for character in foreign)
        return meant if ours * 2 > len(foreign) else run[0]


def _class(characters: Iterable[str]) -> str:
    return f"[{re.escape(''.join(characters))}]"


_OURS = frozenset(_BY_FREQUENCY + _BY_FREQUENCY.upper() + "əğışçöüƏĞİŞÇÖÜ")
# What а and ə become, and the last character of that: no text of any length is without them. To look for one character
# costs next to nothing.
_SCRAMBLERS = (_Scrambler(WINDOWS_CYRILLIC, "Р°", "Й™"), _Scrambler("cp1252", "Ð°", "É™", "É\x99"))
_SIGNS = ("°", "™", "\x99")


def unscrambled(text: str) -> str:
    """The text, where it was encoded twice as it was meant: "РџСЂРёРІРµС‚" → "Привет"."""
    if any(sign in text for sign in _SIGNS):
        for scrambler in _SCRAMBLERS:
            text = scrambler.undo(text)
    return text
