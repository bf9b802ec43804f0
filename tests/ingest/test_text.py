from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.text import decode, from_markup, without_beginning
from tests.hang import no_hang

RUSSIAN = "<rss><title>Азербайджан и Перу — «первый» раунд</title></rss>"
# Without what not every code page of Cyrillic has.
PLAIN = "<rss><title>Азербайджан и Перу: первый раунд</title></rss>"
AZERBAIJANI = "<rss><title>Bakıda görüş: Azərbaycan və Türkiyə nə dedi</title></rss>"
TURKISH = "<rss><title>Bakü'de görüşme: Cumhurbaşkanı İstanbul'a çağrı yaptı</title></rss>"
UKRAINIAN = "<rss><title>Перші переговори у Києві: що відомо</title></rss>"


def twice(text: str, page: str) -> bytes:
    """UTF-8 that somebody took for another code page, and saved as UTF-8."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in text.encode()).encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(RUSSIAN.encode(), None, id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + RUSSIAN.encode(), None, id="utf-8 with a mark"),
        pytest.param(b"\xef\xbb\xbf" + RUSSIAN.encode("cp1251"), None, id="windows-1251 with the mark of utf-8"),
        pytest.param(RUSSIAN.encode("utf-16"), None, id="utf-16 with a mark"),
        pytest.param(RUSSIAN.encode("utf-16-le"), None, id="utf-16 without a mark"),
        pytest.param(("\n" + RUSSIAN).encode("utf-16-be"), "text/xml; charset=utf-8", id="utf-16 called utf-8"),
        pytest.param(RUSSIAN.encode("utf-32"), None, id="utf-32"),
        pytest.param(RUSSIAN.encode(), "text/xml; charset=windows-1251", id="utf-8 that the server calls windows-1251"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=windows-1251", id="windows-1251 as the server says"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=utf-8", id="windows-1251 that the server calls utf-8"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=koi8-r", id="windows-1251 that the server calls koi8-r"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=iso-8859-9", id="windows-1251 that the server calls Turkish"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=no-such", id="an encoding nobody knows"),
        pytest.param(RUSSIAN.encode("cp1251"), "text/xml; charset=punycode", id="a codec that is not for documents"),
        pytest.param(PLAIN.encode("koi8-r"), None, id="koi8-r of which nothing is said"),
        pytest.param(PLAIN.encode("koi8-r"), "text/xml; charset=windows-1251", id="koi8-r that the server calls windows-1251"),
        pytest.param(PLAIN.encode("koi8-r"), "text/xml; charset=utf-8", id="koi8-r that the server calls utf-8"),
        pytest.param(PLAIN.encode("iso8859-5"), None, id="iso-8859-5"),
        pytest.param(PLAIN.encode("cp866"), None, id="cp866"),
        pytest.param(
            b'<?xml version="1.0" encoding="koi8-r"?>' + PLAIN.encode("koi8-r"),
            "text/xml; charset=iso-8859-1",
            id="a declaration against the server's default",
        ),
        pytest.param(
            b'<meta charset="koi8-r">' + PLAIN.encode("koi8-r"), "text/html", id="a declaration of the page"
        ),
        pytest.param(twice(RUSSIAN, "cp1251"), None, id="twice, through windows-1251"),
        pytest.param(twice(RUSSIAN, "cp1252"), None, id="twice, through windows-1252"),
        pytest.param(twice(RUSSIAN, "latin-1"), None, id="twice, through iso-8859-1"),
    ],
)  # fmt: skip
def test_russian_is_decoded_by_what_its_bytes_prove(body: bytes, content_type: str | None) -> None:
    assert "Азербайджан и Перу" in decode(body, content_type)


@pytest.mark.parametrize("claim", ["", "utf-8", "iso-8859-1", "iso-8859-9", "windows-1254", "windows-1251"])
def test_turkish_letters_among_latin_ones_are_turkish_whatever_is_claimed(claim: str) -> None:
    assert decode(TURKISH.encode("iso8859-9"), f"text/xml; charset={claim}") == TURKISH


@pytest.mark.parametrize("page", ["cp1252", "latin-1"])
def test_azerbaijani_that_was_encoded_twice_is_read_as_it_was_meant(page: str) -> None:
    assert decode(twice(AZERBAIJANI, page)) == AZERBAIJANI


@pytest.mark.parametrize("page", ["cp1251", "koi8-u"])
def test_ukrainian_is_not_taken_for_damaged(page: str) -> None:
    assert decode(UKRAINIAN.encode(page)) == UKRAINIAN


def test_an_encoding_of_other_scripts_is_believed_where_it_fits() -> None:
    assert decode("<title>日本語の見出し</title>".encode("shift_jis"), "text/html; charset=Shift_JIS") == (
        "<title>日本語の見出し</title>"
    )


def test_quotation_marks_of_windows_in_an_english_text_are_read() -> None:
    assert decode("It’s a “deal”".encode("cp1252"), "text/html; charset=iso-8859-1") == "It’s a “deal”"


@pytest.mark.parametrize(
    "text",
    ["И\xa0В\xa0Н\xa0П\xa0О\xa0— таблица, +25°", "«СССР», «РФ»… 25° Cola™", "CAFÉ™, MÉ™ 20°"],
    ids=["single letters", "capitals before marks", "accents"],
)
def test_a_text_that_only_looks_encoded_twice_stays_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text


def test_each_part_of_a_mixed_document_is_decoded_by_what_its_bytes_prove() -> None:
    item = "<item><title>Первый раунд</title><description>Азербайджан и Перу</description></item>"
    body = item.encode() + item.encode("cp1251") + item.encode()
    assert decode(body, "text/xml; charset=utf-8") == item * 3


def test_two_bad_bytes_do_not_turn_a_whole_document_into_another_alphabet() -> None:
    damaged = RUSSIAN.encode().replace("Перу".encode(), "Перу".encode()[:-1])
    assert "Азербайджан и Пер\ufffd — «первый»" in decode(damaged, "text/xml; charset=windows-1251")
    assert RUSSIAN in decode(RUSSIAN.encode() + b"\xff\xfe")


@given(
    st.one_of(st.binary(), st.text().map(str.encode), st.text().map(lambda text: text.encode("cp1251", "ignore"))),
    st.one_of(
        st.none(),
        st.text().map(lambda name: f"text/xml; charset={name}"),
        st.sampled_from([f"text/xml; charset={name}" for name in sorted(aliases)]),
    ),
)
def test_whatever_comes_is_decoded(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type), str)


@pytest.mark.parametrize(
    "unit",
    [
        b"\xff",
        b"\xff<",
        b"\xffa",
        b"\xd0",
        "я".encode() + b"<\xff<",
        "Р°".encode(),
        "Р°".encode() + b"a" * 999,
        b"<meta ",
    ],
    ids=["bad", "bad and tags", "bad and letters", "halves", "mixed", "twice", "twice and long", "declarations"],
)
def test_a_megabyte_made_to_be_slow_is_decoded_in_time(unit: bytes) -> None:
    with no_hang():
        decode(unit * (2**20 // len(unit)))


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
        pytest.param("null\x00 and &#1; bell\x07", "null and bell", id="control characters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markup_becomes_plain_paragraphs(markup: str, text: str) -> None:
    assert from_markup(markup) == text


def test_absurdly_nested_markup_neither_hangs_nor_loses_its_words() -> None:
    with no_hang():
        assert from_markup("<div>" * 200_000 + "word") == "word"


def test_a_tag_of_endless_attributes_neither_hangs_nor_loses_the_words() -> None:
    attributes = " ".join(f"a{number}='>'" for number in range(200_000))
    with no_hang():
        assert from_markup(f"<p {attributes}>word</p>").endswith("word")


def test_a_beginning_that_repeats_what_was_said_is_left_out() -> None:
    text = 'Лидеры "встретились"!\n\nВстреча прошла в Баку.'
    assert without_beginning(text, "Лидеры «встретились»") == "Встреча прошла в Баку."
