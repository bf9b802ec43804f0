"""The pictures of a page or feed → the address of the largest that is still reasonable to show, and those of a gallery."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.article import MOST_PICTURES
from bot.ingest.fields import address

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


# What sites call the blocks that hold the pictures of an article.
_GALLERIES = ("gallery", "slider", "swiper", "carousel", "fotorama", "photoset", "slideshow", "lightbox", "photoreport")
_IN_GALLERY = ", ".join(
    f'{scope} [{named}*="{name}" i] img'
    for scope in ("article", "main", '[itemprop="articleBody"]')
    for name in _GALLERIES
    for named in ("class", "id")
)
_IN_FIGURE = "article figure img, [itemprop=articleBody] figure img, [itemprop=articleBody] img"
_MOST_NODES = 200
_LEVELS = 15
# Blocks of other articles, and of what no article says.
_FOREIGN = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|similar|popular|trending|read-?also|more-?news|banner|adv|ads|advert|author|avatar|"
    r"byline|share|social|comments?|logo|emoji|smile[ys]?|partners?|subscribe|widget|side-?bar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
# Pixels; a picture that is said to be smaller is an icon.
_LEAST_SIDE = 200
# What is one picture in several sizes differs in these parts of its address only.
_SIZES = (
    "[0-9]{1,4}x[0-9]{1,4}|150|200|250|256|300|320|350|360|375|400|450|480|490|500|512|540|600|620|640|650|"
    "680|700|720|750|768|800|850|900|950|960|1000|1024|1080|1200|1280|1366|1400|1440|1500|1536|1600|1800|1920|2000|2048|2560"
)
_SIZE_WORDS = "thumb|thumbnail|small|medium|middle|large|big|orig|original|full|preview|crop|cropped|resize|resized|scaled|mini|fit|fill"
_SIZE_FOLDER = re.compile(
    rf"(?:(?:w|h|s|sz|size|width)?[_-]?(?:{_SIZES})|cache|styles|(?:{_SIZE_WORDS})s?)", re.IGNORECASE
)
# A camera counts its pictures as well, so that not every number is a width.
_SIZE_IN_NAME = re.compile(rf"(?:[-_@](?:(?:{_SIZES})w?|{_SIZE_WORDS}|[23]x))+$", re.IGNORECASE)


def further(first: str | None, others: Iterable[str | None]) -> tuple[str, ...]:
    """Those besides the first, in their order, each picture once and in its widest form; with it as many as an album holds."""
    known = {_picture_key(first)} if first is not None else set()
    chosen: dict[str, str] = {}
    for each in filter(None, others):
        key = _picture_key(each)
        if key not in known:
            before = chosen.setdefault(key, each)
            chosen[key] = each if _width(before)[0] < _width(each)[0] <= _WIDEST else before
    return tuple(chosen.values())[: MOST_PICTURES - 1]


def gallery_of(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    """The pictures that an article's page shows in it, where it says that they are its own."""
    nodes = (*tree.css(_IN_GALLERY)[:_MOST_NODES], *tree.css(_IN_FIGURE)[:_MOST_NODES])
    for node in {node.mem_id: node for node in nodes}.values():
        full = _leads_to(node)
        if full == "" or is_icon(node):
            continue
        found = address(full or picture_of(node), url)
        if found is not None:
            yield found


def is_icon(img: LexborNode) -> bool:
    sides = [img.attributes.get(name) or "" for name in ("width", "height")]
    return any(side.isdecimal() and int(side[:5]) < _LEAST_SIDE for side in sides)


def _leads_to(img: LexborNode) -> str | None:
    """The full picture that a click opens; None: nothing. Empty: another page, or the block is not of this article."""
    node, full = img.parent, None
    for _ in range(_LEVELS):
        if node is None or node.tag in ("html", "body"):
            break
        if _FOREIGN.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
            return ""
        if node.tag in ("aside", "nav", "footer"):
            return ""
        href = node.attributes.get("href") if node.tag == "a" else None
        if href:
            if not _PICTURE_FILE.search(href):
                return ""
            full = href
        node = node.parent
    return full


def _picture_key(url: str) -> str:
    """Equal for one picture in several sizes, as sites write them into the address."""
    path = urlsplit(url).path
    *folders, name = path.lower().split("/")
    stem, _, _ = name.rpartition(".")
    kept = [folder for folder in folders if folder and not _SIZE_FOLDER.fullmatch(folder)]
    return "/".join((*kept, _SIZE_IN_NAME.sub("", stem or name)))
