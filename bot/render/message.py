"""What Telegram is to show, and how much of it Telegram takes. Built by the other modules here, sent by send/gateway.py."""

from dataclasses import dataclass

# Code points after the markup is parsed (Bot API, sendMessage: "1-4096 characters after entities parsing").
MAX_TEXT = 4096
MAX_CAPTION = 1024
# UTF-8 bytes of a text with its markup: the Bot API server refuses more before it parses ("text is too long").
MAX_RAW_BYTES = 32_768
# Formatting entities a message (TDLib, MessageEntity.cpp). Those above it vanish without an error.
MAX_ENTITIES = 100
# Of a rich message (Bot API, rich messages): code points, and blocks with all that are nested in them.
MAX_RICH_TEXT = 32_768
MAX_RICH_BLOCKS = 500
# Its source is cut at 35 000 bytes without an error (TDLib, misc.cpp clean_input_string).
MAX_RICH_BYTES = 34_000
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
class Rich:
    """The HTML of a rich message, with the `figure` between its two parts, since it may go out without that."""

    before: str
    figure: str
    after: str
    is_rtl: bool = False

    def html(self, *, has_figure: bool = True) -> str:
        return f"{self.before}{self.figure if has_figure else ''}{self.after}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """`text` is Telegram HTML. Without a `preview` none is shown, whatever links the text holds.

    `photo` is the address of a picture that the text is the caption of; where Telegram does not take it, the message is
    its text with the `preview`. A `rich` message takes the place of all that where the server knows such.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: Preview | None = None
    photo: str | None = None
    silent: bool = False
    rich: Rich | None = None
