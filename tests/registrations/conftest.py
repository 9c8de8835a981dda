"""A book on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from processor.database import Base, Database, make_engine
from tests.registrations.builders import Office


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'book.db'}"
    database = Database(make_engine(url))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """An office in one long transaction that is thrown away."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection) as session:
            yield Office(session)
        transaction.rollback()
