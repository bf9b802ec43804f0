"""What administrators write becomes a channel's words, or a sentence that says what is wrong."""

import pytest

from bot.domain.channel import Setting
from bot.domain.destination import DestinationId
from bot.domain.errors import (
    DomainError,
    NoSearchWordError,
    TooLongWordError,
    TooManyWordsError,
    UnknownChannelError,
)
from bot.domain.language import Language
from bot.domain.words import MAX_WORDS, WordId, WordKind
from bot.services import Services
from tests.cast import CHANNEL
from tests.make import make_administrator, make_place

BY = make_administrator()


@pytest.fixture
async def channel(services: Services) -> DestinationId:
    return (await services.connections.connected(make_place(), by=BY, language=Language.RU)).settings.channel.id


async def test_words_are_kept_as_they_were_written_and_once(services: Services, channel: DestinationId) -> None:
    written = "Выборы, белый  дом\nвыборы; Карабах* ,"
    settings = await services.words.add(channel, WordKind.INCLUDE, written, BY)

    assert [(word.kind, word.written) for word in settings.words] == [
        (WordKind.INCLUDE, "выборы"),
        (WordKind.INCLUDE, "белый дом"),
        (WordKind.INCLUDE, "Карабах*"),
    ]


async def test_a_word_is_to_include_or_to_leave_out_whichever_was_said_last(
    services: Services, channel: DestinationId
) -> None:
    await services.words.add(channel, WordKind.INCLUDE, "футбол", BY)
    settings = await services.words.add(channel, WordKind.LEAVE_OUT, "Футбол", BY)

    assert [(word.kind, word.written) for word in settings.words] == [(WordKind.LEAVE_OUT, "Футбол")]


async def test_a_word_is_removed_and_a_second_tap_removes_nothing_more(
    services: Services, channel: DestinationId
) -> None:
    settings = await services.words.add(channel, WordKind.INCLUDE, "футбол, хоккей", BY)
    first = settings.words[0].id
    await services.words.remove(channel, first, BY)
    await services.words.remove(channel, WordId(999), BY)
    again = await services.words.remove(channel, first, BY)

    assert [word.written for word in again.words] == ["хоккей"]


async def test_a_word_of_another_channel_cannot_be_removed(services: Services, channel: DestinationId) -> None:
    own = await services.words.add(channel, WordKind.INCLUDE, "футбол", BY)
    other = (await services.connections.connected(make_place(CHANNEL - 1), by=BY, language=Language.RU)).settings
    await services.words.remove(other.channel.id, own.words[0].id, BY)

    assert len((await services.channels.show(channel, BY)).words) == 1


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("***", NoSearchWordError),
        (" , ", NoSearchWordError),
        ("футбол, !!!", NoSearchWordError),
        ("я" * 65, TooLongWordError),
        (",".join(f"слово{number}" for number in range(MAX_WORDS + 1)), TooManyWordsError),
    ],
)
async def test_bad_words_are_refused_and_none_is_kept(
    services: Services, channel: DestinationId, written: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        await services.words.add(channel, WordKind.INCLUDE, written, BY)

    assert (await services.channels.show(channel, BY)).words == ()


async def test_the_fifty_first_word_is_refused(services: Services, channel: DestinationId) -> None:
    await services.words.add(channel, WordKind.INCLUDE, ",".join(f"слово{number}" for number in range(MAX_WORDS)), BY)
    with pytest.raises(TooManyWordsError):
        await services.words.add(channel, WordKind.LEAVE_OUT, "ещё", BY)

    settings = await services.words.add(channel, WordKind.LEAVE_OUT, "слово1", BY)
    assert len(settings.words) == MAX_WORDS


async def test_the_history_tells_how_many_words_there_are(services: Services, channel: DestinationId) -> None:
    await services.words.add(channel, WordKind.INCLUDE, "футбол, хоккей", BY)
    await services.words.add(channel, WordKind.INCLUDE, "футбол", BY)

    changes = [(change.setting, change.value) for change in await services.channels.changes(channel)]
    assert changes == [(Setting.WORDS, 2), (Setting.CONNECTION, "on")]


async def test_a_lost_channel_has_no_words_to_change(services: Services, channel: DestinationId) -> None:
    await services.connections.disconnected(CHANNEL)
    with pytest.raises(UnknownChannelError):
        await services.words.add(channel, WordKind.INCLUDE, "футбол", BY)
