"""From raw bytes to the MIME tree (RFC 2045, RFC 2046, RFC 5322), whatever their form.

The tree is cut here, by offsets into the bytes, and not by mail-parser: on a mail of 30 MB that library (as ``email``
beneath it) takes two seconds and fourteen times the mail's size, loses the text where a boundary is missing, and raises
on deep nesting. Cutting by offsets is linear, copies each leaf once, and has a limit for everything that a stranger
chooses. Received fields of odd forms, in which mail-parser is good, are left to it (see ``dates``).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, replace
from typing import Final

from processor.message.charsets import charset_of, decode
from processor.message.fields import ADDRESS_FIELDS, RawField, decode_value, lenient_base64, parameters, split_head
from processor.message.parts import Headers, Part

#: Multiparts and mails within mails.
DEPTH_LIMIT: Final = 60
#: Parts of one mail; an honest one has fewer than a hundred.
PARTS_LIMIT: Final = 2_000
#: Defects of a mail that goes past these limits.
MORE_PARTS: Final = "more parts than read"
DEEPER: Final = "nested deeper than read"
#: Bytes of one text part that are read as text; its payload stays whole.
TEXT_LIMIT: Final = 2_000_000
#: Bytes that may be looked through for boundaries, all levels together: so many for each byte of the mail, and these.
_SCANS: Final = 4
_SCANS_AT_LEAST: Final = 20_000_000

_FIRST_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-|mime-|\r?\n)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}")
_QP_LETTER = re.compile(rb"=[C-D][0-9A-F]=[89AB][0-9A-F]|=E[0-9A-F]=[89AB][0-9A-F]=[89AB][0-9A-F]")
_BASE64_TEXT = re.compile(rb"\s{0,10}(?:[A-Za-z0-9+/]{60,76}\r?\n){1,4}")
_HTML = re.compile(rb"\s{0,50}(?:<!doctype html|<html|<head|<body|<meta|<div|<p>|<table)", re.IGNORECASE)


@dataclass(slots=True)
class _Budget:
    """What is left of the limits while one mail is cut."""

    parts: int = PARTS_LIMIT
    scans: int = 0
    #: Bytes of mails within mails that are kept beside what was read of them.
    copies: int = 0


def parse(raw: bytes) -> Part:
    """Reads the MIME tree of a mail.

    :param raw: the mail as it came; any bytes at all.
    :returns: the whole mail as a part; nothing raises, and what was wrong stands in ``defects``.
    """
    budget = _Budget(scans=_SCANS * len(raw) + _SCANS_AT_LEAST, copies=len(raw))
    return _part(raw, 0, len(raw), budget, depth=0, digest=False)


def _part(data: bytes, start: int, end: int, budget: _Budget, *, depth: int, digest: bool, charset: str = "") -> Part:
    """One part with its header."""
    budget.parts -= 1
    fields, body, defects = split_head(data, start, end)
    raw = dict(reversed(fields))
    declared = raw.get("content-type", b"")
    kind, values = parameters(_latin(declared))
    if not _TOKEN.fullmatch(kind):
        if declared:
            defects.append("unreadable Content-Type")
        kind = "message/rfc822" if digest and not declared else "text/plain"
    disposition, more = parameters(_latin(raw.get("content-disposition", b"")))
    charset = charset_of(values.get("charset", "")) or charset
    headers = _headers(fields, charset)
    name = more.get("filename") or values.get("name") or ""
    if disposition not in ("attachment", "inline"):
        disposition = "attachment" if name and disposition else ""
    part = Part(headers, kind, values, disposition, _file_name(name))
    encoding = _latin(raw.get("content-transfer-encoding", b"")).split(";")[0].strip().lower()
    if kind.startswith("multipart/") and depth < DEPTH_LIMIT:
        children = _children(data, body, end, values.get("boundary", ""), kind, budget, depth, defects, charset)
        if children:
            return replace(part, children=children, defects=tuple(defects))
        defects.append("multipart without parts")
        kind = "text/html" if _HTML.match(data, body, end) else "text/plain"
    elif kind.startswith("multipart/"):
        defects.append(DEEPER)
        kind = "application/octet-stream"
    is_mail = kind in ("message/rfc822", "message/global") and depth < DEPTH_LIMIT and budget.parts > 0
    if is_mail and encoding not in _ENCODED:
        # Read where it stands: a mail within a mail within a mail would otherwise be copied at each level.
        budget.copies -= end - body
        inner = _part(data, body, end, budget, depth=depth + 1, digest=False)
        payload = data[body:end] if budget.copies >= 0 else b""
        return replace(part, media_type=kind, payload=payload, children=(inner,), defects=tuple(defects))
    payload = _undo(data[body:end], encoding, defects, is_text=kind.startswith("text/"))
    if is_mail:
        inner = _part(payload, 0, len(payload), budget, depth=depth + 1, digest=False)
        return replace(part, media_type=kind, payload=payload, children=(inner,), defects=tuple(defects))
    text = ""
    if kind.startswith("text/"):
        if kind == "text/plain" and not declared and _HTML.match(payload):
            kind = "text/html"
        text = _text(payload, values.get("charset", ""), kind, defects)
    return replace(part, media_type=kind, payload=payload, text=text, defects=tuple(defects))


def _latin(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() else decode(value).text


def _headers(fields: list[RawField], charset: str) -> Headers:
    return Headers(
        tuple((name, decode_value(value, charset, addresses=name in ADDRESS_FIELDS)) for name, value in fields)
    )


def _file_name(name: str) -> str:
    """A file name without its path and without what a file name cannot hold."""
    name = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", name[:2_000])
    return re.split(r"[/\\]", name)[-1].strip()[:255]


def _children(
    data: bytes,
    start: int,
    end: int,
    boundary: str,
    kind: str,
    budget: _Budget,
    depth: int,
    defects: list[str],
    charset: str,
) -> tuple[Part, ...]:
    """The parts between the boundaries; () where none can be found."""
    spans: list[tuple[int, int]] = []
    closed = False
    if boundary.strip():
        mark = boundary.rstrip().encode("latin-1", "ignore") if boundary.isascii() else boundary.rstrip().encode()
        spans, closed = _spans(data, start, end, mark, budget)
    if not spans:
        found = _FIRST_BOUNDARY.search(data, max(start - 1, 0), min(end, start + 100_000))
        if found:
            defects.append("boundary missing or wrong")
            spans, closed = _spans(data, start, end, found.group(1), budget)
    if budget.scans < 0:
        defects.append(MORE_PARTS)
    if spans and not closed:
        defects.append("closing boundary missing")
    parts = []
    for first, last in spans:
        if budget.parts <= 0:
            defects.append(MORE_PARTS)
            break
        parts.append(
            _part(data, first, last, budget, depth=depth + 1, digest=kind == "multipart/digest", charset=charset)
        )
    return tuple(parts)


def _spans(data: bytes, start: int, end: int, mark: bytes, budget: _Budget) -> tuple[list[tuple[int, int]], bool]:
    """Where the parts between delimiter lines begin and end, and whether the closing delimiter was there."""
    spans: list[tuple[int, int]] = []
    delimiter = b"--" + mark
    budget.scans -= end - start
    if budget.scans < 0:
        return [], False
    position = start
    opened = -1
    while True:
        found = data.find(delimiter, position, end)
        if found < 0:
            break
        position = found + len(delimiter)
        if found > start and data[found - 1] not in b"\r\n":
            continue
        tail = data[position : position + 100].split(b"\n", 1)[0].split(b"\r", 1)[0].strip()
        if tail not in (b"", b"--"):
            continue
        if opened >= 0:
            spans.append((opened, _before_line_end(data, opened, found)))
            if len(spans) > PARTS_LIMIT:
                return spans, True
        if tail == b"--":
            return spans, True
        feed = data.find(b"\n", position, end)
        carriage = data.find(b"\r", position, position + 102)
        if feed < 0 and carriage < 0:
            opened = end
        else:
            opened = feed + 1 if feed >= 0 and (carriage < 0 or feed <= carriage + 1) else carriage + 1
        position = max(position, opened - 1)
    if 0 <= opened < end:
        spans.append((opened, end))
    return spans, False


def _before_line_end(data: bytes, start: int, position: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1)."""
    if position - 2 >= start and data[position - 2 : position] == b"\r\n":
        return position - 2
    return max(position - 1, start)


