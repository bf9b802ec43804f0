"""The publishing API for a CMS: PUT, DELETE and GET of /api/v1/articles/{id}. Next: services/publishing.py.

Who knows the token may do all of it; what went wrong is told in plain English, with the field that it is about.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import assert_never

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.clock import Clock
from bot.domain.errors import ArticleLetGoError, ArticleNotFoundError, StoreError
from bot.metrics import Metrics
from bot.services.publishing import NAME, Publication, Publishing
from bot.web.article_json import Mistake, NotJsonError, WrongFieldsError, id_mistake, read_article, show_article
from bot.web.body import read_body

PATH = "/api/v1/articles/{id}"
MAX_BODY = 2 * 1024 * 1024
MOST_AT_ONCE = 16
# Seconds until a place should be free again.
RETRY_AFTER = "1"
LET_GO = "The article went out so long ago that it is no longer kept."

# What came of a call, as /metrics counts it, and its answer.
Done = tuple[str, web.Response]
_json = partial(web.json_response, dumps=partial(json.dumps, ensure_ascii=False))


class PublishingApi:
    def __init__(self, *, publishing: Publishing, token: str, clock: Clock, metrics: Metrics) -> None:
        self._publishing = publishing
        self._token = token.encode()
        self._clock = clock
        self._metrics = metrics
        self._busy = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.put(PATH, self._guarded(self._put)),
            web.delete(PATH, self._guarded(self._delete)),
            web.get(PATH, self._guarded(self._get)),
        ]

    def _guarded(self, act: Callable[[web.Request, str], Awaitable[Done]]) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            try:
                self._authorise(request)
                result, response = await self._admitted(request, act)
            except web.HTTPError as error:
                self._count(request, str(error.status))
                raise
            except StoreError:
                self._count(request, "503")
                raise
            self._count(request, result)
            return response

        return answer

    def _count(self, request: web.Request, result: str) -> None:
        self._metrics.publishing_requests.labels(request.method, result).inc()

    def _authorise(self, request: web.Request) -> None:
        scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        is_bearer = scheme.lower() == "bearer"
        if is_bearer and hmac.compare_digest(given.strip().encode(errors="replace"), self._token):
            return
        # RFC 6750 §3: who sent no token is told no error.
        challenge = 'Bearer realm="Rubrika"' + (', error="invalid_token"' if is_bearer else "")
        said = "The token is wrong." if is_bearer else "The header is missing: Authorization: Bearer TOKEN."
        raise web.HTTPUnauthorized(text=said, headers={hdrs.WWW_AUTHENTICATE: challenge})

    async def _admitted(self, request: web.Request, act: Callable[[web.Request, str], Awaitable[Done]]) -> Done:
        if self._busy >= MOST_AT_ONCE:
            said = f"More than {MOST_AT_ONCE} calls at once. Try again."
            raise web.HTTPServiceUnavailable(text=said, headers={hdrs.RETRY_AFTER: RETRY_AFTER})
        self._busy += 1
        try:
            cms_id = request.match_info["id"]
            mistake = id_mistake(cms_id)
            return await act(request, cms_id) if mistake is None else _wrong((mistake,))
        except ArticleLetGoError as error:
            raise web.HTTPGone(text=LET_GO) from error
        except ArticleNotFoundError:
            return "404", _json({"error": "No article with this id is known."}, status=404)
        finally:
            self._busy -= 1

    async def _put(self, request: web.Request, cms_id: str) -> Done:
        _check_type(request)
        body = await read_body(request, limit=MAX_BODY)
        try:
            entry = await asyncio.to_thread(read_article, body, cms_id=cms_id, now=self._clock.now())
        except NotJsonError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        except WrongFieldsError as error:
            return _wrong(error.mistakes)
        publication, published = await self._publishing.publish(entry)
        shown = show_article(cms_id, published) if published is not None else {}
        match publication:
            case Publication.CREATED:
                self._metrics.articles_accepted.labels(NAME).inc()
                return publication, _json(shown, status=201, headers={hdrs.LOCATION: request.rel_url.raw_path})
            case Publication.CORRECTED | Publication.UNCHANGED:
                return publication, _json(shown)
            case Publication.RECALLED:
                said = (
                    "The article was recalled, and what was taken back stays so. Publish it under another id and url."
                )
                raise web.HTTPConflict(text=said)
            case Publication.LET_GO:
                raise web.HTTPGone(text=LET_GO)
            case _:
                assert_never(publication)

    async def _delete(self, _request: web.Request, cms_id: str) -> Done:
        return "recalled", _json(show_article(cms_id, await self._publishing.recall(cms_id)))

    async def _get(self, _request: web.Request, cms_id: str) -> Done:
        return "told", _json(show_article(cms_id, await self._publishing.show(cms_id)))


def _check_type(request: web.Request) -> None:
    is_json = request.content_type == "application/json" or request.content_type.endswith("+json")
    if not is_json or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise web.HTTPUnsupportedMediaType(text="The body has to be JSON: Content-Type: application/json.")


def _wrong(mistakes: tuple[Mistake, ...]) -> Done:
    return "422", _json({"errors": [asdict(mistake) for mistake in mistakes]}, status=422)
