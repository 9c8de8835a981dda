"""Booking mails again after the reading has improved, without doubling anything or overruling a person."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import Mail, MailState, RegistrationMail
from processor.extraction import Decision, Extraction, Intent
from processor.message import Message
from processor.registrations import ledger
from processor.registrations.booking import decide
from processor.registrations.decisions import put_down_from
from processor.registrations.errors import UnknownError
from processor.registrations.values import Arrival, Outcome, Rules


class Effect(enum.StrEnum):
    """What booking a mail again does, or would do."""

    #: Nothing changes.
    SAME = "same"
    #: It waited, failed, or was passed over; now it is entered and answered.
    ENTERED = "entered"
    #: It still waits, or waits now, for reasons that are new.
    WAITS = "waits"
    #: It was entered, and is read differently now: the list stays, and a person has to compare.
    DIFFERS = "differs"
    #: A person has decided; it stays as it is.
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What became of one mail, or would."""

    mail_id: int
    effect: Effect
    #: What differs, or why a person has to look, in words.
    reasons: tuple[str, ...] = ()
    #: What the book did; None where it was left alone.
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A mail that was read again."""

    mail_id: int
    message: Message
    extraction: Extraction
    #: What is kept of the new reading: what ``extract --json`` prints for it.
    kept: dict[str, Any] | None = None


def dry_run(session: Session, mails: Iterable[Reread], rules: Rules, now: datetime) -> tuple[Rereading, ...]:
    """Says what :func:`again` would do with each mail, one after the other, and takes it all back."""
    savepoint = session.begin_nested()
    try:
        return tuple(again(session, each, rules, now) for each in mails)
    finally:
        savepoint.rollback()
        session.expire_all()


def again(session: Session, mail: Reread, rules: Rules, now: datetime) -> Rereading:
    """Books one mail again, and sets its state; the caller queues the answers in ``outcome``.

    What a person decided stays. What was entered stays too: where it would be read differently now, the mail waits,
    and somebody compares.
    """
    # The mail before the book, as the daemon does: two that wait for each other would both be stopped.
    row = session.scalar(
        select(Mail).where(Mail.id == mail.mail_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise UnknownError(f"Die Mail Nr. {mail.mail_id} gibt es nicht.")
    ledger.lock(session)
    put_down = put_down_from(session, row.id)
    if row.state is MailState.DECIDED or (put_down is not None and ledger.touched_by_staff(session, put_down)):
        return Rereading(mail_id=row.id, effect=Effect.DECIDED)
    if _was_booked(session, row):
        return _compared(row, mail.extraction, now)
    if mail.extraction.decision is Decision.IGNORE:
        return _left_alone(row)
    if put_down is not None and any(pair.mail_id != row.id for pair in put_down.mails):
        # Another mail hangs on it: it is no longer this one's alone to fill in.
        put_down = None
    arrival = Arrival(mail_id=row.id, arrived_at=row.arrived_at)
    outcome = decide(session, mail.message, mail.extraction, arrival, rules, now, put_down=put_down)
    before = tuple(row.reasons)
    waited = row.state is MailState.WAITING
    row.intent = mail.extraction.intent.value
    row.decision = Decision.REVIEW.value if outcome.waits else mail.extraction.decision.value
    row.reasons = list(outcome.reasons)
    row.state = MailState.WAITING if outcome.waits else MailState.DONE
    row.extraction = mail.kept
    row.error = ""
    row.processed_at = now
    session.flush()
    if not outcome.waits:
        return Rereading(mail_id=row.id, effect=Effect.ENTERED, outcome=outcome)
    same = waited and set(before) == set(outcome.reasons)
    return Rereading(
        mail_id=row.id, effect=Effect.SAME if same else Effect.WAITS, reasons=outcome.reasons, outcome=outcome
    )


def _left_alone(row: Mail) -> Rereading:
    """It would be passed over now: what waits goes on waiting, as nobody but a person takes a mail off the queue."""
    if row.state is MailState.WAITING:
        return Rereading(
            mail_id=row.id, effect=Effect.WAITS, reasons=("Die Mail würde jetzt für keine Zuschrift gehalten",)
        )
    row.state = MailState.DONE
    row.decision = Decision.IGNORE.value
    return Rereading(mail_id=row.id, effect=Effect.SAME)


def _was_booked(session: Session, row: Mail) -> bool:
    """Whether the mail was booked before; also one that changed nothing, and was answered."""
    linked = select(RegistrationMail.id).where(RegistrationMail.mail_id == row.id).limit(1)
    if row.state is not MailState.DONE:
        linked = linked.where(RegistrationMail.applied.is_(True))
    return session.scalar(linked) is not None


def _compared(row: Mail, extraction: Extraction, now: datetime) -> Rereading:
    differences = read_differently(row.extraction or {}, extraction)
    if not differences:
        return Rereading(mail_id=row.id, effect=Effect.SAME)
    row.state = MailState.WAITING
    row.reasons = [*differences]
    row.processed_at = now
    return Rereading(mail_id=row.id, effect=Effect.DIFFERS, reasons=differences)


#: Fields of the reading, and what the staff call them.
_WORDS = {
    "intent": "Anliegen",
    "headcount": "Personen",
    "headcount_change": "Änderung der Zahl",
    "attendees": "Namen",
    "organisation": "Organisation",
    "theme_tables": "Thementische",
    "needs": "Bedarf",
    "email": "Adresse",
}


def read_differently(before: Mapping[str, Any], extraction: Extraction) -> tuple[str, ...]:
    """What a new reading says otherwise than the stored one, in words.

    :param before: what ``extract --json`` printed for the mail; empty where nothing was stored.
    """
    if not before:
        return ()
    old = {
        "intent": before.get("intent", Intent.OTHER.value),
        "headcount": before.get("headcount", 0),
        "headcount_change": before.get("headcount_change", 0),
        "attendees": [each.get("name", "") for each in before.get("attendees", [])],
        "organisation": before.get("organisation", ""),
        "theme_tables": list(before.get("theme_tables", [])),
        "needs": sorted(before.get("needs", [])),
        "email": (before.get("contact") or {}).get("email", ""),
    }
    new = {
        "intent": extraction.intent.value,
        "headcount": extraction.headcount,
        "headcount_change": extraction.headcount_change,
        "attendees": [each.name for each in extraction.attendees],
        "organisation": extraction.organisation,
        "theme_tables": list(extraction.theme_tables),
        "needs": sorted(extraction.needs),
        "email": extraction.contact.email,
    }
    differences = [
        f"{word} bisher „{_plain(old[field])}“, jetzt gelesen „{_plain(new[field])}“"
        for field, word in _WORDS.items()
        if old[field] != new[field]
    ]
    if extraction.decision is Decision.REVIEW:
        differences.extend(f"Jetzt gilt als unsicher: {reason}" for reason in extraction.reasons)
    return tuple(differences)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
