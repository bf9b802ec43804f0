"""Delivery → message, in the destination's language. Values in, a Message out, which send/ takes to Telegram; no I/O at all."""
