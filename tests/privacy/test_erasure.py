"""What is held of an address is told whole, and erased whole."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from processor import inbox, privacy
from processor.clock import FixedClock
from processor.database import (
    AttendeeRow,
    Base,
    Database,
    HistoryEntry,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    RegistrationMail,
    Status,
    make_engine,
)
from processor.resources import sample_config
from processor.settings import PrivacySettings
from processor.settings.load import load
from tests.servers.dovecot import Dovecot

ARRIVED = dt.datetime(2024, 11, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(make_engine(f"sqlite:///{tmp_path}/list.sqlite3"))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def enter(database: Database, address: str, *, needs: tuple[str, ...] = ()) -> None:
    """A registration with its mail, its answer, and its history."""
    with database.transaction() as session:
        mail = Mail(
            message_id=f"1.{address}",
            digest=address,
            raw=zlib.compress(f"From: {address}\n\nIch komme.".encode()),
            size=30,
            arrived_at=ARRIVED,
            fetched_at=ARRIVED,
            state=MailState.DONE,
            subject="Anmeldung",
            sender_email=address,
            extraction={"needs": list(needs), "text": "Ich komme."},
        )
        registration = Registration(
            reference=f"GE-{address[:3]}",
            status=Status.CONFIRMED,
            contact_name="Ayşe",
            contact_email=address,
            headcount=1,
            needs=list(needs),
            arrived_at=ARRIVED,
            created_at=ARRIVED,
            updated_at=ARRIVED,
            attendees=[AttendeeRow(position=0, name="Ayşe", needs=list(needs))],
        )
        session.add_all([mail, registration])
        session.flush()
        session.add_all(
            [
                RegistrationMail(registration_id=registration.id, mail_id=mail.id),
                HistoryEntry(
                    registration_id=registration.id,
                    at=ARRIVED,
                    cause="mail",
                    mail_id=mail.id,
                    action="registered",
                    after={"needs": list(needs)},
                ),
                OutgoingMail(
                    key=f"answer:{mail.id}",
                    kind="confirmation",
                    registration_id=registration.id,
                    mail_id=mail.id,
                    recipient=address,
                    message_id=f"o.{address}",
                    subject="Anmeldebestätigung",
                    raw=zlib.compress(b"Guten Tag"),
                    state=OutgoingState.SENT,
                    created_at=ARRIVED,
                    due_at=ARRIVED,
                ),
            ]
        )


def everything(database: Database) -> str:
    """All rows of all tables as one text, raw mails unpacked: whatever is left of a person is in it."""
    with database.engine.connect() as connection:
        rows = [
            value if not isinstance(value, bytes) else zlib.decompress(value).decode()
            for table in Base.metadata.sorted_tables
            for row in connection.execute(table.select())
            for name, value in zip(row._fields, row, strict=True)
            if (table.name, name) not in {("mails", "message_id"), ("mails", "digest")}
        ]
    return "\n".join(map(str, rows))


def test_everything_of_an_address_is_told(database: Database) -> None:
    enter(database, "ayse@example.org")
    enter(database, "can@example.org")
    with database.reading() as session:
        found = privacy.disclose(session, "Ayse@Example.org", ARRIVED)
    assert found["registrations"][0]["contact"]["name"] == "Ayşe"
    assert found["registrations"][0]["history"][0]["action"] == "registered"
    assert "Ich komme." in found["mails_received"][0]["raw"]
    assert found["mails_sent"][0]["raw"] == "Guten Tag"
    assert "can@example.org" not in json.dumps(found, ensure_ascii=False)


def test_after_forgetting_nothing_of_the_person_is_left_and_the_others_are_untouched(database: Database) -> None:
    enter(database, "ayse@example.org", needs=("vegan",))
    enter(database, "can@example.org")
    with database.transaction() as session:
        erased = privacy.forget(session, "ayse@example.org")
    assert (erased.registrations, erased.mails, erased.answers) == (1, 1, 1)
    left = everything(database)
    assert "ayse@example.org" not in left
    assert "vegan" not in left
    assert "can@example.org" in left


def test_a_forgotten_mail_that_still_lies_on_the_server_does_not_come_back(
    database: Database, dovecot: Dovecot
) -> None:
    dovecot.deliver(b"From: ayse@example.org\nMessage-ID: <7@example.org>\n\nIch komme.\n", ARRIVED)
    clock = FixedClock(ARRIVED)
    inbox.poll(database, dovecot.settings(), clock)
    with database.transaction() as session:
        session.query(Mail).one().sender_email = "ayse@example.org"
    with database.transaction() as session:
        privacy.forget(session, "ayse@example.org")
    dovecot.change_uidvalidity()
    report = inbox.poll(database, dovecot.settings(), clock)
    assert (report.new, report.known) == (0, 1)
    assert "Ich komme" not in everything(database)


@pytest.mark.parametrize(
    ("day", "registrations", "needs_left"),
    [
        (dt.date(2024, 11, 29), 2, True),
        (dt.date(2024, 11, 30), 2, False),
        (dt.date(2025, 5, 14), 2, False),
        (dt.date(2025, 5, 15), 0, False),
    ],
)
def test_what_is_past_its_retention_goes_needs_of_health_and_faith_first(
    database: Database, day: dt.date, registrations: int, needs_left: bool
) -> None:
    event = load(sample_config(), {}).event
    settings = PrivacySettings(retention_days=180, special_retention_days=14)
    enter(database, "ayse@example.org", needs=("vegan", "parking"))
    enter(database, "can@example.org", needs=("parking",))
    with database.transaction() as session:
        privacy.purge(session, event, settings, dt.datetime.combine(day, dt.time(0, 0, 1), event.zone))
    with database.reading() as session:
        assert session.query(Registration).count() == registrations
    left = everything(database)
    assert ("vegan" in left) is needs_left
    assert ("parking" in left) is (registrations > 0)
    assert ("example.org" in left) is (registrations > 0)


def test_what_comes_after_the_end_of_the_retention_is_not_erased_before_anybody_has_seen_it(
    database: Database,
) -> None:
    event = load(sample_config(), {}).event
    enter(database, "ayse@example.org", needs=("vegan",))
    years_later = ARRIVED + dt.timedelta(days=700)
    with database.transaction() as session:
        session.query(Mail).one().fetched_at = years_later
        session.query(Registration).one().updated_at = years_later
        session.query(OutgoingMail).one().created_at = years_later
    with database.transaction() as session:
        privacy.purge(session, event, PrivacySettings(), years_later + dt.timedelta(days=1))
    assert "vegan" in everything(database)
    with database.transaction() as session:
        privacy.purge(session, event, PrivacySettings(), years_later + dt.timedelta(days=181))
    assert "example.org" not in everything(database)
