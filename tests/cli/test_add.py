"""A call is entered by the command, and nobody twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from processor.cli.main import main


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "office.toml"
    file.write_text(
        f"""
[imap]
host = "127.0.0.1"
user = "office"
[smtp]
host = "127.0.0.1"
from_address = "office@stadt.example"
[database]
url = "sqlite:///{tmp_path / "book.db"}"
[event]
title = "Workshop"
date = 2024-11-14
start = "17:00"
deadline = 2024-11-08
""",
        encoding="utf-8",
    )
    return file


def add(config: Path, name: str, *more: str) -> int:
    return main(["add", "--config", str(config), "--name", name, "--now", "2024-10-21T10:00", *more])


def listed(config: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["list", "--config", str(config), "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_the_same_name_is_not_entered_again_and_one_sentence_says_where_it_stands(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(config, "Nora Beispiel", "--organisation", "Verein Nord") == 0
    (first,) = listed(config, capsys)
    assert add(config, "Nora Beispiel", "--phone", "0209 12345") == 1
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = [line for line in said.err.splitlines() if line.startswith("anmeldepost: ")]
    for part in (first["reference"], "Nora Beispiel", "Verein Nord", "am Telefon", "21.10.2024", "--other-person"):
        assert part in line
    assert listed(config, capsys) == [first]


def test_another_person_of_the_same_name_is_entered_when_it_is_said(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(config, "Nora Beispiel")
    (first,) = listed(config, capsys)
    assert add(config, "Nora Beispiel", "--other-person") == 0
    assert first["reference"] in capsys.readouterr().out
    assert [each["contact"]["name"] for each in listed(config, capsys)] == ["Nora Beispiel"] * 2


def test_a_further_person_of_a_call_who_is_on_the_list_is_asked_about_too(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(config, "Nora Beispiel")
    assert add(config, "Otto Muster", "--attendee", "Nora Beispiel") == 1
    assert len(listed(config, capsys)) == 1


def test_whoever_is_nobodys_namesake_is_entered_with_or_without_the_flag(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(config, "Nora Beispiel", "--other-person") == 0
    assert add(config, "Otto Muster") == 0
    assert len(listed(config, capsys)) == 2
