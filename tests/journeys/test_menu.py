"""Each row of a channel's menu: an administrator taps it, the site publishes, and the channel shows what was chosen.

bob runs the channel here, in English; a story goes through several rows, so that the bot is started once for them.
"""

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Message, Person
from tests.journeys.conftest import News, connects, sets

pytestmark = pytest.mark.usefixtures("bot")

HOUR = 3600


class EnglishNews:
    """What comes out in English, about football unless told otherwise."""

    def __init__(self, news: News) -> None:
        self._news = news

    async def publishes(self, title: str, rubric: str = "Football", *, language: str = "en", **fields: object) -> str:
        return await self._news.publishes(title, rubric, language=language, **fields)


@pytest.fixture
def site(news: News) -> EnglishNews:
    return EnglishNews(news)


@pytest.fixture
async def channel(bob: Person) -> Channel:
    """bob's channel, which carries football; its menu is open in his chat."""
    created = await connects(bob, "Sport today")
    await sets(bob, "Rubrics", "Football")
    return created


@pytest.fixture
async def witness(alice: Person) -> Person:
    """Gets all that comes out about football in English, so that one can tell when it has come out."""
    await alice.sends("/language")
    await alice.taps("English")
    await alice.opens_link("r-football")
    await alice.sees("You are subscribed to “Football”")
    return alice


def titles(posts: list[Message]) -> list[str]:
    return [post.text.splitlines()[0] for post in posts]


async def test_rubrics_languages_and_words_choose_the_articles(bob: Person, site: EnglishNews) -> None:
    channel = await connects(bob, "Sport today")
    await bob.taps("Rubrics")
    await bob.taps("All")
    await bob.sees("Rubrics: 7 chosen")
    await bob.taps("None")
    await bob.sees("Rubrics: none")
    await bob.taps("Football")
    await bob.taps("ICT")
    await bob.sees("Rubrics: 2 chosen")
    await bob.taps("✓ 💻 ICT")
    await bob.sees("Rubrics: 1 chosen")
    await bob.taps("‹ Channel menu")
    await sets(bob, "Language", "+ Русский")
    await bob.sees("Language: English\nArticles also in: Русский")

    await site.publishes("Rates are cut", rubric="Business")
    await site.publishes("Qarabağ finaldadır", rubric="Futbol", language="az")
    await site.publishes("Карабах вышел в финал", rubric="Футбол", language="ru")
    await channel.sees("Карабах вышел в финал")

    await bob.taps("Words")
    await bob.taps("Add words to include")
    await bob.sends("Karabakh*, final")
    await bob.sees("Only articles with: Karabakh*, final")
    await bob.taps("Add words to leave out")
    await bob.sends("ticket*")
    await bob.sees("No articles with: ticket*")
    await bob.taps("‹ Channel menu")
    await bob.sees("Words: 2 to include, 1 to leave out")

    await site.publishes("Neftchi won at home")
    await site.publishes("Tickets for the final are on sale")
    await site.publishes("Karabakh's coach on the game")
    await channel.sees("Karabakh's coach on the game")

    assert titles(await channel.posts()) == ["Карабах вышел в финал", "Karabakh's coach on the game"]


async def test_each_layout_and_preview_dresses_the_last_article_in_the_menu_and_the_next_in_the_channel(
    bob: Person, channel: Channel, site: EnglishNews
) -> None:
    number = 0

    async def next_post() -> Message:
        """Dressed as the sample was, which is the article before it."""
        nonlocal number
        previous, title = f"Match {number}", f"Match {number + 1}"
        number += 1
        sample = await bob.sees(previous)
        await site.publishes(title, lead="It ended 2:1.", body="A late goal decided it.")
        post = await channel.sees(title)
        assert post.text == sample.text.replace(previous, title)
        assert post.button_texts == sample.button_texts
        return post

    await site.publishes("Match 0", lead="It ended 2:1.", body="A late goal decided it.")
    await channel.sees("Match 0")
    await bob.taps("Posts")
    await bob.sees("Posts: a card")
    card = await next_post()
    assert (card.text, card.photo is None) == ("Match 1\n\nIt ended 2:1.\n\n⚽ Football", False)
    assert "<b>Match 1</b>" in card.html

    await bob.taps("Line")
    await bob.sees("Posts: a linked line")
    line = await next_post()
    assert (line.text, line.photo) == ("Match 2\n⚽ Football", None)
    assert "match-2" in line.html
    await bob.taps("Whole text")
    await bob.sees("Posts: the whole text")
    full = await next_post()
    assert full.text == "Match 3\n\nIt ended 2:1.\n\nA late goal decided it.\n\n⚽ Football"

    await bob.taps("Below")
    await bob.sees_button("✓ Below")
    below = await next_post()
    assert below.preview is not None
    assert (below.photo, below.preview.prefer_large_media, below.preview.show_above_text) == (None, True, False)
    await bob.taps("Small")
    await bob.taps("Above")
    await bob.sees_button("✓ Above")
    small = await next_post()
    assert small.preview is not None
    assert (small.photo, small.preview.prefer_large_media, small.preview.show_above_text) == (None, False, True)
    await bob.taps("No preview")
    await bob.sees_button("✓ No preview")
    bare = await next_post()
    assert bare.photo is None
    assert bare.preview is None or bare.preview.is_disabled


