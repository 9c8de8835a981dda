"""The same people again: never two seats for one person, never two people made one in silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from processor import registrations
from processor.database import Channel, Status
from processor.extraction import Attendee
from processor.registrations import (
    AnswerKind,
    ConflictError,
    Decided,
    NamesakeError,
    NewRegistration,
    Rules,
    ledger,
    overview,
)
from tests.registrations.builders import IN_TIME, Office, message, registering, stored_mail

OWNER = "ayse@verein.example"


@pytest.fixture(autouse=True)
def _ayse_is_registered(office: Office) -> None:
    office.receive(
        message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", organisation="Anadolu e.V.", phone="+49209111")
    )


def test_the_same_content_again_changes_nothing_and_is_told_once_more(office: Office) -> None:
    again = office.receive(
        message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", organisation="Anadolu e.V.", phone="+49209111")
    )
    assert not again.waits
    assert len(office.all()) == 1
    assert [answer.kind for answer in again.answers] == [AnswerKind.CONFIRMATION]
    assert len(registrations.as_json(office.all()[0])["mails"]) == 1


def test_another_spelling_of_the_organisation_is_nothing_new(office: Office) -> None:
    people = ("Ayşe Yılmaz", "Ali Demir")
    again = registering(*people, organisation="ANADOLU")
    again = replace(again, attendees=tuple(Attendee(name, "ANADOLU") for name in people))
    outcome = office.receive(message(OWNER), again)
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CONFIRMATION]
    assert office.all()[0].organisation == "Anadolu e.V."


def test_a_mail_that_is_booked_already_does_nothing(office: Office) -> None:
    mail = message("neu@web.example")
    first = office.receive(mail, registering("Can Deniz"))
    arrival = registrations.Arrival(mail_id=office.get(first.registration_id).mails[0].mail_id, arrived_at=IN_TIME)
    meaning = registering("Can Deniz", email="neu@web.example")
    again = registrations.book(office.session, mail, meaning, arrival, office.rules, office.now)
    assert (again.waits, again.answers, again.registration_id) == (False, (), first.registration_id)
    assert overview(office.session).confirmed == 3


def test_the_same_identity_with_other_content_is_another_mail_for_a_person(office: Office) -> None:
    stored_mail(office.session, message(OWNER, message_id="copied@web.example"), IN_TIME)
    outcome = office.receive(message("x@web.example", message_id="copied@web.example"), registering("Xenia Xu"))
    assert outcome.waits
    assert "Message-ID" in outcome.reasons[0]


@pytest.mark.parametrize("name", ["Ayşe Yılmaz", "AYSE YILMAZ", "Yilmaz, Ayşe"])
def test_a_registered_person_from_a_second_address_is_shown_to_a_person(office: Office, name: str) -> None:
    outcome = office.receive(message("privat@web.example"), registering(name))
    assert outcome.waits
    assert office.all()[0].reference in outcome.reasons[0]
    assert office.get(outcome.registration_id).status is Status.REVIEW
    assert overview(office.session).confirmed == 2


def test_another_spelling_counts_where_the_organisation_is_the_same(office: Office) -> None:
    colleague = office.receive(
        message("b@verein.example"), registering("Ayse Nur Yilmaz", organisation="ANADOLU eingetragener e.V.")
    )
    stranger = office.receive(message("c@web.example"), registering("Aylin Yılmaz", organisation="Anderer Verein"))
    assert colleague.waits
    assert not stranger.waits


def test_a_given_name_alone_is_many_people_s(office: Office) -> None:
    first = office.receive(message("a@web.example"), registering("Fatma", organisation="Verein F"))
    other = office.receive(message("b@web.example"), registering("Fatma", organisation="Verein G"))
    same = office.receive(message("c@web.example"), registering("Fatma", organisation="Verein F"))
    assert (first.waits, other.waits, same.waits) == (False, False, True)


def test_a_family_shares_an_address(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Elif Yılmaz"))
    assert not outcome.waits
    assert [registration.headcount for registration in office.all()] == [2, 1]


def test_another_name_by_somebody_who_is_registered_is_asked_about(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Can Deniz", name="Ayşe Yılmaz"))
    assert outcome.waits
    assert "Can Deniz" in outcome.reasons[0]
    assert overview(office.session).confirmed == 2


def test_a_secretary_who_does_not_come_registers_one_after_the_other(office: Office) -> None:
    for person in ("Ada Arsal", "Berk Bulut"):
        outcome = office.receive(message("sekretariat@web.example"), registering(person, name="Sonja Sommer"))
        assert not outcome.waits, outcome.reasons
    assert [registration.headcount for registration in office.all()] == [2, 1, 1]


def test_whoever_asks_for_the_confirmation_of_a_group_is_told_of_the_group(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz"))
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CONFIRMATION]
    assert overview(office.session).confirmed == 2


def test_whoever_names_another_alone_is_not_told_of_the_whole_group(office: Office) -> None:
    office.receive(message("ayse@verein.example"), registering("Ayşe Yılmaz", "Ali Demir", "Can Deniz"))
    outcome = office.receive(message("ayse@verein.example"), registering("Ali Demir", name="Ayşe Yılmaz"))
    assert outcome.waits


def test_a_smaller_number_that_is_stated_is_asked_about(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", headcount=1))
    assert outcome.waits


def test_the_same_people_and_more_are_one_registration_that_has_grown(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", "Can Deniz"))
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CHANGE]
    assert [registration.headcount for registration in office.all()] == [3]


def test_some_of_the_same_people_are_for_a_person(office: Office) -> None:
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Can Deniz"))
    assert outcome.waits
    assert [registration.headcount for registration in office.all()] == [2]


def test_a_change_that_brings_in_somebody_registered_elsewhere_is_for_a_person(office: Office) -> None:
    office.receive(message("can@web.example"), registering("Can Deniz"))
    outcome = office.receive(message("can@web.example"), registering("Can Deniz", "Ali Demir"))
    assert outcome.waits
    assert overview(office.session).confirmed == 3


def test_the_same_person_by_mail_and_by_telephone_is_for_a_person(office: Office, rules_in_force: Rules) -> None:
    decided = registrations.add(
        office.session,
        NewRegistration(name="Zeki Zorlu", phone="+492091234"),
        rules_in_force,
        office.now,
        channel=Channel.PHONE,
        actor="ollech",
    )
    assert decided.call_back
    outcome = office.receive(message("zeki@web.example"), registering("Zeki Zorlu"))
    assert outcome.waits
    assert "am Telefon" in outcome.reasons[0]


def call(office: Office, name: str, *, another: bool = False, **facts: str) -> Decided:
    """Somebody rings up."""
    return registrations.add(
        office.session,
        NewRegistration(name=name, **facts),  # type: ignore[arg-type]  # texts only
        office.rules,
        office.now,
        channel=Channel.PHONE,
        actor="ollech",
        another=another,
    )


def test_on_the_telephone_nobody_is_entered_twice_before_a_clerk_says_who_it_is(office: Office) -> None:
    before = office.all()[0]
    with pytest.raises(NamesakeError, match=before.reference) as refused:
        call(office, "Ayşe Yılmaz", phone="+4920999")
    (known,) = refused.value.known
    assert (known.said, known.name, known.reference) == ("Ayşe Yılmaz", "Ayşe Yılmaz", before.reference)
    assert (known.organisation, known.channel) == (before.organisation, Channel.MAIL)
    assert known.arrived_at == before.arrived_at
    assert [registration.headcount for registration in office.all()] == [2]
    assert len(registrations.history(office.session, before.id)) == 1


def test_of_another_person_of_the_same_name_both_histories_tell(office: Office) -> None:
    before = office.all()[0]
    decided = call(office, "Ayşe Yılmaz", another=True, phone="+4920999")
    assert decided.registration is not None
    assert before.reference in decided.hints[0]
    (own,) = registrations.history(office.session, decided.registration.id)
    theirs = registrations.history(office.session, before.id)[-1]
    assert before.reference in own.reason
    assert decided.registration.reference in theirs.reason
    assert own.step == theirs.step


def test_taking_back_the_other_person_leaves_the_first_as_it_was(office: Office) -> None:
    before = office.all()[0]
    decided = call(office, "Ayşe Yılmaz", another=True)
    assert decided.registration is not None
    assert registrations.last_step(office.session, before.id) != decided.step
    registrations.undo(office.session, decided.registration.id, office.rules, office.now, actor="ollech")
    assert decided.registration.dismissed
    assert (before.status, before.headcount, before.dismissed) == (Status.CONFIRMED, 2, False)


def test_whoever_has_cancelled_can_be_entered_again_by_telephone(office: Office) -> None:
    registrations.cancel(office.session, office.all()[0].id, office.rules, office.now, actor="ollech")
    assert call(office, "Ayşe Yılmaz").registration is not None


def test_a_namesake_elsewhere_does_not_keep_the_first_from_changing_by_mail(office: Office) -> None:
    call(office, "Ayşe Yılmaz", another=True)
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir", headcount=3))
    assert not ledger.touched_by_staff(office.session, office.all()[0])
    assert outcome.registration_id == office.all()[0].id


def test_nameless_seats_of_one_organisation_may_be_the_same_people(office: Office) -> None:
    office.receive(message("a@k.example"), registering("Karla Kolb", headcount=3, organisation="Kolping Buer e. V."))
    outcome = office.receive(
        message("b@k.example"), registering("Kurt Krause", headcount=3, organisation="Kolping Buer")
    )
    named = office.receive(message("c@k.example"), registering("Kim Koch", organisation="Kolping Buer"))
    assert outcome.waits
    assert not named.waits


def test_two_people_of_one_name_in_one_mail_are_asked_about(office: Office) -> None:
    outcome = office.receive(message("x@web.example"), registering("Ali Kaya", "Ali Kaya"))
    assert outcome.waits


def test_what_was_unclear_is_entered_once_it_is_written_clearly(office: Office) -> None:
    first = office.receive(message("x@web.example"), registering("Xenia Xu", review="Zwei oder drei?"))
    clear = registering("Xenia Xu", headcount=3)
    second = office.receive(message("x@web.example"), clear, at=IN_TIME + dt.timedelta(hours=1))
    assert not second.waits
    assert second.registration_id == first.registration_id
    registration = office.get(second.registration_id)
    assert (registration.status, registration.headcount) == (Status.CONFIRMED, 3)
    (waiting,) = registrations.waiting(office.session)
    facts = registrations.from_state(registrations.state_of(registration))
    with pytest.raises(ConflictError, match=registration.reference):
        registrations.confirm_review(office.session, waiting.mail.id, facts, office.rules, office.now, actor="ollech")
    registrations.dismiss(office.session, waiting.mail.id, office.now, actor="ollech")
    assert office.get(second.registration_id).status is Status.CONFIRMED


def test_a_second_mail_that_leaves_somebody_out_does_not_make_it_clear(office: Office) -> None:
    first = office.receive(message("x@web.example"), registering("Xenia Xu", "Yara Yi", review="Kommt Yara?"))
    second = office.receive(message("x@web.example"), registering("Xenia Xu"), at=IN_TIME + dt.timedelta(hours=1))
    assert second.waits
    assert second.registration_id == first.registration_id


def test_what_may_be_a_double_does_not_become_clear_by_writing_it_again(office: Office) -> None:
    for hours in (1, 2):
        at = IN_TIME + dt.timedelta(hours=hours)
        outcome = office.receive(message("privat@web.example"), registering("Ayşe Yılmaz"), at=at)
        assert outcome.waits
    assert overview(office.session).confirmed == 2


@pytest.fixture
def rules_in_force(office: Office) -> Rules:
    """The office's rules."""
    return office.rules
