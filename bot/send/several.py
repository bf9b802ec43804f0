"""A post of several messages, one call at a time. In: a delivery, and what its subject looks like now. Out: an Outcome.

Sent is unfinished until the last call; settling.py then queues the delivery again, with what stands there by now. A post
never grows: what was posted after it would stand between its parts. A text that grew ends in its last message and leads on to
the page. Of one that shrank what is left over is deleted, and where it is too old for that it says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.cause import Cause
from bot.domain.delivery import NAMELESS, Delivery, Piece, Post
from bot.domain.topic import TopicId
from bot.send.form import Prepared
from bot.send.gateway import Gateway
from bot.send.outcome import Fixed, Outcome, Refused, Sent, Vanished

# What is left over and was given up: it can be neither deleted nor emptied.
_LEFT_OVER = -1


async def post(
    gateway: Gateway, delivery: Delivery, message: Prepared, *, topic: TopicId | None, is_silent: bool
) -> Outcome:
    """The next message of a new post."""
    chat_id, standing = delivery.destination.chat_id, delivery.post
    if standing is None:
        return await _first(gateway, chat_id, message, topic=topic, is_silent=is_silent)
    following, done = _following(message, standing.pieces)
    if [piece.message_id for piece in standing.pieces] == [NAMELESS] and gateway.takes_rich(chat_id, message):
        # What somebody saw there says it all.
        following = ()
    sent = Sent(picture=standing.picture, pieces=standing.pieces)
    if done >= len(following):
        # It became shorter meanwhile.
        return sent
    piece = following[done]
    outcome = await gateway.post(chat_id, piece, topic=_topic(delivery, standing, topic), is_silent=True)
    if not isinstance(outcome, Sent):
        return outcome
    added = Piece(message_id=outcome.message_id or NAMELESS, shows=piece.shows)
    return replace(sent, pieces=(*standing.pieces, added), is_unfinished=done + 1 < len(following))


def _topic(delivery: Delivery, begun: Post, chosen: TopicId | None) -> TopicId | None:
    """That in which it was begun, as long as it takes posts."""
    forum = delivery.destination.forum
    return begun.topic if forum is not None and begun.topic is not None and begun.topic not in forum.aside else chosen


async def _first(
    gateway: Gateway, chat_id: int, message: Prepared, *, topic: TopicId | None, is_silent: bool
) -> Outcome:
    if message.album is not None and not gateway.takes_rich(chat_id, message):
        outcome = await gateway.post_album(chat_id, message, topic=topic, is_silent=is_silent)
        if outcome is not None:
            return replace(outcome, topic=topic) if isinstance(outcome, Sent) else outcome
    is_one = not message.following or gateway.takes_rich(chat_id, message)
    outcome = await gateway.post(chat_id, message, topic=topic, is_silent=is_silent)
    if not isinstance(outcome, Sent) or is_one:
        return outcome
    piece = Piece(message_id=outcome.message_id or NAMELESS, shows=message.shows)
    return replace(outcome, pieces=(piece,), is_unfinished=True, topic=topic)


async def change(gateway: Gateway, post: Post, message: Prepared, emptied: Prepared) -> Outcome:
    """The next of its messages that shows something else; `emptied` stands where there is nothing left to show."""
    wanted = _wanted(message, post.pieces)
    outdated = [
        place
        for place, (piece, part) in enumerate(zip(post.pieces, wanted, strict=True))
        if piece.message_id != NAMELESS and piece.shows != (_LEFT_OVER if part is None else part.shows)
    ]
    if not outdated:
        return Sent(picture=post.picture, pieces=post.pieces)
    place, part = outdated[0], wanted[outdated[0]]
    if part is None:
        outcome = await _leave_out(gateway, post, post.pieces[place], emptied)
    else:
        outcome = await _shown(gateway, post, post.pieces[place], part)
    return _after(post, place, outcome, is_unfinished=len(outdated) > 1)


async def remove(gateway: Gateway, post: Post, withdrawn: Prepared) -> Outcome:
    """All of it in one call; what is too old for that says instead that it was withdrawn, message by message."""
    outcome = await _removed(gateway, post, withdrawn)
    is_over = isinstance(outcome, Sent) and not outcome.is_unfinished
    if is_over and any(piece.message_id == NAMELESS for piece in post.pieces):
        return Refused(reason=Cause.NAMELESS)
    return outcome


async def _removed(gateway: Gateway, post: Post, withdrawn: Prepared) -> Outcome:
    named = [piece for piece in post.pieces if piece.message_id != NAMELESS]
    if not any(piece.shows == withdrawn.shows for piece in named):
        outcome = await gateway.delete(post.chat_id, *(piece.message_id for piece in named)) if named else Sent()
        if not isinstance(outcome, Fixed):
            return outcome
    # Under an album stands one caption.
    captions = next((place for place, piece in enumerate(post.pieces) if piece.picture is not None), None)
    outdated = [
        place
        for place, piece in enumerate(post.pieces)
        if piece in named and piece.shows != withdrawn.shows and (piece.picture is None or place == captions)
    ]
    if not outdated:
        return Sent()
    outcome = await _shown(gateway, post, post.pieces[outdated[0]], withdrawn)
    return _after(post, outdated[0], outcome, is_unfinished=len(outdated) > 1)


def _following(message: Prepared, pieces: Sequence[Piece]) -> tuple[tuple[Prepared, ...], int]:
    """What comes after the album, or after the first message; and how much of it stands already."""
    pictures = sum(piece.picture is not None for piece in pieces)
    # Of a first message that somebody only saw nobody knows what it was; as a rule it is what it was to be.
    if message.album is not None and (pictures or pieces[0].message_id == NAMELESS):
        return message.album.following, len(pieces) - (pictures or 1)
    return message.following, len(pieces) - (pictures or 1)


def _wanted(message: Prepared, pieces: Sequence[Piece]) -> list[Prepared | None]:
    """What each piece is to show; None: nothing any more."""
    pictures = sum(piece.picture is not None for piece in pieces)
    if pictures and message.album is not None:
        items, others = message.album.shown, message.album.following
    else:
        items, others = (), (message, *message.following)
    return [
        *(items[place] if place < len(items) else None for place in range(pictures)),
        *(others[place] if place < len(others) else None for place in range(len(pieces) - pictures)),
    ]


async def _shown(gateway: Gateway, post: Post, piece: Piece, part: Prepared) -> Outcome:
    """Sent with the piece as it is then."""
    outcome = await gateway.edit(_alone(post, piece), part)
    if not isinstance(outcome, Sent):
        return outcome
    picture = outcome.picture if piece.picture is not None else None
    return replace(outcome, pieces=(replace(piece, shows=part.shows, picture=picture),))


async def _leave_out(gateway: Gateway, post: Post, piece: Piece, emptied: Prepared) -> Outcome:
    """Sent with no piece, or with what had to stay."""
    outcome = await gateway.delete(post.chat_id, piece.message_id)
    if not isinstance(outcome, Fixed):
        return outcome
    if piece.picture is None:
        outcome = await gateway.edit(_alone(post, piece), emptied)
        if not isinstance(outcome, Sent | Fixed):
            return outcome
    return Sent(pieces=(replace(piece, shows=_LEFT_OVER),))


def _alone(post: Post, piece: Piece) -> Post:
    return replace(post, message_id=piece.message_id, picture=piece.picture)


def _after(post: Post, place: int, outcome: Outcome, *, is_unfinished: bool) -> Outcome:
    """What became of the piece at `place` said of the whole post."""
    match outcome:
        case Sent(pieces=now):
            pieces = (*post.pieces[:place], *now, *post.pieces[place + 1 :])
        case Vanished() if len(post.pieces) > 1:
            # Somebody deleted this one.
            pieces = (*post.pieces[:place], *post.pieces[place + 1 :])
        case _:
            return outcome
    first = pieces[0]
    return Sent(
        message_id=first.message_id,
        picture=first.picture,
        uploaded=outcome.uploaded if isinstance(outcome, Sent) else (),
        pieces=pieces,
        is_unfinished=is_unfinished,
    )
