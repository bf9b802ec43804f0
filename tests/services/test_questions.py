import pytest

from bot.clock import MovableClock
from bot.domain.destination import Destination, DestinationId
from bot.domain.language import Language
from bot.services import Services
from tests.cast import BOB, CAMILLA
from tests.make import make_administrator, make_place


@pytest.fixture
async def channel(services: Services) -> Destination:
    connection = await services.connections.connected(make_place(), by=make_administrator(), language=Language.AZ)
    return connection.settings.channel


async def asked(services: Services, user_id: int = CAMILLA) -> tuple[DestinationId, str, str] | None:
    question = await services.questions.pending(user_id)
    return None if question is None else (question.channel_id, question.section, question.argument)


async def test_a_question_waits_for_its_person_alone(services: Services, channel: Destination) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co", "signature")

    assert await asked(services) == (channel.id, "co", "signature")
    assert await asked(services, BOB) is None


async def test_a_new_question_takes_the_place_of_the_old_one(services: Services, channel: Destination) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co")
    await services.questions.ask(CAMILLA, channel.id, "cn", "leave-out")

    assert await asked(services) == (channel.id, "cn", "leave-out")


async def test_a_question_is_open_for_a_quarter_of_an_hour(
    services: Services, channel: Destination, clock: MovableClock
) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co")
    question = await services.questions.pending(CAMILLA)
    assert question is not None
    clock.advance(15 * 60 - 1)
    before = services.questions.is_open(question)
    clock.advance(1)

    assert (before, services.questions.is_open(question)) == (True, False)


async def test_what_was_answered_waits_no_longer(services: Services, channel: Destination) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co")
    question = await services.questions.pending(CAMILLA)
    assert question is not None
    await services.questions.answered(question)

    assert await asked(services) is None


async def test_an_answer_that_led_to_a_question_leaves_that_open(services: Services, channel: Destination) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co")
    question = await services.questions.pending(CAMILLA)
    assert question is not None
    await services.questions.ask(CAMILLA, channel.id, "co", "next")
    await services.questions.answered(question)

    assert await asked(services) == (channel.id, "co", "next")


async def test_what_is_forgotten_is_given_once(services: Services, channel: Destination) -> None:
    await services.questions.ask(CAMILLA, channel.id, "co")
    first, second = await services.questions.forget(CAMILLA), await services.questions.forget(CAMILLA)

    assert first is not None
    assert (first.section, second) == ("co", None)
