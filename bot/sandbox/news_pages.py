"""Articles in, HTML pages out: front and list pages, and article pages built the way agency sites build theirs."""

import json
from collections.abc import Sequence
from html import escape

from bot.sandbox.news_article import BAKU, LANGUAGES, NewsArticle, spoken_date, spoken_time
from bot.sandbox.news_feeds import SITE_TITLES

LATEST_LENGTH = 9
WIDTHS = (400, 490, 850)

_LATEST = {"ru": "Последние новости", "az": "Son xəbərlər", "en": "Latest news"}
_NEWS_FEED = {"ru": "Лента новостей", "az": "Xəbər lenti", "en": "News feed"}
_NAMES = {"ru": "Русский", "az": "Azərbaycanca", "en": "English"}

STYLE = """
:root { color-scheme: light dark; --ink: #1c2229; --soft: #667281; --line: #dde2e7; --paper: #fbfbfa; --accent: #2b5a84 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --soft: #93a0ad; --line: #2c343c; --paper: #14181c; --accent: #8fb8de }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 Georgia, "Times New Roman", serif }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em }
a:hover { color: var(--accent) }
.site-header, .latest, .news-category, .news-date, .byline, nav, .list time, figcaption { font-family: system-ui, sans-serif }
.site-header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; max-width: 68rem; margin: 0 auto;
  padding: 1.25rem 1.5rem; border-bottom: 1px solid var(--line) }
.site-header > a { font-weight: 650; font-size: 1.15rem; text-decoration: none }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .9rem; color: var(--soft) }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 3rem; max-width: 68rem; margin: 0 auto; padding: 2rem 1.5rem 4rem }
.news-title { font-size: clamp(1.6rem, 3.5vw, 2.3rem); line-height: 1.2; margin: .4rem 0 .8rem; overflow-wrap: anywhere }
.byline, .news-date, figcaption { color: var(--soft); font-size: .9rem }
.news-category { color: var(--accent); font-weight: 600; font-size: .9rem; text-decoration: none }
.news-date { list-style: none; display: flex; gap: 1rem; margin: 0 0 1.25rem; padding: 0 }
.news-cover figure { margin: 0 0 1.5rem }
.news-cover img { display: block; width: 100%; height: auto; border-radius: 6px }
figcaption { margin-top: .5rem }
.news-gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem }
.news-gallery img { display: block; width: 100%; height: auto; border-radius: 4px }
.editor-body p { margin: 0 0 1.1em; max-width: 40em; overflow-wrap: anywhere }
.latest h2, .list h1 { font-size: 1rem; margin: 0 0 .75rem; font-family: system-ui, sans-serif }
.latest ol, .list ol { list-style: none; margin: 0; padding: 0 }
.latest li { padding: .75rem 0; border-top: 1px solid var(--line); font-size: .92rem; line-height: 1.4; overflow-wrap: anywhere }
.latest time, .latest .rubric { color: var(--soft); font-size: .82rem; display: block }
.latest a { text-decoration: none }
.list li { display: grid; grid-template-columns: 4rem 1fr; gap: 0 1rem; padding: 1rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
.list time, .list .rubric { color: var(--soft); font-size: .85rem }
.list .rubric { font-family: system-ui, sans-serif }
@media (max-width: 52rem) { .columns { grid-template-columns: minmax(0, 1fr); gap: 2rem; padding-top: 1.25rem } }
"""


def front_page(articles: Sequence[NewsArticle], *, languages: Sequence[str], origin: str) -> str:
    """A front page that names its feeds, of one language or of all."""
    language = languages[0]
    feeds = "".join(
        f'<link rel="alternate" type="application/{kind}+xml" title="{SITE_TITLES[each]}" href="{origin}/news/{each}/{kind}/">\n'
        for each in languages
        for kind in ("rss", "atom")
    )
    return _document(
        language,
        SITE_TITLES[language],
        head=feeds,
        body=_list(articles, SITE_TITLES[language]),
        aside=_latest(articles, language),
    )


def list_page(articles: Sequence[NewsArticle], *, language: str, title: str | None = None) -> str:
    """The news feed of a language, or the articles of one section under its title."""
    title = title or _NEWS_FEED[language]
    return _document(language, title, body=_list(articles, title), aside="")


