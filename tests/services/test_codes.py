import pytest

from bot.clock import MovableClock
from bot.services import Services
from bot.services.codes import Codes
from bot.store.database import Database
from tests.cast import ALICE, BOB, CHANNEL


async def test_a_code_names_its_person_once(services: Services) -> None:
    digits = await services.codes.issue(ALICE)

    assert (len(digits), digits.isdigit()) == (8, True)
    assert await services.codes.redeem(digits, chat_id=CHANNEL) == ALICE
    assert await services.codes.redeem(digits, chat_id=CHANNEL) is None


async def test_a_new_code_takes_the_place_of_the_old_one(services: Services) -> None:
    old, new = await services.codes.issue(ALICE), await services.codes.issue(ALICE)

    assert await services.codes.redeem(old, chat_id=CHANNEL) is None
    assert await services.codes.redeem(new, chat_id=CHANNEL) == ALICE


@pytest.mark.parametrize(("seconds", "whose"), [(15 * 60 - 1, ALICE), (15 * 60, None)], ids=["in time", "too late"])
async def test_a_code_is_good_for_a_quarter_of_an_hour(
    services: Services, clock: MovableClock, seconds: int, whose: int | None
) -> None:
    digits = await services.codes.issue(ALICE)
    clock.advance(seconds)

    assert await services.codes.redeem(digits, chat_id=CHANNEL) == whose


async def test_two_people_never_have_the_same_code(newsroom: Database, clock: MovableClock) -> None:
    drawn = iter(["00000001", "00000001", "00000002"])
    codes = Codes(database=newsroom, clock=clock, make=lambda: next(drawn))

    assert (await codes.issue(ALICE), await codes.issue(BOB)) == ("00000001", "00000002")


async def test_after_five_wrong_codes_a_chat_is_not_listened_to_for_an_hour(
    newsroom: Database, clock: MovableClock
) -> None:
    codes = Codes(database=newsroom, clock=clock, make=lambda: "12345678")
    for guess in range(5):
        assert await codes.redeem(f"0000000{guess}", chat_id=CHANNEL) is None
    await codes.issue(ALICE)
    guessed = await codes.redeem("12345678", chat_id=CHANNEL)
    clock.advance(3600)
    await codes.issue(ALICE)

    assert guessed is None
    assert await codes.redeem("12345678", chat_id=CHANNEL) == ALICE


async def test_one_chats_guesses_do_not_keep_others_from_their_codes(newsroom: Database, clock: MovableClock) -> None:
    codes = Codes(database=newsroom, clock=clock, make=lambda: "12345678")
    for guess in range(6):
        await codes.redeem(f"0000000{guess}", chat_id=CHANNEL)
    await codes.issue(ALICE)

    assert await codes.redeem("12345678", chat_id=CHANNEL - 1) == ALICE
