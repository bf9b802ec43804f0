from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.domain.alert import AlertKind, NewAlert, Release
from bot.domain.article import Entry
from bot.domain.cause import Cause
from bot.domain.delivery import Action, DeliveryState
from bot.domain.destination import DestinationKind, DestinationState
from bot.domain.errors import ArticleNotFoundError, NoLinkError, UnknownChannelError
from bot.domain.health import SourceState
from bot.domain.language import Language
from bot.domain.rubric import Place, Slug
from bot.send.outcome import Gone, Later, Refused, Unclear
from bot.services import Services
from bot.services.account import account_of
from bot.services.arrival import Acceptance
from bot.services.why import Absence, Explanation, Missing
from bot.store.database import Database
from tests.cast import ALICE, BAKU, BOB, CAMILLA, CHANNEL, EDGAR
from tests.delivering import REPORT, Desk
from tests.make import make_administrator, make_new_article, make_place
from tests.readers import Follow


@pytest.fixture
async def desk(newsroom: Database, clock: MovableClock) -> Desk:
    desk = Desk(newsroom, clock)
    await desk.import_source()
    return desk


async def ask(services: Services, name: str = "a") -> Explanation:
    asked = await services.why.ask(f"https://example.org/{name}")
    assert isinstance(asked, Explanation)
    return asked


async def ask_missing(services: Services, url: str) -> Missing:
    asked = await services.why.ask(url)
    assert isinstance(asked, Missing)
    return asked


def counts(explained: Explanation) -> dict[tuple[str, str], int]:
    posts = explained.account.posts
    return {(kind, state): count for kind, states in posts.items() for state, count in states.items()}


async def test_an_article_that_went_out_is_told_from_its_source_to_its_readers(
    services: Services, desk: Desk, follow: Follow
) -> None:
    await follow(ALICE)
    await follow(BOB)
    channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    await desk.publish(categories=("Football", "Погода"))
    desk.clock.advance(2)
    await desk.deliver()

    asked = await ask(services, "a?utm_source=x")
    came = asked.arrival
    assert came.seen.source is not None
    assert came.seen.source.id == REPORT
    assert (came.acceptance, came.is_planned, came.went_out) == (Acceptance.NEW, True, True)
    assert came.routing.slugs == ("football",)
    assert [(match.place, match.word) for match, _ in came.routing.matches] == [(Place.CATEGORY, "Football")]
    assert came.routing.unknown == ("Погода",)
    assert counts(asked) == {("channel", "sent"): 1, ("subscriber", "sent"): 2}
    times = asked.account.times
    assert times is not None
    assert (times.planned_at, times.first_sent_at) == (asked.article.seen_at, desk.clock.now())
    assert asked.channels == ((channel, True),)
    assert (asked.account.reasons, asked.readers) == ((), None)


async def test_an_article_is_asked_about_under_every_address_and_source_that_has_it(
    services: Services, desk: Desk
) -> None:
    article_id = await desk.publish()
    async with desk.database.transaction() as tx:
        await tx.articles.add_keys(article_id, ["url:https://mirror.example/a", "guid:1:tag:a", "guid:77:b"])

    asked = await services.why.ask("http://www.mirror.example/a")
    assert isinstance(asked, Explanation)
    assert asked.article.id == article_id
    assert asked.arrival.seen.addresses == ("https://mirror.example/a",)
    # Neither the source itself, nor one that was removed for good.
    assert asked.arrival.seen.others == ()


@pytest.mark.parametrize(
    ("given", "acceptance"),
    [
        pytest.param({}, Acceptance.NEW, id="news"),
        pytest.param({"held": True}, Acceptance.HELD, id="held"),
        pytest.param({"is_headline": True}, Acceptance.HEADLINE, id="a line without its article"),
        pytest.param({"source_id": None}, Acceptance.LINK, id="an editor's link"),
    ],
)
async def test_what_became_of_an_entry_is_told(
    services: Services, desk: Desk, given: dict[str, Any], acceptance: Acceptance
) -> None:
    await desk.publish(**given)

    assert (await ask(services)).arrival.acceptance is acceptance


