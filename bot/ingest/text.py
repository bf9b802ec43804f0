"""Bytes → text and markup → plain paragraphs, as feed.py and page.py need both.

Plain text has no markup, no control characters and no lone surrogates (databases and Telegram refuse them); paragraphs are
parted by a blank line.
"""

import re
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from itertools import dropwhile, islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.ingest.codepage import claimed_codec, code_page, unscrambled

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MARK_OF_UTF8 = b"\xef\xbb\xbf"
# No mark, yet no other encoding puts a zero byte beside the first character (XML 1.0, appendix F).
_WIDE = ((re.compile(rb"[\x09-\x7f]\x00"), "utf-16-le"), (re.compile(rb"\x00[\x09-\x7f]"), "utf-16-be"))
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<(?:\?xml|meta)\s[^>]{0,500}?(?:encoding|charset)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION_WITHIN = 4096
# A text, an attribute or a string of JSON from its first byte beyond ASCII on: what one hand wrote in one encoding.
_SPAN = re.compile(rb"[\x80-\xff][^<>\"]*")
# More is not looked at: a document of nothing else would take seconds.
_MOST_SPANS = 50_000
# Fewer bytes are noise, such as a damaged place.
_FEWEST_FOREIGN = 3
_ASCII = bytes(range(0x80))

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

# Not text to a reader, or not the article's.
_SILENT = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "svg", "button", "select", "textarea", "figcaption",
})  # fmt: skip
_LINES = frozenset({"br", "li", "dt", "dd", "tr"})
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "footer", "aside", "main", "figure", "blockquote", "pre", "ul", "ol", "dl",
    "table", "hr", "address", "center", "form", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
# Bytes or characters that are worked on at a stretch, which takes about a millisecond. No other thread runs meanwhile, the
# event loop neither: nothing gets into a decoder, a pattern or a parser in the middle.
PIECE = 256 * 1024
# They stand for the ends of lines and paragraphs while white space is folded, and are not white space themselves.
LINE, PARAGRAPH = "\x01", "\x02"

_SIMPLE_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*+)(?:[\s/](?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+)?+>")
_BREAKS = (
    dict.fromkeys(
        (
            "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "mark", "q", "s", "small", "span",
            "strike", "strong", "sub", "sup", "time", "u", "wbr",
        ),
        "",
    )
    | dict.fromkeys(
        ("p", "div", "section", "article", "header", "footer", "figure", "blockquote", "ul", "ol", "hr", "h1", "h2", "h3", "h4"),
        PARAGRAPH,
    )
    | {"br": LINE, "li": LINE}
)  # fmt: skip
_BREAKS |= {f"/{name}": "" if name == "li" else found for name, found in _BREAKS.items()}

# Without a semicolon only the oldest names count, of six letters at most; longer ones the library would try letter by letter.
_REFERENCE = re.compile(
    r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?|([A-Za-z][A-Za-z0-9]{1,31};)|[A-Za-z][A-Za-z0-9]{1,5})"
)
_OLDEST_NAME = len("&Aacute")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# Elements that never hold others, or that the next of their kind ends.
_SHALLOW = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody",
})  # fmt: skip
# The HTML parser takes time in proportion to the square of the depth, and holds the whole process while it does:
# 50 000 nested elements took it 5 s, 200 000 took 4 minutes. Real pages stay below 100.
_DEEPEST = 2000
# In proportion to the square of the attributes of one tag, too: 40 000 took 3 s. Real tags have ten.
_MOST_ATTRIBUTES = 1000
_WHOLE_TAG = re.compile(r"""<[a-zA-Z](?:[^>"']++|"[^"]*+"|'[^']*+')*+""")
_BETWEEN_ATTRIBUTES = re.compile(r""""[^"]*"|'[^']*'|[\s/]+""")


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a document, whatever it says about itself: what its bytes prove goes before what was declared."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    for pattern, encoding in _WIDE:
        if pattern.match(body):
            return body.decode(encoding, "replace")
    body = body.removeprefix(_MARK_OF_UTF8)
    try:
        return unscrambled(_utf8(body))
    except UnicodeError:
        return _decode_foreign(body, _claims(body, content_type))


def _utf8(body: bytes) -> str:
    """Raises UnicodeError."""
    decoder = getincrementaldecoder("utf-8")()
    starts = range(0, len(body), PIECE)
    return "".join([decoder.decode(body[start : start + PIECE], start + PIECE >= len(body)) for start in starts])


def _decode_foreign(body: bytes, claims: list[str]) -> str:
    """Another encoding, UTF-8 with damaged places, or both encodings in one document."""
    guess = body.decode("utf-8", "replace")
    bad = guess.count("\ufffd")
    good = len(guess) - len(guess.encode("ascii", "ignore")) - bad
    # Of another encoding a few pairs of bytes in a hundred are valid UTF-8 by chance.
    if good * 20 < bad:
        return body.decode(code_page(body, claims), "replace")
    spans = (match[0] for match in islice(_SPAN.finditer(body), _MOST_SPANS))
    foreign = b" ".join(span for span in spans if not _is_utf8(span))
    if len(foreign.translate(None, _ASCII)) < _FEWEST_FOREIGN:
        return guess
    page = code_page(foreign, claims)
    return _SPAN.sub(
        lambda span: span[0] if _is_utf8(span[0]) else span[0].decode(page, "replace").encode(), body, _MOST_SPANS
    ).decode("utf-8", "replace")


