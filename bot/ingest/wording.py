"""Texts → their words without their dress, and the hashes by which a change of words is seen. Pure. Next: accept.py, revisit.py.

Cosmetic is what changes without anybody having said anything new: white space, quotes, dashes and invisible characters,
and what a site counts beside an article: views, comments, minutes of reading, how long ago it was.
"""

import hashlib
import re
import unicodedata

_LOOKS = (
    dict.fromkeys("«»„“”‟\u2033\uff02", '"')
    | dict.fromkeys("‘’‚‛\u02bc\u2032`´", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "№": "No"}
    | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | dict.fromkeys(map(chr, (0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F))), "")
    | dict.fromkeys(map(chr, (*range(0x2060, 0x2070), 0xFE0E, 0xFE0F)), "")
)
# On texts in Cyrillic twenty times as fast as str.translate.
_DRESSED = re.compile("[" + re.escape("".join(_LOOKS)) + "]")

_AMOUNT = r"\d[\d\s.,]*(?:k|m|тыс\.?|млн\.?|min|mln)?"
_COUNTED = (
    r"(?:количество\s+|число\s+)?(?:просмотр\w*|прочтени\w*|прочитан\w*|комментари\w*|лайк\w*|репост\w*|отзыв\w*)"
    r"|рейтинг|оценка|(?:baxış|oxunma|oxunuş|şərh|bəyənmə|paylaşım)\w*(?:\s+sayı)?|baxılıb|oxunub"
    r"|views?|reads?|comments?|shares?|likes?|hits?"
    r"|время\s+(?:на\s+)?(?:чтени\w+|прочтени\w+)|oxu(?:ma|nma)?\s+(?:müddəti|vaxtı)|reading\s+time|читать"
)
_MINUTES = r"(?:мин\w*|dəq\w*|min\w*)\.?"
_AGO = r"(?:секунд|минут|час|день|дн|недел)\w*\s+назад|(?:saniyə|dəqiqə|saat|gün|həftə)\s+əvvəl|(?:second|minute|hour|day|week)s?\s+ago"
_STAMPED = r"(?:обновлено|опубликовано|yenilənib|dərc\s+olunub|updated|published|last\s+updated)\s*:?\s*[\d\s.,:/-]+"
# All that a line, or a part of one, says.
_COUNTER = re.compile(
    rf"(?:{_COUNTED})\s*[:-]?\s*\(?\s*{_AMOUNT}\s*\)?\s*(?:{_MINUTES})?"
    rf"|{_AMOUNT}\s*(?:{_COUNTED}|{_AGO}|{_MINUTES}\s*(?:на\s+)?(?:чтени\w+|read|oxu\w*))"
    rf"|[👁👀💬🗨❤👍🔁⏱🕐]\s*{_AMOUNT}\s*(?:{_MINUTES})?|{_STAMPED}",
    re.IGNORECASE,
)
# The same after the last sentence of a line. A number before the word may belong to the sentence, so it needs its end.
_COUNTER_AT_END = re.compile(
    rf"(?:^|\s)(?:{_COUNTED})\s*[:(]\s*{_AMOUNT}\s*\)?\s*(?:{_MINUTES})?[\s.]*$|(?<=[.!?…])\s+{_AMOUNT}\s*(?:{_COUNTED})[\s.]*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|·•]\s*")
_DIGIT = re.compile(r"\d")
# Characters; a longer line is a paragraph, of which only the end may hold counters, with their numbers near the end.
_LONGEST_COUNTERS = 80
_NUMBER_WITHIN = 30

# Three of them and the dashes between make at most 64 characters.
_MARK = 20


def fingerprint(title: str, lead: str, body: str) -> str:
    return hashlib.sha256("\x00".join(map(plain, (title, lead, body))).encode("utf-8", "replace")).hexdigest()


def plain(text: str) -> str:
    """One spelling of all that differs in looks only, in one line."""
    if _DIGIT.search(text):
        text = "\n".join(map(_without_counters, text.split("\n")))
    return " ".join(_undressed(text).split())


def _undressed(text: str) -> str:
    # What is left for the slow normalizer after the usual few is rare, and then nearly all of it was done by the first.
    text = _DRESSED.sub(_undress, text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return _DRESSED.sub(_undress, unicodedata.normalize("NFKC", text))


def _undress(character: re.Match[str]) -> str:
    return _LOOKS[character[0]]


def _without_counters(line: str) -> str:
    start = max(0, len(line) - _LONGEST_COUNTERS)
    if not _DIGIT.search(line, max(start, len(line) - _NUMBER_WITHIN)):
        return line
    end = _undressed(line[start:])
    parts = _PARTS.split(end) if not start else [end]
    kept = [part for part in parts if not _COUNTER.fullmatch(part.strip())]
    told = " | ".join(kept) if len(kept) < len(parts) else end
    while (shorter := _COUNTER_AT_END.sub("", told)) != told:
        told = shorter
    return line if told == end else line[:start] + told


def marks(title: str, lead: str, body: str) -> str:
    """A short mark of each part, parted by dashes: what changed is seen without keeping the words."""
    return "-".join(map(mark, (title, lead, body)))


def mark(text: str) -> str:
    return hashlib.sha256(plain(text).encode("utf-8", "replace")).hexdigest()[:_MARK]
