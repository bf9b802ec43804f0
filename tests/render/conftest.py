"""Snapshots: a message in full, to be read like copy. Write them anew with `python -m pytest tests/render --update-snapshots`."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.render.message import Message

SNAPSHOTS = Path(__file__).parent / "snapshots"

CheckSnapshot = Callable[[str, Message], None]
# Several messages on one sheet, each under its name.
CheckSheet = Callable[[str, Mapping[str, Message]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="Write what is rendered now into the snapshots.")


@pytest.fixture
def check_snapshot(request: pytest.FixtureRequest) -> CheckSnapshot:
    return lambda name, message: _check(request, name, _as_text(message))


@pytest.fixture
def check_sheet(request: pytest.FixtureRequest) -> CheckSheet:
    def check(name: str, messages: Mapping[str, Message]) -> None:
        _check(request, name, "\n".join(f"=== {each}\n{_as_text(message)}" for each, message in messages.items()))

    return check


def _check(request: pytest.FixtureRequest, name: str, shown: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    update = bool(request.config.getoption("--update-snapshots", default=False))
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.is_file(), f"No snapshot {path.name} yet: run with --update-snapshots and read it."
    assert shown == path.read_text(encoding="utf-8")


def _as_text(message: Message) -> str:
    preview = message.preview
    place = "none" if preview is None else f"{preview.url} {'above' if preview.above else 'below'} the text"
    rows = [" | ".join(f"[{button.text}]({button.url})" for button in row) for row in message.buttons]
    photo = [f"photo: {message.photo}"] if message.photo is not None else []
    album = message.album
    shown = [f"album: {' '.join(album.pictures)}", album.caption] if album is not None else []
    parts = ("\n--- then\n" + _as_text(part) for part in message.following)
    later = ("\n--- under the album\n" + _as_text(part) for part in (album.following if album is not None else ()))
    own = [message.text, "", "---", *rows, f"preview: {place}", *photo, ""]
    return "\n".join([*own, *parts, *shown, *later])
