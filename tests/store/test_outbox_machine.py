"""The outbox as a state machine: whatever is planned, claimed, answered, lost, recalled and let go, the account is right.

Articles go to subscribers and to a channel, whose ticker tells of them as well; a ticker is never sent anew by itself.

The machine plays the planner and the sender by their contracts and remembers for itself what every chat was sent. The
database is real, and each step is one transaction of its own.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.delivery import (
    MAX_UNCLEAR_POSTS,
    Action,
    Delivery,
    DeliveryId,
    DeliveryState,
    Priority,
    Subject,
    SubjectKind,
)
from bot.domain.destination import Audience, DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.send import settling
from bot.send.outcome import Gone, Later, Outcome, Refused, Sent, Unclear, Vanished
from bot.send.settling import MAX_ATTEMPTS
from bot.store.claims import LEASE
from bot.store.database import Database, Transaction
from tests.cast import BAKU
from tests.make import make_new_article, make_rubric

READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))
# Two subscribers and a channel, three articles: few enough that their ways cross.
CHATS, ARTICLES = (1, 2, -100), 3
TICKER_READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.TICKER,))
KEPT = timedelta(days=90)
# What Telegram says, and whether the message stands in the chat when it says nothing.
ANSWERS: st.SearchStrategy[tuple[Outcome, bool]] = st.tuples(
    st.sampled_from(
        [
            *[Sent(message_id=1)] * 4,
            *[Unclear(reason="no answer")] * 2,
            Later(wait=timedelta(seconds=30), reason="429"),
            Gone(reason="blocked"),
            Vanished(reason="deleted"),
            Refused(reason="too long"),
        ]
    ),
    st.booleans(),
)
# Each step is a round trip or more; a server takes its time for them.
EXAMPLES = {"sqlite": 20, "postgresql": 6}
STEPS = 50

Result = TypeVar("Result")
Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass(slots=True)
class Known:
    """What the machine knows of a delivery; `starts` are the times that it was on its way to Telegram."""

    chat: DestinationId
    subject: Subject
    action: Action
    starts: int = 0
    unanswered: int = 0


class OutboxMachine(RuleBasedStateMachine):
    database: Database
    run: Run

    def __init__(self) -> None:
        super().__init__()
        self.clock = MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC), frozen=True)
        self.subjects: list[Subject] = []
        self.chats: list[DestinationId] = []
        self.revisions: Counter[Subject] = Counter()
        self.recalled: set[Subject] = set()
        self.known: dict[DeliveryId, Known] = {}
        self.in_flight: dict[DeliveryId, Delivery] = {}
        # In flight when the article was recalled.
        self.late: set[DeliveryId] = set()
        self.stands: Counter[tuple[DestinationId, Subject]] = Counter()
        self.lost: Counter[tuple[DestinationId, Subject]] = Counter()
        # Posts that were due to a subscriber who left.
        self.left: set[DeliveryId] = set()
        # Which an editor sent again.
        self.sent_again: Counter[tuple[DestinationId, Subject]] = Counter()
        self.let_go = self.published = 0

    def do(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        async def transact() -> Result:
            async with self.database.transaction() as tx:
                return await work(tx)

        result: Result = self.run(transact())
        return result

    @initialize()
    def opens(self) -> None:
        async def begin(tx: Transaction) -> None:
            await tx.rubrics.put([make_rubric("football")])
            for chat_id in CHATS:
                kind = DestinationKind.SUBSCRIBER if chat_id > 0 else DestinationKind.CHANNEL
                added = await tx.destinations.add(
                    chat_id=chat_id, kind=kind, language=Language.RU, now=self.clock.now()
                )
                modes = [Mode.INSTANT, Mode.TICKER] if kind is DestinationKind.CHANNEL else [Mode.INSTANT]
                await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=modes)
                self.chats.append(added.id)
            # Its ticks are the machine's.
            await tx.destinations.set_delivery(
                self.channel, articles_on=True, ticker=Every(minutes=60), ticker_next_at=self.clock.now()
            )

        self.run(_empty(self.database))
        self.do(begin)
        self.subjects = [self._article() for _ in range(ARTICLES)]

    @property
    def channel(self) -> DestinationId:
        return self.chats[-1]

    def _article(self) -> Subject:
        self.published += 1

        async def add(tx: Transaction) -> ArticleId | None:
            new = make_new_article(f"url:https://example.org/{self.published}")
            if (article_id := await tx.articles.add(new, now=self.clock.now())) is not None:
                await tx.articles.mark_planned(article_id, revision=0)
            return article_id

        article_id = self.do(add)
        assert article_id is not None
        return Subject(kind=SubjectKind.ARTICLE, id=article_id)

    # The planner.

    @rule(which=st.integers(0, ARTICLES - 1), priority=st.sampled_from([Priority.ARTICLE, Priority.PUSH]))
    def plan(self, which: int, priority: Priority) -> None:
        subject = self.subjects[which]
        self.do(lambda tx: tx.outbox.fan_out(subject, audience=READERS, priority=priority, now=self.clock.now()))
        # A push is for whoever is there.
        self.left -= {
            DeliveryId(row.id) for row in self._rows(f"state = 'queued' AND priority >= {int(Priority.PUSH)}")
        }

    @rule(which=st.integers(0, ARTICLES - 1), priority=st.sampled_from([Priority.ARTICLE, Priority.PUSH]))
    def plan_and_claim(self, which: int, priority: Priority) -> None:
        """As news comes while others are on their way."""
        self.plan(which, priority)
        self.claim(len(CHATS))

    @rule(which=st.integers(0, ARTICLES - 1))
    def tick(self, which: int) -> None:
        """A ticker of one line, or of none where its line has been told."""
        article_id = ArticleId(self.subjects[which].id)

        async def post(tx: Transaction) -> None:
            now = self.clock.now()
            await tx.tickers.collect(article_id, rubric=Slug("football"), audience=TICKER_READERS)
            opened = await tx.tickers.open(self.channel, now.date(), [article_id])
            await tx.ticker_deliveries.queue([opened], action=Action.POST, priority=Priority.TICKER, now=now)

        self.do(post)

    @rule(which=st.integers(0, ARTICLES - 1))
    def tick_and_claim(self, which: int) -> None:
        self.tick(which)
        self.claim(len(CHATS))

    @rule(which=st.integers(0, ARTICLES - 1))
    def correct(self, which: int) -> None:
        subject = self.subjects[which]
        self.revisions[subject] += 1
        self._change(subject, Action.EDIT)
        self._change_line(subject)

    def _change_line(self, subject: Subject) -> None:
        self.do(
            lambda tx: tx.ticker_deliveries.change_line(
                ArticleId(subject.id), priority=Priority.CORRECTION, now=self.clock.now()
            )
        )

    @rule(which=st.integers(0, ARTICLES - 1))
    def recall(self, which: int) -> None:
        subject = self.subjects[which]
        self.recalled.add(subject)
        self.late |= {key for key, each in self.in_flight.items() if each.subject == subject}
        self.do(lambda tx: tx.articles.recall(ArticleId(subject.id)))
        self.do(lambda tx: tx.outbox.drop_queued(subject, reason=Cause.RECALLED, now=self.clock.now()))
        self._change(subject, Action.DELETE)
        self._change_line(subject)
        # Another article takes its place in what happens next.
        self.subjects[which] = self._article()

    def _change(self, subject: Subject, action: Action) -> None:
        self.do(
            lambda tx: tx.outbox.queue_changes(
                subject,
                action=action,
                revision=self.revisions[subject],
                now=self.clock.now(),
            )
        )

    # The sender.

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        waiting = self._rows("state = 'queued'")
        claimed = self.do(lambda tx: tx.claims.take(now=self.clock.now(), limit=limit))
        assert len(claimed) <= limit
        for each in claimed:
            assert each.id not in self.in_flight, "a row was claimed twice"
            assert each.destination.id not in {other.destination.id for other in self.in_flight.values()}
            assert each.id not in self.left, "a backlog floods whoever comes back"
            # Of one chat the most urgent goes first, and among equals the oldest.
            rivals = [
                (-row.priority, row.id)
                for row in waiting
                if row.destination_id == each.destination.id and row.id not in self.left
            ]
            assert (-each.priority, each.id) == min(rivals)
            self.in_flight[each.id] = each

    @rule(answers=st.lists(ANSWERS, min_size=1, max_size=len(CHATS)))
    @precondition(lambda self: self.in_flight)
    def answer(self, answers: list[tuple[Outcome, bool]]) -> None:
        """As many of those in flight get their answers, and are written down together."""
        settled = []
        for delivery_id, (outcome, arrived) in zip(sorted(self.in_flight), answers, strict=False):
            delivery = self.in_flight.pop(delivery_id)
            now = self.clock.now()
            reason = self._obstacle(delivery)
            if reason is not None:
                settled.append(settling.drop(delivery, reason, now=now))
            else:
                is_removal = delivery.subject in self.recalled and delivery.post is not None
                self._start(delivery, outcome, arrived=arrived, is_removal=is_removal)
                revision = self._revision(delivery.subject)
                settled.append(settling.settle(delivery, outcome, revision=revision, is_removal=is_removal, now=now))
                if isinstance(outcome, Gone):
                    self._note_left(delivery.destination.id)
            self.late.discard(delivery.id)
        self.do(lambda tx: settling.write(tx, settled))

    def _revision(self, subject: Subject) -> int:
        if subject.kind is SubjectKind.ARTICLE:
            return self.revisions[subject]
        return self.do(lambda tx: tx.claims.heads([subject]))[subject].revision

    def _obstacle(self, delivery: Delivery) -> str | None:
        """As the sender looks again before it sends."""
        if delivery.action is Action.POST and delivery.post is not None:
            return "it already stands in the chat"
        if delivery.action is not Action.POST and delivery.post is None:
            return "there is no post to change"
        if delivery.subject in self.recalled and delivery.post is None and delivery.id not in self.late:
            return "the article was recalled"
        return None

    def _start(self, delivery: Delivery, outcome: Outcome, *, arrived: bool, is_removal: bool) -> None:
        place = (delivery.destination.id, delivery.subject)
        each = self.known[delivery.id]
        if not isinstance(outcome, Later):
            each.starts += 1
        if delivery.action is Action.POST and not is_removal:
            assert delivery.subject not in self.recalled or delivery.id in self.late
            if isinstance(outcome, Sent) or (isinstance(outcome, Unclear) and arrived):
                self.stands[place] += 1
            if isinstance(outcome, Unclear):
                each.unanswered += 1
                self.lost[place] += 1

    @rule(arrived=st.booleans())
    @precondition(lambda self: self.in_flight)
    def crash(self, arrived: bool) -> None:  # noqa: FBT001, hypothesis draws it
        """The process dies with all that is in flight, and the next one takes over."""
        self._take_back(arrived=arrived, expired_only=False)

    def _take_back(self, *, arrived: bool, expired_only: bool) -> None:
        for delivery in self.in_flight.values():
            if self._obstacle(delivery) is None:
                is_removal = delivery.subject in self.recalled
                self._start(delivery, Unclear(reason="crash"), arrived=arrived, is_removal=is_removal)
            else:
                self.known[delivery.id].starts += 1
        count = self.do(lambda tx: tx.claims.take_back(now=self.clock.now(), expired_only=expired_only))
        assert count == len(self.in_flight)
        self._land()

    @rule()
    @precondition(lambda self: self.in_flight)
    def stop(self) -> None:
        """What was certainly not sent is given back as if nothing had been."""
        self.do(lambda tx: tx.claims.release(list(self.in_flight)))
        self._land()

    def _land(self) -> None:
        self.in_flight.clear()
        self.late.clear()

    # People.

    @rule(it_is_there=st.booleans())
    def decide(self, it_is_there: bool) -> None:  # noqa: FBT001, hypothesis draws it
        uncertain = self.do(lambda tx: tx.uncertain.oldest(limit=10))
        if not uncertain:
            return
        first = uncertain[0]
        if not it_is_there and (first.subject in self.recalled):
            return
        assert self.do(lambda tx: tx.uncertain.resolve(first.id, it_is_there=it_is_there, now=self.clock.now()))
        assert not self.do(lambda tx: tx.uncertain.resolve(first.id, it_is_there=it_is_there, now=self.clock.now()))
        if not it_is_there:
            self.known[first.id].starts = self.known[first.id].unanswered = 0
            self.sent_again[(first.destination.id, first.subject)] += 1

    @rule(which=st.integers(0, len(CHATS) - 1), state=st.sampled_from([DestinationState.PAUSED, DestinationState.GONE]))
    def leave_and_return(self, which: int, state: DestinationState) -> None:
        chat = self.chats[which]
        self._note_left(chat)
        self.do(lambda tx: tx.destinations.set_state(chat, state, now=self.clock.now()))
        if chat == self.channel:
            waiting = [row.action for row in self._rows("state = 'queued'") if row.destination_id == chat]
            if state is DestinationState.GONE:
                assert waiting == []
            assert Action.POST.value not in waiting
        self.do(lambda tx: tx.destinations.set_state(chat, DestinationState.ACTIVE, now=self.clock.now()))

    def _note_left(self, chat: DestinationId) -> None:
        if chat != self.channel:
            is_open = "state IN ('queued', 'sending') AND action = 'post'"
            open_posts = self._rows(f"{is_open} AND priority < {int(Priority.PUSH)}")
            self.left |= {DeliveryId(row.id) for row in open_posts if row.destination_id == chat}

    # Time.

    @rule(answers=st.lists(ANSWERS, min_size=len(CHATS), max_size=len(CHATS)))
    def send(self, answers: list[tuple[Outcome, bool]]) -> None:
        """A round in which nothing comes between."""
        self.claim(len(CHATS))
        self.answer(answers)

    @rule()
    @precondition(lambda self: not self.in_flight)
    def wait(self) -> None:
        self.clock.advance(30)

    @rule(arrived=st.booleans())
    @precondition(lambda self: self.in_flight)
    def outlast(self, arrived: bool) -> None:  # noqa: FBT001, hypothesis draws it
        """Nobody settles what is in flight: it is its owner's as long as the lease runs."""
        self.clock.advance(LEASE.total_seconds() - 1)
        assert self.do(lambda tx: tx.claims.take_back(now=self.clock.now(), expired_only=True)) == 0
        self.clock.advance(1)
        self._take_back(arrived=arrived, expired_only=True)

    @rule()
    @precondition(lambda self: not self.in_flight)
    def let_go_of_the_old(self) -> None:
        self.clock.advance(KEPT.total_seconds() + 1)

        async def prune(tx: Transaction) -> Any:
            return await tx.retention.prune(self.clock.now() - KEPT, zone=BAKU, limit=5)

        while (removed := self.do(prune)) is not None:
            self.let_go += removed.count if removed.kind == "delivery" else 0
        kept = self.do(lambda tx: tx.claims.heads(self.subjects))
        self.subjects = [subject if subject in kept else self._article() for subject in self.subjects]
        left = self._rows("true")
        assert all(row.state == "queued" for row in left)
        # With what was let go it is forgotten who had it: an editor who pushes so old an article sends it to them again.
        kept_places = {
            (row.destination_id, Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id)) for row in left
        }
        for place in set(self.stands) - kept_places:
            del self.stands[place]

    # What is always true.

    @invariant()
    def the_account_is_right(self) -> None:
        if not self.subjects:
            return
        rows = self._rows("true")
        for row in rows:
            self.known.setdefault(
                DeliveryId(row.id),
                Known(
                    chat=DestinationId(row.destination_id),
                    subject=Subject(kind=SubjectKind(row.subject_kind), id=row.subject_id),
                    action=Action(row.action),
                ),
            )
        assert len(rows) + self.let_go == len(self.known), "a delivery was lost"
        assert {row.id for row in rows if row.state == "sending"} == set(self.in_flight)
        for row in rows:
            is_open = DeliveryState(row.state) in {DeliveryState.QUEUED, DeliveryState.SENDING}
            assert (row.settled_at is None) == is_open
            assert (row.lease_until is not None) == (row.state == "sending")
            if is_open and row.subject_kind == SubjectKind.TICKER and row.action == Action.POST:
                assert not self.known[DeliveryId(row.id)].unanswered, "what may stand in the channel is due again"

    @invariant()
    def at_most_one_is_in_flight_a_chat(self) -> None:
        flying = Counter(each.destination.id for each in self.in_flight.values())
        assert all(count == 1 for count in flying.values())

    @invariant()
    def tries_are_bounded(self) -> None:
        for each in self.known.values():
            if each.action is Action.POST:
                assert each.starts <= MAX_ATTEMPTS
                is_ticker = each.subject.kind is SubjectKind.TICKER
                assert each.unanswered <= (1 if is_ticker else MAX_UNCLEAR_POSTS)

    @invariant()
    def nobody_gets_a_subject_twice_unless_an_answer_was_lost(self) -> None:
        for place, count in self.stands.items():
            is_ticker = place[1].kind is SubjectKind.TICKER
            assert count <= 1 + (self.sent_again if is_ticker else self.lost)[place]

    def _rows(self, condition: str) -> list[Any]:
        async def read() -> list[Any]:
            async with self.database.engine.begin() as connection:
                # The condition is one of this file's.
                found = await connection.execute(text(f"SELECT * FROM deliveries WHERE {condition} ORDER BY id"))  # noqa: S608
                return list(found)

        found: list[Any] = self.run(read())
        return found


async def _empty(database: Database) -> None:
    async with database.engine.begin() as connection:
        for table in (
            "deliveries",
            "posts",
            "ticker_lines",
            "tickers",
            "subscriptions",
            "destinations",
            "articles",
            "seen",
            "rubrics",
        ):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608


def test_the_account_is_right_whatever_happens(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url)
        machine = type(
            "Machine",
            (OutboxMachine,),
            {"database": database, "run": staticmethod(runner.get_loop().run_until_complete)},
        )
        profile = settings(
            max_examples=EXAMPLES[database.engine.dialect.name],
            stateful_step_count=STEPS,
            deadline=None,
            # The same ways every time: a run that fails can be repeated, one that passed stays passed.
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(machine, settings=profile)
        finally:
            runner.run(database.close())
