from pathlib import Path

import pytest

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import PageSelectors, SourceKind
from bot.services import Services
from bot.services.newsroom import NewsroomFile, NewsroomMistakes, load
from bot.store.database import Database
from tests.cast import ALICE

GOOD = """
[[rubrics]]
slug = "foreign-policy"
emoji = "🌍"
title = { ru = "Внешняя политика", en = "Foreign policy" }
aliases = ["Foreign Affairs"]

[[rubrics]]
slug = "region"
title = { az = "Region" }

[[sources]]
name = "Report"
url = "https://report.az/ru/rss/"
language = "ru"
interval = 10
rubrics = ["region"]
fallback = ["https://report.az/rss/"]
[sources.page]
list = ""
"""

RUBRIC = '[[rubrics]]\nslug = "football"\ntitle = { ru = "Футбол" }\n'
SOURCE = '[[sources]]\nname = "Report"\nlanguage = "ru"\n'
PAGE = SOURCE + 'url = "https://a.az/"\n[sources.page]\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "newsroom.toml"


def read(path: Path, text: str) -> NewsroomFile:
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_a_file_is_read_in_its_order(path: Path) -> None:
    file = read(path, GOOD)

    assert [(rubric.slug, rubric.position) for rubric in file.rubrics] == [("foreign-policy", 0), ("region", 1)]
    assert file.rubrics[0].titles == {Language.RU: "Внешняя политика", Language.EN: "Foreign policy"}
    assert file.rubrics[0].aliases == ("Foreign Affairs",)
    (source,) = file.sources
    assert (source.name, source.url, source.kind) == ("Report", "https://report.az/ru/rss/", SourceKind.AUTO)
    assert (source.interval, source.rubrics) == (10, (Slug("region"),))
    assert source.fallback == ("https://report.az/rss/",)


