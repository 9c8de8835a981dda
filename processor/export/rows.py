"""What stands in an exported list: the columns, and the rows of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from processor.database import Registration, Status

#: Where an export goes: a file's path, or something open for writing bytes.
Target = Path | str | IO[bytes]
#: What a cell can hold.
Cell = str | int | bool | datetime | None

#: Where the office is, for moments of an event that says nothing else.
OFFICE = ZoneInfo("Europe/Berlin")

STATUS = {
    Status.CONFIRMED: "bestätigt",
    Status.LATE: "verspätet",
    Status.WAITLISTED: "Warteliste",
    Status.REVIEW: "zu prüfen",
    Status.CANCELLED: "abgesagt",
}
CHANNEL = {"mail": "E-Mail", "phone": "Telefon", "staff": "Büro"}
NEEDS = {
    "vegetarian": "vegetarisch",
    "vegan": "vegan",
    "halal": "halal",
    "allergy": "Allergie",
    "wheelchair": "Rollstuhl",
    "interpreter": "Dolmetschen",
    "sign_language": "Gebärdensprache",
    "hearing": "Hörhilfe",
    "childcare": "Kinderbetreuung",
    "parking": "Parkplatz",
    "other": "Sonstiges",
}


def needs_in_words(needs: Iterable[Any]) -> str:
    """Needs as a kitchen or a caretaker reads them."""
    return ", ".join(NEEDS.get(str(need), str(need)) for need in needs)


def promised(registration: Registration) -> int:
    """Seats that are promised; late and waiting ones are not, and of what nobody has decided none is."""
    if registration.status is not Status.CONFIRMED:
        return 0
    return max(registration.headcount - registration.late_seats - registration.waiting_seats, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet with a row for each registration."""

    title: str
    #: Characters that it is wide.
    width: int
    value: Callable[[Registration], Cell]


REGISTRATION_COLUMNS = (
    Column("Nummer", 12, lambda r: r.reference),
    Column("Stand", 12, lambda r: STATUS[r.status]),
    Column("Nach Anmeldeschluss", 12, lambda r: r.late),
    Column("Name", 26, lambda r: r.contact_name),
    Column("Organisation", 30, lambda r: r.organisation),
    Column("Plätze", 8, lambda r: r.headcount),
    Column("davon zugesagt", 10, promised),
    Column("Personen", 40, lambda r: ", ".join(row.name for row in r.attendees)),
    Column("Thementische", 13, lambda r: ", ".join(str(number) for number in r.theme_tables)),
    Column("Bedarf", 24, lambda r: needs_in_words(r.needs)),
    Column("E-Mail", 30, lambda r: r.contact_email),
    Column("Telefon", 18, lambda r: r.contact_phone),
    Column("Sprache", 9, lambda r: r.language),
    Column("Eingang", 17, lambda r: r.arrived_at),
    Column("Geändert", 17, lambda r: r.updated_at),
    Column("Weg", 9, lambda r: CHANNEL[r.channel.value]),
    Column("Bemerkung", 40, lambda r: r.remarks),
)

PERSON_TITLES = ("Name", "Organisation", "Stand", "Thementische", "Bedarf", "Nummer", "Kontakt", "E-Mail")
PERSON_WIDTHS = (28, 30, 12, 13, 24, 12, 26, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One seat: a named person, or a companion whose name nobody gave."""

    name: str
    organisation: str
    needs: str
    registration: Registration
    #: How this seat stands: of a confirmed registration the late and waiting seats are its last ones.
    status: Status

    #: Whether somebody gave a name for it.
    is_named: bool = False

    @property
    def is_promised(self) -> bool:
        """Whether the office has said that there is a seat."""
        return self.status is Status.CONFIRMED

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The row of the sheet with one row for each person."""
        registration = self.registration
        return (
            self.name,
            self.organisation,
            STATUS[self.status],
            ", ".join(str(number) for number in registration.theme_tables),
            self.needs,
            registration.reference,
            registration.contact_name,
            registration.contact_email,
        )


def people(registrations: Iterable[Registration]) -> Iterator[Person]:
    """Everybody who comes, seat by seat; needs that the registration names for all stand with its first person."""
    for registration in registrations:
        named = list(registration.attendees)
        own = {need for row in named for need in row.needs}
        shared = [need for need in registration.needs if need not in own]
        for number, row in enumerate(named):
            needs = [*row.needs, *(shared if number == 0 else ())]
            yield Person(
                name=row.name,
                organisation=row.organisation or registration.organisation,
                needs=needs_in_words(needs),
                registration=registration,
                status=_status_of_seat(registration, number),
                is_named=True,
            )
        for number in range(len(named), registration.headcount):
            host = registration.contact_name or registration.organisation or registration.reference
            yield Person(
                name=f"Begleitung von {host}" if named or number else host,
                organisation=registration.organisation,
                needs=needs_in_words(shared) if not named and number == 0 else "",
                registration=registration,
                status=_status_of_seat(registration, number),
            )


def _status_of_seat(registration: Registration, number: int) -> Status:
    if registration.status is not Status.CONFIRMED or number < promised(registration):
        return registration.status
    return Status.LATE if number < promised(registration) + registration.late_seats else Status.WAITLISTED


def expected(registrations: Iterable[Registration]) -> Iterator[Person]:
    """Who is on the lists for the door: every promised seat, and everybody with a name in a confirmed registration."""
    coming = (each for each in registrations if is_coming(each))
    return (person for person in people(coming) if person.is_promised or person.is_named)


def is_coming(registration: Registration) -> bool:
    """Whether a registration belongs on the lists for the door: those with promised seats."""
    return registration.status is Status.CONFIRMED and not registration.dismissed


def local(value: Cell, zone: ZoneInfo) -> Cell:
    """A moment as a wall clock of the event shows it; anything else as it is."""
    return value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value