def _undo(data: bytes, encoding: str, defects: list[str], *, is_text: bool) -> bytes:
    """Undoes the transfer encoding as far as the bytes let it."""
    if encoding == "base64":
        sample = data[:4_000]
        if sample.count(b" ") * 20 > len(sample) or (sample and len(sample.translate(None, _WORDY)) * 4 > len(sample)):
            defects.append("declared base64 is none")
            return data
        payload = lenient_base64(data)
        if is_text and len(payload) < len(data) // 2:
            defects.append("broken base64")
        return payload
    if encoding in ("quoted-printable", "quoted printable", "quotedprintable"):
        return _undo_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _undo_uu(data)
    if not is_text or len(data) > TEXT_LIMIT:
        return data
    if encoding in ("", "7bit", "8bit") and data.isascii():
        if len(_QP_LETTER.findall(data)) >= 2:
            defects.append("quoted-printable that nobody declared")
            return _undo_qp(data)
        if _BASE64_TEXT.match(data):
            payload = lenient_base64(data)
            head = payload[:400]
            if (
                head
                and sum(byte < 32 and byte not in b"\r\n\t" for byte in head) * 50 < len(head)
                and _is_utf8(payload)
            ):
                defects.append("base64 that nobody declared")
                return payload
    return data


_SOFT_END = re.compile(rb"=[ \t]{1,80}(?=\r?\n)")


