"""What the staff do with seats and whole registrations: move up, assign a table, reopen, join, and part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from processor.database import Mail, MailState, Registration, Status
from processor.registrations import ledger, names, seating
from processor.registrations.answers import answer, kind_of, one_each, to_promoted
from processor.registrations.decisions import Decided, by_staff, waiting_mail
from processor.registrations.errors import BookError
from processor.registrations.facts import NewRegistration, checked, from_state, onto_state
from processor.registrations.ledger import Cause
from processor.registrations.lists import touched_by
from processor.registrations.state import State, state_of
from processor.registrations.values import AnswerKind, DueAnswer, Rules


def promote(
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
    """Moves somebody up from the waiting list by a decision, also past others and beyond the capacity."""
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    before = state_of(registration)
    if before.status is not Status.WAITLISTED and not before.waiting_seats:
        raise BookError(f"Die Anmeldung {registration.reference} steht nicht auf der Warteliste.")
    cause = by_staff(actor, now, reason=reason)
    after = seating.seated(session, before, rules, without=registration.id)
    ledger.rewrite(session, registration, after, "moved_up", cause)
    due = answer(registration, after, None, kind=AnswerKind.MOVED_UP, before=before, remark=remark)
    return _decided(registration, due, cause)


def assign_table(
    session: Session,
    registration_id: int,
    number: int | None,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    expected_version: int | None = None,
    reason: str = "",
) -> Decided:
    """Puts a registration at a theme table, whatever was wished for; None takes it from its table.

    Nobody is written to: people are told where they sit with the reminder, or when their wish is changed.
    """
    if number is not None and number not in {table.number for table in rules.event.theme_tables}:
        raise BookError(f"Den Thementisch {number} gibt es nicht.")
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    cause = by_staff(actor, now, reason=reason)
    after = replace(state_of(registration), table_assigned=number)
    ledger.rewrite(session, registration, after, "table_assigned", cause)
    return _decided(registration, _moved_up(session, rules, cause), cause)


def reopen(
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
    """Lets a withdrawn registration stand again, with seats as if it were made now."""
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    before = state_of(registration)
    if before.status is not Status.CANCELLED:
        raise BookError(f"Die Anmeldung {registration.reference} ist nicht abgesagt.")
    if before.headcount < 1:
        raise BookError("Hier wurde nur abgesagt. Bitte die Personen als neue Anmeldung eintragen.")
    cause = by_staff(actor, now, reason=reason)
    after = seating.place(session, replace(before, arrived_at=now), rules, without=registration.id)
    ledger.rewrite(session, registration, after, "reopened", cause)
    return _decided(registration, answer(registration, after, None, remark=remark), cause)


def joined(keep: State, other: State) -> NewRegistration:
    """What two registrations of the same people say together: a proposal for the person who joins them.

    Whoever stands on both is one person; of the seats without names the larger number holds.
    """
    people = [*keep.attendees]
    people.extend(
        each for each in other.attendees if not any(names.close(each.name, known.name) for known in keep.attendees)
    )
    needs = dict.fromkeys((*keep.needs, *other.needs))
    return replace(
        from_state(keep),
        name=keep.contact_name or other.contact_name,
        email=keep.contact_email or other.contact_email,
        phone=keep.contact_phone or other.contact_phone,
        organisation=keep.organisation or other.organisation,
        attendees=tuple(people),
        headcount=max(len(people) + max(keep.unnamed, other.unnamed), 1),
        needs=tuple(needs),
        theme_tables=keep.theme_tables or other.theme_tables,
        remarks=" ".join(part for part in (keep.remarks, other.remarks) if part),
        open_question=keep.open_question or other.open_question,
    )


def merge(
    session: Session,
    keep_id: int,
    other_id: int,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    facts: NewRegistration | None = None,
    mail_id: int | None = None,
    reason: str = "",
    remark: str = "",
) -> Decided:
    """Joins two registrations of the same people into one; the other is kept for the history alone.

    :param facts: what the one shall say; None takes :func:`joined`.
    :param mail_id: the waiting mail that showed it, which is decided by this.
    """
    if keep_id == other_id:
        raise BookError("Eine Anmeldung lässt sich nicht mit sich selbst zusammenführen.")
    keep, other = ledger.load(session, keep_id), ledger.load(session, other_id)
    cause = by_staff(actor, now, reason=reason, mail_id=mail_id)
    keep_state, other_state = state_of(keep), state_of(other)
    wanted = checked(facts or joined(keep_state, other_state), rules)
    base = _seats_of_both(keep_state, other_state)
    ledger.rewrite(session, other, replace(other_state, dismissed=True), "merged_away", cause)
    after = onto_state(wanted, base)
    if base.status is Status.REVIEW:
        after = seating.place(session, after, rules, without=keep.id)
    else:
        asked_at = max(keep_state.arrived_at, other_state.arrived_at)
        after = seating.resize(session, base, after, rules, asked_at, without=keep.id)
    ledger.rewrite(session, keep, after, "merged", cause)
    for pair in list(other.mails):
        ledger.link(keep, pair.mail_id, applied=pair.applied)
        _decide(session, pair.mail_id)
    if mail_id is not None:
        waiting_mail(session, mail_id).state = MailState.DECIDED
        ledger.link(keep, mail_id, applied=True)
    promoted = _moved_up(session, rules, cause)
    after = state_of(keep)
    kind = AnswerKind.CHANGE if keep_state.status is after.status is Status.CONFIRMED else kind_of(after)
    due = answer(keep, after, mail_id, kind=kind, before=keep_state, remark=remark)
    return _decided(keep, (*due, *promoted), cause)


_RANK = (Status.CONFIRMED, Status.WAITLISTED, Status.LATE, Status.REVIEW, Status.CANCELLED)


def _seats_of_both(keep: State, other: State) -> State:
    """What two registrations have of seats: the standing of the better one, or of two alike that of the earlier.

    Two that are confirmed bring their seats together, so that a merger takes none away.
    """
    base = min(keep, other, key=lambda each: (_RANK.index(each.status), each.arrived_at))
    if not keep.status is other.status is Status.CONFIRMED:
        return base
    waiting = [each.waiting_since for each in (keep, other) if each.waiting_since is not None]
    return replace(
        base,
        headcount=keep.headcount + other.headcount,
        late_seats=keep.late_seats + other.late_seats,
        waiting_seats=keep.waiting_seats + other.waiting_seats,
        waiting_since=min(waiting, default=None),
    )


def _decide(session: Session, mail_id: int) -> None:
    mail = session.get(Mail, mail_id)
    if mail is not None and mail.state is MailState.WAITING:
        mail.state = MailState.DECIDED


def split(
    session: Session,
    registration_id: int,
    leaving: Sequence[str],
    facts: NewRegistration,
    rules: Rules,
    now: datetime,
    *,
    actor: str,
    expected_version: int | None = None,
    reason: str = "",
) -> tuple[Decided, Decided]:
    """Parts a registration in two, each with its share of the seats, late or waiting as before.

    :param leaving: names of the people who go over to the new registration.
    :param facts: the new registration; its headcount is taken from the old one.
    :returns: the old one, and the new one.
    """
    facts = checked(facts, rules)
    registration = ledger.load(session, registration_id, expected_version=expected_version)
    before = state_of(registration)
    cause = by_staff(actor, now, reason=reason)
    stay = tuple(each for each in before.attendees if not any(names.same(each.name, name) for name in leaving))
    rest = before.headcount - facts.headcount
    if rest < 1 or rest < len(stay):
        raise BookError(
            f"Für {registration.reference} blieben {rest} Plätze für {len(stay)} Namen; das geht nicht auf."
        )
    late_seats = min(before.late_seats, rest)
    waiting_seats = min(before.waiting_seats, rest - late_seats)
    remaining = replace(
        before,
        headcount=rest,
        attendees=stay,
        late_seats=late_seats,
        waiting_seats=waiting_seats,
        waiting_since=before.waiting_since if waiting_seats or before.status is Status.WAITLISTED else None,
    )
    share = replace(
        onto_state(facts, before),
        late_seats=before.late_seats - late_seats,
        waiting_seats=before.waiting_seats - waiting_seats,
    )
    if share.status is Status.CONFIRMED and not share.waiting_seats:
        share = replace(share, waiting_since=None)
    ledger.rewrite(session, registration, remaining, "split", cause)
    new = ledger.enter(session, share, registration.channel, "split_off", cause)
    for pair in registration.mails:
        ledger.link(new, pair.mail_id, applied=pair.applied)
    kind = AnswerKind.CHANGE if before.status is Status.CONFIRMED else kind_of(before)
    silent = before.status in (Status.REVIEW, Status.CANCELLED)
    due = () if silent else answer(registration, remaining, None, kind=kind, before=before)
    due_new = () if silent else answer(new, share, None)
    return _decided(registration, due, cause), _decided(new, due_new, cause)


def ask_back(session: Session, mail_id: int, text: str, now: datetime, *, actor: str) -> Decided:
    """Asks the sender of a waiting mail something, in the words of a member of staff.

    The mail leaves the queue; what was put down from it stays in the list as undecided until somebody answers.
    """
    if not text.strip():
        raise BookError("Die Rückfrage hat keinen Text.")
    mail = waiting_mail(session, mail_id)
    cause = by_staff(actor, now, reason=text, mail_id=mail_id)
    contact = (mail.extraction or {}).get("contact") or {}
    email = str(contact.get("email") or mail.sender_email).lower()
    if not email:
        raise BookError("Diese Mail nennt keine Adresse, an die geschrieben werden könnte.")
    registration = next(iter(touched_by(session, mail_id)), None)
    mail.state = MailState.DECIDED
    ledger.note(session, registration, "asked_back", cause)
    due = DueAnswer(
        kind=AnswerKind.QUESTION,
        # Nothing of a registration is told to an address that is not its own.
        registration_id=registration.id if registration is not None and registration.contact_email == email else None,
        mail_id=mail_id,
        recipient_name=str(contact.get("name") or mail.sender_name),
        recipient_email=email,
        language=str((mail.extraction or {}).get("language") or "de"),
        remark=text.strip(),
    )
    return Decided(registration=registration, answers=(due,), step=cause.step)


def _moved_up(session: Session, rules: Rules, cause: Cause) -> tuple[DueAnswer, ...]:
    return to_promoted(seating.move_up(session, rules, cause))


def _decided(registration: Registration, due: tuple[DueAnswer, ...], cause: Cause) -> Decided:
    return Decided(
        registration=registration, answers=one_each(due), step=cause.step, call_back=not registration.contact_email
    )
