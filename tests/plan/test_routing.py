import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.language import Language
from bot.domain.rubric import Place, Slug
from bot.plan.routing import fold, matches, route, unknown_categories
from tests.make import make_rubric

RUBRICS = [
    make_rubric(
        "foreign-policy",
        titles={Language.RU: "Внешняя политика", Language.AZ: "Xarici siyasət", Language.EN: "Foreign policy"},
        aliases=("xarici-siyaset", "vneshnyaya-politika"),
    ),
    make_rubric(
        "ict", titles={Language.RU: "ИКТ", Language.AZ: "İKT", Language.EN: "ICT"}, aliases=("Технологии и всё",)
    ),
    make_rubric("football", titles={Language.RU: "Футбол", Language.AZ: "Futbol", Language.EN: "Football"}),
]


@pytest.mark.parametrize(
    ("category", "slug"),
    [
        pytest.param("Внешняя политика", "foreign-policy", id="a title in Russian"),
        pytest.param("ВНЕШНЯЯ  ПОЛИТИКА ", "foreign-policy", id="capitals and blanks"),
        pytest.param("Xarici Siyasət", "foreign-policy", id="a title in Azerbaijani"),
        pytest.param("xarici_siyaset", "foreign-policy", id="an alias with an underscore"),
        pytest.param("Foreign-Policy", "foreign-policy", id="the slug"),
        pytest.param("ikt", "ict", id="İ written as i"),
        pytest.param("IKT", "ict", id="İ written as I"),
        pytest.param("ıkt", "ict", id="İ written as ı"),
        pytest.param("технологии и все", "ict", id="ё written as е"),
    ],
)
def test_a_category_means_its_rubric_however_it_is_spelled(category: str, slug: str) -> None:
    assert route(categories=[category], url=None, rubrics=RUBRICS) == (slug,)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://report.az/ru/vneshnyaya-politika/baku-i-lima/", ("foreign-policy",), id="a section"),
        pytest.param("https://report.az/ru/football/", (), id="the article's own name is no section"),
        pytest.param("https://report.az/%D1%84%D1%83%D1%82%D0%B1%D0%BE%D0%BB/a/", ("football",), id="percent-encoded"),
        pytest.param(None, (), id="no address"),
    ],
)
def test_the_sections_of_an_address_mean_rubrics(url: str | None, expected: tuple[str, ...]) -> None:
    assert route(categories=[], url=url, rubrics=RUBRICS) == expected


def test_categories_come_before_sections_and_the_sources_own_rubrics_last() -> None:
    found = route(
        categories=["Футбол", "Баку"],
        url="https://report.az/ru/ikt/a/",
        rubrics=RUBRICS,
        always=[Slug("foreign-policy"), Slug("football"), Slug("not-in-the-newsroom")],
    )

    assert found == ("football", "ict", "foreign-policy")


def test_categories_that_mean_nothing_are_named() -> None:
    assert unknown_categories(categories=["Футбол", "COP29"], rubrics=RUBRICS) == ("COP29",)


@given(st.text())
def test_folding_twice_changes_nothing(words: str) -> None:
    assert fold(fold(words)) == fold(words)


def test_each_match_tells_the_word_and_where_it_stood() -> None:
    found = matches(
        categories=["COP29", "ФУТБОЛ"],
        url="https://report.az/ru/ikt/a/",
        rubrics=RUBRICS,
        always=[Slug("foreign-policy"), Slug("not-in-the-newsroom")],
    )

    assert [(match.slug, match.place, match.word) for match in found] == [
        ("football", Place.CATEGORY, "ФУТБОЛ"),
        ("ict", Place.SECTION, "ikt"),
        ("foreign-policy", Place.SOURCE, ""),
    ]


@given(st.lists(st.sampled_from(["Футбол", "COP29", "İKT", "ikt"])), st.sampled_from([None, "https://a.az/futbol/x/"]))
def test_an_article_goes_where_its_matches_say(categories: list[str], url: str | None) -> None:
    found = matches(categories=categories, url=url, rubrics=RUBRICS)

    assert list(route(categories=categories, url=url, rubrics=RUBRICS)) == list(
        dict.fromkeys(match.slug for match in found)
    )
