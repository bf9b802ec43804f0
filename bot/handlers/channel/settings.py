"""A channel's menu: its rubrics, articles and ticker, language and pause, all in one message that each tap redraws."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import TICKER_INTERVALS, Destination, DestinationState
from bot.domain.errors import StaleButtonError, UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row, marked, paged, rubric_label
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channels import Channels, ChannelSettings

# What the ticker's button switches on; the intervals appear below it then.
_FIRST_INTERVAL = 15
# More of them side by side are cut on a phone.
_INTERVALS_IN_ROW = 3


class Wish(StrEnum):
    """What a button asks for. It says the state that is wanted, so that a double tap does not flip it back."""

    LOOK = "o"
    CHOOSE = "c"
    DROP = "d"
    CHOOSE_ALL = "ca"
    DROP_ALL = "da"
    ARTICLES = "a"
    NO_ARTICLES = "na"
    TICKER = "t"
    NO_TICKER = "nt"
    LANGUAGE = "l"
    PAUSE = "p"
    RESUME = "r"


class ChannelButton(CallbackData, prefix="c"):
    """`value` is a rubric, an interval or a language. Within Telegram's 64 bytes with the longest id and slug."""

    channel: int
    wish: Wish
    value: str = ""
    page: int = 0


class ChannelListButton(CallbackData, prefix="cl"):
    """Back to the list of channels; whose list it is follows from who taps."""


def build_router() -> Router:
    router = Router(name="settings")
    router.callback_query.register(tap, ChannelButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: ChannelButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    try:
        settings = await _fulfil(callback_data, channel, services.channels)
    except UnknownRubricError:
        await redraw(bot, callback, settings_screen(await services.channels.show(channel.id), person.texts))
        raise
    await redraw(bot, callback, settings_screen(settings, person.texts, page=callback_data.page))


async def _fulfil(button: ChannelButton, channel: Destination, channels: Channels) -> ChannelSettings:  # noqa: PLR0911
    match button.wish:
        case Wish.LOOK:
            return await channels.show(channel.id)
        case Wish.CHOOSE | Wish.DROP:
            return await channels.choose(channel.id, Slug(button.value), is_wanted=button.wish is Wish.CHOOSE)
        case Wish.CHOOSE_ALL | Wish.DROP_ALL:
            return await channels.choose_every(channel.id, is_wanted=button.wish is Wish.CHOOSE_ALL)
        case Wish.ARTICLES | Wish.NO_ARTICLES:
            return await channels.set_articles(channel.id, is_on=button.wish is Wish.ARTICLES)
        case Wish.TICKER:
            return await channels.set_ticker(channel.id, _interval(button.value))
        case Wish.NO_TICKER:
            return await channels.set_ticker(channel.id, None)
        case Wish.LANGUAGE:
            return await channels.set_language(channel.id, _language(button.value))
        case Wish.PAUSE:
            return await channels.pause(channel.id)
        case Wish.RESUME:
            return await channels.resume(channel.id)
        case _:
            assert_never(button.wish)


def _interval(value: str) -> int:
    for minutes in TICKER_INTERVALS:
        if value == str(minutes):
            return minutes
    raise StaleButtonError


def _language(value: str) -> Language:
    for language in Language:
        if value == language:
            return language
    raise StaleButtonError


def settings_screen(settings: ChannelSettings, texts: Texts, *, page: int = 0, intro: str = "") -> Screen:
    text = _text(settings, texts)
    buttons = _Buttons(settings.channel, page, texts)
    rows = (
        *buttons.rubrics(settings),
        *buttons.delivery(),
        buttons.languages(),
        buttons.end(),
    )
    return Screen(text=f"{intro}\n\n{text}" if intro else text, rows=rows)


def _text(settings: ChannelSettings, texts: Texts) -> str:
    channel = settings.channel
    chosen = sum(choice.is_chosen for choice in settings.choices)
    lines = [f"<b>{escape(one_line(channel.title))}</b>", texts("channels.rubrics", count=chosen)]
    lines.append(texts("channels.articles-on") if channel.articles_on else texts("channels.articles-off"))
    if channel.ticker_minutes is None:
        lines.append(texts("channels.ticker-off"))
    else:
        lines.append(texts("channels.ticker-on", minutes=channel.ticker_minutes))
    if channel.state is DestinationState.PAUSED:
        lines += ["", texts("channels.paused")]
    elif not chosen:
        lines += ["", texts("channels.choose")]
    return "\n".join(lines)


class _Buttons:
    """The rows of one channel's menu."""

    def __init__(self, channel: Destination, page: int, texts: Texts) -> None:
        self._channel = channel
        self._page = page
        self._texts = texts

    def rubrics(self, settings: ChannelSettings) -> tuple[Row, ...]:
        if not settings.choices:
            return ()
        buttons = [
            self._button(
                rubric_label(choice, self._texts),
                Wish.DROP if choice.is_chosen else Wish.CHOOSE,
                choice.rubric.slug,
            )
            for choice in settings.choices
        ]
        rows = paged(
            buttons,
            self._page,
            turn=lambda page: ChannelButton(channel=self._channel.id, wish=Wish.LOOK, page=page).pack(),
            texts=self._texts,
        )
        every = (
            self._button(self._texts("rubrics.all"), Wish.CHOOSE_ALL),
            self._button(self._texts("rubrics.none"), Wish.DROP_ALL),
        )
        return (*rows, every)

    def delivery(self) -> tuple[Row, ...]:
        is_on, minutes = self._channel.articles_on, self._channel.ticker_minutes
        articles = self._button(
            marked(self._texts("channels.articles"), is_on=is_on), Wish.NO_ARTICLES if is_on else Wish.ARTICLES
        )
        if minutes is None:
            ticker = self._button(self._texts("channels.ticker"), Wish.TICKER, str(_FIRST_INTERVAL))
            return ((articles, ticker),)
        ticker = self._button(marked(self._texts("channels.ticker"), is_on=True), Wish.NO_TICKER)
        intervals = [
            self._button(
                marked(self._texts("channels.minutes", minutes=each), is_on=each == minutes), Wish.TICKER, str(each)
            )
            for each in TICKER_INTERVALS
        ]
        rows = (
            tuple(intervals[start : start + _INTERVALS_IN_ROW]) for start in range(0, len(intervals), _INTERVALS_IN_ROW)
        )
        return ((articles, ticker), *rows)

    def languages(self) -> Row:
        return tuple(
            self._button(
                marked(self._texts(f"language.{each}"), is_on=each is self._channel.language), Wish.LANGUAGE, each
            )
            for each in Language
        )

    def end(self) -> Row:
        is_paused = self._channel.state is DestinationState.PAUSED
        pause = self._button(
            self._texts("channels.resume") if is_paused else self._texts("channels.pause"),
            Wish.RESUME if is_paused else Wish.PAUSE,
        )
        back = InlineKeyboardButton(text=self._texts("channels.back"), callback_data=ChannelListButton().pack())
        return (pause, back)

    def _button(self, text: str, wish: Wish, value: str = "") -> InlineKeyboardButton:
        data = ChannelButton(channel=self._channel.id, wish=wish, value=value, page=self._page)
        return InlineKeyboardButton(text=text, callback_data=data.pack())
