"""Alerts on their way to the staff, and what an editor answers. In: alerts that the other stages left in the store.

`due` gives them in the groups they are told in; `told` ends it. Each answer is taken once: who comes second learns who came first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock, Signal
from bot.domain.alert import ENDS, Alert, AlertId, AlertKind, Release, Sighting, delivery_key
from bot.domain.article import Article
from bot.domain.delivery import DeliveryId, Subject, SubjectKind, Uncertain
from bot.domain.destination import Destination, DestinationId, DestinationState
from bot.domain.errors import AlreadyDecidedError, StaleButtonError, UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import HeldSpan, Source
from bot.store.database import Database, Transaction

# Words asked about at once; when feeds bring many new ones, the others are asked together within the hour.
QUESTIONS_AN_HOUR = 5
# An answer that names no rubric.
NO_RUBRIC = "none"
LEFT = "left"
# Told to the person who connected the channel, and to nobody else.
_PERSONAL = frozenset({AlertKind.BARRED, AlertKind.LOST, AlertKind.TOPIC})


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    chat_id: int
    language: Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """An alert with what it is about, as things stand now.

    `posts` of the article stand in Telegram; `held` are the source's articles that wait; `rubrics` may be what a word means;
    `channel` is where an `uncertain` message may stand, or the one that the only `reader` of this connected.
    """

    alert: Alert
    source: Source | None
    article: Article | None
    posts: int = 0
    held: HeldSpan | None = None
    rubrics: tuple[Rubric, ...] = ()
    channel: Destination | None = None
    uncertain: Uncertain | None = None
    reader: Recipient | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What is to be told, to whom; the notices of one kind are a group and go in one message.

    One that has a reader of its own goes alone, and to nobody of the `recipients`.
    """

    recipients: tuple[Recipient, ...] = ()
    groups: tuple[tuple[Notice, ...], ...] = ()


class Alerts:
    def __init__(self, *, database: Database, clock: Clock, owners: Collection[int], planner_wake: Signal) -> None:
        self._database = database
        self._clock = clock
        self._owners = tuple(owners)
        self._planner_wake = planner_wake

    async def due(self, *, limit: int) -> Round:
        """Of all kinds, oldest first. A trouble that is over before anybody heard of it is none.

        While the staff is nobody, what is for the staff waits.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            found = await self._untold(tx, now, limit)
            recipients = await self._recipients(tx) if found else []
            if not recipients:
                found = await tx.alerts.untold(limit=limit, but=set(AlertKind) - _PERSONAL)
            if not found:
                return Round()
            over = _over(found)
            notices = [await self._notice(tx, alert) for alert in found if alert.id not in over]
            pointless = [notice.alert.id for notice in notices if _is_pointless(notice)]
            await tx.alerts.mark_told([*over, *pointless], now=now)
            for notice in notices:
                await self._release_nothing(tx, notice)
        groups: dict[object, list[Notice]] = {}
        for notice in notices:
            if notice.alert.id not in pointless:
                group = notice.alert.id if notice.reader is not None else notice.alert.kind
                groups.setdefault(group, []).append(notice)
        return Round(recipients=tuple(recipients), groups=tuple(map(tuple, groups.values())))

    async def told(self, notices: Iterable[Notice]) -> None:
        async with self._database.transaction() as tx:
            await tx.alerts.mark_told([notice.alert.id for notice in notices], now=self._clock.now())

    async def show(self, alert_id: AlertId) -> Notice:
        async with self._database.transaction() as tx:
            return await self._notice(tx, await _asked(tx, alert_id))

    async def answer_word(self, alert_id: AlertId, slug: Slug | None, *, by: str) -> Notice:
        """The word means this rubric from now on, or, with None, no rubric at all."""
        async with self._database.transaction() as tx:
            alert = await _asked(tx, alert_id, AlertKind.UNKNOWN_RUBRIC)
            if slug is not None and slug not in await tx.rubrics.slugs():
                raise UnknownRubricError(rubric=slug)
            await _decide(tx, alert, slug or NO_RUBRIC, by=by)
            if slug is not None:
                await tx.rubrics.learn(slug, str(alert.arguments["word"]))
            return await self._notice(tx, await _asked(tx, alert_id))

    async def release(self, alert_id: AlertId, answer: Release, *, by: str) -> Notice:
        """What a source brought at once goes out: none of it, the latest, or all."""
        async with self._database.transaction() as tx:
            alert = await _asked(tx, alert_id, AlertKind.HELD)
            before = await self._notice(tx, alert)
            await _decide(tx, alert, answer.value, by=by)
            if before.source is None or alert.source_id is None or alert.key is None:
                raise StaleButtonError
            await tx.articles.release_held(alert.source_id, keep=answer.number, now=self._clock.now())
            await tx.sources.record(alert.source_id, held=False)
            await tx.alerts.settle(alert.key)
            after = await self._notice(tx, await _asked(tx, alert_id))
        self._planner_wake.set()
        return after

    async def leave(self, alert_id: AlertId, *, by: str) -> Notice:
        """The posts of an article that is gone or retracted stay."""
        async with self._database.transaction() as tx:
            alert = await _asked(tx, alert_id, AlertKind.GONE, AlertKind.RETRACTED)
            await _decide(tx, alert, LEFT, by=by)
            return await self._notice(tx, await _asked(tx, alert_id))

    async def resolve(self, alert_id: AlertId, answer: Sighting, *, by: str) -> Notice:
        """Somebody looked into the channel: the message is there, or it goes out again."""
        async with self._database.transaction() as tx:
            alert = await _asked(tx, alert_id, AlertKind.UNCERTAIN)
            await _decide(tx, alert, answer.value, by=by)
            delivery_id = DeliveryId(int(alert.arguments["delivery"]))
            is_open = await tx.uncertain.resolve(
                delivery_id, it_is_there=answer is Sighting.THERE, now=self._clock.now()
            )
            if not is_open:
                raise StaleButtonError
            # Should it be uncertain again, it is asked about again.
            await tx.alerts.settle(delivery_key(delivery_id))
            return await self._notice(tx, await _asked(tx, alert_id))

    async def _release_nothing(self, tx: Transaction, notice: Notice) -> None:
        """Another source brought all that was held, as news: there is nothing left to ask about."""
        alert = notice.alert
        if alert.kind is AlertKind.HELD and notice.held is None and notice.source is not None and alert.key is not None:
            await tx.sources.record(notice.source.id, held=False)
            await tx.alerts.settle(alert.key)

    async def _untold(self, tx: Transaction, now: datetime, limit: int) -> list[Alert]:
        found = await tx.alerts.untold(limit=limit)
        if any(alert.kind is AlertKind.UNKNOWN_RUBRIC for alert in found):
            asked = await tx.alerts.count_told(AlertKind.UNKNOWN_RUBRIC, since=now - timedelta(hours=1))
            if asked >= QUESTIONS_AN_HOUR:
                return await tx.alerts.untold(limit=limit, but=(AlertKind.UNKNOWN_RUBRIC,))
        return found

    async def _recipients(self, tx: Transaction) -> list[Recipient]:
        """The staff that has started the bot and not stopped it."""
        staff = dict.fromkeys((*self._owners, *(editor.user_id for editor in await tx.staff.editors())))
        # A private chat has the id of its person.
        chats = [await tx.destinations.by_chat(user_id) for user_id in staff]
        return [
            Recipient(chat_id=chat.chat_id, language=chat.language)
            for chat in chats
            if chat is not None and chat.state is DestinationState.ACTIVE
        ]

    async def _notice(self, tx: Transaction, alert: Alert) -> Notice:
        source = await tx.sources.polled(alert.source_id) if alert.source_id is not None else None
        article = await tx.articles.get(alert.article_id) if alert.article_id is not None else None
        posts = 0
        if article is not None and alert.kind in {AlertKind.GONE, AlertKind.RETRACTED}:
            posts = (await tx.accounts.ledger(Subject(kind=SubjectKind.ARTICLE, id=article.id))).standing
        held = await tx.sources.held_span(source.id) if source and alert.kind is AlertKind.HELD else None
        channel, uncertain = None, None
        if (channel_id := alert.arguments.get("channel")) is not None:
            channel = await tx.destinations.get(DestinationId(int(channel_id)))
        if alert.kind is AlertKind.UNCERTAIN:
            uncertain = await tx.uncertain.get(DeliveryId(int(alert.arguments["delivery"])))
        return Notice(
            channel=channel,
            uncertain=uncertain,
            reader=await _reader(tx, channel) if alert.kind in _PERSONAL else None,
            alert=alert,
            source=source,
            article=article,
            posts=posts,
            held=held,
            rubrics=tuple(await tx.rubrics.all()) if alert.kind is AlertKind.UNKNOWN_RUBRIC else (),
        )


async def _reader(tx: Transaction, channel: Destination | None) -> Recipient | None:
    """Who connected the channel, in the language that they speak with us; else in the channel's own."""
    if channel is None or channel.connected_by is None:
        return None
    chat = await tx.destinations.by_chat(channel.connected_by)
    return Recipient(chat_id=channel.connected_by, language=chat.language if chat else channel.language)


