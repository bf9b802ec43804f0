from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import MOST_SILENT_CHANGES, ArticleId, Entry, KnownArticle, NewArticle
from bot.domain.language import Language
from bot.domain.source import Source, SourceId
from bot.ingest.accept import Decisions, accept_entry, complete, corrected, decide
from bot.ingest.holding import habit, must_hold
from bot.ingest.identity import canonical_url, keys_of, reading_url
from bot.ingest.wording import fingerprint
from tests.make import MORNING, make_article, make_entry, make_new_article, make_source

SOURCE = make_source()
FRESH = replace(SOURCE, baseline_at=None)
NOTHING = Decisions(source=SOURCE, offered=frozenset({ArticleId(7)}))


def decided(*entries: Entry, known: dict[str, KnownArticle] | None = None, source: Source = SOURCE) -> Decisions:
    return decide(entries, known or {}, source, MORNING)


def seen(entry: Entry, *, source_id: int | None = 1, recalled: bool = False) -> dict[str, KnownArticle]:
    """What the store would know had this entry been accepted."""
    article = KnownArticle(
        id=ArticleId(7),
        source_id=SourceId(source_id) if source_id else None,
        fingerprint=fingerprint(entry.title, entry.lead, entry.body),
        recalled=recalled,
    )
    return dict.fromkeys(keys_of([entry], SourceId(source_id or 0))[0], article)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://news.example/a/b", id="the other scheme"),
        pytest.param("HTTPS://News.Example/a/b", id="capital letters in the host"),
        pytest.param("https://www.news.example/a/b", id="www"),
        pytest.param("https://m.news.example/a/b", id="the mobile mirror"),
        pytest.param("https://amp.news.example/a/b/amp/", id="the AMP mirror"),
        pytest.param("https://news.example/a/b/", id="a trailing slash"),
        pytest.param("https://news.example:443/a/b", id="the default port"),
        pytest.param("https://news.example/a/b#comments", id="a fragment"),
        pytest.param("https://news.example/a/b?utm_source=rss&utm_medium=x&fbclid=1&yclid=2&gclid=3", id="tracking"),
        pytest.param("https://user@news.example./a/%62", id="a dot, a user, a needless escape"),
        pytest.param("  https://news.example/a/b\n", id="white space around"),
    ],
)
def test_one_article_has_one_canonical_address(url: str) -> None:
    assert canonical_url(url) == "https://news.example/a/b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?id=1", "https://news.example/?id=2"),
        ("https://news.example/A", "https://news.example/a"),
        ("https://ru.news.example/a", "https://news.example/a"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://news.example/%FF", "https://news.example/%FE"),
    ],
)
def test_different_articles_keep_different_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_url("https://news.example/?b=2&a=1&a=0") == canonical_url("https://news.example/?a=0&a=1&b=2")


def test_an_address_in_cyrillic_is_the_same_as_its_escaped_form() -> None:
    escaped = "https://xn--e1aybc.xn--p1ai/%D0%B0"
    assert canonical_url("https://тест.рф/а") == canonical_url(escaped) == escaped


@pytest.mark.parametrize(
    "url", ["", "news.example/a", "ftp://news.example/a", "https://", "http://[::1", "https://a..b/", "https://h:x/"]
)
def test_what_is_no_address_of_the_web_has_no_canonical_one(url: str) -> None:
    assert canonical_url(url) is None


_hosts = st.sampled_from(
    ["news.example", "www.m.amp.x.org", "M.az", "www.az", "[::1]:81", "тест.рф", "a.b:80", "1.2.3.4"]
)
_tails = st.text(
    st.one_of(st.sampled_from(list("/?&=#%amp.;+ :@")), st.characters(exclude_categories=["Cs"])), max_size=40
)


@given(st.builds("{}://{}/{}".format, st.sampled_from(["http", "HTTPS"]), _hosts, _tails))
def test_a_canonical_address_is_a_fixed_point(url: str) -> None:
    once = canonical_url(url)
    assert once is None or canonical_url(once) == once


def test_the_address_to_read_stays_the_site_s_own_but_for_tracking() -> None:
    url = "http://www.news.example:8080/a/?utm_source=rss&b=2&a=%20x#top"
    assert reading_url(url) == "http://www.news.example:8080/a/?b=2&a=%20x"