async def test_a_whole_text_comes_as_a_rich_message_once_it_is_wanted_and_as_an_ordinary_one_where_it_is_refused(
    bob: Person, channel: Channel, site: EnglishNews, news: News
) -> None:
    await bob.taps("Posts")
    await bob.taps("Whole text")
    await bob.taps("Rich messages")
    await bob.sees("may show your readers an empty post")
    await bob.taps("Switch on")
    await bob.sees_button("✓ Rich messages")
    url = await site.publishes("Karabakh is in the final", lead="It ended 2:1.", body="A first goal.\n\nA second goal.")
    rich = await channel.sees("Karabakh is in the final")
    await news.corrects(url, title="Karabakh won the final")
    corrected = await channel.sees("Karabakh won the final")
    await bob.telegram.faults(
        "error", method="sendRichMessage", error_code=400, description="Bad Request: RICH_MESSAGE_BLOCK_INVALID"
    )
    await site.publishes("Tickets are on sale", lead="The desks are open.")
    ordinary = await channel.sees("Tickets are on sale")

    assert (rich.is_rich, corrected.is_rich, ordinary.is_rich) == (True, True, False)
    assert rich.text.startswith("Karabakh is in the final\nIt ended 2:1.")
    assert corrected.message_id == rich.message_id
    assert ordinary.text.startswith("Tickets are on sale\n\nThe desks are open.")


async def test_a_template_with_a_mistake_is_corrected_and_shapes_the_next_article_and_its_correction(
    bob: Person, channel: Channel, site: EnglishNews, news: News
) -> None:
    await bob.taps("Posts")
    await bob.taps("My template")
    await bob.sees("Send the template as one message")
    await bob.sends("⚡️ <b>{title}</b>\n\n{?lead}<i>{leed}</i>{/lead}")
    await bob.sees("Line 3, character 11: there is no field {leed}")
    await bob.sends("{title}<script>alert(1)</script>")
    await bob.sees("Line 1, character 8: Telegram posts have no tag <script>")
    await bob.sends("⚡️ <b>{title}</b>\n\n{?lead}<i>{lead}</i>{/lead}\n{source}, {hashtags}")
    await bob.sees_button("✓ My template")

    url = await site.publishes("Karabakh is in the final", lead="It ended 2:1.")
    post = await channel.sees("⚡️ Karabakh is in the final\n\nIt ended 2:1.\nEnglish feed, #Football")
    assert "<b>Karabakh is in the final</b>" in post.html
    await news.corrects(url, title="Karabakh won the final")
    corrected = await channel.sees("⚡️ Karabakh won the final\n\nIt ended 2:1.")
    assert corrected.message_id == post.message_id
    assert corrected.buttons == post.buttons


async def test_buttons_signature_hashtags_and_silence_come_with_the_post_and_a_reader_subscribes_by_one(
    bob: Person, alice: Person, channel: Channel, site: EnglishNews
) -> None:
    await site.publishes("A draw in Guba")
    await channel.sees("A draw in Guba")
    await bob.taps("Posts")
    for button in ("“Read”", "“Share”", "“Subscribe”", "Hashtags", "No sound"):
        await bob.taps(button)
    await bob.taps("My button")
    await bob.sends("Our site")
    await bob.sees("and an address that begins with https://")
    await bob.sends("Our site https://example.org/")
    await bob.taps("Signature")
    await bob.sends("Follow us https://t.me/example")
    await bob.sees("Posts come without sound")
    await bob.taps("Send an example")
    example = (await bob.posts())[-1]

    await site.publishes("Karabakh is in the final")
    post = await channel.sees("Karabakh is in the final")

    assert post.text.endswith("\n\n#Football\n\nFollow us")
    assert 'href="https://t.me/example"' in post.html
    assert post.button_texts == ["Share", "Subscribe to ⚽ Football", "Our site"]
    assert post.is_silent
    assert (example.text, example.button_texts, example.is_silent, example.photo is None) == (
        post.text.replace("Karabakh is in the final", "A draw in Guba"),
        post.button_texts,
        True,
        post.photo is None,
    )
    subscribe, own = post.button("Subscribe"), post.button("Our site")
    assert own is not None
    assert own.url == "https://example.org/"
    assert subscribe is not None
    assert subscribe.url is not None
    await alice.opens_link(subscribe.url.partition("?start=")[2])
    await alice.sees("Вы подписаны на рубрику «Футбол».")
    await site.publishes("Финал пройдёт в Баку", rubric="Футбол", language="ru")
    await alice.sees("Финал пройдёт в Баку")


