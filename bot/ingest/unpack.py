"""What a server packed → the document. In: bytes and the labels on them. Out: the bytes inside. Next: text.py.

gzip, deflate, br and zstd, one in another if need be; the first bytes are believed before the label. Everything is
unpacked in steps and given up as soon as it passes the limit, so that a bomb costs no more memory than a document may.
Pure; the standard library's decompressors let the other threads run.
"""

import re
import sys
import zlib
from collections.abc import Iterator

import brotli

from bot.domain.errors import SourceError
from bot.domain.source import Trouble

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Bytes, counted after unpacking.
MAX_BODY = 16 * 1024 * 1024
_STEP = 1024 * 1024
# A gzip or zstd file may be several in a row, as parallel packers write them; a hundred thousand empty ones are an attack.
_MOST_MEMBERS = 100
# A packed file that is packed again for the transport is usual, a third layer is not.
_MOST_LAYERS = 3
# RFC 9659 §3: who packs for the web may demand a window of 8 MB and no more.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
# How a document begins that was never packed, in UTF-8 or UTF-16. Packed ones may begin so by chance.
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*[<{\[]")

DAMAGED = "The answer broke off or was damaged on its way."


def unpack(body: bytes, codings: str = "") -> bytes:
    """`codings` is the Content-Encoding. Raises SourceError for what is damaged or passes MAX_BODY."""
    labels = [label.strip() for label in reversed(codings.lower().split(","))]
    for layer in range(_MOST_LAYERS):
        pieces = _pieces(body, labels[layer] if layer < len(labels) else "")
        if pieces is None:
            continue
        try:
            body = _joined(pieces)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            if not _PLAIN.match(body):
                raise SourceError(DAMAGED, trouble=Trouble.BROKEN) from error
    return body


def _pieces(body: bytes, label: str) -> Iterator[bytes] | None:
    """None: this was not packed, whatever the label says."""
    if body.startswith(_GZIP):
        return _inflate(body, _GZIP_WINDOW)
    if body.startswith(_ZSTD):
        return _zstd(body)
    if not body:
        return None
    match label:
        case "br":
            return _brotli(body)
        case "deflate":
            return _inflate(body, _deflate_window(body))
        case _:
            return None


def _joined(pieces: Iterator[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > MAX_BODY:
            raise too_large()
    return bytes(body)


def too_large() -> SourceError:
    return SourceError(
        f"The document has more than {MAX_BODY // 2**20} MB, which is more than is read.", trouble=Trouble.TOO_BIG
    )


def _deflate_window(body: bytes) -> int:
    """By RFC 9110 §8.4.1.2 it has the header of zlib, by the habit of some servers none (RFC 1950 §2.2)."""
    has_header = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return _ZLIB_WINDOW if has_header else _RAW_WINDOW


def _inflate(packed: bytes, window: int) -> Iterator[bytes]:
    for _ in range(_MOST_MEMBERS):
        stream = zlib.decompressobj(window)
        while not stream.eof:
            piece = stream.decompress(packed, _STEP)
            packed = stream.unconsumed_tail
            if not piece and not packed and not stream.eof:
                raise SourceError(DAMAGED, trouble=Trouble.BROKEN)
            yield piece
        packed = stream.unused_data
        # Whatever else follows is padding.
        if not packed.startswith(_GZIP):
            return
    raise SourceError(DAMAGED, trouble=Trouble.BROKEN)


def _zstd(packed: bytes) -> Iterator[bytes]:
    for _ in range(_MOST_MEMBERS):
        stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        while not stream.eof:
            piece = stream.decompress(packed, _STEP)
            packed = b""
            if not piece and stream.needs_input and not stream.eof:
                raise SourceError(DAMAGED, trouble=Trouble.BROKEN)
            yield piece
        packed = stream.unused_data
        if not packed.startswith(_ZSTD):
            return
    raise SourceError(DAMAGED, trouble=Trouble.BROKEN)


def _brotli(packed: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    while not stream.is_finished():
        piece = stream.process(packed, output_buffer_limit=_STEP)
        packed = b""
        if not piece and stream.can_accept_more_data() and not stream.is_finished():
            raise SourceError(DAMAGED, trouble=Trouble.BROKEN)
        yield piece
