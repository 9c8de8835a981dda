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
    #: Bytes on the server; more than ``len(raw)`` where only the header was taken.
    size: int
    #: Why the mail could not be taken whole, in words; "" where it was.
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one look at the mailbox brought."""

    #: Mails that were not known before.
    new: int = 0
    #: Mails found at a new place that were stored already: delivered twice, restored, renumbered.
    known: int = 0
    #: Mails that somebody removed while we looked: no error.
    vanished: int = 0
    #: Of the new ones, those that could not be taken whole; they are stored as failed, and shown.
    incomplete: int = 0
    #: Mails in the folder when it was opened.
    server_count: int = 0
    #: Whether the server has numbered its mails anew since the last look (UIDVALIDITY).
    renumbered: bool = False
    #: Whether the look was ended by the stop signal, before all was fetched.
    stopped: bool = False
    #: Why flags or moves on the server had to wait, in words; "" where they did not. Tried again at the next look.
    courtesy_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a mailbox offers, found without changing anything in it."""

    #: user@host/folder
    name: str
    server_count: int
    uidvalidity: int
    #: IDLE (RFC 2177): news come at once; without it they come with the next poll.
    idle: bool
    #: MOVE (RFC 6851); without it mails are copied and removed.
    move: bool
    #: Whether the folder takes keywords of our own; without it ``after = "flag"`` sets ``\\Flagged`` („zur
    #: Nachverfolgung“). Asked only where ``after = "flag"`` needs it, as the answer takes opening it for writing.
    keywords: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How much of what lies on the server is stored here."""

    #: user@host/folder
    name: str
    #: Mails on the server at the last look; None before the first.
    server_count: int | None
    #: When that look was; None before the first.
    polled_at: datetime | None
    #: Of the mails on the server, those that are stored here.
    held_count: int
    #: Mails stored here that have gone from the folder since (removed, moved).
    gone_count: int
    #: The last failure to reach the mailbox, in words; "" while all is well.
    error: str = ""
    #: Since when it has been out of reach; None while all is well.
    failing_since: datetime | None = None

    @property
    def sentence(self) -> str:
        """The state of things for people."""
        if self.server_count is None:
            return f"Das Postfach {self.name} wurde noch nicht abgerufen."
        gone = f" (weitere {self.gone_count} liegen dort nicht mehr in diesem Ordner)" if self.gone_count else ""
        mails = "1 Mail" if self.server_count == 1 else f"{self.server_count} Mails"
        verb = "liegt" if self.server_count == 1 else "liegen"
        return f"Auf dem Server {verb} {mails}, hier sind {self.held_count}{gone}."
