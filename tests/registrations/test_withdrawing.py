"""Somebody will not come."""

from __future__ import annotations

import datetime as dt

import pytest

from processor.database import Status
from processor.extraction import Extraction, Intent
from processor.registrations import AnswerKind, overview, state_of
from processor.registrations.lists import history
from tests.registrations.builders import (
    DEADLINE,
    IN_TIME,
    LATE,
    Office,
    cancelling,
    changing,
    extraction,
    message,
    registering,
    rules,
)

OWNER = "ayse@verein.example"


def test_a_whole_registration_is_withdrawn(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    outcome = office.receive(message(OWNER), cancelling())
    assert not outcome.waits
    assert office.get(entered.registration_id).status is Status.CANCELLED
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CANCELLATION]
    seats = overview(office.session)
    assert (seats.confirmed, seats.cancelled) == (0, 2)


def test_one_of_two_named_people_withdraws_and_the_other_stays(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    outcome = office.receive(message(OWNER), cancelling(leaving=["Ayşe Yılmaz"]))
    registration = office.get(entered.registration_id)
    assert (registration.status, registration.headcount) == (Status.CONFIRMED, 1)
    assert [row.name for row in registration.attendees] == ["Ali Demir"]
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CHANGE]


def test_whether_nameless_companions_come_alone_is_asked(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", headcount=3))
    outcome = office.receive(message(OWNER), cancelling(leaving=["Ayşe Yılmaz"]))
    assert outcome.waits
    assert office.get(entered.registration_id).headcount == 3


@pytest.mark.parametrize(
    "meaning",
    [
        pytest.param(cancelling(headcount=3), id="all three of us"),
        pytest.param(
            cancelling(headcount=3, leaving=["Ayşe Yılmaz", "Ali Demir", "Can Deniz"]), id="all three by name"
        ),
    ],
)
def test_a_cancellation_that_counts_all_of_them_withdraws_all(office: Office, meaning: Extraction) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", "Can Deniz"))
    outcome = office.receive(message(OWNER), meaning)
    assert not outcome.waits, outcome.reasons
    assert office.get(entered.registration_id).status is Status.CANCELLED


@pytest.mark.parametrize(
    "meaning",
    [
        pytest.param(cancelling(headcount=1), id="a number may count who leaves or who comes"),
        pytest.param(cancelling(headcount=1, leaving=["Ali Demir"]), id="one leaves, and two or one are left"),
        pytest.param(extraction(Intent.CANCELLATION, "Ali Demir"), id="who comes is named, and nobody who leaves"),
        pytest.param(cancelling(change=1), id="a cancellation that adds somebody"),
        pytest.param(cancelling(leaving=["Zoe Zander"]), id="somebody who is not on it"),
    ],
)
@pytest.mark.parametrize("people", [(), ("Ayşe Yılmaz", "Ali Demir", "Can Deniz")])
def test_a_cancellation_that_leaves_open_who_comes_changes_nothing_and_confirms_nothing(
    office: Office, people: tuple[str, ...], meaning: Extraction
) -> None:
    entered = office.receive(message(OWNER), registering(*people, headcount=3))
    outcome = office.receive(message(OWNER), meaning)
    assert outcome.waits
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.RECEIPT]
    registration = office.get(entered.registration_id)
    assert (registration.status, registration.headcount) == (Status.CONFIRMED, 3)


@pytest.mark.parametrize("left", [0, 2])
def test_when_one_of_three_leaves_by_name_two_come(office: Office, left: int) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", "Can Deniz"))
    outcome = office.receive(message(OWNER), cancelling(leaving=["Ali Demir"], headcount=left))
    assert not outcome.waits, outcome.reasons
    assert state_of(office.get(entered.registration_id)).names == ("Ayşe Yılmaz", "Can Deniz")
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CHANGE]


