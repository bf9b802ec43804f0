"""Adding a source: what its address holds, in which language, then one confirmation.

Nothing is kept between the taps: the address and the name stand in the message that asks, marked up, and are read back from it.
A message that is not ours cannot be tapped, and what is read back is checked as if it had been typed.
"""

from enum import StrEnum

from aiogram import Bot, Router
from aiogram.enums import ChatAction, MessageEntityType
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.domain.errors import SourceError, StaleButtonError
from bot.domain.language import Language
from bot.handlers.context import Person
from bot.handlers.editor.source_screens import SourcesButton, failure_text, health_screen, trial_text
from bot.handlers.screen import Screen, redraw, redraw_buttons, show
from bot.handlers.toggles import Row, marked
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services

_MAX_NAME = 100


class Step(StrEnum):
    CHOOSE = "c"
    ADD = "a"


class AddButton(CallbackData, prefix="sa"):
    step: Step
    language: Language


def build_router() -> Router:
    router = Router(name="adding")
    router.callback_query.register(tap, AddButton.filter())
    return router


async def look(link: str, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    known = await services.sources.find(link)
    if known is not None:
        await show(bot, person.chat_id, health_screen(known, texts, said=texts("sources.known")))
        return
    # Somebody else's server is asked now, and it may take its time.
    await bot.send_chat_action(person.chat_id, ChatAction.TYPING)
    try:
        trial = await services.sources.look(link, language=person.language)
    except SourceError as error:
        await show(bot, person.chat_id, Screen(text=failure_text(error.trouble, texts)))
        return
    if not trial.entries:
        await show(bot, person.chat_id, Screen(text=texts("sources.nothing-there")))
        return
    head = f"<b>{escape(one_line(trial.title)[:_MAX_NAME])}</b>\n<code>{escape(trial.asked)}</code>"
    paragraphs = [head, trial_text(trial, texts), texts("sources.question")]
    await show(bot, person.chat_id, Screen(text="\n\n".join(paragraphs), rows=_rows(trial.language, texts)))


async def tap(callback: CallbackQuery, callback_data: AddButton, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    if callback_data.step is Step.CHOOSE:
        await redraw_buttons(bot, callback, Screen(text="", rows=_rows(callback_data.language, texts)))
        return
    address, name = _read_back(callback)
    added, is_new = await services.sources.add(address, name=name, language=callback_data.language)
    said = texts("sources.added" if is_new else "sources.known")
    await redraw(bot, callback, health_screen(added, texts, said=said))


def _read_back(callback: CallbackQuery) -> tuple[str, str]:
    message = callback.message
    if not isinstance(message, Message) or message.text is None:
        # Telegram no longer shows us what stands in a message that old.
        raise StaleButtonError
    marked_up = {entity.type: entity.extract_from(message.text) for entity in reversed(message.entities or ())}
    try:
        return marked_up[MessageEntityType.CODE], marked_up[MessageEntityType.BOLD]
    except KeyError:
        raise StaleButtonError from None


def _rows(language: Language, texts: Texts) -> tuple[Row, ...]:
    languages = tuple(
        InlineKeyboardButton(
            text=marked(texts(f"language.{one}"), is_on=one is language),
            callback_data=AddButton(step=Step.CHOOSE, language=one).pack(),
        )
        for one in Language
    )
    add = InlineKeyboardButton(
        text=texts("sources.add"), callback_data=AddButton(step=Step.ADD, language=language).pack()
    )
    cancel = InlineKeyboardButton(text=texts("sources.do-not-add"), callback_data=SourcesButton().pack())
    return languages, (add, cancel)
