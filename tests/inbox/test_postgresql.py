"""The same on PostgreSQL, where several programs may look at one mailbox at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from processor.clock import FixedClock
from processor.database import Base, Database, make_engine
from processor.inbox import PollReport, poll
from tests.inbox.conftest import mail, mailbox, places, raws, stored
from tests.servers.dovecot import Dovecot


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """An empty database on PostgreSQL."""
    database = Database(make_engine(postgres_url))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def test_mails_are_stored_once_and_found_again_after_renumbering(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    written = [mail(1), mail(2, message_id="<" + "ü" * 3_000 + ">"), mail(3, text="\x00")]
    for raw in [*written, mail(1)]:
        dovecot.deliver(raw)
    report = poll(database, dovecot.settings(after="flag"), clock)
    dovecot.change_uidvalidity()

    again = poll(database, dovecot.settings(), clock)

    assert (report.new, report.known, again.new, again.known) == (3, 1, 0, 4)
    assert raws(database)[0] == written[0].replace(b"\n", b"\r\n")
    assert len(places(database)) == 8


def test_two_programs_that_look_at_the_same_time_store_every_mail_once(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(400):
        dovecot.deliver(mail(number))
    reports: list[PollReport] = []
    threads = [
        threading.Thread(target=lambda: reports.append(poll(database, dovecot.settings(), clock))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(report.new for report in reports) == 400
    assert len(stored(database)) == len(places(database)) == 400
    assert mailbox(database).last_uid == max(uid for _validity, uid in places(database))
