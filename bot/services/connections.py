"""Channels come and go: connected, lost, renamed, moved, looked at once a day. What is set in them is services/channels.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.channel import LOOK_EVERY, Administrator, Change, Right, Setting
from bot.domain.destination import Destination, DestinationId, DestinationKind, DestinationState
from bot.domain.language import Language
from bot.services.channel_editing import ChannelSettings, news_of_others, settings_of
from bot.services.channels import Channels
from bot.services.topics import open_closed
from bot.store.database import Database, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A chat as Telegram tells it, and what the bot lacks there: where it may not post, POST. `is_in`: the bot is there.

    `is_forum`: it is parted into topics, which the bot `may_manage`: then it posts in closed ones too.
    """

    chat_id: int
    title: str
    username: str = ""
    is_group: bool = False
    lacks: tuple[Right, ...] = ()
    is_in: bool = True
    is_forum: bool = False
    may_manage: bool = False

    @property
    def may_post(self) -> bool:
        return Right.POST not in self.lacks


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """What is known of a channel now. `is_new`: the bot was not there before; `is_back`: it was, and might not post.

    `newly_lacks`: rights that are gone just now.
    """

    settings: ChannelSettings
    is_new: bool
    is_back: bool = False
    newly_lacks: tuple[Right, ...] = ()


