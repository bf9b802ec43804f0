"""/start: a greeting with the rubrics. A deep link `r-<slug>` subscribes at once; menus of channels that wait are given out."""

from aiogram import Bot, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message, User

from bot.domain.errors import UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.staff import Role
from bot.handlers.channel.joining import introduction
from bot.handlers.channel.settings import settings_screen
from bot.handlers.context import Person
from bot.handlers.menu import publish_person_commands
from bot.handlers.screen import show
from bot.handlers.subscriber.rubrics import rubrics_screen
from bot.i18n import I18n
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.subscribers import Welcome
from bot.services.subscriptions import Selection

_RUBRIC_LINK = "r-"


def build_router() -> Router:
    router = Router(name="start")
    router.message.register(start, CommandStart())
    return router


async def start(
    message: Message, command: CommandObject, bot: Bot, person: Person, services: Services, i18n: I18n
) -> None:
    user = message.from_user
    welcome = await services.subscribers.start(person.chat_id, user.language_code if user else None)
    await _offer_commands(bot, user, person, services, i18n)
    linked, selection = await _follow_link(command.args or "", person, services)
    paragraphs = _greeting(welcome, person, user)
    if linked is not None:
        paragraphs.append(person.texts("start.subscribed", rubric=escape(linked.title(person.language))))
    paragraphs.append(person.texts("start.choose"))
    await show(bot, person.chat_id, rubrics_screen("\n\n".join(paragraphs), selection, person.texts))
    for owed in await services.connections.introduced(person.user_id):
        intro = introduction(owed, person.texts)
        await show(bot, person.chat_id, settings_screen(owed, person.texts, intro=intro))


async def _follow_link(payload: str, person: Person, services: Services) -> tuple[Rubric | None, Selection]:
    """The rubric that the link subscribed to, and what is chosen now; a payload that names none is no mistake of theirs."""
    if payload.startswith(_RUBRIC_LINK):
        slug = Slug(payload.removeprefix(_RUBRIC_LINK))
        try:
            selection = await services.subscriptions.choose(person.chat_id, person.language, slug, is_wanted=True)
        except UnknownRubricError:
            pass
        else:
            return next(one.rubric for one in selection.choices if one.rubric.slug == slug), selection
    return None, await services.subscriptions.show(person.chat_id, person.language)


def _greeting(welcome: Welcome, person: Person, user: User | None) -> list[str]:
    texts = person.texts
    name = escape(one_line(user.first_name)) if user else ""
    if welcome.was_stopped:
        paragraphs = [texts("start.resumed", name=name)]
    elif welcome.is_new:
        paragraphs = [texts("start.hello", name=name) + "\n" + texts("start.about")]
    else:
        paragraphs = [texts("start.again", name=name) + "\n" + texts("start.about")]
    match person.role:
        case Role.OWNER:
            paragraphs.append(texts("start.owner"))
        case Role.EDITOR:
            paragraphs.append(texts("start.editor"))
        case Role.READER:
            pass
    return paragraphs


async def _offer_commands(bot: Bot, user: User | None, person: Person, services: Services, i18n: I18n) -> None:
    """A list of their own only for whom the common one is not right: thousands may start at once."""
    has_channels = bool(await services.connections.administered_by(person.user_id))
    spoken = Language.from_code(user.language_code if user else None, i18n.default)
    if has_channels or person.role is not Role.READER or person.language is not spoken:
        await publish_person_commands(
            bot,
            i18n,
            user_id=person.user_id,
            language=person.language,
            role=person.role,
            has_channels=has_channels,
        )
