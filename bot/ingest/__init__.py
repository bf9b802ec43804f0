"""Source → article. Read poller.py first: it runs the steps; the other modules are one step each."""
