import pytest

from bot.sandbox.client import Person, SandboxClient
from tests.journeys.conftest import News

pytestmark = pytest.mark.usefixtures("bot")


async def test_alice_subscribes_and_receives_what_is_published_in_her_rubric(alice: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")

    await news.publishes("Ставки снижены", rubric="Бизнес")
    url = await news.publishes("Карабах вышел в финал", lead="Матч прошёл в Баку.")

    post = await alice.sees("Карабах вышел в финал")
    assert "Матч прошёл в Баку." in post.text
    assert "⚽ Футбол" in post.text
    (row,) = post.buttons
    assert [(button.text, button.url) for button in row] == [("Читать полностью", url)]
    await alice.does_not_see("Ставки снижены")


async def test_a_tap_more_takes_the_rubric_away_again(alice: Person, bob: Person, news: News) -> None:
    await alice.sends("/rubrics")
    await alice.taps("Футбол")
    await alice.taps("Футбол")
    await bob.sends("/rubrics")
    await bob.taps("Football")

    await news.publishes("Cup final in Baku", rubric="Football", language="en")
    await news.publishes("Карабах вышел в финал")

    await bob.sees("Cup final in Baku")
    await alice.does_not_see("Карабах вышел в финал")


async def test_everybody_reads_in_their_own_language(alice: Person, bob: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Все")
    await bob.sends("/start")
    await bob.taps("All")

    await news.publishes("Cup final in Baku", rubric="Football", language="en")
    await news.publishes("Финал кубка в Баку")

    await bob.sees("Cup final in Baku")
    await alice.sees("Финал кубка в Баку")
    await alice.does_not_see("Cup final in Baku")


async def test_a_changed_language_changes_menus_and_news(alice: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Все")
    await alice.sends("/language")
    await alice.taps("English")

    await news.publishes("Cup final in Baku", rubric="Football", language="en")

    post = await alice.sees("Cup final in Baku")
    assert "⚽ Football" in post.text
    assert (await alice.commands())["rubrics"] == "choose rubrics"


async def test_a_deep_link_subscribes_to_its_rubric(alice: Person, news: News) -> None:
    await alice.opens_link("r-football")
    await alice.sees("Футбол")

    await news.publishes("Карабах вышел в финал")

    await alice.sees("Карабах вышел в финал")


async def test_an_article_that_stands_in_two_feeds_arrives_once(
    alice: Person, news: News, telegram: SandboxClient
) -> None:
    await alice.sends("/start")
    await alice.taps("Все")
    await news.publishes("Карабах вышел в финал")
    await alice.sees("Карабах вышел в финал")

    await telegram.breaks_feed("no_guids")
    await telegram.moves_clock(2)
    await news.publishes("Следующая новость")
    await alice.sees("Следующая новость")

    assert len([post for post in await alice.posts() if "Карабах вышел в финал" in post.text]) == 1


async def test_a_correction_changes_the_message_in_its_place(alice: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    url = await news.publishes("Карабах проиграл")
    post = await alice.sees("Карабах проиграл")

    await news.corrects(url, title="Карабах победил")

    corrected = await alice.sees("Карабах победил")
    assert corrected.message_id == post.message_id
    assert corrected.button_texts == ["Читать полностью"]


async def test_who_stops_gets_nothing_and_keeps_the_rubrics(alice: Person, edgar: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    await alice.sends("/stop")
    await alice.sees("остановлены")
    await edgar.sends("/start")
    await edgar.taps("Футбол")

    await news.publishes("Пока Алиса не читает")
    await edgar.sees("Пока Алиса не читает")
    await alice.sends("/start")
    await alice.sees("С возвращением")
    await news.publishes("Алиса снова читает")

    await alice.sees("Алиса снова читает")
    await alice.does_not_see("Пока Алиса не читает")


async def test_who_blocked_the_bot_comes_back_without_a_flood(alice: Person, edgar: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    await alice.blocks_bot()
    await edgar.sends("/start")
    await edgar.taps("Футбол")
    await news.publishes("Пока бот заблокирован")
    await edgar.sees("Пока бот заблокирован")

    await alice.unblocks_bot()
    await alice.sends("/start")
    await alice.sees("Снова здравствуйте")
    await news.publishes("Снова вместе")

    await alice.sees("Снова вместе")
    await alice.does_not_see("Пока бот заблокирован")


async def test_the_latest_articles_are_there_before_any_subscription(alice: Person, bob: Person, news: News) -> None:
    await news.publishes("Карабах вышел в финал")
    await bob.sends("/start")
    await bob.taps("Football")
    await news.publishes("Barrier", rubric="Football", language="en")
    await bob.sees("Barrier")

    await alice.sends("/latest")

    assert "Карабах вышел в финал" in (await alice.sees("Последнее во всех рубриках")).text


async def test_a_headline_full_of_markup_arrives_as_it_was_written(alice: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")

    await news.publishes('«A < B» & "C" 😀')

    await alice.sees('«A < B» & "C" 😀')


async def test_a_headline_of_ten_thousand_characters_arrives_cut(alice: Person, news: News) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")

    await news.publishes("Очень длинный заголовок " * 420)

    post = await alice.sees("Очень длинный заголовок")
    assert len(post.text) <= 4096
    assert "…" in post.text


@pytest.mark.parametrize("fault", ["503", "empty", "truncated", "html", "huge"])
async def test_a_feed_that_breaks_and_recovers_loses_nothing(
    alice: Person, news: News, telegram: SandboxClient, fault: str
) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    await telegram.breaks_feed(fault)
    await news.publishes("Вышло, пока лента не работала")
    await telegram.moves_clock(5)
    await telegram.breaks_feed(None)
    # The pause after a failure grows up to an hour.
    await telegram.moves_clock(3700)

    await alice.sees("Вышло, пока лента не работала")


async def test_a_feed_in_another_encoding_is_read(alice: Person, news: News, telegram: SandboxClient) -> None:
    await alice.sends("/start")
    await alice.taps("Футбол")
    await telegram.breaks_feed("windows-1251")

    await news.publishes("Карабах вышел в финал")

    await alice.sees("Карабах вышел в финал")
