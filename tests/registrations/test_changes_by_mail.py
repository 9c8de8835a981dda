"""Mails as people write them, read by the first reader and booked: what stands on the registration afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from processor.database import Database, Registration, Status
from processor.event import Event
from processor.extraction import first_reading
from processor.message import read
from processor.registrations import AnswerKind
from processor.registrations.values import Outcome
from processor.resources import sample_config
from processor.settings.load import load
from tests.registrations.builders import Office

REGISTRATION = "ich melde Karim Aziz und mich zum Workshop an."


@pytest.fixture(scope="module")
def event() -> Event:
    return load(sample_config()).event


@pytest.fixture
def office(shared_sqlite: Database) -> Iterator[Office]:
    """An office with an empty book, thrown away afterwards."""
    with shared_sqlite.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection) as session:
            yield Office(session)
        transaction.rollback()


def send(office: Office, event: Event, text: str, number: int) -> Outcome:
    """Lets Selma Kaplan write; from the second mail on she answers what she got."""
    mail = EmailMessage()
    mail["From"] = '"Selma Kaplan" <s.kaplan@verein.example>'
    mail["To"] = "47-ki@gelsenkirchen.de"
    mail["Subject"] = "Workshop" if number == 1 else "Re: Workshop"
    mail["Message-ID"] = f"<selma{number}@verein.example>"
    mail["Date"] = "Mon, 21 Oct 2024 10:00:00 +0200"
    if number > 1:
        mail["In-Reply-To"] = f"<{office.last_sent_id()}>"
    mail.set_content(f"Guten Tag,\n\n{text}\n\nViele Grüße\nSelma Kaplan\n")
    message = read(mail.as_bytes())
    return office.receive(message, first_reading(message, event))


def after(office: Office, event: Event, text: str) -> tuple[Outcome, Registration]:
    """What becomes of the registration of two by a second mail."""
    first = send(office, event, REGISTRATION, 1)
    return send(office, event, text, 2), office.get(first.registration_id)


@pytest.mark.parametrize(
    ("text", "seats", "names"),
    [
        ("wir kommen mit zwei Personen mehr.", 4, {"Selma Kaplan", "Karim Aziz"}),
        ("es kommt noch eine Person mehr mit: Ines Blum.", 3, {"Selma Kaplan", "Karim Aziz", "Ines Blum"}),
        ("es kommt noch Ines Blum dazu.", 3, {"Selma Kaplan", "Karim Aziz", "Ines Blum"}),
        ("wir sind jetzt doch zu viert.", 4, {"Selma Kaplan", "Karim Aziz"}),
        ("doch nur ich allein.", 1, {"Selma Kaplan"}),
        ("statt Karim Aziz kommt Ines Blum.", 2, {"Selma Kaplan", "Ines Blum"}),
        ("Karim Aziz ist krank, dafür kommt Ines Blum.", 2, {"Selma Kaplan", "Ines Blum"}),
        ("bitte ersetzen Sie Karim Aziz durch Ines Blum.", 2, {"Selma Kaplan", "Ines Blum"}),
        ("an meiner Stelle kommt Ines Blum.", 2, {"Karim Aziz", "Ines Blum"}),
        ("Karim Aziz kann leider nicht kommen.", 1, {"Selma Kaplan"}),
        ("ich kann leider nicht kommen.", 1, {"Karim Aziz"}),
    ],
)
def test_what_was_asked_for_stands_on_the_registration(
    text: str, seats: int, names: set[str], office: Office, event: Event
) -> None:
    outcome, registration = after(office, event, text)
    assert not outcome.waits, outcome.reasons
    assert (registration.headcount, {person.name for person in registration.attendees}) == (seats, names)


def test_a_need_is_added_and_nothing_else(office: Office, event: Event) -> None:
    outcome, registration = after(office, event, "ich brauche noch veganes Essen.")
    assert not outcome.waits, outcome.reasons
    assert (registration.headcount, list(registration.needs)) == (2, ["vegan"])


def test_all_withdraw_together(office: Office, event: Event) -> None:
    _, registration = after(office, event, "wir müssen leider absagen.")
    assert registration.status is Status.CANCELLED


def test_one_less_of_two_who_are_named_is_for_a_person(office: Office, event: Event) -> None:
    outcome, registration = after(office, event, "eine Person weniger bitte.")
    assert outcome.waits
    assert registration.headcount == 2


def test_whoever_is_not_registered_cannot_be_struck_out(office: Office, event: Event) -> None:
    outcome, registration = after(office, event, "bitte Jan Blum streichen.")
    assert outcome.waits
    assert registration.headcount == 2


def test_a_confirmation_asked_for_once_more_adds_nobody(office: Office, event: Event) -> None:
    outcome, registration = after(office, event, "bitte bestätigen Sie meine Anmeldung.")
    assert registration.headcount == 2
    assert len(office.all()) == 1
    assert all(answer.kind is not AnswerKind.CANCELLATION for answer in outcome.answers)