async def test_quiet_hours_hold_posts_or_make_them_silent_and_end(
    bob: Person, witness: Person, channel: Channel, site: EnglishNews, clock: MovableClock
) -> None:
    await bob.taps("Quiet hours")
    await bob.taps("Posts wait")
    await bob.taps("From 23:00")
    await bob.taps("10:00")
    await bob.taps("Until 07:00")
    await bob.taps("12:00")
    await bob.sees("Quiet hours 10:00–12:00: posts wait until they end")
    for title in ("Karabakh is in the final", "Tickets are on sale"):
        await site.publishes(title)
        await witness.sees(title)
    assert await channel.posts() == []
    clock.advance(2 * HOUR)
    await channel.sees("Tickets are on sale")
    assert [(post.text.splitlines()[0], post.is_silent) for post in await channel.posts()] == [
        ("Karabakh is in the final", False),
        ("Tickets are on sale", False),
    ]

    await bob.taps("Until 12:00")
    await bob.taps("14:00")
    await bob.taps("Posts without sound")
    await bob.sees("Quiet hours 10:00–14:00: posts come without sound")
    await site.publishes("The final is in Baku")
    assert (await channel.sees("The final is in Baku")).is_silent
    await bob.taps("No quiet hours")
    await bob.sees("No quiet hours: posts come")
    await site.publishes("The final is sold out")
    assert not (await channel.sees("The final is sold out")).is_silent


async def test_a_pace_keeps_posts_apart_and_a_faster_one_lets_them_go(
    bob: Person, witness: Person, channel: Channel, site: EnglishNews, clock: MovableClock
) -> None:
    await bob.taps("Pace")
    await bob.taps("20 min")
    await bob.taps("3 an hour")
    await bob.sees("Pace: at most 3 an hour, one in 20 min")
    for number in range(1, 5):
        await site.publishes(f"Match {number}")
        await witness.sees(f"Match {number}")
    assert titles(await channel.posts()) == ["Match 1"]
    clock.advance(HOUR / 3)
    await channel.sees("Match 2")
    assert titles(await channel.posts()) == ["Match 1", "Match 2"]

    await bob.taps("No gap")
    await bob.sees("Pace: at most 3 an hour")
    await channel.sees("Match 3")
    assert titles(await channel.posts()) == ["Match 1", "Match 2", "Match 3"]
    await bob.taps("No limit")
    await bob.sees("Posts come at once")
    await channel.sees("Match 4")


async def test_what_a_pace_has_no_place_for_joins_the_ticker_which_tells_no_post(
    bob: Person, channel: Channel, site: EnglishNews, clock: MovableClock
) -> None:
    await sets(bob, "Ticker", "Live")
    await bob.taps("Pace")
    await bob.taps("20 min")
    await bob.taps("The rest into the ticker")
    await bob.sees("Pace: at most one in 20 min, the rest into the ticker")
    await site.publishes("The final is in Baku")
    await channel.sees("The final is in Baku")
    await site.publishes("The final is sold out")
    live = await channel.sees("The final is sold out")
    assert live.text.startswith("In brief")
    assert "The final is in Baku" not in live.text
    await channel.comes_to_pin(live)

    # Its place comes, and it stays a line.
    clock.advance(HOUR)
    await site.publishes("The final begins")
    await channel.sees("The final begins")
    assert [post.text.startswith("In brief") for post in await channel.posts()] == [False, True, False]


