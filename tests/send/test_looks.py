"""Posts in the looks that channels have: rendered once a look, sent and corrected in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bot.clock import MovableClock
from bot.domain.appearance import USUAL, Appearance, Layout, LinkedWords, PreviewSize
from bot.domain.delivery import Priority, Subject, SubjectKind
from bot.domain.destination import DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.i18n import I18n
from bot.render.message import Message
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.send.editions import Editions
from bot.send.form import Prepared, form_of
from bot.send.pictures import Pictures
from bot.store.database import Database
from tests.cast import BAKU
from tests.make import make_new_article
from tests.send.conftest import READERS, Desk

CHANNELS = 1000
LOOKS = (
    USUAL,
    Appearance(layout=Layout.HEADLINE, size=PreviewSize.NONE),
    Appearance(layout=Layout.OWN, template="<b>{title}</b>"),
)
DRESSED = Appearance(
    layout=Layout.OWN,
    template="<i>{title}</i> {hashtags}",
    has_share=True,
    has_subscribe=True,
    button=LinkedWords(text="Наш сайт", url="https://example.org/"),
    signature=LinkedWords(text="Репортаж"),
    is_silent=True,
)


@dataclass
class Press:
    """Counts what it is given to print."""

    texts: list[str] = field(default_factory=list)

    def prepare(self, message: Message, origin: Mapping[str, object]) -> Prepared:
        self.texts.append(message.text)
        return Prepared(form_of(message, is_paid=False), None, origin)


async def test_a_thousand_channels_of_three_looks_cost_three_renderings(
    newsroom: Database, clock: MovableClock
) -> None:
    async with newsroom.transaction() as tx:
        for number in range(CHANNELS):
            added = await tx.destinations.add(
                chat_id=-100_000 - number, kind=DestinationKind.CHANNEL, language=Language.RU, now=clock.now()
            )
            await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
            await tx.destinations.set_appearance(added.id, LOOKS[number % 3])
        article_id = await tx.articles.add(make_new_article(title="Матч"), now=clock.now())
        assert article_id is not None
        await tx.articles.set_rubrics(article_id, [Slug("football")])
        await tx.articles.mark_planned(article_id, revision=0)
        subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
        await tx.outbox.fan_out(subject, audience=READERS, priority=Priority.ARTICLE, now=clock.now())
    press = Press()
    editions = Editions(I18n(Language.RU, BAKU), press.prepare, Pictures())
    async with newsroom.transaction() as tx:
        claimed = await tx.claims.take(now=clock.now(), limit=CHANNELS)
        await editions.refresh(tx, [subject])
    shown = [
        editions.message(subject, each.destination.language, each.destination.appearance, "rubrika_bot")
        for each in claimed
    ]

    assert len(shown) == CHANNELS
    assert len(press.texts) == len(set(press.texts)) == len(LOOKS)


async def put_on(newsroom: Database, channel: Channel, look: Appearance) -> None:
    async with newsroom.transaction() as tx:
        found = await tx.destinations.by_chat(channel.id)
        assert found is not None
        await tx.destinations.set_appearance(found.id, look)


@pytest.fixture
async def dressed(newsroom: Database, channel: Channel) -> Channel:
    await put_on(newsroom, channel, DRESSED)
    return channel


async def test_a_channel_and_a_reader_get_the_same_article_in_their_looks(
    desk: Desk, alice: Person, dressed: Channel, newsroom: Database, clock: MovableClock
) -> None:
    await alice.sends("/start")
    async with newsroom.transaction() as tx:
        reader = await tx.destinations.add(
            chat_id=alice.id, kind=DestinationKind.SUBSCRIBER, language=Language.RU, now=clock.now()
        )
        await tx.destinations.subscribe(reader.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
    await desk.publish("Матч", lead="Счёт 2:1.")

    post = await dressed.sees("Матч")
    usual = await alice.sees("Матч")

    assert post.html == '<i>Матч</i> <span class="hashtag">#Football</span>\n\nРепортаж'
    assert post.is_silent
    assert post.button_texts == ["Читать полностью", "Поделиться", "⚽ Football: подписаться", "Наш сайт"]
    subscribe = post.button("подписаться")
    assert subscribe is not None
    assert subscribe.url == "https://t.me/rubrika_demo_bot?start=r-football"
    assert (usual.text, usual.is_silent) == ("Матч\n\nСчёт 2:1.\n\n⚽ Football", False)


async def test_a_correction_keeps_the_look_and_the_buttons(desk: Desk, dressed: Channel) -> None:
    subject = await desk.publish("Матч")
    post = await dressed.sees("Матч")
    await desk.settles(subject, {"sent": 1})
    await desk.correct(subject, title="Ничья")

    corrected = await dressed.sees("Ничья")

    assert corrected.message_id == post.message_id
    assert corrected.html == '<i>Ничья</i> <span class="hashtag">#Football</span>\n\nРепортаж'
    assert corrected.button_texts == post.button_texts


async def test_a_photo_whose_channel_wants_lines_by_now_is_corrected_where_it_stands(
    desk: Desk, channel: Channel, newsroom: Database
) -> None:
    subject = await desk.publish("Матч", image="https://example.org/a.jpg")
    post = await channel.sees("Матч")
    await desk.settles(subject, {"sent": 1})
    await put_on(newsroom, channel, Appearance(layout=Layout.HEADLINE, size=PreviewSize.NONE))
    await desk.correct(subject, title="Ничья", image="https://example.org/a.jpg")

    corrected = await channel.sees("Ничья")

    assert (corrected.message_id, corrected.photo) == (post.message_id, post.photo)
    assert corrected.text == "Ничья\n⚽ Football"


async def test_a_text_whose_channel_wants_cards_by_now_is_corrected_where_it_stands(
    desk: Desk, channel: Channel, newsroom: Database
) -> None:
    await put_on(newsroom, channel, Appearance(layout=Layout.HEADLINE, size=PreviewSize.NONE))
    subject = await desk.publish("Матч", image="https://example.org/a.jpg")
    post = await channel.sees("Матч")
    await desk.settles(subject, {"sent": 1})
    await put_on(newsroom, channel, USUAL)
    await desk.correct(subject, title="Ничья", image="https://example.org/a.jpg")

    corrected = await channel.sees("Ничья")

    assert (corrected.message_id, corrected.photo) == (post.message_id, None)
    assert post.preview is not None
    assert post.preview.is_disabled
    assert corrected.preview is not None
    assert not corrected.preview.is_disabled
    assert corrected.preview.url == "https://example.org/a.jpg"


async def test_while_telegram_does_not_tell_the_bots_name_posts_go_out_without_that_button(
    desk: Desk, telegram: SandboxClient, dressed: Channel
) -> None:
    await telegram.faults("500", method="getMe")
    await desk.publish("Матч")
    post = await dressed.sees("Матч")

    assert post.button("подписаться") is None
    assert post.button("Наш сайт") is not None
    await desk.publish("Второй матч")
    assert (await dressed.sees("Второй матч")).button("подписаться") is not None
