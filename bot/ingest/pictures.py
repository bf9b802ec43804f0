"""The pictures of a page → the address of the largest that is still reasonable to show."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

# Telegram shows 1280 pixels and fetches what it is given.
_WIDEST = 2000
_IN_SET = re.compile(r"([^\s,]\S*[^\s,])\s+([0-9]{1,5})w")
_LAZY = ("src", "data-src", "data-original", "data-lazy-src", "content", "href")
_NO_PICTURE = re.compile(r"^data:|/(?:blank|pixel|spacer|placeholder|1x1)\b", re.IGNORECASE)
# "photo_400.jpg", "photo-400x225.jpg"
_WIDTH_IN_NAME = re.compile(r"[-_]([0-9]{2,4})(?:x[0-9]{2,4})?(?=\.\w{3,4}$)")
# Widths are 400, 490 and 850; every picture has all of them.
_REPORT = re.compile(r"(?<=//static\.report\.az/photo/)([\w-]{1,80})_(?:400|490)(?=\.\w+$)")


def picture_of(node: LexborNode) -> str:
    """Of an img (also a lazy or an AMP one), or of the first one inside; empty if it shows nothing."""
    img = node if node.tag in ("img", "amp-img", "meta", "link") else node.css_first("img, amp-img")
    if img is None:
        return ""
    given = img.attributes
    # One pixel counts readers; it shows nothing.
    if "1" in (given.get("width"), given.get("height")):
        return ""
    sets = _IN_SET.findall(given.get("srcset") or given.get("data-srcset") or "")
    fitting = [(int(width), address) for address, width in sets if int(width) <= _WIDEST]
    if fitting:
        return str(max(fitting)[1])
    candidates = (given.get(name) or "" for name in _LAZY)
    return next((value for value in candidates if value and not _NO_PICTURE.search(value)), "")


def largest(address: str, others: Iterable[str]) -> str:
    """The widest of the same picture, where the site puts the width into the address."""
    if (report := _REPORT.sub(r"\1_850", address)) != address:
        return report
    width, stem = _width(address)
    if not width:
        return address
    same = [(found[0], other) for other in others if (found := _width(other))[1] == stem and found[0] <= _WIDEST]
    return max([(width, address), *same])[1]


def _width(address: str) -> tuple[int, str]:
    found = _WIDTH_IN_NAME.search(address)
    return (int(found[1]), address[: found.start()]) if found else (0, "")
