import asyncio

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId
from bot.domain.delivery import Priority, Subject, SubjectKind
from bot.domain.destination import DestinationId, DestinationKind
from bot.domain.errors import (
    ArticleNotFoundError,
    PushAlreadyDecidedError,
    StaleButtonError,
    UnknownChannelError,
    UnreadableLinkError,
)
from bot.domain.language import Language
from bot.domain.push import PushId, PushState
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.services import Services
from bot.services.pushes import Proposal
from bot.store.database import Database
from tests.cast import ALICE, BOB, CHANNEL, EDGAR
from tests.make import make_new_article
from tests.readers import Follow
from tests.services.conftest import PAGE

LINK = "https://example.org/football/known"


@pytest.fixture
async def known(newsroom: Database, clock: MovableClock) -> ArticleId:
    """A football article that a source brought."""
    async with newsroom.transaction() as tx:
        article_id = await tx.articles.add(make_new_article(f"url:{LINK}"), now=clock.now())
        assert article_id is not None
        await tx.articles.set_rubrics(article_id, [Slug("football")])
    return article_id


def chosen(proposal: Proposal) -> list[int]:
    return [offer.channel.chat_id for offer in proposal.channels if offer.is_chosen]


def reach(proposal: Proposal) -> tuple[int, int, int]:
    return proposal.reach.subscribers, proposal.reach.channels, proposal.reach.already


@pytest.mark.parametrize(
    "link",
    [LINK, "http://www.example.org/football/known/?utm_source=telegram", "example.org/football/known"],
    ids=["as it is", "another way to the same page", "without a scheme"],
)
async def test_an_article_is_found_whichever_way_it_is_linked(services: Services, known: ArticleId, link: str) -> None:
    proposal = await services.pushes.draft(link, editor_id=EDGAR)

    assert proposal.article.id == known
    assert [rubric.slug for rubric in proposal.rubrics] == ["football"]
    assert (proposal.push.state, proposal.push.editor_id) == (PushState.DRAFT, EDGAR)


@pytest.mark.usefixtures("known")
async def test_people_of_the_rubrics_and_its_channels_are_reached(services: Services, follow: Follow) -> None:
    await follow(ALICE, "football")
    await follow(BOB, "region")
    await follow(CHANNEL, "football", kind=DestinationKind.CHANNEL)
    await follow(CHANNEL - 1, "region", kind=DestinationKind.CHANNEL)

    proposal = await services.pushes.draft(LINK, editor_id=EDGAR)

    assert [offer.channel.chat_id for offer in proposal.channels] == [CHANNEL, CHANNEL - 1]
    assert chosen(proposal) == [CHANNEL]
    assert reach(proposal) == (1, 1, 0)


async def test_channels_of_another_edition_are_offered_but_not_chosen(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    async with newsroom.transaction() as tx:
        article = make_new_article(f"url:{LINK}", language=Language.EN)
        await tx.articles.add(article, now=clock.now())
    await follow(CHANNEL, "football", kind=DestinationKind.CHANNEL, language=Language.RU)

    proposal = await services.pushes.draft(LINK, editor_id=EDGAR)

    assert len(proposal.channels) == 1
    assert chosen(proposal) == []


@pytest.mark.usefixtures("known")
async def test_a_channel_that_is_a_ticker_only_is_offered_but_not_chosen(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow
) -> None:
    channel = await follow(CHANNEL, "football", kind=DestinationKind.CHANNEL)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_delivery(
            channel.id, articles_on=False, ticker=Every(minutes=15), ticker_next_at=clock.now()
        )

    proposal = await services.pushes.draft(LINK, editor_id=EDGAR)

    assert len(proposal.channels) == 1
    assert chosen(proposal) == []


@pytest.mark.usefixtures("known")
@pytest.mark.usefixtures("known")
async def test_a_channel_whose_posts_wait_for_approval_is_offered_but_not_chosen(
    services: Services, newsroom: Database, follow: Follow
) -> None:
    channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_needs_approval(channel.id, needs_approval=True)

    proposal = await services.pushes.draft(LINK, editor_id=EDGAR)

    assert [offer.channel.chat_id for offer in proposal.channels] == [CHANNEL]
    assert chosen(proposal) == []


async def test_who_has_the_article_is_counted_apart(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow, known: ArticleId
) -> None:
    alice = await follow(ALICE, "football")
    await follow(BOB, "football")
    async with newsroom.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=known)
        await tx.outbox.queue_posts(subject, to=[alice.id], priority=Priority.ARTICLE, now=clock.now())
        await tx.claims.take(now=clock.now(), limit=1)

    proposal = await services.pushes.draft(LINK, editor_id=EDGAR)

    assert reach(proposal) == (1, 0, 1)
    assert proposal.account.queued == 1


