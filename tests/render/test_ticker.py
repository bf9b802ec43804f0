"""What the ticker shows, and when it is full."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerLine
from bot.render.html import visible_length
from bot.render.message import MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT
from bot.render.ticker import fits, ticker_message
from tests.render.conftest import CheckSnapshot
from tests.render.samples import I18N, PUBLISHED_AT, RUBRICS, line

DAY = date(2025, 9, 4)
RU = I18N.texts(Language.RU)


@pytest.mark.parametrize("language", Language)
def test_a_ticker_looks_as_it_was_approved(language: Language, check_snapshot: CheckSnapshot) -> None:
    lines = [
        line(1, title='Лига чемпионов: Объявлены стартовые составы "Карабаха" и "Аякса"', rubric=Slug("football")),
        line(2, title="Tom & Jerry: 2 < 3"),
        line(3, title="İlham Əliyev Donald Trampa təşəkkür edib 🇦🇿", url=None),
        line(4, title="Слово " * 2000, url="http://localhost/4/"),
        line(5, published_at=PUBLISHED_AT - timedelta(hours=12)),
    ]
    check_snapshot(f"ticker.{language}", ticker_message(DAY, lines, RUBRICS, I18N.texts(language)))


def test_a_line_is_time_linked_headline_and_rubric() -> None:
    text = ticker_message(DAY, [line()], RUBRICS, RU).text
    assert text == (
        '<b>Коротко · 4 сентября</b>\n\n09:32 <a href="https://news.example/1/">Headline 1</a> · Внешняя политика'
    )


def test_the_newest_line_is_the_last() -> None:
    text = ticker_message(DAY, [line(2), line(3), line(1)], RUBRICS, RU).text
    assert text.index("Headline 1") < text.index("Headline 2") < text.index("Headline 3")


def test_a_line_of_another_day_says_so() -> None:
    text = ticker_message(DAY, [line(published_at=PUBLISHED_AT - timedelta(hours=10))], RUBRICS, RU).text
    assert "3 сентября, 23:32 <a" in text


def test_a_line_of_an_unknown_rubric_goes_without_one() -> None:
    assert ticker_message(DAY, [line(rubric=Slug("gone"))], RUBRICS, RU).text.endswith("Headline 1</a>")


def test_a_ticker_shows_no_preview_and_no_buttons() -> None:
    message = ticker_message(DAY, [line()], RUBRICS, RU)
    assert (message.preview, message.buttons) == (None, ())


@pytest.mark.parametrize(
    "make_line",
    [
        pytest.param(line, id="short headlines"),
        pytest.param(lambda number: line(number, title="Слово " * 2000), id="long headlines"),
        pytest.param(lambda number: line(number, url=f"https://news.example/{'x' * 2000}"), id="long addresses"),
        pytest.param(lambda number: line(number, title="& < > " * 50), id="markup in headlines"),
    ],
)
def test_what_fits_stays_within_telegrams_limits_and_something_always_fits(
    make_line: Callable[[int], TickerLine],
) -> None:
    lines = [make_line(1)]
    while fits(DAY, lines, RUBRICS, RU):
        text = ticker_message(DAY, lines, RUBRICS, RU).text
        assert visible_length(text) <= MAX_TEXT
        assert len(text.encode()) <= MAX_RAW_BYTES
        assert text.count("<a ") + text.count("<b>") <= MAX_ENTITIES
        assert not text.endswith("…</a>…")
        lines.append(make_line(len(lines) + 1))
    assert 1 < len(lines) <= MAX_ENTITIES


def test_headlines_that_grow_after_the_ticker_was_filled_are_cut_and_not_refused() -> None:
    lines = [line(number, title="Слово " * 40) for number in range(1, 80)]
    assert visible_length(ticker_message(DAY, lines, RUBRICS, RU).text) <= MAX_TEXT