def test_withdrawing_counts_after_the_deadline_too(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    outcome = office.receive(message(OWNER), cancelling(), at=LATE)
    assert not outcome.waits
    registration = office.get(entered.registration_id)
    assert (registration.status, registration.late) == (Status.CANCELLED, False)


def test_withdrawing_twice_changes_nothing(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    office.receive(message(OWNER), cancelling())
    again = office.receive(message(OWNER), cancelling())
    once_more = office.receive(message(OWNER), cancelling())
    assert [answer.kind for answer in again.answers] == [AnswerKind.CANCELLATION]
    assert once_more.answers == ()
    assert len(office.all()) == 1
    assert [entry.action for entry in history(office.session, entered.registration_id or 0)] == [
        "registered",
        "cancelled",
        "told_again",
    ]


def test_who_comes_after_all_is_registered_again_under_the_same_reference(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    reference = office.get(entered.registration_id).reference
    office.receive(message(OWNER), cancelling())
    again = office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    registration = office.get(again.registration_id)
    assert (registration.reference, registration.status, registration.headcount) == (reference, Status.CONFIRMED, 1)
    assert [answer.kind for answer in again.answers] == [AnswerKind.CONFIRMATION]


@pytest.mark.parametrize("meaning", [registering(headcount=2), changing(headcount=2)])
def test_the_same_number_after_all_means_the_same_people(office: Office, meaning: Extraction) -> None:
    office.receive(
        message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", organisation="Verein", tables=[2], needs=["vegan"])
    )
    office.receive(message(OWNER), cancelling())
    again = office.receive(message(OWNER), meaning)
    state = state_of(office.get(again.registration_id))
    assert (state.status, state.names, state.organisation) == (
        Status.CONFIRMED,
        ("Ayşe Yılmaz", "Ali Demir"),
        "Verein",
    )
    assert (state.theme_tables, state.needs) == ((2,), ("vegan",))


def test_who_comes_after_all_but_too_late_is_late(office: Office) -> None:
    office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    office.receive(message(OWNER), cancelling())
    again = office.receive(message(OWNER), registering("Ayşe Yılmaz"), at=DEADLINE)
    registration = office.get(again.registration_id)
    assert (registration.status, registration.late) == (Status.LATE, True)


def test_a_decline_is_recorded(office: Office) -> None:
    outcome = office.receive(message("nein@verein.example", name="Nuri Naz"), cancelling(organisation="Verein N"))
    registration = office.get(outcome.registration_id)
    assert (registration.status, registration.headcount, registration.attendees) == (Status.CANCELLED, 0, [])
    assert registration.organisation == "Verein N"
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CANCELLATION]
    assert overview(office.session).declined == 1


def test_a_decline_for_an_organisation_that_is_registered_is_asked_about(office: Office) -> None:
    office.receive(message(OWNER), registering("Ayşe Yılmaz", organisation="Verein N e.V."))
    outcome = office.receive(message("kasse@verein.example"), cancelling(name="Nuri Naz", organisation="Verein N"))
    assert outcome.waits
    assert len(office.all()) == 1


def test_a_decline_is_taken_back_by_registering(office: Office) -> None:
    declined = office.receive(message(OWNER, name="Ayşe Yılmaz"), cancelling())
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz"), at=IN_TIME + dt.timedelta(days=3))
    assert entered.registration_id == declined.registration_id
    assert office.get(entered.registration_id).status is Status.CONFIRMED


def test_an_old_registration_does_not_overrule_a_newer_withdrawal(office: Office) -> None:
    office.receive(message(OWNER, name="Ayşe Yılmaz"), cancelling(), at=IN_TIME + dt.timedelta(days=3))
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz"), at=IN_TIME)
    assert outcome.waits


def test_what_nobody_has_decided_is_withdrawn_by_its_owner(office: Office) -> None:
    entered = office.receive(message(OWNER), registering("Ayşe Yılmaz", review="unklar"))
    outcome = office.receive(message(OWNER), cancelling())
    assert not outcome.waits
    assert office.get(entered.registration_id).status is Status.CANCELLED


def test_what_may_be_a_double_is_withdrawn_by_a_person_only(office: Office) -> None:
    office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    office.receive(message("privat@web.example"), registering("Ayşe Yılmaz"))
    outcome = office.receive(message("privat@web.example"), cancelling())
    assert outcome.waits
    assert overview(office.session).confirmed == 1


def test_a_seat_given_back_goes_to_the_first_who_waits(office: Office) -> None:
    office.rules = rules(capacity=2)
    office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    waiting = office.receive(message("can@web.example"), registering("Can Deniz"))
    assert [answer.kind for answer in waiting.answers] == [AnswerKind.WAITLIST]
    outcome = office.receive(message(OWNER), cancelling())
    assert office.get(waiting.registration_id).status is Status.CONFIRMED
    assert [(answer.recipient_email, answer.kind) for answer in outcome.answers] == [
        (OWNER, AnswerKind.CANCELLATION),
        ("can@web.example", AnswerKind.MOVED_UP),
    ]
    moved = history(office.session, waiting.registration_id or 0)[-1]
    assert (moved.action, moved.cause, moved.actor) == ("moved_up", "rule", "waiting_list")
