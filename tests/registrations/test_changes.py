"""What a change makes of a registration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from processor.database import Registration, Status
from processor.extraction import Extraction
from processor.registrations import AnswerKind, state_of
from processor.registrations.lists import history
from tests.registrations.builders import IN_TIME, Office, changing, message, registering

OWNER = "ayse@verein.example"


@pytest.fixture
def registration(office: Office) -> Registration:
    """Three seats: Ayşe Yılmaz, Ali Demir, and one without a name."""
    outcome = office.receive(
        message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", headcount=3, tables=[1], needs=["vegetarian"])
    )
    return office.get(outcome.registration_id)


@pytest.mark.parametrize(
    ("asked", "headcount", "people"),
    [
        pytest.param(changing(headcount=5), 5, ["Ayşe Yılmaz", "Ali Demir"], id="a larger total"),
        pytest.param(changing(change=2), 5, ["Ayşe Yılmaz", "Ali Demir"], id="two more"),
        pytest.param(changing(change=-1), 2, ["Ayşe Yılmaz", "Ali Demir"], id="one less, of those without a name"),
        pytest.param(
            changing("Can Deniz", change=1), 4, ["Ayşe Yılmaz", "Ali Demir", "Can Deniz"], id="one more, named"
        ),
        pytest.param(changing("Can Deniz"), 3, ["Ayşe Yılmaz", "Ali Demir", "Can Deniz"], id="the missing name"),
        pytest.param(changing("Can Deniz", leaving=["Ali Demir"]), 3, ["Ayşe Yılmaz", "Can Deniz"], id="exchanged"),
        pytest.param(changing(leaving=["ALI DEMIR"]), 2, ["Ayşe Yılmaz"], id="one leaves, by name alone"),
        pytest.param(changing(leaving=["Demir, Ali"], change=-1), 2, ["Ayşe Yılmaz"], id="one leaves, surname first"),
        pytest.param(
            changing("Ayşe Yılmaz", "Can Deniz", headcount=2), 2, ["Ayşe Yılmaz", "Can Deniz"], id="a whole new list"
        ),
        pytest.param(
            changing("Can Deniz", "Ece Kaya", headcount=4),
            4,
            ["Ayşe Yılmaz", "Ali Demir", "Can Deniz", "Ece Kaya"],
            id="a total with the new names alone",
        ),
        pytest.param(
            changing("Ayşe Yılmaz", headcount=5), 5, ["Ayşe Yılmaz", "Ali Demir"], id="a total by one of them"
        ),
        pytest.param(
            changing("Ayşe Yılmaz", "Ali Demirel", headcount=3, leaving=["Ali Demir"]),
            3,
            ["Ayşe Yılmaz", "Ali Demirel"],
            id="a total, one exchanged",
        ),
    ],
)
def test_what_is_clear_is_entered_and_the_new_whole_is_answered(
    office: Office, registration: Registration, asked: Extraction, headcount: int, people: list[str]
) -> None:
    outcome = office.receive(message(OWNER), asked)
    assert not outcome.waits, outcome.reasons
    after = state_of(office.get(registration.id))
    assert (after.headcount, list(after.names)) == (headcount, people)
    (answer,) = outcome.answers
    assert answer.kind is AnswerKind.CHANGE
    told = {difference.field: (difference.before, difference.after) for difference in answer.differences}
    if headcount != 3:
        assert told["headcount"] == ("3", str(headcount))
    if people != ["Ayşe Yılmaz", "Ali Demir"]:
        assert told["attendees"] == ("Ayşe Yılmaz, Ali Demir", ", ".join(people))


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(changing(headcount=1), id="fewer seats than names, and nobody leaves"),
        pytest.param(changing("Can Deniz", "Ece Kaya"), id="two names for one free seat"),
        pytest.param(changing("Can Deniz", headcount=1), id="somebody else altogether"),
        pytest.param(changing(leaving=["Zoe Zander", "Max Muster"]), id="strangers leave"),
        pytest.param(changing("Ali Demir", leaving=["Ali Demir"]), id="one comes and leaves"),
        pytest.param(changing("Can Deniz", "Ece Kaya", change=1), id="two names for one more seat"),
        pytest.param(changing(change=-5), id="more leave than come"),
        pytest.param(changing("Can Deniz", headcount=1, leaving=["Ali Demir"]), id="one exchanged, and two forgotten"),
        pytest.param(changing(change=8), id="more than the machine may enter alone"),
        pytest.param(replace(changing("Ali Demir"), headcount=1), id="one of them, and no number in the mail"),
        pytest.param(
            changing("Can Deniz", change=1, leaving=["Ali Demir"]), id="one exchanged, and the number grows by one"
        ),
        pytest.param(
            changing("Can Deniz", change=-1, leaving=["Ali Demir"]), id="one exchanged, and the number falls by one"
        ),
        pytest.param(changing(change=1, leaving=["Ali Demir"]), id="one leaves, and the number grows"),
    ],
)
def test_what_is_not_clear_is_left_to_a_person_and_nothing_changes(
    office: Office, registration: Registration, asked: Extraction
) -> None:
    before = state_of(registration)
    outcome = office.receive(message(OWNER), asked)
    assert outcome.waits
    assert outcome.reasons
    assert state_of(office.get(registration.id)) == before


def test_somebody_who_comes_instead_of_a_registered_person_changes_that_registration(
    office: Office, registration: Registration
) -> None:
    outcome = office.receive(message(OWNER), registering("Can Deniz", leaving=["Ali Demir"]))
    assert not outcome.waits, outcome.reasons
    assert [[row.name for row in each.attendees] for each in office.all()] == [["Ayşe Yılmaz", "Can Deniz"]]


def test_an_exchange_speaks_of_nobody_else(office: Office, registration: Registration) -> None:
    exchange = replace(changing("Can Deniz", leaving=["Ali Demir"]), headcount=1)
    outcome = office.receive(message(OWNER), exchange)
    assert not outcome.waits, outcome.reasons
    after = state_of(office.get(registration.id))
    assert (after.names, after.headcount) == (("Ayşe Yılmaz", "Can Deniz"), 3)


@pytest.mark.parametrize("seats", [2, 3])
def test_a_newcomer_who_is_counted_does_not_push_out_companions_without_a_name(office: Office, seats: int) -> None:
    entered = office.receive(message(OWNER), registering("Ali Demir", headcount=seats))
    outcome = office.receive(message(OWNER), changing("Can Deniz", headcount=1, leaving=["Ali Demir"]))
    assert outcome.waits
    assert office.get(entered.registration_id).headcount == seats


def test_one_name_does_not_shrink_a_group_that_has_named_nobody(office: Office) -> None:
    entered = office.receive(message(OWNER, name="Ayşe Yılmaz"), registering(headcount=3))
    outcome = office.receive(message(OWNER), changing("Can Deniz", headcount=1))
    assert outcome.waits
    assert office.get(entered.registration_id).headcount == 3


def test_whoever_leaves_another_registration_takes_no_seat_of_a_companion_without_a_name(
    office: Office, registration: Registration
) -> None:
    other = office.receive(message("zoe@web.example"), registering("Zoe Zander"))
    outcome = office.receive(message(OWNER), changing(leaving=["Zoe Zander"]))
    assert outcome.waits
    assert any(office.get(other.registration_id).reference in reason for reason in outcome.reasons)
    assert office.get(registration.id).headcount == 3


def test_somebody_who_wants_the_seat_of_a_stranger_is_left_to_a_person(
    office: Office, registration: Registration
) -> None:
    outcome = office.receive(message("can@web.example"), registering("Can Deniz", leaving=["Ali Demir"]))
    assert outcome.waits
    assert registration.reference in outcome.reasons[0]


def test_a_need_is_added_and_a_table_replaced(office: Office, registration: Registration) -> None:
    office.receive(message(OWNER), changing(needs=["wheelchair"], tables=[3]))
    after = office.get(registration.id)
    assert after.needs == ["vegetarian", "wheelchair"]
    assert (after.theme_tables, after.table_assigned) == ([3], 3)


def test_of_one_person_s_diets_the_last_said_holds(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", needs=["vegetarian", "wheelchair"]))
    office.receive(message(OWNER), changing(needs=["vegan"]))
    assert office.get(outcome.registration_id).needs == ["wheelchair", "vegan"]


def test_accents_that_a_keyboard_lacks_spoil_no_name(office: Office, registration: Registration) -> None:
    office.receive(message(OWNER), changing("ayse yilmaz", "ALI DEMIR", change=1))
    assert [row.name for row in office.get(registration.id).attendees] == ["Ayşe Yılmaz", "Ali Demir"]


def test_a_corrected_spelling_is_taken_over(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Lukasz Przybyla", organisation="Polonia"))
    office.receive(message(OWNER), changing("Łukasz Przybyła", headcount=1))
    assert [row.name for row in office.get(outcome.registration_id).attendees] == ["Łukasz Przybyła"]


def test_when_all_leave_by_name_it_is_a_withdrawal(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    left = office.receive(message(OWNER), changing(leaving=["Ayşe Yılmaz", "Ali Demir"], change=-2))
    assert office.get(outcome.registration_id).status is Status.CANCELLED
    assert [answer.kind for answer in left.answers] == [AnswerKind.CANCELLATION]


def test_nothing_new_is_told_again_once_a_day(office: Office, registration: Registration) -> None:
    before = state_of(registration)
    first = office.receive(message(OWNER), changing())
    second = office.receive(message(OWNER), changing())
    tomorrow = office.receive(message(OWNER), changing(), at=IN_TIME + dt.timedelta(days=1))
    assert [answer.kind for answer in first.answers] == [AnswerKind.CONFIRMATION]
    assert second.answers == ()
    assert not second.waits
    assert [answer.kind for answer in tomorrow.answers] == [AnswerKind.CONFIRMATION]
    assert state_of(office.get(registration.id)) == before


def test_a_question_on_the_side_is_kept_open(office: Office, registration: Registration) -> None:
    outcome = office.receive(message(OWNER), changing(change=1, question=True))
    assert not outcome.waits
    assert office.get(registration.id).open_question


def test_a_change_to_nothing_is_left_to_a_person_and_enters_nothing(office: Office) -> None:
    outcome = office.receive(message("neu@web.example"), changing("Ada Arsal", headcount=2))
    assert outcome.waits
    assert office.all() == []


def test_an_older_mail_does_not_overrule_a_newer_one(office: Office, registration: Registration) -> None:
    office.receive(message(OWNER), changing(headcount=5), at=IN_TIME + dt.timedelta(hours=5))
    outcome = office.receive(message(OWNER), changing(headcount=4), at=IN_TIME + dt.timedelta(hours=1))
    assert outcome.waits
    assert office.get(registration.id).headcount == 5


def test_every_change_is_in_the_history_with_before_and_after(office: Office, registration: Registration) -> None:
    office.receive(message(OWNER), changing(change=1))
    entered, changed = history(office.session, registration.id)
    assert (entered.action, entered.cause, entered.before) == ("registered", "mail", None)
    assert (changed.action, changed.cause) == ("changed", "mail")
    assert changed.mail_id is not None
    assert (changed.before, changed.after) == ({"headcount": 3}, {"headcount": 4})
