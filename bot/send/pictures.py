"""How each picture goes to Telegram: by its address, uploaded once, by the file_id that Telegram gave, or not at all.

In: addresses, and what Telegram said of them. Out: what to send. All chats and languages of an article share its Picture, so
that of many deliveries in flight one uploads it and the others wait in the outbox.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from enum import StrEnum

from bot.domain.picture import PictureFile, UploadedPicture, picture_id
from bot.store.database import Transaction

FetchPicture = Callable[[str], Awaitable[PictureFile]]

# Deliveries come back after this time while another one uploads their picture.
UPLOAD_WAIT = timedelta(seconds=2)
# Pictures remembered at least.
_MOST = 400


class Way(StrEnum):
    """`address`: Telegram fetches it; `none`: it goes to nobody, and the message is a text."""

    ADDRESS = "address"
    UPLOAD = "upload"
    UPLOADING = "uploading"
    NONE = "none"


class Picture:
    __slots__ = ("file_id", "id", "url", "way")

    def __init__(self, url: str) -> None:
        self.url = url
        self.id = picture_id(url)
        self.file_id: str | None = None
        self.way = Way.ADDRESS

    @property
    def is_shown(self) -> bool:
        return self.file_id is not None or self.way is not Way.NONE

    @property
    def is_awaited(self) -> bool:
        """Somebody uploads it this moment."""
        return self.way is Way.UPLOADING and self.file_id is None

    @property
    def medium(self) -> str | None:
        """What Telegram is to show; None: the picture has to be uploaded for it."""
        return self.file_id or (self.url if self.way is Way.ADDRESS else None)

    def refuse(self, medium: str, *, for_good: bool) -> None:
        """Telegram did not take `medium`; `for_good`: nor will it take this picture in any other way."""
        if medium == self.file_id:
            # It may be another bot's.
            self.file_id = None
        if for_good:
            self.way = Way.NONE
        elif medium == self.url and self.way is Way.ADDRESS:
            self.way = Way.UPLOAD

    def learn(self, file_id: str | None) -> tuple[UploadedPicture, ...]:
        """Telegram shows it under this id. Nothing, if that was known before."""
        if file_id is None or self.file_id is not None:
            return ()
        self.file_id = file_id
        return (UploadedPicture(id=self.id, file_id=file_id),)


class Pictures:
    def __init__(self) -> None:
        self._kept: OrderedDict[str, Picture] = OrderedDict()

    def get(self, url: str) -> Picture:
        picture = self._kept.get(url)
        if picture is None:
            picture = self._kept[url] = Picture(url)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(url)
        return picture

    async def recall(self, tx: Transaction, urls: Collection[str]) -> None:
        """What an earlier process learnt of them."""
        if unknown := [self.get(url) for url in urls if url not in self._kept]:
            known = await tx.pictures.file_ids([picture.id for picture in unknown])
            for picture in unknown:
                picture.learn(known.get(picture.id))
