"""The calendar entry, read back by another library than the one that wrote it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from processor import outbox
from processor.database import Database, Registration, Status
from processor.outbox.calendars import calendar_of
from processor.outbox.queueing import letter_of
from processor.outbox.views import registration_view
from processor.registrations.values import AnswerKind
from processor.settings import Settings
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


def entry(registration: Registration, kind: AnswerKind = AnswerKind.CONFIRMATION) -> Any:
    letter = letter_of(due_for(registration, kind), [registration], make_settings(), NOW)
    assert letter.calendar is not None
    return vobject.readOne(letter.calendar.decode("utf-8"))


def test_a_calendar_takes_the_date_with_place_and_time(database: Database) -> None:
    with database.transaction() as session:
        calendar = entry(enter(session))
    event = calendar.vevent
    assert calendar.method.value == "PUBLISH"
    assert event.summary.value == "Migrantenorganisationen als Partner von Politik und Verwaltung"
    assert event.location.value == "Ulu Camii Erle, Ulrichstr. 4b, 45891 Gelsenkirchen"
    assert event.dtstart.value.astimezone(UTC) == datetime(2024, 11, 15, 12, 0, tzinfo=UTC)
    assert event.organizer.value == "mailto:47-ki@gelsenkirchen.de"
    assert event.status.value == "CONFIRMED"
    assert calendar.vtimezone.tzid.value == "Europe/Berlin"
    assert "Anmeldenummer" in event.description.value


def entry_for(settings: Settings) -> Any:
    """The entry of a registration for another event."""
    registration = Registration(
        reference="GE-7K4M", status=Status.CONFIRMED, late=False, contact_name="A", contact_phone="", organisation="",
        headcount=1, late_seats=0, waiting_seats=0, theme_tables=[], needs=[], open_question=False,
    )  # fmt: skip
    ics, _ = calendar_of(AnswerKind.CONFIRMATION, [registration_view(registration, settings.event)], settings, 1, NOW)
    assert ics is not None
    return vobject.readOne(ics.decode()).vevent


def test_an_end_that_nobody_has_named_is_not_made_up(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        letter = letter_of(due_for(registration), [registration], make_settings(), NOW)
        event = entry(registration).vevent
    assert "dtend" not in event.contents
    assert "duration" not in event.contents
    assert "Ende um" not in letter.text
    assert "Ende um" not in letter.html


@pytest.mark.parametrize(("end", "day"), [(time(18, 30), 15), (time(0, 30), 16)])
def test_an_end_that_is_named_stands_in_the_mail_and_in_the_calendar(end: time, day: int, database: Database) -> None:
    settings = make_settings(event_end=end)
    with database.transaction() as session:
        registration = enter(session)
        letter = letter_of(due_for(registration), [registration], settings, NOW)
    berlin = ZoneInfo("Europe/Berlin")
    assert entry_for(settings).dtend.value == datetime.combine(date(2024, 11, day), end, berlin)
    assert f"Ende um {end:%H:%M} Uhr" in letter.text
    assert f"Ende um {end:%H:%M} Uhr" in letter.html


def test_summer_events_have_summer_time() -> None:
    event = entry_for(make_settings(event_date=date(2025, 7, 1)))
    assert event.dtstart.value.astimezone(UTC) == datetime(2025, 7, 1, 11, 0, tzinfo=UTC)


def test_the_entry_of_a_registration_stays_the_same_and_each_change_replaces_the_one_before(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        other = enter(session)
        first = entry(registration).vevent
        registration.headcount = 5
        session.flush()
        second = entry(registration, AnswerKind.CHANGE).vevent
        registration.status = Status.CANCELLED
        session.flush()
        cancelled = entry(registration, AnswerKind.CANCELLATION)
        assert first.uid.value == second.uid.value == cancelled.vevent.uid.value != entry(other).vevent.uid.value
    sequences = [int(one.sequence.value) for one in (first, second, cancelled.vevent)]
    assert sequences == sorted(set(sequences))
    assert cancelled.method.value == "CANCEL"
    assert cancelled.vevent.status.value == "CANCELLED"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (AnswerKind.LATE, Status.LATE),
        (AnswerKind.WAITLIST, Status.WAITLISTED),
        (AnswerKind.RECEIPT, Status.REVIEW),
        (AnswerKind.QUESTION, Status.CONFIRMED),
        (AnswerKind.CHANGE, Status.LATE),
        (AnswerKind.CHANGE, Status.CANCELLED),
    ],
)
def test_nobody_gets_a_date_for_a_seat_that_is_not_promised(
    kind: AnswerKind, status: Status, database: Database
) -> None:
    with database.transaction() as session:
        registration = enter(session, status=status)
        letter = letter_of(due_for(registration, kind), [registration], make_settings(), NOW)
    assert letter.calendar is None
    assert "Kalender" not in letter.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (AnswerKind.LATE, Status.LATE),
        (AnswerKind.WAITLIST, Status.WAITLISTED),
        (AnswerKind.REFUSAL, Status.CANCELLED),
        (AnswerKind.CHANGE, Status.REVIEW),
    ],
)
def test_a_promise_that_is_taken_back_takes_the_date_with_it(
    kind: AnswerKind, status: Status, database: Database
) -> None:
    settings = make_settings()
    with database.transaction() as session:
        registration = enter(session)
        promised = outbox.queue(session, due_for(registration), answered=None, settings=settings, now=NOW)
        assert promised is not None
        uid = entry(registration).vevent.uid.value
        registration.status = status
        session.flush()
        letter = letter_of(due_for(registration, kind), [registration], settings, NOW)
        assert letter.calendar is not None
        calendar = vobject.readOne(letter.calendar.decode())
        assert (calendar.method.value, calendar.vevent.uid.value) == ("CANCEL", uid)
        assert "Der Anhang entfernt den Termin aus Ihrem Kalender." in letter.text
        # A mail that never went has put nothing into a calendar.
        outbox.withdraw(promised)
        session.flush()
        assert letter_of(due_for(registration, kind), [registration], settings, NOW).calendar is None


def test_the_lines_are_as_the_standard_wants_them(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        letter = letter_of(due_for(registration), [registration], make_settings(), NOW + timedelta(hours=1))
    assert letter.calendar is not None
    lines = letter.calendar.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    assert not any(b"\n" in line for line in lines)
    assert lines.count(b"DTSTAMP:20241105T100000Z") == 1


def test_the_package_says_what_it_offers() -> None:
    assert set(outbox.__all__) >= {"queue", "remind", "deliver", "probe", "preview", "check_templates"}
