"""How a channel's posts look: each tap changes the sample, what is typed is checked, and a test shows it all."""

from dataclasses import replace

import pytest

from bot.domain.appearance import USUAL, Appearance, Layout, LinkedWords, PreviewPlace, PreviewSize
from bot.handlers.channel.posts import PostsButton, PostsWish
from bot.sandbox.client import Channel, Message, Person, SandboxClient
from tests.handlers.conftest import Newsroom
from tests.handlers.test_channels import BACK, destination, opens
from tests.make import make_new_article

ABOUT = "Yanında son məqalə var"


@pytest.fixture
async def menu(camilla: Person, channel: Channel, newsroom: Newsroom) -> Message:
    """Camilla looks at the posts of her channel, which got "Матч" last."""
    await camilla.sees(channel.title)
    await newsroom.publishes("Матч")
    await camilla.taps("Postlar")
    return await camilla.sees(ABOUT)


async def look_of(channel: Channel, newsroom: Newsroom) -> Appearance:
    return (await destination(channel, newsroom)).appearance


async def sample(camilla: Person) -> Message:
    """What stands last in her chat besides the menu."""
    return [message for message in await camilla.messages() if ABOUT not in message.text][-1]


async def test_the_settings_stand_above_the_last_article_as_it_would_look(camilla: Person, menu: Message) -> None:
    post = await camilla.sees("Матч")

    assert post.message_id > menu.message_id
    assert post.text == "Матч\n\nПодробности.\n\n⚽ Futbol"
    assert post.button_texts == ["Ardını oxu"]
    assert post.is_silent
    assert menu.button_texts == [
        "Sətir",
        "✓ Kart",
        "Bütün mətn",
        "Öz şablonum",
        "✓ Böyük",
        "Kiçik",
        "Önizləməsiz",
        "✓ Avto",
        "Yuxarıda",
        "Aşağıda",
        "✓ Qalereya albomla",
        "✓ «Oxu»",
        "«Paylaş»",
        "«Abunə ol»",
        "Öz düyməm",
        "Heşteqlər",
        "İmza",
        "Səssiz",
        "Nümunə göndərmək",
        BACK,
    ]


@pytest.mark.parametrize(
    ("button", "look"),
    [
        ("Sətir", Appearance(layout=Layout.HEADLINE)),
        ("Bütün mətn", Appearance(layout=Layout.FULL)),
        ("Kiçik", Appearance(size=PreviewSize.SMALL)),
        ("Önizləməsiz", Appearance(size=PreviewSize.NONE)),
        ("Yuxarıda", Appearance(place=PreviewPlace.ABOVE)),
        ("Aşağıda", Appearance(place=PreviewPlace.BELOW)),
        ("✓ Qalereya albomla", Appearance(has_albums=False)),
        ("✓ «Oxu»", Appearance(has_read=False)),
        ("«Paylaş»", Appearance(has_share=True)),
        ("«Abunə ol»", Appearance(has_subscribe=True)),
        ("Heşteqlər", Appearance(has_hashtags=True)),
        ("Səssiz", Appearance(is_silent=True)),
    ],
)
async def test_a_tap_sets_it_and_shows_it_in_the_same_two_messages(
    camilla: Person, channel: Channel, newsroom: Newsroom, menu: Message, button: str, look: Appearance
) -> None:
    before = await sample(camilla)
    await camilla.taps(button)
    marked = button.removeprefix("✓ ") if button.startswith("✓") else f"✓ {button}"
    now, _ = await camilla.sees_button(marked)

    assert await look_of(channel, newsroom) == look
    assert now.message_id == menu.message_id
    after = await sample(camilla)
    assert after.message_id == before.message_id
    seen = (after.text, after.html, after.preview, after.buttons) != (
        before.text,
        before.html,
        before.preview,
        before.buttons,
    )
    # This article has no more text and no gallery, its page's card stands below as it is, and sound cannot be seen.
    unseen = (
        Appearance(layout=Layout.FULL),
        Appearance(is_silent=True),
        Appearance(place=PreviewPlace.BELOW),
        Appearance(has_albums=False),
    )
    assert seen is (look not in unseen)


async def test_what_albums_do_to_buttons_is_said_where_they_are_switched(camilla: Person, menu: Message) -> None:
    assert "düymələr alt yazıda keçidlərə çevrilir" in menu.text
    await camilla.taps("✓ Qalereya albomla")
    now, _ = await camilla.sees_button("Qalereya albomla")
    assert "düymələr alt yazıda" not in now.text
    await camilla.taps("Aşağıda")
    below, _ = await camilla.sees_button("✓ Aşağıda")
    assert below.button("Qalereya albomla") is None


