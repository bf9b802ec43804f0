"""What people may do: async methods without Telegram and without SQL. Handlers call them, they call the store."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.clock import Clock, Signal
from bot.domain.article import Entry
from bot.domain.language import Language
from bot.domain.source import SourceSpec
from bot.ingest.inspection import Inspection
from bot.services.alerts import Alerts
from bot.services.appearances import Appearances
from bot.services.approvals import Approvals
from bot.services.channels import Channels
from bot.services.codes import Codes
from bot.services.connections import Connections
from bot.services.newsroom import Newsroom
from bot.services.publishing import Publishing
from bot.services.pushes import Pushes
from bot.services.questions import Questions
from bot.services.reading import Reading
from bot.services.sources import Sources
from bot.services.staff import Staff
from bot.services.subscribers import Subscribers
from bot.services.subscriptions import Subscriptions
from bot.services.tickers import Tickers
from bot.services.timing import Timing
from bot.services.topics import Topics
from bot.services.why import Why
from bot.services.words import Words
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    subscribers: Subscribers
    subscriptions: Subscriptions
    reading: Reading
    channels: Channels
    connections: Connections
    codes: Codes
    appearances: Appearances
    approvals: Approvals
    words: Words
    timing: Timing
    topics: Topics
    questions: Questions
    tickers: Tickers
    pushes: Pushes
    staff: Staff
    newsroom: Newsroom
    publishing: Publishing
    sources: Sources
    alerts: Alerts
    why: Why


def build(
    *,
    database: Database,
    clock: Clock,
    zone: ZoneInfo,
    default: Language,
    owners: Collection[int],
    read_article: Callable[[str], Awaitable[Entry]],
    inspect: Callable[[SourceSpec], Awaitable[Inspection]],
    planner_wake: Signal,
    poller_wake: Signal,
) -> Services:
    channels = Channels(database=database, clock=clock, zone=zone, default=default)
    return Services(
        subscribers=Subscribers(database=database, clock=clock, default=default),
        subscriptions=Subscriptions(database=database, clock=clock),
        reading=Reading(database=database, clock=clock, default=default),
        channels=channels,
        connections=Connections(database=database, clock=clock, channels=channels, default=default),
        codes=Codes(database=database, clock=clock),
        appearances=Appearances(database=database, clock=clock, default=default),
        approvals=Approvals(database=database, clock=clock),
        words=Words(database=database, clock=clock),
        timing=Timing(database=database, clock=clock, zone=zone),
        topics=Topics(database=database, clock=clock),
        questions=Questions(database=database, clock=clock),
        tickers=Tickers(database=database, clock=clock, zone=zone, channels=channels),
        pushes=Pushes(
            database=database, clock=clock, default=default, read_article=read_article, planner_wake=planner_wake
        ),
        staff=Staff(database=database, clock=clock, owners=owners),
        newsroom=Newsroom(database=database, clock=clock),
        publishing=Publishing(database=database, clock=clock, default=default, planner_wake=planner_wake),
        sources=Sources(database=database, clock=clock, inspect=inspect, poller_wake=poller_wake),
        alerts=Alerts(database=database, clock=clock, owners=owners, planner_wake=planner_wake),
        why=Why(database=database, clock=clock, default=default),
    )
