"""The whole text as a rich message: what it holds, that Telegram takes it, and where it ends."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.appearance import Appearance, Layout, LinkedWords, PreviewPlace, PreviewSize
from bot.domain.article import Article
from bot.domain.language import Language
from bot.render.article import article_message
from bot.render.message import MAX_ALBUM, MAX_RICH_BYTES, MAX_RICH_TEXT, Message, Rich
from bot.sandbox.bot_api.chats import Photo, RichContent
from bot.sandbox.bot_api.rich import MAX_BLOCKS, rich_content
from tests.render.conftest import CheckSheet
from tests.render.samples import FIRST, FOOTBALL, FOREIGN_POLICY, HEADLINE, I18N, SECOND, article
from tests.render.test_layouts import AWKWARD, IMAGE, PAGE

RICH = Appearance(layout=Layout.FULL, is_rich=True)
FURTHER: Mapping[str, Article] = {
    "lists": article(
        lead="", body="Повестка:\n• торговля\n• визы <C>\n\n1. Открытие\n2. Итоги\n\n3) Не с начала\n4) Тоже"
    ),
    "rows": article(lead="", body="Команда | Очки\nКарабах | 30\nНефтчи | 28\n\nОдна | строка"),
    "quote": article(lead="", body="Он сказал:\n> Мы «договорились».\n> Точка.\n— И всё?\n— И всё."),
    "marked": article(
        lead="",
        body="Итог\nраз\nдва",
        marked=f"# {HEADLINE}\n\n# Итог\n\n• раз\n• два\n\n> — Да.\n\nКоманда | Очки\nКарабах | 3",
    ),
    "very-long": article(body="\n\n".join(f"{number}. {SECOND * 4}" for number in range(1, 200))),
}
EVERY: Mapping[str, Article] = {**AWKWARD, **FURTHER}


def post(changed: Article, look: Appearance = RICH, language: Language = Language.RU) -> Message:
    return article_message(changed, (FOREIGN_POLICY, FOOTBALL), I18N.texts(language), look)


def rich(changed: Article, look: Appearance = RICH) -> Rich:
    found = post(changed, look).rich
    assert found is not None
    return found


def taken(message: Rich) -> RichContent:
    """As Telegram takes it."""
    given = {"html": message.html(), "is_rtl": message.is_rtl}
    return rich_content(given, lambda address: Photo(file_id=address, url=address))


@pytest.mark.parametrize("language", Language)
def test_a_rich_message_looks_as_it_was_approved(language: Language, check_sheet: CheckSheet) -> None:
    sheet = {name: each for name, each in EVERY.items() if name != "very-long"}
    posts = {name: post(awkward, RICH, language) for name, awkward in sheet.items()}
    check_sheet(f"rich.{language}", {name: _as_rich(each) for name, each in posts.items()})


def _as_rich(message: Message) -> Message:
    """Without what an ordinary message would show instead."""
    alone = replace(message, preview=None, photo=None, following=(), album=None)
    return replace(alone, text=_lines(message.rich), buttons=message.last.buttons)


def _lines(found: Rich | None) -> str:
    """A block a line."""
    if found is None:
        return "an ordinary message"
    html = f"rtl: {found.html()}" if found.is_rtl else found.html()
    for end in (
        "</h1>",
        "</h2>",
        "</figure>",
        "</tg-collage>",
        "</p>",
        "</ul>",
        "</ol>",
        "</blockquote>",
        "</table>",
        "</footer>",
    ):
        html = html.replace(end, f"{end}\n")
    return html.strip()


def test_it_tells_the_whole_text_once_with_the_picture_below_the_headline() -> None:
    assert rich(article()).html() == (
        f'<h1>{HEADLINE}</h1><figure><img src="{IMAGE}"/></figure><p>{FIRST}</p><p>{SECOND}</p>'
        "<footer>🌍 Внешняя политика · ⚽ Футбол</footer>"
    )


@pytest.mark.parametrize("name", EVERY)
def test_telegram_takes_each_awkward_article(name: str) -> None:
    found = post(EVERY[name]).rich
    if found is None:
        assert name == "headline-only"
        return
    assert taken(found).text


def test_lists_quotes_and_tables_are_such() -> None:
    kinds = {
        name: [block["type"] for block in taken(rich(FURTHER[name])).blocks] for name in ("lists", "rows", "quote")
    }
    around = ("heading", "photo", "footer")
    assert {name: [kind for kind in found if kind not in around] for name, found in kinds.items()} == {
        "lists": ["paragraph", "list", "list", "paragraph"],
        "rows": ["table", "paragraph"],
        "quote": ["paragraph", "blockquote", "paragraph"],
    }


def test_what_the_source_marked_is_shown_and_the_headline_only_once() -> None:
    assert rich(FURTHER["marked"]).after == (
        "<h2>Итог</h2><ul><li>раз</li><li>два</li></ul><blockquote><p>— Да.</p></blockquote>"
        "<table><tr><td>Команда</td><td>Очки</td></tr><tr><td>Карабах</td><td>3</td></tr></table>"
        "<footer>🌍 Внешняя политика · ⚽ Футбол</footer>"
    )


def test_what_is_too_long_ends_with_a_paragraph_and_leads_on() -> None:
    found = rich(FURTHER["very-long"])
    assert found.after.endswith(
        f'{SECOND}</p><p><a href="{PAGE}">Читать дальше</a></p><footer>🌍 Внешняя политика · ⚽ Футбол</footer>'
    )
    assert 0.97 * MAX_RICH_BYTES < len(found.html().encode()) <= MAX_RICH_BYTES


def test_all_is_told_where_it_fits() -> None:
    assert "Читать дальше" not in rich(article()).html()


@pytest.mark.parametrize(
    ("look", "begins", "is_shown"),
    [
        (RICH, f"<h1>{HEADLINE}</h1><figure>", True),
        (replace(RICH, place=PreviewPlace.BELOW), f"<h1>{HEADLINE}</h1><p>", True),
        (replace(RICH, size=PreviewSize.NONE), f"<h1>{HEADLINE}</h1><p>", False),
    ],
    ids=["above", "below", "none"],
)
def test_the_picture_stands_where_the_channel_wants_it(look: Appearance, begins: str, *, is_shown: bool) -> None:
    html = rich(article(), look).html()
    assert html.startswith(begins)
    assert (IMAGE in html) is is_shown


@pytest.mark.parametrize(
    ("look", "shown"), [(RICH, MAX_ALBUM), (replace(RICH, has_albums=False), 1)], ids=["albums", "one picture"]
)
def test_a_gallery_is_a_collage_as_long_as_an_album_where_the_channel_wants_those(look: Appearance, shown: int) -> None:
    found = rich(article(gallery=tuple(f"{PAGE}{number}.jpg" for number in range(15))), look)

    assert found.html().count("<img") == shown
    assert taken(found).html.count("<img") == shown
    assert found.html().count("<tg-collage>") == (shown > 1)


def test_without_its_collage_the_first_picture_is_left_and_then_none() -> None:
    collage = f'<tg-collage><img src="{IMAGE}"/><img src="{PAGE}1.jpg"/></tg-collage>'
    single = f'<figure><img src="{IMAGE}"/></figure>'
    found = rich(article(gallery=(f"{PAGE}1.jpg",)))

    assert found.html(refused=1) == found.html().replace(collage, single)
    assert found.html(refused=2) == found.html().replace(collage, "")


def test_without_its_picture_nothing_else_is_missing() -> None:
    found = rich(article())
    assert found.html(refused=1) == found.html().replace(f'<figure><img src="{IMAGE}"/></figure>', "")


@pytest.mark.parametrize(
    "look", [Appearance(layout=Layout.CARD, is_rich=True), Appearance(layout=Layout.FULL)], ids=["card", "not-chosen"]
)
def test_only_a_whole_text_is_rich_and_only_where_it_was_chosen(look: Appearance) -> None:
    assert post(article(), look).rich is None


def test_the_ordinary_message_is_there_to_fall_back_on() -> None:
    assert replace(post(article()), rich=None) == post(article(), replace(RICH, is_rich=False))


@given(
    title=st.text(max_size=400),
    lead=st.text(max_size=400),
    body=st.lists(st.text(max_size=300), max_size=30).map("\n\n".join),
    times=st.sampled_from([1, 40]),
)
def test_whatever_an_article_says_telegram_takes_it_within_its_limits(
    title: str, lead: str, body: str, times: int
) -> None:
    signature = LinkedWords(text="Подпись", url="https://t.me/report?a=1&b=2")
    found = post(article(title=title, lead=lead, body=f"{body}\n\n" * times), replace(RICH, signature=signature)).rich
    if found is None:
        return
    content = taken(found)
    assert len(content.text) <= MAX_RICH_TEXT
    assert len(found.html().encode()) <= MAX_RICH_BYTES
    assert len(content.blocks) <= MAX_BLOCKS


@pytest.mark.parametrize("body", ["Щ" * 60_000, "🏆" * 40_000, "a b " * 20_000])
def test_one_endless_paragraph_is_cut(body: str) -> None:
    content = taken(rich(article(lead="", body=body)))
    assert "…" in content.text
    assert "Читать дальше" in content.text
