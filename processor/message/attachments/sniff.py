"""What a part really is: its first bytes, then its name, then what its header says."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from io import BytesIO

from processor.message.attachments.tnef import SIGNATURE as TNEF_SIGNATURE
from processor.message.parts import Part

_HEAD = 4_096
#: Compound File Binary (MS-CFB): the old Office formats, Outlook messages, and encrypted new ones.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_CONTROLS = bytes(sign for sign in range(32) if sign not in b"\t\n\r\f") + b"\x7f"
_SIGNATURE_TYPES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    }
)
_SIGNATURE_NAMES = ("smime.p7s", "signature.asc", "openpgp_digital_signature", "publickey.asc")


class Kind(StrEnum):
    """What is to be done with a part."""

    TEXT = "text/plain"
    CSV = "text/csv"
    HTML = "text/html"
    RTF = "application/rtf"
    VCARD = "text/vcard"
    CALENDAR = "text/calendar"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    PDF = "application/pdf"
    TNEF = "application/ms-tnef"
    MAIL = "message/rfc822"
    IMAGE = "image/*"
    SIGNATURE = "signature"
    ENCRYPTED = "encrypted"
    ENCRYPTED_MAIL = "encrypted mail"
    OLD_OFFICE = "application/x-ole-storage"
    ARCHIVE = "application/zip"
    OTHER = "other"


_BY_START: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", Kind.RTF),
    (TNEF_SIGNATURE, Kind.TNEF),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
    (b"II*\0", Kind.IMAGE),
    (b"MM\0*", Kind.IMAGE),
    (b"-----BEGIN PGP MESSAGE-----", Kind.ENCRYPTED_MAIL),
    (b"-----BEGIN PGP SIGNATURE-----", Kind.SIGNATURE),
    (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", Kind.SIGNATURE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_BY_NAME: tuple[tuple[tuple[str, ...], Kind], ...] = (
    ((".csv", ".tsv"), Kind.CSV),
    ((".vcf", ".vcard"), Kind.VCARD),
    ((".ics", ".ical", ".ifb"), Kind.CALENDAR),
    ((".htm", ".html"), Kind.HTML),
    ((".txt", ".md", ".log"), Kind.TEXT),
    ((".docx", ".docm", ".dotx"), Kind.DOCX),
    ((".xlsx", ".xlsm", ".xltx"), Kind.XLSX),
    ((".odt", ".ott"), Kind.ODT),
    ((".ods", ".ots"), Kind.ODS),
    ((".pdf",), Kind.PDF),
    ((".doc", ".xls", ".ppt", ".msg", ".dot"), Kind.OLD_OFFICE),
    ((".zip", ".rar", ".7z", ".gz", ".tar"), Kind.ARCHIVE),
    ((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".webp", ".svg"), Kind.IMAGE),
)
_BY_TYPE: dict[str, Kind] = {
    "text/csv": Kind.CSV,
    "text/comma-separated-values": Kind.CSV,
    "text/tab-separated-values": Kind.CSV,
    "text/html": Kind.HTML,
    "text/rtf": Kind.RTF,
    "text/calendar": Kind.CALENDAR,
    "text/x-vcard": Kind.VCARD,
    "text/vcard": Kind.VCARD,
    "text/directory": Kind.VCARD,
    "application/pdf": Kind.PDF,
    "application/x-pdf": Kind.PDF,
}


def sniff(part: Part) -> Kind:
    """What a part is, whatever its header claims."""
    media = part.media_type
    name = part.filename.lower()
    if media in ("message/rfc822", "message/global") or name.endswith(".eml"):
        return Kind.MAIL
    if media in _SIGNATURE_TYPES or name.startswith(_SIGNATURE_NAMES):
        return Kind.SIGNATURE
    if media == "application/pgp-encrypted":
        return Kind.SIGNATURE  # the version line beside the encrypted part
    if media in ("application/pkcs7-mime", "application/x-pkcs7-mime") or name.endswith(".p7m"):
        return Kind.ENCRYPTED_MAIL
    head = part.payload[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n") if part.payload else b""
    by_content = _by_content(part, head)
    if by_content is not None:
        return by_content
    for endings, kind in _BY_NAME:
        if name.endswith(endings):
            return kind
    if media.startswith("image/"):
        return Kind.IMAGE
    by_type = _BY_TYPE.get(media)
    if by_type is not None:
        return by_type
    if media.startswith(("text/", "message/")) or part.text or _is_written(part.payload):
        return Kind.TEXT
    return Kind.OTHER


def _is_written(payload: bytes) -> bool:
    """Whether a file of no known kind holds nothing but text: UTF-8 without controls."""
    head = payload[:_HEAD]
    if not head or head.translate(None, _CONTROLS) != head:
        return False
    try:
        # A letter may be cut at the end.
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= _HEAD - 4
    return True


def _by_content(part: Part, head: bytes) -> Kind | None:
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _archive_kind(part.payload)
    if head.startswith(_COMPOUND):
        encrypted = _ENCRYPTED_PACKAGE in part.payload[:2_000_000]
        return Kind.ENCRYPTED if encrypted else Kind.OLD_OFFICE
    for start, kind in _BY_START:
        if head.startswith(start) and (start != b"BM" or part.media_type.startswith("image/")):
            return kind
    if head[8:12] == b"WEBP" or head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return Kind.IMAGE
    upper = head[:200].upper()
    if upper.startswith(b"BEGIN:VCARD"):
        return Kind.VCARD
    if upper.startswith(b"BEGIN:VCALENDAR"):
        return Kind.CALENDAR
    if upper.startswith((b"<!DOCTYPE HTML", b"<HTML")):
        return Kind.HTML
    return None


def _archive_kind(payload: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(payload)) as archive:
            names = set(archive.namelist()[:3_000])
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError, RuntimeError):
        return _archive_by_head(payload)
    if "word/document.xml" in names:
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if b"opendocument.text" in mimetype:
        return Kind.ODT
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    return Kind.ARCHIVE


def _archive_by_head(payload: bytes) -> Kind:
    """A truncated archive still shows the names of its first members."""
    head = payload[:200_000]
    if b"word/" in head:
        return Kind.DOCX
    if b"xl/" in head:
        return Kind.XLSX
    if b"opendocument.text" in head:
        return Kind.ODT
    if b"opendocument.spreadsheet" in head:
        return Kind.ODS
    return Kind.ARCHIVE
