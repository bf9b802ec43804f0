"""Why a delivery is not sent, or not yet. In the outbox: a cause of ours, Telegram's words, or both: "no-answer: Bad Gateway"."""

from enum import StrEnum


class Cause(StrEnum):
    """Ours; each has its sentence in every language (locales, `reason.*`)."""

    # Nothing is to be sent any more.
    RECALLED = "recalled"
    GONE = "gone"
    BARRED = "barred"
    PAUSED = "paused"
    TICKER_OFF = "ticker-off"
    LET_GO = "let-go"
    NOTHING_LEFT = "nothing-left"
    STANDS_ALREADY = "stands-already"
    SHOWN_ALREADY = "shown-already"
    NO_POST = "no-post"
    # It is told as a line instead.
    IN_BATCH = "in-batch"
    IN_TICKER = "in-ticker"
    LEFT_OUT = "left-out"
    NOT_DECIDED = "not-decided"
    TOPICS_SHUT = "topics-shut"
    # It waits.
    AWAITS_APPROVAL = "awaits-approval"
    CHANNEL_PACE = "channel-pace"
    QUIET_HOURS = "quiet-hours"
    CHAT_PACE = "chat-pace"
    TOLD_TO_WAIT = "told-to-wait"
    UPLOADING = "uploading"
    UNFINISHED = "unfinished"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    TOPIC_SHUT = "topic-shut"
    NOT_RICH = "not-rich"
    TOKEN_REFUSED = "token-refused"  # noqa: S105, no password
    # Nobody knows whether it arrived.
    NO_ANSWER = "no-answer"
    INTERRUPTED = "interrupted"
    # The rest.
    NAMELESS = "nameless"
    SEEN_BY_EDITOR = "seen-by-editor"
    NO_FORM = "no-form"
    OUR_FAULT = "our-fault"


def because(cause: Cause, words: str) -> str:
    """A cause with Telegram's words for it, as the outbox keeps them."""
    return f"{cause}: {words}"


def cause_in(reason: str) -> tuple[Cause | None, str]:
    """A kept reason → the cause of ours, if it has one, and Telegram's words."""
    named, _, words = reason.partition(": ")
    if named in set(Cause):
        return Cause(named), words
    return None, reason
