"""The ticker's own screen of a channel's menu, and the schedule that is typed."""

import pytest

from bot.domain.channel import QUESTION_LIVES
from bot.domain.destination import Destination, DestinationId
from bot.domain.ticker_plan import AtTimes, Every, Live, TickerPlan
from bot.handlers.channel.ticker import TickerButton, TickerWish
from bot.sandbox.client import Channel, Message, Person, SandboxClient
from tests.handlers.conftest import Newsroom

NOT_YOURS = "Настраивать канал могут его администраторы с правом публикации."


async def destination(channel: Channel, newsroom: Newsroom) -> Destination:
    found = await newsroom.destination(channel.id)
    assert found is not None
    return found


async def plan(channel: Channel, newsroom: Newsroom) -> TickerPlan | None:
    return (await destination(channel, newsroom)).ticker


def on(message: Message) -> list[str]:
    return [text.removeprefix("✓ ") for text in message.button_texts if text.startswith("✓")]


async def asks(person: Person) -> Message:
    """Opens the question for a schedule, from the channel's menu."""
    await person.taps("Tiker")
    await person.taps("Öz vaxtım")
    return await person.sees("kanalına tiker nə vaxt gəlsin?")


async def test_the_ticker_has_a_screen_of_its_own_in_the_same_message(camilla: Person, channel: Channel) -> None:
    menu, _ = await camilla.sees_button("Tiker")
    await camilla.taps("Tiker")
    first = await camilla.sees("Tiker: söndürülüb")
    await camilla.taps("Canlı")
    live = await camilla.sees("Tiker: canlı, bir bərkidilmiş mesajda")
    await camilla.taps("15 dəq")
    batches = await camilla.sees("Tiker: hər 15 dəqiqədən bir")
    await camilla.taps("‹ Kanalın menyusu")
    back, _ = await camilla.sees_button("Tarixçə")

    assert {message.message_id for message in (first, live, batches, back)} == {menu.message_id}
    assert [on(first), on(live), on(batches)] == [["Söndürülüb"], ["Canlı"], ["15 dəq"]]
    assert "Növbəti: 2 mart, 10:15" in batches.text
    assert channel.title in first.text


async def test_a_double_tap_sets_what_it_says(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("Tiker")
    message, button = await camilla.sees_button("Canlı")
    assert button.callback_data is not None
    await camilla.presses(message, button.callback_data)
    await camilla.presses(message, button.callback_data)

    assert await plan(channel, newsroom) == Live()


@pytest.mark.parametrize(
    ("typed", "expected", "shown"),
    [
        pytest.param("20", Every(minutes=20), "Tiker: hər 20 dəqiqədən bir", id="minutes"),
        pytest.param("0 9,18 * * MON-FRI", AtTimes(cron="0 9,18 * * mon-fri"), "Növbəti: 2 mart, 18:00", id="times"),
    ],
)
async def test_a_schedule_is_typed(
    camilla: Person, channel: Channel, newsroom: Newsroom, typed: str, expected: TickerPlan, shown: str
) -> None:
    await asks(camilla)
    await camilla.sends(typed)

    screen = await camilla.sees(shown)
    assert on(screen) == ["Öz vaxtım…"]
    assert await plan(channel, newsroom) == expected
    await camilla.sends("20 40")
    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("0", "interval 1 dəqiqədən 1.440 dəqiqəyədəkdir", id="no interval"),
        pytest.param("0 9 31 2 *", "Belə gün heç vaxt olmur", id="never"),
        pytest.param("*/10 * * * * *", "tiker isə dəqiqədə bir dəfədən tez-tez çıxmır", id="seconds"),
        pytest.param("0 25 * * *", "Saatları başa düşmürəm: 25", id="an hour that is none"),
        pytest.param("0 9 * * <b>", "Həftənin gününü başa düşmürəm: <b>", id="markup"),
        pytest.param("hər saat", "Burada 2 sahə var, cədvəldə isə beşdir", id="words"),
    ],
)
async def test_a_mistake_is_told_with_its_place_and_the_question_stands(
    camilla: Person, channel: Channel, newsroom: Newsroom, typed: str, said: str
) -> None:
    await asks(camilla)
    await camilla.sends(typed)
    await camilla.sees(said)
    await camilla.sends("30")

    await camilla.sees("Tiker: hər 30 dəqiqədən bir")
    assert await plan(channel, newsroom) == Every(minutes=30)


