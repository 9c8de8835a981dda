"""The page with a small campaign in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import Base, Database, make_engine
from processor.event import ContactPerson, Event, ThemeTable
from processor.settings import AnswerSettings, ImapSettings, Settings, SmtpSettings, StaffSettings
from processor.staff import accounts, create_app
from tests.staff import sample
from tests.staff.clerk import PASSWORD, Clerk

EVENT = Event(
    title="Migrantenorganisationen als Partner von Politik und Verwaltung",
    date=dt.date(2024, 11, 15),
    doors=dt.time(13),
    start=dt.time(13, 30),
    place="Ulu Camii Erle",
    address="Ulrichstr. 4b, 45891 Gelsenkirchen",
    deadline=dt.date(2024, 11, 8),
    capacity=120,
    contacts=(ContactPerson(name="Andre Ollech", phone="0209 169-3052"),),
    theme_tables=(
        ThemeTable(number=1, title="Beteiligung und Kooperationen"),
        ThemeTable(number=2, title="Bedarfe und Herausforderungen"),
        ThemeTable(number=3, title="Dienstleistungen und Angebote"),
    ),
    registration_address="47-ki@gelsenkirchen.de",
)


def make_settings(base_url: str = "") -> Settings:
    return Settings(
        imap=ImapSettings(host="imap.example", user="47-ki"),
        smtp=SmtpSettings(host="smtp.example", from_address="47-ki@gelsenkirchen.de", from_name="KI Gelsenkirchen"),
        database_url="sqlite://",
        event=EVENT,
        answers=AnswerSettings(hold_seconds=120),
        staff=StaffSettings(base_url=base_url, check_share=1.0),
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(sample.NOW)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled database, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "list.sqlite3"
    database = Database(make_engine(f"sqlite:///{file}"))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        sample.fill(session)
        for name, role in (("sabine", "decides"), ("leser", "reads"), ("chefin", "administers")):
            accounts.create_account(session, name, PASSWORD, role, sample.NOW)
    # The last connection that closes writes the log back into the file.
    database.dispose()
    return file


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "list.sqlite3"
    file.write_bytes(template.read_bytes())
    database = Database(make_engine(f"sqlite:///{file}"))
    yield database
    database.dispose()


@pytest.fixture
def settings() -> Settings:
    return make_settings()


@pytest.fixture
def visitor(database: Database, settings: Settings, clock: FixedClock) -> Iterator[Clerk]:
    """Somebody who has not logged in."""
    with TestClient(create_app(database, settings, clock), follow_redirects=False) as client:
        yield Clerk(client)


@pytest.fixture
def clerk(visitor: Clerk) -> Clerk:
    """Somebody who may decide."""
    return visitor.log_in("sabine")


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The page, served by a real server on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # Who comes before the server is ready waits.
    listener.listen(64)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def address(database: Database, settings: Settings, clock: FixedClock) -> Iterator[str]:
    """Where the page is."""
    with serving(create_app(database, settings, clock)) as found:
        yield found
