"""What the bot asks its database second by second, while nothing happens."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.app import App
from bot.clock import MovableClock

# They grow with readers and years; all others stay small.
GROWING = ("articles", "deliveries", "destinations", "posts", "seen", "subscriptions", "ticker_lines")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_idle_bot_goes_through_no_table_that_grows(bot: App, clock: MovableClock) -> None:
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.setdefault(statement, parameters)

    engine = bot.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    for _ in range(30):
        clock.advance(1)
        await clock.sleep(0.05)
    event.remove(engine.sync_engine, "before_cursor_execute", note)

    scans = set()
    async with engine.connect() as connection:
        for statement, parameters in asked.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans |= {(step[-1], statement) for step in plan if step[-1] in {f"SCAN {table}" for table in GROWING}}
    assert len(asked) > 10
    assert scans == set()
