"""Taking back the last step: the history knows what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import HistoryEntry, Mail, MailState, Registration, Status
from processor.registrations import ledger, seating
from processor.registrations.answers import answer, kind_of
from processor.registrations.decisions import Decided, by_staff
from processor.registrations.errors import BookError, ConflictError
from processor.registrations.ledger import Cause
from processor.registrations.state import State, as_fields, state_of, with_fields
from processor.registrations.values import AnswerKind, DueAnswer, Rules

#: Entries that say that something was taken back, or told, and changed nothing that could be taken back.
_NO_STEPS = ("undone", "told_again", "asked_back", "unreachable", "namesake")


def last_step(session: Session, registration_id: int) -> str | None:
    """The step that :func:`undo` would take back; None where there is none."""
    return session.scalar(
        select(HistoryEntry.step)
        .where(
            HistoryEntry.registration_id == registration_id,
            HistoryEntry.undone_by == "",
            HistoryEntry.cause != "rule",
            HistoryEntry.action.not_in(_NO_STEPS),
        )
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    )


def undo(
    session: Session, registration_id: int, rules: Rules, now: datetime, *, actor: str, reason: str = ""
) -> Decided:
    """Takes back the last step on a registration, on all registrations that it touched.

    The mail that a person decided, or that the machine booked, waits again. Whoever moved up by the step keeps the
    seat: what was promised is not broken.

    :raises BookError: when there is nothing to take back.
    :raises ConflictError: when something that came later stands on it.
    """
    registration = ledger.load(session, registration_id)
    step = last_step(session, registration_id)
    if step is None:
        raise BookError(f"An der Anmeldung {registration.reference} gibt es nichts zurückzunehmen.")
    cause = by_staff(actor, now, reason=reason)
    due: list[DueAnswer] = []
    entries = _entries(session, step)
    for entry in entries:
        if entry.registration_id is not None:
            due.extend(_take_back(session, entry, entry.registration_id, cause))
        if entry.mail_id is not None:
            _wait_again(session, entry.mail_id)
        entry.undone_by = cause.step
    _part_again(session, entries)
    session.flush()
    return Decided(
        registration=registration,
        answers=tuple(due),
        step=cause.step,
        call_back=not registration.contact_email,
        hints=_overfull(session, rules),
    )


def undo_mail(session: Session, mail_id: int, now: datetime, *, actor: str, reason: str = "") -> Decided:
    """Takes back the dismissal of a mail that touched no registration: it waits again.

    :raises BookError: when no such decision stands.
    """
    ledger.lock(session)
    entry = session.scalar(
        select(HistoryEntry)
        .where(
            HistoryEntry.mail_id == mail_id,
            HistoryEntry.registration_id.is_(None),
            HistoryEntry.undone_by == "",
            HistoryEntry.action == "dismissed",
        )
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        raise BookError(f"Über die Mail Nr. {mail_id} gibt es keine Entscheidung, die zurückzunehmen wäre.")
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    _wait_again(session, mail_id)
    ledger.note(session, None, "undone", cause)
    entry.undone_by = cause.step
    session.flush()
    return Decided(registration=None, step=cause.step)


def _entries(session: Session, step: str) -> Sequence[HistoryEntry]:
    """What belongs to a step, last first; not what a rule did because of it."""
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.step == step, HistoryEntry.cause != "rule")
        .order_by(HistoryEntry.id.desc())
    ).all()


#: What the staff call the fields of a registration.
_WORDS = {
    "status": "Status",
    "contact_name": "Name",
    "contact_email": "Mailadresse",
    "contact_phone": "Telefon",
    "organisation": "Organisation",
    "headcount": "Zahl der Personen",
    "attendees": "Personen",
    "theme_tables": "gewünschte Thementische",
    "table_assigned": "Thementisch",
    "needs": "Bedarf",
    "remarks": "Bemerkung",
    "late_seats": "späte Plätze",
    "waiting_seats": "wartende Plätze",
    "waiting_since": "Warteliste",
    "open_question": "offene Frage",
}


def _named(fields: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(_WORDS.get(field, "Sonstiges") for field in fields))


def _take_back(session: Session, entry: HistoryEntry, registration_id: int, cause: Cause) -> tuple[DueAnswer, ...]:
    registration = ledger.load(session, registration_id)
    current = state_of(registration)
    if entry.after is None:
        return ()
    fields = as_fields(current)
    moved = [name for name in entry.after if name in fields and fields[name] != entry.after[name]]
    if moved:
        raise ConflictError(
            f"Die Anmeldung {registration.reference} wurde seither noch einmal geändert ({_named(moved)}). "
            "Es wurde nichts zurückgenommen; bitte die Angaben von Hand ändern."
        )
    restored = replace(current, dismissed=True) if entry.before is None else with_fields(current, entry.before)
    for pair in registration.mails:
        if pair.mail_id == entry.mail_id:
            pair.applied = False
    ledger.rewrite(session, registration, restored, "undone", cause)
    return _told(registration, current, restored)


def _part_again(session: Session, entries: Sequence[HistoryEntry]) -> None:
    """After a merger is taken back: each registration has its own mails, and what waited waits again."""
    kept = [each.registration_id for each in entries if each.action == "merged" and each.registration_id]
    for entry in entries:
        if entry.action != "merged_away" or entry.registration_id is None:
            continue
        other = ledger.load(session, entry.registration_id)
        own = {pair.mail_id for pair in other.mails}
        for number in kept:
            keep = ledger.load(session, number)
            keep.mails = [pair for pair in keep.mails if pair.mail_id not in own]
        if other.status is Status.REVIEW:
            for mail_id in own:
                _wait_again(session, mail_id)


def _told(registration: Registration, before: State, after: State) -> tuple[DueAnswer, ...]:
    if after.dismissed or after.status is Status.REVIEW:
        return ()
    kind = AnswerKind.CHANGE if before.status is after.status is Status.CONFIRMED else kind_of(after)
    remark = "Wir haben einen Schritt zurückgenommen; es gilt, was in dieser Mail steht."
    return answer(registration, after, None, kind=kind, before=before, remark=remark)


def _wait_again(session: Session, mail_id: int) -> None:
    mail = session.get(Mail, mail_id, populate_existing=True, with_for_update=True)
    if mail is not None:
        mail.state = MailState.WAITING


def _overfull(session: Session, rules: Rules) -> tuple[str, ...]:
    if rules.event.capacity is None:
        return ()
    over = seating.taken(session).seats - rules.event.capacity
    return (f"Damit sind {over} Plätze mehr vergeben, als es gibt.",) if over > 0 else ()
