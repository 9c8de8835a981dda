"""What the inbox hands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One mail as the server holds it (RFC 3501)."""

    uid: int
    uidvalidity: int
    #: INTERNALDATE (RFC 3501, section 2.3.3), aware: when the mail arrived at the server.
    internal_date: datetime
    raw: bytes
