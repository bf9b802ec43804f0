"""What polling costs: CPU a poll, two thousand sources, from seen to queued, and how long the event loop stands still.

    python benchmarks/polling.py unchanged      CPU of a poll that the server answers with 304
    python benchmarks/polling.py nothing-new    CPU of a poll of 50 entries without news, beside feedparser on the same bytes
    python benchmarks/polling.py seen           from the last byte of a feed to its deliveries in the outbox
    python benchmarks/polling.py many           `python -m bot run` with 2 000 sources a minute, on one core
    python benchmarks/polling.py loop           the longest pause of the event loop while large documents are read

The sources are served by another process, on as many loopback addresses as there are hosts. Times of the CPU are those of
the whole polling process: client, parser, decisions, SQLite. Absolute times depend on the machine, ratios hardly.
"""

import argparse
import asyncio
import json
import logging
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import feedparser
from aiohttp import web

from bot.app import spare_what_is_loaded
from bot.clock import Clock, MovableClock, Signal, SystemClock
from bot.domain.destination import DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import SourceSpec
from bot.i18n import I18n
from bot.ingest.fetch import Fetcher
from bot.ingest.poller import Poller
from bot.metrics import Metrics
from bot.plan.planner import Planner
from bot.sandbox.server import Sandbox
from bot.store.database import Database

ZONE = ZoneInfo("Asia/Baku")
# Taken anew for each run, so that two at a time do not read each other's feeds.
PORT = 0
ENTRIES = 50
HOSTS = 500
# Of the sources of `many`, one in so many has something new at each poll.
ONE_IN = 20
WORDS = (
    "Совет директоров рассмотрел итоги квартала и утвердил план работ на следующий год, сообщили в пресс-службе. "
    "По словам представителя ведомства, переговоры продлятся до конца недели. "
)


# The server: `/feed/{name}?entries=50&mode=still|restless|news`


def feed(name: str, entries: int, *, first: int, built: int, words: int = 15) -> bytes:
    """`words` sets the length: 15 repetitions make 50 entries about 190 KB."""
    items = []
    for number in range(first + entries - 1, first - 1, -1):
        at = format_datetime(datetime.fromtimestamp(1_770_000_000 + number * 60, tz=UTC))
        body = "".join(f"<p>№ {number}.{part}. {WORDS}</p>" for part in range(words))
        items.append(
            f"<item><title>Новость {name} номер {number}: решение принято</title><link>http://127.0.0.1/{name}/{number}/</link>"
            f"<guid>{name}-{number}</guid><pubDate>{at}</pubDate><category>Бизнес</category>"
            f"<description>Краткое изложение новости {number} источника {name}.</description>"
            f"<enclosure url='http://127.0.0.1/{name}/{number}.jpg' type='image/jpeg' length='1'/>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
        )
    head = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{name}</title><link>http://127.0.0.1/</link><lastBuildDate>{built}</lastBuildDate>"
    )
    return (head + "".join(items) + "</channel></rss>").encode()


class Server:
    def __init__(self) -> None:
        self.asked: dict[str, list[float]] = {}
        self.sent_at = 0.0

    async def feed(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        asked = self.asked.setdefault(name, [])
        asked.append(time.monotonic())
        mode, entries = request.query["mode"], int(request.query["entries"])
        words = int(request.query.get("words", "15"))
        first = 1
        if mode == "still":
            etag = '"1"'
        else:
            # Another document each time: with the same entries, or with one more.
            etag = f'"{len(asked)}"'
            first = len(asked) if mode == "news" else 1
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = feed(name, entries, first=first, built=len(asked), words=words)
        response = web.StreamResponse(headers={"ETag": etag, "Content-Type": "application/rss+xml"})
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body)
        await response.write_eof()
        self.sent_at = time.time()  # noqa: TID251, compared with the times of another process
        return response

    async def tell(self, _request: web.Request) -> web.Response:
        return web.json_response({"asked": self.asked, "sent_at": self.sent_at})


def serve(port: int) -> None:
    server = Server()
    application = web.Application()
    application.add_routes([web.get("/feed/{name}", server.feed), web.get("/told", server.tell)])
    web.run_app(application, host="0.0.0.0", port=port, print=None, access_log=None)  # noqa: S104, loopback's many addresses


@contextmanager
def served() -> Iterator[None]:
    global PORT  # noqa: PLW0603, of the whole run
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        PORT = taken.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, "serve", "--port", str(PORT)])
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                asyncio.run(told())
            except aiohttp.ClientError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
            else:
                break
        yield
    finally:
        process.terminate()
        process.wait(10)


async def told() -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{PORT}/told") as answer:
        found: dict[str, object] = json.loads(await answer.read())
        return found


