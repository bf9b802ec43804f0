"""/push link: the article as readers will see it, whom it would reach, and one confirmation. Afterwards, what became of it."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import DestinationId
from bot.domain.errors import DomainError
from bot.domain.push import PushId, PushReach, PushState
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show, show_message
from bot.handlers.toggles import Row, marked, paged
from bot.i18n import Texts
from bot.render.article import article_message
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.pushes import Proposal, Pushes


class Order(StrEnum):
    """What a button asks for; choosing says the wanted state, so that a double tap does not flip it back."""

    LOOK = "o"
    CHOOSE = "c"
    DROP = "d"
    SEND = "s"
    CANCEL = "x"


class PushButton(CallbackData, prefix="p"):
    push: int
    order: Order
    channel: int = 0
    page: int = 0


def build_router() -> Router:
    router = Router(name="push")
    router.message.register(push, Command("push"))
    router.callback_query.register(tap, PushButton.filter())
    return router


async def push(_: object, command: CommandObject, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    link = (command.args or "").strip()
    if not link:
        await show(bot, person.chat_id, Screen(text=texts("push.usage")))
        return
    # A page that nobody has read yet is read now, which may take some seconds.
    await bot.send_chat_action(person.chat_id, ChatAction.TYPING)
    proposal = await services.pushes.draft(link, editor_id=person.user_id)
    await show_message(bot, person.chat_id, article_message(proposal.article, proposal.rubrics, texts))
    await show(bot, person.chat_id, _screen(proposal, texts))


async def tap(callback: CallbackQuery, callback_data: PushButton, bot: Bot, person: Person, services: Services) -> None:
    push_id = PushId(callback_data.push)
    try:
        proposal = await _fulfil(callback_data, push_id, services.pushes)
    except DomainError:
        # Decided meanwhile, say by the first of two taps, or the channel is lost: show how things stand.
        await redraw(bot, callback, _screen(await services.pushes.show(push_id), person.texts))
        raise
    await redraw(bot, callback, _screen(proposal, person.texts, page=callback_data.page))


async def _fulfil(button: PushButton, push_id: PushId, pushes: Pushes) -> Proposal:
    match button.order:
        case Order.LOOK:
            return await pushes.show(push_id)
        case Order.CHOOSE | Order.DROP:
            return await pushes.choose(push_id, DestinationId(button.channel), is_wanted=button.order is Order.CHOOSE)
        case Order.SEND:
            return await pushes.order(push_id)
        case Order.CANCEL:
            return await pushes.cancel(push_id)
        case _:
            assert_never(button.order)


def _screen(proposal: Proposal, texts: Texts, *, page: int = 0) -> Screen:
    match proposal.push.state:
        case PushState.DRAFT:
            return _question(proposal, texts, page)
        case PushState.CANCELLED:
            return Screen(text=texts("push.cancelled", title=_title(proposal)))
        case PushState.ORDERED | PushState.PLANNED:
            return _account(proposal, texts)
        case _:
            assert_never(proposal.push.state)


def _question(proposal: Proposal, texts: Texts, page: int) -> Screen:
    paragraphs = [texts("push.question"), _recipients(proposal.reach, texts)]
    if proposal.reach.already:
        paragraphs.append(texts("push.already", count=proposal.reach.already))
    if not proposal.rubrics:
        paragraphs.append(texts("push.no-rubrics"))
    buttons = [
        _button(
            proposal,
            marked(offer.channel.title, is_on=offer.is_chosen),
            Order.DROP if offer.is_chosen else Order.CHOOSE,
            channel=offer.channel.id,
            page=page,
        )
        for offer in proposal.channels
    ]
    rows = paged(
        buttons,
        page,
        turn=lambda number: PushButton(push=proposal.push.id, order=Order.LOOK, page=number).pack(),
        texts=texts,
    )
    cancel = _button(proposal, texts("push.cancel"), Order.CANCEL)
    end: Row = (cancel,)
    if proposal.reach.subscribers + proposal.reach.channels:
        end = (_button(proposal, texts("push.send"), Order.SEND), cancel)
    return Screen(text="\n\n".join(paragraphs), rows=(*rows, end))


def _recipients(reach: PushReach, texts: Texts) -> str:
    if reach.subscribers and reach.channels:
        return texts("push.to-both", subscribers=reach.subscribers, channels=reach.channels)
    if reach.subscribers:
        return texts("push.to-people", subscribers=reach.subscribers)
    if reach.channels:
        return texts("push.to-channels", channels=reach.channels)
    return texts("push.nobody")


def _account(proposal: Proposal, texts: Texts) -> Screen:
    account = proposal.account
    lines = [texts("push.ordered", title=_title(proposal))]
    if proposal.push.state is PushState.ORDERED:
        lines.append(texts("push.planning"))
    else:
        lines.append(texts("push.sent", count=account.sent))
        lines += [
            texts(f"push.{name}", count=count)
            for name, count in (("queued", account.queued), ("failed", account.failed), ("dropped", account.dropped))
            if count
        ]
    return Screen(text="\n".join(lines), rows=((_button(proposal, texts("push.refresh"), Order.LOOK),),))


def _button(proposal: Proposal, text: str, order: Order, *, channel: int = 0, page: int = 0) -> InlineKeyboardButton:
    data = PushButton(push=proposal.push.id, order=order, channel=channel, page=page)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _title(proposal: Proposal) -> str:
    return escape(one_line(proposal.article.title))
