"""The whole list in memory, brought up to date at each request: searching and adding up take a few milliseconds.

A search must find ğ by g and é by e on every database; what is folded for that is kept here, and only rows whose
version has risen are read again.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import AttendeeRow, Registration, Status
from processor.registrations.names import folded

#: Rows read with one statement; SQLite and PostgreSQL both bound the number of parameters.
_CHUNK = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list."""

    id: int
    reference: str
    #: What the line is called: the contact, else the first who comes, else the organisation.
    title: str
    status: Status
    late: bool
    channel: str
    contact_name: str
    contact_email: str
    contact_phone: str
    organisation: str
    headcount: int
    late_seats: int
    waiting_seats: int
    names: tuple[str, ...]
    organisations: tuple[str, ...]
    theme_tables: tuple[int, ...]
    needs: frozenset[str]
    language: str
    open_question: bool
    unreachable: bool
    remarks: str
    arrived_at: datetime
    updated_at: datetime
    #: By family name, as a telephone book would.
    sort_name: str = field(repr=False)
    folded: str = field(repr=False)

    @property
    def seats(self) -> int:
        """Seats that are promised."""
        return max(self.headcount - self.late_seats - self.waiting_seats, 0) if self.status is Status.CONFIRMED else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Seats by status; what is always in view above the list."""

    confirmed: int = 0
    late: int = 0
    waitlisted: int = 0
    review: int = 0
    cancelled: int = 0
    #: Lines of the list, whatever their status.
    registrations: int = 0
    #: Of these, those that nobody has decided on; what they ask for is in ``review`` and in no other sum.
    undecided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list is narrowed to; "" everywhere shows all."""

    text: str = ""
    status: str = ""
    late: str = ""
    need: str = ""
    table: str = ""
    organisation: str = ""
    language: str = ""
    special: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return any(getattr(self, name) for name in type(self).__dataclass_fields__)


