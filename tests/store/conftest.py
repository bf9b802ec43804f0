"""The store's tests have a newsroom with readers."""

from tests.readers import follow, newsroom

__all__ = ["follow", "newsroom"]
