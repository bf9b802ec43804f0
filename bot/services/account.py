"""What became of all deliveries of one article, counted in parts: a million of them take seconds, and news must not wait."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.account import Tally
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState
from bot.domain.destination import DestinationId, DestinationKind
from bot.store.database import Database

# Destinations of one part, a transaction each: about 50 ms on SQLite, where all others wait for it.
PART = 10_000

Counts = Mapping[DeliveryState, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Of an article's posts. `waits_until` is when the first of those that were put off is due."""

    planned_at: datetime
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    waits_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """`reasons` are those of what is not sent, the most frequent first; no `times`: nothing was planned for anybody."""

    posts: Mapping[DestinationKind, Counts]
    changes: Mapping[Action, Counts]
    reasons: tuple[tuple[DeliveryState, str, int], ...]
    times: Times | None


async def account_of(
    database: Database, article_id: ArticleId, channels: Collection[DestinationId], *, part: int = PART
) -> Account:
    tallies: list[Tally] = []
    of_channels: list[Tally] = []
    async with database.transaction() as tx:
        waves = await tx.accounts.waves(article_id)
        last = await tx.destinations.highest_id()
    for wave in waves:
        async with database.transaction() as tx:
            of_channels += await tx.accounts.tallies(article_id, wave, channels)
        for start in range(1, last + 1, part):
            async with database.transaction() as tx:
                tallies += await tx.accounts.tallies(article_id, wave, range(start, start + part))
    to_all, to_channels = _counts(tallies, Action.POST), _counts(of_channels, Action.POST)
    reasons: Counter[tuple[DeliveryState, str]] = Counter()
    for tally in tallies:
        if tally.reason is not None and tally.state is not DeliveryState.SENT:
            reasons[tally.state, tally.reason] += tally.count
    return Account(
        posts={DestinationKind.SUBSCRIBER: to_all - to_channels, DestinationKind.CHANNEL: to_channels},
        changes={action: _counts(tallies, action) for action in (Action.EDIT, Action.DELETE)},
        reasons=tuple((state, reason, count) for (state, reason), count in reasons.most_common()),
        times=_times([tally for tally in tallies if tally.action is Action.POST]),
    )


def _counts(tallies: Collection[Tally], action: Action) -> Counter[DeliveryState]:
    counts: Counter[DeliveryState] = Counter()
    for tally in tallies:
        if tally.action is action:
            counts[tally.state] += tally.count
    return counts


def _times(posts: Collection[Tally]) -> Times | None:
    if not posts:
        return None
    sent = [tally for tally in posts if tally.state is DeliveryState.SENT]
    return Times(
        planned_at=min(tally.planned_at for tally in posts),
        first_sent_at=min((tally.first_at for tally in sent if tally.first_at is not None), default=None),
        last_sent_at=max((tally.last_at for tally in sent if tally.last_at is not None), default=None),
        waits_until=min((tally.waits_until for tally in posts if tally.waits_until is not None), default=None),
    )
