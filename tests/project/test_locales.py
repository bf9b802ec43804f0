"""The texts in three languages say the same things, with markup that Telegram takes."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.domain.alert import AlertKind, Release, Sighting
from bot.domain.appearance import TemplateFault
from bot.domain.approval import Decision, Ending
from bot.domain.cause import Cause
from bot.domain.channel import Right, Setting
from bot.domain.delivery import Action, DeliveryState
from bot.domain.destination import DestinationKind, DestinationState, Lack
from bot.domain.errors import DomainError
from bot.domain.health import Aspect, SourceState
from bot.domain.language import Language
from bot.domain.rubric import Place
from bot.domain.source import SourceKind, Trouble
from bot.domain.topic import Shutting
from bot.i18n import I18n
from bot.services.approvals import Taken
from bot.services.arrival import Acceptance
from bot.services.verdict import Verdict
from bot.services.why import Absence

BOT = Path(str(files("bot")))
TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote"}
# Where people are spoken to; elsewhere "rubrics.slug" is a column and no text.
SPEAKING = ("domain", "handlers", "render")
KEY = re.compile(r"[a-z][a-z0-9-]*\.[a-z](?:[a-z0-9-]*[a-z0-9])?")


class Placeholders(Visitor):
    """The names that stand in a text as { $name }."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def resource(language: Language) -> ftl.Resource:
    return FluentParser().parse((BOT / "locales" / f"{language}.ftl").read_text(encoding="utf-8"))


def patterns(language: Language) -> list[tuple[str, ftl.Pattern]]:
    return [
        (f"{message.id.name}.{attribute.id.name}", attribute.value)
        for message in resource(language).body
        if isinstance(message, ftl.Message)
        for attribute in message.attributes
    ]


def placeholders(language: Language) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, pattern in patterns(language):
        visitor = Placeholders()
        visitor.visit(pattern)
        found[key] = visitor.names
    return found


def strings_in_code() -> tuple[set[str], set[str]]:
    """What may be a key in the code: whole strings, and the beginnings of strings that are put together ("commands.")."""
    whole, beginnings = set(), set()
    for path in (path for folder in SPEAKING for path in (BOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
    return whole, {beginning for beginning in beginnings if KEY.fullmatch(f"{beginning}x")}


@pytest.mark.parametrize("language", Language)
def test_a_locale_can_be_read_in_full(language: Language) -> None:
    assert [node.content for node in resource(language).body if isinstance(node, ftl.Junk)] == []


@pytest.mark.parametrize("language", Language)
def test_each_text_of_a_locale_is_found_by_its_key(language: Language) -> None:
    texts = I18n(language, ZoneInfo("Asia/Baku")).texts(language)
    for key, names in placeholders(language).items():
        assert texts(key, **dict.fromkeys(names, 1)), key


@pytest.mark.parametrize("language", Language)
def test_no_text_is_given_twice(language: Language) -> None:
    messages = [node.id.name for node in resource(language).body if isinstance(node, ftl.Message)]
    repeated = [
        name for name, times in Counter([*messages, *(key for key, _ in patterns(language))]).items() if times > 1
    ]
    assert repeated == []


@pytest.mark.parametrize("language", [Language.AZ, Language.EN])
def test_all_locales_have_the_same_keys_and_placeholders(language: Language) -> None:
    assert placeholders(language) == placeholders(Language.RU)


@pytest.mark.parametrize("language", Language)
def test_markup_is_what_telegram_knows(language: Language) -> None:
    for key, pattern in patterns(language):
        span = pattern.span
        assert span is not None
        text = (BOT / "locales" / f"{language}.ftl").read_text(encoding="utf-8")[span.start : span.end]
        tags = re.findall(r"</?([a-z-]+)", text)
        assert set(tags) <= TAGS, key
        assert not re.search(r"&(?!(?:lt|gt|amp|quot);)", text), key
        assert text.count("<") == len(tags), key


def test_every_key_in_the_code_has_its_text() -> None:
    keys = set(placeholders(Language.RU))
    commands = {key.split(".")[0] for key in keys}
    whole, _ = strings_in_code()
    assert {key for key in whole if key.split(".")[0] in commands} - keys == set()


def test_every_error_has_its_text() -> None:
    errors: list[type[DomainError]] = [DomainError, *DomainError.__subclasses__()]
    assert {error.key for error in errors} - set(placeholders(Language.RU)) == set()


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("trouble.{}", Trouble),
        # Those about a channel go to one person, one by one.
        ("alerts.{}-many", set(AlertKind) - {AlertKind.BARRED, AlertKind.LOST, AlertKind.TOPIC}),
        ("alerts.uncertain-{}", Sighting),
        ("alerts.sighting-{}", Sighting),
        ("channels.barred-{}", Lack),
        ("topics.told-{}", Shutting),
        ("alerts.aspect-{}", Aspect),
        ("alerts.reshaped-{}", Aspect),
        ("alerts.shape-restored-{}", Aspect),
        ("alerts.release-{}", Release),
        ("alerts.released-{}", Release),
        ("sources.kind-{}", SourceKind),
        ("sources.state-{}", SourceState),
        ("sources.is-{}", SourceState),
        ("reason.{}", Cause),
        ("why.{}", Absence),
        ("why.accepted-{}", Acceptance),
        ("why.verdict-{}", Verdict),
        ("why.place-{}", Place),
        ("why.to-{}", DestinationKind),
        ("why.is-{}", DestinationState),
        ("why.action-{}", Action),
        ("history.{}", Setting),
        ("approval.ended-{}", Ending),
        ("approval.taken-{}", Decision),
        ("approval.taken-{}", set(Taken) - {Taken.DONE}),
        ("channels.lacks-{}", Right),
        ("channels.right-{}", Right),
        ("template.{}", TemplateFault),
        ("why.state-{}", DeliveryState),
        ("why.was-{}", DeliveryState),
    ],
)
def test_every_kind_has_its_text(pattern: str, kinds: Iterable[str]) -> None:
    assert {pattern.format(kind) for kind in kinds} - set(placeholders(Language.RU)) == set()


def test_every_text_is_used() -> None:
    whole, beginnings = strings_in_code()
    unused = set(placeholders(Language.RU)) - whole
    assert {key for key in unused if not key.startswith(tuple(beginnings))} == set()