def address(number: int, *, mode: str, entries: int, words: int = 15) -> str:
    host = number % HOSTS
    return (
        f"http://127.0.{host // 250}.{host % 250 + 1}:{PORT}/feed/s{number}?mode={mode}&entries={entries}&words={words}"
    )


# The polling process


@asynccontextmanager
async def polling(clock: Clock, urls: list[str]) -> AsyncIterator[tuple[Poller, Planner, Database]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/rubrika.db")
        await database.migrate()
        fetcher = Fetcher(allow_private=True)
        planner = Planner(
            database=database,
            clock=clock,
            i18n=I18n(Language.RU, ZONE),
            zone=ZONE,
            default=Language.RU,
            sender_wake=Signal(),
        )
        poller = Poller(
            database=database,
            fetcher=fetcher,
            clock=clock,
            zone=ZONE,
            planner_wake=planner.wake,
            metrics=Metrics(),
        )
        async with database.transaction() as tx:
            await tx.rubrics.put([Rubric(slug=Slug("business"), titles={Language.RU: "Бизнес"})])
            specs = [SourceSpec(name=f"s{number}", url=url, language=Language.RU) for number, url in enumerate(urls)]
            await tx.sources.put(specs, now=clock.now())
        try:
            yield poller, planner, database
        finally:
            await fetcher.close()
            await database.close()


async def unchanged(sources: int = 200, rounds: int = 15) -> None:
    clock = MovableClock(frozen=True)
    async with polling(clock, [address(number, mode="still", entries=5) for number in range(sources)]) as (
        poller,
        _,
        _,
    ):
        costs = []
        for _ in range(rounds + 2):
            began = time.process_time()
            await poller.poll_due()
            costs.append((time.process_time() - began) / sources * 1000)
            clock.advance(120)
    # The first import and the first conditional request are not what is asked about.
    print(
        f"a poll answered with 304: {statistics.median(costs[2:]):.2f} ms CPU (median of {rounds} rounds, {sources} sources)"
    )


async def nothing_new(rounds: int = 40) -> None:
    clock = MovableClock(frozen=True)
    url = address(0, mode="restless", entries=ENTRIES)
    ours, theirs = [], []
    async with polling(clock, [url]) as (poller, _, database):
        await poller.poll_due()
        for built in range(rounds):
            clock.advance(120)
            began = time.process_time()
            await poller.poll_due()
            ours.append((time.process_time() - began) * 1000)
            body = feed("s0", ENTRIES, first=1, built=built)
            began = time.process_time()
            feedparser.parse(body)
            theirs.append((time.process_time() - began) * 1000)
        async with database.transaction() as tx:
            stored = len(await tx.articles.unfiled(limit=1000))
    assert stored == ENTRIES, stored
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(
        f"{ENTRIES} entries, {len(body) // 1000} KB, nothing new: {mine:.1f} ms CPU for the whole poll, feedparser alone {other:.1f} ms: "
        f"ratio {mine / other:.2f} (medians of {rounds} interleaved rounds)"
    )


async def seen(rounds: int = 20, readers: int = 1000) -> None:
    clock = SystemClock()
    async with polling(clock, [address(0, mode="news", entries=20, words=3)]) as (poller, planner, database):
        async with database.transaction() as tx:
            for number in range(readers):
                person = await tx.destinations.add(
                    chat_id=1000 + number, kind=DestinationKind.SUBSCRIBER, language=Language.RU, now=clock.now()
                )
                await tx.destinations.subscribe(person.id, rubrics=(Slug("business"),), modes=(Mode.INSTANT,))
        await poller.poll_due()
        await planner.plan_due()
        spare_what_is_loaded()
        planned = _Planned()
        logging.getLogger("bot.plan.planner").addHandler(planned)
        logging.getLogger("bot.plan.planner").setLevel(logging.INFO)
        delays, costs = [], []
        for _ in range(rounds):
            async with database.transaction() as tx:
                (source,) = await tx.sources.all()
            began = time.process_time()
            await poller.poll(source)
            await planner.plan_due()
            costs.append((time.process_time() - began) * 1000)
            sent_at = (await told())["sent_at"]
            assert isinstance(sent_at, float)
            delays.append((planned.at - sent_at) * 1000)
        async with database.transaction() as tx:
            queued = await tx.outbox.count_queued()
    assert queued == rounds * readers, (queued, rounds, readers)
    print(
        f"from the last byte of a feed of 20 entries, one of them new, to {readers} deliveries queued: "
        f"median {statistics.median(delays):.0f} ms, most {max(delays):.0f} ms; {statistics.median(costs):.0f} ms CPU, "
        f"the asking and what the planner does afterwards included ({rounds} rounds)"
    )


class _Planned(logging.Handler):
    """When the planner said last that an article's deliveries are in the outbox, in seconds since 1970."""

    at = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "An article is planned.":
            self.at = record.created


async def loop() -> None:
    clock = MovableClock(frozen=True)
    for entries, words in ((50, 15), (500, 15), (1400, 15)):
        async with polling(clock, [address(0, mode="restless", entries=entries, words=words)]) as (poller, _, _):
            await poller.poll_due()
            # As `python -m bot run` does at its start; its heap is here too.
            spare_what_is_loaded()
            pauses: list[tuple[float, float]] = []
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(_watch(pauses))
                for _ in range(3):
                    clock.advance(120)
                    await poller.poll_due()
                watch.cancel()
        size = len(feed("s0", entries, first=1, built=1, words=words)) / 1e6
        print(
            f"a changed feed of {entries} entries, {size:.1f} MB: the loop stood still for at most "
            f"{max(own for _, own in pauses):.0f} ms ({max(wall for wall, _ in pauses):.0f} ms with what other processes took)"
        )


async def _watch(pauses: list[tuple[float, float]]) -> None:
    """Whatever holds up the loop in this process works; a pause without work is another process's."""
    while True:
        began, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.002)  # noqa: TID251, the real loop is what is measured
        wall, own = time.perf_counter() - began, time.process_time() - worked
        pauses.append((wall * 1000 - 2, min(wall - 0.002, own) * 1000))


