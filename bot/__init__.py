"""Rubrika: a newsroom's distribution desk in Telegram. Start reading in app.py."""
