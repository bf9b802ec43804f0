"""The topics of a forum in its group's menu: how they become known, are created, chosen, and given back."""

import asyncio

import pytest

from bot.domain.destination import DestinationState
from bot.domain.rubric import Slug
from bot.domain.topic import GENERAL, OTHERS, TICKER, Forum, Shutting, TopicId
from bot.handlers.channel.topics import TopicButton, TopicWish
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import PATIENCE, Newsroom

MANAGES = {"can_manage_topics": True}


@pytest.fixture
async def forum(camilla: Person, newsroom: Newsroom) -> Channel:
    """Camilla's, connected with football; its menu is open, and the bot does not manage topics."""
    await camilla.sends("/start")
    await camilla.sees("Salam")
    created = await camilla.creates_forum("Azarkeşlər")
    await camilla.promotes_bot(created)
    await camilla.sees("«Azarkeşlər» qrupu qoşuldu")
    await newsroom.comes_to(created.id, DestinationState.ACTIVE, "Azarkeşlər")
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.taps("‹ Kanalın menyusu")
    return created


async def forum_of(newsroom: Newsroom, group: Channel) -> Forum | None:
    found = await newsroom.destination(group.id)
    return found.forum if found is not None else None


async def comes_to(newsroom: Newsroom, group: Channel, expected: Forum | None) -> None:
    async with asyncio.timeout(PATIENCE):
        while await forum_of(newsroom, group) != expected:
            await newsroom.clock.sleep(0.02)


async def known(newsroom: Newsroom, group: Channel) -> dict[int, str]:
    found = await newsroom.destination(group.id)
    assert found is not None
    async with newsroom.database.transaction() as tx:
        return {topic.id: topic.name for topic in await tx.topics.of(found.id)}


