import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.alert import AlertId, AlertKind, NewAlert, Release, source_key
from bot.domain.article import ArticleId
from bot.domain.delivery import Post, Subject, SubjectKind
from bot.domain.destination import DestinationKind, DestinationState
from bot.domain.errors import AlreadyDecidedError, StaleButtonError, UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId
from bot.services import Services
from bot.services.alerts import Notice, Recipient
from bot.store.database import Database
from tests.cast import ALICE, CAMILLA, CHANNEL, EDGAR, OLGA
from tests.make import make_new_article
from tests.readers import Follow
from tests.services.test_sources import hold_some, unplanned

REPORT = SourceId(1)


class Desk:
    """What the other stages leave, and how the staff is told of it."""

    def __init__(self, services: Services, database: Database, clock: MovableClock) -> None:
        self.services = services
        self.database = database
        self.clock = clock

    async def begin(self, kind: AlertKind, *, article: ArticleId | None = None, **arguments: str) -> None:
        key = source_key(kind, REPORT, arguments.get("aspect", arguments.get("word", "")))
        async with self.database.transaction() as tx:
            await tx.alerts.add(
                NewAlert(kind=kind, key=key, source_id=REPORT, article_id=article, arguments=arguments),
                now=self.clock.now(),
            )

    async def end(self, kind: AlertKind, ending: AlertKind, **arguments: str) -> None:
        async with self.database.transaction() as tx:
            await tx.alerts.settle(source_key(kind, REPORT, arguments.get("aspect", "")))
            await tx.alerts.add(NewAlert(kind=ending, source_id=REPORT, arguments=arguments), now=self.clock.now())

    async def ask(self, *words: str) -> None:
        for word in words:
            article = await self.article(word)
            await self.begin(AlertKind.UNKNOWN_RUBRIC, article=article, word=word)

    async def article(self, name: str) -> ArticleId:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{name}", source_id=REPORT, categories=(name,))
            article_id = await tx.articles.add(new, now=self.clock.now())
        assert article_id is not None
        return article_id

    async def due(self) -> list[list[AlertKind]]:
        round_ = await self.services.alerts.due(limit=20)
        return [[notice.alert.kind for notice in group] for group in round_.groups]

    async def tell(self) -> list[Notice]:
        """All that is due, told."""
        round_ = await self.services.alerts.due(limit=20)
        notices = [notice for group in round_.groups for notice in group]
        await self.services.alerts.told(notices)
        return notices


@pytest.fixture
async def desk(services: Services, newsroom: Database, clock: MovableClock, follow: Follow) -> Desk:
    """With olga, who has started the bot."""
    await follow(OLGA)
    return Desk(services, newsroom, clock)


async def one(answered: Awaitable[Notice]) -> tuple[str | None, str | None]:
    notice = await answered
    return notice.alert.decision, notice.alert.decided_by


async def test_alerts_of_one_kind_are_told_together_and_once(desk: Desk) -> None:
    await desk.begin(AlertKind.RESHAPED, aspect="body")
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.begin(AlertKind.RESHAPED, aspect="rubric")

    assert await desk.due() == [[AlertKind.RESHAPED] * 2, [AlertKind.FAILING]]
    assert len(await desk.tell()) == 3
    assert await desk.due() == []


async def test_a_trouble_that_ended_before_anybody_heard_of_it_is_not_told(desk: Desk) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.begin(AlertKind.RESHAPED, aspect="rubric")
    await desk.end(AlertKind.FAILING, AlertKind.RECOVERED)
    await desk.end(AlertKind.RESHAPED, AlertKind.SHAPE_RESTORED, aspect="body")

    assert await desk.due() == [[AlertKind.RESHAPED], [AlertKind.SHAPE_RESTORED]]


async def test_the_end_of_a_trouble_that_was_told_is_told(desk: Desk) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    await desk.tell()
    await desk.end(AlertKind.FAILING, AlertKind.RECOVERED)

    assert await desk.due() == [[AlertKind.RECOVERED]]


async def test_of_a_removed_source_nothing_is_told(desk: Desk) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    async with desk.database.transaction() as tx:
        await tx.sources.remove(REPORT)

    assert await desk.due() == []


