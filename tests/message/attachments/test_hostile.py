"""No attachment raises, hangs or takes unbounded memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.message.attachments import calendar_reply, read_attachments
from processor.message.attachments.htmltext import html_text
from processor.message.attachments.limits import MOST_ATTACHMENTS, MOST_CHARACTERS, Budget, UnreadableError
from processor.message.parts import Headers, Part
from tests.message.attachments.documents import (
    WORD,
    archive,
    docx,
    mixed,
    opendocument,
    part,
    pdf,
    winmail,
    with_member,
    xlsx,
)

SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = xlsx({"a": [["Öz"]]})
FAR_CELL = (
    f'<worksheet {SHEET}><dimension ref="A1:XFD1048576"/><sheetData>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
WIDE_CELL = '<table:table-cell table:number-columns-repeated="999999"><text:p>x</text:p></table:table-cell>'
WIDE_ROW = f"<office:spreadsheet><table:table-row>{WIDE_CELL * 500}</table:table-row></office:spreadsheet>"
GOOD = {
    "a.docx": docx(["Öz"], [["1", "Kaya"]]),
    "a.xlsx": BOOK,
    "a.odt": opendocument("<office:text><text:p>Öz</text:p></office:text>"),
    "a.pdf": pdf(["Öz"]),
    "a.rtf": rb"{\rtf1\ansi Frau \'d6z\par}",
    "a.vcf": b"BEGIN:VCARD\nFN:Can\nEND:VCARD\n",
    "a.ics": b"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE:mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR\n",
    "a.csv": b"1;2\n3;4\n",
    "a.html": b"<p>Hallo <b>Welt</b></p>",
    "winmail.dat": winmail("Hallo", {"b.docx": docx(["Öz"])}),
}


def bomb(name: str, size: int, member: str) -> Part:
    return part(archive({member: b"<x>" + b" " * size + b"</x>"}), name)


@pytest.mark.parametrize(
    "attachment",
    [
        bomb("a.docx", 60_000_000, "word/document.xml"),
        bomb("a.xlsx", 60_000_000, "xl/workbook.xml"),
        part(with_member(BOOK, "xl/sharedStrings.xml", b" " * 60_000_000), "a.xlsx"),
        part(with_member(BOOK, "xl/worksheets/sheet1.xml", b" " * 60_000_000), "a.xlsx"),
        part(
            archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b" " * 60_000_000}), "a.odt"
        ),
        part(archive({f"word/{n}.xml": "" for n in range(4_000)} | {"word/document.xml": ""}), "a.docx"),
    ],
    ids=["docx", "workbook", "strings", "sheet", "odt", "members"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(attachment: Part) -> None:
    tracemalloc.start()
    (found,) = read_attachments(mixed(attachment), ())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.unreadable != ""
    assert peak < 20_000_000


def test_entities_that_multiply_are_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]>'
    document = f"{laughs}<w:document {WORD}><w:p><w:t>&c;</w:t></w:p></w:document>"
    (found,) = read_attachments(mixed(part(archive({"word/document.xml": document}), "a.docx")), ())
    assert "beschädigt" in found.unreadable


def test_an_archive_inside_an_archive_is_not_opened() -> None:
    (found,) = read_attachments(mixed(part(archive({"a.zip": archive({"b.zip": "x"})}), "a.zip")), ())
    assert "Archiv" in found.unreadable


def test_a_member_that_is_encrypted_is_named_so() -> None:
    payload = bytearray(docx(["Öz"]))
    with zipfile.ZipFile(BytesIO(payload)) as file:
        directory = file.start_dir
    payload[directory + 8] |= 1
    (found,) = read_attachments(mixed(part(bytes(payload), "a.docx")), ())
    assert "Kennwort" in found.unreadable


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("deep.docx", docx(body="<w:p>" * 400_000 + "</w:p>" * 400_000)),
        ("long.docx", docx(["Öz"] * 60_000)),
        ("gap.xlsx", with_member(BOOK, "xl/worksheets/sheet1.xml", FAR_CELL)),
        ("wide.ods", opendocument(WIDE_ROW, "spreadsheet")),
        ("groups.rtf", b"{\\rtf1" + b"{" * 1_000_000),
        ("fonts.rtf", b"{\\rtf1" + b"{\\field{\\*\\fldinst{HYPERLINK " * 30_000),
        ("cells.csv", b"a;" * 1_000_000),
        ("quotes.csv", b'"' * 1_000_000),
        ("names.vcf", b"BEGIN:VCARD\n" + b"TEL;" * 300_000 + b":1\nEND:VCARD"),
        ("soft.vcf", b"BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:" + b"=\n" * 300_000 + b"\nEND:VCARD"),
        ("events.ics", b"BEGIN:VCALENDAR\nMETHOD:REPLY\n" + b"BEGIN:VEVENT\n" * 10_000),
        ("open.pdf", b"%PDF-1.4\n" + b"1 0 obj <<" * 100_000),
        ("brackets.pdf", b"%PDF-1.4\n" + b"[(" * 300_000),
        ("deep.html", b"<div>" * 300_000),
        ("signs.html", b"<" * 300_000 + b">"),
        ("comments.html", b"<!--" * 200_000),
        ("empty.dat", b"\x78\x9f\x3e\x22" + b"\0" * 1_000_000),
        ("same.txt", b"a" * 3_000_000),
    ],
)
def test_a_document_made_to_take_for_ever_is_read_or_refused_at_once(name: str, payload: bytes) -> None:
    root = mixed(part(payload, name))
    (found, *_) = read_attachments(root, ())
    assert len(found.text) <= MOST_CHARACTERS
    calendar_reply(root)


def test_a_long_list_says_that_only_its_beginning_was_read() -> None:
    (found,) = read_attachments(mixed(part(docx(f"Person {n}" for n in range(9_000)), "a.docx")), ())
    assert found.text.startswith("Person 0\nPerson 1\n")
    assert "Nur ihr Anfang wurde gelesen" in found.unreadable


def test_ten_thousand_parts_give_a_hundred_attachments() -> None:
    root = mixed(*(part(b"x", f"{n}.txt") for n in range(10_000)))
    found = read_attachments(root, ())
    assert len(found) == MOST_ATTACHMENTS
    assert sum(one.text == "x" for one in found) < MOST_ATTACHMENTS


def test_many_documents_share_one_allowance() -> None:
    big = docx(Random(1).randbytes(400).hex() for _ in range(4_000))
    found = read_attachments(mixed(*(part(big, f"{n}.docx") for n in range(12))), ())
    assert any("entpackt zu groß" in one.unreadable for one in found)


def test_a_pdf_without_its_end_or_its_beginning_is_named_damaged() -> None:
    whole = pdf(["Liste"])
    noise = Random(47).randbytes(3_000_000)
    pieces = {
        "noise.pdf": b"%PDF-1.4\n" + noise,
        "short.pdf": whole[: whole.rindex(b"startxref")],
        "none.pdf": noise + b"\nstartxref\n0\n%%EOF\n",
    }
    found = read_attachments(mixed(*(part(payload, name) for name, payload in pieces.items())), ())
    assert [attachment.unreadable for attachment in found] == ["Die Datei ist beschädigt oder unvollständig."] * 3


def test_a_pdf_with_noise_behind_its_end_is_read() -> None:
    (found,) = read_attachments(mixed(part(pdf(["Liste"]) + b"\r\n" + b"\0" * 20_000, "a.pdf")), ())
    assert "Liste" in found.text


def test_once_the_time_for_all_documents_is_spent_the_others_are_named_unread() -> None:
    budget = Budget()
    with budget.uncounted():
        sum(range(200_000))
    budget.open_document(1)
    budget.ends = 0.0
    with pytest.raises(UnreadableError, match="dauert zu lange"):
        budget.open_document(1)


def test_of_many_pdfs_the_first_are_read() -> None:
    found = read_attachments(mixed(*(part(pdf([f"Liste {n}"]), f"{n}.pdf") for n in range(8))), ())
    assert found[0].text == "Liste 0"
    assert "zu viele Anhänge" in found[-1].unreadable


def test_parts_two_hundred_levels_deep_are_read() -> None:
    root = part(b"Wir kommen", "a.txt")
    for _ in range(200):
        root = mixed(root)
    assert [one.text for one in read_attachments(root, ())] == ["Wir kommen"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_document_damaged_anywhere_raises_nothing(name: str, data: st.DataObject) -> None:
    payload = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        payload = payload or bytearray(b"x")
    root = mixed(part(bytes(payload), name))
    for found in read_attachments(root, ()):
        assert "\0" not in found.text
        found.text.encode()
        assert found.text or found.unreadable or found.decoration
    calendar_reply(root)


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["", "a.docx", "a.xlsx", "a.odt", "a.pdf", "a.vcf", "a.ics", "a.csv", "a.rtf", "winmail.dat", "a.png", "a.eml"]
    ),
    st.sampled_from(
        ["text/plain", "text/calendar", "application/pdf", "image/jpeg", "message/rfc822", "multipart/mixed", "x"]
    ),
    st.text(max_size=100),
)
def test_whatever_is_attached_raises_nothing(payload: bytes, name: str, media: str, text: str) -> None:
    root = mixed(
        Part(Headers((("content-id", text),)), media, {"charset": text}, filename=name, payload=payload, text=text)
    )
    read_attachments(root, ())
    calendar_reply(root)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="<>/!-&;abpdivtr \n\"'", max_size=200))
def test_any_page_gives_text_without_an_error(page: str) -> None:
    assert "\n\n" not in html_text(page)
