"""The contents of a registration as one frozen value: compared, written, and kept in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from processor.database import AttendeeRow, Registration, Status
from processor.extraction import Attendee
from processor.registrations import names


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a registration says at one moment; the fields are those of the table."""

    status: Status
    late: bool = False
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    organisation: str = ""
    headcount: int = 0
    attendees: tuple[Attendee, ...] = ()
    theme_tables: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    language: str = "de"
    open_question: bool = False
    remarks: str = ""
    late_seats: int = 0
    waiting_seats: int = 0
    waiting_since: datetime | None = None
    table_assigned: int | None = None
    dismissed: bool = False
    arrived_at: datetime

    @property
    def seats(self) -> int:
        """The seats that are promised: none unless confirmed, and not those that wait or came late."""
        if self.status is not Status.CONFIRMED or self.dismissed:
            return 0
        return max(self.headcount - self.late_seats - self.waiting_seats, 0)

    @property
    def unnamed(self) -> int:
        """Seats for people whose names nobody gave."""
        return max(self.headcount - len(self.attendees), 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of those who come."""
        return tuple(attendee.name for attendee in self.attendees)


def state_of(registration: Registration) -> State:
    """What a registration says now."""
    return State(
        status=registration.status,
        late=registration.late,
        contact_name=registration.contact_name,
        contact_email=registration.contact_email,
        contact_phone=registration.contact_phone,
        organisation=registration.organisation,
        headcount=registration.headcount,
        attendees=tuple(
            Attendee(name=row.name, organisation=row.organisation, needs=tuple(row.needs))
            for row in registration.attendees
        ),
        theme_tables=tuple(registration.theme_tables),
        needs=tuple(registration.needs),
        language=registration.language,
        open_question=registration.open_question,
        remarks=registration.remarks,
        late_seats=registration.late_seats,
        waiting_seats=registration.waiting_seats,
        waiting_since=registration.waiting_since,
        table_assigned=registration.table_assigned,
        dismissed=registration.dismissed,
        arrived_at=registration.arrived_at,
    )


_LISTS = ("theme_tables", "needs")
_PLAIN = tuple(field.name for field in fields(State) if field.name not in ("attendees", *_LISTS))


def write(registration: Registration, state: State, now: datetime) -> None:
    """Makes a registration say what a state says; rows of people who stay are kept, as others may point there."""
    if registration.contact_email != state.contact_email:
        registration.unreachable_since = None
    for name in _PLAIN:
        setattr(registration, name, getattr(state, name))
    for name in _LISTS:
        setattr(registration, name, list(getattr(state, name)))
    registration.organisation_key = names.organisation_key(state.organisation)
    registration.updated_at = now
    _write_attendees(registration, state.attendees)


def _write_attendees(registration: Registration, attendees: tuple[Attendee, ...]) -> None:
    left = list(registration.attendees)
    rows: list[AttendeeRow] = []
    for position, attendee in enumerate(attendees):
        row = next((row for row in left if row.name == attendee.name), None)
        if row is None:
            row = AttendeeRow(name=attendee.name, name_key=names.name_key(attendee.name))
        else:
            left.remove(row)
        row.position = position
        row.organisation = attendee.organisation
        row.needs = list(attendee.needs)
        rows.append(row)
    registration.attendees = rows


def as_fields(state: State) -> dict[str, Any]:
    """A state as JSON knows it."""
    values = asdict(state)
    values["status"] = state.status.value
    values["attendees"] = [
        {"name": each.name, "organisation": each.organisation, "needs": list(each.needs)} for each in state.attendees
    ]
    for name in _LISTS:
        values[name] = list(values[name])
    for name in ("waiting_since", "arrived_at"):
        values[name] = values[name].isoformat() if values[name] is not None else None
    return values


def with_fields(state: State, values: Mapping[str, Any]) -> State:
    """A state with some fields as the history keeps them."""
    merged = as_fields(state) | {name: value for name, value in values.items() if name in _NAMES}
    merged["status"] = Status(merged["status"])
    merged["attendees"] = tuple(
        Attendee(name=each["name"], organisation=each["organisation"], needs=tuple(each["needs"]))
        for each in merged["attendees"]
    )
    for name in _LISTS:
        merged[name] = tuple(merged[name])
    for name in ("waiting_since", "arrived_at"):
        merged[name] = datetime.fromisoformat(merged[name]) if merged[name] is not None else None
    return State(**merged)


_NAMES = frozenset(field.name for field in fields(State))


def changed(before: State | None, after: State) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The fields that differ, as they were and as they are; all of them where there was nothing before."""
    new = as_fields(after)
    if before is None:
        return None, new
    old = as_fields(before)
    names = [name for name in new if new[name] != old[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}
