from bot.sandbox.client import Person
from tests.handlers.conftest import Newsroom

DAY = 24 * 60


async def test_the_newest_articles_come_with_time_link_and_rubric(alice: Person, newsroom: Newsroom) -> None:
    older = await newsroom.publishes("Переговоры <в> Баку", rubric="foreign-policy", minutes_ago=DAY)
    await newsroom.publishes("Матч & счёт")
    await alice.sends("/latest")

    message = await alice.sees("Последнее во всех рубриках")
    heading, newest, oldest = message.text.split("\n\n")
    assert heading == "Последнее во всех рубриках"
    assert newest == "10:00 Матч & счёт · Футбол"
    assert oldest == "1 марта, 10:00 Переговоры <в> Баку · Внешняя политика"
    assert f'href="{older}"' in message.html


async def test_chosen_rubrics_narrow_the_list(alice: Person, newsroom: Newsroom) -> None:
    await newsroom.publishes("Переговоры", rubric="foreign-policy")
    await newsroom.publishes("Матч")
    await alice.opens_link("r-football")
    await alice.sends("/latest")

    message = await alice.sees("Последнее в ваших рубриках")
    assert "Матч" in message.text
    assert "Переговоры" not in message.text


async def test_a_long_list_of_long_headlines_fits_one_message(alice: Person, newsroom: Newsroom) -> None:
    for number in range(12):
        await newsroom.publishes(f"{number} " + "очень " * 200)
    await alice.sends("/latest")

    message = await alice.sees("Последнее во всех рубриках")
    assert len(message.text.split("\n\n")) == 11
    assert len(message.text) < 4096


async def test_before_the_first_article_one_is_told_so(alice: Person) -> None:
    await alice.sends("/latest")

    await alice.sees("Пока ничего нет")
