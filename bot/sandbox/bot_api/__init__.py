"""Telegram's Bot API in memory: calls by name come in, answers or refusals in Telegram's own words go out.

world.py holds the state; sending.py, membership.py, profile.py and updates.py are the methods; people.py and groups.py are everybody else.
server.py puts it on HTTP.
"""

from bot.sandbox.bot_api.acting import ImpossibleError
from bot.sandbox.bot_api.api import BotApi
from bot.sandbox.bot_api.errors import RefusedError

__all__ = ["BotApi", "ImpossibleError", "RefusedError"]
