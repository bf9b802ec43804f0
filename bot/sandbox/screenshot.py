"""The address of a running sandbox in, a PNG of its page out: `python -m bot.sandbox.screenshot URL FILE [--dark]`.

The page's fragment chooses the chats: `#-1001000000001,1003`. pictures.py arranges and takes those of the README.

Needs Chromium and the dev extra's Playwright; neither is needed to run the bot or the sandbox.
"""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Quiet: nothing is asked of the network but the page, also where Chromium runs as root in a container.
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 20_000.0
_DRAWN = """() => document.body.dataset.ready && document.querySelector(".chat .message")
    && !document.querySelector(".card-place") && [...document.images].every((image) => image.complete)"""


class ScreenshotError(Exception):
    """Why there is no picture, in a sentence for whoever asked for it."""


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


async def take(
    url: str,
    file: Path,
    *,
    width: int = 1440,
    height: int = 900,
    scale: float = 1,
    dark: bool = False,
    chat: str | None = None,
) -> None:
    """Waits until chats, previews and pictures are drawn, and writes the file; of the whole page, or of one chat on it."""
    try:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - only the dev extra brings it
    except ImportError:
        raise ScreenshotError("Playwright is missing: pip install 'rubrika[dev]'") from None
    chromium = find_chromium()
    if chromium is None:
        raise ScreenshotError(f"No browser found ({', '.join(CHROMIUM_NAMES)}). On Debian: apt install chromium")
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
            page = await browser.new_page(
                viewport={"width": width, "height": height},
                device_scale_factor=scale,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            await page.goto(url)
            await page.wait_for_function(_DRAWN, timeout=_PATIENCE)
            shown = page.locator("body") if chat is None else page.get_by_role("region", name=chat, exact=True)
            await shown.screenshot(path=file)
            await browser.close()
    except Error as error:
        raise ScreenshotError(f"No picture of {url}: {error.message.splitlines()[0]}") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.screenshot", description="Draws the sandbox's page.")
    parser.add_argument("url", help="where the page is, such as http://127.0.0.1:8081/")
    parser.add_argument("file", type=Path, help="the PNG to write")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--scale", type=float, default=1, help="pixels of the picture to one of the page")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--chat", help="the title of one chat, instead of the whole page")
    chosen = parser.parse_args(arguments)
    try:
        asyncio.run(
            take(
                chosen.url,
                chosen.file,
                width=chosen.width,
                height=chosen.height,
                scale=chosen.scale,
                dark=chosen.dark,
                chat=chosen.chat,
            )
        )
    except ScreenshotError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
