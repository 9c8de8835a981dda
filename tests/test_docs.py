"""What the documentation says is there, and what is there is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from processor.cli.main import cli
from processor.settings import schema

ROOT = Path(__file__).resolve().parents[1]
IT = (ROOT / "docs" / "it.md").read_text(encoding="utf-8")
TABLES: list[type[BaseModel]] = [
    schema.Imap,
    schema.Smtp,
    schema.DatabaseTable,
    schema.EventTable,
    schema.ThemeTable,
    schema.ProgrammeItem,
    schema.Speaker,
    schema.ContactPerson,
    schema.Office,
    schema.Answers,
    schema.Reminders,
    schema.Staff,
    schema.Privacy,
]


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_documented_and_has_a_help(command: str) -> None:
    assert f"anmeldepost {command}" in IT
    assert cli.commands[command].help


def test_every_option_of_every_command_has_a_name_that_help_shows() -> None:
    context = click.Context(cli)
    for name, command in cli.commands.items():
        assert "--help" in command.get_help(context), name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_of_the_config_is_documented(table: type[BaseModel]) -> None:
    missing = [key for key in table.model_fields if f"`{key}`" not in IT and f"{key}]]`" not in IT]
    assert missing == []


def test_every_documented_command_exists() -> None:
    named = set(re.findall(r"\| `anmeldepost ([\w-]+)", IT))
    assert named == set(cli.commands)


def test_files_that_the_readme_names_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((docs/[^)]+)\)", readme) + re.findall(r"`(config/[\w.]+)`", readme):
        assert (ROOT / target).is_file(), target


def test_the_top_level_is_what_it_should_be() -> None:
    tracked = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in {"dist", "build", "var", "demo-output"}
    }
    assert tracked == {"processor", "templates", "config", "db", "tests", "benchmarks", "docs"}
