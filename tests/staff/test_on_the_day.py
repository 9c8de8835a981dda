"""The door, the overview, and what leaves the page."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import AuditEntry, CheckIn, Database, Registration
from processor.settings import Settings
from processor.staff import create_app
from tests.staff.clerk import Clerk


def test_a_tap_says_that_somebody_has_come_and_another_takes_it_back(clerk: Clerk) -> None:
    clerk.open("/einlass?suche=ozturk")
    assert "0 von 16 sind da" in clerk.text
    assert "Ayşe Yılmaz" in clerk.text
    clerk.press("Da")
    assert "1 von 16 sind da" in clerk.text
    clerk.press("doch nicht")
    assert "0 von 16 sind da" in clerk.text


def test_companions_without_a_name_have_a_seat_to_tap(clerk: Clerk) -> None:
    clerk.open("/einlass?suche=yilmaz")
    assert clerk.all(".door b") == ["Ayşe Yılmaz", "Mehmet Öztürk", "Begleitung von Ayşe Yılmaz"]


def test_two_devices_that_tap_the_same_person_count_one(
    clerk: Clerk, database: Database, settings: Settings, clock: FixedClock
) -> None:
    clerk.open("/einlass?suche=muessig")
    with TestClient(create_app(database, settings, clock), follow_redirects=False) as client:
        other = Clerk(client).log_in("chefin").open("/einlass?suche=muessig")
        other.press("Da")
    clerk.press("Da")
    assert "1 von 16 sind da" in clerk.text
    assert "(chefin)" in clerk.text


def test_only_who_is_missing_can_be_shown(clerk: Clerk) -> None:
    clerk.open("/einlass?suche=muessig&fehlt=ja").press("Da")
    assert "Niemand gefunden" in clerk.text


def test_somebody_who_walks_in_is_entered_and_present(clerk: Clerk, database: Database) -> None:
    clerk.open("/einlass").press("Eintragen, ist da", name="Spontane Sara", organisation="Laufkundschaft")
    with database.reading() as session:
        row = session.scalars(select(Registration).where(Registration.contact_name == "Spontane Sara")).one()
        assert row.status.value == "confirmed"
        assert session.scalars(select(CheckIn).where(CheckIn.registration_id == row.id)).one().actor == "sabine"


def test_a_place_that_is_gone_is_a_sentence(clerk: Clerk) -> None:
    token = clerk.open("/einlass").html.split('name="csrf" value="')[1].split('"')[0]
    for place in ("person:99999", "seat:77", "x", ""):
        assert clerk.post("/einlass/1", csrf=token, place=place).status == 400
        assert "Diesen Platz gibt es nicht mehr" in clerk.text


def test_the_overview_says_in_tables_what_its_plots_show(clerk: Clerk) -> None:
    clerk.open("/uebersicht")
    rows = clerk.all("table.plain tr")
    assert any(row.startswith("bestätigt") and row.endswith("16") for row in rows)
    assert any(row.startswith("vegan") for row in rows)
    assert clerk.all("table.across td")[-1] == "20"


def test_exports_open_and_are_written_down(clerk: Clerk, database: Database) -> None:
    answer = clerk.client.get("/ausgabe/anmeldungen.xlsx")
    assert load_workbook(io.BytesIO(answer.content))["Anmeldungen"].max_row == 11
    assert clerk.client.get("/ausgabe/anmeldungen.csv").content.startswith(b"\xef\xbb\xbf")
    assert len(clerk.client.get("/ausgabe/anmeldungen.json").json()) == 10
    for sheet in ("unterschriften", "namensschilder", "tische"):
        assert clerk.client.get(f"/ausgabe/{sheet}.pdf").content.startswith(b"%PDF")
    assert clerk.open("/ausgabe/geheim.txt").status == 404
    with database.reading() as session:
        actors = session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "export")).all()
    assert actors == ["sabine"] * 6


def test_only_who_administers_sees_the_audit(clerk: Clerk, visitor: Clerk) -> None:
    assert clerk.open("/verwaltung").status == 403
    visitor.client.cookies.clear()
    visitor.log_in("chefin").open("/verwaltung")
    assert "sabine" in visitor.text
