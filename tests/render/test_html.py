"""Escaping, linking, counting and cutting, as Telegram does it."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.html import (
    bold,
    clean,
    cut,
    escape,
    escape_attribute,
    link,
    linkable,
    one_line,
    plain,
    visible_length,
)
from bot.render.message import MAX_RAW_BYTES

ALPHABET = "ab \n&<>\"'яəİ🏆\u0301\u200d👩…"

foreign = st.text(alphabet=ALPHABET, max_size=60)
pieces = st.one_of(
    foreign.map(escape),
    foreign.map(bold),
    foreign.map(lambda text: link(text, "https://news.example/?a=1&b=2")),
    foreign.map(lambda text: f"<i>{escape(text)}{bold(text)}</i>"),
)
markup = st.lists(pieces, max_size=8).map("".join)


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def is_balanced(html: str) -> bool:
    tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+)[^>]*>", html):
        if not closing:
            tags.append(tag)
        elif not tags or tags.pop() != tag:
            return False
    return not tags


@given(markup, st.integers(min_value=0, max_value=200))
def test_cutting_keeps_the_limit_and_the_tags(html: str, limit: int) -> None:
    result = cut(html, limit)
    assert visible_length(result) <= limit
    assert is_balanced(result)


@given(markup, st.integers(min_value=0, max_value=200))
def test_a_cut_text_is_a_beginning_of_the_text(html: str, limit: int) -> None:
    result = shown(cut(html, limit))
    assert shown(html).startswith(result if result == shown(html) else result.removesuffix("…"))


@given(markup, st.integers(min_value=0, max_value=200))
def test_cutting_twice_changes_nothing(html: str, limit: int) -> None:
    assert cut(cut(html, limit), limit) == cut(html, limit)


@given(markup)
def test_a_text_that_fits_is_left_alone(html: str) -> None:
    assert cut(html, visible_length(html)) == html


@given(markup)
def test_the_plain_text_is_what_is_shown(html: str) -> None:
    assert plain(html) == shown(html)


@given(markup)
def test_the_visible_length_counts_what_is_left_after_parsing(html: str) -> None:
    assert visible_length(html) == len(shown(html))


@given(st.text())
def test_escaped_text_is_shown_as_it_was_cleaned(text: str) -> None:
    assert shown(escape(text)) == clean(text)


@pytest.mark.parametrize(
    ("html", "limit", "result"),
    [
        pytest.param("one two three", 9, "one two…", id="between words"),
        pytest.param("one two, three", 10, "one two…", id="no comma before the ellipsis"),
        pytest.param("one two three", 8, "one two…", id="a word that just fits"),
        pytest.param("<b>one two</b> three", 9, "<b>one two</b>…", id="after a tag"),
        pytest.param("<b>one two three</b>", 9, "<b>one two…</b>", id="within a tag"),
        pytest.param('one <a href="https://a.b/">two</a>', 5, "one…", id="a link of which nothing is left"),
        pytest.param("a &amp; b &lt; c", 4, "a &amp;…", id="entities count as one"),
        pytest.param("&amp;&amp;&amp;&amp;", 3, "&amp;&amp;…", id="never through an entity"),
        pytest.param("Щ" * 10, 5, "ЩЩЩЩ…", id="one endless word"),
        pytest.param("go 👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 12, "go 👨‍👩‍👧‍👦…", id="never through a family"),
        pytest.param("ab", 1, "…", id="room for the ellipsis only"),
        pytest.param("ab", 0, "", id="no room at all"),
    ],
)
def test_a_text_is_cut(html: str, limit: int, result: str) -> None:
    assert cut(html, limit) == result


def test_a_text_whose_markup_is_too_heavy_is_cut_before_telegram_refuses_it() -> None:
    html = " ".join(link(f"word{number}", "https://news.example/" + "x" * 1000) for number in range(100))
    result = cut(html, 4096)
    assert visible_length(html) <= 4096
    assert MAX_RAW_BYTES - 2000 < len(result.encode()) <= MAX_RAW_BYTES
    assert result.endswith("</a>…")
    assert is_balanced(result)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("a\tb\x00c\x1f", "a b c ", id="control characters become blanks"),
        pytest.param("a\r\nb", "a\nb", id="carriage returns go"),
        pytest.param("a\u2028\u2029\u202a\u202eb", "ab", id="turns of the writing direction go"),
        pytest.param("a\ud83db", "ab", id="half surrogate pairs go"),
        pytest.param("Ə\u200d ✅\ufe0f", "Ə\u200d ✅\ufe0f", id="joiners stay"),
    ],
)
def test_what_telegram_would_clean_is_cleaned_before(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_one_line_has_single_blanks_only() -> None:
    assert one_line("  a\n\n b\u00a0\tc ") == "a b c"


def test_only_what_markup_means_is_escaped_in_texts() -> None:
    assert escape("<a & 'b' \"c\">") == "&lt;a &amp; 'b' \"c\"&gt;"


def test_quotes_are_escaped_in_attributes() -> None:
    assert escape_attribute('a"b&c') == "a&quot;b&amp;c"


def test_a_link_carries_an_escaped_address() -> None:
    assert link("a & b", 'https://a.b/?x="1"&y=<2>') == (
        '<a href="https://a.b/?x=&quot;1&quot;&amp;y=&lt;2&gt;">a &amp; b</a>'
    )


@pytest.mark.parametrize("url", ["https://report.az/ru/", "http://127.0.0.1:8080/a", "HTTPS://A.B", "https://бг.рф/я"])
def test_ordinary_addresses_can_be_linked(url: str) -> None:
    assert linkable(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "report.az",
        "http://localhost:8080/a",
        "http://localhost./",
        "ftp://a.b/",
        "javascript:alert('a.b')",
        "tg://user?id=1001",
        "https://",
        "https://a.b/with blank",
        "https://a.b/\n",
        "https://a.b:port/",
        "https://[::1/",
        "https://a.b/" + "x" * 3000,
    ],
)
def test_addresses_that_telegram_refuses_become_plain_text(url: str) -> None:
    assert not linkable(url)
    assert link("text", url) == "text"


def test_a_text_without_an_address_is_no_link() -> None:
    assert link("<text>", None) == "&lt;text&gt;"
