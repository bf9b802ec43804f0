"""Typing for a channel, with a section of the tests' own that asks for a motto and takes no short ones."""

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.domain.channel import Question
from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.handlers import build_dispatcher
from bot.handlers.access import InPrivate
from bot.handlers.channel import guarded
from bot.handlers.channel.dialogue import Answers, Asked, ask
from bot.handlers.context import Person as Asking
from bot.handlers.screen import Screen, redraw, show
from bot.i18n import I18n
from bot.sandbox.client import Channel, Person
from bot.sandbox.server import Sandbox
from bot.services import Services
from tests.handlers.conftest import Newsroom

LONG_ENOUGH = 5


class MottoButton(CallbackData, prefix="cz"):
    channel: int
    is_question: bool = False


async def tap(
    callback: CallbackQuery,
    callback_data: MottoButton,
    channel: Destination,
    bot: Bot,
    person: Asking,
    services: Services,
) -> None:
    if callback_data.is_question:
        way_back = MottoButton(channel=channel.id)
        asked = Asked(channel=channel.id, section="cz", text="Which motto?", way_back=way_back, argument="motto")
        await ask(bot, callback, person, services, asked)
    else:
        await redraw(bot, callback, Screen(text="No motto."))


async def answered(message: Message, channel: Destination, question: Question, bot: Bot, person: Asking) -> None:
    if len(message.text or "") < LONG_ENOUGH:
        raise StaleButtonError
    await show(bot, person.chat_id, Screen(text=f"{channel.title}, {question.argument}: {message.text}"))


@pytest.fixture
def dispatcher(newsroom: Newsroom, i18n: I18n) -> Dispatcher:
    built = build_dispatcher(newsroom.services, i18n)
    section = Router()
    section.message.filter(InPrivate())
    section.callback_query.register(tap, MottoButton.filter())
    section.message.register(answered, Answers("cz"))
    built.include_router(guarded(section))
    built.sub_routers.insert(0, built.sub_routers.pop())
    return built


@pytest.fixture
async def question(camilla: Person, channel: Channel, newsroom: Newsroom) -> int:
    """Camilla was asked. Gives the channel's number."""
    found = await newsroom.destination(channel.id)
    assert found is not None
    message = await camilla.sees(channel.title)
    await camilla.presses(message, MottoButton(channel=found.id, is_question=True).pack())
    await camilla.sees("Which motto?")
    return int(found.id)


@pytest.mark.usefixtures("question")
async def test_what_is_typed_reaches_the_section_that_asked(camilla: Person) -> None:
    await camilla.sends("Первые о главном")

    await camilla.sees("Репортаж, motto: Первые о главном")


@pytest.mark.usefixtures("question")
async def test_what_is_typed_after_the_answer_is_no_answer(camilla: Person) -> None:
    await camilla.sends("Первые о главном")
    await camilla.sends("И ещё о спорте")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")
    await camilla.does_not_see("И ещё")


@pytest.mark.usefixtures("question")
async def test_a_refused_answer_may_be_tried_again(camilla: Person) -> None:
    await camilla.sends("мы")
    await camilla.sees("Düymə köhnəlib")
    await camilla.sends("Первые о главном")

    await camilla.sees("motto: Первые о главном")


async def test_the_button_cancels(camilla: Person, question: int) -> None:
    message = await camilla.sees("Which motto?")
    button = message.button("Ləğv etmək")
    assert button is not None
    assert button.callback_data == MottoButton(channel=question).pack()
    await camilla.taps("Ləğv etmək")
    await camilla.sees("No motto.")
    await camilla.sends("Первые о главном")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")


@pytest.mark.usefixtures("question")
async def test_the_command_cancels_and_leads_back_to_the_menu(camilla: Person) -> None:
    await camilla.sends("/cancel")
    await camilla.sees("Ləğv olundu")
    await camilla.taps("‹ Kanalın menyusu")

    await camilla.sees("Rubrikalar: heç biri")


async def test_who_was_asked_nothing_has_nothing_to_cancel(alice: Person) -> None:
    await alice.sends("/cancel")

    await alice.sees("Отменять нечего")


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize("command", ["/help", "/nonsense"])
async def test_any_command_ends_the_question(camilla: Person, command: str) -> None:
    await camilla.sends(command)
    await camilla.sends("Первые о главном")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")


@pytest.mark.usefixtures("question")
async def test_somebody_elses_words_are_no_answer(alice: Person) -> None:
    await alice.sends("Первые о главном")

    await alice.sees("Я понимаю команды и кнопки")


async def test_an_answer_that_comes_too_late_is_told_so_once(
    camilla: Person, newsroom: Newsroom, question: int
) -> None:
    newsroom.clock.advance(16 * 60)
    await camilla.sends("Первые о главном")
    late = await camilla.sees("Sual artıq bağlanıb")
    await camilla.sends("Первые о главном")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")
    assert late.button("‹ Kanalın menyusu") is not None
    assert await newsroom.services.questions.pending(camilla.id) is None
    assert question


@pytest.mark.usefixtures("question")
async def test_a_picture_is_no_answer_and_the_question_stays(sandbox: Sandbox, camilla: Person) -> None:
    person = {"id": camilla.id, "is_bot": False, "first_name": "Camilla", "language_code": "az"}
    chat = {"id": camilla.id, "type": "private", "first_name": "Camilla"}
    picture = {"file_id": "p", "file_unique_id": "u", "width": 320, "height": 180}
    update = {"message_id": 900, "date": 1772431200, "from": person, "chat": chat, "photo": [picture]}
    sandbox.telegram.world.updates.add("message", update, f"chat {camilla.id}")
    await camilla.sees("Burada mətn lazımdır")
    await camilla.sends("Первые о главном")

    await camilla.sees("motto: Первые о главном")


async def test_who_is_dismissed_in_the_middle_is_refused_and_asked_no_more(
    bob: Person, channel: Channel, newsroom: Newsroom, question: int
) -> None:
    await bob.sends("/start")
    await bob.becomes_administrator(channel)
    greeting = await bob.sees("Hello")
    await bob.presses(greeting, MottoButton(channel=question, is_question=True).pack())
    await bob.sees("Which motto?")
    await bob.is_administrator_no_more(channel)
    await bob.sends("We come first")
    await bob.sees("Only the channel's administrators")
    await bob.sends("We come first")

    await bob.sees("I understand commands and buttons")
    await bob.does_not_see("Репортаж")
    assert await newsroom.services.questions.pending(bob.id) is None


@pytest.mark.usefixtures("question")
async def test_the_answer_for_a_lost_channel_is_refused_and_nothing_is_asked_any_more(
    camilla: Person, channel: Channel
) -> None:
    await camilla.dismisses_bot(channel)
    await camilla.sees("kanalı ayrıldı")
    await camilla.sends("Первые о главном")
    await camilla.sees("Bu kanal artıq qoşulu deyil")
    await camilla.sends("Первые о главном")

    await camilla.sees("Mən əmrləri və düymələri başa düşürəm")