def test_a_new_entry_becomes_a_new_article() -> None:
    (article,) = decided(make_entry(lead="Лид.", published_at=MORNING - timedelta(hours=1))).new
    assert (article.title, article.lead, article.language) == ("Заголовок a", "Лид.", Language.RU)
    assert article.keys == ("url:https://news.example/a", "guid:1:a")
    assert (article.url, article.published_at) == ("https://news.example/a/", MORNING - timedelta(hours=1))
    assert not article.baseline


def test_a_first_import_is_taken_as_read() -> None:
    assert all(article.baseline for article in decided(make_entry("a"), make_entry("b"), source=FRESH).new)


def test_the_oldest_is_stored_first_and_of_one_time_the_last_of_the_document() -> None:
    entries = [
        make_entry(name, published_at=MORNING - timedelta(hours=age)) for name, age in (("a", 0), ("b", 2), ("c", 0))
    ]
    assert [article.title[-1] for article in decided(*entries).new] == ["b", "c", "a"]


@pytest.mark.parametrize("published_at", [None, MORNING + timedelta(minutes=11)])
def test_an_entry_without_a_credible_date_is_of_now(published_at: object) -> None:
    assert decided(make_entry(published_at=published_at)).new[0].published_at == MORNING


def test_an_entry_s_own_language_goes_before_the_source_s() -> None:
    assert decided(make_entry(language=Language.AZ)).new[0].language is Language.AZ


@pytest.mark.parametrize(
    ("lead", "title"),
    [
        ("Поезд вернулся. Билеты дёшевы.", "Поезд вернулся."),
        ("Поезд вернулся\n\nБилеты дёшевы", "Поезд вернулся"),
        ("слово " * 100, "слово " * 32 + "слово…"),
    ],
)
def test_an_entry_without_a_title_is_called_by_its_first_sentence(lead: str, title: str) -> None:
    assert decided(make_entry(title="", lead=lead)).new[0].title == title


def test_an_entry_without_any_words_is_rejected_with_a_sentence() -> None:
    decisions = decided(make_entry(title="", url=None), make_entry("b"))
    assert [article.title for article in decisions.new] == ["Заголовок b"]
    assert decisions.rejected == (("a", "The entry has neither a title nor a lead to take one from."),)


def test_an_address_alone_is_left_to_its_page_and_by_a_first_import_taken_as_read() -> None:
    assert [article.title for article in decided(make_entry(title="")).new] == [""]
    first = decide([make_entry(title="")], {}, make_source(baseline_at=None), MORNING)
    assert (first.new, set(first.bare)) == ((), {"url:https://news.example/a", "guid:1:a"})


def test_an_article_under_several_identities_is_one() -> None:
    entries = [
        make_entry("a", categories=("Бизнес",)),
        make_entry("a", url="https://m.news.example/a?utm_source=x", guid=None, categories=("ИКТ",)),
        make_entry("a", url=None, guid="http://news.example/a/"),
    ]
    (article,) = decided(*entries).new
    assert article.categories == ("Бизнес", "ИКТ")
    assert set(article.keys) == {"url:https://news.example/a", "guid:1:a", "guid:1:http://news.example/a/"}


def test_an_entry_that_joins_two_others_makes_all_three_one() -> None:
    entries = [
        make_entry("a", guid=None),
        make_entry("b", guid=None),
        make_entry(url="https://news.example/a", guid="https://news.example/b"),
    ]
    assert len(decided(*entries).new) == 1


def test_a_guid_that_entries_share_names_none_of_them() -> None:
    decisions = decided(
        make_entry("a", guid="same"), make_entry("b", guid="same"), make_entry("c", guid="same", url=None)
    )
    assert len(decisions.new) == 3
    assert not any("same" in key for article in decisions.new for key in article.keys)


def test_a_link_to_the_front_page_names_nothing() -> None:
    decisions = decided(make_entry("a", url="https://news.example/"), make_entry("b", url="https://news.example/#b"))
    assert len(decisions.new) == 2


def test_an_entry_without_address_and_guid_is_known_by_its_words() -> None:
    bare = [make_entry(name, url=None, guid=None) for name in ("a", "a", "b")]
    first, second = decided(*bare).new
    assert first.keys != second.keys
    assert all(key.startswith("text:") for article in (first, second) for key in article.keys)


def test_no_identity_outgrows_what_a_database_can_index() -> None:
    entry = make_entry(url="https://news.example/" + "a" * 10_000, guid="я" * 10_000)
    (article,) = decided(entry).new
    assert max(len(key.encode()) for key in article.keys) < 600


