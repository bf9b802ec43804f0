"""The messages of a post that has several, as the text of one column. Ordinary posts have none there."""

import json
from typing import TypedDict

from bot.domain.delivery import Piece, Post
from bot.domain.topic import TopicId


class Pieces(TypedDict, total=False):
    """Of a Post."""

    pieces: tuple[Piece, ...]
    is_begun: bool
    topic: TopicId | None


_NONE = Pieces()


def written(post: Post) -> str | None:
    if not post.pieces:
        return None
    listed = [[piece.message_id, piece.picture, piece.shows] for piece in post.pieces]
    found: dict[str, object] = {"begun": post.is_begun, "pieces": listed}
    if post.topic is not None:
        found["topic"] = post.topic
    return json.dumps(found, separators=(",", ":"))


def read(text: str | None) -> Pieces:
    if text is None:
        return _NONE
    found = json.loads(text)
    pieces = tuple(Piece(message_id=number, picture=picture, shows=shows) for number, picture, shows in found["pieces"])
    return Pieces(pieces=pieces, is_begun=found["begun"], topic=found.get("topic"))
