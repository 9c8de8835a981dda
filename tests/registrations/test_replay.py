"""Mails are booked again after the reading has improved."""

from __future__ import annotations

from typing import Any

from processor import registrations
from processor.database import Mail, MailState, Status
from processor.extraction import Extraction
from processor.message import Message
from processor.registrations import overview
from processor.registrations.replay import Effect, Reread, again, dry_run
from tests.registrations.builders import Office, changing, message, registering


def stored_reading(meaning: Extraction) -> dict[str, Any]:
    """What the pipeline keeps of a reading."""
    return {
        "intent": meaning.intent.value,
        "headcount": meaning.headcount,
        "headcount_change": meaning.headcount_change,
        "attendees": [{"name": each.name} for each in meaning.attendees],
        "organisation": meaning.organisation,
        "theme_tables": list(meaning.theme_tables),
        "needs": list(meaning.needs),
        "contact": {"email": meaning.contact.email},
    }


def received(office: Office, mail: Message, meaning: Extraction) -> int:
    outcome = office.receive(mail, meaning)
    row = office.session.query(Mail).order_by(Mail.id.desc()).first()
    assert row is not None
    row.extraction = stored_reading(meaning)
    assert outcome.registration_id is not None
    return row.id


ADA = "ada@web.example"


def test_a_dry_run_says_what_would_be_entered_and_enters_nothing(office: Office) -> None:
    mail = message(ADA)
    mail_id = received(office, mail, registering("Ada Arsal", review="unklar", email=ADA))
    better = Reread(mail_id=mail_id, message=mail, extraction=registering("Ada Arsal", headcount=2, email=ADA))
    (reread,) = dry_run(office.session, [better], office.rules, office.now)
    assert reread.effect is Effect.ENTERED
    assert overview(office.session).confirmed == 0
    assert len(registrations.waiting(office.session)) == 1


def test_what_waited_is_entered_in_the_place_of_what_was_put_down(office: Office) -> None:
    mail = message(ADA)
    mail_id = received(office, mail, registering("Ada Arsal", review="unklar", email=ADA))
    reference = office.all()[0].reference
    meaning = registering("Ada Arsal", headcount=2, email=ADA)
    better = Reread(mail_id=mail_id, message=mail, extraction=meaning, kept=stored_reading(meaning))
    first = again(office.session, better, office.rules, office.now)
    second = again(office.session, better, office.rules, office.now)
    (registration,) = office.all()
    assert (registration.reference, registration.status, registration.headcount) == (reference, Status.CONFIRMED, 2)
    assert first.outcome is not None
    assert len(first.outcome.answers) == 1
    assert second.outcome is None
    assert registrations.waiting(office.session) == ()


def test_what_a_person_decided_stays(office: Office) -> None:
    mail = message(ADA)
    mail_id = received(office, mail, registering("Ada Arsal", review="unklar", email=ADA))
    registrations.dismiss(office.session, mail_id, office.now, actor="ollech")
    better = Reread(mail_id=mail_id, message=mail, extraction=registering("Ada Arsal", email=ADA))
    assert again(office.session, better, office.rules, office.now).effect is Effect.DECIDED
    assert office.all() == []


def test_what_was_entered_is_not_entered_twice_and_a_difference_is_for_a_person(office: Office) -> None:
    mail = message(ADA)
    meaning = registering("Ada Arsal", headcount=2, email=ADA)
    mail_id = received(office, mail, meaning)
    same = Reread(mail_id=mail_id, message=mail, extraction=meaning)
    other = Reread(mail_id=mail_id, message=mail, extraction=registering("Ada Arsal", headcount=3, email=ADA))
    assert again(office.session, same, office.rules, office.now).effect is Effect.SAME
    for _ in range(2):
        reread = again(office.session, other, office.rules, office.now)
        assert reread.effect is Effect.DIFFERS
        assert reread.reasons == ("Personen bisher „2“, jetzt gelesen „3“",)
    (registration,) = office.all()
    assert registration.headcount == 2
    assert len(registrations.waiting(office.session)) == 1


def test_a_relative_change_is_not_applied_twice(office: Office) -> None:
    office.receive(message(ADA), registering("Ada Arsal"))
    mail = message(ADA)
    meaning = changing(change=2, email=ADA)
    mail_id = received(office, mail, meaning)
    reread = again(office.session, Reread(mail_id=mail_id, message=mail, extraction=meaning), office.rules, office.now)
    assert reread.effect is Effect.SAME
    assert overview(office.session).confirmed == 3


def test_what_is_still_unclear_goes_on_waiting(office: Office) -> None:
    mail = message(ADA)
    meaning = registering("Ada Arsal", review="unklar", email=ADA)
    mail_id = received(office, mail, meaning)
    reread = again(office.session, Reread(mail_id=mail_id, message=mail, extraction=meaning), office.rules, office.now)
    assert reread.effect is Effect.SAME
    assert len(office.all()) == 1
    row = office.session.get(Mail, mail_id)
    assert row is not None
    assert row.state is MailState.WAITING
