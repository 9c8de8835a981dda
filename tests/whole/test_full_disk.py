"""A full disk stops the work with one sentence, loses nothing, and ends by itself when there is room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from processor.clock import FixedClock
from processor.database import Database, Mail, MailState, OutgoingMail, Registration, make_engine
from processor.database.migrate import upgrade
from processor.jobs import Jobs, explain_database
from processor.resources import sample_config
from processor.settings.load import load
from tests.servers.dovecot import Dovecot
from tests.whole.office import BERLIN, mail


class Disk:
    """How many pages the database may have; SQLite itself says that the disk is full when it wants more."""

    pages = 1_000_000


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def database(tmp_path: Path, disk: Disk) -> Iterator[Database]:
    engine = make_engine(f"sqlite:///{tmp_path}/list.sqlite3")

    @event.listens_for(engine, "checkout")
    def _limit(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={disk.pages}")

    database = Database(engine)
    upgrade(database)
    yield database
    database.dispose()


def test_a_full_disk_is_one_sentence_and_nothing_is_lost(dovecot: Dovecot, database: Database, disk: Disk) -> None:
    settings = replace(load(sample_config(), {}), imap=dovecot.settings())
    arrived = dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN)
    for number in range(40):
        name = f"Nadia Probe{chr(97 + number % 26)}{chr(97 + number // 26)}"
        dovecot.deliver(mail(name, f"Ich melde mich an.\n\n{name}\n", address=f"nadia{number}@example.org"), arrived)
    jobs = Jobs(database, settings, FixedClock(arrived))
    try:
        with database.engine.connect() as connection:
            used = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        # Enough for some of the mails and not for all that is made of them.
        disk.pages = used + 40
        with pytest.raises(OperationalError) as failure:
            jobs.receive()
        assert "Der Datenträger ist voll" in explain_database(failure.value)
        disk.pages = 1_000_000
        jobs.receive()
    finally:
        jobs.close()
    with database.reading() as session:
        assert session.query(Mail).filter(Mail.state == MailState.DONE).count() == 40
        assert session.query(Registration).count() == 40
        assert session.query(OutgoingMail).count() == 40
