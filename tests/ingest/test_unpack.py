import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SourceError
from bot.ingest.unpack import MAX_BODY, unpack
from tests.hang import no_hang

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "<rss><title>Азербайджан и Перу</title></rss>".encode()
MEGABYTE = bytes(2**20)
# Eight times what may be; a gigabyte is refused at the same point and takes seconds to pack.
MEGABYTES = 128


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@cache
def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    return b"".join(packer.compress(MEGABYTE) for _ in range(MEGABYTES)) + packer.flush()


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=3)
    pieces: list[bytes] = [*(packer.process(MEGABYTE) for _ in range(MEGABYTES)), packer.finish()]
    return b"".join(pieces)


def zstd_bomb() -> bytes:
    packer = zstd.ZstdCompressor()
    return b"".join(packer.compress(MEGABYTE) for _ in range(MEGABYTES)) + packer.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
}


@pytest.mark.parametrize("label", PACKED)
def test_each_packing_is_undone(label: str) -> None:
    assert unpack(PACKED[label], label) == TEXT


@pytest.mark.parametrize(
    ("body", "label"),
    [
        pytest.param(TEXT, "", id="not packed"),
        pytest.param(raw_deflate(TEXT), "deflate", id="deflate without its header"),
        pytest.param(TEXT, "gzip", id="plain called gzip"),
        pytest.param(TEXT, "deflate", id="plain called deflate"),
        pytest.param(TEXT, "br", id="plain called br"),
        pytest.param(TEXT, "zstd", id="plain called zstd"),
        pytest.param(TEXT, "utf-8", id="a charset in the place of a packing"),
        pytest.param(gzip.compress(TEXT), "", id="gzip without a label"),
        pytest.param(zstd.compress(TEXT), "", id="zstd without a label"),
        pytest.param(gzip.compress(TEXT), "br", id="gzip called br"),
        pytest.param(zstd.compress(TEXT), "gzip", id="zstd called gzip"),
        pytest.param(gzip.compress(gzip.compress(TEXT)), "gzip", id="a packed file packed again"),
        pytest.param(brotli.compress(gzip.compress(TEXT)), "gzip, br", id="two packings"),
        pytest.param(gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), "gzip", id="gzip in two members"),
        pytest.param(zstd.compress(TEXT[:9]) + zstd.compress(TEXT[9:]), "zstd", id="zstd in two frames"),
        pytest.param(gzip.compress(TEXT) + b"\0" * 512, "gzip", id="gzip with padding"),
    ],
)
def test_bytes_are_believed_before_their_label(body: bytes, label: str) -> None:
    assert unpack(body, label) == TEXT


@pytest.mark.parametrize("label", ["", "gzip", "deflate", "br", "zstd"])
def test_nothing_unpacks_to_nothing(label: str) -> None:
    assert unpack(b"", label) == b""


@pytest.mark.parametrize("label", PACKED)
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_what_breaks_off_is_not_taken_for_the_whole(label: str, kept: float) -> None:
    body = PACKED[label]
    with pytest.raises(SourceError, match="broke off or was damaged"):
        unpack(body[: int(len(body) * kept)], label)


def test_a_damaged_parcel_is_refused() -> None:
    body = bytearray(gzip.compress(TEXT * 100))
    body[40] ^= 0xFF
    with pytest.raises(SourceError, match="broke off or was damaged"):
        unpack(bytes(body), "gzip")


@pytest.mark.parametrize(
    ("pack", "label"),
    [
        pytest.param(gzip_bomb, "gzip", id="gzip"),
        pytest.param(lambda: gzip_bomb()[10:-8], "deflate", id="deflate"),
        pytest.param(brotli_bomb, "br", id="br"),
        pytest.param(zstd_bomb, "zstd", id="zstd"),
        pytest.param(lambda: gzip.compress(gzip_bomb()), "gzip", id="gzip in gzip"),
        pytest.param(lambda: brotli.compress(gzip_bomb(), quality=3), "br", id="gzip in br"),
    ],
)
def test_a_flood_in_a_small_parcel_is_refused_without_being_unpacked(pack: Callable[[], bytes], label: str) -> None:
    bomb = pack()
    assert len(bomb) < 2**21
    tracemalloc.start()
    with no_hang(), pytest.raises(SourceError, match="more than 16 MB"):
        unpack(bomb, label)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MAX_BODY * 1.5


def test_a_document_as_large_as_may_be_is_read() -> None:
    assert len(unpack(gzip.compress(bytes(MAX_BODY)))) == MAX_BODY


def test_a_frame_that_demands_gigabytes_for_its_window_is_refused() -> None:
    # A frame header (RFC 8878 §3.1.1.1) that asks for a window of 2 GB, before one empty last block.
    with pytest.raises(SourceError, match="broke off or was damaged"):
        unpack(b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", "zstd")


def test_a_hundred_thousand_empty_parcels_are_refused_at_once() -> None:
    with no_hang(), pytest.raises(SourceError, match="broke off or was damaged"):
        unpack(gzip.compress(b"") * 100_000)


@given(st.one_of(st.binary(), st.sampled_from(sorted(PACKED.values()))), st.sampled_from(["", *PACKED, "a, b, c, d"]))
def test_whatever_comes_is_unpacked_or_refused_in_a_sentence(body: bytes, label: str) -> None:
    with suppress(SourceError):
        assert isinstance(unpack(body, label), bytes)
