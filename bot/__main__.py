"""The commands: `run`, the bot against Telegram; `demo`, the same bot against the bundled sandbox.

Exit codes: 0 done, 1 failed, 2 bad usage or settings.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from urllib.parse import urlsplit

from bot import log, settings
from bot.domain.errors import StoreError

# aiogram takes seconds to import, so what runs the bot is imported when its command is known to be usable.


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="rubrika", description="A newsroom's distribution desk in Telegram.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="the bot: reads the sources, answers people, delivers")
    demo = commands.add_parser("demo", help="the same bot against a sandbox, without token and network")
    demo.add_argument("--port", type=int, default=8000, help="of the page (default 8000; the next free one if taken)")
    given = parser.parse_args(arguments)
    return _demo(given.port) if given.command == "demo" else _run()


def _run() -> int:
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

    from bot.app import App  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415

    async def run() -> str | None:
        async with App.open(loaded, SystemClock(), newsroom) as app:
            _stop_on_signals(app.stop)
            return await app.run()

    return _finish(run)


def _demo(port: int) -> int:
    from bot.sandbox.demo import open_demo  # noqa: PLC0415

    log.configure("WARNING", "text", [])

    async def run() -> str | None:
        async with open_demo(port=port) as demo:
            _stop_on_signals(demo.app.stop)
            print(f"Rubrika's sandbox: {demo.url}\nOpen it in a browser. Ctrl+C stops it; nothing is kept.", flush=True)
            return await demo.run()

    return _finish(run)


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


def _stop_on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(each, stop)
        except NotImplementedError:
            # Windows has no signal handlers in the event loop; there Ctrl+C arrives as KeyboardInterrupt.
            return


if __name__ == "__main__":
    sys.exit(main())
