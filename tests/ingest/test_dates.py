from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ingest.dates import Spoken, human_moment, spoken

BAKU = ZoneInfo("Asia/Baku")
# A Monday.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=BAKU)


def read(text: str, now: datetime | None = NOW) -> str | None:
    """In Baku, to the minute."""
    found = human_moment(text, zone=BAKU, now=now)
    return found.astimezone(BAKU).strftime("%Y-%m-%d %H:%M") if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Russian
        ("04 сентября, 2025 09:32", "2025-09-04 09:32"),
        ("4 сентября 2025 г. в 09:32", "2025-09-04 09:32"),
        ("4 сен 2025", "2025-09-04 00:00"),
        ("09:32, 4 сент. 2025", "2025-09-04 09:32"),
        ("Среда, 4 марта 2020, 10:00", "2020-03-04 10:00"),
        ("Сентябрь 4, 2025 09:32", "2025-09-04 09:32"),
        ("Опубликовано: 04.09.2025, 09:32", "2025-09-04 09:32"),
        ("сегодня, 11:05", "2026-03-02 11:05"),
        ("Сегодня в 11:05", "2026-03-02 11:05"),
        ("вчера в 23:10", "2026-03-01 23:10"),
        ("позавчера", "2026-02-28 00:00"),
        ("5 минут назад", "2026-03-02 11:55"),
        ("минуту назад", "2026-03-02 11:59"),
        ("1 час и 5 мин. назад", "2026-03-02 10:55"),
        ("полчаса назад", "2026-03-02 11:30"),
        ("полтора часа назад", "2026-03-02 10:30"),
        ("2 дня назад, 14:05", "2026-02-28 14:05"),
        ("только что", "2026-03-02 12:00"),
        ("в воскресенье, 14:05", "2026-03-01 14:05"),
        # Azerbaijani
        ("21 fevral, 2026 19:22", "2026-02-21 19:22"),
        ("Çərşənbə, 4 sentyabr 2025", "2025-09-04 00:00"),
        ("Çərşənbə axşamı, 2 sentyabr 2025, 08:00", "2025-09-02 08:00"),
        ("2025-ci il sentyabrın 4-ü, saat 09:32", "2025-09-04 09:32"),
        ("4 İyun 2025 10:00", "2025-06-04 10:00"),
        ("4 IYUN 2025 10:00", "2025-06-04 10:00"),
        ("4 iyul 2025 10:00", "2025-07-04 10:00"),
        ("1 mart 2026", "2026-03-01 00:00"),
        ("5 iyn 2025", "2025-06-05 00:00"),
        ("bu gün 11:05", "2026-03-02 11:05"),
        ("Bugün, 11:05", "2026-03-02 11:05"),
        ("dünən 09:00", "2026-03-01 09:00"),
        ("2 saat əvvəl", "2026-03-02 10:00"),
        ("10 dəqiqə öncə", "2026-03-02 11:50"),
        ("bir gün əvvəl saat 14:05", "2026-03-01 14:05"),
        ("İndicə", "2026-03-02 12:00"),
        ("Bazar ertəsi, 09:00", "2026-03-02 09:00"),
        # English
        ("Sep 4, 2025 9:32 AM", "2025-09-04 09:32"),
        ("September 4th, 2025, 9:32 p.m.", "2025-09-04 21:32"),
        ("4 September 2025 at 09:32", "2025-09-04 09:32"),
        ("12:05 AM, 4 Sep 2025", "2025-09-04 00:05"),
        ("Thu, 04 Sep 2025 09:32:00 +0400", "2025-09-04 09:32"),
        ("today 11:05", "2026-03-02 11:05"),
        ("Yesterday at 9 PM", "2026-03-01 21:00"),
        ("3 hours ago", "2026-03-02 09:00"),
        ("about an hour ago", "2026-03-02 11:00"),
        ("3h ago", "2026-03-02 09:00"),
        ("2 days ago", "2026-02-28 12:00"),
        # Numbers
        ("2025-09-04 09:32", "2025-09-04 09:32"),
        ("2025-09-04T09:32:10.5+04:00", "2025-09-04 09:32"),
        ("2025/09/04", "2025-09-04 00:00"),
        ("04/09/2025", "2025-09-04 00:00"),
        ("9/13/2025", "2025-09-13 00:00"),
        ("4.9.25, 9:32", "2025-09-04 09:32"),
        ("09:32 04.09.2025", "2025-09-04 09:32"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2025-09-04T09:32:00Z", "2025-09-04 13:32", id="UTC"),
        pytest.param("04.09.2025 09:32 (МСК)", "2025-09-04 10:32", id="Moscow"),
        pytest.param("4 Sep 2025, 09:32 GMT+2", "2025-09-04 11:32", id="an offset"),
        pytest.param("4 Sep 2025 09:32 -0330", "2025-09-04 17:02", id="an offset of half an hour"),
        pytest.param("2025-09-04 09:32", "2025-09-04 09:32", id="none: the newsroom's"),
    ],
)
def test_a_zone_that_is_named_counts(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        pytest.param("11:05", NOW, "2026-03-02 11:05", id="earlier today"),
        pytest.param("14:05", NOW, "2026-03-01 14:05", id="a time still to come was yesterday's"),
        pytest.param("12:01", NOW, "2026-03-02 12:01", id="a clock that is a minute ahead"),
        pytest.param("23:58", datetime(2026, 1, 1, 0, 5, tzinfo=BAKU), "2025-12-31 23:58", id="across the year"),
        pytest.param("dünən 23:58", datetime(2026, 1, 1, 0, 5, tzinfo=BAKU), "2025-12-31 23:58", id="yesterday"),
        pytest.param("31 декабря, 23:58", NOW, "2025-12-31 23:58", id="no year, last year's"),
        pytest.param("1 марта, 10:00", NOW, "2026-03-01 10:00", id="no year, this year's"),
        pytest.param("1 января", datetime(2025, 12, 31, 23, 59, tzinfo=BAKU), "2026-01-01 00:00", id="a minute ahead"),
        pytest.param("29 февраля", NOW, "2024-02-29 00:00", id="no year, a leap day"),
        pytest.param("04.09, 09:32", NOW, "2025-09-04 09:32", id="no year, in numbers"),
        pytest.param("Monday 09:00", NOW, "2026-03-02 09:00", id="a day of the week, today"),
        pytest.param("Monday 14:05", NOW, "2026-02-23 14:05", id="a day of the week, a week ago"),
        pytest.param("сегодня 00:05", datetime(2026, 3, 1, 20, 30, tzinfo=UTC), "2026-03-02 00:05", id="today in Baku"),
    ],
)
def test_what_a_date_leaves_out_is_the_nearest_past(text: str, now: datetime, expected: str) -> None:
    assert read(text, now) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "4", "04.09", "14.05", "25:00", "13:00 PM", "09:60", "31.02.2025", "30 февраля", "32 may 2025", "0 мая 2025",
        "сентябрь 2025", "1 января 1970", "09:00-10:00", "Матч начнется в 14:05", "В 2025 году", "12 сентября 2025 года в Баку",
        "через 5 минут", "назад", "5 яблок назад", "99.99.9999", "2025-13-01 10:00", "2025-02-30T10:00:00Z", "4 мая 5 мая 2025",
        "9999 лет назад", "сегодня, 31.02.2025", "x" * 5000, "ﷺ" * 90,
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert read(text) is None


