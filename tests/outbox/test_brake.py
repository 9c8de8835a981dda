"""More answers in an hour than a campaign has: the queue is held, and the staff hear of it once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from processor import outbox
from processor.clock import FixedClock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.jobs import Jobs
from processor.outbox import DeliveryReport
from processor.settings import Settings, StaffSettings
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings
from tests.servers.smtp import SmtpServer

STAFF = StaffSettings(digest_to=("Office@example.org", "deputy@example.org"), base_url="https://anmeldung.example.org")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


class Office:
    """An installation whose two clocks go together, and that lets five mails an hour through."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.clock = FixedClock(NOW)
        self.wall = FixedClock(datetime(2026, 1, 1, tzinfo=NOW.tzinfo))

    def fill(self, count: int) -> None:
        with self.database.transaction() as session:
            for _ in range(count):
                due = due_for(enter(session))
                now = self.clock.now()
                assert outbox.queue(session, due, answered=None, settings=self.settings, now=now) is not None

    def wait(self, minutes: int) -> None:
        for moving in (self.clock, self.wall):
            moving.advance(timedelta(minutes=minutes))

    def deliver(self) -> DeliveryReport:
        return outbox.deliver(self.database, self.settings, self.clock, wall=self.wall)

    def hold(self) -> outbox.QueueHold | None:
        with self.database.reading() as session:
            return outbox.queue_hold(session, self.settings)

    def waiting(self) -> list[str]:
        with self.database.reading() as session:
            queued = select(OutgoingMail.server_reply).where(OutgoingMail.state == OutgoingState.QUEUED)
            return list(session.scalars(queued))


@pytest.fixture
def office(database: Database, smtp_server: SmtpServer) -> Office:
    return Office(database, replace(make_settings(smtp_server, smtp_per_hour=5), staff=STAFF))


def told(server: SmtpServer) -> list[str]:
    """Who was told that the queue is held."""
    return [mail.recipients[0] for mail in server.mails if mail.message["Subject"].startswith("Versand angehalten:")]


def test_what_is_too_much_waits_and_everybody_in_the_office_is_told_at_once(
    office: Office, smtp_server: SmtpServer
) -> None:
    office.fill(8)
    assert office.deliver() == DeliveryReport(sent=7, deferred=3, braked=3)
    assert told(smtp_server) == ["office@example.org", "deputy@example.org"]
    text = smtp_server.mails[-1].part("text/plain")
    for words in ("gingen 5 Mails hinaus", "Mails, die warten: 3.", "https://anmeldung.example.org"):
        assert words in text
    assert '<a href="https://anmeldung.example.org"' in smtp_server.mails[-1].part("text/html")
    assert smtp_server.mails[-1].message["Auto-Submitted"] == "auto-generated"
    assert (
        office.waiting() == ["Angehalten: In der letzten Stunde gingen 5 Mails hinaus, mehr dürfen es nicht sein."] * 3
    )


def test_one_hold_is_told_once_however_long_it_lasts_and_the_next_one_again(
    office: Office, smtp_server: SmtpServer
) -> None:
    office.fill(13)
    for _ in range(5):
        office.deliver()
        office.wait(10)
    assert len(told(smtp_server)) == 2
    # An hour after the first five, the next five may go: the same storm.
    office.wait(20)
    for _ in range(3):
        office.deliver()
    assert len(smtp_server.mails) == 12
    assert len(told(smtp_server)) == 2
    office.wait(65)
    assert office.deliver().sent == 3
    assert office.hold() is None
    office.wait(120)
    office.fill(6)
    office.deliver()
    assert len(told(smtp_server)) == 4


def test_the_page_can_say_since_when_and_how_many_wait(office: Office) -> None:
    office.fill(4)
    office.deliver()
    assert office.hold() is None
    office.wait(10)
    office.fill(3)
    office.deliver()
    assert office.hold() == outbox.QueueHold(
        waiting=2, most=5, since=NOW + timedelta(minutes=10), told=("office@example.org", "deputy@example.org")
    )
    office.wait(61)
    office.deliver()
    assert office.hold() is None


def test_a_hold_of_many_hours_began_when_the_staff_were_told(office: Office) -> None:
    office.fill(7)
    office.deliver()
    for _ in range(5):
        office.wait(61)
        office.fill(6)
        office.deliver()
    hold = office.hold()
    assert hold is not None
    assert (hold.since, hold.told) == (NOW, ("office@example.org", "deputy@example.org"))


def test_the_digest_counts_what_the_brake_keeps_back(office: Office, smtp_server: SmtpServer) -> None:
    office.fill(7)
    office.deliver()
    morning = datetime(2024, 11, 6, 7, 30, tzinfo=office.settings.event.zone)
    with office.database.transaction() as session:
        assert outbox.remind(session, office.settings, morning) == 2
    office.clock.move_to(morning)
    office.wall.advance(timedelta(hours=22))
    office.deliver()
    [digest, _] = [mail for mail in smtp_server.mails if mail.message["Subject"].startswith("Tagesübersicht:")]
    assert "Mails, die deshalb warten: 2." in digest.part("text/plain")


def test_one_pass_of_all_jobs_does_not_wait_for_the_brake(office: Office) -> None:
    class NeverWaited(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout is not None, "waited without end"
            assert timeout <= 1, "waited for what takes a part of an hour"
            return super().wait(timeout)

    office.fill(8)
    jobs = Jobs(office.database, office.settings, office.clock)
    jobs.stop = NeverWaited()
    assert jobs.deliver_all() == 7


def test_a_mail_about_the_hold_that_the_server_will_not_take_now_goes_later(
    office: Office, smtp_server: SmtpServer
) -> None:
    office.fill(6)
    smtp_server.refused["office@example.org"] = "451 4.7.1 later"
    office.deliver()
    assert told(smtp_server) == ["deputy@example.org"]
    smtp_server.refused.clear()
    office.wait(1)
    office.deliver()
    assert told(smtp_server) == ["deputy@example.org", "office@example.org"]


def test_the_time_in_which_answers_can_be_taken_back_does_not_keep_the_staff_from_hearing(
    office: Office, smtp_server: SmtpServer
) -> None:
    office.settings = replace(office.settings, answers=replace(office.settings.answers, hold_seconds=3600))
    office.fill(6)
    office.wait(60)
    office.deliver()
    assert len(told(smtp_server)) == 2


def test_where_nobody_gets_the_digest_the_first_person_with_an_address_is_told(
    database: Database, smtp_server: SmtpServer
) -> None:
    office = Office(database, make_settings(smtp_server, smtp_per_hour=5))
    office.fill(6)
    office.deliver()
    assert told(smtp_server) == ["mustafa.cetinkaya@gelsenkirchen.de"]


def test_where_there_is_nobody_to_tell_the_page_says_it_all_the_same(
    database: Database, smtp_server: SmtpServer
) -> None:
    office = Office(database, make_settings(smtp_server, smtp_per_hour=5, event_contacts=()))
    office.fill(6)
    assert office.deliver() == DeliveryReport(sent=5, deferred=1, braked=1)
    assert office.hold() == outbox.QueueHold(waiting=1, most=5, since=NOW, told=())


def test_the_mailbox_that_the_program_reads_is_not_told(database: Database, smtp_server: SmtpServer) -> None:
    settings = make_settings(smtp_server, smtp_per_hour=5)
    office = Office(database, replace(settings, staff=StaffSettings(digest_to=("47-ki@gelsenkirchen.de",))))
    office.fill(6)
    office.deliver()
    assert told(smtp_server) == []
