"""What the staff decide: each function is one step, with its entries in the history, and gives the answers due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import Channel, HistoryEntry, Mail, MailState, Registration, RegistrationMail, Status
from processor.extraction import Attendee
from processor.registrations import ledger, seating
from processor.registrations.amending import withdrawn
from processor.registrations.answers import answer, kind_of, one_each, to_promoted
from processor.registrations.case import described
from processor.registrations.errors import BookError, ConflictError, NamesakeError, UnknownError
from processor.registrations.facts import NewRegistration, checked, into_state, onto_state
from processor.registrations.finding import namesakes
from processor.registrations.ledger import Cause
from processor.registrations.names import close
from processor.registrations.state import State, state_of
from processor.registrations.values import AnswerKind, DueAnswer, Namesake, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision did."""

    #: None where a mail was decided that touches no registration.
    registration: Registration | None
    answers: tuple[DueAnswer, ...] = ()
    #: Names the step, for :func:`processor.registrations.undoing.undo`.
    step: str = ""
    #: Nobody can be answered by mail: somebody has to ring up.
    call_back: bool = False
    #: What the person should know, in words, such as people of the same name elsewhere on the list.
    hints: tuple[str, ...] = ()


def by_staff(actor: str, now: datetime, *, reason: str = "", mail_id: int | None = None) -> Cause:
    """The cause of a decision; ``actor`` is the account of the member of staff."""
    return Cause(kind="staff", now=now, actor=actor, reason=reason, mail_id=mail_id)


def add(
    session: Session,
    facts: NewRegistration,
    rules: Rules,
    now: datetime,
    *,
    channel: Channel,
    actor: str,
    another: bool = False,
) -> Decided:
    """Enters a registration that somebody makes on the telephone or at the counter, now.

    :param another: whether a person has said that whoever is on the list under the same name is somebody else; then
        both registrations tell of each other in their history, and ``hints`` says it.
    :raises NamesakeError: when ``another`` is false and a person of the same name has a seat; nothing is entered.
    :raises BookError: when something cannot be entered as said.
    """
    facts = checked(facts, rules)
    ledger.lock(session)
    if not facts.attendees and facts.name:
        facts = replace(facts, attendees=(Attendee(name=facts.name),))
    known = namesakes(
        session, [each.name for each in facts.attendees], organisation=facts.organisation, phone=facts.phone
    )
    if known and not another:
        raise NamesakeError(tuple(_namesake(name, other) for name, other in known))
    others = {other.id: other for _, other in known}
    cause = by_staff(actor, now, reason=_beside([other.reference for other in others.values()]))
    state = seating.place(session, into_state(facts, now, rules=rules), rules)
    registration = ledger.enter(session, state, channel, "registered", cause)
    for other in others.values():
        ledger.note(session, other, "namesake", replace(cause, reason=_beside([registration.reference])))
    return Decided(
        registration=registration,
        answers=answer(registration, state, None),
        step=cause.step,
        call_back=not state.contact_email,
        hints=tuple(f"„{name}“ steht schon auf der Anmeldung {other.reference}." for name, other in known),
    )


def _namesake(said: str, other: Registration) -> Namesake:
    return Namesake(
        said=said,
        registration_id=other.id,
        reference=other.reference,
        name=next((row.name for row in other.attendees if close(row.name, said)), other.contact_name),
        organisation=other.organisation,
        phone=other.contact_phone,
        channel=other.channel,
        arrived_at=other.arrived_at,
        described=described(other),
    )


def _beside(references: Sequence[str]) -> str:
    """What the history says of people who share a name; "" where there are none."""
    return f"Eine andere Person als auf {', '.join(references)}" if references else ""


def waiting_mail(session: Session, mail_id: int) -> Mail:
    """A mail that waits for a decision, locked.

    :raises UnknownError: when there is none.
    :raises BookError: when somebody has decided it already.
    """
    ledger.lock(session)
    mail = session.scalar(
        select(Mail).where(Mail.id == mail_id).with_for_update().execution_options(populate_existing=True)
    )
    if mail is None:
        raise UnknownError(f"Die Mail Nr. {mail_id} gibt es nicht.")
    if mail.state is MailState.DECIDED:
        raise ConflictError(f"Über die Mail „{mail.subject}“ hat schon jemand entschieden. Es wurde nichts geändert.")
    return mail


