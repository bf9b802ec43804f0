"""The pictures of an article besides its first: from feeds, pages and the publishing API, each once, in their order."""

import json

import pytest

from bot.ingest.feed import parse_feed
from bot.ingest.page import PageArticle, parse_article_page
from bot.ingest.pictures import further
from bot.web.article_json import read_article
from tests.make import MORNING

SITE = "https://news.example"
PAGE = f"{SITE}/ru/futbol/final/"
FIRST, SECOND, THIRD = (f"{SITE}/photo/{name}.jpg" for name in ("first", "second", "third"))


def page(content: str, head: str = "") -> PageArticle:
    markup = f"""<html><head><meta property="og:type" content="article"><meta property="og:image" content="{FIRST}">
        <title>Финал</title>{head}</head><body><article><h1>Финал</h1><p>{"Слово за слово. " * 20}</p>{content}</article></body>"""
    return parse_article_page(markup.encode(), "text/html; charset=utf-8", PAGE)


def item(content: str) -> tuple[str | None, tuple[str, ...]]:
    feed = f"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title>
        <item><title>Финал</title>{content}</item></channel></rss>"""
    (entry,) = parse_feed(feed.encode(), None, f"{SITE}/rss/").entries
    return entry.image, entry.gallery


def media(*addresses: str, width: str = "") -> str:
    size = f' width="{width}"' if width else ""
    return "".join(f'<media:content url="{each}" medium="image"{size}/>' for each in addresses)


@pytest.mark.parametrize(
    ("first", "same"),
    [
        pytest.param("/photo/a_850.jpg", "/photo/a_400.jpg", id="a width at the end"),
        pytest.param("/a-1024x768.jpg", "/a.jpg", id="width and height at the end"),
        pytest.param("/a.jpg?w=1200&q=80", "/a.jpg?w=400", id="a width behind the path"),
        pytest.param("/1x1/a.jpg", "/16x9/a.jpg", id="the three shapes that search engines ask for"),
        pytest.param("/thumbs/a.jpg", "/large/a.jpg", id="a folder a size"),
        pytest.param("/a-scaled.jpg", "/a-300x200.jpg", id="as WordPress writes them"),
        pytest.param("/a.jpg", "/a.webp", id="another format"),
    ],
)
def test_another_size_of_a_picture_is_no_other_picture(first: str, same: str) -> None:
    assert further(SITE + first, [SITE + same]) == ()


@pytest.mark.parametrize(
    ("first", "other"),
    [
        pytest.param("/IMG_1234.jpg", "/IMG_1235.jpg", id="numbers of a camera"),
        pytest.param("/img12/photo.jpg", "/img13/photo.jpg", id="a numbered folder"),
        pytest.param("/2026/03/01/1.jpg", "/2026/03/02/1.jpg", id="a day"),
        pytest.param("/photo-1.jpg", "/photo-2.jpg", id="numbers of a series"),
    ],
)
def test_a_picture_of_another_name_is_another_picture(first: str, other: str) -> None:
    assert further(SITE + first, [SITE + other]) == (SITE + other,)


def test_of_several_sizes_the_widest_stands_where_the_first_stood() -> None:
    found = further(FIRST, [f"{SITE}/b_400.jpg", THIRD, f"{SITE}/b_1200.jpg", f"{SITE}/b_2560.jpg"])
    assert found == (f"{SITE}/b_1200.jpg", THIRD)


def test_no_more_pictures_are_kept_than_an_album_holds() -> None:
    assert len(further(FIRST, [f"{SITE}/{number}/p.jpg" for number in range(30)])) == 9


def test_a_feed_names_its_pictures_as_media_and_enclosures() -> None:
    enclosure = f'<enclosure url="{THIRD}" type="image/jpeg" length="1"/>'
    assert item(media(FIRST, SECOND, FIRST) + enclosure) == (FIRST, (SECOND, THIRD))


def test_smaller_copies_in_a_group_are_no_gallery() -> None:
    group = (
        media(FIRST, width="1200") + media(f"{SITE}/x/abc.jpg", width="600") + media(f"{SITE}/x/def.jpg", width="150")
    )
    assert item(f"<media:group>{group}</media:group>") == (FIRST, ())


def test_thumbnails_and_sounds_are_no_gallery() -> None:
    other = f'<media:thumbnail url="{SECOND}"/><enclosure url="{SITE}/a.mp3" type="audio/mpeg" length="1"/>'
    assert item(media(FIRST) + other) == (FIRST, ())


def test_pictures_in_the_text_of_a_feed_follow_the_first() -> None:
    text = f'<p>Да.</p><img src="{SECOND}"><img src="/pixel.gif" width="1" height="1"><img src="{THIRD}" width="640">'
    assert item(f"{media(FIRST)}<content:encoded><![CDATA[{text}]]></content:encoded>") == (FIRST, (SECOND, THIRD))


def test_icons_in_the_text_of_a_feed_are_no_pictures() -> None:
    text = f'<img src="{SECOND}" width="72" height="72" class="wp-smiley">'
    assert item(f"{media(FIRST)}<content:encoded><![CDATA[{text}]]></content:encoded>") == (FIRST, ())


def test_a_page_has_a_gallery() -> None:
    found = page(f"""<div class="swiper-gallery"><a href="{SECOND}"><img src="{SITE}/photo/second-300x200.jpg"></a>
        <div class="slide"><img data-src="/photo/third.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></div></div>""")
    assert (found.image, found.gallery) == (FIRST, (SECOND, THIRD))


def test_a_page_lists_its_pictures_for_machines() -> None:
    linked = {
        "@type": "NewsArticle",
        "headline": "Финал",
        "image": [FIRST, {"@type": "ImageObject", "url": SECOND}, THIRD],
    }
    found = page("", f'<script type="application/ld+json">{json.dumps(linked)}</script>')
    assert found.gallery == (SECOND, THIRD)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(
            '<div class="gallery"><a href="/ru/drugaya/"><img src="{url}"></a></div>', id="links to other articles"
        ),
        pytest.param('<div class="related"><div class="slider"><img src="{url}"></div></div>', id="related articles"),
        pytest.param('<figure class="author"><img src="{url}"></figure>', id="the author's portrait"),
        pytest.param('<aside><div class="carousel"><img src="{url}"></div></aside>', id="an aside"),
        pytest.param('<figure><img src="{url}" width="32" height="32"></figure>', id="an icon"),
    ],
)
def test_what_a_page_shows_besides_its_article_is_no_gallery(block: str) -> None:
    assert page(block.format(url=SECOND)).gallery == ()


def test_the_publishing_api_takes_pictures_as_attachments() -> None:
    files = [
        {"url": FIRST, "mime_type": "image/jpeg"},
        {"url": f"{SITE}/a.pdf", "mime_type": "application/pdf"},
        {"url": SECOND, "mime_type": "image/png"},
    ]
    given = {"title": "Финал", "content_html": "<p>Да.</p>", "image": FIRST, "attachments": files}

    entry = read_article(json.dumps(given).encode(), cms_id="1", now=MORNING)

    assert (entry.image, entry.gallery) == (FIRST, (SECOND,))
