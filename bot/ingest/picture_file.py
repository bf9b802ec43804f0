"""The address of a picture → its bytes, where Telegram would not fetch it itself. Next: send/ uploads them, once.

Whatever is no picture that Telegram takes from us comes out as SourceError.
"""

from bot.domain.errors import SourceError
from bot.domain.picture import PictureFile
from bot.domain.source import Trouble
from bot.ingest.fetch import Fetcher, NotModified

# What sendPhoto takes by upload (Bot API, "Sending files").
MAX_BYTES = 10 * 1024 * 1024
# Seconds: readers wait for the article.
_PATIENCE = 10.0
# How files of the formats begin that Telegram takes; their names have to end so (TDLib, MessageContent.cpp).
_FORMATS = (
    (b"\xff\xd8\xff", "picture.jpg"),
    (b"\x89PNG\r\n\x1a\n", "picture.png"),
    (b"GIF8", "picture.gif"),
    (b"BM", "picture.bmp"),
    (b"II*\x00", "picture.tif"),
    (b"MM\x00*", "picture.tif"),
)


async def fetch_picture(fetcher: Fetcher, url: str) -> PictureFile:
    answer = await fetcher.get(url, timeout=_PATIENCE)
    if isinstance(answer, NotModified):
        raise SourceError("The server says that the picture has not changed, and gives none.")
    if len(answer.body) > MAX_BYTES:
        raise SourceError(f"The picture has more than {MAX_BYTES} bytes, and Telegram takes no more.")
    name = next((name for beginning, name in _FORMATS if answer.body.startswith(beginning)), None)
    if name is None:
        # WebP among them: Telegram takes it by address only, and to convert it would need another library.
        raise SourceError(
            "What stands at the picture's address is no JPEG, PNG, GIF, BMP or TIFF.", trouble=Trouble.UNEXPECTED
        )
    return PictureFile(name=name, data=answer.body)
