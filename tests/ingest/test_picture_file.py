"""What is fetched of a picture's address, and what is none."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import SourceError
from bot.ingest.fetch import Fetcher
from bot.ingest.picture_file import MAX_BYTES, fetch_picture
from tests.ingest.conftest import Site


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(allow_private=True)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        pytest.param(b"\xff\xd8\xff\xe0", "picture.jpg", id="JPEG"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "picture.png", id="PNG"),
        pytest.param(b"GIF89a", "picture.gif", id="GIF"),
        pytest.param(b"BM6\x00", "picture.bmp", id="BMP"),
        pytest.param(b"II*\x00", "picture.tif", id="TIFF, the lowest byte first"),
        pytest.param(b"MM\x00*", "picture.tif", id="TIFF, the highest byte first"),
    ],
)
async def test_a_picture_is_known_by_its_bytes_whatever_the_server_calls_it(
    site: Site, fetcher: Fetcher, beginning: bytes, name: str
) -> None:
    file = await fetch_picture(fetcher, site.put("/a.webp", beginning + b"rest", content_type="text/html"))

    assert (file.name, file.data) == (name, beginning + b"rest")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"RIFF\x24\x00\x00\x00WEBPVP8 ", id="WebP"),
        pytest.param(b"<html>No such picture</html>", id="a page"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8\xff" + bytes(MAX_BYTES), id="more than Telegram takes"),
    ],
)
async def test_what_telegram_takes_from_nobody_is_no_picture(site: Site, fetcher: Fetcher, body: bytes) -> None:
    with pytest.raises(SourceError):
        await fetch_picture(fetcher, site.put("/a.jpg", body, content_type="image/jpeg"))


async def test_a_picture_on_a_private_address_is_not_fetched(site: Site) -> None:
    guarded = Fetcher(allow_private=False)
    with pytest.raises(SourceError, match="private address"):
        await fetch_picture(guarded, site.put("/a.png", b"\x89PNG\r\n\x1a\n"))
    await guarded.close()
    assert site.asked == []
