"""The table of invited organisations."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from processor.errors import ConfigError
from processor.registrations import invited
from processor.registrations.invited import Reply
from tests.registrations.builders import Office, cancelling, message, registering

TABLE = (
    "Liste der MSO;;;;\n"
    "Nr.;Verein;Straße;E-Mail-Adresse;Telefon\n"
    "1;Anadolu Kültür Merkezi e.V.;Ringstr. 1;Info@Anadolu.example;0209 1\n"
    "2;Polonia Gelsenkirchen 1920 e. V.;Weg 2;;0209 2\n"
    "3;Verein Drei;Weg 3;;0209 3\n"
    "4;Haus der Begegnung;Weg 4;haus@begegnung.example;\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_by_the_words_in_its_header(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "eingeladene.csv"
    path.write_bytes(TABLE.encode(encoding))
    first, *_ = entries = invited.read(path)
    assert len(entries) == 4
    assert (first.name, first.address, first.email, first.phone) == (
        "Anadolu Kültür Merkezi e.V.",
        "Ringstr. 1",
        "info@anadolu.example",
        "0209 1",
    )


def test_an_excel_table_is_read_too(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in TABLE.splitlines():
        sheet.append(line.split(";"))
    book.save(tmp_path / "eingeladene.xlsx")
    assert [each.name for each in invited.read(tmp_path / "eingeladene.xlsx")][1] == "Polonia Gelsenkirchen 1920 e. V."


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"Farbe;Form\nrot;rund\n", "fehlt eine Spalte"),
        ("a.xlsx", b"not a workbook", "keine lesbare Tabelle"),
        ("a.csv", b"", "fehlt eine Spalte"),
    ],
)
def test_a_table_that_is_none_is_named_in_a_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        invited.read(tmp_path / name)


def test_a_table_that_is_missing_is_named_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nicht öffnen"):
        invited.read(tmp_path / "nirgends.csv")


def test_the_list_says_who_comes_who_declined_and_whom_to_ring_up(office: Office, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(TABLE)
    organisations = invited.read(tmp_path / "e.csv")
    office.receive(message("x@web.example"), registering("Ada Arsal", organisation="ANADOLU KULTUR MERKEZI"))
    office.receive(message("y@web.example"), cancelling(name="Piotr Kos", organisation="Polonia Gelsenkirchen"))
    office.receive(message("haus@begegnung.example"), registering("Hanna Horn", review="unklar"))
    office.receive(message("z@web.example"), registering("Zoe Zander", organisation="Ganz anderer Verein"))
    answered = invited.match(organisations, office.all())
    assert [each.reply for each in answered] == [Reply.COMES, Reply.DECLINED, Reply.NONE, Reply.OPEN]
    assert answered[0].seats == 1
    assert [each.name for each in invited.to_ring_up(answered)] == ["Verein Drei"]
    assert [each.contact_name for each in invited.unmatched(organisations, office.all())] == ["Zoe Zander"]


def test_a_slip_of_the_pen_is_forgiven_and_two_that_fit_are_not_guessed(office: Office) -> None:
    organisations = [invited.Invited(name=name) for name in ("Alevitische Gemeinde Buer", "Alevitische Gemeinde Horst")]
    office.receive(message("x@web.example"), registering("Ada Arsal", organisation="Alevitsche Gemeinde Buer"))
    office.receive(message("y@web.example"), registering("Berk Bulut", organisation="Alevitische Gemeinde"))
    assert [each.reply for each in invited.match(organisations, office.all())] == [Reply.COMES, Reply.NONE]
