import asyncio

import pytest

from bot.domain.appearance import Appearance, Layout
from bot.domain.channel_pace import ChannelPace, Overflow
from bot.domain.destination import Destination, DestinationState
from bot.domain.errors import UnknownChannelError
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.domain.words import WordKind
from bot.services import Services
from tests.cast import CHANNEL
from tests.make import make_administrator, make_place

BY = make_administrator()
TEMPLATE = "<b>{title}</b>"
FOOTBALL, REGION = Slug("football"), Slug("region")


async def connect(services: Services, number: int, title: str) -> Destination:
    place = make_place(CHANNEL - number, title)
    return (await services.connections.connected(place, by=BY, language=Language.AZ)).settings.channel


@pytest.fixture
async def source(services: Services) -> Destination:
    """Football by ticker alone, in Russian, its posts by a template, without forecasts."""
    channel = await connect(services, 0, "Образец")
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.channels.set_ticker(channel.id, Every(minutes=15), BY)
    await services.channels.set_articles(channel.id, BY, is_on=False)
    await services.channels.set_language(channel.id, Language.RU, BY)
    await services.channels.set_edition(channel.id, Language.EN, BY, is_wanted=True)
    await services.appearances.set_template(channel.id, BY, TEMPLATE)
    await services.words.add(channel.id, WordKind.LEAVE_OUT, "Прогноз*", BY)
    await services.timing.set_quiet(channel.id, BY, mode=QuietMode.SILENT)
    await services.timing.set_gap(channel.id, 15, BY)
    await services.timing.set_overflow(channel.id, Overflow.TICKER, BY)
    return channel


async def test_everything_that_is_set_is_set_there_too(services: Services, source: Destination) -> None:
    first, second = await connect(services, 1, "Первый"), await connect(services, 2, "Второй")
    await services.channels.choose(first.id, REGION, BY, is_wanted=True)
    await services.words.add(first.id, WordKind.INCLUDE, "матч", BY)

    await services.channels.copy(source.id, [first.id, second.id], BY)

    for target in (first, second):
        settings = await services.channels.show(target.id, BY)
        copied = settings.channel
        assert (copied.articles_on, copied.ticker, copied.language) == (False, Every(minutes=15), Language.RU)
        assert [choice.rubric.slug for choice in settings.choices if choice.is_chosen] == [FOOTBALL]
        assert [(word.kind, word.written) for word in settings.words] == [(WordKind.LEAVE_OUT, "Прогноз*")]
        assert copied.appearance == Appearance(layout=Layout.OWN, template=TEMPLATE)
        assert settings.editions == {Language.EN}
        assert copied.quiet == QuietHours(start=23, end=7, mode=QuietMode.SILENT)
        assert copied.pace == ChannelPace(gap=15, overflow=Overflow.TICKER)
        assert copied.title == target.title
        assert [(change.setting, change.value) for change in (await services.channels.changes(target.id))[:1]] == [
            ("copy", "Образец")
        ]


async def test_a_pause_is_not_copied_and_not_ended(services: Services, source: Destination) -> None:
    target = await connect(services, 1, "Первый")
    await services.channels.pause(target.id, BY)

    await services.channels.copy(source.id, [target.id], BY)

    assert (await services.channels.get(target.id)).state is DestinationState.PAUSED
    assert (await services.channels.get(source.id)).state is DestinationState.ACTIVE


async def test_nothing_is_copied_when_one_of_the_channels_is_lost(services: Services, source: Destination) -> None:
    kept, lost = await connect(services, 1, "Первый"), await connect(services, 2, "Второй")
    await services.connections.disconnected(CHANNEL - 2)

    with pytest.raises(UnknownChannelError):
        await services.channels.copy(source.id, [kept.id, lost.id], BY)

    assert (await services.channels.get(kept.id)).articles_on


async def test_two_who_copy_in_opposite_directions_at_once_wait_for_each_other_in_turn(
    services: Services, source: Destination
) -> None:
    other = await connect(services, 1, "Первый")
    pairs = [(source.id, other.id), (other.id, source.id)] * 5

    await asyncio.gather(*(services.channels.copy(one, [another], BY) for one, another in pairs))

    copied = [await services.channels.get(each.id) for each in (source, other)]
    assert copied[0].ticker == copied[1].ticker