async def test_a_ticker_comes_at_the_times_that_were_typed_and_then_live(
    bob: Person, witness: Person, channel: Channel, site: EnglishNews, clock: MovableClock
) -> None:
    await bob.taps("Ticker")
    await bob.taps("Own times…")
    for wrong, said in (
        ("0", "an interval is 1 to 1,440 minutes"),
        ("0 12 31 2 *", "Such a day never comes"),
        ("0 12 * * *", "Next: 2 March, 12:00"),
    ):
        await bob.sends(wrong)
        await bob.sees(said)
    await bob.taps("‹ Channel menu")
    await bob.taps("✓ Articles")
    await bob.sees("Ticker: at set times, 0 12 * * *\nLanguage: English\nArticles: not published")
    for minute in (15, 30):
        await site.publishes(f"Match at {minute}", at=f"2026-03-02T09:{minute}:00+04:00")
        await witness.sees(f"Match at {minute}")
    assert await channel.posts() == []
    clock.advance(2 * HOUR)
    batch = await channel.sees("In brief")
    assert batch.text == "In brief · 2 March\n\n09:15 Match at 15 · Football\n\n09:30 Match at 30 · Football"

    await sets(bob, "Ticker", "Live")
    await site.publishes("The final is in Baku", at="2026-03-02T12:01:00+04:00")
    live = await channel.sees("12:01 The final is in Baku")
    assert live.message_id > batch.message_id
    await channel.comes_to_pin(live)


async def test_after_a_pause_as_many_articles_come_as_were_asked_for_oldest_first(
    bob: Person, witness: Person, channel: Channel, site: EnglishNews
) -> None:
    async def misses(*numbers: int) -> None:
        await bob.taps("Pause")
        await bob.sees("⏸ Paused: nothing is published")
        for number in numbers:
            await site.publishes(f"Missed {number}", at=f"2026-03-02T09:{number:02}:00+04:00")
            await witness.sees(f"Missed {number}")
        await bob.taps("Resume")
        await bob.sees(f"{len(numbers)} article")

    async def came(*expected: str) -> None:
        await channel.sees(expected[-1])
        assert titles(await channel.posts()) == list(expected)

    await misses(1, 2)
    await bob.taps("None, only what is new")
    await site.publishes("New 3", at="2026-03-02T09:03:00+04:00")
    await came("New 3")
    await misses(4, 5)
    await bob.taps("The latest")
    await came("New 3", "Missed 5")
    await misses(6, 7, 8, 9, 10, 11)
    await bob.taps("The latest 5")
    await came("New 3", "Missed 5", *(f"Missed {number}" for number in range(7, 12)))
    await misses(12, 13)
    await bob.taps("All 2")
    await channel.sees("Missed 13")
    assert titles(await channel.posts())[-2:] == ["Missed 12", "Missed 13"]


async def test_settings_are_copied_to_all_of_ones_channels_and_each_tells_who_did_it(
    bob: Person, channel: Channel, site: EnglishNews
) -> None:
    others = [await connects(bob, title) for title in ("Sport tonight", "Sport tomorrow")]
    await bob.sends("/channels")
    await bob.taps(channel.title)
    await sets(bob, "Posts", "Line", "Hashtags")
    await bob.taps("Copy settings")
    await bob.taps("To all the others: 2")
    await bob.taps("Copy")
    await bob.sees("Copied: “Sport to")

    await site.publishes("Karabakh is in the final")

    shown = {(await each.sees("Karabakh is in the final")).html for each in (channel, *others)}
    assert len(shown) == 1
    assert "#Football" in shown.pop()
    await bob.sends("/channels")
    await bob.taps("Sport tomorrow")
    await bob.taps("History")
    history = await bob.sees("Who changed what")
    assert history.text.splitlines()[4] == "10:00 Bob: settings as in “Sport today”"


async def test_of_two_who_change_at_once_the_last_tap_wins_and_both_see_it(
    bob: Person, alice: Person, channel: Channel, site: EnglishNews
) -> None:
    await alice.sends("/start")
    await alice.becomes_administrator(channel)
    await alice.sends("/channels")
    for person, way in ((alice, (channel.title, "Посты")), (bob, ("Posts",))):
        for button in way:
            await person.taps(button)
    await alice.sees("Посты: карточка")
    await bob.taps("Line")
    await bob.sees("Posts: a linked line")

    await alice.taps("Весь текст")
    overriding = await alice.sees("Посты: весь текст")
    await bob.taps("Hashtags")
    overridden, _ = await bob.sees_button("✓ Hashtags")

    assert "Bob: посты: строка со ссылкой" in overriding.text
    assert overridden.text.splitlines()[1] == "Posts: the whole text"
    assert "Alice: posts: the whole text" in overridden.text
    await site.publishes("Karabakh is in the final", lead="It ended 2:1.", body="A late goal decided it.")
    await channel.sees("A late goal decided it.\n\n#Football")
    await bob.taps("‹ Channel menu")
    await bob.taps("History")
    history = await bob.sees("Who changed what")
    assert history.text.splitlines()[4:7] == [
        "10:00 Bob: rubrics as hashtags",
        "10:00 Alice: posts: the whole text",
        "10:00 Bob: posts: a linked line",
    ]
