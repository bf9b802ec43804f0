"""What buttons carry: Telegram gives it back as it was, so each kind must be told from all the others."""

from collections import Counter
from importlib import import_module
from pathlib import Path

from aiogram.filters.callback_data import CallbackData

import bot.handlers


def kinds() -> list[type[CallbackData]]:
    folder = Path(bot.handlers.__file__).parent
    for file in folder.rglob("*.py"):
        import_module(".".join(("bot", "handlers", *file.relative_to(folder).with_suffix("").parts)))
    return [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("bot.")]


def test_no_two_kinds_of_buttons_begin_alike() -> None:
    counted = Counter(kind.__prefix__ for kind in kinds())

    assert len(counted) > 20
    assert [prefix for prefix, count in counted.items() if count > 1] == []
