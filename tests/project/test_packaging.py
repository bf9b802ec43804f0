"""What installs and starts the bot fits together: the lock, the container, the ready newsroom, the check of a change."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.services.newsroom import load

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked() -> dict[str, str]:
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text("requirements.lock"), re.MULTILINE)
    }


def wanted() -> list[Requirement]:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    return [Requirement(line) for line in [*project["dependencies"], *project["optional-dependencies"]["postgres"]]]


@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: requirement.name)
def test_the_lock_holds_a_version_that_the_project_asks_for(requirement: Requirement) -> None:
    assert locked()[canonicalize_name(requirement.name)] in requirement.specifier


def test_every_locked_version_is_known_by_its_hashes() -> None:
    entries = re.split(r"^(?=\w)", text("requirements.lock"), flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_lock_names_no_index() -> None:
    assert not re.search(r"://|--index|--find-links|--trusted", text("requirements.lock"))


def test_the_ready_newsroom_is_without_mistakes() -> None:
    newsroom = load(ROOT / "newsroom.toml")
    assert {source.language for source in newsroom.sources} == {"ru", "az", "en"}
    assert all(set(rubric.titles) == {"ru", "az", "en"} for rubric in newsroom.rubrics)


def test_the_check_of_a_change_can_be_run_and_ends_with_the_readmes_test_command() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    last = text(".ci/run").splitlines()[-1]
    assert last == "python -m pytest -n auto"
    assert last in text("README.md")


def test_the_container_installs_from_the_lock() -> None:
    assert "--require-hashes -r requirements.lock" in text("Dockerfile")
