"""`dataclass` for what is made anew for every message: mypy keeps a frozen one as it is, and at run time nothing does.

To guard each field doubles what it costs to make one, and ten are made for every message: 5 % of its processor time.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, **given: Any) -> Callable[[type], type]:
        return dataclasses.dataclass(unsafe_hash=frozen, **given)
