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
# Of pictures in an album (Bot API, sendMediaGroup).
MIN_ALBUM, MAX_ALBUM = 2, 10


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
    """The HTML of a rich message. Between its two parts stands one of the `figures`, the fullest first, or none."""

    before: str
    figures: tuple[str, ...]
    after: str
    is_rtl: bool = False

    def html(self, *, refused: int = 0) -> str:
        """`refused`: so many of its figures Telegram did not take."""
        return f"{self.before}{''.join(self.figures[refused : refused + 1])}{self.after}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Album:
    """Pictures in one post, with the `caption` under them. Buttons cannot stand there, so the caption has them as links."""

    pictures: tuple[str, ...]
    caption: str
    following: "tuple[Message, ...]" = ()

    def items(self) -> "tuple[Message, ...]":
        """One message a picture, as each is edited later."""
        first, *others = self.pictures or (None,)
        return (Message(text=self.caption, photo=first), *(Message(text="", photo=each) for each in others))


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """`text` is Telegram HTML. Without a `preview` none is shown, whatever links the text holds.

    `photo` is the address of a picture that the text is the caption of; where Telegram does not take it, the message is
    its text with the `preview`. `following` are the further messages of a text that is too long for one; an `album`, with
    what follows it, takes the place of all that where Telegram takes at least two of its pictures. A `rich` message takes the
    place even of that where the server knows such.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    preview: Preview | None = None
    photo: str | None = None
    silent: bool = False
    rich: Rich | None = None
    following: "tuple[Message, ...]" = ()
    album: Album | None = None

    @property
    def last(self) -> "Message":
        """The one that has the buttons."""
        return self.following[-1] if self.following else self
