"""A guard against documents that are made to keep a parser busy for ever."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Processor seconds: many times what is needed, and far less than what grows with the square of a document takes.
LONG = 10.0


@contextmanager
def no_hang() -> Iterator[None]:
    """How fast it is, the benchmarks tell; this fails only where it would hang."""
    began = time.process_time()
    yield
    assert time.process_time() - began < LONG
