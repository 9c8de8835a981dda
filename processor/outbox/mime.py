"""A letter becomes a mail as bytes: RFC 5322, MIME, ASCII on the wire unless an address itself needs more."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime

import idna

from processor.outbox.values import Letter
from processor.outbox.views import line

#: A msg-id as RFC 5322, section 3.6.4 has it, loosely: what others send back must fit on one line.
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,240}")
#: References grow without end otherwise; RFC 5322 keeps the first and the last ones dear.
_MOST_REFERENCES = 12

#: Lines as they are on the wire, headers as they were folded here; "From " at the start of a line is not touched.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=None, mangle_from_=False)

_HEADER_CHARSET = Charset("utf-8")
_HEADER_CHARSET.header_encoding = QP


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom, and in answer to what."""

    #: Without angle brackets.
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


def needs_smtputf8(address: str) -> bool:
    """Whether an address takes a server with SMTPUTF8 (RFC 6531)."""
    return not wire_address(address).isascii()


def usable_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of the Message-IDs of a stranger's mail, those that may stand in a header of ours."""
    return tuple(dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one)))


def build(letter: Letter, envelope: Envelope) -> bytes:
    """The whole mail: text and HTML as alternatives, the calendar entry beside them; CRLF line ends."""
    alternatives = Message(policy=_POLICY)
    alternatives["Content-Type"] = f'multipart/alternative; boundary="{_boundary(envelope, "a")}"'
    alternatives.attach(_part("text/plain", letter.text))
    alternatives.attach(_part("text/html", letter.html))
    mail = alternatives
    if letter.calendar is not None:
        mail = Message(policy=_POLICY)
        mail["Content-Type"] = f'multipart/mixed; boundary="{_boundary(envelope, "m")}"'
        mail.attach(alternatives)
        mail.attach(_calendar(letter.calendar, letter.calendar_method))
    for name, value in _headers(letter, envelope):
        mail[name] = value
    if needs_smtputf8(envelope.to_address):
        # RFC 6532: such an address has no ASCII form; this one header is UTF-8.
        mark = "to-address-goes-here"
        mail.replace_header("To", f"<{mark}>")
        raw = mail.as_bytes(policy=_POLICY)
        return raw.replace(mark.encode(), wire_address(envelope.to_address).encode("utf-8"), 1)
    return mail.as_bytes(policy=_POLICY)


def _headers(letter: Letter, envelope: Envelope) -> list[tuple[str, str]]:
    headers = [
        ("MIME-Version", "1.0"),
        ("Date", format_datetime(envelope.date)),
        ("From", _mailbox("From", envelope.from_name, wire_address(envelope.from_address))),
        ("To", _mailbox("To", envelope.to_name, wire_address(envelope.to_address))),
        ("Subject", _unstructured("Subject", letter.subject)),
        ("Message-ID", f"<{envelope.message_id}>"),
    ]
    if envelope.reply_to:
        headers.append(("Reply-To", wire_address(envelope.reply_to)))
    if envelope.in_reply_to:
        headers.append(("In-Reply-To", f"<{envelope.in_reply_to}>"))
    references = usable_ids((*envelope.references, *([envelope.in_reply_to] if envelope.in_reply_to else [])))
    if len(references) > _MOST_REFERENCES:
        references = (references[0], *references[1 - _MOST_REFERENCES :])
    if references:
        headers.append(("References", "\r\n ".join(f"<{one}>" for one in references)))
    headers += [
        ("Auto-Submitted", envelope.auto_submitted),
        # Not All and not NDR: delivery reports must come back.
        ("X-Auto-Response-Suppress", "OOF, AutoReply, RN, NRN"),
    ]
    return headers


def _part(media_type: str, text: str) -> Message:
    """Quoted-printable for mostly Latin text, so that it is readable as it is; base64 for other scripts."""
    part = Message(policy=_POLICY)
    part["Content-Type"] = f"{media_type}; charset=utf-8"
    data = text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if sum(byte > 127 for byte in data[:4000]) * 5 > min(len(data), 4000):
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(base64.encodebytes(data).decode("ascii"))
    else:
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(_quoted_printable(data))
    return part


def _quoted_printable(data: bytes) -> str:
    return binascii.b2a_qp(data, istext=True).decode("ascii").replace("\r\n", "\n")


def _calendar(ics: bytes, method: str) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = f'text/calendar; charset=utf-8; method={method}; name="termin.ics"'
    part["Content-Disposition"] = 'attachment; filename="termin.ics"'
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(ics).decode("ascii"))
    return part


def _boundary(envelope: Envelope, which: str) -> str:
    """Fixed by the Message-ID, so that the same mail is the same bytes; „=_“ cannot stand in an encoded body."""
    token = re.sub(r"[^A-Za-z0-9]", "", envelope.message_id.partition("@")[0])[-40:]
    return f"=_{which}_{token}"


def _unstructured(name: str, value: str) -> str:
    text = line(value)
    header = Header(text, "us-ascii" if text.isascii() else _HEADER_CHARSET, maxlinelen=76, header_name=name)
    return header.encode(linesep="\r\n")


def _mailbox(name: str, display: str, address: str) -> str:
    """Display name and address; a name that is not plain ASCII words is encoded (RFC 2047) or quoted."""
    text = line(display)
    if not text:
        return f"<{address}>"
    if text.isascii():
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", text[:200]) + '"'
    else:
        phrase = Header(text[:200], _HEADER_CHARSET, maxlinelen=76, header_name=name).encode(linesep="\r\n")
    separator = "\r\n " if len(name) + len(phrase.rpartition("\n")[2]) + len(address) > 70 else " "
    return f"{phrase}{separator}<{address}>"
