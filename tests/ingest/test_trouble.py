"""Why an address cannot be read, in the words that editors know: one named trouble for each way of failing."""

import pytest

from bot.clock import MovableClock
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import SourceSpec, Trouble
from bot.ingest.fetch import Fetcher
from bot.ingest.inspection import Inspector
from tests.cast import BAKU
from tests.ingest.conftest import Site


async def trouble_of(url: str, fetcher: Fetcher, clock: MovableClock) -> Trouble:
    inspector = Inspector(fetcher, clock=clock, zone=BAKU)
    with pytest.raises(SourceError) as refused:
        await inspector.inspect(SourceSpec(name="News", url=url, language=Language.RU))
    return refused.value.trouble


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Trouble.NOT_FOUND),
        (410, Trouble.GONE),
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (429, Trouble.TOO_OFTEN),
        (503, Trouble.OVERLOADED),
        (500, Trouble.SERVER_ERROR),
        (418, Trouble.UNEXPECTED),
    ],
)
async def test_a_refusal_is_named_by_its_status(
    site: Site, fetcher: Fetcher, clock: MovableClock, status: int, expected: Trouble
) -> None:
    assert await trouble_of(site.put("/rss/", "", status=status), fetcher, clock) is expected


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param("", "application/rss+xml", Trouble.EMPTY, id="nothing"),
        pytest.param("<rss><channel><item>", "application/rss+xml", Trouble.BROKEN, id="a feed that breaks off"),
        pytest.param('{"version": "https://jsonfeed.org/version/1.1", ', "", Trouble.BROKEN, id="half a JSON feed"),
        pytest.param('{"version": "https://jsonfeed.org/version/1.1"}', "", Trouble.NOT_A_FEED, id="JSON of no feed"),
        pytest.param("Только слова.", "text/plain", Trouble.NOT_A_FEED, id="words"),
        pytest.param("<html><body><p>Скоро.</p></body></html>", "text/html", Trouble.NOT_A_FEED, id="an empty page"),
        pytest.param("<urlset>" + "<url>" * 100_000, "text/xml", Trouble.BROKEN, id="a sitemap made to choke"),
    ],
)
async def test_an_answer_that_is_none_is_named_by_what_is_wrong_with_it(
    site: Site, fetcher: Fetcher, clock: MovableClock, body: str, content_type: str, expected: Trouble
) -> None:
    assert await trouble_of(site.put("/rss/", body, content_type=content_type), fetcher, clock) is expected


async def test_a_feed_beyond_all_measure_is_too_big(site: Site, fetcher: Fetcher, clock: MovableClock) -> None:
    body = f"<rss><channel><!--{' ' * 9 * 2**20}--></channel></rss>"

    assert await trouble_of(site.put("/rss/", body), fetcher, clock) is Trouble.TOO_BIG


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://no-such-host.invalid/rss", Trouble.UNKNOWN_HOST),
        ("http://127.0.0.1:1/rss", Trouble.UNREACHABLE),
        ("ftp://example.org/rss", Trouble.ADDRESS),
    ],
)
async def test_what_is_not_reached_is_named_by_the_reason(
    fetcher: Fetcher, clock: MovableClock, url: str, expected: Trouble
) -> None:
    assert await trouble_of(url, fetcher, clock) is expected


async def test_a_private_address_is_named_so(site: Site, clock: MovableClock) -> None:
    fetcher = Fetcher(allow_private=False)
    try:
        assert await trouble_of(site.put("/rss/", "<rss/>"), fetcher, clock) is Trouble.PRIVATE
    finally:
        await fetcher.close()


async def test_an_address_that_redirects_without_end_is_named_so(
    site: Site, fetcher: Fetcher, clock: MovableClock
) -> None:
    url = site.put("/rss/", "", status=302, headers={"Location": "/rss/"})

    assert await trouble_of(url, fetcher, clock) is Trouble.REDIRECTS
