"""What several commands share: opening an installation, and moments in ISO form."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from processor.clock import Clock, FixedClock, SystemClock
from processor.database import Database, make_engine
from processor.database.migrate import upgrade
from processor.errors import UsageError
from processor.settings import Settings
from processor.settings.load import load


@contextlib.contextmanager
def installation(config: Path) -> Iterator[tuple[Database, Settings]]:
    """The settings of a config file and its database, brought up to date; closed at the end."""
    settings = load(config)
    database = Database(make_engine(settings.database_url))
    try:
        upgrade(database)
        yield database, settings
    finally:
        database.dispose()


def clock_at(now: str | None, settings: Settings) -> Clock:
    """The system's clock, or one that stands at a moment in ISO form; without an offset it is meant locally."""
    if now is None:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(now.strip())
    except ValueError as error:
        raise UsageError(f"--now: „{now}“ ist keine Uhrzeit in ISO-Form; gemeint ist etwa 2024-11-12T09:00.") from error
    return FixedClock(moment if moment.tzinfo else moment.replace(tzinfo=settings.event.zone))
