from bot.domain.staff import Role
from bot.services import Services
from tests.cast import ALICE, EDGAR, OLGA


async def test_the_settings_name_the_owners(services: Services) -> None:
    assert await services.staff.role_of(OLGA) is Role.OWNER
    assert await services.staff.role_of(ALICE) is Role.READER


async def test_an_appointed_person_is_an_editor_until_dismissed(services: Services) -> None:
    assert await services.staff.appoint(EDGAR, name="Edgar", by=OLGA)
    appointed = await services.staff.role_of(EDGAR)
    assert await services.staff.dismiss(EDGAR)

    assert appointed is Role.EDITOR
    assert await services.staff.role_of(EDGAR) is Role.READER


async def test_the_list_names_editors_and_who_appointed_them(services: Services) -> None:
    await services.staff.appoint(EDGAR, name="Edgar", by=OLGA)

    assert [(editor.name, editor.appointed_by) for editor in await services.staff.editors()] == [("Edgar", OLGA)]


async def test_appointing_and_dismissing_twice_change_nothing(services: Services) -> None:
    await services.staff.appoint(EDGAR, name="Edgar", by=OLGA)

    assert not await services.staff.appoint(EDGAR, name="Edgar again", by=OLGA)
    assert await services.staff.dismiss(EDGAR)
    assert not await services.staff.dismiss(EDGAR)


async def test_an_owner_needs_no_appointment(services: Services) -> None:
    assert not await services.staff.appoint(OLGA, name="Olga", by=OLGA)
    assert await services.staff.editors() == []
