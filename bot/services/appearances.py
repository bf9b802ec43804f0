"""How a channel's posts look: set by its administrators, and shown to them on its last article."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.appearance import MAX_BUTTON, MAX_SIGNATURE, Appearance, Layout, LinkedWords
from bot.domain.article import Article
from bot.domain.channel import Administrator, Setting
from bot.domain.destination import DestinationId, edition
from bot.domain.errors import NoButtonError, SignatureTooLongError
from bot.domain.language import Language
from bot.domain.rubric import Rubric
from bot.render.html import linkable, one_line
from bot.render.template import read_template
from bot.services.channel_editing import ChannelSettings, Editing, editing
from bot.store.database import Database, Transaction

_SECURE = "https://"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """An article as its post needs it; None: there is none yet. `source` names where it came from."""

    article: Article | None
    rubrics: tuple[Rubric, ...] = ()
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    settings: ChannelSettings
    sample: Sample


class Appearances:
    def __init__(self, *, database: Database, clock: Clock, default: Language) -> None:
        self._database = database
        self._clock = clock
        self._default = default

    async def show(self, channel_id: DestinationId, by: Administrator) -> Shown:
        async with editing(self._database, self._clock, channel_id, by) as edit:
            return await self._shown(edit)

    async def change(
        self,
        channel_id: DestinationId,
        by: Administrator,
        setting: Setting,
        wanted: Callable[[Appearance], Appearance],
    ) -> Shown:
        """Posts from now on look so; what stands does once it is corrected."""
        async with editing(self._database, self._clock, channel_id, by) as edit:
            before = edit.channel.appearance
            after = wanted(before)
            if after != before:
                await edit.tx.destinations.set_appearance(channel_id, after)
                await edit.record(setting, _told(setting, after))
            return await self._shown(edit)

    async def set_template(self, channel_id: DestinationId, by: Administrator, text: str) -> Shown:
        """It is what posts are written by from now on. Raises TemplateError."""
        read_template(text)
        return await self.change(
            channel_id, by, Setting.TEMPLATE, lambda before: replace(before, layout=Layout.OWN, template=text)
        )

    async def set_signature(self, channel_id: DestinationId, by: Administrator, text: str) -> Shown:
        """Words, or words and the address they lead to. Raises SignatureTooLongError."""
        signature = _linked_words(text)
        if not 0 < len(signature.text) <= MAX_SIGNATURE:
            raise SignatureTooLongError(most=MAX_SIGNATURE)
        return await self.change(channel_id, by, Setting.SIGNATURE, lambda before: replace(before, signature=signature))

    async def set_button(self, channel_id: DestinationId, by: Administrator, text: str) -> Shown:
        """Words and an address. Raises NoButtonError."""
        button = _linked_words(text)
        if button.url is None or button.text == button.url or len(button.text) > MAX_BUTTON:
            raise NoButtonError(most=MAX_BUTTON)
        return await self.change(channel_id, by, Setting.BUTTONS, lambda before: replace(before, button=button))

    async def _shown(self, edit: Editing) -> Shown:
        """With the newest article of the channel's rubrics, or of any, in the language it gets articles in."""
        settings = await edit.settings()
        tx, channel = edit.tx, settings.channel
        languages = (edition(channel.language, published=await tx.sources.languages(), default=self._default),)
        chosen = await tx.destinations.rubrics_of(channel.id)
        found = await tx.articles.latest(rubrics=chosen, languages=languages, limit=1)
        if chosen and not found:
            found = await tx.articles.latest(rubrics=(), languages=languages, limit=1)
        if not found:
            return Shown(settings=settings, sample=Sample(article=None))
        return Shown(settings=settings, sample=await sample_of(tx, found[0]))


async def sample_of(tx: Transaction, article: Article) -> Sample:
    known = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
    source = await tx.sources.get(article.source_id) if article.source_id is not None else None
    return Sample(
        article=article,
        rubrics=tuple(known[slug] for slug in article.rubrics if slug in known),
        source=source.spec.name if source is not None else "",
    )


def _linked_words(text: str) -> LinkedWords:
    """An address at the end is where the words before it lead; alone it is both. Others stay words."""
    words, _, last = one_line(text).rpartition(" ")
    if last.startswith(_SECURE) and linkable(last):
        return LinkedWords(text=words or last, url=last)
    return LinkedWords(text=one_line(text))


def _told(setting: Setting, appearance: Appearance) -> str | int:  # noqa: PLR0911, a line a setting
    match setting:
        case Setting.LAYOUT | Setting.TEMPLATE:
            return appearance.layout
        case Setting.PREVIEW:
            return appearance.size
        case Setting.PREVIEW_PLACE:
            return appearance.place
        case Setting.BUTTONS:
            return appearance.count_of_buttons
        case Setting.SIGNATURE:
            return appearance.signature.text if appearance.signature is not None else 0
        case Setting.HASHTAGS:
            return "on" if appearance.has_hashtags else "off"
        case Setting.ALBUMS:
            return "on" if appearance.has_albums else "off"
        case Setting.SILENT:
            return "on" if appearance.is_silent else "off"
        case Setting.RICH:
            return "on" if appearance.is_rich else "off"
        case _:
            raise ValueError(setting)
