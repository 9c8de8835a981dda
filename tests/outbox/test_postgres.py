"""The same on PostgreSQL, where several programs share one database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from processor import outbox
from processor.clock import FixedClock
from processor.database import Base, Database, OutgoingMail, OutgoingState, make_engine
from processor.database.worklock import work_lock
from processor.outbox import DeliveryReport
from tests.outbox.builders import NOW, due_for, enter, make_settings
from tests.servers.smtp import Drop, SmtpServer

WALL = datetime(2026, 1, 1, tzinfo=NOW.tzinfo)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    opened = Database(make_engine(postgres_url))
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.dispose()


def fill(database: Database, count: int) -> list[str]:
    with database.transaction() as session:
        rows = [
            outbox.queue(session, due_for(enter(session)), answered=None, settings=make_settings(), now=NOW)
            for _ in range(count)
        ]
        return [f"<{row.message_id}>" for row in rows if row is not None]


def test_answers_go_and_each_once_also_when_several_deliver(database: Database, smtp_server: SmtpServer) -> None:
    ids = fill(database, 30)
    smtp_server.expect("rcpt", Drop())
    settings, clock = make_settings(smtp_server), FixedClock(NOW)
    threads = [threading.Thread(target=outbox.deliver, args=(database, settings, clock)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.advance(timedelta(minutes=2))
    outbox.deliver(database, settings, clock)
    assert sorted(mail.message_id for mail in smtp_server.mails) == sorted(ids)
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingMail.state))) == {OutgoingState.SENT}


def test_while_another_program_delivers_this_one_waits_its_turn(database: Database, smtp_server: SmtpServer) -> None:
    fill(database, 1)
    with work_lock(database, "outbox") as mine:
        assert mine
        assert outbox.deliver(database, make_settings(smtp_server), FixedClock(NOW)) == DeliveryReport()
    assert outbox.deliver(database, make_settings(smtp_server), FixedClock(NOW)) == DeliveryReport(sent=1)


def test_a_claim_ends_by_itself_whatever_became_of_who_held_it(database: Database, smtp_server: SmtpServer) -> None:
    fill(database, 1)
    with database.transaction() as session:
        lease = WALL + timedelta(minutes=5)
        session.execute(update(OutgoingMail).values(state=OutgoingState.SENDING, lease_until=lease))
    wall, settings = FixedClock(WALL), make_settings(smtp_server)
    assert outbox.deliver(database, settings, FixedClock(NOW), wall=wall) == DeliveryReport()
    wall.advance(timedelta(minutes=5))
    assert outbox.deliver(database, settings, FixedClock(NOW), wall=wall) == DeliveryReport(sent=1)


def test_reminders_are_queued_once(database: Database) -> None:
    with database.transaction() as session:
        enter(session)
    due = NOW + timedelta(days=7)
    counts = []
    for _ in range(3):
        with database.transaction() as session:
            counts.append(outbox.remind(session, make_settings(), due))
    assert counts == [1, 0, 0]


def test_a_hold_is_told_once_and_can_be_asked_for(database: Database, smtp_server: SmtpServer) -> None:
    fill(database, 5)
    settings, wall = make_settings(smtp_server, smtp_per_hour=2), FixedClock(WALL)
    assert outbox.deliver(database, settings, FixedClock(NOW), wall=wall) == DeliveryReport(
        sent=3, deferred=3, braked=3
    )
    assert outbox.deliver(database, settings, FixedClock(NOW), wall=wall) == DeliveryReport(deferred=3, braked=3)
    with database.reading() as session:
        hold = outbox.queue_hold(session, settings)
    assert hold == outbox.QueueHold(waiting=3, most=2, since=NOW, told=("mustafa.cetinkaya@gelsenkirchen.de",))
