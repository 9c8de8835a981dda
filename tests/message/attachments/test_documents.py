"""Attached documents become text for people: paragraphs are lines, rows are lines with tabs between the cells."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from processor.message.attachments import read_attachments
from processor.message.parts import Headers, Part
from processor.message.values import Attachment
from processor.message.wire import parse
from tests.message.attachments.documents import (
    archive,
    docx,
    mixed,
    opendocument,
    part,
    pdf,
    pdf_form,
    png,
    text_part,
    winmail,
    xlsx,
)

LIST = (("Nr.", "Name"), ("1", "Gülşah Öz"), ("2", "Łukasz Nowak"))
LINES = "Nr.\tName\n1\tGülşah Öz\n2\tŁukasz Nowak"


def only(payload: bytes, name: str, media: str = "application/octet-stream") -> Attachment:
    (attachment,) = read_attachments(mixed(part(payload, name, media)), ())
    return attachment


def _as_mail(mail: Part) -> Part:
    return Part(Headers(), "message/rfc822", children=(mail,))


def test_a_word_document_gives_its_paragraphs_and_the_rows_of_its_table() -> None:
    attachment = only(docx(["Teilnehmende", "des Vereins"], LIST), "Liste.docx")
    assert attachment.text == f"Teilnehmende\ndes Vereins\n{LINES}"
    assert attachment.name == "Liste.docx"
    assert attachment.unreadable == ""


def test_what_was_struck_out_of_a_word_document_and_copies_for_old_programs_are_left_out() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>Alt</w:delText></w:r></w:del><w:r><w:t>Neu</w:t></w:r></w:p>"
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice><w:p><w:r><w:t>Kasten</w:t></w:r></w:p></mc:Choice>'
        "<mc:Fallback><w:p><w:r><w:t>Kasten</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    assert only(docx(body=body), "Liste.docx").text == "Neu\nKasten"


def test_several_paragraphs_of_a_cell_and_a_table_in_a_cell_stay_in_their_row() -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    cell = f"<w:tc><w:p><w:r><w:t>Elif</w:t></w:r></w:p><w:p><w:r><w:t>Kaya</w:t></w:r></w:p>{inner}</w:tc>"
    table = f"<w:tbl><w:tr>{cell}<w:tc><w:p><w:r><w:t>vegan</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert only(docx(body=table), "a.docx").text == "Elif Kaya x\tvegan"


def test_a_workbook_gives_all_its_sheets_with_dates_and_numbers_as_people_write_them() -> None:
    rows: list[list[object]] = [
        ["Name", "am", "Zahl", "kommt"],
        ["Elif", date(2024, 11, 15), 3.0, True],
        [None, datetime(2024, 11, 15, 13), 2.5, False],
    ]
    attachment = only(xlsx({"Liste": rows, "Zweite": (("Can",),)}), "Liste.xlsx")
    assert attachment.text == "Name\tam\tZahl\tkommt\nElif\t15.11.2024\t3\tja\n\t15.11.2024 13:00\t2.5\tnein\nCan"


def test_an_opendocument_text_gives_its_paragraphs_and_rows() -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in LIST
    )
    text = "<text:h>Liste</text:h><text:p>mit<text:s text:c='2'/>Lücke</text:p>"
    content = f"<office:text>{text}<table:table>{rows}</table:table></office:text>"
    assert only(opendocument(content), "Liste.odt").text == f"Liste\nmit  Lücke\n{LINES}"


def test_an_opendocument_sheet_repeats_what_it_says_it_repeats_but_no_empty_million() -> None:
    twice = '<table:table-cell table:number-columns-repeated="2"><text:p>Can</text:p></table:table-cell>'
    rest = '<table:table-cell table:number-columns-repeated="16382"/>'
    below = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    table = f"<table:table><table:table-row>{twice}{rest}</table:table-row>{below}</table:table>"
    content = f"<office:spreadsheet>{table}</office:spreadsheet>"
    assert only(opendocument(content, "spreadsheet"), "Liste.ods").text == "Can\tCan"


def test_a_pdf_gives_its_lines() -> None:
    assert only(pdf(["Anmeldung", "Frau Öz und Herr Kaya"]), "Liste.pdf").text.splitlines() == [
        "Anmeldung",
        "Frau Öz und Herr Kaya",
    ]


def test_a_form_in_a_pdf_gives_what_was_filled_in() -> None:
    attachment = only(pdf_form({"Name": "Gülşah Öz", "Anzahl": "3", "Tisch 1": "/Yes", "Tisch 2": "/Off"}), "Bogen.pdf")
    assert attachment.text == "Name: Gülşah Öz\nAnzahl: 3\nTisch 1: ☒"
    assert attachment.unreadable == ""


def test_the_boxes_of_a_word_form_show_whether_they_are_ticked() -> None:
    box = (
        '<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/>{}</w:checkBox></w:ffData></w:fldChar></w:r>'
    )
    box += "<w:r><w:t>{}</w:t></w:r></w:p>"
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr>'
    sign = f'<w:p>{stops}<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:tab/><w:t>vegan</w:t></w:r></w:p>'
    body = box.format("<w:checked/>", "Tisch 1") + box.format("", "Tisch 2") + sign
    assert only(docx(body=body), "Bogen.docx").text == "☒ Tisch 1\n☐ Tisch 2\n☒\tvegan"


@pytest.mark.parametrize(
    "payload",
    [
        "Nr.;Name\n1;Gülşah Öz\n2;Łukasz Nowak\n".encode(),
        "sep=;\nNr.;Name\n1;Gülşah Öz\n2;Łukasz Nowak\n".encode("utf-16"),
        "\ufeffNr.,Name\r\n1,Gülşah Öz\r\n2,Łukasz Nowak\r\n".encode(),
        'Nr.\tName\n1\t"Gülşah\nÖz"\n2\tŁukasz Nowak'.encode(),
    ],
    ids=["semicolon", "utf-16 of Excel", "comma and mark", "tab and quotes"],
)
def test_a_csv_gives_its_rows_whatever_separates_the_cells(payload: bytes) -> None:
    assert only(payload, "Liste.csv").text == LINES


def test_a_text_in_an_old_charset_is_read() -> None:
    assert (
        only("Es kommen Frau Größer und Herr Müßig".encode("cp1252"), "liste.txt").text
        == "Es kommen Frau Größer und Herr Müßig"
    )


def test_a_rich_text_gives_its_lines_without_fonts_and_pictures() -> None:
    payload = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator X;}{\info{\title T}}\f0 Frau \'d6z\par "
        rb"G\u252 ?l\u351 ?ah\tab kommt\par{\pict\pngblip 89504e47}{\b auch} Can\par}"
    )
    assert only(payload, "liste.rtf").text == "Frau Öz\nGülşah\tkommt\nauch Can"


def test_a_page_gives_its_text_with_the_cells_of_a_row_on_one_line() -> None:
    page = (
        "<html><style>p{}</style><body><p>Guten&nbsp;Tag</p><table><tr><td>1</td><td>Öz</td></tr></table></body></html>"
    )
    assert only(page.encode(), "liste.html").text == "Guten Tag\n1\tÖz"


def test_a_contact_card_gives_its_facts() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96z;G=\r\n=C3=BCl\r\n"
        "ORG:Kulturverein\\; Horst;Vorstand\r\nitem1.TEL;TYPE=cell:+49 176 1234567\r\nEMAIL:oez@verein.example\r\n"
        "TITLE:Vorsit\r\n zende\r\nEND:VCARD\r\n"
    )
    assert only(card.encode(), "oez.vcf").text.splitlines() == [
        "Name: Gül Öz",
        "Organisation: Kulturverein; Horst, Vorstand",
        "Telefon: +49 176 1234567",
        "E-Mail: oez@verein.example",
        "Funktion: Vorsitzende",
    ]


def test_a_winmail_gives_its_text_and_the_files_in_it() -> None:
    found = read_attachments(
        mixed(part(winmail("Anbei die Liste", {"Liste.docx": docx(["Öz"])}), "winmail.dat", "application/ms-tnef")), ()
    )
    assert [(one.name, one.text, one.unreadable) for one in found] == [
        ("winmail.dat", "Anbei die Liste", ""),
        ("Liste.docx", "Öz", ""),
    ]


def test_what_a_file_is_shows_in_its_bytes_when_header_and_name_lie() -> None:
    attachment = only(docx(["Öz"]), "Liste.pdf", "application/msword")
    assert attachment.text == "Öz"
    assert attachment.media_type.endswith("wordprocessingml.document")
    assert only(pdf(["Kaya"]), "scan", "image/jpeg").text == "Kaya"


def test_an_attached_mail_gives_subject_sender_and_text_and_its_documents() -> None:
    inner = mixed(text_part("Wir kommen zu zweit."), part(docx(["Öz"]), "Liste.docx"))
    inner = Part(
        Headers((("from", "Can <can@b.example>"), ("subject", "Anmeldung"))), inner.media_type, children=inner.children
    )
    mail = Part(Headers(), "message/rfc822", filename="Anmeldung.eml", children=(inner,))
    found = read_attachments(mixed(text_part("Siehe Anhang"), mail), ())
    assert [one.name for one in found] == ["", "Anmeldung.eml", "Liste.docx"]
    assert found[1].text == "Betreff: Anmeldung\nVon: Can <can@b.example>\n\nWir kommen zu zweit."


def test_a_mail_that_was_attached_as_a_mere_file_is_read_as_a_mail() -> None:
    head = "From: Can <can@b.example>\nSubject: Anmeldung\nContent-Type: text/plain; charset=utf-8"
    attachment = only(f"{head}\n\nWir kommen zu zweit.\n".encode(), "Anmeldung.eml")
    assert attachment.text == "Betreff: Anmeldung\nVon: Can <can@b.example>\n\nWir kommen zu zweit."
    assert attachment.media_type == "message/rfc822"


def test_a_mail_in_an_attached_mail_is_listed_too() -> None:
    inner = Part(Headers((("subject", "Innen"),)), "text/plain", text="Wir kommen")
    outer = Part(Headers((("subject", "Außen"),)), "multipart/mixed", children=(_as_mail(inner),))
    found = read_attachments(mixed(_as_mail(outer)), ())
    assert [one.name for one in found] == ["Außen", "Innen"]


def test_what_served_as_the_body_is_no_attachment_nor_are_its_other_forms() -> None:
    plain, html, logo = (
        text_part("Hallo"),
        text_part("<p>Hallo</p>", "text/html"),
        part(png(50, 50), "l.png", "image/png"),
    )
    root = mixed(Part(Headers(), "multipart/alternative", children=(plain, html)), logo)
    assert [one.name for one in read_attachments(root, (plain,))] == ["l.png"]


def test_equal_parts_are_told_apart_by_identity() -> None:
    body, copy = text_part("Hallo"), text_part("Hallo")
    assert body == copy
    assert [one.text for one in read_attachments(mixed(body, copy), (body,))] == ["Hallo"]


def test_the_body_of_an_attached_mail_that_was_read_leaves_its_documents_as_attachments() -> None:
    body = text_part("Wir kommen")
    mail = Part(Headers(), "message/rfc822", children=(mixed(body, part(docx(["Öz"]), "Liste.docx")),))
    assert [one.name for one in read_attachments(mixed(mail), (body,))] == ["Liste.docx"]


@pytest.mark.parametrize(
    ("payload", "name", "media", "words"),
    [
        (docx(["Öz"])[:300], "Liste.docx", "application/octet-stream", "beschädigt"),
        (pdf(["Öz"])[:200], "Liste.pdf", "application/pdf", "beschädigt"),
        (xlsx({"a": [["Öz"]]})[:900], "Liste.xlsx", "application/octet-stream", "beschädigt"),
        (b"PK\x03\x04 nothing", "Liste.odt", "application/octet-stream", "nicht gelesen"),
        (b"", "Liste.docx", "application/octet-stream", "leer"),
        (pdf([]), "scan.pdf", "application/pdf", "eingescannt"),
        (pdf(["Öz"], password="geheim"), "Liste.pdf", "application/pdf", "Kennwort"),
        (
            opendocument("<office:text/>", manifest="<encryption-data/>"),
            "a.odt",
            "application/octet-stream",
            "Kennwort",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "x/y", "Kennwort"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "application/msword", "Altes Office-Format"),
        (png(2_000, 3_000), "Foto.png", "image/png", "Bild"),
        (b"\x78\x9f\x3e\x22\x01\x00", "winmail.dat", "application/ms-tnef", "winmail.dat"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQ", "encrypted.asc", "application/octet-stream", "verschlüsselt"),
        (b"0\x82", "smime.p7m", "application/pkcs7-mime", "verschlüsselt"),
        (archive({"Liste.txt": "Öz"}), "Liste.zip", "application/zip", "Archiv"),
        (bytes(range(256)) * 20, "x.bin", "application/octet-stream", "Unbekanntes Format"),
        (bytes(256) * 20, "x.txt", "text/plain", "keinen lesbaren Text"),
    ],
)
def test_what_cannot_be_read_is_kept_and_says_why(payload: bytes, name: str, media: str, words: str) -> None:
    attachment = only(payload, name, media)
    assert attachment.name == name
    assert attachment.size == len(payload)
    assert attachment.text == ""
    assert words in attachment.unreadable
    assert attachment.unreadable.endswith(".")
    assert not attachment.decoration


def test_a_document_that_was_cut_off_on_its_way_is_kept_and_said_to_be_damaged() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=w\n\n--w\nContent-Type: application/octet-stream; "
        b'name="Liste.docx"\nContent-Transfer-Encoding: base64\n\nUEsDBBQAAAAIAFRneF2tUqWRlQEAAMoGAAATAAAAW0NvbnR'
    )
    (attachment,) = read_attachments(parse(raw), ())
    assert attachment.name == "Liste.docx"
    assert attachment.unreadable != ""


@pytest.mark.parametrize(
    ("media", "name"),
    [
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/x-pkcs7-signature", "x"),
        ("application/pgp-signature", "signature.asc"),
        ("application/octet-stream", "OpenPGP_digital_signature"),
    ],
)
def test_a_signature_is_decoration(media: str, name: str) -> None:
    attachment = only(b"0\x82\x01", name, media)
    assert attachment.decoration
    assert attachment.unreadable == ""


def test_a_small_picture_that_the_text_shows_is_decoration_and_a_photograph_is_not() -> None:
    html = text_part('<img src="cid:logo@x"><img src="cid:photo@x">', "text/html")
    logo = part(png(300, 80), "image001.png", "image/png", content_id="<logo@x>")
    photo = part(png(3_000, 2_000), "image002.png", "image/png", content_id="<photo@x>")
    loose = part(png(300, 80), "scan.png", "image/png")
    found = read_attachments(mixed(html, logo, photo, loose), (html,))
    assert [one.decoration for one in found] == [True, False, False]
    assert [bool(one.unreadable) for one in found] == [False, True, True]


FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.suffix)
def test_a_list_that_an_office_program_saved_names_everybody(path: Path) -> None:
    (found,) = read_attachments(mixed(part(path.read_bytes(), path.name)), ())
    assert found.unreadable == ""
    for name, organisation in (
        ("Ayşe Yılmaz", "Kulturverein Güneş e.V."),
        ("Олена Шевчук", "Український клуб"),
        ("Jürgen Groß", "Freundeskreis Süd"),
    ):
        assert any(line.replace("\t", " ").startswith(f"{name} {organisation}") for line in found.text.split("\n"))
