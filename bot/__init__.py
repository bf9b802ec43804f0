"""Rubrika: a newsroom's distribution desk in Telegram. Start reading in app.py."""

from bot.late_models import prepare_late

prepare_late()
