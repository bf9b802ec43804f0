"""One article and one channel: what an editor is told is what the stages really did."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.delivery import Action, DeliveryState
from bot.domain.destination import Destination, DestinationState, Mode, Requirement
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceSpec
from bot.domain.ticker_plan import Every, Live, TickerPlan
from bot.domain.words import WordKind
from bot.send.outcome import Gone, Later, Refused, Unclear
from bot.services import Services
from bot.services.verdict import ChannelExplanation, Verdict
from bot.store.database import Database
from tests.cast import CAMILLA, CHANNEL
from tests.delivering import Desk
from tests.make import make_administrator, make_place

TICK = 15 * 60
FIRST = ArticleId(1)

BATCHES = Every(minutes=15)


class ChannelDesk(Desk):
    """Camilla's channel carries football as articles, in Russian."""

    channel: Destination

    def __init__(self, database: Database, clock: MovableClock, services: Services) -> None:
        super().__init__(database, clock)
        self.services = services

    async def connect(self, *rubrics: str, language: Language = Language.RU) -> None:
        connection = await self.services.connections.connected(
            make_place(CHANNEL, "Главное"), by=make_administrator(), language=language
        )
        self.channel = connection.settings.channel
        for slug in rubrics:
            await self.services.channels.choose(self.channel.id, Slug(slug), is_wanted=True, by=make_administrator())

    async def switch_to_ticker(self, plan: TickerPlan = BATCHES) -> None:
        await self.services.channels.set_ticker(self.channel.id, plan, by=make_administrator())
        await self.services.channels.set_articles(self.channel.id, is_on=False, by=make_administrator())

    async def tick(self) -> None:
        self.clock.advance(TICK)
        await self.plan()

    async def ask(self, article_id: ArticleId = FIRST) -> ChannelExplanation:
        return await self.services.why.ask_channel(article_id, self.channel.id)


@pytest.fixture
async def desk(newsroom: Database, clock: MovableClock, services: Services) -> ChannelDesk:
    desk = ChannelDesk(newsroom, clock, services)
    await desk.import_source()
    return desk


async def planned(desk: ChannelDesk) -> None:
    await desk.publish()


async def delivered(desk: ChannelDesk) -> None:
    await desk.publish()
    await desk.deliver()


async def refused(desk: ChannelDesk) -> None:
    await desk.publish()
    await desk.deliver({CHANNEL: Refused(reason="Bad Request: message is too long")})


async def unclear(desk: ChannelDesk) -> None:
    await desk.publish()
    for _ in range(2):
        await desk.deliver({CHANNEL: Unclear(reason=Cause.NO_ANSWER)})
        desk.clock.advance(60)


async def seen_by_an_editor(desk: ChannelDesk) -> None:
    await unclear(desk)
    async with desk.database.transaction() as tx:
        (found,) = await tx.uncertain.oldest(1)
        await tx.uncertain.resolve(found.id, it_is_there=True, now=desk.clock.now())


async def recalled_while_it_waited(desk: ChannelDesk) -> None:
    await desk.recall(await desk.publish())


async def recalled_before_it_was_planned(desk: ChannelDesk) -> None:
    await desk.recall(await desk.publish(planned=False))


async def recalled_and_not_deleted_yet(desk: ChannelDesk) -> None:
    await delivered(desk)
    await desk.recall(FIRST)


async def recalled_and_deleted(desk: ChannelDesk) -> None:
    await recalled_and_not_deleted_yet(desk)
    await desk.deliver()


async def held(desk: ChannelDesk) -> None:
    await desk.publish(held=True)


async def not_planned_yet(desk: ChannelDesk) -> None:
    await desk.publish(planned=False)


