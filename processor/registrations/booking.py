"""What one mail does to the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import Channel, Mail, Registration, RegistrationMail, Status
from processor.extraction import Decision, Extraction, Intent
from processor.message import Message
from processor.registrations import changing, finding, ledger, seating
from processor.registrations.answers import answer, kind_of, receipt, told_again_today
from processor.registrations.authentication import Verdict, verdict
from processor.registrations.cleaning import beyond_sense, clean, nonsense
from processor.registrations.finding import Found
from processor.registrations.ledger import Cause
from processor.registrations.seating import Promotion
from processor.registrations.state import State, state_of
from processor.registrations.values import AnswerKind, Arrival, DueAnswer, Outcome, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One mail in the middle of being booked."""

    session: Session
    message: Message
    extraction: Extraction
    arrival: Arrival
    rules: Rules
    cause: Cause
    found: Found


def book(
    session: Session, message: Message, extraction: Extraction, arrival: Arrival, rules: Rules, now: datetime
) -> Outcome:
    """Enters what one mail asks for, or says why a person has to decide.

    Works within the caller's transaction and never commits. A mail that was booked before changes nothing.

    :param now: the present moment; lateness and the order of the waiting list depend on the arrival alone.
    """
    if extraction.decision is Decision.IGNORE:
        return Outcome(waits=False)
    ledger.lock(session)
    booked = session.scalar(
        select(RegistrationMail.registration_id)
        .where(RegistrationMail.mail_id == arrival.mail_id, RegistrationMail.applied.is_(True))
        .limit(1)
    )
    if booked is not None:
        return Outcome(waits=False, registration_id=booked)
    extraction = clean(extraction)
    case = _Case(
        session=session,
        message=message,
        extraction=extraction,
        arrival=arrival,
        rules=rules,
        cause=Cause(kind="mail", now=now, mail_id=arrival.mail_id),
        found=finding.find(session, message, extraction),
    )
    doubts = _doubts(case)
    if doubts:
        return _wait(case, doubts)
    match extraction.intent:
        case Intent.REGISTRATION:
            return _register(case)
        case Intent.CHANGE:
            return _change(case)
        case Intent.CANCELLATION:
            return _cancel(case)
        case _:
            return _wait(case, ("Die Mail ist weder Anmeldung noch Änderung noch Absage",))


def _doubts(case: _Case) -> tuple[str, ...]:
    """Why nothing may be entered without a person, whatever the mail asks for."""
    extraction, message = case.extraction, case.message
    reasons = list(extraction.reasons)
    if extraction.decision is Decision.REVIEW and not reasons:
        reasons.append("Die Mail war nicht sicher zu verstehen")
    reasons.extend(nonsense(extraction, case.rules))
    if verdict(message, case.rules.authserv_id) is Verdict.FAIL:
        reasons.append(
            f"Die Prüfung des Absenders ist fehlgeschlagen; die Adresse „{message.sender.email}“ kann gefälscht sein"
        )
    if not extraction.contact.email:
        reasons.append("Die Mail nennt keine Adresse, an die geantwortet werden kann")
    if message.message_id:
        twin = case.session.scalar(
            select(Mail.id).where(Mail.message_id == message.message_id, Mail.id != case.arrival.mail_id).limit(1)
        )
        if twin is not None:
            reasons.append("Eine andere Mail mit anderem Inhalt trägt dieselbe Kennung (Message-ID)")
    return tuple(dict.fromkeys(reasons))


# -- waiting for a person --


def _wait(case: _Case, reasons: tuple[str, ...], about: Registration | None = None) -> Outcome:
    """Leaves the mail to a person: nothing is promised, and what was understood is put down where it is new."""
    registration = about or _about(case)
    if registration is None and _can_be_put_down(case):
        registration = ledger.enter(
            case.session, replace(_asked_for(case), status=Status.REVIEW), Channel.MAIL, "put_down", case.cause
        )
    if registration is not None:
        ledger.link(case.session, registration, case.arrival.mail_id, applied=False)
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


