"""One article in one channel: whether it stands there, and where it stopped if it does not.

Told from what was planned and sent, and by the conditions with which the planner chooses, as they stand today.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.account import Line, Record
from bot.domain.approval import Awaiting, Ruling
from bot.domain.article import Article
from bot.domain.cause import Cause
from bot.domain.delivery import PINS, Action, DeliveryState, Post, Subject, SubjectKind
from bot.domain.destination import Destination, Mode, Requirement
from bot.domain.language import Language
from bot.domain.rubric import Rubric
from bot.domain.topic import Topic
from bot.domain.words import ChannelWord
from bot.plan import instant, ticker
from bot.plan.words import found_in
from bot.services.arrival import Arrival, Routing, arrival
from bot.store.database import Transaction


class Verdict(StrEnum):
    """What became of an article in one channel, and where it stopped if it did.

    `leaving`: it was recalled and still stands; `delivered`: it is not known (any more) where its post stands; `awaits`: an
    administrator has to say whether it goes out; `stopped`: its delivery failed or was dropped; `before`: the article never came as far as the channels; `late`: today the channel
    would get it.
    """

    STANDS = "stands"
    LEAVING = "leaving"
    ON_ITS_WAY = "on-its-way"
    AWAITS = "awaits"
    TAKEN_BACK = "taken-back"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"
    RECALLED = "recalled"
    BEFORE = "before"
    UNFIT = "unfit"
    LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTrail:
    """A line in a channel's ticker, and the deliveries of the ticker's message from the first that has the line.

    `post` is that message, if it stands; `shows_line`, and the line is in it; `sent_at`: when it came. `is_batch`: it tells
    what the channel's pace left over.
    """

    line: Line
    is_batch: bool
    records: tuple[Record, ...] = ()
    post: Post | None = None
    shows_line: bool = False
    sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelExplanation:
    """`lacks` and the modes are as things stand today.

    `carried` are the article's rubrics that the channel subscribes to, `modes` those in which it would get such an
    article; `editions` and `words` are the channel's, `found` those words of them in the article; `pushed_at`: when an
    editor last chose this very channel. `awaiting`: it waits for an administrator's tap, and `can_be_decided`: somebody can be asked;
    `ruling`: one of them has decided. `topic`: where in a forum its posts go, None where all that they might go to is closed.
    """

    article: Article
    arrival: Arrival
    channel: Destination
    lacks: frozenset[Requirement]
    carried: tuple[Rubric, ...]
    modes: tuple[Mode, ...]
    editions: frozenset[Language]
    words: tuple[ChannelWord, ...]
    found: tuple[ChannelWord, ...]
    pushed_at: datetime | None
    records: tuple[Record, ...]
    post: Post | None
    line: LineTrail | None
    awaiting: Awaiting | None
    ruling: Ruling | None
    can_be_decided: bool
    topic: Topic | None
    asked_at: datetime

    @property
    def standing(self) -> Post | None:
        """The message in which it is to be read."""
        return self.post or (self.line.post if self.line is not None and self.line.shows_line else None)

    @property
    def verdict(self) -> Verdict:  # noqa: PLR0911, one return a verdict
        is_recalled = self.article.recalled
        if self.standing is not None:
            return Verdict.LEAVING if is_recalled else Verdict.STANDS
        if self.awaiting is not None:
            return Verdict.AWAITS
        posts = [record for record in self.records if record.action is Action.POST]
        states = {record.state for record in (*posts, *(self.line.records if self.line is not None else ()))}
        waits = self.line is not None and self.line.line.ticker_id is None
        if not states.isdisjoint({DeliveryState.QUEUED, DeliveryState.SENDING}) or (waits and not is_recalled):
            return Verdict.ON_ITS_WAY
        if DeliveryState.SENT in states:
            return Verdict.TAKEN_BACK if is_recalled else Verdict.DELIVERED
        if DeliveryState.UNCERTAIN in states:
            return Verdict.UNCERTAIN
        if is_recalled and states <= {DeliveryState.JOINED}:
            return Verdict.RECALLED
        if states:
            return Verdict.STOPPED
        if not self.arrival.acceptance.is_news or not self.arrival.is_planned:
            return Verdict.BEFORE
        return Verdict.LATE if self.modes else Verdict.UNFIT


async def explain_channel(
    tx: Transaction, article: Article, channel: Destination, *, default: Language, now: datetime
) -> ChannelExplanation:
    """Raises ArticleNotFoundError."""
    came = await arrival(tx, article)
    subject = Subject(kind=SubjectKind.ARTICLE, id=article.id)
    followed = await tx.destinations.rubrics_of(channel.id)
    words = tuple(await tx.channel_words.of(channel.id))
    found = found_in(article, [each.word for each in words])
    lacks, modes = await _fit(tx, article, came.routing, channel, default, found)
    records = tuple(await tx.accounts.records(channel.id, subject))
    return ChannelExplanation(
        article=article,
        arrival=came,
        channel=channel,
        lacks=lacks,
        carried=tuple(rubric for rubric in came.routing.rubrics if rubric.slug in followed),
        modes=modes,
        editions=frozenset(await tx.destinations.editions_of(channel.id)),
        words=words,
        found=tuple(each for each in words if each.word in found),
        pushed_at=await tx.accounts.pushed_at(article.id, channel=channel.id),
        records=records,
        post=await tx.posts.get(channel.id, subject),
        line=await _line(tx, article, channel, joined=next((each for each in records if _is_joined(each)), None)),
        awaiting=next(iter(await tx.approvals.awaiting(channel.id, article_id=article.id)), None),
        ruling=await tx.approvals.ruling(channel.id, article.id),
        can_be_decided=any(each.refused_at is None for each in await tx.approvals.approvers(channel.id)),
        topic=await _topic(tx, came.routing, channel),
        asked_at=now,
    )


async def _topic(tx: Transaction, routing: Routing, channel: Destination) -> Topic | None:
    forum = channel.forum
    topic = forum.topic_of([rubric.slug for rubric in routing.rubrics]) if forum is not None else None
    return Topic(id=topic, name=await tx.topics.name(channel.id, topic)) if topic is not None else None


def _is_joined(record: Record) -> bool:
    return record.state is DeliveryState.JOINED


async def _line(tx: Transaction, article: Article, channel: Destination, *, joined: Record | None) -> LineTrail | None:
    """`joined`: the article's own post, which became the line."""
    line = await tx.accounts.line(channel.id, article.id)
    is_batch = joined is not None and joined.reason == Cause.IN_BATCH
    if line is None or line.ticker_id is None:
        return LineTrail(line=line, is_batch=is_batch) if line is not None else None
    subject = Subject(kind=SubjectKind.TICKER, id=line.ticker_id)
    of_message = await tx.accounts.records(channel.id, subject)
    sent = (each for each in of_message if each.action is Action.POST and each.state is DeliveryState.SENT)
    # A line is taken by the first tick after it came; a pin shows none.
    came = joined.settled_at if joined is not None else None
    records = [
        each
        for each in of_message
        if (each.planned_at >= came if came is not None else each.planned_at > article.seen_at)
        and each.action not in PINS
    ]
    post = await tx.posts.get(channel.id, subject)
    is_in = post is not None and (not records or post.revision >= records[0].revision)
    # The last change of a recalled one takes its line away.
    is_out = article.recalled and post is not None and (not records or post.revision >= records[-1].revision)
    return LineTrail(
        line=line,
        is_batch=is_batch,
        records=tuple(records),
        post=post,
        shows_line=is_in and not is_out,
        sent_at=next((each.settled_at for each in sent), None),
    )


async def _fit(
    tx: Transaction, article: Article, routing: Routing, channel: Destination, default: Language, words: tuple[str, ...]
) -> tuple[frozenset[Requirement], tuple[Mode, ...]]:
    """What the channel lacks for such an article in whatever mode, and the modes in which it would get one."""
    routed = article.with_rubrics(routing.slugs)
    published = await tx.sources.languages()
    at_once = instant.audience(routed, published=published, default=default, words=words)
    lines = [
        ticker.audience(routed, slug, published=published, default=default, words=words) for slug in routed.rubrics
    ]
    lacks = await tx.accounts.lacks(channel.id, replace(at_once, modes=tuple(Mode)))
    modes = []
    if not article.is_headline and not await tx.accounts.lacks(channel.id, at_once):
        modes.append(Mode.INSTANT)
    if any([not await tx.accounts.lacks(channel.id, each) for each in lines]):
        modes.append(Mode.TICKER)
    return lacks, tuple(modes)
