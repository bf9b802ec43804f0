"""How the posts of a destination look: what an administrator set, as one value that messages are rendered for and kept by."""

from dataclasses import dataclass, replace
from enum import StrEnum

# Code points of a template as it is typed, and of its tags and placeholders together: Telegram shows 100 entities a message.
MAX_TEMPLATE = 2000
MAX_TEMPLATE_MARKS = 60
MAX_SIGNATURE = 200
MAX_BUTTON = 64


class Layout(StrEnum):
    """`headline`: one linked line; `card`: picture, headline, lead; `full`: the whole text; `own`: by a template."""

    HEADLINE = "headline"
    CARD = "card"
    FULL = "full"
    OWN = "own"


class PreviewSize(StrEnum):
    """Of the article's picture or, without one, of the card of its page."""

    LARGE = "large"
    SMALL = "small"
    NONE = "none"


class PreviewPlace(StrEnum):
    """`auto`: a picture above the text as a photograph stands, the card of a page, which repeats the headline, below."""

    AUTO = "auto"
    ABOVE = "above"
    BELOW = "below"


class Placeholder(StrEnum):
    """What a template may name."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    LINK = "link"
    RUBRICS = "rubrics"
    HASHTAGS = "hashtags"
    SOURCE = "source"
    AUTHOR = "author"
    TIME = "time"


class TemplateFault(StrEnum):
    """What is wrong with a template; each has its text, and all but the last two their place."""

    UNKNOWN = "unknown"
    BRACE = "brace"
    SIGN = "sign"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    ADDRESS = "address"
    NESTED = "nested"
    UNCLOSED = "unclosed"
    UNEXPECTED = "unexpected"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    SAYS_NOTHING = "says-nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedWords:
    """A signature or a button of the channel's own; `text` is plain."""

    text: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """`template` is kept while another layout is chosen; `has_…` are the buttons under a post, `button` one of its own.

    `is_rich`: the whole text is a rich message, which some clients do not show. `has_albums`: an article with several pictures
    is an album of them.
    """

    layout: Layout = Layout.CARD
    template: str = ""
    size: PreviewSize = PreviewSize.LARGE
    place: PreviewPlace = PreviewPlace.AUTO
    has_read: bool = True
    has_share: bool = False
    has_subscribe: bool = False
    button: LinkedWords | None = None
    signature: LinkedWords | None = None
    has_hashtags: bool = False
    is_silent: bool = False
    is_rich: bool = False
    has_albums: bool = True

    @property
    def offers_albums(self) -> bool:
        """A gallery takes the place of a large picture above the text."""
        is_shown = self.size is PreviewSize.LARGE and self.place is not PreviewPlace.BELOW
        return is_shown and self.layout in {Layout.CARD, Layout.FULL}

    @property
    def is_rich_text(self) -> bool:
        """The whole text in one rich message, where Telegram takes it."""
        return self.is_rich and self.layout is Layout.FULL

    @property
    def count_of_buttons(self) -> int:
        return self.has_read + self.has_share + self.has_subscribe + (self.button is not None)


# What every channel has that set nothing.
USUAL = Appearance()
# What people get: of a gallery they see the rest behind the link.
PRIVATE = replace(USUAL, has_albums=False)