@pytest.mark.parametrize(
    ("happens", "verdict"),
    [
        (planned, Verdict.ON_ITS_WAY),
        (delivered, Verdict.STANDS),
        (refused, Verdict.STOPPED),
        (unclear, Verdict.UNCERTAIN),
        (seen_by_an_editor, Verdict.DELIVERED),
        (recalled_while_it_waited, Verdict.STOPPED),
        (recalled_before_it_was_planned, Verdict.RECALLED),
        (recalled_and_not_deleted_yet, Verdict.LEAVING),
        (recalled_and_deleted, Verdict.TAKEN_BACK),
        (held, Verdict.BEFORE),
        (not_planned_yet, Verdict.BEFORE),
    ],
)
async def test_what_became_of_an_article_in_a_channel_that_carries_it(
    desk: ChannelDesk, happens: Callable[[ChannelDesk], Awaitable[None]], verdict: Verdict
) -> None:
    await desk.connect("football")
    await happens(desk)

    explained = await desk.ask()
    assert explained.verdict is verdict
    assert explained.lacks == frozenset()


async def test_a_channel_that_does_not_carry_its_rubric_lacks_the_subscription(desk: ChannelDesk) -> None:
    await desk.connect("region")
    await desk.publish()

    explained = await desk.ask()
    assert (explained.verdict, explained.lacks) == (Verdict.UNFIT, frozenset({Requirement.SUBSCRIPTION}))
    assert (explained.carried, explained.modes, explained.records) == ((), (), ())


async def test_a_channel_in_another_language_lacks_the_language(desk: ChannelDesk) -> None:
    await desk.connect("football", language=Language.AZ)
    async with desk.database.transaction() as tx:
        # Where the newsroom publishes in Azerbaijani too, the channel reads nothing else.
        spec = SourceSpec(name="Az", url="https://az.example/", language=Language.AZ)
        await tx.sources.add(spec, now=desk.clock.now())
    await desk.publish()

    explained = await desk.ask()
    assert (explained.verdict, explained.lacks) == (Verdict.UNFIT, frozenset({Requirement.LANGUAGE}))


