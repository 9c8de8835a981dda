"""Reminders: once for each address, to those who come, while it makes sense."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from processor import outbox
from processor.database import CheckIn, Database, MailState, OutgoingMail, OutgoingState, Status
from processor.outbox.reminders import due_reminder
from processor.registrations.values import AnswerKind
from processor.resources import templates_folder
from processor.settings import Settings, StaffSettings
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings, store_mail

BERLIN = ZoneInfo("Europe/Berlin")
#: Three days before the event, nine in the morning.
DUE = datetime(2024, 11, 12, 9, 0, tzinfo=BERLIN)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


def remind(database: Database, moment: datetime, settings: Settings | None = None) -> int:
    with database.transaction() as session:
        return outbox.remind(session, settings or make_settings(), moment)


def reminded(database: Database) -> list[str]:
    with database.reading() as session:
        reminders = select(OutgoingMail.recipient).where(
            OutgoingMail.kind == "reminder", OutgoingMail.state != OutgoingState.HELD
        )
        return sorted(session.scalars(reminders))


def test_it_comes_at_the_hour_that_is_set_and_once(database: Database) -> None:
    with database.transaction() as session:
        enter(session, contact_email="ayse@example.org")
    assert remind(database, DUE - timedelta(seconds=1)) == 0
    assert [remind(database, DUE + timedelta(minutes=minutes)) for minutes in range(10)] == [1, *[0] * 9]
    assert reminded(database) == ["ayse@example.org"]


def test_only_those_who_come_and_can_be_reached_are_reminded(database: Database) -> None:
    with database.transaction() as session:
        enter(session, contact_email="comes@example.org")
        enter(session, contact_email="late-but-accepted@example.org", late=True)
        enter(session, contact_email="cancelled@example.org", status=Status.CANCELLED)
        enter(session, contact_email="late@example.org", status=Status.LATE, late=True)
        enter(session, contact_email="waits@example.org", status=Status.WAITLISTED)
        enter(session, contact_email="undecided@example.org", status=Status.REVIEW)
        enter(session, contact_email="unreachable@example.org", unreachable_since=NOW)
        enter(session, contact_email="merged@example.org", dismissed=True)
        enter(session, contact_email="")
        enter(session, contact_email="after@example.org", arrived_at=DUE)
        enter(session, contact_email="47-ki@gelsenkirchen.de")
    assert remind(database, DUE) == 2
    assert reminded(database) == ["comes@example.org", "late-but-accepted@example.org"]


@pytest.mark.parametrize("kind", ["moved_up", "accepted"])
def test_somebody_who_got_the_seat_only_after_the_reminder_was_due_has_just_been_told_all(
    kind: str, database: Database
) -> None:
    with database.transaction() as session:
        before = enter(session, contact_email="before@example.org")
        after = enter(session, contact_email="after@example.org")
        both = [enter(session, contact_email="both@example.org") for _ in range(2)]
        told = [(before, DUE - timedelta(days=1)), (after, DUE + timedelta(minutes=1)), (both[0], DUE)]
        for registration, moment in told:
            due = due_for(registration, AnswerKind(kind))
            assert outbox.queue(session, due, answered=None, settings=make_settings(), now=moment)
    assert remind(database, DUE + timedelta(minutes=5)) == 2
    assert reminded(database) == ["before@example.org", "both@example.org"]


@pytest.mark.parametrize("decide", [outbox.withdraw, lambda row: outbox.retry(row, DUE)])
def test_a_reminder_that_was_held_goes_once_whatever_the_staff_decide(
    decide: Callable[[OutgoingMail], bool], database: Database
) -> None:
    with database.transaction() as session:
        enter(session, contact_email="noreply@example.org")
    assert remind(database, DUE) == 0
    with database.transaction() as session:
        row = session.scalars(select(OutgoingMail)).one()
        assert (row.state.value, row.key) == ("held", "reminder:2024-11-15:3:noreply@example.org")
        assert decide(row)
        assert row.key == "reminder:2024-11-15:3:noreply@example.org"
    assert remind(database, DUE + timedelta(hours=1)) == 0
    with database.reading() as session:
        assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_a_reminder_that_a_broken_template_stopped_is_written_again_once(database: Database, tmp_path: Path) -> None:
    folder = shutil.copytree(templates_folder(), tmp_path / "templates")
    template = folder / "mail" / "reminder.j2"
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole + "{% if %}", encoding="utf-8")
    with database.transaction() as session:
        enter(session, contact_email="ayse@example.org")
    for _ in range(2):
        with database.transaction() as session:
            outbox.remind(session, make_settings(), DUE, folder=folder)
    template.write_text(whole, encoding="utf-8")
    with database.transaction() as session:
        row = session.scalars(select(OutgoingMail)).one()
        assert row.state.value == "held"
        assert outbox.render_again(session, row, make_settings(), DUE, folder=folder)
        assert row.key == "reminder:2024-11-15:3:ayse@example.org"
    assert remind(database, DUE + timedelta(hours=1)) == 0


def test_somebody_with_two_registrations_gets_one_reminder_about_both(database: Database) -> None:
    with database.transaction() as session:
        first = enter(session, contact_email="ayse@example.org", people=("Ayşe Yılmaz",))
        second = enter(session, contact_email="ayse@example.org", people=("Can Deniz",))
    assert remind(database, DUE) == 1
    with database.reading() as session:
        raw = session.scalars(select(OutgoingMail.raw)).one()
    mail = message_from_bytes(zlib.decompress(raw), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for word in (first.reference, second.reference, "Ayşe Yılmaz", "Can Deniz", "sagen Sie bitte ab"):
        assert word in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None


def test_of_two_that_were_missed_only_the_last_one_goes(database: Database) -> None:
    settings = make_settings(reminders_days_before=(7, 3, 1))
    with database.transaction() as session:
        enter(session)
    assert remind(database, datetime(2024, 11, 14, 12, 0, tzinfo=BERLIN), settings) == 1
    with database.reading() as session:
        assert [key.split(":")[2] for key in session.scalars(select(OutgoingMail.key))] == ["1"]


def test_each_reminder_of_several_goes_in_its_time(database: Database) -> None:
    settings = make_settings(reminders_days_before=(7, 3, 1))
    with database.transaction() as session:
        enter(session)
    days = [datetime(2024, 11, day, 9, 0, tzinfo=BERLIN) for day in range(6, 17)]
    assert [remind(database, day, settings) for day in days] == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (datetime(2024, 11, 14, 23, 0, tzinfo=BERLIN), True),
        (datetime(2024, 11, 15, 11, 59, tzinfo=BERLIN), True),
        (datetime(2024, 11, 15, 12, 30, tzinfo=BERLIN), False),
        (datetime(2024, 11, 15, 13, 0, tzinfo=BERLIN), False),
        (datetime(2024, 11, 20, 9, 0, tzinfo=BERLIN), False),
    ],
)
def test_a_missed_one_goes_late_only_while_it_makes_sense(moment: datetime, goes: bool) -> None:
    assert (due_reminder(make_settings(), moment) is not None) == goes


def test_the_hour_is_that_of_the_events_place_also_when_clocks_are_changed() -> None:
    settings = make_settings(
        event_date=date(2025, 3, 31), reminders_days_before=(1,), reminders_at=time(9), event_deadline=date(2025, 3, 20)
    )
    # The clocks were put forward that night: nine o'clock is seven in Greenwich, not eight.
    due = due_reminder(settings, datetime(2025, 3, 30, 7, 0, tzinfo=ZoneInfo("UTC")))
    assert due is not None
    assert due_reminder(settings, datetime(2025, 3, 30, 6, 59, tzinfo=ZoneInfo("UTC"))) is None


def test_an_office_without_reminders_sends_none(database: Database) -> None:
    with database.transaction() as session:
        enter(session)
    assert remind(database, DUE, make_settings(reminders_days_before=())) == 0


def test_a_reminder_on_the_day_itself_says_what_one_needs(database: Database) -> None:
    settings = make_settings(reminders_days_before=(0,))
    with database.transaction() as session:
        enter(session)
    assert remind(database, datetime(2024, 11, 15, 9, 0, tzinfo=BERLIN), settings) == 1
    with database.reading() as session:
        raw = session.scalars(select(OutgoingMail.raw)).one()
    body = message_from_bytes(zlib.decompress(raw), policy=policy.default).get_body(("plain",))
    assert body is not None
    for word in ("Freitag, 15. November 2024", "Einlass ab 13:00 Uhr", "Ulrichstr. 4b", "0209 169-3052", "Programm"):
        assert word in body.get_content()


def test_nobody_is_thanked_unless_the_office_wants_it(database: Database) -> None:
    with database.transaction() as session:
        enter(session, contact_email="came@example.org")
        enter(session, contact_email="cancelled@example.org", status=Status.CANCELLED)
    day_after = datetime(2024, 11, 16, 9, 0, tzinfo=BERLIN)
    assert remind(database, day_after) == 0
    settings = make_settings(reminders_thank_days_after=1, reminders_days_before=())
    moments = [day_after + timedelta(days=days) for days in range(-3, 30)]
    assert [remind(database, moment, settings) for moment in moments] == [0, 0, 0, 1, *[0] * 29]
    with database.reading() as session:
        assert session.scalars(select(OutgoingMail.recipient)).all() == ["came@example.org"]


def test_where_the_office_ticked_off_who_came_nobody_else_is_thanked_for_coming(database: Database) -> None:
    settings = make_settings(reminders_thank_days_after=1, reminders_days_before=())
    with database.transaction() as session:
        came = enter(session, contact_email="came@example.org")
        enter(session, contact_email="stayed@example.org")
        session.add(CheckIn(registration_id=came.id, place="seat:1", at=DUE, actor="sabine"))
    assert remind(database, datetime(2024, 11, 16, 9, 0, tzinfo=BERLIN), settings) == 1
    with database.reading() as session:
        assert session.scalars(select(OutgoingMail.recipient)).all() == ["came@example.org"]


def with_digest(*addresses: str) -> Settings:
    staff = StaffSettings(digest_to=addresses, base_url="https://anmeldung.example.org")
    return replace(make_settings(reminders_days_before=()), staff=staff)


def test_the_staff_get_a_digest_once_a_day_and_only_who_is_named(database: Database) -> None:
    settings = with_digest("office@example.org", "47-ki@gelsenkirchen.de")
    morning = datetime(2024, 11, 6, 7, 30, tzinfo=BERLIN)
    moments = [morning + timedelta(hours=hours) for hours in (-1, 0, 1, 2, 23, 24, 25)]
    assert [remind(database, moment, settings) for moment in moments] == [0, 1, 0, 0, 0, 1, 0]
    assert remind(database, morning, with_digest()) == 0


def test_a_digest_that_a_broken_template_stopped_tells_the_numbers_of_its_day(
    database: Database, tmp_path: Path
) -> None:
    folder = shutil.copytree(templates_folder(), tmp_path / "templates")
    template = folder / "mail" / "digest.j2"
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole + "{% if %}", encoding="utf-8")
    settings = with_digest("office@example.org")
    with database.transaction() as session:
        enter(session, headcount=4)
        outbox.remind(session, settings, datetime(2024, 11, 6, 7, 30, tzinfo=BERLIN), folder=folder)
    template.write_text(whole, encoding="utf-8")
    with database.transaction() as session:
        enter(session, headcount=5)
        row = session.scalars(select(OutgoingMail)).one()
        assert row.state.value == "held"
        assert outbox.render_again(session, row, settings, datetime(2024, 11, 7, tzinfo=BERLIN), folder=folder)
        body = message_from_bytes(zlib.decompress(row.raw), policy=policy.default).get_body(("plain",))
        assert body is not None
        assert "Zugesagte Plätze: 4." in body.get_content()


def test_the_digest_counts_and_names_nobody(database: Database) -> None:
    with database.transaction() as session:
        enter(session, people=("Ayşe Yılmaz",), headcount=4, waiting_seats=1)
        enter(session, status=Status.LATE, headcount=9)
        store_mail(session, state=MailState.WAITING, subject="Geheim")
        store_mail(session, state=MailState.FAILED)
    assert remind(database, datetime(2024, 11, 6, 7, 30, tzinfo=BERLIN), with_digest("office@example.org")) == 1
    with database.reading() as session:
        raw = session.scalars(select(OutgoingMail.raw)).one()
    mail = message_from_bytes(zlib.decompress(raw), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for line in (
        "Neue Mails seit gestern: 2. Neue Anmeldungen: 2.",
        "Zugesagte Plätze: 3. Bestätigte Anmeldungen: 1.",
        "Mails, die auf eine Entscheidung warten: 1. Die älteste kam am Dienstag, 5. November 2024, 10:00 Uhr.",
        "Späte Anmeldungen, die nicht entschieden sind: 1.",
        "Mails, die sich nicht lesen ließen: 1.",
        "https://anmeldung.example.org",
    ):
        assert line in text
    assert "Yılmaz" not in text
    assert "Geheim" not in text
    assert mail["Auto-Submitted"] == "auto-generated"