def test_a_file_saved_with_a_byte_order_mark_is_read(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8-sig")

    assert len(load(path).rubrics) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("colour = 1", '"colour" is unknown here', id="unknown table"),
        pytest.param("rubrics = 1", '"rubrics" must be written as [[rubrics]]', id="no table"),
        pytest.param(RUBRIC + 'titel = "x"', '[[rubrics]] no. 1 (football): "titel" is unknown here', id="unknown key"),
        pytest.param('[[rubrics]]\ntitle = { ru = "Ф" }', '[[rubrics]] no. 1: "slug" is missing', id="no slug"),
        pytest.param(
            '[[rubrics]]\nslug = "Foreign_Policy"\ntitle = { ru = "Ф" }', "must be 1 to 32 of a-z", id="bad slug"
        ),
        pytest.param('[[rubrics]]\nslug = "a"', '"title" is missing', id="no title"),
        pytest.param('[[rubrics]]\nslug = "a"\ntitle = { ru = " " }', '"title" is empty', id="empty title"),
        pytest.param('[[rubrics]]\nslug = "a"\ntitle = "Ф"', '"title" must be a table', id="title is no table"),
        pytest.param(
            '[[rubrics]]\nslug = "a"\ntitle = { ru = "Ф", fr = "Ф" }',
            'title: "fr" is unknown here',
            id="title's language",
        ),
        pytest.param(RUBRIC + 'aliases = "x"', '"aliases" must be a list', id="aliases are no list"),
        pytest.param(RUBRIC + f'emoji = "{"x" * 17}"', '"emoji" must be one emoji', id="long emoji"),
        pytest.param(RUBRIC + RUBRIC, '"slug" must differ, yet "football" stands 2 times', id="slug twice"),
        pytest.param(SOURCE, '[[sources]] no. 1 (Report): "url" is missing', id="no address"),
        pytest.param(SOURCE + 'url = "ftp://example.org"', "must begin with https:// or http://", id="bad address"),
        pytest.param(SOURCE + 'url = "https://[x"', "is no address", id="broken address"),
        pytest.param(SOURCE + "url = 5", '"url" must be a text in quotes', id="address is no text"),
        pytest.param(
            2 * (SOURCE + 'url = "https://a.az/"\n'), '"url" must differ, yet "https://a.az/"', id="address twice"
        ),
        pytest.param(
            SOURCE + 'url = "https://a.az/"\nfallback = ["a.az"]', '"fallback" "a.az" is no address', id="fallback"
        ),
        pytest.param(
            '[[sources]]\nname = "R"\nurl = "https://a.az/"\nlanguage = "fr"',
            'must be one of ru, az, en, not "fr"',
            id="unknown language",
        ),
        pytest.param(SOURCE + 'url = "https://a.az/"\nkind = "blog"', '"kind" must be one of', id="unknown kind"),
        pytest.param(
            SOURCE + 'url = "https://a.az/"\nkind = "api"',
            '"kind" must be one of auto, feed, sitemap, page',
            id="what only the publishing API is",
        ),
        pytest.param(SOURCE + 'url = "https://a.az/"\ninterval = 0', "whole number of seconds from 1", id="interval 0"),
        pytest.param(SOURCE + 'url = "https://a.az/"\ninterval = true', "whole number of seconds", id="interval yes"),
        pytest.param(
            SOURCE + 'url = "https://a.az/"\nrubrics = ["weather"]', 'names "weather", which no', id="unknown rubric"
        ),
        pytest.param(PAGE + 'body = "div >"', '(Report), page: "body" is no CSS selector', id="broken selector"),
        pytest.param(PAGE + f'list = "{"a " * 300}a"', '"list" is longer than 500 characters', id="long selector"),
        pytest.param(PAGE + 'list = "li:has(~ a)"', '"list" may not use ":has"', id="slow selector"),
        pytest.param(PAGE + 'image = ["img"]', '"image" must be a text in quotes', id="selector is no text"),
        pytest.param(PAGE + 'colour = "p"', '"colour" is unknown here', id="unknown selector"),
        pytest.param("[[rubrics]", "is not valid TOML", id="not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(path: Path, text: str, sentence: str) -> None:
    with pytest.raises(NewsroomMistakes) as caught:
        read(path, text)

    assert len(caught.value.mistakes) == 1
    assert sentence in caught.value.mistakes[0]


@pytest.mark.parametrize("kind", ["auto", "feed", "sitemap", "page"])
def test_every_kind_of_source_is_declared_by_its_name(path: Path, kind: str) -> None:
    (source,) = read(path, SOURCE + f'url = "https://a.az/"\nkind = "{kind}"').sources

    assert source.kind == SourceKind(kind)


def test_selectors_say_where_a_page_keeps_its_parts(path: Path) -> None:
    (source,) = read(path, PAGE + 'body = "div.editor-body p"\nlist = ""\ntitle = " h1.news-title "').sources

    assert source.page == PageSelectors(body="div.editor-body p", title="h1.news-title")


def test_all_mistakes_are_named_at_once(path: Path) -> None:
    with pytest.raises(NewsroomMistakes) as caught:
        read(path, 'colour = 1\n[[rubrics]]\nslug = "A B"\n[[sources]]\nname = "R"\nkind = "blog"')

    assert len(caught.value.mistakes) == 6


def test_a_missing_file_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(NewsroomMistakes, match="cannot be read"):
        load(tmp_path / "newsroom.toml")


def test_a_file_in_another_encoding_is_a_mistake(path: Path) -> None:
    path.write_bytes(GOOD.encode("cp1251", "replace"))

    with pytest.raises(NewsroomMistakes, match="not UTF-8"):
        load(path)


async def test_bringing_the_file_twice_changes_nothing(services: Services, newsroom: Database, path: Path) -> None:
    file = read(path, GOOD)
    await services.newsroom.bring(file)
    await services.newsroom.bring(file)

    async with newsroom.transaction() as tx:
        assert await tx.rubrics.slugs() == {"football", "region", "foreign-policy"}
        assert [source.spec for source in await tx.sources.all() if source.spec in file.sources] == list(file.sources)


async def test_the_file_changes_titles_and_leaves_subscriptions(services: Services, path: Path) -> None:
    await services.subscriptions.choose(ALICE, Language.RU, Slug("football"), is_wanted=True)

    await services.newsroom.bring(read(path, '[[rubrics]]\nslug = "football"\ntitle = { ru = "Мяч" }'))

    selection = await services.subscriptions.show(ALICE, Language.RU)
    assert [(choice.rubric.title(Language.RU), choice.is_chosen) for choice in selection.choices][:1] == [("Мяч", True)]


def test_the_newsroom_that_comes_along_is_without_mistakes() -> None:
    file = load(Path(__file__).parents[2] / "newsroom.toml")

    assert [source.name for source in file.sources] == ["Report (az)", "Report (ru)", "Report (en)"]
    assert all(source.fallback and source.page.body for source in file.sources)