async def test_a_channel_on_pause_lacks_the_state_and_what_waited_is_dropped(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.publish("before")
    await desk.services.channels.pause(desk.channel.id, by=make_administrator())
    later = await desk.publish("later")

    explained, after = await desk.ask(), await desk.ask(later)
    assert (after.verdict, after.lacks) == (Verdict.UNFIT, frozenset({Requirement.STATE}))
    assert explained.verdict is Verdict.STOPPED
    assert [record.reason for record in explained.records] == [Cause.PAUSED]


async def test_a_line_without_its_article_fits_no_channel_without_a_ticker(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.publish(is_headline=True)

    explained = await desk.ask()
    assert (explained.verdict, explained.lacks, explained.modes) == (Verdict.UNFIT, frozenset(), ())


async def test_a_channel_that_was_set_up_later_would_get_it_today(desk: ChannelDesk) -> None:
    await desk.connect()
    await desk.publish()
    await desk.services.channels.choose(desk.channel.id, Slug("football"), is_wanted=True, by=make_administrator())

    explained = await desk.ask()
    assert (explained.verdict, explained.modes) == (Verdict.LATE, (Mode.INSTANT,))


async def test_a_waiting_post_tells_why_and_until_when(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.publish()
    await desk.deliver({CHANNEL: Later(wait=timedelta(seconds=30), reason=Cause.TOLD_TO_WAIT)})

    explained = await desk.ask()
    (record,) = explained.records
    assert explained.verdict is Verdict.ON_ITS_WAY
    assert (record.state, record.reason) == (DeliveryState.QUEUED, Cause.TOLD_TO_WAIT)
    assert record.not_before == desk.clock.now() + timedelta(seconds=30)


async def test_a_channel_that_removed_the_bot_tells_telegrams_words(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.publish()
    words = "Forbidden: bot was kicked from the channel chat"
    await desk.deliver({CHANNEL: Gone(reason=words)})

    explained = await desk.ask()
    assert (explained.verdict, explained.lacks) == (Verdict.STOPPED, frozenset({Requirement.STATE}))
    assert explained.channel.state is DestinationState.GONE
    assert [record.reason for record in explained.records] == [words]


async def test_a_pushed_article_names_the_editors_choice_of_this_channel(desk: ChannelDesk) -> None:
    await desk.connect("region")
    article_id = await desk.publish()
    proposal = await desk.services.pushes.draft("https://example.org/a", editor_id=CAMILLA)
    await desk.services.pushes.choose(proposal.push.id, desk.channel.id, is_wanted=True)
    await desk.services.pushes.order(proposal.push.id)
    await desk.plan()
    await desk.deliver()

    explained = await desk.ask(article_id)
    assert (explained.verdict, explained.pushed_at) == (Verdict.STANDS, desk.clock.now())


async def test_a_line_stands_only_when_its_batch_is_sent(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.switch_to_ticker()
    first = await desk.publish("first")
    waits = await desk.ask(first)
    await desk.tick()
    await desk.deliver()
    second = await desk.publish("second")
    await desk.tick()
    planned = await desk.ask(first), await desk.ask(second)
    await desk.deliver()

    assert waits.verdict is Verdict.ON_ITS_WAY
    assert waits.line is not None
    assert waits.line.line.next_tick is not None
    assert [each.verdict for each in planned] == [Verdict.STANDS, Verdict.ON_ITS_WAY]
    assert (await desk.ask(second)).verdict is Verdict.STANDS


async def test_a_line_stands_only_when_the_live_ticker_has_grown_by_it(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.switch_to_ticker(Live())
    first = await desk.publish("first", planned=False)
    await desk.tick()
    for _ in ("post", "pin"):
        await desk.deliver()
    second = await desk.publish("second")
    await desk.tick()
    grown = await desk.ask(first), await desk.ask(second)
    await desk.deliver()
    shown = await desk.ask(second)

    assert [each.verdict for each in grown] == [Verdict.STANDS, Verdict.ON_ITS_WAY]
    assert shown.verdict is Verdict.STANDS
    assert shown.standing == (await desk.ask(first)).standing


async def test_a_pin_says_nothing_of_a_line(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.switch_to_ticker(Live())
    first = await desk.publish("first", planned=False)
    await desk.tick()
    planned = await desk.ask(first)

    assert planned.line is not None
    assert [record.action for record in planned.line.records] == [Action.POST]


async def test_a_recalled_line_is_told_as_taken_back_once_the_ticker_lost_it(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.switch_to_ticker()
    first = await desk.publish("first")
    second = await desk.publish("second")
    await desk.tick()
    await desk.deliver()
    await desk.recall(first)
    before = await desk.ask(first)
    await desk.deliver()

    assert before.verdict is Verdict.LEAVING
    assert (await desk.ask(first)).verdict is Verdict.TAKEN_BACK
    assert (await desk.ask(second)).verdict is Verdict.STANDS
    asked = await desk.services.why.show(first)
    assert [stands for _, stands in asked.channels] == [False]


async def test_a_word_that_the_channel_leaves_out_is_named(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.services.words.add(desk.channel.id, WordKind.LEAVE_OUT, "Прогноз*, матч", make_administrator())
    await desk.publish("Прогнозы")

    explained = await desk.ask()
    assert explained.verdict is Verdict.UNFIT
    assert explained.lacks == {Requirement.LEFT_OUT_WORDS}
    assert [word.written for word in explained.found] == ["Прогноз*"]


async def test_an_article_without_the_words_that_the_channel_asks_for_is_unfit(desk: ChannelDesk) -> None:
    await desk.connect("football")
    await desk.services.words.add(desk.channel.id, WordKind.INCLUDE, "матч", make_administrator())
    await desk.publish("Прогнозы")

    explained = await desk.ask()
    assert explained.verdict is Verdict.UNFIT
    assert explained.lacks == {Requirement.INCLUDED_WORDS}
    assert explained.found == ()
