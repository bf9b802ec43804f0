"""A channel's own template: read when it is saved, filled for each article. In: typed text, and values. Out: Telegram HTML.

    <b>{title}</b>{?author}
    By {author}{/author}

`{title}` is replaced by the article's title; what stands between `{?author}` and `{/author}` is left out where there is no
author. Tags are Telegram's own. Nothing else has a meaning, so a template computes nothing: reading it takes one pass over
at most MAX_TEMPLATE characters, and filling it as many steps as it has parts. Values are escaped on their way in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import NoReturn

from bot.domain.appearance import MAX_TEMPLATE, MAX_TEMPLATE_MARKS, Placeholder, TemplateFault
from bot.domain.errors import TemplateError
from bot.render.html import cut, cut_at_paragraph, escape, escape_attribute, linkable, visible_length

# A template says something of the article if it names one of these.
_TELLING = frozenset({Placeholder.TITLE, Placeholder.LEAD, Placeholder.BODY})
# A beginning of the body that is shorter than this says nothing.
_LEAST_BODY = 80

_MARK = re.compile(r"\{(?P<field>[^{}\n]*)\}|<(?P<closes>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>|(?P<stray>[{<])")
_FIELD = re.compile(r"(?P<sign>[?/]?)\s*(?P<name>[a-z]+)")
_PLAIN_TAGS = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre", "blockquote", "a")
)
# Telegram opens nothing inside these.
_CLOSED = frozenset({"code", "pre"})
# Neither contains its own kind.
_NOT_IN_ITSELF = frozenset({"a", "blockquote"})
# Phones write typographic quotes as somebody types.
_HREF = re.compile(r"""\s+href\s*=\s*(?:"([^"]*)"|'([^']*)'|[“”„«]([^“”«»]*)[“”»])\s*""", re.IGNORECASE)
_EXPANDABLE = re.compile(r"\s+expandable\s*", re.IGNORECASE)
_TO_ARTICLE = re.compile(r"\{\s*link\s*\}")
_BLANKS_AT_LINE_END = re.compile(r"[^\S\n]+\n")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")
_SHOWN_OF_MARK = 40


@dataclass(frozen=True, slots=True)
class _Value:
    name: Placeholder


@dataclass(frozen=True, slots=True)
class _Group:
    """What stands inside a tag, a condition or the whole. `key` says what closes it, `start` where it begins."""

    key: str = ""
    start: int = 0
    condition: Placeholder | None = None
    tag: str = ""
    opening: str = ""
    leads_to_article: bool = False
    parts: "list[str | _Value | _Group]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Template:
    root: _Group

    def fill(self, values: Mapping[Placeholder, str], limit: int) -> str:
        """Plain values into the template, at most `limit` visible code points; the body takes what the others leave it.

        Empty where nothing of the article is left to say.
        """
        known = {name: escape(value.strip()) for name, value in values.items() if value.strip()}
        body = known.pop(Placeholder.BODY, "")
        bodies = _count(self.root, Placeholder.BODY) if body else 0
        if bodies:
            around = visible_length(_filled(self.root, known | {Placeholder.BODY: "·"}))
            room = (limit - around) // bodies
            shown = cut_at_paragraph(body, room) if room >= _LEAST_BODY else ""
            if visible_length(shown):
                known[Placeholder.BODY] = shown
        text = _filled(self.root, known)
        if text == _filled(self.root, {name: value for name, value in known.items() if name not in _TELLING}):
            return ""
        return cut(_MANY_LINE_ENDS.sub("\n\n", _BLANKS_AT_LINE_END.sub("\n", text)).strip(), limit)


@lru_cache(maxsize=1024)
def read_template(text: str) -> Template:
    """Raises TemplateError with the place of the first fault."""
    if len(text) > MAX_TEMPLATE:
        _refuse(text, MAX_TEMPLATE, TemplateFault.TOO_LONG)
    root = _Reader(text).read()
    if not any(_count(root, name) for name in _TELLING):
        _refuse(text, 0, TemplateFault.SAYS_NOTHING)
    return Template(root)


