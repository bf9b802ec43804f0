"""Texts and dates in three languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.language import Language
from bot.i18n import I18n

# Half past eleven in the evening in Greenwich is the next morning in Baku.
EVENING = datetime(2025, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def i18n() -> I18n:
    return I18n(Language.RU, ZoneInfo("Asia/Baku"))


@pytest.mark.parametrize(
    ("language", "text"),
    [(Language.RU, "Читать полностью"), (Language.AZ, "Ardını oxu"), (Language.EN, "Read the full story")],
)
def test_a_text_is_found_by_its_key_in_each_language(i18n: I18n, language: Language, text: str) -> None:
    assert i18n.texts(language)("article.read") == text


def test_values_are_put_in_without_invisible_signs_around_them(i18n: I18n) -> None:
    assert i18n.texts(Language.EN)("ticker.header", day="4 September") == "<b>In brief · 4 September</b>"


@pytest.mark.parametrize("key", ["article.unheard-of", "unheard-of.element", "article"])
def test_an_unknown_key_is_our_fault_and_raises(i18n: I18n, key: str) -> None:
    with pytest.raises(KeyError, match=key):
        i18n.texts(Language.AZ)(key)


def test_half_a_text_is_never_shown(i18n: I18n) -> None:
    with pytest.raises(ValueError, match=r"ticker\.header"):
        i18n.texts(Language.EN)("ticker.header")


@pytest.mark.parametrize(
    ("language", "day"), [(Language.RU, "23 ноября"), (Language.AZ, "23 noyabr"), (Language.EN, "23 November")]
)
def test_dates_are_written_as_people_write_them_in_the_newsrooms_zone(i18n: I18n, language: Language, day: str) -> None:
    texts = i18n.texts(language)
    assert texts.date(EVENING) == day
    assert texts.date(date(2025, 11, 23)) == day
    assert texts.time(EVENING) == "03:30"
    assert texts.day_and_time(EVENING) == f"{day}, 03:30"


def test_the_day_is_the_newsrooms(i18n: I18n) -> None:
    assert i18n.texts(Language.EN).day(EVENING) == date(2025, 11, 23)
