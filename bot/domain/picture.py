"""An article's picture: known by its address, uploaded to Telegram at most once."""

import hashlib
from dataclasses import dataclass
from typing import NewType

PictureId = NewType("PictureId", int)

# A photo of which nobody remembers the address.
UNKNOWN_PICTURE = PictureId(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFile:
    """What was found at a picture's address; the name ends as its format does."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadedPicture:
    """`file_id` shows it again without another upload; it belongs to the bot that uploaded it."""

    id: PictureId
    file_id: str


def picture_id(url: str) -> PictureId:
    """63 bits of the address: an index of the addresses themselves would be far larger."""
    return PictureId(int.from_bytes(hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:8]) >> 1)
