"""Looking into the book: the list, the sums, one registration with all that happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from processor.database import HistoryEntry, Mail, MailState, OutgoingMail, Registration, RegistrationMail, Status
from processor.registrations.errors import UnknownError


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Seats and registrations by where they stand."""

    #: Seats that are promised.
    confirmed: int = 0
    #: Seats asked for after the deadline that nobody has decided about.
    late: int = 0
    waitlisted: int = 0
    #: Seats of registrations that a person has to decide about first.
    review: int = 0
    #: Seats of registrations that were withdrawn; a decline from the start has none.
    cancelled: int = 0
    #: Registrations by status, declines among the cancelled.
    registrations: tuple[tuple[Status, int], ...] = ()
    #: Declines by people who were never registered.
    declined: int = 0
    #: Mails that wait for a person.
    waiting_mails: int = 0
    #: Registrations whose contact cannot be reached by mail.
    unreachable: int = 0
    #: Promised seats at each theme table.
    tables: tuple[tuple[int, int], ...] = ()


def overview(session: Session) -> Overview:
    """Counts the seats."""
    rows = session.execute(
        select(
            Registration.status,
            func.count(),
            func.coalesce(func.sum(Registration.headcount), 0),
            func.coalesce(func.sum(Registration.late_seats), 0),
            func.coalesce(func.sum(Registration.waiting_seats), 0),
        )
        .where(Registration.dismissed.is_(False))
        .group_by(Registration.status)
    ).all()
    seats = dict.fromkeys(Status, 0)
    counts = dict.fromkeys(Status, 0)
    for status, count, headcount, late_seats, waiting_seats in rows:
        counts[status] += count
        if status is Status.CONFIRMED:
            seats[Status.CONFIRMED] += headcount - late_seats - waiting_seats
            seats[Status.LATE] += late_seats
            seats[Status.WAITLISTED] += waiting_seats
        else:
            seats[status] += headcount
    tables = session.execute(
        select(
            Registration.table_assigned,
            func.sum(Registration.headcount - Registration.late_seats - Registration.waiting_seats),
        )
        .where(
            Registration.status == Status.CONFIRMED,
            Registration.dismissed.is_(False),
            Registration.table_assigned.is_not(None),
        )
        .group_by(Registration.table_assigned)
        .order_by(Registration.table_assigned)
    ).all()
    return Overview(
        confirmed=seats[Status.CONFIRMED],
        late=seats[Status.LATE],
        waitlisted=seats[Status.WAITLISTED],
        review=seats[Status.REVIEW],
        cancelled=seats[Status.CANCELLED],
        registrations=tuple(counts.items()),
        declined=_count(session, Registration.status == Status.CANCELLED, Registration.headcount == 0),
        waiting_mails=session.scalar(select(func.count()).select_from(Mail).where(Mail.state == MailState.WAITING))
        or 0,
        unreachable=_count(session, Registration.unreachable_since.is_not(None)),
        tables=tuple((table, seats) for table, seats in tables if table is not None),
    )


def _count(session: Session, *conditions: Any) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(Registration).where(Registration.dismissed.is_(False), *conditions)
        )
        or 0
    )


_WITH_ALL = (
    selectinload(Registration.attendees),
    selectinload(Registration.mails).selectinload(RegistrationMail.mail),
)


def all_registrations(session: Session) -> Sequence[Registration]:
    """Every registration that is one, in order of arrival, with its people and mails."""
    return session.scalars(
        select(Registration)
        .where(Registration.dismissed.is_(False))
        .order_by(Registration.arrived_at, Registration.id)
        .options(*_WITH_ALL)
    ).all()


def one(session: Session, registration_id: int) -> Registration:
    """One registration with its people and mails, dismissed ones too.

    :raises UnknownError: when there is none.
    """
    registration = session.scalar(select(Registration).where(Registration.id == registration_id).options(*_WITH_ALL))
    if registration is None:
        raise UnknownError(f"Die Anmeldung Nr. {registration_id} gibt es nicht.")
    return registration


def by_reference(session: Session, reference: str) -> Registration:
    """The same by its reference, as somebody reads it out.

    :raises UnknownError: when there is none.
    """
    registration = session.scalar(
        select(Registration).where(Registration.reference == reference.strip().upper()).options(*_WITH_ALL)
    )
    if registration is None:
        raise UnknownError(f"Eine Anmeldung mit dem Kennzeichen „{reference}“ gibt es nicht.")
    return registration


def history(session: Session, registration_id: int) -> Sequence[HistoryEntry]:
    """All that happened to a registration, in order."""
    return session.scalars(
        select(HistoryEntry).where(HistoryEntry.registration_id == registration_id).order_by(HistoryEntry.id)
    ).all()


def outgoing(session: Session, registration_id: int) -> Sequence[OutgoingMail]:
    """The mails that were written to a registration, in order."""
    return session.scalars(
        select(OutgoingMail).where(OutgoingMail.registration_id == registration_id).order_by(OutgoingMail.id)
    ).all()


def touched_by(session: Session, mail_id: int) -> Sequence[Registration]:
    """The registrations that a mail made, changed, or is about, in order."""
    return session.scalars(
        select(Registration)
        .join(RegistrationMail, RegistrationMail.registration_id == Registration.id)
        .where(RegistrationMail.mail_id == mail_id)
        .order_by(Registration.id)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMail:
    """A mail that a person has to decide about."""

    mail: Mail
    #: Why, in words.
    reasons: tuple[str, ...]
    #: What it touches, or what was put down from it.
    registrations: tuple[Registration, ...]


def waiting(session: Session) -> tuple[WaitingMail, ...]:
    """The mails that wait for a person, oldest first."""
    mails = session.scalars(
        select(Mail).where(Mail.state == MailState.WAITING).order_by(Mail.arrived_at, Mail.id)
    ).all()
    touched: dict[int, list[Registration]] = {}
    for pair in session.scalars(
        select(RegistrationMail)
        .join(Mail, Mail.id == RegistrationMail.mail_id)
        .where(Mail.state == MailState.WAITING)
        .options(selectinload(RegistrationMail.registration))
    ):
        touched.setdefault(pair.mail_id, []).append(pair.registration)
    return tuple(
        WaitingMail(mail=mail, reasons=tuple(mail.reasons), registrations=tuple(touched.get(mail.id, ())))
        for mail in mails
    )


def as_json(registration: Registration) -> dict[str, Any]:
    """A registration as ``list --json`` prints it; the shape is fixed."""
    return {
        "reference": registration.reference,
        "status": registration.status.value,
        "late": registration.late,
        "channel": registration.channel.value,
        "contact": {
            "name": registration.contact_name,
            "email": registration.contact_email,
            "phone": registration.contact_phone,
        },
        "organisation": registration.organisation,
        "headcount": registration.headcount,
        "attendees": [
            {"name": row.name, "organisation": row.organisation, "needs": list(row.needs)}
            for row in registration.attendees
        ],
        "theme_tables": list(registration.theme_tables),
        "needs": list(registration.needs),
        "language": registration.language,
        "created_at": registration.created_at.isoformat(),
        "updated_at": registration.updated_at.isoformat(),
        "mails": [
            pair.mail.message_id for pair in registration.mails if pair.applied or registration.status is Status.REVIEW
        ],
        "remarks": registration.remarks,
    }
