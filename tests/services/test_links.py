import pytest

from bot.domain.language import Language
from bot.domain.source import SourceSpec
from bot.services.links import read_link, source_of
from tests.make import make_source


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("example.org/a?utm_source=x", "https://example.org/a"),
        ("HTTPS://example.org/a", "https://example.org/a"),
    ],
    ids=["as it is", "without a scheme", "in capitals"],
)
def test_a_link_is_read_however_it_is_typed(typed: str, url: str) -> None:
    assert read_link(typed) == (url, "url:https://example.org/a")


@pytest.mark.parametrize("typed", ["", "не ссылка", "https://[broken", "https://example.org/", "ftp://example.org/a"])
def test_what_cannot_be_an_article_is_no_link(typed: str) -> None:
    assert read_link(typed) is None


def test_a_page_belongs_to_the_source_with_which_it_has_most_in_common() -> None:
    russian, english = (
        make_source(number, spec=SourceSpec(name=code, url=f"https://news.example/{code}/rss/", language=code))
        for number, code in enumerate((Language.RU, Language.EN))
    )

    assert source_of("https://www.news.example/en/story/", [russian, english]) == english
    assert source_of("https://elsewhere.example/en/story/", [russian, english]) is None
