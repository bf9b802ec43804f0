"""What reading a feed costs, beside what feedparser alone takes for the same bytes in the same run.

    python benchmarks/parse_feed.py [--rounds 15]

Feeds of fifty entries with their full texts, 190 KB, as different sites send them. Rounds are interleaved, so that whatever
else the machine does falls on both alike; the figures are medians of CPU time. parse_feed() makes plain text of all markup.
"""

import argparse
import io
import random
import statistics
import time
from collections.abc import Callable

import feedparser

from bot.ingest.feed import parse_feed

ADDRESS = "https://news.example/rss/"
ENTRIES = 50
# The same feeds in every run.
_CHANCE = random.Random(50)  # noqa: S311
_TEXT = (
    "правительство утвердило программу развития железных дорог сообщает агентство со ссылкой на министерство транспорта в "
    "ближайшие годы планируется построить новые станции мосты и тоннели стоимость работ оценивается в миллиард манатов"
)
_WORDS = _TEXT.split()


def main(rounds: int) -> None:
    for name, body in _feeds().items():
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_milliseconds(parse_feed, body, None, ADDRESS))
            theirs.append(_milliseconds(feedparser.parse, io.BytesIO(body)))
        mine, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"{name}: {len(body) / 1024:.0f} KB, {len(parse_feed(body, None, ADDRESS).entries)} entries; "
            f"parse_feed {mine:.1f} ms, feedparser.parse {other:.1f} ms, ratio {mine / other:.2f}"
        )


def _milliseconds(action: Callable[..., object], *given: object) -> float:
    began = time.process_time()
    action(*given)
    return (time.process_time() - began) * 1000


def _feeds() -> dict[str, bytes]:
    rss = _rss()
    return {
        "RSS, UTF-8": rss.encode(),
        "RSS, windows-1251": rss.replace('encoding="utf-8"', 'encoding="windows-1251"').encode("cp1251"),
        "RSS, broken (bare &, &nbsp;, an unclosed element)": _broken(rss).encode(),
        "Atom": _atom().encode(),
        "RSS of 500 entries": _rss(500).encode(),
    }


def _rss(entries: int = ENTRIES) -> str:
    items = "".join(
        f"<item><title>{_text(8)} &amp; {number}</title><link>{ADDRESS}{number}/</link>"
        f'<guid isPermaLink="false">id-{number}</guid><description>{_text(25)}</description>'
        f"<content:encoded><![CDATA[{_markup()}]]></content:encoded><dc:creator>Camilla</dc:creator>"
        f'<category>В регионе</category><enclosure url="{ADDRESS}{number}.jpg" type="image/jpeg" length="1"/>'
        f"<pubDate>Mon, 02 Mar 2026 09:{number % 60:02}:00 +0400</pubDate></item>\n"
        for number in range(entries)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Лента</title><link>https://news.example/</link>\n'
        f"{items}</channel></rss>"
    )


def _atom() -> str:
    entries = "".join(
        f'<entry><title>{_text(8)}</title><link href="{ADDRESS}{number}/"/><id>tag:news.example,2026:{number}</id>'
        f"<updated>2026-03-02T09:{number % 60:02}:00+04:00</updated><summary>{_text(25)}</summary>"
        f'<content type="html">{_markup().replace("&", "&amp;").replace("<", "&lt;")}</content>'
        "<author><name>Camilla</name></author></entry>\n"
        for number in range(ENTRIES)
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Лента</title>\n{entries}</feed>'


def _broken(rss: str) -> str:
    return rss.replace("&amp; 7<", "& 7&nbsp;<").replace("<title>Лента</title>", "<title>Лента")


def _markup() -> str:
    return "".join(
        f'<p>{_text(32)} <a href="{ADDRESS}tag/{number}/">{_text(2)}</a>&nbsp;<b>{_text(1)}</b>. {_text(32)}</p>\n'
        for number in range(3)
    )


def _text(words: int) -> str:
    return " ".join(_CHANCE.choices(_WORDS, k=words))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    main(parser.parse_args().rounds)