async def test_while_nobody_is_there_alerts_wait(desk: Desk) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    async with desk.database.transaction() as tx:
        olga = await tx.destinations.by_chat(OLGA)
        assert olga is not None
        await tx.destinations.set_state(olga.id, DestinationState.PAUSED, now=desk.clock.now())
    stopped = await desk.due()
    async with desk.database.transaction() as tx:
        await tx.destinations.set_state(olga.id, DestinationState.ACTIVE, now=desk.clock.now())

    assert stopped == []
    assert await desk.due() == [[AlertKind.FAILING]]


async def test_who_connected_a_channel_is_told_though_much_waits_for_a_staff_that_is_not_there(
    desk: Desk,
) -> None:
    async with desk.database.transaction() as tx:
        olga = await tx.destinations.by_chat(OLGA)
        assert olga is not None
        await tx.destinations.set_state(olga.id, DestinationState.PAUSED, now=desk.clock.now())
        channel = await tx.destinations.add(
            chat_id=CHANNEL,
            kind=DestinationKind.CHANNEL,
            language=Language.AZ,
            now=desk.clock.now(),
            connected_by=CAMILLA,
        )
        await tx.destinations.set_state(channel.id, DestinationState.BARRED, now=desk.clock.now())
        for _ in range(20):
            await tx.alerts.add(NewAlert(kind=AlertKind.RECOVERED, source_id=REPORT), now=desk.clock.now())
        barred = NewAlert(kind=AlertKind.BARRED, arguments={"channel": channel.id, "lack": "right"})
        await tx.alerts.add(barred, now=desk.clock.now())

    (told,) = await desk.tell()

    assert told.reader == Recipient(chat_id=CAMILLA, language=Language.AZ)


async def test_staff_that_has_started_the_bot_is_told_in_its_language(desk: Desk, follow: Follow) -> None:
    await follow(EDGAR, language=Language.AZ)
    await follow(ALICE)
    for user_id in (EDGAR, OLGA, 999):
        await desk.services.staff.appoint(user_id, name="?", by=OLGA)
    await desk.begin(AlertKind.FAILING, trouble="timeout")

    told = await desk.services.alerts.due(limit=20)

    assert [(each.chat_id, each.language) for each in told.recipients] == [(OLGA, Language.RU), (EDGAR, Language.AZ)]


async def test_many_new_words_are_asked_about_together_within_the_hour(desk: Desk) -> None:
    for number in range(5):
        await desk.ask(f"word-{number}")
        await desk.tell()
    await desk.ask("later", "last")
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    meanwhile = await desk.due()
    await desk.tell()
    desk.clock.advance(3601)

    assert meanwhile == [[AlertKind.FAILING]]
    assert await desk.due() == [[AlertKind.UNKNOWN_RUBRIC] * 2]


async def test_an_answered_word_means_its_rubric_from_then_on(desk: Desk) -> None:
    await desk.ask("Погода")
    (asked,) = await desk.tell()
    answered = await desk.services.alerts.answer_word(asked.alert.id, Slug("region"), by="Edgar")

    assert (answered.alert.decision, answered.alert.decided_by) == ("region", "Edgar")
    async with desk.database.transaction() as tx:
        assert [rubric.aliases for rubric in await tx.rubrics.all()] == [(), ("Погода",)]


async def test_a_word_may_mean_no_rubric(desk: Desk) -> None:
    await desk.ask("Погода")
    (asked,) = await desk.tell()

    assert await one(desk.services.alerts.answer_word(asked.alert.id, None, by="Edgar")) == ("none", "Edgar")
    async with desk.database.transaction() as tx:
        assert [rubric.aliases for rubric in await tx.rubrics.all()] == [(), ()]


async def test_only_the_first_answer_counts(desk: Desk) -> None:
    await desk.ask("Погода")
    (asked,) = await desk.tell()
    answer = desk.services.alerts.answer_word

    answers = await asyncio.gather(
        *(answer(asked.alert.id, slug, by="Edgar") for slug in (Slug("region"), Slug("football"), None)),
        return_exceptions=True,
    )

    late = [each for each in answers if isinstance(each, AlreadyDecidedError)]
    assert [each.arguments for each in late] == [{"editor": "Edgar"}] * 2


