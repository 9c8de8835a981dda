"""The event that people are invited to, as plain values; the configuration fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTable:
    """A table with a theme, wished for by number or in words."""

    number: int
    title: str
    #: Seats at this table; None where nobody counts.
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody named in the programme."""

    name: str
    role: str = ""
    #: Asked, and not yet promised („angefragt“): never shown without that mark.
    requested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeItem:
    """A line of the programme."""

    #: Local time in the event's zone; None for a line without one (moderation).
    time: time | None
    title: str
    details: tuple[str, ...] = ()
    speakers: tuple[Speaker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPerson:
    """A human being of the office who can be asked."""

    name: str
    phone: str = ""
    email: str = ""
    #: What this person is for, such as „Anmeldung per Telefon“.
    task: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """All that the configuration says of the event."""

    title: str
    date: date
    #: Local times in ``timezone``.
    doors: time | None = None
    start: time | None = None
    end: time | None = None
    place: str = ""
    address: str = ""
    #: The last day of registration; it ends at 24:00 local time.
    deadline: date
    timezone: str = "Europe/Berlin"
    #: Seats in all; None where there is no limit.
    capacity: int | None = None
    hosts: tuple[str, ...] = ()
    #: The first is the one whom answers name.
    contacts: tuple[ContactPerson, ...] = ()
    moderation: str = ""
    programme: tuple[ProgrammeItem, ...] = ()
    directions: str = ""
    theme_tables: tuple[ThemeTable, ...] = ()
    #: The address to which people write, as the invitation names it; lower case.
    registration_address: str = ""
    #: The wording of the invitation letter, to recognise it where it is quoted; may be empty.
    invitation: str = ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which all local times of the event are meant."""
        return ZoneInfo(self.timezone)

    @cached_property
    def deadline_end(self) -> datetime:
        """The first moment that is too late, in UTC: the midnight after the last day."""
        midnight = datetime.combine(self.deadline + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC)

    def is_late(self, arrival: datetime) -> bool:
        """Whether something that arrived at this (aware) moment came after the deadline."""
        return arrival >= self.deadline_end

    @property
    def begins_at(self) -> datetime:
        """The start (or the doors, or midnight), aware, in the event's zone."""
        return datetime.combine(self.date, self.start or self.doors or time(), self.zone)
