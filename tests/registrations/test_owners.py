"""Which registration a mail is about, and who may change it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from processor.database import Registration, Status
from processor.registrations import AnswerKind, Outcome
from tests.registrations.builders import OUR_SERVER, Office, cancelling, changing, message, registering

OWNER = "ayse@verein.example"


@pytest.fixture
def registration(office: Office) -> Registration:
    """Ayşe Yılmaz and Ali Demir, confirmed."""
    outcome = office.receive(message(OWNER), registering("Ayşe Yılmaz", "Ali Demir"))
    return office.get(outcome.registration_id)


def one_more(office: Office, sender: str, **mail: object) -> Outcome:
    return office.receive(message(sender, **mail), changing(change=1))  # type: ignore[arg-type]  # passed through


def assert_changed(office: Office, registration: Registration, outcome: Outcome) -> None:
    assert not outcome.waits, outcome.reasons
    assert office.get(registration.id).headcount == 3
    assert [answer.kind for answer in outcome.answers] == [AnswerKind.CHANGE]
    assert {answer.recipient_email for answer in outcome.answers} == {OWNER}


def assert_left_to_a_person(office: Office, registration: Registration, outcome: Outcome) -> None:
    assert outcome.waits
    assert outcome.reasons
    assert office.get(registration.id).headcount == 2
    assert all(answer.kind is AnswerKind.RECEIPT for answer in outcome.answers)
    assert all(answer.registration_id is None and not answer.differences for answer in outcome.answers)


def test_a_fresh_mail_from_the_registered_address_changes_it(office: Office, registration: Registration) -> None:
    assert_changed(office, registration, one_more(office, OWNER))


def test_an_answer_to_our_mail_changes_it_and_the_registered_address_is_told(
    office: Office, registration: Registration
) -> None:
    reply = one_more(office, "ayse.privat@web.example", in_reply_to=[office.last_sent_id()])
    assert_changed(office, registration, reply)


def test_our_mail_somewhere_up_the_thread_is_no_proof(office: Office, registration: Registration) -> None:
    reply = one_more(
        office,
        "kollege@web.example",
        in_reply_to=["x@web.example"],
        references=[office.last_sent_id(), "x@web.example"],
    )
    assert_left_to_a_person(office, registration, reply)


def test_a_stranger_with_the_reference_in_the_subject_changes_nothing(
    office: Office, registration: Registration
) -> None:
    forged = one_more(office, "fremd@web.example", subject=f"Re: Anmeldebestätigung: {registration.reference}")
    assert_left_to_a_person(office, registration, forged)
    assert registration.reference in forged.reasons[0]
    assert forged.registration_id == registration.id


@pytest.mark.parametrize(
    "results",
    [
        [f"{OUR_SERVER}; spf=fail smtp.mailfrom={OWNER}; dmarc=fail header.from=verein.example"],
        [f"{OUR_SERVER}; spf=softfail smtp.mailfrom={OWNER}"],
        [f"{OUR_SERVER}; spf=pass smtp.mailfrom=b@boese.example; dkim=pass header.d=boese.example; dmarc=none"],
        [f"{OUR_SERVER}; dmarc=fail", f"{OUR_SERVER}; dmarc=pass header.from=verein.example"],
        [f'"{OUR_SERVER.upper()}" 1 (a comment; dmarc=pass); dmarc=(really)fail reason="p=none"'],
        [f"{OUR_SERVER}; dkim=fail header.d=verein.example"],
    ],
)
def test_a_sender_whom_our_server_does_not_believe_changes_nothing(
    office: Office, registration: Registration, results: Sequence[str]
) -> None:
    forged = one_more(office, OWNER, results=results, in_reply_to=[office.last_sent_id()])
    assert_left_to_a_person(office, registration, forged)


@pytest.mark.parametrize(
    "results",
    [
        [],
        [f"{OUR_SERVER}; none"],
        [f"{OUR_SERVER}; spf=pass smtp.mailfrom={OWNER}; dkim=pass header.d=verein.example; dmarc=pass"],
        [f"{OUR_SERVER}; spf=fail smtp.mailfrom=liste.example; dkim=pass header.d=mail.verein.example"],
        ["mx.anderswo.example; dmarc=fail header.from=verein.example"],
        ["mx.anderswo.example; dmarc=fail", f"{OUR_SERVER}; dmarc=pass header.from=verein.example"],
        [f"{OUR_SERVER}; dmarc=pass header.from=verein.example", f"{OUR_SERVER}; dmarc=fail"],
    ],
)
def test_a_sender_whom_our_server_does_not_doubt_changes_it(
    office: Office, registration: Registration, results: Sequence[str]
) -> None:
    assert_changed(office, registration, one_more(office, OWNER, results=results))


def test_an_answer_that_shall_go_elsewhere_is_for_a_person(office: Office, registration: Registration) -> None:
    outcome = one_more(office, OWNER, reply_to="sammler@boese.example")
    assert_left_to_a_person(office, registration, outcome)
    assert "sammler@boese.example" in outcome.reasons[0]


def test_a_reply_to_that_names_the_owner_gives_no_right(office: Office, registration: Registration) -> None:
    assert_left_to_a_person(office, registration, one_more(office, "fremd@boese.example", reply_to=OWNER))


def test_a_change_that_a_colleague_forwards_is_for_a_person(office: Office, registration: Registration) -> None:
    forwarded = message(OWNER, forwarded_by="kollegin@gelsenkirchen.de")
    outcome = office.receive(forwarded, changing(change=1, email=OWNER))
    assert_left_to_a_person(office, registration, outcome)


def test_a_stranger_cannot_withdraw_somebody_by_name(office: Office, registration: Registration) -> None:
    outcome = office.receive(message("fremd@web.example"), cancelling(leaving=["Ayşe Yılmaz"], name="Ayşe Yılmaz"))
    assert outcome.waits
    assert office.get(registration.id).status is Status.CONFIRMED
    assert len(office.all()) == 1


def test_of_two_registrations_by_one_address_a_person_chooses(office: Office, registration: Registration) -> None:
    second = office.receive(message(OWNER), registering("Can Deniz"))
    assert not second.waits
    outcome = one_more(office, OWNER)
    assert outcome.waits
    assert registration.reference in outcome.reasons[0]
    assert office.get(second.registration_id).reference in outcome.reasons[0]


def test_the_thread_tells_two_registrations_of_one_address_apart(office: Office, registration: Registration) -> None:
    sent = office.last_sent_id()
    office.receive(message(OWNER), registering("Can Deniz"))
    assert_changed(office, registration, one_more(office, OWNER, in_reply_to=[sent]))


def test_going_on_from_ones_own_earlier_mail_tells_them_apart_too(office: Office) -> None:
    first = message(OWNER)
    outcome = office.receive(first, registering("Ayşe Yılmaz", "Ali Demir"))
    office.receive(message(OWNER), registering("Can Deniz"))
    changed = one_more(office, OWNER, in_reply_to=[first.message_id])
    assert_changed(office, office.get(outcome.registration_id), changed)


def test_the_name_of_who_does_not_come_tells_them_apart_too(office: Office, registration: Registration) -> None:
    office.receive(message(OWNER), registering("Can Deniz", "Ece Kaya"))
    outcome = office.receive(message(OWNER), changing(leaving=["Ali Demir"], change=-1))
    assert not outcome.waits
    assert office.get(registration.id).headcount == 1


@pytest.mark.parametrize(
    "results",
    [
        f"{OUR_SERVER}; dkim=pass header.d=hoster.example; spf=none; dmarc=none",
        f"{OUR_SERVER}; spf=softfail smtp.mailfrom=neu@verein.example",
        f"{OUR_SERVER}; spf=pass smtp.helo=mail.hoster.example",
    ],
)
def test_a_fresh_registration_needs_no_proof_of_its_sender(office: Office, results: str) -> None:
    outcome = office.receive(message("neu@verein.example", results=[results]), registering("Nora Neu"))
    assert not outcome.waits, outcome.reasons


def test_a_registration_that_leads_its_answer_to_a_registered_address_is_for_a_person(
    office: Office, registration: Registration
) -> None:
    outcome = office.receive(message("fremd@boese.example", reply_to=OWNER), registering("Frieda Fremd"))
    assert outcome.waits
    assert registration.reference in outcome.reasons[0]


def test_a_forged_registration_is_left_to_a_person(office: Office) -> None:
    outcome = office.receive(
        message("opfer@verein.example", results=[f"{OUR_SERVER}; dmarc=fail"]), registering("Ayşe Yılmaz")
    )
    assert outcome.waits
    assert office.get(outcome.registration_id).status is Status.REVIEW
