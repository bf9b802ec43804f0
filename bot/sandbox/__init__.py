"""The outside world imitated: Telegram and a news site, for the demo and the tests alike."""