def _about(case: _Case) -> Registration | None:
    """The registration that a waiting mail is about, where there is only one that it can be."""
    active = case.found.active or case.found.registrations
    if case.extraction.intent is Intent.REGISTRATION:
        # A review of somebody else by the same address is put down beside the one that stands.
        active = tuple(each for each in active if not changing.compare(state_of(each), case.extraction).apart)
    return active[0] if len(active) == 1 else None


def _can_be_put_down(case: _Case) -> bool:
    return case.extraction.intent is Intent.REGISTRATION and not beyond_sense(case.extraction)


def _asked_for(case: _Case) -> State:
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


# -- entering --


def _register(case: _Case) -> Outcome:
    extraction = case.extraction
    if extraction.headcount < 1:
        return _wait(case, ("Wie viele Personen kommen, steht nicht in der Mail",))
    people = tuple(person.name for person in extraction.attendees)
    standing = [(each, changing.compare(state_of(each), extraction)) for each in case.found.active]
    related = [(each, compared) for each, compared in standing if not compared.apart]
    if len(related) > 1:
        return _wait(case, (_which_one([each for each, _ in related]),))
    if related:
        return _register_again(case, *related[0])
    doubles = finding.namesakes(
        case.session, people, organisation=extraction.organisation, phone=extraction.contact.phone
    )
    if doubles:
        return _wait(case, tuple(_double(name, registration) for name, registration in doubles))
    withdrawn = [each for each in case.found.registrations if each.status is Status.CANCELLED and _is_same(each, case)]
    if withdrawn:
        return _reopen(case, withdrawn[-1])
    state = seating.place(case.session, _asked_for(case), case.rules)
    registration = ledger.enter(case.session, state, Channel.MAIL, "registered", case.cause)
    return _done(case, registration, answer(registration, state, case.arrival.mail_id))


def _which_one(registrations: list[Registration]) -> str:
    return "Gemeint sein können mehrere Anmeldungen: " + ", ".join(map(described, registrations))


def described(registration: Registration) -> str:
    """A registration in a few words for the staff."""
    people = ", ".join(row.name for row in registration.attendees[:3]) or registration.contact_name
    where = f", {registration.organisation}" if registration.organisation else ""
    how = {Channel.MAIL: "per Mail", Channel.PHONE: "am Telefon", Channel.STAFF: "im Büro"}[registration.channel]
    return f"{registration.reference} ({people}{where}; {how})"


def _double(name: str, registration: Registration) -> str:
    return f"„{name}“ steht schon auf der Liste: {described(registration)}. Dieselbe Person oder eine andere?"


def _is_same(registration: Registration, case: _Case) -> bool:
    """Whether a withdrawn registration was these people's; a decline named nobody, and is whoever wrote it."""
    before = state_of(registration)
    if not before.attendees:
        return True
    return not changing.compare(before, case.extraction).apart


def _reopen(case: _Case, registration: Registration) -> Outcome:
    """Somebody who had withdrawn comes after all: as new, at the end of the line."""
    state = seating.place(case.session, _asked_for(case), case.rules, without=registration.id)
    state = replace(state, remarks=registration.remarks)
    ledger.rewrite(case.session, registration, state, "reopened", case.cause)
    return _done(case, registration, answer(registration, state, case.arrival.mail_id))


def _register_again(case: _Case, registration: Registration, compared: changing.Compared) -> Outcome:
    """A fresh registration of people whom the same address, or the thread, has registered already."""
    refusal = finding.may_change(case.message, case.extraction, registration, case.found, case.rules)
    if refusal is not None:
        return _wait(case, (refusal,), registration)
    if registration.status is Status.REVIEW:
        return _wait(case, (f"Über {described(registration)} ist noch nicht entschieden",), registration)
    if compared.same:
        return _tell_again(case, registration)
    if not compared.grown:
        return _wait(
            case,
            (f"Von derselben Person gibt es schon {described(registration)}. Was gilt jetzt?",),
            registration,
        )
    return _apply(case, registration, changing.change(state_of(registration), case.extraction))


