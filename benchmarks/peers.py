"""What people write today, on the same messages: run by `benchmarks/delivery.py beside`, each in a process of its own.

    python -m benchmarks.peers call URL - MESSAGES
        aiogram's send_message alone, a text of 330 characters with two rows of buttons: what the machine makes of a known work
    python -m benchmarks.peers plain URL DATABASE RECIPIENTS
        a plain aiogram loop: a semaphore, send_message, a sleep at RetryAfter, an UPDATE and a commit for each row
    PYTHON benchmarks/peers.py telegram-news URL DATABASE RECIPIENTS [--limit]
        the sending function of telegram-news from PyPI, by the Python of a virtual environment that has it; --limit leaves it
        its own limit of one call a second, else it is taken off

Prints one line: the messages, and the processor seconds they took.
"""

import argparse
import sqlite3
import sys
import time

FIRST_READER = 20_001
AT_ONCE = 64


def table(path: str, recipients: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, state TEXT NOT NULL, message_id INTEGER)")
    connection.executemany(
        "INSERT INTO messages (id, state) VALUES (?, 'queued')",
        ((FIRST_READER + number,) for number in range(recipients)),
    )
    connection.commit()
    return connection


def call(url: str, messages: int) -> float:
    import asyncio  # noqa: PLC0415
    import gc  # noqa: PLC0415

    from aiogram import Bot  # noqa: PLC0415
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions  # noqa: PLC0415

    text, link = "<b>Новость</b>: " + "решение принято сегодня " * 13, "https://news.example/one/"
    rows = [[InlineKeyboardButton(text=word, url=link)] for word in ("Читать", "Рубрики")]
    keyboard, preview = InlineKeyboardMarkup(inline_keyboard=rows), LinkPreviewOptions(url=link)

    async def send_all() -> float:
        bot = Bot("7000:sandbox-token", session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        chats = iter(range(FIRST_READER, FIRST_READER + messages))

        async def send() -> None:
            for chat_id in chats:
                await bot.send_message(
                    chat_id, text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview
                )

        await bot.send_message(FIRST_READER, text)
        gc.collect()
        gc.freeze()
        began = time.process_time()
        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        took = time.process_time() - began
        await bot.session.close()
        return took

    return asyncio.run(send_all())


def plain(url: str, path: str, recipients: int, text: str) -> float:
    import asyncio  # noqa: PLC0415

    import aiosqlite  # noqa: PLC0415
    from aiogram import Bot  # noqa: PLC0415
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415
    from aiogram.exceptions import TelegramRetryAfter  # noqa: PLC0415
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions  # noqa: PLC0415

    async def send_all() -> float:
        bot = Bot("7000:sandbox-token", session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        semaphore = asyncio.Semaphore(AT_ONCE)
        link = "https://news.example/one/"
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Читать", url=link)]])
        preview = LinkPreviewOptions(url=link, prefer_large_media=True)

        async def send(database: aiosqlite.Connection, chat_id: int) -> None:
            async with semaphore:
                while True:
                    try:
                        message = await bot.send_message(
                            chat_id, text, parse_mode="HTML", reply_markup=keyboard, link_preview_options=preview
                        )
                    except TelegramRetryAfter as error:
                        await asyncio.sleep(error.retry_after)  # noqa: TID251, this is not our code
                    else:
                        break
                await database.execute(
                    "UPDATE messages SET state = 'sent', message_id = ? WHERE id = ?", (message.message_id, chat_id)
                )
                await database.commit()

        async with aiosqlite.connect(path) as database:
            await database.execute("PRAGMA synchronous = NORMAL")
            began = time.process_time()
            await asyncio.gather(*(send(database, FIRST_READER + number) for number in range(recipients)))
            took = time.process_time() - began
        await bot.session.close()
        return took

    return asyncio.run(send_all())


def telegram_news(url: str, path: str, recipients: int, text: str, *, is_limited: bool) -> float:
    import requests  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415
    from telegram_news.template.common import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
        InfoExtractor,
        NewsPostman,
    )

    database = sqlite3.connect(path)
    database.execute("CREATE TABLE news (id INTEGER PRIMARY KEY, news_id TEXT NOT NULL, time TEXT)")
    database.create_function("NOW", 0, lambda: "now")
    ask = requests.post

    def post(address: str, *given: object, **named: object) -> object:
        """Its address is spelled out in the package."""
        return ask(address.replace("https://api.telegram.org", url), *given, **named)

    requests.post = post
    NewsPostman.set_bot_token("7000:sandbox-token")
    if not is_limited:
        NewsPostman._real_post = NewsPostman._real_post.__wrapped__.__wrapped__  # noqa: SLF001, its limit is a decorator
    chats = [str(FIRST_READER + number) for number in range(recipients)]
    postman = NewsPostman(
        listURLs=[],
        sendList=chats,
        db=database,
        display_policy=lambda _item, max_len: {"text": text[:max_len], "parse_mode": "HTML"},
    )
    postman._extractor = InfoExtractor()  # noqa: SLF001
    postman._table_name = "news"  # noqa: SLF001
    began = time.process_time()
    postman._post({"link": "https://news.example/one/"}, "one")  # noqa: SLF001, what its poll() calls for each piece of news
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("who", choices=["call", "plain", "telegram-news"])
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("recipients", type=int)
    parser.add_argument("--limit", action="store_true")
    given = parser.parse_args()
    text = sys.stdin.read()
    if given.who == "call":
        took = call(given.url, given.recipients)
    elif given.who == "plain":
        table(given.database, given.recipients).close()
        took = plain(given.url, given.database, given.recipients, text)
    else:
        took = telegram_news(given.url, given.database, given.recipients, text, is_limited=given.limit)
    print(given.recipients, took)


if __name__ == "__main__":
    main()
