"""What the ticker shows, when a batch is full, and what a live ticker lets go."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker import Sheet, TickerLayout, TickerLine
from bot.render.html import visible_length
from bot.render.message import MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT, Message
from bot.render.ticker import fits, ticker_message
from bot.sandbox.bot_api.text import formatted
from tests.render.conftest import CheckSnapshot
from tests.render.samples import I18N, PUBLISHED_AT, RUBRICS, line

DAY = date(2025, 9, 4)
RU = I18N.texts(Language.RU)
LINES = (
    line(1, title='Лига чемпионов: Объявлены стартовые составы "Карабаха" и "Аякса"', rubric=Slug("football")),
    line(2, title="Tom & Jerry: 2 < 3"),
    line(3, title="İlham Əliyev Donald Trampa təşəkkür edib 🇦🇿", url=None),
    line(4, title="Слово " * 2000, url="http://localhost/4/"),
    line(5, published_at=PUBLISHED_AT - timedelta(hours=12)),
    line(6, title="الأخبار العاجلة: 3 أهداف", rubric=Slug("gone")),
)


def shown(*lines: TickerLine, layout: TickerLayout = TickerLayout.BATCH, language: Language = Language.RU) -> Message:
    message = ticker_message(Sheet(day=DAY, layout=layout, lines=lines), RUBRICS, I18N.texts(language))
    assert message is not None
    return message


def headlines(message: Message) -> list[str]:
    """As they stand, from the top."""
    return [part.partition(">Headline ")[2].partition("<")[0] for part in message.text.split("\n\n")[1:]]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("layout", TickerLayout)
def test_a_ticker_looks_as_it_was_approved(
    language: Language, layout: TickerLayout, check_snapshot: CheckSnapshot
) -> None:
    check_snapshot(f"ticker-{layout}.{language}", shown(*LINES, layout=layout, language=language))


@pytest.mark.parametrize("language", Language)
def test_a_live_ticker_without_news_looks_as_it_was_approved(language: Language, check_snapshot: CheckSnapshot) -> None:
    message = shown(layout=TickerLayout.LIVE, language=language)

    check_snapshot(f"ticker-empty.{language}", message)
    assert message.silent


def test_nothing_is_left_of_a_batch_whose_lines_were_recalled() -> None:
    assert ticker_message(Sheet(day=DAY, layout=TickerLayout.BATCH, lines=()), RUBRICS, RU) is None


def test_a_line_is_time_linked_headline_and_rubric() -> None:
    assert shown(line()).text == (
        '<b>Коротко · 4 сентября</b>\n\n<tg-time unix="1756963920" format="t">09:32</tg-time> '
        '<a href="https://news.example/1/">Headline 1</a> · Внешняя политика'
    )


@pytest.mark.parametrize("layout", TickerLayout)
def test_telegram_reads_a_line_as_time_and_link(layout: TickerLayout) -> None:
    message = formatted(shown(line(), layout=layout).text, "HTML")

    assert message.text == "Коротко · 4 сентября\n\n09:32 Headline 1 · Внешняя политика"
    assert [entity.type for entity in message.entities] == ["bold", "date_time", "text_link"]


@pytest.mark.parametrize(
    ("layout", "order"),
    [(TickerLayout.BATCH, ["1", "2", "3"]), (TickerLayout.LIVE, ["3", "2", "1"])],
    ids=["batch", "live"],
)
def test_a_batch_reads_on_and_a_live_ticker_has_the_newest_on_top(layout: TickerLayout, order: list[str]) -> None:
    assert headlines(shown(line(2), line(3), line(1), layout=layout)) == order


def test_a_line_of_another_day_says_so() -> None:
    text = shown(line(published_at=PUBLISHED_AT - timedelta(hours=10))).text
    assert 'format="dt">3 сентября, 23:32</tg-time> <a' in text


def test_a_line_of_an_unknown_rubric_goes_without_one() -> None:
    assert shown(line(rubric=Slug("gone"))).text.endswith("Headline 1</a>")


def test_a_ticker_shows_no_preview_and_no_buttons() -> None:
    message = shown(line())
    assert (message.preview, message.buttons) == (None, ())


MAKERS = [
    pytest.param(line, id="short headlines"),
    pytest.param(lambda number: line(number, title="Слово " * 2000), id="long headlines"),
    pytest.param(lambda number: line(number, url=f"https://news.example/{'x' * 2000}"), id="long addresses"),
    pytest.param(lambda number: line(number, title="& < > " * 50), id="markup in headlines"),
    pytest.param(lambda number: line(number, title="@abcde #тег $USD a.az /go", url=None), id="tags and names"),
    pytest.param(lambda number: line(number, title="👨‍👩‍👧‍👦" * 30), id="emoji"),
]
MakeLine = Callable[[int], TickerLine]


def assert_telegram_keeps_all_of(message: Message, lines: Sequence[TickerLine]) -> None:
    assert visible_length(message.text) <= MAX_TEXT
    assert len(message.text.encode()) <= MAX_RAW_BYTES
    entities = formatted(message.text, "HTML").entities
    assert len(entities) <= MAX_ENTITIES
    assert sum(entity.type == "date_time" for entity in entities) == len(lines)
    assert sum(entity.type == "text_link" for entity in entities) == sum(each.url is not None for each in lines)


@pytest.mark.parametrize("make_line", MAKERS)
def test_what_fits_into_a_batch_is_kept_by_telegram_and_something_always_fits(make_line: MakeLine) -> None:
    lines = [make_line(1)]
    while fits(DAY, lines, RUBRICS, RU):
        message = shown(*lines)
        assert_telegram_keeps_all_of(message, lines)
        assert not message.text.endswith("…</a>…")
        lines.append(make_line(len(lines) + 1))
    assert 1 < len(lines) <= MAX_ENTITIES


@pytest.mark.parametrize("make_line", MAKERS)
def test_a_live_ticker_keeps_as_many_of_the_newest_lines_as_telegram_takes(make_line: MakeLine) -> None:
    lines = [make_line(number) for number in range(1, 100)]
    message = shown(*lines, layout=TickerLayout.LIVE)
    count = message.text.count("<tg-time")

    assert_telegram_keeps_all_of(message, lines[-count:])
    with_one_more = shown(*lines[-count:], layout=TickerLayout.LIVE).text
    assert with_one_more == message.text
    assert count >= 10


@given(st.lists(st.tuples(st.text(max_size=300), st.sampled_from(["https://news.example/a", None])), max_size=60))
def test_whatever_the_headlines_a_live_ticker_stays_within_the_limits(
    given_lines: list[tuple[str, str | None]],
) -> None:
    lines = [line(number, title=title or "x", url=url) for number, (title, url) in enumerate(given_lines, 1)]
    message = shown(*lines, layout=TickerLayout.LIVE)

    assert visible_length(message.text) <= MAX_TEXT
    entities = formatted(message.text, "HTML").entities
    assert len(entities) <= MAX_ENTITIES
    times = sum(entity.type == "date_time" for entity in entities)
    assert times == message.text.count("<tg-time")


def test_headlines_that_grow_after_the_batch_was_filled_are_cut_and_not_refused() -> None:
    lines = [line(number, title="Слово " * 40) for number in range(1, 80)]
    assert visible_length(shown(*lines).text) <= MAX_TEXT
