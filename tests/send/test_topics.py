"""Posts and the topics of a forum: where they go, and what becomes of those whose topic takes none."""

import pytest

from bot.clock import MovableClock
from bot.domain.alert import AlertKind
from bot.domain.appearance import Appearance, Layout
from bot.domain.delivery import Action, Priority
from bot.domain.destination import Destination, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.domain.topic import GENERAL, OTHERS, TICKER, Forum, Shutting, Topic, TopicId
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from tests.send.conftest import Desk
from tests.send.test_several import body, is_told_to_wait, looks


@pytest.fixture
async def forum(newsroom: Database, camilla: Person, clock: MovableClock) -> Channel:
    """Camilla's, in Russian, which carries football; the bot may not manage its topics."""
    await camilla.sends("/start")
    created = await camilla.creates_forum("Болельщики")
    await camilla.promotes_bot(created)
    async with newsroom.transaction() as tx:
        added = await tx.destinations.add(
            chat_id=created.id,
            kind=DestinationKind.CHANNEL,
            language=Language.RU,
            now=clock.now(),
            title="Болельщики",
            connected_by=camilla.id,
            is_group=True,
        )
        await tx.destinations.subscribe(added.id, rubrics=[Slug("football"), Slug("region")], modes=list(Mode))
        await tx.destinations.set_delivery(added.id, articles_on=True, ticker=Every(minutes=15), ticker_next_at=None)
        await tx.topics.turn(added.id, is_on=True)
    return created


class Chosen:
    """What is chosen of the forum, and how it stands."""

    def __init__(self, desk: Desk, forum: Channel) -> None:
        self._desk = desk
        self._forum = forum

    async def __call__(self, **chosen: int) -> None:
        names = {"others": OTHERS, "ticker": TICKER}
        channel = await self.destination()
        async with self._desk.database.transaction() as tx:
            found = {names.get(what, what): TopicId(topic) for what, topic in chosen.items()}
            await tx.topics.put(channel.id, Forum(chosen=found))
            for topic in found.values():
                await tx.topics.note(
                    channel.id, Topic(id=topic, name=f"Тема {topic}"), now=self._desk.clock.now(), keep=()
                )

    async def destination(self) -> Destination:
        async with self._desk.database.transaction() as tx:
            channel = await tx.destinations.by_chat(self._forum.id)
        assert channel is not None
        return channel

    async def aside(self) -> dict[TopicId, Shutting] | None:
        forum = (await self.destination()).forum
        return dict(forum.aside) if forum is not None else None


@pytest.fixture
def chosen(desk: Desk, forum: Channel) -> Chosen:
    return Chosen(desk, forum)


async def topics_of(forum: Channel) -> list[int | None]:
    return [post.topic for post in await forum.posts()]


