"""What the Bot API refuses, in its own words: a code, a description, sometimes parameters. Ends as the body of an answer."""

from collections.abc import Mapping
from types import MappingProxyType

NOTHING: Mapping[str, int] = MappingProxyType({})


class RefusedError(Exception):
    def __init__(self, code: int, description: str, parameters: Mapping[str, int] = NOTHING) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> RefusedError:
    return RefusedError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> RefusedError:
    return RefusedError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> RefusedError:
    return RefusedError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