async def comes_to_know(newsroom: Newsroom, group: Channel, expected: dict[int, str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while await known(newsroom, group) != expected:
            await newsroom.clock.sleep(0.02)


async def put_aside(newsroom: Newsroom, group: Channel, **chosen: TopicId) -> None:
    """As the sender does when Telegram refuses a post."""
    found = await newsroom.destination(group.id)
    assert found is not None
    forum = Forum(chosen=chosen, aside=dict.fromkeys(chosen.values(), Shutting.CLOSED))
    async with newsroom.database.transaction() as tx:
        await tx.topics.put(found.id, forum)


async def test_one_tap_creates_a_topic_for_each_rubric_and_sends_its_posts_there(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    await camilla.promotes_bot(forum, MANAGES)
    await camilla.taps("Mövzular")
    await camilla.sees("heç bir rubrikanın öz mövzusu yoxdur")
    await camilla.taps("1 rubrika üçün mövzu yaratmaq")
    menu = await camilla.sees("1 rubrikanın öz mövzusu var")

    topics = await forum.topics()
    assert list(topics) == ["⚽ Futbol"]
    assert await forum_of(newsroom, forum) == Forum(chosen={"football": TopicId(topics["⚽ Futbol"])})
    assert menu.button("✓ ⚽ Futbol → ⚽ Futbol") is not None
    assert menu.button("yaratmaq") is None
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("Tarixçə")
    await camilla.sees("mövzular: 1 rubrikanın öz mövzusu var")


async def test_without_the_right_to_create_topics_it_is_named_and_nothing_is_lost(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Mövzular")
    await camilla.taps("mövzu yaratmaq")
    await camilla.sees("«Mövzuları idarə etmək» hüququ lazımdır")
    nothing = await forum_of(newsroom, forum)
    await camilla.promotes_bot(forum, MANAGES)
    await camilla.taps("mövzu yaratmaq")

    await camilla.sees("1 rubrikanın öz mövzusu var")
    assert nothing == Forum()


async def test_what_telegram_created_before_it_refused_counts_and_another_tap_goes_on(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Rubrikalar")
    await camilla.taps("Xarici siyasət")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.promotes_bot(forum, MANAGES)
    await camilla.taps("Mövzular")
    await camilla.telegram.faults("error", method="createForumTopic", error_code=400, description="Bad Request: no")
    await camilla.taps("2 rubrika üçün mövzu yaratmaq")
    await camilla.sees("mövzuların hamısını yaratmadı")
    await camilla.taps("2 rubrika üçün mövzu yaratmaq")
    await camilla.sees("2 rubrikanın öz mövzusu var")

    assert list(await forum.topics()) == ["🌍 Xarici siyasət", "⚽ Futbol"]
    found = await forum_of(newsroom, forum)
    assert found is not None
    assert set(found.chosen) == {"foreign-policy", "football"}


async def test_a_topic_with_the_rubrics_name_is_taken_and_none_is_created_beside_it(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    topic = await camilla.creates_topic(forum, "⚽ Futbol")
    await comes_to_know(newsroom, forum, {topic: "⚽ Futbol"})
    await camilla.taps("Mövzular")
    await camilla.taps("mövzu yaratmaq")
    await camilla.sees("1 rubrikanın öz mövzusu var")

    assert await forum.topics() == {"⚽ Futbol": topic}


async def test_topics_are_known_when_they_come_are_renamed_and_written_in(
    camilla: Person, bob: Person, newsroom: Newsroom
) -> None:
    await camilla.sends("/start")
    forum = await camilla.creates_forum("Azarkeşlər", bob)
    old, silent = await camilla.creates_topic(forum, "Köhnə"), await camilla.creates_topic(forum, "Səssiz")
    await camilla.promotes_bot(forum)
    await newsroom.comes_to(forum.id, DestinationState.ACTIVE, "Azarkeşlər")
    new = await camilla.creates_topic(forum, "Yeni")
    await camilla.renames_topic(forum, new, "Oyunlar")
    await bob.says_in(forum, "Salam", topic=old)

    await comes_to_know(newsroom, forum, {old: "Köhnə", new: "Oyunlar"})
    await bob.says_in(forum, "Səs var", topic=silent)
    await comes_to_know(newsroom, forum, {old: "Köhnə", silent: "Səssiz", new: "Oyunlar"})


async def test_a_bot_that_is_a_plain_member_learns_a_topic_by_the_command_that_the_menu_names(
    camilla: Person, newsroom: Newsroom
) -> None:
    await camilla.sends("/start")
    forum = await camilla.creates_forum("Azarkeşlər")
    topic = await camilla.creates_topic(forum, "Oyunlar")
    await camilla.adds_bot(forum)
    await camilla.sees("«Azarkeşlər» qrupu qoşuldu")
    await camilla.says_in(forum, "Bunu bot eşitmir", topic=topic)
    await camilla.taps("Mövzular")
    await camilla.sees("/topic@rubrika_demo_bot")
    await camilla.says_in(forum, "/topic@rubrika_demo_bot", topic=topic)
    await comes_to_know(newsroom, forum, {topic: "Oyunlar"})
    await camilla.taps("Yeniləmək")
    await camilla.taps("Bütün qalanlar → General")
    await camilla.taps("Oyunlar")

    await camilla.sees_button("✓ Bütün qalanlar → Oyunlar")
    assert await forum_of(newsroom, forum) == Forum(chosen={OTHERS: TopicId(topic)})


async def test_a_rubric_the_ticker_and_all_others_are_sent_to_topics_and_back(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    topic = await camilla.creates_topic(forum, "Oyunlar")
    await comes_to_know(newsroom, forum, {topic: "Oyunlar"})
    await camilla.taps("Tiker")
    await camilla.taps("Canlı")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("Mövzular")
    for what in ("Futbol", "Tiker", "Bütün qalanlar"):
        await camilla.taps(what)
        await camilla.taps("Oyunlar")
    menu = await camilla.sees("1 rubrikanın öz mövzusu var")
    chosen = await forum_of(newsroom, forum)
    await camilla.taps("Futbol → Oyunlar")
    await camilla.sees("Futbol» rubrikasının məqalələri")
    await camilla.taps("Qalanların getdiyi yerə")
    await camilla.taps("Bütün qalanlar → Oyunlar")
    await camilla.taps("General")
    await camilla.sees_button("✓ Bütün qalanlar → General")

    assert {"✓ ⚽ Futbol → Oyunlar", "✓ Tiker → Oyunlar", "✓ Bütün qalanlar → Oyunlar"} <= set(menu.button_texts)
    assert chosen == Forum(chosen=dict.fromkeys(("football", TICKER, OTHERS), TopicId(topic)))
    assert await forum_of(newsroom, forum) == Forum(chosen={TICKER: TopicId(topic), OTHERS: GENERAL})


async def test_only_forums_have_the_section_and_switching_topics_on_brings_it(
    camilla: Person, newsroom: Newsroom
) -> None:
    await camilla.sends("/start")
    group = await camilla.creates_group("Azarkeşlər", is_super=True)
    await camilla.promotes_bot(group)
    plain = await camilla.sees("«Azarkeşlər» qrupu qoşuldu")
    await camilla.turns_topics(group, is_on=True)
    await camilla.sends("/channels")
    await camilla.taps("Azarkeşlər")
    await camilla.sees_button("Mövzular")
    on = await forum_of(newsroom, group)
    await camilla.turns_topics(group, is_on=False)
    await camilla.taps("Mövzular")
    await camilla.taps("‹ Kanalın menyusu")
    off = await camilla.sees("Rubrikalar: heç biri")

    assert (plain.button("Mövzular"), off.button("Mövzular")) == (None, None)
    assert (on, await forum_of(newsroom, group)) == (Forum(), None)


async def test_a_topic_that_is_opened_again_takes_posts_by_itself(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    topic = TopicId(await camilla.creates_topic(forum, "Oyunlar"))
    await comes_to_know(newsroom, forum, {topic: "Oyunlar"})
    await camilla.closes_topic(forum, topic)
    await put_aside(newsroom, forum, football=topic)
    await camilla.taps("Mövzular")
    await camilla.sees("🔒 1 mövzu post qəbul etmir")
    await camilla.sees_button("✓ ⚽ Futbol → 🔒 Oyunlar")
    await camilla.reopens_topic(forum, topic)

    await comes_to(newsroom, forum, Forum(chosen={"football": topic}))


async def test_general_that_is_opened_again_takes_posts_by_itself(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    await camilla.closes_topic(forum)
    await put_aside(newsroom, forum, **{OTHERS: GENERAL})
    await camilla.reopens_topic(forum)

    await comes_to(newsroom, forum, Forum(chosen={OTHERS: GENERAL}))


async def test_the_right_to_manage_topics_opens_closed_ones_for_the_bot(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    topic = TopicId(await camilla.creates_topic(forum, "Oyunlar"))
    await put_aside(newsroom, forum, football=topic)
    await camilla.promotes_bot(forum, MANAGES)

    await comes_to(newsroom, forum, Forum(chosen={"football": topic}))


async def test_a_topic_that_nobody_was_offered_is_a_stale_button(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    found = await newsroom.destination(forum.id)
    assert found is not None
    message = await camilla.sees("Azarkeşlər")
    forged = [
        TopicButton(channel=found.id, wish=TopicWish.CHOOSE, what="football", topic=99),
        TopicButton(channel=found.id, wish=TopicWish.CHOOSE, what="cricket", topic=GENERAL),
    ]

    assert ["köhnəlib" in await camilla.presses(message, each.pack()) for each in forged] == [True, True]
    assert await forum_of(newsroom, forum) == Forum()


@pytest.mark.usefixtures("forum")
async def test_for_more_rubrics_than_are_meant_no_topics_are_created(camilla: Person, newsroom: Newsroom) -> None:
    await newsroom.adds_rubrics(40)
    await camilla.taps("Rubrikalar")
    await camilla.taps("Hamısı")
    await camilla.taps("‹ Kanalın menyusu")
    await camilla.taps("Mövzular")
    menu, _ = await camilla.sees_button("1 / 2")

    assert menu.button("yaratmaq") is None
    assert menu.button("Yeniləmək") is not None


async def test_a_copy_of_the_settings_leaves_topics_out_and_says_so(
    camilla: Person, forum: Channel, newsroom: Newsroom
) -> None:
    await put_aside(newsroom, forum, football=TopicId(7))
    other = await camilla.creates_forum("Pərəstişkarlar")
    await camilla.promotes_bot(other)
    await camilla.sees("«Pərəstişkarlar» qrupu qoşuldu")
    await camilla.sends("/channels")
    await camilla.taps("Azarkeşlər")
    await camilla.taps("Surətini köçürmək")
    await camilla.taps("Pərəstişkarlar")
    await camilla.taps("Köçürmək")
    await camilla.sees("Mövzular köçürülmür")

    assert await forum_of(newsroom, other) == Forum()
    found = await newsroom.destination(other.id)
    assert found is not None
    async with newsroom.database.transaction() as tx:
        assert await tx.destinations.rubrics_of(found.id) == {Slug("football")}


async def test_a_stranger_may_not_choose_topics(bob: Person, forum: Channel, newsroom: Newsroom) -> None:
    found = await newsroom.destination(forum.id)
    assert found is not None
    await bob.sends("/start")
    message = await bob.sees("Hello")
    forged = TopicButton(channel=found.id, wish=TopicWish.CHOOSE, what=OTHERS, topic=GENERAL)

    await bob.presses(message, forged.pack())
    assert await forum_of(newsroom, forum) == Forum()
