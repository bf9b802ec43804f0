"""Message → Telegram → post. sender.py runs the steps, gateway.py makes the calls, outcome.py says what they meant."""
