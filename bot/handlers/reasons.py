"""Why a delivery did not arrive, or not yet, in the reader's language: a cause of ours, and Telegram's words as they came."""

from bot.domain.cause import cause_in
from bot.i18n import Texts
from bot.render.html import cut, escape, one_line

_MAX_WORDS = 150


def reason_text(reason: str, texts: Texts) -> str:
    cause, words = cause_in(reason)
    said = f"<code>{cut(escape(one_line(words)), _MAX_WORDS)}</code>"
    if cause is None:
        return texts("reason.said", words=said)
    return f"{texts(f'reason.{cause}')}: {said}" if words else texts(f"reason.{cause}")
