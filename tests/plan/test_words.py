"""The words of channels against the words of articles."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.words import found_in, normalized
from tests.make import make_article


@pytest.mark.parametrize(
    ("written", "text", "occurs"),
    [
        ("выборы", "Выборы в парламент", True),
        ("ВЫБОРЫ", "«Выборы», — сказал он", True),
        ("выборы", "Довыборы", False),
        ("выбор", "Выборы", False),
        ("выбор*", "Выборы", True),
        ("карабах*", "В Карабахском районе", True),
        ("карабах*", "Нагорнокарабахский", False),
        ("елка", "Ёлка на площади", True),
        ("İstanbul", "istanbulda yox, ISTANBUL", True),
        ("bakı", "BAKI şəhəri", True),
        ("Белый дом", "Представитель Белого дома", False),
        ("бел* дом", "Белый дом", False),
        ("Белый дом", "Возле белый   дом-музей", True),
        ("Белый дом", "Белый дома", False),
        ("Белый дом*", "Белый дома", True),
        ("c++", "Язык C", True),
        ("7-1", "Счёт 7:1", True),
        (".*", "что угодно", False),
        ("(a+)+$", "aaaaaaaaaaaaaaaa", False),
    ],
)
def test_a_word_occurs_whole_or_as_a_stem(written: str, text: str, occurs: bool) -> None:  # noqa: FBT001, by the table
    word = normalized(written)

    assert found_in(make_article(title=text, lead="", body=""), [word]) == ((word,) if occurs else ())


@pytest.mark.parametrize("place", ["title", "lead", "body"])
def test_a_word_is_looked_for_in_the_whole_article(place: str) -> None:
    words: dict[str, Any] = {"title": "а", "lead": "а", "body": "а"} | {place: "мяч"}

    assert found_in(make_article(**words), ["мяч"]) == ("мяч",)


def test_a_phrase_does_not_reach_from_the_title_into_the_lead() -> None:
    assert found_in(make_article(title="Белый", lead="дом", body=""), ["белый дом"]) == ()


@pytest.mark.parametrize("written", ["", "*", " * ", "!!!", "—", "« »"])
def test_signs_alone_are_no_word(written: str) -> None:
    assert normalized(written) == ""


@given(st.text(max_size=64))
def test_a_normalized_word_stays_as_it_is(written: str) -> None:
    assert normalized(normalized(written)) == normalized(written)


@given(st.text(max_size=64), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_is_found_where_it_stands(written: str, before: str, after: str) -> None:
    word = normalized(written)
    if word:
        found = found_in(make_article(title=f"{before} {written.replace('*', ' ')} {after}", lead="", body=""), [word])
        assert found == (word,)
