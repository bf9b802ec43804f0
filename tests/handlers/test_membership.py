import pytest

from bot.domain.destination import DestinationState
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom


async def test_who_makes_the_bot_administrator_gets_the_menu_in_private(alice: Person) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести <и> мир")
    await alice.promotes_bot(channel)

    menu = await alice.sees("Канал «Вести <и> мир» подключён")
    assert "Рубрики: ни одной" in menu.text
    assert {"Рубрики", "✓ Статьи", "Тикер", "Пауза"} <= set(menu.button_texts)
    assert "channels" in await alice.commands()


async def test_who_never_started_the_bot_gets_the_menu_at_their_start(alice: Person, newsroom: Newsroom) -> None:
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel)
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")
    before = await alice.posts()
    await alice.sends("/start")
    await alice.sees("Канал «Вести» подключён")
    first = await alice.sees("Канал «Вести» подключён")
    await alice.sends("/start")
    await alice.sees("Снова здравствуйте")

    assert before == []
    assert [post.message_id for post in await alice.posts() if "подключён" in post.text] == [first.message_id]


@pytest.mark.usefixtures("channel")
async def test_the_menu_is_not_repeated_at_the_next_start(camilla: Person) -> None:
    menus = [post for post in await camilla.posts() if "kanalı qoşuldu" in post.text]
    await camilla.sends("/start")
    await camilla.sees("Yenidən salam")

    assert [post for post in await camilla.posts() if "kanalı qoşuldu" in post.text] == menus


async def test_a_missing_right_is_named(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel, {"can_post_messages": False})

    await alice.sees("мне не хватает права «Публикация сообщений»")
    assert await newsroom.destination(channel.id) is None


async def test_a_right_given_later_connects_and_one_taken_away_pauses_until_it_is_back(
    alice: Person, newsroom: Newsroom
) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel, {"can_post_messages": False})
    await alice.sees("не хватает права")
    await alice.promotes_bot(channel, {"can_post_messages": True})
    connected = await alice.sees("Канал «Вести» подключён")
    await alice.promotes_bot(channel, {"can_post_messages": False})

    await alice.sees("не хватает права", after=connected)
    await newsroom.comes_to(channel.id, DestinationState.BARRED, "Вести")
    await alice.promotes_bot(channel, {"can_post_messages": True})

    await alice.sees("право вернулось")
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")


async def test_who_connected_the_channel_is_told_in_their_language_that_a_right_is_missing_and_once(
    camilla: Person, bob: Person, channel: Channel
) -> None:
    await bob.sends("/start")
    await bob.sees("Hello")
    await bob.becomes_administrator(channel)
    await bob.promotes_bot(channel, {"can_post_messages": False})
    told = await camilla.sees("«Mesaj dərc etmək» hüququm yoxdur")
    await bob.promotes_bot(channel, {"can_post_messages": False, "can_pin_messages": True})
    await bob.sends("/help")
    await bob.sees("These are the commands")

    assert [post.message_id for post in await camilla.posts() if "hüququm yoxdur" in post.text] == [told.message_id]
    await bob.does_not_see("Post Messages")


