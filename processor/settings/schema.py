"""What a configuration file may say: pydantic checks it, and the models turn into plain settings.

The texts of errors here are German: a person of the office or of IT reads them.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def _date(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                return dt.datetime.strptime(value.strip(), pattern).date()  # noqa: DTZ007 -- a day has no zone
            except ValueError:
                continue
        raise ValueError(f"„{value}“ ist kein Tag; gemeint ist etwa 2024-11-15")
    return value


def _time(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.time()
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})(?::\d{2})?\s*(?:Uhr)?\s*", value)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            return dt.time(int(match[1]), int(match[2]))
        raise ValueError(f"„{value}“ ist keine Uhrzeit; gemeint ist etwa 09:00")
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value.strip()):
        raise ValueError(f"„{value}“ ist keine Mailadresse")
    return value.strip()


def _texts(value: object) -> object:
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, (str, int, float)) and not isinstance(value, bool) else value


Day = Annotated[dt.date, BeforeValidator(_date)]
Time = Annotated[dt.time, BeforeValidator(_time)]
MailAddress = Annotated[str, AfterValidator(_address)]
Texts = Annotated[list[str], BeforeValidator(_texts)]
Port = Annotated[int, Field(ge=1, le=65535)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, str_strip_whitespace=True, frozen=True)


class Imap(_Table):
    """[imap]"""

    host: str = Field(min_length=1)
    port: Port | None = None
    tls: Literal["ssl", "starttls", "none"] = "ssl"
    user: str = Field(min_length=1)
    password_file: Path | None = None
    folder: str = "INBOX"
    poll_seconds: int = Field(default=60, ge=1)
    idle: bool = True
    after: Literal["leave", "flag", "move"] = "leave"
    move_to: str = Field(default="Anmeldepost", min_length=1)
    authserv_id: str = ""
    sent_folder: str = ""
    ca_file: Path | None = None
    timeout_seconds: int = Field(default=60, ge=1, le=600)


class Smtp(_Table):
    """[smtp]"""

    host: str = Field(min_length=1)
    port: Port | None = None
    tls: Literal["ssl", "starttls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    from_address: MailAddress
    from_name: str = ""
    per_minute: int = Field(default=60, ge=1)
    per_hour: int | None = Field(default=None, ge=1)
    subaddress: bool = False
    ca_file: Path | None = None
    timeout_seconds: int = Field(default=60, ge=1, le=600)


class DatabaseTable(_Table):
    """[database]"""

    url: str = Field(min_length=1)


class ThemeTable(_Table):
    """[[event.theme_tables]]"""

    number: int = Field(ge=1)
    title: str = Field(min_length=1)
    seats: int | None = Field(default=None, ge=1)


class Speaker(_Table):
    """One of the speakers of a programme item."""

    name: str = Field(min_length=1)
    role: str = ""
    requested: bool = False


class ProgrammeItem(_Table):
    """[[event.programme]]"""

    time: Time | None = None
    title: str = Field(min_length=1)
    details: Texts = []
    speakers: list[Speaker] = []

    @model_validator(mode="before")
    @classmethod
    def _from_line(cls, value: Any) -> Any:
        """„13:00 Uhr Ankommen“ as a mere line is enough."""
        if not isinstance(value, str):
            return value
        match = re.match(r"\s*(\d{1,2}[:.]\d{2})(?:\s*Uhr)?\s*[-–:]?\s*(.+)", value, re.DOTALL)
        return {"time": match[1], "title": match[2]} if match else {"title": value}

    @field_validator("speakers", mode="before")
    @classmethod
    def _speaker_names(cls, value: Any) -> Any:
        names = _one_or_many(value)
        return (
            [{"name": name} if isinstance(name, str) else name for name in names] if isinstance(names, list) else value
        )


class ContactPerson(_Table):
    """[[event.contacts]]"""

    name: str = Field(min_length=1)
    phone: str = ""
    email: str = ""
    task: str = ""


class EventTable(_Table):
    """[event]"""

    title: str = Field(min_length=1)
    date: Day
    doors: Time | None = None
    start: Time | None = None
    end: Time | None = None
    place: str = ""
    address: str = ""
    deadline: Day
    timezone: str = "Europe/Berlin"
    capacity: int | None = Field(default=None, ge=0)
    hosts: Texts = []
    contact: str = ""
    phone: str = ""
    contacts: list[ContactPerson] = []
    moderation: str = ""
    programme: Annotated[list[ProgrammeItem], BeforeValidator(_texts)] = []
    directions: str = ""
    theme_tables: list[ThemeTable] = []
    registration_address: str = ""
    invitation_file: Path | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"„{value}“ ist keine Zeitzone; gemeint ist etwa Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _sensible_days(self) -> EventTable:
        if self.deadline > self.date:
            raise ValueError("der Anmeldeschluss (deadline) liegt nach der Veranstaltung (date)")
        numbers = [table.number for table in self.theme_tables]
        if len(numbers) != len(set(numbers)):
            raise ValueError("zwei Thementische haben dieselbe Nummer")
        return self


class Office(_Table):
    """[office]"""

    domains: list[str] = []
    invited: Path | None = None


class Answers(_Table):
    """[answers]"""

    late: Literal["review", "accept", "waitlist"] = "review"
    hold_seconds: int = Field(default=0, ge=0)
    release: bool = False
    templates: Path | None = None
    most_seats: int = Field(default=10, ge=1)
    languages: list[str] | None = None


class Reminders(_Table):
    """[reminders]"""

    days_before: Annotated[list[Annotated[int, Field(ge=0, le=365)]], BeforeValidator(_one_or_many)] = [3]
    at: Time = dt.time(9)
    thank_days_after: int | None = Field(default=None, ge=0, le=365)


class Staff(_Table):
    """[staff]"""

    listen: str = "127.0.0.1:8047"
    base_url: str = ""
    user_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,60}$")] = ""
    digest_to: Annotated[list[MailAddress], BeforeValidator(_one_or_many)] = []
    digest_at: Time = dt.time(7, 30)
    check_share: float = Field(default=0.05, ge=0, le=1)
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = Field(default=["de"], min_length=1)

    @field_validator("listen", mode="before")
    @classmethod
    def _host_and_port(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = f"127.0.0.1:{value}"
        if isinstance(value, str):
            host, _, port = value.strip().rpartition(":")
            if not host or not port.isdigit() or int(port) > 65535:
                raise ValueError(f"„{value}“ ist keine Adresse mit Anschluss; gemeint ist etwa 127.0.0.1:8047")
        return value


class Privacy(_Table):
    """[privacy]"""

    controller: str = ""
    officer: str = ""
    purpose: str = ""
    legal_basis: str = ""
    recipients: str = ""
    retention_days: int = Field(default=180, ge=0)
    special_retention_days: int = Field(default=14, ge=0)


class ConfigFile(_Table):
    """The whole file."""

    imap: Imap
    smtp: Smtp
    database: DatabaseTable
    event: EventTable
    office: Office = Office()
    answers: Answers = Answers()
    reminders: Reminders = Reminders()
    staff: Staff | None = None
    privacy: Privacy = Privacy()