def test_a_known_article_brings_nothing() -> None:
    assert decided(make_entry(), known=seen(make_entry())) == NOTHING


def test_other_words_under_a_known_identity_are_a_correction() -> None:
    ((article_id, article),) = decided(make_entry(title="Исправлено"), known=seen(make_entry())).changed
    assert (article_id, article.title) == (7, "Исправлено")


def test_other_dress_of_the_same_words_is_no_correction() -> None:
    known = seen(make_entry(title='"Карабах" - чемпион'))
    assert decided(make_entry(title="«Карабах» — чемпион"), known=known) == NOTHING


LET_GO = {key: replace(article, fingerprint="") for key, article in seen(make_entry(), source_id=None).items()}


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(seen(make_entry(), source_id=2), id="another source"),
        pytest.param(LET_GO, id="let go by retention"),
        pytest.param(seen(make_entry(), recalled=True), id="recalled"),
    ],
)
def test_a_correction_counts_only_from_the_source_and_while_the_article_stands(known: dict[str, KnownArticle]) -> None:
    decisions = decided(make_entry(title="Исправлено"), known=known)
    assert (decisions.new, decisions.changed) == ((), ())


def test_what_an_editors_link_brought_is_taken_over_by_the_source_that_brings_it_as_well() -> None:
    ((article_id, article),) = decided(make_entry(), known=seen(make_entry(), source_id=None)).changed
    assert (article_id, article.source_id, article.baseline) == (7, SOURCE.id, False)


def test_the_first_import_takes_it_over_as_read() -> None:
    ((_, article),) = decided(make_entry(), known=seen(make_entry(), source_id=None), source=FRESH).changed
    assert article.baseline


def test_a_known_article_under_a_further_identity_is_remembered_under_it() -> None:
    known = seen(make_entry(guid=None))
    assert decided(make_entry(guid="new"), known=known).more_keys == ((7, ("guid:1:new",)),)


def test_a_page_fills_what_the_feed_left_out_and_nothing_else() -> None:
    (article,) = decided(make_entry(lead="Лид.")).new
    page = make_entry(
        title="Другой",
        lead="Другой лид.",
        body="Заголовок a\n\nЛид.\n\nТело.",
        image="https://news.example/i.jpg",
        categories=("Бизнес",),
        published_at=MORNING - timedelta(minutes=5),
    )
    completed = complete(article, page, now=MORNING)
    assert (completed.title, completed.lead, completed.body) == ("Заголовок a", "Лид.", "Тело.")
    assert (completed.image, completed.categories) == ("https://news.example/i.jpg", ("Бизнес",))
    assert completed.published_at == MORNING - timedelta(minutes=5)
    assert completed.fingerprint == article.fingerprint


def test_a_page_that_no_source_brought_becomes_an_article_of_none() -> None:
    article = accept_entry(make_entry(guid=None), source_id=None, language=Language.EN, now=MORNING)
    assert article is not None
    assert (article.source_id, article.keys, article.language) == (None, ("url:https://news.example/a",), Language.EN)


def changed_from(entry: Entry, **before: Any) -> bool:
    """Whether this entry corrects an article of the same address that was known so."""
    values: dict[str, Any] = {"id": ArticleId(7), "source_id": SOURCE.id, "fingerprint": "f", "recalled": False}
    known = KnownArticle(**(values | before))
    return bool(decided(entry, known=dict.fromkeys(keys_of([entry], SOURCE.id)[0], known)).changed)


HOUR_AGO = MORNING - timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "before", "expected"),
    [
        pytest.param({}, {"silent_changes": MOST_SILENT_CHANGES - 1}, True, id="the last silent one"),
        pytest.param({}, {"silent_changes": MOST_SILENT_CHANGES}, False, id="one more"),
        pytest.param({"updated_at": MORNING}, {"silent_changes": 99}, True, id="dated for the first time"),
        pytest.param(
            {"updated_at": MORNING}, {"silent_changes": 99, "updated_at": HOUR_AGO}, True, id="dated later than before"
        ),
        pytest.param(
            {"updated_at": MORNING}, {"silent_changes": 99, "updated_at": MORNING}, False, id="dated as before"
        ),
        pytest.param({"is_headline": True}, {"is_headline": True}, True, id="a line for a line"),
        pytest.param({"is_headline": True}, {}, False, id="a line for an article"),
        pytest.param(
            {}, {"is_headline": True, "source_id": SourceId(2)}, True, id="another source's article for a line"
        ),
    ],
)
def test_which_entry_makes_the_next_revision(given: dict[str, Any], before: dict[str, Any], *, expected: bool) -> None:
    assert changed_from(make_entry(**given), **before) is expected


