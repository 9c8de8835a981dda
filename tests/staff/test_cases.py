"""A case asks something, and every answer to it can be given from the case itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from processor.clock import FixedClock
from processor.database import (
    Correction,
    Database,
    HistoryEntry,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
)
from tests.staff.clerk import Clerk
from tests.staff.sample import NOW, add_answer, add_mail
from tests.staff.test_deciding import queued, standing


def waiting(database: Database, **understood: Any) -> str:
    """The address of a case that a mail makes; its sender's name, and what was understood of it."""
    values: dict[str, Any] = {"reasons": ("Das Programm war sich nicht sicher.",)} | understood
    name = str(values.pop("name"))
    with database.transaction() as session:
        mail = add_mail(
            session,
            name=name,
            email=f"{name.split()[0].lower()}@mail.example",
            subject=f"Workshop {len(values['reasons'][0])}",
            text="Guten Tag.",
            at=NOW - timedelta(days=20),
            state=MailState.WAITING,
            decision="review",
            **values,
        )
        return f"/entscheiden/mail/{mail.id}"


def people(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "organisation": "", "needs": []} for name in names]


def state_of_mail(database: Database, case: str) -> MailState:
    with database.reading() as session:
        return session.get_one(Mail, int(case.rpartition("/")[2])).state


def test_one_mail_becomes_two_registrations_each_with_its_own_answer(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ada Arsal", headcount=3, attendees=people("Ada Arsal", "Bea Bulut"))
    clerk.open(case).press("Teilen", leaving=["Bea Bulut"], new_email="bea@bulut.example")
    assert standing(database, "Ada Arsal")[1:] == (2, ["Ada Arsal"])
    assert standing(database, "Bea Bulut")[1:] == (1, ["Bea Bulut"])
    assert len(queued(database, "ada@mail.example")) == 1
    assert len(queued(database, "bea@bulut.example")) == 1
    assert state_of_mail(database, case) is MailState.DECIDED


def test_parting_is_taken_back_in_one_step(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ada Arsal", headcount=2, attendees=people("Ada Arsal", "Bea Bulut"))
    clerk.open(case).press("Teilen", leaving=["Bea Bulut"], new_email="bea@bulut.example").press("Zurücknehmen")
    assert state_of_mail(database, case) is MailState.WAITING
    assert queued(database, "ada@mail.example") == []
    with database.reading() as session:
        left = session.scalars(select(Registration).where(Registration.contact_name.in_(["Ada Arsal", "Bea Bulut"])))
        assert all(row.dismissed for row in left)


def test_nobody_is_parted_by_a_button_that_does_something_else(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ada Arsal", headcount=2, attendees=people("Ada Arsal", "Bea Bulut"))
    clerk.open(case).press("Bestätigen", leaving=["Bea Bulut"])
    assert clerk.status == 400
    assert "zum Teilen oder Zusammenlegen" in clerk.text
    assert state_of_mail(database, case) is MailState.WAITING


def test_a_standing_registration_is_parted_as_its_mail_asks(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ayşe Yılmaz", intent="change", headcount=3)
    clerk.open(f"{case}?zu=1").press("Teilen", leaving=["Mehmet Öztürk"])
    assert standing(database, "Mehmet Öztürk")[1] == 1
    assert standing(database, "Ayşe Yılmaz")[1] == 2
    assert state_of_mail(database, case) is MailState.DECIDED
    clerk.press("Zurücknehmen")
    assert standing(database, "Ayşe Yılmaz")[1] == 3
    assert state_of_mail(database, case) is MailState.WAITING


def test_two_registrations_are_joined_from_the_case_that_showed_it(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ayşe Yılmaz", intent="change", headcount=3)
    clerk.open(f"{case}?zu=1").press("Zusammenlegen", other="R2X-2AB")
    assert standing(database, "Ayşe Yılmaz")[2] == ["Ayşe Yılmaz", "Mehmet Öztürk", "Jürgen Müßig"]
    assert state_of_mail(database, case) is MailState.DECIDED
    with database.reading() as session:
        assert session.scalars(select(Registration.dismissed).where(Registration.reference == "R2X-2AB")).one()


def test_a_late_registration_is_parted_and_joined_from_its_case(clerk: Clerk, database: Database) -> None:
    clerk.open("/entscheiden/anmeldung/7").press("Zusammenlegen", other="R2X-2AB")
    with database.reading() as session:
        assert [row.name for row in session.get_one(Registration, 7).attendees] == ["Dario Conti", "Jürgen Müßig"]


def test_a_registration_in_time_is_declined_and_told_so_without_any_deadline(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ada Arsal", headcount=1, attendees=people("Ada Arsal"))
    clerk.open(case).press("Ablehnen", remark="Der Workshop ist nur für Vereine.")
    assert standing(database, "Ada Arsal")[0] == "cancelled"
    assert queued(database, "ada@mail.example") == [("refusal", "queued")]
    with database.reading() as session:
        subject = session.scalars(select(OutgoingMail.subject).where(OutgoingMail.kind == "refusal")).one()
    assert subject.startswith("Nicht angenommen: ")
    assert "Anmeldeschluss" not in subject
    clerk.press("Zurücknehmen")
    assert state_of_mail(database, case) is MailState.WAITING
    assert queued(database, "ada@mail.example") == []


def test_whether_somebody_comes_is_asked_with_two_answers(clerk: Clerk, database: Database) -> None:
    doubt = ("Es ist nicht klar, ob sie kommen: Bea Bulut",)
    found = {"headcount": 2, "attendees": people("Ada Arsal", "Bea Bulut"), "reasons": doubt}
    clerk.open(waiting(database, name="Ada Arsal", **found))
    assert "Kommt mit: Bea Bulut?" in clerk.text
    assert clerk.all(".ready button")[:2] == ["Ja (2)", "Nein, ohne sie (1)"]
    clerk.press("Nein, ohne sie")
    assert standing(database, "Ada Arsal")[1:] == (1, ["Ada Arsal"])


def test_who_leaves_is_asked_with_the_registrations_that_may_be_meant(clerk: Clerk, database: Database) -> None:
    found = {"intent": "cancellation", "attendees": people("Ayşe Yılmaz", "Jürgen Müßig")}
    clerk.open(waiting(database, name="Nachbar Nils", **found))
    assert "Wer wird abgemeldet?" in clerk.text
    clerk.press("Jürgen Müßig (R2X-2AB)")
    assert standing(database, "Jürgen Müßig")[0] == "cancelled"
    assert standing(database, "Ayşe Yılmaz")[0] == "confirmed"


def test_a_change_is_asked_as_old_and_new_and_can_be_left_alone(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ayşe Yılmaz", intent="change", headcount=5)
    clerk.open(f"{case}?zu=1")
    assert "Von 3 auf 5 Plätze ändern?" in clerk.text
    clerk.press("Nein, so lassen")
    assert standing(database, "Ayşe Yılmaz")[1] == 3
    assert state_of_mail(database, case) is MailState.DECIDED


def test_what_to_ask_the_sender_is_written_already(clerk: Clerk, database: Database) -> None:
    for doubt, question in (
        ("„Wir“ kommen, aber es steht nicht da, wie viele", "Wie viele Personen kommen insgesamt?"),
        ("Ein Anhang ist nicht lesbar: liste.zip (verschlüsselt)", "Den Anhang können wir nicht lesen."),
        ("Aus dem Text geht nicht hervor, wer kommt", "Wer kommt? Bitte nennen Sie uns die Namen"),
    ):
        case = waiting(database, name="Ada Arsal", headcount=1, reasons=(doubt,))
        clerk.open(case)
        assert question in clerk.all("textarea#question")[0], doubt


def test_the_answer_is_shown_in_both_languages(clerk: Clerk, database: Database) -> None:
    clerk.open(waiting(database, name="Ada Arsal", headcount=1, attendees=people("Ada Arsal"), language="tr"))
    (shown,) = clerk.all(".answer .letter")
    assert shown.index("Sayın Ada Arsal") < shown.index("Guten Tag Ada Arsal")


def test_what_was_sent_is_corrected_with_a_mail_that_says_what_holds(
    clerk: Clerk, database: Database, clock: FixedClock
) -> None:
    case = waiting(database, name="Ada Arsal", headcount=2, attendees=people("Ada Arsal"))
    clerk.open(case).press("Bestätigen")
    with database.transaction() as session:
        row = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == "ada@mail.example")).one()
        row.state, row.sent_at = OutgoingState.SENT, clock.now()
        number = row.registration_id
    clock.advance(timedelta(minutes=30))
    clerk.open(f"/anmeldung/{number}/aendern")
    clerk.press("Speichern", headcount="1", reason="Verlesen", remark="Wir hatten uns verlesen.")
    with database.reading() as session:
        answers = session.scalars(select(OutgoingMail.id).where(OutgoingMail.registration_id == number)).all()
        assert len(answers) == 2
        assert session.scalar(select(func.count()).select_from(Correction)) == 1
    clerk.open(f"/versand/{answers[-1]}")
    assert "Wir hatten uns verlesen." in clerk.text


def test_a_queue_that_the_brake_holds_is_told_above_all_cases(clerk: Clerk, database: Database) -> None:
    assert "angehalten" not in clerk.open("/entscheiden").text
    with database.transaction() as session:
        row = session.get_one(Registration, 1)
        held = "Angehalten: In der letzten Stunde gingen 5 Mails hinaus, mehr dürfen es nicht sein."
        add_answer(session, row, kind="change", state=OutgoingState.QUEUED, reply=held, at=NOW)
    clerk.open("/entscheiden")
    assert "Der Versand ist angehalten." in clerk.text
    assert "wartende Mails: 1." in clerk.text


def test_an_answer_that_could_not_be_written_waits_among_the_cases(clerk: Clerk, database: Database) -> None:
    with database.transaction() as session:
        row = session.get_one(Registration, 1)
        broken = "mail/change.j2, Zeile 3: Diese Vorlage ist fehlerhaft."
        add_answer(session, row, kind="change", state=OutgoingState.HELD, reply=broken, at=NOW)
    clerk.open("/entscheiden")
    assert broken in clerk.text
    assert "angehalten" in " ".join(clerk.all(".case .kind"))


def test_many_cases_are_counted_and_the_oldest_are_shown(clerk: Clerk, database: Database) -> None:
    for number in range(60):
        waiting(database, name=f"Person{number} Probe")
    clerk.open("/entscheiden")
    assert clerk.all(".count")[0].startswith("65")
    assert "65 Fälle, der älteste zuerst. Gezeigt sind die ersten 50." in clerk.text
    assert len(clerk.all(".case")) == 50


def test_every_step_says_who_took_it(clerk: Clerk, database: Database) -> None:
    case = waiting(database, name="Ada Arsal", headcount=2, attendees=people("Ada Arsal", "Bea Bulut"))
    clerk.open(case).press("Teilen", leaving=["Bea Bulut"])
    with database.reading() as session:
        entries = session.scalars(
            select(HistoryEntry).where(HistoryEntry.cause == "staff", HistoryEntry.at == NOW).order_by(HistoryEntry.id)
        ).all()
        assert [(entry.actor, entry.action) for entry in entries] == [
            ("sabine", "confirmed"),
            ("sabine", "split"),
            ("sabine", "split_off"),
        ]
        assert len({entry.step for entry in entries}) == 1
