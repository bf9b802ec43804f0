"""A template of one's own: refused with the place of its fault, or filled with what Telegram takes."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.appearance import MAX_TEMPLATE, MAX_TEMPLATE_MARKS, Placeholder, TemplateFault
from bot.domain.errors import TemplateError
from bot.render.html import plain, visible_length
from bot.render.message import MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT
from bot.render.template import read_template
from bot.sandbox.bot_api.html_reader import parse_html

VALUES = {
    Placeholder.TITLE: "Tom & Jerry: 2 < 3",
    Placeholder.LEAD: "Начало.",
    Placeholder.BODY: "Первый абзац.\n\nВторой абзац.",
    Placeholder.LINK: 'https://news.example/a?b=1&c="2"',
    Placeholder.RUBRICS: "⚽ Футбол",
    Placeholder.HASHTAGS: "#Футбол",
    Placeholder.SOURCE: "Report",
    Placeholder.AUTHOR: "Эдгар",
    Placeholder.TIME: "14:52",
}


def filled(text: str, values: Mapping[Placeholder, str] = VALUES, *, limit: int = MAX_TEXT) -> str:
    return read_template(text).fill(values, limit)


def without(*names: Placeholder) -> dict[Placeholder, str]:
    return {name: value for name, value in VALUES.items() if name not in names}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("<b>{title}</b>", "<b>Tom &amp; Jerry: 2 &lt; 3</b>", id="a value is escaped"),
        pytest.param("{ Title } { TIME }", "Tom &amp; Jerry: 2 &lt; 3 14:52", id="blanks and case do not matter"),
        pytest.param("R&D &amp; &nbsp;{lead}", "R&amp;D &amp; \xa0Начало.", id="a bare & and references"),
        pytest.param("2 &lt; 3: {lead}", "2 &lt; 3: Начало.", id="a sign that is written out"),
        pytest.param("} {lead}", "} Начало.", id="a closing brace alone"),
        pytest.param(
            '<a href="{link}">{lead}</a>',
            '<a href="https://news.example/a?b=1&amp;c=&quot;2&quot;">Начало.</a>',
            id="a link to the article",
        ),
        pytest.param(
            "<a href=“https://t.me/report”>{lead}</a>",
            '<a href="https://t.me/report">Начало.</a>',
            id="the quotes of a phone",
        ),
        pytest.param("<B>{lead}</b>", "<b>Начало.</b>", id="large tags"),
        pytest.param(
            "<blockquote expandable>{lead}</blockquote>",
            "<blockquote expandable>Начало.</blockquote>",
            id="a quote that opens",
        ),
        pytest.param("{body}", "Первый абзац.\n\nВторой абзац.", id="paragraphs"),
    ],
)
def test_a_template_is_filled(text: str, shown: str) -> None:
    assert filled(text) == shown


def test_a_condition_leaves_out_what_is_missing_with_its_blank_lines() -> None:
    text = "{title}\n\n{?author}<i>{author}</i>\n\n{/author}{?lead}{lead}{/lead}"
    assert filled(text).endswith("3\n\n<i>Эдгар</i>\n\nНачало.")
    assert filled(text, without(Placeholder.AUTHOR)).endswith("3\n\nНачало.")
    assert filled(text, without(Placeholder.AUTHOR, Placeholder.LEAD)).endswith("2 &lt; 3")


def test_a_link_to_an_article_without_an_address_becomes_its_words() -> None:
    assert filled('<a href="{link}">{lead}</a>', without(Placeholder.LINK)) == "Начало."


def test_a_template_that_says_nothing_of_this_article_is_empty() -> None:
    assert filled("Новость! {lead}", without(Placeholder.LEAD)) == ""


def test_the_body_takes_the_room_that_the_rest_leaves_it() -> None:
    body = "\n\n".join(f"Абзац {number}. " + "слово " * 30 for number in range(40))
    text = filled("<b>{title}</b>\n\n{body}\n\n{hashtags}", VALUES | {Placeholder.BODY: body})
    assert text.endswith("слово\n\n#Футбол")
    assert MAX_TEXT - 250 < visible_length(text) <= MAX_TEXT


def test_a_value_is_no_template() -> None:
    assert filled("{title}", {Placeholder.TITLE: "{author} <b>"}) == "{author} &lt;b&gt;"


@pytest.mark.parametrize(
    ("text", "fault", "place"),
    [
        ("{title}\n  {autor}", TemplateFault.UNKNOWN, (2, 3)),
        ("{title.__class__.__init__.__globals__}", TemplateFault.UNKNOWN, (1, 1)),
        ("{title} {0}", TemplateFault.UNKNOWN, (1, 9)),
        ("{title} {}", TemplateFault.UNKNOWN, (1, 9)),
        ("{title} {title!r:>9999999}", TemplateFault.UNKNOWN, (1, 9)),
        ("{{title}}", TemplateFault.BRACE, (1, 1)),
        ("🏆 {title", TemplateFault.BRACE, (1, 3)),
        ("{title}\n2 < 3", TemplateFault.SIGN, (2, 3)),
        ("{title}<script>alert(1)</script>", TemplateFault.TAG, (1, 8)),
        ("{title}\n<br>", TemplateFault.TAG, (2, 1)),
        ('<b onclick="x">{title}</b>', TemplateFault.ATTRIBUTE, (1, 1)),
        ("<a>{title}</a>", TemplateFault.ATTRIBUTE, (1, 1)),
        ('<a href="javascript:alert(1)">{title}</a>', TemplateFault.ADDRESS, (1, 1)),
        ('<a href="http://localhost/">{title}</a>', TemplateFault.ADDRESS, (1, 1)),
        ('<a href="https://x.example/?{title}">{title}</a>', TemplateFault.ADDRESS, (1, 1)),
        ("{title} <b>\n{lead}", TemplateFault.UNCLOSED, (1, 9)),
        ("{title}\n{?author}{author}", TemplateFault.UNCLOSED, (2, 1)),
        ("{title}</b>", TemplateFault.UNEXPECTED, (1, 8)),
        ("<b><i>{title}</b></i>", TemplateFault.UNEXPECTED, (1, 14)),
        ("{?lead}<b>{/lead}{title}</b>", TemplateFault.UNEXPECTED, (1, 11)),
        ("{?lead}{lead}{/author}", TemplateFault.UNEXPECTED, (1, 14)),
        ("<code><b>{title}</b></code>", TemplateFault.NESTED, (1, 7)),
        ("<blockquote><blockquote>{title}</blockquote></blockquote>", TemplateFault.NESTED, (1, 13)),
        ("{title}" + "\n" * MAX_TEMPLATE, TemplateFault.TOO_LONG, (MAX_TEMPLATE - 6, 1)),
        ("{title}" * (MAX_TEMPLATE_MARKS + 1), TemplateFault.TOO_MANY, (1, 7 * MAX_TEMPLATE_MARKS + 1)),
        ("Новости каждый день: {link}", TemplateFault.SAYS_NOTHING, (1, 1)),
        ("", TemplateFault.SAYS_NOTHING, (1, 1)),
    ],
)
def test_a_faulty_template_is_refused_with_the_place(text: str, fault: TemplateFault, place: tuple[int, int]) -> None:
    with pytest.raises(TemplateError) as refused:
        read_template(text)
    assert (refused.value.fault, refused.value.arguments["line"], refused.value.arguments["column"]) == (fault, *place)


def test_what_is_quoted_of_a_fault_is_short() -> None:
    with pytest.raises(TemplateError) as refused:
        read_template("{title}<script" + " x" * 500 + ">")
    what = str(refused.value.arguments["what"])
    assert what.startswith("<script")
    assert visible_length(what) <= 40


words = st.text(alphabet="ab \n&<>{}\"/?'яİ🏆\u202e\x00", max_size=6)
marks = st.sampled_from(
    [
        *(f"{{{name}}}" for name in Placeholder),
        *(f"{{{sign}{name}}}" for name in (Placeholder.LEAD, Placeholder.AUTHOR) for sign in "?/"),
        *(f"<{slash}{tag}>" for tag in ("b", "i", "code", "pre", "tg-spoiler", "blockquote") for slash in ("", "/")),
        '<a href="{link}">',
        '<a href="https://t.me/x?a=1&b=2">',
        "</a>",
        "<blockquote expandable>",
        "<script>",
    ]
)
sound = st.recursive(
    st.sampled_from([f"{{{name}}}" for name in Placeholder]) | st.text(alphabet="ab \n&яİ🏆", max_size=6),
    lambda inner: st.one_of(
        inner.map("<b>{}</b>".format),
        inner.map("{{?author}}{}{{/author}}".format),
        st.sampled_from(["{title}", "", "{body}"]).map('<a href="{{link}}">x{}</a>'.format),
        st.builds("{}{}".format, inner, inner),
    ),
    max_leaves=10,
)
templates = st.one_of(st.lists(st.one_of(words, marks), max_size=30).map("".join), sound)
foreign = st.one_of(st.text(max_size=40), st.text(alphabet='<&>"{}/b \n🏆', min_size=1, max_size=3000))
articles = st.fixed_dictionaries({name: foreign for name in Placeholder if name is not Placeholder.LINK}).map(
    lambda values: values | {Placeholder.LINK: 'https://news.example/?"=<&>'}
)


@given(templates, articles, st.integers(min_value=0, max_value=MAX_TEXT))
def test_any_template_is_refused_with_a_place_or_makes_what_telegram_takes(
    text: str, values: dict[Placeholder, str], limit: int
) -> None:
    try:
        template = read_template(text)
    except TemplateError as error:
        line, column = int(error.arguments["line"]), int(error.arguments["column"])
        assert 1 <= line <= text.count("\n") + 1
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1
        return
    made = template.fill(values, limit)
    assert visible_length(made) <= limit
    assert len(made.encode()) <= MAX_RAW_BYTES
    parsed = parse_html(made)
    assert parsed.text == plain(made)
    assert len(parsed.entities) <= MAX_ENTITIES