def article_page(article: NewsArticle, latest: Sequence[NewsArticle], *, origin: str) -> str:
    language = article.language
    cover = f"/news/photo/{article.picture}_{WIDTHS[-1]}.png" if article.picture else None
    byline = f'<p class="byline">{escape(article.author)}</p>\n' if article.author else ""
    category = (
        f'<a class="news-category" href="/news/{language}/{article.section}/">{escape(article.rubric)}</a>\n'
        if article.rubric
        else ""
    )
    sources = ", ".join(f"/news/photo/{article.picture}_{width}.png {width}w" for width in WIDTHS)
    figure = (
        f'<div class="news-cover"><figure><div class="image"><img src="{cover}" srcset="{sources}" sizes="(max-width: 52rem) 100vw, 850px" '
        f'width="850" height="478" alt=""></div>\n<figcaption>{escape(article.title)}</figcaption></figure></div>\n'
        if cover
        else ""
    )
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in article.paragraphs)
    body = (
        f'<article>\n{byline}<h1 class="news-title">{escape(article.title)}</h1>\n{category}'
        f'<ul class="news-date"><li>{spoken_date(article.published, language)}</li>'
        f"<li>{spoken_time(article.published)}</li></ul>\n"
        f'{figure}<div class="editor-body">\n{paragraphs}</div>\n{_gallery(article)}</article>\n'
    )
    return _document(
        language,
        article.title,
        head=_metadata(article, origin, f"{origin}{cover}" if cover else None),
        body=body,
        aside=_latest(latest, language),
    )


def _gallery(article: NewsArticle) -> str:
    """Thumbnails that open the picture."""
    thumbnails = "".join(
        f'<a href="/news/photo/{name}_{WIDTHS[-1]}.png"><img src="/news/photo/{name}_{WIDTHS[0]}.png" alt=""></a>\n'
        for name in article.gallery
    )
    return f'<div class="news-gallery">\n{thumbnails}</div>\n' if thumbnails else ""


def not_found_page() -> str:
    return _document("en", "Not found", body='<h1 class="news-title">There is no such page.</h1>', aside="")


def _metadata(article: NewsArticle, origin: str, image: str | None) -> str:
    """What machines read: the canonical address, OpenGraph, and schema.org's NewsArticle as JSON-LD."""
    address = f"{origin}{article.path}"
    published = article.published.astimezone(BAKU).isoformat(timespec="seconds")
    modified = article.modified.astimezone(BAKU).isoformat(timespec="seconds")
    properties = {
        "og:type": "article",
        "og:site_name": SITE_TITLES[article.language],
        "og:url": address,
        "og:title": article.title,
        "og:description": article.lead,
        "og:image": image,
        "og:locale": {"ru": "ru_RU", "az": "az_AZ", "en": "en_GB"}[article.language],
        "article:published_time": published,
        "article:modified_time": modified,
        "article:section": article.rubric,
    }
    linked_data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": article.title,
        "description": article.lead,
        "image": image and [image],
        "datePublished": published,
        "dateModified": modified,
        "articleSection": article.rubric,
        "inLanguage": article.language,
        "author": article.author and {"@type": "Person", "name": article.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": SITE_TITLES[article.language]},
    }
    # "<" would end the script element before its time.
    script = json.dumps({key: value for key, value in linked_data.items() if value}, ensure_ascii=False)
    return (
        f'<link rel="canonical" href="{address}">\n<meta name="description" content="{escape(article.lead)}">\n'
        + "".join(f'<meta property="{key}" content="{escape(value)}">\n' for key, value in properties.items() if value)
        + '<script type="application/ld+json">'
        + script.replace("<", "\\u003c")
        + "</script>\n"
    )


def _latest(articles: Sequence[NewsArticle], language: str) -> str:
    lines = "".join(
        f'<li><time>{spoken_time(article.published)}</time> <a href="{article.path}">{escape(article.title)}</a>'
        f' <span class="rubric">{escape(article.rubric or "")}</span></li>\n'
        for article in articles[:LATEST_LENGTH]
    )
    return (
        f'<aside class="latest"><h2>{_LATEST[language]}</h2>\n<ol>\n{lines}</ol>\n'
        f'<p><a href="/news/{language}/news-feed/">{_NEWS_FEED[language]}</a></p></aside>\n'
    )


def _list(articles: Sequence[NewsArticle], title: str) -> str:
    lines = "".join(
        f'<li lang="{article.language}"><time datetime="{article.published.astimezone(BAKU).isoformat(timespec="seconds")}">'
        f'{spoken_time(article.published)}</time><div><a class="title" href="{article.path}">{escape(article.title)}</a>'
        f'<div class="rubric">{escape(article.rubric or "")}</div></div></li>\n'
        for article in articles
    )
    return f'<div class="list"><h1>{escape(title)}</h1>\n<ol>\n{lines}</ol></div>\n'


def _document(language: str, title: str, *, head: str = "", body: str, aside: str) -> str:
    others = "".join(
        f'<a href="/news/{each}/" lang="{each}" hreflang="{each}">{_NAMES[each]}</a> ' for each in LANGUAGES
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'{head}<link rel="icon" href="data:,">\n<link rel="stylesheet" href="/news/style.css">\n</head>\n<body>\n'
        f'<header class="site-header"><a href="/news/{language}/">{SITE_TITLES[language]}</a><nav>{others}</nav></header>\n'
        f'<div class="columns">\n<main>\n{body}</main>\n{aside}</div>\n</body>\n</html>\n'
    )
