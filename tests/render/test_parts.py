"""A text cut into messages: where it is cut, and what is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.html import bold, escape, link, plain, visible_length
from bot.render.parts import beginning_of, parted
from bot.sandbox.bot_api.text import formatted

SENTENCE = "Он сказал, что всё готово. "
FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇦🇿"


def test_a_text_that_fits_stays_whole() -> None:
    assert parted("Абзац.\n\nДругой.", [100, 100]) == (["Абзац.\n\nДругой."], "")


def test_a_part_ends_with_a_paragraph() -> None:
    assert parted("a" * 60 + "\n\n" + "b" * 60, [100, 100]) == (["a" * 60, "b" * 60], "")


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    parts, rest = parted((SENTENCE * 6).strip(), [100, 100])
    assert rest == ""
    assert all(part.endswith("готово.") and part.startswith("Он") for part in parts)


def test_a_sentence_takes_its_closing_quote_along() -> None:
    told = "«" + SENTENCE.strip() + "» " + "А " * 40
    assert beginning_of(told, 35)[0] == "«Он сказал, что всё готово.»"


def test_a_long_sentence_is_cut_after_a_word() -> None:
    assert beginning_of("слово " * 10, 20) == ("слово слово слово", "слово " * 7)


def test_parts_are_about_equally_long() -> None:
    paragraphs = "\n\n".join(f"{number:02} " + "a" * 96 for number in range(11))
    parts, _ = parted(paragraphs, [1000, 1000])
    assert sorted(map(visible_length, parts)) == [503, 604]


def test_what_finds_no_room_is_the_rest() -> None:
    assert parted("a" * 60 + "\n\n" + "b" * 60, [100]) == (["a" * 60], "b" * 60)


@pytest.mark.parametrize("sign", [FAMILY, FLAG, "é̂", "&amp;"])
def test_a_sign_is_never_cut(sign: str) -> None:
    for room in range(20, 40):
        head, rest = beginning_of(sign * 30, room)
        assert head.replace(sign, "") == rest.replace(sign, "") == ""


def test_a_link_that_cannot_stay_whole_goes_on_in_the_next_part() -> None:
    parts, _ = parted(link("слово " * 20, "https://example.org/a?b=1&c=2"), [70, 70])
    assert all(part.startswith('<a href="https://example.org/a?b=1&amp;c=2">') for part in parts)
    assert all(part.endswith("</a>") for part in parts)


PIECES = st.lists(
    st.sampled_from([
        escape("Он сказал: «Да». "), "слово ", "\n\n", "\n", escape("a < b & c "), bold("жирно и долго"), FAMILY, FLAG, "ü" * 30,
        link("по ссылке", "https://example.org/?a=1&b=2"), "— Нет! ", "مرحبا ", "1. ", "…",
    ]),
    min_size=1,
    max_size=80,
).map("".join)  # fmt: skip


@given(PIECES, st.lists(st.integers(20, 200), min_size=1, max_size=6))
def test_parts_keep_their_rooms_their_tags_and_every_word(html: str, rooms: list[int]) -> None:
    parts, rest = parted(html, rooms)

    assert 0 < len(parts) <= len(rooms)
    for part, room in zip(parts, rooms, strict=False):
        assert visible_length(part) <= room
        assert formatted(part, "HTML", ()).text == plain(part).strip() or not plain(part).strip()
    told = "".join(plain(part) for part in (*parts, rest))
    assert "".join(told.split()) == "".join(plain(html).split())
