"""Mails that register somebody."""

from __future__ import annotations

from dataclasses import replace

from processor.database import Registration, Status
from processor.registrations import amending, changing, finding, ledger, names, seating
from processor.registrations.answers import answer
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
from processor.registrations.values import Outcome


def register(case: Case) -> Outcome:
    """Books a registration: new, again, or after a withdrawal."""
    if case.extraction.headcount < 1:
        return wait(case, ("Wie viele Personen kommen, steht nicht in der Mail",))
    exchanged = _exchanged(case)
    if exchanged is not None:
        return exchanged
    standing = [(each, changing.compare(state_of(each), case.extraction)) for each in case.found.active]
    related = [(each, compared) for each, compared in standing if not compared.apart]
    if len(related) > 1:
        return wait(case, (which_one(each for each, _ in related),))
    if related:
        return _again(case, *related[0])
    own = [each for each in case.found.active if _is_sender_s_own(each, case)]
    if own:
        # Another name by somebody who is registered may be a further guest, or one in the place of another.
        people = ", ".join(person.name for person in case.extraction.attendees)
        question = f"Es gibt schon {described(own[0])}. Kommt {people} dazu, oder an Stelle von jemandem?"
        return wait(case, (question,), own[0])
    doubts = _doubles(case)
    if doubts:
        return wait(case, doubts)
    withdrawn = [each for each in case.found.registrations if each.status is Status.CANCELLED and _is_same(each, case)]
    if withdrawn:
        return _reopen(case, withdrawn[-1])
    state = seating.place(case.session, asked_for(case), case.rules)
    registration = enter(case, state, "registered")
    return done(case, registration, answer(registration, state, case.arrival.mail_id))


def _is_sender_s_own(registration: Registration, case: Case) -> bool:
    """Whether the sender stands on it in person; an address alone is shared by families, pupils, a secretary."""
    if case.extraction.contact.email != registration.contact_email:
        return False
    sender = case.extraction.contact.name
    return not sender or changing.stands_on(state_of(registration), sender)


def _exchanged(case: Case) -> Outcome | None:
    """Somebody comes instead of somebody who is registered: that is a change, whatever it is called."""
    leaving = case.extraction.leaving
    if any(changing.stands_on(state_of(each), name) for each in case.found.active for name in leaving):
        # The number counts those who are newly named, not all who stand on the registration.
        counted = 0 if case.extraction.headcount == len(case.extraction.attendees) else case.extraction.headcount
        return amending.change(replace(case, extraction=replace(case.extraction, headcount=counted)))
    elsewhere = namesakes(case, leaving)
    if elsewhere:
        return wait(
            case,
            tuple(
                f"„{name}“ soll nicht mehr kommen, steht aber auf {described(registration)} mit einer anderen Adresse"
                for name, registration in elsewhere
            ),
        )
    return None


def _doubles(case: Case, besides: Registration | None = None) -> tuple[str, ...]:
    """Why some of these people may have a seat already, or may be somebody else than they seem."""
    extraction = case.extraction
    found = namesakes(case, [person.name for person in extraction.attendees], besides=besides)
    reasons = [double(name, registration) for name, registration in found]
    if not reasons and extraction.headcount > len(extraction.attendees):
        own = [each.id for each in (*case.found.registrations, case.put_down, besides) if each is not None]
        reasons.extend(
            f"Von derselben Organisation gibt es schon {described(each)}; ob die Personen ohne Namen "
            "dieselben sind, ist offen"
            for each in finding.of_organisation(case.session, extraction.organisation, without=own)
            if each.headcount > len(each.attendees)
        )
    led_elsewhere = extraction.contact.email != case.message.sender.email and case.message.forwarded_by is None
    if led_elsewhere and case.message.sender.email and case.found.active:
        reasons.append(
            f"Die Mail kommt von „{case.message.sender.email}“, die Antwort soll an „{extraction.contact.email}“ "
            f"gehen, und eine der Adressen gehört zu {described(case.found.active[0])}"
        )
    return tuple(reasons)


def _is_same(registration: Registration, case: Case) -> bool:
    """Whether a withdrawn registration was these people's; a decline named nobody, and is whoever wrote it."""
    before = state_of(registration)
    return not before.attendees or not changing.compare(before, case.extraction).apart


def _reopen(case: Case, registration: Registration) -> Outcome:
    """Somebody who had withdrawn comes after all: as new, at the end of the line."""
    refusal = overtaken(case, registration) or finding.may_change(
        case.message, case.extraction, registration, case.found, case.rules
    )
    if refusal:
        return wait(case, (refusal,), registration)
    if case.put_down is not None:
        ledger.rewrite(
            case.session, case.put_down, replace(state_of(case.put_down), dismissed=True), "read_again", case.cause
        )
    state = _come_after_all(case, state_of(registration))
    state = seating.place(case.session, state, case.rules, without=registration.id)
    ledger.rewrite(case.session, registration, state, "reopened", case.cause)
    return done(case, registration, answer(registration, state, case.arrival.mail_id))


def _made_clear(case: Case, registration: Registration) -> Outcome:
    """What was unclear is written once more, and clearly: that counts. The mail that was unclear goes on waiting."""
    clear = (
        changing.covers(case.extraction, state_of(registration))
        and case.arrival.arrived_at >= registration.arrived_at
        and not ledger.touched_by_staff(case.session, registration)
    )
    doubts = _doubles(case, besides=registration) if clear else (undecided(registration),)
    if doubts:
        return wait(case, doubts, registration)
    state = seating.place(case.session, asked_for(case), case.rules, without=registration.id)
    ledger.rewrite(case.session, registration, state, "registered", case.cause)
    return done(case, registration, answer(registration, state, case.arrival.mail_id))


def _come_after_all(case: Case, before: State) -> State:
    """What is asked for, with what was known of the same people where the mail says nothing of it."""
    asked = asked_for(case)
    same = {names.name_key(name) for name in before.names} == {names.name_key(name) for name in asked.names}
    if asked.headcount == before.headcount and (same or not asked.attendees):
        asked = replace(
            asked,
            attendees=asked.attendees or before.attendees,
            needs=asked.needs or before.needs,
            theme_tables=asked.theme_tables or before.theme_tables,
        )
    return replace(
        asked,
        contact_name=asked.contact_name or before.contact_name,
        contact_phone=asked.contact_phone or before.contact_phone,
        organisation=asked.organisation or before.organisation,
        remarks=before.remarks,
    )


def _again(case: Case, registration: Registration, compared: changing.Compared) -> Outcome:
    """People whom the same address, or the thread, has registered already."""
    refusal = finding.may_change(case.message, case.extraction, registration, case.found, case.rules)
    if refusal:
        return wait(case, (refusal,), registration)
    if registration.status is Status.REVIEW:
        return _made_clear(case, registration)
    if compared.same:
        return amending.tell_again(case, registration)
    refusal = overtaken(case, registration)
    if not compared.grown:
        refusal = refusal or f"Von derselben Person gibt es schon {described(registration)}. Was gilt jetzt?"
    if refusal:
        return wait(case, (refusal,), registration)
    return amending.apply(case, registration, changing.change(state_of(registration), case.extraction))
