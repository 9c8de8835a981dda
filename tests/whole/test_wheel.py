"""The wheel works outside the checkout: templates, migrations and the sample config are inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(["uv", "build", "--wheel", "--quiet", "--out-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    subprocess.run(["uv", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel], check=True)
    return target


def run(installed: Path, *words: str | Path) -> str:
    """Calls the installed program from a folder that is not the checkout."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "processor", *map(str, words)],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_extract_uses_the_shipped_config_and_languages(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_text(
        "From: Nora Beispiel <nora@example.org>\nDate: Mon, 21 Oct 2024 10:00:00 +0200\n\n"
        "Guten Tag,\n\nhiermit melde ich mich an.\n\nNora Beispiel\n",
        encoding="utf-8",
    )
    found = json.loads(run(installed, "extract", tmp_path / "one.eml"))
    assert (found["intent"], found["headcount"]) == ("registration", 1)


def test_a_list_is_made_with_the_packed_migrations(installed: Path, tmp_path: Path) -> None:
    config = (installed / "processor" / "_data" / "config" / "workshop.toml").read_text(encoding="utf-8")
    config = config.replace("sqlite:///anmeldepost.sqlite3", f"sqlite:///{tmp_path}/list.sqlite3")
    path = tmp_path / "my.toml"
    path.write_text(config.replace('invitation_file = "einladung.txt"', ""), encoding="utf-8")
    assert json.loads(run(installed, "list", "--config", path, "--json")) == []
    said = run(installed, "add", "--config", path, "--name", "Nora Beispiel", "--email", "nora@example.org")
    assert "Die Antwort an nora@example.org steht zum Versand an." in said
