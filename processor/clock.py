"""The one place where the time comes from: it is passed in, never read ad hoc."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the daemon's is the system's, a replay's is fixed."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A moment that stands still until it is moved: for ``once --now``, the demo and tests."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Sets the clock; also back, as nothing here forbids it."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self._moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Moves the clock on."""
        self._moment += by
