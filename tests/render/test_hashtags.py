"""Hashtags that Telegram makes links of, as its imitation finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.hashtags import hashtag
from bot.sandbox.bot_api.text import formatted


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Футбол", "#Футбол"),
        ("Внешняя политика", "#Внешняя_политика"),
        ("Ещё о ёлках", "#Ещё_о_ёлках"),
        ("Е\u0308лки", "#Ёлки"),
        ("İqtisadiyyat", "#İqtisadiyyat"),
        ("I\u0307qtisadiyyat", "#İqtisadiyyat"),
        ("Qarabağ: xəbərlər və ıssızlıq", "#Qarabağ_xəbərlər_və_ıssızlıq"),
        ("COVID-19", "#COVID_19"),
        ("People’s choice", "#Peoples_choice"),
        ("Финансы & рынки", "#Финансы_рынки"),
        ("🌍 Мир", "#Мир"),
        ("2026", ""),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_title_becomes_a_hashtag(title: str, made: str) -> None:
    assert hashtag(title) == made


@given(st.text(alphabet="абЯёəİıÇ09 _-'&#\u0308\n🌍", max_size=30))
def test_a_hashtag_is_one_as_a_whole_or_none(title: str) -> None:
    made = hashtag(title)
    if made:
        (entity,) = formatted(made, None).entities
        assert (entity.type, entity.offset, entity.length) == ("hashtag", 0, len(made))