def _tell_again(case: _Case, registration: Registration) -> Outcome:
    """Nothing new: the state is told once more, at most once a day."""
    state = state_of(registration)
    ledger.link(case.session, registration, case.arrival.mail_id, applied=False)
    if case.extraction.has_question and not state.open_question:
        ledger.rewrite(case.session, registration, replace(state, open_question=True), "asked", case.cause)
    if told_again_today(case.session, registration, case.rules, case.cause.now):
        return Outcome(waits=False, registration_id=registration.id)
    ledger.note(case.session, registration, "told_again", case.cause)
    return Outcome(
        waits=False,
        registration_id=registration.id,
        answers=answer(registration, state, case.arrival.mail_id),
    )


# -- changing --


def _target(case: _Case) -> Registration | Outcome:
    """The one registration that a change or cancellation is about, and that the sender may change."""
    active = case.found.active
    if len(active) > 1:
        active = _by_names(active, case.extraction)
    if len(active) > 1:
        return _wait(case, (_which_one(list(active)),))
    if not active:
        return _wait(case, _nothing_to_change(case))
    registration = active[0]
    refusal = finding.may_change(case.message, case.extraction, registration, case.found, case.rules)
    if refusal is not None:
        return _wait(case, (refusal,), registration)
    if registration.status is Status.REVIEW:
        return _wait(case, (f"Über {described(registration)} ist noch nicht entschieden",), registration)
    return registration


def _by_names(registrations: tuple[Registration, ...], extraction: Extraction) -> tuple[Registration, ...]:
    """Of several registrations the one on which all stand whom the mail takes out; else all of them."""
    if not extraction.leaving:
        return registrations
    chosen = tuple(
        each
        for each in registrations
        if not changing.cancel_some(replace(state_of(each), headcount=len(each.attendees)), extraction.leaving).doubts
    )
    return chosen if len(chosen) == 1 else registrations


def _nothing_to_change(case: _Case) -> tuple[str, ...]:
    if case.found.registrations:
        return (f"Die Anmeldung ist abgesagt: {described(case.found.registrations[-1])}. Soll sie wieder gelten?",)
    if case.found.hinted:
        return tuple(
            f"Die Mail nennt das Kennzeichen von {described(each)}, kommt aber von einer anderen Adresse"
            for each in case.found.hinted
        )
    named = (*(person.name for person in case.extraction.attendees), *case.extraction.leaving)
    doubles = finding.namesakes(case.session, (*named, case.extraction.contact.name))
    if doubles:
        return tuple(
            f"Von dieser Adresse gibt es keine Anmeldung; „{name}“ steht aber auf {described(registration)}"
            for name, registration in doubles
        )
    return ("Von dieser Adresse gibt es keine Anmeldung, die geändert werden könnte",)


def _change(case: _Case) -> Outcome:
    registration = _target(case)
    if isinstance(registration, Outcome):
        return registration
    return _apply(case, registration, changing.change(state_of(registration), case.extraction))


def _apply(case: _Case, registration: Registration, wanted: changing.Wanted) -> Outcome:
    if wanted.doubts:
        return _wait(case, wanted.doubts, registration)
    if wanted.nobody_left:
        return _withdraw(case, registration)
    before = state_of(registration)
    if wanted.state == before:
        return _tell_again(case, registration)
    doubts = _doubts_of_change(case, registration, before, wanted.state)
    if doubts:
        return _wait(case, doubts, registration)
    after = seating.resize(
        case.session, before, wanted.state, case.rules, case.arrival.arrived_at, without=registration.id
    )
    ledger.rewrite(case.session, registration, after, "changed", case.cause)
    promotions = seating.move_up(case.session, case.rules, case.cause)
    after = state_of(registration)
    kind = AnswerKind.CHANGE if after.status is Status.CONFIRMED else kind_of(after)
    return _done(
        case,
        registration,
        answer(registration, after, case.arrival.mail_id, kind=kind, before=before),
        tuple(each for each in promotions if each.registration.id != registration.id),
    )


