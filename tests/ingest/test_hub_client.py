"""What a hub hears, and what is said of one that does not listen; over real HTTP on loopback."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.domain.errors import SourceError
from bot.ingest.hub_client import HubClient
from tests.ingest.conftest import serve


class AnsweringHub:
    """Answers with the status that its address names; a redirect leads to /202."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        status = int(request.path.strip("/"))
        return web.Response(status=status, headers={"Location": "/202"} if status in (307, 308) else {})


@pytest.fixture
async def client() -> AsyncIterator[HubClient]:
    opened = HubClient(allow_private=True)
    yield opened
    await opened.close()


@pytest.fixture
def hub() -> AnsweringHub:
    return AnsweringHub()


@pytest.fixture
async def url(hub: AnsweringHub) -> AsyncIterator[str]:
    runner, url = await serve(web.route("*", "/{path:.*}", hub.answer))
    yield url
    await runner.cleanup()


async def test_a_form_is_sent(client: HubClient, hub: AnsweringHub, url: str) -> None:
    await client.ask(f"{url}/202", {"hub.topic": "https://news.example/лента"})

    assert hub.forms == [{"hub.topic": "https://news.example/лента"}]


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_that_has_moved_gets_the_form_where_it_is(
    client: HubClient, hub: AnsweringHub, url: str, status: int
) -> None:
    await client.ask(f"{url}/{status}", {"hub.mode": "subscribe"})

    assert hub.forms == 2 * [{"hub.mode": "subscribe"}]


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_a_refusal_is_said(client: HubClient, url: str, status: int) -> None:
    with pytest.raises(SourceError, match=f"^The hub answers {status} to our request.$"):
        await client.ask(f"{url}/{status}", {})


async def test_a_private_address_is_not_contacted(hub: AnsweringHub, url: str) -> None:
    guarded = HubClient(allow_private=False)
    with pytest.raises(SourceError, match="is at a private address, which is not contacted"):
        await guarded.ask(f"{url}/202", {})
    await guarded.close()
    assert hub.forms == []


@pytest.mark.parametrize(
    ("hub_url", "said"),
    [
        ("http://127.0.0.1:1/", "^The hub 127.0.0.1 cannot be reached.$"),
        ("http://127.0.0.1:99999/", "^The hub's answer cannot be read"),
        ("http://[::1", "^The hub's answer cannot be read"),
    ],
)
async def test_an_address_that_leads_nowhere_is_said(client: HubClient, hub_url: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        await client.ask(hub_url, {})
