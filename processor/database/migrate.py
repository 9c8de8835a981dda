"""The schema is brought up to date at the start, and a database that is newer than the program is refused.

Alembic is imported only where something has to be done: most starts find the schema as it should be.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError as DriverError

from processor.database.engine import Database
from processor.errors import DatabaseError
from processor.resources import migrations_folder

_REVISION = re.compile(r'^revision(?:: str)? = "([^"]+)"', re.MULTILINE)


def known_revisions() -> tuple[str, ...]:
    """All revisions of this program, in the order of their file names; the last is the head."""
    files = sorted((migrations_folder() / "versions").glob("[0-9]*.py"))
    return tuple(match[1] for file in files if (match := _REVISION.search(file.read_text(encoding="utf-8"))))


def upgrade(database: Database) -> None:
    """Brings the schema to this program's state; does nothing where it is there already.

    :raises DatabaseError: when the database is newer than the program, holds tables of something else, or cannot be
        opened.
    """
    revisions = known_revisions()
    try:
        with database.engine.execution_options(read_only=True).connect() as connection:
            if _current(connection, revisions) == revisions[-1]:
                return
        with database.engine.begin() as connection:
            # Looked at again behind the lock: another process may have been faster.
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(4715112024)"))
            if _current(connection, revisions) != revisions[-1]:
                _run(connection)
    except DriverError as error:
        # Not only OperationalError: „file is not a database“ and missing rights have classes of their own.
        raise DatabaseError(
            f"Die Datenbank {database.engine.url.render_as_string()} lässt sich nicht öffnen: {error.orig}"
        ) from error


def _current(connection: Connection, revisions: tuple[str, ...]) -> str | None:
    """The revision of the database; None for an empty one."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables & {"mails", "registrations", "outgoing"}:
            raise DatabaseError(
                "Die Datenbank hat Tabellen, aber keine Angabe ihrer Version: Sie gehört wohl zu etwas anderem. "
                "Bitte in [database] url eine eigene Datenbank nennen."
            )
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in revisions:
        raise DatabaseError(
            f"Die Datenbank ist neuer als dieses Programm (ihr Stand ist {revision}, bekannt ist bis {revisions[-1]}): "
            "Bitte das Programm aktualisieren; an der Datenbank wurde nichts geändert."
        )
    return str(revision) if revision is not None else None


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
