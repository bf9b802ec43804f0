"""`python -m bot source URL`, against the sandbox's news site."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.sandbox.server import Sandbox

RUBRICS = """
[[rubrics]]
slug = "foreign-policy"
title = { ru = "Внешняя политика" }
"""


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a newsroom file and nothing of the machine's own settings."""
    (tmp_path / "newsroom.toml").write_text(RUBRICS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALLOW_PRIVATE_SOURCES", "true")
    for name in ("BOT_TOKEN", "NEWSROOM_FILE", "TIMEZONE", "DEFAULT_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


def declare(document: str) -> None:
    Path("newsroom.toml").write_text(RUBRICS + document, encoding="utf-8")


async def source(url: str) -> int:
    return await asyncio.to_thread(main, ["source", url])


async def test_a_feed_is_told_with_what_it_offers_and_what_it_lacks(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.news.publish("Посол вручил грамоты", "Лид.", "Тело.", rubric="Внешняя политика")
    sandbox.news.publish("Матч отложен", "Лид.", "Тело.", rubric="Футбол")
    assert await source(f"{sandbox.news_url}ru/rss/") == 0
    said = capsys.readouterr().out
    assert "kind       feed" in said
    assert "entries    2, from 2026-03-02 10:00 to 2026-03-02 10:00" in said
    assert "rubrics    foreign-policy 1, none 1" in said
    assert 'unknown: "Футбол" 1' in said
    assert "missing    bodies" in said
    assert "its page   title, 11 characters of body" in said
    assert "2026-03-02 10:00  Посол вручил грамоты" in said


async def test_an_address_that_gives_nothing_says_why(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert await source(f"{sandbox.url}/nothing/here") == 1
    assert "There is nothing at this address (404)" in capsys.readouterr().err


async def test_a_private_address_is_refused_unless_it_is_allowed(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLOW_PRIVATE_SOURCES")
    assert await source(f"{sandbox.news_url}ru/rss/") == 1
    assert "ALLOW_PRIVATE_SOURCES=true" in capsys.readouterr().err


async def test_what_is_no_address_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert await source("report.az") == 2
    assert '"report.az" is no address' in capsys.readouterr().err


async def test_without_a_newsroom_file_it_reads_all_the_same(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.move("newsroom.toml", "other.toml")
    sandbox.news.publish("Матч отложен", rubric="Футбол")
    assert await source(f"{sandbox.news_url}ru/rss/") == 0
    said = capsys.readouterr()
    assert "Rubrics are not matched" in said.err
    assert "Матч отложен" in said.out


SELECTORS = """
[[sources]]
name = "Sandbox"
url = "{url}"
language = "ru"

[sources.page]
title = "h1"
body = "div.nowhere p"
"""


async def test_a_selector_that_finds_nothing_is_named(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox.news.publish("Матч отложен", "Лид.", "Тело.", rubric="Футбол")
    url = f"{sandbox.news_url}ru/rss/"
    declare(SELECTORS.format(url=url))
    assert await source(url) == 0
    assert "selectors  find nothing here: body (" in capsys.readouterr().out


async def test_the_front_page_of_a_site_says_where_its_feed_is(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.news.publish("Матч отложен", "Лид.", "Тело.", rubric="Футбол")
    assert await source(f"{sandbox.news_url}ru/") == 0
    assert f"read from  {sandbox.news_url}ru/" in capsys.readouterr().out


async def test_a_page_that_lists_articles_is_told_as_one(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    for title in ("Матч отложен до субботы", "Порт принял первый корабль", "Парламент отложил чтение"):
        sandbox.news.publish(title, "Лид.", "Тело.", rubric="Футбол")
    declare(f'[[sources]]\nname = "P"\nurl = "{sandbox.news_url}ru/news-feed/"\nlanguage = "ru"\nkind = "page"\n')
    assert await source(f"{sandbox.news_url}ru/news-feed/") == 0
    said = capsys.readouterr().out
    assert "kind       page" in said
    assert "entries    3" in said