class _Reader:
    """One pass over a template; the groups that are open lie on a stack."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open = [_Group()]

    def read(self) -> _Group:
        done = 0
        for number, mark in enumerate(_MARK.finditer(self._text)):
            self._add_words(done, mark.start())
            done = mark.end()
            if number == MAX_TEMPLATE_MARKS:
                self._refuse(mark.start(), TemplateFault.TOO_MANY)
            if mark["stray"] is not None:
                self._refuse(mark.start(), TemplateFault.BRACE if mark["stray"] == "{" else TemplateFault.SIGN)
            elif mark["tag"] is not None:
                self._tag(mark)
            else:
                self._field(mark)
        self._add_words(done, len(self._text))
        if len(self._open) > 1:
            group = self._open[-1]
            self._refuse(group.start, TemplateFault.UNCLOSED, group.key)
        return self._open[0]

    def _add_words(self, start: int, end: int) -> None:
        if start < end:
            # As it is meant: &nbsp; and its like are unknown to Telegram.
            self._open[-1].parts.append(escape(unescape(self._text[start:end])))

    def _field(self, mark: "re.Match[str]") -> None:
        start = mark.start()
        found = _FIELD.fullmatch(mark["field"].strip().lower())
        if found is None or found["name"] not in list(Placeholder):
            self._refuse(start, TemplateFault.UNKNOWN, mark[0])
        name = Placeholder(found["name"])
        match found["sign"]:
            case "?":
                self._begin(_Group(key=f"{{?{name}}}", start=start, condition=name))
            case "/":
                self._end(start, f"{{?{name}}}", mark[0])
            case _:
                self._open[-1].parts.append(_Value(name))

    def _tag(self, mark: "re.Match[str]") -> None:
        start, tag = mark.start(), mark["tag"].lower()
        if tag not in _PLAIN_TAGS:
            self._refuse(start, TemplateFault.TAG, mark[0])
        if mark["closes"]:
            if mark["rest"].strip():
                self._refuse(start, TemplateFault.ATTRIBUTE, mark[0])
            self._end(start, f"<{tag}>", mark[0])
            return
        around = {group.tag for group in self._open}
        if around & _CLOSED or tag in around & _NOT_IN_ITSELF:
            self._refuse(start, TemplateFault.NESTED, mark[0])
        self._begin(self._opened(tag, mark))

    def _opened(self, tag: str, mark: "re.Match[str]") -> _Group:
        start, rest, key = mark.start(), mark["rest"], f"<{tag}>"
        if tag == "a":
            found = _HREF.fullmatch(rest)
            if found is None:
                self._refuse(start, TemplateFault.ATTRIBUTE, mark[0])
            url = next(value for value in found.groups() if value is not None).strip()
            if _TO_ARTICLE.fullmatch(url.lower()):
                return _Group(key=key, start=start, tag=tag, leads_to_article=True)
            if not linkable(unescape(url)) or "{" in url:
                self._refuse(start, TemplateFault.ADDRESS, url)
            return _Group(key=key, start=start, tag=tag, opening=f'<a href="{escape_attribute(unescape(url))}">')
        if tag == "blockquote" and _EXPANDABLE.fullmatch(rest):
            return _Group(key=key, start=start, tag=tag, opening="<blockquote expandable>")
        if rest.strip():
            self._refuse(start, TemplateFault.ATTRIBUTE, mark[0])
        return _Group(key=key, start=start, tag=tag, opening=key)

    def _begin(self, group: _Group) -> None:
        self._open[-1].parts.append(group)
        self._open.append(group)

    def _end(self, start: int, key: str, what: str) -> None:
        if self._open[-1].key != key:
            self._refuse(start, TemplateFault.UNEXPECTED, what)
        self._open.pop()

    def _refuse(self, position: int, fault: TemplateFault, what: str = "") -> NoReturn:
        _refuse(self._text, position, fault, what)


def _refuse(text: str, position: int, fault: TemplateFault, what: str = "") -> NoReturn:
    before = text[:position]
    raise TemplateError(
        fault,
        line=before.count("\n") + 1,
        column=position - (before.rfind("\n") + 1) + 1,
        what=what[:_SHOWN_OF_MARK],
    )


def _count(group: _Group, name: Placeholder) -> int:
    return sum(
        _count(part, name) if isinstance(part, _Group) else part == _Value(name)
        for part in group.parts
        if not isinstance(part, str)
    )


def _filled(group: _Group, values: Mapping[Placeholder, str]) -> str:
    return "".join(_pieces(group, values))


def _pieces(group: _Group, values: Mapping[Placeholder, str]) -> Iterator[str]:
    if group.condition is not None and group.condition not in values:
        return
    opening, closing = group.opening, f"</{group.tag}>"
    if group.leads_to_article and Placeholder.LINK in values:
        # Escaped for a text already; only the quote is more in an attribute.
        opening = f'<a href="{values[Placeholder.LINK].replace(chr(34), "&quot;")}">'
    yield opening
    for part in group.parts:
        match part:
            case str():
                yield part
            case _Value(name=name):
                yield values.get(name, "")
            case _Group():
                yield from _pieces(part, values)
    if opening:
        yield closing
