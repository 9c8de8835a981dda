"""What the outbox hands on: plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One rendered mail, before it becomes MIME."""

    subject: str
    #: LF line ends.
    text: str
    html: str
    #: The .ics that goes with it (RFC 5545, CRLF); None for kinds without one.
    calendar: bytes | None = None
    #: METHOD of the .ics; "" without one.
    calendar_method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one pass over the queue did."""

    sent: int = 0
    #: Refused for good by a server, or given up after days; a person has to look.
    failed: int = 0
    #: Still queued though their time had come: refused for now, interrupted, or kept back by a brake.
    deferred: int = 0
    #: Of these, those that only the pace (or the stop signal) kept back: they may go a minute later.
    paced: int = 0
    #: Of these, those that the brake for all keeps back: they wait for a part of an hour.
    braked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHold:
    """The queue is held: more mails went in an hour than a campaign has."""

    #: Mails that wait for the brake.
    waiting: int
    #: Mails that it lets through in an hour.
    most: int
    #: When it began to hold, or, where nobody could be told, when the oldest of these mails was due.
    since: datetime
    #: The addresses that were told of it.
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProbe:
    """What a mail server offers, found without sending anything."""

    #: host:port
    name: str
    #: TLS version of the connection, such as TLSv1.3; "" where it is not encrypted.
    tls: str
    #: Whether the login was tried, and worked.
    authenticated: bool
    #: Whether addresses with letters beyond ASCII before the @ can be reached (RFC 6531).
    smtputf8: bool
    #: Whether it reports delays and failures as asked (RFC 3461).
    dsn: bool
    #: Bytes of the largest mail; None where it does not say.
    largest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """What became of the samples that somebody wanted to see."""

    sent: int
    #: A sentence for each template that could not be rendered, with file and line.
    broken: tuple[str, ...]
