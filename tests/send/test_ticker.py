"""A live ticker between the outbox and Telegram: its post, its pin, and what a channel answers to both."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.appearance import USUAL
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, Subject, SubjectKind
from bot.domain.destination import DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerId
from bot.domain.ticker_plan import Live
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.plan.ticking import LIVE_REST
from bot.render.message import Message
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.send.editions import Editions
from bot.send.form import Prepared, form_of
from bot.send.pictures import Pictures
from bot.store.database import Database
from tests.make import make_new_article
from tests.send.conftest import Desk

BAKU = ZoneInfo("Asia/Baku")
I18N = I18n(Language.RU, BAKU)


class Newsroom:
    """Articles for the channels' tickers, planned at once."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.planner = Planner(
            database=desk.database,
            clock=desk.clock,
            i18n=I18N,
            zone=BAKU,
            default=Language.RU,
            sender_wake=desk.sender.wake,
        )

    async def connect(self, chat_id: int, language: Language = Language.RU) -> DestinationId:
        return await connect(self.desk.database, self.desk.clock, chat_id, language)

    async def brings(self, title: str) -> ArticleId:
        """After the rest that a live ticker takes between two edits."""
        self.desk.clock.advance(LIVE_REST.total_seconds())
        async with self.desk.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title)
            article_id = await tx.articles.add(new, now=self.desk.clock.now())
        assert article_id is not None
        await self.plans()
        return article_id

    async def plans(self) -> None:
        await self.planner.plan_due()
        await self.desk.sender_rests()

    async def account(self) -> list[tuple[Action, DeliveryState]]:
        """What became of all ticker deliveries."""
        found: list[tuple[Action, DeliveryState]] = []
        async with self.desk.database.transaction() as tx:
            for number in range(1, 10):
                ledger = await tx.accounts.ledger(Subject(kind=SubjectKind.TICKER, id=number))
                found += [key for key, count in ledger.counts.items() for _ in range(count)]
        return sorted(found)


async def connect(database: Database, clock: MovableClock, chat_id: int, language: Language) -> DestinationId:
    """A channel with a live ticker of football."""
    async with database.transaction() as tx:
        added = await tx.destinations.add(
            chat_id=chat_id, kind=DestinationKind.CHANNEL, language=language, now=clock.now()
        )
        await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.TICKER])
        await tx.destinations.set_delivery(added.id, articles_on=False, ticker=Live(), ticker_next_at=clock.now())
    return added.id


@pytest.fixture
def news(desk: Desk) -> Newsroom:
    return Newsroom(desk)


@pytest.fixture
async def channel(news: Newsroom, camilla: Person) -> Channel:
    created = await camilla.creates_channel("Коротко")
    await camilla.promotes_bot(created)
    await news.connect(created.id)
    return created


async def done(channel: Channel) -> list[str]:
    return [f"{action.kind} {action.message_id}" for action in await channel.recent_actions()]


async def test_a_live_ticker_is_posted_pinned_and_edited(news: Newsroom, channel: Channel) -> None:
    await news.brings("Первая")
    await news.brings("Вторая")

    assert await done(channel) == ["posted 1", "pinned 1", "edited 1"]
    pinned = await channel.pinned()
    assert pinned is not None
    assert pinned.text.index("Вторая") < pinned.text.index("Первая")
    assert await news.account() == [
        (Action.EDIT, DeliveryState.SENT),
        (Action.PIN, DeliveryState.SENT),
        (Action.POST, DeliveryState.SENT),
    ]


async def test_without_the_right_to_pin_the_ticker_goes_on_and_its_administrator_is_to_be_told_once(
    news: Newsroom, channel: Channel, camilla: Person
) -> None:
    await camilla.promotes_bot(channel, {"can_edit_messages": False})
    await news.brings("Первая")
    await news.brings("Вторая")

    assert await done(channel) == ["posted 1", "edited 1"]
    async with news.desk.database.transaction() as tx:
        (refused,) = await tx.destinations.pins_refused(10)
    assert (refused.chat_id, refused.state) == (channel.id, DestinationState.ACTIVE)
    assert (Action.PIN, DeliveryState.DROPPED) in await news.account()


async def test_the_right_given_later_pins_what_stands(news: Newsroom, channel: Channel, camilla: Person) -> None:
    await camilla.promotes_bot(channel, {"can_edit_messages": False})
    await news.brings("Первая")
    await camilla.promotes_bot(channel)
    async with news.desk.database.transaction() as tx:
        (refused,) = await tx.destinations.pins_refused(10)
        await tx.ticker_deliveries.pin_again(refused.id, now=news.desk.clock.now())
    await news.plans()

    assert await done(channel) == ["posted 1", "pinned 1"]
    async with news.desk.database.transaction() as tx:
        assert await tx.destinations.pins_refused(10) == []


