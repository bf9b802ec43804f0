"""How posts look, as the text of one column. What is as usual is not written, so that what is added later has its default."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from bot.domain.appearance import USUAL, Appearance, Layout, LinkedWords, PreviewPlace, PreviewSize

_AS_USUAL = asdict(USUAL)


def written(appearance: Appearance) -> str | None:
    own = {name: value for name, value in asdict(appearance).items() if value != _AS_USUAL[name]}
    return json.dumps(own, ensure_ascii=False, sort_keys=True) if own else None


@lru_cache(maxsize=4096)
def read(text: str | None) -> Appearance:
    """Kept, since each claim of a delivery reads its destination's, and most destinations share few."""
    if text is None:
        return USUAL
    found: dict[str, Any] = json.loads(text)
    return Appearance(**{name: _KINDS[name](value) if name in _KINDS else value for name, value in found.items()})


def _words(found: dict[str, str | None]) -> LinkedWords:
    return LinkedWords(text=found["text"] or "", url=found["url"])


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "layout": Layout,
    "size": PreviewSize,
    "place": PreviewPlace,
    "button": _words,
    "signature": _words,
}
