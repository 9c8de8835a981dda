"""Documents as people attach them, built for each test."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from struct import pack
from xml.sax.saxutils import escape

from fpdf import FPDF
from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from processor.message.parts import Headers, Part

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)
Rows = Iterable[Iterable[str]]


def part(payload: bytes = b"", name: str = "", media: str = "application/octet-stream", **fields: str) -> Part:
    """A part with its bytes; header fields with underscores for hyphens."""
    headers = Headers(tuple((key.replace("_", "-"), value) for key, value in fields.items()))
    return Part(headers, media, filename=name, payload=payload, disposition="attachment" if name else "")


def text_part(text: str, media: str = "text/plain", name: str = "") -> Part:
    """A part of text as the wire form gives it."""
    return Part(Headers(), media, filename=name, payload=text.encode(), text=text)


def mixed(*parts: Part) -> Part:
    """A mail of several parts."""
    return Part(Headers((("from", "a@b.example"),)), "multipart/mixed", children=parts)


def archive(members: Mapping[str, str | bytes], *, stored: Iterable[str] = ()) -> bytes:
    """A ZIP archive."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(paragraphs: Iterable[str] = (), rows: Rows = (), body: str = "") -> bytes:
    """A Word document of paragraphs and one table, or with a body of its own."""
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in paragraphs)
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    table = f"<w:tbl>{cells}</w:tbl>" if cells else ""
    document = f"<w:document {WORD}><w:body>{text}{table}{body}</w:body></w:document>"
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def opendocument(content: str, kind: str = "text", manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument file with the given body."""
    document = f"<office:document-content {OPEN}><office:body>{content}</office:body></office:document-content>"
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive(
        {"mimetype": mimetype, "content.xml": document, "META-INF/manifest.xml": manifest}, stored=("mimetype",)
    )


def xlsx(sheets: Mapping[str, Iterable[Iterable[object]]]) -> bytes:
    """A workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_member(payload: bytes, name: str, content: str | bytes) -> bytes:
    """The same archive with one member replaced."""
    with zipfile.ZipFile(BytesIO(payload)) as file:
        members = {member: file.read(member) for member in file.namelist()}
    return archive(members | {name: content})


def pdf(lines: Iterable[str], password: str = "") -> bytes:
    """A PDF of one page; one without lines is what a scanner makes."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    for line in lines:
        document.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    if password:
        document.set_encryption(owner_password="x", user_password=password)
    return bytes(document.output())


def pdf_form(fields: Mapping[str, str]) -> bytes:
    """A PDF with a form that somebody filled in; a value with a slash is the state of a box."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    entries = ArrayObject()
    for name, value in fields.items():
        state = NameObject(value) if value.startswith("/") else TextStringObject(value)
        kind = NameObject("/Btn" if value.startswith("/") else "/Tx")
        entry = {"/FT": kind, "/T": TextStringObject(name), "/V": state}
        field = DictionaryObject({NameObject(key): item for key, item in entry.items()})
        entries.append(writer._add_object(field))
    form = DictionaryObject({NameObject("/Fields"): entries})
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def png(width: int, height: int, size: int = 200) -> bytes:
    """The head of a PNG of the given measures."""
    return (b"\x89PNG\r\n\x1a\n" + pack(">I4sII", 13, b"IHDR", width, height)).ljust(size, b"\0")


def winmail(body: str, files: Mapping[str, bytes]) -> bytes:
    """A winmail.dat (MS-OXTNEF)."""

    def attribute(level: int, identifier: int, value: bytes) -> bytes:
        return pack("<BHHI", level, identifier, 0, len(value)) + value + pack("<H", sum(value) % 65_536)

    out = b"\x78\x9f\x3e\x22\x01\x00"
    if body:
        out += attribute(1, 0x800C, body.encode("cp1252") + b"\0")
    for name, payload in files.items():
        out += attribute(2, 0x9002, b"\0" * 14)
        out += attribute(2, 0x8010, name.encode("cp1252") + b"\0")
        out += attribute(2, 0x800F, payload)
    return out
