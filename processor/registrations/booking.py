"""What one mail does to the list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from processor.database import Mail, Registration, RegistrationMail
from processor.extraction import Decision, Extraction, Intent
from processor.message import Message
from processor.registrations import amending, finding, ledger, registering
from processor.registrations.authentication import Verdict, verdict
from processor.registrations.bounces import note_bounce
from processor.registrations.case import Case, wait
from processor.registrations.cleaning import clean, nonsense
from processor.registrations.ledger import Cause
from processor.registrations.values import Arrival, Outcome, Rules

# Statements of every mail are made once: making one costs more than running it.
_BOOKED = (
    select(RegistrationMail.registration_id)
    .where(RegistrationMail.mail_id == bindparam("mail_id"), RegistrationMail.applied.is_(True))
    .limit(1)
)
_TWIN = select(Mail.id).where(Mail.message_id == bindparam("message_id"), Mail.id < bindparam("mail_id")).limit(1)


def book(
    session: Session, message: Message, extraction: Extraction, arrival: Arrival, rules: Rules, now: datetime
) -> Outcome:
    """Enters what one mail asks for, or says why a person has to decide.

    Works within the caller's transaction and never commits. A mail that was booked before changes nothing. A bounce
    marks the registrations whose address it names.

    :param now: the present moment; lateness and the order of the waiting list depend on the arrival alone.
    """
    if extraction.decision is Decision.IGNORE:
        note_bounce(session, message, now, arrival.mail_id)
        return Outcome(waits=False)
    ledger.lock(session)
    booked = session.scalar(_BOOKED, {"mail_id": arrival.mail_id})
    if booked is not None:
        return Outcome(waits=False, registration_id=booked)
    return decide(session, message, extraction, arrival, rules, now)


def decide(
    session: Session,
    message: Message,
    extraction: Extraction,
    arrival: Arrival,
    rules: Rules,
    now: datetime,
    *,
    put_down: Registration | None = None,
) -> Outcome:
    """The same for a mail that is known not to be booked.

    :param put_down: what was put down for review when the mail was read before.
    """
    extraction = clean(extraction)
    case = Case(
        session=session,
        message=message,
        extraction=extraction,
        arrival=arrival,
        rules=rules,
        cause=Cause(kind="mail", now=now, mail_id=arrival.mail_id),
        found=finding.find(session, message, extraction, without=put_down),
        put_down=put_down,
    )
    doubts = _doubts(case)
    if doubts:
        return wait(case, doubts)
    match extraction.intent:
        case Intent.REGISTRATION:
            return registering.register(case)
        case Intent.CHANGE if _comes_after_all(case):
            return registering.register(case)
        case Intent.CHANGE:
            return amending.change(case)
        case Intent.CANCELLATION:
            return amending.cancel(case)
        case _:
            return wait(case, ("Die Mail ist weder Anmeldung noch Änderung noch Absage",))


def _comes_after_all(case: Case) -> bool:
    """Whether a change says how many come where nobody is registered any more: a withdrawal is taken back."""
    withdrawn = bool(case.found.registrations) and not case.found.active
    return withdrawn and case.extraction.headcount > 0 and not case.extraction.leaving


def _doubts(case: Case) -> tuple[str, ...]:
    """Why nothing may be entered without a person, whatever the mail asks for."""
    extraction, message = case.extraction, case.message
    reasons = list(extraction.reasons)
    if extraction.decision is Decision.REVIEW and not reasons:
        reasons.append("Die Mail war nicht sicher zu verstehen")
    reasons.extend(nonsense(extraction, case.rules))
    if verdict(message, case.rules.authserv_id) is Verdict.FAIL:
        reasons.append(finding.forged(message))
    if not extraction.contact.email:
        reasons.append("Die Mail nennt keine Adresse, an die geantwortet werden kann")
    elif extraction.contact.email == case.rules.event.registration_address:
        reasons.append("Die Antwort ginge an unsere eigene Adresse")
    if message.message_id and _has_twin(case):
        reasons.append("Eine andere Mail mit anderem Inhalt trägt dieselbe Kennung (Message-ID)")
    return tuple(dict.fromkeys(reasons))


def _has_twin(case: Case) -> bool:
    """Whether a mail that came before bears the same Message-ID; the first one is not suspected for the copy."""
    values = {"message_id": case.message.message_id[:1000], "mail_id": case.arrival.mail_id}
    return case.session.scalar(_TWIN, values) is not None