def _undo_qp(data: bytes) -> bytes:
    """Undoes quoted-printable (RFC 2045, section 6.7) with line ends of any kind.

    ``binascii`` takes all between a soft end with a bare CR and the next LF for that end: whole lines would be lost.
    Blanks that a relay set at the end of a line are no part of it.
    """
    if data.count(b"\r") != data.count(b"\r\n"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"= " in data or b"=\t" in data:
        data = _SOFT_END.sub(b"=", data)
    return binascii.a2b_qp(data)


#: What a base64 body consists of, line ends included.
_WORDY: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n \t"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


#: Bytes of uuencoded content that are read: the form has been dead since the nineties.
_UU_LIMIT: Final = 4_000_000
_ENCODED: Final = frozenset(
    ["base64", "quoted-printable", "quoted printable", "quotedprintable", "x-uuencode", "uuencode"]
)


def _undo_uu(data: bytes) -> bytes:
    pieces = []
    for line in data[:_UU_LIMIT].splitlines():
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.strip() == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = ((line[0] - 32) & 63) * 4 // 3 + 2
            try:
                pieces.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(pieces)


def _text(payload: bytes, declared: str, kind: str, defects: list[str]) -> str:
    """The payload of a text part as text."""
    if len(payload) > TEXT_LIMIT:
        defects.append("text longer than read")
        payload = payload[:TEXT_LIMIT]
    if kind == "text/html" and not charset_of(declared):
        meta = re.search(rb"<meta[^>]{0,200}charset=[\"' ]{0,3}([A-Za-z0-9_-]{2,40})", payload[:5_000], re.IGNORECASE)
        declared = meta.group(1).decode("ascii") if meta else declared
    read = decode(payload, declared)
    if read.doubtful:
        defects.append(f"charset doubtful: read as {read.charset}, declared {declared or 'none'}")
    elif read.guessed and not payload.isascii():
        defects.append(f"charset guessed: read as {read.charset}, declared {declared or 'none'}")
    text = read.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    return re.sub("[\ud800-\udfff]", "\ufffd", text) if max(text, default="") >= "\ud800" else text
