"""The publishing API as a CMS meets it over HTTP; what its readers receive is told in journeys/test_publishing.py."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from bot.clock import MovableClock, Signal
from bot.domain.language import Language
from bot.metrics import Metrics
from bot.services.publishing import Publishing
from bot.store.database import Database
from bot.web import Web
from bot.web.health import Health
from bot.web.publishing import PublishingApi
from tests.cms import ADDRESS, BEARER, ITEM, TOKEN, Cms, Reply
from tests.running import PATIENCE

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def nothing() -> None:
    """Nothing is counted beforehand."""


@pytest.fixture
async def cms(database: Database, clock: MovableClock) -> AsyncIterator[Cms]:
    metrics = Metrics()
    publishing = Publishing(database=database, clock=clock, default=Language.RU, planner_wake=Signal())
    api = PublishingApi(publishing=publishing, token=TOKEN, clock=clock, metrics=metrics)
    health = Health(metrics=metrics, checks={}, count=nothing)
    web = Web(host="127.0.0.1", port=0, routes=[*api.routes(), *health.routes()])
    await web.start()
    async with aiohttp.ClientSession(web.url, connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Cms(session, MovableClock())
    await web.stop()


async def test_an_article_is_created_where_its_location_says(cms: Cms) -> None:
    created = await cms.puts()

    assert (created.status, created.headers["Location"]) == (201, "/api/v1/articles/cms-1")
    assert (await cms.asks("GET", created.headers["Location"])).said == created.said


async def test_an_article_is_told_with_its_account(cms: Cms) -> None:
    await cms.puts()
    none = {"queued": 0, "sending": 0, "sent": 0, "joined": 0, "failed": 0, "dropped": 0, "uncertain": 0}

    told = await cms.gets()

    assert told.status == 200
    assert told.said == {
        "id": "cms-1",
        "url": "https://news.example/football/final/",
        "title": "Карабах вышел в финал",
        "language": "ru",
        "rubrics": [],
        "revision": 0,
        "published": "2026-03-02T06:00:00+00:00",
        "seen": "2026-03-02T06:00:00+00:00",
        "recalled": False,
        "deliveries": {"post": none, "edit": none, "delete": none},
        "posts": 0,
        "settled": None,
    }


async def test_the_same_again_is_no_correction_and_another_text_is_one(cms: Cms) -> None:
    await cms.puts()

    again, corrected = await cms.puts(), await cms.puts(title="Иначе")

    assert (again.status, again.said["revision"]) == (200, 0)
    assert (corrected.status, corrected.said["revision"]) == (200, 1)


async def test_ids_may_be_addresses(cms: Cms) -> None:
    name = "https://news.example/?p=17&lang=ru#1 %2F ё"

    created = await cms.puts(name, url=...)

    assert (created.status, created.said["id"]) == (201, name)
    assert (await cms.gets(name)).said["title"] == ITEM["title"]


async def test_an_article_without_a_language_is_in_the_newsrooms_own(cms: Cms) -> None:
    assert (await cms.puts(language=...)).said["language"] == "ru"


async def test_wrong_fields_are_named_and_nothing_is_kept(cms: Cms) -> None:
    reply = await cms.puts(title="", url="news")

    assert (reply.status, reply.messages) == (
        422,
        {"title": "It is empty.", "url": "It is not a whole address that begins with https:// or http://."},
    )
    assert (await cms.gets()).status == 404


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(
    ("cms_id", "message"),
    [
        pytest.param("x" * 201, "It has 201 characters; 200 are the most.", id="too long"),
        pytest.param("a\nb", "It holds control characters.", id="control characters"),
    ],
)
async def test_an_id_that_cannot_be_kept_is_refused(cms: Cms, method: str, cms_id: str, message: str) -> None:
    reply = await cms.asks(method, ADDRESS + quote(cms_id), json=ITEM)

    assert (reply.status, reply.messages) == (422, {"id": message})


async def test_what_is_no_json_is_refused(cms: Cms) -> None:
    reply = await cms.sends(b"<html>", content_type="application/feed+json; charset=UTF-8")

    assert (reply.status, reply.said) == (400, {"error": "The body is not JSON."})


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=windows-1251"]
)
async def test_what_does_not_call_itself_json_is_refused(cms: Cms, content_type: str) -> None:
    reply = await cms.sends(json.dumps(ITEM).encode(), content_type=content_type)

    assert reply.status == 415
    assert "Content-Type: application/json" in reply.said["error"]


async def test_an_article_of_almost_two_megabytes_is_taken_and_a_larger_one_is_not(cms: Cms) -> None:
    almost = await cms.puts(content_html="x" * (2 * MEGABYTE - 5000))
    larger = await cms.puts("cms-2", content_html="x" * 2 * MEGABYTE)

    assert almost.status == 201
    assert (larger.status, larger.said) == (413, {"error": "The body has more than 2 MB."})


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(
    ("authorization", "said", "challenge"),
    [
        pytest.param(None, "The header is missing: Authorization: Bearer TOKEN.", "", id="none"),
        pytest.param(f"Basic {TOKEN}", "The header is missing: Authorization: Bearer TOKEN.", "", id="another scheme"),
        pytest.param("Bearer ", "The token is wrong.", ', error="invalid_token"', id="an empty one"),
        pytest.param(f"Bearer {TOKEN[:-1]}3", "The token is wrong.", ', error="invalid_token"', id="a wrong one"),
        pytest.param(f"Bearer {TOKEN}x", "The token is wrong.", ', error="invalid_token"', id="a longer one"),
        pytest.param(f"Bearer {TOKEN[:-1]}", "The token is wrong.", ', error="invalid_token"', id="a shorter one"),
        pytest.param("Bearer тəкен", "The token is wrong.", ', error="invalid_token"', id="one beyond ASCII"),
    ],
)
async def test_who_does_not_know_the_token_is_turned_away(
    cms: Cms, method: str, authorization: str | None, said: str, challenge: str
) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}

    reply = await cms.asks(method, ADDRESS + "cms-1", json=ITEM, headers=headers)

    assert (reply.status, reply.said) == (401, {"error": said})
    assert reply.headers["WWW-Authenticate"] == f'Bearer realm="Rubrika"{challenge}'


async def test_the_scheme_is_read_in_any_case(cms: Cms) -> None:
    reply = await cms.asks("PUT", ADDRESS + "cms-1", json=ITEM, headers={"Authorization": f"bearer {TOKEN}"})

    assert reply.status == 201


async def test_what_was_recalled_stays_so(cms: Cms) -> None:
    await cms.puts()
    recalled, again = await cms.deletes(), await cms.deletes()
    assert (recalled.status, recalled.said["recalled"]) == (200, True)
    assert (again.status, again.said) == (200, recalled.said)

    refused = await cms.puts(title="Снова")

    assert refused.status == 409
    assert "was recalled" in refused.said["error"]
    assert (await cms.gets()).said == recalled.said


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_article_that_nobody_published_is_not_known(cms: Cms, method: str) -> None:
    reply = await cms.asks(method, ADDRESS + "cms-1")

    assert (reply.status, reply.said) == (404, {"error": "No article with this id is known."})


async def test_who_asks_for_the_head_gets_no_more(cms: Cms) -> None:
    missing = await cms.asks("HEAD", ADDRESS + "cms-1")
    await cms.puts()
    there = await cms.asks("HEAD", ADDRESS + "cms-1")

    assert ((missing.status, missing.said), (there.status, there.said)) == ((404, None), (200, None))


async def test_other_methods_are_refused_with_those_there_are(cms: Cms) -> None:
    reply = await cms.asks("POST", ADDRESS + "cms-1", json=ITEM)

    assert (reply.status, reply.headers["Allow"]) == (405, "DELETE,GET,HEAD,PUT")
    assert reply.said == {"error": "POST is not possible here; DELETE, GET, HEAD, PUT are."}


async def test_an_address_that_is_none_is_said_to_be_none(cms: Cms) -> None:
    reply = await cms.asks("PUT", "/api/v1/articles", json=ITEM)

    assert (reply.status, reply.said) == (404, {"error": "There is nothing at this address."})


async def test_a_database_that_does_not_answer_is_said(cms: Cms, database: Database, tmp_path: Path) -> None:
    await database.close()
    file, elsewhere = tmp_path / "rubrika.db", tmp_path / "elsewhere.db"
    file.rename(elsewhere)
    file.mkdir()
    reply = await cms.puts()
    file.rmdir()
    elsewhere.rename(file)

    assert (reply.status, reply.said) == (503, {"error": "The database does not answer. Try again."})
    assert int(reply.headers["Retry-After"]) > 0
    assert (await cms.puts()).status == 201


async def test_more_calls_at_once_than_there_is_room_for_are_asked_to_come_again(cms: Cms) -> None:
    gate = asyncio.Event()

    async def slow_body() -> AsyncIterator[bytes]:
        yield b"{"
        await gate.wait()
        yield b"}"

    async def slow_call() -> Reply:
        headers = BEARER | {"Content-Type": "application/json"}
        return await cms.asks("PUT", ADDRESS + "cms-1", data=slow_body(), headers=headers)

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        calls = [group.create_task(slow_call()) for _ in range(17)]
        done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        gate.set()

    (refused,) = (call.result() for call in done)
    assert (refused.status, refused.headers["Retry-After"], refused.headers["Connection"]) == (503, "1", "close")
    assert "at once" in refused.said["error"]
    assert sorted(call.result().status for call in calls) == 16 * [422] + [503]
    assert (await cms.gets()).status == 404


async def test_the_metrics_count_the_calls_by_what_came_of_them(cms: Cms) -> None:
    await cms.puts()
    await cms.puts()
    await cms.puts(title="")
    await cms.deletes()
    await cms.asks("GET", ADDRESS + "cms-1", headers={})

    async with cms.session.get("/metrics") as answer:
        shown = (await answer.text()).splitlines()

    calls = [("PUT", "created"), ("PUT", "unchanged"), ("PUT", "422"), ("DELETE", "recalled"), ("GET", "401")]
    for method, result in calls:
        assert f'rubrika_publishing_requests_total{{method="{method}",result="{result}"}} 1.0' in shown
    assert 'rubrika_articles_accepted_total{source="Publishing API"} 1.0' in shown


async def test_neither_the_token_nor_words_of_an_article_are_logged(cms: Cms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await cms.puts()
    await cms.puts(title="", url="Карабах")
    await cms.deletes()
    await cms.asks("PUT", ADDRESS + "cms-1", json=ITEM, headers={"Authorization": "Bearer wrong-token"})

    written = "\n".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot."))
    assert "A CMS published an article." in written
    assert not any(word in written for word in (TOKEN, "wrong-token", "Карабах", "последней", "cms-1"))
