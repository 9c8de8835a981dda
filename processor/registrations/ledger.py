"""Writing into the book: one writer at a time, and nothing without an entry in the history."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from processor.database import Channel, HistoryEntry, Registration, RegistrationMail
from processor.registrations import references
from processor.registrations.errors import ConflictError, UnknownError
from processor.registrations.state import State, changed, state_of, write

#: Names the book among PostgreSQL's advisory locks; any fixed number will do.
_LOCK = 470_815


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something is written: goes into the history with it."""

    #: mail, staff, or rule.
    kind: str
    now: datetime
    #: Account of the member of staff, or name of the rule; "" for a mail.
    actor: str = ""
    mail_id: int | None = None
    #: In words, where a person gave a reason.
    reason: str = ""
    #: Joins the entries of one action.
    step: str = field(default_factory=lambda: secrets.token_hex(8))


def lock(session: Session) -> None:
    """Waits until nobody else writes into the book; held until the transaction ends.

    Whoever comes, and on which seat, depends on all other rows, also on those that another writer is about to add:
    locks on single rows cannot keep two mails of one person apart. SQLite's transactions are exclusive already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def load(session: Session, registration_id: int, *, expected_version: int | None = None) -> Registration:
    """One registration, fresh and locked for writing.

    :param expected_version: the version that the caller has looked at; None where it has looked at none.
    :raises UnknownError: when there is none.
    :raises ConflictError: when somebody changed it since.
    """
    lock(session)
    registration = session.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if registration is None:
        raise UnknownError(f"Die Anmeldung Nr. {registration_id} gibt es nicht.")
    if expected_version is not None and registration.version != expected_version:
        raise ConflictError(
            f"Die Anmeldung {registration.reference} wurde inzwischen geändert. "
            "Es wurde nichts überschrieben; bitte den neuen Stand ansehen und noch einmal entscheiden."
        )
    return registration


def enter(session: Session, state: State, channel: Channel, action: str, cause: Cause) -> Registration:
    """Puts down a new registration with its first entry in the history."""
    registration = Registration(
        reference=references.new(session),
        channel=channel,
        created_at=cause.now,
        updated_at=cause.now,
        status=state.status,
        arrived_at=state.arrived_at,
        # Known to be empty: they need not be looked up.
        attendees=[],
        mails=[],
    )
    write(registration, state, cause.now)
    session.add(registration)
    session.flush()
    note(session, registration, action, cause, None, state)
    return registration


def rewrite(session: Session, registration: Registration, state: State, action: str, cause: Cause) -> State:
    """Changes a registration, with its entry in the history; gives what it said before."""
    before = state_of(registration)
    if before != state:
        write(registration, state, cause.now)
        session.flush()
    note(session, registration, action, cause, before, state)
    return before


def note(
    session: Session,
    registration: Registration | None,
    action: str,
    cause: Cause,
    before: State | None = None,
    after: State | None = None,
) -> None:
    """Adds an entry to the history."""
    old, new = changed(before, after) if after is not None else (None, None)
    session.add(
        HistoryEntry(
            registration_id=registration.id if registration is not None else None,
            at=cause.now,
            cause=cause.kind,
            actor=cause.actor,
            mail_id=cause.mail_id,
            action=action,
            reason=cause.reason,
            step=cause.step,
            before=old,
            after=new,
        )
    )


def touched_by_staff(session: Session, registration: Registration) -> bool:
    """Whether a person has decided something about it that still stands."""
    entry = (
        select(HistoryEntry.id)
        .where(
            HistoryEntry.registration_id == registration.id,
            HistoryEntry.cause == "staff",
            HistoryEntry.undone_by == "",
            HistoryEntry.action.not_in(("undone", "namesake")),
        )
        .limit(1)
    )
    return session.scalar(entry) is not None


def link(registration: Registration, mail_id: int, *, applied: bool) -> None:
    """Joins an incoming mail to a registration; a mail once applied stays so."""
    for pair in registration.mails:
        if pair.mail_id == mail_id:
            pair.applied = pair.applied or applied
            return
    registration.mails.append(RegistrationMail(mail_id=mail_id, applied=applied))
