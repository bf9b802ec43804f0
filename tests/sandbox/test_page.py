"""The page in a real browser, against the real sandbox, with a bot of a few lines that knows nothing but the Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.clock import MovableClock
from bot.sandbox.screenshot import ScreenshotError, take
from bot.sandbox.server import Sandbox
from tests.browser import open_browser, open_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE, BOB, CAMILLA = 1001, 1002, 1003


@dataclass(frozen=True, kw_only=True, slots=True)
class Bot:
    """Calls the Bot API by hand, and acts as the sandbox's people where the page is not what is tested."""

    session: aiohttp.ClientSession
    sandbox: Sandbox

    async def calls(self, method: str, **parameters: Any) -> Any:
        answer = await self._post(f"/bot{self.sandbox.token}/{method}", parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def asks_sandbox(self, act: str, **parameters: Any) -> Any:
        return await self._post(f"/sandbox/{act}", parameters)

    async def hears(self, kind: str) -> Any:
        """The next update of this kind; all before it count as read."""
        offset = 0
        for _ in range(20):
            for update in await self.calls("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                if kind in update:
                    await self.calls("getUpdates", offset=offset, timeout=0)
                    return update[kind]
        raise AssertionError(f"No {kind} came.")

    async def has_channel(self, title: str) -> int:
        """A channel of Camilla's with the bot as its administrator."""
        channel: int = (await self.asks_sandbox("channels", user_id=CAMILLA, title=title))["chat_id"]
        await self.asks_sandbox("promote", user_id=CAMILLA, chat_id=channel)
        return channel

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self.session.post(f"{self.sandbox.url}{path}", json=body) as response:
            return await response.json()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        yield Bot(session=session, sandbox=sandbox)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    async with open_page(browser, sandbox.url) as opened:
        yield opened


def column(page: Page, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


async def test_a_person_opens_the_bot_and_taps_a_button(page: Page, bot: Bot) -> None:
    alice = column(page, "Alice")
    await alice.get_by_role("button", name="Start").click()
    assert (await bot.hears("message"))["text"] == "/start"
    keyboard = {
        "inline_keyboard": [[{"text": "Football", "callback_data": "f"}, {"text": "Business", "callback_data": "b"}]]
    }
    sent = await bot.calls("sendMessage", chat_id=ALICE, text="<b>Choose</b>", parse_mode="HTML", reply_markup=keyboard)
    await expect(alice.locator(".message b")).to_have_text("Choose")

    await alice.get_by_role("button", name="Football").click()
    query = await bot.hears("callback_query")
    assert (query["data"], query["from"]["id"]) == ("f", ALICE)
    keyboard["inline_keyboard"][0][0]["text"] = "✅ Football"
    await bot.calls("editMessageReplyMarkup", chat_id=ALICE, message_id=sent["message_id"], reply_markup=keyboard)
    await bot.calls("answerCallbackQuery", callback_query_id=query["id"], text="Subscribed")

    await expect(alice.locator(".toast")).to_have_text("Subscribed")
    await expect(alice.get_by_role("button", name="✅ Football")).to_be_focused()


async def test_an_alert_has_to_be_confirmed(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    keyboard = {"inline_keyboard": [[{"text": "Push", "callback_data": "p"}]]}
    await bot.calls("sendMessage", chat_id=ALICE, text="Sure?", reply_markup=keyboard)

    await page.get_by_role("button", name="Push").click()
    query = await bot.hears("callback_query")
    await bot.calls("answerCallbackQuery", callback_query_id=query["id"], text="Only editors push.", show_alert=True)

    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Only editors push.")
    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog).to_be_hidden()


async def test_commands_are_offered_and_chosen_by_keyboard(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    await bot.hears("message")
    commands = [{"command": "rubrics", "description": "Choose rubrics"}, {"command": "latest", "description": "Newest"}]
    await bot.calls("setMyCommands", commands=commands)
    field = column(page, "Alice").get_by_label("Message to the bot")
    # The page has heard of the commands.
    await expect(column(page, "Alice").get_by_role("button", name="Show the commands")).to_be_visible()

    await field.fill("/")
    menu = page.get_by_role("listbox", name="Commands")
    await expect(menu.get_by_role("option")).to_have_count(2)
    await field.press("ArrowDown")
    await field.press("ArrowDown")
    await field.press("Enter")

    assert (await bot.hears("message"))["text"] == "/latest"
    await expect(menu).to_be_hidden()


async def test_written_words_reach_the_bot(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    await bot.hears("message")

    await column(page, "Alice").get_by_label("Message to the bot").fill("порт <b>Алят</b>")
    await page.keyboard.press("Enter")

    assert (await bot.hears("message"))["text"] == "порт <b>Алят</b>"
    await expect(column(page, "Alice").locator(".message.out .text").last).to_have_text("порт <b>Алят</b>")


async def test_a_new_channel_receives_an_article_with_its_picture(page: Page, bot: Bot) -> None:
    await page.get_by_role("button", name="New channel").click()
    await page.get_by_label("Title").fill("Foreign policy")
    await page.get_by_role("button", name="Create").click()
    membership = await bot.hears("my_chat_member")
    assert membership["new_chat_member"]["status"] == "administrator"
    assert membership["from"]["id"] == CAMILLA
    await page.get_by_role("button", name="Publish a ready article").click()
    await expect(page.locator(".article")).to_have_count(1)
    url = bot.sandbox.news.state()[0]["url"]

    preview = {"url": url, "prefer_large_media": True}
    text = "<b>Baku</b> &amp; more"
    chat = membership["chat"]["id"]
    sent = await bot.calls("sendMessage", chat_id=chat, text=text, parse_mode="HTML", link_preview_options=preview)

    channel = column(page, "Foreign policy")
    await expect(channel.locator(".message .text")).to_have_text("Baku & more")
    await expect(channel.locator(".card b")).to_have_text(bot.sandbox.news.state()[0]["title"])
    await expect(channel.locator(".card img")).to_have_js_property("naturalWidth", 850)

    await bot.calls("editMessageText", chat_id=chat, message_id=sent["message_id"], text="Corrected")
    await expect(channel.locator(".edited")).to_have_text("edited")
    await bot.calls("deleteMessage", chat_id=chat, message_id=sent["message_id"])
    await expect(channel.locator(".ghost")).to_contain_text("Deleted · Corrected")


async def test_an_album_is_one_message_with_all_its_pictures(page: Page, bot: Bot) -> None:
    chat = await bot.has_channel("Photos")
    await bot.asks_sandbox("publish_sample")
    pictures = [f"{bot.sandbox.news_url}photo/{name}_850.png" for name in "abcde"]
    media = [{"type": "photo", "media": picture} for picture in pictures]
    sent = await bot.calls("sendMediaGroup", chat_id=chat, media=[{**media[0], "caption": "Five"}, *media[1:]])

    channel = column(page, "Photos")
    await expect(channel.locator(".message")).to_have_count(1)
    await expect(channel.locator(".album img")).to_have_count(5)
    await expect(channel.locator(".message .text")).to_have_text("Five")

    await bot.calls("editMessageCaption", chat_id=chat, message_id=sent[0]["message_id"], caption="Four")
    await bot.calls("deleteMessage", chat_id=chat, message_id=sent[4]["message_id"])
    await expect(channel.locator(".album img")).to_have_count(4)
    await expect(channel.locator(".message .text").first).to_have_text("Four")


async def test_the_administrator_changes_the_bots_rights_and_removes_it(page: Page, bot: Bot) -> None:
    await bot.has_channel("News")
    await bot.hears("my_chat_member")
    channel = column(page, "News")
    await channel.get_by_role("button", name="Manage the channel").click()

    await channel.get_by_label("Delete messages").uncheck()
    await channel.get_by_role("button", name="Change the rights").click()
    changed = (await bot.hears("my_chat_member"))["new_chat_member"]
    assert (changed["can_post_messages"], changed["can_delete_messages"]) == (True, False)

    await channel.get_by_role("button", name="Remove the bot").click()
    assert (await bot.hears("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await expect(channel).to_contain_text("the bot was removed")


async def test_another_person_becomes_an_administrator(page: Page, bot: Bot) -> None:
    chat = await bot.has_channel("News")
    channel = column(page, "News")
    await channel.get_by_role("button", name="Manage the channel").click()
    await expect(channel.get_by_label("Camilla creator")).to_be_disabled()

    await channel.get_by_label("Edgar").check()

    await expect(channel.get_by_label("Edgar")).to_be_checked()
    administrators = await bot.calls("getChatAdministrators", chat_id=chat)
    assert 1004 in [each["user"]["id"] for each in administrators]


async def test_a_person_blocks_the_bot_and_lets_it_back(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    alice = column(page, "Alice")
    await alice.get_by_role("button", name="More actions").click()

    await alice.get_by_role("button", name="Block the bot").click()
    assert (await bot.hears("my_chat_member"))["new_chat_member"]["status"] == "kicked"

    await alice.locator("footer").get_by_role("button", name="Unblock the bot").click()
    assert (await bot.hears("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(alice.get_by_label("Message to the bot")).to_be_visible()


async def test_a_deep_link_starts_the_bot_with_its_payload(page: Page, bot: Bot) -> None:
    alice = column(page, "Alice")
    await alice.get_by_role("button", name="More actions").click()

    await alice.get_by_label("Deep link").fill("r-football")
    await alice.get_by_role("button", name="Open link").click()

    assert (await bot.hears("message"))["text"] == "/start r-football"


async def test_a_link_to_the_bot_in_a_channel_opens_the_readers_chat(page: Page, bot: Bot) -> None:
    chat = await bot.has_channel("News")
    button = [[{"text": "Subscribe", "url": "https://t.me/rubrika_demo_bot?start=r-business"}]]
    await bot.calls("sendMessage", chat_id=chat, text="News", reply_markup={"inline_keyboard": button})
    channel = column(page, "News")
    await channel.get_by_label("Person who reads and taps here").select_option("Bob")

    await channel.get_by_role("link", name="Subscribe").click()

    message = await bot.hears("message")
    assert (message["text"], message["from"]["id"]) == ("/start r-business", BOB)
    await expect(column(page, "Bob")).to_be_visible()


async def test_an_article_is_written_and_corrected_on_the_page(page: Page, bot: Bot) -> None:
    await page.get_by_text("Write one yourself").click()
    title = '<img src=x onerror="alert(1)"> & "порт" 🌧️'
    await page.get_by_label("Headline").fill(title)
    await page.get_by_label("Rubric").fill("Бизнес")
    await page.get_by_label("Lead").fill("Первое предложение.")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.locator(".article-title")).to_have_text(title)
    article = bot.sandbox.news.state()[0]
    assert (article["title"], article["rubric"], article["language"]) == (title, "Бизнес", "ru")

    await page.get_by_role("button", name="Correct it").click()
    await page.locator(".correction").get_by_label("Headline").fill("Порт открыт")
    await page.get_by_role("button", name="Save").click()

    await expect(page.locator(".article-title")).to_have_text("Порт открыт")
    await expect(page.locator(".article")).to_contain_text("corrected once")


async def test_the_clock_moves_forward(page: Page, bot: Bot) -> None:
    before = bot.sandbox.telegram.world.clock.now()

    await page.get_by_role("button", name="+1 h").click()

    await expect(page.locator("#clock-now")).to_contain_text("11:0")
    assert (bot.sandbox.telegram.world.clock.now() - before).total_seconds() >= 3600


async def test_a_time_is_shown_in_the_readers_language_and_zone(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    text = '<tg-time unix="1772434320" format="wDt">?</tg-time>'

    await bot.calls("sendMessage", chat_id=ALICE, text=text, parse_mode="HTML")

    time = column(page, "Alice").locator(".text time")
    await expect(time).to_have_text("понедельник, 2 марта 2026 г. в 10:52")


async def test_new_messages_leave_a_reader_of_old_ones_in_place(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    for number in range(30):
        await bot.calls("sendMessage", chat_id=ALICE, text=f"Message {number}\nof two lines")
    alice = column(page, "Alice")
    log = alice.get_by_role("log")
    await expect(alice.get_by_text("Message 29")).to_be_in_viewport()
    await log.evaluate("log => { log.scrollTop = 200 }")
    to_end = alice.get_by_role("button", name="To the newest message")
    await expect(to_end).to_be_visible()

    await bot.calls("sendMessage", chat_id=ALICE, text="Breaking")

    await expect(alice.get_by_text("Breaking")).to_be_attached()
    assert await log.evaluate("log => log.scrollTop") == 200
    await expect(to_end).to_have_text("1")
    await to_end.click()
    await expect(alice.get_by_text("Breaking")).to_be_in_viewport()
    await expect(to_end).to_be_hidden()


async def test_a_hidden_chat_counts_what_it_received(page: Page, bot: Bot) -> None:
    await bot.asks_sandbox("say", user_id=BOB, text="/start")
    await expect(page.locator(".pill", has_text="Bob")).to_have_text("BBob")

    await bot.calls("sendMessage", chat_id=BOB, text="One")
    await bot.calls("sendMessage", chat_id=BOB, text="Two")

    await expect(page.get_by_label("2 new")).to_be_visible()
    await page.locator(".pill", has_text="Bob").click()
    await expect(column(page, "Bob")).to_contain_text("Two")
    await expect(page.get_by_label("2 new")).to_have_count(0)


async def test_what_the_sandbox_refuses_is_told(page: Page) -> None:
    alice = column(page, "Alice")
    await alice.get_by_role("button", name="More actions").click()

    await alice.get_by_role("button", name="Block the bot").click()

    await expect(page.locator(".notice")).to_have_text("Alice has not opened the bot.")


async def test_a_lost_sandbox_is_told_and_found_again(browser: Browser) -> None:
    async with AsyncExitStack() as first:
        sandbox = await first.enter_async_context(Sandbox(MovableClock()))
        port = int(sandbox.url.rpartition(":")[2])
        page = await first.enter_async_context(open_page(browser, sandbox.url, may_fail=True))
        for _ in range(3):
            sandbox.news.publish_sample()
        await expect(page.locator(".article")).to_have_count(3)
        first.pop_all()
        await sandbox.__aexit__(None, None, None)
        await expect(page.locator("#link-state")).to_contain_text("out of reach")

        async with Sandbox(MovableClock(), port=port) as second:
            second.news.publish_sample()
            await expect(page.locator("#link-state")).to_be_empty()
            await expect(page.locator(".article")).to_have_count(1)
            await page.context.close()


async def test_a_phone_shows_one_chat_at_a_time(browser: Browser, sandbox: Sandbox, bot: Bot) -> None:
    await bot.has_channel("News")
    async with open_page(browser, sandbox.url, width=390, height=800) as page:
        await expect(page.locator(".column")).to_have_count(1)
        await expect(column(page, "Alice")).to_be_visible()

        await page.locator(".pill", has_text="News").last.click()

        await expect(page.locator(".column")).to_have_count(1)
        await expect(column(page, "News")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_chosen_columns_survive_a_reload(page: Page) -> None:
    await page.locator(".pill", has_text="Olga").click()
    await page.locator(".pill", has_text="Alice").click()
    await expect(column(page, "Olga")).to_be_visible()

    await page.reload()

    await expect(column(page, "Olga")).to_be_visible()
    await expect(column(page, "Alice")).to_be_hidden()


async def test_every_control_has_a_name(page: Page, bot: Bot) -> None:
    await bot.has_channel("News")
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")
    await page.get_by_role("button", name="Publish a ready article").click()
    await expect(page.locator(".article")).to_have_count(1)

    nameless = await page.evaluate("""() => [...document.querySelectorAll("button, a[href], input, select, textarea")]
        .filter((each) => each.checkVisibility() && !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
        .map((each) => each.outerHTML)""")

    assert nameless == []


@pytest.mark.usefixtures("browser")
async def test_a_screenshot_is_a_png_of_the_asked_size(sandbox: Sandbox, bot: Bot, tmp_path: Path) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")

    await take(sandbox.url, tmp_path / "page.png", width=800, height=600, dark=True)

    picture = (tmp_path / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (800, 600)


@pytest.mark.usefixtures("browser")
async def test_a_screenshot_of_one_chat_shows_nothing_else(sandbox: Sandbox, bot: Bot, tmp_path: Path) -> None:
    await bot.asks_sandbox("say", user_id=ALICE, text="/start")

    await take(f"{sandbox.url}/#{ALICE}", tmp_path / "chat.png", width=420, height=600, scale=2, chat="Alice")

    picture = (tmp_path / "chat.png").read_bytes()
    assert int.from_bytes(picture[16:20]) == 2 * 420
    assert int.from_bytes(picture[20:24]) < 2 * 600


@pytest.mark.usefixtures("browser")
async def test_a_screenshot_of_nothing_is_refused_in_a_sentence(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()

    with pytest.raises(ScreenshotError, match=f"No picture of http://127.0.0.1:{port}/"):
        await take(f"http://127.0.0.1:{port}/", tmp_path / "page.png")


async def test_a_channel_is_chosen_with_a_key_of_the_bots_keyboard(page: Page, bot: Bot) -> None:
    await bot.has_channel("News")
    await bot.asks_sandbox("say", user_id=CAMILLA, text="/start")
    request = {"request_id": 1, "chat_is_channel": True}
    keyboard = {"keyboard": [[{"text": "Choose a channel", "request_chat": request}], ["Not now"]]}
    await bot.calls("sendMessage", chat_id=CAMILLA, text="Which one?", reply_markup=keyboard)
    await page.locator(".pill", has_text="Camilla").click()
    chat = column(page, "Camilla")
    await chat.get_by_role("button", name="Choose a channel").click()
    await chat.get_by_role("button", name="News").click()

    message = await bot.hears("message")
    while "chat_shared" not in message:
        message = await bot.hears("message")
    assert message["chat_shared"]["request_id"] == 1
    await expect(chat.locator(".message.out").last).to_contain_text("A chat was chosen")


async def test_a_group_with_topics_is_made_and_shows_each_topic_by_itself(page: Page, bot: Bot) -> None:
    await page.get_by_role("button", name="New channel").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Title").fill("Болельщики")
    await dialog.get_by_label("Kind").select_option("Group with topics")
    await dialog.get_by_label("Created by").select_option("Camilla")
    await dialog.get_by_role("button", name="Create").click()
    group = column(page, "Болельщики")
    await group.get_by_role("button", name="Manage the channel").click()
    await group.get_by_label("New topic").fill("Футбол")
    await group.get_by_role("button", name="Create", exact=True).click()
    created = (await bot.hears("message"))["message_thread_id"]
    chat_id = await group_id(bot)
    await bot.asks_sandbox("topics", user_id=CAMILLA, chat_id=chat_id, title="Регион")
    await bot.hears("message")
    await bot.calls("sendMessage", chat_id=chat_id, text="Гол", message_thread_id=created)
    await bot.calls("sendMessage", chat_id=chat_id, text="Общее")

    await expect(group.get_by_role("tab")).to_have_text(["General", "Футбол", "Регион"])
    await expect(group.get_by_role("log")).to_contain_text("Общее")
    await expect(group.get_by_role("log")).not_to_contain_text("Гол")
    await group.get_by_role("tab", name="Футбол").click()
    await expect(group.get_by_role("log")).to_contain_text("Гол")
    await group.get_by_label("Message to the group").fill("Ура")
    await group.get_by_role("button", name="Send").click()
    heard = await bot.hears("message")
    await group.get_by_role("button", name="Close “Футбол”").click()
    await expect(group.get_by_role("tab", name="🔒 Футбол")).to_be_visible()
    await group.get_by_role("button", name="Delete “Футбол”").click()
    await expect(group.get_by_role("tab")).to_have_text(["General", "Регион"])
    assert (heard["text"], heard["message_thread_id"]) == ("Ура", created)


async def group_id(bot: Bot) -> int:
    async with bot.session.get(f"{bot.sandbox.url}/sandbox/state") as answer:
        chats = (await answer.json())["chats"]
    return next(int(chat["id"]) for chat in chats if chat["title"] == "Болельщики")


async def test_a_rich_message_shows_its_headings_lists_and_pictures(page: Page, bot: Bot) -> None:
    channel = await bot.has_channel("Rich")
    picture = f"{bot.sandbox.news_url}photo/a_850.png"
    html = f'<h1>Final &amp; more</h1><figure><img src="{picture}"/></figure><ul><li>one</li><li>two</li></ul>'
    sent = await bot.calls("sendRichMessage", chat_id=channel, rich_message={"html": html})

    text = column(page, "Rich").locator(".message .text")
    await expect(text.get_by_role("heading")).to_have_text("Final & more")
    await expect(text.get_by_role("listitem")).to_have_text(["one", "two"])
    await expect(text.locator("img")).to_have_js_property("naturalWidth", 850)
    changed = {"html": "<p>Corrected</p>"}
    await bot.calls("editMessageText", chat_id=channel, message_id=sent["message_id"], rich_message=changed)
    await expect(text).to_have_text("Corrected")
