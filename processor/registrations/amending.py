"""Mails that change or withdraw a registration."""

from __future__ import annotations

from dataclasses import replace

from processor.database import Registration, Status
from processor.extraction import Extraction
from processor.registrations import changing, finding, ledger, seating
from processor.registrations.answers import answer, differences, kind_of, told_again_today
from processor.registrations.case import (
    Case,
    asked_for,
    described,
    done,
    double,
    enter,
    namesakes,
    overtaken,
    undecided,
    wait,
    which_one,
)
from processor.registrations.state import State, state_of
from processor.registrations.values import AnswerKind, Outcome


def change(case: Case) -> Outcome:
    """Books a change."""
    registration = _target(case)
    if isinstance(registration, Outcome):
        return registration
    return apply(case, registration, changing.change(state_of(registration), case.extraction))


def cancel(case: Case) -> Outcome:
    """Books a cancellation, of all or of those named; or a decline by somebody who never was on the list."""
    if not case.found.active:
        return _decline(case)
    registration = _target(case, undecided_too=not case.extraction.leaving)
    if isinstance(registration, Outcome):
        return registration
    before = state_of(registration)
    if case.extraction.headcount > 0 or case.extraction.headcount_change or case.extraction.attendees:
        return apply(case, registration, changing.withdraw_by_number(before, case.extraction))
    return apply(case, registration, changing.withdraw(before, case.extraction.leaving))


def _target(case: Case, *, undecided_too: bool = False) -> Registration | Outcome:
    """The one registration that a change or cancellation is about, and that the sender may change.

    :param undecided_too: whether it may be one that nobody has decided about: whoever withdraws altogether needs no
        decision any more, unless the same people stand elsewhere.
    """
    active = case.found.active
    if len(active) > 1:
        active = _by_names(active, case.extraction)
    if len(active) > 1:
        return wait(case, (which_one(active),))
    if not active:
        return wait(case, _nothing_to_change(case))
    registration = active[0]
    refusal = (
        finding.may_change(case.message, case.extraction, registration, case.found, case.rules)
        or (undecided(registration) if _stands_open(case, registration, undecided_too=undecided_too) else None)
        or overtaken(case, registration)
    )
    return wait(case, (refusal,), registration) if refusal else registration


def _stands_open(case: Case, registration: Registration, *, undecided_too: bool) -> bool:
    if registration.status is not Status.REVIEW:
        return False
    names = [row.name for row in registration.attendees]
    return (
        not undecided_too
        or ledger.touched_by_staff(case.session, registration)
        or bool(namesakes(case, names, besides=registration))
    )


def _by_names(registrations: tuple[Registration, ...], extraction: Extraction) -> tuple[Registration, ...]:
    """Of several registrations the one on which all stand whom the mail takes out; else all of them."""
    if not extraction.leaving:
        return registrations
    chosen = []
    for each in registrations:
        named_only = replace(state_of(each), headcount=len(each.attendees))
        if not changing.cancel_some(named_only, extraction.leaving).doubts:
            chosen.append(each)
    return tuple(chosen) if len(chosen) == 1 else registrations


def _nothing_to_change(case: Case) -> tuple[str, ...]:
    """Why a mail finds nothing that it could change."""
    if case.found.registrations:
        return (f"Die Anmeldung ist abgesagt: {described(case.found.registrations[-1])}. Soll sie wieder gelten?",)
    if case.found.hinted:
        return tuple(
            f"Die Mail nennt das Kennzeichen von {described(each)}, kommt aber von einer anderen Adresse"
            for each in case.found.hinted
        )
    doubles = _known_elsewhere(case)
    if doubles:
        return tuple(
            f"Von dieser Adresse gibt es keine Anmeldung; „{name}“ steht aber auf {described(registration)}"
            for name, registration in doubles
        )
    return ("Von dieser Adresse gibt es keine Anmeldung, die geändert werden könnte",)


def _known_elsewhere(case: Case) -> tuple[tuple[str, Registration], ...]:
    extraction = case.extraction
    named = (*(person.name for person in extraction.attendees), *extraction.leaving, extraction.contact.name)
    return namesakes(case, named)