async def test_a_rubric_that_is_no_longer_there_is_no_answer(desk: Desk) -> None:
    await desk.ask("Погода")
    (asked,) = await desk.tell()

    with pytest.raises(UnknownRubricError):
        await desk.services.alerts.answer_word(asked.alert.id, Slug("weather"), by="Edgar")

    assert (await desk.services.alerts.show(asked.alert.id)).alert.decision is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Release.NONE, [("0", True), ("1", True), ("2", True)]),
        (Release.LATEST, [("0", True), ("1", True), ("2", False)]),
        (Release.ALL, [("0", False), ("1", False), ("2", False)]),
    ],
)
async def test_held_articles_go_out_as_an_editor_says(
    desk: Desk, planner_wake: Signal, answer: Release, expected: list[tuple[str, bool]]
) -> None:
    await hold_some(desk.database, desk.clock, count=3)
    (asked,) = await desk.tell()
    assert asked.held is not None
    assert (asked.held.count, asked.held.latest - asked.held.earliest) == (3, timedelta(hours=2))

    released = await desk.services.alerts.release(asked.alert.id, answer, by="Edgar")

    assert (released.alert.decision, released.held) == (answer.value, None)
    assert await unplanned(desk.database) == expected
    assert not (await desk.services.sources.show(REPORT)).source.held
    async with asyncio.timeout(1):
        assert await planner_wake.wait()


async def test_held_articles_are_decided_once_and_asked_about_again_the_next_time(desk: Desk) -> None:
    await hold_some(desk.database, desk.clock, count=1)
    (asked,) = await desk.tell()
    await desk.services.alerts.release(asked.alert.id, Release.NONE, by="Edgar")
    with pytest.raises(AlreadyDecidedError):
        await desk.services.alerts.release(asked.alert.id, Release.ALL, by="Olga")
    async with desk.database.transaction() as tx:
        again = make_new_article("url:https://example.org/again", source_id=REPORT, held=True)
        await tx.articles.add(again, now=desk.clock.now())
        await tx.sources.record(REPORT, held=True)
    await desk.begin(AlertKind.HELD)

    assert await desk.due() == [[AlertKind.HELD]]
    health = await desk.services.sources.show(REPORT)
    assert (health.held, health.question) == (1, AlertId(asked.alert.id + 1))


async def test_what_was_decided_before_anybody_was_asked_is_not_asked(desk: Desk) -> None:
    await hold_some(desk.database, desk.clock, count=1)
    question = (await desk.services.sources.show(REPORT)).question
    assert question is not None
    await desk.services.alerts.release(question, Release.ALL, by="Olga")

    assert await desk.due() == []


async def test_when_another_source_brought_all_that_was_held_nothing_is_asked(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await tx.sources.record(REPORT, held=True)
    await desk.begin(AlertKind.HELD)

    assert await desk.due() == []
    health = await desk.services.sources.show(REPORT)
    assert (health.source.held, health.question) == (False, None)


async def test_an_article_that_is_gone_is_told_with_its_posts_and_may_be_left(desk: Desk, follow: Follow) -> None:
    article = await desk.article("gone")
    alice = await follow(ALICE)
    async with desk.database.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=article)
        await tx.posts.record(
            [
                Post(
                    destination_id=alice.id,
                    subject=subject,
                    chat_id=ALICE,
                    message_id=1,
                    revision=0,
                    sent_at=desk.clock.now(),
                )
            ]
        )
    await desk.begin(AlertKind.GONE, article=article)
    (told,) = await desk.tell()

    assert (told.posts, told.article and told.article.id) == (1, article)
    assert await one(desk.services.alerts.leave(told.alert.id, by="Edgar")) == ("left", "Edgar")


async def test_an_answer_to_another_question_is_an_outdated_button(desk: Desk) -> None:
    await desk.begin(AlertKind.FAILING, trouble="timeout")
    (told,) = await desk.tell()
    alerts = desk.services.alerts

    for number in (told.alert.id, AlertId(77)):
        with pytest.raises(StaleButtonError):
            await alerts.answer_word(number, None, by="Edgar")
        with pytest.raises(StaleButtonError):
            await alerts.release(number, Release.ALL, by="Edgar")
        with pytest.raises(StaleButtonError):
            await alerts.leave(number, by="Edgar")
    with pytest.raises(StaleButtonError):
        await alerts.show(AlertId(77))
