"""How well copies are told from texts of one pattern, and what it costs.

    python benchmarks/near_duplicates.py [--window 2000] [--new 50]

Prints precision and recall over the labelled pairs of tests/data/near_duplicates, then over thousands of pairs of texts
made from a few patterns with other numbers and names each, of which none is a copy. Then milliseconds on one core: to
trace a text of 400 words, to find the near ones among thousands, and all of it for one new article, with the database
(SQLite), when it is like none of the window and when it is a copy.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.clock import MovableClock
from bot.domain.article import ArticleId, NewArticle, Trace
from bot.domain.language import Language
from bot.ingest.similar import WINDOW, Text, Window, is_same, trace
from bot.store.database import Database

PAIRS = Path(__file__).parents[1] / "tests/data/near_duplicates/pairs.json"
ROUNDS = 30

# Patterns as agencies fill them in by the dozen. {0} and {1} are names, {2} to {4} numbers.
PATTERNS = {
    "Президент принял посла {0}": """Президент принял верительные грамоты новоназначенного посла {0}. Посол рассмотрел почётный
караул. Состоялась беседа, в ходе которой было отмечено, что связи между странами успешно развиваются. Стороны подчеркнули
значение взаимных визитов и обменялись мнениями о расширении сотрудничества. Посол передал приветствия главы {0}. Президент
поблагодарил за приветствия и просил передать его приветствия.""",
    "{0} обыграл {1}": """Состоялся очередной матч чемпионата страны по футболу. {0} на своём поле обыграл {1} со счётом {2}:{3}.
За игрой наблюдали {4} зрителей. После этого тура команды сделают перерыв, чемпионат возобновится в конце месяца. Победитель
чемпионата получит право выступать в Лиге чемпионов, последняя команда покинет высшую лигу.""",
    "На бирже подорожала нефть": """Цены на нефть растут на фоне ожиданий решения стран ОПЕК. Стоимость фьючерсов на нефть марки
Brent с поставкой в следующем месяце выросла до {2},{4} доллара за баррель. Стоимость фьючерсов на нефть марки WTI повысилась до
{3},{4} доллара. Участники рынка ждут данных о запасах в хранилищах и заявлений министров, заседание которых пройдёт в Вене.""",
    "{0} rayonunda yol qəzası olub": """Qəza {0} rayonunun ərazisindən keçən magistral yolda baş verib. İki avtomobilin toqquşması
