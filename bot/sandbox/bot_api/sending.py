"""Messages: send, edit, copy, forward, pin, delete. A call's parameters come in, the message as Telegram answers it goes out."""

from collections.abc import Callable
from urllib.parse import urlsplit

from bot.sandbox.bot_api.chats import Chat, Message, Photo, RichContent
from bot.sandbox.bot_api.entities import Formatted
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.keyboards import Markup, reply_markup
from bot.sandbox.bot_api.links import checked_link
from bot.sandbox.bot_api.params import Params, Upload, given_entities, message_ids
from bot.sandbox.bot_api.rich import rich_content
from bot.sandbox.bot_api.text import formatted
from bot.sandbox.bot_api.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_UPLOADS = 100
DELETABLE_SECONDS = 48 * 3600
_PHOTO_ENDS = (".jpg", ".jpeg", ".gif", ".png", ".tif", ".tiff", ".bmp")
_PHOTO_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_CHAT_ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


class Sending:
    def __init__(self, world: World) -> None:
        self._world = world
        self._photos: dict[str, Photo] = {}
        self.uploads: dict[str, Upload] = {}
        # Addresses that Telegram will not fetch, and in which words.
        self.refused_pictures: dict[str, str] = {}

    def methods(self) -> dict[str, Callable[[Params], object]]:
        return {
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendRichMessage": self._send_rich,
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_one,
            "deleteMessages": self._delete_many,
            "copyMessage": self._copy,
            "forwardMessage": self._forward,
            "pinChatMessage": self._pin,
            "unpinChatMessage": self._unpin,
            "sendChatAction": self._chat_action,
        }

    def _send_message(self, params: Params) -> object:
        content = _text(params)
        markup = reply_markup(params)
        preview = _preview(params)
        chat = self._world.chat_to_write(params)
        if len(content.text) > MAX_TEXT:
            raise bad_request("message is too long")
        return self._post(chat, params, content, markup, preview=preview)

    def _send_photo(self, params: Params) -> object:
        content = caption_of(params)
        markup = reply_markup(params)
        photo = self.photo(params, "photo")
        chat = self._world.chat_to_write(params)
        if len(content.text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return self._post(chat, params, content, markup, photo=photo)

    def _send_rich(self, params: Params) -> object:
        rich = self._rich(params)
        markup = reply_markup(params)
        chat = self._world.chat_to_write(params)
        return self._post(chat, params, Formatted(rich.text), markup, rich=rich)

    def _rich(self, params: Params) -> RichContent:
        given = params.structure("rich_message", "can't parse rich message JSON object")
        return rich_content(given, lambda address: self.photo(Params({"photo": address}), "photo"))

    def _post(
        self,
        chat: Chat,
        params: Params,
        content: Formatted,
        markup: Markup,
        *,
        preview: dict[str, object] | None = None,
        photo: Photo | None = None,
        rich: RichContent | None = None,
        forward_origin: dict[str, object] | None = None,
    ) -> dict[str, object]:
        topic = self.admitted(chat, params)
        return self._kept_post(
            chat, params, content, markup, topic, preview=preview, photo=photo, rich=rich, forward_origin=forward_origin
        )

    def admitted(self, chat: Chat, params: Params, *, messages: int = 1) -> int | None:
        """The topic they go to, which counts nothing if it refuses them."""
        topic = self._world.topic_to_write(chat, params)
        if self._world.limits is not None:
            now = self._world.clock.now().timestamp()
            self._world.limits.admit(chat, now, paid=params.flag("allow_paid_broadcast"), messages=messages)
        return topic

    def post_photo(
        self, chat: Chat, params: Params, content: Formatted, photo: Photo, *, topic: int | None, album: str | None
    ) -> dict[str, object]:
        """One of an album, which was admitted as a whole."""
        return self._kept_post(chat, params, content, Markup(), topic, photo=photo, album=album)

    def _kept_post(
        self,
        chat: Chat,
        params: Params,
        content: Formatted,
        markup: Markup,
        topic: int | None,
        *,
        preview: dict[str, object] | None = None,
        photo: Photo | None = None,
        rich: RichContent | None = None,
        forward_origin: dict[str, object] | None = None,
        album: str | None = None,
    ) -> dict[str, object]:
        world = self._world
        reply_to = _reply_to(params, chat)
        message = Message(
            message_id=world.next_message_id(chat),
            date=world.now(),
            sender="bot",
            author=None,
            text=content.text,
            entities=content.entities,
            keyboard=markup.keyboard,
            has_reply_keyboard=markup.has_reply_keyboard,
            replies=markup.replies,
            preview=preview,
            photo=photo,
            rich=rich,
            caption_above=params.flag("show_caption_above_media"),
            is_silent=params.flag("disable_notification"),
            is_protected=params.flag("protect_content"),
            forward_origin=forward_origin,
            reply_to=reply_to,
            topic=topic,
            album=album,
        )
        chat.keep(message)
        chat.note("posted", message, world.clock.now())
        world.changed(chat)
        return world.answer(chat, message)

    def photo(self, params: Params, name: str) -> Photo:
        upload = params.upload(name)
        if upload is not None:
            return self._uploaded(upload)
        given = params.text(name)
        if not given:
            raise bad_request("there is no photo in the request")
        if "://" in given:
            url = checked_link(given)
            if not url or urlsplit(url).scheme not in {"http", "https"}:
                raise bad_request("wrong HTTP URL specified")
            if (refusal := self.refused_pictures.get(given)) is not None:
                raise bad_request(refusal)
            return self._kept(url)
        known = self._photos.get(given.rpartition("-")[0])
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return known

    def _uploaded(self, upload: Upload) -> Photo:
        if len(upload.data) > MAX_PHOTO_BYTES:
            raise bad_request(
                f"file of size {len(upload.data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
            )
        if not upload.data:
            raise bad_request("file must be non-empty")
        if not upload.name.lower().endswith(_PHOTO_ENDS):
            raise bad_request("photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp")
        if not upload.data.startswith(_PHOTO_BEGINNINGS):
            raise bad_request("IMAGE_PROCESS_FAILED")
        name = f"upload{len(self._photos) + 1}"
        self.uploads[name] = upload
        if len(self.uploads) > MAX_UPLOADS:
            del self.uploads[next(iter(self.uploads))]
        return self._kept(f"/sandbox/photo/{name}", len(upload.data))

    def _kept(self, url: str, size: int = 0) -> Photo:
        photo = Photo(file_id=f"photo{len(self._photos) + 1}", url=url, size=size)
        self._photos[photo.file_id] = photo
        if len(self._photos) > MAX_UPLOADS * 100:
            del self._photos[next(iter(self._photos))]
        return photo

    def _to_edit(self, params: Params) -> tuple[Chat, Message]:
        chat = self._world.chat_to_write(params)
        message = self._world.message(chat, params, "edit")
        others = message.sender != "bot"
        if (
            (others and not (chat.is_channel and chat.bot_may("can_edit_messages")))
            or message.forward_origin
            or message.has_reply_keyboard
        ):
            raise bad_request("message can't be edited")
        return chat, message

    def _edit_text(self, params: Params) -> object:
        if params.has("rich_message"):
            return self._edit_rich(params)
        content = _text(params)
        markup = reply_markup(params)
        preview = _preview(params)
        chat, message = self._to_edit(params)
        if message.photo is not None:
            raise bad_request("there is no text in the message to edit")
        if len(content.text) > MAX_TEXT:
            raise bad_request("message is too long")
        return self._edited(chat, message, content, markup, preview)

    def _edit_rich(self, params: Params) -> object:
        """A text becomes a rich message and the other way round; a photo becomes neither."""
        rich = self._rich(params)
        markup = reply_markup(params)
        chat, message = self._to_edit(params)
        if message.photo is not None:
            raise bad_request("there is no text in the message to edit")
        return self._edited(chat, message, Formatted(rich.text), markup, None, rich=rich)

    def _edit_caption(self, params: Params) -> object:
        content = caption_of(params)
        markup = reply_markup(params)
        chat, message = self._to_edit(params)
        if message.photo is None:
            raise bad_request("there is no caption in the message to edit")
        if len(content.text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return self._edited(chat, message, content, markup, None, message.photo)

    def _edit_media(self, params: Params) -> object:
        """Any content may become a photo; the way back there is not."""
        media = params.structure("media", "can't parse InputMedia JSON object")
        if not isinstance(media, dict) or media.get("type") != "photo":
            raise bad_request("can't parse InputMedia: the sandbox knows only photos")
        # An upload stands in the call beside it, under the name behind attach://.
        given = Params({**params.given, **media})
        content = caption_of(given)
        markup = reply_markup(params)
        photo = self.photo(given, "media")
        chat, message = self._to_edit(params)
        if len(content.text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return self._edited(chat, message, content, markup, None, photo)

    def _edit_markup(self, params: Params) -> object:
        markup = reply_markup(params)
        chat, message = self._to_edit(params)
        content = Formatted(message.text, message.entities)
        return self._edited(chat, message, content, markup, message.preview, message.photo, message.rich)

    def _edited(
        self,
        chat: Chat,
        message: Message,
        content: Formatted,
        markup: Markup,
        preview: dict[str, object] | None,
        photo: Photo | None = None,
        rich: RichContent | None = None,
    ) -> dict[str, object]:
        """An edit without reply_markup takes the keyboard away, as everything that is not said again."""
        before = (
            message.text,
            message.entities,
            message.keyboard,
            message.preview,
            message.photo,
            message.rich.html if message.rich else "",
        )
        if before == (content.text, content.entities, markup.keyboard, preview, photo, rich.html if rich else ""):
            raise bad_request(_UNCHANGED)
        if self._world.limits is not None:
            self._world.limits.admit_edit(chat, self._world.clock.now().timestamp())
        message.text, message.entities = content.text, content.entities
        message.keyboard, message.preview, message.photo = markup.keyboard, preview, photo
        message.rich = rich
        message.edit_date = self._world.now()
        chat.note("edited", message, self._world.clock.now())
        self._world.changed(chat)
        return self._world.answer(chat, message)

    def _delete_one(self, params: Params) -> object:
        chat = self._world.chat(params)
        message = self._world.message(chat, params, "delete")
        self._check_deletable(chat, message)
        self._remove(chat, [message])
        return True

    def _delete_many(self, params: Params) -> object:
        """Missing messages are skipped, one that may not be deleted fails the call."""
        chat = self._world.chat(params)
        messages = [message for number in message_ids(params) if (message := chat.visible(number))]
        for message in messages:
            self._check_deletable(chat, message)
        self._remove(chat, messages)
        return True

    def _check_deletable(self, chat: Chat, message: Message) -> None:
        own = message.sender == "bot" and (chat.is_group or chat.bot_may("can_post_messages"))
        allowed = chat.person is not None or own or chat.bot_may("can_delete_messages")
        if not allowed or self._world.now() - message.date >= DELETABLE_SECONDS:
            raise bad_request("message can't be deleted")

    def _remove(self, chat: Chat, messages: list[Message]) -> None:
        for message in messages:
            chat.remove(message, self._world.clock.now())
        self._world.changed(chat)

    def _source(self, params: Params, purpose: str) -> tuple[Chat, Message]:
        source = self._world.chat(params, "from_chat_id")
        message = self._world.message(source, params, purpose)
        if message.is_protected:
            raise bad_request("message can't be copied" if purpose == "copy" else "the message can't be forwarded")
        return source, message

    def _copy(self, params: Params) -> object:
        markup = reply_markup(params)
        chat = self._world.chat_to_write(params)
        _, message = self._source(params, "copy")
        content = Formatted(message.text, message.entities)
        if message.photo is not None and params.raw("caption") is not None:
            content = caption_of(params)
            if len(content.text) > MAX_CAPTION:
                raise bad_request("message caption is too long")
        sent = self._post(
            chat, params, content, markup, preview=message.preview, photo=message.photo, rich=message.rich
        )
        return {"message_id": sent["message_id"]}

    def _forward(self, params: Params) -> object:
        chat = self._world.chat_to_write(params)
        source, message = self._source(params, "forward")
        origin: dict[str, object] = {"date": message.date}
        if message.forward_origin:
            origin = message.forward_origin
        elif source.is_channel:
            origin |= {"type": "channel", "chat": source.answer(), "message_id": message.message_id}
        else:
            sender = message.author.answer() if message.author else self._world.bot.answer()
            origin |= {"type": "user", "sender_user": sender}
        content = Formatted(message.text, message.entities)
        return self._post(
            chat,
            params,
            content,
            Markup(),
            preview=message.preview,
            photo=message.photo,
            rich=message.rich,
            forward_origin=origin,
        )

    def _pin(self, params: Params) -> object:
        chat = self._to_pin(params)
        message = self._world.message(chat, params, "pin")
        # The newest message is shown on top, whichever was pinned last.
        chat.pinned = sorted({*chat.pinned, message.message_id})
        chat.note("pinned", message, self._world.clock.now())
        self._world.changed(chat)
        return True

    def _unpin(self, params: Params) -> object:
        chat = self._to_pin(params)
        number = params.integer("message_id") if params.has("message_id") else (chat.pinned or [0])[-1]
        if number not in chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.remove(number)
        if message := chat.visible(number):
            chat.note("unpinned", message, self._world.clock.now())
        self._world.changed(chat)
        return True

    def _to_pin(self, params: Params) -> Chat:
        """In a channel can_edit_messages pins; can_pin_messages is for groups."""
        chat = self._world.chat(params)
        right = "can_edit_messages" if chat.is_channel else "can_pin_messages"
        if chat.person is None and not chat.bot_may(right):
            raise bad_request("not enough rights to manage pinned messages in the chat")
        return chat

    def _chat_action(self, params: Params) -> object:
        if params.text("action") not in _CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._world.chat_to_write(params)
        return True


def _text(params: Params) -> Formatted:
    raw = params.text("text")
    if not raw:
        raise bad_request("message text is empty")
    content = _formatted(params, raw, "entities")
    if not content.text:
        raise bad_request("text must be non-empty")
    return content


def caption_of(params: Params) -> Formatted:
    return _formatted(params, params.text("caption"), "caption_entities")


def _formatted(params: Params, raw: str, name: str) -> Formatted:
    parse_mode = params.text("parse_mode")
    return formatted(raw, parse_mode, () if parse_mode else tuple(given_entities(params, name)))


def _preview(params: Params) -> dict[str, object] | None:
    if params.has("link_preview_options"):
        options = params.structure("link_preview_options", "can't parse link preview options JSON object")
        if not isinstance(options, dict):
            raise bad_request("object expected as link preview options")
        return {name: value for name, value in options.items() if value not in (None, False)} or None
    return {"is_disabled": True} if params.flag("disable_web_page_preview") else None


def _reply_to(params: Params, chat: Chat) -> int | None:
    reply: object = None
    if params.has("reply_parameters"):
        reply = params.structure("reply_parameters", "can't parse reply parameters JSON object")
    elif params.has("reply_to_message_id"):
        reply = {"message_id": params.integer("reply_to_message_id")}
    if not isinstance(reply, dict):
        return None
    number = reply.get("message_id")
    if isinstance(number, int) and chat.visible(number):
        return number
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
