"""What the staff decide, look at, and take back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from processor import registrations
from processor.database import Channel, Mail, MailState, Status
from processor.extraction import Attendee, Decision, Intent
from processor.message import Address, SenderKind
from processor.registrations import (
    AnswerKind,
    BookError,
    ConflictError,
    NewRegistration,
    UnknownError,
    from_state,
    overview,
    state_of,
)
from processor.registrations.lists import history
from tests.registrations.builders import (
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

CLERK = "ollech"


def waiting(office: Office, sender: str = "ada@web.example", at: dt.datetime = IN_TIME) -> tuple[int, int]:
    """A mail that waits („zwei oder drei?“), and the registration that was put down from it."""
    outcome = office.receive(message(sender), registering("Ada Arsal", headcount=2, review="2 oder 3?"), at=at)
    assert outcome.registration_id is not None
    return office.get(outcome.registration_id).mails[0].mail_id, outcome.registration_id


def state_of_mail(office: Office, mail_id: int) -> MailState:
    return office.session.scalars(select(Mail.state).where(Mail.id == mail_id)).one()


def by_phone(office: Office, **facts: object) -> registrations.Decided:
    new = NewRegistration(**{"phone": "+492091234", **facts})  # type: ignore[arg-type]  # passed through
    return registrations.add(office.session, new, office.rules, office.now, channel=Channel.PHONE, actor=CLERK)


def test_what_waits_is_listed_oldest_first_with_its_reason(office: Office) -> None:
    later, _ = waiting(office, "b@web.example", IN_TIME + dt.timedelta(hours=2))
    earlier, number = waiting(office, "a@web.example", IN_TIME)
    queue = registrations.waiting(office.session)
    assert [each.mail.id for each in queue] == [earlier, later]
    assert queue[0].reasons == ("2 oder 3?",)
    assert [each.id for each in queue[0].registrations] == [number]


def test_a_waiting_mail_is_confirmed_as_corrected(office: Office) -> None:
    mail_id, number = waiting(office)
    facts = replace(from_state(state_of(office.get(number))), headcount=3)
    decided = registrations.confirm_review(office.session, mail_id, facts, office.rules, office.now, actor=CLERK)
    registration = office.get(number)
    assert (registration.status, registration.headcount) == (Status.CONFIRMED, 3)
    assert state_of_mail(office, mail_id) is MailState.DECIDED
    assert [(answer.kind, answer.mail_id) for answer in decided.answers] == [(AnswerKind.CONFIRMATION, mail_id)]
    last = history(office.session, number)[-1]
    assert (last.action, last.cause, last.actor) == ("confirmed", "staff", CLERK)
    assert len(registrations.as_json(registration)["mails"]) == 1


def test_a_waiting_mail_that_came_late_is_late_unless_accepted_at_once(office: Office) -> None:
    for accepted, status in ((False, Status.LATE), (True, Status.CONFIRMED)):
        mail_id, number = waiting(office, f"{status.value}@web.example", LATE)
        facts = replace(from_state(state_of(office.get(number))), name=status.value, attendees=())
        registrations.confirm_review(
            office.session, mail_id, facts, office.rules, office.now, actor=CLERK, accept_late=accepted
        )
        assert (office.get(number).status, office.get(number).late) == (status, True)


def test_a_waiting_change_is_confirmed_on_the_registration_it_belongs_to(office: Office) -> None:
    entered = office.receive(message("ada@web.example"), registering("Ada Arsal"))
    outcome = office.receive(message("fremd@web.example"), changing(change=1))
    mail = registrations.waiting(office.session)[0].mail
    assert outcome.waits
    registration = office.get(entered.registration_id)
    facts = replace(from_state(state_of(registration)), headcount=2)
    decided = registrations.confirm_review(
        office.session, mail.id, facts, office.rules, office.now, actor=CLERK, registration_id=registration.id
    )
    assert [answer.recipient_email for answer in decided.answers] == ["ada@web.example"]
    assert [answer.kind for answer in decided.answers] == [AnswerKind.CHANGE]
    assert len(registrations.as_json(office.get(registration.id))["mails"]) == 2


def test_a_mail_that_is_no_registration_leaves_the_list(office: Office) -> None:
    mail_id, _ = waiting(office)
    registrations.dismiss(office.session, mail_id, office.now, actor=CLERK, reason="Werbung")
    assert office.all() == []
    assert registrations.waiting(office.session) == ()
    assert overview(office.session).review == 0


def test_two_clerks_cannot_decide_the_same_mail(office: Office) -> None:
    mail_id, number = waiting(office)
    facts = from_state(state_of(office.get(number)))
    registrations.confirm_review(office.session, mail_id, facts, office.rules, office.now, actor=CLERK)
    with pytest.raises(ConflictError, match="schon jemand entschieden"):
        registrations.dismiss(office.session, mail_id, office.now, actor="aksoy")


def test_a_clerk_who_looked_at_an_older_version_overwrites_nothing(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    seen = office.get(number).version
    office.receive(message("ada@web.example"), changing(change=1))
    with pytest.raises(ConflictError, match="inzwischen geändert"):
        registrations.cancel(office.session, number, office.rules, office.now, actor=CLERK, expected_version=seen)
    assert office.get(number).headcount == 2


def test_a_call_is_entered_and_asks_to_ring_back_where_there_is_no_address(office: Office) -> None:
    with_address = by_phone(office, name="Ada Arsal", email="Ada@Web.Example")
    without = by_phone(office, name="Berk Bulut")
    assert [answer.kind for answer in with_address.answers] == [AnswerKind.CONFIRMATION]
    assert (with_address.call_back, without.call_back, without.answers) == (False, True, ())
    shown = registrations.as_json(office.all()[0])
    assert (shown["channel"], shown["contact"]["email"], shown["mails"]) == ("phone", "ada@web.example", [])
    assert [person["name"] for person in shown["attendees"]] == ["Ada Arsal"]


def test_a_call_after_the_deadline_is_late(office: Office) -> None:
    office.now = LATE
    decided = by_phone(office, name="Ada Arsal")
    assert decided.registration is not None
    assert decided.registration.status is Status.LATE


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"headcount": 0}, "zwischen 1 und"),
        ({"headcount": 10**12}, "zwischen 1 und"),
        ({"name": " ", "phone": "1"}, "fehlt ein Name"),
        ({"email": "kein-at"}, "keine Mailadresse"),
        ({"theme_tables": (9,)}, "Thementisch 9"),
        ({"needs": ("gold",)}, "gold"),
        ({"attendees": (Attendee("A B"), Attendee("C D")), "headcount": 1}, "2 Namen"),
        ({"organisation": "x" * 10_000}, "zu lang"),
    ],
)
def test_what_cannot_be_entered_is_said_in_a_sentence(office: Office, facts: dict[str, object], words: str) -> None:
    with pytest.raises(BookError, match=words):
        by_phone(office, **{"name": "Ada Arsal", **facts})
    assert office.all() == []


def test_any_field_is_changed_with_a_reason(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    facts = replace(from_state(state_of(office.get(number))), organisation="Verein A", remarks="rief an")
    decided = registrations.edit(
        office.session, number, facts, office.rules, office.now, actor=CLERK, reason="Anruf vom Montag"
    )
    assert (office.get(number).organisation, office.get(number).remarks) == ("Verein A", "rief an")
    assert [answer.kind for answer in decided.answers] == [AnswerKind.CHANGE]
    assert history(office.session, number)[-1].reason == "Anruf vom Montag"


def test_a_registration_of_a_stranger_to_the_list_is_unknown(office: Office) -> None:
    with pytest.raises(UnknownError):
        registrations.cancel(office.session, 4711, office.rules, office.now, actor=CLERK)
    with pytest.raises(UnknownError):
        registrations.dismiss(office.session, 4711, office.now, actor=CLERK)
    with pytest.raises(UnknownError):
        registrations.by_reference(office.session, "GE-XXXX")


def test_asking_back_goes_to_the_sender_and_tells_nothing_of_a_stranger_s_registration(office: Office) -> None:
    office.receive(message("ada@web.example"), registering("Ada Arsal"))
    office.receive(message("fremd@web.example", name="Frieda Fremd"), changing(change=1))
    mail = registrations.waiting(office.session)[0].mail
    decided = registrations.ask_back(office.session, mail.id, "Wen meinen Sie?", office.now, actor=CLERK)
    (answer,) = decided.answers
    assert (answer.kind, answer.recipient_email, answer.registration_id) == (
        AnswerKind.QUESTION,
        "fremd@web.example",
        None,
    )
    assert answer.remark == "Wen meinen Sie?"


# -- taking back --


def test_a_confirmation_is_taken_back_and_the_mail_waits_again(office: Office) -> None:
    mail_id, number = waiting(office)
    facts = replace(from_state(state_of(office.get(number))), headcount=3)
    registrations.confirm_review(office.session, mail_id, facts, office.rules, office.now, actor=CLERK)
    registrations.undo(office.session, number, office.rules, office.now, actor="aksoy")
    registration = office.get(number)
    assert (registration.status, registration.headcount) == (Status.REVIEW, 2)
    assert state_of_mail(office, mail_id) is MailState.WAITING


def test_a_dismissal_is_taken_back(office: Office) -> None:
    mail_id, number = waiting(office)
    registrations.dismiss(office.session, mail_id, office.now, actor=CLERK)
    registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)
    assert [registration.id for registration in office.all()] == [number]
    assert state_of_mail(office, mail_id) is MailState.WAITING


def test_the_dismissal_of_a_mere_question_is_taken_back(office: Office) -> None:
    office.receive(message("x@web.example"), extraction(Intent.QUESTION, review="Eine Frage"))
    mail_id = registrations.waiting(office.session)[0].mail.id
    registrations.dismiss(office.session, mail_id, office.now, actor=CLERK)
    registrations.undo_mail(office.session, mail_id, office.now, actor=CLERK)
    assert state_of_mail(office, mail_id) is MailState.WAITING
    with pytest.raises(BookError):
        registrations.undo_mail(office.session, mail_id, office.now, actor=CLERK)


def test_several_steps_are_taken_back_one_after_the_other(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    first = state_of(office.get(number))
    for headcount in (2, 3):
        facts = replace(from_state(state_of(office.get(number))), headcount=headcount)
        registrations.edit(office.session, number, facts, office.rules, office.now, actor=CLERK, reason="Anruf")
    decided = registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)
    assert office.get(number).headcount == 2
    assert [answer.kind for answer in decided.answers] == [AnswerKind.CHANGE]
    registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)
    assert state_of(office.get(number)) == first
    registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)
    assert office.all() == []
    with pytest.raises(BookError, match="nichts zurückzunehmen"):
        registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)


def test_a_cancellation_that_let_somebody_move_up_breaks_no_promise_when_taken_back(office: Office) -> None:
    office.rules = rules(capacity=1)
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    second = office.receive(message("can@web.example"), registering("Can Deniz")).registration_id or 0
    registrations.cancel(office.session, number, office.rules, office.now, actor=CLERK)
    decided = registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)
    assert [office.get(each).status for each in (number, second)] == [Status.CONFIRMED, Status.CONFIRMED]
    assert decided.hints == ("Damit sind 1 Plätze mehr vergeben, als es gibt.",)


# -- joining and parting --


def test_two_registrations_of_one_person_are_joined_and_parted_again(office: Office) -> None:
    first = office.receive(
        message("ada@verein.example"), registering("Ada Arsal", "Ali Akın", organisation="Verein A")
    ).registration_id
    second = office.receive(message("privat@web.example"), registering("Ada Arsal", "Can Deniz")).registration_id
    assert first is not None
    assert second is not None
    assert office.get(second).status is Status.REVIEW
    decided = registrations.merge(office.session, first, second, office.rules, office.now, actor=CLERK)
    (registration,) = office.all()
    assert [row.name for row in registration.attendees] == ["Ada Arsal", "Ali Akın", "Can Deniz"]
    assert registration.headcount == 3
    assert [answer.recipient_email for answer in decided.answers] == ["ada@verein.example"]
    assert registrations.waiting(office.session) == ()
    registrations.undo(office.session, first, office.rules, office.now, actor=CLERK)
    assert [each.headcount for each in office.all()] == [2, 2]
    assert [len(each.mails) for each in office.all()] == [1, 1]
    assert len(registrations.waiting(office.session)) == 1


def test_joining_two_that_have_seats_takes_none_away(office: Office) -> None:
    office.rules = rules(capacity=4)
    numbers = [
        office.receive(message(f"{name}@web.example"), registering(f"{name} Eins", f"{name} Zwei")).registration_id or 0
        for name in ("ada", "berk")
    ]
    queued = office.receive(message("can@web.example"), registering("Can Deniz")).registration_id or 0
    registrations.merge(office.session, numbers[0], numbers[1], office.rules, office.now, actor=CLERK)
    kept = office.get(numbers[0])
    assert (kept.headcount, kept.waiting_seats, kept.status) == (4, 0, Status.CONFIRMED)
    assert office.get(queued).status is Status.WAITLISTED
    assert overview(office.session).confirmed == 4


def test_what_somebody_changed_since_is_not_taken_back_over_it(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    facts = replace(from_state(state_of(office.get(number))), headcount=2)
    registrations.edit(office.session, number, facts, office.rules, office.now, actor=CLERK, reason="Anruf")
    registration = office.get(number)
    registration.headcount = 5
    with pytest.raises(ConflictError, match="Zahl der Personen"):
        registrations.undo(office.session, number, office.rules, office.now, actor=CLERK)


def test_a_registration_of_two_associations_is_parted(office: Office) -> None:
    number = office.receive(
        message("ada@web.example"), registering("Ada Arsal", "Ali Akın", "Can Deniz", headcount=5)
    ).registration_id
    assert number is not None
    facts = NewRegistration(
        name="Can Deniz", email="can@web.example", headcount=2, attendees=(Attendee("Can Deniz", "Verein C"),)
    )
    old, new = registrations.split(
        office.session, number, ["Can Deniz"], facts, office.rules, office.now, actor=CLERK, reason="zwei Vereine"
    )
    assert old.registration is not None
    assert new.registration is not None
    assert (office.get(old.registration.id).headcount, office.get(new.registration.id).headcount) == (3, 2)
    assert overview(office.session).confirmed == 5
    assert [answer.kind for answer in (*old.answers, *new.answers)] == [AnswerKind.CHANGE, AnswerKind.CONFIRMATION]


def test_a_withdrawn_registration_is_reopened(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    office.receive(message("ada@web.example"), cancelling())
    registrations.reopen(office.session, number, office.rules, office.now, actor=CLERK)
    assert office.get(number).status is Status.CONFIRMED
    with pytest.raises(BookError, match="nicht abgesagt"):
        registrations.reopen(office.session, number, office.rules, office.now, actor=CLERK)


def test_a_bounce_marks_the_registration_whose_address_failed(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    delayed = message("mailer-daemon@web.example", kind=SenderKind.BOUNCE)
    failed = message("mailer-daemon@web.example", kind=SenderKind.BOUNCE, failed=["ada@web.example"])
    assert registrations.note_bounce(office.session, delayed, office.now) == ()
    office.receive(failed, replace(extraction(Intent.BOUNCE), decision=Decision.IGNORE))
    assert registrations.note_bounce(office.session, failed, office.now) == ()
    assert office.get(number).unreachable_since is not None
    assert overview(office.session).unreachable == 1
    facts = replace(from_state(state_of(office.get(number))), email="neu@web.example")
    registrations.edit(office.session, number, facts, office.rules, office.now, actor=CLERK, reason="neue Adresse")
    assert overview(office.session).unreachable == 0


def test_a_bounce_from_behind_a_forwarding_finds_the_registration_by_our_mail(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    bounce = replace(
        message("mailer-daemon@web.example", kind=SenderKind.BOUNCE, failed=["ada.privat@anderswo.example"]),
        returned_ids=(office.last_sent_id(),),
    )
    assert registrations.note_bounce(office.session, bounce, office.now) == (number,)


def test_a_bounce_to_the_address_of_one_answer_finds_its_registration_before_all_else(office: Office) -> None:
    number = office.receive(message("ada@web.example"), registering("Ada Arsal")).registration_id or 0
    other = office.receive(message("can@web.example"), registering("Can Deniz")).registration_id or 0
    token, _, domain = office.last_sent_id().rpartition("@")
    bounce = message("mailer-daemon@web.example", kind=SenderKind.BOUNCE, failed=["ada@web.example"])
    bounce = replace(bounce, recipients=(Address("", f"47-ki+{token}@{domain}"),))
    assert registrations.note_bounce(office.session, bounce, office.now) == (other,)
    assert office.get(number).unreachable_since is None


def test_the_address_of_one_answer_is_known_where_only_the_servers_wrote_it_down(office: Office) -> None:
    office.receive(message("ada@web.example"), registering("Ada Arsal"))
    other = office.receive(message("can@web.example"), registering("Can Deniz")).registration_id or 0
    token, _, domain = office.last_sent_id().rpartition("@")
    bounce = message("mailer-daemon@web.example", kind=SenderKind.BOUNCE, failed=["irgendwer@web.example"])
    bounce = replace(bounce, delivered_to=(f"47-ki+{token}@{domain}",))
    assert registrations.note_bounce(office.session, bounce, office.now) == (other,)