nəticəsində {2} nəfər müxtəlif dərəcəli xəsarət alıb. Yaralılar {0} Mərkəzi Xəstəxanasına yerləşdirilib, onların vəziyyəti orta
ağır qiymətləndirilir. Faktla bağlı rayon polis şöbəsində araşdırma aparılır, cinayət işi başlanıb.""",
}
PLACES = (
    "Франции", "Италии", "Болгарии", "Норвегии", "Казахстана", "Гянджа", "Сабах", "Карабах", "Нефтчи", "Зиря", "Турал", "Сумгаит",
    "Габала", "Şəki", "Quba", "Lerik", "Qazax", "Tovuz", "Ağdam", "Zaqatala",
)  # fmt: skip


def main(window: int, new: int) -> None:
    pairs: list[dict[str, Any]] = json.loads(PAIRS.read_text(encoding="utf-8"))
    verdicts = [(pair["same"], is_found(pair["one"], pair["other"], pair["hours"])) for pair in pairs]
    right = sum(same and found for same, found in verdicts)
    copies, taken = sum(same for same, _ in verdicts), sum(found for _, found in verdicts)
    print(
        f"labelled pairs: {copies} copies, {len(pairs) - copies} others; precision {right / taken:.3f}, recall {right / copies:.3f}"
    )
    texts = made(300)
    others = [(one, other) for one, other in combinations(texts, 2) if one != other]
    wrong = sum(is_found(one, other, 1) for one, other in others)
    print(f"texts of one pattern: {len(others)} pairs, {wrong} taken for copies")
    long = long_text(400)
    print(f"tracing a text of 400 words: {milliseconds(lambda: trace('', '', long)):.2f} ms")
    for size in (window, 30_000, 100_000):
        print(f"finding the near ones of {size}: {look_up(size):.2f} ms")
    asyncio.run(cost(window, new))


def is_found(one: dict[str, str], other: dict[str, str], hours: float) -> bool:
    window = Window()
    window.add(1, trace(**other), at=MovableClock().now())
    return bool(window.nearest(trace(**one))) and is_same(Text(**one), Text(**other), apart=timedelta(hours=hours))


def made(count: int) -> list[dict[str, str]]:
    chance = random.Random(1)  # noqa: S311, any texts will do
    found = []
    for number in range(count):
        title, story = list(PATTERNS.items())[number % len(PATTERNS)]
        filled = [*chance.sample(PLACES, 2), *(chance.randint(1, 99) for _ in range(2)), chance.randint(100, 9000)]
        lead, _, body = story.replace("\n", " ").format(*filled).partition(". ")
        found.append({"title": title.format(*filled), "lead": lead + ".", "body": body})
    return found


def long_text(words: int) -> str:
    chance = random.Random(words)  # noqa: S311, any texts will do
    return " ".join("".join(chance.choices("абвгдеиклмнопрст", k=chance.randint(2, 10))) for _ in range(words))


async def cost(size: int, new: int) -> None:
    """The worst case: half of the window is of the same few patterns, so that there is much to compare in full."""
    clock = MovableClock()
    templates = made(size // 2)
    others = [
        {"title": long_text(5 + number % 5), "lead": "", "body": long_text(100 + number)} for number in range(size // 2)
    ]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/rubrika.db")
        await database.migrate()
        async with database.transaction() as tx:
            for number, text in enumerate([*templates, *others]):
                await tx.articles.add(article(number, text, clock), now=clock.now())
        began = perf_counter()
        window = Window()
        async with database.transaction() as tx:
            for key, each, at in await tx.articles.traces(Language.RU, since=clock.now() - WINDOW, after=0, limit=size):
                window.add(key, each, at=at)
        print(f"reading a window of {size}, once a start: {(perf_counter() - began) * 1000:.0f} ms")
        for name, texts in (("like none of it", made(size + new)[-new:]), ("copies", templates[-new:])):
            times = [await compare(text, window, database) for text in texts]
            print(
                f"one new article against {size}, {name}: median {statistics.median(times):.1f} ms, most {max(times):.1f} ms, "
                "with tracing it and reading the few that are near"
            )
        await database.close()


async def compare(text: dict[str, str], window: Window, database: Database) -> float:
    began = perf_counter()
    candidates = [ArticleId(key) for key in window.nearest(trace(**text))]
    async with database.transaction() as tx:
        known = await tx.articles.get_all(candidates)
    mine = Text(**text)
    for candidate in candidates:
        other = known[candidate]
        if is_same(mine, Text(other.title, other.lead, other.body), apart=timedelta(hours=1)):
            break
    return (perf_counter() - began) * 1000


def article(number: int, text: dict[str, str], clock: MovableClock) -> NewArticle:
    return NewArticle(
        source_id=None,
        url=None,
        keys=(f"guid::{number}",),
        fingerprint="",
        title=text["title"],
        lead=text["lead"],
        body=text["body"],
        language=Language.RU,
        published_at=clock.now(),
        trace=trace(**text),
    )


def look_up(size: int) -> float:
    chance = random.Random(size)  # noqa: S311, any numbers will do
    clock, window = MovableClock(), Window()
    for key in range(size):
        window.add(key, Trace(signature=chance.getrandbits(63), title_hash=chance.getrandbits(63)), at=clock.now())
    own = Trace(signature=chance.getrandbits(63), title_hash=0)
    return milliseconds(lambda: window.nearest(own))


def milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", type=int, default=2000)
    parser.add_argument("--new", type=int, default=50)
    given = parser.parse_args()
    main(given.window, given.new)
