"""Who sent a mail and what it is about, for the few that are stored without being read later."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr

#: Characters of a column that is looked at, not searched.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the list of mails shows of a mail; "" where it says nothing."""

    subject: str
    sender_name: str
    #: Lower case.
    sender_email: str


def read_envelope(header: bytes) -> Envelope:
    """Reads From and Subject as well as they can be read; raises nothing."""
    fields = BytesHeaderParser(policy=compat32).parsebytes(header)
    name, address = parseaddr(str(fields.get("From", "")))
    return Envelope(_decoded(str(fields.get("Subject", ""))), _decoded(name), _clean(address).lower()[:_LONGEST])


def _decoded(value: str) -> str:
    try:
        return _clean(str(make_header(decode_header(value))))
    except (MessageError, LookupError, ValueError):
        return _clean(value)


def _clean(text: str) -> str:
    """On one line, without what databases refuse (NUL, lone surrogates)."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST]
