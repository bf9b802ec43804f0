"""Pictures for the articles: a name and a width in, a PNG out, the same for the same name. Standard library only."""

import hashlib
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import hypot, sin

Colour = tuple[int, int, int]

# Sky above, sky at the horizon, sun, then the layers of land from the far one to the near one.
_PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((58, 96, 138), (233, 205, 178), (255, 238, 214), (128, 146, 166), (84, 108, 134), (44, 66, 92)),
    ((38, 70, 83), (233, 196, 106), (255, 232, 170), (126, 150, 128), (68, 112, 106), (32, 66, 74)),
    ((72, 61, 98), (238, 180, 160), (255, 224, 200), (146, 112, 140), (102, 78, 118), (56, 44, 80)),
    ((96, 150, 180), (222, 238, 240), (255, 252, 236), (134, 176, 170), (84, 138, 132), (42, 92, 92)),
    ((120, 88, 80), (244, 214, 176), (255, 240, 208), (186, 140, 112), (140, 96, 80), (82, 56, 52)),
    ((44, 62, 80), (189, 203, 212), (244, 244, 236), (120, 140, 156), (82, 102, 120), (44, 58, 74)),
)


def _hills(seed: bytes, layer: int) -> Callable[[float], float]:
    """Slow waves, longer and higher the nearer they are; x and y run from 0 to 1."""
    a, b, c = (seed[layer * 3 + index] / 255 for index in range(3))
    base = 0.46 + 0.15 * layer
    return lambda x: (
        base - 0.07 * sin(6.28 * (x * (1.1 + a) + b)) - 0.03 * sin(6.28 * (x * (2.4 + c) + a)) - 0.008 * sin(51 * x + c)
    )


def _skyline(seed: bytes, layer: int) -> Callable[[float], float]:
    """Flat roofs of uneven height."""
    base, blocks = 0.62 + 0.12 * layer, 26 - 6 * layer

    def roof(x: float) -> float:
        return base - seed[(int(x * blocks) * 7 + layer * 5) % len(seed)] / 255 * (0.34 - 0.07 * layer)

    return roof


@lru_cache(maxsize=256)
def draw(name: str, width: int) -> bytes:
    """A quiet landscape of 16:9; the same name gives the same view at any width."""
    seed = hashlib.sha256(name.encode()).digest()
    height = width * 9 // 16
    zenith, horizon, sun, *layers = _PALETTES[seed[30] % len(_PALETTES)]
    outline = _skyline if seed[29] % 3 == 0 else _hills
    profiles = [outline(seed, layer) for layer in range(len(layers))]

    # Column by column: every column is the same sky, then land from its outline down to the ground.
    sky = [_blend(zenith, horizon, min(1.0, y / (height * 0.66))) for y in range(height)]
    planes = [bytearray(bytes(colour[channel] for colour in sky) * width) for channel in range(3)]
    _paint_sun(planes, width, height, centre=(0.2 + seed[28] / 255 * 0.6, 0.3), colour=sun)
    for colour, profile in zip(layers, profiles, strict=True):
        for x in range(width):
            top = profile(x / width) * height
            first = int(top)
            start = x * height + first
            for channel, plane in enumerate(planes):
                plane[start] = round(plane[start] + (colour[channel] - plane[start]) * (1 - (top - first)))
                plane[start + 1 : (x + 1) * height] = bytes([colour[channel]]) * (height - first - 1)
    return _png(planes, width, height)


def _blend(a: Colour, b: Colour, share: float) -> Colour:
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _paint_sun(
    planes: Sequence[bytearray], width: int, height: int, *, centre: tuple[float, float], colour: Colour
) -> None:
    middle_x, middle_y, radius = centre[0] * width, centre[1] * height, height * 0.11
    for x in range(int(middle_x - radius) - 1, int(middle_x + radius) + 2):
        for y in range(int(middle_y - radius) - 1, int(middle_y + radius) + 2):
            cover = min(1.0, max(0.0, radius + 0.5 - hypot(x - middle_x, y - middle_y)))
            for channel, plane in enumerate(planes):
                at = x * height + y
                plane[at] = round(plane[at] + (colour[channel] - plane[at]) * cover * 0.9)


def _png(planes: Sequence[bytearray], width: int, height: int) -> bytes:
    """8-bit RGB without interlace, every row unfiltered (PNG 1.2 §11.2)."""
    rows = bytearray()
    for y in range(height):
        row = bytearray(width * 3)
        for channel, plane in enumerate(planes):
            row[channel::3] = plane[y::height]
        rows += b"\0" + row
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
