"""What waits is decided with one button, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from processor import outbox
from processor.clock import FixedClock
from processor.database import (
    AttendeeRow,
    Correction,
    Database,
    HistoryEntry,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    Status,
)
from processor.registrations.values import AnswerKind, DueAnswer
from processor.settings import Settings
from processor.staff import create_app
from tests.staff.clerk import Clerk
from tests.staff.sample import NOW, add_mail, quote

Find = Callable[[str], int]


@pytest.fixture
def mail_of(database: Database) -> Find:
    """The number of the mail of somebody."""

    def find(name: str) -> int:
        with database.reading() as session:
            number = session.scalar(select(Mail.id).where(Mail.sender_name == name))
            assert number is not None
            return number

    return find


@pytest.fixture
def registration_of(database: Database) -> Find:
    """The number of the registration of somebody."""

    def find(name: str) -> int:
        with database.reading() as session:
            number = session.scalar(select(Registration.id).where(Registration.contact_name == name))
            assert number is not None, name
            return number

    return find


def standing(database: Database, name: str) -> tuple[str, int, list[str]]:
    with database.reading() as session:
        row = session.scalars(select(Registration).where(Registration.contact_name == name)).one()
        return row.status.value, row.headcount, [each.name for each in row.attendees]


def queued(database: Database, recipient: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(
            select(OutgoingMail).where(
                OutgoingMail.recipient == recipient, OutgoingMail.state != OutgoingState.WITHDRAWN
            )
        )
        return [(row.kind, row.state.value) for row in rows]


def test_the_queue_holds_everything_that_waits_oldest_first(clerk: Clerk) -> None:
    clerk.open("/entscheiden")
    assert clerk.all(".case b") == [
        "niemand@verein.example",
        "Ivana Horvat",
        "Petra Lindner",
        "unbekannter Absender",
        "Dario Conti",
    ]
    assert "Es ist unklar, ob 2 oder 3 Personen kommen." in clerk.text
    assert clerk.all(".count")[0].startswith("5")


def test_a_right_proposal_is_confirmed_with_one_button_and_the_next_case_comes(
    clerk: Clerk, database: Database, mail_of: Find
) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}")
    assert clerk.all("mark.f-headcount") == ["zu zweit", "zu dritt"]
    clerk.press("Bestätigen")
    assert standing(database, "Ivana Horvat") == ("waitlisted", 2, ["Ivana Horvat", "Marko Babić"])
    assert queued(database, "ivana@kulturbund.example") == [("waitlist", "queued")]
    assert clerk.all("h1") == ["Petra Lindner"]
    assert "Ivana Horvat" in clerk.all(".done")[0]


def test_the_doubt_is_put_as_a_question_with_ready_answers(clerk: Clerk, database: Database, mail_of: Find) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}")
    assert "2 oder 3 Plätze?" in clerk.text
    clerk.press("3")
    assert standing(database, "Ivana Horvat")[1] == 3


def test_the_answer_is_shown_as_it_will_go(clerk: Clerk, database: Database, mail_of: Find) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}")
    (shown,) = clerk.all(".answer")
    assert "ivana@kulturbund.example" in shown
    assert "Marko Babić" in shown
    assert queued(database, "ivana@kulturbund.example") == []
    with database.reading() as session:
        assert session.scalar(select(Registration.id).where(Registration.contact_name == "Ivana Horvat")) is None


def test_a_corrected_field_is_what_counts(clerk: Clerk, database: Database, mail_of: Find) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}")
    clerk.press(
        "Bestätigen",
        attendees="Ivana Horvat\nMarko Babić | Jugendgruppe\nLuka Horvat",
        headcount="4",
        needs=["halal"],
        theme_tables=["2"],
    )
    assert standing(database, "Ivana Horvat")[1:] == (4, ["Ivana Horvat", "Marko Babić", "Luka Horvat"])
    with database.reading() as session:
        person = session.scalars(select(AttendeeRow).where(AttendeeRow.name == "Marko Babić")).one()
        assert person.organisation == "Jugendgruppe"


def test_a_decision_becomes_a_labelled_example(clerk: Clerk, database: Database, mail_of: Find) -> None:
    number = mail_of("Ivana Horvat")
    clerk.open(f"/entscheiden/mail/{number}").press("Bestätigen", headcount="3")
    with database.reading() as session:
        row = session.scalars(select(Correction).where(Correction.mail_id == number)).one()
        assert (row.kind, row.actor, row.agrees) == ("decision", "sabine", False)
        assert (row.truth["headcount"], row.proposal["headcount"]) == (3, 2)


@pytest.mark.parametrize("typed", ["drei", "-1", "2,5", "9999999999"])
def test_a_wrong_number_is_a_sentence_and_nothing_typed_is_lost(
    clerk: Clerk, database: Database, mail_of: Find, typed: str
) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}")
    clerk.press("Bestätigen", headcount=typed, organisation="Neuer Name", remark="Bis bald")
    assert clerk.status == 400
    assert "keine Zahl von Plätzen" in clerk.text
    assert 'value="Neuer Name"' in clerk.html
    assert 'value="Bis bald"' in clerk.html


def test_fewer_seats_than_names_is_a_sentence(clerk: Clerk, mail_of: Find) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Ivana Horvat')}").press("Bestätigen", headcount="1")
    assert "Es sind 2 Namen, aber nur 1 Plätze." in clerk.text


def test_asking_back_sends_a_question_and_can_be_taken_back(clerk: Clerk, database: Database, mail_of: Find) -> None:
    number = mail_of("Petra Lindner")
    clerk.open(f"/entscheiden/mail/{number}").press("Antwort senden", question="Ja, im Hof ist Platz.")
    assert queued(database, "petra@lindner.example") == [("question", "queued")]
    clerk.press("Zurücknehmen")
    assert "noch nicht verschickt" in clerk.all(".done")[0]
    assert queued(database, "petra@lindner.example") == []
    assert clerk.all("h1") == ["Petra Lindner"]
    clerk.press("Antwort senden", question="Ja, im Hof ist Platz.")
    assert queued(database, "petra@lindner.example") == [("question", "queued")]


def test_no_registration_answers_nobody(clerk: Clerk, database: Database, mail_of: Find) -> None:
    number = mail_of("Petra Lindner")
    clerk.open(f"/entscheiden/mail/{number}").press("Ohne Antwort erledigt")
    assert queued(database, "petra@lindner.example") == []
    with database.reading() as session:
        assert session.get_one(Mail, number).state is MailState.DECIDED
        example = session.scalars(select(Correction).where(Correction.mail_id == number)).one()
        assert example.agrees
    clerk.press("Zurücknehmen")
    with database.reading() as session:
        assert session.get_one(Mail, number).state is MailState.WAITING


def test_undo_while_the_answer_is_held_leaves_no_trace_outside(clerk: Clerk, database: Database, mail_of: Find) -> None:
    number = mail_of("Ivana Horvat")
    clerk.open(f"/entscheiden/mail/{number}").press("Bestätigen").press("Zurücknehmen")
    assert queued(database, "ivana@kulturbund.example") == []
    with database.reading() as session:
        assert session.get_one(Mail, number).state is MailState.WAITING
    assert clerk.all("h1") == ["Ivana Horvat"]
    clerk.press("Bestätigen")
    assert [kind for kind, _ in queued(database, "ivana@kulturbund.example")] == ["waitlist"]


def test_after_the_answer_has_gone_a_mail_says_what_holds(
    clerk: Clerk, database: Database, registration_of: Find, clock: FixedClock
) -> None:
    number = registration_of("Dario Conti")
    clerk.open(f"/entscheiden/anmeldung/{number}").press("Ablehnen")
    with database.transaction() as session:
        row = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "refusal")).one()
        row.state, row.sent_at = OutgoingState.SENT, clock.now()
    clock.advance(timedelta(minutes=10))
    clerk.open(f"/anmeldung/{number}").press("Letzten Schritt zurücknehmen")
    assert "eine Mail sagt, was jetzt gilt" in clerk.text
    assert queued(database, "dario@italiani.example")[-1][1] == "queued"


def test_a_late_registration_is_accepted_or_refused(clerk: Clerk, database: Database, registration_of: Find) -> None:
    number = registration_of("Dario Conti")
    clerk.open(f"/entscheiden/anmeldung/{number}")
    assert "2 Plätze nach dem Anmeldeschluss: annehmen?" in clerk.text
    clerk.press("Annehmen", remark="Wir freuen uns.")
    assert standing(database, "Dario Conti")[0] in ("confirmed", "waitlisted")
    assert queued(database, "dario@italiani.example")[-1][1] == "queued"


def test_an_open_question_is_answered_from_the_page(clerk: Clerk, database: Database, registration_of: Find) -> None:
    number = registration_of("Dario Conti")
    clerk.open(f"/entscheiden/anmeldung/{number}").press("Antworten", question="Ja, das geht.")
    assert ("question", "queued") in queued(database, "dario@italiani.example")
    with database.reading() as session:
        assert session.get_one(Registration, number).open_question is False


def test_a_mail_that_was_refused_is_sent_again(clerk: Clerk, database: Database) -> None:
    with database.reading() as session:
        number = session.scalar(select(OutgoingMail.id).where(OutgoingMail.state == OutgoingState.FAILED))
    clerk.open(f"/entscheiden/versand/{number}")
    assert "550 5.1.1 Mailbox does not exist" in clerk.text
    clerk.press("Noch einmal senden")
    with database.reading() as session:
        row = session.get_one(OutgoingMail, number)
        assert (row.state, row.attempts) == (OutgoingState.QUEUED, 0)


def test_a_mail_to_what_is_no_address_says_that_and_nothing_of_a_template(
    clerk: Clerk, database: Database, settings: Settings, registration_of: Find
) -> None:
    due = DueAnswer(
        kind=AnswerKind.CONFIRMATION,
        registration_id=registration_of("Dario Conti"),
        mail_id=None,
        recipient_name="Dario Conti",
        recipient_email="niemand",
        language="de",
    )
    with database.transaction() as session:
        outbox.queue(session, due, answered=None, settings=settings, now=NOW)
    with database.reading() as session:
        number = session.scalar(select(OutgoingMail.id).where(OutgoingMail.recipient == "niemand"))
    clerk.open(f"/entscheiden/versand/{number}").press("Noch einmal senden")
    assert "Diese Mail lässt sich noch immer nicht verschicken." in clerk.text
    assert "„niemand“ ist keine Mailadresse, an die sich etwas schicken lässt." in clerk.text
    assert "Vorlage" not in clerk.text
    with database.reading() as session:
        assert session.get_one(OutgoingMail, number or 0).state is OutgoingState.HELD


def test_the_second_of_two_who_decide_the_same_mail_is_told_and_shown_both(
    clerk: Clerk, database: Database, settings: Settings, clock: FixedClock, mail_of: Find
) -> None:
    number = mail_of("Ivana Horvat")
    clerk.open(f"/entscheiden/mail/{number}")
    with TestClient(create_app(database, settings, clock), follow_redirects=False) as client:
        other = Clerk(client).log_in("chefin").open(f"/entscheiden/mail/{number}")
        assert "sabine sieht sich diesen Fall gerade an" in other.text
        other.press("Bestätigen", headcount="3")
    clerk.press("Bestätigen", headcount="4", organisation="Meine Eingabe")
    assert clerk.status == 409
    assert "hat schon jemand entschieden" in clerk.text
    assert "durch chefin" in clerk.text
    assert 'value="Meine Eingabe"' in clerk.html
    assert standing(database, "Ivana Horvat")[1] == 3


def test_a_registration_that_changed_meanwhile_is_not_overwritten(
    clerk: Clerk, database: Database, settings: Settings, clock: FixedClock, registration_of: Find
) -> None:
    number = registration_of("Ayşe Yılmaz")
    clerk.open(f"/anmeldung/{number}/aendern")
    with TestClient(create_app(database, settings, clock), follow_redirects=False) as client:
        other = Clerk(client).log_in("chefin").open(f"/anmeldung/{number}/aendern")
        other.press("Speichern", headcount="5", reason="Anruf")
    clerk.press("Speichern", headcount="4", reason="Auch ein Anruf")
    assert clerk.status == 409
    assert "inzwischen geändert" in clerk.text
    assert "So steht es jetzt in der Liste" in clerk.text
    assert standing(database, "Ayşe Yılmaz")[1] == 5
    clerk.press("Speichern")
    assert standing(database, "Ayşe Yılmaz")[1] == 4


def test_a_change_by_hand_needs_a_reason_and_keeps_it(clerk: Clerk, database: Database, registration_of: Find) -> None:
    number = registration_of("Jürgen Müßig")
    clerk.open(f"/anmeldung/{number}/aendern").press("Speichern", headcount="2")
    assert "Bitte einen Grund" in clerk.text
    clerk.press("Speichern", reason="Bringt seine Tochter mit")
    assert standing(database, "Jürgen Müßig")[1] == 2
    assert "Bringt seine Tochter mit" in clerk.text
    assert ("change", "queued") in queued(database, "muessig@nachbarn.example")


def test_a_change_can_be_kept_quiet(clerk: Clerk, database: Database, registration_of: Find) -> None:
    number = registration_of("Jürgen Müßig")
    clerk.open(f"/anmeldung/{number}/aendern")
    clerk.press("Speichern", remarks="sitzt gern vorn", reason="Notiz", silent=["ja"])
    assert queued(database, "muessig@nachbarn.example") == [("confirmation", "sent")]


def test_a_call_is_entered_in_one_line(clerk: Clerk, database: Database) -> None:
    clerk.open("/eintragen").press(
        "Einlesen", zeile="Ayla Demir, Verein XY, 3, 0209 12345, vegan, Tisch 2, a@xy.example"
    )
    clerk.press("Eintragen")
    with database.reading() as session:
        row = session.scalars(select(Registration).where(Registration.contact_name == "Ayla Demir")).one()
        assert (row.organisation, row.headcount, row.contact_email) == ("Verein XY", 3, "a@xy.example")
        assert (row.theme_tables, row.needs, row.channel.value) == ([2], ["vegan"], "phone")
    assert queued(database, "a@xy.example") != []


def test_a_line_shows_the_answer_that_would_go_before_anything_is_entered(clerk: Clerk, database: Database) -> None:
    clerk.open("/eintragen").press("Einlesen", zeile="Ayla Demir, a@xy.example")
    assert "a@xy.example" in clerk.all(".answer")[0]
    with database.reading() as session:
        assert session.scalar(select(Registration.id).where(Registration.contact_name == "Ayla Demir")) is None
    clerk.open("/eintragen").press("Einlesen", zeile="Ayla Demir, 0209 12345")
    assert clerk.all(".answer") == []
    assert "Es geht keine Mail hinaus." in clerk.text


def test_looking_at_the_answer_to_a_call_enters_nothing(clerk: Clerk, database: Database) -> None:
    clerk.open("/eintragen?zeile=Ayla+Demir,a@xy.example").press("Vorschau")
    assert clerk.all(".answer") != []
    with database.reading() as session:
        assert session.scalar(select(Registration.id).where(Registration.contact_name == "Ayla Demir")) is None


CALL = "Jürgen Müßig, Verein XY, 0209 12345, j@xy.example"


def number_of_seats_of(database: Database, name: str) -> list[int]:
    with database.reading() as session:
        rows = session.scalars(select(Registration).where(Registration.contact_name == name).order_by(Registration.id))
        return [row.headcount for row in rows if not row.dismissed]


def test_a_caller_who_is_on_the_list_is_asked_about_before_anything_is_entered(
    clerk: Clerk, database: Database, registration_of: Find
) -> None:
    seats, number = number_of_seats_of(database, "Jürgen Müßig"), registration_of("Jürgen Müßig")
    clerk.open("/eintragen").press("Einlesen", zeile="J. Müller, Verein XY, 0209 12345, j@xy.example")
    clerk.press("Eintragen", name="Jürgen Müßig", attendees="Jürgen Müßig")
    assert clerk.status == 409
    assert "Ist das dieselbe Person wie Jürgen Müßig" in clerk.text
    assert "Verein XY" in clerk.text
    assert "0209 12345" in clerk.text
    assert 'value="j@xy.example"' in clerk.html
    assert f'href="/anmeldung/{number}">Dieselbe Person: nichts eintragen' in clerk.html
    assert number_of_seats_of(database, "Jürgen Müßig") == seats
    assert queued(database, "j@xy.example") == []


def test_the_line_of_a_caller_who_is_on_the_list_asks_at_once(clerk: Clerk, database: Database) -> None:
    seats = number_of_seats_of(database, "Jürgen Müßig")
    clerk.open("/eintragen").press("Einlesen", zeile=CALL)
    assert "Ist das dieselbe Person wie Jürgen Müßig" in clerk.text
    assert "j@xy.example" in clerk.all(".answer")[0]
    clerk.press("Vorschau")
    assert "Eine andere Person: eintragen" in clerk.text
    assert number_of_seats_of(database, "Jürgen Müßig") == seats


def test_another_person_of_the_same_name_is_entered_and_taken_back(
    clerk: Clerk, database: Database, registration_of: Find
) -> None:
    seats, number = number_of_seats_of(database, "Jürgen Müßig"), registration_of("Jürgen Müßig")
    clerk.open("/eintragen").press("Einlesen", zeile=CALL).press("Eine andere Person: eintragen")
    assert number_of_seats_of(database, "Jürgen Müßig") == [*seats, 1]
    assert f'<a href="/anmeldung/{number}">' in clerk.html
    assert queued(database, "j@xy.example") != []
    new = clerk.path.partition("?")[0]
    page = Clerk(clerk.client).open(f"/anmeldung/{number}")
    assert f'<a href="{new}">' in page.html
    clerk.press("Zurücknehmen")
    assert number_of_seats_of(database, "Jürgen Müßig") == seats


def test_a_name_that_nobody_was_asked_about_is_asked_about_first(clerk: Clerk, database: Database) -> None:
    seats = number_of_seats_of(database, "Ayşe Yılmaz")
    clerk.open("/eintragen").press("Einlesen", zeile=CALL)
    clerk.press("Eine andere Person: eintragen", name="Ayşe Yılmaz", attendees="Ayşe Yılmaz")
    assert "Ist das dieselbe Person wie Ayşe Yılmaz" in clerk.text
    assert number_of_seats_of(database, "Ayşe Yılmaz") == seats


def test_many_are_accepted_at_once_after_a_question(clerk: Clerk, database: Database, registration_of: Find) -> None:
    late, other = registration_of("Dario Conti"), registration_of("Ayşe Yılmaz")
    clerk.open("/").press("nach Anmeldeschluss annehmen", ids=[str(late), str(other)])
    assert standing(database, "Dario Conti")[0] == "late"
    clerk.press("Ja, ausführen")
    assert standing(database, "Dario Conti")[0] != "late"
    assert "Ayşe Yılmaz: " in clerk.text
    assert "1 erledigt" in clerk.text


def test_nobody_selected_is_a_sentence(clerk: Clerk) -> None:
    clerk.open("/").press("jetzt erinnern", ids=[])
    assert "Es ist niemand ausgewählt" in clerk.text


def test_two_registrations_become_one_and_one_becomes_two(
    clerk: Clerk, database: Database, registration_of: Find
) -> None:
    number = registration_of("Ayşe Yılmaz")
    clerk.open(f"/anmeldung/{number}").press("In zwei Anmeldungen teilen", leaving=["Mehmet Öztürk"])
    assert standing(database, "Mehmet Öztürk")[1] == 1
    with database.reading() as session:
        reference = session.scalar(select(Registration.reference).where(Registration.contact_name == "Mehmet Öztürk"))
    clerk.open(f"/anmeldung/{number}").press("Mit einer anderen Anmeldung zusammenlegen", other=reference)
    assert standing(database, "Ayşe Yılmaz")[2] == ["Ayşe Yılmaz", "Mehmet Öztürk"]


def test_an_original_mail_is_shown_without_anything_that_acts_or_loads(clerk: Clerk, mail_of: Find) -> None:
    number = mail_of("Petra Lindner")
    clerk.open(f"/mails/{number}/original")
    assert "sandbox" in clerk.html
    clerk.open(f"/mails/{number}/gestaltet")
    for harm in ("<script", "onclick", "tracker.example", "<img"):
        assert harm not in clerk.html
    assert "<b>Parkplätze</b>" in clerk.html
    assert clerk.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_blind_check_hides_the_proposal_and_counts_errors(clerk: Clerk) -> None:
    clerk.open("/stichprobe")
    assert clerk.all("h2") == ["Anmeldung Workshop"]
    assert clerk.all("mark") == []
    assert 'value="3"' not in clerk.html.split("headcount")[1].split(">")[0]
    clerk.press(
        "Vergleichen",
        headcount="3",
        attendees="Ayşe Yılmaz\nMehmet Öztürk",
        organisation="Dostluk e.V.",
        needs=["vegan"],
        theme_tables=["2"],
    )
    assert "genauso verstanden" in clerk.text
    assert "0 Fehler in 1 geprüften" in clerk.text
    clerk.press("Vergleichen", headcount="7")
    assert "anders verstanden" in clerk.text
    assert "1 Fehler in 2 geprüften" in clerk.text


def test_history_keeps_who_decided(clerk: Clerk, database: Database, mail_of: Find) -> None:
    number = mail_of("Ivana Horvat")
    clerk.open(f"/entscheiden/mail/{number}").press("Bestätigen")
    with database.reading() as session:
        entry = session.scalars(select(HistoryEntry).where(HistoryEntry.mail_id == number)).one()
        assert (entry.actor, entry.cause, entry.action) == ("sabine", "staff", "confirmed")
        assert session.get_one(Registration, entry.registration_id).status is Status.WAITLISTED


def test_a_question_is_not_a_registration_by_a_slip_of_the_finger(
    clerk: Clerk, database: Database, mail_of: Find
) -> None:
    clerk.open(f"/entscheiden/mail/{mail_of('Petra Lindner')}")
    assert clerk.all("button.main")[-1] == "Antwort senden"
    clerk.press("Antwort senden")
    assert "keinen Text" in clerk.text
    with database.reading() as session:
        assert session.scalar(select(Registration.id).where(Registration.contact_name == "Petra Lindner")) is None


def test_what_is_shown_of_a_late_registration_is_what_goes(clerk: Clerk, database: Database) -> None:
    with database.transaction() as session:
        for row in session.scalars(select(Registration).where(Registration.status == Status.WAITLISTED)):
            session.delete(row)
        number = add_mail(
            session,
            name="Späte Sara",
            email="sara@spaet.example",
            subject="Anmeldung",
            text="Ich komme.",
            at=NOW - timedelta(hours=3),
            state=MailState.WAITING,
            decision="review",
            headcount=1,
            attendees=[{"name": "Späte Sara", "organisation": "", "needs": []}],
        ).id
    clerk.open(f"/entscheiden/mail/{number}")
    (shown,) = clerk.all(".answer header b")
    clerk.press("Bestätigen")
    with database.reading() as session:
        answer = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == "sara@spaet.example")).one()
        assert answer.subject.partition("(")[0] == shown.partition("(")[0]
    assert standing(database, "Späte Sara")[0] == "confirmed"


def test_a_second_mail_of_a_sender_changes_the_first_registration(clerk: Clerk, database: Database) -> None:
    with database.transaction() as session:
        number = add_mail(
            session,
            name="Jürgen Müßig",
            email="muessig@nachbarn.example",
            subject="Re: Anmeldung",
            text="Wir sind jetzt 2.",
            at=NOW - timedelta(days=5),
            state=MailState.WAITING,
            decision="review",
            headcount=2,
        ).id
    clerk.open(f"/entscheiden/mail/{number}")
    assert clerk.all(".diff tbody tr") == ["Plätze 1 2"]
    clerk.press("Ändern und bestätigen")
    assert standing(database, "Jürgen Müßig")[1] == 2


def test_a_withdrawal_for_somebody_else_is_joined_by_the_number_of_the_registration(
    clerk: Clerk, database: Database
) -> None:
    with database.transaction() as session:
        number = add_mail(
            session,
            name="Nachbar Nils",
            email="nils@haus.example",
            subject="Abmeldung",
            text="Bitte melden Sie Jürgen ab.",
            at=NOW - timedelta(days=4),
            state=MailState.WAITING,
            intent="cancellation",
            decision="review",
        ).id
    clerk.open(f"/entscheiden/mail/{number}")
    assert "Bitte auswählen, welche Anmeldung abgesagt wird" in clerk.text
    clerk.press("Zuordnen", nr="GIBT-ES-NICHT")
    assert "gibt es nicht" in clerk.text
    clerk.open(f"/entscheiden/mail/{number}?nr=R2X-2AB").press("Abmelden")
    assert standing(database, "Jürgen Müßig")[0] == "cancelled"


def test_a_total_that_does_not_fit_the_names_is_asked_with_ready_answers(clerk: Clerk, database: Database) -> None:
    text = "Wir kommen zu viert: Ada Arsal, Bea Bulut."
    with database.transaction() as session:
        number = add_mail(
            session,
            name="Ada Arsal",
            email="ada@verein.example",
            subject="Anmeldung",
            text=text,
            at=NOW - timedelta(days=20),
            state=MailState.WAITING,
            decision="review",
            reasons=("Die Zahl passt nicht zu den Namen",),
            attendees=[{"name": "Ada Arsal"}, {"name": "Bea Bulut"}],
            headcount=4,
            evidence=[quote(text, "zu viert", "headcount", 4)],
        ).id
    clerk.open(f"/entscheiden/mail/{number}")
    assert "2 oder 4 Plätze?" in clerk.text
    clerk.press("2")
    assert standing(database, "Ada Arsal")[1] == 2
