"""From raw bytes to the MIME tree (RFC 2045, RFC 2046, RFC 5322), whatever their form.

The tree is cut here, by offsets into the bytes, and not by mail-parser: on a mail of 30 MB that library (as ``email``
beneath it) takes two seconds and fourteen times the mail's size, loses the text where a boundary is missing, and raises
on deep nesting. Cutting by offsets is linear, copies each leaf once, and has a limit for everything that a stranger
chooses. Received fields of odd forms, in which mail-parser is good, are left to it (see ``dates``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from processor.message.charsets import Effort, charset_of, decode, is_utf8
from processor.message.fields import ADDRESS_FIELDS, Hint, RawField, decode_value, parameters, split_head
from processor.message.parts import Headers, Part
from processor.message.transfer import ENCODED, undo_transfer

#: Multiparts and mails within mails.
DEPTH_LIMIT: Final = 60
#: Parts of one mail; an honest one has fewer than a hundred.
PARTS_LIMIT: Final = 2_000
#: Defects of a mail that goes past these limits.
MORE_PARTS: Final = "more parts than read"
DEEPER: Final = "nested deeper than read"
#: Defect of a header whose letters may be wrong.
DOUBTFUL_HEADER: Final = "charset of a header doubtful"
#: Bytes of one text part that are read as text; its payload stays whole.
TEXT_LIMIT: Final = 2_000_000
#: Bytes that may be looked through for boundaries, all levels together: so many for each byte of the mail, and these.
_SCANS: Final = 4
_SCANS_AT_LEAST: Final = 20_000_000
#: What it costs to look at a place where a delimiter may be, in bytes looked through.
_FOUND: Final = 60
#: Bytes of raw letters of a header that are kept to guess their charset.
_WITNESS_LIMIT: Final = 4_000

_FIRST_BOUNDARY = re.compile(
    rb"(?:\A|[\r\n])--([^\r\n]{1,200}?)[ \t]{0,20}(?:\r\n|[\r\n])(?=content-|mime-|[\r\n])", re.IGNORECASE
)
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}")
#: What a boundary may consist of (RFC 2046, section 5.1.1).
_BOUNDARY_SIGN = re.compile(rb"[\w'()+,./:=?-]")
#: The charset that a page names for itself.
_META = re.compile(rb"<meta[^>]{0,200}charset=(?:&quot;|[\"' ]){0,3}([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_TAG = re.compile(rb"</(?:html|body|table|div|p|font)>|<br ?/?>", re.IGNORECASE)
_WHOLE_PAGE = re.compile(rb"\s{0,50}<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML = re.compile(rb"\s{0,50}(?:<!doctype html|<html|<head|<body|<meta|<div|<p>|<table)", re.IGNORECASE)


@dataclass(slots=True)
class _Budget:
    """What is left of the limits while one mail is cut, and what was learnt of its letters on the way."""

    parts: int = PARTS_LIMIT
    scans: int = 0
    #: Bytes of mails within mails that are kept beside what was read of them.
    copies: int = 0
    #: Raw letters of the header of the mail that is being read, so far as they are not UTF-8; None before it is read.
    witness: bytes | None = None
    #: The charset in which the first text of this mail that has letters outside ASCII was read.
    written_in: str = ""
    #: What is left for guessing charsets.
    effort: Effort = field(default_factory=Effort)

    def hint(self, charset: str) -> Hint:
        """What is known so far of the letters of this mail.

        :param charset: as declared for the part that is being read; "" for none.
        """
        return Hint(self.written_in or charset, self.witness or b"", self.effort)


def parse(raw: bytes) -> Part:
    """Reads the MIME tree of a mail.

    :param raw: the mail as it came; any bytes at all.
    :returns: the whole mail as a part; nothing raises, and what was wrong stands in ``defects``.
    """
    budget = _Budget(scans=_SCANS * len(raw) + _SCANS_AT_LEAST, copies=len(raw))
    return _mail(raw, 0, len(raw), budget, depth=0)


def _mail(data: bytes, start: int, end: int, budget: _Budget, *, depth: int) -> Part:
    """A whole mail: what is learnt of the letters of one says nothing of those of another."""
    outer = budget.witness, budget.written_in
    budget.witness, budget.written_in = None, ""
    part = _part(data, start, end, budget, depth=depth, digest=False)
    budget.witness, budget.written_in = outer
    return part


def _part(data: bytes, start: int, end: int, budget: _Budget, *, depth: int, digest: bool, charset: str = "") -> Part:
    """One part with its header."""
    budget.parts -= 1
    fields, body, defects = split_head(data, start, end)
    if budget.witness is None:
        strange = (value for _, value in fields if not value.isascii() and not is_utf8(value))
        budget.witness = b" ".join(strange)[:_WITNESS_LIMIT]
    raw = dict(reversed(fields))
    hint = budget.hint(charset)
    kind, values = parameters(_latin(raw.get("content-type", b""), hint), hint=hint)
    disposition, more = parameters(_latin(raw.get("content-disposition", b""), hint), hint=hint)
    charset = charset_of(values.get("charset", "")) or charset
    name = more.get("filename") or values.get("name") or ""
    if disposition not in ("attachment", "inline"):
        disposition = "attachment" if name and disposition else ""
    if not _TOKEN.fullmatch(kind):
        if "content-type" in raw:
            defects.append("unreadable Content-Type")
        kind = "message/rfc822" if digest and "content-type" not in raw else "text/plain"
    encoding = _latin(raw.get("content-transfer-encoding", b""), hint).split(";")[0].strip().lower()
    typed = "content-type" in raw
    content = _content(kind, values, data, body, end, budget, depth, encoding, defects, charset, typed=typed)
    # Last of all, as the texts say in which charset this person writes.
    headers = _headers(fields, budget.hint(charset), defects)
    return Part(
        headers,
        content.media_type,
        values,
        disposition,
        _file_name(name),
        content.payload,
        content.text,
        content.children,
        tuple(defects),
    )


class _Content(NamedTuple):
    """What stands below the header of a part; see :class:`Part`."""

    media_type: str
    payload: bytes = b""
    text: str = ""
    children: tuple[Part, ...] = ()


def _content(
    kind: str,
    values: dict[str, str],
    data: bytes,
    body: int,
    end: int,
    budget: _Budget,
    depth: int,
    encoding: str,
    defects: list[str],
    charset: str,
    *,
    typed: bool,
) -> _Content:
    """What stands below the header of a part.

    :param kind: its type as declared.
    :param values: the parameters of that.
    :param body: where it begins in ``data``.
    :param encoding: the transfer encoding as declared.
    :param typed: whether the part says what it is.
    """
    if kind.startswith("multipart/") and depth < DEPTH_LIMIT:
        boundary = values.get("boundary", "")
        children = _children(data, body, end, boundary, kind, budget, depth, defects, charset)
        if children:
            return _Content(kind, children=children)
        defects.append("multipart without parts")
        kind = "text/html" if _HTML.match(data, body, end) else "text/plain"
    elif kind.startswith("multipart/"):
        defects.append(DEEPER)
        kind = "application/octet-stream"
    is_mail = kind in ("message/rfc822", "message/global") and depth < DEPTH_LIMIT and budget.parts > 0
    if is_mail and encoding not in ENCODED:
        # Read where it stands: a mail within a mail within a mail would otherwise be copied at each level.
        budget.copies -= end - body
        inner = _mail(data, body, end, budget, depth=depth + 1)
        payload = data[body:end] if budget.copies >= 0 else b""
        return _Content(kind, payload, children=(inner,))
    payload = undo_transfer(data[body:end], encoding, defects, is_text=kind.startswith("text/"))
    if is_mail:
        inner = _mail(payload, 0, len(payload), budget, depth=depth + 1)
        return _Content(kind, payload, children=(inner,))
    text = ""
    if kind.startswith("text/"):
        if kind == "text/plain" and _is_page(payload, typed=typed and "unreadable Content-Type" not in defects):
            defects.append("HTML that nobody declared")
            kind = "text/html"
        text = _text(payload, values.get("charset", ""), kind, budget, defects)
    return _Content(kind, payload, text)


def _is_page(payload: bytes, *, typed: bool) -> bool:
    """Whether a text that is said to be plain, or is not said to be anything, is HTML."""
    if typed:
        return bool(_WHOLE_PAGE.match(payload)) and b"</" in payload[-200:]
    return bool(_HTML.match(payload)) or len(_TAG.findall(payload[:20_000])) >= 3


def _latin(value: bytes, hint: Hint) -> str:
    if value.isascii():
        return value.decode("ascii")
    return decode(value, hint=hint.charset, witness=hint.witness, effort=hint.effort).text


def _headers(fields: list[RawField], hint: Hint, defects: list[str]) -> Headers:
    values = []
    for name, raw in fields:
        value = decode_value(raw, hint, addresses=name in ADDRESS_FIELDS)
        if value.doubtful and name in ("from", "subject", "reply-to"):
            defects.append(f"{DOUBTFUL_HEADER}: {name}")
        values.append((name, value.text))
    return Headers(tuple(values))


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
        budget.scans -= _FOUND
        if budget.scans < 0:
            break
        if found > start and data[found - 1] not in b"\r\n":
            continue
        tail = data[position : position + 100].split(b"\n", 1)[0].split(b"\r", 1)[0].strip()
        # Some programs set signs behind the closing delimiter; a letter would be one of a longer boundary.
        closing = tail.startswith(b"--") and not _BOUNDARY_SIGN.match(tail, 2)
        if tail and not closing:
            continue
        if opened >= 0:
            spans.append((opened, _before_line_end(data, opened, found)))
            if len(spans) > PARTS_LIMIT:
                return spans, True
        if closing:
            return spans, True
        feed = data.find(b"\n", position, end)
        carriage = data.find(b"\r", position, position + 102)
        if feed < 0 and carriage < 0:
            opened = end
        else:
            opened = feed + 1 if feed >= 0 and (carriage < 0 or feed <= carriage + 1) else carriage + 1
        position = max(position, opened - 1)
    if 0 <= opened < end:
        # The closing delimiter may stand behind the last words, without a line end between them.
        last = data[max(opened, end - len(delimiter) - 200) : end].rstrip()
        if last.endswith(delimiter + b"--"):
            spans.append((opened, data.rindex(delimiter, opened, end)))
            return spans, True
        spans.append((opened, end))
    return spans, False


def _before_line_end(data: bytes, start: int, position: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1)."""
    if position - 2 >= start and data[position - 2 : position] == b"\r\n":
        return position - 2
    return max(position - 1, start)


def _text(payload: bytes, declared: str, kind: str, budget: _Budget, defects: list[str]) -> str:
    """The payload of a text part as text."""
    if len(payload) > TEXT_LIMIT:
        defects.append("text longer than read")
        payload = payload[:TEXT_LIMIT]
    if kind == "text/html" and not charset_of(declared):
        meta = _META.search(payload[:5_000])
        declared = meta.group(1).decode("ascii") if meta else declared
    read = decode(payload, declared, witness=budget.witness or b"", effort=budget.effort)
    if not budget.written_in and not payload.isascii():
        budget.written_in = read.charset
    if read.doubtful:
        defects.append(f"charset doubtful: read as {read.charset}, declared {declared or 'none'}")
    elif read.guessed and not payload.isascii():
        defects.append(f"charset guessed: read as {read.charset}, declared {declared or 'none'}")
    text = read.text
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        # Half of a pair, which some charsets give, has no form in UTF-8.
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
