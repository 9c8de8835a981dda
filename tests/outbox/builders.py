"""Settings, registrations and answers for tests, as short as a test wants them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from processor.database import AttendeeRow, Base, Database, Mail, MailState, Registration, Status, make_engine
from processor.message.values import Address, Message, SenderKind
from processor.registrations.values import AnswerKind, DueAnswer
from processor.resources import sample_config
from processor.settings import Settings
from processor.settings.load import load
from tests.servers.smtp import SmtpServer

#: Ten days before the event.
NOW = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)
LANGUAGES = ("de", "tr", "en", "ar", "uk", "ru", "fr", "pl")

_numbers = itertools.count(1)


@lru_cache(maxsize=1)
def _shipped() -> Settings:
    return load(sample_config(), {})


def make_settings(server: SmtpServer | None = None, **changes: Any) -> Settings:
    """The workshop's settings with all languages, pointed at a test server."""
    settings = _shipped()
    settings = replace(settings, answers=replace(settings.answers, languages=LANGUAGES))
    smtp = replace(settings.smtp, host="127.0.0.1", port=1, tls="none", user="", per_minute=100_000, timeout_seconds=10)
    if server is not None:
        smtp = replace(smtp, host=server.host, port=server.port, tls=server.tls, ca_file=server.ca_file)
    settings = replace(settings, smtp=smtp)
    for name, value in changes.items():
        table, _, key = name.partition("_")
        settings = replace(settings, **{table: replace(getattr(settings, table), **{key: value})})
    return settings


def make_database(folder: Path) -> Database:
    """An empty database with all tables."""
    database = Database(make_engine(f"sqlite:///{folder}/list.sqlite3"))
    Base.metadata.create_all(database.engine)
    return database


def enter(session: Session, *, people: tuple[str, ...] = ("Ayşe Yılmaz",), **fields: Any) -> Registration:
    """Enters a registration."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "reference": f"GE-{number:04}",
        "status": Status.CONFIRMED,
        "contact_name": people[0] if people else "Ayşe Yılmaz",
        "contact_email": f"person{number}@example.org",
        "headcount": max(len(people), 1),
        "arrived_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    registration = Registration(**{**values, **fields})
    registration.attendees = [AttendeeRow(position=place, name=name) for place, name in enumerate(people)]
    session.add(registration)
    session.flush()
    return registration


def store_mail(session: Session, **fields: Any) -> Mail:
    """An incoming mail that is answered."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "message_id": f"in-{number}@example.org",
        "digest": f"{number:064}",
        "raw": b"",
        "size": 0,
        "arrived_at": NOW,
        "fetched_at": NOW,
        "state": MailState.DONE,
    }
    mail = Mail(**{**values, **fields})
    session.add(mail)
    session.flush()
    return mail


def due_for(registration: Registration, kind: AnswerKind = AnswerKind.CONFIRMATION, **fields: Any) -> DueAnswer:
    """The answer that tells how a registration stands."""
    values: dict[str, Any] = {
        "kind": kind,
        "registration_id": registration.id,
        "mail_id": None,
        "recipient_name": registration.contact_name,
        "recipient_email": registration.contact_email,
        "language": registration.language,
    }
    return DueAnswer(**{**values, **fields})


def message(**fields: Any) -> Message:
    """A mail that a person wrote."""
    values: dict[str, Any] = {
        "message_id": "in-1@example.org",
        "in_reply_to": (),
        "references": (),
        "sender": Address("Ayşe Yılmaz", "ayse@example.org"),
        "reply_to": Address("Ayşe Yılmaz", "ayse@example.org"),
        "recipients": (Address("", "47-ki@gelsenkirchen.de"),),
        "forwarded_by": None,
        "return_path": "ayse@example.org",
        "kind": SenderKind.PERSON,
        "kind_reason": "",
        "failed_recipients": (),
        "returned_ids": (),
        "authentication_results": (),
        "date": NOW,
        "received_at": NOW,
        "subject": "Anmeldung",
        "full_subject": "Anmeldung",
        "is_reply": False,
        "is_forward": False,
        "text": "Ich komme.",
        "signature": "",
        "cuts": (),
        "attachments": (),
        "calendar_reply": None,
        "doubts": (),
        "notes": (),
    }
    return Message(**{**values, **fields})
