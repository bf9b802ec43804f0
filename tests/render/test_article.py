"""What a post about an article shows."""

from dataclasses import replace

import pytest

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.render.article import article_message, correction_message, withdrawn_message
from bot.render.html import visible_length
from bot.render.message import MAX_CAPTION, MAX_TEXT, Button, Preview
from tests.render.conftest import CheckSnapshot
from tests.render.samples import (
    ARTICLES,
    FIRST,
    FOOTBALL,
    FOREIGN_POLICY,
    HEADLINE,
    I18N,
    SECOND,
    article,
)

RU = I18N.texts(Language.RU)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ARTICLES)
def test_a_post_looks_as_it_was_approved(name: str, language: Language, check_snapshot: CheckSnapshot) -> None:
    message = article_message(ARTICLES[name], (FOREIGN_POLICY, FOOTBALL), I18N.texts(language))
    check_snapshot(f"article-{name}.{language}", message)


@pytest.mark.parametrize("name", ARTICLES)
def test_every_post_fits_into_one_message_that_can_be_encoded(name: str) -> None:
    text = article_message(ARTICLES[name], (FOREIGN_POLICY,), RU).text
    assert visible_length(text) <= MAX_TEXT
    assert text.encode()


def test_a_headline_lead_and_rubric_make_a_post() -> None:
    message = article_message(article(), (FOREIGN_POLICY,), RU)
    assert message.text == f"<b>{HEADLINE}</b>\n\n{FIRST}\n\n🌍 Внешняя политика"


def test_rubrics_are_titled_in_the_readers_language() -> None:
    message = article_message(article(), (FOREIGN_POLICY, FOOTBALL), I18N.texts(Language.AZ))
    assert message.text.endswith("🌍 Xarici siyasət · ⚽ Futbol")


def test_an_article_of_no_rubric_still_goes_out() -> None:
    assert article_message(article(), (), RU).text == f"<b>{HEADLINE}</b>\n\n{FIRST}"


@pytest.mark.parametrize(
    ("lead", "body", "shown"),
    [
        pytest.param("", f"{HEADLINE}\n\n{FIRST}", FIRST, id="headline as the first paragraph"),
        pytest.param("", f"{HEADLINE.upper()}. {FIRST}", FIRST, id="headline as the first sentence"),
        pytest.param(f"«{HEADLINE}»", FIRST, FIRST, id="headline in quotes as the lead"),
        pytest.param(f"{HEADLINE[:40]}…", FIRST, FIRST, id="headline broken off as the lead"),
        pytest.param(f'{HEADLINE}. "{SECOND}"', "", f'"{SECOND}"', id="quotation after the headline"),
        pytest.param(
            f"{HEADLINE}, сообщает Report.", "", f"{HEADLINE}, сообщает Report.", id="a longer sentence stays"
        ),
        pytest.param("", f"{FIRST}\n\n{HEADLINE}.", f"{FIRST}\n\n{HEADLINE}.", id="only the beginning is looked at"),
        pytest.param(FIRST, f"{FIRST}\n\n{SECOND}", FIRST, id="a lead is enough"),
        pytest.param("", f"{FIRST}\n\n{SECOND}", f"{FIRST}\n\n{SECOND}", id="paragraphs of the body that fit"),
    ],
)
def test_the_headline_is_not_said_twice(lead: str, body: str, shown: str) -> None:
    message = article_message(article(lead=lead, body=body), (), RU)
    assert message.text == f"<b>{HEADLINE}</b>\n\n{shown}"


def test_an_article_without_a_word_beyond_the_headline_shows_only_that() -> None:
    assert article_message(article(lead=HEADLINE, body=HEADLINE), (), RU).text == f"<b>{HEADLINE}</b>"


def test_paragraphs_that_do_not_fit_are_left_for_the_full_text() -> None:
    body = "\n\n".join([FIRST, SECOND, "Ещё предложение. " * 40])
    assert article_message(article(lead="", body=body), (), RU).text.endswith(f"{FIRST}\n\n{SECOND}")


def test_a_long_lead_ends_at_a_word_with_an_ellipsis() -> None:
    text = article_message(article(lead="слово " * 200), (), RU).text
    assert text.endswith("слово…")
    assert visible_length(text) <= visible_length(f"{HEADLINE}\n\n") + 600


def test_the_button_leads_to_the_full_text() -> None:
    message = article_message(article(url="https://news.example/a?b=1&c=2"), (), RU)
    assert message.buttons == ((Button(text="Читать полностью", url="https://news.example/a?b=1&c=2"),),)


@pytest.mark.parametrize("url", [None, "http://localhost:8080/a", "javascript:alert(1)", "/relative", "https://"])
def test_an_address_that_telegram_refuses_becomes_no_button(url: str | None) -> None:
    message = article_message(article(url=url, image=None), (), RU)
    assert (message.buttons, message.preview) == ((), None)


def test_the_articles_picture_carries_a_text_that_is_short_enough_for_a_caption() -> None:
    message = article_message(article(image="https://news.example/a.jpg"), (), RU)
    assert message.photo == "https://news.example/a.jpg"


def test_a_text_too_long_for_a_caption_is_no_photo() -> None:
    rubrics = [replace(FOOTBALL, slug=Slug(f"r{number}"), titles={Language.RU: "Рубрика " * 8}) for number in range(20)]
    message = article_message(article(image="https://news.example/a.jpg"), rubrics, RU)
    assert visible_length(message.text) > MAX_CAPTION
    assert (message.photo, message.preview and message.preview.url) == (None, "https://news.example/a.jpg")


@pytest.mark.parametrize("language", Language)
def test_a_correction_says_so_on_top(language: Language) -> None:
    texts = I18N.texts(language)
    message = article_message(article(image="https://news.example/a.jpg"), (), texts)
    corrected = correction_message(message, texts)
    assert corrected.text == f"<b>{texts('article.corrected')}</b>\n\n{message.text}"
    assert (corrected.photo, corrected.buttons) == (message.photo, message.buttons)


def test_a_correction_too_long_for_a_caption_is_no_photo() -> None:
    message = replace(article_message(article(image="https://news.example/a.jpg"), (), RU), text="ж" * MAX_CAPTION)
    assert correction_message(message, RU).photo is None


@pytest.mark.parametrize("language", Language)
def test_what_was_withdrawn_shows_nothing_of_the_article(language: Language) -> None:
    message = withdrawn_message(I18N.texts(language))
    assert (message.buttons, message.preview, message.photo) == ((), None, None)


def test_the_articles_picture_stands_above_the_text() -> None:
    assert article_message(article(image="https://news.example/a.jpg"), (), RU).preview == Preview(
        url="https://news.example/a.jpg", large=True, above=True
    )


@pytest.mark.parametrize("image", [None, "http://localhost/a.jpg", "data:image/png;base64,AAAA"])
def test_without_a_picture_the_card_of_the_page_stands_below(image: str | None) -> None:
    assert article_message(article(image=image, url="https://news.example/a"), (), RU).preview == Preview(
        url="https://news.example/a", large=True, above=False
    )
