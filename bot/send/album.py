"""Several pictures as one post. In: a prepared message with an album. Out: an Outcome; gateway.py offers it.

An album goes out whole or not at all (tdlib/telegram-bot-api, Client.cpp): of one bad picture Telegram says its number, that
one is then uploaded, and left out if that is refused as well. Telegram counts every picture as a message.
"""

import asyncio
import logging
import re
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaPhoto

from bot.domain.cause import Cause
from bot.domain.delivery import Piece
from bot.domain.errors import SourceError
from bot.domain.picture import UploadedPicture
from bot.domain.topic import TopicId
from bot.render.message import MAX_ALBUM, MIN_ALBUM
from bot.send.complaint import Complaint, complaint
from bot.send.form import Prepared, PreparedAlbum, mended
from bot.send.outcome import Later, Outcome, Sent, understand
from bot.send.pictures import UPLOAD_WAIT, FetchPicture, Picture, Way
from bot.send.rendered import file_id_of

logger = logging.getLogger(__name__)

# Each picture may be refused by its address and as an upload.
_MOST_CALLS = 2 * MAX_ALBUM + 2
_NUMBER = re.compile(r"failed to send message #(\d{1,2}) ")
# Parts of Telegram's descriptions, in lower case, of albums that fare no better if they are sent again.
_NO_ALBUM = ("group send failed", "as an album", "in the album")


class Albums:
    def __init__(self, bot: Bot, *, is_paid: bool, fetch_picture: FetchPicture, timeout: int) -> None:
        self._bot = bot
        self._is_paid = is_paid
        self._fetch_picture = fetch_picture
        self._timeout = timeout

    async def post(
        self, chat_id: int, prepared: Prepared, *, thread: TopicId | None, is_silent: bool
    ) -> Outcome | None:
        """None: fewer than two of its pictures can be shown, or the chat takes no albums."""
        album, is_silent = prepared.album, is_silent or prepared.form.message.silent
        for _ in range(_MOST_CALLS):
            if album is None or len(items := album.shown) < MIN_ALBUM:
                return None
            try:
                sent = await self._sent(chat_id, album, items, thread=thread, is_silent=is_silent)
            except TelegramBadRequest as error:
                if not _is_mended(album, items, error):
                    return None if _is_about_albums(error) else understand(error)
                details = {"said": error.message, **prepared.origin}
                logger.warning("Telegram did not take all of an album; it goes out with less.", extra=details)
            except (TelegramAPIError, ClientDecodeError) as error:
                return understand(error)
            else:
                if sent is not None:
                    return sent
        return None

    async def _sent(
        self,
        chat_id: int,
        album: PreparedAlbum,
        items: Sequence[Prepared],
        *,
        thread: TopicId | None,
        is_silent: bool,
    ) -> Outcome | None:
        """None: a picture that was to be uploaded cannot be."""
        uploading = [_picture(item) for item in items if _picture(item).medium is None]
        if any(picture.way is Way.UPLOADING for picture in uploading):
            return Later(wait=UPLOAD_WAIT, reason=Cause.UPLOADING)
        for picture in uploading:
            picture.way = Way.UPLOADING
        try:
            files = await asyncio.gather(*map(self._file, uploading))
            if None in files:
                return None
            uploads = {picture.id: file for picture, file in zip(uploading, files, strict=True) if file is not None}
            answers = await self._bot.send_media_group(
                chat_id,
                [_medium(item, uploads.get(_picture(item).id)) for item in items],
                message_thread_id=thread,
                disable_notification=is_silent or None,
                allow_paid_broadcast=self._is_paid or None,
                request_timeout=self._timeout,
            )
        except TelegramEntityTooLarge:
            for picture in uploading:
                picture.way = Way.NONE
            return None
        finally:
            for picture in uploading:
                if picture.way is Way.UPLOADING:
                    picture.way = Way.UPLOAD
        pieces: list[Piece] = []
        uploaded: list[UploadedPicture] = []
        for item, answer in zip(items, answers, strict=False):
            picture = _picture(item)
            pieces.append(Piece(message_id=answer.message_id, picture=picture.id, shows=item.shows))
            uploaded += picture.learn(file_id_of(answer))
        return Sent(
            message_id=pieces[0].message_id,
            picture=pieces[0].picture,
            uploaded=tuple(uploaded),
            pieces=tuple(pieces),
            is_unfinished=bool(album.following),
        )

    async def _file(self, picture: Picture) -> BufferedInputFile | None:
        try:
            file = await self._fetch_picture(picture.url)
        except SourceError as error:
            details = {"picture": picture.url, "said": str(error)}
            logger.warning("A picture cannot be uploaded; its album goes out without it.", extra=details)
            picture.way = Way.NONE
            return None
        return BufferedInputFile(file.data, file.name)


def _picture(item: Prepared) -> Picture:
    assert item.picture is not None  # noqa: S101, an album shows pictures only
    return item.picture


def _is_about_albums(error: TelegramBadRequest) -> bool:
    """The same as a single message may fare better."""
    return complaint(error) is not None or any(part in error.message.lower() for part in _NO_ALBUM)


def _medium(item: Prepared, upload: BufferedInputFile | None) -> InputMediaPhoto:
    medium = upload or _picture(item).medium
    assert medium is not None  # noqa: S101, what has none is uploaded
    words = item.form.words()
    return InputMediaPhoto(media=medium, caption=words or None, parse_mode=item.form.parse_mode if words else None)


def _is_mended(album: PreparedAlbum, items: Sequence[Prepared], error: TelegramBadRequest) -> bool:
    """Whether another try will be another one."""
    what, number = complaint(error), _NUMBER.search(str(error.message).lower())
    if what is Complaint.MARKUP:
        caption = album.items[0]
        better = mended(caption.form, what, may_be_text=False)
        if better is not None:
            caption.form = better
        return better is not None
    if number is not None and 0 < int(number[1]) <= len(items):
        picture = _picture(items[int(number[1]) - 1])
        medium = picture.medium
        if what is Complaint.ADDRESS and medium is not None:
            picture.refuse(medium, for_good=False)
        else:
            picture.file_id, picture.way = None, Way.NONE
        return True
    known = [_picture(item) for item in items if _picture(item).file_id is not None]
    if what is not Complaint.ADDRESS or not known:
        return False
    # It does not say which; they may all be another bot's.
    for picture in known:
        picture.file_id = None
    return True