async def test_an_article_goes_once_to_the_topic_of_its_rubric_and_others_to_general(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    first = await desk.publish("До выбора")
    await desk.settles(first, {"sent": 1})
    await chosen(football=topic)
    second = await desk.publish("После выбора")
    await desk.settles(second, {"sent": 1})

    assert await topics_of(forum) == [None, topic]


async def test_an_article_of_several_rubrics_goes_to_the_topic_of_the_first_that_has_one(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    football, region = await camilla.creates_topic(forum, "Футбол"), await camilla.creates_topic(forum, "Регион")
    await chosen(region=region)
    await publish(desk, "Один", "football", "region")
    await chosen(region=region, football=football)
    await publish(desk, "Два", "football", "region")
    await publish(desk, "Три", "region", "football")

    assert await topics_of(forum) == [region, football, region]


async def publish(desk: Desk, title: str, *rubrics: str) -> None:
    await desk.settles(await desk.publish(title, rubrics=rubrics), {"sent": 1})


async def test_what_has_no_topic_of_its_own_goes_where_all_others_go_and_the_ticker_to_its_own(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    others, ticker = await camilla.creates_topic(forum, "Новости"), await camilla.creates_topic(forum, "Тикер")
    await chosen(others=others, ticker=ticker)
    subject = await desk.publish("Заголовок")
    await desk.settles(subject, {"sent": 1})
    await desk.comes_to(await desk.open_ticker(forum.id), {"sent": 1})

    assert await topics_of(forum) == [others, ticker]


async def test_corrections_and_recalls_reach_the_post_in_its_topic(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    subject = await desk.publish("Счёт 1:0")
    await desk.settles(subject, {"sent": 1})
    await desk.correct(subject, title="Счёт 2:0")
    corrected = await forum.sees("Счёт 2:0")
    await desk.recall(subject)
    await forum.sees_no_longer("Счёт")

    assert (corrected.topic, corrected.edit_date is not None) == (topic, True)


async def test_a_post_that_cannot_be_edited_is_corrected_by_a_reply_in_its_topic(
    desk: Desk, telegram: SandboxClient, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    subject = await desk.publish("Счёт 1:0")
    await desk.settles(subject, {"sent": 1})
    await telegram.faults(
        "error", method="editMessageText", error_code=400, description="Bad Request: message can't be edited"
    )
    await desk.correct(subject, title="Счёт 2:0")

    reply = await forum.sees("Счёт 2:0")
    assert (reply.topic, reply.reply_to is not None) == (topic, True)


@pytest.mark.parametrize("why", [Shutting.CLOSED, Shutting.GONE])
async def test_a_topic_that_takes_no_posts_is_set_aside_told_of_once_and_its_posts_go_where_all_others_go(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen, why: Shutting
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await (camilla.closes_topic if why is Shutting.CLOSED else camilla.deletes_topic)(forum, topic)

    for title in ("Первая", "Вторая"):
        subject = await desk.publish(title)
        await desk.settles(subject, {"sent": 1})

    assert [(post.text.split("\n")[0], post.topic) for post in await forum.posts()] == [
        ("Первая", None),
        ("Вторая", None),
    ]
    assert await chosen.aside() == {topic: why}
    (alert,) = await desk.alerts()
    assert alert.kind is AlertKind.TOPIC
    assert (alert.arguments["topic"], alert.arguments["name"]) == (topic, f"Тема {topic}")
    assert await desk.state_of(forum.id) is DestinationState.ACTIVE
    calls = await camilla.telegram.calls("sendMessage")
    assert sum("TOPIC_CLOSED" in call.outcome or "thread not found" in call.outcome for call in calls) == 1


async def test_closed_topics_fall_back_one_after_the_other(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    own, others = await camilla.creates_topic(forum, "Футбол"), await camilla.creates_topic(forum, "Новости")
    await chosen(football=own, others=others)
    await camilla.closes_topic(forum, own)
    await camilla.closes_topic(forum, others)
    subject = await desk.publish("Заголовок")
    await desk.settles(subject, {"sent": 1})

    assert await topics_of(forum) == [None]
    assert await chosen.aside() == {own: Shutting.CLOSED, others: Shutting.CLOSED}


async def test_where_general_is_closed_too_the_post_is_dropped_and_posts_of_open_topics_go_on(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Регион")
    await chosen(region=topic)
    await camilla.closes_topic(forum)
    lost = await desk.publish("В General")
    await desk.settles(lost, {"dropped": 1})
    await publish(desk, "В тему", "region")

    assert await topics_of(forum) == [topic]
    assert await chosen.aside() == {GENERAL: Shutting.CLOSED}
    assert await desk.state_of(forum.id) is DestinationState.ACTIVE


async def test_where_topics_were_switched_off_posts_go_to_the_group_and_nobody_is_told_of_a_deleted_topic(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await camilla.turns_topics(forum, is_on=False)
    subject = await desk.publish("Заголовок")
    await desk.settles(subject, {"sent": 1})

    assert await topics_of(forum) == [None]
    assert (await chosen.aside(), await desk.alerts()) == (None, [])
    channel = await chosen.destination()
    async with desk.database.transaction() as tx:
        await tx.topics.turn(channel.id, is_on=True)
    again = await chosen.destination()
    assert again.forum is not None
    assert again.forum.chosen == {"football": topic}


async def test_a_group_that_is_not_known_to_be_a_forum_is_found_to_be_one(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    channel = await chosen.destination()
    async with desk.database.transaction() as tx:
        await tx.topics.turn(channel.id, is_on=False)
    await camilla.closes_topic(forum)
    subject = await desk.publish("Заголовок")
    await desk.settles(subject, {"dropped": 1})

    assert await chosen.aside() == {GENERAL: Shutting.CLOSED}
    assert [alert.kind for alert in await desk.alerts()] == [AlertKind.TOPIC]


async def test_a_rich_message_goes_to_its_topic_and_falls_back_from_a_closed_one(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    channel = await chosen.destination()
    async with desk.database.transaction() as tx:
        await tx.destinations.set_appearance(channel.id, Appearance(layout=Layout.FULL, is_rich=True))
    await desk.settles(await desk.publish("Первая", body="Текст."), {"sent": 1})
    await camilla.closes_topic(forum, topic)
    await desk.settles(await desk.publish("Вторая", body="Текст."), {"sent": 1})

    assert [(post.is_rich, post.topic) for post in await forum.posts()] == [(True, topic), (True, None)]
    assert await chosen.aside() == {topic: Shutting.CLOSED}


async def test_a_picture_is_shown_and_uploaded_in_its_topic(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen, telegram: SandboxClient, sandbox: Sandbox
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    fetched, uploaded = f"{sandbox.news_url}photo/a_850.png", f"{sandbox.news_url}photo/b_850.png"
    await telegram.refuses_picture(uploaded, "wrong type of the web page content")
    for picture in (fetched, uploaded):
        await desk.settles(await desk.publish(picture[-9:], image=picture), {"sent": 1})

    assert [(post.topic, post.photo is not None) for post in await forum.posts()] == [(topic, True)] * 2
    assert len(sandbox.telegram.sending.uploads) == 1


async def test_an_order_of_deliveries_is_kept_while_a_topic_falls_back(
    desk: Desk, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await camilla.closes_topic(forum, topic)
    subjects = [await desk.publish(f"№{number}", priority=Priority.ARTICLE) for number in range(4)]
    for subject in subjects:
        await desk.settles(subject, {"sent": 1})

    assert [post.text.split("\n")[0] for post in await forum.posts()] == ["№0", "№1", "№2", "№3"]
    assert await desk.states(subjects[0], Action.POST) == {"sent": 1}


async def test_all_messages_of_a_post_stand_in_the_topic_of_its_rubric(
    desk: Desk, sandbox: Sandbox, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await looks(desk, forum, Appearance(layout=Layout.FULL))
    pictures = [f"{sandbox.news_url}photo/{name}_850.png" for name in "ab"]
    await desk.settles(await desk.publish("Длинная", body=body(16)), {"sent": 1})
    await desk.settles(await desk.publish("Галерея", image=pictures[0], gallery=(pictures[1],)), {"sent": 1})

    messages = await forum.posts()
    assert [message.topic for message in messages] == [topic] * 5
    assert [message.album is not None for message in messages] == [False] * 3 + [True] * 2


async def test_an_album_and_the_text_below_it_stand_in_one_topic(
    desk: Desk, sandbox: Sandbox, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await looks(desk, forum, Appearance(layout=Layout.FULL))
    pictures = [f"{sandbox.news_url}photo/{name}_850.png" for name in "abc"]

    subject = await desk.publish("Галерея", image=pictures[0], gallery=tuple(pictures[1:]), body=body(10))
    await desk.settles(subject, {"sent": 1})

    messages = [message for message in await forum.messages() if message.photo is not None or "Абзац" in message.text]
    assert [message.photo for message in messages] == [*pictures, None, None]
    assert {message.topic for message in messages} == {topic}


async def test_an_album_falls_back_whole_from_a_closed_topic(
    desk: Desk, sandbox: Sandbox, camilla: Person, forum: Channel, chosen: Chosen
) -> None:
    topic = await camilla.creates_topic(forum, "Футбол")
    await chosen(football=topic)
    await camilla.closes_topic(forum, topic)
    pictures = tuple(f"{sandbox.news_url}photo/{name}_850.png" for name in "abc")

    subject = await desk.publish("Галерея", image=pictures[0], gallery=pictures[1:])
    await desk.settles(subject, {"sent": 1})

    shown = [message for message in await forum.messages() if message.photo is not None]
    assert [(message.photo, message.topic) for message in shown] == [(picture, None) for picture in pictures]
    assert await chosen.aside() == {TopicId(topic): Shutting.CLOSED}


@pytest.mark.parametrize("is_closed", [pytest.param(False, id="chosen anew"), pytest.param(True, id="closed")])
async def test_a_post_that_was_begun_ends_in_its_topic_unless_that_was_closed(
    desk: Desk, telegram: SandboxClient, camilla: Person, forum: Channel, chosen: Chosen, *, is_closed: bool
) -> None:
    topic, other = await camilla.creates_topic(forum, "Футбол"), await camilla.creates_topic(forum, "Спорт")
    await chosen(football=topic)
    await looks(desk, forum, Appearance(layout=Layout.FULL))
    await telegram.faults("429", method="sendMessage", chat_id=forum.id, skip=1, retry_after=30)
    subject = await desk.publish("Длинная", body=body(16))
    await is_told_to_wait(desk, telegram, subject)

    if is_closed:
        await camilla.closes_topic(forum, topic)
    else:
        await chosen(football=other)
    desk.clock.advance(31)
    await desk.settles(subject, {"sent": 1})

    assert [message.topic for message in await forum.posts()] == [topic, *[None if is_closed else topic] * 2]
