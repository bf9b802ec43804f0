import pytest

from bot.domain.cause import Cause, because, cause_in


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_read_back_alone_and_with_telegrams_words(cause: Cause) -> None:
    assert cause_in(cause.value) == (cause, "")
    assert cause_in(because(cause, "Bad Gateway: 502")) == (cause, "Bad Gateway: 502")


@pytest.mark.parametrize("words", ["Forbidden: bot was blocked by the user", "gone with the wind", ""])
def test_what_telegram_says_alone_is_no_cause_of_ours(words: str) -> None:
    assert cause_in(words) == (None, words)
