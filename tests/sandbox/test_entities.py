"""HTML to text and entities as Telegram does it: the cases of TDLib's own rules, by value."""

import pytest

from bot.sandbox.bot_api.entities import Entity, Formatted
from bot.sandbox.bot_api.errors import RefusedError
from bot.sandbox.bot_api.html_reader import parse_html
from bot.sandbox.bot_api.page_html import to_html
from bot.sandbox.bot_api.text import clean, formatted

SMILE = "🙂"


def spans(content: Formatted) -> list[tuple[str, int, int]]:
    return [(entity.type, entity.offset, entity.length) for entity in content.entities]


def html(raw: str) -> Formatted:
    return formatted(raw, "HTML")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("ж <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<P class=x>a</P>", 'Unsupported start tag "p" at byte offset 0'),
        (f"{SMILE}&lt;<abc", "Unclosed start tag at byte offset 8"),
        ("ы<b", "Unclosed start tag at byte offset 2"),
        ("<", "Unclosed start tag at byte offset 0"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href =  ", 'Unclosed start tag "a" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("ə<a href=x/y>z</a>", "Unexpected end of name token at byte offset 10"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("ё</b>", "Unexpected end tag at byte offset 2"),
        ("<b></b></", "Unexpected end tag at byte offset 7"),
        ("<i>a</i   ", "Unclosed end tag at byte offset 4"),
        ("<i>a</b>", 'Unmatched end tag at byte offset 4, expected "</i>", found "</b>"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<tg-emoji emoji-id=x>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ('<tg-time unix="1" format="x">a</tg-time>', "Invalid date format used"),
        (
            "&#57311;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
        ),
    ],
)
def test_broken_html_is_refused_with_its_place(raw: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        html(raw)

    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&nbsp;&apos;&mdash;&laquo;", "&nbsp;&apos;&mdash;&laquo;"),
        ("&#1046;&#x416;&#128578;", f"ЖЖ{SMILE}"),
        ("&#x416 &lt", "Ж <"),
        ("&#0;&#12345678;&#x110000;&#;", "&#0;&#12345678;&#x110000;&#;"),
        ("A & B &ampC", "A & B &ampC"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_only_four_names_and_numbers_are_decoded(raw: str, text: str) -> None:
    assert html(raw).text == text


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<STRONG>x</STRONG>", "bold"),
        ("<em>x</em>", "italic"),
        ("<ins>x</ins>", "underline"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<b>x</>", "bold"),
    ],
)
def test_every_tag_has_its_entity(raw: str, kind: str) -> None:
    assert spans(html(raw)) == [(kind, 0, 1)]


def test_offsets_are_utf16_units() -> None:
    assert spans(html(f"{SMILE}ə<b>{SMILE}ж</b>")) == [("bold", 3, 3)]


def test_a_block_of_code_knows_its_language() -> None:
    content = html('<pre><code class="language-python">x = 1</code></pre>')

    assert content.entities == (Entity("pre", 0, 5, language="python"),)


def test_a_moment_keeps_its_time_and_format() -> None:
    content = html('<tg-time unix="1647531900" format="wDT">22:45</tg-time> news')

    assert content.entities == (Entity("date_time", 0, 5, unix_time=1_647_531_900, date_time_format="wDT"),)


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://report.az/ru/", "https://report.az/ru/"),
        ("HTTP://Report.AZ", "http://report.az/"),
        ("report.az/a?b=c&amp;d=e", "http://report.az/a?b=c&d=e"),
        ("http://127.0.0.1:8080/news/", "http://127.0.0.1:8080/news/"),
        ("https://t.me#x", "https://t.me/#x"),
        ("tg://user?id=1", "tg://user?id=1"),
    ],
)
def test_a_link_keeps_its_address(href: str, kept: str) -> None:
    assert html(f'<a href="{href}">word</a>').entities == (Entity("text_link", 0, 4, url=kept),)


@pytest.mark.parametrize(
    "href", ["http://localhost/x", "javascript:alert(1)", "mailto:news", "ftp://x.az/", "not a link", "/path"]
)
def test_a_bad_link_is_plain_text_without_an_error(href: str) -> None:
    assert html(f'<a href="{href}">word</a>') == Formatted("word")


def test_a_link_without_address_takes_its_text() -> None:
    assert html("<a>report.az</a>").entities == (Entity("text_link", 0, 9, url="http://report.az/"),)


