"""How a channel's posts look: the settings as buttons, and below them its last article as a sample of what they make."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.domain.appearance import (
    MAX_BUTTON,
    MAX_SIGNATURE,
    MAX_TEMPLATE,
    Appearance,
    Layout,
    PreviewPlace,
    PreviewSize,
)
from bot.domain.channel import Question, Setting
from bot.domain.delivery import ONE
from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import StaleButtonError
from bot.handlers.channel.dialogue import Answers, Asked, ask
from bot.handlers.channel.sample import draw_sample, erase_sample, post_of
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show, show_message
from bot.handlers.toggles import Row, marked
from bot.i18n import I18n, Texts
from bot.render.html import escape
from bot.services import Services
from bot.services.appearances import Shown
from bot.services.channel_editing import ChannelSettings

_SECTION = "cv"


class PostsWish(StrEnum):
    LOOK = "o"
    SET = "s"
    ASK = "q"
    REMOVE = "x"
    TEST = "t"
    LEAVE = "b"
    # What to know before rich messages are switched on.
    WARN = "w"


class Typed(StrEnum):
    """What an administrator puts into words."""

    TEMPLATE = "template"
    SIGNATURE = "signature"
    BUTTON = "button"


class PostsButton(CallbackData, prefix="cv"):
    """`value` is what is wanted; `sample` the message with the sample, which stands in the same chat, 0: none yet."""

    channel: int
    wish: PostsWish = PostsWish.LOOK
    value: str = ""
    sample: int = 0


Change = Callable[[Appearance], Appearance]


def _into(**values: Any) -> Change:
    return lambda before: replace(before, **values)


# The switches, each with its field.
_SWITCHES = {
    "read": (Setting.BUTTONS, "has_read"),
    "share": (Setting.BUTTONS, "has_share"),
    "subscribe": (Setting.BUTTONS, "has_subscribe"),
    "hashtags": (Setting.HASHTAGS, "has_hashtags"),
    "albums": (Setting.ALBUMS, "has_albums"),
    "silent": (Setting.SILENT, "is_silent"),
    "rich": (Setting.RICH, "is_rich"),
}
_CHANGES: Mapping[str, tuple[Setting, Change]] = {
    **{f"layout-{each}": (Setting.LAYOUT, _into(layout=each)) for each in Layout},
    **{f"size-{each}": (Setting.PREVIEW, _into(size=each)) for each in PreviewSize},
    **{f"place-{each}": (Setting.PREVIEW_PLACE, _into(place=each)) for each in PreviewPlace},
    **{f"{name}-on": (setting, _into(**{of: True})) for name, (setting, of) in _SWITCHES.items()},
    **{f"{name}-off": (setting, _into(**{of: False})) for name, (setting, of) in _SWITCHES.items()},
}
_REMOVALS: Mapping[str, tuple[Setting, Change]] = {
    Typed.SIGNATURE: (Setting.SIGNATURE, _into(signature=None)),
    Typed.BUTTON: (Setting.BUTTONS, _into(button=None)),
}


def build_router() -> Router:
    router = Router(name="channel-posts")
    router.callback_query.register(tap, PostsButton.filter())
    router.message.register(typed, Answers(_SECTION))
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: PostsButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    match callback_data.wish:
        case PostsWish.ASK:
            await _ask(callback, callback_data, channel, bot, person, services)
            return
        case PostsWish.SET if callback_data.value == f"layout-{Layout.OWN}" and not channel.appearance.template:
            await _ask(callback, callback_data, channel, bot, person, services)
            return
        case PostsWish.WARN:
            settings = await services.channels.show(channel.id, person.administrator)
            await redraw(bot, callback, _warning(settings, callback_data.sample, person.texts))
            return
        case PostsWish.SET:
            shown = await _change(_CHANGES, callback_data.value, channel, person, services)
        case PostsWish.REMOVE:
            shown = await _change(_REMOVALS, callback_data.value, channel, person, services)
        case PostsWish.LOOK | PostsWish.LEAVE | PostsWish.TEST:
            shown = await services.appearances.show(channel.id, person.administrator)
        case _:
            assert_never(callback_data.wish)
    bot_name = (await bot.me()).username
    if callback_data.wish is PostsWish.TEST and (post := post_of(shown, i18n, bot_name)) is not None:
        await show_message(bot, person.chat_id, post)
        return
    post = post_of(shown, i18n, bot_name, frame=ONE)
    sample = await draw_sample(bot, person.chat_id, callback_data.sample, post, person.texts)
    await redraw(bot, callback, _screen(shown.settings, sample, person.texts))


async def _change(
    offers: Mapping[str, tuple[Setting, Change]],
    value: str,
    channel: Destination,
    person: Person,
    services: Services,
) -> Shown:
    if value not in offers:
        raise StaleButtonError
    setting, wanted = offers[value]
    return await services.appearances.change(channel.id, person.administrator, setting, wanted)


async def _ask(
    callback: CallbackQuery,
    button: PostsButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    what = Typed.TEMPLATE if button.wish is PostsWish.SET else _typed(button.value)
    look = channel.appearance
    is_set = {Typed.SIGNATURE: look.signature is not None, Typed.BUTTON: look.button is not None}.get(what, False)
    remove = PostsButton(channel=channel.id, wish=PostsWish.REMOVE, value=what, sample=button.sample)
    asked = Asked(
        channel=channel.id,
        section=_SECTION,
        text=_question(what, look, person.texts),
        way_back=PostsButton(channel=channel.id, sample=button.sample),
        argument=f"{what}:{button.sample}",
        instead=(InlineKeyboardButton(text=person.texts("posts.remove"), callback_data=remove.pack()),)
        if is_set
        else (),
    )
    await ask(bot, callback, person, services, asked)


def _typed(value: str) -> Typed:
    for each in Typed:
        if value == each:
            return each
    raise StaleButtonError


def _question(what: Typed, look: Appearance, texts: Texts) -> str:
    match what:
        case Typed.TEMPLATE:
            text = texts("posts.ask-template", most=MAX_TEMPLATE)
            now = f"\n\n{texts('posts.template-now')}\n<pre>{escape(look.template)}</pre>" if look.template else ""
            return f"{text}{now}"
        case Typed.SIGNATURE:
            return texts("posts.ask-signature", most=MAX_SIGNATURE)
        case Typed.BUTTON:
            return texts("posts.ask-button", most=MAX_BUTTON)
        case _:
            assert_never(what)


async def typed(
    message: Message,
    channel: Destination,
    question: Question,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    """The talk has gone on below the old sample and its settings, so both come anew."""
    what, _, sample = question.argument.partition(":")
    appearances, by, words = services.appearances, person.administrator, message.text or ""
    match _typed(what):
        case Typed.TEMPLATE:
            shown = await appearances.set_template(channel.id, by, words)
        case Typed.SIGNATURE:
            shown = await appearances.set_signature(channel.id, by, words)
        case Typed.BUTTON:
            shown = await appearances.set_button(channel.id, by, words)
    await erase_sample(bot, person.chat_id, int(sample))
    post = post_of(shown, i18n, (await bot.me()).username, frame=ONE)
    drawn = await draw_sample(bot, person.chat_id, 0, post, person.texts)
    await show(bot, person.chat_id, _screen(shown.settings, drawn, person.texts))


def _screen(settings: ChannelSettings, sample: int, texts: Texts) -> Screen:
    look = settings.channel.appearance
    preview = texts("posts.preview", size=look.size, place=look.place)
    # In a rich message the pictures are a collage, and the buttons stay.
    has_albums = look.offers_albums and look.has_albums and not look.is_rich_text
    albums = (texts("posts.about-albums"),) if has_albums else ()
    lines = (*_lines(settings, texts), preview, "", texts("posts.about"), *albums)
    leaves = PostsButton(channel=settings.channel.id, wish=PostsWish.LEAVE, sample=sample)
    return section_screen(settings, texts, *lines, rows=_Buttons(settings, sample, texts).rows(), leaves=leaves)


class _Buttons:
    def __init__(self, settings: ChannelSettings, sample: int, texts: Texts) -> None:
        self._channel = settings.channel
        self._look = settings.channel.appearance
        self._sample = sample
        self._texts = texts

    def rows(self) -> tuple[Row, ...]:
        look = self._look
        layouts = [self._choice("layout", each, is_on=each is look.layout) for each in Layout]
        sizes = tuple(self._choice("size", each, is_on=each is look.size) for each in PreviewSize)
        places = tuple(self._choice("place", each, is_on=each is look.place) for each in PreviewPlace)
        is_own = look.layout is Layout.OWN
        return (
            tuple(layouts[:2]),
            tuple(layouts[2:]),
            *(((self._question("template", Typed.TEMPLATE, is_on=False),),) if is_own else ()),
            *((self._rich(),) if look.layout is Layout.FULL else ()),
            sizes,
            *((places,) if look.size is not PreviewSize.NONE else ()),
            *(((self._switch("albums", is_on=look.has_albums),),) if look.offers_albums else ()),
            (self._switch("read", is_on=look.has_read), self._switch("share", is_on=look.has_share)),
            (
                self._switch("subscribe", is_on=look.has_subscribe),
                self._question("button", Typed.BUTTON, is_on=look.button is not None),
            ),
            (
                self._switch("hashtags", is_on=look.has_hashtags),
                self._question("signature", Typed.SIGNATURE, is_on=look.signature is not None),
            ),
            (self._switch("silent", is_on=look.is_silent), self._button("test", PostsWish.TEST)),
        )

    def _choice(self, kind: str, value: str, *, is_on: bool) -> InlineKeyboardButton:
        return self._button(f"{kind}-{value}", PostsWish.SET, f"{kind}-{value}", is_on=is_on)

    def _switch(self, name: str, *, is_on: bool) -> InlineKeyboardButton:
        return self._button(name, PostsWish.SET, f"{name}-{'off' if is_on else 'on'}", is_on=is_on)

    def _rich(self) -> Row:
        """Off at once, on after a warning."""
        if self._look.is_rich:
            return (self._switch("rich", is_on=True),)
        return (self._button("rich", PostsWish.WARN),)

    def _question(self, name: str, what: Typed, *, is_on: bool) -> InlineKeyboardButton:
        return self._button(name, PostsWish.ASK, what, is_on=is_on)

    def _button(self, name: str, wish: PostsWish, value: str = "", *, is_on: bool = False) -> InlineKeyboardButton:
        data = PostsButton(channel=self._channel.id, wish=wish, value=value, sample=self._sample)
        return InlineKeyboardButton(text=marked(self._texts(f"posts.{name}"), is_on=is_on), callback_data=data.pack())


def _warning(settings: ChannelSettings, sample: int, texts: Texts) -> Screen:
    def button(text: str, wish: PostsWish, value: str = "") -> InlineKeyboardButton:
        data = PostsButton(channel=settings.channel.id, wish=wish, value=value, sample=sample)
        return InlineKeyboardButton(text=text, callback_data=data.pack())

    on = button(texts("posts.rich-on"), PostsWish.SET, "rich-on")
    off = button(texts("posts.rich-off"), PostsWish.LOOK)
    return section_screen(settings, texts, "", texts("posts.rich-warning"), rows=((on,), (off,)))


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    look = settings.channel.appearance
    lines = [texts("posts.line", layout=look.layout)]
    if look.is_rich and look.layout is Layout.FULL:
        lines.append(texts("posts.line-rich"))
    if look.is_silent:
        lines.append(texts("posts.line-silent"))
    return tuple(lines)


def _opens(channel_id: DestinationId) -> CallbackData:
    return PostsButton(channel=channel_id)


SECTION = Section(name="posts", build_router=build_router, opens=_opens, lines=_lines)
