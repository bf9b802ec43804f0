"""What Telegram would not take of a message, where it takes the rest. In: its refusal. Out: a Complaint; gateway.py mends it.

A refusal is certain: nothing was sent (tdlib/telegram-bot-api, Client.cpp; tdlib/td, MessageContent.cpp).
"""

from enum import StrEnum

from aiogram.exceptions import TelegramBadRequest


class Complaint(StrEnum):
    MARKUP = "markup"
    LENGTH = "length"
    KEYBOARD = "keyboard"
    # The address or file_id of a picture, which may be well when we upload it; or the picture itself, in whatever way.
    ADDRESS = "address"
    PICTURE = "picture"
    NO_PHOTOS = "no-photos"
    # The post is a photo and no text, or the other way round.
    IS_PHOTO = "is-photo"
    IS_TEXT = "is-text"


# Parts of Telegram's descriptions, in lower case.
_WORDS = {
    Complaint.MARKUP: ("can't parse entities",),
    Complaint.LENGTH: ("message is too long", "caption is too long", "text is too long"),
    Complaint.KEYBOARD: (
        "reply markup is too long",
        "button_data_invalid",
        "button_url_invalid",
        "inline keyboard button url",
    ),
    Complaint.ADDRESS: (
        "wrong file identifier/http url specified",
        "failed to get http url content",
        "wrong type of the web page content",
        "wrong http url specified",
        "wrong remote file identifier specified",
        "media_empty",
        "webpage_curl_failed",
    ),
    Complaint.PICTURE: (
        "photo_invalid_dimensions",
        "image_process_failed",
        "unsupported extension",
        "too big for a photo",
        "file must be non-empty",
    ),
    Complaint.NO_PHOTOS: ("not enough rights to send photos",),
    Complaint.IS_PHOTO: ("there is no text in the message to edit",),
    Complaint.IS_TEXT: ("there is no caption in the message to edit",),
}


def complaint(error: TelegramBadRequest) -> Complaint | None:
    """None: nothing can be left out to please Telegram."""
    said = str(error.message).lower()
    return next((each for each, words in _WORDS.items() if any(part in said for part in words)), None)
