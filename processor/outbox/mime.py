"""A letter becomes a mail as bytes: RFC 5322, MIME, ASCII on the wire unless an address itself needs more."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

import idna

from processor.outbox.values import Letter
from processor.outbox.views import line

#: A msg-id as RFC 5322, section 3.6.4 has it, loosely: what others send back must fit on one line.
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,240}")
#: References grow without end otherwise; RFC 5322 keeps the first and the last ones dear.
_MOST_REFERENCES = 12

#: Letters in an encoded word: 75 characters are allowed (RFC 2047, section 2), 45 bytes become 60 of base64.
_WORD_BYTES = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom, and in answer to what."""

    #: Without angle brackets, and what we have made ourselves.
    message_id: str
    from_name: str
    from_address: str
    #: Where an answer goes where that is not ``from_address``; "" for there.
    reply_to: str
    to_name: str
    to_address: str
    date: datetime
    #: auto-replied or auto-generated (RFC 3834, section 5).
    auto_submitted: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


class AddressError(ValueError):
    """An address that no mail can be sent to; the text says why (German)."""


@lru_cache(maxsize=4096)
def wire_address(address: str) -> str:
    """An address as SMTP takes it: the domain in ASCII (RFC 5891), the part before the @ as it is.

    :raises AddressError: when it is none.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or re.search(r"[\s<>,;:\"()\[\]\\\x00-\x1f\x7f]", local + domain):
        raise AddressError(f"„{address}“ ist keine Mailadresse, an die sich etwas schicken lässt.")
    if len(local.encode()) > 64:
        raise AddressError(f"„{address}“ ist vor dem @ länger, als eine Mailadresse sein darf.")
    try:
        ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise AddressError(f"„{address}“ hat hinter dem @ keinen gültigen Namen.") from error
    if len(ascii_domain) > 253 or not all(ascii_domain.split(".")):
        raise AddressError(f"„{address}“ hat hinter dem @ keinen gültigen Namen.")
    return f"{local}@{ascii_domain}"


def envelope_sender(from_address: str, message_id: str, *, subaddress: bool) -> str:
    """Where bounces of one mail come back to.

    :param subaddress: whether the server takes a detail after „+“ (RFC 5233, section 4): then it is what stands before
        the @ of the Message-ID, by which the mail is found again.
    """
    address = wire_address(from_address)
    local, _, domain = address.rpartition("@")
    own = f"{local}+{message_id.partition('@')[0]}"
    # RFC 5321, section 4.5.3.1.1.
    return f"{own}@{domain}" if subaddress and len(own.encode()) <= 64 else address


def needs_smtputf8(address: str) -> bool:
    """Whether an address takes a server with SMTPUTF8 (RFC 6531)."""
    return not wire_address(address).isascii()


def usable_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of the Message-IDs of a stranger's mail, those that may stand in a header of ours."""
    return tuple(dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one)))


def build(letter: Letter, envelope: Envelope) -> bytes:
    """The whole mail: text and HTML as alternatives, the calendar entry beside them; CRLF line ends.

    Put together here, as the structure never changes and the standard library takes ten times as long for it. The
    same letter and envelope are the same bytes.
    """
    kind, body = _multipart("alternative", "a", envelope, [_text("plain", letter.text), _text("html", letter.html)])
    if letter.calendar is not None:
        inner = f"Content-Type: {kind}\r\n\r\n{body}"
        calendar = _calendar(letter.calendar, letter.calendar_method)
        kind, body = _multipart("mixed", "m", envelope, [inner, calendar])
    headers = [*_headers(letter, envelope), ("MIME-Version", "1.0"), ("Content-Type", kind)]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    # ASCII, but for an address that has no ASCII form (RFC 6532).
    return f"{head}\r\n{body}".encode()


def _multipart(subtype: str, which: str, envelope: Envelope, parts: list[str]) -> tuple[str, str]:
    """Content-Type and body of several parts (RFC 2046, section 5.1).

    The boundary is fixed by the Message-ID; „=_“ cannot stand in an encoded body.
    """
    token = re.sub(r"[^A-Za-z0-9]", "", envelope.message_id.partition("@")[0])[-40:]
    boundary = f"=_{which}_{token}"
    body = "".join(f"--{boundary}\r\n{part}" for part in parts)
    return f'multipart/{subtype}; boundary="{boundary}"', f"{body}--{boundary}--\r\n"


