"""How a channel's posts look: set, remembered, told in the history, shown on its last article."""

from dataclasses import replace

import pytest

from bot.clock import MovableClock
from bot.domain.appearance import (
    MAX_SIGNATURE,
    USUAL,
    Appearance,
    Layout,
    LinkedWords,
    PreviewPlace,
    PreviewSize,
    TemplateFault,
)
from bot.domain.article import ArticleId
from bot.domain.channel import Setting
from bot.domain.destination import Destination
from bot.domain.errors import NoButtonError, SignatureTooLongError, TemplateError, UnknownChannelError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceId
from bot.services import Services
from bot.store.database import Database
from tests.cast import BOB, CHANNEL
from tests.make import make_administrator, make_new_article, make_place

BY = make_administrator()
FOOTBALL = Slug("football")


@pytest.fixture
async def channel(services: Services) -> Destination:
    place = make_place(CHANNEL, "Репортаж")
    return (await services.connections.connected(place, by=BY, language=Language.AZ)).settings.channel


async def stored(services: Services, channel: Destination) -> Appearance:
    return (await services.channels.get(channel.id)).appearance


async def history(services: Services, channel: Destination) -> list[tuple[Setting, str | int]]:
    """What happened since it was connected."""
    changes = await services.channels.changes(channel.id)
    return [(change.setting, change.value) for change in changes if change.setting is not Setting.CONNECTION]


async def publish(
    newsroom: Database, clock: MovableClock, name: str, *rubrics: str, source_id: SourceId | None = None
) -> None:
    async with newsroom.transaction() as tx:
        new = make_new_article(f"url:https://example.org/{name}", title=name, source_id=source_id)
        article_id = await tx.articles.add(new, now=clock.now())
        assert article_id is not None
        await tx.articles.set_rubrics(ArticleId(article_id), [Slug(each) for each in rubrics])


async def test_a_new_channels_posts_look_as_usual(services: Services, channel: Destination) -> None:
    assert await stored(services, channel) == USUAL


async def test_what_is_set_is_stored_and_told(services: Services, channel: Destination) -> None:
    everything = Appearance(
        layout=Layout.HEADLINE,
        template="{title}",
        size=PreviewSize.SMALL,
        place=PreviewPlace.ABOVE,
        has_read=False,
        has_share=True,
        has_subscribe=True,
        button=LinkedWords(text="Сайт", url="https://example.org"),
        signature=LinkedWords(text="«Репортаж» & 🏆"),
        has_hashtags=True,
        is_silent=True,
    )
    shown = await services.appearances.change(channel.id, BY, Setting.LAYOUT, lambda _: everything)

    assert shown.settings.channel.appearance == everything
    assert await stored(services, channel) == everything
    assert await history(services, channel) == [(Setting.LAYOUT, "headline")]


async def test_setting_what_is_set_is_no_change(services: Services, channel: Destination) -> None:
    await services.appearances.change(channel.id, BY, Setting.SILENT, lambda look: replace(look, is_silent=False))

    assert await history(services, channel) == []


async def test_of_two_who_change_at_once_each_keeps_what_the_other_did_not_touch(
    services: Services, channel: Destination
) -> None:
    await services.appearances.change(channel.id, BY, Setting.SILENT, lambda look: replace(look, is_silent=True))
    shown = await services.appearances.change(
        channel.id, make_administrator(BOB, "Bob"), Setting.HASHTAGS, lambda look: replace(look, has_hashtags=True)
    )

    assert shown.settings.channel.appearance == Appearance(is_silent=True, has_hashtags=True)
    assert (await services.appearances.show(channel.id, BY)).settings.of_others is not None


async def test_a_template_is_used_from_the_moment_it_is_saved(services: Services, channel: Destination) -> None:
    await services.appearances.set_template(channel.id, BY, "<b>{title}</b>")

    assert await stored(services, channel) == Appearance(layout=Layout.OWN, template="<b>{title}</b>")
    assert await history(services, channel) == [(Setting.TEMPLATE, "own")]


async def test_a_faulty_template_changes_nothing(services: Services, channel: Destination) -> None:
    with pytest.raises(TemplateError) as refused:
        await services.appearances.set_template(channel.id, BY, "{title}\n{autor}")

    assert (refused.value.fault, refused.value.arguments["line"]) == (TemplateFault.UNKNOWN, 2)
    assert await stored(services, channel) == USUAL


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Мы в эфире", LinkedWords(text="Мы в эфире")),
        ("Подписывайтесь  https://t.me/report", LinkedWords(text="Подписывайтесь", url="https://t.me/report")),
        ("https://example.org", LinkedWords(text="https://example.org", url="https://example.org")),
        ("Пишите: @report", LinkedWords(text="Пишите: @report")),
        ("Наш http://localhost/", LinkedWords(text="Наш http://localhost/")),
    ],
)
async def test_a_signature_is_words_or_a_link(
    services: Services, channel: Destination, typed: str, kept: LinkedWords
) -> None:
    await services.appearances.set_signature(channel.id, BY, typed)

    assert (await stored(services, channel)).signature == kept


@pytest.mark.parametrize("typed", ["", " \n ", "С" * (MAX_SIGNATURE + 1)])
async def test_a_signature_without_words_or_too_long_is_refused(
    services: Services, channel: Destination, typed: str
) -> None:
    with pytest.raises(SignatureTooLongError):
        await services.appearances.set_signature(channel.id, BY, typed)


async def test_a_button_is_words_and_an_address(services: Services, channel: Destination) -> None:
    await services.appearances.set_button(channel.id, BY, "Наш сайт https://example.org/a?b=1")

    button = LinkedWords(text="Наш сайт", url="https://example.org/a?b=1")
    assert (await stored(services, channel)).button == button
    assert await history(services, channel) == [(Setting.BUTTONS, 2)]


@pytest.mark.parametrize(
    "typed",
    [
        "Наш сайт",
        "https://example.org",
        "Сайт http://example.org",
        "Сайт https://localhost/",
        "Сайт javascript:alert(1)",
        "Сайт https://example .org",
        "Т" * 65 + " https://example.org",
    ],
)
async def test_a_button_that_telegram_would_refuse_is_refused(
    services: Services, channel: Destination, typed: str
) -> None:
    with pytest.raises(NoButtonError):
        await services.appearances.set_button(channel.id, BY, typed)


async def test_a_lost_channel_is_not_set_up(services: Services, channel: Destination) -> None:
    await services.connections.disconnected(CHANNEL)

    with pytest.raises(UnknownChannelError):
        await services.appearances.show(channel.id, BY)


async def test_without_articles_there_is_no_sample(services: Services, channel: Destination) -> None:
    assert (await services.appearances.show(channel.id, BY)).sample.article is None


async def test_the_sample_is_the_newest_article_of_the_channels_rubrics(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await publish(newsroom, clock, "football", "football", source_id=SourceId(1))
    await publish(newsroom, clock, "region", "region")
    sample = (await services.appearances.show(channel.id, BY)).sample

    assert sample.article is not None
    assert (sample.article.title, sample.source) == ("football", "Report")
    assert [rubric.slug for rubric in sample.rubrics] == ["football"]


async def test_a_channel_whose_rubrics_had_no_article_yet_sees_another(
    services: Services, newsroom: Database, clock: MovableClock, channel: Destination
) -> None:
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await publish(newsroom, clock, "region", "region")
    sample = (await services.appearances.show(channel.id, BY)).sample

    assert sample.article is not None
    assert sample.article.title == "region"
