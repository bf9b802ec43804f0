"""A small news site in three languages, in memory: feeds, a sitemap, pages and pictures under /news/.

`publish`, `correct` and `withdraw` come in; what a reader of the site meets goes out over HTTP, with ETag and Last-Modified as
servers give them. It is modelled on the structure of an agency's site, and it breaks its feeds when told to.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.sandbox import news_feeds, news_pages
from bot.sandbox.news_article import LANGUAGES, NewsArticle, paragraphs_of, read_page_text, slug_of
from bot.sandbox.news_feeds import FeedFault
from bot.sandbox.picture import draw
from bot.sandbox.samples import SAMPLES

_SECTION_WITHOUT_RUBRIC = {"ru": "novosti", "az": "xeberler", "en": "news"}
_SLOW_PAUSE = 0.1


class NewsSite:
    """`address` is the site's origin, such as "http://127.0.0.1:8080"; set it as soon as the server knows its port.

    `hub` is the address of the WebSub hub that its feeds name.
    """

    def __init__(self, clock: Clock, address: str = "", hub: str | None = None) -> None:
        self.address = address
        self.hub = hub
        self._clock = clock
        self._articles: dict[str, NewsArticle] = {}
        self._paths: set[str] = set()
        self._samples_used = 0
        self._fault: FeedFault | None = None
        self._mended = asyncio.Event()
        self._callbacks: list[Callable[[], None]] = []

    def when_changed(self, callback: Callable[[], None]) -> None:
        """Have `callback` called each time the site's articles change."""
        self._callbacks.append(callback)

    def publish(
        self,
        title: str,
        lead: str = "",
        body: str = "",
        *,
        rubric: str | None = None,
        section: str | None = None,
        language: str = "ru",
        image: bool = True,
        author: str | None = None,
        guid: str | None = None,
        at: datetime | None = None,
        gallery: int = 0,
    ) -> str:
        """Puts an article on the site and gives its address. `section` follows from the rubric where it is not told.

        `gallery`: so many pictures stand below its text.
        """
        if language not in LANGUAGES:
            raise ValueError(f"The site is written in {', '.join(LANGUAGES)}, not in {language!r}.")
        section = section or slug_of(rubric or "") or _SECTION_WITHOUT_RUBRIC[language]
        path = self._free_path(f"/news/{language}/{section}/{slug_of(title) or 'article'}")
        published = (at or self._clock.now()).astimezone(UTC)
        self._put(
            NewsArticle(
                path=path,
                guid=guid,
                title=title,
                lead=lead,
                paragraphs=_page_paragraphs(lead, body),
                rubric=rubric,
                section=section,
                language=language,
                author=author,
                picture=_picture(path) if image else None,
                published=published,
                modified=published,
                gallery=tuple(_picture(f"{path}{number}") for number in range(gallery)),
            )
        )
        return f"{self.address}{path}"

    def publish_sample(self) -> str:
        """Publishes the next ready-made article; after the last one, the first again, numbered as another article."""
        past, place = divmod(self._samples_used, len(SAMPLES))
        sample = SAMPLES[place]
        self._samples_used += 1
        return self.publish(
            f"{sample.title} ({past + 1})" if past else sample.title,
            sample.lead,
            sample.body,
            rubric=sample.rubric,
            language=sample.language,
            image=sample.image,
        )

    def load_page_text(self, text: str, *, block_date: date) -> str:
        """Publishes what a saved page's text tells, its article and the latest-news block of `block_date`; gives the article's address."""
        page = read_page_text(text, block_date=block_date)
        lead, *rest = page.paragraphs or ("",)
        url = self.publish(
            page.title, lead, "\n\n".join(rest), rubric=page.rubric, author=page.author, at=page.published
        )
        for line in reversed(page.latest):
            self.publish(line.title, body=line.title, rubric=line.rubric, at=line.at)
        return url

    def correct(self, url: str, *, title: str | None = None, lead: str | None = None, body: str | None = None) -> None:
        """Changes an article under its address; LookupError where there is none."""
        article = self._at(url)
        old_lead = article.lead
        changed = replace(
            article,
            title=article.title if title is None else title,
            lead=old_lead if lead is None else lead,
            modified=self._clock.now(),
            revision=article.revision + 1,
        )
        if body is not None:
            changed = replace(changed, paragraphs=_page_paragraphs(changed.lead, body))
        elif lead is not None:
            kept = article.paragraphs[1:] if article.paragraphs[:1] == (old_lead,) else article.paragraphs
            changed = replace(changed, paragraphs=_page_paragraphs(lead, "\n\n".join(kept)))
        self._put(changed)

    def withdraw(self, url: str) -> None:
        """Takes an article off the site: its address answers 404 from now on, and is not given again."""
        del self._articles[self._at(url).path]
        self._tell_change()

    def break_feed(self, fault: FeedFault | str) -> None:
        """Has every RSS feed answer with this fault until `mend_feed`; the Atom feeds stay well."""
        self.mend_feed()
        self._fault = FeedFault(fault)

    def mend_feed(self) -> None:
        self._fault = None
        self._mended.set()
        self._mended = asyncio.Event()

    def state(self) -> list[dict[str, Any]]:
        """The articles for the sandbox's page, newest first."""
        return [
            {
                "path": article.path,
                "url": f"{self.address}{article.path}",
                "title": article.title,
                "rubric": article.rubric,
                "language": article.language,
                "published": article.published.isoformat(timespec="seconds"),
                "revision": article.revision,
            }
            for article in self._newest()
        ]

    def routes(self) -> list[web.RouteDef]:
        language = f"{{language:{'|'.join(LANGUAGES)}}}"
        return [
            web.get("/news", self._to_front),
            web.get("/news/", self._front),
            web.get("/news/style.css", self._style),
            web.get("/news/sitemap.xml", self._sitemap),
            web.get("/news/sitemap-index.xml", self._sitemap_index),
            web.get(f"/news/{language}/sitemap-news.xml.gz", self._packed_sitemap),
            web.get(r"/news/photo/{name:[\w-]{1,80}}_{width:\d+}.png", self._photo),
            web.get(f"/news/{language}/", self._front),
            web.get(f"/news/{language}/rss/", self._rss),
            web.get(f"/news/{language}/atom/", self._atom),
            web.get(f"/news/{language}/news-feed/", self._news_feed),
            web.get(f"/news/{language}/{{section}}/", self._section),
            web.get(f"/news/{language}/{{section}}/{{slug}}/", self._article),
        ]

    def _free_path(self, wanted: str) -> str:
        candidates = (f"{wanted}/" if number == 1 else f"{wanted}-{number}/" for number in count(1))
        return next(path for path in candidates if path not in self._paths)

    def _put(self, article: NewsArticle) -> None:
        self._paths.add(article.path)
        self._articles[article.path] = article
        self._tell_change()

    def _at(self, url: str) -> NewsArticle:
        path = url[url.find("/news/") :]
        if path not in self._articles:
            raise LookupError(f"The site has no article at {url}.")
        return self._articles[path]

    def _tell_change(self) -> None:
        for callback in self._callbacks:
            callback()

    def _newest(self, language: str | None = None) -> list[NewsArticle]:
        """Newest first; of one minute, what was published last comes first."""
        chosen = [article for article in self._articles.values() if language in (None, article.language)]
        return sorted(chosen, key=lambda article: article.published)[::-1]

    def _origin(self, request: web.Request) -> str:
        return self.address or str(request.url.origin())

    async def _to_front(self, _request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently("/news/")

    async def _front(self, request: web.Request) -> web.Response:
        language = request.match_info.get("language")
        articles = self._newest(language)
        page = news_pages.front_page(
            articles, languages=[language] if language else LANGUAGES, origin=self._origin(request)
        )
        return _answer(request, page.encode(), "text/html", news_feeds.newest_change(articles))

    async def _news_feed(self, request: web.Request) -> web.Response:
        """A list page; asked the way the site's own script asks, the addresses as JSON."""
        language = request.match_info["language"]
        articles = self._newest(language)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return web.json_response({"posts": [{"url": article.path} for article in articles]})
        page = news_pages.list_page(articles, language=language)
        return _answer(request, page.encode(), "text/html", news_feeds.newest_change(articles))

    async def _section(self, request: web.Request) -> web.Response:
        language, section = request.match_info["language"], request.match_info["section"]
        articles = [article for article in self._newest(language) if article.section == section]
        if not articles:
            return _not_found()
        page = news_pages.list_page(articles, language=language, title=articles[0].rubric)
        return _answer(request, page.encode(), "text/html", news_feeds.newest_change(articles))

    async def _article(self, request: web.Request) -> web.Response:
        article = self._articles.get(request.path)
        if article is None:
            return _not_found()
        latest = self._newest(article.language)
        page = news_pages.article_page(article, latest, origin=self._origin(request))
        return _answer(request, page.encode(), "text/html", news_feeds.newest_change([article, *latest]))

    async def _sitemap_index(self, request: web.Request) -> web.Response:
        newest = {language: news_feeds.newest_change(self._newest(language)) for language in LANGUAGES}
        origin = self._origin(request)
        document = news_feeds.sitemap_index(
            {f"{origin}/news/{language}/sitemap-news.xml.gz": changed for language, changed in newest.items()}
        )
        return _answer(request, document.encode(), "application/xml", max(newest.values()))

    async def _packed_sitemap(self, request: web.Request) -> web.Response:
        """Of one language, as the compressed file that big sites put down for search engines."""
        articles = self._newest(request.match_info["language"])
        document = news_feeds.sitemap(articles, origin=self._origin(request))
        packed = gzip.compress(document.encode(), mtime=0)
        return _answer(request, packed, "application/gzip", news_feeds.newest_change(articles))

    async def _sitemap(self, request: web.Request) -> web.Response:
        articles = self._newest()
        document = news_feeds.sitemap(articles, origin=self._origin(request))
        return _answer(request, document.encode(), "application/xml", news_feeds.newest_change(articles))

    async def _atom(self, request: web.Request) -> web.Response:
        language = request.match_info["language"]
        articles = self._newest(language)
        document = news_feeds.atom(articles, language=language, origin=self._origin(request), hub=self.hub)
        return _answer(request, document.encode(), "application/atom+xml", news_feeds.newest_change(articles))

    async def _rss(self, request: web.Request) -> web.StreamResponse:
        language, origin = request.match_info["language"], self._origin(request)
        articles = self._newest(language)
        if self._fault is None:
            document = news_feeds.rss(articles, language=language, origin=origin, hub=self.hub).encode()
            return _answer(request, document, "application/rss+xml", news_feeds.newest_change(articles))
        broken = news_feeds.broken_rss(self._fault, articles, language=language, origin=origin)
        match self._fault:
            case FeedFault.UNAVAILABLE:
                return web.Response(status=503, text="Service Unavailable", headers={"Retry-After": "120"})
            case FeedFault.SLOW:
                return await self._drip(request, broken)
            case FeedFault.HTML:
                return web.Response(body=broken, content_type="text/html", charset="utf-8")
            case _:
                return web.Response(body=broken, content_type="application/rss+xml")

    async def _drip(self, request: web.Request, document: bytes) -> web.StreamResponse:
        """A byte now and then, so that only a limit on the whole time ends it; a mended feed sends the rest at once."""
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await response.prepare(request)
        mended, sent = self._mended, 0
        try:
            while sent < len(document) and not mended.is_set():
                await response.write(document[sent : sent + 1])
                sent += 1
                try:
                    await asyncio.wait_for(mended.wait(), _SLOW_PAUSE)
                except TimeoutError:
                    continue
            await response.write(document[sent:])
            await response.write_eof()
        except ConnectionError:
            pass  # The reader lost its patience, as it should.
        return response

    async def _photo(self, request: web.Request) -> web.Response:
        width = int(request.match_info["width"])
        if width not in news_pages.WIDTHS:
            return _not_found()
        picture = await asyncio.to_thread(draw, request.match_info["name"], width)
        response = web.Response(body=picture, content_type="image/png")
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    async def _style(self, request: web.Request) -> web.Response:
        return _answer(request, news_pages.STYLE.encode(), "text/css", datetime(2025, 1, 1, tzinfo=UTC))


def _page_paragraphs(lead: str, body: str) -> tuple[str, ...]:
    """The page's text begins with the lead, once."""
    paragraphs = paragraphs_of(body)
    return paragraphs if not lead or paragraphs[:1] == (lead,) else (lead, *paragraphs)


def _not_found() -> web.Response:
    return web.Response(status=404, text=news_pages.not_found_page(), content_type="text/html")


def _answer(request: web.Request, body: bytes, content_type: str, modified: datetime) -> web.Response:
    """The document, or 304 when the reader's copy is as new (RFC 9110 §13.1: the ETag decides where it is asked about)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    modified = modified.astimezone(UTC).replace(microsecond=0)
    headers = {"ETag": etag, "Last-Modified": format_datetime(modified, usegmt=True), "Cache-Control": "no-cache"}
    if_none_match = request.headers.get("If-None-Match")
    if if_none_match is not None:
        fresh = etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    else:
        fresh = _not_modified_since(request.headers.get("If-Modified-Since"), modified)
    if fresh:
        return web.Response(status=304, headers=headers)
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(body=body, content_type=content_type, charset=charset, headers=headers)


def _not_modified_since(value: str | None, modified: datetime) -> bool:
    if value is None:
        return False
    try:
        return parsedate_to_datetime(value) >= modified
    except (TypeError, ValueError):
        return False


def _picture(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:16]
