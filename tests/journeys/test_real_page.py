"""The text of a real page, one article and nine lines of latest news, on its way to a channel, a subscriber and a ticker."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Person
from bot.sandbox.server import Sandbox
from tests.journeys.conftest import publishes_in_russian, takes_rubric
from tests.journeys.test_channel import ticks_until

pytestmark = pytest.mark.usefixtures("bot")

PAGE = Path(__file__).parents[1] / "data" / "report-article.txt"
ARTICLE = "Азербайджан и Перу провели первый раунд межмидовских политконсультаций"
FOREIGN_POLICY = [
    ARTICLE,
    "Президент Ильхам Алиев поблагодарил Дональда Трампа",
    "Алиев Трампу: Ваша неизменная приверженность урегулированию конфликтов заслуживает международного признания",
    "Укрепление военного сотрудничества станет приоритетом в ходе председательства Азербайджана в ОТГ",
]
TICKER = """\
Коротко · 10 декабря

4 сентября, 09:32 Азербайджан и Перу провели первый раунд межмидовских политконсультаций · Внешняя политика

19:44 Президент Ильхам Алиев поблагодарил Дональда Трампа · Внешняя политика

19:51 Алиев Трампу: Ваша неизменная приверженность урегулированию конфликтов заслуживает международного признания · \
Внешняя политика

20:06 Минфин США разрешил операции с зарубежными активами "Лукойла" до середины января 2026 года · Другие страны

20:16 Суд Нью-Йорка разрешил публикацию материалов по делу Эпштейна · Другие страны

20:29 Парламент Грузии принял поправки к закону о собраниях и демонстрациях · В регионе

20:38 Укрепление военного сотрудничества станет приоритетом в ходе председательства Азербайджана в ОТГ · \
Внешняя политика

20:47 В Грузии сократили сроки обучения в вузах · В регионе

20:56 Лига чемпионов: Объявлены стартовые составы "Карабаха" и "Аякса" · Футбол

21:04 Еврокомиссар Кубилюс: Новая Стратегия нацбезопасности США демонстрирует антагонизм к ЕС · Другие страны"""


@pytest.fixture
def clock() -> MovableClock:
    """The minute after the newest line: the page was saved on an evening of December 2025."""
    return MovableClock(datetime(2025, 12, 10, 17, 5, tzinfo=UTC))


async def test_a_real_page_reaches_the_channel_the_subscriber_and_the_ticker(
    sandbox: Sandbox, alice: Person, camilla: Person, clock: MovableClock
) -> None:
    await alice.sends("/start")
    await alice.taps("Внешняя политика")
    channel = await connected(camilla, "Дипломатия", "Xarici siyasət")
    ticker = await connected(camilla, "Коротко", "Hamısı")
    await camilla.taps("Tiker")
    await camilla.taps("1 dəq")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("Məqalələr")

    sandbox.news.load_page_text(PAGE.read_text(encoding="utf-8"), block_date=date(2025, 12, 10))
    clock.advance(2)

    for chat in (alice, channel):
        await chat.sees(FOREIGN_POLICY[-1], within=20)
        news = [post for post in await chat.posts() if "🌍 Внешняя политика" in post.text]
        assert [post.text.splitlines()[0] for post in news] == FOREIGN_POLICY
    post = await channel.sees(ARTICLE)
    assert post.text.splitlines()[2] == (
        "Азербайджан и Перу провели в Лиме первый раунд политических консультаций между министерствами иностранных дел."
    )
    assert post.photo is not None
    await ticks_until(ticker, clock, "Кубилюс")
    (line,) = await ticker.posts()
    assert line.text == TICKER


async def connected(camilla: Person, title: str, rubric: str) -> Channel:
    channel = await camilla.creates_channel(title)
    await camilla.sends("/start")
    await camilla.promotes_bot(channel)
    await camilla.sees(f"«{title}»")
    await publishes_in_russian(camilla)
    await takes_rubric(camilla, rubric)
    return channel
