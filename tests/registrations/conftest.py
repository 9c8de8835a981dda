"""A book on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from processor.database import Base, Database, make_engine
from tests.registrations.builders import Office


def _with_tables(url: str) -> Database:
    database = Database(make_engine(url))
    Base.metadata.create_all(database.engine)
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of one's own with all tables."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'book.db'}"
    database = _with_tables(url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Made once: what an office does in it is rolled back."""
    database = _with_tables(f"sqlite:///{tmp_path_factory.mktemp('book') / 'book.db'}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shared_postgresql(postgres_server: Path) -> Iterator[Database]:
    """Made once: what an office does in it is rolled back."""
    with psycopg.connect(host=str(postgres_server), user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE book")
    database = _with_tables(f"postgresql+psycopg://postgres@/book?host={postgres_server}")
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office with an empty book, in one long transaction that is thrown away."""
    database: Database = request.getfixturevalue(f"shared_{request.param}")
    with database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection) as session:
            yield Office(session)
        transaction.rollback()