async def test_its_button_ends_the_question(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await asks(camilla)
    await camilla.taps("Ləğv etmək")
    await camilla.sees("Tiker: söndürülüb")
    await camilla.sends("20")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")
    assert await plan(channel, newsroom) is None


async def test_an_answer_that_comes_too_late_is_none(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await asks(camilla)
    newsroom.clock.advance(QUESTION_LIVES.total_seconds())
    await camilla.sends("20")

    await camilla.sees("Sual artıq bağlanıb")
    assert await plan(channel, newsroom) is None


async def test_who_is_dismissed_in_the_middle_of_it_sets_up_nothing(
    alice: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await alice.becomes_administrator(channel)
    await alice.sends("/channels")
    await alice.taps(channel.title)
    await alice.taps("Тикер")
    await alice.taps("Своё время")
    await alice.sees("Когда присылать тикер")
    await alice.is_administrator_no_more(channel)
    await alice.sends("20")
    await alice.sees(NOT_YOURS)
    await alice.sends("20")

    await alice.sees("Я понимаю команды и кнопки")
    assert await plan(channel, newsroom) is None


async def test_a_channel_lost_in_the_middle_of_it_is_told(camilla: Person, channel: Channel) -> None:
    await asks(camilla)
    await camilla.dismisses_bot(channel)
    await camilla.sees("kanalı ayrıldı")
    await camilla.sends("20")

    await camilla.sees("Bu kanal artıq qoşulu deyil.")


async def test_two_channels_are_asked_about_one_at_a_time(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await asks(camilla)
    other = await camilla.creates_channel("Другой")
    await camilla.promotes_bot(other)
    await camilla.sees("«Другой» kanalı qoşuldu")
    await asks(camilla)
    await camilla.sends("20")
    await camilla.sees("Tiker: hər 20 dəqiqədən bir")

    assert (await plan(channel, newsroom), await plan(other, newsroom)) == (None, Every(minutes=20))


@pytest.mark.parametrize("wish", ["o:0", "f:0", "l:0", "e:5", "a:0"])
async def test_a_forged_button_sets_up_nobody_elses_ticker(
    alice: Person, channel: Channel, newsroom: Newsroom, wish: str
) -> None:
    before = await destination(channel, newsroom)
    await alice.sends("/start")
    message = await alice.sees("Здравствуйте")

    assert await alice.presses(message, f"ct:{before.id}:{wish}") == NOT_YOURS
    assert await destination(channel, newsroom) == before
    assert await newsroom.services.questions.pending(alice.id) is None


async def test_an_interval_that_was_never_offered_is_outdated(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    number = (await destination(channel, newsroom)).id
    message = await camilla.sees(channel.title)

    assert await camilla.presses(message, f"ct:{number}:e:7") == "Düymə köhnəlib."


async def test_the_last_way_out_stays_on(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("Tiker")
    await camilla.taps("Canlı")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("✓ Məqalələr")
    await camilla.taps("Tiker")

    assert "«Fasilə»" in await camilla.taps("Söndürülüb")
    assert await plan(channel, newsroom) == Live()


async def test_an_unanswered_check_leaves_the_question(
    telegram: SandboxClient, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await asks(camilla)
    await telegram.faults("500", method="getChatMember")
    await camilla.sends("20")
    await camilla.sees("Nəsə alınmadı")
    await camilla.sends("20")

    await camilla.sees("Tiker: hər 20 dəqiqədən bir")
    assert await plan(channel, newsroom) == Every(minutes=20)


def test_the_longest_ids_fit_a_button() -> None:
    TickerButton(channel=DestinationId(2**63 - 1), wish=TickerWish.EVERY, minutes=1440).pack()