def _is_utf8(span: bytes) -> bool:
    """Or was: a few damaged bytes leave most of a UTF-8 text readable; of another encoding nearly nothing."""
    try:
        span.decode()
    except UnicodeError:
        guess = span.decode("utf-8", "replace")
        return guess.count("\ufffd") * 2 < len(guess) - len(guess.encode("ascii", "ignore"))
    return True


def _claims(body: bytes, content_type: str | None) -> list[str]:
    """The codecs that the server and the document claim. A server's default that fits any bytes is none of them."""
    http = _HTTP_CHARSET.search(content_type or "")
    declared = _DECLARED.search(body[:_DECLARATION_WITHIN])
    named = [http[1] if http else "", declared[1].decode("ascii", "replace") if declared else ""]
    return [codec for name in named if name and (codec := claimed_codec(name))]


def clean(text: str) -> str:
    """The text without what neither XML, PostgreSQL nor Telegram takes."""
    return "".join([_FORBIDDEN.sub("", piece) for piece in in_pieces(text)])


def in_pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def one_line(text: str) -> str:
    if text.isprintable() and "  " not in text:
        # As nearly all lines are: nothing to clean, no white space but single blanks.
        return text.strip(" ")
    return " ".join(clean(text).split())


def paragraphs(text: str) -> str:
    """Plain text with its white space in order: lines kept, paragraphs parted by one blank line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in text else text.split("\n")
    return _parted("\n".join(map(one_line, lines)))


def _parted(tidy: str) -> str:
    return (re.sub(r"\n{3,}", "\n\n", tidy) if "\n\n\n" in tidy else tidy).strip("\n")


def parse_markup(markup: str) -> LexborHTMLParser | None:
    """The tree of a document or a piece of one; None when it is so absurd that reading it would stop us."""
    # Before it is looked at, or what is cleaned away would hide a tag.
    markup = clean(markup)
    return None if _too_deep(markup) or _has_endless_tag(markup) else LexborHTMLParser(markup)


def from_markup(markup: str) -> str:
    """HTML → plain paragraphs, entities decoded. What a reader does not see as text is left out."""
    if "<" not in markup:
        return paragraphs(_unescaped(markup))
    # Only these two are in its way; what else no text may hold is looked for in the end.
    is_clean = LINE not in markup and PARAGRAPH not in markup
    simple = _from_simple_markup(markup if is_clean else clean(markup))
    if simple is not None:
        return simple
    tree = parse_markup(markup)
    if tree is None:
        return paragraphs(re.sub(r"<[^<>]*>", " ", markup))
    return from_node(tree.body) if tree.body else ""


def _from_simple_markup(markup: str) -> str | None:
    """Markup of tags that only stand for breaks or for nothing, a third of the time that its tree takes; else None."""
    try:
        text = _SIMPLE_TAG.sub(lambda tag: _BREAKS[tag[1].lower()], markup)
    except KeyError:
        return None
    return None if "<" in text else _with_breaks(_unescaped(text))


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    written, name = reference[0], reference[1]
    if name is None:
        return unescape(written)
    return html5.get(name) or unescape(written[:_OLDEST_NAME]) + written[_OLDEST_NAME:]


def from_node(root: LexborNode) -> str:
    """The plain paragraphs below one element."""
    return _with_breaks("".join(_pieces(root)))


def _with_breaks(text: str) -> str:
    parts = ("\n".join(map(one_line, part.split(LINE))).strip("\n") for part in text.split(PARAGRAPH))
    return _parted("\n\n".join(filter(None, parts)))


def _pieces(root: LexborNode) -> Iterator[str]:
    """Texts and breaks in the order of the document, without recursion."""
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        yield (node.text_content or "") if tag == "-text" else _break(tag)
        below = None if tag in _SILENT else node.first_child
        if below is not None:
            node = below
            continue
        while node is not None and node.next is None and node.mem_id != root.mem_id:
            node = node.parent
            yield _break(node.tag or "") if node is not None and node.tag in _BLOCKS else ""
        node = node.next if node is not None and node.mem_id != root.mem_id else None


def _break(tag: str) -> str:
    if tag in _BLOCKS:
        return PARAGRAPH
    return LINE if tag in _LINES else ""


def _too_deep(markup: str) -> bool:
    open_elements: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(markup):
        element = name.lower()
        if element in _SHALLOW:
            continue
        if not closing:
            open_elements[element] += 1
            depth += 1
        elif open_elements[element]:
            open_elements[element] -= 1
            depth -= 1
        if depth > _DEEPEST:
            return True
    return False


def _has_endless_tag(markup: str) -> bool:
    if len(markup) <= _MOST_ATTRIBUTES:
        return False
    long = (tag[0] for tag in _WHOLE_TAG.finditer(markup) if tag.end() - tag.start() > _MOST_ATTRIBUTES)
    return any(len(_BETWEEN_ATTRIBUTES.findall(tag)) > _MOST_ATTRIBUTES for tag in long)


def without_beginning(text: str, *said: str) -> str:
    """The paragraphs of `text` less the first ones that only repeat what was `said`, as agencies write it."""
    first_words = {first[0].casefold() for each in said if (first := _WORD.search(each))}
    first = _WORD.search(text)
    if first is None or first[0].casefold() not in first_words:
        # As nearly always, and found out without looking at every word.
        return text
    known = {_words(each) for each in said if each}
    return "\n\n".join(dropwhile(lambda part: _words(part) in known, _parts(text)))


def _parts(text: str) -> Iterator[str]:
    return (part for part in text.split("\n\n") if part)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
