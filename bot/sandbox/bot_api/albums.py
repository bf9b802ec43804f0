"""sendMediaGroup: two to ten pictures in, a list of messages out, all of them or none."""

from collections.abc import Callable, Mapping

from bot.sandbox.bot_api.chats import Photo
from bot.sandbox.bot_api.errors import RefusedError, bad_request
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.sending import MAX_CAPTION, Sending, caption_of
from bot.sandbox.bot_api.world import World

MAX_ITEMS = 10
# What is translated where it is said of one message, an album repeats in Telegram's own codes (tdlib/telegram-bot-api, Client.cpp).
_CODES = {
    "failed to get HTTP URL content": "WEBPAGE_CURL_FAILED",
    "wrong type of the web page content": "WEBPAGE_MEDIA_EMPTY",
    "wrong file identifier/HTTP URL specified": "MEDIA_EMPTY",
}


class Albums:
    def __init__(self, world: World, sending: Sending) -> None:
        self._world = world
        self._sending = sending
        self._sent = 0

    def methods(self) -> dict[str, Callable[[Params], object]]:
        return {"sendMediaGroup": self._send}

    def _send(self, params: Params) -> object:
        """It has no reply_markup. Each item counts as a message."""
        given = params.structure("media", "can't parse media JSON object")
        if not isinstance(given, list):
            raise bad_request("expected an Array of InputMedia")
        if not given:
            raise bad_request("there are no messages to send")
        if len(given) > MAX_ITEMS:
            raise bad_request("too many messages to send as an album")
        items = [_item(params, each) for each in given]
        captions = [caption_of(item) for item in items]
        chat = self._world.chat_to_write(params)
        if any(len(caption.text) > MAX_CAPTION for caption in captions):
            raise bad_request("message caption is too long")
        photos = [self._photo(number, item) for number, item in enumerate(items, 1)]
        topic = self._sending.admitted(chat, params, messages=len(items))
        self._sent += 1
        album = str(13_000_000_000_000_000 + self._sent) if len(items) > 1 else None
        return [
            self._sending.post_photo(chat, item, caption, photo, topic=topic, album=album)
            for item, caption, photo in zip(items, captions, photos, strict=True)
        ]

    def _photo(self, number: int, item: Params) -> Photo:
        try:
            return self._sending.photo(item, "media")
        except RefusedError as refusal:
            said = refusal.description.removeprefix("Bad Request: ")
            reason = _CODES.get(said, said)
            raise bad_request(f'failed to send message #{number} with the error message "{reason}"') from None


def _item(params: Params, given: object) -> Params:
    """What is said of all messages, with what is said of this one. An upload stands in the call, behind attach://."""
    if not isinstance(given, Mapping):
        raise bad_request("expected an Object as InputMedia")
    if given.get("type") != "photo":
        raise bad_request("can't use the media of the specified type in the album")
    return Params({**params.given, **given, "reply_markup": None})
