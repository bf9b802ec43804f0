"""When a channel's posts come: its quiet hours and its pace."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.cause import Cause
from bot.domain.channel import Administrator, Setting
from bot.domain.channel_pace import ChannelPace, Overflow
from bot.domain.destination import DestinationId
from bot.domain.errors import SameHoursError, StaleButtonError
from bot.domain.quiet import USUAL, QuietHours, QuietMode
from bot.services.channel_editing import ChannelSettings, Editing, editing
from bot.store.database import Database


class Timing:
    def __init__(self, *, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def set_quiet(
        self,
        channel_id: DestinationId,
        by: Administrator,
        *,
        mode: QuietMode | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> ChannelSettings:
        """Change what is named of the quiet hours; a channel that has none gets the usual ones. Raises SameHoursError."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = edit.channel.quiet or USUAL
            after = QuietHours(
                mode=mode or before.mode,
                start=before.start if start is None else start,
                end=before.end if end is None else end,
            )
            if after.start == after.end:
                raise SameHoursError(hour=f"{after.start:02}:00")
            await self._write(edit, after)
            return await edit.settings()

    async def end_quiet(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        async with editing(self._database, self._clock, channel_id, by) as edit:
            await self._write(edit, None)
            return await edit.settings()

    async def set_hourly(self, channel_id: DestinationId, hourly: int | None, by: Administrator) -> ChannelSettings:
        """At most so many posts an hour; None: any number."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = edit.channel.pace or ChannelPace()
            if before.hourly != hourly:
                await put_pace(edit, replace(before, hourly=hourly))
                await edit.record(Setting.HOURLY, hourly or "off")
            return await edit.settings()

    async def set_gap(self, channel_id: DestinationId, gap: int | None, by: Administrator) -> ChannelSettings:
        """At least so many minutes between two posts; None: any."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = edit.channel.pace or ChannelPace()
            if before.gap != gap:
                await put_pace(edit, replace(before, gap=gap))
                await edit.record(Setting.GAP, gap or "off")
            return await edit.settings()

    async def set_overflow(self, channel_id: DestinationId, overflow: Overflow, by: Administrator) -> ChannelSettings:
        """What becomes of the posts for which there is no place. Raises StaleButtonError: there is no pace, or no ticker."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = edit.channel.pace
            if before is None or (overflow is Overflow.TICKER and edit.channel.ticker is None):
                raise StaleButtonError
            if before.overflow is not overflow:
                await put_pace(edit, replace(before, overflow=overflow))
                await edit.record(Setting.OVERFLOW, overflow.value)
            return await edit.settings()

    async def _write(self, edit: Editing, after: QuietHours | None) -> None:
        before = edit.channel.quiet
        if after == before:
            return
        await put_quiet(edit, after, self._zone)
        if after is None or before is None or after.period != before.period:
            await edit.record(Setting.QUIET, after.period if after else "off")
        if after is not None and (before is None or after.mode is not before.mode):
            await edit.record(Setting.QUIET_MODE, after.mode.value)


async def put_quiet(edit: Editing, quiet: QuietHours | None, zone: ZoneInfo) -> None:
    """What is held already follows the new hours."""
    await edit.tx.destinations.set_quiet(edit.channel.id, quiet)
    changed = replace(edit.channel, quiet=quiet)
    until = quiet.until(edit.now, zone) if quiet and changed.is_held(edit.now, zone) else None
    await edit.tx.outbox.hold_anew(edit.channel.id, until=until, reason=Cause.QUIET_HOURS)


async def put_pace(edit: Editing, pace: ChannelPace | None) -> None:
    """What waits is asked about anew, by the new pace. A ticker that takes what is left over tells no post besides."""
    await edit.tx.destinations.set_pace(edit.channel.id, pace)
    if pace is not None and pace.overflow is Overflow.TICKER:
        await edit.tx.overflow.forget_posted(edit.channel.id)
    await edit.tx.outbox.hold_anew(edit.channel.id, until=None, reason=Cause.CHANNEL_PACE)
