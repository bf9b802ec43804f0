import pytest

from bot.domain.destination import Destination
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker_plan import AtTimes, Every, Live
from bot.handlers.channel.copying import CopyButton, CopyWish
from bot.handlers.channel.history import HistoryButton
from bot.handlers.channel.language import ChannelLanguageButton, LanguageWish
from bot.handlers.channel.posts import PostsButton, PostsWish
from bot.handlers.channel.rubrics import ChannelRubricButton, RubricWish
from bot.handlers.channel.section import ChannelButton, Wish
from bot.handlers.channel.settings import ResumeButton
from bot.handlers.channel.ticker import TickerButton, TickerWish
from bot.handlers.editor.push import Order, PushButton
from bot.handlers.subscriber.rubrics import RubricButton
from bot.sandbox.client import Channel, Message, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.cast import BOB
from tests.handlers.conftest import Newsroom
from tests.make import make_administrator

BACK = "‹ Kanalın menyusu"
NOT_YOURS = "Настраивать канал могут его администраторы с правом публикации."


async def destination(channel: Channel, newsroom: Newsroom) -> Destination:
    found = await newsroom.destination(channel.id)
    assert found is not None
    return found


async def opens(person: Person, title: str) -> Message:
    """The menu of a channel, by way of the list."""
    await person.sends("/channels")
    await person.taps(title)
    return await person.sees(title)


async def test_without_channels_one_learns_how_to_connect_the_first(alice: Person) -> None:
    await alice.sends("/channels")

    message = await alice.sees("Здесь появятся ваши каналы")
    channel, group = message.button("Добавить в канал"), message.button("В группу")
    assert channel is not None
    assert group is not None
    assert channel.url == "https://t.me/rubrika_demo_bot?startchannel&admin=post_messages+edit_messages+delete_messages"
    assert group.url == "https://t.me/rubrika_demo_bot?startgroup&admin=delete_messages+pin_messages"


async def test_a_channels_menu_sets_everything_in_one_message(camilla: Person, channel: Channel) -> None:
    menu = await opens(camilla, channel.title)
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.sees_button("✓ ⚽ Futbol")
    await camilla.taps(BACK)
    await camilla.taps("Tiker")
    await camilla.taps("15 dəq")
    await camilla.sees_button("✓ 15 dəq")
    await camilla.taps(BACK)
    await camilla.taps("Dil")
    await camilla.taps("English")
    await camilla.sees_button("✓ English")
    await camilla.taps(BACK)
    await camilla.taps("✓ Məqalələr")
    last = await camilla.sees("Məqalələr: dərc olunmur")

    assert last.message_id == menu.message_id
    assert last.text.splitlines() == [
        "Репортаж",
        "Rubrikalar: 1 seçilib",
        "Postlar: kart",
        "Tiker: hər 15 dəqiqədən bir",
        "Dil: English",
        "Məqalələr: dərc olunmur",
    ]
    assert last.button_texts == [
        "Rubrikalar",
        "Postlar",
        "Tiker",
        "Dil",
        "Sözlər",
        "Sakit saatlar",
        "Temp",
        "Təsdiq",
        "Surətini köçürmək",
        "Tarixçə",
        "Məqalələr",
        "Fasilə",
        "‹ Kanallar",
    ]


async def test_what_is_set_is_there_when_the_menu_is_opened_again(camilla: Person, channel: Channel) -> None:
    await camilla.taps("Rubrikalar")
    await camilla.taps("Hamısı")
    await camilla.sees("Rubrikalar: 2 seçilib")
    await camilla.taps(BACK)
    await camilla.taps("‹ Kanallar")
    await camilla.sees("Hansını tənzimləyək?")
    await camilla.taps(channel.title)
    await camilla.sees("Rubrikalar: 2 seçilib")
    await camilla.taps("Rubrikalar")

    await camilla.sees_button("✓ ⚽ Futbol")


@pytest.mark.usefixtures("channel")
async def test_the_last_way_out_stays_on_and_pausing_is_suggested(camilla: Person) -> None:
    assert "«Fasilə»" in await camilla.taps("✓ Məqalələr")

    await camilla.sees_button("✓ Məqalələr")


