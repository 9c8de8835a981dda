"""What is exported can be opened again and says the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from processor import export
from processor.database import AttendeeRow, Base, Database, Registration, Status, make_engine
from processor.export.plain import harmless
from processor.registrations import all_registrations
from tests.staff.conftest import EVENT

NAMES = (
    "Ayşe Yılmaz",
    "Jürgen Müßig",
    "Ğülşen İnan",
    "Оксана Коваленко",
    "محمد الخطيب",
    "Łukasz Żółty",
    "Zoë D'Almeida",
)


def registration(name: str, number: int = 1, **fields: object) -> Registration:
    at = datetime(2024, 10, 21, 10, 30, tzinfo=UTC)
    values: dict[str, object] = {
        "reference": f"REF-{number}",
        "status": Status.CONFIRMED,
        "contact_name": name,
        "headcount": 2,
        "organisation": "Verein für alle e.V.",
        "theme_tables": [2],
        "needs": ["vegan"],
        "arrived_at": at,
        "created_at": at,
        "updated_at": at,
    }
    row = Registration(**(values | fields))
    row.attendees = [AttendeeRow(name=name, position=0)]
    return row


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(make_engine(f"sqlite:///{tmp_path}/list.sqlite3"))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        yield session
    database.dispose()


def listed(session: Session, *rows: Registration) -> list[Registration]:
    session.add_all(rows)
    session.flush()
    return list(all_registrations(session))


def test_german_excel_opens_the_csv_as_it_is(session: Session, tmp_path: Path) -> None:
    rows = listed(session, *(registration(name, number) for number, name in enumerate(NAMES)))
    export.write_csv(tmp_path / "liste.csv", rows)
    raw = (tmp_path / "liste.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == len(NAMES) + 1
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert [line["Name"] for line in lines] == list(NAMES)
    assert lines[0]["Plätze"] == "2"
    assert lines[0]["Eingang"] == "21.10.2024 12:30"
    assert lines[0]["Nach Anmeldeschluss"] == "nein"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_run_as_a_formula(session: Session, start: str) -> None:
    stream = io.BytesIO()
    export.write_csv(stream, listed(session, registration(start + "cmd|' /C calc'!A0")))
    (line,) = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""), delimiter=";")
    assert line["Name"].startswith("'" + start)


@given(st.text())
def test_a_harmless_text_is_never_a_formula_and_never_loses_a_letter(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(text).endswith(text)


def test_a_name_with_semicolon_quote_and_line_break_stays_one_cell(session: Session) -> None:
    stream = io.BytesIO()
    name = 'Müller; "Hans"\nPeter'
    export.write_csv(stream, listed(session, registration(name)))
    (line,) = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""), delimiter=";")
    assert line["Name"] == name


def test_the_workbook_has_typed_columns_a_frozen_head_and_a_filter(session: Session, tmp_path: Path) -> None:
    rows = listed(session, *(registration(name, number) for number, name in enumerate(NAMES)))
    export.write_xlsx(tmp_path / "liste.xlsx", rows)
    book = load_workbook(tmp_path / "liste.xlsx")
    sheet, people = book["Anmeldungen"], book["Personen"]
    titles = [cell.value for cell in sheet[1]]
    first = {title: sheet.cell(2, number) for number, title in enumerate(titles, 1)}
    assert first["Plätze"].value == 2
    assert first["Eingang"].value == datetime(2024, 10, 21, 12, 30)
    assert first["Eingang"].is_date
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:Q{len(NAMES) + 1}"
    assert [sheet.cell(row, titles.index("Name") + 1).value for row in range(2, len(NAMES) + 2)] == list(NAMES)
    seats = [people.cell(row, 1).value for row in range(2, people.max_row + 1)]
    assert len(seats) == 2 * len(NAMES)
    assert seats[:2] == ["Ayşe Yılmaz", "Begleitung von Ayşe Yılmaz"]


def test_a_formula_and_a_control_character_are_mere_text_in_the_workbook(session: Session, tmp_path: Path) -> None:
    export.write_xlsx(
        tmp_path / "x.xlsx", listed(session, registration('=HYPERLINK("x")', 1), registration("a\x0bb", 2))
    )
    sheet = load_workbook(tmp_path / "x.xlsx")["Anmeldungen"]
    assert sheet["D2"].data_type == "s"
    assert sheet["D2"].value == '=HYPERLINK("x")'
    assert sheet["D3"].value == "ab"


def test_json_has_the_shape_that_other_programs_know(session: Session, tmp_path: Path) -> None:
    export.write_json(tmp_path / "liste.json", listed(session, registration("Ayşe Yılmaz")))
    (entry,) = json.loads((tmp_path / "liste.json").read_text(encoding="utf-8"))
    assert entry["contact"]["name"] == "Ayşe Yılmaz"
    assert set(entry) == {
        "reference",
        "status",
        "late",
        "channel",
        "contact",
        "organisation",
        "headcount",
        "attendees",
        "theme_tables",
        "needs",
        "language",
        "created_at",
        "updated_at",
        "mails",
        "remarks",
    }


def words_of(file: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    # Dots of Arabic letters are glyphs of their own, which stand for no character.
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())


def test_the_sign_in_sheet_holds_everybody_who_comes_by_family_name(session: Session, tmp_path: Path) -> None:
    rows = listed(
        session,
        *(registration(name, number) for number, name in enumerate(NAMES)),
        registration("Heinz Abgesagt", 90, status=Status.CANCELLED),
        registration("Spät Dran", 91, status=Status.LATE, late=True),
    )
    export.write_pdf(tmp_path / "liste.pdf", rows, EVENT, datetime(2024, 11, 14, 9, 0, tzinfo=UTC))
    text = words_of(tmp_path / "liste.pdf")
    for name in NAMES:
        for word in name.split():
            # Right-to-left words are drawn in the order in which they are seen.
            assert word in text or word[::-1] in text, name
    assert "Unterschrift" in text
    assert "Stand 14.11.2024, 10:00 Uhr" in text
    assert "Abgesagt" not in text
    assert "Dran" not in text
    latin = [text.index(name) for name in ("Zoë D'Almeida", "Ğülşen İnan", "Jürgen Müßig", "Ayşe Yılmaz")]
    assert latin == sorted(latin)


def test_badges_and_table_plan_can_be_printed(session: Session, tmp_path: Path) -> None:
    rows = listed(
        session,
        registration("Ayşe Yılmaz", 1),
        registration("Ohne Tisch", 2, theme_tables=[]),
        registration("Sehr langer Name " * 8, 3, organisation="Ein sehr langer Verein " * 8),
        registration("Emoji 🎉 Name", 4),
    )
    export.write_badges(tmp_path / "schilder.pdf", rows, EVENT)
    export.write_table_plan(tmp_path / "tische.pdf", rows, EVENT)
    assert "Ayşe Yılmaz" in words_of(tmp_path / "schilder.pdf")
    plan = words_of(tmp_path / "tische.pdf")
    assert "Tisch 2" in plan
    assert "Ohne Thementisch – 2" in plan


def test_an_empty_list_is_a_sheet_too(tmp_path: Path) -> None:
    export.write_pdf(tmp_path / "leer.pdf", [], EVENT)
    export.write_badges(tmp_path / "leer2.pdf", [], EVENT)
    export.write_table_plan(tmp_path / "leer3.pdf", [], EVENT)
    export.write_xlsx(tmp_path / "leer.xlsx", [])
    export.write_csv(tmp_path / "leer.csv", [])
    assert "0 Plätze" in words_of(tmp_path / "leer.pdf")


def test_seats_that_nobody_has_decided_on_are_in_no_sum_of_promised_ones(session: Session, tmp_path: Path) -> None:
    rows = listed(
        session,
        registration("Fünf Fatma", 1, headcount=5, late_seats=2),
        registration("Vier Viktor", 2, headcount=4, waiting_seats=1),
        registration("Offene Olga", 3, headcount=6, status=Status.REVIEW),
        registration("Späte Sara", 4, headcount=2, status=Status.LATE, late=True),
        registration("Wartende Wilma", 5, headcount=3, status=Status.WAITLISTED),
        registration("Abgesagter Adam", 6, headcount=1, status=Status.CANCELLED),
    )
    export.write_xlsx(tmp_path / "liste.xlsx", rows)
    book = load_workbook(tmp_path / "liste.xlsx")
    titles = [cell.value for cell in book["Anmeldungen"][1]]
    promised = [
        row[titles.index("davon zugesagt")] for row in book["Anmeldungen"].iter_rows(min_row=2, values_only=True)
    ]
    assert promised == [3, 3, 0, 0, 0, 0]
    stands = [row[2] for row in book["Personen"].iter_rows(min_row=2, values_only=True)]
    counted = {stand: stands.count(stand) for stand in set(stands)}
    assert counted == {"bestätigt": 6, "verspätet": 4, "Warteliste": 4, "zu prüfen": 6, "abgesagt": 1}
    stream = io.BytesIO()
    export.write_csv(stream, rows)
    lines = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig")), delimiter=";")
    assert sum(int(line["davon zugesagt"]) for line in lines) == 6
    export.write_pdf(tmp_path / "liste.pdf", rows, EVENT)
    assert "6 Plätze" in words_of(tmp_path / "liste.pdf")
    assert "Olga" not in words_of(tmp_path / "liste.pdf")
    export.write_table_plan(tmp_path / "tische.pdf", rows, EVENT)
    assert "Bedarfe und Herausforderungen – 6" in words_of(tmp_path / "tische.pdf")


def test_somebody_with_a_name_and_no_promised_seat_is_on_the_sheet_as_open(session: Session, tmp_path: Path) -> None:
    row = registration("Erste Esma", 1, headcount=2, late_seats=1)
    row.attendees.append(AttendeeRow(name="Zweite Zeynep", position=1))
    export.write_pdf(tmp_path / "liste.pdf", listed(session, row), EVENT)
    assert "1 Platz, dazu 1 noch offen" in words_of(tmp_path / "liste.pdf")
    assert "Zweite Zeynep (noch offen)" in words_of(tmp_path / "liste.pdf")