async def many(sources: int, minutes: int) -> None:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Sandbox(MovableClock()) as sandbox:
            process = await asyncio.to_thread(_start, folder, sandbox, sources)
            try:
                await clock.sleep(150)
                cpu, began = _cpu(process.pid), time.monotonic()
                await clock.sleep(60 * minutes)
                cpu, window = _cpu(process.pid) - cpu, time.monotonic() - began
                resident = _resident(process.pid)
                asked = (await told())["asked"]
            finally:
                process.terminate()
                await asyncio.to_thread(process.wait, 60)
    assert isinstance(asked, dict)
    late = [_latest(times, since=began) for times in asked.values()]
    polls = sum(1 for times in asked.values() for at in times if began <= at < began + window)
    bare = _bare_aiogram()
    print(
        f"{len(asked)} sources a minute for {minutes} min: {polls} polls, {polls / window * 60 / len(asked):.2f} a source and minute, "
        f"{cpu / window:.0%} of a core; latest poll {max(late):.1f} s after its time; "
        f"{resident:.0f} MB resident, {resident - bare:.0f} MB above a process that only imported aiogram ({bare:.0f} MB)"
    )


def _latest(times: list[float], *, since: float) -> float:
    """How late the latest poll was, against the earliest rhythm that the source ever kept."""
    phases = [at % 60 for at in times if at >= since]
    if not phases:
        return 60.0
    # The polls of a source fall into one second of the minute; the circle is cut opposite to the first of them.
    turned = [(phase - phases[0] + 30) % 60 for phase in phases]
    gaps = [later - earlier - 60 for earlier, later in pairwise(times) if earlier >= since]
    return max(max(turned) - min(turned), *gaps, 0.0)


def _start(folder: Path, sandbox: Sandbox, sources: int) -> subprocess.Popen[bytes]:
    declared = []
    for number in range(sources):
        mode = "news" if number % ONE_IN == 0 else "still"
        url = address(number, mode=mode, entries=20, words=3)
        declared.append(f'[[sources]]\nname = "s{number}"\nurl = "{url}"\nlanguage = "ru"\ninterval = 60\n')
    rubric = '[[rubrics]]\nslug = "business"\nemoji = "💼"\ntitle = { ru = "Бизнес" }\n'
    (folder / "newsroom.toml").write_text(rubric + "\n".join(declared), encoding="utf-8")
    environment = {
        "BOT_TOKEN": sandbox.token,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'rubrika.db'}",
        "NEWSROOM_FILE": str(folder / "newsroom.toml"),
        "TELEGRAM_API_URL": sandbox.url,
        "HTTP_PORT": "0",
        "ALLOW_PRIVATE_SOURCES": "true",
        "LOG_LEVEL": "ERROR",
    }
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH"}}  # noqa: TID251
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=inherited | environment)
    os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    return process


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def _bare_aiogram() -> float:
    code = "import aiogram, aiogram.types, pathlib; print(pathlib.Path('/proc/self/status').read_text())"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return int(printed.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["unchanged", "nothing-new", "seen", "many", "loop", "serve"])
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--minutes", type=int, default=5)
    parser.add_argument("--port", type=int, default=0, help="of `serve`")
    given = parser.parse_args()
    if given.what == "serve":
        serve(given.port)
        sys.exit()
    runs: dict[str, Callable[[], Coroutine[None, None, None]]] = {
        "unchanged": unchanged,
        "nothing-new": nothing_new,
        "seen": seen,
        "loop": loop,
    }
    with served():
        asyncio.run(many(given.sources, given.minutes) if given.what == "many" else runs[given.what]())
