"""The .env.example names every setting with its default."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, load

EXAMPLE = Path(__file__).parents[2] / ".env.example"
VARIABLE = re.compile(r"^#?([A-Z][A-Z_]*)=(.*)$", re.MULTILINE)
TOKEN = "7000:sandbox-token"


@pytest.fixture(autouse=True)
def no_settings_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_names_every_setting_once() -> None:
    names = [name for name, _ in VARIABLE.findall(EXAMPLE.read_text(encoding="utf-8"))]
    assert names == [name.upper() for name in Settings.model_fields]


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    shown = tmp_path / ".env"
    shown.write_text(
        "\n".join(f"{name}={value}" for name, value in VARIABLE.findall(EXAMPLE.read_text(encoding="utf-8"))),
        encoding="utf-8",
    )
    assert load(shown, bot_token=TOKEN) == load(None, bot_token=TOKEN)
