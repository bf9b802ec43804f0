"""Which destinations are meant, as conditions of a query. Planning chooses by them, and /why tells by the same ones."""

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from bot.domain.destination import Audience, DestinationKind, DestinationState, Requirement
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.words import WordKind
from bot.store.tables import channel_editions, channel_words, destinations, subscriptions


def audience_condition(audience: Audience, ids: range | None = None) -> ColumnElement[bool]:
    """The destinations an audience means, as a condition on the table; `ids` narrows it to some of them."""
    return and_(within(ids, destinations.c.id), *audience_requirements(audience, ids).values())


def audience_requirements(audience: Audience, ids: range | None = None) -> dict[Requirement, ColumnElement[bool]]:
    """All that an audience asks of a destination, part by part."""
    # `ids` is said of both tables: SQLite would read every subscription for each part of a fan-out.
    requirements = {
        Requirement.STATE: destinations.c.state == DestinationState.ACTIVE.value,
        Requirement.LANGUAGE: _language(audience),
        Requirement.KIND: destinations.c.kind.in_([kind.value for kind in audience.kinds]),
        Requirement.SUBSCRIPTION: destinations.c.id.in_(
            select(subscriptions.c.destination_id).where(
                subscriptions.c.rubric.in_(list(audience.rubrics)),
                subscriptions.c.mode.in_([mode.value for mode in audience.modes]),
                within(ids, subscriptions.c.destination_id),
            )
        ),
    }
    # Of a million people none has words to look for.
    return requirements | _words(audience) if DestinationKind.CHANNEL in audience.kinds else requirements


def _language(audience: Audience) -> ColumnElement[bool]:
    own = destinations.c.language.in_([language.value for language in audience.languages])
    if audience.edition is None or DestinationKind.CHANNEL not in audience.kinds:
        return own
    rows = select(channel_editions.c.destination_id).where(channel_editions.c.language == audience.edition.value)
    return or_(own, destinations.c.id.in_(rows))


def _words(audience: Audience) -> dict[Requirement, ColumnElement[bool]]:
    def having(kind: WordKind, *condition: ColumnElement[bool]) -> ColumnElement[bool]:
        rows = select(channel_words.c.destination_id).where(channel_words.c.kind == kind.value, *condition)
        return destinations.c.id.in_(rows)

    occurs = channel_words.c.word.in_(list(audience.words))
    return {
        Requirement.INCLUDED_WORDS: ~having(WordKind.INCLUDE) | having(WordKind.INCLUDE, occurs),
        Requirement.LEFT_OUT_WORDS: ~having(WordKind.LEAVE_OUT, occurs),
    }


def within(ids: range | None, column: ColumnElement[int]) -> ColumnElement[bool]:
    return column.between(ids.start, ids.stop - 1) if ids is not None else true()


def holds_during(quiet: QuietHours) -> ColumnElement[bool]:
    """The destinations whose posts wait in these very hours."""
    return and_(
        func.coalesce(destinations.c.quiet_mode, "") == QuietMode.HOLD.value,
        destinations.c.quiet_start == quiet.start,
        destinations.c.quiet_end == quiet.end,
    )
