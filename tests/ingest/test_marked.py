"""What rich messages show of a text: its lists, quotes, tables and headings, kept as marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.marked import marked_from_markup
from bot.ingest.text import from_markup


@pytest.mark.parametrize(
    ("markup", "marked"),
    [
        ("<p>Итог</p><ul><li>раз<li>два <b>и</b> три</ul><p>Всё</p>", "Итог\n\n• раз\n• два и три\n\nВсё"),
        ("<ol>\n<li>\n<p>первый</p><p>ещё</p></li><li>второй</li></ol>", "1. первый ещё\n2. второй"),
        ("<ul><li>вне<ol><li>внутри</ol></ul>", "• вне\n1. внутри"),
        ("<li>без списка", "• без списка"),
        ("<blockquote><p>Раз &lt;</p><p>два<br>три</p></blockquote>", "> Раз <\n> два\n> три"),
        ("<h2>Как <i>это</i></h2><p>было</p><h6> </h6>", "# Как это\n\nбыло"),
        ("<table><tr><th>Команда<td>Очки</tr><tr><td>Карабах<td>3</tr></table>", "Команда | Очки\nКарабах | 3"),
        ("<blockquote>Раз<blockquote>два</blockquote>три</blockquote>", "> Раз\n> два\n> три"),
        ("<blockquote>Он: <ul><li>да</ul></blockquote>", "> Он:\n> • да"),
    ],
)
def test_lists_quotes_headings_and_rows_are_marked(markup: str, marked: str) -> None:
    assert marked_from_markup(markup) == marked


@pytest.mark.parametrize("markup", ["", "Просто текст", "<p>Абзац</p><p>Другой<br>ряд</p>", "1 < 2", "<link>"])
def test_a_text_without_them_has_no_marks(markup: str) -> None:
    assert marked_from_markup(markup) == ""


_MARKUP = st.lists(
    st.sampled_from(
        [
            "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<blockquote>", "</blockquote>", "<table>", "</table>", "<tr>",
            "</tr>", "<td>", "</td>", "<h2>", "</h2>", "<p>", "</p>", "<script>", "</script>", "а", " ", "\n", "&lt;", "\x01",
        ]
    ),
    max_size=60,
)  # fmt: skip


@given(_MARKUP.map("".join))
def test_no_markup_loses_words_by_being_marked(markup: str) -> None:
    marked = marked_from_markup(markup)
    if marked:
        assert marked.count("а") == from_markup(markup).count("а")
        assert "\x01" not in marked
