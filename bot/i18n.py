"""Every word a person reads, from bot/locales, and dates as people write them. In: a key and values. Out: the text in one language.

A key is `command.element`: the message `command` with the attribute `.element` in each .ftl file. No message names another, so
each is parsed when the first of its texts is asked for: all of them take a fifth of the time of a start, the longest 10 ms.
"""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from fluent.runtime import FluentBundle, FluentResource

from bot.domain.language import Language

# A message begins where a line does, and what belongs to it is indented (Fluent's grammar: Entry, block_text).
_MESSAGE = re.compile(r"^([a-z][a-z-]*) *=.*\n(?:(?![a-z#]).*\n)*", re.MULTILINE)


class I18n:
    """The texts of all languages. `zone` is the newsroom's, in which every time is written."""

    def __init__(self, default: Language, zone: ZoneInfo) -> None:
        self.default = default
        self.zone = zone
        self._texts = {language: Texts(language, zone, default) for language in Language}

    def texts(self, language: Language) -> "Texts":
        return self._texts[language]


class Texts:
    """The texts of one language; what it lacks is taken from the default language."""

    def __init__(self, language: Language, zone: ZoneInfo, default: Language) -> None:
        self.language = language
        self._zone = zone
        self._sought = tuple(dict.fromkeys((language, default)))

    def __call__(self, key: str, **arguments: str | int) -> str:
        """The text of `key`. An unknown key or a missing argument is our fault and raises: half a text is never shown.

        Markup in `arguments` stays as it is, so foreign values come escaped (render/html.py).
        """
        faults: list[Exception] = []
        for language in self._sought:
            text = _format(language, key, arguments, faults)
            if text is not None:
                return text
        if faults:
            raise ValueError(f"The text {key!r} cannot be formatted in {self.language}: {faults}")
        raise KeyError(key)

    def time(self, instant: dt.datetime) -> str:
        """Like 14:52."""
        return format_datetime(instant, "HH:mm", tzinfo=self._zone, locale=self.language)

    def date(self, day: dt.date) -> str:
        """Like 23 November. An instant is first brought into the newsroom's zone."""
        return format_date(self.day(day) if isinstance(day, dt.datetime) else day, "d MMMM", locale=self.language)

    def day_and_time(self, instant: dt.datetime) -> str:
        """Like 23 November, 14:52."""
        return f"{self.date(instant)}, {self.time(instant)}"

    def day(self, instant: dt.datetime) -> dt.date:
        """The newsroom's day at that instant."""
        return instant.astimezone(self._zone).date()


@cache
def _bundle(language: Language) -> FluentBundle:
    # Without isolating: U+2068 and U+2069 around values would end up inside links.
    return FluentBundle([language], use_isolating=False)


@cache
def _messages(language: Language) -> dict[str, str]:
    text = files("bot").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")
    return {found[1]: found[0] for found in _MESSAGE.finditer(text)}


@cache
def _read(language: Language, command: str) -> FluentBundle | None:
    """The bundle of the language, with this message; None: it has no such."""
    if (message := _messages(language).get(command)) is None:
        return None
    bundle = _bundle(language)
    bundle.add_resource(FluentResource(message))
    return bundle


def _format(language: Language, key: str, arguments: Mapping[str, str | int], faults: list[Exception]) -> str | None:
    """The text, or None: the key is unknown to this language, or formatting it added to `faults`."""
    command, _, element = key.partition(".")
    if (bundle := _read(language, command)) is None:
        return None
    pattern = bundle.get_message(command).attributes.get(element)
    if pattern is None:
        return None
    text, found = bundle.format_pattern(pattern, dict(arguments))
    if found:
        faults.extend(found)
        return None
    return str(text)
