"""The messages of a post that has several, as the text of one column. Ordinary posts have none there."""

import json
from typing import TypedDict

from bot.domain.delivery import Piece, Post


class Pieces(TypedDict, total=False):
    """Of a Post."""

    pieces: tuple[Piece, ...]
    is_begun: bool


_NONE = Pieces()


def written(post: Post) -> str | None:
    if not post.pieces:
        return None
    listed = [[piece.message_id, piece.picture, piece.shows] for piece in post.pieces]
    return json.dumps({"begun": post.is_begun, "pieces": listed}, separators=(",", ":"))


def read(text: str | None) -> Pieces:
    if text is None:
        return _NONE
    found = json.loads(text)
    pieces = tuple(Piece(message_id=number, picture=picture, shows=shows) for number, picture, shows in found["pieces"])
    return Pieces(pieces=pieces, is_begun=found["begun"])
