"""Erasing: one address when its owner asks, and everything when its time is over.

Of an incoming mail its identity stays (Message-ID and digest): it may still lie on the server, and must not come back.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from processor.database import (
    AuditEntry,
    Correction,
    HistoryEntry,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    RegistrationMail,
)
from processor.event import Event
from processor.privacy.belongings import incoming_of, outgoing_of, registrations_of
from processor.settings import PrivacySettings

_NOTHING = zlib.compress(b"")
#: Needs that reveal nothing of health or faith (GDPR, article 9).
_ORDINARY_NEEDS = frozenset({"interpreter", "childcare", "parking"})


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased."""

    registrations: int = 0
    mails: int = 0
    answers: int = 0
    #: Registrations whose needs were erased while the rest is kept.
    needs: int = 0


def forget(session: Session, address: str) -> Erased:
    """Erases all of one address (GDPR, article 17): its registrations, mails from it, mails to it.

    What is queued for it is not sent any more. The caller commits.
    """
    registrations = registrations_of(session, address)
    mails = incoming_of(session, address, registrations)
    answers = outgoing_of(session, address, registrations)
    _erase_mails(session, [mail.id for mail in mails])
    for answer in answers:
        session.delete(answer)
    for registration in registrations:
        session.delete(registration)
    session.flush()
    return Erased(len(registrations), len(mails), len(answers))


def purge(session: Session, event: Event, settings: PrivacySettings, now: datetime) -> Erased:
    """Erases what is past its retention; the caller commits.

    Days are counted from the event's day in its zone, or, for what comes or changes after it, from that moment: a
    mail that arrives years later is not erased before anybody has seen it.

    After ``special_retention_days`` the needs that reveal health or faith go, with the mails and answers that name
    them; after ``retention_days`` all personal data goes.
    """
    erased = Erased()
    if now >= _end(event, settings.special_retention_days):
        erased = _purge_special(session, now - timedelta(days=settings.special_retention_days))
    if now >= _end(event, settings.retention_days):
        rest = _purge_all(session, now - timedelta(days=settings.retention_days))
        erased = Erased(rest.registrations, erased.mails + rest.mails, erased.answers + rest.answers, erased.needs)
    return erased


def _end(event: Event, days: int) -> datetime:
    return datetime.combine(event.date + timedelta(days=days + 1), time(), event.zone).astimezone(UTC)


def _purge_all(session: Session, untouched_since: datetime) -> Erased:
    mails = list(
        session.scalars(select(Mail.id).where(Mail.state != MailState.ERASED, Mail.fetched_at <= untouched_since))
    )
    _erase_mails(session, mails)
    answers = session.execute(
        delete(OutgoingMail).where(OutgoingMail.created_at <= untouched_since).returning(OutgoingMail.id)
    ).all()
    registrations = session.execute(
        delete(Registration).where(Registration.updated_at <= untouched_since).returning(Registration.id)
    ).all()
    session.execute(
        delete(HistoryEntry).where(HistoryEntry.registration_id.is_(None), HistoryEntry.at <= untouched_since)
    )
    session.execute(delete(AuditEntry).where(AuditEntry.at <= untouched_since))
    return Erased(len(registrations), len(mails), len(answers))


def _purge_special(session: Session, untouched_since: datetime) -> Erased:
    """Only rows that still hold something special are touched, so that a daily run soon finds nothing."""
    special: list[Registration] = [
        registration
        for registration in session.scalars(select(Registration).where(Registration.updated_at <= untouched_since))
        if _special(registration.needs) or any(_special(person.needs) for person in registration.attendees)
    ]
    ids = [registration.id for registration in special]
    named = session.scalars(
        select(Mail).where(
            Mail.state != MailState.ERASED, Mail.extraction.is_not(None), Mail.fetched_at <= untouched_since
        )
    )
    mails = {mail.id for mail in named if _special((mail.extraction or {}).get("needs", []))}
    mails |= set(session.scalars(select(RegistrationMail.mail_id).where(RegistrationMail.registration_id.in_(ids))))
    _erase_mails(session, sorted(mails))
    answers = session.execute(
        delete(OutgoingMail)
        .where(
            or_(OutgoingMail.registration_id.in_(ids), OutgoingMail.mail_id.in_(mails)),
            OutgoingMail.state.in_([OutgoingState.SENT, OutgoingState.FAILED]),
        )
        .returning(OutgoingMail.id)
    ).all()
    for registration in special:
        registration.needs = _ordinary(registration.needs)
        for person in registration.attendees:
            person.needs = _ordinary(person.needs)
    session.execute(update(HistoryEntry).where(HistoryEntry.registration_id.in_(ids)).values(before=None, after=None))
    session.flush()
    return Erased(mails=len(mails), answers=len(answers), needs=len(special))


def _special(needs: list[str]) -> bool:
    return any(need not in _ORDINARY_NEEDS for need in needs)


def _ordinary(needs: list[str]) -> list[str]:
    return [need for need in needs if need in _ORDINARY_NEEDS]


def _erase_mails(session: Session, mail_ids: list[int]) -> None:
    for start in range(0, len(mail_ids), 500):
        some = mail_ids[start : start + 500]
        session.execute(delete(Correction).where(Correction.mail_id.in_(some)))
        session.execute(
            update(Mail)
            .where(Mail.id.in_(some))
            .values(
                raw=_NOTHING,
                state=MailState.ERASED,
                error="",
                subject="",
                sender_name="",
                sender_email="",
                intent="",
                decision="",
                reasons=[],
                extraction=None,
            )
        )
