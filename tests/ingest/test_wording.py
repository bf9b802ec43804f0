import pytest

from bot.ingest.wording import fingerprint, marks, plain

STORY = "Лид статьи. Второе предложение про 5 человек."


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("«Карабах»  сыграл\u00a0вничью – 1:1…", id="typography"),
        pytest.param('"Карабах" сыграл вничью - 1:1...', id="typewriter"),
        pytest.param("“Кара\u00adбах” сыграл вничью — 1:1…", id="a soft hyphen"),
        pytest.param("\u2066«Карабах» сыграл\u200b вничью — 1:1…\ufe0f", id="what nobody sees"),
    ],
)
def test_a_fingerprint_does_not_see_the_dress_of_the_words(title: str) -> None:
    assert fingerprint(title, "", "") == fingerprint('"Карабах" сыграл вничью - 1:1...', "", "")


def test_a_fingerprint_sees_words_and_where_they_stand() -> None:
    assert len({fingerprint(*texts) for texts in (("a", "", ""), ("A", "", ""), ("", "a", ""), ("a", "a", ""))}) == 4


@pytest.mark.parametrize(
    "counter",
    [
        "Просмотров: 1 234", "Комментарии (5)", "1,234 views", "Baxış sayı: 55", "3 min read", "Время чтения: 2 мин.",
        "Просмотров: 12 | Комментарии: 3", "12 просмотров", "Oxunub: 1 250",
    ],
)  # fmt: skip
def test_what_a_site_counts_is_no_word_of_the_article(counter: str) -> None:
    assert plain(f"{STORY}\n\n{counter}") == plain(f"{STORY} {counter}") == plain(f"{counter}\n{STORY}") == plain(STORY)


@pytest.mark.parametrize("counter", ["👁 1 234", "👁️ 12 · 💬 3", "5 минут назад", "Обновлено: 12:45", "2 saat əvvəl"])
def test_what_stands_on_a_line_of_its_own_beside_an_article_is_no_word_of_it(counter: str) -> None:
    assert plain(f"{STORY}\n\n{counter}") == plain(STORY)


@pytest.mark.parametrize(
    "sentence",
    [
        "Клип набрал 5 просмотров", "За сутки 1 234 просмотра", "Погибли 5 человек", "Счёт: 5", "В деле 3 комментария",
        "Премьера: 12 минут назад он вышел", "Матч завершился со счётом 2:1.", "Родились в 1990",
    ],
)  # fmt: skip
def test_numbers_that_are_news_stay(sentence: str) -> None:
    assert plain(f"{STORY}\n\n{sentence}") == f"{plain(STORY)} {sentence}"


def test_marks_tell_which_part_changed_and_fit_their_column() -> None:
    one, other = (marks("Заголовок", "Лид.", body).split("-") for body in ("Тело.", "Другое тело."))
    assert [left == right for left, right in zip(one, other, strict=True)] == [True, True, False]
    assert len("-".join(one)) <= 64
