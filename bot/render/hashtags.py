"""A rubric's title → the hashtag that Telegram makes a link of. In and out: plain strings.

Telegram's hashtags hold letters, decimal digits and "_", with at least one letter (TDLib, MessageEntity.cpp, find_hashtags).
"""

import unicodedata

# TDLib takes 256 characters; nobody types nearly as many.
_LONGEST = 100
# Signs inside a word: without them the word is still one.
_INSIDE = frozenset("'’ʼ‘`´")


def hashtag(title: str) -> str:
    """With its words joined by "_" and its case as it is; empty, if Telegram would make no hashtag of it."""
    # ё and İ as one letter each: as a letter with a mark beside it they would end the hashtag.
    composed = unicodedata.normalize("NFC", title)
    kept = "".join(_kept(character) for character in composed)
    name = "_".join(kept.split())[:_LONGEST].rstrip("_")
    return f"#{name}" if any(character.isalpha() for character in name) else ""


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "L" or category == "Nd" or character == "_":
        return character
    return "" if category[0] == "M" or character in _INSIDE else " "
