import pytest

from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors
from bot.ingest.selectors import LONGEST_SELECTOR, MOST_MATCHES, mistake_in, picked, unmatched
from bot.ingest.text import parse_markup
from tests.hang import no_hang


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        pytest.param("div >", "is no CSS selector", id="unfinished"),
        pytest.param("p::before", "is no CSS selector", id="what is no element"),
        pytest.param("p" * (LONGEST_SELECTOR + 1), "longer than 500", id="long"),
        pytest.param("p:HAS(~ a)", ":HAS", id="a slow one"),
        pytest.param("p:nth-child(2n of a)", "too long", id="another slow one"),
        pytest.param("p:nth-child(1) a:nth-child(2) b:nth-child(3)", "2 times at most", id="much counting"),
        pytest.param("p\x00a", "control characters", id="a zero byte"),
    ],
)
def test_a_selector_that_cannot_be_used_is_named(selector: str, words: str) -> None:
    assert words in (mistake_in(selector) or "")
    tree = parse_markup("<p>")
    assert tree is not None
    with pytest.raises(SourceError):
        picked(tree, selector)


@pytest.mark.parametrize(
    "selector", ["h1.news-title", "div.editor-body p", "a[href^='/ru/'], #x > .y ~ z", "td:nth-child(2) a"]
)
def test_a_selector_that_can_be_used_is_no_mistake(selector: str) -> None:
    assert mistake_in(selector) is None


def test_of_very_many_matches_the_first_are_taken() -> None:
    tree = parse_markup("<p>x</p>" * 5000)
    assert tree is not None
    assert len(picked(tree, "p")) == MOST_MATCHES


def test_counting_is_refused_on_a_page_where_it_would_take_seconds() -> None:
    tree = parse_markup("<p>x</p>" * 50_000)
    assert tree is not None
    with no_hang(), pytest.raises(SourceError, match="too large"):
        picked(tree, "p:nth-last-child(2)")


def test_selectors_that_find_nothing_are_named() -> None:
    tree = parse_markup("<h1>x</h1>")
    assert tree is not None
    assert list(unmatched(tree, PageSelectors(title="h1", body=".gone", list=".gone"), ("title", "body"))) == ["body"]
