"""A source's subscription at a WebSub hub, which calls when there is news (W3C WebSub)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.source import SourceId


@dataclass(frozen=True, kw_only=True, slots=True)
class HubSubscription:
    """`topic` is the feed's own name at the hub; `token` ends the address that the hub calls, `secret` signs its calls.

    `verified_until` is until when the hub promised to call; `renew_at` when it is asked (again), `failures` how often it was
    without a yes since the last one. Of a source that is paused or removed it is not `wanted`.
    """

    source_id: SourceId
    hub: str
    topic: str
    token: str
    secret: str
    verified_until: datetime | None = None
    renew_at: datetime
    failures: int = 0
    wanted: bool = True
