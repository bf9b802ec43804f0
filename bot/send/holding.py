"""What a channel's quiet hours and pace say of a delivery this moment: it waits, it goes out without a sound, or nothing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cause import Cause
from bot.domain.delivery import Action, Delivery, Priority


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """It could be sent, and the channel does not want it yet."""

    until: datetime
    reason: Cause


def held(delivery: Delivery, now: datetime, zone: ZoneInfo) -> Held | None:
    """Pushes, corrections and recalls never wait, nor does the day's message of a live ticker, which comes as a correction."""
    channel = delivery.destination
    if delivery.action is not Action.POST or delivery.priority >= Priority.CORRECTION:
        return None
    if channel.quiet is not None and channel.is_held(now, zone):
        until = channel.quiet.until(now, zone)
        assert until is not None  # noqa: S101, that is what is held
        return Held(until=until, reason=Cause.QUIET_HOURS)
    if channel.pace is not None and (free := channel.pace.free_at(channel.recent, now)) > now:
        return Held(until=free, reason=Cause.CHANNEL_PACE)
    return None


def is_silent(delivery: Delivery, now: datetime, zone: ZoneInfo) -> bool:
    """What comes in quiet hours after all makes no sound, unless it is a push."""
    quiet = delivery.destination.quiet
    return quiet is not None and delivery.priority < Priority.PUSH and quiet.until(now, zone) is not None