def _over(found: Sequence[Alert]) -> set[AlertId]:
    """Troubles and their ends, where neither was told."""
    over: set[AlertId] = set()
    begun: dict[tuple[object, ...], AlertId] = {}
    for alert in found:
        about = (alert.source_id, alert.arguments.get("aspect"))
        if alert.kind in ENDS:
            begun[ENDS[alert.kind], about] = alert.id
        elif (beginning := begun.pop((alert.kind, about), None)) is not None:
            over |= {beginning, alert.id}
    return over


def _is_pointless(notice: Notice) -> bool:
    """What it was about is no longer there, or was decided in /sources before anybody was asked."""
    alert = notice.alert
    match alert.kind:
        case AlertKind.HELD:
            return notice.held is None or alert.decision is not None
        case AlertKind.UNCERTAIN:
            return notice.uncertain is None or alert.decision is not None
        case AlertKind.BARRED | AlertKind.LOST | AlertKind.TOPIC:
            return notice.reader is None or notice.channel is None or not _is_true_of(notice.channel, alert)
        case AlertKind.GONE | AlertKind.RETRACTED | AlertKind.UNKNOWN_RUBRIC:
            return notice.article is None or alert.decision is not None
        case _:
            return notice.source is None


def _is_true_of(channel: Destination, alert: Alert) -> bool:
    match alert.kind:
        case AlertKind.BARRED:
            return channel.state is DestinationState.BARRED
        case AlertKind.LOST:
            return channel.state is DestinationState.GONE
        case _:
            return channel.forum is not None and alert.arguments["topic"] in channel.forum.aside


async def _asked(tx: Transaction, alert_id: AlertId, *kinds: AlertKind) -> Alert:
    """A button may name an alert that never was, or one that asks something else."""
    alert = await tx.alerts.get(alert_id)
    if alert is None or (kinds and alert.kind not in kinds):
        raise StaleButtonError
    return alert


async def _decide(tx: Transaction, alert: Alert, decision: str, *, by: str) -> None:
    if not await tx.alerts.decide(alert.id, decision, by=by):
        decided = await _asked(tx, alert.id)
        raise AlreadyDecidedError(editor=decided.decided_by or "")
