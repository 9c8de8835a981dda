"""The list, one registration, and the mails, as somebody reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import Database, Mail, MailState, Registration, Status
from processor.settings import OfficeSettings, Settings
from processor.staff import create_app
from tests.staff import sample
from tests.staff.clerk import Clerk


def found(clerk: Clerk) -> list[str]:
    return clerk.all("table.list tbody th a")


def test_the_list_names_everybody_with_seats_and_status(clerk: Clerk) -> None:
    clerk.open("/")
    rows = clerk.all("table.list tbody tr")
    assert any("Ayşe Yılmaz" in row and " 3 " in row and "bestätigt" in row for row in rows)
    assert any("Dario Conti" in row and "verspätet" in row for row in rows)
    assert "Auf dem Server liegen 12 Mails, hier sind" in clerk.text


def test_the_seats_are_added_up_by_status(clerk: Clerk) -> None:
    tiles = clerk.open("/").all(".tile")
    assert tiles == ["16 / 120 bestätigt", "2 verspätet", "2 Warteliste", "0 offen", "1 abgesagt"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gulsen", "Ğülşen İnan"),
        ("INAN", "Ğülşen İnan"),
        ("zoe", "Zoë D'Almeida"),
        ("muessig", "Jürgen Müßig"),
        ("yilmaz dostluk", "Ayşe Yılmaz"),
        ("ozturk", "Ayşe Yılmaz"),
        ("خطيب", "محمد الخطيب"),
        ("0209 1234567", "Nikolaos Papadopoulos"),
        ("k7q-2m4", "Ayşe Yılmaz"),
    ],
)
def test_the_search_finds_without_accents_and_dots(clerk: Clerk, typed: str, name: str) -> None:
    clerk.open("/").press("Suchen", suche=typed)
    assert found(clerk) == [name]


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        ("stand", "late", {"Dario Conti"}),
        ("bedarf", "wheelchair", {"Zoë D'Almeida"}),
        ("tisch", "2", {"Ayşe Yılmaz", "Ğülşen İnan"}),
        ("sprache", "ar", {"محمد الخطيب"}),
        ("verspaetet", "ja", {"Dario Conti"}),
        ("nur", "frage", {"Dario Conti"}),
        ("organisation", "anadolu", {"Ğülşen İnan"}),
    ],
)
def test_the_list_can_be_narrowed(clerk: Clerk, field: str, value: str, names: set[str]) -> None:
    clerk.open("/").press("Suchen", **{field: value})
    assert set(found(clerk)) == names


def test_nothing_found_is_said(clerk: Clerk) -> None:
    assert "Nichts gefunden" in clerk.open("/?suche=quetzalcoatl").text


@pytest.mark.parametrize("query", ["seite=99999999999", "seite=-1", "seite=x", "stand=<b>", "tisch=²", "ordnung=x"])
def test_a_strange_address_still_shows_a_page(clerk: Clerk, query: str) -> None:
    assert clerk.open(f"/?{query}").status == 200


def test_a_registration_shows_people_history_and_mails(clerk: Clerk) -> None:
    clerk.open("/anmeldung/1")
    assert clerk.all(".people li") == ["Ayşe Yılmaz", "Mehmet Öztürk"]
    assert "1 Platz ohne Namen" in clerk.text
    assert "Anruf: eine Person mehr" in clerk.text
    assert any("Plätze: 2 → 3" in entry for entry in clerk.all(".history li"))
    assert any("Anmeldung Workshop" in entry for entry in clerk.all(".thread li.in"))
    assert any("Anmeldebestätigung" in entry for entry in clerk.all(".thread li.out"))


@pytest.mark.parametrize("number", ["4711", "9" * 30])
def test_an_unknown_registration_is_a_sentence(clerk: Clerk, number: str) -> None:
    assert clerk.open(f"/anmeldung/{number}").status == 404
    assert "Diese Seite gibt es nicht." in clerk.text


def test_a_name_with_markup_stays_a_name(clerk: Clerk, database: Database) -> None:
    with database.transaction() as session:
        registration = session.get_one(Registration, 1)
        registration.contact_name = "<script>alert(1)</script>"
    clerk.open("/")
    assert "<script>alert" not in clerk.html
    assert "<script>alert(1)</script>" in found(clerk)


def test_the_mails_show_what_was_understood_and_why(clerk: Clerk) -> None:
    clerk.open("/mails?stand=waiting")
    assert "Es ist unklar, ob 2 oder 3 Personen kommen." in clerk.text
    clerk.open(next(link for link in clerk.html.split('"') if link.startswith("/mails/")))


def test_evidence_is_marked_in_the_text_with_its_field(clerk: Clerk) -> None:
    clerk.open("/mails/1")
    assert clerk.all("mark.f-headcount") == ["3 Personen"]
    assert clerk.all("mark.f-attendees") == ["Ayşe Yılmaz", "Mehmet Öztürk"]
    assert clerk.all("mark.f-needs") == ["veganes"]


def test_a_mail_set_aside_can_be_read_again(clerk: Clerk, database: Database) -> None:
    with database.reading() as session:
        number = session.scalar(select(Mail.id).where(Mail.state == MailState.FAILED))
    clerk.open(f"/mails/{number}")
    assert "dauerte länger als 20 Sekunden" in clerk.text
    clerk.press("Noch einmal lesen")
    with database.reading() as session:
        mail = session.get_one(Mail, number)
        assert (mail.state, mail.attempts, mail.error) == (MailState.NEW, 0, "")


def test_the_invited_without_an_answer_come_first(
    database: Database, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    table = tmp_path / "eingeladen.csv"
    table.write_text(
        "Verein;Telefon;Mail\nDostluk;0209 1;\nStiller Verein;0209 2;\nNour Kulturverein e.V.;0209 3;\n", "utf-8"
    )
    office = replace(settings, office=OfficeSettings(invited=table))
    with TestClient(create_app(database, office, clock), follow_redirects=False) as client:
        clerk = Clerk(client).log_in("leser").open("/eingeladene")
    rows = clerk.all("table.list tbody tr")
    assert rows[0].startswith("Stiller Verein noch keine Antwort")
    assert any(row.startswith("Dostluk kommt Ayşe Yılmaz 3") for row in rows)
    assert any(row.startswith("Nour Kulturverein e.V. kommt") for row in rows)


def test_a_missing_list_of_the_invited_is_said(clerk: Clerk) -> None:
    assert "keine Liste der Eingeladenen angegeben" in clerk.open("/eingeladene").text


def test_what_nobody_has_decided_is_counted_apart(clerk: Clerk, database: Database) -> None:
    before = clerk.open("/uebersicht").all(".tile")
    plotted = clerk.all(".plot, .weeks")
    with database.transaction() as session:
        sample.add_registration(
            session,
            reference="WS-OFFER",
            names=(),
            at=sample.NOW,
            status=Status.REVIEW,
            headcount=50,
            email="angebot@firma.example",
        )
    assert clerk.open("/uebersicht").all(".tile") == before
    assert clerk.all(".plot, .weeks") == plotted
    assert "1 noch nicht entschieden, darin stehen 50 Plätze. Sie zählen auf dieser Seite nirgends mit." in clerk.text
    assert "50 offen" in clerk.open("/").all(".tile")


def test_the_rule_of_the_waiting_list_is_told_where_there_is_one(clerk: Clerk, database: Database) -> None:
    assert "wird nicht von einer kleineren überholt" in clerk.open("/").text
    with database.transaction() as session:
        for row in session.scalars(select(Registration).where(Registration.waiting_since.is_not(None))):
            row.waiting_since, row.waiting_seats = None, 0
        for row in session.scalars(select(Registration).where(Registration.status == Status.WAITLISTED)):
            row.status = Status.CANCELLED
            row.version += 1
    assert "überholt" not in clerk.open("/").text
