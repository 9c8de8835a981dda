"""The settings as typed values: what the configuration file says, defaults filled in.

``processor.settings.load`` makes them from a TOML file; tests make them directly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal

from processor.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """The mailbox that people write to."""

    host: str
    port: int = 993
    tls: Literal["ssl", "starttls", "none"] = "ssl"
    user: str
    #: From the environment or a file named in the config; never written in it.
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    #: Seconds between two looks at the mailbox.
    poll_seconds: int = 60
    #: Whether to wait with IDLE (RFC 2177) between two polls; polling stays the truth.
    idle: bool = True
    #: What happens to a mail on the server once it is stored here.
    after: Literal["leave", "flag", "move"] = "leave"
    #: Folder for ``after = "move"``; made where it does not exist.
    move_to: str = "Anmeldepost"
    #: The server whose Authentication-Results (RFC 8601) are believed; "" believes none.
    authserv_id: str = ""
    #: Folder that gets a copy of what was sent; "" for none.
    sent_folder: str = ""
    #: A PEM file with the authority that signed the server's certificate; None for the system's.
    ca_file: Path | None = None
    #: Seconds that a connection may take to open, and that a silent server is waited for.
    timeout_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The server that takes our answers."""

    host: str
    port: int = 587
    tls: Literal["ssl", "starttls", "none"] = "starttls"
    #: "" sends without AUTH.
    user: str = ""
    password: str = field(default="", repr=False)
    from_address: str
    from_name: str = ""
    #: Answers a minute at most.
    per_minute: int = 60
    #: More in an hour hold the queue, as that is no longer a campaign but a storm; None for a third of the pace.
    per_hour: int | None = None
    #: Whether the server delivers local+detail@domain to local@domain (RFC 5233): then bounces come to an address of
    #: their mail's own.
    subaddress: bool = False
    ca_file: Path | None = None
    timeout_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """The people on our side."""

    #: Mail domains of colleagues, lower case.
    domains: tuple[str, ...] = ()
    #: CSV or XLSX of the invited organisations.
    invited: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """What is answered, and when a person has to look first."""

    #: What becomes of a registration after the deadline.
    late: Literal["review", "accept", "waitlist"] = "review"
    #: Seconds that an answer waits before it goes, so that a decision can be undone.
    hold_seconds: int = 0
    #: Whether every answer waits until a person of the office has released it.
    release: bool = False
    #: A folder with own ``mail/`` and ``locale/``, whose files come before the shipped ones; None for none.
    templates: Path | None = None
    #: More seats than this in one mail are for a person.
    most_seats: int = 10
    #: Languages that are answered in, the office's own first.
    languages: tuple[str, ...] = ("de", "tr", "en", "ar", "uk", "ru", "fr", "pl")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSettings:
    """When people are reminded."""

    days_before: tuple[int, ...] = (3,)
    #: Local time in the event's zone.
    at: time = time(9)
    #: Days after the event on which those who were confirmed are thanked, at the same hour; None for never.
    thank_days_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSettings:
    """The page of the office."""

    #: host:port; loopback unless told otherwise.
    listen: str = "127.0.0.1:8047"
    #: How browsers reach it, such as https://anmeldung.example.de; "" for http://listen.
    base_url: str = ""
    #: Header in which a proxy on this machine names who has signed in there; "" for the page's own login alone.
    user_header: str = ""
    #: Who gets the daily digest; nobody where empty.
    digest_to: tuple[str, ...] = ()
    #: Local time in the event's zone.
    digest_at: time = time(7, 30)
    #: Of what the machine did alone, this share is shown for a blind check (0 to 1).
    check_share: float = 0.05
    #: Languages of the page, the office's own first; with several, each browser gets the one it asks for.
    languages: tuple[str, ...] = ("de",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySettings:
    """What the data-protection notice says, and when personal data ends (GDPR, articles 5, 6, 13)."""

    controller: str = ""
    officer: str = ""
    purpose: str = ""
    legal_basis: str = ""
    recipients: str = ""
    #: Days after the event.
    retention_days: int = 180
    #: The same for needs that reveal health or faith (GDPR, article 9).
    special_retention_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    #: The file they come from, for messages; None in tests.
    source: Path | None = None
    imap: ImapSettings
    smtp: SmtpSettings
    #: SQLAlchemy URL.
    database_url: str
    event: Event
    office: OfficeSettings = OfficeSettings()
    answers: AnswerSettings = AnswerSettings()
    reminders: ReminderSettings = ReminderSettings()
    #: None where the config has no [staff] table: no page is served.
    staff: StaffSettings | None = None
    privacy: PrivacySettings = PrivacySettings()
