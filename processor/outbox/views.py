"""What templates see: plain values in the words and dates of one language."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote_plus

from babel.dates import format_date

from processor.database import Registration, Status
from processor.event import ContactPerson, Event, ProgrammeItem, Speaker, ThemeTable
from processor.outbox.catalogs import direction_of, locale_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A human being who can be asked."""

    name: str
    phone: str
    email: str
    task: str
    #: For a ``tel:`` link: digits with an optional plus; "" without a phone.
    dial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """A line of the programme; ``time`` is „13:30“ or ""."""

    time: str
    title: str
    details: tuple[str, ...]
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """The event in one language; words of the configuration stay as they are."""

    title: str
    #: With its weekday: „Freitag, 15. November 2024“.
    date: str
    deadline: str
    #: „13:00“ or "".
    doors: str
    start: str
    end: str
    place: str
    address: str
    map_url: str
    directions: tuple[str, ...]
    hosts: tuple[str, ...]
    moderation: str
    contacts: tuple[ContactView, ...]
    programme: tuple[ItemView, ...]
    theme_tables: tuple[ThemeTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody who comes."""

    name: str
    #: "" where it is that of the registration.
    organisation: str
    #: Codes; the templates have the words.
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A theme table that was asked for; ``title`` is "" where the event has none of this number."""

    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationView:
    """A registration exactly as it is entered."""

    reference: str
    #: confirmed, late, waitlisted, review, cancelled.
    status: str
    late: bool
    #: Who registered; "" where this is one of ``people``.
    contact: str
    phone: str
    organisation: str
    people: tuple[PersonView, ...]
    #: Seats for people whose names nobody gave.
    unnamed: int
    headcount: int
    #: Of these, promised; and those that wait for a decision, or for a seat.
    seats: int
    late_seats: int
    waiting_seats: int
    tables: tuple[TableView, ...]
    needs: tuple[str, ...]
    open_question: bool
    #: Where the group sits, where that is not simply the table it asked for; None for nowhere.
    table: TableView | None = None
    #: Whether every table that was asked for is full.
    table_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A field that a change altered; both sides as in the facts, "" for nothing."""

    field: str
    before: str
    after: str
    #: For needs: the codes, which the templates have words for.
    before_codes: tuple[str, ...] = ()
    after_codes: tuple[str, ...] = ()


def event_view(event: Event, language: str) -> EventView:
    """The event in the dates of a language."""
    locale = locale_of(language)
    return EventView(
        title=event.title,
        date=_day(event.date, locale),
        deadline=_day(event.deadline, locale),
        doors=_time(event.doors),
        start=_time(event.start),
        end=_time(event.end),
        place=event.place,
        address=event.address,
        map_url=_map(event),
        directions=tuple(line.strip() for line in event.directions.splitlines() if line.strip()),
        hosts=event.hosts,
        moderation=event.moderation,
        contacts=tuple(_contact(contact) for contact in event.contacts),
        programme=tuple(_item(item) for item in event.programme),
        theme_tables=event.theme_tables,
    )


def _day(day: dt.date, locale: str) -> str:
    return format_date(day, "full", locale=locale)


def _time(time: dt.time | None) -> str:
    """As it stands on the door: 24 hours in every language."""
    return time.strftime("%H:%M") if time else ""


def _map(event: Event) -> str:
    where = event.address or event.place
    return f"https://www.openstreetmap.org/search?query={quote_plus(where)}" if where else ""


def _contact(contact: ContactPerson) -> ContactView:
    dial = re.sub(r"(?!^\+)\D", "", contact.phone.strip())
    return ContactView(name=contact.name, phone=contact.phone, email=contact.email, task=contact.task, dial=dial)


def _item(item: ProgrammeItem) -> ItemView:
    return ItemView(time=_time(item.time), title=item.title, details=item.details, speakers=item.speakers)


def registration_view(registration: Registration, event: Event) -> RegistrationView:
    """A registration as it is entered now."""
    titles = {table.number: table.title for table in event.theme_tables}
    people = tuple(
        PersonView(
            name=line(row.name),
            organisation=line(row.organisation) if row.organisation != registration.organisation else "",
            needs=tuple(row.needs),
        )
        for row in registration.attendees
    )
    contact = line(registration.contact_name)
    assigned = registration.table_assigned
    # Where no table can be full, everybody sits where they wished to.
    told = assigned not in registration.theme_tables or any(table.seats is not None for table in event.theme_tables)
    confirmed = registration.status is Status.CONFIRMED
    promised = registration.headcount - registration.late_seats - registration.waiting_seats
    return RegistrationView(
        reference=registration.reference,
        status=registration.status.value,
        late=registration.late,
        contact="" if any(same(person.name, contact) for person in people) else contact,
        phone=line(registration.contact_phone),
        organisation=line(registration.organisation),
        people=people,
        unnamed=max(registration.headcount - len(people), 0),
        headcount=registration.headcount,
        seats=max(promised, 0) if confirmed else 0,
        late_seats=registration.late_seats,
        waiting_seats=registration.waiting_seats,
        tables=tuple(TableView(number=number, title=titles.get(number, "")) for number in registration.theme_tables),
        needs=tuple(registration.needs),
        open_question=registration.open_question,
        table=TableView(number=assigned, title=titles.get(assigned, "")) if assigned and told and confirmed else None,
        table_missing=confirmed and bool(registration.theme_tables) and assigned is None,
    )


def same(one: str, other: str) -> bool:
    """Whether two names are written alike, case apart."""
    return one.casefold() == other.casefold()


def line(text: str) -> str:
    """One line of visible characters: what strangers wrote can neither break a line nor turn its direction."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if letter.isspace() else letter for letter in text if not _hidden(letter))
    return " ".join("".join(kept).split())


def _hidden(letter: str) -> bool:
    """Control and direction characters; joiners stay, as some scripts need them."""
    return not letter.isspace() and unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter not in "\u200c\u200d"


__all__ = [
    "ChangeView",
    "ContactView",
    "EventView",
    "ItemView",
    "PersonView",
    "RegistrationView",
    "TableView",
    "direction_of",
    "event_view",
    "line",
    "registration_view",
]
