"""Somebody registers by mail."""

from __future__ import annotations

import datetime as dt

from processor import registrations
from processor.database import Status
from processor.registrations import AnswerKind
from tests.registrations.builders import DEADLINE, IN_TIME, Office, message, registering


def test_a_registration_is_confirmed_and_answered(office: Office) -> None:
    mail = message("ayse@verein.example")
    outcome = office.receive(mail, registering("Ayşe Yılmaz", "Ali Demir", organisation="Verein e.V.", headcount=3))
    assert not outcome.waits
    registration = office.get(outcome.registration_id)
    assert (registration.status, registration.headcount, registration.late) == (Status.CONFIRMED, 3, False)
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CONFIRMATION]
    assert outcome.answers[0].recipient_email == "ayse@verein.example"
    shown = registrations.as_json(registration)
    assert shown["mails"] == [mail.message_id]
    assert [person["name"] for person in shown["attendees"]] == ["Ayşe Yılmaz", "Ali Demir"]


def test_the_last_second_of_the_deadline_is_in_time_and_the_next_is_late(office: Office) -> None:
    just = office.receive(message("a@a.example"), registering("Ada Arsal"), at=DEADLINE - dt.timedelta(seconds=1))
    after = office.receive(message("b@b.example"), registering("Berk Bulut"), at=DEADLINE)
    assert office.get(just.registration_id).status is Status.CONFIRMED
    assert office.get(after.registration_id).status is Status.LATE
    assert office.get(after.registration_id).late
    assert [answer.kind for answer in after.answers] == [AnswerKind.LATE]


def test_what_was_not_surely_understood_is_put_down_and_waits(office: Office) -> None:
    outcome = office.receive(message("a@a.example"), registering("Ada Arsal", review="Zwei oder drei Personen?"))
    assert outcome.waits
    assert outcome.reasons == ("Zwei oder drei Personen?",)
    assert office.get(outcome.registration_id).status is Status.REVIEW
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.RECEIPT]
    assert registrations.overview(office.session).confirmed == 0


def test_a_second_mail_that_waits_gets_no_second_receipt_on_the_same_day(office: Office) -> None:
    office.receive(message("a@a.example"), registering("Ada Arsal", review="unklar"))
    again = office.receive(message("a@a.example"), registering("Ada Arsal", review="unklar"))
    tomorrow = office.receive(
        message("a@a.example"), registering("Ada Arsal", review="unklar"), at=IN_TIME + dt.timedelta(days=1)
    )
    assert again.answers == ()
    assert [answer.kind for answer in tomorrow.answers] == [AnswerKind.RECEIPT]