def _text(subtype: str, text: str) -> str:
    """Quoted-printable for mostly Latin text, so that it is readable as it is; base64 for other scripts."""
    data = text.encode("utf-8", "replace")
    # A carriage return alone may stand nowhere in a mail (RFC 5322, section 2.3).
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if (len(data) - len(text)) * 5 > len(data):
        return _part(f"text/{subtype}; charset=utf-8", "base64", _base64(data))
    printable = binascii.b2a_qp(data, istext=True).decode("ascii")
    # The encoder breaks its lines with LF where the text itself has none.
    printable = printable.replace("\r\n", "\n").replace("\n", "\r\n")
    return _part(f"text/{subtype}; charset=utf-8", "quoted-printable", printable)


def _calendar(ics: bytes, method: str) -> str:
    kind = f'text/calendar; charset=utf-8; method={method}; name="termin.ics"'
    return _part(kind, "base64", _base64(ics), 'Content-Disposition: attachment; filename="termin.ics"\r\n')


def _part(kind: str, encoding: str, body: str, more: str = "") -> str:
    # The last line end belongs to the boundary that follows (RFC 2046, section 5.1.1).
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n{body}\r\n"


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii").rstrip("\n").replace("\n", "\r\n")


def _headers(letter: Letter, envelope: Envelope) -> list[tuple[str, str]]:
    headers = [
        ("Date", format_datetime(envelope.date)),
        ("From", _mailbox("From", envelope.from_name, wire_address(envelope.from_address))),
        ("To", _mailbox("To", envelope.to_name, wire_address(envelope.to_address))),
        ("Subject", _unstructured("Subject", letter.subject)),
        ("Message-ID", f"<{envelope.message_id}>"),
        ("Auto-Submitted", envelope.auto_submitted),
        # Not All and not NDR: delivery reports must come back.
        ("X-Auto-Response-Suppress", "OOF, AutoReply, RN, NRN"),
    ]
    if envelope.reply_to:
        headers.append(("Reply-To", f"<{wire_address(envelope.reply_to)}>"))
    if envelope.in_reply_to:
        headers.append(("In-Reply-To", f"<{envelope.in_reply_to}>"))
    references = usable_ids((*envelope.references, *([envelope.in_reply_to] if envelope.in_reply_to else [])))
    if len(references) > _MOST_REFERENCES:
        references = (references[0], *references[1 - _MOST_REFERENCES :])
    if references:
        headers.append(("References", "\r\n ".join(f"<{one}>" for one in references)))
    return headers


def _unstructured(name: str, value: str) -> str:
    """A header's text on lines of 76 characters at most."""
    text = line(value)
    return _folded(name, text) if text.isascii() else _encoded_words(name, text)


def _folded(name: str, text: str) -> str:
    """ASCII text, broken where it has spaces; what has none for too long is encoded."""
    lines, room = [""], 74 - len(name)
    for word in text.split(" "):
        if len(word) > 60:
            return _encoded_words(name, text)
        if lines[-1] and len(lines[-1]) + len(word) >= room:
            lines.append("")
            room = 74
        lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def _encoded_words(name: str, text: str) -> str:
    """RFC 2047, section 2: no line longer than 76 characters, no letter torn apart."""
    words, piece = [], b""
    # Base64 makes four letters of three bytes; the header's name takes its part of the first line.
    room = _WORD_BYTES - (len(name) + 3) * 3 // 4
    for letter in text:
        data = letter.encode("utf-8", "replace")
        if len(piece) + len(data) > room:
            words.append(piece)
            piece, room = b"", _WORD_BYTES
        piece += data
    words.append(piece)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


@lru_cache(maxsize=512)
def _mailbox(name: str, display: str, address: str) -> str:
    """Display name and address; a name that is not plain ASCII is encoded (RFC 2047), any other quoted."""
    text = line(display)[:200]
    if not text:
        return f"<{address}>"
    if text.isascii() and len(text) <= 60:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
    else:
        phrase = _encoded_words(name, text)
    last = len(phrase.rpartition("\n")[2]) + len(name)
    return f"{phrase}{' ' if last + len(address) < 70 else chr(13) + chr(10) + ' '}<{address}>"