def test_a_guid_that_another_article_had_is_no_identity() -> None:
    entry = make_entry("b", guid="same", title="Курс валют", lead="Доллар подорожал.")
    other = KnownArticle(
        id=ArticleId(7),
        source_id=SOURCE.id,
        url="https://news.example/a/",
        fingerprint="f",
        title="Карабах победил",
        lead="Матч прошёл вчера.",
        recalled=False,
    )
    (article,) = decided(entry, known={"guid:1:same": other}).new
    assert article.keys == ("url:https://news.example/b",)
    related = replace(other, title="Курс доллара")
    assert decided(entry, known={"guid:1:same": related}).changed[0][0] == 7


def test_an_address_that_three_entries_share_names_none_of_them() -> None:
    shared = [make_entry(name, url="https://news.example/news/") for name in "abc"]
    assert [article.keys for article in decided(*shared).new] == [("guid:1:c",), ("guid:1:b",), ("guid:1:a",)]
    assert len(decided(*shared[:2]).new) == 1


def arrived(count: int, *, age: timedelta = timedelta()) -> list[NewArticle]:
    return [
        make_new_article(f"url:https://example.org/{number}", published_at=MORNING - age) for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "habit_", "expected"),
    [
        pytest.param(30, None, False, id="a young source's many"),
        pytest.param(31, None, True, id="a young source's flood"),
        pytest.param(15, 1, False, id="never too many"),
        pytest.param(16, 1, True, id="too many for a quiet source"),
        pytest.param(50, 10, False, id="a busy source's many"),
        pytest.param(51, 10, True, id="a busy source's flood"),
    ],
)
def test_far_more_than_the_habit_is_held(count: int, habit_: int | None, *, expected: bool) -> None:
    assert must_hold(SOURCE, arrived(count), now=MORNING, habit=habit_) is expected


@pytest.mark.parametrize(
    ("away", "interval", "count", "age", "expected"),
    [
        pytest.param(timedelta(hours=7), 60, 4, timedelta(hours=2), True, id="a backlog after a break"),
        pytest.param(timedelta(hours=7), 60, 3, timedelta(hours=2), False, id="a few after a break"),
        pytest.param(timedelta(hours=7), 60, 9, timedelta(minutes=59), False, id="news after a break"),
        pytest.param(timedelta(hours=5), 60, 9, timedelta(hours=2), False, id="old dates without a break"),
        pytest.param(timedelta(hours=7), 3600, 9, timedelta(hours=2), False, id="a source that is read once an hour"),
        pytest.param(timedelta(hours=21), 3600, 9, timedelta(hours=2), True, id="and was not for 21 hours"),
    ],
)
def test_a_backlog_after_a_break_is_held(
    away: timedelta, interval: int, count: int, age: timedelta, *, expected: bool
) -> None:
    source = replace(SOURCE, spec=replace(SOURCE.spec, interval=interval), last_success_at=MORNING - away)
    assert must_hold(source, arrived(count, age=age), now=MORNING, habit=10) is expected


def test_a_habit_is_the_busiest_ten_minutes_of_a_usual_day() -> None:
    def came(day: int, *counts: int) -> list[datetime]:
        return [MORNING + timedelta(days=day, hours=hour) for hour, count in enumerate(counts) for _ in range(count)]

    assert habit([*came(0, 3, 1), *came(1, 2, 4, 2), *came(2, 100), *came(3, 5)]) == 5
    assert habit([*came(0, 3), *came(1, 3)]) is None
    assert habit([]) is None


def test_a_correction_keeps_the_date_and_what_it_does_not_repeat() -> None:
    before = make_article(lead="Лид.", body="Тело.", image="https://news.example/i.jpg", published_at=HOUR_AGO)
    after = corrected(make_new_article(title="Исправлено", lead="", published_at=MORNING), before, now=MORNING)
    assert (after.title, after.lead, after.body, after.image) == ("Исправлено", "Лид.", "Тело.", before.image)
    assert after.published_at == HOUR_AGO
