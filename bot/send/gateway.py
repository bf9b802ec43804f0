"""Message → Bot API call → Outcome. The only module that sends news, albums by album.py; never raises what Telegram answered.

A new post goes the lean way of send/rendered.py: serialized once by `prepare`, however many chats it goes to. Where Telegram
takes a message only without its markup, keyboard or picture, or shortened, it goes out so, and no other chat is asked again.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaPhoto, ReplyParameters
from aiogram.types import Message as TelegramMessage

from bot.clock import Clock
from bot.domain.cause import Cause
from bot.domain.delivery import Post
from bot.domain.errors import SourceError
from bot.domain.picture import UNKNOWN_PICTURE, PictureFile
from bot.domain.topic import GENERAL, Shutting, TopicId
from bot.render.message import MAX_CAPTION, Message
from bot.send.album import Albums
from bot.send.complaint import Complaint, complaint
from bot.send.form import Form, Prepared, PreparedAlbum, fingerprint, form_of, mended
from bot.send.outcome import Later, Outcome, Refused, Sent, Shut, understand, understand_pin
from bot.send.pictures import UPLOAD_WAIT, FetchPicture, Picture, Pictures, Way
from bot.send.rendered import Rendered, SentMessage, file_id_of
from bot.send.rich import RichMessages

logger = logging.getLogger(__name__)

# Seconds for one call. The server itself may sit on a request for 8 s before it answers (tdlib/td, NetQueryDelayer.cpp);
# giving up earlier would post twice.
TIMEOUT = 60
# Calls for one message, each with something less of it than the one before.
_MOST_CALLS = 8
# Seconds for a question that posts wait for.
_NAME_TIMEOUT = 5
# The delivery is due again at once, and goes out as an ordinary message then.
_NOT_RICH = Later(wait=timedelta(), reason=Cause.NOT_RICH)
_WAITS_FOR_UPLOAD = Later(wait=UPLOAD_WAIT, reason=Cause.UPLOADING)
_NOWHERE: Mapping[str, object] = MappingProxyType({})


class Gateway:
    def __init__(
        self,
        bot: Bot,
        *,
        clock: Clock,
        is_paid: bool,
        pictures: Pictures,
        fetch_picture: FetchPicture,
        timeout: int = TIMEOUT,
    ) -> None:
        self._bot = bot
        self._is_paid = is_paid
        self._pictures = pictures
        self._fetch_picture = fetch_picture
        self._timeout = timeout
        self._rich = RichMessages(bot, clock, timeout=timeout)
        self._albums = Albums(bot, is_paid=is_paid, fetch_picture=fetch_picture, timeout=timeout)
        # For buttons that lead into the bot. None: Telegram was not asked yet, or did not say.
        self.bot_name: str | None = None

    async def learn_bot_name(self) -> None:
        """Once it is known this costs nothing; while Telegram does not tell it, posts go out without those buttons."""
        if self.bot_name is None:
            try:
                self.bot_name = (await self._bot.get_me(request_timeout=_NAME_TIMEOUT)).username
            except (TelegramAPIError, ClientDecodeError) as error:
                logger.warning("The bot's own name is not known yet.", extra={"said": str(error)})

    def prepare(self, message: Message, origin: Mapping[str, object] = _NOWHERE) -> Prepared:
        picture = self._pictures.get(message.photo) if message.photo is not None else None
        prepared = Prepared(form_of(message, is_paid=self._is_paid), picture, origin)
        prepared.shows = fingerprint(message)
        prepare = partial(self.prepare, origin=origin)
        prepared.following = tuple(map(prepare, message.following))
        if (album := message.album) is not None:
            items, following = map(prepare, album.items()), map(prepare, album.following)
            prepared.album = PreparedAlbum(items=tuple(items), following=tuple(following))
        return prepared

    def takes_rich(self, chat_id: int, prepared: Prepared) -> bool:
        """Whether it goes there as one rich message, however many it has otherwise."""
        return self._rich.take(prepared, chat_id)

    def weight(self, chat_id: int, prepared: Prepared) -> int:
        """Messages that the first call of its post makes."""
        if prepared.album is None or self.takes_rich(chat_id, prepared):
            return 1
        return len(prepared.album.shown)

    async def post(
        self,
        chat_id: int,
        prepared: Prepared,
        *,
        topic: TopicId | None = None,
        answers: int | None = None,
        is_silent: bool = False,
    ) -> Outcome:
        """`answers`: the message that it is a reply to, if that still stands; `is_silent`: whatever the message itself says.

        `topic` of a forum; None: the chat is none.
        """
        reply, thread = b"", _thread(topic)
        if answers is not None:
            reply = b'"reply_parameters":{"message_id":%d,"allow_sending_without_reply":true},' % answers
        if is_silent and not prepared.form.message.silent:
            reply += b'"disable_notification":true,'
        if thread is not None:
            reply += b'"message_thread_id":%d,' % thread

        if self._rich.take(prepared, chat_id):
            outcome = await self._rich.post(chat_id, prepared, reply)
            return await self._placed(outcome or _NOT_RICH, chat_id, topic)

        async def call(form: Form) -> Outcome | None:
            picture = prepared.picture
            if picture is None or form.message.photo is None or not picture.is_shown:
                answer = await self._lean("sendMessage", chat_id, reply + form.text_tail)
                return Sent(message_id=answer.message_id)
            if (medium := picture.medium) is None:
                return await self._uploaded(
                    picture, lambda file: self._send_file(chat_id, form, file, answers, thread, is_silent=is_silent)
                )
            tail = b'"photo":%b,%b%b' % (json.dumps(medium).encode(), reply, form.photo_tail)
            with refusals_of(picture, medium):
                answer = await self._lean("sendPhoto", chat_id, tail, wants_photo=picture.file_id is None)
            uploaded = picture.learn(file_id_of(answer))
            return Sent(message_id=answer.message_id, picture=picture.id, uploaded=uploaded)

        return await self._placed(await self._insist(prepared, call), chat_id, topic)

    async def _placed(self, outcome: Outcome, chat_id: int, topic: TopicId | None) -> Outcome:
        """Says which topic it was that is shut."""
        if not isinstance(outcome, Shut) or topic is None:
            return outcome
        may_be_none = topic != GENERAL and outcome.why is Shutting.GONE
        return replace(outcome, topic=topic, is_forum=not may_be_none or await self._is_forum(chat_id))

    async def _is_forum(self, chat_id: int) -> bool:
        """A topic that is not found may be deleted, or all of them may be switched off, which no update tells."""
        try:
            return bool((await self._bot.get_chat(chat_id, request_timeout=self._timeout)).is_forum)
        except (TelegramAPIError, ClientDecodeError):
            return True

    async def post_album(
        self, chat_id: int, prepared: Prepared, *, topic: TopicId | None = None, is_silent: bool = False
    ) -> Outcome | None:
        """None: it goes out as an ordinary message, since Telegram takes fewer than two of its pictures."""
        outcome = await self._albums.post(chat_id, prepared, thread=_thread(topic), is_silent=is_silent)
        return await self._placed(outcome, chat_id, topic) if outcome is not None else None

    async def edit(self, post: Post, prepared: Prepared) -> Outcome:
        """A text stays a text and a photo a photo; a caption that grew too long is cut, as far as Telegram allows.

        One message of several never becomes the rich one that says all.
        """
        is_photo = post.picture is not None
        if not is_photo and not post.pieces and self._rich.take(prepared, post.chat_id):
            taken = await self._rich.edit(post, prepared)
            if taken is not None:
                return taken

        async def call(form: Form) -> Outcome | None:
            nonlocal is_photo
            try:
                return await (self._edit_photo if is_photo else self._edit_text)(post, form, prepared.picture)
            except TelegramBadRequest as error:
                if complaint(error) is not (Complaint.IS_TEXT if is_photo else Complaint.IS_PHOTO):
                    raise
                is_photo = not is_photo
                return None

        outcome = await self._insist(prepared, call, may_be_text=False)
        if isinstance(outcome, Sent) and is_photo and outcome.picture is None:
            return replace(outcome, picture=post.picture or UNKNOWN_PICTURE)
        return outcome

    async def delete(self, chat_id: int, *message_ids: int) -> Outcome:
        """All of them or none."""
        try:
            if len(message_ids) == 1:
                await self._bot.delete_message(chat_id, message_ids[0], request_timeout=self._timeout)
            else:
                await self._bot.delete_messages(chat_id, list(message_ids), request_timeout=self._timeout)
        except (TelegramAPIError, ClientDecodeError) as error:
            return understand(error)
        return Sent()

    async def pin(self, chat_id: int, message_id: int) -> Outcome:
        """In a channel nobody is notified of a pin, whatever is asked for."""
        try:
            await self._bot.pin_chat_message(
                chat_id, message_id, disable_notification=True, request_timeout=self._timeout
            )
        except (TelegramAPIError, ClientDecodeError) as error:
            return understand_pin(error)
        return Sent()

    async def unpin(self, chat_id: int, message_id: int) -> Outcome:
        try:
            await self._bot.unpin_chat_message(chat_id, message_id=message_id, request_timeout=self._timeout)
        except (TelegramAPIError, ClientDecodeError) as error:
            return understand_pin(error)
        return Sent()

    async def _edit_text(self, post: Post, form: Form, _: Picture | None) -> Outcome:
        # The keyboard is passed again each time: an edit without it takes it away.
        await self._bot.edit_message_text(
            form.words(),
            chat_id=post.chat_id,
            message_id=post.message_id,
            parse_mode=form.parse_mode,
            link_preview_options=form.preview,
            reply_markup=form.keyboard,
            request_timeout=self._timeout,
        )
        return Sent()

    async def _edit_photo(self, post: Post, form: Form, picture: Picture | None) -> Outcome | None:
        caption = form.words(MAX_CAPTION)
        if picture is None or form.message.photo is None or picture.id == post.picture or not picture.is_shown:
            await self._bot.edit_message_caption(
                chat_id=post.chat_id,
                message_id=post.message_id,
                caption=caption,
                parse_mode=form.parse_mode,
                reply_markup=form.keyboard,
                request_timeout=self._timeout,
            )
            return Sent()

        async def edit(medium: str | BufferedInputFile) -> TelegramMessage | bool:
            return await self._bot.edit_message_media(
                InputMediaPhoto(media=medium, caption=caption, parse_mode=form.parse_mode),
                chat_id=post.chat_id,
                message_id=post.message_id,
                reply_markup=form.keyboard,
                request_timeout=self._timeout,
            )

        if (medium := picture.medium) is None:
            return await self._uploaded(picture, lambda file: edit(BufferedInputFile(file.data, file.name)))
        with refusals_of(picture, medium):
            answer = await edit(medium)
        uploaded = () if isinstance(answer, bool) else picture.learn(file_id_of(answer))
        return Sent(picture=picture.id, uploaded=uploaded)

    async def _insist(
        self, prepared: Prepared, call: Callable[[Form], Awaitable[Outcome | None]], *, may_be_text: bool = True
    ) -> Outcome:
        """Until Telegram takes the message, or nothing is left that could be left out. None: there is another way.

        `may_be_text`: a photo with too long a caption may become one.
        """
        form = prepared.form
        for _ in range(_MOST_CALLS):
            try:
                outcome = await call(form)
            except TelegramBadRequest as error:
                what = complaint(error)
                better = mended(form, what, may_be_text=may_be_text)
                if better is None:
                    return understand(error)
                if better is not form:
                    details = {"said": error.message, **prepared.origin}
                    logger.warning("Telegram did not take all of a message; it goes out with less.", extra=details)
                form = better
                # What one chat forbids, others may take.
                if what is not Complaint.NO_PHOTOS:
                    prepared.form = form
            except (TelegramAPIError, ClientDecodeError) as error:
                return understand(error)
            else:
                if outcome is not None:
                    return outcome
        return Refused(reason=Cause.NO_FORM)

    async def _lean(self, name: str, chat_id: int, tail: bytes, *, wants_photo: bool = False) -> SentMessage:
        call = Rendered(name=name, chat_id=chat_id, tail=tail, wants_photo=wants_photo)
        return await self._bot(call.as_method(), request_timeout=self._timeout)

    async def _uploaded(
        self, picture: Picture, call: Callable[[PictureFile], Awaitable[TelegramMessage | bool]]
    ) -> Outcome | None:
        """Only one delivery at a time uploads a picture. None: it cannot be uploaded."""
        if picture.way is Way.UPLOADING:
            return _WAITS_FOR_UPLOAD
        picture.way = Way.UPLOADING
        try:
            answer = await call(await self._fetch_picture(picture.url))
        except (SourceError, TelegramEntityTooLarge) as error:
            details = {"picture": picture.url, "said": str(error)}
            logger.warning("A picture cannot be uploaded; its article goes out without it.", extra=details)
            picture.way = Way.NONE
            return None
        except TelegramBadRequest as error:
            if complaint(error) in {Complaint.ADDRESS, Complaint.PICTURE}:
                picture.way = Way.NONE
            raise
        finally:
            if picture.way is Way.UPLOADING:
                picture.way = Way.UPLOAD
        if isinstance(answer, bool):
            return Sent(picture=picture.id)
        return Sent(message_id=answer.message_id, picture=picture.id, uploaded=picture.learn(file_id_of(answer)))

    async def _send_file(
        self,
        chat_id: int,
        form: Form,
        file: PictureFile,
        answers: int | None,
        thread: TopicId | None,
        *,
        is_silent: bool,
    ) -> TelegramMessage:
        return await self._bot.send_photo(
            chat_id,
            BufferedInputFile(file.data, file.name),
            message_thread_id=thread,
            caption=form.words(),
            parse_mode=form.parse_mode,
            reply_markup=form.keyboard,
            reply_parameters=None
            if answers is None
            else ReplyParameters(message_id=answers, allow_sending_without_reply=True),
            disable_notification=is_silent or form.message.silent or None,
            allow_paid_broadcast=self._is_paid or None,
            request_timeout=self._timeout,
        )


def _thread(topic: TopicId | None) -> TopicId | None:
    """The General topic's messages bear none, and Telegram refuses its number as one."""
    return None if topic == GENERAL else topic


@contextmanager
def refusals_of(picture: Picture, medium: str) -> Iterator[None]:
    try:
        yield
    except TelegramBadRequest as error:
        what = complaint(error)
        if what in {Complaint.ADDRESS, Complaint.PICTURE}:
            picture.refuse(medium, for_good=what is Complaint.PICTURE)
        raise