async def test_a_pause_is_shown_in_the_menu_and_in_the_list(camilla: Person, channel: Channel) -> None:
    await camilla.taps("Fasilə")
    await camilla.sees("⏸ Fasilə")
    await camilla.taps("‹ Kanallar")
    await camilla.taps(f"⏸ {channel.title}")
    await camilla.taps("Davam etmək")

    await camilla.sees_button("Fasilə")


async def test_a_channel_may_publish_in_another_language(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("Dil")
    await camilla.taps("Русский")

    await camilla.sees_button("✓ Русский")
    assert (await destination(channel, newsroom)).language == "ru"


async def test_a_channel_may_take_articles_of_another_language_besides(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Dil")
    await camilla.taps("+ Русский")
    await camilla.sees_button("✓ + Русский")
    await camilla.taps("+ English")
    await camilla.sees("Bu dillərdə də məqalələr: Русский, English")
    await camilla.taps("✓ + Русский")
    await camilla.sees("Bu dillərdə də məqalələr: English")

    found = await destination(channel, newsroom)
    settings = await newsroom.services.channels.show(found.id, make_administrator())
    assert found.language is Language.AZ
    assert settings.editions == {Language.EN}


async def test_another_administrator_finds_the_channel_too(alice: Person, camilla: Person, channel: Channel) -> None:
    await alice.becomes_administrator(channel)
    await opens(alice, channel.title)
    await alice.taps("Рубрики")
    await alice.taps("Футбол")

    await alice.sees("Рубрики: 1 выбрана")
    await opens(camilla, channel.title)
    await camilla.sees("Rubrikalar: 1 seçilib")


async def test_an_administrator_who_was_found_once_is_not_asked_after_again(
    telegram: SandboxClient, alice: Person, channel: Channel
) -> None:
    await alice.becomes_administrator(channel)
    await alice.sends("/channels")
    first = await alice.sees("Ваши каналы")
    asked = await telegram.calls("getChatMember")
    await alice.sends("/channels")
    await alice.sees("Ваши каналы", after=first)

    assert (len(asked), len(await telegram.calls("getChatMember"))) == (1, 1)


async def test_strangers_do_not_find_the_channel(alice: Person, channel: Channel) -> None:
    await alice.sends("/channels")

    await alice.sees("Здесь появятся ваши каналы")
    await alice.does_not_see(channel.title)


@pytest.mark.parametrize(
    "data",
    [
        "c:{id}:o",
        "c:{id}:na",
        "c:{id}:p",
        "cu:{id}:5",
        "cp:{id}:h:5",
        "cq:{id}:h:0",
        "cc:{id}:y:0",
        "cc:{id}:q:0",
        "c:{id}:r",
        "cr:{id}:c:football:0",
        "cr:{id}:ca::0",
        "ct:{id}:e:5",
        "cg:{id}:l:ru",
        "ch:{id}:0",
        "cv:{id}:s:silent-on:0",
        "cv:{id}:q:template:0",
        "cv:{id}:t::0",
    ],
)
async def test_a_forged_button_sets_up_nobody_elses_channel(
    alice: Person, channel: Channel, newsroom: Newsroom, data: str
) -> None:
    before = await destination(channel, newsroom)
    await alice.sends("/start")
    message = await alice.sees("Здравствуйте")

    assert await alice.presses(message, data.format(id=before.id)) == NOT_YOURS
    assert await destination(channel, newsroom) == before


async def test_the_history_says_who_changed_what_and_when(
    camilla: Person, bob: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await bob.becomes_administrator(channel)
    number = (await destination(channel, newsroom)).id
    await newsroom.services.channels.choose(
        number, Slug("football"), make_administrator(BOB, "Bob <i>"), is_wanted=True
    )
    newsroom.clock.advance(3600)
    await camilla.taps("Fasilə")
    await camilla.taps("Tarixçə")

    history = await camilla.sees("Kim nəyi dəyişib")
    assert history.text.splitlines()[1:] == [
        "Kim nəyi dəyişib:",
        "",
        "2 mart",
        "11:00 Camilla: fasilə",
        "10:00 Bob <i>: rubrikalar: 1 seçilib",
        "10:00 Camilla: kanal qoşuldu",
    ]


async def test_the_history_says_what_a_ticker_was_set_to(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    number = (await destination(channel, newsroom)).id
    for plan in (Every(minutes=15), AtTimes(cron="0 9,18 * * mon-fri"), Live(), None):
        await newsroom.services.channels.set_ticker(number, plan, make_administrator(BOB, "Bob"))
        newsroom.clock.advance(3600)
    await camilla.taps("Tarixçə")

    history = await camilla.sees("Kim nəyi dəyişib")
    assert history.text.splitlines()[4:8] == [
        "13:00 Bob: tiker: söndürülüb",
        "12:00 Bob: tiker: canlı",
        "11:00 Bob: tiker: cədvəl üzrə, 0 9,18 * * mon-fri",
        "10:00 Bob: tiker: hər 15 dəqiqədən bir",
    ]


async def test_a_long_history_is_parted(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    number = (await destination(channel, newsroom)).id
    for minutes in range(20):
        by = make_administrator(minutes + 1, f"N{minutes}")
        await newsroom.services.channels.set_ticker(number, Every(minutes=(5, 10)[minutes % 2]), by)
    await camilla.taps("Tarixçə")
    await camilla.sees("N19")
    await camilla.taps("Əvvəlkilər ›")

    older = await camilla.sees("N0:")
    assert "N5:" not in older.text
    await camilla.taps("‹ Sonrakılar")
    await camilla.sees("N19")


async def test_who_changes_at_the_same_time_sees_the_other(
    alice: Person, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await alice.becomes_administrator(channel)
    await opens(alice, channel.title)
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.sees_button("✓ ⚽ Futbol")

    await alice.taps("Тикер")
    section = await alice.sees("Тикер: выключен")
    await alice.taps("15 мин")
    last = await alice.sees("раз в 15 минут")
    await alice.taps("‹ Меню канала")
    menu = await alice.sees("Рубрики: 1 выбрана")

    assert "10:00 Camilla: рубрики: 1 выбрана" in section.text
    assert "10:00 Camilla: рубрики: 1 выбрана" in last.text
    assert "Camilla" not in menu.text
    newsroom.clock.advance(11 * 60)
    await camilla.taps(BACK)
    assert "Alice" not in (await camilla.sees("Tiker: hər 15 dəqiqədən bir")).text


async def test_who_is_administrator_no_more_can_set_up_nothing(
    alice: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await alice.becomes_administrator(channel)
    await opens(alice, channel.title)
    await alice.is_administrator_no_more(channel)

    assert await alice.taps("Статьи") == NOT_YOURS
    assert (await destination(channel, newsroom)).articles_on


async def test_a_button_of_a_lost_channel_says_so(camilla: Person, channel: Channel) -> None:
    await camilla.dismisses_bot(channel)
    await camilla.sees("kanalı ayrıldı")

    assert await camilla.taps("Tiker") == "Bu kanal artıq qoşulu deyil."


async def test_a_channel_that_lost_the_bot_unheard_between_two_taps_says_so(
    sandbox: Sandbox, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    told = sandbox.telegram.world.updates.add
    sandbox.telegram.world.updates.add = lambda *_: None  # type: ignore[method-assign]
    await camilla.dismisses_bot(channel)
    sandbox.telegram.world.updates.add = told  # type: ignore[method-assign]

    assert await camilla.taps("Tiker") == "Bu kanal artıq qoşulu deyil."
    assert (await destination(channel, newsroom)).ticker is None


@pytest.mark.parametrize(
    "data",
    ["ct:{id}:e:7", "ct:{id}:e:0", "c:{id}:t:5:0", "cg:{id}:l:fr"],
    ids=["interval", "no interval", "of an earlier version", "language"],
)
async def test_a_value_that_was_never_offered_is_outdated(
    camilla: Person, channel: Channel, newsroom: Newsroom, data: str
) -> None:
    number = (await destination(channel, newsroom)).id
    message = await camilla.sees(channel.title)

    assert await camilla.presses(message, data.format(id=number)) == "Düymə köhnəlib."


async def test_a_rubric_that_is_no_more_is_refused_and_the_menu_drawn_anew(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    number = (await destination(channel, newsroom)).id
    message = await camilla.sees(channel.title)

    assert await camilla.presses(message, f"cr:{number}:c:weather:0") == "Belə rubrika artıq yoxdur."
    await camilla.sees_button("Futbol")


@pytest.mark.usefixtures("channel")
async def test_two_hundred_rubrics_are_parted_counted_and_chosen_on_any_page(
    camilla: Person, newsroom: Newsroom
) -> None:
    async with newsroom.database.transaction() as tx:
        await tx.rubrics.put(
            [
                Rubric(slug=Slug(f"{number:03}-".ljust(32, "x")), titles={Language.AZ: f"Uzun adlı rubrika {number}"})
                for number in range(198)
            ]
        )
    await camilla.taps("Rubrikalar")
    menu = await camilla.sees("Rubrikalar: heç biri")
    offered = []
    for page in range(1, 8):
        shown, _ = await camilla.sees_button(f"{page} / 7")
        offered += [text for text in shown.button_texts if "rubrika " in text or "Futbol" in text or "Xarici" in text]
        await camilla.taps("İrəli ›")
    assert len(set(offered)) == 200
    await camilla.sees_button("1 / 7")
    await camilla.taps("‹ Geri")
    await camilla.sees_button("7 / 7")
    await camilla.taps("Uzun adlı rubrika 197")
    await camilla.sees_button("✓ Uzun adlı rubrika 197")
    await camilla.taps("Hamısı")
    await camilla.sees("Rubrikalar: 200 seçilib")
    await camilla.taps("✓ Uzun adlı rubrika 197")
    chosen = await camilla.sees("Rubrikalar: 199 seçilib")

    assert chosen.message_id == menu.message_id
    assert chosen.button("7 / 7") is not None
    await camilla.taps(BACK)
    assert len((await camilla.sees("Rubrikalar: 199 seçilib")).text) < 1000


async def test_a_channel_that_takes_the_right_to_post_between_two_taps_is_set_up_all_the_same_and_says_so(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Tiker")
    section = await camilla.sees("Tiker: söndürülüb")
    live = section.button("Canlı")
    assert live is not None
    assert live.callback_data is not None
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.sees("«Mesaj dərc etmək» hüququm yoxdur")
    await camilla.presses(section, live.callback_data)
    await camilla.sees("Tiker: canlı")
    await camilla.taps(BACK)

    menu = await camilla.sees("🔒 Hazırda burada dərc edə bilmirəm")
    assert "Tiker: canlı" in menu.text
    assert (await destination(channel, newsroom)).state == "barred"


async def test_an_unanswered_check_changes_nothing(
    telegram: SandboxClient, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await telegram.faults("500", method="getChatMember")

    assert "Nəsə alınmadı" in await camilla.taps("Fasilə")
    assert (await destination(channel, newsroom)).state == "active"


def test_the_longest_ids_and_slugs_fit_a_button() -> None:
    number, slug = 2**63 - 1, "x" * 32

    ChannelButton(channel=number, wish=Wish.NO_ARTICLES).pack()
    ChannelRubricButton(channel=number, wish=RubricWish.CHOOSE_ALL, slug=slug, page=99).pack()
    ChannelLanguageButton(channel=number, wish=LanguageWish.SPEAK, language="az").pack()
    TickerButton(channel=number, wish=TickerWish.EVERY, minutes=1440).pack()
    HistoryButton(channel=number, page=99).pack()
    CopyButton(channel=number, wish=CopyWish.COPY, target=number).pack()
    ResumeButton(channel=number, catch_up=100).pack()
    PostsButton(channel=number, wish=PostsWish.SET, value="layout-headline", sample=2**31).pack()
    PushButton(push=number, order=Order.CHOOSE, channel=number, page=99).pack()
    RubricButton(slug=slug, is_wanted=True, page=99).pack()
