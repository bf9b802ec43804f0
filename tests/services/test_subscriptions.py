import asyncio

import pytest

from bot.domain.errors import UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.services import Services
from bot.services.subscriptions import Selection
from tests.cast import ALICE, BOB

FOOTBALL, REGION = Slug("football"), Slug("region")


def chosen(selection: Selection) -> list[str]:
    return [choice.rubric.slug for choice in selection.choices if choice.is_chosen]


async def test_nothing_is_chosen_at_first(services: Services) -> None:
    selection = await services.subscriptions.show(ALICE, Language.RU)

    assert [choice.rubric.slug for choice in selection.choices] == [FOOTBALL, REGION]
    assert chosen(selection) == []


async def test_a_repeated_tap_does_not_flip_the_choice_back(services: Services) -> None:
    for _ in range(2):
        selection = await services.subscriptions.choose(ALICE, Language.RU, REGION, is_wanted=True)
    assert chosen(selection) == [REGION]

    for _ in range(2):
        selection = await services.subscriptions.choose(ALICE, Language.RU, REGION, is_wanted=False)
    assert chosen(selection) == []


async def test_taps_at_the_same_moment_all_count(services: Services) -> None:
    await services.subscriptions.show(ALICE, Language.RU)

    await asyncio.gather(
        *(
            services.subscriptions.choose(ALICE, Language.RU, slug, is_wanted=True)
            for slug in (FOOTBALL, REGION, FOOTBALL, REGION)
        )
    )

    assert chosen(await services.subscriptions.show(ALICE, Language.RU)) == [FOOTBALL, REGION]


async def test_everything_and_nothing_are_one_tap_each(services: Services) -> None:
    everything = await services.subscriptions.choose_every(ALICE, Language.RU, is_wanted=True)
    nothing = await services.subscriptions.choose_every(ALICE, Language.RU, is_wanted=False)

    assert chosen(everything) == [FOOTBALL, REGION]
    assert chosen(nothing) == []


async def test_a_choice_is_a_persons_own(services: Services) -> None:
    await services.subscriptions.choose(ALICE, Language.RU, REGION, is_wanted=True)

    assert chosen(await services.subscriptions.show(BOB, Language.EN)) == []


async def test_an_unknown_rubric_is_refused(services: Services) -> None:
    with pytest.raises(UnknownRubricError):
        await services.subscriptions.choose(ALICE, Language.RU, Slug("weather"), is_wanted=True)