@pytest.mark.usefixtures("known")
async def test_an_editor_adds_and_removes_channels(services: Services, follow: Follow) -> None:
    channel = await follow(CHANNEL, "region", kind=DestinationKind.CHANNEL)
    draft = await services.pushes.draft(LINK, editor_id=EDGAR)

    for _ in range(2):
        added = await services.pushes.choose(draft.push.id, channel.id, is_wanted=True)
    removed = await services.pushes.choose(draft.push.id, channel.id, is_wanted=False)

    assert (chosen(added), reach(added)) == ([CHANNEL], (0, 1, 0))
    assert (chosen(removed), reach(removed)) == ([], (0, 0, 0))


@pytest.mark.usefixtures("known")
async def test_a_person_cannot_be_chosen_as_a_channel(services: Services, follow: Follow) -> None:
    alice = await follow(ALICE, "football")
    draft = await services.pushes.draft(LINK, editor_id=EDGAR)

    with pytest.raises(UnknownChannelError):
        await services.pushes.choose(draft.push.id, alice.id, is_wanted=True)


@pytest.mark.usefixtures("known")
async def test_a_push_is_ordered_once_however_often_it_is_tapped(
    services: Services, newsroom: Database, planner_wake: Signal
) -> None:
    draft = await services.pushes.draft(LINK, editor_id=EDGAR)

    taps = await asyncio.gather(*(services.pushes.order(draft.push.id) for _ in range(3)), return_exceptions=True)

    assert sum(isinstance(tap, Proposal) for tap in taps) == 1
    assert sum(isinstance(tap, PushAlreadyDecidedError) for tap in taps) == 2
    async with newsroom.transaction() as tx:
        assert [push.id for push in await tx.pushes.ordered()] == [draft.push.id]
    async with asyncio.timeout(1):
        assert await planner_wake.wait()


@pytest.mark.usefixtures("known")
async def test_a_cancelled_push_is_never_ordered(services: Services, newsroom: Database, follow: Follow) -> None:
    channel = await follow(CHANNEL, "region", kind=DestinationKind.CHANNEL)
    draft = await services.pushes.draft(LINK, editor_id=EDGAR)
    cancelled = await services.pushes.cancel(draft.push.id)

    assert cancelled.push.state is PushState.CANCELLED
    with pytest.raises(PushAlreadyDecidedError):
        await services.pushes.order(draft.push.id)
    with pytest.raises(PushAlreadyDecidedError):
        await services.pushes.choose(draft.push.id, channel.id, is_wanted=True)
    async with newsroom.transaction() as tx:
        assert await tx.pushes.ordered() == []


async def test_a_push_that_never_was_cannot_be_tapped(services: Services) -> None:
    for tap in (services.pushes.show, services.pushes.order, services.pushes.cancel):
        with pytest.raises(StaleButtonError):
            await tap(PushId(77))
    with pytest.raises(StaleButtonError):
        await services.pushes.choose(PushId(77), DestinationId(1), is_wanted=True)


async def test_a_page_that_no_source_brought_yet_is_read_and_sent_to_nobody(
    services: Services, newsroom: Database, follow: Follow
) -> None:
    await follow(ALICE, "football")

    proposal = await services.pushes.draft(PAGE, editor_id=EDGAR)

    assert (proposal.article.title, proposal.article.url) == ("Свежая страница", PAGE)
    assert proposal.article.announced
    assert [rubric.slug for rubric in proposal.rubrics] == ["football"]
    assert reach(proposal) == (1, 0, 0)
    async with newsroom.transaction() as tx:
        assert await tx.outbox.count_states() == {}


async def test_a_page_is_read_once(services: Services) -> None:
    first = await services.pushes.draft(PAGE, editor_id=EDGAR)
    second = await services.pushes.draft(PAGE, editor_id=EDGAR)

    assert first.article.id == second.article.id


async def test_a_page_known_under_its_own_address_is_not_stored_again(
    services: Services, newsroom: Database, clock: MovableClock
) -> None:
    async with newsroom.transaction() as tx:
        known = await tx.articles.add(make_new_article(f"url:{PAGE}"), now=clock.now())
    other = await services.pushes.draft(PAGE + "?from=telegram", editor_id=EDGAR)

    assert other.article.id == known


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://elsewhere.org/story", ArticleNotFoundError),
        ("https://example.org/missing", UnreadableLinkError),
        ("не ссылка", ArticleNotFoundError),
        ("https://example.org/", ArticleNotFoundError),
        ("https://[broken", ArticleNotFoundError),
    ],
    ids=["a site that is none of our sources", "a page that cannot be read", "no link", "a front page", "no address"],
)
async def test_a_link_that_leads_nowhere_is_refused(services: Services, link: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await services.pushes.draft(link, editor_id=EDGAR)


async def test_a_recalled_article_is_not_pushed(services: Services, newsroom: Database, known: ArticleId) -> None:
    async with newsroom.transaction() as tx:
        await tx.articles.recall(known)

    with pytest.raises(ArticleNotFoundError):
        await services.pushes.draft(LINK, editor_id=EDGAR)
