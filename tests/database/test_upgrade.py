"""The schema is brought up at the start, and a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from processor.database import Base, Database, make_engine
from processor.database.migrate import known_revisions, upgrade
from processor.errors import DatabaseError


def open_database(url: str) -> Database:
    return Database(make_engine(url))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/list.sqlite3"
    address: str = request.getfixturevalue("postgres_url")
    return address


def test_an_empty_database_gets_all_tables_that_the_program_works_with(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    database.dispose()
    assert differences == []


def test_a_second_start_changes_nothing(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    upgrade(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == known_revisions()[-1]
    database.dispose()


def test_a_database_newer_than_the_program_is_refused_with_a_sentence(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"neuer als dieses Programm .* 9999"):
        upgrade(database)
    database.dispose()


def test_somebody_elses_database_is_not_touched(url: str) -> None:
    database = open_database(url)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE mails (id INTEGER)"))
    with pytest.raises(DatabaseError, match="gehört wohl zu etwas anderem"):
        upgrade(database)
    database.dispose()


def test_a_file_that_is_no_database_is_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "list.sqlite3").write_bytes(b"no database " * 1000)
    database = open_database(f"sqlite:///{tmp_path}/list.sqlite3")
    with pytest.raises(DatabaseError, match=r"list\.sqlite3 lässt sich nicht öffnen"):
        upgrade(database)
    database.dispose()


@pytest.mark.parametrize("url", ["mysql://user:geheim@db.example/list", "nothing:geheim"])
def test_an_address_of_another_kind_of_database_says_what_is_possible_and_shows_no_password(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"\[database\] url.*sqlite:///DATEI") as raised:
        open_database(url)
    assert "geheim" not in str(raised.value)


def test_sqlite_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/list.sqlite3")
    upgrade(database)
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.dispose()
