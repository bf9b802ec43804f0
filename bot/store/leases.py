"""Who holds a role, as a condition of what its holder writes; store/roles.py takes and renews."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import leases


class Leases:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, name: str, *, holder: int) -> bool:
        """Whether it is the holder's; if so, it stays so until the end of this transaction."""
        found = await self._connection.scalar(
            select(leases.c.name)
            .where(leases.c.name == name, leases.c.holder == holder)
            .with_for_update(read=True, key_share=True)
        )
        return found is not None

    async def has_kin(self, name: str) -> bool:
        """Whether another bot has the like role on this database: the part before the colon is the same."""
        kind = name.partition(":")[0]
        found = await self._connection.scalar(
            select(leases.c.name).where(leases.c.name.startswith(f"{kind}:"), leases.c.name != name).limit(1)
        )
        return found is not None
