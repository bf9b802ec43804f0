"""Articles, rubrics and ticker lines for the tests of rendering: harmless ones to vary, and awkward ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.article import Article, ArticleId
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import SourceId
from bot.domain.ticker import TickerLine
from bot.i18n import I18n

I18N = I18n(Language.RU, ZoneInfo("Asia/Baku"))

FOREIGN_POLICY = Rubric(
    slug=Slug("foreign-policy"),
    emoji="🌍",
    titles={Language.RU: "Внешняя политика", Language.AZ: "Xarici siyasət", Language.EN: "Foreign policy"},
)
FOOTBALL = Rubric(
    slug=Slug("football"),
    emoji="⚽",
    titles={Language.RU: "Футбол", Language.AZ: "Futbol", Language.EN: "Football"},
)
RUBRICS: Mapping[Slug, Rubric] = {rubric.slug: rubric for rubric in (FOREIGN_POLICY, FOOTBALL)}

HEADLINE = "Азербайджан и Перу провели первый раунд межмидовских политконсультаций"
FIRST = "Азербайджан и Перу провели в Лиме первый раунд политических консультаций между министерствами иностранных дел."
SECOND = "Делегацию Перу на консультациях возглавил заместитель министра иностранных дел Феликс Денегри."
PUBLISHED_AT = datetime(2025, 9, 4, 5, 32, tzinfo=UTC)

_ARTICLE = Article(
    id=ArticleId(1),
    source_id=SourceId(1),
    url="https://news.example/ru/foreign-policy/peru/",
    fingerprint="f",
    title=HEADLINE,
    lead=FIRST,
    body=f"{HEADLINE}\n\n{FIRST}\n\n{SECOND}",
    image="https://static.news.example/photo/peru_850.jpg",
    author=None,
    language=Language.RU,
    categories=(),
    published_at=PUBLISHED_AT,
    seen_at=PUBLISHED_AT,
    revision=0,
    announced=True,
    recalled=False,
    rubrics=(FOREIGN_POLICY.slug,),
)


def article(**changes: Any) -> Article:
    return replace(_ARTICLE, **changes)


def line(number: int = 1, **changes: Any) -> TickerLine:
    """The line of article `number`, published as many minutes after the first."""
    sample = TickerLine(
        article_id=ArticleId(number),
        published_at=PUBLISHED_AT + timedelta(minutes=number - 1),
        title=f"Headline {number}",
        url=f"https://news.example/{number}/",
        rubric=FOREIGN_POLICY.slug,
    )
    return replace(sample, **changes)


ARTICLES: Mapping[str, Article] = {
    "with-picture": article(),
    "without-picture": article(image=None),
    "without-lead": article(lead=""),
    "headline-only": article(lead="", body="", image=None),
    "without-address": article(url=None, image=None),
    "dotless-host": article(url="http://localhost:8080/news/1/", image="http://localhost:8080/news/1.png"),
    "long": article(title="Слово " * 1700, lead="", body="Предложение подлиннее обычного. " * 300),
    "one-endless-word": article(title="Щ" * 10_000, lead="Ы" * 10_000),
    "markup-in-texts": article(title="Tom & Jerry: 2 < 3 > 1", lead="He said: \"<b>Bold</b> &amp; brave\" '&#39;'"),
    "emoji": article(title="🏆 «Qarabağ» 🇦🇿 qalib gəldi 👨‍👩‍👧‍👦", lead="⚽️ 3:2! Şəmsi İsgəndərov, ığüçöş."),
    "strange-characters": article(title="Tab\there\r\nand\u202eback\u2028\x00", lead="A\u00a0b\n\n\n\n  c\ud800"),
}
