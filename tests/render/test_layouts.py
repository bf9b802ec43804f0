"""Each layout with awkward articles, in full: what channels may choose instead of the usual post."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.appearance import Appearance, Layout, LinkedWords, PreviewPlace, PreviewSize
from bot.domain.article import Article
from bot.domain.delivery import Frame
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.render.article import MAX_PARTS, article_message
from bot.render.html import MAX_URL, linkable, plain, visible_length
from bot.render.message import MAX_CAPTION, MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT, Button, Message, Preview
from bot.sandbox.bot_api.text import formatted
from tests.render.conftest import CheckSheet
from tests.render.samples import FIRST, FOOTBALL, FOREIGN_POLICY, HEADLINE, I18N, SECOND, article

RU = I18N.texts(Language.RU)
RUBRICS = (FOREIGN_POLICY, FOOTBALL)
IMAGE, PAGE = "https://static.news.example/photo/peru_850.jpg", "https://news.example/ru/foreign-policy/peru/"
TEMPLATE = """<b>{title}</b>
{?author}<i>{author}</i>{?source}, {source}{/source}
{/author}
{lead}

<a href="{link}">{time}</a> {hashtags}"""
EVERYTHING = Appearance(
    has_share=True,
    has_subscribe=True,
    button=LinkedWords(text="Наш сайт", url="https://news.example/"),
    signature=LinkedWords(text="Подписывайтесь на «Репортаж»", url="https://t.me/report?a=1&b=2"),
    has_hashtags=True,
)
LOOKS: Mapping[str, Appearance] = {
    "card": Appearance(),
    "headline": Appearance(layout=Layout.HEADLINE, size=PreviewSize.NONE),
    "full": Appearance(layout=Layout.FULL),
    "own": Appearance(layout=Layout.OWN, template=TEMPLATE),
    "everything": EVERYTHING,
}
QUOTES = '— Мы договорились, — сказал он. «"Внутри" кавычек» и “so on”.\n\n> старая цитата'
TABLE = "Команда\tОчки\nКарабах\t30\nНефтчи\t28\n\nТур 12 | 13 | 14\n\n" + "─" * 40
GALLERY = "Фото: 1/5\n\nПодпись к первому снимку\n\n\n\nПодпись ко второму снимку"
PICTURES = tuple(f"https://static.news.example/photo/{number}_850.jpg" for number in (2, 3))
AWKWARD: Mapping[str, Article] = {
    "usual": article(author="Эдгар Гусейнов"),
    "without-picture": article(image=None),
    "without-lead": article(lead=""),
    "headline-of-300": article(title=("Слово в заголовке " * 20)[:300].strip(), body=SECOND),
    "emoji": article(
        title="🏆 «Qarabağ» 🇦🇿 qalib gəldi 👨‍👩‍👧‍👦",
        lead="⚽️ 3:2! Şəmsi İsgəndərov, ığüçöş.",
        body="",
        author="👩🏽‍💻 Aygün",
    ),
    "right-to-left": article(
        title="إيران وأذربيجان توقعان اتفاقا (2026)",
        lead="قال \u202eالوزير\u202c: «نعم».",
        body="שלום 123 abc.\n\nنهاية.",
    ),
    "table": article(lead="", body=TABLE),
    "quotes": article(title='Алиев: "Мы <готовы> & ждём"', lead="", body=QUOTES),
    "gallery": article(lead="", body=GALLERY, author=None, gallery=PICTURES),
    "long-gallery": article(body="\n\n".join([TABLE, QUOTES, *[SECOND * 6] * 12]), gallery=PICTURES),
    "long": article(body="\n\n".join(f"{number}. {SECOND * 4}" for number in range(1, 30))),
    "headline-only": article(lead="", body="", image=None, url=None),
}


def post(changed: Article, look: Appearance, language: Language = Language.RU) -> Message:
    return article_message(changed, RUBRICS, I18N.texts(language), look, source="Report", bot_name="rubrika_bot")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("look", LOOKS)
def test_a_layout_looks_as_it_was_approved(look: str, language: Language, check_sheet: CheckSheet) -> None:
    posts = {name: post(awkward, LOOKS[look], language) for name, awkward in AWKWARD.items()}
    check_sheet(f"layout-{look}.{language}", posts)


def test_a_headline_is_one_linked_line_over_its_rubrics() -> None:
    assert post(article(), LOOKS["headline"]).text == (
        f'<a href="{PAGE}">{HEADLINE}</a>\n🌍 Внешняя политика · ⚽ Футбол'
    )


def test_a_full_text_says_each_thing_once() -> None:
    assert post(article(), LOOKS["full"]).text == (
        f"<b>{HEADLINE}</b>\n\n{FIRST}\n\n{SECOND}\n\n🌍 Внешняя политика · ⚽ Футбол"
    )


def test_a_full_text_without_its_lead_begins_with_it() -> None:
    assert post(article(body=SECOND), LOOKS["full"]).text.startswith(f"<b>{HEADLINE}</b>\n\n{FIRST}\n\n{SECOND}")


def texts_of(message: Message) -> list[str]:
    return [message.text, *(part.text for part in message.following)]


def test_a_full_text_too_long_for_a_message_goes_on_in_others_at_the_ends_of_paragraphs() -> None:
    message = post(AWKWARD["long"], LOOKS["full"])
    texts = texts_of(message)
    assert len(texts) == 3
    assert all(text.endswith(SECOND) for text in texts[:-1])
    assert texts[-1].endswith("🌍 Внешняя политика · ⚽ Футбол")
    assert max(map(visible_length, texts)) - min(map(visible_length, texts)) < 800


def test_only_the_last_message_of_a_long_text_has_buttons_and_only_the_first_its_picture() -> None:
    message = post(AWKWARD["long"], LOOKS["full"])
    assert [bool(each.buttons) for each in (message, *message.following)] == [False, False, True]
    assert [each.preview is not None for each in (message, *message.following)] == [True, False, False]


def test_a_text_longer_than_a_post_may_be_ends_with_a_paragraph_and_leads_on() -> None:
    endless = article(body="\n\n".join(f"{number}. {SECOND * 4}" for number in range(1, 200)))
    *_, told, onward, rubrics = "\n\n".join(texts := texts_of(post(endless, LOOKS["full"]))).split("\n\n")
    assert len(texts) == MAX_PARTS
    assert told.endswith(SECOND)
    assert onward == f'<a href="{PAGE}">Читать дальше</a>'
    assert rubrics == "🌍 Внешняя политика · ⚽ Футбол"


def test_an_album_has_the_buttons_as_links_in_its_caption() -> None:
    album = post(AWKWARD["gallery"], EVERYTHING).album
    assert album is not None
    assert album.pictures == (IMAGE, *PICTURES)
    links = album.caption.rpartition("\n\n")[2]
    assert [plain(each) for each in links.split(" · ")] == [
        "Читать полностью",
        "Поделиться",
        "🌍 Внешняя политика: подписаться",
        "Наш сайт",
    ]


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(Appearance(size=PreviewSize.SMALL), id="a small picture"),
        pytest.param(Appearance(size=PreviewSize.NONE), id="no picture"),
        pytest.param(Appearance(place=PreviewPlace.BELOW), id="a picture below"),
        pytest.param(Appearance(layout=Layout.HEADLINE), id="a line"),
        pytest.param(Appearance(layout=Layout.OWN, template="{title}"), id="an own template"),
        pytest.param(Appearance(has_albums=False), id="the first picture only"),
    ],
)
def test_a_look_without_a_large_picture_above_has_no_album(look: Appearance) -> None:
    assert post(AWKWARD["gallery"], look).album is None


def test_an_article_with_one_picture_looks_as_if_there_were_no_albums() -> None:
    assert post(article(), EVERYTHING) == post(article(), replace(EVERYTHING, has_albums=False))


def test_a_lead_gives_way_to_the_links_under_an_album() -> None:
    wordy = article(title="Слово " * 50, lead="Вводка подлиннее обычной. " * 30, gallery=PICTURES)
    album = post(wordy, replace(EVERYTHING, signature=LinkedWords(text="Подпись " * 25, url="https://t.me/a"))).album
    assert album is not None
    assert visible_length(album.caption) <= MAX_CAPTION
    assert plain(album.caption).endswith("Наш сайт")


def test_a_whole_text_under_an_album_goes_on_below_it() -> None:
    album = post(AWKWARD["long-gallery"], LOOKS["full"]).album
    assert album is not None
    assert visible_length(album.caption) <= MAX_CAPTION
    assert [bool(each.buttons) for each in album.following] == [False] * (len(album.following) - 1) + [True]
    assert all(each.preview is None and each.silent for each in album.following)


def test_an_album_that_stands_alone_leads_on_in_its_caption() -> None:
    frame = Frame(pictures=3, others=0)
    album = article_message(AWKWARD["long-gallery"], RUBRICS, RU, LOOKS["full"], frame=frame).album
    assert album is not None
    assert visible_length(album.caption) <= MAX_CAPTION
    assert "Читать дальше</a>" in album.caption
    assert album.following == ()


def test_a_post_that_stands_gets_no_more_messages_than_it_has() -> None:
    message = article_message(AWKWARD["long"], RUBRICS, RU, LOOKS["full"], frame=Frame(others=2))
    assert len(message.following) == 1
    assert "Читать дальше" in message.following[0].text


def test_a_text_too_long_for_a_caption_has_a_large_preview_above() -> None:
    message = post(AWKWARD["long"], LOOKS["full"])
    assert (message.photo, message.preview) == (None, Preview(url=IMAGE, large=True, above=True))


@pytest.mark.parametrize(
    ("size", "place", "shown", "photo"),
    [
        (PreviewSize.LARGE, PreviewPlace.AUTO, Preview(url=IMAGE, large=True, above=True), IMAGE),
        (PreviewSize.LARGE, PreviewPlace.ABOVE, Preview(url=IMAGE, large=True, above=True), IMAGE),
        (PreviewSize.LARGE, PreviewPlace.BELOW, Preview(url=IMAGE, large=True, above=False), None),
        (PreviewSize.SMALL, PreviewPlace.AUTO, Preview(url=PAGE, large=False, above=False), None),
        (PreviewSize.SMALL, PreviewPlace.ABOVE, Preview(url=PAGE, large=False, above=True), None),
        (PreviewSize.NONE, PreviewPlace.ABOVE, None, None),
    ],
)
def test_the_picture_stands_where_and_as_large_as_it_was_set(
    size: PreviewSize, place: PreviewPlace, shown: Preview | None, photo: str | None
) -> None:
    message = post(article(), Appearance(size=size, place=place))
    assert (message.preview, message.photo) == (shown, photo)


def test_a_page_without_a_picture_shows_its_card_where_it_was_set() -> None:
    message = post(article(image=None), Appearance(place=PreviewPlace.ABOVE))
    assert (message.preview, message.photo) == (Preview(url=PAGE, large=True, above=True), None)


def test_a_headline_carries_no_photo() -> None:
    assert post(article(), Appearance(layout=Layout.HEADLINE)).photo is None


def test_buttons_stand_as_they_were_set() -> None:
    assert post(article(title="Том & Джерри"), EVERYTHING).buttons == (
        (
            Button(text="Читать полностью", url=PAGE),
            Button(
                text="Поделиться",
                url="https://t.me/share/url?url=https%3A%2F%2Fnews.example%2Fru%2Fforeign-policy%2Fperu%2F"
                "&text=%D0%A2%D0%BE%D0%BC%20%26%20%D0%94%D0%B6%D0%B5%D1%80%D1%80%D0%B8",
            ),
        ),
        (Button(text="🌍 Внешняя политика: подписаться", url="https://t.me/rubrika_bot?start=r-foreign-policy"),),
        (Button(text="Наш сайт", url="https://news.example/"),),
    )


def test_without_buttons_a_post_has_none() -> None:
    assert post(article(), Appearance(has_read=False)).buttons == ()


def test_an_article_without_an_address_and_rubrics_keeps_only_the_channels_own_button() -> None:
    message = article_message(article(url=None), (), RU, EVERYTHING, bot_name="rubrika_bot")
    assert message.buttons == ((Button(text="Наш сайт", url="https://news.example/"),),)


def test_while_the_bots_name_is_unknown_nobody_is_led_there() -> None:
    message = article_message(article(), RUBRICS, RU, Appearance(has_read=False, has_subscribe=True))
    assert message.buttons == ()


def test_an_address_too_long_to_be_shared_with_the_headline_is_shared_without() -> None:
    message = post(article(title="Щ" * 300, url=f"https://news.example/{'x' * 1900}"), EVERYTHING)
    assert [len(button.url) <= MAX_URL for row in message.buttons for button in row] == [True] * 4
    assert "&text=" not in message.buttons[0][1].url


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (Language.RU, "#Внешняя_политика #Футбол"),
        (Language.AZ, "#Xarici_siyasət #Futbol"),
        (Language.EN, "#Foreign_policy #Football"),
    ],
)
def test_hashtags_take_the_place_of_the_rubrics(language: Language, shown: str) -> None:
    message = post(article(), Appearance(has_hashtags=True), language)
    assert message.text.endswith(f"\n\n{shown}")
    assert "🌍" not in message.text


@pytest.mark.parametrize("layout", [Layout.HEADLINE, Layout.CARD, Layout.FULL])
@pytest.mark.parametrize("sign", ["⚽", "#"])
def test_of_two_hundred_rubrics_a_few_are_named_below_the_text(layout: Layout, sign: str) -> None:
    many = [
        replace(FOOTBALL, slug=Slug(f"r{number}"), titles={Language.RU: f"Рубрика с длинным названием {number}"})
        for number in range(200)
    ]
    look = replace(EVERYTHING, layout=layout, has_hashtags=sign == "#")
    shown = plain(article_message(article(), many, RU, look).text)
    assert shown.count(sign) == 20
    assert shown.endswith("\n\nПодписывайтесь на «Репортаж»" if layout is not Layout.HEADLINE else "на «Репортаж»")
    assert HEADLINE in shown
    assert (FIRST in shown, SECOND in shown) == (layout is not Layout.HEADLINE, layout is Layout.FULL)


def test_a_signature_is_the_last_line_and_survives_a_long_text() -> None:
    look = replace(EVERYTHING, layout=Layout.FULL)
    for each in (article(), AWKWARD["long"]):
        assert post(each, look).last.text.endswith(
            '<a href="https://t.me/report?a=1&amp;b=2">Подписывайтесь на «Репортаж»</a>'
        )


def test_a_signature_is_text_and_no_markup() -> None:
    look = Appearance(signature=LinkedWords(text="<b>R&D</b>"))
    assert post(article(), look).text.endswith("\n\n&lt;b&gt;R&amp;D&lt;/b&gt;")


def test_a_silent_post_makes_no_sound() -> None:
    assert post(article(), Appearance(is_silent=True)).silent
    assert not post(article(), Appearance()).silent


@pytest.mark.parametrize("template", ["{author}{?lead}{lead}{/lead}", "<b>{title", ""])
def test_a_template_that_says_nothing_of_an_article_or_is_broken_gives_way_to_a_card(template: str) -> None:
    look = Appearance(layout=Layout.OWN, template=template)
    bare = article(lead="", body="", author=None)
    assert post(bare, look).text == post(bare, Appearance()).text


def test_a_template_has_source_author_and_time() -> None:
    look = Appearance(layout=Layout.OWN, template="{title}: {author}, {source}, {time}, {rubrics}")
    assert post(article(author="Эдгар"), look).text == (
        f"{HEADLINE}: Эдгар, Report, 09:32, 🌍 Внешняя политика, ⚽ Футбол"
    )


texts = st.text(alphabet='aя <&>"{}İ🏆\n\u202e\u0301', max_size=60).map(lambda text: text * 60)
looks = st.builds(
    Appearance,
    layout=st.sampled_from(Layout),
    template=st.sampled_from([TEMPLATE, "{body}{body}", "<blockquote>{lead}{title}</blockquote>{link}"]),
    size=st.sampled_from(PreviewSize),
    place=st.sampled_from(PreviewPlace),
    has_share=st.booleans(),
    has_subscribe=st.booleans(),
    signature=st.none() | st.just(LinkedWords(text="С" * 200, url="https://t.me/report")),
    has_hashtags=st.booleans(),
)


frames = st.none() | st.builds(Frame, pictures=st.sampled_from([0, 3]), others=st.integers(1, 3))


# The reader of Telegram's markup takes its time with twenty pages.
@settings(deadline=None, max_examples=60)
@given(texts, texts, texts, texts, looks, frames)
def test_every_look_of_any_article_is_what_telegram_takes(
    title: str, lead: str, body: str, author: str, look: Appearance, frame: Frame | None
) -> None:
    many = tuple(replace(FOOTBALL, slug=Slug(f"r{number}")) for number in range(60))
    told = article(title=title or "x", lead=lead, body=body * 20, author=author, gallery=PICTURES)
    message = article_message(told, many, RU, look, bot_name="rubrika_bot", frame=frame)
    messages = [message, *message.following]
    if message.album is not None:
        messages += [message.album.items()[0], *message.album.following]
    assert len(message.following) < (MAX_PARTS if frame is None else frame.others)
    for each in messages:
        shown = formatted(each.text, "HTML")
        assert len(shown.text) <= (MAX_CAPTION if each.photo else MAX_TEXT)
        assert visible_length(each.text) <= MAX_TEXT
        assert len(each.text.encode()) <= MAX_RAW_BYTES
        assert len(shown.entities) <= MAX_ENTITIES
        assert plain(each.text).strip()
        assert all(linkable(button.url) for row in each.buttons for button in row)
