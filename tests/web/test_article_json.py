"""What a CMS may write, and what it is told otherwise."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.article import Entry
from bot.domain.language import Language
from bot.web.article_json import NotJsonError, WrongFieldsError, read_article
from tests.cms import make_item
from tests.make import MORNING


def read(cms_id: str = "cms-1", /, **fields: Any) -> Entry:
    return read_article(json.dumps(make_item(**fields)).encode(), cms_id=cms_id, now=MORNING)


def mistakes(**fields: Any) -> dict[str, str]:
    with pytest.raises(WrongFieldsError) as refused:
        read(**fields)
    return {mistake.field: mistake.message for mistake in refused.value.mistakes}


def test_lists_and_quotes_are_kept_beside_the_plain_text() -> None:
    entry = read(content_html="<p>Карабах вышел в финал</p><ul><li>раз<li>два</ul><blockquote>Ура</blockquote>")

    assert (entry.body, entry.marked) == ("раз\nдва\n\nУра", "• раз\n• два\n\n> Ура")


def test_every_field_is_read() -> None:
    entry = read(
        image="https://news.example/photo.jpg",
        authors=[{"name": "Эдгар"}, {"url": "https://news.example/desk"}, {"name": "Ольга"}],
        date_modified="2026-03-02T09:30:00Z",
        tags=["Футбол", " ", "Регион\n"],
    )

    assert entry == Entry(
        guid="cms-1",
        url="https://news.example/football/final/",
        title="Карабах вышел в финал",
        lead="Матч закончился со счётом 2:1.",
        body="Второй гол забит на последней минуте.",
        image="https://news.example/photo.jpg",
        author="Эдгар, Ольга",
        language=Language.RU,
        categories=("Футбол", "Регион"),
        published_at=MORNING,
        updated_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


def test_what_is_not_known_extensions_and_null_are_passed_over() -> None:
    further: dict[str, Any] = {"_cms": {"desk": 1}, "colour": 7, "external_url": 5, "attachments": [], "image": None}

    assert read(**further) == read()


def test_the_markup_goes_before_the_plain_text() -> None:
    assert read(content_text="Без разметки.") == read()


def test_a_plain_text_is_taken_as_it_is() -> None:
    assert read(summary=..., content_html=..., content_text="1 < 2 & 3\n\nКонец").body == "1 < 2 & 3\n\nКонец"


def test_an_empty_content_is_a_headline_alone() -> None:
    entry = read(summary=..., content_html="")

    assert (entry.lead, entry.body) == ("", "")


def test_characters_that_no_text_has_are_left_out() -> None:
    assert read(title="Карабах\x00 \ud800вышел\n в финал").title == "Карабах вышел в финал"


@pytest.mark.parametrize("given", [..., None, "cms-1"], ids=["left out", "null", "the same"])
def test_the_id_of_the_address_counts(given: Any) -> None:
    assert read("cms-1", id=given).guid == "cms-1"


def test_an_id_that_is_a_number_is_read_as_a_text() -> None:
    assert read("17", id=17).guid == "17"


@pytest.mark.parametrize(
    ("code", "language"), [("az", Language.AZ), ("EN-gb", Language.EN), ("az-Latn-AZ", Language.AZ)]
)
def test_a_language_may_name_its_region(code: str, language: Language) -> None:
    assert read(language=code).language is language


def test_a_date_a_little_ahead_of_our_clock_is_taken() -> None:
    assert read(date_published="2026-03-02T06:09:00Z").published_at == datetime(2026, 3, 2, 6, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({"title": ...}, "title", id="no title"),
        pytest.param({"title": " \n"}, "title", id="an empty title"),
        pytest.param({"title": ["a"]}, "title", id="a title that is no text"),
        pytest.param({"content_html": ...}, "content_html", id="no content"),
        pytest.param({"content_html": 5}, "content_html", id="content that is no text"),
        pytest.param({"content_text": 5}, "content_text", id="plain content that is no text"),
        pytest.param({"summary": {}}, "summary", id="a summary that is no text"),
        pytest.param({"url": "ftp://news.example/a"}, "url", id="an address of another kind"),
        pytest.param({"url": "/football/final/"}, "url", id="half an address"),
        pytest.param({"url": "https://news.example/a b"}, "url", id="an address with a blank"),
        pytest.param({"url": "https://news.example/a\x00"}, "url", id="an address with a control character"),
        pytest.param({"url": "https://[news.example/"}, "url", id="a broken address"),
        pytest.param({"image": "photo.jpg"}, "image", id="a picture that is no address"),
        pytest.param({"date_published": "2026-03-02T10:00:00"}, "date_published", id="a date without a zone"),
        pytest.param({"date_published": "2026-03-02"}, "date_published", id="a date without a time"),
        pytest.param({"date_published": "yesterday"}, "date_published", id="a date in words"),
        pytest.param({"date_published": 1772431200}, "date_published", id="a number for a date"),
        pytest.param({"date_published": "0001-01-01T00:00:00+04:00"}, "date_published", id="a date before all dates"),
        pytest.param({"date_published": "1970-01-01T00:00:00Z"}, "date_published", id="the date of an empty field"),
        pytest.param({"date_published": "2026-03-02T06:11:00Z"}, "date_published", id="a date in the future"),
        pytest.param({"date_modified": "just now"}, "date_modified", id="a change's date in words"),
        pytest.param({"language": "fr"}, "language", id="another language"),
        pytest.param({"language": 1}, "language", id="a language that is no text"),
        pytest.param({"tags": "Футбол"}, "tags", id="tags that are no list"),
        pytest.param({"tags": ["Футбол", 3]}, "tags", id="a tag that is no text"),
        pytest.param({"authors": ["Эдгар"]}, "authors", id="an author who is no object"),
        pytest.param({"authors": {"name": "Эдгар"}}, "authors", id="authors who are no list"),
        pytest.param({"authors": [{"name": 1}]}, "authors", id="a name that is no text"),
        pytest.param({"id": "cms-2"}, "id", id="another id than in the address"),
        pytest.param({"id": True}, "id", id="an id that is neither text nor number"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], wrong: str) -> None:
    assert list(mistakes(**fields)) == [wrong]


def test_all_wrong_fields_are_named_at_once_in_plain_english() -> None:
    found = mistakes(
        title="", content_html=..., url="news", date_published="2026-03-02T10:00:00", language="de", tags=7, authors=[1]
    )

    assert found == {
        "title": "It is empty.",
        "url": "It is not a whole address that begins with https:// or http://.",
        "content_html": 'It is missing. For a headline alone send an empty text, "".',
        "authors": 'It is not a list of objects with a "name".',
        "language": "It is not one of ru, az, en.",
        "tags": "It is not a list of texts.",
        "date_published": "It has no time zone. Write it like 2026-03-02T10:00:00+04:00.",
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "The body is not JSON.", id="nothing"),
        pytest.param(b"<html>", "The body is not JSON.", id="HTML"),
        pytest.param(b"\xff\xff\xff", "The body is not JSON.", id="no text"),
        pytest.param(b"[" * 100_000, "The body is not JSON.", id="nested without end"),
        pytest.param(b'{"id": ' + b"9" * 5000 + b"}", "The body is not JSON.", id="a number without end"),
        pytest.param(b"[1]", "The body is not one JSON object.", id="a list"),
        pytest.param(b'"title"', "The body is not one JSON object.", id="a text"),
    ],
)
def test_what_is_no_article_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(NotJsonError, match=f"^{said}$"):
        read_article(body, cms_id="cms-1", now=MORNING)
