import time

import pytest

from bot.ingest.text import decode, from_markup, without_beginning

RUSSIAN = "<rss><title>Азербайджан и Перу — «первый» раунд</title></rss>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(RUSSIAN.encode(), None, id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + RUSSIAN.encode(), None, id="utf-8 with a mark"),
        pytest.param(RUSSIAN.encode("utf-16"), None, id="utf-16 with a mark"),
        pytest.param(RUSSIAN.encode("utf-16-le"), None, id="utf-16 without a mark"),
        pytest.param(RUSSIAN.encode(), "text/xml; charset=windows-1251", id="utf-8 that the server calls windows-1251"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=windows-1251", id="windows-1251 as the server says"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=utf-8", id="windows-1251 that the server calls utf-8"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=no-such", id="an encoding nobody knows"),
        pytest.param(
            b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN.replace("—", "-").replace("«", '"').replace("»", '"').encode("koi8-r"),
            "text/xml; charset=iso-8859-1",
            id="a declaration against the server's default",
        ),
    ],
)  # fmt: skip
def test_text_is_decoded_by_what_its_bytes_prove(body: bytes, content_type: str | None) -> None:
    assert "Азербайджан и Перу" in decode(body, content_type)


def test_two_bad_bytes_do_not_turn_a_whole_document_into_another_alphabet() -> None:
    assert "Азербайджан" in decode(RUSSIAN.encode() + b"\xff\xfe")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="paragraphs"),
        pytest.param("<p>One<br>two</p>", "One\ntwo", id="a line break"),
        pytest.param("One<br><br>Two", "One\n\nTwo", id="two line breaks"),
        pytest.param("<ul><li>One<li>Two</ul>", "One\nTwo", id="a list"),
        pytest.param("<div><div>In</div></div>out", "In\n\nout", id="nested blocks"),
        pytest.param("Tom &amp; Jerry &lt;3 &#x1F600;", "Tom & Jerry <3 😀", id="entities"),
        pytest.param("<p>Seen<script>hidden()</script><style>p{}</style></p>", "Seen", id="what nobody reads"),
        pytest.param("<p>No <b>break</b>ing</p>", "No breaking", id="inline markup"),
        pytest.param("5 < 6 & 7", "5 < 6 & 7", id="a bare less-than sign"),
        pytest.param("<p>a&nbsp;b\n  c</p>", "a b c", id="white space"),
        pytest.param("null\x00 and &#1; bell\x07", "null and\nbell", id="control characters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markup_becomes_plain_paragraphs(markup: str, text: str) -> None:
    assert from_markup(markup) == text


def test_absurdly_nested_markup_neither_hangs_nor_loses_its_words() -> None:
    began = time.perf_counter()
    assert from_markup("<div>" * 200_000 + "word") == "word"
    assert time.perf_counter() - began < 5


def test_a_beginning_that_repeats_what_was_said_is_left_out() -> None:
    text = 'Лидеры "встретились"!\n\nВстреча прошла в Баку.'
    assert without_beginning(text, "Лидеры «встретились»") == "Встреча прошла в Баку."
