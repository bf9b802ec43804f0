"""The commands: `run`, the bot against Telegram; `demo`, the same against the bundled sandbox; `source`, one address read.

Exit codes: 0 done, 1 failed, 2 bad usage or settings.
"""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from urllib.parse import urlsplit

from bot import log, settings
from bot.domain.errors import SourceError, StoreError
from bot.domain.language import Language
from bot.domain.rubric import Rubric
from bot.domain.source import SourceSpec

# aiogram takes seconds to import, so what runs the bot is imported when its command is known to be usable.


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="rubrika", description="A newsroom's distribution desk in Telegram.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="the bot: reads the sources, answers people, delivers")
    demo = commands.add_parser("demo", help="the same bot against a sandbox, without token and network")
    demo.add_argument("--port", type=int, default=8000, help="of the page (default 8000; the next free one if taken)")
    source = commands.add_parser("source", help="reads one address as a source would and prints what it finds")
    source.add_argument("url", metavar="URL", help="of a feed, a sitemap, a page that lists articles, or a site")
    given = parser.parse_args(arguments)
    match given.command:
        case "demo":
            return _demo(given.port)
        case "source":
            return _source(given.url)
        case _:
            return _run()


def _run() -> int:
    # While everything is imported, for seconds; then the event loop takes over.
    signal.signal(signal.SIGTERM, _leave)
    # Of what is imported nothing is garbage; spare_what_is_loaded switches it on again.
    gc.disable()
    try:
        loaded = settings.load()
    except settings.SettingsMistakes as mistakes:
        return _complain("The settings need a correction:", mistakes.sentences)
    given = (loaded.bot_token, loaded.webhook_secret, loaded.publish_token)
    secrets = [*(each.get_secret_value() for each in given), urlsplit(loaded.database_url).password or ""]
    log.configure(loaded.log_level, loaded.log_format, secrets)

    from bot.services.newsroom import NewsroomMistakes, load  # noqa: PLC0415

    try:
        newsroom = load(loaded.newsroom_file)
    except NewsroomMistakes as mistakes:
        return _complain(f"{loaded.newsroom_file} needs a correction:", mistakes.mistakes)

    from bot.app import App, spare_what_is_loaded  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415

    async def run() -> str | None:
        start = asyncio.current_task()
        assert start is not None  # noqa: S101, a coroutine that runs has its task
        _stop_on_signals(start.cancel)
        try:
            async with App.open(loaded, SystemClock(), newsroom) as app:
                _stop_on_signals(app.stop)
                spare_what_is_loaded()
                return await app.run()
        except asyncio.CancelledError:
            # Nothing had begun yet.
            return None

    return _finish(run)


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _demo(port: int) -> int:
    from bot.sandbox.demo import open_demo  # noqa: PLC0415

    log.configure("WARNING", "text", [])

    async def run() -> str | None:
        async with open_demo(port=port) as demo:
            _stop_on_signals(demo.app.stop)
            print(f"Rubrika's sandbox: {demo.url}\nOpen it in a browser. Ctrl+C stops it; nothing is kept.", flush=True)
            return await demo.run()

    return _finish(run)


def _source(url: str) -> int:
    try:
        # Nothing of Telegram is touched, so no token is needed.
        loaded = settings.load(bot_token="0:not-needed")  # noqa: S106, it is none
    except settings.SettingsMistakes as mistakes:
        return _complain("The settings need a correction:", mistakes.sentences)
    log.configure("ERROR", "text", [])

    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.ingest.fetch import Fetcher  # noqa: PLC0415
    from bot.ingest.inspection import Inspection, Inspector  # noqa: PLC0415
    from bot.services.newsroom import NewsroomMistakes, load, source_at  # noqa: PLC0415
    from bot.services.source_report import report  # noqa: PLC0415

    rubrics: tuple[Rubric, ...] = ()
    declared: tuple[SourceSpec, ...] = ()
    try:
        newsroom = load(loaded.newsroom_file)
        rubrics, declared = newsroom.rubrics, newsroom.sources
    except NewsroomMistakes as mistakes:
        _complain(f"Rubrics are not matched: {loaded.newsroom_file} needs a correction.", mistakes.mistakes)
    try:
        spec = source_at(url, declared, language=Language(loaded.default_language))
    except NewsroomMistakes as mistakes:
        return _complain("This cannot be a source:", mistakes.mistakes)

    async def inspect() -> Inspection:
        fetcher = Fetcher(allow_private=loaded.allow_private_sources)
        try:
            return await Inspector(fetcher, clock=SystemClock(), zone=loaded.zone).inspect(spec)
        finally:
            await fetcher.close()

    try:
        inspection = asyncio.run(inspect())
    except SourceError as error:
        print(f"{url}\n  {error}", file=sys.stderr)
        return 1
    print(report(inspection, asked=url, rubrics=rubrics, zone=loaded.zone))
    return 0


def _finish(run: Callable[[], Coroutine[None, None, str | None]]) -> int:
    try:
        failure = asyncio.run(run())
    except StoreError as error:
        failure = str(error)
    except OSError as error:
        failure = f"The HTTP address cannot be used: {error.strerror}. Choose another HTTP_HOST or HTTP_PORT."
    if failure is None:
        return 0
    print(failure, file=sys.stderr)
    return 1


def _complain(heading: str, sentences: Sequence[str]) -> int:
    print("\n".join([heading, *(f"  - {sentence}" for sentence in sentences)]), file=sys.stderr)
    return 2


def _stop_on_signals(stop: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(each, stop)
        except NotImplementedError:
            # Windows has no signal handlers in the event loop; there Ctrl+C arrives as KeyboardInterrupt.
            return


if __name__ == "__main__":
    sys.exit(main())
