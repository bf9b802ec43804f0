"""Who belongs to the newsroom: owners, from the settings, and the editors they appoint."""

from collections.abc import Collection

from bot.clock import Clock
from bot.domain.staff import Editor, Role
from bot.store.database import Database


class Staff:
    def __init__(self, *, database: Database, clock: Clock, owners: Collection[int]) -> None:
        self._database = database
        self._clock = clock
        self._owners = frozenset(owners)

    async def role_of(self, user_id: int) -> Role:
        if user_id in self._owners:
            return Role.OWNER
        async with self._database.transaction() as tx:
            return Role.EDITOR if await tx.staff.is_editor(user_id) else Role.READER

    async def appoint(self, user_id: int, *, name: str, by: int) -> bool:
        """False: this person is an editor already, or an owner, who may do all that editors may."""
        if user_id in self._owners:
            return False
        async with self._database.transaction() as tx:
            return await tx.staff.appoint(user_id=user_id, name=name, by=by, now=self._clock.now())

    async def dismiss(self, user_id: int) -> bool:
        """False: this person was no editor."""
        async with self._database.transaction() as tx:
            return await tx.staff.dismiss(user_id)

    async def editors(self) -> list[Editor]:
        async with self._database.transaction() as tx:
            return await tx.staff.editors()