def test_the_time_of_a_change_is_not_the_time_of_publishing() -> None:
    assert read("4 сентября 2025, 09:32 (обновлено: 10:15)") == "2025-09-04 09:32"


def test_without_now_only_complete_dates_are_read() -> None:
    assert read("04 сентября, 2025 09:32", None) == "2025-09-04 09:32"
    assert [read(text, None) for text in ("09:32", "сегодня 09:32", "4 сентября", "5 минут назад")] == [None] * 4


def test_day_and_time_are_told_apart_for_those_who_find_them_apart() -> None:
    assert spoken("4 sentyabr, 2025", zone=BAKU, now=NOW) == Spoken(day=date(2025, 9, 4))
    assert spoken("09:32", zone=BAKU, now=NOW) == Spoken(clock=time(9, 32))
    assert spoken("09:32 UTC", zone=BAKU, now=NOW) == Spoken(clock=time(9, 32), zone=UTC)


_WORDS = st.sampled_from(
    [
        "4",
        "04",
        "31",
        "2025",
        "1",
        "09:32",
        "23:59",
        "9:32",
        "сентября",
        "sentyabr",
        "Sep",
        "mart",
        "İyun",
        "сегодня",
        "dünən",
        "yesterday",
        "назад",
        "əvvəl",
        "ago",
        "5",
        "минут",
        "saat",
        "Monday",
        "çərşənbə",
        "axşamı",
        "в",
        "г.",
        ",",
        "-",
        ".",
        ":",
        "/",
        "PM",
        "UTC",
        "+0400",
        "(МСК)",
        "04.09.2025",
        "2025-09-04T10:00",
        "-ci",
        "00000",
        "9999",
    ]
)


@settings(max_examples=300, deadline=1000)
@given(
    text=st.one_of(st.text(max_size=120), st.lists(_WORDS, max_size=8).map(" ".join)),
    now=st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_any_text_is_a_moment_or_none(text: str, now: datetime, hours: int) -> None:
    found = human_moment(text, zone=timezone(timedelta(hours=hours)), now=now)
    assert found is None or found.utcoffset() == timedelta()
