"""Engines and sessions: SQLite as the embedded default, PostgreSQL for offices that share one installation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from processor.errors import DatabaseError

#: Milliseconds that a writer waits for another one before it gives up.
_BUSY_TIMEOUT = 15_000

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")

_POSSIBLE = "möglich sind sqlite:///DATEI und postgresql+psycopg://USER@HOST/NAME"


def make_engine(url: str) -> Engine:
    """Makes the engine for a database URL.

    :raises DatabaseError: when the URL is none, or names a database that the program does not know.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        # The address is not repeated: it may hold a password, and nobody can say where.
        raise DatabaseError(f"[database] url ist keine Datenbank-Adresse; {_POSSIBLE}.") from error
    shown = parsed.render_as_string()
    if parsed.drivername not in _DRIVERS:
        raise DatabaseError(
            f"[database] url: „{shown}“ nennt keine Datenbank, mit der das Programm umgeht; {_POSSIBLE}."
        )
    try:
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseError(f"[database] url: „{shown}“ ist nicht brauchbar: {error}") from error
    except ImportError as error:
        raise DatabaseError(
            f"[database] url: Für „{shown}“ fehlt der Treiber ({error}). Bitte anmeldepost[postgresql] installieren."
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, real foreign keys, and transactions that begin when SQLAlchemy says so.

    The driver by itself begins none at SELECT: of two writers who read first, one update would be lost. BEGIN
    IMMEDIATE takes the write lock at once.
    """
    if engine.url.database and engine.url.database != ":memory:":
        with contextlib.suppress(OSError):
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """An engine with its sessions; one for the whole program, passed in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writers = sessionmaker(engine, expire_on_commit=False)
        self._readers = sessionmaker(engine.execution_options(read_only=True), expire_on_commit=False)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self._writers() as session, session.begin():
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look; takes no write lock. What is changed in it is thrown away."""
        with self._readers() as session:
            try:
                yield session
            finally:
                session.rollback()

    def dispose(self) -> None:
        """Closes all connections."""
        self.engine.dispose()