@pytest.mark.parametrize("kind", ["429", "500", "502_html", "reset_before", "reset_after"])
async def test_a_pin_is_repeated_until_it_is_answered(
    news: Newsroom, channel: Channel, telegram: SandboxClient, kind: str
) -> None:
    await telegram.faults(kind, method="pinChatMessage")
    await news.brings("Первая")

    assert set(await done(channel)) == {"posted 1", "pinned 1"}
    assert (Action.PIN, DeliveryState.SENT) in await news.account()


async def test_a_live_message_that_somebody_deleted_comes_anew_with_all_its_lines(
    news: Newsroom, channel: Channel, camilla: Person
) -> None:
    await news.brings("Первая")
    await camilla.deletes(await channel.sees("Первая"))
    await news.brings("Вторая")
    news.desk.clock.advance(LIVE_REST.total_seconds())
    await news.plans()

    assert await done(channel) == ["posted 1", "pinned 1", "deleted 1", "posted 2", "pinned 2"]
    fresh = await channel.sees("Вторая")
    assert "Первая" in fresh.text


async def test_a_first_post_of_which_nobody_knows_is_not_repeated(
    news: Newsroom, channel: Channel, telegram: SandboxClient
) -> None:
    await telegram.faults("reset_after", method="sendMessage")
    await news.brings("Первая")
    await news.brings("Вторая")

    assert await done(channel) == ["posted 1", "posted 2", "pinned 2"]
    second = await channel.sees("Вторая")
    assert "Первая" not in second.text
    assert (Action.POST, DeliveryState.UNCERTAIN) in await news.account()


async def test_a_correction_of_what_no_line_shows_costs_no_call(news: Newsroom, channel: Channel) -> None:
    article_id = await news.brings("Первая")
    await news.brings("Вторая")
    async with news.desk.database.transaction() as tx:
        corrected = make_new_article("url:https://example.org/Первая", title="Первая", lead="Другой абзац.")
        await tx.articles.correct(article_id, corrected, now=news.desk.clock.now())
    await news.plans()

    assert await done(channel) == ["posted 1", "pinned 1", "edited 1"]
    assert await news.account() == [
        (Action.EDIT, DeliveryState.DROPPED),
        (Action.EDIT, DeliveryState.SENT),
        (Action.PIN, DeliveryState.SENT),
        (Action.POST, DeliveryState.SENT),
    ]


async def test_midnight_passes_the_pin_on_silently(news: Newsroom, channel: Channel) -> None:
    await news.brings("Первая")
    news.desk.clock.advance(14 * 3600)
    await news.plans()

    assert await done(channel) == ["posted 1", "pinned 1", "posted 2", "unpinned 1", "pinned 2"]
    assert [action.is_silent for action in await channel.recent_actions() if action.kind == "posted"] == [False, True]


async def test_tickers_with_the_same_lines_are_rendered_once_a_language(
    newsroom: Database, clock: MovableClock
) -> None:
    """However many channels there are: here 200 with two languages, an opening and an edit."""
    rendered: list[str] = []

    def prepare(message: Message, origin: Mapping[str, object]) -> Prepared:
        rendered.append(message.text)
        return Prepared(form_of(message, is_paid=False), None, origin)

    for number in range(200):
        language = Language.RU if number % 2 else Language.AZ
        await connect(newsroom, clock, -100 - number, language)
    editions = Editions(I18N, prepare, Pictures())
    planner = Planner(database=newsroom, clock=clock, i18n=I18N, zone=BAKU, default=Language.RU, sender_wake=Signal())
    for title in ("Первая", "Вторая"):
        clock.advance(LIVE_REST.total_seconds())
        async with newsroom.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title)
            await tx.articles.add(new, now=clock.now())
        await planner.plan_due()
        async with newsroom.transaction() as tx:
            found = await tx.tickers.read([TickerId(number) for number in range(1, 201)])
            subjects = [Subject(kind=SubjectKind.TICKER, id=ticker_id) for ticker_id in found]
            await editions.refresh(tx, subjects)
        texts = [
            editions.message(subject, Language.RU if number % 2 else Language.AZ, USUAL, None)
            for number, subject in enumerate(subjects)
        ]
        assert len(texts) == 200
        assert None not in texts

    assert len(rendered) == len(set(rendered)) == 4