class Connections:
    def __init__(self, *, database: Database, clock: Clock, channels: Channels, default: Language) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._default = default

    async def connected(self, place: Place, *, by: Administrator | None, language: Language | None) -> Connection:
        """The bot may post there.

        A new channel speaks the language of who connected it and starts without rubrics; one that returns keeps what was
        set, a pause too. Its menu is owed to that person until `introduced`. `by` None: nobody knows who did it.
        """
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(place.chat_id)
            is_back = known is not None and known.state is DestinationState.BARRED
            if known is None:
                known = await tx.destinations.add(
                    chat_id=place.chat_id,
                    kind=DestinationKind.CHANNEL,
                    language=language or self._default,
                    now=self._clock.now(),
                    title=place.title,
                    connected_by=by.user_id if by else None,
                    introduced=by is None,
                    is_group=place.is_group,
                )
                is_new = True
            else:
                await tx.destinations.hold(known.id)
                is_new = known.state is DestinationState.GONE
                if is_new:
                    await self._return(tx, known, by)
                elif is_back:
                    await self._channels.wake(tx, known)
            await self._stand(tx, known.id, place)
            if is_new and by is not None:
                await tx.channel_changes.add(known.id, self._change(by, "on"))
            settings = await self._settings(tx, known.id, by.user_id if by else None)
            newly = tuple(right for right in place.lacks if right.value not in known.lacks)
            newly = () if is_new else newly
            return Connection(settings=settings, is_new=is_new, is_back=is_back, newly_lacks=newly)

    async def linked(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        """This person has proven to administer it, and has its menu now."""
        async with self._database.transaction() as tx:
            before = await tx.destinations.get(channel_id)
            if before is not None and before.connected_by is not None:
                await tx.destinations.add_administrator(channel_id, before.connected_by)
            await tx.destinations.set_connection(channel_id, connected_by=by.user_id, introduced=True)
            return await self._settings(tx, channel_id, by.user_id)

    async def disconnected(self, chat_id: int, *, by: Administrator | None = None) -> Destination | None:
        """The bot is no longer there. None: it was not before, or the sender has met the loss and tells it."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is None or known.kind is not DestinationKind.CHANNEL or known.state is DestinationState.GONE:
                return None
            await tx.destinations.set_state(known.id, DestinationState.GONE, now=self._clock.now())
            await tx.tickers.forget_waiting(known.id)
            if by is not None:
                await tx.channel_changes.add(known.id, self._change(by, "off"))
            gone = await tx.destinations.get(known.id)
            return gone or known

    async def barred(self, chat_id: int) -> Destination | None:
        """The bot is there without the right to post. Gives the channel as it was before; None: it is not known."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            # What a person paused stays paused when the right returns.
            if known is not None and known.state is DestinationState.ACTIVE:
                await tx.destinations.set_state(known.id, DestinationState.BARRED, now=self._clock.now())
                await tx.tickers.forget_waiting(known.id)
            return known

    async def renamed(self, chat_id: int, title: str) -> None:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None and known.kind is DestinationKind.CHANNEL:
                await tx.destinations.set_title(known.id, title)

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup, and has another id from now on. What is set stays; its old posts cannot be reached.

        Telegram tells both chats of it, and may tell first that we are in the new one: what that made gives way, unless
        somebody has set it up already.
        """
        async with self._database.transaction() as tx:
            old = await tx.destinations.by_chat(old_chat_id)
            new = await tx.destinations.by_chat(new_chat_id)
            if old is None or old.kind is not DestinationKind.CHANNEL:
                return
            if new is not None and await tx.destinations.rubrics_of(new.id):
                if old.state is not DestinationState.GONE:
                    await tx.destinations.set_state(old.id, DestinationState.GONE, now=self._clock.now())
                return
            if new is not None:
                await tx.destinations.vacate(new.id)
                await tx.destinations.set_state(new.id, DestinationState.GONE, now=self._clock.now())
            await tx.destinations.move(old.id, new_chat_id)
            if old.state is DestinationState.GONE and new is not None and new.state is not DestinationState.GONE:
                await self._channels.wake(tx, old)

    async def introduced(self, user_id: int) -> list[ChannelSettings]:
        """The channels whose menus are owed to this person; each is given out once."""
        async with self._database.transaction() as tx:
            owed = await tx.destinations.take_introductions(user_id)
            return [await self._settings(tx, channel.id, user_id) for channel in owed]

    async def administered_by(self, user_id: int) -> list[Destination]:
        """The channels that this person connected or was found to administer."""
        async with self._database.transaction() as tx:
            return await tx.destinations.administered_by(user_id)

    async def others(self, user_id: int) -> list[Destination]:
        """The channels of which nobody knows whether this person administers them, the newest first."""
        async with self._database.transaction() as tx:
            own = {channel.id for channel in await tx.destinations.administered_by(user_id)}
            return [channel for channel in reversed(await tx.destinations.channels()) if channel.id not in own]

    async def administers(self, user_id: int, found: Iterable[DestinationId]) -> None:
        """Telegram says that this person administers these."""
        async with self._database.transaction() as tx:
            for channel_id in found:
                await tx.destinations.add_administrator(channel_id, user_id)

    async def administers_no_more(self, user_id: int, channel_id: DestinationId) -> None:
        async with self._database.transaction() as tx:
            await tx.destinations.remove_administrator(channel_id, user_id)
            await tx.approvals.remove_approver(channel_id, user_id)

    async def find(self, chat_id: int) -> Destination | None:
        """A channel, lost or not."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            return known if known is not None and known.kind is DestinationKind.CHANNEL else None

    async def connected_lately(self, channel_id: DestinationId, user_id: int) -> bool:
        """Whether this person has connected it within the last minute and heard of it then."""
        async with self._database.transaction() as tx:
            for change in await tx.channel_changes.latest(channel_id):
                if change.setting is Setting.CONNECTION:
                    is_theirs = change.by.user_id == user_id and change.value == "on"
                    return is_theirs and (self._clock.now() - change.at).total_seconds() < _LATELY
        return False

    async def to_look_at(self) -> Destination | None:
        """The channel whose daily look is due for longest."""
        async with self._database.transaction() as tx:
            return await tx.destinations.to_look_at(self._clock.now() - LOOK_EVERY)

    async def looked_at(self, channel_id: DestinationId) -> None:
        async with self._database.transaction() as tx:
            await tx.destinations.set_looked_at(channel_id, self._clock.now())

    async def _return(self, tx: Transaction, known: Destination, by: Administrator | None) -> None:
        if by is not None:
            await tx.destinations.set_connection(known.id, connected_by=by.user_id, introduced=False)
        if known.paused_at is None:
            await self._channels.wake(tx, known)
        else:
            await tx.destinations.set_state(known.id, DestinationState.PAUSED, now=self._clock.now())

    async def _stand(self, tx: Transaction, channel_id: DestinationId, place: Place) -> None:
        await tx.destinations.set_standing(
            channel_id,
            title=place.title,
            username=place.username,
            is_group=place.is_group,
            lacks=[right.value for right in place.lacks],
        )
        await tx.destinations.set_looked_at(channel_id, self._clock.now())
        await tx.topics.turn(channel_id, is_on=place.is_forum)
        if place.may_manage:
            await open_closed(tx, channel_id)

    async def _settings(self, tx: Transaction, channel_id: DestinationId, viewer: int | None) -> ChannelSettings:
        channel = await tx.destinations.get(channel_id)
        assert channel is not None  # noqa: S101, its row was just written in this transaction
        news = await news_of_others(tx, channel_id, viewer=viewer, now=self._clock.now())
        return await settings_of(tx, channel, of_others=news)

    def _change(self, by: Administrator, value: str) -> Change:
        return Change(at=self._clock.now(), by=by, setting=Setting.CONNECTION, value=value)


# Seconds; both updates of one choice of a channel come within them.
_LATELY = 60
