import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.headers import fresh_for, links, retry_after, validators

NOON = "Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"Cache-Control": "public, max-age=300"}, 300, id="an age"),
        pytest.param({"Cache-Control": 'MAX-AGE="300"'}, 300, id="an age in quotes"),
        pytest.param({"Cache-Control": "s-maxage=120"}, 120, id="an age for shared caches"),
        pytest.param({"Cache-Control": "max-age=60, s-maxage=600"}, 60, id="both ages"),
        pytest.param({"Cache-Control": "max-age=300", "Age": "100"}, 200, id="an age that is partly over"),
        pytest.param({"Cache-Control": "max-age=300", "Age": "400"}, None, id="an age that is over"),
        pytest.param({"Cache-Control": "max-age=31536000"}, 86400, id="a year"),
        pytest.param({"Cache-Control": "max-age=0, must-revalidate"}, None, id="no age"),
        pytest.param({"Cache-Control": "no-cache, max-age=300"}, None, id="not to be used unasked"),
        pytest.param({"Cache-Control": "no-store"}, None, id="not to be kept"),
        pytest.param({"Cache-Control": "max-age=soon"}, None, id="nonsense"),
        pytest.param({"Cache-Control": "max-age=-1"}, None, id="a negative age"),
        pytest.param({"Expires": "Mon, 02 Mar 2026 12:10:00 GMT", "Date": NOON}, 600, id="a date"),
        pytest.param({"Expires": "Mon, 02 Mar 2026 11:00:00 GMT", "Date": NOON}, None, id="a date in the past"),
        pytest.param({"Expires": "0", "Date": NOON}, None, id="no date"),
        pytest.param({"Expires": "Mon, 02 Mar 2026 12:10:00 GMT"}, None, id="a date without the server's own"),
        pytest.param(
            {"Cache-Control": "max-age=60", "Expires": "Mon, 02 Mar 2026 13:00:00 GMT", "Date": NOON},
            60,
            id="an age and a date",
        ),
    ],
)
def test_the_freshness_that_a_server_gives_is_told(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param([], {}, id="nothing"),
        pytest.param(
            ['<https://hub.example/>; rel="hub"', "<https://news.example/rss>; rel=self"],
            {"hub": "https://hub.example/", "self": "https://news.example/rss"},
            id="two headers",
        ),
        pytest.param(
            ['<https://hub.example/>; title="a, b; c"; rel="hub", </rss?a=1,2>; rel="self alternate"'],
            {"hub": "https://hub.example/", "self": "https://news.example/rss?a=1,2"},
            id="one header",
        ),
        pytest.param(
            ["<https://one.example/>; REL=Hub", "<https://two.example/>; rel=hub"],
            {"hub": "https://one.example/"},
            id="two hubs",
        ),
        pytest.param(['<https://news.example/style.css>; rel="preload"'], {}, id="other relations"),
        pytest.param(["<javascript:alert(1)>; rel=hub", "<http://[::1>; rel=self"], {}, id="no addresses"),
        pytest.param(["https://hub.example/; rel=hub", "<", "<>;;;", '<a>; rel="'], {}, id="nonsense"),
    ],
)
def test_hub_and_own_address_are_found_in_link_headers(headers: list[str], found: dict[str, str]) -> None:
    assert links(headers, "https://news.example/feed/") == found


@given(st.dictionaries(st.sampled_from(["Cache-Control", "Expires", "Date", "Age", "Retry-After", "ETag"]), st.text()))
def test_nonsense_says_nothing(headers: dict[str, str]) -> None:
    assert (fresh_for(headers) or 1) > 0
    assert (retry_after(headers) or 0) >= 0
    assert links(headers.values(), "https://news.example/") == {}
    assert (validators(headers).etag or "").isascii()