def put_down_from(session: Session, mail_id: int) -> Registration | None:
    """The registration that was put down for review from a mail, and is not decided."""
    return session.scalar(
        select(Registration)
        .join(RegistrationMail, RegistrationMail.registration_id == Registration.id)
        .where(
            RegistrationMail.mail_id == mail_id,
            Registration.status == Status.REVIEW,
            Registration.dismissed.is_(False),
        )
        .order_by(Registration.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def confirm_review(
    session: Session,
    mail_id: int,
    facts: NewRegistration,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    registration_id: int | None = None,
    expected_version: int | None = None,
    accept_late: bool = False,
    reason: str = "",
    remark: str = "",
) -> Decided:
    """Enters what a person made of a waiting mail.

    :param facts: the registration as it shall be, as a whole.
    :param registration_id: the registration that the mail belongs to; None for a new one (or the one that was put
        down from the mail).
    :param expected_version: the version of it that the person has looked at.
    :param accept_late: whether a registration after the deadline is accepted in the same step.
    :param remark: a sentence for the answer.
    """
    facts = checked(facts, rules)
    mail = waiting_mail(session, mail_id)
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    if registration_id is not None:
        registration: Registration | None = ledger.load(session, registration_id, expected_version=expected_version)
    else:
        registration = put_down_from(session, mail_id)
        if registration is None:
            _not_decided_meanwhile(session, mail_id)
    mail.state = MailState.DECIDED
    if registration is not None and registration.status not in (Status.REVIEW, Status.CANCELLED):
        decided = _set_facts(session, registration, facts, rules, cause, asked_at=mail.arrived_at, remark=remark)
        ledger.link(registration, mail_id, applied=True)
        return decided
    arrived_at = mail.arrived_at
    if registration is not None and registration.status is Status.REVIEW:
        arrived_at = registration.arrived_at
    wanted = into_state(facts, arrived_at, rules=rules)
    without = registration.id if registration is not None else None
    state = seating.place(session, wanted, rules, without=without)
    if accept_late and state.late:
        state = seating.admit(session, wanted, rules, without=without)
    if registration is None:
        registration = ledger.enter(session, state, Channel.MAIL, "confirmed", cause)
    else:
        ledger.rewrite(session, registration, state, "confirmed", cause)
    ledger.link(registration, mail_id, applied=True)
    return _decided(registration, answer(registration, state, mail_id, remark=remark), cause)


def _not_decided_meanwhile(session: Session, mail_id: int) -> None:
    """A later mail may have made clear what was put down from this one: then it must not be entered twice."""
    registration = session.scalar(
        select(Registration)
        .join(HistoryEntry, HistoryEntry.registration_id == Registration.id)
        .where(
            HistoryEntry.mail_id == mail_id,
            HistoryEntry.action == "put_down",
            Registration.status.not_in((Status.REVIEW, Status.CANCELLED)),
            Registration.dismissed.is_(False),
        )
        .limit(1)
    )
    if registration is not None:
        raise ConflictError(
            f"Daraus ist schon die Anmeldung {registration.reference} geworden, durch eine spätere Mail. "
            "Bitte diese Anmeldung auswählen, oder die Mail als erledigt ablegen."
        )


def dismiss(session: Session, mail_id: int, now: datetime, *, actor: str, reason: str = "") -> Decided:
    """Decides that a waiting mail is no registration, or needs nothing further; nobody is answered."""
    mail = waiting_mail(session, mail_id)
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    registration = put_down_from(session, mail_id)
    if registration is not None and any(pair.mail_id != mail_id for pair in registration.mails):
        registration = None
    mail.state = MailState.DECIDED
    if registration is None:
        ledger.note(session, None, "dismissed", cause)
    else:
        ledger.rewrite(session, registration, replace(state_of(registration), dismissed=True), "dismissed", cause)
    return Decided(registration=registration, step=cause.step)


def accept_late(
    session: Session,
    registration_id: int,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    expected_version: int | None = None,
    reason: str = "",
    remark: str = "",
) -> Decided:
    """Accepts a late registration, or the late seats of one that is confirmed, as far as there is room."""
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    before = state_of(registration)
    cause = by_staff(actor, now, reason=reason)
    if before.status is Status.LATE or (before.status is Status.WAITLISTED and before.late):
        after = seating.admit(session, before, rules, without=registration.id)
        ledger.rewrite(session, registration, after, "accepted", cause)
        kind = AnswerKind.ACCEPTED if after.status is Status.CONFIRMED else kind_of(after)
        return _decided(registration, answer(registration, after, None, kind=kind, remark=remark), cause)
    if not before.late_seats:
        raise BookError(f"Die Anmeldung {registration.reference} hat nichts, das nach dem Anmeldeschluss kam.")
    room = seating.has_room(session, rules, before.late_seats)
    waiting = before.waiting_seats if room else before.waiting_seats + before.late_seats
    after = replace(
        before,
        late_seats=0,
        waiting_seats=waiting,
        waiting_since=(before.waiting_since or now) if waiting else None,
    )
    ledger.rewrite(session, registration, after, "accepted", cause)
    kind = AnswerKind.CHANGE if after.waiting_seats else AnswerKind.ACCEPTED
    due = answer(registration, after, None, kind=kind, before=before, remark=remark)
    return _decided(registration, due, cause)


def refuse_late(
    session: Session,
    registration_id: int,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    expected_version: int | None = None,
    reason: str = "",
    remark: str = "",
) -> Decided:
    """Refuses a late registration, or the late seats of one that is confirmed.

    :param reason: for the history; :param remark: a sentence for the answer.
    """
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    before = state_of(registration)
    cause = by_staff(actor, now, reason=reason)
    if before.late and before.status in (Status.LATE, Status.WAITLISTED):
        after = withdrawn(before)
        ledger.rewrite(session, registration, after, "refused", cause)
        due = answer(registration, after, None, kind=AnswerKind.REFUSAL, remark=remark)
        return _decided(registration, due, cause)
    if not before.late_seats:
        raise BookError(f"Die Anmeldung {registration.reference} hat nichts, das nach dem Anmeldeschluss kam.")
    headcount = before.headcount - before.late_seats
    if headcount < len(before.attendees):
        raise BookError(
            "Die späten Plätze sind schon mit Namen besetzt. Bitte zuerst die Namen der Personen streichen, "
            "die nicht mehr angenommen werden."
        )
    after = replace(before, headcount=headcount, late_seats=0)
    ledger.rewrite(session, registration, after, "refused", cause)
    due = answer(registration, after, None, kind=AnswerKind.CHANGE, before=before, remark=remark)
    return _decided(registration, (*due, *_moved_up(session, rules, cause)), cause)


def cancel(
    session: Session,
    registration_id: int,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    expected_version: int | None = None,
    reason: str = "",
    remark: str = "",
    mail_id: int | None = None,
) -> Decided:
    """Withdraws a registration for somebody who asked for it; those who wait move up.

    :param mail_id: the waiting mail that asked for it, which is decided by this.
    """
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    if mail_id is not None:
        waiting_mail(session, mail_id).state = MailState.DECIDED
        ledger.link(registration, mail_id, applied=True)
    before = state_of(registration)
    if before.status is Status.CANCELLED:
        return Decided(registration=registration, step=cause.step)
    after = withdrawn(before)
    ledger.rewrite(session, registration, after, "cancelled", cause)
    due = answer(registration, after, mail_id, kind=AnswerKind.CANCELLATION, remark=remark)
    return _decided(registration, (*due, *_moved_up(session, rules, cause)), cause)


def edit(
    session: Session,
    registration_id: int,
    facts: NewRegistration,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    reason: str,
    expected_version: int | None = None,
    remark: str = "",
    mail_id: int | None = None,
) -> Decided:
    """Changes any field of a registration, with a reason; start from ``facts.from_state(state_of(...))``.

    :param mail_id: the waiting mail that asked for it, which is decided by this.
    """
    facts = checked(facts, rules)
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    if mail_id is not None:
        waiting_mail(session, mail_id).state = MailState.DECIDED
        ledger.link(registration, mail_id, applied=True)
    return _set_facts(session, registration, facts, rules, cause, asked_at=now, remark=remark)


def _set_facts(
    session: Session,
    registration: Registration,
    facts: NewRegistration,
    rules: Rules,
    cause: Cause,
    *,
    asked_at: datetime,
    remark: str,
) -> Decided:
    before = state_of(registration)
    wanted = onto_state(facts, before)
    if wanted == before:
        return Decided(registration=registration, step=cause.step)
    after = seating.resize(session, before, wanted, rules, asked_at, without=registration.id)
    ledger.rewrite(session, registration, after, "changed", cause)
    promoted = _moved_up(session, rules, cause)
    after = state_of(registration)
    kind = AnswerKind.CHANGE if after.status is Status.CONFIRMED else kind_of(after)
    due = answer(registration, after, cause.mail_id, kind=kind, before=before, remark=remark)
    silent = after.status is Status.REVIEW
    return _decided(registration, (*(() if silent else due), *promoted), cause)


def _moved_up(session: Session, rules: Rules, cause: Cause) -> tuple[DueAnswer, ...]:
    return to_promoted(seating.move_up(session, rules, cause))


def _decided(registration: Registration, due: tuple[DueAnswer, ...], cause: Cause) -> Decided:
    return Decided(
        registration=registration, answers=one_each(due), step=cause.step, call_back=not registration.contact_email
    )


def before_and_after(registration: Registration, facts: NewRegistration) -> tuple[State, State]:
    """What a registration says, and what it would say: for the page that shows old and new side by side."""
    before = state_of(registration)
    return before, onto_state(facts, before)