@pytest.mark.parametrize(
    ("raw", "text", "entities"),
    [
        ("\n  a\tb\r\n\x01 ", "a b", []),
        ("x\u202ey\u2028z", "xyz", []),
        ("  <b>a</b>  ", "a", [("bold", 0, 1)]),
        ("\r<b>\ra\r</b>b", "ab", [("bold", 0, 1)]),
        ("a <b> </b> b", "a   b", []),
        ("<b>a \n</b>", "a", [("bold", 0, 1)]),
        ("<b>  a</b>", "  a", [("bold", 0, 3)]),
    ],
)
def test_texts_are_cleaned_and_trimmed(raw: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    content = html(raw)

    assert (content.text, spans(content)) == (text, entities)


@pytest.mark.parametrize(
    ("raw", "entities"),
    [
        ("<b>ab<i>cd</i></b>", [("bold", 0, 2), ("bold", 2, 2), ("italic", 2, 2)]),
        ("<b><i>ab</i></b>", [("bold", 0, 2), ("italic", 0, 2)]),
        ("<b>a<b>b</b></b>", [("bold", 0, 2)]),
        ("<code>a<b>b</b></code>", [("code", 0, 2)]),
        ("<b>a<code>b</code>c</b>", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ('<b>a<a href="x.az">b</a>c</b>', [("bold", 0, 1), ("text_link", 1, 1), ("bold", 1, 1), ("bold", 2, 1)]),
        ('<a href="x.az"><b>ab</b></a>', [("text_link", 0, 2), ("bold", 0, 2)]),
        ('<a href="x.az">a<a href="y.az">b</a></a>', [("text_link", 0, 2)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", 0, 2)]),
        ("<blockquote>a<b>b</b></blockquote>", [("blockquote", 0, 2), ("bold", 1, 1)]),
        ("<b>a<blockquote>b</blockquote></b>", [("bold", 0, 1), ("blockquote", 1, 1), ("bold", 1, 1)]),
    ],
)
def test_nesting_is_repaired_without_a_word(raw: str, entities: list[tuple[str, int, int]]) -> None:
    assert spans(html(raw)) == entities


def test_of_too_many_entities_the_styles_vanish_first() -> None:
    raw = "\n".join(f'<b><a href="https://x.az/{n}">headline {n}</a></b>' for n in range(60))

    kinds = [kind for kind, _, _ in spans(html(raw))]

    assert (kinds.count("text_link"), kinds.count("bold")) == (60, 40)


def test_what_telegram_finds_by_itself() -> None:
    content = html("@report #News $AZN /start https://report.az/ru. info@report.az report.az и.о.министра 5.6.2026")

    assert [(e.type, content.text[e.offset : e.end]) for e in content.entities] == [
        ("mention", "@report"),
        ("hashtag", "#News"),
        ("cashtag", "$AZN"),
        ("bot_command", "/start"),
        ("url", "https://report.az/ru"),
        ("email", "info@report.az"),
        ("url", "report.az"),
    ]


def test_nothing_is_found_inside_code_and_links() -> None:
    assert spans(html('<code>/start</code> <a href="x.az">@name #tag</a>')) == [("code", 0, 6), ("text_link", 7, 10)]


def test_raw_text_of_32768_bytes_is_the_most() -> None:
    within = "<b></b>" + "ж" * ((32_768 - 7) // 2)
    assert html(within).text

    with pytest.raises(RefusedError, match="Bad Request: text is too long"):
        html(within + "жж")


def test_cleaning_twice_changes_nothing() -> None:
    once = clean(parse_html(" \t<b> a\r\nb </b>\u202e\n"))

    assert clean(once) == once


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a &lt;script&gt; &amp; b", "a &lt;script&gt; &amp; b"),
        (f"{SMILE} <b>a<i>b</i></b>", f"{SMILE} <b>a</b><b><i>b</i></b>"),
        (
            '<a href="https://x.az/?a=&quot;&amp;b">w</a>',
            '<a href="https://x.az/?a=&quot;&amp;b" target="_blank" rel="noopener noreferrer">w</a>',
        ),
        ("<blockquote expandable>a\nb</blockquote>", '<blockquote class="expandable">a\nb</blockquote>'),
        ('<pre><code class="language-py">1</code></pre>', '<pre><code class="language-py">1</code></pre>'),
        ("<tg-spoiler>s</tg-spoiler>", '<span class="spoiler">s</span>'),
        ("www.x.az", '<a href="http://www.x.az" target="_blank" rel="noopener noreferrer">www.x.az</a>'),
    ],
)
def test_the_page_gets_safe_html(raw: str, shown: str) -> None:
    content = html(raw)

    assert to_html(content.text, content.entities) == shown
