"""The body of a request, never more of it than its route takes."""

import asyncio

from aiohttp import web

# Seconds for all of it; a sender that takes longer holds a place that others need.
PATIENCE = 30.0
_PIECE = 64 * 1024


async def read_body(request: web.Request, *, limit: int) -> bytes:
    """Counted after decompression. Raises HTTPRequestEntityTooLarge, HTTPRequestTimeout and HTTPBadRequest."""
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.content.iter_chunked(_PIECE):
                body += piece
                if len(body) > limit:
                    said = f"The body has more than {limit // 2**20} MB."
                    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(body), text=said)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text=f"The body did not come within {PATIENCE:g} seconds.") from error
    except ConnectionError as error:
        raise web.HTTPBadRequest(text="The body broke off.") from error
    return bytes(body)
