"""The event that people are invited to, as plain values; the configuration fills them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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
    time: dt.time | None
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
    date: dt.date
    #: Local times in ``timezone``.
    doors: dt.time | None = None
    start: dt.time | None = None
    end: dt.time | None = None
    place: str = ""
    address: str = ""
    #: The last day of registration; it ends at 24:00 local time.
    deadline: dt.date
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
    def deadline_end(self) -> dt.datetime:
        """The first moment that is too late, in UTC: the midnight after the last day."""
        midnight = dt.datetime.combine(self.deadline + dt.timedelta(days=1), dt.time(), self.zone)
        return midnight.astimezone(dt.UTC)

    def is_late(self, arrival: dt.datetime) -> bool:
        """Whether something that arrived at this (aware) moment came after the deadline."""
        return arrival >= self.deadline_end

    @property
    def begins_at(self) -> dt.datetime:
        """The start (or the doors, or midnight), aware, in the event's zone."""
        return dt.datetime.combine(self.date, self.start or self.doors or dt.time(), self.zone)