@pytest.mark.parametrize("given", [{}, {"is_headline": True}], ids=["an article", "a line"])
async def test_what_a_first_import_took_as_read_is_told_so(
    services: Services, newsroom: Database, clock: MovableClock, given: dict[str, Any]
) -> None:
    desk = Desk(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.sources.record(REPORT, baseline_at=clock.now())
    await desk.publish(baseline=True, **given)

    came = (await ask(services)).arrival
    assert (came.acceptance, came.went_out) == (Acceptance.FIRST_IMPORT, False)


async def test_what_a_first_import_took_as_read_stays_so_after_a_push(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    desk = Desk(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.sources.record(REPORT, baseline_at=clock.now())
    await follow(ALICE)
    await desk.publish(baseline=True)
    proposal = await services.pushes.draft("https://example.org/a", editor_id=EDGAR)
    await services.pushes.order(proposal.push.id)
    await desk.plan()

    asked = await ask(services)
    assert asked.arrival.acceptance is Acceptance.FIRST_IMPORT
    assert asked.arrival.pushed_at == clock.now()
    assert counts(asked) == {("subscriber", "queued"): 1}


async def test_who_decided_against_a_held_article_is_told(services: Services, desk: Desk, follow: Follow) -> None:
    await follow(EDGAR)
    async with desk.database.transaction() as tx:
        alert = NewAlert(kind=AlertKind.HELD, key=f"held:{REPORT}", source_id=REPORT)
        await tx.alerts.add(alert, now=desk.clock.now())
        await tx.sources.record(REPORT, held=True)
    await desk.publish("older", held=True, published_at=desk.clock.now() - timedelta(hours=2))
    await desk.publish("newer", held=True)
    async with desk.database.transaction() as tx:
        question = await tx.alerts.lasting(f"held:{REPORT}")
    assert question is not None
    await services.alerts.release(question.id, Release.LATEST, by="Эдгар")
    await desk.plan()

    older, newer = (await ask(services, "older")).arrival, (await ask(services, "newer")).arrival
    assert (older.acceptance, older.decided_by) == (Acceptance.PASSED_OVER, "Эдгар")
    assert (newer.acceptance, newer.decided_by) == (Acceptance.NEW, None)


async def test_the_archive_of_a_cms_counts_as_read(services: Services, desk: Desk) -> None:
    for name, days in (("old", 3), ("new", 0)):
        published_at = desk.clock.now() - timedelta(days=days)
        url = f"https://example.org/{name}"
        await services.publishing.publish(Entry(guid=name, url=url, title=name, published_at=published_at))
    await desk.plan()

    assert (await ask(services, "old")).arrival.acceptance is Acceptance.READ
    assert (await ask(services, "new")).arrival.acceptance is Acceptance.NEW


async def test_reasons_are_counted_as_causes_or_in_telegrams_words(
    services: Services, desk: Desk, follow: Follow
) -> None:
    people = {chat_id: await follow(chat_id) for chat_id in (ALICE, BOB, CAMILLA, EDGAR)}
    await desk.publish()
    blocked = "Forbidden: bot was blocked by the user"
    told = Later(wait=timedelta(minutes=1), reason=Cause.TOLD_TO_WAIT)
    await desk.deliver({ALICE: told, BOB: told, CAMILLA: Gone(reason=blocked)})
    await desk.set_state(people[BOB], DestinationState.PAUSED)
    desk.clock.advance(60)
    await desk.deliver({ALICE: told})

    asked = await ask(services)
    assert counts(asked) == {
        ("subscriber", "queued"): 1,
        ("subscriber", "dropped"): 2,
        ("subscriber", "sent"): 1,
    }
    assert set(asked.account.reasons) == {
        ("queued", "told-to-wait", 1),
        ("dropped", "paused", 1),
        ("dropped", blocked, 1),
    }
    assert asked.account.times is not None
    assert asked.account.times.waits_until == desk.clock.now() + timedelta(minutes=1)


async def test_a_message_without_an_answer_is_uncertain_after_its_second_time(
    services: Services, desk: Desk, follow: Follow
) -> None:
    await follow(ALICE)
    await desk.publish()
    for _ in range(2):
        await desk.deliver({ALICE: Unclear(reason=Cause.NO_ANSWER)})
        desk.clock.advance(60)

    asked = await ask(services)
    assert counts(asked) == {("subscriber", "uncertain"): 1}
    assert asked.account.reasons == (("uncertain", "no-answer", 1),)


async def test_a_recalled_article_tells_its_deletions(services: Services, desk: Desk, follow: Follow) -> None:
    await follow(ALICE)
    channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    article_id = await desk.publish()
    await desk.deliver()
    await desk.recall(article_id)
    await desk.deliver()

    asked = await ask(services)
    assert asked.article.recalled
    assert asked.account.changes == {Action.EDIT: {}, Action.DELETE: {DeliveryState.SENT: 2}}
    assert asked.channels == ((channel, False),)


async def test_an_article_for_nobody_tells_who_would_get_it_today(
    services: Services, desk: Desk, follow: Follow
) -> None:
    await desk.publish()
    assert (await ask(services)).readers == 0

    await follow(ALICE)
    await follow(BOB, "region")
    assert (await ask(services)).readers == 1


async def test_words_that_mean_something_else_today_are_told(services: Services, desk: Desk) -> None:
    await desk.publish(categories=("Погода",))
    async with desk.database.transaction() as tx:
        await tx.rubrics.learn(Slug("region"), "Погода")

    routing = (await ask(services)).arrival.routing
    assert (routing.slugs, routing.has_changed) == ((), True)
    assert [match.slug for match, _ in routing.matches] == ["region"]


async def test_a_correction_is_told_with_its_time(services: Services, desk: Desk) -> None:
    article_id = await desk.publish()
    desk.clock.advance(60)
    async with desk.database.transaction() as tx:
        new = make_new_article("url:https://example.org/a", title="b", source_id=REPORT)
        await tx.articles.correct(article_id, new, now=desk.clock.now())

    asked = await ask(services)
    assert [revision.replaced_at for revision in asked.revisions] == [desk.clock.now()]
    assert not asked.arrival.is_planned


async def test_an_article_nobody_saw_names_the_source_that_would_have_it(services: Services, desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await tx.sources.record(REPORT, last_success_at=desk.clock.now())
    missing = await ask_missing(services, "example.org/new?utm_source=x")

    assert (missing.url, missing.absence, missing.state) == ("https://example.org/new", Absence.UNSEEN, SourceState.OK)
    assert missing.source is not None
    assert missing.source.id == REPORT
    assert (await ask_missing(services, "https://elsewhere.example/a")).source is None


async def test_an_article_that_is_no_longer_kept_is_told_from_one_that_never_was(
    services: Services, desk: Desk
) -> None:
    await desk.publish()
    async with desk.database.transaction() as tx:
        await tx.articles.take_as_read(["url:https://example.org/bare"])
        while await tx.retention.prune(desk.clock.now() + timedelta(days=1), zone=BAKU, limit=10):
            pass

    assert (await ask_missing(services, "https://example.org/a")).absence is Absence.LET_GO
    assert (await ask_missing(services, "https://example.org/bare")).absence is Absence.TAKEN_AS_READ


@pytest.mark.parametrize("link", ["привет", "https://example.org/", "ftp://example.org/a", "//", "https://[1/a"])
async def test_what_is_no_link_to_an_article_is_refused(services: Services, link: str) -> None:
    with pytest.raises(NoLinkError):
        await services.why.ask(link)


async def test_a_channel_is_found_by_its_id_and_by_a_title_of_its_own(services: Services, newsroom: Database) -> None:
    del newsroom
    for number, title in enumerate(("Главное", "Главное за день", "Спорт")):
        place = make_place(CHANNEL - number, title)
        await services.connections.connected(place, by=make_administrator(), language=Language.RU)
    main = await services.why.find_channel(chat_id=CHANNEL)

    assert await services.why.find_channel(title="главное") == main
    assert await services.why.find_channel(title="за  ДЕНЬ") != main
    for vague in ({"title": "глав"}, {"title": "погода"}, {"title": " "}, {"chat_id": ALICE}):
        with pytest.raises(UnknownChannelError):
            await services.why.find_channel(**vague)


async def test_ids_of_a_forged_button_are_refused(services: Services, desk: Desk, follow: Follow) -> None:
    person = await follow(ALICE)
    article_id = await desk.publish()

    with pytest.raises(UnknownChannelError):
        await services.why.ask_channel(article_id, person.id)
    with pytest.raises(ArticleNotFoundError):
        await services.why.show(type(article_id)(article_id + 1))


async def test_parts_of_an_account_add_up_to_the_whole(services: Services, desk: Desk, follow: Follow) -> None:
    people = [await follow(chat_id) for chat_id in (ALICE, BOB, CAMILLA)]
    channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    article_id = await desk.publish()
    refused = Refused(reason="Bad Request: BUTTON_DATA_INVALID")
    await desk.deliver({ALICE: refused, BOB: refused})
    desk.clock.advance(60)
    await desk.recall(article_id)
    await desk.deliver()

    parted = await account_of(desk.database, article_id, [channel.id], part=2)
    assert parted == (await services.why.show(article_id)).account
    assert parted.posts == {
        DestinationKind.SUBSCRIBER: {DeliveryState.FAILED: 2, DeliveryState.SENT: 1},
        DestinationKind.CHANNEL: {DeliveryState.SENT: 1},
    }
    assert parted.changes[Action.DELETE] == {DeliveryState.SENT: len(people) - 1}
    assert parted.reasons == ((DeliveryState.FAILED, refused.reason, 2),)
