"""One process at a time works on the incoming mails of a database, one sends, and one copies what was sent.

The operating system frees the lock of a process that died.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sqlalchemy import text

from processor.database.engine import Database

#: Any numbers that no other program takes for an advisory lock in this database.
_ADVISORY_KEYS = {"work": 4715112025, "outbox": 4715112026, "copies": 4715112027}


@contextlib.contextmanager
def work_lock(database: Database, task: Literal["work", "outbox", "copies"] = "work") -> Iterator[bool]:
    """Takes the lock of a task for the block; gives False at once where another process has it."""
    key = _ADVISORY_KEYS[task]
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            taken = bool(connection.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar())
            try:
                yield taken
            finally:
                if taken:
                    connection.execute(text(f"SELECT pg_advisory_unlock({key})"))
        return
    name = database.engine.url.database
    if not name or name == ":memory:":
        yield True
        return
    file = os.open(Path(f"{name}.lock" if task == "work" else f"{name}.{task}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