def _doubts_of_change(case: _Case, registration: Registration, before: State, after: State) -> tuple[str, ...]:
    new = [name for name in after.names if name not in before.names]
    doubles = finding.namesakes(
        case.session,
        new,
        organisation=after.organisation,
        phone=after.contact_phone,
        without=(registration.id,),
    )
    reasons = [_double(name, other) for name, other in doubles]
    if after.headcount > case.rules.answers.most_seats and after.headcount > before.headcount:
        reasons.append(
            f"Mit der Änderung wären es {after.headcount} Plätze; ab {case.rules.answers.most_seats + 1} "
            "entscheidet eine Person"
        )
    late = case.rules.event.is_late(case.arrival.arrived_at)
    if late and before.status is Status.WAITLISTED and not before.late and after.headcount > before.headcount:
        reasons.append("Zu einer Anmeldung auf der Warteliste kommen nach dem Anmeldeschluss Plätze dazu")
    return tuple(reasons)


# -- withdrawing --


def _cancel(case: _Case) -> Outcome:
    if not case.found.active:
        return _decline(case)
    registration = _target(case)
    if isinstance(registration, Outcome):
        return registration
    if case.extraction.headcount > 0 or case.extraction.attendees:
        return _apply(case, registration, changing.change(state_of(registration), case.extraction))
    if case.extraction.leaving:
        wanted = changing.cancel_some(state_of(registration), case.extraction.leaving)
        return _apply(case, registration, wanted)
    return _withdraw(case, registration)


def _withdraw(case: _Case, registration: Registration) -> Outcome:
    before = state_of(registration)
    after = withdrawn(before)
    ledger.rewrite(case.session, registration, after, "cancelled", case.cause)
    promotions = seating.move_up(case.session, case.rules, case.cause)
    return _done(case, registration, answer(registration, after, case.arrival.mail_id), promotions)


def withdrawn(state: State) -> State:
    """A registration that is withdrawn: it says who would have come, and holds no seat."""
    return replace(
        state, status=Status.CANCELLED, late_seats=0, waiting_seats=0, waiting_since=None, table_assigned=None
    )


def _decline(case: _Case) -> Outcome:
    """Somebody who is not registered will not come: the office wants to know that."""
    extraction = case.extraction
    if case.found.registrations:
        return _tell_again(case, case.found.registrations[-1])
    named = (*(person.name for person in extraction.attendees), *extraction.leaving, extraction.contact.name)
    doubles = finding.namesakes(case.session, named)
    if doubles or case.found.hinted:
        return _wait(case, _nothing_to_change(case))
    state = replace(_asked_for(case), status=Status.CANCELLED, headcount=0, attendees=(), theme_tables=(), needs=())
    registration = ledger.enter(case.session, state, Channel.MAIL, "declined", case.cause)
    return _done(case, registration, answer(registration, state, case.arrival.mail_id))


# -- answering --


def _done(
    case: _Case, registration: Registration, answers: tuple[DueAnswer, ...], promotions: tuple[Promotion, ...] = ()
) -> Outcome:
    ledger.link(case.session, registration, case.arrival.mail_id, applied=True)
    return Outcome(waits=False, registration_id=registration.id, answers=(*answers, *answers_to_promoted(promotions)))


def answers_to_promoted(promotions: tuple[Promotion, ...]) -> tuple[DueAnswer, ...]:
    """What those are told who moved up: it answers no mail of theirs."""
    due: list[DueAnswer] = []
    for each in promotions:
        moved_in_hall = each.before.seats < each.after.seats
        remark = (
            "Es sind Plätze frei geworden: Sie sind von der Warteliste nachgerückt."
            if moved_in_hall
            else f"Am Thementisch {each.after.table_assigned} ist für Sie Platz frei geworden."
        )
        kind = AnswerKind.CONFIRMATION if each.before.status is Status.WAITLISTED else AnswerKind.CHANGE
        due.extend(answer(each.registration, each.after, None, kind=kind, before=each.before, remark=remark))
    return tuple(due)
