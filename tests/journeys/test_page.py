"""The demo's page in a real browser, with the real bot behind it."""

import asyncio

from playwright.async_api import expect

from bot.sandbox.demo import NEWS_CHANNEL, TICKER_CHANNEL, open_demo
from tests.browser import open_browser, open_page


async def test_a_newcomer_taps_a_rubric_and_sees_an_article_arrive_everywhere() -> None:
    async with open_demo() as demo, asyncio.TaskGroup() as group:
        running = group.create_task(demo.run(articles=0))
        await demo.furnished.wait()
        async with open_browser() as browser, open_page(browser, demo.url) as page:
            alice = page.get_by_role("region", name="Alice", exact=True)
            await alice.locator(".key", has_text="Бизнес").click()
            await expect(alice.locator(".key", has_text="✓ 📈 Бизнес")).to_be_visible()

            await page.get_by_text("Write one yourself").click()
            await page.get_by_label("Headline").fill("Порт Баку принял рекордный контейнерный поезд")
            await page.get_by_label("Rubric").fill("Бизнес")
            await page.get_by_role("button", name="Publish", exact=True).click()

            headline = "Порт Баку принял рекордный контейнерный поезд"
            await expect(alice.locator(".message .text", has_text=headline)).to_be_visible()
            news = page.get_by_role("region", name=NEWS_CHANNEL, exact=True)
            await expect(news.locator(".message .text", has_text=headline)).to_be_visible()
            await page.get_by_role("button", name="+1 min").click()
            ticker = page.get_by_role("region", name=TICKER_CHANNEL, exact=True)
            await expect(ticker.locator(".message .text", has_text=headline)).to_be_visible()
        demo.app.stop()
        assert await running is None
