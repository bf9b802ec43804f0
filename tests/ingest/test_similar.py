import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import Trace
from bot.ingest.similar import NEAR, Text, Window, is_same, is_same_story, likeness, trace
from tests.make import MORNING

PAIRS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data/near_duplicates/pairs.json").read_text(encoding="utf-8")
)
STORY = (
    "Как сообщает министерство, длина моста составляет 412 метров, по нему смогут проезжать тысячи автомобилей в сутки. "
    "Строительство продолжалось два года, подрядчиком выступила местная компания, проект разработали инженеры."
)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["name"] for pair in PAIRS])
def test_copies_are_told_from_texts_of_one_pattern(pair: dict[str, Any]) -> None:
    one, other = pair["one"], pair["other"]
    is_found = bool(window_of(trace(**other)).nearest(trace(**one)))
    is_one = is_same(Text(**one), Text(**other), apart=timedelta(hours=pair["hours"]))
    assert (is_found and is_one) is pair["same"]
    assert is_same(Text(**other), Text(**one), apart=timedelta(hours=-pair["hours"])) is is_one


def test_a_trace_fits_the_integers_of_a_database() -> None:
    traces = [trace(**pair["one"]) for pair in PAIRS]
    numbers = [number for each in traces for number in (each.signature, each.title_hash) if number is not None]
    assert all(-(2**63) <= number < 2**63 for number in numbers)
    assert min(numbers) < 0


def test_too_few_words_have_no_signature() -> None:
    assert trace("Погода", "", "").signature is None


def window_of(*traces: Trace) -> Window:
    window = Window()
    for key, each in enumerate(traces, 1):
        window.add(key, each, at=MORNING + timedelta(minutes=key))
    return window


def test_the_nearest_come_first_and_the_far_not_at_all() -> None:
    window = window_of(
        Trace(signature=-1, title_hash=2),
        Trace(signature=0b111, title_hash=3),
        Trace(signature=-(2**63), title_hash=4),
        Trace(signature=None, title_hash=1),
        Trace(signature=None, title_hash=5),
    )
    assert window.nearest(Trace(signature=0, title_hash=1)) == [4, 3, 2]
    assert window.nearest(Trace(signature=None, title_hash=2)) == [1]


_numbers64 = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(_numbers64, max_size=40), _numbers64, st.integers(0, 40))
def test_a_window_counts_the_bits_that_differ(signatures: list[int], own: int, flipped: int) -> None:
    # One that is surely near.
    near = own ^ ((1 << min(flipped, NEAR)) - 1)
    everything = [*signatures, near]
    window = window_of(*(Trace(signature=each, title_hash=key) for key, each in enumerate(everything, 1)))
    distances = sorted(((each ^ own) % 2**64).bit_count() for each in everything)
    found = window.nearest(Trace(signature=own, title_hash=-1))
    assert [((everything[key - 1] ^ own) % 2**64).bit_count() for key in found] == [
        distance for distance in distances if distance <= NEAR
    ][:8]


def test_a_window_forgets_and_holds_nothing_twice() -> None:
    window = window_of(*(Trace(signature=None, title_hash=1) for _ in range(5)))
    window.add(5, Trace(signature=None, title_hash=1), at=MORNING)
    window.forget(MORNING + timedelta(minutes=3))
    assert (window.nearest(Trace(signature=None, title_hash=1)), window.newest) == ([3, 4, 5], 5)
    window.forget(MORNING + timedelta(days=1))
    assert (window.nearest(Trace(signature=0, title_hash=1)), window.newest) == ([], 0)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(Text("Мост открыт", "", STORY), True, id="another headline"),
        pytest.param(Text("Мост закрыт", "", STORY.replace("412", "500")), False, id="another number"),
        pytest.param(Text("Мост", "", STORY[:60]), False, id="half of it"),
        pytest.param(Text("Мост", "", ""), False, id="nothing"),
    ],
)
def test_the_same_story_under_another_headline(other: Text, *, expected: bool) -> None:
    assert is_same_story(Text("В Баку построен новый мост", "", STORY), other) is expected


def test_likeness_counts_the_words_that_say_something() -> None:
    assert likeness("Мост в Баку открыт", "Мост в Гяндже закрыт") == pytest.approx(1 / 3)
    assert likeness("Мост", "") == likeness("в", "в") == 0
