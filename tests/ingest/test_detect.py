import gzip

import pytest

from bot.domain.source import SourceKind
from bot.ingest.detect import detect


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        pytest.param(b'<rss version="2.0">', "text/html", SourceKind.FEED, id="RSS under the name of a page"),
        pytest.param(b'<?xml version="1.0"?>\n<!-- hello -->\n<feed xmlns="x">', None, SourceKind.FEED, id="Atom"),
        pytest.param(b"<rdf:RDF xmlns:rdf='x'>", None, SourceKind.FEED, id="RSS 1.0"),
        pytest.param("<rss>".encode("utf-16"), None, SourceKind.FEED, id="RSS in utf-16"),
        pytest.param(
            b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]> <rss>', None, SourceKind.FEED, id="RSS with a document type"
        ),
        pytest.param(b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}', None, SourceKind.FEED, id="JSON Feed"),
        pytest.param(b'{"posts": []}', "application/json", SourceKind.PAGE, id="other JSON"),
        pytest.param(b"<urlset xmlns='x'>", "application/rss+xml", SourceKind.SITEMAP, id="a sitemap"),
        pytest.param(b"<sitemapindex>", None, SourceKind.SITEMAP, id="an index of sitemaps"),
        pytest.param(
            gzip.compress(b"<?xml version='1.0'?><urlset>"), None, SourceKind.SITEMAP, id="a compressed sitemap"
        ),
        pytest.param(b"\x1f\x8b nonsense", "application/gzip", SourceKind.PAGE, id="a damaged file"),
        pytest.param(b"\n<!doctype html><title>x", "application/rss+xml", SourceKind.PAGE, id="a page called a feed"),
        pytest.param(b"<html><body>", None, SourceKind.PAGE, id="a page"),
        pytest.param(
            b"Warning: plugin.php line 3\n<rss>", "application/rss+xml", SourceKind.FEED, id="a plugin failed"
        ),
        pytest.param(b"", None, SourceKind.PAGE, id="nothing"),
    ],
)
def test_a_document_is_known_by_what_it_holds(body: bytes, content_type: str | None, kind: SourceKind) -> None:
    assert detect(body, content_type) is kind
