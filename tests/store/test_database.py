from bot.store.database import Database


async def test_a_migrated_database_answers(database: Database) -> None:
    await database.check()