async def test_a_channel_paused_by_a_person_stays_paused_when_the_right_returns(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Fasilə")
    await camilla.sees("⏸ Fasilə")
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.promotes_bot(channel, {"can_post_messages": True})
    await camilla.sends("/help")
    await camilla.sees("Əmrlər")

    await newsroom.comes_to(channel.id, DestinationState.PAUSED, "Репортаж")


async def test_the_menu_of_a_channel_without_the_right_says_so(camilla: Person, channel: Channel) -> None:
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.sees("hüququm yoxdur")
    await camilla.sends("/channels")
    await camilla.taps("⏸ Репортаж")

    await camilla.sees("🔒 Hazırda burada dərc edə bilmirəm")


async def test_other_rights_change_without_a_word(camilla: Person, channel: Channel) -> None:
    before = await camilla.posts()
    await camilla.promotes_bot(channel, {"can_pin_messages": True})
    await camilla.sends("/help")
    await camilla.sees("Əmrlər")

    assert len(await camilla.posts()) == len(before) + 1


@pytest.mark.parametrize("banned", [True, False], ids=["kicked", "removed"])
async def test_who_connected_the_channel_is_told_when_it_is_lost(
    camilla: Person, channel: Channel, newsroom: Newsroom, *, banned: bool
) -> None:
    await camilla.dismisses_bot(channel, banned=banned)

    await camilla.sees("«Репортаж» kanalı ayrıldı")
    await newsroom.comes_to(channel.id, DestinationState.GONE, "Репортаж")


async def test_a_channel_that_returns_has_its_rubrics(camilla: Person, channel: Channel) -> None:
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.sees("Rubrikalar: 1 seçilib")
    await camilla.dismisses_bot(channel, banned=False)
    lost = await camilla.sees("kanalı ayrıldı")
    await camilla.promotes_bot(channel)

    menu = await camilla.sees("kanalı qoşuldu", after=lost)
    assert "Rubrikalar: 1 seçilib" in menu.text


async def test_a_new_title_is_taken_over(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.renames(channel, "Вечер")
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вечер")
    await camilla.sends("/channels")

    await camilla.sees_button("Вечер")


async def test_the_bot_says_what_it_can_do_and_which_rights_it_lacks_and_why(alice: Person) -> None:
    await alice.sends("/start")
    complete, lacking = await alice.creates_channel("Первый"), await alice.creates_channel("Второй")
    await alice.promotes_bot(complete)
    await alice.sees("Канал «Первый» подключён.\nПрав хватает на всё.")
    await alice.promotes_bot(lacking, {"can_edit_messages": False, "can_delete_messages": False})

    menu = await alice.sees("Канал «Второй» подключён")
    assert "«Редактирование чужих сообщений»: без него не закрепить живой тикер." in menu.text
    assert "«Удаление чужих сообщений»: без него" in menu.text
    assert "⚠️ Не хватает прав: редактирование чужих сообщений, удаление чужих сообщений." in menu.text


async def test_a_right_that_is_taken_away_is_told_and_shown_in_the_menu(camilla: Person, channel: Channel) -> None:
    await camilla.promotes_bot(channel, {"can_edit_messages": False})
    told = await camilla.sees("«Репортаж» üzrə hüquqlarım azaldı")
    await camilla.taps("Fasilə")
    await camilla.sees("Çatmayan hüquqlar: başqalarının mesajlarını redaktə etmək")
    await camilla.promotes_bot(channel)
    await camilla.taps("Davam etmək")

    assert "«Başqalarının mesajlarını redaktə etmək»: onsuz canlı tikeri" in told.text
    menu = await camilla.sees("Məqalələr: hər biri")
    assert "Çatmayan" not in menu.text


async def test_a_channel_added_anonymously_is_found_by_its_administrators(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel, anonymously=True)
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")
    await alice.sends("/channels")
    await alice.taps("Вести")

    await alice.sees("Рубрики: ни одной")


async def test_a_group_is_connected_by_its_administrator(alice: Person, bob: Person) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики", bob)
    await alice.adds_bot(group)
    menu = await alice.sees("Группа «Болельщики» подключена")
    await alice.taps("Рубрики")
    await alice.taps("Футбол")

    await alice.sees("Рубрики: 1 выбрана")
    assert "«Закрепление сообщений»: без него" in menu.text
    assert await group.posts() == []


async def test_a_member_may_bring_the_bot_and_its_administrator_sets_the_group_up(
    alice: Person, bob: Person, newsroom: Newsroom
) -> None:
    await bob.sends("/start")
    await bob.sees("Hello")
    group = await alice.creates_group("Болельщики", bob, is_super=True)
    await bob.adds_bot(group)
    await group.sees("set up by one of its administrators")
    await bob.sends("/channels")
    await bob.sees("Your channels and groups will appear here")
    await alice.sends("/channels")
    await alice.taps("Болельщики")

    await alice.sees("Рубрики: ни одной")
    await bob.does_not_see("Болельщики")
    found = await newsroom.destination(group.id)
    assert found is not None
    assert (found.is_group, found.connected_by) == (True, None)


async def test_a_group_that_becomes_a_supergroup_keeps_its_settings(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики")
    await alice.promotes_bot(group)
    await alice.sees("Группа «Болельщики» подключена")
    await alice.taps("Рубрики")
    await alice.taps("Футбол")
    supergroup = await alice.upgrades(group)
    await newsroom.comes_to(supergroup.id, DestinationState.ACTIVE, "Болельщики")
    await alice.sends("/channels")
    await alice.taps("Болельщики")

    await alice.sees("Рубрики: 1 выбрана")
    assert await newsroom.destination(group.id) is None


async def test_a_group_that_is_renamed_is_listed_under_its_new_title(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики")
    await alice.promotes_bot(group)
    await alice.sees("подключена")
    await alice.renames(group, "Трибуна")

    await newsroom.comes_to(group.id, DestinationState.ACTIVE, "Трибуна")


async def test_who_connected_a_group_is_told_when_it_is_lost(alice: Person) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики")
    await alice.promotes_bot(group)
    await alice.sees("подключена")
    await alice.dismisses_bot(group)

    await alice.sees("«Болельщики» отключён")


async def test_words_in_a_group_are_not_answered(alice: Person) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики")
    await alice.promotes_bot(group)
    await alice.sees("подключена")
    for words in ("/rubrics", "/start", "Кто смотрел матч?"):
        await alice.says_in(group, words)
    await alice.sends("/help")
    await alice.sees("Вот команды")

    assert await group.posts() == []
