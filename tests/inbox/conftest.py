"""A database for the inbox, a stubborn line, and helpers to look at what was stored."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from processor.clock import FixedClock
from processor.database import Base, Database, Mail, Mailbox, MailLocation, make_engine
from tests.inbox.proxy import Proxy
from tests.servers.dovecot import Dovecot

NOON = datetime.fromisoformat("2024-11-04T12:00:00+01:00")


@pytest.fixture
def clock() -> FixedClock:
    """Noon on 4 November 2024."""
    return FixedClock(NOON)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(make_engine(f"sqlite:///{tmp_path / 'inbox.db'}"))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    """A line to the server that can be frozen or cut; it carries the bytes of the port without TLS."""
    with Proxy(dovecot.port) as line:
        yield line


def mail(number: int = 1, *, text: str = "Ich komme gern.", message_id: str | None = None, extra: str = "") -> bytes:
    """A small mail with a Message-ID of its own."""
    return (
        f"{extra}From: Person {number} <person{number}@verein.example>\n"
        f"To: 47-ki@gelsenkirchen.example\nSubject: Anmeldung {number}\n"
        f"Date: Mon, 4 Nov 2024 10:00:00 +0100\n"
        f"Message-ID: {message_id or f'<{number}@verein.example>'}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def stored(database: Database) -> list[Mail]:
    """All stored mails in the order in which they were stored."""
    with database.reading() as session:
        rows = list(session.scalars(select(Mail).options(undefer(Mail.raw)).order_by(Mail.id)))
        session.expunge_all()
        return rows


def raws(database: Database) -> list[bytes]:
    """The bytes of all stored mails."""
    return [zlib.decompress(row.raw) for row in stored(database)]


def places(database: Database) -> list[tuple[int, int]]:
    """(UIDVALIDITY, UID) of all places that are noted."""
    with database.reading() as session:
        rows = session.execute(select(MailLocation.uidvalidity, MailLocation.uid).order_by(MailLocation.id))
        return [(uidvalidity, uid) for uidvalidity, uid in rows]


def mailbox(database: Database) -> Mailbox:
    """The only mailbox."""
    with database.reading() as session:
        row = session.scalars(select(Mailbox)).one()
        session.expunge_all()
        return row