def apply(case: Case, registration: Registration, wanted: changing.Wanted) -> Outcome:
    """Enters what a change asks for, or says why a person has to."""
    before = state_of(registration)
    doubts = (*wanted.doubts, *_leaving_elsewhere(case, registration, before))
    if doubts:
        return wait(case, doubts, registration)
    if wanted.nobody_left:
        return _withdraw(case, registration)
    if _is_nothing_new(before, wanted.state):
        return tell_again(case, registration)
    doubts = _doubts(case, registration, before, wanted.state)
    if doubts:
        return wait(case, doubts, registration)
    after = seating.resize(
        case.session, before, wanted.state, case.rules, case.arrival.arrived_at, without=registration.id
    )
    ledger.rewrite(case.session, registration, after, "changed", case.cause)
    promotions = seating.move_up(case.session, case.rules, case.cause)
    after = state_of(registration)
    kind = AnswerKind.CHANGE if after.status is Status.CONFIRMED else kind_of(after)
    return done(
        case,
        registration,
        answer(registration, after, case.arrival.mail_id, kind=kind, before=before),
        tuple(each for each in promotions if each.registration.id != registration.id),
    )


def _leaving_elsewhere(case: Case, registration: Registration, before: State) -> tuple[str, ...]:
    """Who is taken out here and stands on another registration is none of the nameless companions here."""
    strangers = [name for name in case.extraction.leaving if not changing.stands_on(before, name)]
    return tuple(
        f"„{name}“ soll nicht mehr kommen, steht aber auf {described(other)}"
        for name, other in namesakes(case, strangers, besides=registration)
    )


def _is_nothing_new(before: State, after: State) -> bool:
    """Whether an answer would have no change to tell of."""
    same_needs = [each.needs for each in before.attendees] == [each.needs for each in after.attendees]
    return same_needs and not differences(before, after)


def _doubts(case: Case, registration: Registration, before: State, after: State) -> tuple[str, ...]:
    new = [name for name in after.names if name not in before.names]
    doubles = finding.namesakes(
        case.session,
        new,
        organisation=after.organisation,
        phone=after.contact_phone,
        without=(registration.id,),
    )
    reasons = [double(name, other) for name, other in doubles]
    grows = after.headcount > before.headcount
    most = case.rules.answers.most_seats
    if grows and after.headcount > most:
        reasons.append(f"Mit der Änderung wären es {after.headcount} Plätze; ab {most + 1} entscheidet eine Person")
    late = case.rules.event.is_late(case.arrival.arrived_at)
    if grows and late and before.status is Status.WAITLISTED and not before.late:
        reasons.append("Zu einer Anmeldung auf der Warteliste kommen nach dem Anmeldeschluss Plätze dazu")
    return tuple(reasons)


def _withdraw(case: Case, registration: Registration) -> Outcome:
    before = state_of(registration)
    after = replace(withdrawn(before), open_question=before.open_question or case.extraction.has_question)
    ledger.rewrite(case.session, registration, after, "cancelled", case.cause)
    promotions = seating.move_up(case.session, case.rules, case.cause)
    return done(case, registration, answer(registration, after, case.arrival.mail_id), promotions)


def withdrawn(state: State) -> State:
    """A registration that is withdrawn: it says who would have come, and holds no seat."""
    return replace(
        state, status=Status.CANCELLED, late_seats=0, waiting_seats=0, waiting_since=None, table_assigned=None
    )


def _decline(case: Case) -> Outcome:
    """Somebody who is not registered will not come: the office wants to know that."""
    if case.found.registrations:
        registration = case.found.registrations[-1]
        refusal = finding.may_change(case.message, case.extraction, registration, case.found, case.rules)
        return wait(case, (refusal,), registration) if refusal else tell_again(case, registration)
    if case.found.hinted or _known_elsewhere(case):
        return wait(case, _nothing_to_change(case))
    colleagues = finding.of_organisation(case.session, case.extraction.organisation)
    if colleagues:
        listed = ", ".join(map(described, colleagues))
        return wait(case, (f"Von derselben Organisation ist angemeldet: {listed}. Gilt die Absage auch dafür?",))
    state = replace(asked_for(case), status=Status.CANCELLED, headcount=0, attendees=(), theme_tables=(), needs=())
    registration = enter(case, state, "declined")
    return done(case, registration, answer(registration, state, case.arrival.mail_id))


def tell_again(case: Case, registration: Registration) -> Outcome:
    """Nothing new: the state is told once more, at most once a day."""
    state = state_of(registration)
    if case.extraction.has_question and not state.open_question:
        state = replace(state, open_question=True)
        ledger.rewrite(case.session, registration, state, "asked", case.cause)
    if told_again_today(case.session, registration, case.rules, case.cause.now):
        return done(case, registration, (), applied=False)
    ledger.note(case.session, registration, "told_again", case.cause)
    return done(case, registration, answer(registration, state, case.arrival.mail_id), applied=False)
