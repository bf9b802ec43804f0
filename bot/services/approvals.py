"""Posts that wait for an administrator's tap: what an administrator sets and decides, and what each of them is to be shown.

handlers/channel/approval.py is the section and its taps, handlers/channel/approval_requests.py the stage that asks. Whether
somebody administers the channel is asked of Telegram there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.domain.account import Record
from bot.domain.approval import APPROVAL_LIVES, ASK_AGAIN, CALL_AGAIN, Awaiting, Decision, Ending, Request, Ruling
from bot.domain.article import Article, ArticleId
from bot.domain.cause import Cause
from bot.domain.channel import MAX_NAME, Administrator, Setting
from bot.domain.delivery import Action, DeliveryState, Subject, SubjectKind
from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import OnlyApproverError
from bot.services.appearances import Sample, sample_of
from bot.services.channel_editing import ChannelSettings, editing
from bot.store.database import Database, Transaction

# How many more posts wait is told anew so often at most: a flood of news must not be a flood of edits.
_COUNT_EVERY = timedelta(minutes=1)
_ENDINGS = {
    Cause.NOT_DECIDED: Ending.EXPIRED,
    Cause.RECALLED: Ending.RECALLED,
    Cause.PAUSED: Ending.PAUSED,
    Cause.GONE: Ending.LOST,
    Cause.BARRED: Ending.LOST,
}


class Taken(StrEnum):
    """What came of a tap: it decided; the post waited no more; it says something else by now than what was shown."""

    DONE = "done"
    LATE = "late"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """An article that waits no longer; with a `ruling` where an administrator decided."""

    article: Article
    ending: Ending
    ruling: Ruling | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """What one administrator is to be shown of a channel now.

    `message_id` is the message that asked so far, 0: there is none. `awaiting`, with its `sample`, is what waits for them;
    None: nothing does, or it is not for them any more (`is_asked`). `ended` is what the message showed before. `is_overdue`: it
    has been unanswered for long, and another post has joined it.
    """

    channel: Destination
    user_id: int
    message_id: int
    is_asked: bool
    awaiting: Awaiting | None
    sample: Sample | None
    others: int
    ended: Ended | None
    called_at: datetime
    is_overdue: bool
    now: datetime


class Approvals:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # What an administrator sets and decides.

    async def switch_on(self, channel_id: DestinationId, by: Administrator) -> ChannelSettings:
        """Articles wait from now on; who says so is asked."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            if not edit.channel.needs_approval:
                await edit.tx.destinations.set_needs_approval(channel_id, needs_approval=True)
                await edit.tx.approvals.add_approver(channel_id, by)
                await edit.record(Setting.APPROVAL, "on")
            return await edit.settings()

    async def switch_off(self, channel_id: DestinationId, by: Administrator, *, waiting: Decision) -> ChannelSettings:
        """Articles go out by themselves from now on; `waiting`: what becomes of those that wait."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            if edit.channel.needs_approval:
                await edit.tx.approvals.decide(channel_id, waiting, by, now=edit.now)
                await edit.tx.destinations.set_needs_approval(channel_id, needs_approval=False)
                await edit.record(Setting.APPROVAL, "off")
            return await edit.settings()

    async def ask_me(self, channel_id: DestinationId, by: Administrator, *, is_wanted: bool) -> ChannelSettings:
        """Raises OnlyApproverError: somebody has to be asked."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            if is_wanted:
                await edit.tx.approvals.add_approver(channel_id, by)
            else:
                others = [each for each in await edit.tx.approvals.approvers(channel_id) if each.user_id != by.user_id]
                if edit.channel.needs_approval and all(each.refused_at is not None for each in others):
                    raise OnlyApproverError
                await edit.tx.approvals.remove_approver(channel_id, by.user_id)
            return await edit.settings()

    async def decide(
        self, channel_id: DestinationId, article_id: ArticleId, decision: Decision, by: Administrator, *, revision: int
    ) -> Taken:
        """`revision` is what this administrator was shown: nobody publishes words that they did not see."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            found = await edit.tx.approvals.awaiting(channel_id, article_id=article_id)
            if not found:
                return Taken.LATE
            if decision is Decision.PUBLISH and found[0].revision != revision:
                return Taken.CHANGED
            done = await edit.tx.approvals.decide(channel_id, decision, by, now=edit.now, article_id=article_id)
            return Taken.DONE if done else Taken.LATE

    async def decide_all(self, channel_id: DestinationId, decision: Decision, by: Administrator) -> int:
        """All that waits there this moment. Gives how many."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            return await edit.tx.approvals.decide(channel_id, decision, by, now=edit.now)

    async def titles(self, channel_id: DestinationId, *, limit: int) -> list[Article]:
        """What waits there, oldest first."""
        async with self._database.transaction() as tx:
            found = [each.article_id for each in await tx.approvals.awaiting(channel_id, limit=limit)]
            articles = await tx.articles.get_all(found)
            return [articles[each] for each in found if each in articles]

    # What each of them is to be shown.

    async def look(self, channel_id: DestinationId, user_id: int) -> Asking | None:
        """None: there is no such channel."""
        async with self._database.transaction() as tx:
            channel = await tx.destinations.get(channel_id)
            return await self._asking(tx, channel, user_id) if channel is not None else None

    async def shown(self, asking: Asking, message_id: int, *, is_call: bool) -> None:
        """That is what stands in the message now; `is_call`: it is new, or this person has just tapped it."""
        async with self._database.transaction() as tx:
            if asking.awaiting is None:
                await tx.approvals.forget_request(asking.channel.id, asking.user_id)
                return
            await tx.approvals.reached(asking.user_id)
            await tx.approvals.put_request(
                Request(
                    channel_id=asking.channel.id,
                    user_id=asking.user_id,
                    message_id=message_id,
                    article_id=asking.awaiting.article_id,
                    revision=asking.awaiting.revision,
                    others=asking.others,
                    previous=asking.ended.article.id if asking.ended is not None else None,
                    drawn_at=asking.now,
                    called_at=asking.now if is_call else asking.called_at,
                )
            )

    async def _asking(self, tx: Transaction, channel: Destination, user_id: int) -> Asking:
        request = await tx.approvals.request(channel.id, user_id)
        is_asked = user_id in {each.user_id for each in await tx.approvals.approvers(channel.id)}
        current = await self._current(tx, channel.id, request) if is_asked else None
        ended = None
        if request is not None:
            is_same = current is not None and current.article_id == request.article_id
            before = request.previous if is_same else request.article_id
            ended = await _ended(tx, channel.id, before) if before is not None else None
        article = await tx.articles.get(current.article_id) if current is not None else None
        others = await tx.approvals.count(channel.id) - 1 if current is not None else 0
        now = self._clock.now()
        called_at = request.called_at if request is not None else now
        has_grown = request is not None and others > request.others
        return Asking(
            channel=channel,
            user_id=user_id,
            message_id=request.message_id if request is not None else 0,
            is_asked=is_asked,
            awaiting=current,
            sample=await sample_of(tx, article) if article is not None else None,
            others=others,
            ended=ended,
            called_at=called_at,
            is_overdue=has_grown and now - called_at >= CALL_AGAIN,
            now=now,
        )

    async def _current(self, tx: Transaction, channel_id: DestinationId, request: Request | None) -> Awaiting | None:
        """What the message shows, while that waits; else what waits for longest."""
        if request is not None:
            found = await tx.approvals.awaiting(channel_id, article_id=request.article_id)
            if found:
                return found[0]
        return next(iter(await tx.approvals.awaiting(channel_id)), None)

    # For the stage that asks.

    async def tidy(self) -> bool:
        """What waits for too long is left out. False: nothing waits, and nobody has to be told of anything."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if await tx.approvals.is_idle():
                return False
            await tx.approvals.expire(before=now - APPROVAL_LIVES, now=now)
            await tx.approvals.release_unasked()
            return True

    async def stale(self, *, limit: int) -> list[Request]:
        """Messages that have to be drawn anew."""
        async with self._database.transaction() as tx:
            counted_before = self._clock.now() - _COUNT_EVERY
            return await tx.approvals.stale_requests(counted_before=counted_before, limit=limit)

    async def unasked(self, *, limit: int) -> list[tuple[DestinationId, int]]:
        """Who is to be asked about which channel, in a message of its own."""
        async with self._database.transaction() as tx:
            return await tx.approvals.unasked(refused_before=self._clock.now() - ASK_AGAIN, limit=limit)

    async def abandoned(self, *, but: Collection[DestinationId], limit: int) -> list[tuple[Destination, list[int]]]:
        """Channels in which nobody of those who are asked can be reached, with the other administrators known to us."""
        async with self._database.transaction() as tx:
            found = []
            for channel_id in await tx.approvals.abandoned(but=but, limit=limit):
                channel = await tx.destinations.get(channel_id)
                if channel is not None:
                    found.append((channel, await tx.approvals.others(channel_id)))
            return found

    async def appoint(self, channel_id: DestinationId, who: Administrator) -> None:
        """They are asked from now on, since nobody else can be."""
        async with self._database.transaction() as tx:
            name = who.name[:MAX_NAME]
            await tx.approvals.add_approver(channel_id, Administrator(user_id=who.user_id, name=name))

    async def refused(self, channel_id: DestinationId, user_id: int) -> None:
        async with self._database.transaction() as tx:
            await tx.approvals.note_refusal(channel_id, user_id, self._clock.now())

    async def reached(self, user_id: int) -> None:
        """This person let the bot write to them again."""
        async with self._database.transaction() as tx:
            await tx.approvals.reached(user_id)


async def _ended(tx: Transaction, channel_id: DestinationId, article_id: ArticleId) -> Ended | None:
    """How an article ended that a message asked about; None: it is no longer kept, or still waits."""
    article = await tx.articles.get(article_id)
    if article is None:
        return None
    records = await tx.accounts.records(channel_id, Subject(kind=SubjectKind.ARTICLE, id=article_id))
    post = next((record for record in records if record.action is Action.POST), None)
    ruling = await tx.approvals.ruling(channel_id, article_id)
    if ruling is not None and not _came_to_nothing(post):
        ending = Ending.PUBLISHED if ruling.decision is Decision.PUBLISH else Ending.LEFT_OUT
        return Ended(article=article, ending=ending, ruling=ruling)
    is_pushed = await tx.accounts.pushed_at(article_id, channel=channel_id) is not None
    return Ended(article=article, ending=_ending(post, is_pushed=is_pushed))


def _came_to_nothing(post: Record | None) -> bool:
    """What was approved was recalled, or the channel paused or lost, before it went out."""
    return post is not None and post.state is DeliveryState.DROPPED and post.reason in _ENDINGS


def _ending(post: Record | None, *, is_pushed: bool) -> Ending:
    """Without a decision."""
    if post is None:
        return Ending.OVER
    if post.state is DeliveryState.DROPPED:
        return next((ending for cause, ending in _ENDINGS.items() if post.reason == cause), Ending.OVER)
    return Ending.PUSHED if is_pushed else Ending.OVER
