"""One mail in the middle of being booked, and the two ways it can end: done, or left to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import Channel, Mail, Registration, RegistrationMail, Status
from processor.extraction import Extraction, Intent
from processor.message import Message
from processor.registrations import changing, finding, ledger
from processor.registrations.answers import one_each, receipt, to_promoted
from processor.registrations.cleaning import beyond_sense
from processor.registrations.finding import Found
from processor.registrations.ledger import Cause
from processor.registrations.seating import Promotion
from processor.registrations.state import State, state_of
from processor.registrations.values import Arrival, DueAnswer, Outcome, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail, with all that is needed to book it."""

    session: Session
    message: Message
    extraction: Extraction
    arrival: Arrival
    rules: Rules
    cause: Cause
    found: Found
    #: What was put down for review when the mail was read before; filled in now instead of a new one.
    put_down: Registration | None = None


def asked_for(case: Case) -> State:
    """A registration as the mail asks for it, without a status."""
    extraction = case.extraction
    return State(
        status=Status.REVIEW,
        late=case.rules.event.is_late(case.arrival.arrived_at),
        contact_name=extraction.contact.name,
        contact_email=extraction.contact.email,
        contact_phone=extraction.contact.phone,
        organisation=extraction.organisation,
        headcount=extraction.headcount or len(extraction.attendees),
        attendees=extraction.attendees,
        theme_tables=extraction.theme_tables,
        needs=extraction.needs,
        language=extraction.language,
        open_question=extraction.has_question,
        arrived_at=case.arrival.arrived_at,
    )


def enter(case: Case, state: State, action: str) -> Registration:
    """Puts down a new registration, in the place of what an earlier reading of the mail had put down."""
    if case.put_down is None:
        return ledger.enter(case.session, state, Channel.MAIL, action, case.cause)
    ledger.rewrite(case.session, case.put_down, state, action, case.cause)
    return case.put_down


def namesakes(
    case: Case, people: Iterable[str], *, besides: Registration | None = None
) -> tuple[tuple[str, Registration], ...]:
    """People of the mail who may be on the list already; not where an earlier reading of it had put them down."""
    skipped = [each.id for each in (case.put_down, besides) if each is not None]
    extraction = case.extraction
    return finding.namesakes(
        case.session, people, organisation=extraction.organisation, phone=extraction.contact.phone, without=skipped
    )


def wait(case: Case, reasons: tuple[str, ...], about: Registration | None = None) -> Outcome:
    """Leaves the mail to a person: nothing is promised, and what was understood is put down where it is new."""
    registration = about or _about(case)
    if registration is None and case.extraction.intent is Intent.REGISTRATION and not beyond_sense(case.extraction):
        registration = enter(case, asked_for(case), "put_down")
    if registration is not None:
        ledger.link(registration, case.arrival.mail_id, applied=False)
    contact = case.extraction.contact
    return Outcome(
        waits=True,
        reasons=reasons,
        registration_id=registration.id if registration is not None else None,
        answers=receipt(
            case.session,
            case.rules,
            case.cause.now,
            name=contact.name,
            email=contact.email,
            language=case.extraction.language,
            mail_id=case.arrival.mail_id,
        ),
    )


def _about(case: Case) -> Registration | None:
    """The registration that a waiting mail is about, where there is only one that it can be."""
    candidates: Iterable[Registration] = case.found.active or case.found.registrations or case.found.hinted
    if case.extraction.intent is Intent.REGISTRATION:
        # Other people by the same address are put down beside those who stand.
        candidates = [each for each in case.found.active if not changing.compare(state_of(each), case.extraction).apart]
    candidates = list(candidates)
    return candidates[0] if len(candidates) == 1 else None


def done(
    case: Case,
    registration: Registration,
    answers: tuple[DueAnswer, ...],
    promotions: tuple[Promotion, ...] = (),
    *,
    applied: bool = True,
) -> Outcome:
    """The mail is booked: it belongs to the registration, and answers go out."""
    ledger.link(registration, case.arrival.mail_id, applied=applied)
    return Outcome(waits=False, registration_id=registration.id, answers=one_each((*answers, *to_promoted(promotions))))


def described(registration: Registration) -> str:
    """A registration in a few words for the staff."""
    people = ", ".join(row.name for row in registration.attendees[:3]) or registration.contact_name
    where = f", {registration.organisation}" if registration.organisation else ""
    how = {Channel.MAIL: "per Mail", Channel.PHONE: "am Telefon", Channel.STAFF: "im Büro"}[registration.channel]
    return f"{registration.reference} ({people}{where}; {how})"


def which_one(registrations: Iterable[Registration]) -> str:
    """Why a person has to say which registration is meant."""
    return "Gemeint sein können mehrere Anmeldungen: " + ", ".join(map(described, registrations))


def double(name: str, registration: Registration) -> str:
    """Why a person has to say whether two people of one name are two."""
    return f"„{name}“ steht schon auf der Liste: {described(registration)}. Dieselbe Person oder eine andere?"


def undecided(registration: Registration) -> str:
    """Why nothing may be done to a registration yet."""
    return f"Über {described(registration)} ist noch nicht entschieden"


def overtaken(case: Case, registration: Registration) -> str | None:
    """Why an older mail may not change what a newer one made; None where it is not older."""
    newest: datetime | None = case.session.scalar(
        select(func.max(Mail.arrived_at))
        .join(RegistrationMail, RegistrationMail.mail_id == Mail.id)
        .where(RegistrationMail.registration_id == registration.id, RegistrationMail.applied.is_(True))
    )
    if newest is None or newest <= case.arrival.arrived_at:
        return None
    return f"Die Mail ist älter als der letzte Stand von {described(registration)}"