async def test_a_test_of_a_gallery_is_an_album_and_of_a_long_text_all_its_messages(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    number = (await destination(channel, newsroom)).id
    pictures = tuple(f"https://example.org/{name}.jpg" for name in "abc")
    async with newsroom.database.transaction() as tx:
        body = "\n\n".join(f"Абзац {number}. {'Слово за слово. ' * 40}" for number in range(10))
        new = make_new_article(title="Матч", body=body, image=pictures[0], gallery=pictures[1:])
        assert await tx.articles.add(new, now=newsroom.clock.now())
        await tx.destinations.set_appearance(number, Appearance(layout=Layout.FULL))
    await camilla.taps("Postlar")
    await camilla.sees(ABOUT)
    shown = await sample(camilla)
    assert "Davamını oxu" in shown.text
    await camilla.taps("Nümunə göndərmək")
    await camilla.sees("Абзац 9", after=shown)

    test = [message for message in await camilla.messages() if message.message_id > shown.message_id]
    assert [message.photo for message in test[:3]] == list(pictures)
    assert len({message.album for message in test[:3]}) == 1
    assert [message.button_texts for message in test[3:]] == [[], ["Ardını oxu"]]
    assert await channel.posts() == []


async def test_without_a_preview_nothing_is_asked_about_its_place(camilla: Person, menu: Message) -> None:
    await camilla.taps("Önizləməsiz")
    now, _ = await camilla.sees_button("✓ Önizləməsiz")

    assert now.button("Aşağıda") is None
    assert now.message_id == menu.message_id


@pytest.mark.usefixtures("menu")
async def test_the_way_back_takes_the_sample_along(camilla: Person) -> None:
    await camilla.taps("Sətir")
    await camilla.sees_button("✓ Sətir")
    await camilla.taps(BACK)

    await camilla.sees("Postlar: linkli sətir")
    await camilla.sees_no_longer("Матч")


@pytest.mark.usefixtures("menu")
async def test_a_sample_that_was_deleted_comes_anew(camilla: Person) -> None:
    before = await sample(camilla)
    await camilla.deletes(before)
    await camilla.taps("Heşteqlər")
    await camilla.sees("#Futbol")
    after = await sample(camilla)
    assert after.message_id > before.message_id
    await camilla.sees_button("✓ Heşteqlər")
    await camilla.taps("✓ Heşteqlər")

    await camilla.sees_button("Heşteqlər")
    assert (await sample(camilla)).message_id == after.message_id


@pytest.mark.usefixtures("channel")
async def test_without_articles_the_settings_work_and_say_what_will_stand_there(camilla: Person) -> None:
    await camilla.taps("Postlar")
    await camilla.sees("Hələ heç biri yoxdur")
    await camilla.taps("Sətir")

    await camilla.sees_button("✓ Sətir")
    await camilla.taps("Nümunə göndərmək")
    await camilla.sees("Hələ heç biri yoxdur")


async def test_a_test_is_the_post_with_its_photo_buttons_and_sound(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    look = Appearance(has_share=True, button=LinkedWords(text="Saytımız", url="https://example.org/"), is_silent=True)
    number = (await destination(channel, newsroom)).id
    async with newsroom.database.transaction() as tx:
        new = make_new_article(title="Матч", image="https://example.org/a.jpg")
        assert await tx.articles.add(new, now=newsroom.clock.now())
        await tx.destinations.set_appearance(number, look)
    await camilla.taps("Postlar")
    menu = await camilla.sees(ABOUT)
    shown = await sample(camilla)
    await camilla.taps("Nümunə göndərmək")
    test = await camilla.sees("Матч", after=shown)

    assert (shown.photo, shown.preview and shown.preview.url) == (None, "https://example.org/a.jpg")
    assert test.photo == "https://example.org/a.jpg"
    assert (test.text, test.buttons, test.is_silent) == (shown.text, shown.buttons, True)
    assert test.message_id > menu.message_id
    assert await channel.posts() == []


@pytest.mark.usefixtures("menu")
async def test_a_test_whose_photo_telegram_does_not_fetch_is_a_text(
    camilla: Person, telegram: SandboxClient, newsroom: Newsroom
) -> None:
    now = newsroom.clock.now()
    async with newsroom.database.transaction() as tx:
        new = make_new_article("url:b", title="Снимок", image="https://example.org/a.jpg", published_at=now)
        assert await tx.articles.add(new, now=now)
    await telegram.faults(
        "error", method="sendPhoto", error_code=400, description="Bad Request: failed to get HTTP URL content"
    )
    await camilla.taps("Nümunə göndərmək")

    test = await camilla.sees("Снимок")
    assert (test.photo, test.preview is not None) == (None, True)


@pytest.mark.usefixtures("menu")
async def test_a_template_is_asked_for_explained_checked_and_used(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Öz şablonum")
    question = await camilla.sees("Şablonu bir mesajla göndərin")
    assert "{?author}Müəllif: {author}\n{/author}" in question.text
    await camilla.sends("<b>{title}</b>\n{autor}")
    await camilla.sees("Sətir 2, işarə 1: {autor} sahəsi yoxdur")
    await camilla.sends("{title}<script>alert(1)</script>")
    await camilla.sees("Sətir 1, işarə 8: Telegram postlarında <script> teqi yoxdur")
    assert await look_of(channel, newsroom) == USUAL
    await camilla.sends("<i>{title}</i> {hashtags}")

    menu, _ = await camilla.sees_button("Şablonu dəyiş")
    assert "Postlar: öz şablonunuzla" in menu.text
    assert (await sample(camilla)).text == "Матч #Futbol"
    assert (await look_of(channel, newsroom)).template == "<i>{title}</i> {hashtags}"


@pytest.mark.usefixtures("menu")
async def test_a_template_is_kept_for_later_and_shown_to_be_changed(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Öz şablonum")
    await camilla.sends("{title} & {link}")
    await camilla.taps("Kart")
    await camilla.sees_button("✓ Kart")
    await camilla.taps("Öz şablonum")
    await camilla.taps("Şablonu dəyiş")

    question = await camilla.sees("İndiki şablon")
    assert question.text.endswith("{title} & {link}")
    await camilla.taps("Ləğv etmək")
    await camilla.sees_button("✓ Öz şablonum")
    assert (await look_of(channel, newsroom)).layout is Layout.OWN


@pytest.mark.usefixtures("menu")
async def test_a_signature_is_typed_shown_and_removed(camilla: Person, channel: Channel, newsroom: Newsroom) -> None:
    await camilla.taps("İmza")
    question, _ = await camilla.sees_button("Ləğv etmək")
    assert question.button("Sil") is None
    await camilla.sends("И" * 201)
    await camilla.sees("İmza sözlərdən ibarət olmalıdır, 200 işarəyədək")
    await camilla.sends("Bizə <abunə> olun https://t.me/report")
    await camilla.sees_button("✓ İmza")
    signed = await sample(camilla)
    assert signed.text.endswith("\n\nBizə <abunə> olun")
    assert '<a href="https://t.me/report"' in signed.html
    await camilla.taps("✓ İmza")
    await camilla.taps("Sil")

    await camilla.sees_button("İmza")
    assert await look_of(channel, newsroom) == USUAL
    assert (await sample(camilla)).text.endswith("⚽ Futbol")


@pytest.mark.usefixtures("menu")
async def test_a_button_of_ones_own_is_typed_shown_and_removed(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Öz düyməm")
    await camilla.sends("Saytımız http://localhost/")
    await camilla.sees("https:// ilə başlayan ünvan lazımdır")
    await camilla.sends("Saytımız https://example.org/")
    await camilla.sees_button("✓ Öz düyməm")
    assert (await sample(camilla)).button_texts == ["Ardını oxu", "Saytımız"]
    await camilla.taps("✓ Öz düyməm")
    await camilla.taps("Sil")

    await camilla.sees_button("Öz düyməm")
    assert await look_of(channel, newsroom) == USUAL


@pytest.mark.usefixtures("menu")
async def test_the_sample_speaks_the_channels_language_and_the_settings_the_persons(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps(BACK)
    await camilla.taps("Dil")
    await camilla.taps("Русский")
    await camilla.taps(BACK)
    await camilla.taps("Postlar")
    await camilla.sees(ABOUT)

    assert (await sample(camilla)).button_texts == ["Читать полностью"]
    assert (await destination(channel, newsroom)).language == "ru"


@pytest.mark.usefixtures("menu")
async def test_the_history_tells_what_was_changed(camilla: Person) -> None:
    await camilla.taps("✓ Qalereya albomla")
    await camilla.sees_button("Qalereya albomla")
    for button in ("Sətir", "Kiçik", "Yuxarıda", "«Paylaş»", "Heşteqlər", "Səssiz"):
        await camilla.taps(button)
        await camilla.sees_button(f"✓ {button}")
    await camilla.taps("İmza")
    await camilla.sends("Bizimlə qalın")
    await camilla.sees_button("✓ İmza")
    await camilla.taps(BACK)
    await camilla.taps("Tarixçə")

    history = await camilla.sees("Kim nəyi dəyişib")
    assert history.text.splitlines()[4:-1] == [
        "10:00 Camilla: imza: Bizimlə qalın",
        "10:00 Camilla: postlar səssiz",
        "10:00 Camilla: rubrikalar heşteqlə",
        "10:00 Camilla: postların altında 2 düymə",
        "10:00 Camilla: önizləmə: mətnin üstündə",
        "10:00 Camilla: önizləmə: kiçik",
        "10:00 Camilla: postlar: linkli sətir",
        "10:00 Camilla: qalereyalar: yalnız birinci şəkil",
    ]


@pytest.mark.usefixtures("menu")
async def test_two_administrators_who_change_at_once_both_see_it(
    alice: Person, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await alice.becomes_administrator(channel)
    await opens(alice, channel.title)
    await alice.taps("Посты")
    await alice.sees_button("Без звука")
    await camilla.taps("Səssiz")
    await camilla.sees_button("✓ Səssiz")
    await alice.taps("Хештеги")
    seen, _ = await alice.sees_button("✓ Хештеги")

    assert seen.button("✓ Без звука") is not None
    assert await look_of(channel, newsroom) == Appearance(is_silent=True, has_hashtags=True)
    await camilla.taps("Sətir")
    await camilla.sees_button("✓ Heşteqlər")


@pytest.mark.usefixtures("menu")
async def test_an_administrator_dismissed_in_the_middle_of_typing_changes_nothing(
    alice: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await alice.becomes_administrator(channel)
    await opens(alice, channel.title)
    await alice.taps("Посты")
    await alice.taps("Подпись")
    await alice.sees("Пришлите подпись")
    await alice.is_administrator_no_more(channel)
    await alice.sends("Моя")

    await alice.sees("Настраивать канал могут его администраторы")
    assert await look_of(channel, newsroom) == USUAL


@pytest.mark.parametrize("data", ["s:layout-rich", "s:", "q:motto", "x:template", "s:read"])
async def test_a_value_that_was_never_offered_is_outdated(
    camilla: Person, channel: Channel, newsroom: Newsroom, menu: Message, data: str
) -> None:
    number = (await destination(channel, newsroom)).id

    assert await camilla.presses(menu, f"cv:{number}:{data}:0") == "Düymə köhnəlib."
    assert await look_of(channel, newsroom) == USUAL


async def test_a_double_tap_changes_once(camilla: Person, channel: Channel, newsroom: Newsroom, menu: Message) -> None:
    number = (await destination(channel, newsroom)).id
    data = PostsButton(channel=number, wish=PostsWish.SET, value="silent-on", sample=(await sample(camilla)).message_id)
    await camilla.presses(menu, data.pack())
    await camilla.presses(menu, data.pack())

    assert await look_of(channel, newsroom) == replace(USUAL, is_silent=True)


@pytest.mark.usefixtures("menu")
async def test_rich_messages_are_switched_on_after_a_warning_and_off_at_once(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    card = await camilla.sees(ABOUT)
    await camilla.taps("Bütün mətn")
    await camilla.taps("Rich mesajlar")
    warning = await camilla.sees("oxuculara boş post göstərə bilər")
    before = await look_of(channel, newsroom)
    await camilla.taps("Yandırmaq")
    now = await camilla.sees("Bütün mətn rich mesajda: onu hər tətbiq göstərmir")
    assert "alt yazıda keçidlərə çevrilir" not in now.text
    on, shown = await look_of(channel, newsroom), await sample(camilla)
    await camilla.taps("✓ Rich mesajlar")
    await camilla.sees_button("✓ Bütün mətn")

    assert card.button("Rich mesajlar") is None
    assert warning.button("Olduğu kimi qalsın") is not None
    assert (before.is_rich, on) == (False, Appearance(layout=Layout.FULL, is_rich=True))
    assert (shown.is_rich, (await sample(camilla)).is_rich) == (True, False)
    assert await look_of(channel, newsroom) == Appearance(layout=Layout.FULL)
    await camilla.taps(BACK)
    await camilla.taps("Tarixçə")
    await camilla.sees("bütün mətn: adi mesajla")


@pytest.mark.usefixtures("menu")
async def test_whoever_reads_the_warning_may_leave_everything_as_it_is(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Bütün mətn")
    await camilla.taps("Rich mesajlar")
    await camilla.taps("Olduğu kimi qalsın")
    await camilla.sees(ABOUT)

    assert not (await look_of(channel, newsroom)).is_rich


@pytest.mark.usefixtures("menu")
async def test_an_example_is_a_rich_message_and_an_ordinary_one_where_the_server_knows_none(
    camilla: Person, telegram: SandboxClient
) -> None:
    await camilla.taps("Bütün mətn")
    await camilla.taps("Rich mesajlar")
    await camilla.taps("Yandırmaq")
    await camilla.taps("Nümunə göndərmək")
    rich = await sample(camilla)
    await telegram.faults("error", method="sendRichMessage", error_code=404, description="Not Found: method not found")
    await camilla.taps("Nümunə göndərmək")

    assert (rich.is_rich, (await sample(camilla)).is_rich) == (True, False)
    assert (await sample(camilla)).text.startswith("Матч\n\nПодробности.")
