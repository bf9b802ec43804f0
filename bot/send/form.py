"""A message in the form in which Telegram takes it. In: a rendered Message, and what Telegram complained of. Out: a Form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiogram.enums import ParseMode
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputRichMessage, LinkPreviewOptions

from bot.render.html import cut, plain, visible_length
from bot.render.message import MAX_TEXT, Message, Rich
from bot.send.complaint import Complaint
from bot.send.pictures import Picture

# Code points below which a text is not shortened further.
_SHORTEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A message as it goes out: without its markup if it `is_plain`; and the JSON of its post as text and as photo.

    What differs between chats is not in the JSON: the chat, and what stands for the picture.
    """

    message: Message
    is_plain: bool
    is_paid: bool
    text_tail: bytes
    photo_tail: bytes

    @property
    def parse_mode(self) -> str | None:
        return None if self.is_plain else ParseMode.HTML.value

    @property
    def preview(self) -> LinkPreviewOptions:
        return _preview(self.message)

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        return _keyboard(self.message)

    def words(self, limit: int = MAX_TEXT) -> str:
        text = cut(self.message.text, limit)
        return plain(text) if self.is_plain else text


class Prepared:
    """A message in the form that Telegram took last. `origin` says in the log whose it is.

    `following` are its further messages; the `album` takes the place of all of them where it can be sent. While it has a
    `rich` form, that takes the place even of the album where the server and the chat take such.
    """

    __slots__ = ("album", "following", "form", "origin", "picture", "rich", "shows")

    def __init__(self, form: Form, picture: Picture | None, origin: Mapping[str, object]) -> None:
        self.form = form
        self.picture = picture
        self.origin = origin
        self.rich = RichForm(form.message, is_paid=form.is_paid) if form.message.rich is not None else None
        self.following: tuple[Prepared, ...] = ()
        self.album: PreparedAlbum | None = None
        # A fingerprint of what a reader sees; of use only where a post has several messages.
        self.shows = 0

    @property
    def is_several(self) -> bool:
        return bool(self.following) or self.album is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedAlbum:
    """The first of the `items` has the caption."""

    items: tuple[Prepared, ...]
    following: tuple[Prepared, ...]

    @property
    def shown(self) -> tuple[Prepared, ...]:
        """Without the pictures that Telegram refused in every way; the first that is left has the caption."""
        left = [item for item in self.items if item.picture is not None and item.picture.is_shown]
        caption = self.items[0]
        if not left or left[0] is caption:
            return tuple(left) or (caption,)
        first = Prepared(caption.form, left[0].picture, caption.origin)
        first.shows = caption.shows ^ left[0].shows
        return (first, *left[1:])


def fingerprint(message: Message) -> int:
    """63 bits, never 0."""
    seen = repr((message.text, message.buttons, message.preview, message.photo)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(seen).digest()[:8]) >> 1 or 1


class RichForm:
    """A rich message as Telegram took it last; `refused`: so many of its figures it did not take."""

    __slots__ = ("_message", "is_paid", "refused")

    def __init__(self, message: Message, *, is_paid: bool) -> None:
        self._message = message
        self.is_paid = is_paid
        self.refused = 0

    @property
    def figures(self) -> int:
        return len(self._rich.figures)

    @property
    def _rich(self) -> Rich:
        rich = self._message.rich
        assert rich is not None  # noqa: S101, such a message has this form
        return rich

    def content(self, *, refused: int) -> InputRichMessage:
        return InputRichMessage(html=self._rich.html(refused=refused), is_rtl=self._rich.is_rtl or None)

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        return _keyboard(self._message.last)

    def tail(self, *, refused: int) -> bytes:
        """The JSON of its post, as in Form."""
        keyboard = self.keyboard
        return _tail(
            {
                "rich_message": self.content(refused=refused).model_dump(exclude_none=True),
                "reply_markup": keyboard.model_dump(exclude_none=True) if keyboard else None,
                "disable_notification": self._message.silent or None,
                "allow_paid_broadcast": self.is_paid or None,
            }
        )


def form_of(message: Message, *, is_paid: bool, is_plain: bool = False) -> Form:
    words, keyboard = plain(message.text) if is_plain else message.text, _keyboard(message)
    both = {
        "parse_mode": None if is_plain else ParseMode.HTML.value,
        "reply_markup": keyboard.model_dump(exclude_none=True) if keyboard else None,
        "disable_notification": message.silent or None,
        # Absent rather than false: servers older than the parameter refuse nothing that is not there.
        "allow_paid_broadcast": is_paid or None,
    }
    preview = _preview(message).model_dump(exclude_none=True, exclude_defaults=True)
    return Form(
        message=message,
        is_plain=is_plain,
        is_paid=is_paid,
        text_tail=_tail({"text": words, "link_preview_options": preview, **both}),
        photo_tail=_tail({"caption": words, **both}) if message.photo is not None else b"",
    )


def mended(form: Form, what: Complaint | None, *, may_be_text: bool) -> Form | None:
    """The message without what Telegram complains of; None: nothing helps."""
    message, is_plain = form.message, form.is_plain
    match what:
        case Complaint.MARKUP if not is_plain:
            is_plain = True
        case Complaint.KEYBOARD if message.buttons:
            message = replace(message, buttons=())
        case Complaint.LENGTH if message.photo is not None and may_be_text:
            message = replace(message, photo=None)
        case Complaint.NO_PHOTOS if message.photo is not None:
            message = replace(message, photo=None)
        case Complaint.LENGTH if (length := visible_length(message.text)) > _SHORTEST:
            message = replace(message, text=cut(message.text, length // 2))
        case Complaint.ADDRESS | Complaint.PICTURE if message.photo is not None:
            # Its Picture knows by now which way is left.
            return form
        case _:
            return None
    return form_of(message, is_paid=form.is_paid, is_plain=is_plain)


def _tail(parameters: Mapping[str, object]) -> bytes:
    given = {name: value for name, value in parameters.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()[1:]


def _preview(message: Message) -> LinkPreviewOptions:
    preview = message.preview
    if preview is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(
        url=preview.url,
        prefer_large_media=preview.large or None,
        prefer_small_media=not preview.large or None,
        show_above_text=preview.above or None,
    )


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=button.text, url=button.url) for button in row] for row in message.buttons
        ]
    )
