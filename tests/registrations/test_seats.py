"""Deadline, capacity, waiting list and theme tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from processor import registrations
from processor.database import Status
from processor.registrations import AnswerKind, from_state, overview, state_of
from tests.registrations.builders import (
    DEADLINE,
    IN_TIME,
    LATE,
    Office,
    cancelling,
    changing,
    message,
    registering,
    rules,
)


def confirmed(office: Office, *people: str, sender: str = "", at: dt.datetime = IN_TIME, **facts: object) -> int:
    sender = sender or f"{people[0].lower().replace(' ', '.')}@web.example"
    outcome = office.receive(message(sender), registering(*people, **facts), at=at)
    assert not outcome.waits, outcome.reasons
    assert outcome.registration_id is not None
    return outcome.registration_id


@pytest.mark.parametrize(
    ("setting", "status", "kind"),
    [
        ("review", Status.LATE, AnswerKind.LATE),
        ("accept", Status.CONFIRMED, AnswerKind.CONFIRMATION),
        ("waitlist", Status.WAITLISTED, AnswerKind.WAITLIST),
    ],
)
def test_a_late_registration_becomes_what_the_office_has_set(
    office: Office, setting: str, status: Status, kind: AnswerKind
) -> None:
    office.rules = rules(late=setting)
    outcome = office.receive(message("a@web.example"), registering("Ada Arsal"), at=LATE)
    registration = office.get(outcome.registration_id)
    assert (registration.status, registration.late) == (status, True)
    assert [answer.kind for answer in outcome.answers] == [kind]


def test_what_was_in_time_stays_in_time_and_seats_added_late_are_late(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", "Ali Akın", sender="a@web.example")
    outcome = office.receive(message("a@web.example"), changing("Can Deniz", change=1), at=LATE)
    registration = office.get(number)
    assert (registration.status, registration.late, registration.headcount) == (Status.CONFIRMED, False, 3)
    assert registration.late_seats == 1
    seats = overview(office.session)
    assert (seats.confirmed, seats.late) == (2, 1)
    (answer,) = outcome.answers
    assert answer.kind is AnswerKind.CHANGE


def test_late_seats_are_accepted_or_refused_by_the_staff(office: Office) -> None:
    for accept, sender in ((True, "ada@web.example"), (False, "berk@web.example")):
        number = confirmed(office, f"{sender[:3]} Arsal", sender=sender)
        office.receive(message(sender), changing(change=2), at=LATE)
        decide = registrations.accept_late if accept else registrations.refuse_late
        decided = decide(office.session, number, office.rules, office.now, actor="ollech")
        registration = office.get(number)
        assert registration.late_seats == 0
        assert registration.headcount == (3 if accept else 1)
        kind = AnswerKind.ACCEPTED if accept else AnswerKind.CHANGE
        assert [answer.kind for answer in decided.answers] == [kind]


def test_a_seat_given_back_after_the_deadline_is_first_a_late_one(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", sender="a@web.example", headcount=3)
    office.receive(message("a@web.example"), changing(change=2), at=LATE)
    office.receive(message("a@web.example"), changing(change=-1), at=LATE)
    registration = office.get(number)
    assert (registration.headcount, registration.late_seats) == (4, 1)


def test_a_late_one_is_accepted_and_stays_marked_as_late(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", at=LATE)
    decided = registrations.accept_late(office.session, number, office.rules, office.now, actor="ollech")
    registration = office.get(number)
    assert (registration.status, registration.late) == (Status.CONFIRMED, True)
    assert [answer.kind for answer in decided.answers] == [AnswerKind.ACCEPTED]


def test_a_late_one_is_refused_with_an_answer_of_its_own(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", at=LATE)
    decided = registrations.refuse_late(office.session, number, office.rules, office.now, actor="ollech")
    assert office.get(number).status is Status.CANCELLED
    assert [answer.kind for answer in decided.answers] == [AnswerKind.REFUSAL]


def test_a_change_of_a_late_one_is_answered_as_late(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", sender="a@web.example", at=LATE)
    outcome = office.receive(message("a@web.example"), changing(change=1), at=LATE)
    assert (office.get(number).status, office.get(number).headcount) == (Status.LATE, 2)
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.LATE]


def test_who_finds_no_seat_waits_in_the_order_of_arrival(office: Office) -> None:
    office.rules = rules(capacity=3)
    confirmed(office, "Ada Arsal", "Ali Akın", sender="a@web.example")
    group = confirmed(office, "Berk Bulut", "Banu Bal")
    single = confirmed(office, "Can Deniz")
    assert office.get(group).status is Status.WAITLISTED
    assert office.get(single).status is Status.WAITLISTED, "a single does not overtake the group, though a seat is free"
    office.receive(message("a@web.example"), changing(leaving=["Ali Akın"]))
    assert office.get(group).status is Status.CONFIRMED
    assert office.get(single).status is Status.WAITLISTED


def test_seats_added_when_it_is_full_wait_and_the_others_stay(office: Office) -> None:
    office.rules = rules(capacity=3)
    number = confirmed(office, "Ada Arsal", sender="a@web.example", headcount=2)
    other = confirmed(office, "Can Deniz", sender="c@web.example")
    outcome = office.receive(message("a@web.example"), changing(change=1))
    registration = office.get(number)
    assert (registration.status, registration.headcount, registration.waiting_seats) == (Status.CONFIRMED, 3, 1)
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CHANGE]
    assert overview(office.session).confirmed == 3
    office.receive(message("c@web.example"), cancelling())
    assert office.get(other).status is Status.CANCELLED
    assert office.get(number).waiting_seats == 0
    assert overview(office.session).confirmed == 3


def test_late_ones_on_the_waiting_list_move_up_by_the_office_alone(office: Office) -> None:
    office.rules = rules(capacity=1, late="waitlist")
    confirmed(office, "Ada Arsal", sender="a@web.example")
    late = confirmed(office, "Can Deniz", at=DEADLINE)
    office.receive(message("a@web.example"), cancelling(), at=LATE)
    assert office.get(late).status is Status.WAITLISTED
    decided = registrations.promote(office.session, late, office.rules, office.now, actor="ollech")
    assert office.get(late).status is Status.CONFIRMED
    assert [answer.kind for answer in decided.answers] == [AnswerKind.MOVED_UP]


def test_a_group_gets_the_first_table_it_wishes_for_that_has_room(office: Office) -> None:
    office.rules = rules(tables=(2, 2, None))
    first = confirmed(office, "Ada Arsal", "Ali Akın", sender="a@web.example", tables=[1])
    second = confirmed(office, "Berk Bulut", tables=[1, 2])
    third = confirmed(office, "Can Deniz", tables=[1])
    assert [office.get(number).table_assigned for number in (first, second, third)] == [1, 2, None]
    assert office.sent[-1].remark == ""
    outcome = office.receive(message("a@web.example"), changing(tables=[3]))
    assert [office.get(number).table_assigned for number in (first, second, third)] == [3, 2, 1]
    told = {answer.recipient_email: [one.field for one in answer.differences] for answer in outcome.answers}
    assert told == {"a@web.example": ["theme_tables"], "can.deniz@web.example": ["table_assigned"]}


def test_whose_change_frees_a_table_for_themselves_gets_one_mail(office: Office) -> None:
    office.rules = rules(tables=(2, 2))
    number = confirmed(office, "Ada Arsal", sender="a@web.example", headcount=3, tables=[1])
    assert office.get(number).table_assigned is None
    facts = replace(from_state(state_of(office.get(number))), headcount=2)
    decided = registrations.edit(
        office.session, number, facts, office.rules, office.now, actor="ollech", reason="Anruf"
    )
    assert office.get(number).table_assigned == 1
    assert [answer.kind for answer in decided.answers] == [AnswerKind.CHANGE]


def test_the_staff_move_somebody_to_another_table(office: Office) -> None:
    number = confirmed(office, "Ada Arsal", tables=[1])
    registrations.assign_table(office.session, number, 2, office.rules, office.now, actor="ollech", reason="Mischung")
    registration = office.get(number)
    assert (registration.table_assigned, registration.theme_tables) == (2, [1])
