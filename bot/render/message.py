"""What Telegram is to show, and how much of it Telegram takes. Built by the other modules here, sent by send/gateway.py."""

from dataclasses import dataclass

# Code points after the markup is parsed (Bot API, sendMessage: "1-4096 characters after entities parsing").
MAX_TEXT = 4096
MAX_CAPTION = 1024
# UTF-8 bytes of a text with its markup: the Bot API server refuses more before it parses ("text is too long").
MAX_RAW_BYTES = 32_768
# Formatting entities a message (TDLib, MessageEntity.cpp). Those above it vanish without an error.
MAX_ENTITIES = 100
# Not documented, as observed: buttons of an inline keyboard, in all and in a row.
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """Opens an address; `text` is plain."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The picture or the card of `url`; `large` asks for a wide picture, else for a small one; `above` for one over the text."""

    url: str
    large: bool
    above: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """`text` is Telegram HTML. Without a `preview` none is shown, whatever links the text holds.

    `photo` is the address of a picture that the text is the caption of; where Telegram does not take it, the message is
    its text with the `preview`.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: Preview | None = None
    photo: str | None = None
    silent: bool = False
