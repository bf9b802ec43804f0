"""How a channel's pace is told in a sentence, with what becomes of the posts for which there is no place."""

from bot.domain.channel_pace import ChannelPace, Overflow
from bot.i18n import Texts


def pace_sentence(pace: ChannelPace, texts: Texts) -> str:
    """That the rest waits is the usual, and not said."""
    limits = texts("pace.state", hourly=pace.hourly or 0, gap=pace.gap or 0)
    return limits if pace.overflow is Overflow.WAIT else f"{limits}, {texts(f'pace.rest-{pace.overflow}')}"
