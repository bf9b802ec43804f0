import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.article import Trace
from bot.ingest.similar import Text, is_same, is_same_story, likeness, nearest, trace

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
    is_found = bool(nearest(trace(**one), {1: trace(**other)}))
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


def test_the_nearest_come_first_and_the_far_not_at_all() -> None:
    own = Trace(signature=0, title_hash=1)
    others = {
        "far": Trace(signature=-1, title_hash=2),
        "near": Trace(signature=0b111, title_hash=3),
        "nearer": Trace(signature=-(2**63), title_hash=4),
        "of the same title": Trace(signature=None, title_hash=1),
    }
    assert nearest(own, others) == ["of the same title", "nearer", "near"]


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