class BookIndex:
    """Keeps the folded list; several requests may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[int, tuple[int, Entry | None]] = {}
        self._listed: tuple[Entry, ...] = ()
        #: Number of registrations, sum of their ids and of their versions, which only rise: the same while nothing has
        #: changed.
        self._sign: tuple[object, ...] = ()

    @property
    def sign(self) -> tuple[object, ...]:
        """Changes whenever the list has changed; as of the last look."""
        return self._sign

    def entries(self, session: Session) -> tuple[Entry, ...]:
        """All registrations that are in the list, as they are now, in the order of their arrival."""
        sign = tuple(
            session.execute(select(func.count(), func.sum(Registration.id), func.sum(Registration.version))).one()
        )
        with self._lock:
            if sign != self._sign:
                self._refresh(session)
                self._sign = sign
            return self._listed

    def _refresh(self, session: Session) -> None:
        current = dict(list(session.execute(select(Registration.id, Registration.version))))
        for gone in self._entries.keys() - current.keys():
            del self._entries[gone]
        stale = [
            number
            for number, version in current.items()
            if (known := self._entries.get(number)) is None or known[0] != version
        ]
        for start in range(0, len(stale), _CHUNK):
            self._read(session, stale[start : start + _CHUNK])
        found = (entry for _, entry in self._entries.values() if entry is not None)
        self._listed = tuple(sorted(found, key=lambda entry: (entry.arrived_at, entry.id)))

    def _read(self, session: Session, numbers: list[int]) -> None:
        people: dict[int, list[tuple[str, str, list[str]]]] = {}
        rows = session.execute(
            select(AttendeeRow.registration_id, AttendeeRow.name, AttendeeRow.organisation, AttendeeRow.needs)
            .where(AttendeeRow.registration_id.in_(numbers))
            .order_by(AttendeeRow.registration_id, AttendeeRow.position)
        )
        for number, name, organisation, needs in rows:
            people.setdefault(number, []).append((name, organisation, needs))
        columns = list(Registration.__table__.columns)
        for row in session.execute(select(*columns).where(Registration.id.in_(numbers))).mappings():
            attendees = people.get(row["id"], [])
            names = tuple(name for name, _, _ in attendees)
            organisations = tuple(
                dict.fromkeys(each for each in (row["organisation"], *(o for _, o, _ in attendees)) if each)
            )
            needs = frozenset(row["needs"]).union(*(needs for _, _, needs in attendees))
            searched = (
                row["reference"],
                row["contact_name"],
                row["contact_email"],
                row["contact_phone"],
                _national(row["contact_phone"]),
                row["remarks"],
            )
            title = row["contact_name"] or next(iter(names), "") or row["organisation"] or row["contact_email"]
            entry = Entry(
                id=row["id"],
                title=title,
                sort_name=folded(" ".join(reversed(title.rsplit(" ", 1)))),
                reference=row["reference"],
                status=Status(row["status"]),
                late=row["late"],
                channel=row["channel"].value,
                contact_name=row["contact_name"],
                contact_email=row["contact_email"],
                contact_phone=row["contact_phone"],
                organisation=row["organisation"],
                headcount=row["headcount"],
                late_seats=row["late_seats"],
                waiting_seats=row["waiting_seats"],
                names=names,
                organisations=organisations,
                theme_tables=tuple(row["theme_tables"]),
                needs=needs,
                language=row["language"],
                open_question=row["open_question"],
                unreachable=row["unreachable_since"] is not None,
                remarks=row["remarks"],
                arrived_at=row["arrived_at"],
                updated_at=row["updated_at"],
                folded=folded("\n".join((*searched, *names, *organisations))),
            )
            self._entries[row["id"]] = (row["version"], None if row["dismissed"] else entry)


def _national(phone: str) -> str:
    """A German number as people dial it at home: stored is E.164."""
    return "0" + phone[3:] if phone.startswith("+49") else ""


def _words(typed: str) -> list[str]:
    """What was typed as the words that must all occur; a telephone number is one word, however it is spaced."""
    compact = re.sub(r"[\s/()-]", "", typed)
    if re.fullmatch(r"\+?\d{5,}", compact):
        return [compact]
    return folded(typed).split()


def add_up(entries: Iterable[Entry]) -> Sums:
    """The seats by status; of a confirmed registration the late and waiting ones count where they wait."""
    sums = dict.fromkeys(("confirmed", "late", "waitlisted", "review", "cancelled"), 0)
    number = undecided = 0
    for entry in entries:
        number += 1
        undecided += entry.status is Status.REVIEW
        if entry.status is Status.CONFIRMED:
            sums["confirmed"] += entry.seats
            sums["late"] += entry.late_seats
            sums["waitlisted"] += entry.waiting_seats
        else:
            sums[entry.status.value] += entry.headcount
    return Sums(registrations=number, undecided=undecided, **sums)


def narrow(entries: Iterable[Entry], filters: Filters) -> list[Entry]:
    """The entries that match all filters; every word that was typed must occur somewhere."""
    wanted = _words(filters.text)
    organisation = folded(filters.organisation).strip()
    table = int(filters.table) if re.fullmatch(r"[0-9]{1,9}", filters.table) else None
    return [
        entry
        for entry in entries
        if all(word in entry.folded for word in wanted)
        and (not filters.status or entry.status.value == filters.status)
        and (not filters.late or entry.late == (filters.late == "ja"))
        and (not filters.need or filters.need in entry.needs)
        and (table is None or table in entry.theme_tables)
        and (not organisation or any(organisation in folded(each) for each in entry.organisations))
        and (not filters.language or entry.language == filters.language)
        and _special(entry, filters.special)
    ]


def _special(entry: Entry, kind: str) -> bool:
    if kind == "frage":
        return entry.open_question
    if kind == "unerreichbar":
        return entry.unreachable
    if kind == "ohne-namen":
        return entry.headcount > len(entry.names)
    return True


ORDERS = {
    "neu": ("Zuletzt eingegangen", lambda entry: (-entry.arrived_at.timestamp(), entry.id)),
    "alt": ("Zuerst eingegangen", lambda entry: (entry.arrived_at.timestamp(), entry.id)),
    "name": ("Name", lambda entry: (entry.sort_name, entry.id)),
    "organisation": ("Organisation", lambda entry: (not entry.organisation, folded(entry.organisation), entry.id)),
    "plaetze": ("Plätze", lambda entry: (-entry.headcount, entry.sort_name)),
}
