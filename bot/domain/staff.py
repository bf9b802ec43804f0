"""Staff: an editor orders pushes, an owner appoints editors."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; owners may do all that editors may."""

    READER = "reader"
    EDITOR = "editor"
    OWNER = "owner"


@dataclass(frozen=True, kw_only=True, slots=True)
class Editor:
    """`name` is how the person was called when appointed, for lists only."""

    user_id: int
    name: str
    appointed_by: int
    appointed_at: datetime
