"""A real browser for tests of the page: Chromium through Playwright.

    async with open_browser() as browser, open_page(browser, sandbox.url) as page: ...

A page that logs an error, throws, or asks anybody but the sandbox fails its test.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from bot.sandbox.screenshot import CHROMIUM_ARGUMENTS, find_chromium

PATIENCE = 10_000.0  # milliseconds until an expected thing must have appeared


def chromium() -> str:
    """Where Chromium is. A machine without it skips these tests; continuous integration may not."""
    path = find_chromium()
    if path is None:
        reason = "No Chromium on this machine (apt install chromium)."
        if os.environ.get("CI"):  # noqa: TID251 - says what kind of machine this is, and is no setting of the bot
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def open_page(
    browser: Browser, url: str, *, width: int = 1440, height: int = 900, may_fail: bool = False
) -> AsyncIterator[Page]:
    """The sandbox's page, drawn. `may_fail`: the test itself takes the sandbox away, so failed requests are its doing."""
    context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    complaints: list[str] = []
    origin = urlsplit(url).netloc

    def hear(message: ConsoleMessage) -> None:
        # A refused order (400) is the sandbox's answer, which the page passes on; Chromium logs it all the same.
        if message.type == "error" and "status of 400" not in message.text:
            complaints.append(message.text)

    def watch(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc != origin:
            complaints.append(f"asked a stranger: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", watch)
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")
    yield page
    await context.close()
    if not may_fail:
        assert complaints == []
